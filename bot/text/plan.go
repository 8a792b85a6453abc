package text

import (
	"fmt"
	"strings"
	"text/template/parse"
)

// plan is what a text needs, worked out once. Every field of the parse tree
// is renamed to one flat key, "weekday tijd.start", and a rendering fills one
// flat map with just these keys: text/template then neither calls functions
// by reflection nor walks records that were decoded for nothing. A key that
// cannot be filled stays out, so a branch that is not taken cannot fail.
type plan struct {
	needs []need
	lists []listNeed
}

type need struct {
	key  string
	verb string // "" or a function: show it; "if": is there one
	path []string
}

type listNeed struct {
	key  string
	path []string
	body *plan
}

func (p *plan) list(nodes *parse.ListNode) error {
	if nodes == nil {
		return nil
	}
	for _, n := range nodes.Nodes {
		if err := p.node(n); err != nil {
			return err
		}
	}
	return nil
}

func (p *plan) node(n parse.Node) error {
	switch n := n.(type) {
	case *parse.TextNode:
		return nil
	case *parse.ActionNode:
		_, _, err := p.pipe("", n.Pipe)
		return err
	case *parse.IfNode:
		if _, _, err := p.pipe("if", n.Pipe); err != nil {
			return err
		}
		if err := p.list(n.List); err != nil {
			return err
		}
		return p.list(n.ElseList)
	case *parse.RangeNode:
		return p.over(n)
	}
	return fmt.Errorf("%T is not for texts", n)
}

func (p *plan) over(n *parse.RangeNode) error {
	key, path, err := p.pipe("range", n.Pipe)
	if err != nil {
		return err
	}
	// The same list may be walked twice; both bodies then share one map per item.
	body := (*plan)(nil)
	for _, l := range p.lists {
		if l.key == key {
			body = l.body
		}
	}
	if body == nil {
		body = &plan{}
		p.lists = append(p.lists, listNeed{key, path, body})
	}
	if err := body.list(n.List); err != nil {
		return err
	}
	return p.list(n.ElseList)
}

// pipe notes what a pipeline needs and leaves one flat field in its place.
func (p *plan) pipe(verb string, pipe *parse.PipeNode) (key string, path []string, err error) {
	if len(pipe.Cmds) != 1 || len(pipe.Decl) != 0 {
		return "", nil, fmt.Errorf("pipelines are not for texts")
	}
	args := pipe.Cmds[0].Args
	if id, ok := args[0].(*parse.IdentifierNode); ok && verb == "" {
		verb, args = id.Ident, args[1:]
	}
	if len(args) != 1 {
		return "", nil, fmt.Errorf("one field is wanted")
	}
	field, ok := args[0].(*parse.FieldNode)
	if !ok {
		return "", nil, fmt.Errorf("%T is not for texts", args[0])
	}
	path = field.Ident
	key = verb + " " + strings.Join(path, ".")
	field.Ident = []string{key}
	if verb == "range" {
		field.Ident = []string{key, "Items"}
	}
	pipe.Cmds[0].Args = []parse.Node{field}
	if verb != "range" {
		p.need(need{key, verb, path})
	}
	return key, path, nil
}

func (p *plan) need(n need) {
	for _, known := range p.needs {
		if known.key == n.key {
			return
		}
	}
	p.needs = append(p.needs, n)
}

// scope is where paths start: the flow's values, or one record of a list.
type scope struct {
	values Values
	item   string // JSON; empty: the flow's values
}

// find gives the JSON at a path; ok is false when there is none, or null.
func (s scope) find(path []string) (raw string, ok bool) {
	raw = s.item
	if s.item == "" {
		raw, path = strings.TrimSpace(s.values[path[0]].Reveal()), path[1:]
		if past(raw, 0) != len(raw) {
			return "", false // not JSON, or nothing
		}
	}
	for _, name := range path {
		if raw, ok = member(raw, name); !ok {
			return "", false
		}
	}
	return raw, raw != "" && raw != "null"
}

// filling is one rendering's data in the making.
type filling struct {
	world  *World
	words  *words
	failed error // the first value that did not fit its function
}

// cell is what text/template finds under a key: a text, or the records of a
// list. It goes by pointer because reflection copies anything else on the
// heap once more (27 allocations for a typical text became 18); nil is what
// an if takes for no.
type cell struct {
	shown string
	Items []cells
}

type cells = map[string]*cell

// String is how text/template prints a cell.
func (c *cell) String() string { return c.shown }

func (f *filling) data(p *plan, from scope) cells {
	data, room := make(cells, len(p.needs)+len(p.lists)), make([]cell, len(p.needs)+len(p.lists))
	for i, n := range p.needs {
		shown, ok := f.value(n, from)
		switch room[i].shown = shown; {
		case ok:
			data[n.key] = &room[i]
		case n.verb == "if":
			data[n.key] = nil
		}
	}
	for i, l := range p.lists {
		raw, ok := from.find(l.path)
		if !ok || raw[0] != '[' {
			continue
		}
		list := &room[len(p.needs)+i]
		for item := range elements(raw) {
			list.Items = append(list.Items, f.data(l.body, scope{item: item}))
		}
		data[l.key] = list
	}
	return data
}

// value finds what a need asks for; not ok is absent, and for an if also no.
func (f *filling) value(n need, from scope) (shown string, ok bool) {
	if worldly(n.path[0]) {
		shown, ok = f.world.lookup(n.path)
		return shown, ok && (n.verb != "if" || shown != "")
	}
	raw, ok := from.find(n.path)
	switch {
	case !ok:
		return "", false
	case n.verb == "if":
		return "", holds(raw)
	}
	return f.show(n, raw)
}

// show gives a value as a person reads it.
func (f *filling) show(n need, raw string) (string, bool) {
	shown, err := f.call(n, raw)
	if err != nil && f.failed == nil {
		f.failed = fmt.Errorf("%s .%s: %w", n.verb, strings.Join(n.path, "."), err)
	}
	return shown, err == nil
}
