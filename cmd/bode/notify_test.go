package main

import (
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/engine"
	"github.com/gemeentebode/bode/bot/flow"
	"github.com/gemeentebode/bode/bot/notify"
)

// Every notification of the shipped flows has its words: as free text and by
// its template, in each language, and for when it no longer holds.
func TestWorded_everyShippedNotificationCanBeSaid(t *testing.T) {
	noon := time.Date(2026, 11, 22, 11, 0, 0, 0, time.UTC)
	content, err := packShipped()
	if err != nil {
		t.Fatal(err)
	}
	all := exampleServices(behind{})
	bundle, faults, err := loadPacked(content, flow.Options{Operations: all.operations, Audiences: all.audiences, Sentences: engine.Sentences(), At: noon})
	if err != nil || bundle == nil {
		t.Fatal(err, firstFault(faults))
	}
	worded, err := readWorded(bundle, all.audiences)
	if err != nil {
		t.Fatal(err)
	}
	if len(worded.Jobs()) == 0 {
		t.Fatal("the shipped flows send nothing")
	}
	for _, job := range worded.Jobs() {
		said := []bot.Run{{Job: job.Name, Template: job.Template, Due: noon}}
		if job.Corrected {
			said = append(said, bot.Run{Job: notify.CorrectionOf(job.Name), Template: job.Template + notify.CorrectionTemplate, Due: noon})
		}
		for _, run := range said {
			saysItAll(t, worded, run)
		}
	}
}

func saysItAll(t *testing.T, b *wordedBundle, run bot.Run) {
	t.Helper()
	values, before := b.bundle.Templates[run.Template].Sample, map[string]bool{}
	for _, language := range b.Languages() {
		for _, free := range []bool{true, false} {
			reply, err := b.Word(run, language, values, free)
			if err != nil || reply.Text.Empty() || strings.Contains(reply.Text.Reveal(), "{{") {
				t.Errorf("%s in %s, free %t: %q, %v", run.Job, language, free, reply.Text.Reveal(), err)
			}
			if (reply.Template == nil) != free {
				t.Errorf("%s in %s, free %t: template %v", run.Job, language, free, reply.Template)
			}
			before[reply.Text.Reveal()] = true
		}
		if b.Language(run, language) != language {
			t.Errorf("%s is not said in %s", run.Job, language)
		}
	}
	if len(before) < len(b.Languages()) {
		t.Errorf("%s says the same in %d languages", run.Job, len(b.Languages()))
	}
}

// A resident signs up in the chat and hears the evening before: the whole road
// of the demo, from the tap to the phone. A STOP of the topic ends it.
func TestNotify_whoSignsUpInTheChatHearsTheEveningBefore(t *testing.T) {
	t.Parallel()
	l, err := openLocal(t.Context(), "", "", slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(l.close)
	const phone = "31600000001"
	zone, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil {
		t.Fatal(err)
	}
	l.clock.Set(time.Date(2026, 11, 23, 12, 0, 0, 0, zone)) // on Tuesday the 24th gft is collected
	if err := l.desk.notify.Begin(t.Context()); err != nil {
		t.Fatal(err)
	}
	say(t, l, phone, "kliko 3511LN 12")
	say(t, l, phone, "Herinner mij")
	if got := say(t, l, phone, "ja"); !strings.Contains(got, "Gelukt") {
		t.Fatalf("not signed up: %q", got)
	}
	changed, stop := l.phones.Watch(phone)
	defer stop()
	l.clock.Set(time.Date(2026, 11, 23, 19, 0, 1, 0, zone))
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	for last := ""; !strings.Contains(last, "Morgen halen wij"); last = lastSaid(l, phone) {
		select {
		case <-changed:
		case <-ctx.Done():
			t.Fatalf("nothing came; the last was %q", last)
		}
	}
	if got := lastSaid(l, phone); !strings.Contains(got, "groente en fruit (gft) op bij Domplein 12") && !strings.Contains(got, "gft") {
		t.Errorf("it says %q", got)
	}
	say(t, l, phone, "stop afval")
	l.clock.Set(time.Date(2026, 11, 26, 19, 0, 1, 0, zone)) // on Friday the 27th pmd is collected
	if err := l.desk.notify.Begin(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := l.desk.notify.Select(t.Context()); err != nil {
		t.Fatal(err)
	}
	run, found, err := l.desk.store.LastRun(t.Context(), l.desk.account, "afval.herinnering")
	if err != nil || !found {
		t.Fatal(found, err)
	}
	if tally, err := l.desk.store.Tally(t.Context(), run.ID); err != nil || tally.Selected != 0 || run.Due.In(zone).Day() != 26 {
		t.Errorf("after STOP AFVAL %d are selected, %v", tally.Selected, err)
	}
}

func say(t *testing.T, l *local, phone, line string) string {
	t.Helper()
	if err := l.phones.Say(t.Context(), phone, line); err != nil {
		t.Fatal(err)
	}
	if err := l.settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	return lastSaid(l, phone)
}

// lastSaid is the newest text of ours on a phone.
func lastSaid(l *local, phone string) string {
	bubbles, _ := l.phones.Transcript(phone)
	for i := len(bubbles) - 1; i >= 0; i-- {
		if !bubbles[i].Mine {
			return bubbles[i].Reply.Text.Reveal()
		}
	}
	return ""
}

// The limits of config.example.toml are those that stand when nothing is set.
func TestConfig_theLimitsOfTheExampleAreTheUsualOnes(t *testing.T) {
	c, err := readConfig("../../config.example.toml")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := c.limits(), notify.DefaultLimits(); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	if c.Service.MessagingLimit != 250 {
		t.Errorf("messaging limit %d", c.Service.MessagingLimit)
	}
	for name, change := range map[string]func(*config){
		"nobody goes first":         func(c *config) { c.Notify.First = 0 },
		"fewer at most than first":  func(c *config) { c.Notify.FirstMost = 5 },
		"more than a hundred fail":  func(c *config) { c.Notify.FailedPercent = 101 },
		"below zero opt out":        func(c *config) { c.Notify.OptedOutPercent = -1 },
		"a limit of below nobody":   func(c *config) { c.Service.MessagingLimit = -1 },
		"a part that is no number":  func(c *config) { c.Notify.FirstPercent = nan() },
		"a part that fails no more": func(c *config) { c.Notify.FailedPercent = nan() },
	} {
		wrong := *c
		change(&wrong)
		if wrong.check() == nil {
			t.Errorf("%s is taken", name)
		}
	}
}

func nan() float64 {
	zero := 0.0
	return zero / zero
}
