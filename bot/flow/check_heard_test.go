package flow

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCheck_whatAFlowOffersCanArrive(t *testing.T) {
	choices := func(label, value string) string {
		return "[states.een]\ntext = \"Wat?\"\nsave = \"soort\"\nchoices = [ { label = \"" + label + "\", value = \"" + value + "\", next = \"twee\" } ]\n" +
			"[states.twee]\ntext = \"{{choice .soort}}\"\nend = true\n"
	}
	danger := checkShared + "[[crisis]]\nname = \"gevaar\"\nwords = { nl = [\"gaslek\"] }\nanswer = { nl = \"Bel 112.\" }\nreviewed_at = 2026-11-01\n"
	expect(t, loadStates(choices("Lamp", "lamp")))
	expect(t, loadStates(choices("Stop", "lamp")), "8:23 says-stop")
	expect(t, loadStates(choices("STOP, graag!", "lamp")), "8:23 says-stop")
	expect(t, loadStates(choices("Stop afval", "lamp")))
	expect(t, loadShared(danger, choices("Gaslek", "lamp")), "8:23 says-crisis")
	expect(t, loadStates(choices("Lamp", "123456782")), "8:39 id-identifier")
	expect(t, loadStates(choices("Lamp", strings.Repeat("a", 190))), "8:39 id-too-long")
	expect(t, loadShared(strings.Replace(checkShared, `["proef"]`, `["proef", "twee"]`, 1), choices("Lamp", "lamp"), "twee", choices("Lamp", "lamp")), "flows/twee.toml:1:9 same-title")
	expect(t, loadShared(strings.Replace(checkShared, `["proef"]`, `[]`, 1), choices("Lamp", "lamp")), "flows/bode.toml:3:8 menu-empty")
	expect(t, loadStates(choices("Lamp", "lamp"), "engine", choices("Lamp", "lamp")), "flows/engine.toml:1:1 bad-name")
}

func TestLoad_keywordsAndAnswersAreNoStopWords(t *testing.T) {
	planted{file: kliko, before: `keywords = ["kliko"`, after: `keywords = ["stop"`, want: []string{"6:12 says-stop"}, says: `"stop" is een stopwoord`}.run(t)
	files := goodFiles(t)
	change(t, files, "locales/bode.nl.toml", "[engine.invalid]", "[engine.words]\nyes = \"ja, stop\"\n[engine.invalid]")
	_, faults := Load(files, goodOptions())
	if !strings.Contains(fmt.Sprint(faults), `"stop" is een stopwoord`) {
		t.Errorf("not named in %v", faults)
	}
}

func TestLoad_sentencesOfTheEngine(t *testing.T) {
	const date = `date = "Dat is geen datum. Bijvoorbeeld: 20-11-2026."`
	for _, c := range []struct {
		after string
		want  []string
		says  string
	}{
		{`date = "Bel {{.telefoon}}."`, []string{"2:8 sentence-value"}, "{{.telefoon}} wordt hier nooit ingevuld."},
		{`date = "Bel {{.phones}}."`, []string{"2:8 sentence-value"}, `Bedoelt u "phone"?`},
		{date + "\n[engine]\nmenu = \"" + strings.Repeat("Dag. ", 300) + `"`, []string{"4:8 missing-translation", "4:8 sentence-too-long"}, "hier passen er 1024"},
		{date + "\n[engine.button]\nyes = \"Ja, dat wil ik heel graag\"", []string{"4:7 missing-translation", "4:7 sentence-too-long"}, "dit is 25 tekens, hier passen er 20"},
	} {
		planted{file: "locales/bode.nl.toml", before: date, after: c.after, want: c.want, says: c.says}.run(t)
	}
}

func TestLoad_aNotificationThatNeverComes(t *testing.T) {
	const at = `schedule      = "0 19 * * *"`
	for schedule, want := range map[string][]string{
		"0 19 * * *":    nil,
		"0 3 * * *":     {"never-sent"},
		"30 21 * * 1-5": {"never-sent"},
		"0 9,22 * * *":  {"never-sent"}, // at nine it comes, at ten in the evening it does not
		"59 20 * * *":   nil,
		"0 8 * * *":     nil,
	} {
		files := goodFiles(t)
		change(t, files, kliko, at, `schedule      = "`+schedule+`"`)
		_, faults := Load(files, goodOptions())
		var got []string
		for _, f := range faults {
			if !f.Hint {
				got = append(got, f.Code)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", schedule, diff)
		}
	}
}

func TestCheck_aTopicKeepsNoIdentifier(t *testing.T) {
	faults := loadShared(strings.Replace(checkShared, `keeps = ["address"]`, `keeps = ["address", "bsn"]`, 1), "[states.een]\ntext = \"Dag.\"\nend = true\n")
	expect(t, faults, "flows/bode.toml:16:21 keeps-identifier")
}
