package flows_test

import (
	"bytes"
	"io/fs"
	"os"
	"testing"
	"testing/fstest"
	"time"

	"github.com/gemeentebode/bode/bot/flow"
	"github.com/gemeentebode/bode/flows"
	"github.com/gemeentebode/bode/locales"
)

// files is what the program carries, as one folder.
func files(t *testing.T) fstest.MapFS {
	t.Helper()
	out := fstest.MapFS{}
	for dir, from := range map[string]fs.FS{"flows": flows.FS, "locales": locales.FS} {
		for _, pattern := range []string{"*.toml", "notices/*.toml", "templates/*.toml"} {
			names, err := fs.Glob(from, pattern)
			if err != nil {
				t.Fatal(err)
			}
			for _, name := range names {
				data, err := fs.ReadFile(from, name)
				if err != nil {
					t.Fatal(err)
				}
				out[dir+"/"+name] = &fstest.MapFile{Data: data}
			}
		}
	}
	return out
}

func options() flow.Options {
	return flow.Options{
		Operations: newTown(nil).operations(),
		Audiences:  newTown(nil).audiences(),
		At:         time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC),
		Hosts:      []string{"voorbeeldstad.example"},
		Publishing: true,
	}
}

// load gives the example; a fault or even a hint in it fails the test. A text
// without its English is a fault too.
func load(t *testing.T) *flow.Bundle {
	t.Helper()
	bundle, faults := flow.Load(files(t), options())
	for _, f := range faults {
		t.Errorf("%s (%s)", f, f.Code)
	}
	if bundle == nil {
		t.Fatal("the example did not load")
	}
	return bundle
}

func TestExample_hasNoFaultsAndNoHints(t *testing.T) {
	bundle := load(t)
	for _, name := range bundle.Shared.Menu {
		if bundle.Flows[name] == nil {
			t.Errorf("the menu names %q, which is not there", name)
		}
	}
}

// Every consent that is asked for is for something that comes: a job of a
// service that has its audience, or notices that a colleague pushes; and no job
// goes to a topic that nobody can sign up for.
func TestExample_whatIsPromisedIsSent(t *testing.T) {
	bundle := load(t)
	asked, sent := map[string]bool{}, map[string]bool{}
	for _, n := range bundle.Notices {
		sent[n.Topic] = true
	}
	for name, f := range bundle.Flows {
		for _, state := range f.States {
			if state.Kind == flow.Subscribe {
				asked[state.Topic] = true
			}
		}
		for _, n := range f.Notifications {
			sent[n.Topic] = true
			if bundle.Templates[n.Template] == nil {
				t.Errorf("%s.%s has no template %q for whoever last wrote more than a day ago", name, n.Name, n.Template)
			}
			for _, language := range bundle.Shared.Languages {
				if n.Text.ByLanguage[language] == nil {
					t.Errorf("%s.%s is not written in %q", name, n.Name, language)
				}
			}
		}
	}
	for topic := range bundle.Shared.Topics {
		if !asked[topic] || !sent[topic] {
			t.Errorf("topic %s: consent is asked %v, something is sent %v", topic, asked[topic], sent[topic])
		}
	}
}

func TestSchema_isTheOneOfTheProgram(t *testing.T) {
	data, err := os.ReadFile("flow.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(bytes.TrimSpace(data), bytes.TrimSpace(flow.Schema())) {
		t.Error("flow.schema.json is not what `bode schema` writes: run go run ./cmd/bode schema > flows/flow.schema.json")
	}
}
