package text

import (
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2/unstable"
)

// keys are the places of all keys of a TOML file, by their dotted path.
type keys map[string]Place

// own are go-i18n's words: the keys of a message itself.
var own = []string{"id", "description", "hash", "leftdelim", "rightdelim", "zero", "one", "two", "few", "many", "other", "translation"}

// keyPlaces walks a file once. A file that is not TOML gives what came before.
func keyPlaces(file string, data []byte) keys {
	found, table := keys{}, ""
	p := &unstable.Parser{}
	p.Reset(data)
	for p.NextExpression() {
		e := p.Expression()
		switch e.Kind {
		case unstable.Table, unstable.ArrayTable:
			table = found.note(p, file, "", e.Key(), nil)
		case unstable.KeyValue:
			found.value(p, file, table, e)
		}
	}
	return found
}

func (k keys) value(p *unstable.Parser, file, table string, e *unstable.Node) {
	value := e.Value()
	path := k.note(p, file, table, e.Key(), value)
	if value.Kind != unstable.InlineTable {
		return
	}
	for it := value.Children(); it.Next(); {
		k.value(p, file, path, it.Node())
	}
}

// note keeps the place of a key, or of the text where the value is one.
func (k keys) note(p *unstable.Parser, file, table string, it unstable.Iterator, value *unstable.Node) string {
	path, at := table, unstable.Range{}
	for it.Next() {
		path += "." + string(it.Node().Data)
		at = it.Node().Raw
	}
	path = strings.TrimPrefix(path, ".")
	if value != nil && value.Kind == unstable.String {
		at = value.Raw
	}
	start := p.Shape(at).Start
	k[path] = Place{file, start.Line, start.Column}
	return path
}

// of is the place of a message's text: its other, else its own key.
func (k keys) of(id string) Place {
	if at, ok := k[id+".other"]; ok {
		return at
	}
	return k[id]
}

// mixed finds a table in which words of go-i18n stand among ordinary keys,
// which go-i18n refuses without a line.
func (k keys) mixed() (Place, bool) {
	ordinary := map[string]bool{}
	for path := range k {
		if parent, name := split(path); !slices.Contains(own, strings.ToLower(name)) {
			ordinary[parent] = true
		}
	}
	for _, path := range k.inOrder() {
		parent, name := split(path)
		if _, table := k[path+".other"]; !table && ordinary[parent] && slices.Contains(own, strings.ToLower(name)) {
			return k[path], true
		}
	}
	return Place{}, false
}

// notText finds the first value that no translation can be: a number, a list.
func notText(file string, data []byte) (Place, bool) {
	p := &unstable.Parser{}
	p.Reset(data)
	for p.NextExpression() {
		e := p.Expression()
		if e.Kind != unstable.KeyValue || e.Value().Kind == unstable.String || e.Value().Kind == unstable.InlineTable {
			continue
		}
		it := e.Key()
		it.Next()
		start := p.Shape(it.Node().Raw).Start
		return Place{file, start.Line, start.Column}, true
	}
	return Place{}, false
}

func (k keys) inOrder() []string {
	var paths []string
	for path := range k {
		paths = append(paths, path)
	}
	slices.SortFunc(paths, func(a, b string) int {
		if k[a].Line != k[b].Line {
			return k[a].Line - k[b].Line
		}
		return k[a].Column - k[b].Column
	})
	return paths
}

func split(path string) (parent, name string) {
	cut := strings.LastIndexByte(path, '.')
	return path[:max(cut, 0)], path[cut+1:]
}
