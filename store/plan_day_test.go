package store_test

import (
	"errors"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/service/appointment"
	"github.com/gemeentebode/bode/store"
)

var ans, bo, cas = phone("31611111111"), phone("31622222222"), phone("31633333333")

// parts of a day, each in a database of its own: together they do all that the
// service and its commands ask a store. nothingForgotten holds them to it.
var partsOfADay = map[string]func(d *desk){
	"turns": (*desk).dayOfTurns, "answers at once": (*desk).dayOfAnswersAtOnce, "deliveries": (*desk).dayOfDeliveries, "sends": (*desk).dayOfSends, "lost": (*desk).dayOfLost,
	"consents": (*desk).dayOfConsents, "imports": (*desk).dayOfImports, "numbers": (*desk).dayOfNumbers,
	"agenda": (*desk).dayOfTheAgenda, "requests": (*desk).dayOfRequests,
	"rights": (*desk).dayOfRights, "holds": (*desk).dayOfHolds, "erasures": (*desk).dayOfErasures,
	"runs": (*desk).dayOfRuns, "fallback": (*desk).dayOfAFallback, "limit": (*desk).dayAtTheLimit, "notices": (*desk).dayOfNotices,
	"operators": (*desk).dayOfOperators, "purge": (*desk).dayOfThePurge,
}

// refused says what a call of the day is to be refused with.
func (d *desk) refused(err, want error) {
	d.t.Helper()
	if !errors.Is(err, want) {
		d.t.Fatalf("%v, want %v", err, want)
	}
}

func (d *desk) dayOfTurns() {
	ctx := d.t.Context()
	for range 2 { // somebody new, and then somebody known
		d.answered(ans, "vraag")
		send := d.sendOne()
		d.ok(d.MarkSent(ctx, d.now, send, bot.Hide("wamid.out")))
		d.status(bot.Status{Send: send.ID, State: bot.StatusDelivered}, bot.Status{Message: bot.Hide("wamid.out"), State: bot.StatusRead})
		d.later(time.Second)
	}
	d.says(ans, "nog een")
	claim := d.claimOne()
	d.ok(d.StartCall(ctx, d.now, claim, bot.Call{Operation: "x", Key: string(claim.MessageID) + "/1"}))
	d.ok(d.RetryTurn(ctx, d.now, claim, d.now))
	claim = d.claimOne()
	d.Forget(claim.Resident)
	d.ok(d.SetAside(ctx, d.now, claim, &bot.Reply{Text: bot.Hide("Dat lukt niet.")}))
	told, err := d.ToldClosed(ctx, claim.Resident, noon)
	d.ok(err)
	if told {
		d.t.Fatal("told before it was closed")
	}
	d.says(ans, "hallo")
	o := outcome("dicht")
	o.ToldClosed, o.Language, o.Consents = true, "en", []bot.Consent{yes("afval")}
	d.finish(d.claimOne(), o)
	d.says(ans, "wis alles")
	d.finish(d.claimOne(), confirmed())
	d.says(bo, "onleesbaar")
	d.exec(`UPDATE inbox SET body = $1 WHERE state = 'open'`, []byte("x"))
	if len(d.claim(10)) != 0 {
		d.t.Fatal("what cannot be opened was claimed")
	}
	d.ok(d.Conversations(ctx, func(bot.Private) error { return nil }))
	_, err = d.Conversation(ctx, bo)
	d.ok(err)
}

// dayOfAnswersAtOnce has messages kept together with their answers, where the
// database does that.
func (d *desk) dayOfAnswersAtOnce() {
	ctx := d.t.Context()
	d.subscribed(ans, "afval")
	for range 2 { // the second time it is prepared
		d.later(time.Minute)
		claims, err := d.Glance(ctx, d.now, []bot.Message{d.message(ans, "nog een vraag")})
		d.ok(err)
		for _, claim := range claims {
			kept, err := d.KeepAnswered(ctx, d.now, []bot.Finish{{Claim: claim, Outcome: outcome("nog een antwoord")}})
			d.ok(err)
			if !kept[0] {
				d.t.Fatal("the turn was not kept")
			}
		}
		if d.IsPostgres() && len(claims) != 1 {
			d.t.Fatalf("%d turns were seen", len(claims))
		}
	}
}

func (d *desk) dayOfDeliveries() {
	d.says(ans, "een") // wamid.1
	d.event(ans, bot.KindEdited, "wamid.1", "twee")
	d.event(ans, bot.KindRevoked, "wamid.1", "")
	d.event(ans, bot.KindPreference, "", "")
	if len(d.claim(10)) != 0 {
		d.t.Fatal("what was revoked was claimed")
	}
	d.subscribed(bo, "afval")
	d.later(time.Minute)
	got := d.receiveTurns(5, d.message(bo, "Wanneer?"), d.message(cas, "hoi"))
	for _, claim := range got.Claims {
		d.finish(claim, outcome("morgen"))
	}
	m := d.message(bo, "hoe dan ook")
	d.receive(m, m)
	d.says(bo, "stil") // wamid.N
	last := d.n
	crisis := d.message(bo, "help")
	crisis.Kind, crisis.Original, crisis.Crisis = bot.KindEdited, d.message(bo, "").ID, "crisis"
	d.n = last + 3
	d.receive(crisis)
	d.stop(bo)
}

func (d *desk) dayOfNumbers() {
	d.subscribed(ans, "afval")
	d.says(person("NL.ans", "31611111111"), "met een id") // the same person
	d.says(person("NL.bo", "31622222222"), "een ander")
	d.says(person("NL.cas", "31622222222"), "het nummer is nu van mij")
	d.event(person("NL.new", "31622222222"), bot.KindNumberChange, "NL.ans", "")
	d.says(person("NL.x", "31699999999"), "hoi")
	d.event(person("NL.x", "31699999999"), bot.KindNumberChange, "NL.cas", "")
}

func (d *desk) dayOfSends() {
	ctx := d.t.Context()
	sends := d.claimed("31611111111", "31622222222", "31633333333", "31644444444")
	d.ok(d.MarkFailed(ctx, d.now, sends[0], bot.SendError{Class: bot.SendUnknown}, time.Time{}))
	d.ok(d.MarkFailed(ctx, d.now, sends[1], bot.SendError{Class: bot.SendRetry}, d.now.Add(time.Second)))
	d.ok(d.MarkFailed(ctx, d.now, sends[2], bot.SendError{Class: bot.SendOptedOut}, time.Time{}))
	for _, err := range d.MarkAllSent(ctx, d.now, []bot.Sent{{Send: sends[3], PlatformID: bot.Hide("wamid.x")}}) {
		d.ok(err)
	}
	d.status(bot.Status{Send: sends[3].ID, State: bot.StatusFailed, Error: &bot.SendError{Class: bot.SendOptedOut}})
	d.later(time.Hour)
	d.reconcile()
	d.sent()
	_, err := d.Slots(ctx, d.now, account, 3, 80)
	d.ok(err)
	d.ok(d.StopSending(ctx, d.now, account, "token"))
	if _, stopped, err := d.SendingStopped(ctx, account); err != nil || !stopped {
		d.t.Fatal(stopped, err)
	}
	d.ok(d.ResumeSending(ctx, account))
	d.answered(cas, "vraag")
	d.exec(`UPDATE outbox SET body = $1 WHERE state = 'waiting'`, []byte("x"))
	if d.later(time.Minute); len(d.sends(10)) != 0 {
		d.t.Fatal("what cannot be opened was sent")
	}
	_, err = d.Counts(ctx, d.now)
	d.ok(err)
	_, err = d.Vitals(ctx, d.now, account)
	d.ok(err)
}

func (d *desk) dayOfLost() {
	d.answered(ans, "vraag")
	d.says(bo, "vraag")
	turn := d.claimOne()
	send := d.sendOne()
	d.Lose(turn, send)
	d.claim(10)
	d.sends(10)
}

func (d *desk) dayOfConsents() {
	ctx := d.t.Context()
	d.decides(ans, yesAbout("afval", home("3511LN", 12)), yesAbout("afval", home("3512AB", 3)), yes("hitte"))
	one := yesAbout("afval", home("3511LN", 12))
	one.Given = false
	other := yesAbout("afval", home("3512AB", 3))
	other.Given = false
	d.decides(ans, one, other, yes("afval"))
	kept := yes("hitte")
	kept.Kept = true
	d.decides(ans, kept, yes("hitte"))
	d.decides(ans, bot.Consent{Topic: "afval"})
	d.decides(ans, bot.Consent{})
	for _, w := range []store.Withdrawal{{Who: ans, Topic: "hitte"}, {Who: phone("31600000009"), Topic: "hitte"}, {Resident: d.residentOf(ans)}} {
		w.Source = "command"
		_, err := d.Withdraw(ctx, d.now, w)
		d.ok(err)
	}
	pseudonym, err := d.PseudonymOfPhone(ctx, d.now, officer, ans)
	d.ok(err)
	d.ok(d.Ledger(ctx, pseudonym, func(store.LedgerLine) error { return nil }))
	d.ledger()
	_, err = d.TopicInLedger(ctx, "afval")
	d.ok(err)
	_, _, err = d.ConsentLines(ctx, "afval", noon, d.now)
	d.ok(err)
	_, err = d.Standing(ctx, account, "afval", []string{"3511"})
	d.ok(err)
}

func (d *desk) dayOfImports() {
	d.subscribed(ans, "afval")
	d.later(time.Minute)
	d.imports(row("31611111111", "afval", home("3511LN", 12), lastMonth), row("31622222222", "afval", home("3511LN", 12), lastMonth),
		row("31633333333", "afval", home("3511LN", 12), time.Time{}))
	kept := yes("afval")
	kept.Kept = true
	d.decides(cas, kept) // what waited stands
	d.stop(cas)
	d.later(time.Minute)
	d.imports(row("31633333333", "afval", home("3511LN", 12), lastMonth))
	d.decides(cas, yes("afval")) // the STOP is lifted
}

func (d *desk) dayOfTheAgenda() {
	ctx := d.t.Context()
	ans, bo := d.resident("31611111111"), d.resident("31622222222")
	_, err := d.TakenSeats(ctx, d.now, "stadhuis", halfPastNine, halfPastNine.Add(time.Hour))
	d.ok(err)
	first := d.booked(ans, halfPastNine)
	d.hold(d.wants(ans, "h", halfPastNine.Add(time.Hour), 1))
	hold := d.hold(d.wants(ans, "m", halfPastNine.Add(2*time.Hour), 1))
	_, err = d.MoveBooking(ctx, d.now, "m/2", ans, first.ID, hold.ID)
	d.ok(err)
	if _, err := d.find(ans, first.Code); err != nil {
		d.t.Fatal(err)
	}
	_, err = d.find(ans, appointment.NewCode())
	d.refused(err, bot.ErrUnknownBooking)
	d.ok(d.ReleaseHold(ctx, bo, d.hold(d.wants(bo, "r", halfPastNine, 1)).ID))
	d.ok(d.TakeBack(ctx, string(bot.NewID(d.now))+"/1"))
	_, err = d.Bookings(ctx, d.now, colleague, halfPastNine, halfPastNine.Add(time.Hour))
	d.ok(err)
	d.mine(ans)
	_, err = d.CancelBooking(ctx, d.now, "c", ans, first.ID)
	d.ok(err)
}

func (d *desk) dayOfRequests() {
	ctx := d.t.Context()
	claim, kept := d.submitted(ans, lampCode)
	for _, code := range []string{lampCode, "M-XXX-XXX-222"} {
		_, _, err := d.RequestByCode(ctx, d.now, claim.Resident, code)
		d.ok(err)
	}
	for _, handled := range []bool{true, false, true} {
		_, err := d.MarkRequest(ctx, d.now, kept.ID, handled)
		d.ok(err)
		d.listed()
	}
	_, err := d.RequestsHandled(ctx, claim.Resident, noon.Add(-time.Hour), d.now)
	d.ok(err)
	_, _, err = d.CountRequests(ctx)
	d.ok(err)
	d.ok(d.CancelRequest(ctx, string(claim.MessageID)+"/2"))
}

func (d *desk) dayOfRights() {
	ctx := d.t.Context()
	d.ok(d.PutBundle(ctx, d.now, "hash-1", []byte("flows"), "ans"))
	resident := d.full(ans)
	_, err := d.Own(ctx, d.now, resident)
	d.ok(err)
	for _, look := range []func() (bot.Own, error){
		func() (bot.Own, error) { return d.ResidentCategories(ctx, d.now, officer, ans) },
		func() (bot.Own, error) { return d.ResidentContents(ctx, d.now, officer, ans) },
		func() (bot.Own, error) { return d.ResidentExport(ctx, d.now, officer, ans) },
	} {
		_, err := look()
		d.ok(err)
	}
	link, download, until := bot.Hide("link"), bot.Hide("download"), d.now.Add(time.Minute)
	d.ok(d.MakeExportLink(ctx, d.now, resident, link, "nl", until))
	_, _, err = d.ExportLink(ctx, d.now, link)
	d.ok(err)
	_, there, err := d.OpenExport(ctx, d.now, link, download, until)
	d.ok(err)
	if !there {
		d.t.Fatal("the link opens nothing")
	}
	_, _, err = d.DownloadExport(ctx, d.now, download)
	d.ok(err)
	d.ok(d.EraseResident(ctx, d.now, officer, ans))
	d.ok(d.Erase(ctx, d.now, resident, &bot.Reply{Text: bot.Hide("Gewist.")}, "BON-1"))
	_, err = d.PseudonymOfReceipt(ctx, "bon-1")
	d.ok(err)
	d.trail()
	for _, since := range []time.Time{{}, noon} {
		d.ok(d.AuditTrail(ctx, since, "bon-1", func(bot.Audited) error { return nil }))
	}
	d.ok(d.AuditTrail(ctx, noon, "", func(bot.Audited) error { return nil }))
}

func (d *desk) dayOfHolds() {
	d.answered(ans, "ik doe u wat")
	h := d.held(ans)
	d.shown(h.ID)
	_, err := d.Holds(d.t.Context(), d.now, colleague)
	d.ok(err)
	d.ok(d.LiftHold(d.t.Context(), d.now, officer, h.ID))
}

func (d *desk) dayOfErasures() {
	d.full(ans)
	d.later(time.Minute)
	d.stop(ans)
	if d.erase() != 1 {
		d.t.Fatal("nobody was erased")
	}
	d.sent()
}
