package account

import (
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/flow"
	"github.com/gemeentebode/bode/bot/service/address"
	"github.com/gemeentebode/bode/bot/service/appointment"
	"github.com/gemeentebode/bode/bot/service/notice"
	"github.com/gemeentebode/bode/bot/service/remind"
	"github.com/gemeentebode/bode/bot/service/request"
	"github.com/gemeentebode/bode/bot/service/waste"
	"github.com/gemeentebode/bode/bot/text"
)

// shipped is the example bundle with its files changed.
func shipped(t *testing.T, change func(files fstest.MapFS)) *flow.Bundle {
	t.Helper()
	files := fstest.MapFS{}
	for _, pattern := range []string{"flows/*.toml", "flows/notices/*.toml", "flows/templates/*.toml", "locales/*.toml"} {
		names, err := filepath.Glob("../../" + pattern)
		if err != nil || len(names) == 0 {
			t.Fatalf("%s: %v", pattern, err)
		}
		for _, name := range names {
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			files[strings.TrimPrefix(filepath.ToSlash(name), "../../")] = &fstest.MapFile{Data: data}
		}
	}
	if change != nil {
		change(files)
	}
	var operations []bot.Operation
	var audiences []bot.Audience
	for _, s := range []interface{ Operations() []bot.Operation }{address.Example(), waste.Example(), appointment.Example(nil), request.New(nil), notice.New(nil), remind.New()} {
		operations = append(operations, s.Operations()...)
		if selects, ok := s.(interface{ Audiences() []bot.Audience }); ok {
			audiences = append(audiences, selects.Audiences()...)
		}
	}
	b, faults := flow.Load(files, flow.Options{Operations: operations, Audiences: audiences})
	if b == nil {
		t.Fatal(faults)
	}
	return b
}

func of(b *flow.Bundle) Account {
	return Account{Bundle: b, Controller: "Het college", Kept: []Kept{{Both{"Berichten", "Messages"}, Days(28), "[privacy] text_days"}}}
}

func documents(a Account) map[string]string {
	all := map[string]string{}
	for _, f := range a.Files() {
		all[f.Name] = f.Text
	}
	return all
}

func TestFiles_everyFlowAndEveryQuestionStandsInTheRegisterWithItsPurposeAndGround(t *testing.T) {
	b := shipped(t, nil)
	files := documents(of(b))
	for name, words := range map[string]language{"nl/verwerkingsregister.md": dutch, "en/register-of-processing.md": english} {
		register := files[name]
		for _, f := range b.Flows {
			_, chapter, found := strings.Cut(register, "\n## "+f.Title.In(string(words)).Source()+" (`"+f.Name+"`)\n")
			chapter, _, _ = strings.Cut(chapter, "\n## ")
			if !found || !strings.Contains(chapter, words.word(purposeWords, f.Purpose)) || !strings.Contains(chapter, words.word(groundWords, f.Ground)) {
				t.Errorf("%s: flow %s has no chapter with its purpose and ground", name, f.Name)
			}
			for _, s := range f.States {
				if asks := s.Kind == flow.Ask || s.Kind == flow.Choose || s.Kind == flow.ChooseFrom || s.Kind == flow.Subscribe; asks && !strings.Contains(chapter, "| `"+s.Name+"` | ") {
					t.Errorf("%s: flow %s asks something in state %s, which is not told", name, f.Name, s.Name)
				}
				if s.Call != "" && !strings.Contains(chapter, "- `"+s.Call+"` (") {
					t.Errorf("%s: flow %s calls %s, which is not told", name, f.Name, s.Call)
				}
			}
		}
	}
}

// textsIn finds every text of a bundle by its type, wherever a field holds one:
// what a new field says must stand in the list too.
func textsIn(v reflect.Value, found map[*text.Text]bool) {
	switch v.Kind() {
	case reflect.Pointer:
		if t, ok := v.Interface().(*text.Text); ok {
			found[t] = t != nil
		} else if !v.IsNil() {
			textsIn(v.Elem(), found)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				textsIn(v.Field(i), found)
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			textsIn(v.Index(i), found)
		}
	case reflect.Map:
		for _, key := range v.MapKeys() {
			textsIn(v.MapIndex(key), found)
		}
	}
}

func TestFiles_everyTextStandsInTheListInEveryLanguage(t *testing.T) {
	b := shipped(t, nil)
	files := documents(of(b))
	found := map[*text.Text]bool{}
	textsIn(reflect.ValueOf(b), found)
	count := 0
	for one, there := range found {
		if !there {
			continue
		}
		for language, template := range one.ByLanguage {
			count++
			for _, name := range []string{"nl/teksten.md", "en/texts.md"} {
				if !strings.Contains(files[name], "\n`"+one.ID+"`\n") || !strings.Contains(files[name], strings.TrimSpace(template.Source())) {
					t.Errorf("%s lacks %s in %s", name, one.ID, language)
				}
			}
		}
	}
	if count < 500 {
		t.Errorf("only %d texts were looked for", count)
	}
}

func TestEverything_hasAnIDOfItsOwnForEachText(t *testing.T) {
	seen := map[string]string{}
	for _, p := range parts(shipped(t, nil)) {
		for _, s := range p.Said {
			if other, twice := seen[s.ID]; s.ID == "" || twice {
				t.Errorf("%s %s and %s say %q", p.Flow, p.Name, other, s.ID)
			}
			seen[s.ID] = p.Flow + " " + p.Name
		}
	}
}

func TestFiles_areTheSameTwiceAndHaveNoDocumentWithoutItsTranslation(t *testing.T) {
	first, again := of(shipped(t, nil)).Files(), of(shipped(t, nil)).Files()
	if !reflect.DeepEqual(first, again) {
		t.Error("the same bundle gave other documents")
	}
	half := len(first) / 2
	for i, f := range first[:half] {
		if en := first[half+i]; !strings.HasPrefix(f.Name, "nl/") || !strings.HasPrefix(en.Name, "en/") || f.Text == en.Text ||
			strings.Count(f.Text, "\n#") != strings.Count(en.Text, "\n#") || strings.Count(f.Text, "\n|") != strings.Count(en.Text, "\n|") {
			t.Errorf("%s and %s do not tell the same", f.Name, en.Name)
		}
	}
}

func TestFiles_emptyListsSaySo(t *testing.T) {
	files := documents(Account{Bundle: shipped(t, nil)})
	for name, want := range map[string]string{
		"nl/verwerkers.md": "Er staan nog geen verwerkers in de configuratie.", "en/processors.md": "There are no processors in the configuration yet.",
		"nl/bewaartermijnen.md": "noemt geen termijnen", "nl/dpia-bijlage.md": "komt uit `[privacy] dpo`",
	} {
		if !strings.Contains(files[name], want) {
			t.Errorf("%s does not say %q", name, want)
		}
	}
}

func TestFiles_processorsAndPeriodsStandInTheirTables(t *testing.T) {
	a := of(shipped(t, nil))
	a.Processors = []Processor{{Name: "Hosting | BV", Role: "draait\nde servers"}}
	files := documents(a)
	if want := `| Hosting \| BV | draait<br>de servers | nog niet ingevuld | nog niet ingevuld |`; !strings.Contains(files["nl/verwerkers.md"], want) {
		t.Errorf("no row %s in\n%s", want, files["nl/verwerkers.md"])
	}
	if want := "| Messages | 28 days | `[privacy] text_days` |"; !strings.Contains(files["en/retention.md"], want) {
		t.Errorf("no row %s in\n%s", want, files["en/retention.md"])
	}
}

func TestRisks_eachMeasureNamesTestsThatExist(t *testing.T) {
	var source strings.Builder
	err := filepath.WalkDir("../..", func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		data, err := os.ReadFile(path)
		source.Write(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range risks() {
		if len(r.Tests) == 0 {
			t.Errorf("%q has a measure that nothing tests", r.Risk.English)
		}
		for _, name := range r.Tests {
			if !regexp.MustCompile(`(?m)^func ` + name + `\(`).MatchString(source.String()) {
				t.Errorf("%q is answered by %s, which does not exist: name the test that took its place", r.Risk.English, name)
			}
		}
	}
}

func TestWords_everyCodeOfTheFlowFilesHasOne(t *testing.T) {
	schema := string(flow.Schema())
	for key, words := range map[string]map[string]Both{"purpose": purposeWords, "ground": groundWords} {
		_, list, found := strings.Cut(schema, `"`+key+`": {`)
		list, _, _ = strings.Cut(list, "}")
		codes := regexp.MustCompile(`"([a-z]+_[a-z]+|[a-z]+)",?\s*\n`).FindAllStringSubmatch(list[strings.Index(list, "enum"):], -1)
		if !found || len(codes) < 3 {
			t.Fatalf("the schema has no list for %s", key)
		}
		for _, code := range codes {
			if _, known := words[code[1]]; !known && code[1] != "string" {
				t.Errorf("%s %q has no word", key, code[1])
			}
		}
	}
}

func TestWithinAndDays_readAsSpoken(t *testing.T) {
	for want, got := range map[string]Both{"1 dag": Days(1), "40 dagen": Days(40), "1 uur": Within(time.Hour), "24 uur": Within(24 * time.Hour), "15 minuten": Within(15 * time.Minute)} {
		if got.Dutch != want {
			t.Errorf("%q instead of %q", got.Dutch, want)
		}
	}
}
