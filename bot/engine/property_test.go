package engine

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/flow"
	"github.com/gemeentebode/bode/bot/text"
	"pgregory.net/rapid"
)

// resident types, taps, shares and waits at random, over two bundles of which
// one lacks what the other has.
type resident struct {
	t       *rapid.T
	engines []*Engine
	now     time.Time
	state   bot.Private
	seen    []string // ids of buttons, the newest last
	newest  int      // how many of them are in the last answer
	topics  []bot.Subscription
	said    string // the words of this turn; a tap says none
}

func (r *resident) message() bot.Message {
	t := r.t
	m := bot.Message{Kind: bot.KindText, Sent: r.now}
	if r.seldom("old") {
		m.Sent = r.now.Add(-rapid.SampledFrom([]time.Duration{3 * time.Hour, 30 * time.Hour}).Draw(t, "age"))
	}
	switch rapid.IntRange(0, 15).Draw(t, "kind") {
	case 0:
		m.Kind, m.Place = bot.KindPlace, &bot.Place{Latitude: 52.09, Longitude: 5.12}
	case 1:
		m.Kind, m.Media = bot.KindMedia, rapid.SampledFrom([]string{"image", "audio", "sticker", "document", "iets"}).Draw(t, "media")
		m.Text = bot.Hide(rapid.SampledFrom([]string{"", "afval", "3511LN 12"}).Draw(t, "caption"))
	case 2:
		m.Kind = rapid.SampledFrom([]bot.MessageKind{bot.KindUnsupported, bot.KindReaction, bot.KindRevoked}).Draw(t, "other")
	case 3:
		if len(r.seen) > 0 {
			m.Kind, m.Choice = bot.KindTap, rapid.SampledFrom(r.seen).Draw(t, "any button")
		}
	case 4, 5, 6, 7, 8:
		if r.newest > 0 {
			m.Kind, m.Choice = bot.KindTap, rapid.SampledFrom(r.seen[len(r.seen)-r.newest:]).Draw(t, "button")
			break
		}
		fallthrough
	default:
		m.Text = bot.Hide(rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"afval", "paspoort", "melding", "1", "2", "3", "4", "ja", "nee", "ok",
			"menu", "terug", "taal", "english", "nederlands", "українська", "medewerker", "annuleren", "mijn gegevens", "мої дані", "wis mijn gegevens", "alles wissen", "verilerimi sil", "overzicht van mijn gegevens", "verder", "stop afval", "kan dit stoppen",
			"3511LN 12", "Domplein 12", "Jan", "morgen", "20-11-2026", "12", "meer", "overslaan", "bij de brug", "ik maak bezwaar", "[bsn]", "dank u", "hallo",
			"wanneer wordt de kliko geleegd", "de lantaarnpaal is kapot",
			"mijn container is kapot", "weet ik niet", "geen van beide", "?", "help", "3511ln", "huisnummer 12", "wanneer komt de kliko op domplein 12?",
			"ja maar dit is al de derde keer", "kunt u even bellen", "wanneer komt de kliko en ik wil een nieuw paspoort", "en 3511LN 14?"})).Draw(t, "text"))
	}
	if r.seldom("masked") {
		m.Masked = []string{rapid.SampledFrom([]string{"bsn", "iban", "digid", "nieuw"}).Draw(t, "identifier")}
	}
	if r.seldom("crisis") {
		m.Text, m.Crisis = bot.Private{}, "gevaar"
	}
	return m
}

// seldom holds once in thirty times.
func (r *resident) seldom(label string) bool { return rapid.IntRange(0, 29).Draw(r.t, label) == 29 }

func (r *resident) result(call *bot.Call) bot.Result {
	outcome := "found"
	if call.Operation == "appointment.book" {
		outcome = "booked"
	}
	if rapid.IntRange(0, 3).Draw(r.t, "well") == 0 {
		outcome = rapid.SampledFrom([]string{"several", "none", "failed", "taken", "verzonnen"}).Draw(r.t, "outcome")
	}
	result := bot.Result{Outcome: outcome}
	switch {
	case outcome == "several":
		result.Value = bot.RawValue([]byte("[" + domplein + "," + strings.ReplaceAll(domplein, "12", "14") + "]"))
	case call.Operation == rightsCategories:
		return bot.Result{Outcome: outcome, Value: bot.RawValue([]byte(kinds))}
	case call.Operation == rightsContents:
		line := `"` + strings.Repeat("een regel ", rapid.IntRange(0, 20).Draw(r.t, "long")) + `"`
		list := strings.Repeat(line+",", rapid.IntRange(0, 11).Draw(r.t, "lines"))
		return bot.Result{Outcome: outcome, Value: bot.RawValue([]byte(`{"lines":[` + strings.TrimSuffix(list, ",") + `],"more":3}`))}
	case call.Operation == rightsExport:
		return bot.Result{Outcome: rapid.SampledFrom([]string{"made", "failed"}).Draw(r.t, "export"), Value: bot.RawValue([]byte(`{"url":"https://x.example/a","minutes":15}`))}
	case outcome == "booked":
		result.Value = bot.RawValue([]byte(`{"code":"VB-7K2"}`))
	case outcome == "found" && call.Operation == "waste.pickups":
		result.Value = bot.RawValue([]byte(pickups))
	case outcome == "found" && call.Operation == "appointment.slots":
		n := rapid.IntRange(0, 25).Draw(r.t, "slots")
		list := strings.Repeat(strings.Trim(slots, "[]")+",", n)
		result.Value = bot.RawValue([]byte("[" + strings.TrimSuffix(list, ",") + "]"))
	case outcome == "found":
		result.Value = bot.RawValue([]byte(domplein))
	}
	return result
}

func (r *resident) turn() {
	t := r.t
	if r.seldom("publish") {
		slices.Reverse(r.engines)
	}
	e := r.engines[0]
	r.now = r.now.Add(time.Minute)
	if r.seldom("later") {
		r.now = r.now.Add(25 * time.Hour)
	}
	m := r.message()
	if r.said = m.Text.Reveal(); m.Kind == bot.KindTap {
		r.said = ""
	}
	if r.seldom("import") {
		r.topics = append(r.topics, bot.Subscription{Topic: rapid.SampledFrom([]string{"afval", "hitte"}).Draw(t, "topic")})
	}
	if r.seldom("a year") {
		r.now = r.now.Add(400 * 24 * time.Hour)
		m.Sent = r.now
	}
	in := bot.Input{Message: &m, Subscribed: r.topics}
	for calls := 0; ; calls++ {
		out, err := e.Step(r.now, r.state, in)
		if err != nil {
			t.Fatalf("step: %v", err)
		}
		if again, err := e.Step(r.now, r.state, in); err != nil || !again.Conversation.Equal(out.Conversation) {
			t.Fatalf("the same step again gives another conversation (%v)", err)
		}
		r.state = out.Conversation
		r.check(e, out)
		if out.Call == nil {
			return
		}
		if calls > 20 {
			t.Fatal("more than 20 calls in a turn")
		}
		result := r.result(out.Call)
		in = bot.Input{Result: &result, Subscribed: r.topics}
	}
}

func (r *resident) check(e *Engine, out bot.Outcome) {
	t := r.t
	if raw := r.state.Reveal(); raw != "" && !json.Valid([]byte(raw)) {
		t.Fatalf("conversation is not JSON: %s", raw)
	}
	c, err := decode(r.state)
	if err != nil {
		t.Fatal(err)
	}
	if out.Call == nil && c.pending != nil {
		t.Fatal("a turn ended with a call that is not asked for")
	}
	if c.bundle == e.mark {
		for _, f := range c.frames {
			if f.state != flow.MenuState && e.bundle.Flows[f.flow].States[f.state] == nil {
				t.Fatalf("stands in %s.%s, which is not there", f.flow, f.state)
			}
		}
	}
	for _, c := range out.Consents {
		if c.Given && (c.Wording == "" || c.Version != e.bundle.Hash) {
			t.Fatalf("consent without its words: %+v", c)
		}
		if c.Given && r.said != "" && !e.words.yes[fold(r.said)] {
			t.Fatalf("%q was taken for consent", r.said)
		}
		r.topics = after(r.topics, c, r.now)
	}
	if out.Erase {
		if r.said != "" && !e.words.yes[fold(r.said)] && !strings.Contains(fold(r.said), "wissen") {
			t.Fatalf("%q erased everything", r.said)
		}
		if out.Reply != nil || out.Call != nil {
			t.Fatal("erases and answers at once")
		}
		r.state, r.topics, r.seen, r.newest = bot.Private{}, nil, nil, 0
	}
	if out.Reply == nil {
		return
	}
	if out.Call != nil {
		t.Fatal("calls and answers at once")
	}
	r.judge(*out.Reply)
}

// judge holds a reply to the platform's limits.
func (r *resident) judge(reply bot.Reply) {
	t := r.t
	body, kinds, limit := reply.Text.Reveal(), 0, text.MaxBody
	for _, one := range []bool{reply.Buttons != nil, reply.List != nil, reply.Link != nil, reply.AskPlace} {
		if one {
			kinds, limit = kinds+1, text.MaxInteractiveBody
		}
	}
	if kinds > 1 || body == "" || text.Length(body) > limit || strings.Contains(body, "{{") || strings.Contains(body, "<no value>") {
		t.Fatalf("%d kinds of extras, %d characters: %s", kinds, text.Length(body), show(&reply))
	}
	labels := map[string]bool{}
	for _, c := range choices(&reply) {
		most := text.MaxButtonTitle
		if reply.List != nil {
			most = text.MaxRowTitle
		}
		label := c.Label.Reveal()
		if label == "" || text.Length(label) > most || len(c.ID) > text.MaxRowID || reply.List == nil && labels[label] {
			t.Fatalf("button %q (%s) in %s", label, c.ID, show(&reply))
		}
		labels[label] = true
		r.seen = append(r.seen, c.ID)
	}
	r.newest = len(choices(&reply))
	if n := len(choices(&reply)); reply.Buttons != nil && n > text.MaxButtons || n > text.MaxRows {
		t.Fatalf("%d choices", n)
	}
}

// Whatever a resident does, a step never fails, never panics, says at most one
// thing within the limits, and leaves a conversation that can be read and
// stands somewhere.
func TestStep_whateverAResidentDoes(t *testing.T) {
	in := files(t)
	other := files(t)
	change(t, other, "flows/afval.toml", "toon\"", "laat_zien\"")
	change(t, other, "flows/afval.toml", "[states.toon]", "[states.laat_zien]")
	change(t, other, "locales/test.en.toml", "afval.toon", "afval.laat_zien")
	delete(other, "flows/paspoort.toml")
	change(t, other, "flows/bode.toml", `"afval", "paspoort", "melding"`, `"afval", "melding"`)
	engines := []*Engine{New(load(t, in)), New(load(t, other))}
	rapid.Check(t, func(t *rapid.T) {
		r := &resident{t: t, engines: slices.Clone(engines), now: morning}
		for range rapid.IntRange(1, 40).Draw(t, "turns") {
			r.turn()
		}
	})
}
