package flows_test

import (
	"context"
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/dialogue"
	"github.com/gemeentebode/bode/bot/dialogue/memory"
	"github.com/gemeentebode/bode/bot/flow"
	"github.com/gemeentebode/bode/bot/service/address"
	"github.com/gemeentebode/bode/bot/service/appointment"
	"github.com/gemeentebode/bode/bot/service/notice"
	"github.com/gemeentebode/bode/bot/service/remind"
	"github.com/gemeentebode/bode/bot/service/request"
	"github.com/gemeentebode/bode/bot/service/rights"
	"github.com/gemeentebode/bode/bot/service/waste"
	"github.com/gemeentebode/bode/flows"
)

// service is one folder of bot/service.
type service interface {
	Operations() []bot.Operation
	Call(ctx context.Context, now time.Time, call bot.Call) (bot.Result, error)
}

// town is what the example town's flows call, in memory of one conversation.
type town struct {
	*memory.Desk
	services []service
}

// newTown gives the town with the notices of a bundle; without one it can tell
// its operations.
func newTown(b *flow.Bundle) *town {
	desk := memory.New()
	notices := func(context.Context) ([]notice.Notice, error) { return noticesOf(b) }
	return &town{desk, []service{address.Example(), waste.Example(), appointment.Example(desk), request.New(desk), notice.New(notices),
		rights.New(rights.Config{Store: desk, Names: plain{}, URL: func() string { return "https://bode.voorbeeldstad.example/mijn-gegevens" }}),
		remind.New()}}
}

func (t *town) audiences() []bot.Audience {
	var all []bot.Audience
	for _, s := range t.services {
		if selects, ok := s.(interface{ Audiences() []bot.Audience }); ok {
			all = append(all, selects.Audiences()...)
		}
	}
	return all
}

// plain are names as they are.
type plain struct{}

func (plain) Kind(_ context.Context, _, kind string) string   { return kind }
func (plain) Topic(_ context.Context, _, topic string) string { return topic }
func (plain) Product(name string) string                      { return name }
func (plain) Location(name string) string                     { return name }

func (t *town) operations() []bot.Operation {
	var all []bot.Operation
	for _, s := range t.services {
		all = append(all, s.Operations()...)
	}
	return all
}

// noticesOf gives the bundle's notices with their texts filled in, as on the
// first day that they hold.
func noticesOf(b *flow.Bundle) ([]notice.Notice, error) {
	var out []notice.Notice
	for _, n := range b.Notices {
		one := notice.Notice{Name: n.Name, Topic: n.Topic, Title: n.Title, Source: n.Source, From: n.From, Until: n.Until,
			Areas: n.Areas, Urgent: n.Urgent, Text: map[string]string{}}
		for language, template := range n.Text.ByLanguage {
			said, err := template.Render(b.World(language, n.From), nil)
			if err != nil {
				return nil, err
			}
			one.Text[language] = said
		}
		out = append(out, one)
	}
	return out, nil
}

// Call runs an operation of whichever service has it.
func (t *town) Call(ctx context.Context, now time.Time, call bot.Call) (bot.Result, error) {
	for _, s := range t.services {
		for _, op := range s.Operations() {
			if op.Name == call.Operation {
				return s.Call(ctx, now, call)
			}
		}
	}
	return bot.Result{}, fmt.Errorf("no service offers %s", call.Operation)
}

// enough is the least part of the flows' edges that dialogues go along, in percent.
const enough = 95

// The dialogues beside the flows are played as `bode test` plays them. A text
// that was changed on purpose: go run ./cmd/bode test --update
func TestDialogues_goAsWrittenAndVisitEverything(t *testing.T) {
	bundle := load(t)
	player := dialogue.NewPlayer(bundle, func() dialogue.Services { return newTown(bundle) })
	names, err := fs.Glob(flows.FS, "*.chat")
	if err != nil || len(names) == 0 {
		t.Fatalf("no dialogues: %v", err)
	}
	for _, name := range names {
		t.Run(name, func(t *testing.T) { play(t, player, name) })
	}
	found := player.Coverage()
	for _, f := range found {
		for _, state := range f.Unseen {
			t.Errorf("no dialogue comes to state %q of %s", state, f.Flow)
		}
	}
	if _, edges := found.Total(); edges.Percent() < enough {
		t.Errorf("dialogues go along %d of %d edges, less than %d %%; not along:%s", edges.Seen, edges.All, enough, untaken(found))
	}
}

func play(t *testing.T, player *dialogue.Player, name string) {
	data, err := fs.ReadFile(flows.FS, name)
	if err != nil {
		t.Fatal(err)
	}
	file, faults := dialogue.Read("flows/"+name, data)
	if file != nil {
		faults = player.Fits(file)
	}
	for _, f := range faults {
		t.Error(f)
	}
	if len(faults) > 0 {
		return
	}
	for _, d := range player.Play(t.Context(), file).Differences {
		var b strings.Builder
		d.Write(&b, "en")
		t.Error(b.String())
	}
}

func untaken(found dialogue.Coverage) string {
	var b strings.Builder
	for _, f := range found {
		for _, way := range f.Untaken {
			fmt.Fprintf(&b, "\n  %s: %s -> %s (%s)", f.Flow, way.From, way.To, way.Event)
		}
	}
	return b.String()
}

// Every flow is shown in both languages, so that a translation is read as a
// conversation and not as a list of sentences.
func TestDialogues_everySubjectInBothLanguages(t *testing.T) {
	for name := range load(t).Flows {
		data, err := fs.ReadFile(flows.FS, name+".chat")
		if err != nil {
			t.Errorf("%s has no dialogues of its own: %v", name, err)
			continue
		}
		if !strings.Contains(string(data), "# In English: ") {
			t.Errorf("%s.chat shows no conversation in English", name)
		}
	}
}
