package engine

import "testing"

func TestTypos_anotherDigitIsAnotherAnswer(t *testing.T) {
	for _, c := range []struct {
		a, b string
		same bool
	}{
		{"ma 23 nov 09 10", "ma 23 nov 09 00", false},
		{"wijkcentrm bomenwijk", "wijkcentrum bomenwijk", true},
		{"ma 23 nvo 09 10", "ma 23 nov 09 10", true},
	} {
		if got := typos(c.a, c.b) >= 0; got != c.same {
			t.Errorf("%q for %q: %v", c.a, c.b, got)
		}
	}
}

func TestParseYesNo_drawnOut(t *testing.T) {
	w := &words{yes: map[string]bool{"ja": true}, no: map[string]bool{"nee": true}}
	for typed, want := range map[string]string{"jaaa": "true", "neeee": "false", "nee": "false", "aa": "", "": ""} {
		if got := w.parseYesNo(typed); got != want {
			t.Errorf("%q is %q, want %q", typed, got, want)
		}
	}
}
