package store_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/store/storetest"
)

// enqueue puts a row of another reason in the outbox, as the desk will: under
// the resident's lock, with a body that is exchanged through an answer.
func (d *desk) enqueue(from bot.Contact, text string, set string) bot.ID {
	d.t.Helper()
	d.answeredAside(from, text)
	var id bot.ID
	d.ok(d.DB().GetContext(d.t.Context(), &id, `SELECT id FROM outbox WHERE n = (SELECT max(n) FROM outbox)`))
	_, err := d.Exec(d.t.Context(), `UPDATE outbox SET message_id = NULL, `+set+` WHERE id = $1`, id)
	d.ok(err)
	return id
}

func (d *desk) notify(from bot.Contact, topic, text string) bot.ID {
	d.t.Helper()
	d.says(from, "hallo")
	claim := d.claimOne()
	d.finish(claim, bot.Outcome{Conversation: bot.Hide("{}")})
	d.approve("sjabloon")
	d.run(bot.Run{Job: text, Topic: topic})
	var id bot.ID
	d.ok(d.DB().GetContext(d.t.Context(), &id, `SELECT o.id FROM outbox o JOIN run u ON u.id = o.run_id WHERE u.job = $1 AND o.resident_id = $2`, text, claim.Resident))
	return id
}

// run begins a run, selects everyone, and opens it; what is not given is usual.
func (d *desk) run(r bot.Run) bot.Run {
	d.t.Helper()
	r.Account, r.Kind, r.Bundle, r.Template, r.Due, r.Room = account, bot.RunJob, "hash-1", "sjabloon", d.now, -1
	if r.NotBefore.IsZero() {
		r.NotBefore, r.Useless = d.now, d.now.Add(48*time.Hour)
	}
	run, began, err := d.BeginRun(d.t.Context(), d.now, r)
	d.ok(err)
	for done := !began; !done; {
		held, found, err := d.HoldRun(d.t.Context(), d.now, account, time.Minute)
		d.ok(err)
		if !found {
			d.t.Fatal("nobody may select")
		}
		_, done, err = d.EnqueueAll(d.t.Context(), d.now, &held, 2)
		d.ok(err)
		_, err = d.Exec(d.t.Context(), `UPDATE run SET lease_until = NULL`)
		d.ok(err)
	}
	return run
}

// approve makes a template usable in Dutch.
func (d *desk) approve(name string) {
	d.t.Helper()
	d.ok(d.SetTemplate(d.t.Context(), d.now, account, bot.TemplateStatus{Name: name, Language: "nl", Status: "APPROVED", Category: "UTILITY"}))
}

func (d *desk) colleague(from bot.Contact, text string) bot.ID {
	d.t.Helper()
	return d.enqueue(from, text, `reason = 'desk', rank = 2, colleague = 'ans'`)
}

func TestSchema_everyRowHasExactlyOneReason(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.answered(phone("31611111111"), "een")
		for _, set := range []string{
			`reason = 'promotion'`, `topic = 'afval'`, `message_id = NULL`, `reason = 'topic', rank = 3`, `resident_id = NULL`,
			`reason = 'desk', rank = 2, message_id = NULL`, `reason = 'farewell', rank = 0, message_id = NULL, useless_after = created_at`,
			`address = body`, `rank = 0`, `state = 'claimed'`, `state = 'gone'`, `reason = NULL`,
		} {
			if _, err := d.Exec(t.Context(), `UPDATE outbox SET `+set); err == nil {
				t.Errorf("%s is allowed", set)
			}
		}
	})
}

func TestClaimSends_oneOfEachResidentInTheResidentsOrder(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		a, b := phone("31611111111"), phone("31622222222")
		for i := range 3 {
			d.answeredAside(a, fmt.Sprint("a", i))
			d.answeredAside(b, fmt.Sprint("b", i))
		}
		for i := range 3 {
			sends := d.sends(10)
			if len(sends) != 2 {
				t.Fatalf("round %d: %d sends", i, len(sends))
			}
			for _, send := range sends {
				if text := send.Reply.Text.Reveal(); text[len(text)-1:] != fmt.Sprint(i) {
					t.Errorf("round %d sends %q", i, text)
				}
			}
			if len(d.sends(10)) != 0 {
				t.Fatal("the next one went before the first was sent")
			}
			for _, send := range sends {
				d.ok(d.MarkSent(t.Context(), d.now, send, bot.Hide(string(send.ID))))
			}
			d.later(time.Second)
		}
	})
}

func TestClaimSends_farewellThenAnswersThenDeskThenTopics(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		people := []bot.Contact{phone("31611111111"), phone("31622222222"), phone("31633333333"), phone("31644444444")}
		d.subscribed(people[0], "afval")
		d.notify(people[0], "afval", "ophaaldag")
		d.colleague(people[1], "balie")
		d.answeredAside(people[2], "vraag")
		d.stop(people[3])
		d.erase()
		var reasons []bot.Reason
		for _, send := range d.sends(10) {
			reasons = append(reasons, send.Reason)
		}
		want := []bot.Reason{bot.ReasonFarewell, bot.ReasonAnswer, bot.ReasonDesk, bot.ReasonTopic}
		if !slices.Equal(reasons, want) {
			t.Fatal(reasons)
		}
	})
}

func TestClaimSends_topicsGetOnlyTheRoomThatIsLeft(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		for i := range 3 {
			from := phone(fmt.Sprintf("3161111111%d", i))
			d.subscribed(from, "afval")
			d.notify(from, "afval", fmt.Sprint("ophaaldag ", i))
		}
		for i := range 2 {
			d.answeredAside(phone(fmt.Sprintf("3162222222%d", i)), "vraag")
		}
		sends := d.sends(3)
		if len(sends) != 3 || sends[1].Reason != bot.ReasonAnswer || sends[2].Reason != bot.ReasonTopic {
			t.Fatalf("%d sends", len(sends))
		}
	})
}

func TestClaimSends_aTopicGoesOnlyWhileTheConsentStands(t *testing.T) {
	from := person("NL.a", "31611111111")
	withdraw := func(topic string) func(d *desk) {
		return func(d *desk) {
			d.says(from, "stop "+topic)
			d.finish(d.claimOne(), bot.Outcome{Conversation: bot.Hide("{}"), Consents: []bot.Consent{{Topic: topic}}})
		}
	}
	for name, c := range map[string]struct {
		change func(d *desk)
		sent   int
	}{
		"it stands":                 {func(d *desk) {}, 1},
		"another was withdrawn":     {withdraw("hitte"), 1},
		"it was withdrawn":          {withdraw("afval"), 0},
		"all were withdrawn":        {withdraw(""), 0},
		"the resident said STOP":    {func(d *desk) { d.stop(from) }, 0},
		"the platform says opt-out": {func(d *desk) { m := d.message(from, ""); m.Kind = bot.KindPreference; d.receive(m) }, 0},
		"the phone changed hands":   {func(d *desk) { d.says(person("NL.b", "31611111111"), "hallo") }, 0},
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, d *desk) {
				d.subscribed(from, "afval", "hitte")
				d.notify(from, "afval", "ophaaldag")
				c.change(d)
				topics := 0
				for _, send := range d.sends(10) {
					if send.Reason == bot.ReasonTopic {
						topics++
					}
				}
				if topics != c.sent {
					t.Fatalf("%d were sent", topics)
				}
			})
		})
	}
}

// The claim itself looks, also when a row was left behind.
func TestClaimSends_looksAtTheConsentInTheStatementThatClaims(t *testing.T) {
	for name, change := range map[string]string{
		"no row":  `DELETE FROM subscription`,
		"paused":  `UPDATE subscription SET paused_at = given_at`,
		"another": `UPDATE subscription SET topic = 'hitte'`,
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, d *desk) {
				from := phone("31611111111")
				d.subscribed(from, "afval")
				d.notify(from, "afval", "ophaaldag")
				_, err := d.Exec(t.Context(), change)
				d.ok(err)
				if len(d.sends(10)) != 0 {
					t.Fatal("claimed without consent")
				}
			})
		})
	}
}

func TestClaimSends_notBeforeItsTimeAndNotWhenItIsUseless(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		from := phone("31611111111")
		d.subscribed(from, "afval")
		id := d.notify(from, "afval", "ophaaldag")
		_, err := d.Exec(t.Context(), `UPDATE outbox SET not_before = $2, useless_after = $3 WHERE id = $1`, id, noon.Add(time.Hour), noon.Add(3*time.Hour))
		d.ok(err)
		for _, step := range []struct {
			at   time.Duration
			sent int
		}{{0, 0}, {59 * time.Minute, 0}, {time.Hour, 1}} {
			d.now = noon.Add(step.at)
			if sends := d.sends(10); len(sends) != step.sent {
				t.Errorf("after %s: %d sends", step.at, len(sends))
			}
		}
		d.now = noon.Add(3 * time.Hour)
		_, aside, err := d.Reconcile(t.Context(), d.now, 10*time.Minute)
		d.ok(err)
		if aside != 1 {
			t.Error("a useless row is not set aside")
		}
	})
}

func TestClaimSends_outsideTheWindowOnlyATemplateGoes(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		a, b := phone("31611111111"), phone("31622222222")
		d.answered(a, "vraag")
		d.subscribed(b, "afval")
		d.notify(b, "afval", "ophaaldag")
		d.later(25 * time.Hour)
		sends, err := d.ClaimSends(t.Context(), d.now, account, 10, bot.Pace{PerSecond: 80, Horizon: time.Second, Lease: time.Minute, Useful: 48 * time.Hour, Topics: 10, TopicHorizon: time.Second})
		d.ok(err)
		if len(sends) != 1 || sends[0].Reason != bot.ReasonTopic {
			t.Fatalf("%d sends", len(sends))
		}
	})
}

func TestClaimSends_anAnswerThatCameTooLateHoldsUpNobody(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		from := phone("31611111111")
		d.answered(from, "oud")
		d.later(3 * time.Hour)
		d.answered(from, "nieuw")
		if texts := d.sent(); join(texts) != "antwoord op nieuw" {
			t.Fatal(join(texts))
		}
	})
}

func TestClaimSends_aQuietTopicDoesNotHoldUpAnAnswer(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		from := phone("31611111111")
		d.subscribed(from, "afval", "hitte")
		quiet := d.notify(from, "afval", "morgenochtend")
		_, err := d.Exec(t.Context(), `UPDATE outbox SET not_before = $2, useless_after = $3 WHERE id = $1`, quiet, noon.Add(12*time.Hour), noon.Add(24*time.Hour))
		d.ok(err)
		d.answered(from, "vraag")
		d.notify(from, "hitte", "dringend")
		if texts := d.sent(); join(texts) != "antwoord op vraag | bericht dringend" {
			t.Fatal(join(texts))
		}
	})
}

func TestMarkFailed_aRetryHoldsUpThisResidentAndNobodyElse(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		a, b := phone("31611111111"), phone("31622222222")
		d.answered(a, "a1")
		d.ok(d.MarkFailed(t.Context(), d.now, d.sendOne(), bot.SendError{Class: bot.SendPair, Code: 131056}, d.now.Add(4*time.Second)))
		d.answered(a, "a2")
		d.answered(b, "b1")
		if texts := d.sent(); join(texts) != "antwoord op b1" {
			t.Fatal(join(texts))
		}
		d.later(4 * time.Second)
		send := d.sendOne()
		if send.Reply.Text.Reveal() != "antwoord op a1" || send.Tries != 2 {
			t.Fatalf("%+v", send)
		}
		d.ok(d.MarkFailed(t.Context(), d.now, send, bot.SendError{Class: bot.SendRecipient, Code: 131026}, time.Time{}))
		d.later(time.Second)
		if texts := d.sent(); join(texts) != "antwoord op a2" {
			t.Fatal("a dead letter holds up the resident:", join(texts))
		}
	})
}

func TestMarkFailed_withAnOldTokenChangesNothing(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.answered(phone("31611111111"), "een")
		send := d.sendOne()
		send.Token = bot.NewID(d.now)
		d.ok(d.MarkFailed(t.Context(), d.now, send, bot.SendError{Class: bot.SendOurs}, time.Time{}))
		if d.text(`SELECT state FROM outbox`) != "claimed" {
			t.Fatal("somebody else's claim was ended")
		}
	})
}

func TestMarkFailed_optedOutWithdrawsEveryTopic(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		from := phone("31611111111")
		d.subscribed(from, "afval", "hitte")
		d.notify(from, "afval", "een")
		d.ok(d.MarkFailed(t.Context(), d.now, d.sendOne(), bot.SendError{Class: bot.SendOptedOut, Code: 131050}, time.Time{}))
		if d.count(`SELECT count(*) FROM subscription`) != 0 || d.count(`SELECT count(*) FROM consent WHERE source = 'opted_out' AND NOT given`) != 2 {
			t.Fatal("not withdrawn")
		}
	})
}

func TestStopSending_holdsTheAccountAndNoOther(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.answered(phone("31611111111"), "een")
		other := phone("31611111111")
		other.Account = "200"
		d.answered(other, "twee")
		d.ok(d.StopSending(t.Context(), d.now, account, "token refused (190)"))
		if len(d.sends(10)) != 0 {
			t.Fatal("the stopped account sends")
		}
		if sends, err := d.ClaimSends(t.Context(), d.now, "200", 10, pace); err != nil || len(sends) != 1 {
			t.Fatalf("%d sends of the other account, %v", len(sends), err)
		}
		if stops, err := d.Stopped(t.Context()); err != nil || len(stops) != 1 || stops[0].Reason != "token refused (190)" {
			t.Fatalf("%+v, %v", stops, err)
		}
		d.ok(d.ResumeSending(t.Context(), account))
		d.sendOne()
	})
}

func TestPace_slotsAreNeverCloserThanTheRateAllows(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		for i := range 40 {
			d.says(phone(fmt.Sprintf("316%08d", i)), "vraag")
		}
		for _, claim := range d.claim(100) {
			d.finish(claim, outcome("antwoord"))
		}
		slow := bot.Pace{PerSecond: 3, Horizon: 2 * time.Second, Lease: time.Minute, Useful: time.Hour}
		var slots []time.Time
		for range 200 {
			sends, err := d.ClaimSends(t.Context(), d.now, account, 5, slow)
			d.ok(err)
			for _, send := range sends {
				if send.At.Before(d.now) || send.At.After(d.now.Add(slow.Horizon)) {
					t.Fatalf("slot %s at %s", send.At, d.now)
				}
				slots = append(slots, send.At)
			}
			d.later(137 * time.Millisecond)
		}
		checkPace(t, slots, 3, 40)
	})
}

func TestPace_holdsOverProcesses(t *testing.T) {
	storetest.EachDSN(t, func(t *testing.T, dsn string) {
		d := &desk{Store: storetest.Open(t, dsn), t: t, now: noon}
		for i := range 120 {
			d.says(phone(fmt.Sprintf("316%08d", i)), "vraag")
		}
		for _, claim := range d.claim(200) {
			d.finish(claim, outcome("antwoord"))
		}
		var slots []time.Time
		var mu sync.Mutex
		var group sync.WaitGroup
		for worker := range 4 {
			s := storetest.Open(t, dsn)
			group.Go(func() {
				for round := range 12 {
					at := noon.Add(time.Duration(round*250+worker*10) * time.Millisecond)
					sends, err := s.ClaimSends(t.Context(), at, account, 7, pace)
					if err != nil {
						t.Error(err)
					}
					mu.Lock()
					for _, send := range sends {
						slots = append(slots, send.At)
					}
					mu.Unlock()
				}
			})
		}
		group.Wait()
		checkPace(t, slots, 80, 120)
	})
}

// checkPace proves that no second holds more slots than the rate.
func checkPace(t *testing.T, slots []time.Time, perSecond, want int) {
	t.Helper()
	slices.SortFunc(slots, time.Time.Compare)
	for i := perSecond; i < len(slots); i++ {
		if span := slots[i].Sub(slots[i-perSecond]); span < time.Second {
			t.Fatalf("%d slots within %s", perSecond+1, span)
		}
	}
	if len(slots) != want {
		t.Fatalf("%d slots for %d messages", len(slots), want)
	}
}

func TestPace_slotsThatPassAreLostAndNotSaved(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.answered(phone("31611111110"), "vraag")
		d.sendOne()
		d.later(time.Hour)
		for i := range 9 {
			d.answered(phone(fmt.Sprintf("3162222222%d", i)), "vraag")
		}
		sends := d.sends(9)
		if !sends[0].At.Equal(d.now) || sends[8].At.Sub(sends[0].At) != 100*time.Millisecond {
			t.Fatalf("%s to %s", sends[0].At, sends[8].At)
		}
	})
}

func TestClaimSends_refusesAPaceThatWouldNeverSend(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		for _, broken := range []bot.Pace{{}, {PerSecond: 80, Lease: time.Minute}, {PerSecond: 80, Useful: time.Hour}, {PerSecond: -1, Lease: 1, Useful: 1}} {
			if _, err := d.ClaimSends(t.Context(), d.now, account, 10, broken); err == nil {
				t.Errorf("%+v is taken", broken)
			}
		}
	})
}
