package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/gemeentebode/bode/bot/account"
	"github.com/gemeentebode/bode/bot/flow"
	"github.com/gemeentebode/bode/store"
)

type accountabilityCmd struct {
	Dir    string `arg:"" optional:"" default:"." help:"The folder that holds flows and locales." type:"path"`
	Config string `help:"The configuration file." default:"config.toml" type:"path"`
	Out    string `help:"The folder to write the documents into: nl and en are made in it." type:"path" placeholder:"DIR"`
	Since  string `help:"Tell what is said and asked differently from this bundle: a folder, or the hash that bode publish printed." placeholder:"HASH|DIR"`
	Lang   string `help:"Language of what --since tells: nl or en." enum:"nl,en" default:"nl"`
}

// Run writes the documents of the privacy officer, and tells what changed.
func (a *accountabilityCmd) Run(ctx context.Context, std streams) error {
	if a.Out == "" && a.Since == "" {
		return failure{exitUse, errors.New("say where the documents go (--out DIR), or what to compare with (--since HASH|DIR)")}
	}
	c, err := readConfig(a.Config)
	if err != nil {
		return err
	}
	all, err := c.services(newLog(std, c.Log.Level), behind{})
	if err != nil {
		return err
	}
	options := c.flowOptions(all)
	options.At = time.Now()
	content, err := packFolder(a.Dir)
	if err != nil {
		return err
	}
	bundle, err := compiledOrFaults(content, options, std)
	if err != nil {
		return err
	}
	if a.Out != "" {
		if err := writeDocuments(a.Out, c.account(bundle).Files(), std); err != nil {
			return err
		}
	}
	if a.Since == "" {
		return nil
	}
	earlier, err := a.earlier(ctx, c, options, std)
	if err != nil {
		return err
	}
	_, err = fmt.Fprint(std.out, account.Since(earlier, bundle, a.Lang).Text(a.Lang))
	return err
}

// compiledOrFaults gives the bundle; its faults go to standard error.
func compiledOrFaults(content []byte, options flow.Options, std streams) (*flow.Bundle, error) {
	bundle, faults, err := loadPacked(content, options)
	if err != nil {
		return nil, err
	}
	if bundle == nil {
		return nil, errors.Join(writeFaults(std.err, faults, "text", "nl"), failure{exitFaults, errFaults})
	}
	return bundle, nil
}

// earlier gives the bundle to compare with. It ran once, so that what only
// this version of the program finds wrong with it is no reason to refuse it.
func (a *accountabilityCmd) earlier(ctx context.Context, c *config, options flow.Options, std streams) (*flow.Bundle, error) {
	if info, err := os.Stat(a.Since); err == nil && info.IsDir() {
		content, err := packFolder(a.Since)
		if err != nil {
			return nil, err
		}
		options.Live = true
		return compiledOrFaults(content, options, std)
	}
	s, err := c.openStore(ctx)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	hash, content, err := s.BundleStarting(ctx, a.Since)
	if errors.Is(err, store.ErrNoBundle) {
		return nil, failure{exitUse, fmt.Errorf("--since %s is no folder, and not the beginning of the hash of one published bundle", a.Since)}
	}
	if err != nil {
		return nil, err
	}
	bundle, faults, err := loadStored(hash, content, options)
	if err == nil && bundle == nil {
		err = errors.Join(writeFaults(std.err, faults, "text", "nl"), failure{exitFaults, errFaults})
	}
	return bundle, err
}

func writeDocuments(dir string, files []account.File, std streams) error {
	for _, f := range files {
		to := filepath.Join(dir, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			return fmt.Errorf("documents: %w", err)
		}
		if err := os.WriteFile(to, []byte(f.Text), 0o644); err != nil {
			return fmt.Errorf("documents: %w", err)
		}
		fmt.Fprintln(std.out, to)
	}
	return nil
}
