package flows_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/flow"
)

// planted are mistakes of the kinds that appointments and requests brought,
// each planted alone in the flows as they ship. at is the text at whose place
// the fault must stand, and reachable says that a conversation leads there.
var planted = []struct {
	name, file, old, new string
	code, at             string
	reachable            bool
}{
	{"an outcome that is not handled", "flows/paspoort.toml", `on   = { held = "naam", taken = "net_weg", failed = "storing" }`,
		`on   = { held = "naam", failed = "storing" }`, "missing-event", `{ held = "naam", failed`, true},
	{"an outcome that the service does not have", "flows/paspoort.toml", `taken = "net_weg"`, `bezet = "net_weg"`, "unknown-event", `"net_weg", failed`, true},
	{"a value used before it is saved", "flows/paspoort.toml", `Op welke naam zet ik de afspraak?`, `Uw code is {{.afspraak.code}}. Op welke naam?`, "not-saved", "", true},
	{"a field that the value does not have", "flows/paspoort.toml", `{{time .plek.until}}`, `{{time .plek.einde}}`, "unknown-field", "", true},
	{"a product that the agenda does not have", "flows/paspoort.toml", `with = { product = "paspoort" }`, `with = { product = "pasport" }`, "", `"pasport"`, true},
	{"a parameter that the operation does not have", "flows/paspoort.toml", `with = { slot = ".tijd.id" }`, `with = { tijd = ".tijd.id" }`, "unknown-parameter", `".tijd.id"`, true},
	{"an answer that is longer than the service takes", "flows/paspoort.toml", "max_length = 60", "max_length = 500", "longer-than-taken", `".naam"`, true},
	{"rows from what is no list", "flows/paspoort.toml", `choices_from = ".dagen"`, `choices_from = ".wie"`, "not-a-list", `".wie"`, true},
	{"a list that is too long", "flows/melding.toml", `choices = [
  { label = "Ja, verstuur",   next = "verstuur" },`, "choices = [\n" + elevenRows + `  { label = "Ja, verstuur",   next = "verstuur" },`, "", "", false},
	{"a sub-flow that leads back to itself", "flows/volgen.toml", "\n[states.", "\n[states.rond]\nflow = \"melding\"\nnext = \"menu\"\n\n[states.", "recursion", "", false},
	{"a text that asks for what may not be asked", "flows/afspraak.toml", `[states.`, "[states.nooit]\nask = \"text\"\ntext = \"Wat is uw BSN?\"\nsave = \"x\"\nnext = \"menu\"\n\n[states.", "asks-identifier", "", false},
	{"a notice that puts people under pressure", "flows/notices/2027-07-hitte.toml", `nl = "Het is erg warm.`, `nl = "Mis het niet: het is erg warm.`, "advertises", "", false},
	{"a notice that sells, in its translation", "flows/notices/2027-07-hitte.toml", `en = "It is very hot.`, `en = "Special offer on fans. It is very hot.`, "advertises", "", false},
	{"the title of a notice that promises a prize", "flows/notices/2027-07-hitte.toml", `"Hitte"`, `"Win een waaier"`, "advertises", `"Win een waaier"`, false},
	{"a consent to advertising", "flows/bode.toml", `"Gezondheidsberichten"`, `"Onze aanbiedingen"`, "advertises", `"Onze aanbiedingen"`, false},
}

const elevenRows = `  { label = "Een",    next = "weg" }, { label = "Twee",   next = "weg" }, { label = "Drie",  next = "weg" },
  { label = "Vier",   next = "weg" }, { label = "Vijf",   next = "weg" }, { label = "Zes",   next = "weg" },
  { label = "Zeven",  next = "weg" }, { label = "Acht",   next = "weg" }, { label = "Negen", next = "weg" },
`

func TestPlanted_eachMistakeIsFoundAtItsPlace(t *testing.T) {
	for _, p := range planted {
		t.Run(p.name, func(t *testing.T) {
			all := files(t)
			text := string(all[p.file].Data)
			if !strings.Contains(text, p.old) {
				t.Fatalf("%s no longer holds %q", p.file, p.old)
			}
			text = strings.Replace(text, p.old, p.new, 1)
			all[p.file] = &fstest.MapFile{Data: []byte(text)}
			bundle, faults := flow.Load(all, options())
			if bundle != nil {
				t.Fatal("nothing is found")
			}
			found(t, p.file, text, p.code, p.at, p.reachable, faults)
		})
	}
}

func TestPlanted_aFlowThatHandsInWithoutAReceiver(t *testing.T) {
	opts := options()
	var without []bot.Operation
	for _, op := range opts.Operations {
		if !strings.HasPrefix(op.Name, "request.") {
			without = append(without, op)
		}
	}
	opts.Operations = without
	all := files(t)
	_, faults := flow.Load(all, opts)
	found(t, "flows/melding.toml", string(all["flows/melding.toml"].Data), "no-receiver", `"request.submit"`, true, faults)
}

// found looks for a fault of a code in a file, at the place of a text, with
// the shortest dialogue that leads there.
func found(t *testing.T, file, text, code, at string, reachable bool, faults flow.Faults) {
	t.Helper()
	for _, f := range faults {
		if f.File != file || f.Hint || code != "" && f.Code != code || f.Line == 0 || f.Column == 0 {
			continue
		}
		if at != "" && !strings.HasPrefix(rest(text, f.Line, f.Column), at) {
			continue
		}
		if reachable && len(f.Dialogue) == 0 {
			t.Errorf("%s has no dialogue that leads there", f)
		}
		t.Logf("%s %v", f, f.Dialogue)
		return
	}
	t.Errorf("no fault %q at %q; there are: %v", code, at, faults)
}

// rest gives a text from a line and column (in characters) on.
func rest(text string, line, column int) string {
	lines := strings.SplitAfter(text, "\n")
	if line > len(lines) {
		return ""
	}
	runes := []rune(lines[line-1])
	return string(runes[min(column-1, len(runes)):])
}
