package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pelletier/go-toml/v2"

	"github.com/gemeentebode/bode/bot/channel/cloudapi/fakegraph"
)

// accounted is a folder with the example configuration and one processor.
func accounted(t *testing.T, more string) (dir, config string) {
	t.Helper()
	dir = t.TempDir()
	example, err := os.ReadFile("../../config.example.toml")
	if err != nil {
		t.Fatal(err)
	}
	config = filepath.Join(dir, "config.toml")
	if err := os.WriteFile(config, append(example, more...), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir, config
}

func TestAccountability_writesTheDocumentsInBothLanguages(t *testing.T) {
	dir, config := accounted(t, "\n[[privacy.processors]]\nname = \"Hosting BV\"\nrole = \"draait de servers\"\nregion = \"Nederland\"\nagreement = \"2026-01\"\n")
	code, out, errs := command(t, "", "accountability", "../..", "--config", config, "--out", filepath.Join(dir, "docs"))
	if code != exitGood {
		t.Fatalf("exit %d: %s", code, errs)
	}
	for name, want := range map[string]string{
		"nl/verwerkingsregister.md": "## Ophaaldagen (`afval`)", "en/register-of-processing.md": "30 days after it was handled; what is open stays",
		"nl/dpia-bijlage.md": "TestMask_corpus", "en/dpia-annex.md": "Kinds of data",
		"nl/verwerkers.md": "| Hosting BV | draait de servers | Nederland | 2026-01 |", "en/processors.md": "| Hosting BV |",
		"nl/algoritmeregister.md": "Gemeente Voorbeeldstad", "en/algorithm-register.md": "There is no language model",
		"nl/bewaartermijnen.md": "| Berichten van bewoners, antwoorden aan hen en berichten waarvoor zij zich aanmeldden | 28 dagen | `[retention] texts` |",
		"en/retention.md":       "| Appointments | 7 days after the appointment | `[retention] bookings` |",
		"nl/teksten.md":         "`engine.greeting`", "en/texts.md": "`afval.adres.text`",
	} {
		text, err := os.ReadFile(filepath.Join(dir, "docs", name))
		if err != nil || !strings.Contains(string(text), want) || !strings.Contains(out, filepath.FromSlash(name)) {
			t.Errorf("%s, %v: lacks %q", name, err, want)
		}
	}
}

func TestAccountability_tellsWhatChangedSinceAFolder(t *testing.T) {
	dir, config := accounted(t, "")
	for _, folder := range []string{"flows", "locales"} {
		if err := os.CopyFS(filepath.Join(dir, folder), os.DirFS("../../"+folder)); err != nil {
			t.Fatal(err)
		}
	}
	change(t, filepath.Join(dir, "locales/bode.en.toml"), "Hello.", "Good day.")
	code, out, errs := command(t, "", "accountability", dir, "--config", config, "--since", "../..")
	if code != exitGood || !strings.Contains(out, "~ engine.greeting (en)\n    - Hello.\n    + Good day.\n") || strings.Count(out, "~") != 1 {
		t.Errorf("exit %d: %s%s", code, out, errs)
	}
	code, out, _ = command(t, "", "accountability", dir, "--config", config, "--since", dir, "--lang", "en")
	if code != exitGood || out != "No difference in what is said or asked.\n" {
		t.Errorf("with itself: exit %d: %s", code, out)
	}
}

func change(t *testing.T, file, old, new string) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil || !strings.Contains(string(text), old) {
		t.Fatalf("%s has no %q: %v", file, old, err)
	}
	if err := os.WriteFile(file, []byte(strings.Replace(string(text), old, new, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestAccountability_tellsWhatChangedSinceWhatWasPublished(t *testing.T) {
	in := newInstallation(t, filepath.Join(t.TempDir(), "bode.db"), fakegraph.Config{})
	config := filepath.Join(in.dir, "config.toml")
	code, out, errs := command(t, "", "publish", "../..", "--config", config)
	if code != exitGood {
		t.Fatalf("publish: exit %d: %s", code, errs)
	}
	_, hash, _ := strings.Cut(out, "Live: ")
	code, out, errs = command(t, "", "accountability", "../..", "--config", config, "--since", hash[:12])
	if code != exitGood || !strings.HasPrefix(out, "Geen verschil") {
		t.Errorf("exit %d: %s%s", code, out, errs)
	}
	code, _, errs = command(t, "", "accountability", "../..", "--config", config, "--since", "000000000000")
	if code != exitUse || !strings.Contains(errs, "000000000000 is no folder, and not the beginning of the hash") {
		t.Errorf("an unknown hash: exit %d: %s", code, errs)
	}
}

func TestAccountability_saysWhatIsMissing(t *testing.T) {
	_, config := accounted(t, "\n[[privacy.processors]]\nrole = \"hosting\"\n")
	code, _, errs := command(t, "", "accountability", "../..", "--config", config, "--out", t.TempDir())
	if code != exitUse || !strings.Contains(errs, "[[privacy.processors]] number 1 has no name") {
		t.Errorf("exit %d: %s", code, errs)
	}
	if code, _, errs = command(t, "", "accountability", "../.."); code != exitUse || !strings.Contains(errs, "--out DIR") {
		t.Errorf("exit %d: %s", code, errs)
	}
}

// What stands in the example as a comment must be right when the mark is taken away.
func TestConfigExample_theCommentedProcessorsAreRead(t *testing.T) {
	example, err := os.ReadFile("../../config.example.toml")
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for line := range strings.Lines(string(example)) {
		for _, key := range []string{"[[privacy.processors]]", "name      =", "role      =", "region    =", "agreement ="} {
			if rest, ok := strings.CutPrefix(line, "# "); ok && strings.HasPrefix(rest, key) {
				lines = append(lines, rest)
			}
		}
	}
	c := defaultConfig()
	if err := toml.Unmarshal([]byte(strings.Join(lines, "")), c); err != nil || len(c.Privacy.Processors) != 3 {
		t.Fatalf("%d processors: %v", len(c.Privacy.Processors), err)
	}
	for _, p := range c.Privacy.Processors {
		if p.Name == "" || p.Role == "" || p.Region == "" || p.Agreement == "" {
			t.Errorf("%q is not whole", p.Name)
		}
	}
}
