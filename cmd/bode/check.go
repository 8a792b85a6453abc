package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/gemeentebode/bode/bot/engine"
	"github.com/gemeentebode/bode/bot/flow"
)

type checkCmd struct {
	Dir    string   `arg:"" optional:"" default:"." help:"The folder that holds flows and locales." type:"path"`
	Format string   `help:"text, json or github." enum:"text,json,github" default:"text"`
	At     string   `help:"Check as if it were this day (2026-12-31): what has expired by then?" placeholder:"DATE"`
	Hosts  []string `help:"Hosts that links may go to. Without it: any https host."`
	Lang   string   `help:"Language of the sentences: nl or en." enum:"nl,en" default:"nl"`
}

// Run names every fault; exit 1 when there is one that is not a hint.
func (c *checkCmd) Run(std streams) error {
	at, err := parseDay(c.At)
	if err != nil {
		return failure{exitUse, err}
	}
	content, err := packFolder(c.Dir)
	if err != nil {
		return err
	}
	all := exampleServices(behind{})
	bundle, faults, err := loadPacked(content, flow.Options{Operations: all.operations, Audiences: all.audiences, Sentences: engine.Sentences(), Hosts: c.Hosts, At: at, Publishing: true})
	if err != nil {
		return err
	}
	if err := writeFaults(std.out, faults, c.Format, c.Lang); err != nil {
		return err
	}
	if bundle == nil {
		return failure{exitFaults, errFaults}
	}
	if c.Format == "text" {
		fmt.Fprintf(std.out, "%s\n", map[string]string{"nl": "Geen fouten.", "en": "No faults."}[c.Lang])
	}
	return nil
}

// parseDay reads a day as midnight in Europe/Amsterdam; empty is now.
func parseDay(day string) (time.Time, error) {
	if day == "" {
		return time.Now(), nil
	}
	zone, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil {
		return time.Time{}, err
	}
	at, err := time.ParseInLocation(time.DateOnly, day, zone)
	if err != nil {
		return time.Time{}, fmt.Errorf("--at %q: write a day as 2026-12-31", day)
	}
	return at, nil
}

// writeFaults prints faults for a person, a program, or a pull request's page.
func writeFaults(w io.Writer, faults flow.Faults, format, language string) error {
	if format == "json" {
		encoder := json.NewEncoder(w)
		encoder.SetIndent("", "  ")
		return encoder.Encode(append(flow.Faults{}, faults...))
	}
	for _, f := range faults {
		sentence := f.Dutch
		if language == "en" {
			sentence = f.English
		}
		if format == "github" {
			level := map[bool]string{true: "notice", false: "error"}[f.Hint]
			fmt.Fprintf(w, "::%s file=%s,line=%d,col=%d::%s\n", level, f.File, f.Line, f.Column, strings.ReplaceAll(sentence, "\n", "%0A"))
			continue
		}
		mark := map[bool]string{true: "tip: "}[f.Hint]
		fmt.Fprintf(w, "%s:%d:%d: %s%s\n", f.File, f.Line, f.Column, mark, sentence)
		for _, line := range f.Dialogue {
			fmt.Fprintf(w, "      %s\n", line)
		}
	}
	return nil
}
