package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gemeentebode/bode/locales"
)

// spoken is a folder with the small echo flow and one file of dialogues.
func spoken(t *testing.T, chat string) (dir, file string) {
	t.Helper()
	dir = t.TempDir()
	for _, folder := range []string{"flows", "locales"} {
		if err := os.Mkdir(filepath.Join(dir, folder), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	sentences, err := locales.FS.ReadFile("bode.nl.toml")
	if err != nil {
		t.Fatal(err)
	}
	file = filepath.Join(dir, "flows/echo.chat")
	for name, text := range map[string]string{filepath.Join(dir, "flows/bode.toml"): echoShared, filepath.Join(dir, "flows/echo.toml"): echoFlow,
		filepath.Join(dir, "locales/bode.nl.toml"): string(sentences), file: chat} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir, file
}

const saidRight = "# Wie iets typt, hoort het terug\nat 2026-11-20 10:00\n> echo\n< Wat wilt u zeggen?\n> twaalf\n< U zei: ...\n  ...\n"

func TestTest_tellsGoodWrongAndWhatIsNotVisited(t *testing.T) {
	for name, c := range map[string]struct {
		chat string
		args []string
		code int
		want []string
	}{
		"good":             {saidRight, nil, exitGood, []string{"flows/echo.chat", "goed  1 gesprek", "samen"}},
		"in English":       {saidRight, []string{"--lang", "en"}, exitGood, []string{"good  1 dialogue", "no dialogue goes:"}},
		"an other answer":  {strings.Replace(saidRight, "zeggen?", "zwijgen?", 1), nil, exitFaults, []string{"FOUT  1 van 1 gesprek", "flows/echo.chat:4: ", "verwacht", "≠ Wat wilt u zwijgen?", "| Wat wilt u zeggen?"}},
		"a file of faults": {"att 2026\n> a\n", nil, exitFaults, []string{"flows/echo.chat:1:1: ", `Bedoelt u "at"?`, "flows/echo.chat:2:1: "}},
		"no such outcome":  {"service address.find = nonne\n" + saidRight, nil, exitFaults, []string{"flows/echo.chat:1:24: ", `Bedoelt u "none"?`}},
		"too little":       {saidRight, []string{"--coverage-min", "95"}, exitFaults, []string{"Te weinig"}},
		"enough":           {saidRight + "> klaar\n< Tot ziens.\n", []string{"--coverage-min", "80"}, exitGood, []string{"4 van 5 (80 %)"}},
	} {
		t.Run(name, func(t *testing.T) {
			dir, _ := spoken(t, c.chat)
			code, out, errs := command(t, "", append([]string{"test", dir}, c.args...)...)
			if code != c.code {
				t.Errorf("exit %d, want %d: %s%s", code, c.code, out, errs)
			}
			for _, piece := range c.want {
				if !strings.Contains(out, piece) {
					t.Errorf("%q is missing in:\n%s", piece, out)
				}
			}
		})
	}
}

func TestTest_updateWritesTheAnswersAndThenItIsGood(t *testing.T) {
	dir, file := spoken(t, strings.Replace(saidRight, "zeggen?", "zwijgen?", 1))
	if code, out, errs := command(t, "", "test", "--update", filepath.Join(dir, "flows")); code != exitGood || !strings.Contains(out, "goed") {
		t.Errorf("exit %d: %s%s", code, out, errs)
	}
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != saidRight {
		t.Errorf("written:\n%s", got)
	}
}

func TestTest_withoutDialoguesSaysWhatToDo(t *testing.T) {
	dir, file := spoken(t, "")
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	if code, _, errs := command(t, "", "test", dir); code != exitUse || !strings.Contains(errs, "no dialogues in") {
		t.Errorf("exit %d: %s", code, errs)
	}
}
