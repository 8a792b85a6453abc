package engine

import (
	"slices"
	"strconv"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/flow"
)

// subscribedTo tells whether a consent for the topic stands, as of this turn.
func (t *turn) subscribedTo(topic string) bool { return bot.Subscribed(t.in.Subscribed, topic) }

// subscribedTopics names each topic with a standing consent once.
func (t *turn) subscribedTopics() []string {
	var topics []string
	for _, s := range t.in.Subscribed {
		if !s.Given.IsZero() && !slices.Contains(topics, s.Topic) {
			topics = append(topics, s.Topic)
		}
	}
	return topics
}

func (t *turn) subscribe(topic string) {
	t.in.Subscribed = append(slices.Clone(t.in.Subscribed), bot.Subscription{Topic: topic, Given: t.now})
}

func (t *turn) unsubscribe(topic string) {
	t.in.Subscribed = slices.DeleteFunc(slices.Clone(t.in.Subscribed), func(s bot.Subscription) bool { return s.Topic == topic })
}

// askConsent shows a topic's own wording and waits for yes or no. Who already
// said yes to the same is told so, and goes the way of yes.
func (t *turn) askConsent(s *flow.State) (waits bool, err error) {
	about, err := t.about(s)
	if err != nil {
		return false, err
	}
	if t.subscribedTo(s.Topic) && t.c.about.get(s.Topic) == aboutMark(about) {
		t.say(sayConsentAlready, value{"topic", t.title(s.Topic)})
		return false, t.move("yes")
	}
	return true, t.askTopic(s)
}

// askWithdrawal asks whether a topic is to stop, if it is on.
func (t *turn) askWithdrawal(s *flow.State) (waits bool, err error) {
	if !t.subscribedTo(s.Topic) {
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
		t.say(sayUnsubscribeAsk, value{"topic", t.title(s.Topic)})
	}
	t.hang([]option{t.yes(s), t.no(s)}, "")
	return nil
}

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
	switch {
	case !yes:
		return t.proceed("no")
	case s.Kind == flow.Unsubscribe:
		t.consents = append(t.consents, bot.Consent{Topic: s.Topic, Language: t.c.language, Version: t.bundle.Hash,
			Wording: t.sentence(t.c.language, sayUnsubscribeAsk, value{"topic", t.title(s.Topic)})})
		t.c.about = slices.DeleteFunc(t.c.about, func(v value) bool { return v.name == s.Topic })
		t.unsubscribe(s.Topic)
		return t.proceed("yes")
	}
	consent, err := t.consent(s)
	if err != nil {
		return err
	}
	t.consents = append(t.consents, consent)
	t.subscribe(s.Topic)
	t.c.about = t.c.about.with(s.Topic, aboutMark(consent.About.Reveal()))
	return t.proceed("yes")
}

// consent is one line for the ledger. What it is about is kept as a record by
// the names that the flow gives: {"address": {...}}.
func (t *turn) consent(s *flow.State) (bot.Consent, error) {
	about, err := t.about(s)
	if err != nil {
		return bot.Consent{}, err
	}
	c := bot.Consent{Topic: s.Topic, Given: true, Language: t.c.language, Version: t.bundle.Hash,
		About: bot.Value{Private: bot.Hide(about)}}
	if topic := t.bundle.Shared.Topics[s.Topic]; topic != nil {
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
