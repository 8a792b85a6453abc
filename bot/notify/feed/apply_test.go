package feed

import (
	"fmt"
	"math/rand"
	"strings"
	"testing"
	"time"
)

const (
	u1 = "knmi@weer.example,U1,2026-11-22T08:10:00+01:00"
	u2 = "knmi@weer.example,U2,2026-11-22T08:20:00+01:00"
)

// The chain of one warning: A1, replaced by U1, replaced by U2, cancelled by C1.
func chain() map[string]string {
	update := func(id, sent, refs, headline string) string {
		w := warning{"id": id, "sent": sent, "type": "Update", "references": refers(refs)}
		w["infos"] = w.info("nl", headline)
		return w.xml()
	}
	return map[string]string{
		"A1": warning{}.xml(),
		"U1": update("U1", "2026-11-22T08:10:00+01:00", a1, "Eerste wijziging"),
		"U2": update("U2", "2026-11-22T08:20:00+01:00", u1, "Tweede wijziging"),
		"C1": warning{"id": "C1", "sent": "2026-11-22T08:30:00+01:00", "type": "Cancel", "references": refers(u2), "note": "<note>de wind is gaan liggen</note>", "infos": ""}.xml(),
	}
}

func bodies(names string) (out []string) {
	for _, name := range strings.Fields(names) {
		out = append(out, chain()[name])
	}
	return out
}

func TestUpdate_replacesTheDraftInItsFile(t *testing.T) {
	d := newDesk(t, aRule())
	d.run(now, bodies("A1")...)
	file := d.only().File
	out := d.run(now.Add(time.Hour), bodies("A1 U1")...)
	if n := d.only(); n.File != file || n.Title != "Eerste wijziging" || !strings.HasPrefix(n.Origin[0].Identifier, "U1") || len(n.Origin) != 2 {
		t.Errorf("%s\n%s", said(out), d.files[file])
	}
	if out = d.run(now.Add(2*time.Hour), bodies("A1 U1")...); strings.Count(said(out), "ignored: known") != 2 {
		t.Error(said(out))
	}
}

func TestCancel_endsTheDraftNowAndSaysSo(t *testing.T) {
	d := newDesk(t, aRule())
	d.run(now, bodies("A1 U1 U2")...)
	title := d.only().Title
	at := now.Add(time.Hour)
	out := d.run(at, bodies("C1 U2")...)
	n := d.only()
	if !n.Until.Equal(at) || !n.From.Before(n.Until) || n.Title != title || !strings.Contains(d.files[n.File], "# INGETROKKEN op 2026-11-22 10:00: cancelled by the source: de wind is gaan liggen") {
		t.Errorf("%s\n%s", said(out), d.files[n.File])
	}
	before := d.files[n.File]
	if out = d.run(at.Add(time.Hour), bodies("A1 U1 U2 C1")...); d.files[n.File] != before {
		t.Errorf("a second cancel changed the draft: %s", said(out))
	}
}

// In whatever order and however often the parts come, in one run or several:
// at most one notice is in force, and it is the newest.
func TestApply_orderAndRepetitionDoNotMatter(t *testing.T) {
	random := rand.New(rand.NewSource(5))
	for round := range 400 {
		parts := []string{"A1", "U1", "U2"}
		cancelled := round%2 == 0
		if cancelled {
			parts = append(parts, "C1")
		}
		parts = append(parts, parts[random.Intn(len(parts))], parts[random.Intn(len(parts))])
		random.Shuffle(len(parts), func(i, j int) { parts[i], parts[j] = parts[j], parts[i] })
		d, runs := newDesk(t, aRule()), []string{}
		for at := now; len(parts) > 0; at = at.Add(time.Minute) {
			n := 1 + random.Intn(len(parts))
			runs = append(runs, strings.Join(parts[:n], " "))
			d.run(at, bodies(strings.Join(parts[:n], " "))...)
			parts = parts[n:]
		}
		var live []Notice
		for _, n := range d.folder.Notices {
			if n.Until.After(now.Add(time.Hour)) {
				live = append(live, n)
			}
		}
		if cancelled && len(live) != 0 || !cancelled && (len(live) != 1 || live[0].Title != "Tweede wijziging") {
			t.Fatalf("%s: %d in force: %+v", strings.Join(runs, " | "), len(live), live)
		}
	}
}

func TestUpdate_thatLeavesTheTownEndsTheDraft(t *testing.T) {
	for what, change := range map[string]warning{
		"moved away":   {"area": "<area><areaDesc>Groningen</areaDesc><polygon>" + elsewhere + "</polygon></area>"},
		"already over": {"expires": "2026-11-22T08:30:00+01:00"},
	} {
		d := newDesk(t, aRule())
		d.run(now, bodies("A1")...)
		change["id"], change["sent"], change["type"], change["references"] = "U1", "2026-11-22T08:10:00+01:00", "Update", refers(a1)
		out := d.run(now.Add(time.Minute), change.xml())
		if n := d.only(); out[0].Action != Withdrawn || !n.Until.Equal(now.Add(time.Minute)) {
			t.Errorf("%s: %s", what, said(out))
		}
	}
}

func TestTests_neverTouchADraft(t *testing.T) {
	for _, status := range []string{"Test", "Exercise", "System", "Draft"} {
		d := newDesk(t, aRule())
		d.run(now, bodies("A1")...)
		before := d.files[d.only().File]
		for _, kind := range []string{"Update", "Cancel"} {
			out := d.run(now.Add(time.Minute), warning{"id": "T", "sent": "2026-11-22T08:10:00+01:00", "status": status, "type": kind, "references": refers(a1)}.xml())
			if out[0].Action != Ignored || d.files[d.only().File] != before {
				t.Errorf("%s %s: %s", status, kind, said(out))
			}
		}
	}
}

func TestRemovedDraft_doesNotComeAgain(t *testing.T) {
	d := newDesk(t, aRule())
	d.run(now, bodies("A1")...)
	clear(d.files)
	d.reload()
	if out := d.run(now, bodies("A1")...); said(out) != "ignored: known: its draft was removed by a person" {
		t.Error(said(out))
	}
	if out := d.run(now, bodies("U1")...); out[0].Action != Made {
		t.Errorf("an update of what was removed is news: %s", said(out))
	}
}

func TestPublishedNotice_getsADraftToPutInItsPlace(t *testing.T) {
	d := newDesk(t, aRule())
	d.run(now, bodies("A1")...)
	d.folder.Notices[0].Published = true
	out := d.rule.Apply(mustRead(t, d.rule, chain()["U1"]), &d.folder, d.state, now)
	if out[0].Action != Updated || !strings.Contains(out[0].Reason, publishedNote) {
		t.Error(said(out))
	}
	out = d.rule.Apply(mustRead(t, d.rule, chain()["U2"]), &d.folder, d.state, now)
	if out[0].Action != Updated || !strings.Contains(out[0].Reason, publishedNote) {
		t.Errorf("the second time: %s", said(out))
	}
}

func mustRead(t *testing.T, r Rule, body string) []Entry {
	t.Helper()
	entries, err := r.Read(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	return entries
}

func TestApply_oneRunMakesNoMoreThanAPersonReads(t *testing.T) {
	d := newDesk(t, aRule())
	var all []string
	for i := range mostMade + 5 {
		all = append(all, warning{"id": fmt.Sprintf("N%d", i)}.xml())
	}
	out := d.run(now, all...)
	d.state.ETag = "x"
	if d.state.Again(out); len(d.files) != mostMade || d.state.ETag != "" {
		t.Errorf("%d drafts, etag %q", len(d.files), d.state.ETag)
	}
	if d.run(now, all...); len(d.files) != mostMade+5 {
		t.Errorf("the next run: %d", len(d.files))
	}
}

func TestState_isBoundedAndSurvivesNonsense(t *testing.T) {
	r := aRule()
	s := emptyState(r)
	for i := range mostMarks + 100 {
		s.end(ID{"s", fmt.Sprint(i), now.Add(time.Duration(i) * time.Second)}, "x", now.Add(time.Duration(i)*time.Second))
	}
	if len(s.Gone) > mostMarks {
		t.Error(len(s.Gone))
	}
	if _, ok := s.gone(ID{"s", fmt.Sprint(mostMarks + 99), now.Add(time.Duration(mostMarks+99) * time.Second)}); !ok {
		t.Error("the newest was forgotten")
	}
	for _, broken := range []string{"{", "[]", `{"gone":{"x":{"until":"maandag"}}}`, strings.Repeat(" ", longestState+1)} {
		if s, err := ReadState([]byte(broken), r, now); err == nil || s == nil || s.Gone == nil || s.ETag != "" {
			t.Errorf("%.20q: %v, %v", broken, s, err)
		}
	}
	s.ETag = "e"
	other := r
	other.Severity = "Severe"
	if again, _ := ReadState(s.Bytes(), r, now); again.ETag != "e" {
		t.Error("the same rule fetches whole")
	}
	if again, _ := ReadState(s.Bytes(), other, now); again.ETag != "" {
		t.Error("another rule does not look at everything again")
	}
}
