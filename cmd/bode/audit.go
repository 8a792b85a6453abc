package main

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/store"
)

type auditCmd struct {
	Since   string `help:"From this day on, as 2026-11-01."`
	Receipt string `help:"Only about the person with this code, which the farewell after STOP gave them."`
	Format  string `help:"csv, or json: a line each." enum:"csv,json" default:"csv"`
	Config  string `help:"The configuration file." default:"config.toml" type:"path"`
}

// Help is what bode audit --help says more.
func (*auditCmd) Help() string {
	return `Prints who looked at residents' data, what for, and how much was shown. A person
stands there by a pseudonym, which outlives STOP; only the receipt's code leads
from somebody who was erased to their lines.

  bode audit --since 2026-11-01
  bode audit --receipt ABCDE-23456 --format json`
}

// Run prints the lines, oldest first.
func (a *auditCmd) Run(ctx context.Context, std streams) error {
	since := time.Time{}
	if a.Since != "" {
		day, err := inAmsterdam(a.Since)
		if err != nil {
			return failure{exitUse, fmt.Errorf("--since: write %q as 2026-11-01", a.Since)}
		}
		since = day
	}
	c, err := readConfig(a.Config)
	if err != nil {
		return err
	}
	s, err := c.openStore(ctx)
	if err != nil {
		return err
	}
	defer s.Close()
	each, end := a.writer(std)
	if err := s.AuditTrail(ctx, since, a.Receipt, each); err != nil {
		if errors.Is(err, store.ErrUnknownReceipt) {
			return errors.New("no erasure has this code: look for letters that were read wrongly")
		}
		return err
	}
	return end()
}

// writer gives what writes a line, and what ends the file.
func (a *auditCmd) writer(std streams) (each func(bot.Audited) error, end func() error) {
	if a.Format == "json" {
		lines := json.NewEncoder(std.out)
		lines.SetEscapeHTML(false)
		return func(l bot.Audited) error {
			return lines.Encode(struct {
				At        string `json:"at"`
				Actor     string `json:"actor"`
				Action    string `json:"action"`
				Reason    string `json:"reason"`
				Pseudonym string `json:"pseudonym,omitempty"`
				Number    int    `json:"number"`
			}{l.At.UTC().Format(time.RFC3339), l.Actor, l.Action, l.Reason, string(l.Pseudonym), l.Number})
		}, func() error { return nil }
	}
	rows := csv.NewWriter(std.out)
	_ = rows.Write([]string{"at", "actor", "action", "reason", "pseudonym", "number"}) // Flush tells
	return func(l bot.Audited) error {
		return rows.Write([]string{l.At.UTC().Format(time.RFC3339), inCell(l.Actor), l.Action, inCell(l.Reason), string(l.Pseudonym), strconv.Itoa(l.Number)})
	}, func() error { rows.Flush(); return rows.Error() }
}
