package text

import (
	"strings"
	"text/template/parse"
)

// Bound is how large a value can get.
type Bound struct {
	Longest int // characters as shown without a function
	Most    int // a list's items
	Word    int // characters of the longest word that kind or choice can give for it
}

// Longest is an upper bound of a rendering in characters, in whatever
// language. The lookup gets paths as Use has them; what it does not know
// counts for nothing, since the check of the uses reports it.
func (t *Template) Longest(lookup func(path string) (Bound, bool)) int {
	longest := 0
	for language := range vocabulary {
		longest = max(longest, t.LongestIn(language, lookup))
	}
	return longest
}

// LongestIn is Longest for the language that the text is shown in.
func (t *Template) LongestIn(language string, lookup func(path string) (Bound, bool)) int {
	m := measure{words: wordsOf(language), lookup: lookup}
	return m.list(t.root, "")
}

type measure struct {
	words  *words
	lookup func(path string) (Bound, bool)
}

func (m measure) list(nodes *parse.ListNode, scope string) int {
	if nodes == nil {
		return 0
	}
	sum := 0
	for _, n := range nodes.Nodes {
		sum += m.node(n, scope)
	}
	return sum
}

func (m measure) node(n parse.Node, scope string) int {
	switch n := n.(type) {
	case *parse.TextNode:
		return Length(string(n.Text))
	case *parse.ActionNode:
		return m.value(n.Pipe, scope)
	case *parse.IfNode:
		return max(m.list(n.List, scope), m.list(n.ElseList, scope))
	case *parse.RangeNode:
		_, path := flat(n.Pipe, scope)
		list, _ := m.lookup(path)
		return max(list.Most*m.list(n.List, path+"."), m.list(n.ElseList, scope))
	}
	return 0
}

func (m measure) value(pipe *parse.PipeNode, scope string) int {
	function, path := flat(pipe, scope)
	b, _ := m.lookup(path)
	day, month := longestOf(m.words.weekdays[:]), longestOf(m.words.months[:])
	date, clock := len("31 ")+month+len(" 2026"), len("09:30")
	switch function {
	case "weekday":
		return day
	case "date":
		return date
	case "time":
		return clock
	case "slot":
		return day + 1 + date + 1 + clock
	case "money":
		return b.Longest + b.Longest/3 + len(",00") + Length("€ ")
	case "kind", "choice":
		return max(b.Word, b.Longest) // the code itself where it has no word
	}
	return b.Longest
}

// flat takes the key of a plan apart again.
func flat(pipe *parse.PipeNode, scope string) (function, path string) {
	key := pipe.Cmds[0].Args[0].(*parse.FieldNode).Ident[0]
	function, path, _ = strings.Cut(key, " ")
	if worldly(path) {
		return function, path
	}
	return function, scope + path
}
