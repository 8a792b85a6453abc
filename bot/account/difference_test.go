package account

import (
	"strings"
	"testing"
	"testing/fstest"
)

// replaced changes one file of the shipped bundle.
func replaced(t *testing.T, file, old, new string) func(fstest.MapFS) {
	return func(files fstest.MapFS) {
		t.Helper()
		if !strings.Contains(string(files[file].Data), old) {
			t.Fatalf("%s has no %q", file, old)
		}
		files[file].Data = []byte(strings.Replace(string(files[file].Data), old, new, 1))
	}
}

// small is a bundle of one flow that asks for one thing.
const small = `
title    = "Echo"
purpose  = "municipal_service"
ground   = "public_task"
start    = "vraag"
keywords = ["proefecho"]

[states.vraag]
ask        = "text"
text       = "Wat wilt u zeggen?"
max_length = 20
save       = "woord"
next       = "zeg"

[states.zeg]
text = "U zei: {{.woord}}."
end  = true
`

// with adds the small flow to a bundle that is complete in Dutch alone.
func with(t *testing.T, source string) func(fstest.MapFS) {
	inDutch := replaced(t, "flows/bode.toml", `["nl", "en"]`, `["nl"]`)
	return func(files fstest.MapFS) {
		inDutch(files)
		if source != "" {
			files["flows/echo.toml"] = &fstest.MapFile{Data: []byte(source)}
		}
	}
}

func TestSince_namesWhatChanged(t *testing.T) {
	plain := shipped(t, with(t, small))
	for name, c := range map[string]struct {
		change func(fstest.MapFS)
		want   []string
		not    []string
	}{
		"nothing": {with(t, small), []string{"Geen verschil in wat wordt gezegd of gevraagd."}, []string{"echo"}},
		"a text": {with(t, strings.Replace(small, "wilt u zeggen", "zegt u", 1)),
			[]string{"~ echo.vraag.text (nl)\n    - Wat wilt u zeggen?\n    + Wat zegt u?\n", "gevraagd en doorgegeven\n  Geen verschil."}, []string{"echo.zeg"}},
		"a kind of question": {with(t, strings.Replace(strings.Replace(small, `"text"`, `"number"`, 1), "max_length = 20\n", "", 1)),
			[]string{"~ echo.vraag\n    - vrije tekst; staat in wat de bewoner leest bij `zeg`\n    + een getal; "}, nil},
		"an answer that is no longer used": {with(t, strings.Replace(small, "U zei: {{.woord}}.", "Dank u.", 1)),
			[]string{"~ echo.vraag\n", "nergens gebruikt", "~ echo.zeg.text (nl)"}, nil},
		"a flow that is gone": {with(t, ""), []string{"- echo\n", "- echo.vraag\n", "- echo.vraag.text (nl)\n    - Wat wilt u zeggen?"}, []string{"+ "}},
		"a translation": {func(files fstest.MapFS) {
			with(t, small)(files)
			replaced(t, "locales/bode.en.toml", `"Hello."`, `"Good day."`)(files)
		}, []string{"~ engine.greeting (en)\n    - Hello.\n    + Good day.\n"}, []string{"(nl)"}},
	} {
		t.Run(name, func(t *testing.T) {
			got := Since(plain, shipped(t, c.change), "nl").Text("nl")
			for _, want := range c.want {
				if !strings.Contains(got, want) {
					t.Errorf("not told: %q\n%s", want, got)
				}
			}
			for _, not := range c.not {
				if strings.Contains(got, not) {
					t.Errorf("told: %q\n%s", not, got)
				}
			}
		})
	}
}

func TestSince_whatIsAddedAndInEnglish(t *testing.T) {
	got := Since(shipped(t, with(t, "")), shipped(t, with(t, small)), "en").Text("en")
	for _, want := range []string{"+ echo\n", "+ echo.vraag\n    + free text; is shown to the resident at `zeg`", "+ echo.zeg.text (nl)\n    + U zei: {{.woord}}.", "What is said"} {
		if !strings.Contains(got, want) {
			t.Errorf("not told: %q\n%s", want, got)
		}
	}
}
