package notify_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/notify"
	"github.com/gemeentebode/bode/store"
	"github.com/gemeentebode/bode/store/storetest"
)

var _ notify.Store = (*store.Store)(nil)

func TestMain(m *testing.M) { storetest.Main(m) }

const account = "100"

// town is a store with subscribers, a calendar that a test writes, and any
// number of processes at one clock that a test sets.
type town struct {
	t     *testing.T
	store *store.Store
	book  *book

	mu      sync.Mutex
	now     time.Time
	healthy bool
	logged  strings.Builder
	counted map[string]int

	calendar map[string]string // what is told, by address
	stale    bool
	pace     bot.Pace
	heard    int

	published []published // where a test publishes
}

// published is a book that became live.
type published struct {
	at   time.Time
	book *book
}

// publish makes these jobs live now.
func (d *town) publish(jobs ...notify.Job) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.book = &book{hash: d.book.hash, languages: d.book.languages, jobs: jobs}
	d.published = append(d.published, published{d.now, d.book})
}

// book is what the editors wrote: it is changed by making another one live.
type book struct {
	hash      string
	jobs      []notify.Job
	languages []string
	approved  string // what a template has to say; "": anything
}

func (b *book) Hash() string                     { return b.hash }
func (b *book) Jobs() []notify.Job               { return b.jobs }
func (b *book) Languages() []string              { return b.languages }
func (b *book) Approved(_, _, words string) bool { return words == b.approved || b.approved == "" }
func (b *book) Language(_ bot.Run, wanted string) string {
	if slices.Contains(b.languages, wanted) {
		return wanted
	}
	return "nl"
}

func (b *book) Word(run bot.Run, language string, values map[string]bot.Value, free bool) (bot.Reply, error) {
	said := language + ": " + run.Job
	for _, name := range slices.Sorted(maps.Keys(values)) {
		said += " " + values[name].Text()
	}
	if free {
		return bot.Reply{Text: bot.Hide(said)}, nil
	}
	return bot.Reply{Text: bot.Hide(said + " (sjabloon)"), Template: &bot.Template{Name: run.Template, Language: language}}, nil
}

type shelf struct{ *town }

func (s shelf) At(_ context.Context, at time.Time) (notify.Bundle, error) {
	var found notify.Bundle
	for _, p := range s.published {
		if !p.at.After(at) {
			found = p.book
		}
	}
	return found, nil
}

func (s shelf) Live(context.Context) (notify.Bundle, error)           { return s.book, nil }
func (s shelf) Bundle(context.Context, string) (notify.Bundle, error) { return s.book, nil }

func newTown(t *testing.T, s *store.Store, now time.Time) *town {
	d := &town{t: t, store: s, now: now, healthy: true, counted: map[string]int{}, calendar: map[string]string{},
		pace: bot.Pace{PerSecond: 1000, Horizon: time.Second, Lease: 30 * time.Second, Useful: 2 * time.Hour, Topics: 1000, TopicHorizon: time.Second}}
	d.book = &book{hash: "hash", languages: []string{"nl", "en"}, jobs: []notify.Job{d.reminder()}}
	if err := s.PutBundle(t.Context(), now, "hash", []byte("content"), "test"); err != nil {
		t.Fatal(err)
	}
	for _, language := range []string{"nl", "en"} {
		for _, name := range []string{"sjabloon", "sjabloon" + notify.CorrectionTemplate} {
			d.template(name, language, "APPROVED", "UTILITY")
		}
	}
	return d
}

func each(t *testing.T, now string, test func(t *testing.T, d *town)) {
	storetest.Each(t, func(t *testing.T, s *store.Store) { test(t, newTown(t, s, local(t, now))) })
}

func (d *town) reminder() notify.Job {
	return notify.Job{Name: "afval.herinnering", Topic: "afval", Audience: "waste.pickup_tomorrow", Template: "sjabloon", Timing: evening.read(d.t), Corrected: true}
}

func (d *town) ok(err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
}

func (d *town) template(name, language, status, category string) {
	d.t.Helper()
	d.ok(d.store.SetTemplate(d.t.Context(), d.now, account, bot.TemplateStatus{Name: name, Language: language, Status: status, Category: category}))
}

func (d *town) clock() time.Time { d.mu.Lock(); defer d.mu.Unlock(); return d.now }
func (d *town) at(written string) {
	d.t.Helper()
	d.mu.Lock()
	defer d.mu.Unlock()
	d.now = local(d.t, written)
}
func (d *town) later(by time.Duration) { d.mu.Lock(); defer d.mu.Unlock(); d.now = d.now.Add(by) }

// process is one bode serve beside others.
func (d *town) process() *notify.Notifier {
	return notify.New(notify.Config{Store: d.store, Bundles: shelf{d}, Hear: d.hear, Account: account, Limits: notify.DefaultLimits(),
		Clock: d.clock, Healthy: func() bool { return d.healthy }, Log: slog.New(slog.NewTextHandler(lines{d}, nil)), Count: d.count, Queued: func() {}})
}

type lines struct{ *town }

func (l lines) Write(line []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.logged.Write(line)
}

func (d *town) count(event, detail string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.counted[event+" "+detail]++
}

// hear tells what the calendar has for each address that one is subscribed with.
func (d *town) hear(_ context.Context, h bot.Hearing) (map[string]bot.Value, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.heard++
	if d.stale {
		return nil, fmt.Errorf("calendar: %w", bot.ErrStale)
	}
	var told []string
	for _, about := range h.To.About {
		if d.calendar[about.Text()] == "past" {
			return nil, bot.ErrPast
		}
		if kinds := d.calendar[about.Text()]; kinds != "" {
			told = append(told, kinds)
		}
	}
	if h.Correction {
		return map[string]bot.Value{"kinds": bot.ValueOf("nu " + strings.Join(told, "+"))}, nil
	}
	if told == nil {
		return nil, nil
	}
	return map[string]bot.Value{"kinds": bot.ValueOf(strings.Join(told, "+"))}, nil
}

func contact(number string) bot.Contact {
	return bot.Contact{Channel: "cloudapi", Account: account, External: bot.Hide(number), Phone: bot.Hide(number)}
}

// says has a resident write, and what they decided by it kept; nothing is answered.
func (d *town) says(number string, consents ...bot.Consent) {
	d.t.Helper()
	m := bot.Message{From: contact(number), ID: bot.Hide(string(bot.NewID(d.now))), Sent: d.now, Kind: bot.KindText, Text: bot.Hide("x")}
	_, err := d.store.Receive(d.t.Context(), d.now, []bot.Message{m})
	d.ok(err)
	claims, err := d.store.ClaimTurns(d.t.Context(), d.now, time.Minute, 10)
	d.ok(err)
	if len(claims) != 1 {
		d.t.Fatalf("%d turns", len(claims))
	}
	d.ok(d.store.FinishTurns(d.t.Context(), d.now, []bot.Finish{{Claim: claims[0], Outcome: bot.Outcome{Conversation: bot.Hide("{}"), Consents: consents}}})[0].Err)
}

func yes(topic, about, language string) bot.Consent {
	return bot.Consent{Topic: topic, Given: true, Wording: "Mag dat?", Language: language, Version: "hash", About: bot.ValueOf(about), Postcode4: "3511"}
}

// subscribe has so many residents say yes to the reminder, each about an
// address of their own ("straat 3") where paper is collected.
func (d *town) subscribe(n int) {
	d.t.Helper()
	for i := range n {
		d.says(number(i), yes("afval", address(i), "nl"))
		d.calendar[address(i)] = "papier"
	}
}

func number(i int) string  { return fmt.Sprintf("316%08d", i) }
func address(i int) string { return fmt.Sprintf("straat %d", i) }

// look is one look of a process at everything, as Run does every few seconds.
func (d *town) look(n *notify.Notifier) {
	d.t.Helper()
	d.ok(n.Begin(d.t.Context()))
	d.ok(n.Select(d.t.Context()))
	d.ok(n.Watch(d.t.Context()))
}

// told is a message that went out.
type told struct {
	at           time.Time
	number, text string
	id           bot.ID
}

// drain sends what may be sent now, each by the wording of a process, and
// has the platform report a state of it ("": nothing yet).
func (d *town) drain(n *notify.Notifier, state bot.StatusState) (out []told) {
	d.t.Helper()
	for {
		sends, err := d.store.ClaimSends(d.t.Context(), d.now, account, 100, d.pace)
		d.ok(err)
		if len(sends) == 0 {
			return out
		}
		for _, send := range sends {
			if one, sent := d.send(n, send, state); sent {
				out = append(out, one)
			}
		}
	}
}

func (d *town) send(n *notify.Notifier, send bot.Send, state bot.StatusState) (one told, sent bool) {
	d.t.Helper()
	reply, err := n.Word(d.t.Context(), d.now, send.Notify)
	if left, is := errors.AsType[notify.LeftOut](err); is {
		d.ok(d.store.LeaveOut(d.t.Context(), send, string(left)))
		return one, false
	}
	d.ok(err)
	send.Reply = reply
	d.ok(d.store.MarkSent(d.t.Context(), d.now, send, bot.Hide("wamid."+string(send.ID))))
	d.report(send.ID, state)
	return told{d.now, send.To.External.Reveal(), reply.Text.Reveal(), send.ID}, true
}

func (d *town) report(id bot.ID, state bot.StatusState) {
	d.t.Helper()
	if state == "" {
		return
	}
	status := bot.Status{Send: id, State: state, At: d.now}
	if state == bot.StatusFailed {
		status.Error = &bot.SendError{Class: bot.SendRecipient, Code: 131026}
	}
	_, err := d.store.Statuses(d.t.Context(), d.now, []bot.Status{status})
	d.ok(err)
}

// rush looks and sends until nothing more comes at this moment.
func (d *town) rush(n *notify.Notifier, state bot.StatusState) (out []told) {
	d.t.Helper()
	for range 6 {
		d.look(n)
		out = append(out, d.drain(n, state)...)
		d.later(3 * time.Second)
	}
	return out
}

func (d *town) last(job string) bot.Run {
	d.t.Helper()
	run, found, err := d.store.LastRun(d.t.Context(), account, job)
	d.ok(err)
	if !found {
		d.t.Fatalf("%s never ran", job)
	}
	return run
}

func (d *town) tally(job string) bot.Tally {
	d.t.Helper()
	t, err := d.store.Tally(d.t.Context(), d.last(job).ID)
	d.ok(err)
	return t
}

const herinnering = "afval.herinnering"

type ledgerLine = store.LedgerLine

func openSQLite(t *testing.T) *store.Store { return storetest.Open(t, storetest.SQLite(t)) }

func retention() store.Retention { return store.DefaultRetention() }
