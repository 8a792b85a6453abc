package cloudapi_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/channel/cloudapi/fakegraph"
)

// round is a fake and a webhook that know each other.
func round(t *testing.T, config fakegraph.Config) (*fakegraph.Server, *fakegraph.Clock, *receiver, func(bot.Reply, fakegraph.Person) error) {
	t.Helper()
	fake, clock, settings := graph(t, config)
	r := receive(settings)
	r.webhook.Now = clock.Now
	server := httptest.NewServer(r.webhook)
	t.Cleanup(server.Close)
	fake.SetCallback(server.URL)
	c := client(t, settings)
	return fake, clock, r, func(reply bot.Reply, to fakegraph.Person) error {
		_, err := c.Send(context.Background(), send(settings, to, reply))
		return err
	}
}

// climbed lists the statuses that came, "!" and the class for a failure.
func (r *receiver) climbed() []string {
	var out []string
	for _, d := range r.got {
		for _, s := range d.Statuses {
			state := string(s.State)
			if s.Error != nil {
				state += "!" + string(s.Error.Class)
			}
			if s.Send == "" {
				state += " without id"
			}
			out = append(out, state)
		}
	}
	return out
}

func TestLadder(t *testing.T) {
	for _, tt := range []struct {
		name  string
		steps []fakegraph.Step
		want  []string
	}{
		{"tidy", nil, []string{"sent", "delivered", "read"}},
		{"untidy", fakegraph.Untidy(), []string{"read", "delivered", "delivered", "sent"}},
		{"delivered is missing", []fakegraph.Step{{State: "sent"}, {State: "read", After: time.Second}}, []string{"sent", "read"}},
		{"fails after all", []fakegraph.Step{{State: "sent"}, {State: "failed", After: time.Second, Code: 131026}}, []string{"sent", "failed!recipient"}},
		{"silence", []fakegraph.Step{}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			fake, clock, r, say := round(t, fakegraph.Config{Ladder: tt.steps})
			if err := say(text("hallo"), bram); err != nil {
				t.Fatal(err)
			}
			clock.Advance(time.Minute)
			if diff := cmp.Diff(tt.want, r.climbed()); diff != "" {
				t.Error(diff)
			}
			if c := fake.Counts(); c.Taken != len(tt.want) || c.GivenUp != 0 {
				t.Errorf("%+v", c)
			}
		})
	}
}

func TestLadder_statusesThatFallDueTogetherComeTogether(t *testing.T) {
	fake, clock, r, say := round(t, fakegraph.Config{Gather: time.Minute})
	for range 2 {
		wantClass(t, say(text("hallo"), anna), "")
	}
	clock.Advance(time.Hour)
	if len(r.got) != 1 || len(r.got[0].Statuses) != 6 || fake.Counts().Taken != 1 {
		t.Errorf("%d webhooks, want one with six statuses: %v", len(r.got), r.climbed())
	}
}

// A webhook that gets no 200 comes again, ever later, until it is kept.
func TestRedelivery(t *testing.T) {
	fake, clock, r, _ := round(t, fakegraph.Config{Redelivery: []time.Duration{0, time.Second, time.Minute}})
	r.err = http.ErrAbortHandler
	id := fake.Say(anna, fakegraph.Text("hallo"))
	clock.Advance(2 * time.Second)
	if len(r.got) != 3 {
		t.Fatalf("%d tries after 2 s, want 3", len(r.got))
	}
	r.err = nil
	clock.Advance(time.Hour)
	if len(r.got) != 4 || r.got[3].Messages[0].ID.Reveal() != id {
		t.Errorf("%d tries, want 4 with the same id", len(r.got))
	}
	if c := fake.Counts(); c.Taken != 1 || c.Redelivered != 3 || c.GivenUp != 0 {
		t.Errorf("%+v", c)
	}
	r.err = http.ErrAbortHandler
	fake.Say(anna, fakegraph.Text("nog eens"))
	clock.Advance(time.Hour)
	if c := fake.Counts(); len(r.got) != 8 || c.GivenUp != 1 {
		t.Errorf("%d tries in all, want 8: %+v", len(r.got), c)
	}
}

func TestRules_window(t *testing.T) {
	template := bot.Reply{Template: &bot.Template{Name: "hallo", Language: "nl"}}
	fake, clock, r, say := round(t, fakegraph.Config{Rules: fakegraph.Rules{Window: true}, Ladder: []fakegraph.Step{}})
	wantClass(t, say(text("a"), anna), bot.SendWindow)
	wantClass(t, say(template, anna), "")
	fake.Say(anna, fakegraph.Text("hallo"))
	wantClass(t, say(text("b"), anna), "")
	wantClass(t, say(text("b"), bram), bot.SendWindow)
	clock.Advance(24 * time.Hour)
	wantClass(t, say(text("c"), anna), bot.SendWindow)
	if len(r.got) != 1 {
		t.Errorf("%d webhooks, want the one message", len(r.got))
	}
	_, clock, r, say = round(t, fakegraph.Config{Rules: fakegraph.Rules{Window: true, WindowLater: true}})
	wantClass(t, say(text("d"), anna), "")
	clock.Advance(time.Second)
	if diff := cmp.Diff([]string{"failed!window"}, r.climbed()); diff != "" {
		t.Error(diff)
	}
}

func wantClass(t *testing.T, err error, want bot.SendClass) {
	t.Helper()
	failure, _ := err.(*bot.SendError)
	if err == nil && want == "" || failure != nil && failure.Class == want {
		return
	}
	t.Errorf("%v, want %q", err, want)
}

func TestRules_pace(t *testing.T) {
	_, clock, _, say := round(t, fakegraph.Config{Rules: fakegraph.Rules{Pair: true}, Ladder: []fakegraph.Step{}})
	for range 45 {
		wantClass(t, say(text("a"), anna), "")
	}
	wantClass(t, say(text("a"), anna), bot.SendPair)
	wantClass(t, say(text("a"), bram), "")
	clock.Advance(6 * time.Second)
	wantClass(t, say(text("a"), anna), "")
	wantClass(t, say(text("a"), anna), bot.SendPair)

	_, clock, _, say = round(t, fakegraph.Config{Rules: fakegraph.Rules{Throughput: 2}, Ladder: []fakegraph.Step{}})
	wantClass(t, say(text("a"), anna), "")
	wantClass(t, say(text("a"), bram), "")
	wantClass(t, say(text("a"), clara), bot.SendRetry)
	clock.Advance(500 * time.Millisecond)
	wantClass(t, say(text("a"), clara), "")
}

// The fake verifies the webhook as the App Dashboard does.
func TestHandshake(t *testing.T) {
	fake, _, r, _ := round(t, fakegraph.Config{})
	if err := fake.Handshake(context.Background()); err != nil {
		t.Error(err)
	}
	r.webhook.Config.VerifyToken = bot.Hide("anders")
	if err := fake.Handshake(context.Background()); err == nil || strings.Contains(err.Error(), "anders") {
		t.Errorf("%v", err)
	}
}
