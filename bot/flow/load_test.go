package flow

import (
	"io/fs"
	"os"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/gemeentebode/bode/bot"
)

// goodOptions are the services that the bundle of testdata/good calls.
func goodOptions() Options {
	return Options{
		At:        time.Date(2026, 11, 20, 10, 0, 0, 0, amsterdam()),
		Hosts:     []string{"waterveen.example"},
		Sentences: []string{"engine.invalid.date"},
		Operations: []bot.Operation{
			{Name: "waste.pickups", With: []bot.Field{{Name: "address", Kind: bot.FieldAddress}}, Outcomes: []bot.OutcomeField{
				{Name: "found", Saves: &bot.Field{Name: "pickups", Kind: bot.FieldList, Most: 6, Fields: []bot.Field{
					{Name: "date", Kind: bot.FieldDate, Longest: 30},
					{Name: "kind", Kind: bot.FieldCode, Codes: []string{"gft", "papier"}},
				}}},
				{Name: "none"}, {Name: "failed"},
			}},
			{Name: "address.find", With: []bot.Field{{Name: "text", Kind: bot.FieldText}}, Outcomes: []bot.OutcomeField{{Name: "found"}, {Name: "several"}, {Name: "none"}, {Name: "failed"}}},
		},
		Audiences: []bot.Audience{{Name: "waste.pickup_tomorrow", Yields: []bot.Field{
			{Name: "kinds", Kind: bot.FieldText, Longest: 80}, {Name: "address", Kind: bot.FieldText, Longest: 120},
		}}},
	}
}

// goodFiles is the good bundle, to change in a test.
func goodFiles(t testing.TB) fstest.MapFS {
	t.Helper()
	files := fstest.MapFS{}
	root := os.DirFS("testdata/good")
	err := fs.WalkDir(root, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := fs.ReadFile(root, name)
		files[name] = &fstest.MapFile{Data: data}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// change replaces a piece of a file that has to be there, once.
func change(t testing.TB, files fstest.MapFS, name, before, after string) {
	t.Helper()
	old := string(files[name].Data)
	if strings.Count(old, before) != 1 {
		t.Fatalf("%s holds %q %d times", name, before, strings.Count(old, before))
	}
	files[name] = &fstest.MapFile{Data: []byte(strings.Replace(old, before, after, 1))}
}

func mustLoad(t testing.TB) *Bundle {
	t.Helper()
	b, faults := Load(goodFiles(t), goodOptions())
	for _, f := range faults {
		t.Errorf("unexpected: %s [%s]", f, f.Code)
	}
	if b == nil {
		t.FailNow()
	}
	return b
}

func TestLoad_givesTheGoodBundle(t *testing.T) {
	b := mustLoad(t)
	if len(b.Flows) != 2 || len(b.Notices) != 1 || len(b.Hash) != 64 {
		t.Errorf("flows %d, notices %d, hash %q", len(b.Flows), len(b.Notices), b.Hash)
	}
}
