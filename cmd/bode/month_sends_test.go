package main

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/notify"
	"github.com/gemeentebode/bode/store"
)

// hears runs a job whose moment is now and compares.
func (m *month) hears(job string, want map[string]string) {
	m.ok(m.notify.Begin(m.t.Context()))
	m.ok(m.notify.Select(m.t.Context()))
	day := m.now
	m.drain(job)
	m.compare(job, day, want)
	for who := range want {
		m.byContact[who].reminder = "" // it ends with its message
		m.ended++
	}
}

// drain sends what is selected until the run of a job is over, as the outbox
// does, with the platform's news in between.
func (m *month) drain(job string) bot.Run {
	m.t.Helper()
	for range 200 {
		m.pump()
		run, found, err := m.s.LastRun(m.t.Context(), "town", job)
		m.ok(err)
		if !found || run.State == bot.RunDone {
			return run
		}
		if run.State == bot.RunStopped {
			m.t.Fatalf("%s stopped: %s", job, run.Reason)
		}
		m.now = m.now.Add(3 * time.Second)
	}
	m.t.Fatalf("%s does not end", job)
	return bot.Run{}
}

// pump does what the loops of a process do, once.
func (m *month) pump() {
	m.t.Helper()
	m.ok(m.notify.Watch(m.t.Context()))
	m.ok(m.notify.Select(m.t.Context()))
	pace := bot.Pace{PerSecond: 1000, Horizon: time.Second, Lease: 13 * time.Second, Useful: 2 * time.Hour, Topics: 1000, TopicHorizon: time.Second}
	for {
		sends, err := m.s.ClaimSends(m.t.Context(), m.now, "town", 1000, pace)
		m.ok(err)
		if len(sends) == 0 {
			return
		}
		var statuses []bot.Status
		for _, send := range sends {
			if status, went := m.send(send); went {
				statuses = append(statuses, status)
			}
		}
		m.now = m.now.Add(time.Second)
		_, err = m.s.Statuses(m.t.Context(), m.now, statuses)
		m.ok(err)
	}
}

// send words one claimed row and is the platform that gets it.
func (m *month) send(send bot.Send) (bot.Status, bool) {
	m.t.Helper()
	if send.Notify == nil {
		m.t.Fatalf("a %s is sent where only notifications are", send.Reason)
	}
	reply, err := m.notify.Word(m.t.Context(), m.now, send.Notify)
	if left, is := errors.AsType[notify.LeftOut](err); is {
		m.ok(m.s.LeaveOut(m.t.Context(), send, string(left)))
		return bot.Status{}, false
	}
	m.ok(err)
	send.Reply = reply
	run := send.Notify.Run
	m.sent = append(m.sent, told{send.To.External.Reveal(), run.ID, run.Job, run.Due.In(m.zone).Format("01-02"), reply.Text.Reveal(), reply.Template != nil, m.now})
	if (reply.Template == nil) != send.Notify.WindowOpen {
		m.t.Errorf("a template inside the window, or free text outside it")
	}
	id := bot.Hide("wamid." + string(send.ID))
	m.ok(m.s.MarkSent(m.t.Context(), m.now, send, id))
	return bot.Status{Send: send.ID, Message: id, State: bot.StatusDelivered, At: m.now}, true
}

// compare holds what a run's residents got against what they had to get, to
// the last row: who, once, in which words, by template or freely.
func (m *month) compare(job string, day time.Time, want map[string]string) {
	m.t.Helper()
	got := map[string]int{}
	for _, one := range m.sent {
		if one.job != job || one.day != day.Format("01-02") {
			continue
		}
		text, wanted := want[one.who]
		got[one.who]++
		open := m.byContact[one.who].wrote.Add(24 * time.Hour).After(one.at)
		switch {
		case !wanted:
			m.t.Errorf("%s of %s: %s got %q and should hear nothing", job, one.day, one.who, one.text)
		case !says(one.text, text):
			m.t.Errorf("%s of %s: %s\ngot  %s\nwant %s", job, one.day, one.who, one.text, text)
		case one.template == open:
			m.t.Errorf("%s of %s: %s got a template %v with the window open %v", job, one.day, one.who, one.template, open)
		}
	}
	for who := range want {
		if got[who] != 1 {
			m.t.Errorf("%s of %s: %s got %d messages, want one: %q", job, day.Format("01-02"), who, got[who], want[who])
		}
	}
	if m.t.Failed() {
		m.t.FailNow()
	}
}

// says compares with the whole text; of one that begins with ~ a part is enough.
func says(got, want string) bool {
	part, isPart := strings.CutPrefix(want, "~")
	return got == want || isPart && strings.Contains(got, part)
}

// notices are pushed on these days to these areas, and two days later withdrawn.
var notices = map[string][]string{"12-20": {"3511", "3513"}, "01-08": nil}

const (
	pushed    = "2026-11-griep"
	withdrawn = pushed + ".correction"
)

// notice pushes a notice, or withdraws the one of two days before.
func (m *month) notice(day time.Time) {
	if areas, pushes := notices[day.Format("01-02")]; pushes {
		m.pushes(day, areas)
	}
	before := day.AddDate(0, 0, -2)
	if _, withdraws := notices[before.Format("01-02")]; withdraws {
		m.withdraws(before)
	}
}

func (m *month) pushes(day time.Time, areas []string) {
	_, began, err := m.s.BeginRun(m.t.Context(), m.now, bot.Run{Account: "town", Kind: bot.RunNotice, Job: pushed, Due: m.now, NotBefore: m.now,
		Useless: m.now.AddDate(0, 0, 3), Topic: "gezondheid", Template: "gezondheid_bericht", Areas: areas, Bundle: m.bundle})
	m.ok(err)
	want := map[string]string{}
	for _, d := range m.people {
		if d.health && !d.gone && (areas == nil || slices.Contains(areas, d.home(false).postcode[:4])) {
			want[d.contact.External.Reveal()] = pick(d.language, "~Dit is de tijd van de griep.", "~This is the flu season.")
		}
	}
	if !began || len(want) == 0 {
		m.t.Fatalf("the notice of %s: began %v, for %d people", day.Format("01-02"), began, len(want))
	}
	m.drain(pushed)
	m.compare(pushed, day, want)
}

// withdraws corrects a notice: whoever got it and stands signed up as they did
// then hears that it no longer holds.
func (m *month) withdraws(day time.Time) {
	of, _, err := m.s.LastRun(m.t.Context(), "town", pushed)
	m.ok(err)
	want := map[string]string{}
	for _, one := range m.sent {
		if d := m.byContact[one.who]; one.run == of.ID && d.health && !d.gone && !d.healthSince.After(one.at) {
			want[one.who] = pick(d.language, "~Dat bericht geldt niet meer.", "~That message no longer holds.")
		}
	}
	m.ok(m.notify.Correct(m.t.Context(), of.ID))
	for range 40 {
		m.pump()
		m.now = m.now.Add(3 * time.Second)
	}
	m.compare(withdrawn, day, want)
	m.t.Logf("the notice of %s: withdrawn for %d people", day.Format("01-02"), len(want))
}

// reconciled looks at the whole month once more: every run is over, its report
// adds up to the messages that the channel got, and nobody got one twice.
func (m *month) reconciled() {
	m.t.Helper()
	m.now = m.now.AddDate(0, 0, 1)
	m.pump()
	runs, err := m.s.Runs(m.t.Context(), "town", true, 1000)
	m.ok(err)
	byRun, twice, byJob := map[bot.ID]int{}, map[string]int{}, map[string]int{}
	for _, one := range m.sent {
		byRun[one.run]++
		byJob[one.job]++
		if twice[string(one.run)+one.who]++; twice[string(one.run)+one.who] > 1 {
			m.t.Errorf("%s got %s of %s twice", one.who, one.job, one.day)
		}
	}
	for _, run := range runs {
		report, err := m.s.Report(m.t.Context(), run.ID)
		m.ok(err)
		told := report.Told() + report.Erased // whoever said STOP later left no row
		if run.State != bot.RunDone || report.Waiting+report.OnWay+len(report.Failed) > 0 || told < byRun[run.ID] || report.Told() > byRun[run.ID] {
			m.t.Errorf("%s of %s is %s (%s): %+v; the channel got %d", run.Job, run.Due.In(m.zone).Format("01-02"), run.State, run.Reason, report.Tally, byRun[run.ID])
		}
		delete(byRun, run.ID)
	}
	if len(byRun) > 0 {
		m.t.Errorf("messages of runs that are not there: %v", byRun)
	}
	gone := 0
	for _, d := range m.people {
		if d.gone {
			gone++
		}
	}
	m.t.Logf("%d people, %d said STOP; %d consents given, %d decisions to end one; %d runs; messages %v", len(m.people), gone, m.given, m.ended, len(runs), byJob)
}

// tallied holds a run's own numbers against what happened.
func (m *month) tallied(run bot.Run, selected, want map[string]string) {
	m.t.Helper()
	report, err := m.s.Report(m.t.Context(), run.ID)
	m.ok(err)
	left := len(selected) - len(want)
	if report.Selected != len(selected) || report.Told() != len(want) || report.Withdrawn+report.Erased+report.LeftOut["withdrawn"]+report.LeftOut["nothing"] != left {
		m.t.Errorf("the report of %s: %+v; selected %d, told %d, left meanwhile %d", run.Due.In(m.zone).Format("01-02"), report.Tally, len(selected), len(want), left)
	}
}

// ledgerStands plays the ledger and finds the same people signed up as the
// town knows of.
func (m *month) ledgerStands(day time.Time) {
	m.t.Helper()
	standing, given := map[bot.ID]map[bot.ID]string{}, 0
	m.ok(m.s.Ledger(m.t.Context(), "", func(l store.LedgerLine) error {
		of := standing[l.Pseudonym]
		switch {
		case l.Given:
			if given++; of == nil {
				of = map[bot.ID]string{}
				standing[l.Pseudonym] = of
			}
			of[l.Subscription] = l.Topic
		case l.Subscription != "":
			delete(of, l.Subscription)
		default:
			maps.DeleteFunc(of, func(_ bot.ID, topic string) bool { return l.Topic == "" || topic == l.Topic })
		}
		return nil
	}))
	got, want := map[string]int{}, map[string]int{}
	for _, of := range standing {
		for _, topic := range of {
			got[topic]++
		}
	}
	for _, d := range m.people {
		if d.gone {
			continue
		}
		count := func(topic string, n int) {
			if n > 0 {
				want[topic] += n
			}
		}
		count("afval", len(d.homes))
		count("gezondheid", map[bool]int{true: 1}[d.health])
		count("herinneringen", map[bool]int{true: 1}[d.reminder != ""])
	}
	if !maps.Equal(got, want) || given != m.given {
		m.t.Fatalf("%s: by the ledger %v stand with %d given, in the town %v with %d", day.Format("01-02"), got, given, want, m.given)
	}
}
