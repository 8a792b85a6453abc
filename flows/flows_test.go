package flows_test

import (
	"io/fs"
	"maps"
	"testing"
	"testing/fstest"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/flow"
	"github.com/gemeentebode/bode/bot/service/address"
	"github.com/gemeentebode/bode/bot/service/waste"
	"github.com/gemeentebode/bode/flows"
	"github.com/gemeentebode/bode/locales"
)

// bundle is what the program carries, as one folder.
func bundle(t *testing.T) fstest.MapFS {
	t.Helper()
	out := fstest.MapFS{}
	for dir, from := range map[string]fs.FS{"flows": flows.FS, "locales": locales.FS} {
		names, err := fs.Glob(from, "*.toml")
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
	return out
}

func options() flow.Options {
	return flow.Options{
		Operations: append(address.Example().Operations(), waste.Example().Operations()...),
		Audiences:  waste.Example().Audiences(),
		At:         time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC),
		Hosts:      []string{"voorbeeldstad.example"},
		Publishing: true,
	}
}

func TestExample_hasNoFaultsAndNoHints(t *testing.T) {
	got, faults := flow.Load(bundle(t), options())
	for _, f := range faults {
		t.Errorf("%s (%s)", f, f.Code)
	}
	if got == nil {
		t.Fatal("the example did not load")
	}
	for _, name := range got.Shared.Menu {
		if got.Flows[name] == nil {
			t.Errorf("the menu names %q, which is not there", name)
		}
	}
}

func TestExample_isCompleteInEnglish(t *testing.T) {
	got, _ := flow.Load(bundle(t), options())
	if got == nil {
		t.Fatal("the example did not load")
	}
	for name, f := range got.Flows {
		for _, state := range f.States {
			for what, text := range maps.All(map[string]interface{ Has(string) bool }{}) {
				if !text.Has("en") {
					t.Errorf("%s.%s: %s has no English", name, state.Name, what)
				}
			}
		}
	}
}

var _ = bot.Operation{}
