package store_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/gemeentebode/bode/bot"
)

func (d *desk) status(list ...bot.Status) int {
	d.t.Helper()
	unmatched, err := d.Statuses(d.t.Context(), d.now, list)
	d.ok(err)
	return unmatched
}

// sentOne has one answer sent, under the platform's id "wamid.out".
func (d *desk) sentOne() bot.Send {
	d.t.Helper()
	d.answered(phone("31611111111"), "vraag")
	send := d.sendOne()
	d.ok(d.MarkSent(d.t.Context(), d.now, send, bot.Hide("wamid.out")))
	return send
}

func TestStatuses_onlyMoveForward(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		send := d.sentOne()
		for _, step := range []struct {
			report bot.StatusState
			want   string
		}{{"sent", "sent"}, {"failed", "failed"}, {"sent", "failed"}, {"delivered", "delivered"}, {"failed", "delivered"}, {"sent", "delivered"}, {"read", "read"}, {"delivered", "read"}, {"failed", "read"}} {
			if n := d.status(bot.Status{Send: send.ID, State: step.report}); n != 0 {
				t.Errorf("%s matches nothing", step.report)
			}
			if got := d.text(`SELECT state FROM outbox`); got != step.want {
				t.Errorf("after %s: %s, want %s", step.report, got, step.want)
			}
		}
	})
}

func TestStatuses_ofOneDeliveryGoByTheFurthest(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		send := d.sentOne()
		d.status(bot.Status{Send: send.ID, State: bot.StatusRead}, bot.Status{Message: bot.Hide("wamid.out"), State: bot.StatusSent}, bot.Status{Send: send.ID, State: bot.StatusDelivered})
		if got := d.text(`SELECT state FROM outbox`); got != "read" {
			t.Fatal(got)
		}
	})
}

func TestStatuses_findTheRowByCallbackOrByPlatformID(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		send := d.sentOne()
		for name, c := range map[string]struct {
			status    bot.Status
			unmatched int
		}{
			"callback":               {bot.Status{Send: send.ID}, 0},
			"platform id":            {bot.Status{Message: bot.Hide("wamid.out")}, 0},
			"a callback not of ours": {bot.Status{Send: "from another system'; --", Message: bot.Hide("wamid.out")}, 0},
			"unknown":                {bot.Status{Send: bot.NewID(noon), Message: bot.Hide("wamid.other")}, 1},
			"nothing":                {bot.Status{}, 1},
		} {
			c.status.State = bot.StatusDelivered
			if got := d.status(c.status); got != c.unmatched {
				t.Errorf("%s: %d unmatched", name, got)
			}
		}
		if n := d.count(`SELECT count(*) FROM resident`); n != 1 {
			t.Error("a status made somebody")
		}
	})
}

func TestStatuses_mayComeBeforeOurOwnMark(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.answered(phone("31611111111"), "vraag")
		send := d.sendOne()
		d.status(bot.Status{Send: send.ID, State: bot.StatusDelivered})
		d.ok(d.MarkSent(t.Context(), d.now, send, bot.Hide("wamid.out")))
		if got := d.text(`SELECT state FROM outbox`); got != "delivered" {
			t.Fatal("our own mark moved it back to", got)
		}
		if d.status(bot.Status{Message: bot.Hide("wamid.out"), State: bot.StatusRead}) != 0 {
			t.Fatal("the platform's id was not noted")
		}
	})
}

func TestStatuses_aFailureIsKeptWithItsClassAndOptedOutWithdraws(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		from := phone("31611111111")
		d.subscribed(from, "afval")
		d.notify(from, "afval", "ophaaldag")
		send := d.sendOne()
		d.status(bot.Status{Send: send.ID, State: bot.StatusFailed, Error: &bot.SendError{Class: bot.SendOptedOut, Code: 131050}})
		if d.text(`SELECT state || ' ' || error_class || ' ' || error_code FROM outbox WHERE state <> 'waiting'`) != "failed opted_out 131050" {
			t.Fatal("the failure is not kept")
		}
		if d.count(`SELECT count(*) FROM subscription`) != 0 {
			t.Fatal("not withdrawn")
		}
	})
}

// unknownSend has one send whose outcome nobody knows, then others about
// which statuses arrive, and then lets its wait pass.
func (d *desk) unknownSend(othersHeard bool) bot.Send {
	d.t.Helper()
	d.answered(phone("31611111111"), "vraag")
	send := d.sendOne()
	d.later(time.Minute)
	if othersHeard {
		d.answered(phone("31622222222"), "andere")
		other := d.sendOne()
		d.ok(d.MarkSent(d.t.Context(), d.now, other, bot.Hide("wamid.other")))
		d.status(bot.Status{Send: other.ID, State: bot.StatusDelivered})
	}
	d.later(9 * time.Minute)
	return send
}

func (d *desk) reconcile() (again, aside int) {
	d.t.Helper()
	again, aside, err := d.Reconcile(d.t.Context(), d.now, 10*time.Minute)
	d.ok(err)
	return again, aside
}

func TestUnknown_isSentOnceMoreWhenOthersWereHeardOfAndItWasNot(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		first := d.unknownSend(true)
		if again, aside := d.reconcile(); again != 1 || aside != 0 {
			t.Fatalf("again %d, aside %d", again, aside)
		}
		second := d.sendOne()
		if second.ID != first.ID || second.Tries != 2 {
			t.Fatalf("%+v", second)
		}
		d.later(11 * time.Minute)
		if again, aside := d.reconcile(); again != 0 || aside != 1 {
			t.Fatalf("the second time: again %d, aside %d", again, aside)
		}
	})
}

func TestUnknown_isNotSentAgainBeforeItsWaitIsOver(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.unknownSend(true)
		d.now = d.now.Add(-time.Second)
		if again, aside := d.reconcile(); again != 0 || aside != 0 {
			t.Fatalf("again %d, aside %d", again, aside)
		}
		if len(d.sends(10)) != 0 {
			t.Fatal("an unknown send is claimable by itself")
		}
	})
}

func TestUnknown_isSetAsideWhenNoStatusOfOthersCame(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.unknownSend(false)
		if again, aside := d.reconcile(); again != 0 || aside != 0 {
			t.Fatalf("while it is useful: again %d, aside %d", again, aside)
		}
		d.later(2 * time.Hour)
		if again, aside := d.reconcile(); again != 0 || aside != 1 {
			t.Fatalf("when it is useless: again %d, aside %d", again, aside)
		}
		if c, _ := d.Counts(t.Context(), d.now); c.AsideOut != 1 || c.Unknown != 0 {
			t.Fatalf("%+v", c)
		}
	})
}

func TestUnknown_itsOwnStatusEndsItAtEveryStage(t *testing.T) {
	stages := map[string]func(d *desk){
		"while claimed":        func(d *desk) {},
		"while it waits again": func(d *desk) { d.reconcile() },
		"when set aside":       func(d *desk) { d.later(3 * time.Hour); d.reconcile() },
	}
	for name, until := range stages {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, d *desk) {
				send := d.unknownSend(true)
				until(d)
				d.status(bot.Status{Send: send.ID, State: bot.StatusDelivered})
				d.reconcile()
				if sends := d.sends(10); len(sends) != 0 {
					t.Fatal("sent twice, knowingly")
				}
			})
		})
	}
}

func TestUnknown_aLateMarkOfTheFirstSendKeepsTheSecondFromGoing(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		first := d.unknownSend(true)
		d.reconcile()
		d.ok(d.MarkSent(t.Context(), d.now, first, bot.Hide("wamid.late")))
		if len(d.sends(10)) != 0 {
			t.Fatal("sent twice, knowingly")
		}
	})
}

func TestUnknown_doesNotHoldUpLaterAnswers(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		from := phone("31611111111")
		d.answered(from, "een")
		send := d.sendOne()
		d.ok(d.MarkFailed(t.Context(), d.now, send, bot.SendError{Class: bot.SendUnknown}, time.Time{}))
		d.answered(from, "twee")
		if texts := d.sent(); join(texts) != "antwoord op twee" {
			t.Fatal(join(texts))
		}
	})
}

func TestUnknown_statusesOfEarlierSendsProveNothing(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		early := d.sentOne()
		d.later(time.Second)
		d.answered(phone("31622222222"), "vraag")
		d.sendOne()
		d.later(10 * time.Minute)
		d.status(bot.Status{Send: early.ID, State: bot.StatusRead})
		if again, _ := d.reconcile(); again != 0 {
			t.Fatal("sent again on the word of an earlier send")
		}
	})
}

func TestStatuses_aThousandAtOnce(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		var list []bot.Status
		for i := range 30 {
			d.says(phone(fmt.Sprintf("316%08d", i)), "vraag")
		}
		for _, claim := range d.claim(100) {
			d.finish(claim, outcome("antwoord"))
		}
		for _, send := range d.sends(100) {
			for _, state := range []bot.StatusState{bot.StatusRead, bot.StatusSent, bot.StatusDelivered} {
				list = append(list, bot.Status{Send: send.ID, State: state})
			}
		}
		for len(list) < 1000 {
			list = append(list, bot.Status{Send: bot.NewID(noon), State: bot.StatusSent})
		}
		if n := d.status(list...); n != 910 {
			t.Errorf("%d unmatched", n)
		}
		if n := d.count(`SELECT count(*) FROM outbox WHERE state = 'read'`); n != 30 {
			t.Errorf("%d read", n)
		}
	})
}
