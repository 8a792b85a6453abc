package text_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/gemeentebode/bode/bot/text"
)

func TestCut(t *testing.T) {
	for _, c := range []struct {
		in   string
		max  int
		want string
	}{
		{"Herinner mij", 20, "Herinner mij"},
		{"Herinner mij", 12, "Herinner mij"},
		{"Herinner mij", 11, "Herinner m…"},
		{"Herinner mij", 10, "Herinner…"},
		{"één café", 8, "één café"},
		{"één café", 7, "één ca…"},
		{"нагадати", 4, "наг…"},
		{"ab", 1, "…"},
		{"ab", 0, ""},
		{"", 5, ""},
	} {
		if got := text.Cut(c.in, c.max); got != c.want {
			t.Errorf("Cut(%q, %d) = %q, want %q", c.in, c.max, got, c.want)
		}
	}
}

func TestCut_isNeverLongerThanAllowed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, most := rapid.String().Draw(t, "text"), rapid.IntRange(0, 30).Draw(t, "max")
		got := text.Cut(s, most)
		if text.Length(got) > most {
			t.Errorf("%q is over %d", got, most)
		}
		if text.Length(s) <= most && got != s {
			t.Errorf("%q became %q", s, got)
		}
	})
}
