package main

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/gemeentebode/bode/bot/engine"
	"github.com/gemeentebode/bode/bot/flow"
)

type drawCmd struct {
	Flow   string `arg:"" help:"The flow's name: afval for flows/afval.toml."`
	Dir    string `help:"The folder that holds flows and locales." default:"." type:"path"`
	Format string `help:"svg or mermaid." enum:"svg,mermaid" default:"svg"`
}

// Run writes the picture to standard output.
func (d *drawCmd) Run(std streams) error {
	bundle, err := folderBundle(d.Dir, std)
	if err != nil {
		return err
	}
	f, known := bundle.Flows[d.Flow]
	if !known {
		return failure{exitUse, fmt.Errorf("there is no flow %q; choose one of: %s", d.Flow, strings.Join(slices.Sorted(maps.Keys(bundle.Flows)), ", "))}
	}
	if d.Format == "mermaid" {
		_, err = fmt.Fprint(std.out, f.Mermaid())
		return err
	}
	_, err = std.out.Write(f.SVG(""))
	return err
}

// folderBundle loads a folder as it would run; its faults go to standard error.
func folderBundle(dir string, std streams) (*flow.Bundle, error) {
	content, err := packFolder(dir)
	if err != nil {
		return nil, err
	}
	all := exampleServices(behind{})
	bundle, faults, err := loadPacked(content, flow.Options{Operations: all.operations, Audiences: all.audiences, Sentences: engine.Sentences(), At: time.Now()})
	if err != nil {
		return nil, err
	}
	if bundle == nil {
		return nil, errors.Join(writeFaults(std.err, faults, "text", "nl"), failure{exitFaults, errFaults})
	}
	return bundle, nil
}

type schemaCmd struct{}

// Run prints the schema; put it beside the flows as flow.schema.json.
func (*schemaCmd) Run(std streams) error {
	_, err := std.out.Write(append(flow.Schema(), '\n'))
	return err
}
