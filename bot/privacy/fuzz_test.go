package privacy

import (
	"regexp"
	"strings"
	"testing"

	"github.com/gemeentebode/bode/bot"
)

// The fuzz tests look at the mask's output with plain expressions of their
// own: a number that stands in one piece and passes its test has to be gone.
var (
	plainNumber = regexp.MustCompile(`[0-9]+`)
	plainIBAN   = regexp.MustCompile(`[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}`)
	spokenPhone = regexp.MustCompile(`(\+|00|31)[^a-zA-Z]*$`)
)

func leftOver(text string) string {
	for _, at := range plainNumber.FindAllStringIndex(text, -1) {
		number, before := text[at[0]:at[1]], ascii(text[:at[0]])
		if spokenPhone.MatchString(before) || strings.Contains(text, "€") || strings.Contains(strings.ToLower(text), "eur") ||
			strings.HasSuffix(before, "%") || strings.HasPrefix(text[at[1]:], ",-") || strings.HasPrefix(text[at[1]:], ".-") {
			continue // a phone number or an amount passes on purpose; "%11" stands for one character
		}
		if len(number) == 9 && validBSN([]byte(number)) || validCard([]byte(number)) {
			return number
		}
	}
	for _, found := range plainIBAN.FindAllString(text, -1) {
		if form := ibanForms[found[:2]]; form != "" && len(found) >= len(form)+4 {
			if _, ok := ibanAt(fold(found), 0); ok {
				return found
			}
		}
	}
	return ""
}

// ascii shows digits of every script as 0 to 9, so that the expression sees "００".
func ascii(text string) string {
	var out strings.Builder
	for _, c := range fold(text) {
		out.WriteRune(c.r)
	}
	return out.String()
}

func FuzzMask(f *testing.F) {
	g := newGenerator(2)
	for range 200 {
		identified, _ := g.identified()
		f.Add(identified)
		f.Add(identified + " " + g.harmless())
		f.Add(g.spelled(g.bsn()) + g.of(" ", "", "-", "\n") + g.spelled(g.card()))
	}
	for _, seed := range []string{"", "\xff111222333", "381223085\x030", "AA0000000 paspoortAA0000000", "id-kaart: ＰＲ０５０ＹＷＸ５\x006-87151260 x", "006330162-366 924 107 443 63", "860713994%3530.0549.7794.4099", "paspoortnummerCG7D3R0V7 Mijn code is CMMVHV9G7", "0\x9a\x1d724734491", "3.\x03111222333", "[bsn]111222333[iban]", "111222333 10464554 bsn", "%31%31%31222333", "digid x: [bsn] jan123", "digidWW:A00 Í0", "digid ww:A00 geheim45",
		"€ 12 111222333", "⑫34567⑧⑨", "10464554: 111222333 is bsn", "1 1 1 2 2 2 3 3 3 1 1 1 2 2 2 3 3 3 1", "+31 612345678 111222333"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		once, kinds := Mask(text)
		if (len(kinds) > 0) != (once != text) && !strings.Contains(text, "[") {
			t.Errorf("Mask(%q) = %q with kinds %v", text, once, kinds)
		}
		if left := leftOver(once); left != "" {
			t.Errorf("Mask(%q) = %q leaves %s", text, once, left)
		}
		if twice, again := Mask(once); twice != once || again != nil {
			t.Errorf("Mask(%q) = %q, and then %q %v", text, once, twice, again)
		}
	})
}

func FuzzDoor_Enter(f *testing.F) {
	door := testDoor()
	for _, seed := range []string{"stop", "STOP aub", "ik wil dood", "111222333", "dur", "", "s t o p", "\u200b", "ik wil zelfmoord plegn"} {
		f.Add(seed, seed, seed)
	}
	f.Fuzz(func(t *testing.T, text, choice, name string) {
		in := bot.Message{Kind: bot.KindText, Text: bot.Hide(text), Choice: choice, Place: &bot.Place{Name: bot.Hide(name)}}
		out := door.Enter(in)
		if out.Crisis != "" && (!out.Text.Empty() || out.Choice != "" || out.Place != nil || out.Stop) {
			t.Errorf("a crisis in %q keeps more than its kind", text)
		}
		if out.Stop && (out.Text.Empty() || len(out.Masked) > 0) {
			t.Errorf("%q is taken for STOP", text)
		}
		if out.Crisis == "" {
			for _, kept := range []string{out.Text.Reveal(), out.Choice, out.Place.Name.Reveal()} {
				if left := leftOver(kept); left != "" {
					t.Errorf("the door leaves %s in %q", left, kept)
				}
			}
		}
		if !in.Text.Equal(bot.Hide(text)) || !in.Place.Name.Equal(bot.Hide(name)) {
			t.Error("the door changed the message that was passed in")
		}
	})
}
