package main

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/store"
)

// Who ends their consent after they were selected and before their turn hears
// nothing, and the report says so.
func TestNotify_consentWithdrawnBetweenSelectionAndClaim(t *testing.T) {
	t.Parallel()
	eachInstallation(t, func(t *testing.T, in *installation) {
		in.newsBundle(newsFlow)
		p, s, account := in.serve(), in.open(), in.fake.Config().PhoneNumberID
		in.fake.SetCallback(p.webhook())
		for i := range 3 {
			in.deliver(p, person(i), "echo")
			in.settled(20 * time.Second)
			in.deliver(p, person(i), "ja")
		}
		in.settled(20 * time.Second)
		if err := s.StopTopics(t.Context(), time.Now(), account, "the test holds the door"); err != nil {
			t.Fatal(err)
		}
		run := in.aRunOfNews(s)
		in.deliver(p, person(0), "stop nieuws")
		eventually(t, 20*time.Second, "the end is confirmed", func() bool {
			sent := in.fake.To(person(0).Key())
			return strings.Contains(sent[len(sent)-1].Text, "Nieuws")
		})
		if err := s.ResumeTopics(t.Context(), account); err != nil {
			t.Fatal(err)
		}
		eventually(t, 30*time.Second, "the others are told", func() bool { return in.toldNews(1)+in.toldNews(2) == 2 })
		eventually(t, 30*time.Second, "the run is done", func() bool {
			now, _, err := s.Run(t.Context(), run.ID)
			return err == nil && now.State == bot.RunDone
		})
		if in.toldNews(0) != 0 {
			t.Error("who ended their consent was told")
		}
		code, out, errs := command(t, "", "notify", "report", string(run.ID), "--config", filepath.Join(in.dir, "config.toml"))
		if code != 0 || !strings.Contains(out, "2  got it") || !strings.Contains(out, "1  ended their consent before their turn: not told") {
			t.Errorf("report: exit %d: %s%s", code, out, errs)
		}
	})
}

// aRunOfNews begins a run of the notice and waits until everybody is selected.
func (in *installation) aRunOfNews(s *store.Store) bot.Run {
	in.t.Helper()
	now := time.Now()
	hash, err := s.BundleAt(in.t.Context(), now)
	if err != nil {
		in.t.Fatal(err)
	}
	run, _, err := s.BeginRun(in.t.Context(), now, bot.Run{Account: in.fake.Config().PhoneNumberID, Kind: bot.RunNotice, Job: "bericht", Topic: "nieuws", Bundle: hash,
		Template: "nieuws_bericht", Due: now, NotBefore: now, Useless: now.Add(time.Hour)})
	if err != nil {
		in.t.Fatal(err)
	}
	eventually(in.t, 20*time.Second, "everybody is selected", func() bool {
		tally, err := s.Tally(in.t.Context(), run.ID)
		return err == nil && tally.Selected == 3
	})
	return run
}

// toldNews counts the notices that somebody got.
func (in *installation) toldNews(n int) (told int) {
	for _, m := range in.fake.To(person(n).Key()) {
		if strings.Contains(m.Text, "Er is nieuws.") {
			told++
		}
	}
	return told
}
