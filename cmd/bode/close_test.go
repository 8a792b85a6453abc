package main

import (
	"strings"
	"testing"
	"time"

	"github.com/gemeentebode/bode/bot/channel/cloudapi/fakegraph"
	"github.com/gemeentebode/bode/store"
)

// While closed, whoever writes hears the fixed answer once; a crisis and STOP
// are answered as always, and notifications wait until it opens.
func TestClose_oneFixedAnswerOverTwoProcessesUntilItOpens(t *testing.T) {
	t.Parallel()
	in := onPostgres(t)
	w := in.warn(5)
	w.notice("proef", "Dit is een proef.", 3, "")
	w.by("anna", exitGood, "publish", w.folder)
	w.says("anna", exitGood, "rehearse proef", "Rehearsed")
	w.says("berta", exitGood, "approve proef", "Approved")
	first, second := in.serve(), in.serve()

	told := w.by("berta", exitGood, "close", "--text", "Er is een storing in de chat.", "--until", "2099-01-01")
	if !strings.Contains(told, "closed since") || !strings.Contains(told, "Er is een storing in de chat.\n\nU kunt ook bellen: ") {
		t.Fatalf("%s", told)
	}
	for _, p := range []*process{first, second} {
		eventually(t, 30*time.Second, "each process knows", func() bool { return strings.Contains(p.logged(), `"closed":true`) })
		if code, page := p.get("/readyz"); code != 200 || !strings.Contains(page, "closed since") {
			t.Errorf("/readyz: %d %s", code, page)
		}
	}
	if out := w.by("carla", exitFaults, "doctor"); !strings.Contains(out, "closed since") {
		t.Errorf("the doctor does not tell: %s", out)
	}
	w.says("berta", exitGood, "send proef", "sent by bode serve")

	resident, distressed, leaving := person(701), person(702), person(703)
	say := func(p *process, from fakegraph.Person, text string) {
		t.Helper()
		body, _ := in.fake.Inbound(from, time.Now(), fakegraph.Text(text))
		if code := in.post(p.webhook(), body, ""); code != 200 {
			t.Fatalf("%q is not kept: %d", text, code)
		}
	}
	heard := func(from fakegraph.Person) []fakegraph.Sent { return in.fake.To(from.Key()) }
	say(first, resident, "hallo")
	eventually(t, time.Minute, "the fixed answer", func() bool { return len(heard(resident)) == 1 })
	if text := heard(resident)[0].Text; !strings.Contains(text, "Er is een storing in de chat.") || !strings.Contains(text, "You can also call: ") {
		t.Errorf("it says %q", text)
	}
	say(second, resident, "wanneer wordt de kliko geleegd")
	say(first, distressed, "ik wil niet meer leven")
	say(second, leaving, "hallo")
	eventually(t, time.Minute, "the others hear theirs", func() bool { return len(heard(distressed)) == 1 && len(heard(leaving)) == 1 })
	if text := heard(distressed)[0].Text; !strings.Contains(text, "113") {
		t.Errorf("a crisis hears %q", text)
	}
	say(first, leaving, "STOP")
	eventually(t, time.Minute, "STOP is carried out", func() bool {
		return len(heard(leaving)) == 2 && strings.Contains(heard(leaving)[1].Text, "gewist")
	})
	in.answeredAll()
	if n := len(heard(resident)); n != 1 {
		t.Errorf("the same resident heard it %d times", n)
	}
	if n := len(in.fake.Record()); n != 4 {
		t.Errorf("%d messages while it is closed: the notice was to wait", n)
	}

	if out := w.by("carla", exitGood, "open"); !strings.Contains(out, "is open") {
		t.Error(out)
	}
	eventually(t, time.Minute, "the notice goes out", func() bool { return len(in.fake.Record()) == 4+5 })
	say(second, resident, "menu")
	eventually(t, time.Minute, "the flows answer again", func() bool {
		return len(heard(resident)) == 2 && !strings.Contains(heard(resident)[1].Text, "storing")
	})
	if out := w.by("carla", exitGood, "close", "--status"); !strings.Contains(out, "The service is open") {
		t.Error(out)
	}
	if trail := w.by("carla", exitGood, "audit"); !strings.Contains(trail, ",berta,service closed,") || !strings.Contains(trail, ",carla,service opened,") {
		t.Errorf("the audit trail: %s", trail)
	}
}

// answeredAll waits until every message was answered; notifications may wait.
func (in *installation) answeredAll() {
	in.t.Helper()
	s := in.open()
	eventually(in.t, time.Minute, "everything is answered", func() bool {
		c, err := s.Counts(in.t.Context(), time.Now())
		return err == nil && c.Open == 0 && c.Waiting == c.Topics && c.Closed == 0
	})
}

// As it was given to --until, winter and summer.
func TestClose_tellsMomentsInDutchTime(t *testing.T) {
	for until, want := range map[string]string{"2026-11-24 08:00": "2026-11-24 08:00", "2026-07-24": "2026-07-24 00:00"} {
		at, err := inAmsterdamUntil(until)
		if err != nil {
			t.Fatal(err)
		}
		since := time.Date(2026, 7, 1, 22, 30, 0, 0, time.UTC)
		got := describeClosing(store.Closing{Since: since, Until: at.UTC(), By: "berta"}, since)
		if !strings.Contains(got, "closed since 2026-07-02 00:30 by berta, until "+want+". ") {
			t.Errorf("%q, want until %s", got, want)
		}
	}
}

func TestClose_refusesWhatMayNotBeSaid(t *testing.T) {
	now := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		cmd  closeCmd
		says string
	}{
		"a question for a BSN":   {closeCmd{Text: "Wij zijn dicht. Wat is uw BSN?"}, "never asked"},
		"in English too":         {closeCmd{TextEn: "Please send us your credit card number."}, "never asked"},
		"advertising":            {closeCmd{Text: "Stem op ons! Stem op de partij."}, "advertising"},
		"too long":               {closeCmd{Text: strings.Repeat("a", longestClosing+1)}, "characters"},
		"nothing but a space":    {closeCmd{Text: " "}, "is empty"},
		"control characters":     {closeCmd{Text: "dicht\x07"}, "cannot be shown"},
		"a moment that is over":  {closeCmd{Until: "2026-11-20 12:59"}, "has passed"},
		"a moment nobody writes": {closeCmd{Until: "morgen"}, "write"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := c.cmd.judged(now); err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("%v", err)
			}
		})
	}
	got, err := (&closeCmd{Text: "Er is een storing. Bel 14 0900.", Until: "2026-11-20 13:01"}).judged(now)
	if err != nil || !got.Until.Equal(now.Add(time.Minute)) || !(store.Closing{Since: now, Until: got.Until}).Closed(now) {
		t.Errorf("%+v %v", got, err)
	}
}
