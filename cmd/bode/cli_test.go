package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gemeentebode/bode/bot/channel/cloudapi/fakegraph"
)

func TestCommandLine_exitCodesAndWhatIsSaid(t *testing.T) {
	empty := t.TempDir()
	for _, c := range []struct {
		args    []string
		code    int
		out, er string
	}{
		{[]string{"--help"}, exitGood, "demo", ""},
		{[]string{"nonsense"}, exitUse, "", "bode --help"},
		{[]string{"check", "../.."}, exitGood, "Geen fouten.", ""},
		{[]string{"check", empty}, exitUse, "", "no folder flows"},
		{[]string{"check", "--at", "morgen", "../.."}, exitUse, "", "2026-12-31"},
		{[]string{"draw", "--dir", "../..", "afval"}, exitGood, "<svg", ""},
		{[]string{"draw", "--dir", "../..", "--format", "mermaid", "afval"}, exitGood, "flowchart", ""},
		{[]string{"draw", "--dir", "../..", "nergens"}, exitUse, "", "choose one of: afspraak, afspraakbericht, afval"},
		{[]string{"schema"}, exitGood, "$schema", ""},
		{[]string{"serve", "--config", filepath.Join(empty, "none.toml")}, exitUse, "", "config.example.toml"},
	} {
		code, out, errs := command(t, "", c.args...)
		if code != c.code || !strings.Contains(out, c.out) || !strings.Contains(errs, c.er) {
			t.Errorf("bode %s: exit %d, out %.200q, err %.300q", strings.Join(c.args, " "), code, out, errs)
		}
	}
}

// broken is the shipped bundle with one mistake planted.
func broken(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(filepath.Join(dir, "flows"), os.DirFS("../../flows")); err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(filepath.Join(dir, "locales"), os.DirFS("../../locales")); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "flows/afval.toml")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	wrong := strings.Replace(string(text), `"toon"`, `"tonn"`, 1)
	if wrong == string(text) {
		t.Fatal("nothing to break: afval.toml has no target toon")
	}
	if err := os.WriteFile(file, []byte(wrong), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestCheck_namesTheMistakeInEachFormat(t *testing.T) {
	dir := broken(t)
	code, out, _ := command(t, "", "check", dir)
	if code != exitFaults || !strings.Contains(out, "flows/afval.toml:") || !strings.Contains(out, `Bedoelt u "toon"?`) {
		t.Errorf("text: exit %d: %s", code, out)
	}
	code, out, _ = command(t, "", "check", "--format", "json", dir)
	var faults []struct {
		File         string
		Line, Column int
		Code         string
	}
	if err := json.Unmarshal([]byte(out), &faults); code != exitFaults || err != nil || len(faults) == 0 || faults[0].Line == 0 {
		t.Errorf("json: exit %d, error %v: %s", code, err, out)
	}
	if _, out, _ = command(t, "", "check", "--format", "github", "--lang", "en", dir); !strings.HasPrefix(out, "::error file=flows/afval.toml,line=") {
		t.Errorf("github: %s", out)
	}
}

func TestKeys_areNeverOverwritten(t *testing.T) {
	file := filepath.Join(t.TempDir(), "bode.keys")
	if code, _, errs := command(t, "", "keys", "new", file); code != exitGood {
		t.Fatal(errs)
	}
	before, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, error %v", info.Mode(), err)
	}
	code, _, errs := command(t, "", "keys", "new", file)
	after, _ := os.ReadFile(file)
	if code != exitUse || !strings.Contains(errs, "never overwritten") || string(before) != string(after) {
		t.Errorf("exit %d: %s", code, errs)
	}
}

func TestPublish_aBrokenFlowNeverGoesLiveAndRollbackGoesBack(t *testing.T) {
	in := newInstallation(t, filepath.Join(t.TempDir(), "bode.db"), fakegraph.Config{})
	config := filepath.Join(in.dir, "config.toml")
	publish := func(args ...string) (int, string, string) {
		return command(t, "", append([]string{"publish", "--config", config}, args...)...)
	}
	code, out, errs := publish("../..")
	if code != exitGood || !strings.Contains(out, "Conversations under way: 0") || !strings.Contains(out, "Live: ") {
		t.Fatalf("exit %d: %s %s", code, out, errs)
	}
	if code, _, errs := publish("--rollback"); code == exitGood {
		t.Error("rolled back to before the first")
	} else if errs == "" {
		t.Error("nothing is said about it")
	}
	if code, _, errs := publish(broken(t)); code != exitFaults || !strings.Contains(errs, "tonn") || !strings.Contains(errs, "stays as it is") {
		t.Errorf("a broken bundle: exit %d: %s", code, errs)
	}
	pulled := t.TempDir()
	if code, _, errs := publish("--pull", pulled); code != exitGood {
		t.Fatal(errs)
	}
	ours, err1 := os.ReadFile("../../flows/afval.toml")
	live, err2 := os.ReadFile(filepath.Join(pulled, "flows/afval.toml"))
	if err1 != nil || err2 != nil || string(ours) != string(live) {
		t.Errorf("the live bundle is not what was published: %v %v", err1, err2)
	}
}

func TestDoctor_saysWhatIsWrongAndWhatToDo(t *testing.T) {
	in := newInstallation(t, filepath.Join(t.TempDir(), "bode.db"), fakegraph.Config{})
	config := filepath.Join(in.dir, "config.toml")
	if code, out, errs := command(t, "", "doctor", "--config", config); code != exitGood || !strings.Contains(out, "Nothing is wrong") {
		t.Errorf("a good installation: exit %d: %s %s", code, out, errs)
	}
	if err := os.Remove(filepath.Join(in.dir, "token")); err != nil {
		t.Fatal(err)
	}
	code, out, _ := command(t, "", "doctor", "--config", config)
	if code != exitFaults || !strings.Contains(out, "WRONG") || !strings.Contains(out, "token_file") || !strings.Contains(out, "What to do") {
		t.Errorf("without a token: exit %d: %s", code, out)
	}
}

func TestChat_holdsAConversationInTheTerminal(t *testing.T) {
	code, out, errs := command(t, "wanneer wordt de kliko geleegd 3511ln 12\nstop\n", "chat", "--at", "2026-11-23")
	if code != exitGood || !strings.Contains(out, "Domplein 12") || !strings.Contains(out, "gewist") {
		t.Errorf("exit %d: %s %s", code, out, errs)
	}
}

func TestConfig_namesEveryMistakeAtOnce(t *testing.T) {
	in := newInstallation(t, filepath.Join(t.TempDir(), "bode.db"), fakegraph.Config{})
	in.write("bad.toml", "[municipality]\nnaam = \"x\"\n[service]\nmodus = \"open\"\n")
	_, _, errs := command(t, "", "serve", "--config", filepath.Join(in.dir, "bad.toml"))
	if !strings.Contains(errs, "bad.toml:2:1") || !strings.Contains(errs, "bad.toml:4:1") {
		t.Errorf("unknown keys: %s", errs)
	}
	in.write("bad.toml", "[service]\nmode = \"half\"\nper_second = -1\n")
	_, _, errs = command(t, "", "serve", "--config", filepath.Join(in.dir, "bad.toml"))
	for _, want := range []string{"name is empty", "vertical", "closed, test or open", "per_second", "phone_number_id"} {
		if !strings.Contains(errs, want) {
			t.Errorf("%q is not named in: %s", want, errs)
		}
	}
}

func TestConfigExample_isReadAsItStands(t *testing.T) {
	if _, err := readConfig("../../config.example.toml"); err != nil {
		t.Error(err)
	}
}
