package flow

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

const (
	kliko  = "flows/kliko.toml"
	balie  = "flows/balie.toml"
	shared = sharedFile
	notice = "flows/notices/2026-07-hitte.toml"
)

// question is a piece of a question in the bundle.
const question = "ask      = \"number\"\ntext     = \"Hoe lang speelt dit al? Typ het aantal dagen.\"\nmin      = 0\nmax      = 365\n"

// planted is one mistake in the good bundle: a piece of a file, and what
// stands there instead.
type planted struct {
	name, file, before, after string
	want                      []string // line:column code
	says                      string   // part of the Dutch sentence
}

func (p planted) run(t *testing.T) {
	files := goodFiles(t)
	change(t, files, p.file, p.before, p.after)
	_, faults := Load(files, goodOptions())
	var got, sentences []string
	for _, f := range faults {
		if f.Hint {
			continue
		}
		where := fmt.Sprintf("%d:%d %s", f.Line, f.Column, f.Code)
		if f.File != p.file {
			where = f.File + ":" + where
		}
		got, sentences = append(got, where), append(sentences, f.Dutch)
		if f.English == "" || f.English == f.Dutch {
			t.Errorf("%s has no English sentence", f.Code)
		}
	}
	if diff := cmp.Diff(p.want, got); diff != "" {
		t.Errorf("faults (-want +got):\n%s\n%s", diff, strings.Join(sentences, "\n"))
	}
	if all := strings.Join(sentences, "\n"); !strings.Contains(all, p.says) {
		t.Errorf("%q is not said in:\n%s", p.says, all)
	}
}

func TestLoad_namesEachMistakeOfFormAtItsPlace(t *testing.T) {
	for _, p := range mistakesOfForm {
		t.Run(p.name, p.run)
	}
}

func TestLoad_readsFilesFromWindows(t *testing.T) {
	files := goodFiles(t)
	for name, file := range files {
		if !strings.HasPrefix(name, "locales/") {
			files[name] = &fstest.MapFile{Data: []byte("\xef\xbb\xbf" + strings.ReplaceAll(string(file.Data), "\n", "\r\n"))}
		}
	}
	b, faults := Load(files, goodOptions())
	if b == nil || strings.Contains(b.Flows["kliko"].States["toon"].Text.In("nl").Source(), "\r") {
		t.Errorf("bundle %v, faults %v", b != nil, faults)
	}
}

// A run is named by its job or notice: no notice is taken for a job, nor for a correction.
func TestLoad_aNoticeIsNotCalledLikeAJob(t *testing.T) {
	for name, good := range map[string]bool{"2026-07-hitte": true, "water_koken": true, "afval.herinnering": false, "2026-07-hitte.correction": false, "Hitte": false, "twee woorden": false} {
		files := goodFiles(t)
		file := "flows/notices/" + name + ".toml"
		files[file] = files[notice]
		_, faults := Load(files, goodOptions())
		if refused := slices.ContainsFunc(faults, func(f Fault) bool { return f.File == file && f.Code == "bad-name" }); refused == good {
			t.Errorf("%s: refused %t", name, refused)
		}
	}
}

// TestLoad_namesAllMistakesAtOnce plants every mistake that keeps the lines
// of its file where they are, one to a line.
// An é of an old editor is one byte, which is no UTF-8; the parser trips over it in a comment too.
func TestReadTOML_comesToAnEndOnBytesThatAreNoText(t *testing.T) {
	for _, data := range []string{"# \xff", "a = 1\n# \xff\n# \xfe\n", "#\x00", strings.Repeat("# \xff\n", 40), "[a]\nb = 2 # \x01\n\n# \xff"} {
		if doc := readTOML([]byte(data)); len(doc.mistakes) == 0 || len(doc.mistakes) > mostMistakes {
			t.Errorf("%q: %d mistakes", data, len(doc.mistakes))
		}
	}
}

func TestLoad_namesAllMistakesAtOnce(t *testing.T) {
	files, touched := goodFiles(t), map[string]bool{}
	var want []string
	for _, p := range mistakesOfForm {
		if strings.Contains(p.before+p.after, "\n") || len(p.want) != 1 || strings.HasPrefix(p.want[0], "0:0") || !atOnce(p) {
			continue
		}
		old := string(files[p.file].Data)
		at := fmt.Sprintf("%s:%d", p.file, 1+strings.Count(old[:max(strings.Index(old, p.before), 0)], "\n"))
		if strings.Count(old, p.before) != 1 || touched[at] {
			continue
		}
		touched[at] = true
		change(t, files, p.file, p.before, p.after)
		want = append(want, p.file+":"+p.want[0])
	}
	b, faults := Load(files, goodOptions())
	got := map[string]bool{}
	for _, f := range faults {
		got[fmt.Sprintf("%s:%d:%d %s", f.File, f.Line, f.Column, f.Code)] = true
	}
	for _, w := range want {
		if !got[w] {
			t.Errorf("not named: %s", w)
		}
	}
	if len(want) < 30 || b != nil {
		t.Errorf("%d mistakes planted, bundle %v", len(want), b)
	}
}

// atOnce leaves out what makes a whole file unreadable, so that what could be
// proved of it is not, and a translation that stands in another file.
func atOnce(p planted) bool {
	return !strings.Contains(p.want[0], "toml-") && !strings.HasPrefix(p.want[0], "flows/")
}

var mistakesOfForm = []planted{
	{"a comment that is no UTF-8", kliko, `title    = "Kliko"`, "title    = \"Kliko\"\n# geen caf\xe9", []string{"3:11 toml-encoding"}, `sla het bestand op als UTF-8`},
	{"a quote is missing", kliko, `title    = "Kliko"`, `title    = "Kliko`, []string{"2:18 toml-quote"}, `Hier ontbreekt het aanhalingsteken (")`},
	{"a text without quotes", kliko, `ask  = "address"`, `ask  = address`, []string{"10:8 toml-quote"}, `Zet tekst tussen aanhalingstekens: "…"`},
	{"curly quotes", kliko, `ask  = "address"`, `ask  = “address”`, []string{"10:8 toml-quote"}, `Gebruik rechte aanhalingstekens: " in`},
	{"a quote inside a text", kliko, `"Dit adres ken ik niet. Wilt`, `"Dit adres ken ik "niet". Wilt`, []string{"42:27 toml-rest"}, `Na de waarde staat nog`},
	{"the sign = is missing", kliko, `save = "adres"`, `save "adres"`, []string{"11:6 toml-equals"}, `Hier ontbreekt het teken =`},
	{"nothing after =", kliko, `save = "adres"`, `save =`, []string{"11:7 toml-value"}, `Achter het teken = staat`},
	{"a header without its bracket", kliko, `[states.onbekend]`, `[states.onbekend`, []string{"41:17 toml-header"}, `Hier ontbreekt de haak ]`},
	{"a long text that does not stop", kliko, "{{.lines}}\"\"\"\n", "{{.lines}}\"\n", []string{"21:8 toml-open-text"}, `De tekst die met """ begint`},
	{"a list that does not stop", kliko, "  { label = \"Iets anders\",  next = \"menu\" },\n]", "  { label = \"Iets anders\",  next = \"menu\" },\n", []string{"26:11 toml-open-list"}, `De lijst die met [`},
	{"a comma is missing in a list", kliko, `next = "aanmelden" },`, `next = "aanmelden" }`, []string{"28:3 toml-comma"}, `In deze lijst ontbreekt een`},
	{"a comma is missing between braces", kliko, `none = "onbekend", failed`, `none = "onbekend" failed`, []string{"18:44 toml-comma"}, `Hier ontbreekt een komma of`},
	{"a backslash", balie, `"Tot`, `"\dTot`, []string{"46:9 toml-escape"}, `Een \ heeft in een`},
	{"an accent before the mistake counts as one character", kliko, `line = "• {{weekday .date}} {{date .date}}`, `line = "• {{wekday .date}} {{date .date}}`, []string{"25:13 text-function"}, `Bedoelt u "weekday"?`},
	{"braces over several lines", kliko, `on   = { found = "toon", none`, "on   = { found = \"toon\",\n none", []string{"18:8 inline-lines"}, `Wat tussen { en }`},
	{"a comma at the end of braces", kliko, `failed = "storing" }`, `failed = "storing", }`, []string{"18:8 inline-comma"}, `Achter het laatste deel tussen`},
	{"the same key twice", kliko, `save = "adres"`, "save = \"adres\"\nnext = \"dagen\"", []string{"13:1 duplicate-key"}, `"states.adres.next" staat hier twee keer:`},
	{"the same state twice", kliko, `[states.storing]`, "[states.adres]\ntext = \"Hoi\"\nend = true\n\n[states.storing]", []string{"52:9 duplicate-key"}, `"[states.adres]" staat hier twee keer:`},

	{"a misspelled key", kliko, `keywords = [`, `keyword = [`, []string{"6:1 unknown-key"}, `Bedoelt u "keywords"?`},
	{"a misspelled key of a state", kliko, `next = "dagen"`, `nxt = "dagen"`, []string{"12:1 unknown-key"}, `Bedoelt u "next"?`},
	{"a misspelled header", kliko, `[states.hulp]`, `[state.hulp]`, []string{"48:2 unknown-key"}, `Bedoelt u "states"?`},
	{"a mistake further on in a long text", kliko, "Bij {{.adres}} halen wij op:\n", "Bij één {{.adres}} halen\nwij {{kindd .adres}} op:\n", []string{"23:7 text-function"}, `Bedoelt u "kind"?`},
	{"a mistake behind escapes", balie, `"Tot ziens."`, `"\"Tot\" \u00e9\u00e9n\tdag {{datum .soort}}"`, []string{"46:38 text-function"}, `"datum"`},
	{"a key of a state under its events", kliko, "with      = { address = \".adres\" }\non        = { yes = \"aangemeld\", no = \"menu\" }\n", "[states.aanmelden.on]\nyes = \"aangemeld\"\nno = \"menu\"\nwith = { address = \".adres\" }\n", []string{"37:1 misplaced"}, `"with" hoort bij [states.aanmelden], niet bij [states.aanmelden.on]`},
	{"a name that cannot be saved", balie, `save     = "dagen"`, `save     = "Dagen!"`, []string{"25:12 bad-name", "38:22 unknown-value"}, `Een waarde kan niet "Dagen!" heten`},
	{"a name that branch knows", kliko, `save = "ophaal"`, `save = "open"`, []string{"17:8 reserved-name", "24:8 unknown-value"}, `bij branch`},
	{"a value that is a sentence", balie, `value = "niets"`, `value = "toch niets!"`, []string{"15:13 missing-translation", "15:37 bad-name"}, `"toch niets!" kan geen value zijn`},
	{"an answer without length", balie, question, "ask = \"text\"\ntext = \"Hoe lang?\"\nmax_length = 0\n", []string{"21:14 bad-length"}, `minstens 1`},
	{"an opening at a later question", balie, question, "ask = \"text\"\ntext = \"Hoe lang?\"\nopening = true\n", []string{"21:11 bad-opening"}, `alleen bij de eerste vraag`},
	{"an opening that is no words", kliko, `save = "adres"`, "save = \"adres\"\nopening = true", []string{"12:11 wrong-key"}, `"opening" hoort niet bij ask = "address"`},
	{"a number beyond counting", balie, question, "ask = \"text\"\ntext = \"Hoe lang?\"\nmax_length = 99999999999\n", []string{"21:14 bad-number"}, `te groot`},
	{"a table where a list is", kliko, "[renamed]\n", "[keywords.x]\ny = 1\n\n[renamed]\n", []string{"67:2 duplicate-key"}, `regel 6`},
	{"a key that means nothing", kliko, `save = "adres"`, "save = \"adres\"\nplaatje = \"x.png\"", []string{"12:1 unknown-key"}, `"plaatje" ken ik hier niet`},
	{"a key of the file under a state", kliko, "save = \"adres\"\nnext", "save = \"adres\"\nreturns = [\"adres\"]\nnext", []string{"12:1 misplaced"}, `"returns" hoort niet bij [states.adres].`},
	{"a required key of the file under a state", kliko, "start    = \"adres\"\nkeywords = [\"kliko\", \"container\", \"afval\"]\n\n[states.adres]\n", "keywords = [\"kliko\", \"container\", \"afval\"]\n\n[states.adres]\nstart    = \"adres\"\n", []string{"8:1 misplaced"}, `"start" hoort niet bij [states.adres].`},
	{"a wrong type", kliko, `title    = "Kliko"`, `title    = 7`, []string{"2:12 wrong-type"}, `Bij "title" hoort een tekst`},
	{"a date in quotes", shared, `valid_until = 2027-12-31`, `valid_until = "2027-12-31"`, []string{"33:15 wrong-type"}, `Bij "valid_until" hoort een datum`},
	{"a day that does not exist", shared, `valid_until = 2027-12-31`, `valid_until = 2027-02-30`, []string{"33:15 bad-date"}, `De dag 2027-02-30 bestaat niet`},
	{"an empty text", kliko, `"U krijgt de avond ervoor een bericht."`, `" "`, []string{"38:8 empty-value"}, `"text" is leeg`},
	{"a missing title", kliko, "title    = \"Kliko\"\n", "", []string{"1:1 missing-key"}, `Hier ontbreekt "title"`},
	{"an unknown purpose", kliko, `"municipal_service"`, `"municipal_services"`, []string{"3:12 unknown-purpose"}, `Bedoelt u "municipal_service"?`},
	{"an unknown ground", kliko, `"public_task"`, `"marketing"`, []string{"4:12 unknown-ground"}, `"ground" kent "marketing" niet. Het`},
	{"an unknown question", kliko, `"address"`, `"adress"`, []string{"10:8 unknown-ask"}, `Bedoelt u "address"?`},

	{"a state that does nothing", kliko, "subscribe = \"kliko\"\nwith      = { address = \".adres\" }\n", "", []string{"32:9 no-kind"}, `Deze staat doet niets. Geef`},
	{"a state that does two things", kliko, "flow = \"balie\"\n", "flow = \"balie\"\nhandover = \"kcc\"\n", []string{"49:1 two-kinds"}, `Een staat doet één ding.`},
	{"a text without next", kliko, "end  = true\n\n[states.onbekend]", "\n[states.onbekend]", []string{"37:9 missing-key"}, `Bij "text" hoort ook "next"`},
	{"a key that does not belong to the kind", kliko, `next = "menu"` + "\n", "next = \"menu\"\nsave = \"x\"\n", []string{"51:1 wrong-key"}, `"save" hoort niet bij een`},
	{"a link beside choices", kliko, `text = "Dit adres`, "link = { label = \"Kijk\", url = \"https://waterveen.example\" }\ntext = \"Dit adres", []string{"42:1 wrong-key"}, `"link" hoort niet bij een`},
	{"a state with a word of go-i18n", balie, "yes = \"geef\", no = \"dicht\" }\n\n[states.geef]", "yes = \"zero\", no = \"dicht\" }\n\n[states.zero]", []string{"36:9 reserved-name"}, `Een staat kan niet "zero"`},
	{"a state with a hyphen", kliko, "[states.hulp]\nflow = \"balie\"\nnext = \"menu\"", "[states.hulp]\nflow = \"balie\"\nnext = \"een-ander\"\n\n[states.een-ander]\nflow = \"balie\"\nnext = \"menu\"", []string{"52:9 bad-name"}, `Een staat kan niet "een-ander"`},
	{"end = false", kliko, "bericht.\"\nend  = true", "bericht.\"\nend  = false", []string{"39:8 bad-end"}, `"end" kan alleen true zijn.`},
	{"a list without a line", kliko, `line = "• {{weekday .date}} {{date .date}}: {{kind .kind}}"` + "\n", "", []string{"24:8 list-without-line"}, `Bij "list" hoort "line": hoe`},
	{"a list that is not shown", kliko, "\n{{.lines}}", "", []string{"21:8 list-not-shown"}, `De tekst toont de lijst`},
	{"a value without its dot", kliko, `list = ".ophaal"`, `list = "ophaal"`, []string{"24:8 bad-path"}, `Bedoelt u ".ophaal"?`},
	{"two choices with one key", balie, `value = "straat"`, `value = "afval"`, []string{"13:37 duplicate-choice"}, `"afval"`},
	{"two labels that read the same", kliko, `{ label = "Ja", next = "adres" },`, `{ label = "Ja", next = "adres" }, { label = "Ja!", next = "adres" },`, []string{"44:47 duplicate-choice"}, `"ja"`},
	{"a value that nothing saves", kliko, `{ label = "Ja", next`, `{ label = "Ja", value = "ja", next`, []string{"44:27 value-without-save"}, `Deze "value" wordt nergens bewaard:`},
	{"a limit that is no number", balie, `max      = 365`, `max      = "veel"`, []string{"22:12 bad-limit"}, `"max" kan niet "veel" zijn.`},
	{"a limit above the other", balie, `max      = 365`, `max      = -1`, []string{"22:12 min-above-max"}, `"max" (-1) is kleiner dan`},
	{"a limit for a text", balie, `ask      = "number"`, `ask      = "email"`, []string{"21:12 wrong-key", "22:12 wrong-key"}, `"min" hoort niet bij ask`},
	{"a reference without a pattern", balie, question, "ask = \"reference\"\ntext = \"Wat is de code?\"\n", []string{"19:7 missing-key"}, `Bij ask = "reference" hoort`},
	{"a broken pattern", balie, question, "ask = \"reference\"\ntext = \"Wat is de code?\"\npattern = \"(A\"\n", []string{"21:11 bad-pattern"}, `Dit patroon is niet te`},
	{"a link without https", kliko, `https://www.waterveen.example/afval`, `http://www.waterveen.example/afval`, []string{"54:43 bad-link"}, `"http://www.waterveen.example/afval" is geen adres dat`},
	{"a link to another host", kliko, `https://www.waterveen.example/afval`, `https://watervee.example/afval`, []string{"54:43 foreign-link"}, `Bedoelt u "waterveen.example"?`},
	{"a flow that does not exist", kliko, `flow = "balie"`, `flow = "bali"`, []string{"49:8 unknown-flow"}, `Bedoelt u "balie"?`},

	{"a schedule that cannot be read", kliko, `"0 19 * * *"`, `"19 uur"`, []string{"60:17 bad-schedule"}, `"19 uur" is geen moment.`},
	{"a schedule in the hour of the clock change", kliko, `"0 19 * * *"`, `"30 2 * * *"`, []string{"60:17 schedule-clock-change"}, `Tussen 02:00 en 03:00 verspringt`},
	{"a schedule in every hour", kliko, `"0 19 * * *"`, `"0 * * * *"`, []string{"60:17 schedule-clock-change"}, `Tussen 02:00 en 03:00 verspringt`},
	{"a schedule that never comes", kliko, `"0 19 * * *"`, `"0 19 30 2 *"`, []string{"60:17 schedule-never"}, `Deze dag komt nooit voor`},
	{"a schedule that makes cron panic", kliko, `"0 19 * * *"`, `"TZ=Europe/Amsterdam"`, []string{"60:17 bad-schedule"}, `"TZ=Europe/Amsterdam" is geen moment. Schrijf`},
	{"holidays", kliko, `"21:00-08:00"`, "\"21:00-08:00\"\nholidays = \"never\"", []string{"65:12 unknown-holidays"}, `Het kan zijn: skip.`},
	{"quiet hours", kliko, `"21:00-08:00"`, `"21-8"`, []string{"64:17 bad-quiet"}, `"21-8" zijn geen stille uren.`},
	{"a time that does not exist", kliko, `"07:30"`, `"25:30"`, []string{"65:17 bad-time"}, `"25:30" is geen tijd. Schrijf`},

	{"a language that is not spoken", shared, `["nl", "en"]`, `["nl", "en", "ne"]`, []string{"2:29 unknown-language"}, `Bedoelt u "nl"?`},
	{"Dutch is not the first language", shared, `["nl", "en"]`, `["en", "nl"]`, []string{"2:16 dutch-first"}, `De eerste taal is "nl":`},
	{"words in a language that is not spoken", shared, `uk = ["стоп"]`, `xx = ["стоп"]`, []string{"10:76 unknown-language"}, `Taal "xx" ken ik niet.`},
	{"words without Dutch", shared, `{ nl = ["terug"], en = ["back"] }`, `{ en = ["back"] }`, []string{"13:12 missing-language"}, `Hier ontbreken de woorden in`},
	{"a word with two meanings", shared, `["taal"]`, `["taal", "Menu"]`, []string{"14:28 word-twice"}, `"menu" staat al bij "menu":`},
	{"a kind of word that is missing", shared, "back     = { nl = [\"terug\"], en = [\"back\"] }\n", "", []string{"9:2 missing-key"}, `Hier ontbreekt "back"`},
	{"a key of the file under words", shared, "menu         = [\"kliko\", \"balie\"]\nremembered   = [\"adres\"]\n\n[first_contact]\n", "remembered = [\"adres\"]\n\n[first_contact]\nmenu = [\"kliko\", \"balie\"]\n", []string{"6:1 misplaced"}, `"menu" hoort niet bij [first_contact].`},
	{"opening hours", shared, `"ma-do 09:00-17:00, vr 09:00-12:30"`, `"ma-do 9-17 uur"`, []string{"19:9 bad-hours"}, `"ma-do 9-17 uur" zijn geen`},
	{"opening hours backwards", shared, `vr 09:00-12:30"`, `vr 12:30-09:00"`, []string{"19:9 bad-hours"}, `"vr 12:30-09:00" zijn geen openingstijden.`},
	{"a waiting time", shared, `"10m"`, `"10 minuten"`, []string{"21:9 bad-duration"}, `"10 minuten" is geen wachttijd.`},
	{"a period", shared, `"12 months"`, `"een jaar"`, []string{"26:13 bad-duration"}, `"een jaar" is geen termijn.`},
	{"a fact without an owner", shared, "owner       = \"FG\"\n", "", []string{"36:8 missing-key"}, `Hier ontbreekt "owner"`},
	{"a menu with a flow that is not there", shared, `["kliko", "balie"]`, `["kliko", "bali"]`, []string{"3:26 unknown-flow"}, `Bedoelt u "balie"?`},
	{"a shared sentence with a fact that is not there", shared, `"Bel {{.fact.telefoon}}.`, `"Bel {{.fact.telefon}}.`, []string{"43:10 unknown-fact"}, `Bedoelt u "telefoon"?`},
	{"a crisis answer without English", shared, `live.", en = "Call 112 now. We do not read this chat live." }`, `live." }`, []string{"56:15 missing-language"}, `Hier ontbreekt de tekst in`},
	{"a formal link without https", shared, `"https://waterveen.example/bezwaar"`, `"waterveen.example/bezwaar"`, []string{"63:10 bad-link"}, `"waterveen.example/bezwaar" is geen adres dat`},
	{"a holiday in quotes", shared, `[2026-05-05]`, `["2026-05-05"]`, []string{"51:11 wrong-type"}, `Bij "open" hoort een datum`},

	{"a notice about an unknown topic", notice, `"kliko"`, `"klico"`, []string{"1:15 unknown-topic"}, `Bedoelt u "kliko"?`},
	{"a source without https", notice, `https://waterveen.example/hitte`, `waterveen.example/hitte`, []string{"4:15 bad-link"}, `https://`},
	{"an area that is no postcode", notice, `"3512"`, `"35"`, []string{"7:24 bad-area"}, `"35" is geen postcode van`},
	{"an unknown urgency", notice, `"urgent"`, `"spoed"`, []string{"8:15 unknown-urgency"}, `"urgency" kent "spoed" niet. Het`},
	{"an urgent notice without English", notice, "en = \"It will be hot. Drink enough water.\"\n", "", []string{"10:2 missing-language"}, `Hier ontbreekt de tekst in`},
	{"a notice that ends before it begins", notice, `2026-07-03`, `2026-06-30`, []string{"6:15 until-before-from"}, `Dit bericht is al voorbij`},
	{"a key of the notice under its text", notice, "urgency     = \"urgent\"\n\n[text]\n", "[text]\nurgency     = \"urgent\"\n", []string{"9:1 misplaced"}, `"urgency" hoort niet bij [text].`},

	{"a translation that cannot be read", "locales/kliko.en.toml", `{{.lines}}`, `{{.lines}`, []string{"4:21 text-braces"}, `In kliko.toon.text (en): hier begint`},
	{"a missing translation", "locales/kliko.en.toml", "\"kliko.title\" = \"Bin\"\n", "", []string{"flows/kliko.toml:2:12 missing-translation"}, `Deze tekst is niet vertaald`},
	{"a missing sentence of the engine", "locales/bode.nl.toml", `date = "Dat`, `dag = "Dat`, []string{"0:0 missing-sentence", "2:7 missing-translation"}, `De zin "engine.invalid.date" ontbreekt`},
}
