package store_test

import (
	"io"
	"testing"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/store"
	"github.com/gemeentebode/bode/store/storetest"
)

func (d *desk) dayOfRuns() {
	ctx := d.t.Context()
	d.town(3, "afval")
	d.approve("sjabloon")
	_, err := d.Templates(ctx, account)
	d.ok(err)
	run := d.run(bot.Run{Job: "afval.herinnering", Topic: "afval", Areas: []string{"3511"}})
	_, _, err = d.LastRun(ctx, account, run.Job)
	d.ok(err)
	_, _, err = d.Subscribers(ctx, run, "", 2)
	d.ok(err)
	d.ok(d.SetRoom(ctx, run.ID, 1))
	send := d.sendOne()
	send.Reply, send.Notify.Ends = bot.Reply{Text: bot.Hide("Morgen papier.")}, send.Notify.To.About
	d.ok(d.MarkSent(ctx, d.now, send, bot.Hide("wamid.1")))
	d.ok(d.SetRoom(ctx, run.ID, -1))
	d.later(time.Second)
	for i, send := range d.sends(10) {
		if i == 0 {
			d.ok(d.LeaveOut(ctx, send, "stale"))
			continue
		}
		send.Reply = bot.Reply{Text: bot.Hide("Morgen papier.")}
		d.Forget(send.Notify.To.Resident)
		d.ok(d.MarkSent(ctx, d.now, send, bot.Hide("wamid.2")))
	}
	d.ok(d.EndPast(ctx, d.now, run, send.Notify.To, send.Notify.To.About))
	d.watched(run)
	list, _, err := d.Receivers(ctx, run, "", 10)
	d.ok(err)
	if len(list) != 1 {
		d.t.Fatalf("%d heard it and stand subscribed", len(list))
	}
	_, _, err = d.Receiver(ctx, run, list[0].Resident)
	d.ok(err)
	_, err = d.Reached(ctx, []bot.ID{send.Notify.To.Resident}, []string{"316"})
	d.ok(err)
	for _, all := range []bool{false, true} {
		_, err := d.Runs(ctx, account, all, 10)
		d.ok(err)
	}
	d.ok(d.StopTopics(ctx, d.now, account, "rood"))
	_, _, err = d.TopicsStopped(ctx, account)
	d.ok(err)
	d.ok(d.ResumeTopics(ctx, account))
	d.end(run, "")
}

// watched looks at a run and writes down each kind of conclusion.
func (d *desk) watched(run bot.Run) {
	d.t.Helper()
	ctx, room := d.t.Context(), 5
	for _, v := range []bot.Verdict{{State: bot.RunSending, Room: &room}, {State: bot.RunSelecting}, {State: bot.RunSending}} {
		d.exec(`UPDATE run SET state = 'sending', lease_until = NULL`)
		held, found, err := d.WatchRun(ctx, d.now, account, time.Minute)
		d.ok(err)
		if !found {
			d.t.Fatal("no run to look at")
		}
		kept, err := d.Conclude(ctx, d.now, held, v)
		d.ok(err)
		if !kept {
			d.t.Fatal("the conclusion was not kept")
		}
	}
	_, err := d.Report(ctx, run.ID)
	d.ok(err)
	_, err = d.Tally(ctx, run.ID)
	d.ok(err)
}

func (d *desk) dayOfAFallback() {
	ctx := d.t.Context()
	d.approve("sjabloon")
	run, fallback := d.unreachable()
	sends, err := d.ClaimSends(ctx, d.now, byText, 1, pace)
	d.ok(err)
	d.ok(d.MarkSent(ctx, d.now, sends[0], bot.Hide("notify.1")))
	d.ok(d.SetQuiet(ctx, run.ID, d.now, run.Useless))
	_, _, err = d.Fallback(ctx, run.ID)
	d.ok(err)
	list, _, err := d.Receivers(ctx, run, "", 10)
	d.ok(err)
	if len(list) != 1 || fallback.ID == "" {
		d.t.Fatalf("%d heard it", len(list))
	}
}

// dayAtTheLimit has most of a run sent, and the messaging limit of the day used up.
func (d *desk) dayAtTheLimit() {
	d.town(4, "afval")
	d.approve("sjabloon")
	d.run(bot.Run{Job: "afval.herinnering", Topic: "afval"})
	limited := pace
	limited.Outside = 3
	for left := 3; left >= 0; left-- {
		sends, err := d.ClaimSends(d.t.Context(), d.now, account, 1, limited)
		d.ok(err)
		if len(sends) != min(left, 1) {
			d.t.Fatalf("%d were claimed with %d left", len(sends), left)
		}
		for _, send := range sends {
			d.ok(d.MarkSent(d.t.Context(), d.now, send, bot.Hide("wamid."+string(send.ID))))
		}
		d.later(time.Second)
	}
	d.off("31600000003") // waits
	d.off("31600000000") // had it
	_, err := d.Begun(d.t.Context(), d.now, account)
	d.ok(err)
}

func (d *desk) dayOfNotices() {
	ctx := d.t.Context()
	d.town(2, "afval")
	d.approve("sjabloon")
	var pushed bot.Push
	for i, words := range []string{"een", "twee"} { // the second in place of the first
		d.ok(d.ApprovePush(ctx, d.now, d.rehearsed(words), "carla"))
		run := aNotice(d.now)
		run.Due = run.Due.Add(time.Duration(i) * time.Second)
		_, err := d.SendPush(ctx, d.now, d.push(), "carla", run)
		d.ok(err)
		pushed = d.push()
		d.later(time.Minute)
	}
	if list, err := d.Pushed(ctx, d.now, account); err != nil || len(list) != 1 {
		d.t.Fatalf("%d are sent, %v", len(list), err)
	}
	_, err := d.NightRuns(ctx, d.now, account)
	d.ok(err)
	correction := aNotice(d.now)
	correction.Kind, correction.Corrects, correction.Job = bot.RunCorrection, pushed.Run, "2027-hitte.correctie"
	withdrawn, err := d.WithdrawPush(ctx, d.now, pushed, "berta", "onjuist", correction)
	d.ok(err)
	if !withdrawn {
		d.t.Fatal("it was not withdrawn")
	}
	if _, found, err := d.Run(ctx, pushed.Run); err != nil || !found {
		d.t.Fatal(found, err)
	}
}

func (d *desk) dayOfOperators() {
	ctx, by := d.t.Context(), bot.Look{Actor: "anna", Reason: "storing"}
	d.full(ans)
	d.held(ans)
	for _, hash := range []string{"aaaaaa1", "bbbbbb2"} {
		d.publish(hash)
		d.later(time.Second)
	}
	d.live()
	_, err := d.BundleAt(ctx, noon)
	d.ok(err)
	_, err = d.BundleByHash(ctx, "aaaaaa1")
	d.ok(err)
	_, _, err = d.BundleStarting(ctx, "bbbbbb")
	d.ok(err)
	_, err = d.Rollback(ctx, d.now)
	d.ok(err)
	_, err = d.Publications(ctx)
	d.ok(err)
	d.ok(d.CloseService(ctx, d.now, by, store.Closing{Dutch: "Even dicht."}))
	_, err = d.Closing(ctx)
	d.ok(err)
	d.ok(d.OpenService(ctx, d.now, by))
	d.ok(d.Backup(ctx, d.now, io.Discard, io.Discard, nil))
	d.ok(d.NoteBackup(ctx, d.now))
	_, err = d.DatabaseNow(ctx)
	d.ok(err)
}

// rotate moves every key to a new wrapping key.
func rotate(t *testing.T, dsn string, r *recorded) {
	d := &desk{Store: recording(t, dsn, r), t: t, now: noon}
	d.full(ans)
	d.held(ans)
	if n, err := recording(t, dsn, r, storetest.Keys().Rotated()).Rewrap(t.Context(), nil); err != nil || n < 4 {
		t.Fatalf("%d keys were moved, %v", n, err)
	}
}

// dayOfThePurge is a year later: everything there was is past its time.
func (d *desk) dayOfThePurge() {
	ctx := d.t.Context()
	d.full(ans)
	d.sent()
	d.exec(`DELETE FROM subscription`)
	d.exec(`DELETE FROM request`)
	d.later(2 * 365 * 24 * time.Hour)
	_, err := d.Overdue(ctx, d.now, store.DefaultRetention())
	d.ok(err)
	purged, err := d.Purge(ctx, d.now, store.DefaultRetention(), nil)
	d.ok(err)
	if purged.Of("contacts") != 1 {
		d.t.Fatalf("the resident is kept: %v", purged)
	}
	d.destroyed()
}
