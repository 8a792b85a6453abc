package flows_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/engine"
	"github.com/gemeentebode/bode/bot/service/address"
	"github.com/gemeentebode/bode/bot/service/waste"
)

// phone is one resident in a conversation with the example town.
type phone struct {
	t            *testing.T
	engine       *engine.Engine
	now          time.Time
	conversation bot.Private
	last         bot.Reply
	broken       map[string]bool // operations that fail
}

func newPhone(t *testing.T, now string) *phone {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil {
		t.Fatal(err)
	}
	at, err := time.ParseInLocation("2006-01-02 15:04", now, zone)
	if err != nil {
		t.Fatal(err)
	}
	return &phone{t: t, engine: engine.New(load(t)), now: at, broken: map[string]bool{}}
}

// types sends a text and reads the answer; tapping is typing a label's words.
func (p *phone) types(text string) string {
	p.t.Helper()
	return p.sends(bot.Message{Kind: bot.KindText, Text: bot.Hide(text)})
}

// taps presses the button or row with this label under the last answer.
func (p *phone) taps(label string) string {
	p.t.Helper()
	choices := p.last.Buttons
	if p.last.List != nil {
		choices = p.last.List.Rows
	}
	for _, c := range choices {
		if c.Label.Reveal() == label {
			return p.sends(bot.Message{Kind: bot.KindTap, Choice: c.ID, Text: c.Label})
		}
	}
	p.t.Fatalf("there is no %q under:\n%s", label, p.shown())
	return ""
}

func (p *phone) sends(m bot.Message) string {
	p.t.Helper()
	p.now = p.now.Add(time.Minute)
	m.Sent = p.now
	in := bot.Input{Message: &m}
	replies := 0
	for range 20 {
		outcome, err := p.engine.Step(p.now, p.conversation, in)
		if err != nil {
			p.t.Fatal(err)
		}
		p.conversation = outcome.Conversation
		if outcome.Reply != nil {
			replies, p.last = replies+1, *outcome.Reply
		}
		if outcome.Call == nil {
			if replies != 1 {
				p.t.Fatalf("one message got %d answers", replies)
			}
			return p.shown()
		}
		result := p.serve(*outcome.Call)
		in = bot.Input{Result: &result}
	}
	p.t.Fatal("the turn does not end")
	return ""
}

func (p *phone) serve(call bot.Call) bot.Result {
	p.t.Helper()
	if p.broken[call.Operation] {
		return bot.Result{Outcome: "failed"}
	}
	service := waste.Example().Call
	if strings.HasPrefix(call.Operation, "address.") {
		service = address.Example().Call
	}
	result, err := service(context.Background(), p.now, call)
	if err != nil {
		p.t.Logf("%s: %v", call.Operation, err)
	}
	return result
}

// shown is the last answer as a person sees it.
func (p *phone) shown() string {
	var b strings.Builder
	b.WriteString(p.last.Text.Reveal())
	for _, c := range p.last.Buttons {
		fmt.Fprintf(&b, "\n[%s]", c.Label.Reveal())
	}
	if p.last.List != nil {
		for _, c := range p.last.List.Rows {
			fmt.Fprintf(&b, "\n- %s", c.Label.Reveal())
			if !c.Description.Empty() {
				fmt.Fprintf(&b, " (%s)", c.Description.Reveal())
			}
		}
	}
	if p.last.Link != nil {
		fmt.Fprintf(&b, "\n<%s>", p.last.Link.URL)
	}
	return b.String()
}

// holds fails when a part is missing, and shows the whole answer.
func (p *phone) holds(answer string, parts ...string) {
	p.t.Helper()
	for _, part := range parts {
		if !strings.Contains(answer, part) {
			p.t.Errorf("%q is missing in:\n%s", part, answer)
		}
	}
}

func TestAfval_whenIsMyBinEmptied(t *testing.T) {
	p := newPhone(t, "2026-11-20 10:00")
	p.holds(p.types("wanneer wordt de kliko geleegd"), "automatische assistent", "Wat wilt u weten over afval?", "[Ophaaldagen]", "[Wat hoort waar?]", "[Bak overgeslagen]")
	p.holds(p.taps("Ophaaldagen"), "postcode en huisnummer", "3511LN 12")
	p.holds(p.types("3511 ln 12"), "Bij Domplein 12 halen wij op:", "dinsdag", "24 november", "groente en fruit (gft)", "plastic en blik (pmd)", "kerstbomen", "voor 07:30 uur",
		"[Ander adres]", "[Bak overgeslagen]", "[Iets anders]")
	p.holds(p.taps("Ander adres"), "postcode en huisnummer")
	p.holds(p.types("3511LN 14"), "Domplein 14A", "Domplein 14B", "Domplein 14C")
	p.holds(p.types("Domplein 14B"), "Bij Domplein 14B halen wij op:")
}

func TestAfval_whatBelongsWhere(t *testing.T) {
	p := newPhone(t, "2026-11-20 10:00")
	p.types("afval")
	p.holds(p.taps("Wat hoort waar?"), "Wat wilt u weggooien?")
	if answer := p.types("pizadoos"); strings.Contains(answer, "milieustraat") {
		t.Errorf("nothing of it belongs there:\n%s", answer)
	}
	p.holds(p.shown(), "Pizzadoos", "grijze bak", "nog iets weggooien?", "[Iets anders]")
	p.holds(p.types("oude koelkast"), "Koelkast en vriezer", "De milieustraat: Ambachtsweg 40, open van dinsdag")
	p.holds(p.types("een blikje verf"), "Wat bedoelt u?", "Blikje", "Verf", "Iets anders typen")
	p.holds(p.taps("Verf"), "Breng verf naar de milieustraat", "Ambachtsweg 40")
	p.holds(p.types("xyzzy"), "Dat ken ik nog niet", "[Medewerker]")
	p.holds(p.types("krant"), "blauwe bak")
	p.types("xyzzy")
	p.holds(p.taps("Medewerker"), "14 0900", "ma-vr 09:00-17:00")
}

func TestAfval_aBinThatWasNotEmptied(t *testing.T) {
	for name, c := range map[string]struct {
		now   string
		steps []string // "[x]" is tapped, anything else typed
		want  []string
	}{
		"it is picked up today":   {"2026-11-24 09:00", nil, []string{"halen wij vandaag op", "groente en fruit (gft)", "22:00", "[Ophaaldagen]"}},
		"it was yesterday":        {"2026-11-25 09:00", nil, []string{"laatste ophaaldag bij Domplein 12", "dinsdag 24 november", "Stond uw bak", "[Ja]", "[Nee]"}},
		"and it stood outside":    {"2026-11-25 09:00", []string{"[Ja]"}, []string{"tot morgen buiten staan", "14 0900", "[Medewerker]"}},
		"and it did not":          {"2026-11-25 09:00", []string{"Nee"}, []string{"volgende keer", "[Milieustraat]"}},
		"one of two in the week":  {"2026-11-27 09:00", nil, []string{"Welke bak is niet geleegd?", "plastic en blik (pmd)", "groente en fruit (gft)", "dinsdag 24 november"}},
		"the one of today":        {"2026-11-27 09:00", []string{"[plastic en blik (pmd)]"}, []string{"halen wij vandaag op", "plastic en blik"}},
		"the one of Tuesday":      {"2026-11-27 09:00", []string{"[groente en fruit (gft)]"}, []string{"laatste ophaaldag", "24 november"}},
		"and what comes next":     {"2026-11-25 09:00", []string{"[Ja]", "[Ophaaldagen]"}, []string{"Bij Domplein 12 halen wij op:", "27 november"}},
		"someone has to be asked": {"2026-11-25 09:00", []string{"medewerker"}, []string{"14 0900"}},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPhone(t, c.now)
			p.types("afval")
			p.holds(p.taps("Bak overgeslagen"), "postcode en huisnummer")
			answer := p.types("Domplein 12")
			for _, step := range c.steps {
				if label, ok := strings.CutPrefix(step, "["); ok {
					answer = p.taps(strings.TrimSuffix(label, "]"))
					continue
				}
				answer = p.types(step)
			}
			p.holds(answer, c.want...)
		})
	}
}

func TestAfval_whenSomethingIsBroken(t *testing.T) {
	for name, c := range map[string]struct {
		operation, button, answer string
		want                      []string
	}{
		"the calendar":             {"waste.pickups", "Ophaaldagen", "3511LN 12", []string{"werkt nu niet", "14 0900", "[Probeer opnieuw]"}},
		"the calendar, for a bin":  {"waste.missed", "Bak overgeslagen", "3511LN 12", []string{"Laat uw bak buiten staan", "14 0900"}},
		"the guide":                {"waste.sorting", "Wat hoort waar?", "pizzadoos", []string{"niet opzoeken", "[Probeer opnieuw]"}},
		"nothing, but the address": {"", "Ophaaldagen", "1012JS 1", []string{"Dit adres ken ik niet", "postcode en huisnummer"}},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPhone(t, "2026-11-20 10:00")
			p.broken[c.operation] = true
			p.types("afval")
			p.taps(c.button)
			p.holds(p.types(c.answer), c.want...)
			p.broken = map[string]bool{}
			if strings.Contains(p.shown(), "[Probeer opnieuw]") {
				if answer := p.taps("Probeer opnieuw"); strings.Contains(answer, "Sorry") {
					t.Errorf("it works again, and still:\n%s", answer)
				}
			}
		})
	}
}

func TestAfval_inEnglish(t *testing.T) {
	p := newPhone(t, "2026-11-24 09:00")
	p.types("english")
	p.types("English")
	p.holds(p.types("when is my bin emptied"), "What would you like to know about waste?", "[Pickup days]", "[What goes where?]", "[Bin was missed]")
	p.taps("Pickup days")
	p.holds(p.types("3511LN 12"), "At Domplein 12 we pick up:", "Tuesday 24 November", "food and garden waste", "before 07:30", "[Another address]")
	p.holds(p.taps("Bin was missed"), "we pick up today", "22:00", "[Speak to someone]")
	p.taps("Something else")
	p.types("waste")
	p.taps("What goes where?")
	p.holds(p.types("pizza box"), "Pizza box", "grey bin", "[Something else]")
}

// What residents write in their own words has to get them to the subject, and
// where it says which of the three it is, straight to that question.
func TestAfval_isFoundByTheWordsOfResidents(t *testing.T) {
	const hub, days, sorting, missed = "Wat wilt u weten over afval?", "Wat zijn uw postcode", "Wat wilt u weggooien?", "Ik kijk het na."
	for words, want := range map[string]string{
		"afval":                                       hub,
		"Wanneer wordt de container geleegd?":         hub,
		"wanneer wordt mijn bak geleegd":              hub,
		"wanneer komen jullie het oud papier ophalen": hub,
		"kliko":                           hub,
		"containr":                        hub,
		"grof vuil":                       hub,
		"afvalkalender":                   hub,
		"mijn groene bak is niet geleegd": hub,
		"de vuilnis is niet opgehaald":    hub,
		"wat zijn mijn ophaaldagen":       days,
		"mijn bak is overgeslagen":        missed,
		"waar hoort piepschuim":           sorting,
		"when is my bin emptied":          "What would you like to know about waste?",
		"rubbish":                         "What would you like to know about waste?",
		"my bin was missed":               "Let me check.",
		"which bin for a pizza box":       "What would you like to know about waste?",
	} {
		if answer := newPhone(t, "2026-11-20 10:00").types(words); !strings.Contains(answer, want) {
			t.Errorf("%q leads to:\n%s", words, answer)
		}
	}
}
