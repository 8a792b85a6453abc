package engine

import (
	"slices"
	"strconv"
	"strings"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/flow"
	"github.com/gemeentebode/bode/bot/text"
)

// subscribedTo tells whether a consent for the topic stands, as of this turn.
func (t *turn) subscribedTo(topic string) bool { return bot.Subscribed(t.in.Subscribed, topic) }

// topicsHere names each topic once that stands or waits.
func (t *turn) topicsHere() []string {
	var topics []string
	for _, s := range t.in.Subscribed {
		if !slices.Contains(topics, s.Topic) {
			topics = append(topics, s.Topic)
		}
	}
	return topics
}

// waitingFor tells whether an import brought a sign-up to the topic that waits for a yes.
func (t *turn) waitingFor(topic string) bool {
	return slices.ContainsFunc(t.in.Subscribed, func(s bot.Subscription) bool { return s.Topic == topic && s.Given.IsZero() })
}

// standing counts the subscriptions to a topic.
func (t *turn) standing(topic string) (n int) {
	for _, s := range t.in.Subscribed {
		if s.Topic == topic && !s.Given.IsZero() {
			n++
		}
	}
	return n
}

// decided counts what was decided in this turn as decided.
func (t *turn) decided(c bot.Consent) {
	list := slices.Clone(t.in.Subscribed)
	switch {
	case c.Kept:
		for i := range list {
			if list[i].Topic == c.Topic {
				list[i].Given = t.now
			}
		}
	case c.Given:
		list = append(list, bot.Subscription{Topic: c.Topic, Given: t.now})
	case c.About.Empty():
		list = slices.DeleteFunc(list, func(s bot.Subscription) bool { return s.Topic == c.Topic })
	default:
		at := slices.IndexFunc(list, func(s bot.Subscription) bool { return s.Topic == c.Topic && !s.Given.IsZero() })
		if at >= 0 {
			list = slices.Delete(list, at, at+1)
		}
	}
	t.in.Subscribed = list
}

// records notes a decision for the ledger, and in the conversation what a
// subscription is about.
func (t *turn) records(c bot.Consent) {
	t.consents = append(t.consents, c)
	t.decided(c)
	switch {
	case c.Kept:
	case c.Given:
		t.c.marks(c.Topic, c.About.Reveal())
	case c.About.Empty():
		t.c.about = slices.DeleteFunc(t.c.about, func(v value) bool { return v.name == c.Topic })
	default:
		t.c.unmarks(c.Topic, c.About.Reveal())
	}
}

// askConsent shows a topic's own wording and waits for yes or no. Who already
// said yes to the same is told so, and goes the way of yes.
func (t *turn) askConsent(s *flow.State) (waits bool, err error) {
	about, err := t.about(s)
	if err != nil {
		return false, err
	}
	if t.subscribedTo(s.Topic) && t.c.marked(s.Topic, about) {
		t.say(sayConsentAlready, value{"topic", t.title(s.Topic)})
		return false, t.move("yes")
	}
	return true, t.askTopic(s)
}

// askWithdrawal asks whether a topic is to stop, if it is on or waits.
func (t *turn) askWithdrawal(s *flow.State) (waits bool, err error) {
	if !t.subscribedTo(s.Topic) && !t.waitingFor(s.Topic) {
		t.say(sayUnsubscribeNone, value{"topic", t.title(s.Topic)})
		return false, t.move("yes")
	}
	return true, t.askTopic(s)
}

// askTopic shows the question of a subscribe or unsubscribe state.
func (t *turn) askTopic(s *flow.State) error {
	topic := t.bundle.Shared.Topics[s.Topic]
	if err := t.sayState(s); err != nil {
		return err
	}
	if s.Kind == flow.Subscribe && topic != nil {
		t.paragraph(t.shared(topic.Wording))
		t.say(sayConsentAsk)
	} else {
		t.paragraph(t.withdrawalQuestion(s))
	}
	t.hang([]option{t.yes(s), t.no(s)}, "")
	return nil
}

// withdrawalQuestion names the one thing for which a topic is to stop, where
// the state says which.
func (t *turn) withdrawalQuestion(s *flow.State) string {
	topic := value{"topic", t.title(s.Topic)}
	for _, source := range s.With {
		if what := text.Cut(plainText(t.c.path(source.Path)), maxNamed); what != "" && len(s.With) == 1 {
			return t.sentence(t.c.language, sayUnsubscribeOne, topic, value{"what", what})
		}
	}
	return t.sentence(t.c.language, sayUnsubscribeAsk, topic)
}

// maxNamed is how much of what a subscription is about is named.
const maxNamed = 60

// answerTopic takes only a clear yes or no; "ok" is no consent.
func (t *turn) answerTopic(s *flow.State) error {
	switch {
	case t.words.yes[t.folded]:
		return t.decide(s, true)
	case t.words.no[t.folded]:
		return t.decide(s, false)
	case t.words.okay[t.folded] || pick(t.folded, []string{t.yes(s).label, t.no(s).label}) >= 0:
		t.say(sayConsentExplicit)
		return t.goOn()
	}
	return t.invalid(s)
}

// decide records an explicit yes, with the exact words that were answered.
func (t *turn) decide(s *flow.State, yes bool) error {
	t.c.asked()
	if !yes {
		return t.proceed("no")
	}
	consent, err := t.consent(s)
	if err != nil {
		return err
	}
	t.records(consent)
	return t.proceed("yes")
}

// consent is one line for the ledger. What it is about is kept as a record by
// the names that the flow gives: {"address": {...}}. A withdrawal about
// something ends only the subscription about that.
func (t *turn) consent(s *flow.State) (bot.Consent, error) {
	about, err := t.about(s)
	if err != nil {
		return bot.Consent{}, err
	}
	c := bot.Consent{Topic: s.Topic, Given: s.Kind == flow.Subscribe, Language: t.c.language, Version: t.bundle.Hash,
		About: bot.Value{Private: bot.Hide(about)}}
	if topic := t.bundle.Shared.Topics[s.Topic]; !c.Given {
		c.Wording = t.withdrawalQuestion(s)
	} else if topic != nil {
		c.Wording = t.shared(topic.Wording)
	}
	for name, source := range s.With {
		record := t.c.path(source.Path)
		switch {
		case record != "" && record[0] == '{':
			t.place4(&c, record)
		case name == "postcode4":
			c.Postcode4 = plainText(record)
		}
	}
	return c, nil
}

// place4 notes of an address what selection goes by: four digits and the BAG
// id. A place holds its address as a field.
func (t *turn) place4(c *bot.Consent, record string) {
	if inner := field(record, "address"); inner != "" && inner[0] == '{' {
		record = inner
	}
	if postcode := textField(record, "postcode"); len(postcode) >= 4 {
		c.Postcode4 = postcode[:4]
		c.BagID = bot.Hide(textField(record, "bag_id"))
	}
}

// about collects what a subscription is about; "" when it is about nothing.
func (t *turn) about(s *flow.State) (string, error) {
	if len(s.With) == 0 {
		return "", nil
	}
	names := make([]string, 0, len(s.With))
	for name := range s.With {
		names = append(names, name)
	}
	slices.Sort(names)
	b := []byte{'{'}
	for i, name := range names {
		raw, err := t.source(s.With[name])
		if err != nil {
			return "", err
		}
		b = appendText(comma(b, i), name)
		b = append(append(b, ':'), raw...)
	}
	return string(append(b, '}')), nil
}

// aboutMark tells two subjects of a subscription apart without keeping them.
func aboutMark(about string) string { return strconv.FormatUint(uint64(hash32(about)), 10) }

// mostMarks is of how many subscriptions to one topic a conversation knows
// what they are about; who has more is asked again, which makes none twice.
const mostMarks = 8

// marked tells whether a subscription to a topic was made about this.
func (c *conversation) marked(topic, about string) bool {
	return slices.Contains(c.marksOf(topic), aboutMark(about))
}

// marksOf lists the marks of a topic; one by itself is how they were kept before.
func (c *conversation) marksOf(topic string) []string {
	raw := c.about.get(topic)
	if raw == "" || raw[0] == '[' {
		return items(raw)
	}
	return []string{raw}
}

func (c *conversation) marks(topic, about string) {
	if list := c.marksOf(topic); !slices.Contains(list, aboutMark(about)) {
		c.setMarks(topic, append(list, aboutMark(about)))
	}
}

func (c *conversation) unmarks(topic, about string) {
	c.setMarks(topic, slices.DeleteFunc(c.marksOf(topic), func(m string) bool { return m == aboutMark(about) }))
}

func (c *conversation) setMarks(topic string, list []string) {
	if len(list) == 0 {
		c.about = slices.DeleteFunc(c.about, func(v value) bool { return v.name == topic })
		return
	}
	list = list[max(0, len(list)-mostMarks):]
	c.about = c.about.with(topic, "["+strings.Join(list, ",")+"]")
}

// forgetTopics drops what is known of topics that no longer stand or wait:
// they were ended elsewhere, by a colleague or by the platform.
func (t *turn) forgetTopics() {
	if len(t.c.about) > 0 {
		t.c.about = slices.DeleteFunc(t.c.about, func(v value) bool { return t.standing(v.name) < len(t.c.marksOf(v.name)) })
	}
	if len(t.c.asks) > 0 {
		t.c.asks = slices.DeleteFunc(t.c.asks, func(v value) bool { return !t.subscribedTo(v.name) && !t.waitingFor(v.name) })
	}
}
