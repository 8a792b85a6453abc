package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/privacy"
	"github.com/gemeentebode/bode/bot/text"
	"github.com/gemeentebode/bode/store"
)

type closeCmd struct {
	Text   string `help:"What residents hear, in Dutch; the phone number is put behind it where it is not in it. Without it: the flows' own sentence."`
	TextEn string `help:"The same in English; without it the flows' own sentence."`
	Until  string `help:"When it opens by itself, in Dutch time: \"2026-11-24 08:00\" or 2026-11-24 (the beginning of that day)."`
	Status bool   `help:"Only tell whether it is closed."`
	Config string `help:"The configuration file." default:"config.toml" type:"path"`
}

type openCmd struct {
	Config string `help:"The configuration file." default:"config.toml" type:"path"`
}

// Help is what bode close --help says more.
func (*closeCmd) Help() string {
	return `Every process knows within seconds. Messages are still taken in and kept; whoever
writes hears one fixed answer with the phone number, once in four hours. STOP and the
crisis words go on working. Notifications wait, as far as they stay of use.

  bode close --text "Er is een storing. Wij zijn morgen weer bereikbaar." --until "2026-11-24 08:00"
  bode close --status
  bode open`
}

// longestClosing bounds one text, in characters: two of them, and two phone sentences, fit in one message.
const longestClosing = 1500

// Run closes, or tells.
func (c *closeCmd) Run(ctx context.Context, std streams) error {
	now := time.Now()
	if c.Status {
		if c.Text+c.TextEn+c.Until != "" {
			return failure{exitUse, errors.New("--status goes alone")}
		}
		return c.status(ctx, std, now)
	}
	closing, err := c.judged(now)
	if err != nil {
		return failure{exitUse, err}
	}
	return asOperator(ctx, c.Config, std, "bode close", func(config *config, s *store.Store, by bot.Look) error {
		if err := s.CloseService(ctx, now, by, closing); err != nil {
			return err
		}
		closing.Since = now
		fmt.Fprintln(std.out, describeClosing(closing, now))
		config.showClosed(ctx, std, s, closing)
		return nil
	})
}

// judged reads what was given: it goes to residents, so it is judged as a flow is.
func (c *closeCmd) judged(now time.Time) (store.Closing, error) {
	var closing store.Closing
	for _, t := range []struct {
		flag, text string
		to         *string
	}{{"--text", c.Text, &closing.Dutch}, {"--text-en", c.TextEn, &closing.English}} {
		said := strings.TrimSpace(t.text)
		if t.text != "" && said == "" {
			return closing, fmt.Errorf("%s is empty", t.flag)
		}
		if err := judgeClosing(said); err != nil {
			return closing, fmt.Errorf("%s %w", t.flag, err)
		}
		*t.to = said
	}
	until, err := inAmsterdamUntil(c.Until)
	if err != nil {
		return closing, err
	}
	if !until.IsZero() && !until.After(now) {
		return closing, fmt.Errorf("--until %s has passed", c.Until)
	}
	closing.Until = until
	return closing, nil
}

func judgeClosing(said string) error {
	if n := text.Length(said); n > longestClosing {
		return fmt.Errorf("has %d characters; %d fit", n, longestClosing)
	}
	if strings.ContainsFunc(said, func(r rune) bool { return unicode.IsControl(r) && r != '\n' }) {
		return errors.New("has characters that cannot be shown")
	}
	if _, asks := privacy.Asks(said); asks {
		return errors.New("asks for what is never asked: a BSN, bank or card number, identity document or DigiD")
	}
	if word, _, found := privacy.Advertises(said); found {
		return fmt.Errorf("reads as advertising: %q", word)
	}
	return nil
}

func inAmsterdamUntil(text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	zone, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil {
		return time.Time{}, err
	}
	for _, layout := range []string{"2006-01-02 15:04", "2006-01-02T15:04", time.DateOnly} {
		if t, err := time.ParseInLocation(layout, text, zone); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("--until: write %q as \"2026-11-24 08:00\"", text)
}

func (c *closeCmd) status(ctx context.Context, std streams, now time.Time) error {
	config, err := readConfig(c.Config)
	if err != nil {
		return err
	}
	s, err := config.openStore(ctx)
	if err != nil {
		return err
	}
	defer s.Close()
	closing, err := s.Closing(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintln(std.out, describeClosing(closing, now))
	if closing.Closed(now) {
		config.showClosed(ctx, std, s, closing)
	}
	return nil
}

// showClosed prints what residents hear, where the live flows can be read.
func (c *config) showClosed(ctx context.Context, std streams, s *store.Store, closing store.Closing) {
	all, err := c.services(newLog(std, "error"), behind{})
	if err != nil {
		return
	}
	live, err := newBundles(s, c.flowOptions(all), time.Now).live(ctx)
	if err != nil {
		return
	}
	fmt.Fprintf(std.out, "Residents hear:\n\n%s\n", live.engine.Closed(closing.Dutch, closing.English).Text.Reveal())
}

func describeClosing(c store.Closing, now time.Time) string {
	if !c.Closed(now) {
		return "The service is open."
	}
	said := "The service is closed since " + inTown(c.Since)
	if c.By != "" {
		said += " by " + c.By
	}
	if !c.Until.IsZero() {
		return said + ", until " + inTown(c.Until) + ". Earlier: bode open"
	}
	return said + ". Again: bode open"
}

// Run opens.
func (o *openCmd) Run(ctx context.Context, std streams) error {
	return asOperator(ctx, o.Config, std, "bode open", func(config *config, s *store.Store, by bot.Look) error {
		if err := s.OpenService(ctx, time.Now(), by); err != nil {
			return err
		}
		fmt.Fprintln(std.out, "The service is open; every process knows within seconds.")
		if config.Service.Mode != "open" {
			fmt.Fprintf(std.out, "By [service] mode it is still %q.\n", config.Service.Mode)
		}
		return nil
	})
}

// asOperator opens the installation for who acts on it; the store's audit
// trail keeps who that was.
func asOperator(ctx context.Context, path string, std streams, what string, do func(*config, *store.Store, bot.Look) error) error {
	by, err := whoActs(ctx)
	if err != nil {
		return failure{exitUse, err}
	}
	c, err := readConfig(path)
	if err != nil {
		return err
	}
	s, err := c.openStore(ctx)
	if err != nil {
		return err
	}
	defer s.Close()
	logAudit(s, newLog(std, "info"))
	return do(c, s, bot.Look{Actor: by, Reason: what})
}

// closedFinding tells that residents hear one fixed answer.
func closedFinding(ctx context.Context, s *store.Store, now time.Time) finding {
	f := finding{what: "open", todo: "when it may open again: bode open"}
	c, err := s.Closing(ctx)
	if f.err = err; err == nil && c.Closed(now) {
		f.err = errors.New(describeClosing(c, now))
	}
	return f
}
