package main

import (
	"errors"
	"io"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/gemeentebode/bode/bot/flow"
)

// fiveDigits is more than a report may ever tell of anybody's number.
var fiveDigits = regexp.MustCompile(`[0-9]{5}`)

// Whatever is handed in as an import: every row becomes one that can be taken
// in, or one that is bad for a reason that quotes nothing of it.
func FuzzReadConsents(f *testing.F) {
	const head = "phone;topic;wording;given_at;reference;postcode;number\n"
	const row = "06-12345678;afval;\"Gemeente Voorbeeldstad mag mij berichten sturen\";2026-10-01 14:30;WF-881;3511LN;12\n"
	for _, text := range []string{head + row, head + row + row, "\ufeff" + strings.ReplaceAll(head+row, ";", ","), strings.ReplaceAll(head+row, ";", "\t"),
		strings.ReplaceAll(head+row, "\n", "\r\n"), strings.ReplaceAll(head+row, "\n", "\r"), head + "\"" + row, head + row[:20] + "\"" + row[20:], "phone\n111222333\n", "", "\n",
		"phone;phone\n", "\xff\xfea\x00", head + strings.ReplaceAll(row, "WF-881", "111222333"), head + strings.ReplaceAll(row, "2026-10-01 14:30", "9999-99-99"),
		head + strings.ReplaceAll(row, "06-12345678", "+31 6 12345678 of 0687654321"), head + ";;;;;;\n", "phone;naam;wording\n0612345678;Jansen;Jansen mag\n",
		head + strings.Repeat(row, 300)} {
		f.Add([]byte(text))
	}
	zone, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil {
		f.Fatal(err)
	}
	rules := importRules{municipality: []string{"Gemeente Voorbeeldstad"}, topics: map[string]*flow.Topic{"afval": {Name: "afval"}}, topic: "afval", zone: zone,
		now: time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)}
	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := readConsents(strings.NewReader(string(data)), rules)
		for n, last := 0, 0; err == nil; n++ {
			var rows []consentRow
			rows, err = file.some(7)
			for _, r := range rows {
				judgedRow(t, r, rules.now)
				if r.line <= last && r.result != bad {
					t.Errorf("line %d after line %d", r.line, last)
				}
				last = max(last, r.line)
			}
			if n > len(data) {
				t.Fatal("the file does not end")
			}
		}
		if !errors.Is(err, io.EOF) && (err.Error() == "" || strings.Contains(err.Error(), "%!")) {
			t.Errorf("said: %q", err)
		}
	})
}

func judgedRow(t *testing.T, r consentRow, now time.Time) {
	reason := strings.ReplaceAll(r.reasonFor(), "write digits, as in 06 12345678 or +31 6 12345678", "")
	if r.line < 1 || !utf8.ValidString(reason) || fiveDigits.MatchString(reason) || utf8.RuneCountInString(r.ends) > 3 {
		t.Errorf("line %d, %q: %q", r.line, r.ends, reason)
	}
	if r.result == bad {
		if reason == "" {
			t.Errorf("line %d is bad without a reason", r.line)
		}
		return
	}
	c := r.row.Consent
	if !phoneShape.MatchString(r.row.Phone.Reveal()) || c.Topic != "afval" || !c.Given || r.row.Given.After(now) || utf8.RuneCountInString(c.Wording) > longestWording {
		t.Errorf("line %d is taken in and cannot be: topic %q, given %v", r.line, c.Topic, r.row.Given)
	}
	if strings.ContainsRune(c.Wording, '@') || holdsPhone(c.Wording) {
		t.Errorf("line %d: its wording says whose it is", r.line)
	}
}

// An import is read in pieces: a file of any size costs the same memory.
func TestReadConsents_aRowThatNeverEndsIsRefusedEarly(t *testing.T) {
	rules := importRules{topics: map[string]*flow.Topic{"afval": {Name: "afval"}}, topic: "afval"}
	endless := &readCounter{r: io.MultiReader(strings.NewReader("phone;wording\n0612345678;\""), io.LimitReader(zeros{}, 1<<30))}
	file, err := readConsents(endless, rules)
	if err == nil {
		_, err = file.some(1)
	}
	if !errors.Is(err, errEndlessRow) || endless.n.Load() > 2*longestRow {
		t.Errorf("%v, after %d bytes", err, endless.n.Load())
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = '0'
	}
	return len(p), nil
}

type readCounter struct {
	r io.Reader
	n atomic.Int64
}

func (c *readCounter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n.Add(int64(n))
	return n, err
}
