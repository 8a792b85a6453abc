// Package account tells a privacy officer what a bundle asks, says, passes on
// and keeps, in Dutch and in English, derived from the bundle itself so that
// it cannot be forgotten. It reads no resident's data, asks no clock and
// knows no flow by name: the same bundle gives the same files.
//
// It is a package of its own because it stands beside the engine and the
// studio: it reads the flows as they do, and needs neither of them.
package account

import (
	"slices"

	"github.com/gemeentebode/bode/bot/flow"
)

// Both is a sentence in the two languages of the documents.
type Both struct{ Dutch, English string }

// Account is what the documents are made from: a bundle, and what the
// installation knows of itself.
type Account struct {
	Bundle     *flow.Bundle
	Controller string // who answers for the processing
	DPO        string // how the data protection officer is reached
	Statement  string // the page that tells residents
	Processors []Processor
	Kept       []Kept
	Services   map[string]Service // by the part of an operation's name before the dot
}

// Processor handles residents' data on the municipality's instruction (AVG art. 28).
type Processor struct {
	Name      string `toml:"name"`
	Role      string `toml:"role"`
	Region    string `toml:"region"`
	Agreement string `toml:"agreement"`
}

// Kept is one row of the retention table. Set is where the time stands: a key
// of the configuration, or the constant in the program.
type Kept struct {
	What, HowLong Both
	Set           string
}

// Service is what an installation does with what a flow hands to a service:
// how long that is kept, and who sees it.
type Service struct{ Keeps, Seen Both }

// File is one document. Name is its path below the folder of the documents.
type File struct{ Name, Text string }

// language is one of the two of the documents.
type language string

const (
	dutch   language = "nl"
	english language = "en"
)

// of chooses the sentence in this language.
func (l language) of(nl, en string) string {
	if l == dutch {
		return nl
	}
	return en
}

func (l language) both(b Both) string { return l.of(b.Dutch, b.English) }

// Files gives the documents, those in Dutch first.
func (a Account) Files() []File {
	documents := []struct {
		name  Both
		write func(*page)
	}{
		{Both{"verwerkingsregister", "register-of-processing"}, a.register},
		{Both{"dpia-bijlage", "dpia-annex"}, a.dpia},
		{Both{"verwerkers", "processors"}, a.processors},
		{Both{"algoritmeregister", "algorithm-register"}, a.algorithm},
		{Both{"bewaartermijnen", "retention"}, a.retention},
		{Both{"teksten", "texts"}, a.texts},
	}
	var files []File
	for _, l := range []language{dutch, english} {
		for _, d := range documents {
			p := &page{language: l}
			d.write(p)
			files = append(files, File{string(l) + "/" + l.both(d.name) + ".md", p.String()})
		}
	}
	return files
}

// flowNames are the flows in the order of the menu, then the others by name.
func flowNames(b *flow.Bundle) []string {
	var names []string
	for _, name := range b.Shared.Menu {
		if b.Flows[name] != nil && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	for _, name := range sorted(b.Flows) {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}
