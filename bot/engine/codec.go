package engine

import (
	"encoding/json"
	"errors"
	"slices"
	"strconv"

	"github.com/gemeentebode/bode/bot"
)

// errUnreadable holds nothing of the conversation.
var errUnreadable = errors.New("conversation is not readable")

// decode reads what encode wrote; fields that it does not know are skipped, so
// that a process of the version before can still read it. Strings are parts of
// the encoded text, not copies.
func decode(p bot.Private) (*conversation, error) {
	c := &conversation{language: "nl"}
	if p.Empty() {
		return c, nil
	}
	r := &reader{s: p.Reveal()}
	r.open('{')
	for r.more('}') {
		c.read(r, r.key())
	}
	if r.bad {
		return nil, errUnreadable
	}
	return c, nil
}

func (c *conversation) read(r *reader, key string) {
	switch key {
	case "l":
		c.language = r.text()
	case "lc":
		c.chosen = r.number() != 0
	case "b":
		c.bundle = r.text()
	case "r":
		c.run = int(r.number())
	case "t":
		c.last = r.number()
	case "g":
		c.greeted = r.number() != 0
	case "f":
		c.frames = r.frames()
	case "m":
		c.remembered = r.values()
	case "n":
		c.tries = int(r.number())
	case "p":
		c.page = int(r.number())
	case "x":
		c.fixed = fixed(r.number())
	case "h":
		c.back = r.marks()
	case "u":
		r.before(c.back)
	case "a":
		r.recent(&c.recent)
	case "s":
		c.about = r.values()
	case "k":
		c.asks = r.values()
	case "j":
		c.heard = r.text()
	case "o":
		c.offer = r.texts()
	case "d":
		c.found = r.raw()
	case "e":
		c.part = r.text()
	case "w":
		c.wish = r.text()
	case "q":
		c.pending = r.pending()
	default:
		r.raw()
	}
}

func (r *reader) frames() []frame {
	frames := make([]frame, 0, 1)
	for r.open('['); r.more(']'); {
		var f frame
		for r.open('{'); r.more('}'); {
			switch r.key() {
			case "f":
				f.flow = r.text()
			case "s":
				f.state = r.text()
			case "v":
				f.values = r.values()
			default:
				r.raw()
			}
		}
		frames = append(frames, f)
	}
	return frames
}

func (r *reader) values() values {
	v := make(values, 0, 8)
	for r.open('{'); r.more('}'); {
		v = append(v, value{r.key(), r.raw()})
	}
	return v
}

func (r *reader) marks() []mark {
	marks := make([]mark, 0, maxBack)
	for r.open('['); r.more(']'); {
		var m mark
		r.open('[')
		r.more(']')
		m.depth = int(r.number())
		r.more(']')
		m.state = r.text()
		r.more(']')
		marks = append(marks, m)
	}
	return marks
}

// before reads what each mark's values were; it stands behind the marks.
func (r *reader) before(marks []mark) {
	for n := range r.each {
		if raw := r.raw(); n < len(marks) && raw != "{}" {
			marks[n].before = &raw
		}
	}
}

func (r *reader) recent(into *[recents]uint32) {
	for n := range r.each {
		if n < recents {
			into[n] = uint32(r.number())
		} else {
			r.raw()
		}
	}
}

func (r *reader) texts() []string {
	var out []string
	for range r.each {
		out = append(out, r.text())
	}
	return out
}

// each ranges over the elements of a list; the body takes one each time.
func (r *reader) each(yield func(int) bool) {
	r.open('[')
	for n := 0; r.more(']'); n++ {
		if !yield(n) {
			return
		}
	}
}

// encode writes the conversation; its size grows with what was said, never
// with how often. Most fit in the room on the stack.
func (c *conversation) encode() bot.Private {
	var room [2048]byte
	b := room[:0]
	b = append(b, `{"l":`...)
	b = appendText(b, c.language)
	b = appendFlag(b, `,"lc":1`, c.chosen)
	b = append(b, `,"b":`...)
	b = appendText(b, c.bundle)
	b = appendNumber(b, `,"r":`, int64(c.run))
	b = appendNumber(b, `,"t":`, c.last)
	b = appendFlag(b, `,"g":1`, c.greeted)
	b = c.appendFrames(b)
	b = appendValues(b, `,"m":`, c.remembered)
	b = appendNumber(b, `,"n":`, int64(c.tries))
	b = appendNumber(b, `,"p":`, int64(c.page))
	b = appendNumber(b, `,"x":`, int64(c.fixed))
	b = c.appendBack(b)
	b = append(b, `,"a":[`...)
	for i, h := range c.recent {
		b = strconv.AppendUint(comma(b, i), uint64(h), 10)
	}
	b = append(b, ']')
	b = appendValues(b, `,"s":`, c.about)
	b = appendValues(b, `,"k":`, c.asks)
	b = appendKept(b, `,"j":`, c.heard)
	b = appendTexts(b, `,"o":`, c.offer)
	if c.found != "" {
		b = append(append(b, `,"d":`...), c.found...)
	}
	b = appendKept(b, `,"e":`, c.part)
	b = appendKept(b, `,"w":`, c.wish)
	b = c.pending.append(b)
	b = append(b, '}')
	return bot.Hide(string(b))
}

func (c *conversation) appendFrames(b []byte) []byte {
	if len(c.frames) == 0 {
		return b
	}
	b = append(b, `,"f":[`...)
	for i, f := range c.frames {
		b = append(comma(b, i), `{"f":`...)
		b = appendText(b, f.flow)
		b = append(b, `,"s":`...)
		b = appendText(b, f.state)
		b = appendValues(b, `,"v":`, f.values)
		b = append(b, '}')
	}
	return append(b, ']')
}

func (c *conversation) appendBack(b []byte) []byte {
	if len(c.back) == 0 {
		return b
	}
	b = append(b, `,"h":[`...)
	for i, m := range c.back {
		b = append(comma(b, i), '[')
		b = strconv.AppendInt(b, int64(m.depth), 10)
		b = appendText(append(b, ','), m.state)
		b = append(b, ']')
	}
	return c.appendBefore(append(b, ']'))
}

// appendBefore writes the marks' values apart from the marks, where a process
// of the version before skips them.
func (c *conversation) appendBefore(b []byte) []byte {
	if !slices.ContainsFunc(c.back, func(m mark) bool { return m.before != nil }) {
		return b
	}
	b = append(b, `,"u":[`...)
	for i, m := range c.back {
		if b = comma(b, i); m.before == nil {
			b = append(b, "{}"...)
		} else {
			b = append(b, *m.before...)
		}
	}
	return append(b, ']')
}

func comma(b []byte, i int) []byte {
	if i > 0 {
		return append(b, ',')
	}
	return b
}

func appendFlag(b []byte, as string, set bool) []byte {
	if set {
		return append(b, as...)
	}
	return b
}

func appendNumber(b []byte, key string, n int64) []byte {
	if n == 0 {
		return b
	}
	return strconv.AppendInt(append(b, key...), n, 10)
}

func appendKept(b []byte, key, s string) []byte {
	if s == "" {
		return b
	}
	return appendText(append(b, key...), s)
}

func appendValues(b []byte, key string, v values) []byte {
	if len(v) == 0 {
		return b
	}
	b = append(append(b, key...), '{')
	for i, one := range v {
		b = appendText(comma(b, i), one.name)
		b = append(append(b, ':'), one.raw...)
	}
	return append(b, '}')
}

func appendTexts(b []byte, key string, list []string) []byte {
	if len(list) == 0 {
		return b
	}
	b = append(append(b, key...), '[')
	for i, s := range list {
		b = appendText(comma(b, i), s)
	}
	return append(b, ']')
}

// plainPending is pending on its way through encoding/json: it only lives
// while a service is called, where its cost does not count.
type plainPending struct {
	Kind     pendingKind    `json:"k"`
	Moves    int            `json:"n"`
	Moved    bool           `json:"v,omitempty"`
	Started  bool           `json:"b,omitempty"`
	Said     []string       `json:"t,omitempty"`
	Label    string         `json:"l,omitempty"`
	URL      string         `json:"u,omitempty"`
	Consents []plainConsent `json:"c,omitempty"`
	Answer   string         `json:"a,omitempty"`
}

type plainConsent struct {
	Topic, Wording, Language, Version, Postcode4, About, BagID string
	Given, Kept                                                bool
}

func (p *pending) append(b []byte) []byte {
	if p == nil {
		return b
	}
	plain := plainPending{p.kind, p.moves, p.moved, p.started, p.said, p.label, p.url, nil, p.answer}
	for _, c := range p.consents {
		plain.Consents = append(plain.Consents, plainConsent{c.Topic, c.Wording, c.Language, c.Version,
			c.Postcode4, c.About.Reveal(), c.BagID.Reveal(), c.Given, c.Kept})
	}
	data, err := json.Marshal(plain)
	if err != nil {
		panic(err) // strings, numbers and booleans only
	}
	return append(append(b, `,"q":`...), data...)
}

func (r *reader) pending() *pending {
	var plain plainPending
	if err := json.Unmarshal([]byte(r.raw()), &plain); err != nil {
		r.bad = true
		return nil
	}
	p := &pending{kind: plain.Kind, moves: plain.Moves, moved: plain.Moved, started: plain.Started,
		said: plain.Said, label: plain.Label, url: plain.URL, answer: plain.Answer}
	for _, c := range plain.Consents {
		p.consents = append(p.consents, bot.Consent{Topic: c.Topic, Wording: c.Wording, Language: c.Language, Version: c.Version,
			Postcode4: c.Postcode4, About: bot.Value{Private: bot.Hide(c.About)}, BagID: bot.Hide(c.BagID), Given: c.Given, Kept: c.Kept})
	}
	return p
}
