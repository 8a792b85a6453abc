package engine

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/text"
)

// askedEvery is how long we wait before we ask by ourselves again.
const askedEvery = 30 * 24 * time.Hour

// askDue adds to an answer after which nothing is waited for the question for
// a consent that waits for a yes, or that is old. It comes behind what the
// resident asked for, one topic at a time, and only where all of it fits.
func (t *turn) askDue() {
	if len(t.in.Subscribed) == 0 || !t.settled || t.calm || t.lost || len(t.said) == 0 || len(t.c.offer) > 0 || !t.idle() {
		return
	}
	for _, s := range t.in.Subscribed {
		if t.due(s) {
			t.askTopicDue(s.Topic)
			return
		}
	}
}

// due tells whether a subscription waits for a yes, or for a new one.
func (t *turn) due(s bot.Subscription) bool {
	topic := t.bundle.Shared.Topics[s.Topic]
	if topic == nil || !s.Given.IsZero() && (topic.AskAgain <= 0 || !s.Given.Add(topic.AskAgain).Before(t.now)) {
		return false
	}
	asked, err := strconv.ParseInt(t.c.asks.get(s.Topic), 10, 64)
	return err != nil || t.now.Sub(time.Unix(asked, 0)) >= askedEvery
}

func (t *turn) askTopicDue(topic string) {
	question := t.dueQuestion(topic)
	length := text.Length(strings.Join(append(slices.Clone(t.said), question...), "\n\n"))
	if t.link != nil {
		length += text.Length(t.link.Label+": "+t.link.URL) + len("\n\n")
	}
	if first := t.bundle.Shared.FirstContact; first != nil && !t.c.greeted {
		length += text.Length(t.shared(first)) + len("\n\n")
	}
	if length > text.MaxInteractiveBody {
		return
	}
	ids := t.dueIDs(topic)
	if t.list != nil || t.buttons != nil {
		ids = append(ids, verbMenu) // the subjects give way to the question
	}
	t.spellLink()
	for _, part := range question {
		t.paragraph(part)
	}
	t.offerOnly(ids)
	t.moved = true // the question makes it another answer
	t.c.asks = t.c.asks.with(topic, strconv.FormatInt(t.now.Unix(), 10))
}

// dueQuestion is the topic's own wording between why it is asked and the question.
func (t *turn) dueQuestion(topic string) []string {
	why := sayConsentAgain
	if t.waitingFor(topic) {
		why = sayConsentWaiting
	}
	return []string{t.sentence(t.c.language, why, value{"topic", t.title(topic)}),
		t.shared(t.bundle.Shared.Topics[topic].Wording), t.sentence(t.c.language, sayConsentAsk)}
}

// dueIDs are the buttons under the question. They carry a mark of the wording:
// a yes is to the words that were shown, and to no other.
func (t *turn) dueIDs(topic string) []string {
	arg := topic + "-" + t.wordingMark(topic)
	return []string{verbAgree + "." + arg, verbRefuse + "." + arg}
}

func (t *turn) wordingMark(topic string) string {
	known := t.bundle.Shared.Topics[topic]
	if known == nil {
		return ""
	}
	return strconv.FormatUint(uint64(hash32(t.c.language+t.shared(known.Wording))), 36)
}

// answerDue takes an explicit yes or no to the question of askDue. One that is
// not the last that was asked, or whose words are others by now, is asked anew.
func (t *turn) answerDue(arg string, yes, standing bool) error {
	at := strings.LastIndexByte(arg, '-')
	topic := arg[:max(at, 0)]
	switch {
	case t.bundle.Shared.Topics[topic] == nil || !t.subscribedTo(topic) && !t.waitingFor(topic):
		return t.goOn()
	case !standing || arg[at+1:] != t.wordingMark(topic):
		return t.askDueAnew(topic)
	}
	waiting := !t.subscribedTo(topic)
	consent := bot.Consent{Topic: topic, Given: yes, Kept: yes, Language: t.c.language, Version: t.bundle.Hash,
		Wording: t.shared(t.bundle.Shared.Topics[topic].Wording)}
	t.records(consent)
	t.moved = true
	switch said := (value{"topic", t.title(topic)}); {
	case yes:
		t.say(sayConsentKept, said)
	case waiting:
		t.say(sayConsentNot, said)
	default:
		t.say(sayStopped, said)
	}
	err := t.goOn()
	t.settled = false // not the next question at once
	return err
}

// askDueAnew shows the question with the words of now.
func (t *turn) askDueAnew(topic string) error {
	if !t.idle() {
		return t.goOn()
	}
	for _, part := range t.dueQuestion(topic) {
		t.paragraph(part)
	}
	t.offerOnly(t.dueIDs(topic))
	t.moved = true
	return nil
}

// unask lets a question that was not answered be asked again at once, in
// another language.
func (t *turn) unask() {
	for _, id := range t.asked {
		if arg, agree := strings.CutPrefix(id, verbAgree+"."); agree {
			topic := arg[:max(strings.LastIndexByte(arg, '-'), 0)]
			t.c.asks = slices.DeleteFunc(t.c.asks, func(v value) bool { return v.name == topic })
		}
	}
}

// offerOnly hangs the engine's own buttons under what was said.
func (t *turn) offerOnly(ids []string) {
	options := make([]option, 0, len(ids))
	for _, id := range ids {
		options = append(options, t.engineOption(id))
	}
	t.list = nil
	t.hang(options, t.own(sayChoose))
	t.c.offer = ids
}

// strict tells whether what was offered takes only an explicit yes: consent,
// or that everything is erased.
func strict(offered []string) bool {
	return len(offered) > 0 && (offered[0] == verbEraseYes || strings.HasPrefix(offered[0], verbAgree+"."))
}

// answerStrict understands a clear yes or no to a question of the engine's own
// that takes nothing else. Whatever else is typed is ordinary chat.
func (t *turn) answerStrict() (done bool, err error) {
	offered := t.asked
	labels := make([]string, len(offered))
	for i, id := range offered {
		labels[i], _ = t.engineLabel(id)
	}
	at := -1
	switch {
	case t.words.yes[t.folded] || clearly(t.folded, labels[0]):
		at = 0
	case t.words.no[t.folded] || clearly(t.folded, labels[1]):
		at = 1
	case t.words.okay[t.folded] || t.folded != "" && pick(t.folded, labels[:2]) >= 0:
		t.sayOwn(sayConsentExplicit)
		t.offerOnly(offered)
		t.moved = true
		return true, nil
	default:
		return false, nil
	}
	verb, arg, _ := strings.Cut(offered[at], ".")
	return true, t.act(verb, arg, true)
}

// clearly tells whether somebody typed a label, or the yes or no it begins with.
func clearly(folded, label string) bool {
	first := label
	if at := strings.IndexAny(label, ",،"); at >= 0 {
		first = label[:at]
	}
	return folded != "" && (folded == fold(label) || folded == fold(first))
}
