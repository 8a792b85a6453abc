package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/engine"
	"github.com/gemeentebode/bode/bot/flow"
	"github.com/gemeentebode/bode/store"
)

type publishCmd struct {
	Dir      string `arg:"" optional:"" default:"." help:"The folder that holds flows and locales." type:"path"`
	Config   string `help:"The configuration file." default:"config.toml" type:"path"`
	DryRun   bool   `help:"Check and forecast only; nothing becomes live."`
	Pull     bool   `help:"The other way: write the live bundle into DIR."`
	Rollback bool   `help:"Make the bundle live that was live before this one."`
}

// Run checks, forecasts and makes live; the live bundle stays when there is a fault.
func (p *publishCmd) Run(ctx context.Context, std streams) error {
	c, err := readConfig(p.Config)
	if err != nil {
		return err
	}
	s, err := c.openStore(ctx)
	if err != nil {
		return err
	}
	defer s.Close()
	switch {
	case p.Pull:
		return p.pull(ctx, s, std)
	case p.Rollback && p.DryRun:
		return failure{exitUse, errors.New("--rollback has no dry run; nothing was changed")}
	case p.Rollback:
		return p.rollback(ctx, c, s, std)
	}
	return p.publish(ctx, c, s, std)
}

func (p *publishCmd) publish(ctx context.Context, c *config, s *store.Store, std streams) error {
	all, err := c.services(newLog(std, c.Log.Level), behind{})
	if err != nil {
		return err
	}
	content, err := packFolder(p.Dir)
	if err != nil {
		return err
	}
	options := c.flowOptions(all)
	options.At, options.Publishing = time.Now(), true
	bundle, faults, err := loadPacked(content, options)
	if err != nil {
		return err
	}
	if err := writeFaults(std.err, faults, "text", "nl"); err != nil {
		return err
	}
	if bundle == nil {
		fmt.Fprintln(std.err, "Nothing was published: the live bundle stays as it is.")
		return failure{exitFaults, errFaults}
	}
	if err := forecast(ctx, s, engine.New(bundle), std); err != nil {
		return err
	}
	gone, err := vanishing(ctx, s, time.Now(), c.Channel.CloudAPI.PhoneNumberID, bundle)
	if err != nil {
		return err
	}
	tellGone(std, gone)
	if p.DryRun {
		fmt.Fprintf(std.out, "Dry run: %.12s is not live.\n", bundle.Hash)
		return nil
	}
	if err := p.tellOutdated(ctx, c, s, std, bundle); err != nil {
		return err
	}
	by, err := whoActs(ctx)
	if err != nil {
		by = "unknown"
	}
	if err := s.PutBundle(ctx, time.Now(), bundle.Hash, content, by); err != nil {
		return err
	}
	fmt.Fprintf(std.out, "Live: %.12s. Back to the one before: bode publish --rollback\n", bundle.Hash)
	return nil
}

// rollback makes the bundle before live, and looks after what was sent or
// approved by the one that is taken back, as a publication does.
func (p *publishCmd) rollback(ctx context.Context, c *config, s *store.Store, std streams) error {
	hash, err := s.Rollback(ctx, time.Now())
	if err != nil {
		return err
	}
	fmt.Fprintf(std.out, "Live again: %.12s\n", hash)
	all, err := c.services(newLog(std, c.Log.Level), behind{})
	if err != nil {
		return err
	}
	live, err := newBundles(s, c.flowOptions(all), time.Now).live(ctx)
	if err != nil {
		return fmt.Errorf("it is live, and cannot be read: %w", err)
	}
	gone, err := vanishing(ctx, s, time.Now(), c.Channel.CloudAPI.PhoneNumberID, live.bundle)
	if err != nil {
		return err
	}
	tellGone(std, gone)
	return p.tellOutdated(ctx, c, s, std, live.bundle)
}

func tellGone(std streams, gone []string) {
	if len(gone) > 0 {
		fmt.Fprintf(std.out, "Sent to residents, and not in these flows any more: %s. Who got it hears that it no longer holds.\n", strings.Join(gone, ", "))
	}
}

// tellOutdated withholds the templates that say something else than the bundle.
func (p *publishCmd) tellOutdated(ctx context.Context, c *config, s *store.Store, std streams, next *flow.Bundle) error {
	names, err := outdated(ctx, s, time.Now(), c.Channel.CloudAPI.PhoneNumberID, next)
	if err == nil && len(names) > 0 {
		fmt.Fprintf(std.out, "Not used until the platform approves their new words (bode templates submit): %s\n", strings.Join(names, ", "))
	}
	return err
}

// forecast tells how many conversations are under way, and how many of them
// stand in a part that the new bundle no longer has.
func forecast(ctx context.Context, s *store.Store, e *engine.Engine, std streams) error {
	underWay, stranded := 0, 0
	err := s.Conversations(ctx, func(conversation bot.Private) error {
		where, err := e.Where(conversation)
		if err != nil || where.Flow == "" || where.Done {
			return nil // unreadable ones start anew by themselves
		}
		underWay++
		if e.Stranded(conversation) {
			stranded++
		}
		return nil
	})
	fmt.Fprintf(std.out, "Conversations under way: %d. In a part that is gone, told so and begun again: %d.\n", underWay, stranded)
	return err
}

func (p *publishCmd) pull(ctx context.Context, s *store.Store, std streams) error {
	_, content, err := s.LiveBundle(ctx)
	if err != nil {
		return err
	}
	files, err := unpack(content)
	if err != nil {
		return err
	}
	return fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		to := filepath.Join(p.Dir, filepath.FromSlash(name))
		if !filepath.IsLocal(filepath.FromSlash(name)) {
			return fmt.Errorf("stored bundle: %q is outside the folder", name)
		}
		fmt.Fprintln(std.out, to)
		return errors.Join(os.MkdirAll(filepath.Dir(to), 0o755), os.WriteFile(to, data, 0o644))
	})
}
