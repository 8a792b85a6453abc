package flows_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/engine"
	"github.com/gemeentebode/bode/bot/service/appointment"
	"github.com/gemeentebode/bode/store"
	"github.com/gemeentebode/bode/store/storetest"
)

// counter is the town's own agenda on a real store, for residents with phones.
type counter struct {
	t      *testing.T
	store  *store.Store
	engine *engine.Engine
	known  int
}

func newCounter(t *testing.T) *counter {
	t.Helper()
	return &counter{t: t, store: storetest.Open(t, storetest.SQLite(t)), engine: engine.New(load(t))}
}

// phone gives the phone of a resident whom the store knows.
func (c *counter) phone(now string) *phone {
	c.t.Helper()
	p := phoneOf(c.t, c.engine, now)
	c.known++
	number := bot.Hide(fmt.Sprintf("3161234567%d", c.known))
	from := bot.Contact{Channel: "simulator", Account: "1", External: number, Phone: number}
	first := bot.Message{From: from, ID: bot.Hide(fmt.Sprintf("wamid.%d", c.known)), Sent: p.now, Kind: bot.KindText, Text: bot.Hide("hallo")}
	if _, err := c.store.Receive(c.t.Context(), p.now, []bot.Message{first}); err != nil {
		c.t.Fatal(err)
	}
	claims, err := c.store.ClaimTurns(c.t.Context(), p.now, time.Hour, 1)
	if err != nil || len(claims) != 1 {
		c.t.Fatalf("%d turns: %v", len(claims), err)
	}
	p.resident, p.service = claims[0].Resident, appointment.Example(c.store)
	return p
}

// places counts what is taken at a location in the coming weeks: seats of five minutes.
func (c *counter) places(p *phone, location string) int {
	c.t.Helper()
	seats, err := c.store.TakenSeats(c.t.Context(), p.now, location, p.now, p.now.AddDate(0, 2, 0))
	if err != nil {
		c.t.Fatal(err)
	}
	return len(seats)
}

var codeIn = regexp.MustCompile(`[A-Z0-9]{5}-[A-Z0-9]{5}`)

// code reads the code of the appointment off the screen.
func (p *phone) code() string {
	p.t.Helper()
	code := codeIn.FindString(p.shown())
	if code == "" {
		p.t.Fatalf("there is no code in:\n%s", p.shown())
	}
	return code
}

// does takes steps, "[x]" tapped and anything else typed, and gives the last answer.
func (p *phone) does(steps ...string) string {
	p.t.Helper()
	answer := ""
	for _, step := range steps {
		if label, tapped := strings.CutPrefix(step, "["); tapped {
			answer = p.taps(strings.TrimSuffix(label, "]"))
			continue
		}
		answer = p.types(step)
	}
	return answer
}

// What is asked for, from the first words to the name: by buttons and rows
// only, and by typing only, with typing errors.
var bookings = map[string]struct {
	steps []string
	want  []string // on the last screen
}{
	"a passport, tapped":        {[]string{"menu", "[Paspoort]", "[18 jaar of ouder]", "[Stadhuis]", "[ma 23 nov 09:00]"}, []string{"maandag 23 november om 09:00 uur", "Stadhuis, Domplein 1", "uw oude paspoort, als u dat hebt"}},
	"a passport, typed":         {[]string{"ik moet me pasport verlengen", "18 jaar of oudr", "stadhuiss", "ma 23 nov 09.00"}, []string{"maandag 23 november om 09:00 uur"}},
	"a child's passport":        {[]string{"paspoort voor mijn dochter", "jonger dan 18", "2", "1"}, []string{"dinsdag 24 november", "Wijkcentrum Bomenwijk, Lindelaan 1", "Uw kind komt mee", "toestemming van beide ouders"}},
	"an ID card, tapped":        {[]string{"menu", "[ID-kaart]", "[18 jaar of ouder]", "[Stadhuis]", "[Andere dag]", "[wo 25 nov]", "[wo 25 nov 09:00]"}, []string{"woensdag 25 november om 09:00 uur", "uw oude ID-kaart"}},
	"an ID card, typed":         {[]string{"mn identiteitskaart is verlopen", "18 jaar of ouder", "stadhuis", "andre dag", "wo 25 nov", "wo 25 nov 09.00"}, []string{"woensdag 25 november"}},
	"a driving licence, tapped": {[]string{"menu", "[Rijbewijs]", "[Rijbewijs verlengen]", "[Balie Voorbeelderdam]", "[wo 25 nov 09:00]"}, []string{"Balie Voorbeelderdam", "uw oude rijbewijs en 1 nieuwe pasfoto"}},
	"a driving licence, typed":  {[]string{"rijbewijs verlenge", "rijbewijs verlenge", "balie voorbelderdam", "wo 25 nov 09.00"}, []string{"woensdag 25 november om 09:00 uur"}},
	"a lost driving licence":    {[]string{"ik ben mijn rijbewijs kwijt", "[Afspraak maken]", "1", "1"}, []string{"uw paspoort of ID-kaart"}},
	"a birth, tapped":           {[]string{"ik wil een afspraak maken", "[Geboorte aangeven]", "[Een ouder]", "[ma 23 nov 09:00]"}, []string{"Stadhuis, Domplein 1", "van beide ouders"}},
	"a birth, typed":            {[]string{"mijn zoontje is gebore, wat nu", "een oudr", "ma 23 nov 09.00"}, []string{"maandag 23 november"}},
	"a move, tapped":            {[]string{"menu", "[Verhuizing doorgeven]", "[Uit het buitenland]", "[Stadhuis]", "[ma 23 nov 09:00]"}, []string{"iedereen die verhuist", "de geboorteakten"}},
	"a move, typed":             {[]string{"ik gaat verhuizn", "binnen nederlant", "stadhuis", "ma 23 nov 09.00"}, []string{"het contract van uw nieuwe huis"}},
}

func TestAppointments_areBooked(t *testing.T) {
	for name, booking := range bookings {
		t.Run(name, func(t *testing.T) {
			c := newCounter(t)
			p := c.phone("2026-11-20 10:00")
			p.holds(p.does(booking.steps...), "Op welke naam", "voor u vast tot 10:")
			p.holds(p.types("Noor de Wit"), "Klopt dit?", "Naam: Noor de Wit", "[Ja, maak afspraak]", "[Nee, aanpassen]")
			answer := p.types("ja hoor")
			p.holds(answer, "Uw afspraak staat vast.", "Bewaar uw code.", "mijn afspraak", "de dag voor een afspraak een bericht?", "[Ja]", "[Nee]")
			p.holds(answer, booking.want...)
			p.code()
			if c.places(p, "stadhuis")+c.places(p, "wijkcentrum")+c.places(p, "voorbeelderdam") == 0 {
				t.Error("no place is taken")
			}
		})
	}
}

func TestAppointments_inEnglish(t *testing.T) {
	for name, steps := range map[string][]string{
		"a passport, tapped":        {"english", "main menu", "[Passport]", "[18 or older]", "[Stadhuis]", "[Mon 23 Nov 09:00]"},
		"a passport, typed":         {"i want to renew my pasport please", "18 or oldr", "stadhuis", "mon 23 nov 09.00"},
		"an ID card, typed":         {"i lost my id card", "18 or older", "stadhuis", "anothr day", "wed 25 nov", "wed 25 nov 09.00"},
		"a driving licence, tapped": {"english", "main menu", "[Driving licence]", "[Renew my licence]", "[Balie Voorbeelderdam]", "[Wed 25 Nov 09:00]"},
		"a driving licence, typed":  {"my drivers licence has expired", "renew my licnce", "1", "mon 23 nov 09.00"},
		"a birth, typed":            {"how do i register the birth of my son", "a parnt", "mon 23 nov 09.00"},
		"a move, tapped":            {"english", "main menu", "[Register a move]", "[To the Netherlands]", "[Stadhuis]", "[Mon 23 Nov 09:00]"},
		"a move, typed":             {"i have moved house", "within the contry", "stadhuis", "mon 23 nov 09.00"},
	} {
		t.Run(name, func(t *testing.T) {
			p := newCounter(t).phone("2026-11-20 10:00")
			p.holds(p.does(steps...), "What name", "until 10:")
			p.holds(p.types("Noor de Wit"), "Is this correct?", "Name: Noor de Wit", "[Yes, book it]", "[No, change it]")
			p.holds(p.types("yes"), "Your appointment is booked.", "Keep your code.", "my appointment", "the day before an appointment?")
			p.code()
		})
	}
}

// booked gives a phone with a passport appointment on Monday, no reminder, and
// its code.
func (c *counter) booked() (*phone, string) {
	p := c.phone("2026-11-20 10:00")
	p.does("ik wil mijn paspoort verlengen", "[18 jaar of ouder]", "[Stadhuis]", "[ma 23 nov 09:00]", "Noor de Wit", "[Ja, maak afspraak]")
	code := p.code()
	p.holds(p.taps("Nee"), "U krijgt geen bericht.", "Kan ik nog iets voor u doen?")
	return p, code
}

func TestAppointment_isLookedUpMovedAndCancelled(t *testing.T) {
	for name, say := range map[string]struct{ look, move, where, when, yes, cancel, sure string }{
		"by buttons":             {"[Mijn afspraak]", "[Verzetten]", "[Wijkcentrum Bomenwijk]", "[di 24 nov 13:15]", "[Ja, verzet]", "[Afzeggen]", "[Ja, zeg af]"},
		"by typing, with errors": {"wanneer was mijn afsprak ook weer", "verzeten", "wijkcentrum bomewijk", "di 24 nov 13.15", "ja", "afzegen", "ja hoor"},
	} {
		t.Run(name, func(t *testing.T) {
			c := newCounter(t)
			p, code := c.booked()
			p.holds(p.does(say.look), "de code van uw afspraak")
			p.holds(p.types("het is "+strings.ToLower(strings.ReplaceAll(code, "-", " "))), "Dit is uw afspraak", "Paspoort", "maandag 23 november om 09:00 uur", "[Verzetten]", "[Afzeggen]")
			p.holds(p.does(say.move, say.where, say.when), "Nu: maandag 23 november om 09:00 uur", "Nieuw: dinsdag 24 november om 13:15 uur", "Wijkcentrum Bomenwijk")
			if c.places(p, "stadhuis") == 0 || c.places(p, "wijkcentrum") == 0 {
				t.Error("until the resident chooses, the old place and the new one are theirs")
			}
			p.holds(p.does(say.yes), "Uw afspraak is verzet.", code, "dinsdag 24 november om 13:15 uur")
			if c.places(p, "stadhuis") != 0 || c.places(p, "wijkcentrum") == 0 {
				t.Error("the old place is not free, or the new one not taken")
			}
			p.does("mijn afspraak", code)
			p.holds(p.does(say.cancel), "Wilt u deze afspraak afzeggen?", "dinsdag 24 november", "[Ja, zeg af]", "[Nee, laat staan]")
			p.holds(p.does(say.sure), "Uw afspraak is afgezegd.")
			if c.places(p, "wijkcentrum") != 0 {
				t.Error("the place of a cancelled appointment is not free")
			}
			p.holds(p.does("mijn afspraak", code), "Ik vind geen afspraak", "[Medewerker]")
		})
	}
}

func TestAppointment_inEnglishIsLookedUpMovedAndCancelled(t *testing.T) {
	c := newCounter(t)
	p := c.phone("2026-11-20 10:00")
	p.does("i want to renew my passport", "[18 or older]", "[Stadhuis]", "[Mon 23 Nov 09:00]", "Noor", "[Yes, book it]")
	code := p.code()
	p.holds(p.taps("No"), "You will not get a message.")
	p.holds(p.does("when is my apointment?", strings.ToLower(code)), "This is your appointment", "Passport", "Monday 23 November at 09:00", "[Move it]", "[Cancel it]")
	p.holds(p.does("move it", "stadhuis", "sat 21 nov 09.00"), "Now: Monday 23 November at 09:00", "New: Saturday 21 November at 09:00")
	p.holds(p.types("yes"), "has been moved", code, "Saturday 21 November at 09:00")
	p.holds(p.does("cancel my appointment", code, "cancel it"), "Do you want to cancel this appointment?")
	p.holds(p.types("yes"), "Your appointment is cancelled.")
}

// Whoever says no has what they had before, and nothing else is kept free.
func TestAppointment_noKeepsWhatWas(t *testing.T) {
	for name, c := range map[string]struct {
		steps []string
		want  string
		seats int
	}{
		"moving, at the last moment":     {[]string{"mijn afspraak", "CODE", "[Verzetten]", "[Stadhuis]", "1", "[Nee, laat staan]"}, "blijft zoals hij is", 2},
		"cancelling":                     {[]string{"mijn afspraak", "CODE", "[Afzeggen]", "[Nee, laat staan]"}, "blijft zoals hij is", 2},
		"cancelling, with a word":        {[]string{"mijn afspraak", "CODE", "afzeggen", "nee"}, "blijft zoals hij is", 2},
		"another appointment, then none": {[]string{"paspoort", "[18 jaar of ouder]", "[Stadhuis]", "1", "Noor", "nee", "[Geen afspraak]"}, "geen afspraak gemaakt", 2},
	} {
		t.Run(name, func(t *testing.T) {
			town := newCounter(t)
			p, code := town.booked()
			answer := ""
			for _, step := range c.steps {
				answer = p.does(strings.ReplaceAll(step, "CODE", code))
			}
			p.holds(answer, c.want)
			if got := town.places(p, "stadhuis"); got != c.seats {
				t.Errorf("%d units of five minutes are taken, want %d", got, c.seats)
			}
		})
	}
}

func TestAppointment_somebodyElseWasFaster(t *testing.T) {
	c := newCounter(t)
	first, second := c.phone("2026-11-20 10:00"), c.phone("2026-11-20 10:00")
	steps := []string{"rijbewijs verlengen", "[Balie Voorbeelderdam]"} // one counter
	first.does(steps...)
	second.does(steps...)
	first.does("[wo 25 nov 09:00]")
	answer := second.does("[wo 25 nov 09:00]")
	second.holds(answer, "net door iemand anders gekozen", "Welke tijd kiest u?", "Andere dag", "Andere locatie")
	if strings.Contains(answer, "wo 25 nov 09:00") {
		t.Errorf("the place that is gone is offered again:\n%s", answer)
	}
}

func TestAppointment_aHoldThatIsOverIsChosenAnew(t *testing.T) {
	c := newCounter(t)
	slow, quick := c.phone("2026-11-20 10:00"), c.phone("2026-11-20 10:30")
	slow.does("rijbewijs verlengen", "[Balie Voorbeelderdam]", "[wo 25 nov 09:00]", "Noor")
	quick.does("rijbewijs verlengen", "[Balie Voorbeelderdam]", "[wo 25 nov 09:00]", "Sam", "ja")
	slow.now = slow.now.Add(40 * time.Minute)
	slow.holds(slow.types("ja"), "niet langer voor u vast", "Welke tijd kiest u?", "Andere dag")
	slow.holds(slow.does("1", "Noor", "ja"), "Uw afspraak staat vast.")
}

// What was not booked is not called arranged: one may go back, and earlier
// buttons still work.
func TestAppointment_whatWasNotBookedCanBeGoneBackOn(t *testing.T) {
	for name, lost := range map[string]func(*phone){
		"the hold is over": func(p *phone) { p.now = p.now.Add(40 * time.Minute) },
		"it is broken":     func(p *phone) { p.broken["appointment.book"] = true },
	} {
		t.Run(name, func(t *testing.T) {
			p := newCounter(t).phone("2026-11-20 10:00")
			p.does("rijbewijs verlengen", "[Balie Voorbeelderdam]")
			times := p.last
			p.does("[wo 25 nov 09:00]", "Noor")
			lost(p)
			p.types("ja")
			if answer := p.types("terug"); strings.Contains(answer, "geregeld") {
				t.Errorf("nothing is, and still:\n%s", answer)
			}
			p.last = times
			p.holds(p.taps("wo 25 nov 10:15"), "Op welke naam")
		})
	}
}

func TestAppointment_wrongCodesAreCounted(t *testing.T) {
	c := newCounter(t)
	_, code := c.booked()
	p := c.phone("2026-11-20 11:00")
	p.does("mijn afspraak")
	for range 5 {
		p.holds(p.types(appointment.NewCode().Reveal()), "Ik vind geen afspraak", "[Medewerker]")
	}
	p.holds(p.types(code), "te vaak", "Over een uur", "14 0900", "Kan ik nog iets voor u doen?")
	p.now = p.now.Add(time.Hour)
	p.holds(p.does("mijn afspraak", code), "Dit is uw afspraak")
}

// Two phones know the code: what one cancels, the other cannot move, and is
// not told that it still stands.
func TestAppointment_cancelledOnAnotherPhoneIsNotMoved(t *testing.T) {
	c := newCounter(t)
	one, code := c.booked()
	other := c.phone("2026-11-20 10:30")
	other.does("mijn afspraak", code, "[Verzetten]", "[Stadhuis]", "1")
	one.does("mijn afspraak", code, "[Afzeggen]", "[Ja, zeg af]")
	answer := other.types("ja")
	other.holds(answer, "staat niet meer in de agenda")
	if strings.Contains(answer, "blijft staan") {
		t.Errorf("it is gone, and still:\n%s", answer)
	}
}

// Whatever is broken, there is a phone number, a person and another try.
func TestAppointment_whenSomethingIsBroken(t *testing.T) {
	book := []string{"ik wil mijn paspoort verlengen", "[18 jaar of ouder]", "[Stadhuis]"}
	mine := []string{"mijn afspraak", "CODE"}
	for name, c := range map[string]struct {
		operation string
		steps     []string
		want      string
	}{
		"the locations":           {"appointment.locations", book[:2], "werkt nu niet"},
		"the times":               {"appointment.slots", book, "werkt nu niet"},
		"the days":                {"appointment.days", append(book[:3:3], "[Andere dag]"), "werkt nu niet"},
		"holding":                 {"appointment.hold", append(book[:3:3], "1"), "werkt nu niet"},
		"booking":                 {"appointment.book", append(book[:3:3], "1", "Noor", "ja"), "lukt nu niet"},
		"looking up":              {"appointment.find", mine, "werkt nu niet"},
		"the locations, moving":   {"appointment.locations", append(mine[:2:2], "[Verzetten]"), "oude afspraak blijft staan"},
		"moving":                  {"appointment.change", append(mine[:2:2], "[Verzetten]", "[Stadhuis]", "2", "ja"), "oude afspraak blijft staan"},
		"cancelling":              {"appointment.cancel", append(mine[:2:2], "[Afzeggen]", "ja"), "afzeggen lukt nu niet"},
		"the times, for a birth":  {"appointment.slots", []string{"geboorte aangeven", "[Een ouder]"}, "werkt nu niet"},
		"the locations, for move": {"appointment.locations", []string{"ik ga verhuizen", "[Binnen Nederland]"}, "werkt nu niet"},
	} {
		t.Run(name, func(t *testing.T) {
			town := newCounter(t)
			p, code := town.booked()
			p.broken[c.operation] = true
			answer := ""
			for _, step := range c.steps {
				answer = p.does(strings.ReplaceAll(step, "CODE", code))
			}
			p.holds(answer, c.want, "14 0900", "[Probeer opnieuw]", "[Medewerker]")
			p.broken = map[string]bool{}
			if again := p.taps("Probeer opnieuw"); strings.Contains(again, "Sorry") {
				t.Errorf("it works again, and still:\n%s", again)
			}
		})
	}
}

func TestAppointments_whatComesFirst(t *testing.T) {
	for opening, want := range map[string][]string{
		"mijn paspoort is kwijt":                           {"Meld dat eerst", "https://voorbeeldstad.example/paspoort-kwijt", "geen nummer en geen foto"},
		"i lost my passport":                               {"Report that first", "https://voorbeeldstad.example/paspoort-kwijt"},
		"mijn rijbewijs kwijt":                             {"Meld dat eerst", "rijbewijs-kwijt", "geen nummer"},
		"wanneer kan ik mijn paspoort ophalen":             {"zonder afspraak", "Domplein 1", "09:00"},
		"ik wil mijn paspoort verlengen":                   {"Wat past bij u?", "18 jaar of ouder", "Jonger dan 18"},
		"ik wil een afspraak maken":                        {"Waarvoor", "Paspoort", "Rijbewijs", "Geboorte aangeven", "Iets anders"},
		"ik wil mijn afspraak voor het paspoort verzetten": {"de code van uw afspraak"},
		"ik ga verhuizen":                                  {"kost niets", "één afspraak genoeg", "[Binnen Nederland]"},
	} {
		p := newPhone(t, "2026-11-20 10:00")
		p.holds(p.types(opening), want...)
	}
}
