package main

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/engine"
	"github.com/gemeentebode/bode/bot/flow"
	"github.com/gemeentebode/bode/bot/notify"
	"github.com/gemeentebode/bode/bot/service/address"
	"github.com/gemeentebode/bode/bot/service/appointment"
	"github.com/gemeentebode/bode/bot/service/notice"
	"github.com/gemeentebode/bode/bot/service/remind"
	"github.com/gemeentebode/bode/bot/service/request"
	"github.com/gemeentebode/bode/bot/service/rights"
	"github.com/gemeentebode/bode/bot/service/waste"
	"github.com/gemeentebode/bode/store"
	"github.com/gemeentebode/bode/store/storetest"
)

// pickedUp is what is picked up in Voorbeeldstad from 16 December 2026 through
// 16 January 2027, by area: worked out by hand from the rules, so that it does
// not repeat what the program computes. Christmas goes to Monday the 28th, New
// Year's eve to the 30th, New Year's day to Saturday the 2nd.
var pickedUp = map[string]string{
	"3511": "12-22 gft, 12-28 pmd, 12-29 restafval, 01-05 gft, 01-06 kerstbomen papier, 01-08 pmd, 01-12 restafval",
	"3512": "12-21 gft, 12-23 pmd, 12-28 restafval, 01-04 restafval, 01-06 kerstbomen pmd, 01-11 gft, 01-14 papier",
	"3513": "12-17 restafval, 12-23 gft, 12-24 pmd, 12-28 papier, 01-06 gft kerstbomen, 01-07 pmd, 01-14 restafval",
	"3514": "12-17 gft, 12-24 restafval, 12-28 pmd, 12-30 gft, 01-05 papier, 01-06 kerstbomen, 01-07 gft, 01-11 pmd, 01-14 restafval",
	"3515": "12-18 gft, 12-28 restafval, 12-29 pmd, 01-02 gft papier, 01-06 kerstbomen, 01-08 restafval, 01-12 pmd, 01-15 gft",
}

// moved is decided on the evening of 4 January, when it was told already: in
// the centre, gft comes two days later.
const (
	movedFrom, movedTo, movedArea = "01-05", "01-07", "3511"
	movedWords                    = "kerstbomen en papier op woensdag 6 januari, gft op donderdag 7 januari en pmd op vrijdag 8 januari"
	movedWordsEnglish             = "Christmas trees and paper on Wednesday 6 January, food and garden waste on Thursday 7 January and plastic and cans (PMD) on Friday 8 January"
)

var englishKinds = map[string]string{"gft": "food and garden waste", "restafval": "general waste", "papier": "paper", "pmd": "plastic and cans (PMD)", "kerstbomen": "Christmas trees"}

// dweller is somebody of the town as the test knows them: where they are
// signed up for, and until when they may be written to freely.
type dweller struct {
	number   int
	contact  bot.Contact
	language string
	homes    []home // signed up for, in that order
	health   bool   // signed up for notices
	reminder string // "01-02": signed up to be reminded that day
	gone     bool   // said STOP

	wrote, healthSince time.Time
}

type home struct {
	label, postcode, letter string
	number                  int
}

// told is one message that the fake channel got.
type told struct {
	who      string // external id
	run      bot.ID
	job      string
	day      string // of its due moment, Amsterdam
	text     string
	template bool
	at       time.Time
}

// month is a town through a month, with a clock that the test moves.
type month struct {
	t         *testing.T
	s         *store.Store
	zone      *time.Location
	now       time.Time
	rng       *rand.Rand
	notify    *notify.Notifier
	services  *services
	calendar  *waste.Service // that of now
	bundle    string         // hash
	pickups   map[string]map[string][]string
	people    []*dweller
	byContact map[string]*dweller
	sent      []told
	messages  int
	given     int // lines of the ledger that the town should have led to
	ended     int
}

// townSize is 200, and with BODE_TEST_FULL=1 the 5,000 of the issue.
func townSize() int {
	if os.Getenv("BODE_TEST_FULL") == "1" {
		return 5000
	}
	return 200
}

func TestMonth_everyoneHearsWhatIsPickedUpAndNobodyElse(t *testing.T) {
	for name, dsn := range map[string]func(*testing.T) string{
		"sqlite":   func(t *testing.T) string { return filepath.Join(t.TempDir(), "bode.db") },
		"postgres": func(t *testing.T) string { return storetest.Postgres(t) },
	} {
		t.Run(name, func(t *testing.T) {
			m := newMonth(t, dsn(t), townSize())
			for day := time.Date(2026, 12, 15, 0, 0, 0, 0, m.zone); day.Before(time.Date(2027, 1, 16, 0, 0, 0, 0, m.zone)); day = day.AddDate(0, 0, 1) {
				m.day(day)
			}
			m.reconciled()
		})
	}
}

func newMonth(t *testing.T, dsn string, size int) *month {
	t.Helper()
	if err := store.Migrate(t.Context(), dsn); err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(t.Context(), dsn, storetest.Keys())
	m := &month{t: t, s: s, rng: rand.New(rand.NewPCG(2026, 12)), pickups: map[string]map[string][]string{}, byContact: map[string]*dweller{}}
	m.ok(err)
	t.Cleanup(func() { s.Close() })
	m.zone, err = time.LoadLocation("Europe/Amsterdam")
	m.ok(err)
	m.now = time.Date(2026, 12, 15, 8, 0, 0, 0, m.zone)
	m.readPickups()
	m.wire()
	for i := range size {
		m.people = append(m.people, m.dweller(i))
		m.byContact[m.people[i].contact.External.Reveal()] = m.people[i]
	}
	return m
}

func (m *month) ok(err error) {
	m.t.Helper()
	if err != nil {
		m.t.Fatalf("at %s: %v", m.now.In(m.zone).Format(time.DateTime), err)
	}
}

func (m *month) readPickups() {
	for area, list := range pickedUp {
		m.pickups[area] = map[string][]string{}
		for _, line := range strings.Split(list, ", ") {
			words := strings.Fields(line)
			m.pickups[area][words[0]] = words[1:]
		}
	}
}

// wire puts the notifier on the shipped flows and the town's real calendar.
func (m *month) wire() {
	m.calendar = m.openCalendar("")
	all := newServices(address.Example(), m.calendar, appointment.Example(m.s), request.New(m.s),
		notice.New(nil), rights.New(rights.Config{}), remind.New())
	m.services = all
	clock := func() time.Time { return m.now }
	b := newBundles(m.s, flow.Options{Operations: all.operations, Audiences: all.audiences, Sentences: engine.Sentences(), At: m.now}, clock)
	content, err := packShipped()
	m.ok(err)
	bundle, faults, err := loadPacked(content, b.options)
	m.ok(err)
	if bundle == nil {
		m.t.Fatalf("the shipped flows: %s", firstFault(faults))
	}
	m.bundle = bundle.Hash
	m.ok(m.s.PutBundle(m.t.Context(), m.now, bundle.Hash, content, "test"))
	for name, template := range bundle.Templates {
		for _, language := range bundle.Shared.Languages {
			m.ok(m.s.SetTemplate(m.t.Context(), m.now, "town", bot.TemplateStatus{Name: name, Language: language,
				Status: bot.TemplateApproved, Category: bot.TemplateUtility, Body: template.Body(language)}))
		}
	}
	m.notify = notify.New(notify.Config{Store: m.s, Bundles: newWorded(b, all.audiences), Hear: m.hear, Account: "town", Limits: notify.DefaultLimits(),
		Clock: clock, Healthy: func() bool { return true }, Log: slog.New(slog.DiscardHandler), Count: func(string, string) {}, Queued: func() {}})
	m.ok(m.notify.Begin(m.t.Context())) // the jobs are known from here on
}

// hear asks the calendar of now: an editor's change makes another.
func (m *month) hear(ctx context.Context, h bot.Hearing) (map[string]bot.Value, error) {
	if strings.HasPrefix(h.Audience, "waste.") {
		return m.calendar.Hear(ctx, h)
	}
	return m.services.Hear(ctx, h)
}

// openCalendar reads the town's files, with an exception more.
func (m *month) openCalendar(exception string) *waste.Service {
	m.t.Helper()
	dir := "../../bot/service/waste/voorbeeldstad/"
	rules, err := os.ReadFile(dir + "ophalen.toml")
	m.ok(err)
	file := filepath.Join(m.t.TempDir(), "ophalen.toml")
	m.ok(os.WriteFile(file, append(rules, exception...), 0o600))
	s, err := waste.Open(waste.Config{Sorting: dir + "scheiden.csv", Calendars: []waste.CalendarConfig{
		{Kind: "rules", File: file}, {Kind: "ics", File: dir + "kerstbomen.ics"}}}, slog.New(slog.DiscardHandler))
	m.ok(err)
	return s
}

func (m *month) dweller(i int) *dweller {
	id := fmt.Sprintf("NL.%06d", i)
	d := &dweller{number: i, language: "nl", contact: bot.Contact{Channel: "test", Account: "town", External: bot.Hide(id), Phone: bot.Hide(fmt.Sprintf("316%08d", i))}}
	if i%4 == 3 {
		d.language = "en"
	}
	return d
}

// home gives one of the two addresses of somebody.
func (d *dweller) home(second bool) home {
	area := 3511 + d.number%5
	if second {
		area = 3511 + (d.number/5)%5
	}
	letter := map[bool]string{true: "A"}[second]
	return home{fmt.Sprintf("Straat %d%s", d.number+1, letter), fmt.Sprintf("%dAB", area), letter, d.number + 1}
}

func (h home) about() bot.Value {
	return bot.ValueOf(map[string]any{"address": map[string]any{"label": h.label, "postcode": h.postcode, "number": h.number, "letter": h.letter, "addition": ""}})
}

// day is one day of the town: people come, change and leave, and in the evening
// they hear what comes tomorrow.
func (m *month) day(day time.Time) {
	at := func(hour, minute int) {
		m.now = time.Date(day.Year(), day.Month(), day.Day(), hour, minute, 0, 0, m.zone)
	}
	at(9, 0)
	m.hears("herinnering.dag", m.wantReminders(day))
	at(10, 0)
	m.changes(len(m.people) / 8)
	at(12, 0)
	m.notice(day)
	at(19, 0)
	m.ok(m.notify.Begin(m.t.Context()))
	m.ok(m.notify.Select(m.t.Context()))
	selected := m.wantPickups(day) // whoever comes after this hears tomorrow
	m.now = m.now.Add(time.Minute)
	m.changes(len(m.people) / 50) // and whoever leaves now does not hear any more
	want := map[string]string{}
	for who, text := range m.wantPickups(day) {
		if selected[who] != "" {
			want[who] = text
		}
	}
	run := m.drain("afval.herinnering")
	m.compare("afval.herinnering", day, want)
	m.tallied(run, selected, want)
	m.ledgerStands(day)
	if day.Format("01-02") == "01-04" {
		m.moves(day)
	}
}

// moves changes the calendar after it was told, and expects a correction for
// those to whom it makes a difference, once.
func (m *month) moves(day time.Time) {
	before := m.wantPickups(day)
	m.calendar = m.openCalendar("\n[[exception]]\narea = \"Binnenstad\"\nkind = \"gft\"\ndate = 2027-" + movedFrom + "\nmoved_to = 2027-" + movedTo + "\n")
	m.pickups[movedArea][movedTo] = m.pickups[movedArea][movedFrom]
	delete(m.pickups[movedArea], movedFrom)
	want := map[string]string{}
	for who, text := range before {
		d := m.byContact[who]
		inCentre := func(h home) bool { return strings.HasPrefix(h.postcode, movedArea) }
		if !slices.ContainsFunc(d.homes, inCentre) || m.toldOn(who, day) != text {
			continue
		}
		want[who] = "~" + pick(d.language, movedWords, movedWordsEnglish) // another address makes the sentence longer
		if len(d.homes) == 1 {
			want[who] = pick(d.language, "Ons bericht over uw afval klopt niet meer. Dit geldt nu: "+movedWords+" bij "+d.homes[0].label+". Wij halen het afval dan op. Dit bericht stoppen? Stuur STOP AFVAL.",
				"Our message about your waste is no longer right. This holds now: "+movedWordsEnglish+" at "+d.homes[0].label+". We collect the waste then. To stop this message, send STOP AFVAL.")
		}
	}
	if len(want) == 0 {
		m.t.Fatal("nobody was told what was moved: the test shows nothing")
	}
	for range 3 { // every quarter of an hour it is looked again; each hears it once
		m.now = m.now.Add(16 * time.Minute)
		m.pump()
	}
	m.compare("afval.herinnering.correction", day, want)
	m.t.Logf("%s: %d of %d who were told heard that a pickup was moved", day.Format("01-02"), len(want), len(before))
}

// toldOn gives what somebody was told on an evening.
func (m *month) toldOn(who string, day time.Time) string {
	for _, one := range m.sent {
		if one.who == who && one.job == "afval.herinnering" && one.day == day.Format("01-02") {
			return one.text
		}
	}
	return ""
}

func pick(language, dutch, english string) string {
	if language == "en" {
		return english
	}
	return dutch
}

// wantPickups is what everyone who stands signed up now has to hear on the
// evening of a day, by the table above.
func (m *month) wantPickups(day time.Time) map[string]string {
	want, tomorrow := map[string]string{}, day.AddDate(0, 0, 1).Format("01-02")
	for _, d := range m.people {
		if text := m.pickupText(d, tomorrow); text != "" && !d.gone {
			want[d.contact.External.Reveal()] = text
		}
	}
	return want
}

// pickupText words it as the flows do; one sentence for two addresses.
func (m *month) pickupText(d *dweller, tomorrow string) string {
	var kinds, places []string
	for _, h := range d.homes {
		names := slices.Clone(m.pickups[h.postcode[:4]][tomorrow])
		if d.language == "en" {
			for i := range names {
				names[i] = englishKinds[names[i]]
			}
		}
		said := strings.Join(names, pick(d.language, " en ", " and "))
		if at := slices.Index(kinds, said); said != "" && at >= 0 {
			places[at] += pick(d.language, " en ", " and ") + h.label
		} else if said != "" {
			kinds, places = append(kinds, said), append(places, h.label)
		}
	}
	if len(kinds) == 0 {
		return ""
	}
	where := places[0]
	if len(kinds) == 2 {
		where += pick(d.language, ", en ", ", and ") + kinds[1] + pick(d.language, " bij ", " at ") + places[1]
	}
	return pick(d.language, "Morgen halen wij "+kinds[0]+" op bij "+where+". Dit bericht stoppen? Stuur STOP AFVAL.",
		"Tomorrow we collect "+kinds[0]+" at "+where+". To stop this message, send STOP AFVAL.")
}

func (m *month) wantReminders(day time.Time) map[string]string {
	want := map[string]string{}
	for _, d := range m.people {
		if !d.gone && d.reminder == day.Format("01-02") {
			want[d.contact.External.Reveal()] = pick(d.language, "U vroeg ons om u hieraan te herinneren: "+d.what()+". Dit bericht komt maar een keer.",
				"You asked us to remind you of this: "+d.what()+". This message comes only once.")
		}
	}
	return want
}

func (d *dweller) what() string { return fmt.Sprintf("zaak %d", d.number) }
