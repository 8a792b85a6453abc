package flow

import (
	"encoding/json"
	"reflect"

	"github.com/invopop/jsonschema"
)

// Schema gives the JSON Schema of a flow's file, for editors that complete
// and check while one types. It is made of the types that decode the files.
func Schema() []byte { return schemaOf(&flowTOML{}, "Een flow van Bode") }

// SharedSchema gives the JSON Schema of flows/bode.toml.
func SharedSchema() []byte { return schemaOf(&sharedTOML{}, "Wat de flows van Bode delen") }

// NoticeSchema gives the JSON Schema of a file of flows/notices.
func NoticeSchema() []byte { return schemaOf(&noticeTOML{}, "Een tijdelijk bericht van Bode") }

func schemaOf(file any, title string) []byte {
	r := jsonschema.Reflector{
		FieldNameTag: "toml", RequiredFromJSONSchemaTags: true, Anonymous: true,
		ExpandedStruct: true, DoNotReference: true, Mapper: schemaOfValue,
	}
	schema := r.Reflect(file)
	schema.Title = title
	data, err := json.MarshalIndent(schema, "", "  ")
	if err != nil {
		panic(err) // our own types
	}
	return append(data, '\n')
}

// schemaOfValue describes the values that TOML has and JSON does not: tools
// give a date to the schema as a string.
func schemaOfValue(t reflect.Type) *jsonschema.Schema {
	switch t {
	case dateType:
		return &jsonschema.Schema{Type: "string", Format: "date"}
	case momentType:
		return &jsonschema.Schema{Type: "string"}
	case scalarType:
		return &jsonschema.Schema{OneOf: []*jsonschema.Schema{{Type: "string"}, {Type: "number"}, {Type: "boolean"}}}
	}
	return nil
}
