package flow

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"
)

// A file is decoded into the types of readtypes.go and sharedtypes.go by
// their tags, so that the schema, the checks of form and the reading cannot
// differ: "toml" names the key, "jsonschema" says whether it is required and
// which values it may have.

// keyRule is one key that a table may have.
type keyRule struct {
	key      string
	index    int
	required bool
	values   []string // the closed list
}

func rulesOf(t reflect.Type) []keyRule {
	var rules []keyRule
	for i := range t.NumField() {
		key, _, _ := strings.Cut(t.Field(i).Tag.Get("toml"), ",")
		if key == "" || key == "-" {
			continue
		}
		f := keyRule{key: key, index: i}
		for _, rule := range strings.Split(t.Field(i).Tag.Get("jsonschema"), ",") {
			name, value, _ := strings.Cut(rule, "=")
			switch name {
			case "required":
				f.required = true
			case "enum":
				f.values = append(f.values, value)
			}
		}
		rules = append(rules, f)
	}
	return rules
}

// reader decodes one file.
type reader struct {
	l       *loading
	file    string
	doc     *document
	zone    *time.Location
	within  []scope         // the tables around the one being decoded, the file first
	adopted map[string]bool // key paths that were given from elsewhere
	broken  map[string]bool // tables that lack what could not be read
}

type scope struct {
	path   string
	table  *node
	target reflect.Value
	rules  []keyRule
}

// newReader notes the mistakes of the reading and takes over the places.
func newReader(l *loading, file string, data []byte) *reader {
	doc := readTOML(data)
	r := &reader{l: l, file: file, doc: doc, zone: amsterdam(), adopted: map[string]bool{}, broken: map[string]bool{}}
	for path, at := range doc.places {
		l.places[file+"#"+path] = at
	}
	for _, m := range doc.mistakes {
		r.faultAt(m.at, m.code, m.dutch, m.english)
		if strings.HasPrefix(m.code, "toml") {
			l.broken[file] = true
			r.broken[m.broken] = true
		}
	}
	return r
}

func (r *reader) faultAt(at place, code, dutch, english string) {
	r.l.faults = append(r.l.faults, Fault{File: r.file, Line: at.line, Column: at.column, Code: code, Dutch: dutch, English: english})
}

func (r *reader) fault(path, code, dutch, english string) {
	r.l.fault(r.file, path, code, dutch, english)
}

// into decodes the whole file into a pointer to a struct.
func (r *reader) into(target any) { r.table("", r.doc.root, reflect.ValueOf(target).Elem()) }

func (r *reader) decode(path string, n *node, v reflect.Value) {
	if v.Kind() == reflect.Pointer {
		v.Set(reflect.New(v.Type().Elem()))
		v = v.Elem()
	}
	switch v.Type() {
	case dateType:
		r.date(path, n, v.Addr().Interface().(*date))
		return
	case momentType:
		r.moment(path, n, v.Addr().Interface().(*moment))
		return
	case scalarType:
		r.scalar(path, n, v.Addr().Interface().(*scalar))
		return
	}
	if !holds(n.form, v.Type()) {
		r.wrongType(path, n, v.Type())
		return
	}
	switch v.Kind() {
	case reflect.String:
		if strings.TrimSpace(n.text) == "" {
			r.faultAt(n.at, "empty-value", fmt.Sprintf("%q is leeg", nameOf(path)), fmt.Sprintf("%q is empty", nameOf(path)))
		}
		v.SetString(n.text)
	case reflect.Bool:
		v.SetBool(n.text == "true")
	case reflect.Int:
		r.whole(n, v)
	case reflect.Slice:
		r.list(path, n, v)
	case reflect.Map:
		r.names(path, n, v)
	case reflect.Struct:
		r.table(path, n, v)
	}
}

func holds(s form, t reflect.Type) bool {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch t {
	case dateType:
		return s == aDate
	case momentType:
		return s == aDate || s == aMoment
	case scalarType:
		return s != aTable && s != aList
	}
	switch t.Kind() {
	case reflect.String:
		return s == aText
	case reflect.Bool:
		return s == aTruth
	case reflect.Int:
		return s == aWhole
	case reflect.Slice:
		return s == aList
	}
	return s == aTable
}

func (r *reader) list(path string, n *node, v reflect.Value) {
	out := reflect.MakeSlice(v.Type(), len(n.items), len(n.items))
	for i, item := range n.items {
		r.decode(join(path, strconv.Itoa(i)), item, out.Index(i))
	}
	v.Set(out)
}

// names decodes a table whose keys are the editor's own.
func (r *reader) names(path string, n *node, v reflect.Value) {
	r.within = append(r.within, scope{path: path, table: n})
	defer func() { r.within = r.within[:len(r.within)-1] }()
	v.Set(reflect.MakeMap(v.Type()))
	for _, key := range n.order {
		own := join(path, key)
		if r.strayName(own, key, n, v.Type().Elem()) {
			continue
		}
		value := reflect.New(v.Type().Elem()).Elem()
		r.decode(own, n.table[key], value)
		v.SetMapIndex(reflect.ValueOf(key), value)
	}
}

func (r *reader) table(path string, n *node, v reflect.Value) {
	here := scope{path, n, v, rulesOf(v.Type())}
	r.within = append(r.within, here)
	defer func() { r.within = r.within[:len(r.within)-1] }()
	if own := v.FieldByName("Node"); own.IsValid() && own.Type() == nodeType {
		own.Set(reflect.ValueOf(n))
	}
	r.merge(here)
	for _, key := range n.order {
		if f, ok := here.rule(key); ok {
			r.value(join(path, key), n.table[key], v.Field(f.index), f)
		} else if !r.adopted[join(path, key)] {
			r.unknown(here, key)
		}
	}
	for _, f := range here.rules {
		if f.required && !n.has(f.key) && !r.adopted[join(path, f.key)] && !r.broken[path] {
			r.fault(path, "missing-key", fmt.Sprintf("hier ontbreekt %q", f.key), fmt.Sprintf("%q is missing here", f.key))
		}
	}
}

func (s scope) rule(key string) (keyRule, bool) {
	for _, f := range s.rules {
		if f.key == key {
			return f, true
		}
	}
	return keyRule{}, false
}

// value decodes a key's value and holds it against its closed list. A near
// value is taken for the one that was meant, so that one typing error is one fault.
func (r *reader) value(path string, n *node, v reflect.Value, f keyRule) {
	if !holds(n.form, v.Type()) && r.strayShape(path, n, f.key) {
		return
	}
	r.decode(path, n, v)
	if f.values == nil || v.Kind() != reflect.String || v.String() == "" {
		return
	}
	if meant, ok := r.oneOf(path, "unknown-"+f.key, f.key, v.String(), f.values); !ok {
		v.SetString(meant)
	}
}

// oneOf holds a value against a closed list; it gives the near one.
func (r *reader) oneOf(path, code, key, value string, known []string) (string, bool) {
	for _, k := range known {
		if k == value {
			return k, true
		}
	}
	meant := near(value, known)
	r.fault(path, code,
		fmt.Sprintf("%q kent %q niet.%s Het kan zijn: %s.", key, value, meantDutch(meant), strings.Join(known, ", ")),
		fmt.Sprintf("%q does not know %q.%s It can be: %s.", key, value, meantEnglish(meant), strings.Join(known, ", ")))
	return meant, false
}

// unknown notes a key that its table does not have: put there by TOML because
// it was written too low, or misspelled.
func (r *reader) unknown(here scope, key string) {
	n := here.table.table[key]
	path := join(here.path, key)
	if home, f, ok := r.home(here, key, n); ok {
		r.misplaced(here, home, f, n)
		return
	}
	var free []string
	for _, f := range here.rules {
		if !here.table.has(f.key) {
			free = append(free, f.key)
		}
	}
	meant := near(key, free)
	r.faultAt(n.keyAt, "unknown-key", fmt.Sprintf("%q ken ik hier niet.%s", key, meantDutch(meant)), fmt.Sprintf("%q is not known here.%s", key, meantEnglish(meant)))
	if meant != "" {
		r.adopt(here, meant, path, n)
	}
}

// adopt decodes a value as the key that was meant.
func (r *reader) adopt(home scope, key, from string, n *node) {
	f, _ := home.rule(key)
	path := join(home.path, key)
	if home.table.has(key) || r.adopted[path] {
		return
	}
	r.adopted[path] = true
	r.moved(from, path)
	home.table.table[key] = n
	r.value(path, n, home.target.Field(f.index), f)
}

// merge takes a table with a misspelled name for part of the one that was
// meant: [state.x] beside [states.y].
func (r *reader) merge(here scope) {
	var tables []string
	for _, f := range here.rules {
		if n := here.table.table[f.key]; n != nil && n.form == aTable && !n.inline {
			tables = append(tables, f.key)
		}
	}
	for _, key := range here.table.order {
		n := here.table.table[key]
		meant := near(key, tables)
		if _, known := here.rule(key); known || meant == "" || n.form != aTable {
			continue
		}
		r.faultAt(n.keyAt, "unknown-key", fmt.Sprintf("%q ken ik hier niet.%s", key, meantDutch(meant)), fmt.Sprintf("%q is not known here.%s", key, meantEnglish(meant)))
		r.adopted[join(here.path, key)] = true
		r.moved(join(here.path, key), join(here.path, meant))
		for _, inner := range n.order {
			if home := here.table.table[meant]; !home.has(inner) {
				home.table[inner], home.order = n.table[inner], append(home.order, inner)
			}
		}
	}
}

// moved makes the places of a key path known under another one as well.
func (r *reader) moved(from, to string) {
	for own, at := range r.doc.places {
		if rest, ok := strings.CutPrefix(own, from); ok && (rest == "" || rest[0] == '.') {
			if _, taken := r.l.places[r.file+"#"+to+rest]; !taken {
				r.l.places[r.file+"#"+to+rest] = at
			}
		}
	}
}

// home finds the table around this one that a key belongs to.
func (r *reader) home(here scope, key string, n *node) (scope, keyRule, bool) {
	if !here.table.header {
		return scope{}, keyRule{}, false
	}
	for i := len(r.within) - 2; i >= 0; i-- {
		if f, ok := r.within[i].rule(key); ok && holds(n.form, r.within[i].target.Field(f.index).Type()) {
			return r.within[i], f, true
		}
	}
	return scope{}, keyRule{}, false
}

func (r *reader) misplaced(here, home scope, f keyRule, n *node) {
	dutch := fmt.Sprintf("%q hoort niet bij [%s]. Zet het bovenaan het bestand, boven de eerste regel met [haken].", f.key, here.path)
	english := fmt.Sprintf("%q does not belong to [%s]. Put it at the top of the file, above the first line with [brackets].", f.key, here.path)
	if home.path != "" {
		dutch = fmt.Sprintf("%q hoort bij [%s], niet bij [%s]. Zet het direct onder [%s].", f.key, home.path, here.path, home.path)
		english = fmt.Sprintf("%q belongs to [%s], not to [%s]. Put it directly under [%s].", f.key, home.path, here.path, home.path)
	}
	r.faultAt(n.keyAt, "misplaced", dutch, english)
	r.adopt(home, f.key, join(here.path, f.key), n)
}

// strayShape recognises a key that has a name of this table but the form of
// one further up: menu = [...] under [words].
func (r *reader) strayShape(path string, n *node, key string) bool {
	here := r.within[len(r.within)-1]
	home, f, ok := r.home(here, key, n)
	if ok {
		r.misplaced(here, home, f, n)
	}
	return ok
}

// strayName recognises a key that stands among names of the editor's own, but
// has the form of a key further up (menu = [...] under [texts]), or is one
// that is required there and missing (title = "..." under [renamed]).
func (r *reader) strayName(path, key string, n *node, element reflect.Type) bool {
	value := n.table[key]
	home, f, ok := r.home(r.within[len(r.within)-1], key, value)
	if !ok || home.table.has(key) {
		return false
	}
	if holds(value.form, element) && !f.required && !strings.HasSuffix(r.within[len(r.within)-1].path, ".on") {
		return false
	}
	r.misplaced(r.within[len(r.within)-1], home, f, value)
	return true
}
