package main

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"path"
	"strings"
	"testing"
)

const module = "github.com/gemeentebode/bode/"

// house is the import table of the design: what each package may import of
// ours. A pattern ends in * where each folder below it is one package.
var house = []struct{ pkg, may string }{
	{"bot", ""},
	{"bot/privacy", "bot"},
	{"bot/privacy/privacytest", ""},
	{"bot/text", "bot"},
	{"bot/flow", "bot bot/privacy bot/text"},
	{"bot/account", "bot bot/flow bot/text"},
	{"bot/engine", "bot bot/flow bot/text"},
	{"bot/group", ""},
	{"bot/engine/floor", "bot/flow"},
	{"bot/inbox", "bot bot/group bot/privacy"},
	{"bot/outbox", "bot bot/group bot/privacy"},
	{"bot/outward", ""},
	{"bot/notify/feed", "bot bot/outward"},
	{"bot/notify", "bot bot/privacy"},
	{"bot/desk", "bot bot/privacy"},
	{"bot/browsertest", ""},
	{"bot/channel/cloudapi/fakegraph", "bot bot/channel/cloudapi"},
	{"bot/channel/notifynl/fakenotify", ""},
	{"bot/channel/*", "bot bot/outward"},
	{"bot/service/*", "bot bot/outward bot/service/*"},
	{"store/storetest", "bot store store/throwaway"},
	{"store/throwaway", ""},
	{"store", "bot"},
	{"bot/dialogue/memory", "bot bot/service/appointment"},
	{"bot/dialogue", "bot bot/engine bot/flow bot/privacy"},
	{"bot/studio", "bot bot/engine bot/flow bot/privacy"},
	{"flows", ""},
	{"locales", ""},
}

func TestHouse_everyPackageImportsOnlyWhatTheTableAllows(t *testing.T) {
	for pkg, imports := range ourImports(t) {
		if strings.HasPrefix(pkg, "cmd/") {
			continue
		}
		may, known := allowed(pkg)
		if !known {
			t.Errorf("%s stands in no row of the house's table: give it one, or a place in a package that has one", pkg)
		}
		for _, imported := range imports {
			if !matches(strings.Fields(may), imported) {
				t.Errorf("%s imports %s; the house allows it: %q", pkg, imported, may)
			}
		}
	}
}

func allowed(pkg string) (string, bool) {
	for _, row := range house {
		if ok, _ := path.Match(row.pkg, pkg); ok {
			return row.may, true
		}
	}
	return "", false
}

func matches(patterns []string, pkg string) bool {
	for _, p := range patterns {
		if ok, _ := path.Match(p, pkg); ok {
			return true
		}
	}
	return false
}

// ourImports lists the packages of this module with those of ours they import.
func ourImports(t *testing.T) map[string][]string {
	t.Helper()
	out, err := exec.Command("go", "list", "-json=ImportPath,Imports", "../../...").Output()
	if err != nil {
		t.Fatal(err)
	}
	found := map[string][]string{}
	for decoder := json.NewDecoder(strings.NewReader(string(out))); ; {
		var pkg struct {
			ImportPath string
			Imports    []string
		}
		if err := decoder.Decode(&pkg); errors.Is(err, io.EOF) {
			return found
		} else if err != nil {
			t.Fatal(err)
		}
		name := strings.TrimPrefix(pkg.ImportPath, module)
		found[name] = nil
		for _, imported := range pkg.Imports {
			if rest, ours := strings.CutPrefix(imported, module); ours {
				found[name] = append(found[name], rest)
			}
		}
	}
}
