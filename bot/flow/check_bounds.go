package flow

import (
	"slices"
	"strings"

	"github.com/gemeentebode/bode/bot/text"
)

// body is the longest that a state itself can say. A link is written out where
// buttons take its place.
func (c *checker) body(g *graph, s int, language string) int {
	state, n := g.states[s], 0
	if state.Text != nil && state.Text.In(language) != nil {
		n = state.Text.In(language).LongestIn(language, c.bounds(g, s, language))
	}
	if state.Link != nil {
		n += between + text.MaxLinkLabel + len(": ") + text.Length(state.Link.URL)
	}
	topic := c.b.Shared.Topics[state.Topic]
	if topic == nil {
		return n
	}
	if state.Kind == Subscribe {
		return n + c.worldly(topic.Wording, language) + between + c.sentence("engine.subscribe.ask", language)
	}
	question := c.sentence("engine.unsubscribe.ask", language)
	if len(state.With) == 1 {
		question = max(question, c.sentence("engine.unsubscribe.single", language)+namedOf)
	}
	return n + question + c.worldly(topic.Title, language)
}

// namedOf is how much the engine says of what a subscription is about, when it
// asks whether that one is to stop.
const namedOf = 60

// told is what who agreed before, or never did, hears instead of the question.
func (c *checker) told(s *State, language string) int {
	id := "engine.subscribe.already"
	if s.Kind == Unsubscribe {
		id = "engine.unsubscribe.none"
	}
	title := 0
	if topic := c.b.Shared.Topics[s.Topic]; topic != nil {
		title = c.worldly(topic.Title, language)
	}
	return c.sentence(id, language) + title
}

// sentence is the length of one of the engine's own sentences, without what
// the engine fills in.
func (c *checker) sentence(id, language string) int { return c.worldly(c.b.Sentences[id], language) }

// longestAside is the longest that the engine itself can say above a question
// that it asks again: about a photo, a number that was removed, a typing error.
func (c *checker) longestAside(language string) int {
	longest := 0
	for _, id := range sortedKeys(c.b.Sentences) {
		for _, kind := range []string{"engine.media.", "engine.masked.text", "engine.place.unasked", "engine.short.", "engine.invalid.", "engine.subscribe.explicit"} {
			if strings.HasPrefix(id, kind) {
				longest = max(longest, c.sentence(id, language))
			}
		}
	}
	return longest
}

// bounds looks up how large the values of a state's texts can get.
func (c *checker) bounds(g *graph, s int, language string) func(string) (text.Bound, bool) {
	return func(path string) (text.Bound, bool) {
		if path == "lines" {
			return text.Bound{Longest: c.lines(g, s, language)}, true
		}
		if n, ok := c.worldBound(path, language); ok {
			return text.Bound{Longest: n}, true
		}
		name, rest, _ := strings.Cut(path, ".")
		var b text.Bound
		for _, sh := range g.shapesAt(s, name) {
			if inner, ok := c.through(sh, rest, text.Use{List: name}); ok {
				b = larger(b, c.longest(inner, language))
			}
		}
		return b, b != text.Bound{}
	}
}

func larger(a, b text.Bound) text.Bound {
	return text.Bound{Longest: max(a.Longest, b.Longest), Most: max(a.Most, b.Most), Word: max(a.Word, b.Word)}
}

// lines is a list written out: the most items times the longest line, each
// with its line break.
func (c *checker) lines(g *graph, s int, language string) int {
	state := g.states[s]
	if state.Line == nil || state.Line.In(language) == nil {
		return 0
	}
	longest := 0
	for _, list := range g.resolveAll(s, state.List) {
		line := state.Line.In(language).LongestIn(language, c.itemBounds(list, language))
		longest = max(longest, list.Most*(line+1))
	}
	return longest
}

func (c *checker) itemBounds(list valueShape, language string) func(string) (text.Bound, bool) {
	item := valueShape{Field: itemOf(list.Field)}
	return func(path string) (text.Bound, bool) {
		if n, ok := c.worldBound(path, language); ok {
			return text.Bound{Longest: n}, true
		}
		inner, ok := c.through(item, path, text.Use{List: path})
		return c.longest(inner, language), ok
	}
}

// worldly is the bound of a text that holds no values of a resident.
func (c *checker) worldly(t *text.Text, language string) int {
	if t == nil || t.In(language) == nil {
		return 0
	}
	return t.In(language).LongestIn(language, func(path string) (text.Bound, bool) {
		n, ok := c.worldBound(path, language)
		return text.Bound{Longest: n}, ok
	})
}

func (c *checker) worldBound(path, language string) (int, bool) {
	s := &c.b.Shared
	first, rest, _ := strings.Cut(path, ".")
	switch first {
	case "municipality":
		return text.Length(s.Municipality), true
	case "fact":
		if f := s.Facts[rest]; f != nil {
			return max(c.worldly(f.Value, language), c.worldly(f.Fallback, language), text.Length(f.Source)), true
		}
	case "team":
		name, what, _ := strings.Cut(rest, ".")
		if t := s.Teams[name]; t != nil && what == "phone" {
			return text.Length(t.Phone), true
		} else if t != nil {
			return c.worldly(t.Hours, language), true
		}
	case "text":
		if t := s.Texts[rest]; t != nil && !usesText(t, language) {
			return c.worldly(t, language), true
		}
	default:
		return 0, false
	}
	return 0, true
}

// usesText tells whether a shared sentence uses another; that is a fault of
// its own, and could go round.
func usesText(t *text.Text, language string) bool {
	return t.In(language) != nil && slices.ContainsFunc(t.In(language).Uses(), func(u text.Use) bool { return strings.HasPrefix(u.Path, "text.") })
}
