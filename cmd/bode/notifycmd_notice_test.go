package main

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/channel/cloudapi/fakegraph"
	"github.com/gemeentebode/bode/bot/engine"
	"github.com/gemeentebode/bode/bot/flow"
	"github.com/gemeentebode/bode/bot/notify"
)

// A notice is said in the language it is written in; in any other by one
// reviewed sentence with its link, and never by words in another language alone.
func TestWorded_aNoticeInEveryLanguage(t *testing.T) {
	content, err := packShipped()
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2027, 7, 6, 12, 0, 0, 0, time.UTC)
	all := exampleServices(behind{})
	bundle, faults, err := loadPacked(content, flow.Options{Operations: all.operations, Audiences: all.audiences, Sentences: engine.Sentences(), At: now})
	if err != nil || bundle == nil {
		t.Fatal(err, firstFault(faults))
	}
	worded, err := readWorded(bundle, all.audiences)
	if err != nil {
		t.Fatal(err)
	}
	run := bot.Run{Kind: bot.RunNotice, Job: "2027-07-hitte", Template: "gezondheid_bericht", Due: now}
	for language, want := range map[string]string{"nl": "Het is erg warm.", "en": "It is very hot.", "uk": "Вашою мовою його немає", "pl": "Nie ma jej w Twoim języku",
		"tr": "sizin dilinizde yok", "ar": "الرسالة غير متوفرة بلغتك", "fr": "Het is erg warm."} {
		reply, err := worded.Word(run, worded.Language(run, language), nil, true)
		if err != nil || !strings.Contains(reply.Text.Reveal(), want) || !strings.Contains(reply.Text.Reveal(), "https://www.rivm.nl/hitte") {
			t.Errorf("%s: %q, %v", language, reply.Text.Reveal(), err)
		}
	}
	for _, language := range []string{"nl", "en"} { // the same words within the 24 hours and by the template
		free, err1 := worded.Word(run, language, nil, true)
		filled, err2 := worded.Word(run, language, nil, false)
		if err1 != nil || err2 != nil || !free.Text.Equal(filled.Text) || !strings.Contains(free.Text.Reveal(), "STOP GEZONDHEID") {
			t.Errorf("%s: %q and %q, %v %v", language, free.Text.Reveal(), filled.Text.Reveal(), err1, err2)
		}
	}
	withdrawal := run
	withdrawal.Kind, withdrawal.Job, withdrawal.Template = bot.RunCorrection, notify.CorrectionOf(run.Job), run.Template+notify.CorrectionTemplate
	if reply, err := worded.Word(withdrawal, "nl", nil, true); err != nil || !strings.Contains(reply.Text.Reveal(), "Dat bericht geldt niet meer") {
		t.Errorf("%q, %v", reply.Text.Reveal(), err)
	}
}

// Urgent passes the quiet hours only for a crisis or health, and where the
// wording that residents agreed with says so.
func TestNoNight_onlyForACrisisOrHealthAndWhereTheWordingSaysSo(t *testing.T) {
	signUp := func(purpose, topic string) *flow.Flow {
		return &flow.Flow{Purpose: purpose, States: map[string]*flow.State{"aan": {Kind: flow.Subscribe, Topic: topic}}}
	}
	for name, c := range map[string]struct {
		flows map[string]*flow.Flow
		night bool
		want  string
	}{
		"health":                         {map[string]*flow.Flow{"a": signUp("public_health", "t")}, true, ""},
		"a crisis":                       {map[string]*flow.Flow{"a": signUp("crisis_response", "t")}, true, ""},
		"the wording does not say so":    {map[string]*flow.Flow{"a": signUp("crisis_response", "t")}, false, "the wording of the topic"},
		"waste":                          {map[string]*flow.Flow{"a": signUp("municipal_service", "t")}, true, "the purpose of the flow"},
		"one of two flows is of service": {map[string]*flow.Flow{"a": signUp("public_health", "t"), "b": signUp("municipal_service", "t")}, true, `the flow "b"`},
		"nobody signs up for it":         {map[string]*flow.Flow{"a": signUp("public_health", "x")}, true, "in no flow"},
	} {
		b := &flow.Bundle{Flows: c.flows, Shared: flow.Shared{Topics: map[string]*flow.Topic{"t": {Name: "t", Night: c.night}}}}
		if got := noNight(b, "t"); (got == "") != (c.want == "") || !strings.Contains(got, c.want) {
			t.Errorf("%s: %q", name, got)
		}
	}
}

func TestNotify_urgentAtNightIsSaidAtTheRehearsal(t *testing.T) {
	w := newInstallation(t, filepath.Join(t.TempDir(), "bode.db"), fakegraph.Config{}).warn(3)
	w.configured(`quiet = ""`, `quiet = "00:00-23:59"`)
	w.notice("proef", "Dit is een proef.", 3, "")
	w.notice("spoed", "Dit is een proef met spoed.", 3, "en")
	w.by("anna", exitGood, "publish", w.folder)
	w.says("anna", exitGood, "rehearse spoed", "Urgent: it passes quiet hours")
	if out := w.says("anna", exitGood, "rehearse proef", "quiet from"); strings.Contains(out, "Urgent") {
		t.Error(out)
	}
}

// A messaging limit below the number of receivers is said in days.
func TestNotify_theMessagingLimitInDays(t *testing.T) {
	w := newInstallation(t, filepath.Join(t.TempDir(), "bode.db"), fakegraph.Config{}).warn(30)
	w.configured("per_second = 1000", "per_second = 1000\nmessaging_limit = 12")
	w.notice("proef", "Dit is een proef.", 3, "")
	w.by("anna", exitGood, "publish", w.folder)
	w.says("anna", exitGood, "rehearse proef", "of which 12 are left: it takes 3 days")
}

// A notice that is over before the quiet hours are never comes: that is said
// when it is rehearsed, and not found out by nobody getting it.
func TestNotify_aNoticeThatIsQuietUntilItIsOverIsNotSent(t *testing.T) {
	w := newInstallation(t, filepath.Join(t.TempDir(), "bode.db"), fakegraph.Config{}).warn(1)
	zone, err := time.LoadLocation("Europe/Amsterdam")
	w.good(err)
	clock := func(in time.Duration) string { return time.Now().Add(in).In(zone).Format("15:04") }
	w.configured(`quiet = ""`, `quiet = "`+clock(-2*time.Hour)+"-"+clock(4*time.Hour)+`"`)
	w.notice("proef", "Dit is een proef.", 3, "")
	until := "valid_until = " + time.Now().AddDate(0, 0, 2).Format(time.DateOnly)
	w.edited("flows/notices/proef.toml", until, "valid_until = "+time.Now().Add(2*time.Hour).UTC().Format(time.RFC3339))
	w.by("anna", exitGood, "publish", w.folder)
	w.says("anna", exitFaults, "rehearse proef", "would never come")
}
