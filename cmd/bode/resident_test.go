package main

import (
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/channel/cloudapi/fakegraph"
	"github.com/gemeentebode/bode/store"
)

// heard is an installation whose store has one resident, who said something.
func heard(t *testing.T, in *installation) *store.Store {
	t.Helper()
	s := in.open()
	contact := bot.Contact{Channel: "cloudapi", Account: "100000000000001", External: bot.Hide("31612345678"), Phone: bot.Hide("31612345678")}
	m := bot.Message{From: contact, ID: bot.Hide("wamid.1"), Sent: time.Now(), Kind: bot.KindText, Text: bot.Hide("wanneer komt de kliko")}
	if _, err := s.Receive(t.Context(), time.Now(), []bot.Message{m}); err != nil {
		t.Fatal(err)
	}
	return s
}

// officer runs a command of the privacy officer.
func (in *installation) officer(input string, args ...string) (code int, out, errs string) {
	in.t.Helper()
	return command(in.t, input, append(args, "--config", filepath.Join(in.dir, "config.toml"))...)
}

func TestResident_isShownExportedAndErasedAndEachLookIsWritten(t *testing.T) {
	eachInstallation(t, func(t *testing.T, in *installation) {
		s := heard(t, in)
		reason := []string{"--reason", "verzoek 2026-17", "--by", "fg"}
		ask := func(input string, args ...string) (int, string, string) {
			t.Helper()
			return in.officer(input, append(args, reason...)...)
		}

		code, out, errs := ask("", "resident", "show", "--phone", "06-12345678")
		if code != exitGood || !strings.Contains(out, "messages       1") || strings.Contains(out, "kliko") || !strings.Contains(errs, `"msg":"audit"`) || strings.Contains(errs, "31612345678") || strings.Contains(errs, "2026-17") {
			t.Errorf("show: exit %d\n%s%s", code, out, errs)
		}
		code, out, _ = ask("", "resident", "show", "--contents", "--phone", "+31 6 1234 5678")
		if code != exitGood || !strings.Contains(out, "wanneer komt de kliko") || !strings.Contains(out, "+31612345678") {
			t.Errorf("contents: exit %d\n%s", code, out)
		}
		file := filepath.Join(in.dir, "export.json")
		code, _, errs = ask("", "resident", "export", "--phone", "0031612345678", "--out", file)
		data, err := os.ReadFile(file)
		if info, _ := os.Stat(file); code != exitGood || err != nil || info.Mode().Perm() != 0o600 || !json.Valid(data) || !strings.Contains(string(data), "wanneer komt de kliko") {
			t.Errorf("export: exit %d, %v\n%s%s", code, err, errs, data)
		}
		if code, _, _ := ask("", "resident", "export", "--phone", "+31612345678", "--out", file); code != exitUse {
			t.Errorf("a file was overwritten: exit %d", code)
		}
		code, _, errs = ask("+31612345679\n", "resident", "erase", "--phone", "+31612345678")
		if code != exitFaults || !strings.Contains(errs, "nothing was erased") {
			t.Errorf("another number: exit %d\n%s", code, errs)
		}
		code, out, _ = ask("06 12345678\n", "resident", "erase", "--phone", "+31612345678")
		if closed, err := s.Closed(t.Context(), time.Now(), 10); code != exitGood || err != nil || len(closed) != 1 {
			t.Errorf("erase: exit %d, %d closed, %v\n%s", code, len(closed), err, out)
		}
		code, _, errs = ask("", "resident", "show", "--phone", "+31612345678")
		if code != exitFaults || !strings.Contains(errs, "nobody is known by this number") {
			t.Errorf("after it: exit %d\n%s", code, errs)
		}
		in.trail("fg", "resident categories 3", "resident contents 3", "resident export 3", "resident erase 1", "resident categories 0")
	})
}

// trail holds what bode audit prints to actions and numbers of an actor; a
// number of 3 is "some".
func (in *installation) trail(actor string, want ...string) {
	in.t.Helper()
	code, out, errs := in.officer("", "audit", "--since", time.Now().AddDate(0, 0, -1).Format(time.DateOnly))
	rows, err := csv.NewReader(strings.NewReader(out)).ReadAll()
	if code != exitGood || err != nil || len(rows) != len(want)+1 {
		in.t.Fatalf("exit %d, %v, %d lines\n%s%s", code, err, len(rows), out, errs)
	}
	for i, row := range rows[1:] {
		number := row[5]
		if number > "1" {
			number = "3"
		}
		if row[1] != actor || row[2]+" "+number != want[i] {
			in.t.Errorf("line %d is %q, want %s", i+1, row, want[i])
		}
	}
	_, out, _ = in.officer("", "audit", "--format", "json")
	for line := range strings.Lines(out) {
		if !json.Valid([]byte(line)) || strings.Contains(line, "31612345678") {
			in.t.Errorf("no JSON line: %s", line)
		}
	}
	if code, _, errs := in.officer("", "audit", "--receipt", "ABCDE-99999"); code != exitFaults || !strings.Contains(errs, "no erasure has this code") {
		in.t.Errorf("an unknown receipt: exit %d\n%s", code, errs)
	}
}

func TestHold_isPlacedListedShownAndLiftedOnTheCommandLine(t *testing.T) {
	eachInstallation(t, func(t *testing.T, in *installation) {
		heard(t, in)
		reason := []string{"--reason", "dreiging, zaak 2026-113", "--by", "jz"}
		code, out, errs := in.officer("", append([]string{"hold", "place", "--phone", "0612345678", "--until", "2027-06-30"}, reason...)...)
		id := regexp.MustCompile(`[0-9a-f-]{36}`).FindString(out)
		if code != exitGood || id == "" || !strings.Contains(out, "1 texts, until 2027-06-30") {
			t.Fatalf("exit %d\n%s%s", code, out, errs)
		}
		code, out, _ = in.officer("", "hold", "list", "--by", "jz")
		if code != exitGood || !strings.Contains(out, id+"  until 2027-06-30  1 texts") || !strings.Contains(out, "zaak 2026-113") {
			t.Errorf("exit %d\n%s", code, out)
		}
		code, out, _ = in.officer("", append([]string{"hold", "show", id}, reason...)...)
		if code != exitGood || !strings.Contains(out, "resident  wanneer komt de kliko") {
			t.Errorf("exit %d\n%s", code, out)
		}
		if code, _, errs = in.officer("", append([]string{"hold", "lift", id}, reason...)...); code != exitGood {
			t.Errorf("exit %d\n%s", code, errs)
		}
		if code, _, errs = in.officer("", append([]string{"hold", "show", id}, reason...)...); code != exitFaults || !strings.Contains(errs, "there is no such hold") {
			t.Errorf("exit %d\n%s", code, errs)
		}
		in.trail("jz", "hold placed 1", "hold listed 1", "hold shown 1", "hold lifted 1")
	})
}

func TestOfficer_isAskedForWhatIsMissing(t *testing.T) {
	in := newInstallation(t, filepath.Join(t.TempDir(), "bode.db"), fakegraph.Config{})
	for name, args := range map[string][]string{
		"no reason":         {"resident", "show", "--phone", "0612345678"},
		"an empty reason":   {"resident", "show", "--phone", "0612345678", "--reason", " "},
		"a long reason":     {"resident", "show", "--phone", "0612345678", "--reason", strings.Repeat("a", 301)},
		"no number":         {"resident", "show", "--phone", "de buurman", "--reason", "x"},
		"a day gone by":     {"hold", "place", "--phone", "0612345678", "--reason", "x", "--until", "2020-01-01"},
		"for ever":          {"hold", "place", "--phone", "0612345678", "--reason", "x", "--until", "2099-01-01"},
		"no day":            {"hold", "place", "--phone", "0612345678", "--reason", "x", "--until", "morgen"},
		"no hold's name":    {"hold", "lift", "alles", "--reason", "x"},
		"since no day":      {"audit", "--since", "gisteren"},
		"no format":         {"audit", "--format", "xml"},
		"nowhere to export": {"resident", "export", "--phone", "0612345678", "--reason", "x"},
	} {
		if code, _, errs := in.officer("", args...); code != exitUse || strings.Contains(errs, "buurman") {
			t.Errorf("%s: exit %d\n%s", name, code, errs)
		}
	}
	if code, _, _ := in.officer("", "resident", "show", "--phone", "+31699999999", "--reason", "mijn bsn is 111222333", "--by", "fg"); code != exitFaults {
		t.Errorf("somebody unknown: exit %d", code)
	}
	// The trail outlives an erasure: a number in it would lead back to the person.
	for _, args := range [][]string{{"resident", "show"}, {"consent", "export"}} {
		code, _, errs := in.officer("", append(args, "--phone", "06-12345678", "--reason", "verzoek van +31 6 12345678, 01-10-2026 14:30")...)
		if code != exitUse || !strings.Contains(errs, "no phone number") || strings.Contains(errs, "12345678") {
			t.Errorf("%v: exit %d\n%s", args, code, errs)
		}
	}
	if code, _, _ := in.officer("", "resident", "show", "--phone", "06-12345678", "--reason", "a\nb\x1b[2J"); code != exitUse {
		t.Errorf("a reason of two lines: exit %d", code)
	}
	if code, _, errs := in.officer("", "consent", "export", "--phone", "06-87654321", "--reason", "verzoek van 111222333 op 01-10-2026 14:30"); code != exitFaults {
		t.Errorf("exit %d\n%s", code, errs)
	}
	_, out, _ := in.officer("", "audit")
	if !strings.Contains(out, "resident categories") || strings.Contains(out, "111222333") {
		t.Errorf("the look at somebody unknown, its reason masked:\n%s", out)
	}
}

func TestPhoneDigits_asPeopleWriteThem(t *testing.T) {
	for typed, want := range map[string]string{"+31612345678": "31612345678", "06-12 34 56 78": "31612345678", "0031 6 12345678": "31612345678", "+32 (470) 12.34.56": "32470123456", "+31 (0)6 12345678": "31612345678", "+31 06 12345678": "31612345678", "06/12345678": "31612345678", "32470123456": "32470123456",
		"": "", "99": "", "+31 6 1234567a": "", strings.Repeat("1", 16): ""} {
		got, err := phoneDigits(typed)
		if got != want || (err == nil) != (want != "") || err != nil && typed != "" && strings.Contains(err.Error(), typed) {
			t.Errorf("%q is %q, %v", typed, got, err)
		}
	}
}
