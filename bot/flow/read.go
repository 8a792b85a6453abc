package flow

import (
	"bytes"
	"sort"
	"strconv"
	"unicode/utf8"

	"github.com/pelletier/go-toml/v2/unstable"
)

// form is what kind of value stands in a file.
type form int

const (
	aTable form = iota
	aList
	aText
	aWhole
	aFloat
	aTruth
	aDate    // 2027-12-31
	aMoment  // 2027-12-31T12:00:00, with or without a zone
	aDayTime // 12:00:00
)

// node is one value of a TOML file with its place.
type node struct {
	form   form
	at     place // of the value
	keyAt  place // of the key; of the header for a table
	text   string
	raw    []byte // aText: with its quotes, to find the place of a letter in it
	offset int    // of raw, in bytes
	table  map[string]*node
	order  []string // the table's keys as they were written
	items  []*node
	inline bool // { ... } or [ ... ], so that nothing can be added further on
	header bool // written as [name] or [[name]]
}

func newTable(at place) *node {
	return &node{form: aTable, at: at, keyAt: at, table: map[string]*node{}}
}

// has tells whether a table has a key.
func (n *node) has(key string) bool { return n != nil && n.table[key] != nil }

// mistake is something that keeps a line from being read.
type mistake struct {
	at                   place
	code, dutch, english string
	broken               string // the path of the table that now lacks something
}

// document is one file as a tree, with the place of every key path.
type document struct {
	root     *node
	places   map[string]place
	mistakes []mistake
	lines    []int // offset of each line
	data     []byte
}

// tableBuilder walks over a file once and puts every key in its table.
type tableBuilder struct {
	*document
	parser  unstable.Parser
	current *node  // where keys go now
	path    string // of current
}

// readTOML reads a whole file. A line that cannot be read is noted and left
// out with what belongs to it, so that the rest still shows its own mistakes.
func readTOML(data []byte) *document {
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")) // Windows writes it
	data = bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n"))
	clean := bytes.Clone(data)
	var mistakes []mistake
	for {
		b := newBuilder(clean)
		wrong, from, to := b.build()
		if wrong == nil {
			b.data = data
			b.mistakes = append(mistakes, b.mistakes...)
			return b.document
		}
		mistakes = append(mistakes, *wrong)
		if len(bytes.TrimSpace(clean[from:to])) == 0 || len(mistakes) == mostMistakes {
			from, to = 0, len(clean) // nothing was left out, or too much: what remains cannot be read
		}
		blank(clean[from:to])
	}
}

// mostMistakes: a file that goes on being unreadable is not a flow file.
const mostMistakes = 20

func blank(data []byte) {
	for i, c := range data {
		if c != '\n' {
			data[i] = ' '
		}
	}
}

func newBuilder(data []byte) *tableBuilder {
	doc := &document{data: data, places: map[string]place{"": {1, 1}}, lines: []int{0}, root: newTable(place{1, 1})}
	for i, c := range data {
		if c == '\n' {
			doc.lines = append(doc.lines, i+1)
		}
	}
	return &tableBuilder{document: doc, current: doc.root}
}

// place turns an offset into a line and a column in characters.
func (d *document) place(offset int) place {
	line := sort.SearchInts(d.lines, offset+1)
	start := d.lines[line-1]
	return place{line, utf8.RuneCount(d.data[start:offset]) + 1}
}

// build gives the mistake that stopped it, if any, and the bytes to leave out.
func (b *tableBuilder) build() (wrong *mistake, from, to int) {
	b.parser.Reset(b.data)
	end := 0 // of what was read so far
	for b.parser.NextExpression() {
		e := b.parser.Expression()
		end = b.endOf(e)
		switch e.Kind {
		case unstable.Table, unstable.ArrayTable:
			b.openTable(e)
		case unstable.KeyValue:
			b.keyValue(b.current, b.path, e)
		}
	}
	if err := b.parser.Error(); err != nil {
		return b.syntaxMistake(err, end)
	}
	return nil, 0, 0
}

// endOf gives the offset behind an expression: a header ends on its line.
func (b *tableBuilder) endOf(e *unstable.Node) int {
	if e.Kind == unstable.KeyValue {
		return int(e.Raw.Offset + e.Raw.Length)
	}
	end := 0
	for it := e.Key(); it.Next(); {
		end = int(it.Node().Raw.Offset + it.Node().Raw.Length)
	}
	for end < len(b.data) && b.data[end] != '\n' {
		end++
	}
	return end
}

type keyPart struct {
	name string
	at   place
	end  int
}

func (b *tableBuilder) keyParts(e *unstable.Node) []keyPart {
	var parts []keyPart
	for it := e.Key(); it.Next(); {
		raw := it.Node().Raw
		parts = append(parts, keyPart{string(it.Node().Data), b.place(int(raw.Offset)), int(raw.Offset + raw.Length)})
	}
	return parts
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

// openTable makes [a.b] or [[a.b]] the table where the next keys go.
func (b *tableBuilder) openTable(e *unstable.Node) {
	parts := b.keyParts(e)
	last := parts[len(parts)-1]
	parent, path, ok := b.descend(b.root, "", parts[:len(parts)-1])
	path = join(path, last.name)
	b.current, b.path = newTable(last.at), path // where nobody looks, until there is a better place
	if !ok {
		return
	}
	old := parent.table[last.name]
	if e.Kind == unstable.ArrayTable {
		b.openItem(parent, old, path, last)
		return
	}
	if old != nil && (old.form != aTable || old.inline || old.header) {
		b.twice(last, "["+path+"]", old)
		return
	}
	if old == nil {
		old = b.put(parent, path, last, newTable(last.at))
	}
	old.header, old.keyAt = true, last.at
	b.places[path] = last.at
	b.current, b.path = old, path
}

func (b *tableBuilder) openItem(parent, list *node, path string, last keyPart) {
	item := newTable(last.at)
	item.header = true
	b.current, b.path = item, path
	if list != nil && (list.form != aList || list.inline) {
		b.twice(last, "[["+path+"]]", list)
		return
	}
	if list == nil {
		list = b.put(parent, path, last, &node{form: aList, at: last.at, keyAt: last.at})
	}
	b.path = join(path, strconv.Itoa(len(list.items)))
	b.places[b.path] = last.at
	list.items = append(list.items, item)
}

func (b *tableBuilder) put(parent *node, path string, key keyPart, n *node) *node {
	parent.table[key.name] = n
	parent.order = append(parent.order, key.name)
	if _, known := b.places[path]; !known {
		b.places[path] = n.at
	}
	return n
}

// descend walks to the table that a dotted name lies in, making it on the way.
func (b *tableBuilder) descend(n *node, path string, parts []keyPart) (*node, string, bool) {
	for _, part := range parts {
		path = join(path, part.name)
		next := n.table[part.name]
		switch {
		case next == nil:
			next = b.put(n, path, part, newTable(part.at))
		case next.form == aList && !next.inline && len(next.items) > 0:
			path = join(path, strconv.Itoa(len(next.items)-1))
			next = next.items[len(next.items)-1]
		case next.form != aTable || next.inline:
			b.twice(part, path, next)
			return nil, "", false
		}
		n = next
	}
	return n, path, true
}

func (b *tableBuilder) keyValue(table *node, path string, e *unstable.Node) {
	parts := b.keyParts(e)
	last := parts[len(parts)-1]
	table, path, ok := b.descend(table, path, parts[:len(parts)-1])
	if !ok {
		return
	}
	path = join(path, last.name)
	if old := table.table[last.name]; old != nil {
		b.twice(last, path, old)
		return
	}
	b.places[path] = b.place(b.valueOffset(last.end))
	n := b.value(e.Value(), path)
	n.keyAt = last.at
	b.put(table, path, last, n)
}

// valueOffset finds where the value behind a key begins: the parser does not
// say so of a list.
func (b *tableBuilder) valueOffset(offset int) int {
	for offset < len(b.data) && (b.data[offset] == ' ' || b.data[offset] == '\t' || b.data[offset] == '=') {
		offset++
	}
	return offset
}

func (b *tableBuilder) value(v *unstable.Node, path string) *node {
	n := &node{form: formOf(v.Kind), at: b.places[path], text: string(v.Data)}
	switch v.Kind {
	case unstable.String:
		n.raw, n.offset = b.parser.Raw(v.Raw), int(v.Raw.Offset)
	case unstable.Array:
		n.inline = true
		for it := v.Children(); it.Next(); {
			own := join(path, strconv.Itoa(len(n.items)))
			b.places[own] = n.at
			if it.Node().Raw.Length > 0 {
				b.places[own] = b.place(int(it.Node().Raw.Offset))
			}
			n.items = append(n.items, b.value(it.Node(), own))
		}
	case unstable.InlineTable:
		n.inline, n.table, n.keyAt = true, map[string]*node{}, n.at
		b.overLines(int(v.Raw.Offset), n.at)
		for it := v.Children(); it.Next(); {
			b.keyValue(n, path, it.Node())
		}
	}
	return n
}

func formOf(k unstable.Kind) form {
	switch k {
	case unstable.Array:
		return aList
	case unstable.String:
		return aText
	case unstable.Integer:
		return aWhole
	case unstable.Float:
		return aFloat
	case unstable.Bool:
		return aTruth
	case unstable.LocalDate:
		return aDate
	case unstable.LocalDateTime, unstable.DateTime:
		return aMoment
	case unstable.LocalTime:
		return aDayTime
	}
	return aTable
}
