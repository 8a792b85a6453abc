package text_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/gemeentebode/bode/bot/text"
)

func folder(files map[string]string) fstest.MapFS {
	out := fstest.MapFS{}
	for name, content := range files {
		out[name] = &fstest.MapFile{Data: []byte(content)}
	}
	return out
}

func TestCatalog_findsTextsFlatAndNested(t *testing.T) {
	dutch := "Wat is uw adres?"
	catalog, problems := text.ReadCatalog(folder(map[string]string{
		"locales/embed.go": "package locales",
		"locales/afval.en.toml": `# waste
[afval]
title = "Waste"

[afval.adres.text]
hash  = "` + text.Hash(dutch) + `"
other = "What is your address?"

[afval.toon]
text = "At {{.adres}}"
choice.herinner_mij = "Remind me"
description.other = "later"

[afval.oud.text]
hash = "sha1-0000"
other = """
An old
translation"""

[afval.leeg]
text = ""
`,
		"locales/bode.nl.toml": "engine.invalid.date = \"Dat is geen datum.\"\n\"engine.invalid.time\" = \"Dat is geen tijd.\"\n",
		"locales/leeg.nl.toml": "",
		"locales/kaal.en.toml": "# nothing yet\n",
	}), []string{"nl", "en"})
	if len(problems) > 0 {
		t.Fatalf("problems: %+v", problems)
	}
	for _, c := range []struct {
		language, id, dutch, want string
		state                     text.State
		line, column              int
	}{
		{"en", "afval.title", "Afval", "Waste", text.Found, 3, 9},
		{"en", "afval.adres.text", dutch, "What is your address?", text.Found, 7, 9},
		{"en", "afval.adres.text", "Wat is uw postcode?", "What is your address?", text.Stale, 7, 9},
		{"en", "afval.toon.text", "Bij {{.adres}}", "At {{.adres}}", text.Found, 10, 8},
		{"en", "afval.toon.choice.herinner_mij", "Herinner mij", "Remind me", text.Found, 11, 23},
		{"en", "afval.toon.description", "straks", "later", text.Found, 12, 21},
		{"en", "afval.oud.text", "Nieuw", "An old\ntranslation", text.Stale, 16, 9},
		{"en", "afval.leeg.text", "x", "", text.Missing, 0, 0},
		{"en", "afval.geen.text", "x", "", text.Missing, 0, 0},
		{"tr", "afval.title", "Afval", "", text.Missing, 0, 0},
		{"nl", "engine.invalid.date", "", "Dat is geen datum.", text.Found, 1, 23},
		{"nl", "engine.invalid.time", "", "Dat is geen tijd.", text.Found, 2, 25},
	} {
		got, state := catalog.Find(c.language, c.id, c.dutch)
		if got != c.want || state != c.state {
			t.Errorf("%s %s: got %q, %v; want %q, %v", c.language, c.id, got, state, c.want, c.state)
		}
		if at := catalog.Where(c.language, c.id); at.Line != c.line || at.Column != c.column {
			t.Errorf("%s %s: stands at %+v, want %d:%d", c.language, c.id, at, c.line, c.column)
		}
	}
}

func TestCatalog_listsWhatNobodyUses(t *testing.T) {
	catalog, _ := text.ReadCatalog(folder(map[string]string{
		"locales/afval.en.toml": "afval.title = \"Waste\"\nafval.adress.text = \"What?\"\nzzz = \"?\"\n",
	}), []string{"nl", "en"})
	if diff := cmp.Diff([]string{"afval.adress.text", "afval.title", "zzz"}, catalog.IDs("en")); diff != "" {
		t.Error(diff)
	}
	want := []text.Orphan{
		{Place: text.Place{File: "locales/afval.en.toml", Line: 2, Column: 21}, Language: "en", ID: "afval.adress.text", Near: "afval.adres.text"},
		{Place: text.Place{File: "locales/afval.en.toml", Line: 3, Column: 7}, Language: "en", ID: "zzz"},
	}
	if diff := cmp.Diff(want, catalog.Unused([]string{"afval.title", "afval.adres.text"})); diff != "" {
		t.Error(diff)
	}
}

func TestCatalog_problemsNameTheirPlace(t *testing.T) {
	for _, c := range []struct {
		says, file, content, code, dutch string
		line                             int
	}{
		{"a language that the town does not have", "locales/afval.fr.toml", "a = \"b\"", "locale-language", `de taal "fr"`, 0},
		{"a language that is nearly one", "locales/afval.enn.toml", "a = \"b\"", "locale-language", `Bedoelt u "en"?`, 0},
		{"no language", "locales/afval.toml", "a = \"b\"", "locale-name", "afval.en.toml", 0},
		{"not TOML", "locales/afval.en.toml", "a = \"b\"\nc = \n", "locale-syntax", "geldige TOML", 2},
		{"a word of go-i18n among others", "locales/afval.en.toml", "[x]\na = \"b\"\n\n[afval.toon]\ntext = \"a\"\ndescription = \"b\"\n", "locale-shape", "go-i18n", 6},
		{"plural forms", "locales/afval.en.toml", "[a]\none = \"bin\"\nother = \"bins\"\n", "locale-plural", "gebruik if", 3},
		{"a number for a text", "locales/afval.en.toml", "a = 3\n", "locale-shape", "go-i18n", 1},
		{"a list among translations", "locales/afval.en.toml", "[x]\na = \"b\"\n[y]\nb = [1]\n", "locale-shape", "go-i18n", 4},
		{"more than anybody writes", "locales/afval.en.toml", strings.Repeat("#", text.MaxFile) + "\n", "too-large", "256 kB", 1},
	} {
		t.Run(c.says, func(t *testing.T) {
			_, problems := text.ReadCatalog(folder(map[string]string{c.file: c.content}), []string{"nl", "en"})
			if len(problems) != 1 {
				t.Fatalf("problems: %+v", problems)
			}
			p := problems[0]
			if p.File != c.file || p.Line != c.line || p.Code != c.code || !strings.Contains(p.Dutch, c.dutch) || p.English == "" {
				t.Errorf("got %+v", p)
			}
		})
	}
}

func TestCatalog_theSameTextTwice(t *testing.T) {
	catalog, problems := text.ReadCatalog(folder(map[string]string{
		"locales/a.en.toml": "\nx = \"first\"", "locales/b.en.toml": "x = \"second\"",
	}), []string{"en"})
	if len(problems) != 1 || problems[0].File != "locales/b.en.toml" || !strings.Contains(problems[0].Dutch, "locales/a.en.toml:2") {
		t.Errorf("problems: %+v", problems)
	}
	if got, _ := catalog.Find("en", "x", ""); got != "first" {
		t.Errorf("got %q", got)
	}
}

func TestHash_isGoI18ns(t *testing.T) {
	// The known answer of FIPS 180 for "abc", behind the prefix of goi18n merge.
	if got := text.Hash("abc"); got != "sha1-a9993e364706816aba3e25717850c26c9cd0d89d" {
		t.Errorf("got %s", got)
	}
}
