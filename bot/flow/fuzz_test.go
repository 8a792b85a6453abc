package flow

import (
	"bytes"
	"fmt"
	"maps"
	"strings"
	"testing"
	"testing/fstest"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/gemeentebode/bode/bot/text"
)

// Each file of a bundle, with anything in it: Load tells what is wrong and
// where, the same every time, or gives a bundle that can be drawn.

func FuzzLoad_flow(f *testing.F) {
	fuzzFile(f, "flows/kliko.toml", "flows/balie.toml", "flows/kliko.toml")
}

func FuzzLoad_shared(f *testing.F) { fuzzFile(f, sharedFile, sharedFile) }

func FuzzLoad_locale(f *testing.F) {
	fuzzFile(f, "locales/kliko.en.toml", "locales/kliko.en.toml", "locales/bode.en.toml", "locales/bode.nl.toml")
}

func FuzzLoad_template(f *testing.F) {
	fuzzFile(f, "flows/templates/hitte.toml", "flows/templates/hitte.toml", "flows/templates/kliko_herinnering.toml")
}

func FuzzLoad_notice(f *testing.F) {
	fuzzFile(f, "flows/notices/2026-07-hitte.toml", "flows/notices/2026-07-hitte.toml")
}

// oddTOML are files that readers of TOML stumble over.
var oddTOML = []string{
	"", "\ufeff", "\x00", "=", "[", "[[a]]\n[a]", "[a]\n[a.b]\n[a]", "a = 1\na.b = 2", "\"\" = 1", "a = \"\"\"\n", "a = '''", "a = [[[[[[[[",
	"a = {b = {c = {d = {}}}}", "a = 1979-05-27T07:32:00Z", "a = inf\nb = nan", "a = 99999999999999999999", "a = \"\\U00110000\"", "a = \"\xff\"",
	"a=1\r\nb=2\r", "[start]\nstart = 1", "title.en = 1", "[states.a.b.c.d]\n", "states = 1", "start = \"\"\n[states.\"\"]\n",
	"[states.a]\nsay = \"{{\"\n", "[states.a]\nsay = \"{{call .x}}\"\nnext = \"a\"", "topics = [1, {}]", "[[notifications]]\ncron = \"* * * * *\"",
}

func fuzzFile(f *testing.F, name string, seeds ...string) {
	good := goodFiles(f)
	for _, seed := range seeds {
		whole := good[seed].Data
		f.Add(whole)
		for _, at := range []int{1, 3, 7} { // cut short, and with a piece doubled
			f.Add(whole[:len(whole)*at/8])
			f.Add(append(bytes.Clone(whole), whole[len(whole)*at/8:]...))
		}
	}
	for _, odd := range oddTOML {
		f.Add([]byte(odd))
	}
	options := goodOptions()
	f.Fuzz(func(t *testing.T, data []byte) {
		files := maps.Clone(good)
		files[name] = &fstest.MapFile{Data: data}
		bundle, faults := Load(files, options)
		if (bundle == nil) != faults.Broken() {
			t.Errorf("a bundle %v beside faults %v", bundle != nil, faults)
		}
		for _, fault := range faults {
			wellSaid(t, files, fault)
		}
		_, again := Load(files, options)
		if diff := cmp.Diff(faults, again); diff != "" {
			t.Errorf("the same files are judged otherwise:\n%s", diff)
		}
		if bundle != nil {
			for _, flow := range bundle.Flows {
				if len(flow.SVG("")) == 0 || flow.Mermaid() == "" {
					t.Errorf("%s has no picture", flow.Name)
				}
			}
		}
	})
}

// wholeFile are the faults that no line of a file is to blame for.
var wholeFile = map[string]bool{"unreadable": true, "missing-file": true, "missing-sentence": true, "machine": true, "bad-name": true}

// wellSaid holds what an editor may expect of every fault.
func wellSaid(t *testing.T, files fstest.MapFS, fault Fault) {
	file, there := files[fault.File]
	switch {
	case !there && !wholeFile[fault.Code]:
		t.Errorf("of a file that is not there: %q [%s]", fault, fault.Code)
	case fault.Code == "" || fault.Dutch == "" || fault.English == "":
		t.Errorf("says nothing: %q [%s]", fault, fault.Code)
	case strings.Contains(fault.Dutch+fault.English, "%!"):
		t.Errorf("badly made sentence: %q [%s]", fault, fault.Code)
	case wholeFile[fault.Code]:
	case fault.Line < 1 || fault.Column < 1 || fault.Line > bytes.Count(file.Data, []byte("\n"))+1:
		t.Errorf("stands nowhere in the file: %q [%s]", fault, fault.Code)
	}
}

// What takes the square of its length shows just below the limit; above it
// nothing is read.
func TestLoad_aLargeFileOfAnythingIsJudgedInBoundedTime(t *testing.T) {
	for name, line := range map[string]string{
		"one value": "title = \"", "nested lists": "a = [", "nested tables": "a.", "the same header": "[states.a]\n", "items": "[[states.a.choices]]\n",
		"keys": "a = 1\n", "lines of nothing": "=\n", "no text": "\xff\x00", "actions": "[states.a]\nsay = \"{{.a}}",
		"open actions": "[states.a]\nsay = \"{{if .a}}", "comments": "#\n",
	} {
		for _, size := range []int{text.MaxFile, 1 << 20} {
			if size > text.MaxFile && name != "items" {
				continue // not read, so all alike
			}
			for _, file := range []string{"flows/kliko.toml", sharedFile, "locales/kliko.en.toml", "flows/templates/hitte.toml", "flows/notices/2026-07-hitte.toml"} {
				t.Run(fmt.Sprintf("%s, %d kB in %s", name, size>>10, file), func(t *testing.T) {
					files := goodFiles(t)
					files[file] = &fstest.MapFile{Data: long(line, size)}
					judged(t, files)
				})
			}
		}
	}
}

// long repeats the last piece of a line: what opens is opened once, what
// repeats repeats.
func long(line string, size int) []byte {
	again := line
	if at := strings.LastIndexAny(line[:len(line)-1], "\"= "); at >= 0 && !strings.HasSuffix(line, "\n") {
		again = strings.TrimLeft(line[at:], "\"= ")
	}
	if again == "" {
		again = "a"
	}
	data := []byte(line)
	return append(data, bytes.Repeat([]byte(again), (size-len(data))/len(again))...)
}

// judged waits as long as the slowest machine may take, not as long as what
// grows with the square would.
func judged(t *testing.T, files fstest.MapFS) {
	done := make(chan Faults, 1)
	go func() {
		_, faults := Load(files, goodOptions())
		done <- faults
	}()
	select {
	case faults := <-done:
		if len(faults) == 0 {
			t.Error("nothing is said of it")
		}
		for _, fault := range faults {
			wellSaid(t, files, fault)
			if len(fault.Dutch) > 2*longestSentence || !utf8.ValidString(fault.Dutch) {
				t.Errorf("a sentence of %d bytes [%s]", len(fault.Dutch), fault.Code)
			}
		}
	case <-time.After(time.Minute):
		t.Fatal("not judged in a minute")
	}
}
