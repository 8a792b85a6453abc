package flow

import (
	"strings"
	"testing"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/text"
)

// Each case is a flow whose states stand from line 5 on, and the places and
// codes of what is wrong with it.
func TestCheck_proves(t *testing.T) {
	const pickups = "[states.een]\nask = \"address\"\ntext = \"Waar?\"\nsave = \"adres\"\nnext = \"twee\"\n" +
		"[states.twee]\ncall = \"waste.pickups\"\nwith = { address = \".adres\" }\nsave = \"ophaal\"\non = { found = \"drie\", none = \"weg\", failed = \"weg\" }\n" +
		"[states.weg]\ntext = \"Dag.\"\nend = true\n" // 13 lines: what follows begins at line 18
	cases := []struct {
		name, states string
		want         []string
	}{
		{"a value that every road saves", pickups + "[states.drie]\ntext = \"Bij {{.adres}}: {{range .ophaal}}{{date .date}} {{kind .kind}}{{end}}\"\nend = true\n", nil},
		{"an optional field without an if", pickups + "[states.drie]\nlist = \".ophaal\"\nline = \"{{.remark}}\"\ntext = \"{{.lines}}\"\nend = true\n", []string{"20:8 may-be-absent"}},
		{"an optional field in an if", pickups + "[states.drie]\nlist = \".ophaal\"\nline = \"{{date .date}}{{if .remark}} {{.remark}}{{end}}\"\ntext = \"{{.lines}}\"\nend = true\n", nil},
		{"a field of a list without a range", pickups + "[states.drie]\ntext = \"{{date .ophaal.date}}\"\nend = true\n", []string{"19:8 inside-list"}},
		{"a list shown as it is", pickups + "[states.drie]\ntext = \"{{.ophaal}}\"\nend = true\n", []string{"19:8 not-shown"}},
		{"a date shown without a function", pickups + "[states.drie]\ntext = \"{{range .ophaal}}{{.date}}{{end}}\"\nend = true\n", []string{"19:8 not-shown"}},
		{"a list that is no list", pickups + "[states.drie]\ntext = \"{{range .adres}}x{{end}}\"\nend = true\n", []string{"19:8 not-a-list"}},
		{"a field of an address that it does not have", pickups + "[states.drie]\ntext = \"{{.adres.straat}}\"\nend = true\n", []string{"19:8 unknown-field"}},
		{"a misspelt fact, team and sentence", pickups + "[states.drie]\ntext = \"{{.fact.telefon}} {{.team.kc.hours}} {{.text.belen}}\"\nend = true\n",
			[]string{"19:8 unknown-fact", "19:8 unknown-team", "19:8 unknown-text"}},
		{"kind of a choice, choice of a code", "[states.een]\ntext = \"Wat?\"\nsave = \"soort\"\nchoices = [ { label = \"Lamp\", value = \"lamp\", next = \"twee\" } ]\n" +
			"[states.twee]\ntext = \"{{kind .soort}}\"\nend = true\n", []string{"10:8 wrong-function"}},
		{"a choice shown by its label", "[states.een]\ntext = \"Wat?\"\nsave = \"soort\"\nchoices = [ { label = \"Lamp\", value = \"lamp\", next = \"twee\" } ]\n" +
			"[states.twee]\ntext = \"{{choice .soort}}\"\nend = true\n", nil},
		{"a choice that saves nothing on one of its roads", "[states.een]\ntext = \"Wat?\"\nsave = \"soort\"\nchoices = [ { label = \"Lamp\", value = \"lamp\", next = \"twee\" }, { label = \"Rest\", next = \"twee\" } ]\n" +
			"[states.twee]\ntext = \"{{choice .soort}}\"\nend = true\n", []string{"10:8 not-saved"}},
		{"a question that may be skipped", "[states.een]\nask = \"text\"\ntext = \"Naam?\"\nsave = \"naam\"\noptional = \"Overslaan\"\nnext = \"twee\"\n" +
			"[states.twee]\ntext = \"Dag {{.naam}}.\"\nend = true\n", []string{"12:8 not-saved"}},
		{"a skipped question in an if", "[states.een]\nask = \"text\"\ntext = \"Naam?\"\nsave = \"naam\"\noptional = \"Overslaan\"\nnext = \"twee\"\n" +
			"[states.twee]\ntext = \"Dag{{if .naam}} {{.naam}}{{end}}.\"\nend = true\n", nil},
		{"a value of what is chosen from a list", "[states.een]\ncall = \"appointment.locations\"\nsave = \"plekken\"\nwith = {}\non = { found = \"twee\", failed = \"menu\" }\n" +
			"[states.twee]\ntext = \"Waar?\"\nchoices_from = \".plekken\"\nlabel = \"{{.name}}\"\nsave = \"plek\"\non = { chosen = \"drie\", empty = \"menu\" }\n" +
			"[states.drie]\ntext = \"{{.plek.name}} {{.plek.naam}}\"\nend = true\n", []string{"17:8 unknown-field"}},
		{"a choice from a list that goes round when it is empty", "[states.een]\ncall = \"appointment.locations\"\nsave = \"plekken\"\nwith = {}\non = { found = \"twee\", failed = \"menu\" }\n" +
			"[states.twee]\ntext = \"Waar?\"\nchoices_from = \".plekken\"\nlabel = \"{{.name}}\"\nsave = \"plek\"\non = { chosen = \"menu\", empty = \"een\" }\n", []string{"15:33 endless"}},
		{"parameters of the wrong kind", "[states.een]\nask = \"text\"\ntext = \"Waar?\"\nsave = \"plek\"\nnext = \"twee\"\n" +
			"[states.twee]\ncall = \"request.submit\"\nwith = { kind = \"wegdk\", place = \".plek\", count = \"drie\", on = \"2026-11-20\" }\non = { received = \"menu\", failed = \"menu\" }\n",
			[]string{"12:17 wrong-kind", "12:34 wrong-kind", "12:51 wrong-kind"}},
		{"saving where nothing comes back", "[states.een]\ncall = \"request.cancel\"\nwith = {}\nsave = \"x\"\non = { done = \"menu\", failed = \"menu\" }\n", []string{"8:8 nothing-to-save"}},
		{"a record without a label", "[states.een]\nask = \"place\"\ntext = \"Waar?\"\nsave = \"plek\"\nnext = \"twee\"\n" +
			"[states.twee]\ncall = \"request.submit\"\nwith = { kind = \"lamp\", place = \".plek\" }\nsave = \"melding\"\non = { received = \"drie\", failed = \"menu\" }\n" +
			"[states.drie]\ntext = \"{{.melding}}\"\nend = true\n", []string{"16:8 not-shown"}},
		{"a branch on numbers that covers all of them", "[states.een]\nask = \"number\"\ntext = \"Hoe oud?\"\nsave = \"jaren\"\nnext = \"twee\"\n" +
			"[states.twee]\nbranch = \".jaren\"\non = { \"< 18\" = \"menu\", \">= 18\" = \"menu\" }\n", nil},
		{"a branch on numbers that leaves one out", "[states.een]\nask = \"number\"\ntext = \"Hoe oud?\"\nsave = \"jaren\"\nnext = \"twee\"\n" +
			"[states.twee]\nbranch = \".jaren\"\non = { \"< 18\" = \"menu\", \"> 18\" = \"menu\" }\n", []string{"12:6 branch-incomplete"}},
		{"a comparison with a word", "[states.een]\nask = \"number\"\ntext = \"Hoe oud?\"\nsave = \"jaren\"\nnext = \"twee\"\n" +
			"[states.twee]\nbranch = \".jaren\"\non = { \"< jong\" = \"menu\", else = \"menu\" }\n", []string{"12:19 bad-comparison"}},
		{"a branch on an address", pickups + "[states.drie]\nbranch = \".adres\"\non = { x = \"menu\", else = \"menu\" }\n", []string{"19:10 branch-kind"}},
		{"branches on what is always known", "[states.een]\nbranch = \".open.kcc\"\non = { yes = \"twee\", no = \"menu\" }\n[states.twee]\nbranch = \".subscribed.afval\"\non = { yes = \"menu\", no = \"drie\" }\n" +
			"[states.drie]\nbranch = \".language\"\non = { nl = \"menu\" }\n", nil},
		{"a branch on a team that does not exist", "[states.een]\nbranch = \".open.kc\"\non = { yes = \"menu\", no = \"menu\" }\n", []string{"6:10 unknown-team"}},
		{"a consent that keeps more than it says", "[states.een]\nask = \"phone\"\ntext = \"Nummer?\"\nsave = \"nummer\"\nnext = \"twee\"\n" +
			"[states.twee]\nsubscribe = \"afval\"\nwith = { telefoon = \".nummer\" }\non = { yes = \"menu\", no = \"menu\" }\n", []string{"12:21 not-kept"}},
		{"a flow that is not there", "[states.een]\nflow = \"proeff\"\nnext = \"menu\"\n", []string{"6:8 unknown-flow"}},
		{"eleven choices", "[states.een]\ntext = \"Wat?\"\nchoices = [ " + elevenChoices() + " ]\n", []string{"7:11 choice-count"}},
		{"a row label of 24 and one of 25", "[states.een]\ntext = \"Wat?\"\nchoices = [ { label = \"A\", next = \"menu\" }, { label = \"B\", next = \"menu\" }, { label = \"" + strings.Repeat("c", 24) + "\", next = \"menu\" }, { label = \"" + strings.Repeat("d", 25) + "\", next = \"menu\" } ]\n",
			[]string{"7:142 label-too-long"}},
		{"a link that runs on into buttons is written out", "[states.een]\ntext = \"Kijk hier.\"\nlink = { label = \"Site\", url = \"https://waterveen.example/\" }\nnext = \"twee\"\n" +
			"[states.twee]\ntext = \"Goed?\"\nchoices = [ { label = \"Ja\", next = \"menu\" } ]\n", nil},
		{"two links in one message", "[states.een]\ntext = \"Kijk hier.\"\nlink = { label = \"Site\", url = \"https://waterveen.example/\" }\nnext = \"twee\"\n" +
			"[states.twee]\ntext = \"En hier.\"\nlink = { label = \"Site\", url = \"https://waterveen.example/2\" }\nend = true\n", []string{"11:8 two-links"}},
		{"a consent that is there already leads round", "[states.een]\ntext = \"Weer.\"\nnext = \"twee\"\n[states.twee]\nsubscribe = \"afval\"\non = { yes = \"een\", no = \"menu\" }\n", []string{"10:14 endless"}},
		{"an answer in Dutch words", "[states.een]\nask = \"yes_no\"\ntext = \"Goed?\"\nsave = \"goed\"\nnext = \"twee\"\n[states.twee]\nbranch = \".goed\"\non = { ja = \"menu\", nee = \"menu\" }\n", nil},
		{"a branch on dates", "[states.een]\nask = \"date\"\ntext = \"Wanneer?\"\nsave = \"dag\"\nnext = \"twee\"\n[states.twee]\nbranch = \".dag\"\n" +
			"on = { \"< 2027-01-01\" = \"menu\", \">= 2027-01-01\" = \"menu\" }\n", nil},
		{"a name that texts know already", "[states.een]\nask = \"text\"\ntext = \"Wat?\"\nsave = \"text\"\nnext = \"menu\"\n", []string{"8:8 reserved-name"}},
		{"an old name that still exists", "[states.een]\ntext = \"Dag.\"\nend = true\n[renamed]\neen = \"een\"\n", []string{"9:7 renamed-exists"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) { expect(t, loadStates(c.states), c.want...) })
	}
}

func elevenChoices() string {
	var all []string
	for _, letter := range "abcdefghijk" {
		all = append(all, `{ label = "`+string(letter)+`", next = "menu" }`)
	}
	return strings.Join(all, ", ")
}

func TestCheck_addsUpTheTextsOfOneMessage(t *testing.T) {
	long := strings.Repeat("Zin van tien. ", 40) // 559 characters
	end := "[states.drie]\ntext = \"" + long + "\"\nchoices = [ { label = \"Ja\", next = \"menu\" } ]\n"
	expect(t, loadStates("[states.een]\ntext = \""+long+"\"\nnext = \"drie\"\n"+end), "9:8 too-long")
	expect(t, loadStates("[states.een]\ntext = \""+long+"\"\nnext = \"twee\"\n[states.twee]\nask = \"number\"\ntext = \"Hoeveel?\"\nsave = \"n\"\nnext = \"drie\"\n"+end))
	expect(t, loadStates("[states.een]\ntext = \""+long+"\"\nnext = \"twee\"\n[states.twee]\nflow = \"onder\"\nnext = \"drie\"\n"+end,
		"onder", "[states.een]\ntext = \"Even.\"\nnext = \"twee\"\n[states.twee]\nend = true\n"), "12:8 too-long")
	expect(t, loadStates("[states.een]\ntext = \""+long+"\"\nnext = \"twee\"\n[states.twee]\nflow = \"onder\"\nnext = \"drie\"\n"+end,
		"onder", "[states.een]\nask = \"number\"\ntext = \"Hoeveel?\"\nsave = \"n\"\nnext = \"twee\"\n[states.twee]\nend = true\n"))
	expect(t, loadStates("[states.een]\ntext = \""+long+"\"\nnext = \"twee\"\n[states.twee]\nflow = \"onder\"\nnext = \"menu\"\n",
		"onder", "[states.een]\ntext = \""+long+"\"\nchoices = [ { label = \"Ja\", next = \"twee\" } ]\n[states.twee]\nend = true\n"), "flows/onder.toml:6:8 too-long")
	expect(t, loadStates("[states.een]\ntext = \""+strings.Repeat(long, 7)+"\"\nnext = \"twee\"\n[states.twee]\ntext = \""+long+"\"\nend = true\n"), "9:8 too-long")
}

func TestCheck_countsAListItsMostTimesItsLine(t *testing.T) {
	flow := func(line string) string {
		return "[states.een]\nask = \"address\"\ntext = \"Waar?\"\nsave = \"adres\"\nnext = \"twee\"\n" +
			"[states.twee]\ncall = \"waste.pickups\"\nwith = { address = \".adres\" }\nsave = \"ophaal\"\non = { found = \"drie\", none = \"menu\", failed = \"menu\" }\n" +
			"[states.drie]\nlist = \".ophaal\"\nline = \"" + line + "\"\ntext = \"{{.lines}}\"\nchoices = [ { label = \"Ja\", next = \"menu\" } ]\n"
	}
	expect(t, loadStates(flow(strings.Repeat("x", 160))))
	expect(t, loadStates(flow(strings.Repeat("x", 170))), "18:8 too-long") // 6 x 171 > 1024
}

func TestCheck_judgesConsentAndSharedTexts(t *testing.T) {
	end := "[states.een]\ntext = \"Dag.\"\nend = true\n"
	edit := func(before, after string) string {
		if !strings.Contains(checkShared, before) {
			t.Fatalf("no %q", before)
		}
		return strings.Replace(checkShared, before, after, 1)
	}
	expect(t, loadShared(edit("Gemeente Waterveen stuurt", "Wij sturen"), end), "flows/bode.toml:18:11 wording-sender")
	expect(t, loadShared(edit("bewaart de gemeente mijn adres", "bewaart de gemeente iets"), end), "flows/bode.toml:18:11 wording-keeps")
	expect(t, loadShared(edit("keeps = [\"address\"]\n", ""), end), "flows/bode.toml:14:9 keeps-missing")
	expect(t, loadShared(edit("ask_again = \"12 months\"", "ask_again = \"12 months\"\nnight = true"), end), "flows/bode.toml:19:11 wording-night")
	expect(t, loadShared(edit("Goedendag.", "Wat is uw BSN?"), end), "flows/bode.toml:5:8 asks-identifier")
	expect(t, loadShared(edit("value = \"14 0999\"", "value = \"{{.fact.telefoon}}\""), end), "flows/bode.toml:20:9 not-here")
	expect(t, loadShared(edit("menu = [\"proef\"]", "menu = [\"proef\", \"proef\"]"), end), "flows/bode.toml:3:18 menu-twice")
}

func TestCheck_aQuestionInTwoHalvesIsOne(t *testing.T) {
	shared := strings.Replace(checkShared, "bellen = \"Bel {{.fact.telefoon}}.\"", "bellen = \"Wat is uw\"", 1)
	expect(t, loadShared(shared, "[states.een]\ntext = \"{{.text.bellen}} BSN?\"\nend = true\n"), "6:8 asks-identifier")
	expect(t, loadShared(shared, "[states.een]\ntext = \"{{.text.bellen}} huisnummer?\"\nend = true\n"))
}

func TestCheck_judgesCorrections(t *testing.T) {
	notification := func(audience, more string) string {
		return "[states.een]\ntext = \"Dag.\"\nend = true\n[[notifications]]\nname = \"een\"\ntopic = \"afval\"\nschedule = \"0 19 * * *\"\naudience = \"" + audience + "\"\n" +
			"template = \"afval\"\ntext = \"Morgen.\"\nquiet = \"21:00-08:00\"\nuseless_after = \"07:30\"\n" + more
	}
	const waste = "waste.pickup_tomorrow"
	expect(t, loadStates(notification(waste, "correction = \"Nu geldt: {{.pickups}}.\"\n")))
	expect(t, loadStates(notification(waste, "correction = \"Nu geldt: {{.kinds}}.\"\n")), "17:14 not-yielded")
	expect(t, loadStates(notification(waste, "correction = \"Wat is uw BSN?\"\n")), "17:14 asks-identifier")
	expect(t, loadStates(notification("remind.today", "correction = \"Het is anders.\"\n")), "17:14 no-correction")
}

func TestCheck_judgesNotifications(t *testing.T) {
	notification := func(text string) string {
		return "[states.een]\ntext = \"Dag.\"\nend = true\n[[notifications]]\nname = \"een\"\ntopic = \"afval\"\nschedule = \"0 19 * * *\"\naudience = \"waste.pickup_tomorrow\"\n" +
			"template = \"afval\"\ntext = \"" + text + "\"\nquiet = \"21:00-08:00\"\nuseless_after = \"07:30\"\n"
	}
	expect(t, loadStates(notification("Morgen: {{.kinds}}, {{weekday .date}}.")))
	expect(t, loadStates(notification("Morgen: {{.kind}}.")), "14:8 not-yielded")
	expect(t, loadStates(notification("Morgen: {{.date}}.")), "14:8 not-shown")
	expect(t, loadStates(notification("Morgen: {{if .kinds}}x{{end}}.")), "14:8 template-parameter")
	expect(t, loadStates(notification(strings.Repeat("x", 1025))), "14:8 too-long")
}

func TestCheck_hintsButLetsPass(t *testing.T) {
	long := "Dit is een zin met heel erg veel woorden die maar niet ophoudt en door blijft gaan."
	faults := loadStates("[states.een]\nask = \"text\"\ntext = \"" + long + " Gelieve te antwoorden.\"\nsave = \"antwoord\"\nnext = \"menu\"\n")
	if faults.Broken() {
		t.Errorf("hints keep the bundle from going live: %v", faults)
	}
	var codes []string
	for _, f := range faults {
		codes = append(codes, f.Code)
	}
	for _, want := range []string{"long-sentence", "officialese", "unused-value"} {
		if !strings.Contains(strings.Join(codes, " "), want) {
			t.Errorf("no hint %s in %v", want, codes)
		}
	}
}

func TestCheck_putsTheFaultOfATranslationInItsFile(t *testing.T) {
	f := &Flow{Name: "proef", Start: "een", Order: []string{"een"}, States: map[string]*State{}}
	compiled := func(source string) *text.Template {
		template, err := text.Compile(source)
		if err != nil {
			t.Fatal(err)
		}
		return template
	}
	f.States["een"] = &State{Name: "een", Kind: End, Text: &text.Text{ID: "proef.een.text", ByLanguage: map[string]*text.Template{
		"nl": compiled("Dag."), "en": compiled("Bye {{.name}}."),
	}}}
	d := &draft{bundle: &Bundle{Flows: map[string]*Flow{"proef": f}}, places: map[string]place{
		"flows/proef.toml#states.een.text": {6, 8}, "locales/proef.en.toml#proef.een.text": {3, 20},
	}}
	d.bundle.Shared.Languages = []string{"nl", "en"}
	check(d, Options{Operations: []bot.Operation{}})
	for _, fault := range d.faults {
		if !fault.Hint && (fault.File != "locales/proef.en.toml" || fault.Line != 3 || fault.Column != 20 || fault.Code != "unknown-value") {
			t.Errorf("got %s [%s]", fault, fault.Code)
		}
	}
	if !d.faults.Broken() {
		t.Error("the translation uses a value that is not there, and nothing is said")
	}
}
