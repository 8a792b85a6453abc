package privacy

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/gemeentebode/bode/bot"
)

// Go's regexp is linear by construction (RE2), and the door and the guard use
// none: they are scanners of our own. That those are linear too is counted,
// not timed: this test binary, built with counting coverage, tells how often
// each statement ran. Twice the text may take twice the steps, and no more.

// hostile are texts that make a scanner look back, look ahead or try again.
var hostile = []string{
	"1", "1 ", "1-", "12-11-", "111222333 ", "111 222 333 ", "0", "06 ", "+31 ", "4111 ", "41.11.", "€ 1 ", "1.000,", "2026-1-", "52.1,", "00",
	"NL", "NL9", "NL91 ", "N L 9 1 ", "NL91ABNA0417164300", "A1", "A 1 ", "N X ", "N X 1 ", "paspoort NX", "paspoort NX1234567 ", "paspoortnummerNX", "NXABCDEF",
	"bsn ", "bsn 1", "bsn 10464554 ", "burger service ", "kvk 1 ", "digid", "digid a:b ", "digid wachtwoord ", "digid ww: Welkom#2026 / ", "digid a=", "d i g i d ",
	"[bsn", "[bsn]", "[", "%", "%3", "%31", "%EF%BC%91", "%EF", "٠", "①", "1\u200b", "a\u0301", "\u200b", "ﷺ", "\xff", "\n", "\r\n", "-", " ", "😀", "1️⃣",
	"u uw bsn, ", "uw bsn ", "bsn, ", "BSN. ", "wat is uw bsn niet ", "stuur nooit uw bsn, ", "{{", "}}", "{{}}", "{{ {{ }} ", "b.s.n.", "b. ", "nummer ", "nummer van uw ", "foto paspoort ",
	"wat is ", ":", "- ", "\n- bsn", "en stuur ", "maar ", "vul het in ", "digid code ", "، ", "و", "?", "paspoort ",
	"ik wil dood", "ik wil ", "ik-wil-", "zelfmoord plegn ", "zelfmord ", "aaaa", "doood ", "ikwil", "stop ", "s t o p ", "s-t-o-p-", "stop aub ", "aub ", "een einde aan mijn ",
}

const workVariable = "BODE_PRIVACY_WORK"

// TestMain does one piece of work instead of the tests when it is asked to.
func TestMain(m *testing.M) {
	if asked := os.Getenv(workVariable); asked != "" {
		n, text, _ := strings.Cut(asked, ":")
		if length, err := strconv.Atoi(n); err == nil {
			work(strings.Repeat(text, 1+length/len(text))[:length])
		}
	}
	os.Exit(m.Run())
}

func work(text string) {
	door := NewDoor([]string{"afmelden", "stop alles"}, map[string][]string{"dood": {"ik wil dood", "zelfmoord plegen", "een einde aan mijn leven"}})
	door.Enter(bot.Message{Kind: bot.KindText, Text: bot.Hide(text), Choice: text})
	Asks(text)
	AsksTogether(text, []Offer{{text, text}})
	Advertises(text)
}

func TestWork_growsWithTheText(t *testing.T) {
	dir := t.TempDir()
	binary := filepath.Join(dir, "counting")
	build := exec.Command("go", "test", "-c", "-o", binary, "-covermode=count", "-coverpkg=github.com/gemeentebode/bode/bot/privacy", ".")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	const length = 2000
	none := steps(t, binary, dir, "", 0)
	most := 0.0
	for _, pattern := range hostile {
		once, twice := steps(t, binary, dir, pattern, length)-none, steps(t, binary, dir, pattern, 2*length)-none
		if perCharacter := float64(twice) / (2 * length); perCharacter > most {
			most = perCharacter
		}
		if float64(twice) > 2.2*float64(once)+float64(length) {
			t.Errorf("%q: %d steps for %d bytes, %d for twice as many", pattern, once, length, twice)
		}
	}
	t.Logf("%d hostile texts: at most %.0f steps for a byte", len(hostile), most)
}

// steps counts the statements that one piece of work runs.
func steps(t *testing.T, binary, dir, pattern string, length int) int {
	t.Helper()
	profile := filepath.Join(dir, "profile")
	cmd := exec.Command(binary, "-test.run=^$", "-test.coverprofile="+profile)
	cmd.Env = append(os.Environ(), fmt.Sprintf("%s=%d:%s", workVariable, length, pattern))
	if pattern == "" {
		cmd.Env = os.Environ()
	}
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	file, err := os.Open(profile)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	sum := 0
	for lines := bufio.NewScanner(file); lines.Scan(); {
		fields := strings.Fields(lines.Text())
		if len(fields) != 3 {
			continue
		}
		statements, _ := strconv.Atoi(fields[1])
		count, _ := strconv.Atoi(fields[2])
		sum += statements * count
	}
	return sum
}
