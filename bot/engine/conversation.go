package engine

import (
	"slices"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/text"
)

// Bounds of what a conversation keeps, so that turn 20 costs what turn 1 did.
const (
	maxBack   = 8   // questions that "terug" can go back over
	maxFrames = 4   // a flow and its sub-flows, three deep
	recents   = 3   // answers that a next one is compared with
	maxWish   = 500 // characters of a sentence that is kept while something is offered for it
)

// conversation is where a resident is, and what they said on the way there.
type conversation struct {
	language   string
	chosen     bool   // the resident chose the language; it is no longer guessed
	bundle     string // the start of the bundle's hash
	run        int    // counts the flows that were begun; tells old buttons from new
	last       int64  // when the last turn was, Unix seconds
	greeted    bool   // the sentences of the first contact were said
	frames     []frame
	remembered values // kept from flow to flow
	tries      int    // invalid answers to the question that stands
	page       int    // first item shown of choices_from
	fixed      fixed  // why earlier buttons of this run no longer jump
	back       []mark
	recent     [recents]uint32 // hashes of the last answers
	about      values          // topic -> hashes of what its subscriptions are about
	asks       values          // topic -> when its consent was last asked by ourselves, Unix seconds
	heard      string          // a language that is not complete, of the last words that showed theirs
	offer      []string        // what the engine itself offered last, by id
	found      string          // address records to choose from, as JSON
	part       string          // a postcode without a number, or the other way round
	wish       string          // the sentence for which something was offered, until the next message
	pending    *pending
}

// fixed says why earlier buttons of a run no longer jump.
type fixed int

const (
	free    fixed = iota
	changed       // the bundle changed since the run began
	wrote         // something was booked or sent: it cannot be redone by a tap
)

// frame is a flow under way; a sub-flow lies on top of its caller.
type frame struct {
	flow, state string
	values      values
}

// mark is a question that was answered, to go back to.
type mark struct {
	depth  int // frames below its own
	state  string
	before *string // JSON of what was saved since, as it was when the question stood (null: not saved yet); nil is nothing
}

// pending is a call that was asked for and has no result yet, with what the
// turn had already said and decided.
type pending struct {
	kind     pendingKind
	moves    int
	moved    bool
	started  bool
	said     []string
	label    string
	url      string
	consents []bot.Consent
	answer   string // the place or text that an address is looked up for, as JSON; the category that is shown
}

type pendingKind string

const (
	pendingCall pendingKind = "call" // a call state
	pendingFind pendingKind = "find" // address.find for a question
	pendingNear pendingKind = "near" // address.near for a question

	pendingCategories pendingKind = "rights" // rights.categories, after "mijn gegevens"
	pendingContents   pendingKind = "shown"  // rights.contents of one of them
	pendingExport     pendingKind = "export" // rights.export
)

// value is a name and its JSON.
type value struct{ name, raw string }

// values are few: a list in the order of saving is smaller and faster than a
// map, and its encoding is the same every time.
type values []value

func (v values) get(name string) string {
	for i := range v {
		if v[i].name == name {
			return v[i].raw
		}
	}
	return ""
}

func (v values) with(name, raw string) values {
	for i := range v {
		if v[i].name == name {
			v[i].raw = raw
			return v
		}
	}
	return append(v, value{name, raw})
}

// forText gives the values as a text takes them, with room for one more.
func (v values) forText() text.Values {
	out := make(text.Values, len(v)+1)
	for _, one := range v {
		out[one.name] = bot.Value{Private: bot.Hide(one.raw)}
	}
	return out
}

func (c *conversation) top() *frame {
	if len(c.frames) == 0 {
		return nil
	}
	return &c.frames[len(c.frames)-1]
}

// path finds ".locatie.id" in the values of the flow on top; "" when it is not there.
func (c *conversation) path(path string) string {
	top := c.top()
	if top == nil {
		return ""
	}
	name, rest := cutPath(path)
	raw := top.values.get(name)
	for rest != "" && raw != "" {
		name, rest = cutPath(rest)
		raw = field(raw, name)
	}
	if raw == "null" {
		return ""
	}
	return raw
}

// cutPath splits ".a.b" into "a" and "b".
func cutPath(path string) (name, rest string) {
	if path != "" && path[0] == '.' {
		path = path[1:]
	}
	for i := range len(path) {
		if path[i] == '.' {
			return path[:i], path[i+1:]
		}
	}
	return path, ""
}

// asked notes that the question on top is answered, to come back to.
func (c *conversation) asked() {
	if c.fixed == wrote || len(c.frames) == 0 {
		return
	}
	m := mark{depth: len(c.frames) - 1, state: c.top().state}
	if n := len(c.back); n > 0 && c.back[n-1].depth == m.depth && c.back[n-1].state == m.state && c.back[n-1].before == nil {
		return
	}
	if len(c.back) == maxBack {
		copy(c.back, c.back[1:])
		c.back = c.back[:maxBack-1]
	}
	c.back = append(c.back, m)
}

// saving notes what a value was before it is saved anew, so that "terug" shows
// a question with the values of that time.
func (c *conversation) saving(name, raw string) {
	n, was := len(c.back), c.top().values.get(name)
	if n == 0 || was == raw || c.back[n-1].depth != len(c.frames)-1 {
		return
	}
	record := ""
	if m := c.back[n-1]; m.before != nil {
		record = *m.before
	}
	if record != "" && field(record, name) != "" {
		return
	}
	if was == "" {
		was = "null"
	}
	record = withField(record, name, was)
	c.back[n-1].before = &record
}

// restore gives the flow on top the values that it had at a mark.
func (c *conversation) restore(m mark) {
	if m.before == nil {
		return
	}
	top := c.top()
	for _, was := range (&reader{s: *m.before}).values() {
		if was.raw == "null" {
			top.values = slices.DeleteFunc(top.values, func(v value) bool { return v.name == was.name })
		} else {
			top.values = top.values.with(was.name, was.raw)
		}
	}
}

// forget drops the marks of frames that are no longer there.
func (c *conversation) forget() {
	kept := c.back[:0]
	for _, m := range c.back {
		if m.depth < len(c.frames) {
			kept = append(kept, m)
		}
	}
	c.back = kept
}

// settle clears what belonged to one question.
func (c *conversation) settle() {
	c.tries, c.page, c.offer, c.found, c.wish, c.part = 0, 0, nil, "", "", ""
}

func (c *conversation) remember(reply uint32) {
	copy(c.recent[:], c.recent[1:])
	c.recent[recents-1] = reply
}
