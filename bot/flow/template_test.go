package flow

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/gemeentebode/bode/bot"
)

const reminder, heat = "flows/templates/kliko_herinnering.toml", "flows/templates/hitte.toml"

// mistakesOfTemplates stand each alone in the good bundle. The Dutch text of
// kliko_herinnering is `Morgen halen wij {{.kinds}} op bij {{.address}}.`
var mistakesOfTemplates = []planted{
	{"advertising", reminder, `"utility"`, `"marketing"`, []string{"1:12 template-category"}, "Reclame kan niet"},
	{"advertising in capitals", reminder, `"utility"`, `"MARKETING"`, []string{"1:12 template-category"}, "Reclame kan niet"},
	{"a code", reminder, `"utility"`, `"authentication"`, []string{"1:12 template-category"}, `De categorie "authentication" kan niet`},
	{"no category", reminder, "category = \"utility\"\n", "\n", []string{"1:1 missing-key"}, `"category"`},
	{"a misspelled key", reminder, "category =", "categorie =", []string{"1:1 unknown-key"}, `Bedoelt u "category"`},
	{"a language is missing", reminder, "en = \"Tomorrow we collect {{.kinds}} at {{.address}}.\"\n", "\n", []string{"3:2 missing-language"}, `taal "en"`},
	{"a language that nobody speaks", reminder, `en = `, `eng = `, []string{"3:2 missing-language", "5:7 unknown-language"}, `Taal "eng" ken ik niet`},
	{"it begins with a value", reminder, `"Morgen halen wij {{.kinds}}`, `"{{.kinds}} halen wij`, []string{"4:7 template-edge"}, "niet met een {{waarde}} beginnen"},
	{"it ends with a value", reminder, `op bij {{.address}}."`, `op bij {{.address}}"`, []string{"4:44 template-edge"}, "niet met een {{waarde}} eindigen"},
	{"two values beside each other", reminder, `{{.kinds}} op bij {{.address}}.`, `{{.kinds}} {{.address}} op.`, []string{"4:35 template-adjacent"}, "niet naast elkaar"},
	{"an if", reminder, `{{.kinds}} op`, `{{if .kinds}}{{.kinds}}{{end}} op`, []string{"4:29 template-parameter"}, "{{range}} en {{if}} kunnen hier niet"},
	{"a fact, which can change", reminder, `op bij {{.address}}.`, `op bij {{.address}}. Bel {{.fact.telefoon}}.`, []string{"4:62 not-here"}, "Schrijf het hier uit"},
	{"part of a value", reminder, `bij {{.address}}.`, `bij {{.address.street}}.`, nil, "geen onderdeel zoals {{.address.street}}"},
	{"a value that the audience does not yield", reminder, `halen wij {{.kinds}} op`, `halen wij {{.soorten}} op`, nil, `levert "soorten" niet`},
	{"a value that one language lacks", reminder, `collect {{.kinds}} at`, `collect at`, []string{"5:6 template-field"}, `taal "en" ontbreekt {{.kinds}}`},
	{"no example", reminder, "kinds   = \"papier\"\n", "\n", []string{"7:2 template-sample"}, `een voorbeeld van "kinds"`},
	{"an example of nothing", reminder, `kinds   = "papier"`, `kinds   = "papier"` + "\nsoort = \"gft\"", []string{"9:9 template-sample"}, `"soort"`},
	{"an example of two lines", reminder, `"papier"`, `"papier\nen gft"`, []string{"8:11 template-parameter"}, "op één regel"},
	{"an example with five spaces", reminder, `"papier"`, `"papier     en gft"`, []string{"8:11 template-parameter"}, "vier spaties"},
	{"an example that is a BSN", reminder, `"papier"`, `"123456782"`, []string{"8:11 asks-identifier"}, "lijkt een BSN"},
	{"an example that is no date", reminder, `halen wij {{.kinds}} op`, `halen wij {{date .kinds}} op`, nil, "past niet bij {{date .kinds}}"},
	{"it asks for what is never asked", reminder, `Morgen halen`, `Wat is uw BSN? Morgen halen`, []string{"4:6 asks-identifier"}, "iets wat wij nooit vragen"},
	{"a discount", reminder, `Morgen halen`, `Alleen vandaag korting! Morgen halen`, nil, "hoort niet in een bericht van de gemeente"},
	{"it can get too long", reminder, `Morgen halen`, strings.Repeat("Al dat afval gaat de deur uit. ", 27) + `Morgen halen`, []string{"4:6 too-long"}, "Dit sjabloon kan 1063 tekens lang worden"},
	{"a function that does not exist", reminder, `{{.kinds}} op`, `{{upper .kinds}} op`, nil, "upper"},
	{"a notification with a template that is not there", kliko, `"kliko_herinnering"`, `"kliko_herinering"`, []string{"62:17 unknown-template"}, `Bedoelt u "kliko_herinnering"?`},
	{"a notification with a name that cannot be", kliko, `"kliko_herinnering"`, `"Kliko herinnering"`, []string{"62:17 template-name"}, "alleen a-z, 0-9 en _"},
	{"a notice without words for when it is withdrawn", notice, `"hitte"`, `"kliko_herinnering"`, nil, `Het sjabloon "kliko_herinnering_correctie" bestaat niet`},
	{"a notice with a template that is not there", notice, `"hitte"`, `"warmte"`, []string{"3:15 unknown-template"}, `Het sjabloon "warmte" bestaat niet`},
	{"a notice that is not on one line", notice, `"Het wordt heet. Drink`, `"Het wordt heet.\nDrink`, []string{"11:6 template-parameter"}, "op één regel"},
	{"a template asks a notice for what it has not", heat, `{{.message}} Meer`, `{{.bericht}} Meer`, nil, `"2026-07-hitte" levert "bericht" niet`},
}

func TestLoad_namesEachMistakeOfATemplateAtItsPlace(t *testing.T) {
	for _, p := range mistakesOfTemplates {
		t.Run(p.name, func(t *testing.T) {
			files := goodFiles(t)
			change(t, files, p.file, p.before, p.after)
			b, faults := Load(files, goodOptions())
			if b != nil {
				t.Fatal("nothing is found")
			}
			if p.want == nil { // several faults follow from it; one of them says it
				p.want = told(faults)
				for i := range p.want {
					p.want[i] = strings.TrimPrefix(p.want[i], p.file+":")
				}
			}
			p.run(t)
		})
	}
}

func TestLoad_aTemplateWithAWrongNameIsAFault(t *testing.T) {
	files := goodFiles(t)
	files["flows/templates/Kliko-bericht.toml"] = &fstest.MapFile{Data: files[reminder].Data}
	_, faults := Load(files, goodOptions())
	if diff := cmp.Diff([]string{"flows/templates/Kliko-bericht.toml:1:1 template-name"}, told(faults)); diff != "" {
		t.Error(diff)
	}
}

func TestTemplate_isSubmittedWithNumbersInOrderOfFirstUse(t *testing.T) {
	files := goodFiles(t)
	change(t, files, reminder, "Morgen halen wij {{.kinds}} op bij {{.address}}.", "Bij {{.address}} halen wij morgen {{ .kinds }} op. Zet {{.kinds}} buiten.")
	b, faults := Load(files, goodOptions())
	if b == nil {
		t.Fatal(faults)
	}
	reminder := b.Templates["kliko_herinnering"]
	if got, want := reminder.Body("nl"), "Bij {{1}} halen wij morgen {{2}} op. Zet {{2}} buiten."; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got, want := reminder.Body("en"), "Tomorrow we collect {{1}} at {{2}}."; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got := reminder.Body("pl"); got != "" {
		t.Errorf("%q in a language that it does not speak", got)
	}
	for language, want := range map[string][]string{"nl": {"Domplein 12", "papier"}, "en": {"papier", "Domplein 12"}} {
		if got, err := b.TemplateSamples("kliko_herinnering", language); err != nil || !cmp.Equal(got, want) {
			t.Errorf("%s: %v %v, want %v", language, got, err, want)
		}
	}
}

func TestTemplateParameters(t *testing.T) {
	b, faults := Load(goodFiles(t), goodOptions())
	if b == nil {
		t.Fatal(faults)
	}
	values := map[string]bot.Value{"kinds": bot.ValueOf("papier\n\ten      gft"), "address": bot.ValueOf("Domplein 12"), "message": bot.ValueOf("Heet."), "source": bot.ValueOf("https://rivm.nl")}
	for _, c := range []struct {
		name, language string
		want           []string
	}{
		{"kliko_herinnering", "nl", []string{"papier  en    gft", "Domplein 12"}},
		{"kliko_herinnering", "en", []string{"papier  en    gft", "Domplein 12"}},
		{"hitte", "nl", []string{"Gemeente Waterveen", "Heet.", "https://rivm.nl"}},
	} {
		got, err := b.TemplateParameters(c.name, c.language, values)
		var clear []string
		for _, p := range got {
			clear = append(clear, p.Reveal())
		}
		if err != nil || !cmp.Equal(clear, c.want) {
			t.Errorf("%s %s: %q %v, want %q", c.name, c.language, clear, err, c.want)
		}
	}
	if got, err := b.TemplateText("kliko_herinnering", "en", values); err != nil || got.Reveal() != "Tomorrow we collect papier  en    gft at Domplein 12." {
		t.Errorf("%q %v", got.Reveal(), err)
	}
	for name, values := range map[string]map[string]bot.Value{
		"a value is missing":        {"kinds": values["kinds"]},
		"a value is empty":          {"kinds": bot.ValueOf(" \n "), "address": values["address"]},
		"there is nothing to tell":  nil,
		"another value is in place": {"soorten": values["kinds"], "address": values["address"]},
	} {
		if _, err := b.TemplateParameters("kliko_herinnering", "nl", values); err == nil {
			t.Errorf("%s: no error", name)
		} else if strings.Contains(err.Error(), "Domplein") {
			t.Errorf("%s: the error quotes a value: %v", name, err)
		}
	}
	if _, err := b.TemplateParameters("kliko_herinnering", "pl", values); err == nil {
		t.Error("a language that the template does not speak")
	}
	if _, err := b.TemplateParameters("onbekend", "nl", values); err == nil {
		t.Error("a template that is not there")
	}
}
