package main

import (
	"io"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

// readmeParser is the command line as main has it.
func readmeParser(t *testing.T) *kong.Kong {
	t.Helper()
	var cli commands
	parser, err := commandLine(&cli, kong.Writers(io.Discard, io.Discard), kong.Exit(func(int) {}))
	if err != nil {
		t.Fatal(err)
	}
	return parser
}

func readmeText(t *testing.T) string {
	t.Helper()
	data, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// shellWords splits a command line at spaces, quotes kept
// together, up to a comment or what is for the shell.
func shellWords(line string) (words []string) {
	for _, w := range regexp.MustCompile(`"[^"]*"|'[^']*'|\S+`).FindAllString(line, -1) {
		if strings.HasPrefix(w, "#") || w == "&" {
			break
		}
		words = append(words, strings.Trim(w, `"'`))
	}
	return words
}

// ours gives what follows the name of the program, where a line calls it.
func ours(words []string) ([]string, bool) {
	for _, call := range []string{"go run ./cmd/bode", "./bode", "bode"} {
		if name := strings.Fields(call); len(words) > len(name) && strings.Join(words[:len(name)], " ") == call {
			return words[len(name):], true
		}
	}
	return nil, false
}

func TestReadme_everyCommandLineInABlockCanBeGiven(t *testing.T) {
	found := 0
	inBlock := false
	for line := range strings.Lines(readmeText(t)) {
		if strings.HasPrefix(strings.TrimSpace(line), "```") {
			inBlock = !inBlock
			continue
		}
		args, is := ours(shellWords(line))
		if !inBlock || !is {
			continue
		}
		found++
		if _, err := readmeParser(t).Parse(args); err != nil {
			t.Errorf("%s: %v", strings.TrimSpace(line), err)
		}
	}
	if found < 15 {
		t.Errorf("only %d command lines were found: the test looks in the wrong place", found)
	}
}

var inlineCode = regexp.MustCompile("`([^`\n]+)`")

// A command in running text may have placeholders: its name and its flags must exist.
func TestReadme_everyCommandInTheTextExists(t *testing.T) {
	found := 0
	for _, m := range inlineCode.FindAllStringSubmatch(readmeText(t), -1) {
		args, is := ours(shellWords(m[1]))
		if !is {
			continue
		}
		found++
		for _, name := range strings.Split(args[0], "|") {
			node := commandNode(readmeParser(t).Model.Node, name)
			if node == nil {
				t.Errorf("`%s`: there is no bode %s", m[1], name)
				continue
			}
			checkRest(t, m[1], node, args[1:])
		}
	}
	if found < 30 {
		t.Errorf("only %d commands were found: the test looks in the wrong place", found)
	}
}

func commandNode(parent *kong.Node, name string) *kong.Node {
	for _, child := range parent.Children {
		if child.Name == name {
			return child
		}
	}
	return nil
}

// checkRest follows subcommands as far as they go, and looks up every flag.
func checkRest(t *testing.T, whole string, node *kong.Node, rest []string) {
	t.Helper()
	if len(node.Children) > 0 && len(rest) > 0 && !strings.HasPrefix(rest[0], "-") {
		for _, name := range strings.Split(rest[0], "|") {
			if child := commandNode(node, name); child == nil {
				t.Errorf("`%s`: bode %s has no %s", whole, node.Name, name)
			} else {
				checkRest(t, whole, child, rest[1:])
			}
		}
		return
	}
	for _, word := range rest {
		name, _, _ := strings.Cut(strings.TrimPrefix(word, "--"), "=")
		if !strings.HasPrefix(word, "--") || name == "help" {
			continue
		}
		known := false
		for _, group := range node.AllFlags(true) {
			for _, f := range group {
				known = known || f.Name == name
			}
		}
		if !known {
			t.Errorf("`%s`: bode %s has no --%s", whole, node.Name, name)
		}
	}
}

// Every file or folder that the text links to is there.
func TestReadme_everyLinkLeadsSomewhere(t *testing.T) {
	text := readmeText(t)
	for _, m := range regexp.MustCompile(`\]\(([^)#]+)\)`).FindAllStringSubmatch(text, -1) {
		if strings.HasPrefix(m[1], "http") {
			continue
		}
		if _, err := os.Stat("../../" + m[1]); err != nil {
			t.Errorf("%s: %v", m[1], err)
		}
	}
	for _, m := range regexp.MustCompile(`\]\(#([^)]+)\)`).FindAllStringSubmatch(text, -1) {
		if !readmeHeading(text, m[1]) {
			t.Errorf("no heading #%s", m[1])
		}
	}
}

// readmeHeading tells whether a heading has this anchor, by GitHub's rule.
func readmeHeading(text, anchor string) bool {
	for _, h := range regexp.MustCompile(`(?m)^#+ (.+)$`).FindAllStringSubmatch(text, -1) {
		plain := regexp.MustCompile(`[^a-z0-9 -]`).ReplaceAllString(strings.ToLower(h[1]), "")
		if strings.ReplaceAll(plain, " ", "-") == anchor {
			return true
		}
	}
	return false
}
