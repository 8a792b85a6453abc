package flow

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"strings"
	"testing"

	"github.com/pelletier/go-toml/v2"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// asJSON is how tools give a TOML file to a schema: dates become strings.
func asJSON(v any) any {
	switch x := v.(type) {
	case map[string]any:
		for k, item := range x {
			x[k] = asJSON(item)
		}
	case []any:
		for i, item := range x {
			x[i] = asJSON(item)
		}
	case toml.LocalDate:
		return x.String()
	case toml.LocalDateTime:
		return x.String()
	}
	return v
}

func compileSchema(t *testing.T, schema []byte) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(schema))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("schema.json", doc); err != nil {
		t.Fatal(err)
	}
	compiled, err := c.Compile("schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return compiled
}

func validate(t *testing.T, schema []byte, file string) error {
	t.Helper()
	var doc map[string]any
	if err := toml.Unmarshal([]byte(file), &doc); err != nil {
		t.Fatal(err)
	}
	return compileSchema(t, schema).Validate(asJSON(doc))
}

func TestSchema_acceptsWhatLoadAccepts(t *testing.T) {
	files := goodFiles(t)
	for name := range files {
		schema := Schema()
		switch {
		case strings.HasPrefix(name, "locales/"):
			continue
		case name == sharedFile:
			schema = SharedSchema()
		case strings.HasPrefix(name, noticeDir):
			schema = NoticeSchema()
		case strings.HasPrefix(name, templateDir):
			schema = TemplateSchema()
		}
		data, err := fs.ReadFile(files, name)
		if err != nil {
			t.Fatal(err)
		}
		if err := validate(t, schema, string(data)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestSchema_refusesMistakes(t *testing.T) {
	for _, p := range []planted{
		{name: "a misspelled key", file: kliko, before: `keywords =`, after: `keyword =`},
		{name: "a misspelled key of a state", file: kliko, before: `save = "adres"`, after: `sav = "adres"`},
		{name: "a misspelled key of a choice", file: kliko, before: `{ label = "Ja"`, after: `{ labl = "Ja"`},
		{name: "an unknown purpose", file: kliko, before: `"municipal_service"`, after: `"marketing"`},
		{name: "an unknown question", file: kliko, before: `"address"`, after: `"bsn"`},
		{name: "a missing title", file: kliko, before: `title    = "Kliko"`, after: ``},
		{name: "a text that is a number", file: kliko, before: `"Kliko"`, after: `7`},
	} {
		files := goodFiles(t)
		change(t, files, p.file, p.before, p.after)
		if err := validate(t, Schema(), string(files[p.file].Data)); err == nil {
			t.Errorf("%s is accepted", p.name)
		}
	}
}

// unexplained lists the keys of a schema that have no description.
func unexplained(path string, schema map[string]any) []string {
	var out []string
	keys, _ := schema["properties"].(map[string]any)
	for key, of := range keys {
		inner := of.(map[string]any)
		if inner["description"] == nil {
			out = append(out, path+"."+key)
		}
		out = append(out, unexplained(path+"."+key, inner)...)
	}
	for _, below := range []string{"items", "additionalProperties"} {
		if inner, ok := schema[below].(map[string]any); ok {
			out = append(out, unexplained(path+"."+below, inner)...)
		}
	}
	return out
}

func TestSchema_explainsEveryKey(t *testing.T) {
	for name, data := range map[string][]byte{"flow": Schema(), "bode": SharedSchema(), "notice": NoticeSchema()} {
		var schema map[string]any
		if err := json.Unmarshal(data, &schema); err != nil {
			t.Fatal(err)
		}
		if keys, _ := schema["properties"].(map[string]any); len(keys) < 8 {
			t.Errorf("%s knows %d keys", name, len(keys))
		}
		if missing := unexplained(name, schema); missing != nil {
			t.Errorf("not explained: %v", missing)
		}
	}
}
