package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/browsertest"
)

// Residents come for an appointment, a report and a warning. Each of these
// goes by buttons and rows alone (where a question is open, its answer is
// typed: a name, a code, what is the matter) and by typing alone, with the
// errors that people make, in both languages: on the page, with the real
// agenda and worklist behind it.
func TestDemoPage_subjects(t *testing.T) {
	browser := browsertest.Start(t, chromedp.WindowSize(1440, 900))
	for _, lang := range []subjectWords{inDutch, inEnglish} {
		t.Run("by buttons only, "+lang.query, func(t *testing.T) {
			b := openSubjects(openDemo(t, browser, "", lang.query), lang)
			b.appointmentTapped()
			b.streetLightTapped()
			b.heatTapped()
		})
		t.Run("by typing only, with typing errors, "+lang.query, func(t *testing.T) {
			b := openSubjects(openDemo(t, browser, "", lang.query), lang)
			b.appointmentTyped()
			b.streetLightTyped()
			b.heatTyped()
		})
	}
}

// step is a message as a resident types it and the state that it leads to; an
// empty one is the menu. {code} is the code of the appointment, as carelessly
// as people copy it; {time} the second free time, with a dot for its colon, and
// {2} the same by its number; {matter} what is the matter with the street light.
type step struct{ typed, at string }

// subjectWords is what differs between the languages.
type subjectWords struct {
	query, hello, month, notice, matter      string
	make, move, cancel, gone, light, warning []step
	signUp                                   []step
	notBefore, whenDone                      []step // a message the day before: no; when the report is done: yes
}

var inDutch = subjectWords{
	query: "?lang=nl", hello: "hallo", month: "juli", notice: "Nationaal Hitteplan", matter: "hij is al drie daage uit",
	make: []step{
		{"paspoortt verlenge", "paspoort.wie"}, {"18 jaar of oudr", "paspoort.kies_locatie"}, {"stadhuiss", "paspoort.kies_tijd"},
		{"{time}", "paspoort.naam"}, {"Noor de Wit", "paspoort.klopt"}, {"jaa", "afspraakbericht.aanmelden"},
	},
	move: []step{
		{"mij afspraak verzeten", "afspraak.code"}, {"{code}", "afspraak.toon"}, {"verzeten", "afspraak.kies_locatie"},
		{"wijkcentrum", "afspraak.kies_tijd"}, {"{2}", "afspraak.klopt"}, {"ja verzet", ""},
	},
	cancel: []step{
		{"afspraak afzegen", "afspraak.code"}, {"{code}", "afspraak.toon"}, {"afzegen", "afspraak.zeker"}, {"ja zeg aff", ""},
	},
	gone: []step{{"mijn afspraak", "afspraak.code"}, {"{code}", "afspraak.onbekend"}, {"menu", ""}},
	light: []step{
		{"lantarnpaal kapt", "melding.soort"}, {"lamp", "melding.waar"}, {"domplijn 12", "melding.waar"}, {"1", "melding.wat"},
		{"{matter}", "melding.klopt"}, {"ja verstuur", "melding.aanmelden"},
	},
	warning:   []step{{"hittegolff", "melding.verder"}, {"1", "gezondheid.waarover"}, {"wat geld er nu", "gezondheid.toon"}},
	notBefore: []step{{"nee", ""}}, whenDone: []step{{"ja", "melding.verder"}},
	signUp: []step{{"gezondheit", "gezondheid.waarover"}, {"berichten ontvangn", "gezondheid.postcode"}, {"3511", "gezondheid.aanmelden"}, {"jaa graag", "gezondheid.aanmelden"}, {"ja", "gezondheid.aangemeld"}},
}

var inEnglish = subjectWords{
	query: "?lang=en", hello: "hello", month: "July", notice: "National Heat Plan", matter: "it has been of for three days",
	make: []step{
		{"i want to renew my pasport", "paspoort.wie"}, {"18 or oldr", "paspoort.kies_locatie"}, {"stadhuis", "paspoort.kies_tijd"},
		{"{time}", "paspoort.naam"}, {"Sam Smith", "paspoort.klopt"}, {"yess", "afspraakbericht.aanmelden"},
	},
	move: []step{
		{"my apointment", "afspraak.code"}, {"{code}", "afspraak.toon"}, {"mov it", "afspraak.kies_locatie"},
		{"wijkcentrum", "afspraak.kies_tijd"}, {"{2}", "afspraak.klopt"}, {"yes move", ""},
	},
	cancel: []step{
		{"cancel my apointment", "afspraak.code"}, {"{code}", "afspraak.toon"}, {"cancl it", "afspraak.zeker"}, {"yes cancel", ""},
	},
	gone: []step{{"my appointment", "afspraak.code"}, {"{code}", "afspraak.onbekend"}, {"main menu", ""}},
	light: []step{
		{"street light brokn", "melding.waar"}, {"domplijn 12", "melding.waar"}, {"1", "melding.wat"},
		{"{matter}", "melding.klopt"}, {"yes send", "melding.aanmelden"},
	},
	warning:   []step{{"heatwav", "melding.verder"}, {"1", "gezondheid.waarover"}, {"what is in force", "gezondheid.toon"}},
	notBefore: []step{{"no", ""}}, whenDone: []step{{"yes", "melding.verder"}},
	signUp: []step{{"helth", "gezondheid.waarover"}, {"get mesages", "gezondheid.postcode"}, {"3511", "gezondheid.aanmelden"}, {"yess why not", "gezondheid.aanmelden"}, {"yes", "gezondheid.aangemeld"}},
}

// subjects is a resident on the page who comes for them, in a heatwave.
type subjects struct {
	*tab
	subjectWords
	code, time string // of the appointment: as it was told, and the label that was chosen
}

func openSubjects(b *tab, words subjectWords) *subjects {
	b.local.clock.Set(time.Date(2027, 7, 6, 8, 0, 0, 0, time.UTC)) // Tuesday, 10:00 in Amsterdam
	return &subjects{tab: b, subjectWords: words}
}

func (b *subjects) appointmentTapped() {
	b.turn("", func() { b.say(b.hello) })
	b.tap("engine.start.paspoort", "paspoort.wie")
	b.tap("paspoort.wie.volwassen", "paspoort.kies_locatie")
	b.row(0, "paspoort.kies_tijd")
	b.shots("list", b.openList)
	b.time = b.row(1, "paspoort.naam")
	b.turn("paspoort.klopt", func() { b.say("Noor de Wit") })
	b.booked(b.tap("paspoort.klopt.ja_maak_afspraak", "afspraakbericht.aanmelden"))
	b.shots("confirmation", func() {})
	b.tap("afspraakbericht.aanmelden.no", "")
	b.lookUp()
	b.tap("afspraak.toon.verzetten", "afspraak.kies_locatie")
	b.row(1, "afspraak.kies_tijd")
	b.time = b.row(2, "afspraak.klopt")
	b.stands(b.tap("afspraak.klopt.ja_verzet", ""))
	b.lookUp()
	b.tap("afspraak.toon.afzeggen", "afspraak.zeker")
	b.tap("afspraak.zeker.ja_zeg_af", "")
	b.agenda()
}

// lookUp finds the appointment by its code, from the menu.
func (b *subjects) lookUp() {
	b.Helper()
	b.tap("engine.start.afspraak", "afspraak.code")
	b.tells(b.turn("afspraak.toon", func() { b.say(b.code) }))
}

func (b *subjects) appointmentTyped() {
	b.booked(b.follow(b.make))
	b.follow(b.notBefore)
	b.stands(b.follow(b.move))
	b.follow(b.cancel)
	b.agenda()
	b.follow(b.gone)
}

func (b *subjects) streetLightTapped() {
	b.tap("engine.start.melding", "melding.soort")
	b.tap("melding.soort.lamp", "melding.waar")
	b.turn("melding.wat", func() {
		b.click(`[...document.querySelectorAll("#log [data-sheet=places]")].at(-1)`)
		b.click(`document.querySelector("#places[open] .row")`)
	})
	b.turn("melding.klopt", func() { b.say(b.matter) })
	b.reported(b.tap("melding.klopt.ja_verstuur", "melding.aanmelden"))
	b.shots("report", func() {})
	b.tap("melding.aanmelden.yes", "melding.verder")
	b.tap("melding.verder.iets_anders", "")
}

func (b *subjects) streetLightTyped() {
	b.reported(b.follow(b.light))
	b.follow(b.whenDone)
}

func (b *subjects) heatTapped() {
	b.tap("engine.start.gezondheid", "gezondheid.waarover")
	b.warned(b.tap("gezondheid.waarover.hitte", "gezondheid.toon_hitte"))
	b.follow(b.signUp[:1])
	b.tap("gezondheid.waarover.berichten_ontvangen", "gezondheid.postcode")
	b.turn("gezondheid.aanmelden", func() { b.say("3511") })
	b.signedUp(b.tap("gezondheid.aanmelden.yes", "gezondheid.aangemeld"))
}

func (b *subjects) heatTyped() {
	b.warned(b.follow(b.warning))
	b.signedUp(b.follow(b.signUp))
}

// signedUp is whether the resident was told how to leave again.
func (b *subjects) signedUp(answer string) {
	b.Helper()
	if !strings.Contains(answer, "STOP GEZONDHEID") {
		b.Errorf("how to stop is not told: %q", answer)
	}
}

// follow types what the steps say, and gives the last answer.
func (b *subjects) follow(steps []step) (answer string) {
	b.Helper()
	for _, s := range steps {
		typed := s.typed
		switch typed {
		case "{code}":
			typed = strings.ToLower(strings.ReplaceAll(b.code, "-", " "))
		case "{time}":
			b.time = b.label(1)
			typed = strings.ReplaceAll(b.time, ":", ".")
		case "{matter}":
			typed = b.matter
		case "{2}":
			b.time, typed = b.label(1), "2"
		}
		answer = b.turn(s.at, func() { b.say(typed) })
	}
	return answer
}

// turn does what a resident does, waits until it is answered and until the
// picture shows where that leads, and gives the answer.
func (b *subjects) turn(at string, act func()) string {
	b.Helper()
	before := value[int](b.tab, `document.querySelectorAll("#log .bubble.mine").length`)
	act()
	b.until(fmt.Sprintf(`document.querySelectorAll("#log .bubble.mine").length === %d && [...document.querySelectorAll("#log .bubble")].at(-1).matches(".ours")`, before+1))
	if flow, state, inFlow := strings.Cut(at, "."); inFlow {
		b.lit(flow, state)
	} else {
		b.until(newest + `.querySelector("[data-tap^='engine.start.']") && document.querySelector("#place").innerText.includes("menu")`)
	}
	return value[string](b.tab, newest+`.innerText`)
}

// newest is the newest bubble, in JavaScript.
const newest = `[...document.querySelectorAll("#log .bubble")].at(-1)`

// tap chooses a button or a row of the newest bubble.
func (b *subjects) tap(choice, at string) string {
	b.Helper()
	return b.turn(at, func() {
		b.openList()
		b.choose(choice)
	})
}

// row chooses the nth row of the newest bubble's list, and gives its label.
func (b *subjects) row(n int, at string) string {
	b.Helper()
	label := b.label(n)
	b.turn(at, func() {
		b.openList()
		b.click(fmt.Sprintf(`document.querySelectorAll("dialog[open] .row")[%d]`, n))
		b.own(label)
	})
	return label
}

// labels is what the rows of the newest bubble's list say.
func (b *subjects) labels() []string {
	b.Helper()
	return value[[]string](b.tab, `[...`+newest+`.querySelectorAll(".row-label")].map(e => e.textContent)`)
}

// label is what one of them says.
func (b *subjects) label(n int) string {
	b.Helper()
	labels := b.labels()
	if n >= len(labels) {
		b.Fatalf("%d rows, want the one after %d; on the page: %s", len(labels), n, b.said())
	}
	return labels[n]
}

// openList opens the list of the newest bubble, when it has one.
func (b *subjects) openList() {
	b.Helper()
	if len(b.labels()) == 0 || value[bool](b.tab, `!!document.querySelector("dialog[open]")`) {
		return
	}
	b.click(newest + `.querySelector("[data-sheet^='sheet-']")`)
	b.until(`document.querySelector("dialog[open]")`)
}

var (
	appointmentCode = regexp.MustCompile(`\b[0-9A-Z]{5}-[0-9A-Z]{5}\b`)
	requestCode     = regexp.MustCompile(`\bM-[0-9A-Z]{3}-[0-9A-Z]{3}-[0-9A-Z]{3}\b`)
)

// booked reads the code, and compares the agenda with what was told.
func (b *subjects) booked(answer string) {
	b.Helper()
	if b.code = appointmentCode.FindString(answer); b.code == "" {
		b.Fatalf("no code in %q", answer)
	}
	b.stands(answer)
}

// stands looks for the one appointment on the agenda, under its code and at
// the time that was chosen last, as the label says it: "di 6 jul 14:30".
func (b *subjects) stands(answer string) {
	b.Helper()
	b.tells(answer)
	zone, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil {
		b.Fatal(err)
	}
	at := b.agenda(b.code).Start.In(zone).Format("2 15:04")
	if chosen := strings.Fields(b.time); len(chosen) != 4 || chosen[1]+" "+chosen[3] != at {
		b.Errorf("the agenda has %s, the resident chose %s", at, b.time)
	}
}

// tells is whether an answer has the month in the resident's language, and the
// time that was chosen.
func (b *subjects) tells(answer string) {
	b.Helper()
	for _, part := range []string{b.month, b.time[strings.LastIndexByte(b.time, ' ')+1:]} {
		if !strings.Contains(answer, part) {
			b.Errorf("no %q in %q", part, answer)
		}
	}
}

// agenda compares the codes on the agenda, and gives its first appointment.
func (b *subjects) agenda(codes ...string) (first bot.Appointment) {
	b.Helper()
	now := b.local.clock.Now()
	booked, err := b.local.desk.store.Bookings(b.ctx, now, bot.Look{Actor: "test"}, now, now.AddDate(1, 0, 0))
	if err != nil {
		b.Fatal(err)
	}
	var found []string
	for _, a := range booked {
		found = append(found, a.Code.Reveal())
	}
	if !slices.Equal(found, codes) {
		b.Fatalf("on the agenda: %q, want %q", found, codes)
	}
	if len(booked) > 0 {
		first = booked[0]
	}
	return first
}

// reported looks for the report on the worklist, under the code that was told.
func (b *subjects) reported(answer string) {
	b.Helper()
	open, err := b.local.desk.store.OpenRequests(b.ctx, time.Now(), bot.Look{Actor: "test"}, 0, 10)
	if err != nil {
		b.Fatal(err)
	}
	if code := requestCode.FindString(answer); len(open) != 1 || code == "" || open[0].Code.Reveal() != code {
		b.Fatalf("the worklist has %d reports, the resident was told: %q", len(open), answer)
	}
	if r := open[0]; r.Kind != "lamp" || r.Text.Reveal() != b.matter || !strings.Contains(r.Place.Reveal(), "Domplein 12") {
		b.Errorf("the worklist has kind %q, place %q, text %q", r.Kind, r.Place.Reveal(), r.Text.Reveal())
	}
}

// warned is whether the notice that is in force was read, with its source.
func (b *subjects) warned(answer string) {
	b.Helper()
	for _, part := range []string{b.notice, b.month, "https://www.rivm.nl/hitte"} {
		if !strings.Contains(answer, part) {
			b.Errorf("no %q in %q", part, answer)
		}
	}
}

// sheetFits holds when the open sheet, if any, lies over the phone's whole width.
const sheetFits = `(s => !s || (r => (f => Math.abs(r.left - f.left) < 1 && Math.abs(r.right - f.right) < 1 && r.bottom <= innerHeight + 1)(document.querySelector("#phone").getBoundingClientRect()))(s.getBoundingClientRect()))(document.querySelector("dialog[open]"))`

// shots saves what is to be seen, wide and as on a phone.
func (b *subjects) shots(name string, open func()) {
	b.Helper()
	open()
	for _, size := range [][2]int64{{390, 844}, {1440, 900}} {
		b.size(size[0], size[1])
		b.until(fmt.Sprintf(`innerWidth === %d && `, size[0]) + sheetFits)
		b.shot(fmt.Sprintf("subject %s %s %d", name, b.month, size[0]))
	}
}
