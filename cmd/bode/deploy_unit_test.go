package main

import (
	"bytes"
	"debug/elf"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/alecthomas/kong"
	"go.yaml.in/yaml/v4"

	"github.com/gemeentebode/bode/bot/channel/cloudapi/fakegraph"
)

// understood tells whether the command line takes these words.
func understood(words []string) error {
	parser, err := commandLine(&commands{}, kong.Writers(io.Discard, io.Discard), kong.Exit(func(int) {}))
	if err != nil {
		return err
	}
	_, err = parser.Parse(words)
	return err
}

// Every command that the files of deploy give, or tell an operator to give, is one.
func TestDeploy_everyCommandExists(t *testing.T) {
	var lines [][]string
	for _, m := range regexp.MustCompile(`(?m)^ExecStart=/usr/local/bin/bode (.*)$`).FindAllStringSubmatch(deployed(t, "bode.service"), -1) {
		lines = append(lines, strings.Fields(m[1]))
	}
	docker := deployed(t, "Dockerfile")
	for _, m := range regexp.MustCompile(`(?m)CMD (\[.*\])$`).FindAllStringSubmatch(docker, -1) {
		var words []string
		if err := json.Unmarshal([]byte(m[1]), &words); err != nil {
			t.Fatal(err)
		}
		if words[0] == "/bode" {
			words = words[1:]
		}
		lines = append(lines, words)
	}
	for _, s := range composed(t).Services {
		if len(s.Command) > 0 {
			lines = append(lines, s.Command)
		}
		if test := s.Healthcheck.Test; len(test) > 1 && test[1] == "/bode" {
			lines = append(lines, test[2:])
		}
	}
	if len(lines) != 6 {
		t.Errorf("%d commands were found, want 6: %v", len(lines), lines)
	}
	for _, m := range regexp.MustCompile("`bode ([^`]*)`").FindAllStringSubmatch(deployed(t, "RUNBOOK.md"), -1) {
		lines = append(lines, strings.Fields(strings.ReplaceAll(m[1], "…", "tekst")))
	}
	for _, words := range lines {
		bare := len(words) == 1 && words[0] == "backup" || len(words) == 2 && words[0] == "keys" // their folder or file is the operator's
		if err := understood(words); err != nil && !bare {
			t.Errorf("bode %s: %v", strings.Join(words, " "), err)
		}
	}
	if err := understood([]string{"no-such-command"}); err == nil {
		t.Error("anything is understood")
	}
}

type composeFile struct {
	Services map[string]struct {
		Command     []string
		Secrets     []string
		Networks    []string
		Ports       []string
		ReadOnly    bool     `yaml:"read_only"`
		CapDrop     []string `yaml:"cap_drop"`
		Grace       string   `yaml:"stop_grace_period"`
		Healthcheck struct{ Test []string }
	}
	Networks, Volumes, Secrets map[string]any
}

func composed(t *testing.T) (c composeFile) {
	t.Helper()
	if err := yaml.Unmarshal([]byte(deployed(t, "compose.yaml")), &c); err != nil {
		t.Fatal(err)
	}
	return c
}

func TestDeploy_composeNamesWhatItHas(t *testing.T) {
	c := composed(t)
	for name, s := range c.Services {
		for _, n := range s.Networks {
			if _, there := c.Networks[n]; !there {
				t.Errorf("%s: no network %s", name, n)
			}
		}
		for _, n := range s.Secrets {
			if _, there := c.Secrets[n]; !there {
				t.Errorf("%s: no secret %s", name, n)
			}
		}
		for _, port := range s.Ports {
			if strings.Contains(port, "8081") {
				t.Errorf("%s publishes the internal side: %s", name, port)
			}
		}
	}
	for _, name := range []string{"migrate", "serve"} {
		if s := c.Services[name]; !s.ReadOnly || len(s.CapDrop) != 1 || s.CapDrop[0] != "ALL" {
			t.Errorf("%s can write or has capabilities: %+v", name, s)
		}
	}
	if grace, err := time.ParseDuration(c.Services["serve"].Grace); err != nil || grace <= shutdownLimit {
		t.Errorf("serve is given %v to stop; it takes up to %v", grace, shutdownLimit)
	}
}

func TestDeploy_theUnitIsOneOfSystemd(t *testing.T) {
	unit := deployed(t, "bode.service")
	stop := regexp.MustCompile(`(?m)^TimeoutStopSec=(\d+)$`).FindStringSubmatch(unit)
	if stop == nil {
		t.Fatal("no TimeoutStopSec")
	}
	if limit, _ := time.ParseDuration(stop[1] + "s"); limit <= shutdownLimit {
		t.Errorf("it is given %v to stop; it takes up to %v", limit, shutdownLimit)
	}
	// What an operator runs beside the service reads the same files, also while it is stopped.
	if strings.Contains(unit, "/run/credentials") {
		t.Error("a secret is where only a service that runs has it")
	}
	for _, setting := range []string{"keys_file", "database_file", "token_file", "verify_token_file", "secret_file"} {
		if !regexp.MustCompile(`(?m)^#.*\b` + setting + ` = "/etc/bode/secrets/[a-z-]+"$`).MatchString(unit) {
			t.Errorf("it does not say where the file of %s is", setting)
		}
	}
	analyze, err := exec.LookPath("systemd-analyze")
	if err != nil {
		t.Log("no systemd-analyze here: the unit's own settings only")
		return
	}
	copied := filepath.Join(t.TempDir(), "bode.service")
	if err := os.WriteFile(copied, []byte(strings.ReplaceAll(unit, "/usr/local/bin/bode", os.Args[0])), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(analyze, "verify", "--man=no", "--recursive-errors=no", copied).CombinedOutput()
	if err != nil || bytes.Contains(out, []byte("Unknown")) {
		t.Errorf("systemd-analyze verify: %v\n%s", err, out)
	}
}

// The program needs nothing of the system that it runs on: it starts in an
// empty folder as its root, and knows Amsterdam's time there.
func TestDeploy_theProgramRunsInAnEmptyFolder(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("only root can change the root of a process")
	}
	root := t.TempDir()
	program := staticProgram(t)
	if err := os.Link(program, filepath.Join(root, "bode")); err != nil {
		data, err := os.ReadFile(program)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(root, "bode"), data, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	in := newInstallation(t, filepath.Join(root, "bode.db"), fakegraph.Config{})
	config, err := os.ReadFile(filepath.Join(in.dir, "config.toml"))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{"keys": string(in.keys.Encode()), "token": "t", "verify": "v", "secret": "s",
		"config.toml": strings.ReplaceAll(string(config), in.database, "/bode.db")}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(root, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	inside := func(args ...string) string {
		cmd := exec.Command("/bode", args...)
		cmd.Dir, cmd.Env = "/", []string{asBode + "=1", "USER=anna", "HOME=/"}
		cmd.SysProcAttr = &syscall.SysProcAttr{Chroot: root}
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("bode %s: %v\n%s", strings.Join(args, " "), err, out)
		}
		return string(out)
	}
	inside("migrate", "--config", "/config.toml")
	out := inside("close", "--config", "/config.toml", "--until", "2099-07-01 08:00")
	closing, err := in.open().Closing(t.Context())
	if err != nil || !closing.Until.Equal(time.Date(2099, 7, 1, 6, 0, 0, 0, time.UTC)) || !strings.Contains(out, "until 2099-07-01 08:00") {
		t.Errorf("Amsterdam's summer is not known there: until %s, error %v: %s", closing.Until, err, out)
	}
}

// staticProgram is this test's own program where that is static, else one that
// is built as the Dockerfile builds it, which takes a while.
func staticProgram(t *testing.T) string {
	t.Helper()
	if isStatic(t, os.Args[0]) {
		return os.Args[0]
	}
	if os.Getenv("BODE_TEST_FULL") != "1" {
		t.Skip("this test program needs the system's libraries; BODE_TEST_FULL=1 builds one that does not, as does a machine without a C compiler")
	}
	built := filepath.Join(t.TempDir(), "bode")
	build := exec.Command("go", "build", "-trimpath", "-o", built, ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if !isStatic(t, built) {
		t.Fatal("built with CGO_ENABLED=0 and not static")
	}
	return built
}

func isStatic(t *testing.T, path string) bool {
	t.Helper()
	file, err := elf.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for _, p := range file.Progs {
		if p.Type == elf.PT_INTERP {
			return false
		}
	}
	return true
}
