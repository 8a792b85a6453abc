package request

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/gemeentebode/bode/bot"
)

var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

// list is a worklist in memory.
type list struct {
	byKey    map[string]bot.Request
	tries    int
	canceled []string
	err      error
}

func (l *list) SubmitRequest(_ context.Context, _ time.Time, key string, _ bot.ID, r bot.Request) (bot.Request, error) {
	if l.byKey == nil {
		l.byKey = map[string]bot.Request{}
	}
	if was, again := l.byKey[key]; again {
		return was, l.err
	}
	l.byKey[key] = r
	return r, l.err
}

func (l *list) CancelRequest(_ context.Context, key string) error {
	l.canceled = append(l.canceled, key)
	return nil
}

func (l *list) RequestByCode(_ context.Context, _ time.Time, _ bot.ID, code string) (bot.Request, bool, error) {
	for _, r := range l.byKey {
		if r.Code.Reveal() == code {
			return r, true, l.err
		}
	}
	l.tries++
	return bot.Request{}, false, l.err
}

func (l *list) RequestsHandled(_ context.Context, _ bot.ID, after, through time.Time) ([]bot.Request, error) {
	var out []bot.Request
	for _, r := range l.byKey {
		if r.Handled.After(after) && !r.Handled.After(through) {
			out = append(out, r)
		}
	}
	slices.SortFunc(out, func(a, b bot.Request) int { return a.Handled.Compare(b.Handled) })
	return out, l.err
}

func submit(with map[string]any) bot.Call {
	call := bot.Call{Operation: "request.submit", Key: "m/1", Resident: "r", Language: "en", With: map[string]bot.Value{}}
	for name, v := range with {
		call.With[name] = bot.ValueOf(v)
	}
	return call
}

func TestSubmit_handsOverWhatTheFlowGives(t *testing.T) {
	for name, test := range map[string]struct {
		with                    map[string]any
		place, text, phone, end string
	}{
		"an address":           {map[string]any{"kind": "lamp", "text": "uit", "place": map[string]any{"label": "Domplein 12", "postcode": "3511LN"}}, "Domplein 12", "uit", "", "received"},
		"a pin":                {map[string]any{"kind": "lamp", "text": "uit", "place": map[string]any{"label": "bij de brug", "latitude": 52.0907, "longitude": 5.12145}}, "bij de brug (52.09070, 5.12145)", "uit", "", "received"},
		"a bare pin":           {map[string]any{"kind": "lamp", "text": "uit", "place": map[string]any{"label": "52.09070, 5.12145", "latitude": 52.0907, "longitude": 5.12145}}, "52.09070, 5.12145", "uit", "", "received"},
		"a call back":          {map[string]any{"kind": "terugbellen", "text": "over mijn vergunning", "phone": "31612345678"}, "", "over mijn vergunning", "31612345678", "received"},
		"a call for somebody":  {map[string]any{"kind": "terugbellen", "text": "over mijn vergunning", "phone": "31612345678", "name": "Noor", "moment": "middag"}, "", "Naam: Noor\nWanneer: middag\nover mijn vergunning", "31612345678", "received"},
		"a name that is none":  {map[string]any{"kind": "terugbellen", "text": "over mijn vergunning", "name": strings.Repeat("é", longestName+1)}, "", "", "", "failed"},
		"no kind":              {map[string]any{"text": "uit"}, "", "", "", "failed"},
		"no text":              {map[string]any{"kind": "lamp", "text": " \n"}, "", "", "", "failed"},
		"too long":             {map[string]any{"kind": "lamp", "text": strings.Repeat("é", longestText+1)}, "", "", "", "failed"},
		"as long as may be":    {map[string]any{"kind": "lamp", "text": strings.Repeat("é", longestText)}, "", strings.Repeat("é", longestText), "", "received"},
		"a place that is none": {map[string]any{"kind": "lamp", "text": "uit", "place": []string{"x"}}, "", "", "", "failed"},
	} {
		l := &list{}
		result, err := New(l).Call(t.Context(), noon, submit(test.with))
		if err != nil || result.Outcome != test.end {
			t.Errorf("%s: %s, %v", name, result.Outcome, err)
			continue
		}
		r := l.byKey["m/1"]
		if got := []string{r.Place.Reveal(), r.Text.Reveal(), r.Phone.Reveal()}; !cmp.Equal(got, []string{test.place, test.text, test.phone}) {
			t.Errorf("%s: %q", name, got)
		}
		if test.end == "received" && (r.Language != "en" || !r.At.Equal(noon)) {
			t.Errorf("%s: language %q, at %v", name, r.Language, r.At)
		}
	}
}

func TestSubmit_aSecondTryHasTheSameCode(t *testing.T) {
	s := New(&list{})
	call := submit(map[string]any{"kind": "lamp", "text": "uit"})
	first, err1 := s.Call(t.Context(), noon, call)
	second, err2 := s.Call(t.Context(), noon.Add(time.Minute), call)
	if err1 != nil || err2 != nil || !first.Value.Equal(second.Value.Private) {
		t.Errorf("%v %v: %s became %s", err1, err2, first.Value.Reveal(), second.Value.Reveal())
	}
}

func TestSubmit_anUnclearEndIsAnErrorSoThatItIsTriedAgain(t *testing.T) {
	gone := errors.New("the store is gone")
	result, err := New(&list{err: gone}).Call(t.Context(), noon, submit(map[string]any{"kind": "lamp", "text": "geheim"}))
	if !errors.Is(err, gone) || result.Outcome != "failed" || strings.Contains(err.Error(), "geheim") {
		t.Errorf("%s, %v", result.Outcome, err)
	}
}

func TestCancel_takesBackASubmitOnly(t *testing.T) {
	l := &list{}
	if err := New(l).Cancel(t.Context(), submit(nil)); err != nil || !cmp.Equal(l.canceled, []string{"m/1"}) {
		t.Errorf("%v, %q", err, l.canceled)
	}
	if err := New(l).Cancel(t.Context(), bot.Call{Operation: "request.status"}); err == nil {
		t.Error("what only reads was taken back")
	}
}

func TestStatus_findsByTheCodeAsPeopleTypeIt(t *testing.T) {
	l := &list{}
	s := New(l)
	if _, err := s.Call(t.Context(), noon, submit(map[string]any{"kind": "lamp", "text": "uit"})); err != nil {
		t.Fatal(err)
	}
	r := l.byKey["m/1"]
	code := r.Code.Reveal()
	bare := strings.ReplaceAll(code, "-", "")
	for _, typed := range []string{code, strings.ToLower(code), bare, strings.ToLower(bare), bare[1:], " " + strings.ReplaceAll(code, "-", " ") + " ", strings.ReplaceAll(code, "-", "–"),
		"mijn code is " + strings.ToLower(code) + ".", "het is " + bare, "code: " + strings.ReplaceAll(code, "-", " ")} {
		if got := status(t, s, typed); got["state"] != "open" || got["since"] != "2026-11-20T12:00:00Z" {
			t.Errorf("%q: %v", typed, got)
		}
	}
	r.Handled = noon.Add(time.Hour)
	l.byKey["m/1"] = r
	if got := status(t, s, code); got["state"] != "handled" || got["since"] != "2026-11-20T13:00:00Z" {
		t.Errorf("handled: %v", got)
	}
}

func status(t *testing.T, s *Service, typed string) map[string]string {
	t.Helper()
	result, err := s.Call(t.Context(), noon, bot.Call{Operation: "request.status", With: map[string]bot.Value{"code": bot.ValueOf(typed)}})
	if err != nil || result.Outcome != "found" {
		t.Fatalf("%q: %s, %v", typed, result.Outcome, err)
	}
	var got map[string]string
	if err := result.Value.Into(&got); err != nil {
		t.Fatal(err)
	}
	return got
}

func TestStatus_otherEnds(t *testing.T) {
	for name, test := range map[string]struct {
		typed string
		err   error
		want  string
		fails bool
		tries int
	}{
		"a code of nobody":       {"M-BCD-FGH-234", nil, "unknown", false, 1},
		"what is no code at all": {"weet ik niet", nil, "unknown", false, 0},
		"no code in a sentence":  {"mijn code kwijt bij de gemeente", nil, "unknown", false, 0},
		"a vowel":                {"M-ACD-FGH-234", nil, "unknown", false, 0},
		"nothing":                {"", nil, "unknown", false, 0},
		"too many tries":         {"M-BCD-FGH-234", bot.ErrTooManyTries, "blocked", false, 1},
		"no store":               {"M-BCD-FGH-234", errors.New("gone"), "failed", true, 1},
	} {
		l := &list{err: test.err}
		result, err := New(l).Call(t.Context(), noon, bot.Call{Operation: "request.status", With: map[string]bot.Value{"code": bot.ValueOf(test.typed)}})
		if result.Outcome != test.want || (err != nil) != test.fails || l.tries != test.tries {
			t.Errorf("%s: %s, %v, %d tries", name, result.Outcome, err, l.tries)
		}
	}
}

func TestNewCode_isRandomAndNoNumberOfAPerson(t *testing.T) {
	if bits := float64(codeLength) * math.Log2(float64(len(codeSigns))); bits < 40 {
		t.Errorf("%v random bits", bits)
	}
	seen, used := map[string]bool{}, map[rune]bool{}
	for range 5000 {
		code := newCode()
		back, ok := readCode(code)
		if seen[code] || !ok || back != code || letters(strings.ReplaceAll(code[1:], "-", "")) < fewestLetters {
			t.Fatalf("code %s (read as %s)", code, back)
		}
		seen[code] = true
		for _, r := range code {
			used[r] = true
		}
	}
	if len(used) != len(codeSigns)+1 { // and the dash
		t.Errorf("%d signs are used", len(used))
	}
}
