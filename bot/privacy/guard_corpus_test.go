package privacy

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// guardLanguageCodes are the languages in which no text may ask.
var guardLanguageCodes = []string{"nl", "en", "de", "fr", "tr", "ar", "pl", "uk"}

// corpusLines reads a file of one sentence a line.
func corpusLines(t *testing.T, path ...string) []string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(append([]string{"testdata"}, path...)...))
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for line := range strings.Lines(string(data)) {
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, strings.ReplaceAll(line, `\n`, "\n"))
		}
	}
	return lines
}

// score judges a folder of asks, or of what must pass, and names what is wrong.
func score(t *testing.T, folder string, wantAsk bool) (right, all int) {
	t.Helper()
	for _, language := range guardLanguageCodes {
		lines := corpusLines(t, folder, language+".txt")
		good := 0
		for _, line := range lines {
			if _, asks := Asks(line); asks == wantAsk {
				good++
				continue
			}
			t.Logf("%s/%s is judged wrongly: %q", folder, language, line)
		}
		t.Logf("%s/%s: %d of %d", folder, language, good, len(lines))
		right, all = right+good, all+len(lines)
	}
	return right, all
}

// The corpus the tables were written against: all of it, in every language.
const fewestPerLanguage, fewestInAll = 25, 200

func TestAsks_corpus(t *testing.T) {
	for _, c := range []struct {
		folder string
		asks   bool
	}{{"asks", true}, {"passes", false}} {
		right, all := score(t, c.folder, c.asks)
		t.Logf("%s: %d of %d judged rightly", c.folder, right, all)
		if right != all || all < fewestInAll {
			t.Errorf("%s: %d of %d judged rightly, want all of at least %d", c.folder, right, all, fewestInAll)
		}
		for _, language := range guardLanguageCodes {
			if n := len(corpusLines(t, c.folder, language+".txt")); n < fewestPerLanguage {
				t.Errorf("%s/%s has %d sentences, want %d", c.folder, language, n, fewestPerLanguage)
			}
		}
	}
}

// What was written after the tables were finished, and judged once before
// anything was changed for it: of the first batch 67 of 90 askings were refused
// (36 of 40 in Dutch, English and German) and 90 of 90 ordinary sentences
// passed; of the second, written to be hard, 28 of 51 and 42 of 51. What they
// taught is in the rules now: whatever names an identifier and states nothing
// asks. The third batch was judged after that, once: 40 of 42 were refused and 42
// of 42 passed. That is what to expect of a sentence that nobody thought of.
func TestAsks_heldOut(t *testing.T) { judged(t, "heldout_asks", "heldout_passes") }

// judged holds folders of what asks and of what does not against the guard.
func judged(t *testing.T, asking, passing string) {
	t.Helper()
	for folder, asks := range map[string]bool{asking: true, passing: false} {
		right, all := score(t, folder, asks)
		t.Logf("%s: %d of %d judged rightly", folder, right, all)
		if right != all || all == 0 {
			t.Errorf("%s: %d of %d judged rightly", folder, right, all)
		}
	}
}

func TestAsks_heldOutAgain(t *testing.T) { judged(t, "again_asks", "again_passes") }

func TestAsks_heldOutLast(t *testing.T) { judged(t, "last_asks", "last_passes") }
