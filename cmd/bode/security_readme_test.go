package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	testNamed = regexp.MustCompile("`((?:Test|Fuzz)[A-Za-z0-9_]+)`")
	testThere = regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)[A-Za-z0-9_]+)\(`)
)

func TestReadme_everyThreatHasATestThatIsThere(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, found := strings.Cut(string(readme), "| threat |")
	table, _, ends := strings.Cut(table, "\n\n")
	if !found || !ends {
		t.Fatal("the README has no table of threats")
	}
	there := testsThere(t)
	rows := strings.Split(table, "\n")[2:] // its head and the line below
	if len(rows) < 20 {
		t.Errorf("%d threats", len(rows))
	}
	for _, row := range rows {
		named := testNamed.FindAllStringSubmatch(row, -1)
		if len(named) == 0 {
			t.Errorf("no test: %s", row)
		}
		for _, n := range named {
			if !there[n[1]] {
				t.Errorf("%s is nowhere: %s", n[1], row)
			}
		}
	}
}

// testsThere are the names of every test of the repository.
func testsThere(t *testing.T) map[string]bool {
	t.Helper()
	there := map[string]bool{}
	for _, dir := range []string{"bot", "cmd", "store", "flows", "locales"} {
		err := filepath.WalkDir(filepath.Join("../..", dir), func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || !strings.HasSuffix(path, "_test.go") {
				return err
			}
			source, err := os.ReadFile(path)
			for _, name := range testThere.FindAllStringSubmatch(string(source), -1) {
				there[name[1]] = true
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return there
}
