package engine

import (
	"encoding/json"
	"io/fs"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/flow"
)

// operations are those of the services that the bundle in testdata calls.
var operations = []bot.Operation{
	{Name: findAddress, With: []bot.Field{{Name: "text", Kind: bot.FieldText}}, Outcomes: []bot.OutcomeField{
		{Name: "found", Saves: &bot.Field{Kind: bot.FieldAddress}}, {Name: "several", Saves: &bot.Field{Kind: bot.FieldList, Most: 20}},
		{Name: "none"}, {Name: "failed"}}},
	{Name: nearAddress, With: []bot.Field{{Name: "latitude", Kind: bot.FieldNumber}, {Name: "longitude", Kind: bot.FieldNumber}},
		Outcomes: []bot.OutcomeField{{Name: "found", Saves: &bot.Field{Kind: bot.FieldAddress}}, {Name: "none"}, {Name: "failed"}}},
	{Name: "waste.pickups", With: []bot.Field{{Name: "address", Kind: bot.FieldAddress}}, Outcomes: []bot.OutcomeField{
		{Name: "found", Saves: &bot.Field{Kind: bot.FieldList, Most: 6, Fields: []bot.Field{
			{Name: "date", Kind: bot.FieldDate, Longest: 30}, {Name: "kind", Kind: bot.FieldCode, Longest: 20, Codes: []string{"gft", "papier"}}}}},
		{Name: "none"}, {Name: "failed"}}},
	{Name: "appointment.slots", With: []bot.Field{{Name: "product", Kind: bot.FieldText}}, Outcomes: []bot.OutcomeField{
		{Name: "found", Saves: &bot.Field{Kind: bot.FieldList, Most: 30, Fields: []bot.Field{
			{Name: "id", Kind: bot.FieldText, Longest: 20}, {Name: "start", Kind: bot.FieldTime, Longest: 30}}}},
		{Name: "none"}, {Name: "failed"}}},
	{Name: rightsCategories, Outcomes: []bot.OutcomeField{{Name: "found", Saves: &bot.Field{Kind: bot.FieldRecord}}, {Name: "none"}, {Name: "failed"}}},
	{Name: rightsContents, With: []bot.Field{{Name: "category", Kind: bot.FieldText}},
		Outcomes: []bot.OutcomeField{{Name: "found", Saves: &bot.Field{Kind: bot.FieldRecord}}, {Name: "none"}, {Name: "failed"}}},
	{Name: rightsExport, Writes: true, Outcomes: []bot.OutcomeField{{Name: "made", Saves: &bot.Field{Kind: bot.FieldRecord}}, {Name: "failed"}}},
	{Name: "proef.stuur", Outcomes: []bot.OutcomeField{{Name: "ok"}, {Name: "failed"}}},
	{Name: "appointment.book", Writes: true, With: []bot.Field{{Name: "slot", Kind: bot.FieldText}, {Name: "name", Kind: bot.FieldText}},
		Outcomes: []bot.OutcomeField{{Name: "booked", Saves: &bot.Field{Kind: bot.FieldRecord, Fields: []bot.Field{{Name: "code", Kind: bot.FieldText, Longest: 12}}}},
			{Name: "taken"}, {Name: "failed"}}},
}

// files are the bundle in testdata with the engine's real sentences.
func files(t testing.TB) fstest.MapFS {
	t.Helper()
	out := fstest.MapFS{}
	for pattern, from := range map[string]string{"flows/*.toml": "testdata", "locales/test.*.toml": "testdata", "locales/bode.*.toml": "../.."} {
		names, err := fs.Glob(os.DirFS(from), pattern)
		if err != nil || len(names) == 0 {
			t.Fatalf("no %s in %s: %v", pattern, from, err)
		}
		for _, name := range names {
			data, err := os.ReadFile(from + "/" + name)
			if err != nil {
				t.Fatal(err)
			}
			out[name] = &fstest.MapFile{Data: data}
		}
	}
	return out
}

// change replaces a piece of a file, which has to be there.
func change(t testing.TB, in fstest.MapFS, name, before, after string) {
	t.Helper()
	old := string(in[name].Data)
	if !strings.Contains(old, before) {
		t.Fatalf("%s does not hold %q", name, before)
	}
	in[name] = &fstest.MapFile{Data: []byte(strings.ReplaceAll(old, before, after))}
}

func load(t testing.TB, in fstest.MapFS) *flow.Bundle {
	t.Helper()
	b, faults := flow.Load(in, flow.Options{Operations: operations, Sentences: Sentences()})
	if b == nil {
		for _, f := range faults {
			if !f.Hint {
				t.Log(f)
			}
		}
		t.Fatal("the bundle of the test has faults")
	}
	return b
}

// talk is one resident's chat. Every step takes and gives the encoded
// conversation, so nothing survives that is not in it.
type talk struct {
	t          testing.TB
	engine     *Engine
	now        time.Time
	sent       time.Duration // how long ago messages are stamped
	state      bot.Private
	subscribed []bot.Subscription
	services   map[string]bot.Result
	calls      []bot.Call
	replies    []*bot.Reply // the answers that were given, oldest first
	last       *bot.Reply   // nil: nothing was said
	consents   []bot.Consent
	erased     bool
	chose      string // the language that the last message chose
}

// morning is a Friday on which the team is open.
var morning = time.Date(2026, 11, 20, 10, 0, 0, 0, time.FixedZone("CET", 3600))

const (
	domplein = `{"label":"Domplein 12","postcode":"3511LN","number":12,"letter":"","addition":"","street":"Domplein","city":"Voorbeeldstad","bag_id":"0344200000012345"}`
	pickups  = `[{"date":"2026-11-23","kind":"gft"},{"date":"2026-11-26","kind":"papier"}]`
	kinds    = `{"categories":[{"code":"messages","number":12},{"code":"contact","number":1},{"code":"requests","number":0},{"code":"nieuw","number":4}]}`
	slots    = `[{"id":"s1","start":"2026-11-23T09:00:00+01:00"},{"id":"s2","start":"2026-11-23T09:30:00+01:00"}]`
)

// shared is the engine of the bundle as it stands; an engine never changes.
var shared struct {
	sync.Once
	engine *Engine
}

func newTalk(t testing.TB) *talk {
	t.Helper()
	shared.Do(func() { shared.engine = New(load(t, files(t))) })
	if shared.engine == nil {
		t.FailNow()
	}
	return talkWith(t, shared.engine)
}

// standing gives subscriptions to topics, given this morning.
func standing(topics ...string) (list []bot.Subscription) {
	for _, topic := range topics {
		list = append(list, bot.Subscription{Topic: topic, Given: morning})
	}
	return list
}

// after is what stands and waits after a decision, as the store has it.
func after(list []bot.Subscription, c bot.Consent, now time.Time) (kept []bot.Subscription) {
	one := !c.About.Empty()
	for _, s := range list {
		switch {
		case s.Topic != c.Topic || c.Given && !c.Kept:
			kept = append(kept, s)
		case c.Kept:
			kept = append(kept, bot.Subscription{Topic: s.Topic, Given: now})
		case one:
			one = false
		case !c.About.Empty():
			kept = append(kept, s)
		}
	}
	if c.Given && !c.Kept {
		kept = append(kept, bot.Subscription{Topic: c.Topic, Given: now})
	}
	return kept
}

func talkWith(t testing.TB, e *Engine) *talk {
	return &talk{t: t, engine: e, now: morning, services: map[string]bot.Result{
		findAddress:         {Outcome: "found", Value: bot.RawValue([]byte(domplein))},
		nearAddress:         {Outcome: "found", Value: bot.RawValue([]byte(domplein))},
		"waste.pickups":     {Outcome: "found", Value: bot.RawValue([]byte(pickups))},
		"appointment.slots": {Outcome: "found", Value: bot.RawValue([]byte(slots))},
		"proef.stuur":       {Outcome: "ok"},
		rightsCategories:    {Outcome: "found", Value: bot.RawValue([]byte(kinds))},
		rightsContents:      {Outcome: "found", Value: bot.RawValue([]byte(`{"lines":["20 november 10:00: afval","20 november 10:01: [bsn]"],"more":3}`))},
		rightsExport:        {Outcome: "made", Value: bot.RawValue([]byte(`{"url":"https://bode.voorbeeldstad.example/inzage/ABC","minutes":15}`))},
		"appointment.book":  {Outcome: "booked", Value: bot.RawValue([]byte(`{"code":"VB-7K2"}`))},
	}}
}

func (k *talk) send(m bot.Message) *talk {
	k.t.Helper()
	k.now = k.now.Add(time.Minute)
	if m.Sent.IsZero() {
		m.Sent = k.now.Add(-k.sent)
	}
	in := bot.Input{Message: &m, Subscribed: k.subscribed}
	for range 20 {
		out, err := k.engine.Step(k.now, k.state, in)
		if err != nil {
			k.t.Fatalf("step: %v", err)
		}
		k.keep(out)
		if out.Call == nil {
			return k
		}
		k.calls = append(k.calls, *out.Call)
		result, known := k.services[out.Call.Operation]
		if !known {
			k.t.Fatalf("no service %s", out.Call.Operation)
		}
		in = bot.Input{Result: &result, Subscribed: k.subscribed}
	}
	k.t.Fatal("more than 20 calls in a turn")
	return k
}

func (k *talk) keep(out bot.Outcome) {
	k.t.Helper()
	k.state = out.Conversation
	if raw := k.state.Reveal(); raw != "" && !json.Valid([]byte(raw)) {
		k.t.Fatalf("conversation is not JSON: %s", raw)
	}
	if out.Call != nil && out.Reply != nil {
		k.t.Fatal("a step both calls and answers")
	}
	k.consents = append(k.consents, out.Consents...)
	k.erased = out.Erase
	k.chose = out.Language
	if out.Erase && (out.Reply != nil || out.Call != nil || len(out.Consents) > 0) {
		k.t.Fatal("more than the erasure")
	}
	for _, c := range out.Consents {
		k.subscribed = after(k.subscribed, c, k.now)
	}
	k.last = out.Reply
	if out.Reply != nil {
		k.replies = append(k.replies, out.Reply)
	}
}

func (k *talk) says(text string) *talk {
	k.t.Helper()
	return k.send(bot.Message{Kind: bot.KindText, Text: bot.Hide(text)})
}

// taps taps the newest button of this label, however far up it stands.
func (k *talk) taps(label string) *talk {
	k.t.Helper()
	for i := len(k.replies) - 1; i >= 0; i-- {
		for _, c := range choices(k.replies[i]) {
			if c.Label.Reveal() == label {
				return k.send(bot.Message{Kind: bot.KindTap, Choice: c.ID, Text: c.Label})
			}
		}
	}
	k.t.Fatalf("no button %q in this chat; the last answer:\n%s", label, show(k.last))
	return k
}

func choices(r *bot.Reply) []bot.Choice {
	if r.List != nil {
		return r.List.Rows
	}
	return r.Buttons
}

// hears wants every piece in the answer; buttons are written [Label].
func (k *talk) hears(pieces ...string) *talk {
	k.t.Helper()
	for _, piece := range pieces {
		if !strings.Contains(show(k.last), piece) {
			k.t.Errorf("want %q in:\n%s", piece, show(k.last))
		}
	}
	return k
}

func (k *talk) not(pieces ...string) *talk {
	k.t.Helper()
	for _, piece := range pieces {
		if strings.Contains(show(k.last), piece) {
			k.t.Errorf("do not want %q in:\n%s", piece, show(k.last))
		}
	}
	return k
}

func (k *talk) silence() *talk {
	k.t.Helper()
	if k.last != nil {
		k.t.Errorf("want no answer, got:\n%s", show(k.last))
	}
	return k
}

func (k *talk) at(flow, state string) *talk {
	k.t.Helper()
	p, err := k.engine.Where(k.state)
	if err != nil || p.Flow != flow || p.State != state {
		k.t.Errorf("stands at %s.%s (%v), want %s.%s", p.Flow, p.State, err, flow, state)
	}
	return k
}

// show writes an answer as a dialogue file does.
func show(r *bot.Reply) string {
	if r == nil {
		return "(nothing)"
	}
	var b strings.Builder
	b.WriteString(r.Text.Reveal())
	for _, c := range choices(r) {
		b.WriteString("\n[" + c.Label.Reveal() + "]")
		if !c.Description.Empty() {
			b.WriteString(" " + c.Description.Reveal())
		}
	}
	if r.Link != nil {
		b.WriteString("\n(" + r.Link.Label + " " + r.Link.URL + ")")
	}
	if r.AskPlace {
		b.WriteString("\n(location)")
	}
	return b.String()
}

func TestStep_wasteConversation(t *testing.T) {
	k := newTalk(t).says("hallo").hears("automatische assistent van Gemeente Voorbeeldstad", "Waarmee kan ik u helpen?", "[Afval]")
	k.taps("Afval").hears("Wat zijn uw postcode en huisnummer?").not("assistent").at("afval", "adres")
	k.says("3511 ln 12").hears("Bij Domplein 12 halen wij op:\n• maandag 23 november: groente en fruit\n• donderdag 26 november: papier",
		"[Herinner mij]", "[Ander adres]", "[Iets anders]").at("afval", "toon")
	k.says("1").hears("bewaart de gemeente mijn adres", "[Ja]", "[Nee]")
	k.says("ja").hears("U krijgt de avond ervoor een bericht").at("afval", "aangemeld")
	if len(k.consents) != 1 || !k.consents[0].Given || k.consents[0].Postcode4 != "3511" || k.consents[0].BagID.Reveal() != "0344200000012345" {
		t.Errorf("consents: %+v", k.consents)
	}
}
