package main

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gemeentebode/bode/bot/channel/cloudapi/fakegraph"
)

// way gives what was logged of each turn, in order.
func way(log string) map[string][]string {
	found := map[string][]string{}
	for line := range strings.Lines(log) {
		var l struct{ Msg, Turn string }
		if json.Unmarshal([]byte(line), &l) == nil && l.Turn != "" && !slices.Contains(found[l.Turn], l.Msg) {
			found[l.Turn] = append(found[l.Turn], l.Msg)
		}
	}
	return found
}

func TestLog_oneIdLeadsFromAMessageToItsAnswerRead(t *testing.T) {
	t.Parallel()
	eachInstallation(t, func(t *testing.T, in *installation) {
		in.withEcho()
		p := in.serve()
		in.fake.SetCallback(p.webhook())
		from := person(811)
		body, id := in.fake.Inbound(from, time.Now(), fakegraph.Text("kanariegeel 9"))
		if code := in.post(p.webhook(), body, ""); code != 200 {
			t.Fatal(code)
		}
		whole := func() bool {
			for _, hops := range way(p.logged()) {
				if slices.Contains(hops, "delivered") {
					return true
				}
			}
			return false
		}
		eventually(t, time.Minute, "its answer is delivered", whole)
		ways := way(p.logged())
		if len(ways) != 1 {
			t.Fatalf("%d turns of one message: %v", len(ways), ways)
		}
		for turn, hops := range ways {
			for _, hop := range []string{"accepted", "answered", "sent", "delivered"} {
				if !slices.Contains(hops, hop) {
					t.Errorf("turn %s has no line %q, only %v", turn, hop, hops)
				}
			}
		}
		// At debug level, and none of it is the resident's.
		for _, personal := range []string{from.Phone, from.UserID, from.Name, "kanariegeel", id, "wamid."} {
			if personal != "" && strings.Contains(p.logged(), personal) {
				t.Errorf("the log holds %q", personal)
			}
		}
	})
}

func TestLog_aRefusedAnswerIsFoundByItsTurnToo(t *testing.T) {
	t.Parallel()
	in := newInstallation(t, t.TempDir()+"/bode.db", fakegraph.Config{}).withEcho()
	from := person(812)
	in.fake.Script(fakegraph.Fault{To: from.Key(), Code: 131026, Times: -1})
	p := in.serve()
	in.fake.SetCallback(p.webhook())
	body, _ := in.fake.Inbound(from, time.Now(), fakegraph.Text("hallo"))
	if code := in.post(p.webhook(), body, ""); code != 200 {
		t.Fatal(code)
	}
	eventually(t, time.Minute, "the refusal is in the log, with its turn", func() bool {
		for _, hops := range way(p.logged()) {
			if slices.Contains(hops, "accepted") && (slices.Contains(hops, "message not delivered") || slices.Contains(hops, "failed")) {
				return true
			}
		}
		return false
	})
}
