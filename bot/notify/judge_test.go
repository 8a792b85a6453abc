package notify

import (
	"testing"
	"time"

	"github.com/gemeentebode/bode/bot"
)

// What becomes of a run, by the numbers alone.
func TestJudge(t *testing.T) {
	now := time.Date(2026, 11, 22, 18, 30, 0, 0, time.UTC)
	failed := func(n int) map[string]int { return map[string]int{"recipient": n} }
	for name, c := range map[string]struct {
		room, useless int // useless: minutes from now
		state         bot.RunState
		tally         bot.Tally
		passed        *bot.Tally
		wrong, known  []string
		want          bot.RunState
		opens         int // 0: not
		reason        string
	}{
		"selected, nobody claimed: twenty go first": {tally: bot.Tally{Selected: 900, Waiting: 900}, opens: 20},
		"one percent of many":                       {tally: bot.Tally{Selected: 30_000, Waiting: 30_000}, opens: 300},
		"at most five hundred":                      {tally: bot.Tally{Selected: 1_000_000, Waiting: 1_000_000}, opens: 500},
		"the first are on their way":                {tally: bot.Tally{Selected: 900, Waiting: 880, OnWay: 20}},
		"of one of the first there is no news":      {tally: bot.Tally{Selected: 900, Waiting: 880, Sent: 1, Delivered: 19, LastClaim: now.Add(-59 * time.Second)}},
		"news of all of the first":                  {tally: bot.Tally{Selected: 900, Waiting: 880, Delivered: 15, Read: 5, LastClaim: now.Add(-time.Second)}, opens: -1},
		"a minute without news":                     {tally: bot.Tally{Selected: 900, Waiting: 880, Sent: 20, LastClaim: now.Add(-time.Minute)}, opens: -1},
		"a minute, and nobody knows of any":         {tally: bot.Tally{Selected: 900, Waiting: 880, OnWay: 20, LastClaim: now.Add(-time.Minute)}},
		"the first had nothing to hear: others go":  {tally: bot.Tally{Selected: 900, Waiting: 880, LeftOut: map[string]int{"nothing": 20}}, opens: 20},
		"it has room left":                          {room: 5, tally: bot.Tally{Selected: 900, Waiting: 885, Delivered: 15}},
		"it is open":                                {room: -1, tally: bot.Tally{Selected: 900, Waiting: 400, Delivered: 500}},

		"nothing waits":          {room: -1, tally: bot.Tally{Selected: 900, Delivered: 900}, want: bot.RunDone},
		"nobody was selected":    {tally: bot.Tally{}, want: bot.RunDone},
		"the last is on its way": {room: -1, tally: bot.Tally{Selected: 900, OnWay: 1, Delivered: 899}},
		"useless by now":         {room: -1, useless: -1, tally: bot.Tally{Selected: 900, Waiting: 1, Delivered: 899}, want: bot.RunDone, reason: reasonLate},
		"paused until useless":   {state: bot.RunPaused, useless: -1, tally: bot.Tally{Selected: 900, Waiting: 900}, want: bot.RunDone, reason: reasonLate},
		"paused":                 {state: bot.RunPaused, tally: bot.Tally{Selected: 900, Waiting: 900}, want: bot.RunPaused},
		"done":                   {state: bot.RunDone, useless: -1, tally: bot.Tally{Selected: 900, Read: 900}, want: bot.RunDone},

		"two of twenty failed":                 {room: -1, tally: bot.Tally{Selected: 900, Waiting: 880, Delivered: 18, Failed: failed(2)}},
		"three of twenty failed":               {room: -1, tally: bot.Tally{Selected: 900, Waiting: 880, Delivered: 17, Failed: failed(3)}, want: bot.RunStopped, reason: "3 of 20 failed"},
		"three of nineteen failed":             {room: -1, tally: bot.Tally{Selected: 900, Waiting: 881, Delivered: 16, Failed: failed(3)}},
		"all of the first failed":              {tally: bot.Tally{Selected: 900, Waiting: 880, Failed: failed(20)}, want: bot.RunStopped, reason: "20 of 20 failed"},
		"one of thirty opted out":              {room: -1, tally: bot.Tally{Selected: 900, Waiting: 870, Delivered: 30, OptedOut: 1}, want: bot.RunStopped, reason: "1 of 30 ended their consent after it"},
		"one of thirty-four opted out":         {room: -1, tally: bot.Tally{Selected: 900, Waiting: 866, Delivered: 34, OptedOut: 1}},
		"one of twenty opted out":              {room: -1, tally: bot.Tally{Selected: 900, Waiting: 880, Delivered: 20, OptedOut: 1}},
		"a template is paused":                 {room: -1, tally: bot.Tally{Selected: 900, Waiting: 900}, wrong: []string{"s nl paused"}, want: bot.RunStopped, reason: "template s nl paused"},
		"it stops before it is done":           {room: -1, tally: bot.Tally{Selected: 20, Failed: failed(20)}, want: bot.RunStopped, reason: "20 of 20 failed"},
		"what was let pass is not counted":     {room: -1, tally: bot.Tally{Selected: 900, Waiting: 880, Failed: failed(20)}, passed: &bot.Tally{Failed: failed(20)}},
		"what comes on top of it is":           {room: -1, tally: bot.Tally{Selected: 900, Waiting: 860, Failed: failed(23), Delivered: 17}, passed: &bot.Tally{Failed: failed(20)}, want: bot.RunStopped, reason: "3 of 20 failed"},
		"resumed after a stop, a few go first": {tally: bot.Tally{Selected: 900, Waiting: 880, Failed: failed(20), LastClaim: now.Add(-time.Hour)}, passed: &bot.Tally{Failed: failed(20)}, opens: 20},
		"these are on their way":               {tally: bot.Tally{Selected: 900, Waiting: 860, OnWay: 20, Failed: failed(20)}, passed: &bot.Tally{Failed: failed(20)}},
		"and news of these came":               {tally: bot.Tally{Selected: 900, Waiting: 860, Delivered: 20, Failed: failed(20)}, passed: &bot.Tally{Failed: failed(20)}, opens: -1},
		"a template that was let pass":         {room: -1, tally: bot.Tally{Selected: 900, Waiting: 900}, passed: &bot.Tally{}, wrong: []string{"s nl paused"}, known: []string{"s nl paused"}},
		"another template is paused by now":    {room: -1, tally: bot.Tally{Selected: 900, Waiting: 900}, passed: &bot.Tally{}, wrong: []string{"s en paused", "s nl paused"}, known: []string{"s nl paused"}, want: bot.RunStopped, reason: "template s en paused"},
	} {
		t.Run(name, func(t *testing.T) {
			if c.state == "" {
				c.state = bot.RunSending
			}
			if c.want == "" {
				c.want = bot.RunSending
			}
			if c.useless == 0 {
				c.useless = 60
			}
			w := bot.Watched{Run: bot.Run{Kind: bot.RunJob, State: c.state, Room: c.room, Useless: now.Add(time.Duration(c.useless) * time.Minute)},
				Now: c.tally, Report: bot.Report{Passed: c.passed, Templates: c.known}}
			v := DefaultLimits().judge(now, w, c.wrong)
			opens := 0
			if v.Room != nil {
				opens = *v.Room
			}
			if v.State != c.want || opens != c.opens || v.Reason != c.reason {
				t.Errorf("%s, opens %d, %q; want %s, %d, %q", v.State, opens, v.Reason, c.want, c.opens, c.reason)
			}
			if !v.Next.After(now) {
				t.Error("it would be looked at again at once, without end")
			}
		})
	}
}

// What the platform says that stops all notifications, and what does not.
func TestGrave(t *testing.T) {
	for notice, want := range map[string]bool{
		"phone_number_quality_update RED":                      true,
		"phone_number_quality_update FLAGGED TIER_1K":          true,
		"phone_number_quality_update UNFLAGGED":                false,
		"phone_number_quality_update UPGRADE TIER_10K":         false,
		"account_update ACCOUNT_RESTRICTION":                   true,
		"account_update DISABLED_UPDATE SCHEDULE_FOR_DISABLE":  true,
		"account_update VERIFIED_ACCOUNT":                      false,
		"message_template_status_update RED nl PAUSED":         false, // a template may be called anything
		"message_template_quality_update afval nl RED":         false,
		"business_capability_update 250":                       false,
		"account_review_update APPROVED":                       false,
		"":                                                     false,
		"account_alerts INCREASED_CAPABILITIES_ELIGIBILITY":    false,
		"security ACCOUNT_RESTRICTION":                         false,
		"account_update PARTNER_ADDED RESTRICTED_ADD_CUSTOMER": false,
	} {
		if grave(notice) != want {
			t.Errorf("%q: %t", notice, !want)
		}
	}
}
