package flow

import (
	"fmt"
	"io/fs"
	"maps"
	"os"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

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

func codes(faults Faults, hints bool) []string {
	var out []string
	for _, f := range faults {
		if f.Hint == hints {
			out = append(out, fmt.Sprintf("%s:%d:%d %s", f.File, f.Line, f.Column, f.Code))
		}
	}
	return out
}

func TestLoad_anEmptyFolderSaysWhatIsMissing(t *testing.T) {
	b, faults := Load(fstest.MapFS{}, Options{})
	if b != nil || len(faults) != 1 || faults[0].Code != "missing-file" || faults[0].File != sharedFile {
		t.Errorf("bundle %v, faults %v", b, faults)
	}
}

func TestLoad_namesABundleByItsContent(t *testing.T) {
	files := goodFiles(t)
	same, _ := Load(files, goodOptions())
	files["flows/kliko.chat"] = &fstest.MapFile{Data: []byte("> hallo")}
	dialogue, _ := Load(files, goodOptions())
	change(t, files, kliko, "Probeer het later.", "Probeer het morgen.")
	other, _ := Load(files, goodOptions())
	if same.Hash != dialogue.Hash {
		t.Error("a dialogue, which no resident sees, changes the name of the bundle")
	}
	if same.Hash == other.Hash {
		t.Error("another text gives a bundle of the same name")
	}
}

func TestLoad_whatExpiredStopsPublishingButNotRunning(t *testing.T) {
	want := []string{
		"flows/bode.toml:33:15 fact-expired",
		"flows/bode.toml:40:15 fact-expired",
		"flows/bode.toml:57:15 review-expired",
	}
	opts := goodOptions()
	opts.At = amsterdamTime(t, "2028-01-01 00:00")
	b, faults := Load(goodFiles(t), opts)
	if diff := cmp.Diff(want, codes(faults, true)); diff != "" || b == nil {
		t.Errorf("running: bundle %v, hints (-want +got):\n%s", b != nil, diff)
	}
	opts.Publishing = true
	b, faults = Load(goodFiles(t), opts)
	if diff := cmp.Diff(want, codes(faults, false)); diff != "" || b != nil {
		t.Errorf("publishing: bundle %v, faults (-want +got):\n%s", b != nil, diff)
	}
}

func TestLoad_aReviewIsNotDatedAhead(t *testing.T) {
	opts := goodOptions()
	opts.Publishing = true
	for date, want := range map[string][]string{"2026-11-20": nil, "2026-11-21": nil, "2029-11-01": {"flows/bode.toml:57:15 review-to-come"}} {
		files := goodFiles(t)
		change(t, files, "flows/bode.toml", "reviewed_at = 2026-11-01", "reviewed_at = "+date)
		_, faults := Load(files, opts)
		if diff := cmp.Diff(want, codes(faults, false)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", date, diff)
		}
	}
}

func TestLoad_aStaleTranslationIsAHint(t *testing.T) {
	files := goodFiles(t)
	change(t, files, "locales/kliko.en.toml", `"kliko.title" = "Bin"`, "[kliko.title]\nhash = \"sha1-0000\"\nother = \"Bin\"")
	// the flat keys below the table belong to it now, so the table goes last
	old := string(files["locales/kliko.en.toml"].Data)
	head, tail, _ := strings.Cut(old, "other = \"Bin\"\n")
	files["locales/kliko.en.toml"] = &fstest.MapFile{Data: []byte(tail + head + "other = \"Bin\"\n")}
	b, faults := Load(files, goodOptions())
	if b == nil || len(faults) != 1 || faults[0].Code != "stale-translation" || faults[0].File != "locales/kliko.en.toml" || !faults[0].Hint {
		t.Errorf("bundle %v, faults %v", b, faults)
	}
}

func TestLoad_aTranslationOfNothingIsAHint(t *testing.T) {
	files := goodFiles(t)
	name := "locales/kliko.en.toml"
	files[name] = &fstest.MapFile{Data: append(files[name].Data, "\"kliko.titel\" = \"Bin\"\n"...)}
	b, faults := Load(files, goodOptions())
	if b == nil || len(faults) != 1 || faults[0].Code != "unused-translation" || !strings.Contains(faults[0].Dutch, `"kliko.title"`) {
		t.Errorf("bundle %v, faults %v", b, faults)
	}
}

// Whatever line is lost on the way, an editor gets faults and not a crash, and
// a bundle goes live exactly when nothing but hints is said of it.
func TestLoad_withAnyLineLost(t *testing.T) {
	whole := goodFiles(t)
	for name, file := range whole {
		lines := strings.SplitAfter(string(file.Data), "\n")
		for i := range lines {
			for _, damaged := range []string{
				strings.Join(lines[:i], "") + strings.Join(lines[i+1:], ""), // a line is lost
				strings.Join(lines[:i], "") + lines[i][:len(lines[i])/2],    // the file ends in the middle of it
			} {
				files := fstest.MapFS{}
				maps.Copy(files, whole)
				files[name] = &fstest.MapFile{Data: []byte(damaged)}
				b, faults := Load(files, goodOptions())
				if (b == nil) != faults.Broken() {
					t.Errorf("%s, line %d: bundle %v with faults %v", name, i+1, b != nil, faults)
				}
			}
		}
	}
}

func TestLoad_readsWhatWasWritten(t *testing.T) {
	b := mustLoad(t)
	age, about := b.Flows["balie"].States["leeftijd"], b.Flows["balie"].States["waarover"]
	if age.Kind != Ask || age.Min != "0" || age.Max != "365" || age.Optional == nil || age.Invalid == nil {
		t.Errorf("leeftijd: %+v", age)
	}
	if c := about.Choices[1]; c.Key != "straat" || c.Value != "straat" || c.Description.ID != "balie.waarover.choice.straat.description" {
		t.Errorf("straat: %+v", c)
	}
	kliko := b.Flows["kliko"]
	if c := kliko.States["toon"].Choices[0]; c.Key != "herinner_mij" || c.Label.In("en").Source() != "Remind me" {
		t.Errorf("herinner_mij: %+v", c)
	}
	if diff := cmp.Diff(map[string][]string{"nl": {"kliko", "container", "afval"}, "en": {"bin", "waste", "trash"}}, kliko.Keywords); diff != "" {
		t.Error(diff)
	}
	if n := kliko.Notifications[0]; n.QuietFrom != "21:00" || n.QuietTo != "08:00" || n.UselessAfter != "07:30" {
		t.Errorf("notification: %+v", n)
	}
	if src := kliko.States["dagen"].With["address"]; src.Path != ".adres" {
		t.Errorf("with: %+v", src)
	}
	if s := b.Flows["balie"].States["wat"]; s.Else != "open" || s.On["afval"] != "open" || len(s.On) != 1 {
		t.Errorf("wat: %+v", s)
	}
	if topic := b.Shared.Topics["kliko"]; topic.AskAgain != 365*24*time.Hour {
		t.Errorf("asked again after %v", topic.AskAgain)
	}
	n := b.Notices[0]
	if !n.Urgent || !n.From.Equal(amsterdamTime(t, "2026-07-01 12:00")) || !n.Until.Equal(amsterdamTime(t, "2026-07-04 00:00")) {
		t.Errorf("notice: %+v", n)
	}
}

func TestSlug_namesAChoiceByItsDutchLabel(t *testing.T) {
	for label, want := range map[string]string{
		"Herinner mij": "herinner_mij", "Ja, verstuur!": "ja_verstuur", "Café's": "cafe_s",
		"  18 jaar of ouder": "18_jaar_of_ouder", "…": "choice",
	} {
		if got := slug(label); got != want {
			t.Errorf("%q gives %q, want %q", label, got, want)
		}
	}
}

func TestNear_findsWhatWasMeant(t *testing.T) {
	known := []string{"grofvuil", "gft", "restafval", "nl", "en"}
	for name, want := range map[string]string{
		"grofvuill": "grofvuil", "grfvuil": "grofvuil", "rest_afvall": "restafval",
		"papier": "", "gf": "gft", "xy": "", "gft": "",
	} {
		if got := near(name, known); got != want {
			t.Errorf("%q is taken for %q, want %q", name, got, want)
		}
	}
}

func BenchmarkLoad200States(b *testing.B) {
	files := goodFiles(b)
	flow := "title = \"Groot\"\npurpose = \"tourism\"\nground = \"public_task\"\nstart = \"s0\"\n"
	for i := range 199 {
		flow += fmt.Sprintf("[states.s%d]\ntext = \"Vraag %d?\"\nchoices = [ { label = \"Ja\", next = \"s%d\" }, { label = \"Nee\", next = \"menu\" } ]\n", i, i, i+1)
	}
	files["flows/groot.toml"] = &fstest.MapFile{Data: []byte(flow + "[states.s199]\ntext = \"Klaar.\"\nend = true\n")}
	change(b, files, sharedFile, `languages    = ["nl", "en"]`, `languages    = ["nl"]`)
	for b.Loop() {
		if bundle, faults := Load(files, goodOptions()); bundle == nil {
			b.Fatal(faults)
		}
	}
}
