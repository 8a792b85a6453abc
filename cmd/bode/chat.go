package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"strconv"
	"strings"
	"time"

	"github.com/gemeentebode/bode/bot"
)

type chatCmd struct {
	Dir string `arg:"" optional:"" help:"Your own folder with flows and locales. Without it: as bode demo." type:"path"`
	At  string `help:"Set the clock to this day (2026-12-31), 10:00." placeholder:"DATE"`
}

const chatPhone = "31600000000"

const chatHelp = `Type as a resident would. A number picks a button. Also:
  /locatie 52.09 5.12   share a location
  /foto  /spraak        send a photo or a voice note
  /einde                leave (or Ctrl-D)
`

// answerLimit is how long the terminal waits for an answer before it says so.
const answerLimit = 30 * time.Second

// Run holds one conversation until the input ends.
func (c *chatCmd) Run(ctx context.Context, std streams) error {
	at, err := parseDay(c.At)
	if err != nil {
		return failure{exitUse, err}
	}
	l, err := openLocal(ctx, (&demoCmd{Dir: c.Dir}).folder(), "", slog.New(slog.NewTextHandler(std.err, &slog.HandlerOptions{Level: slog.LevelError})))
	if err != nil {
		return err
	}
	defer l.close()
	if c.At != "" {
		l.clock.Set(at.Add(10 * time.Hour))
	}
	fmt.Fprint(std.out, chatHelp)
	t := terminal{local: l, out: std.out}
	lines := bufio.NewScanner(std.in)
	for t.prompt(); ctx.Err() == nil && lines.Scan(); t.prompt() {
		line := strings.TrimSpace(lines.Text())
		if line == "/einde" {
			break
		}
		if line == "" {
			continue
		}
		if err := t.say(ctx, line); err != nil {
			return err
		}
	}
	fmt.Fprintln(std.out)
	return lines.Err()
}

// terminal shows one phone as lines of text.
type terminal struct {
	*local
	out   io.Writer
	shown int
	offer []bot.Choice // what a typed number picks
}

func (t *terminal) prompt() { fmt.Fprint(t.out, "> ") }

func (t *terminal) say(ctx context.Context, line string) error {
	if err := t.send(ctx, line); err != nil {
		return err
	}
	limit, cancel := context.WithTimeout(ctx, answerLimit)
	defer cancel()
	if err := t.settle(limit); err != nil {
		return err
	}
	bubbles, _ := t.phones.Transcript(chatPhone)
	for _, b := range bubbles[t.shown:] {
		if !b.Mine {
			t.show(b.Reply)
		}
	}
	t.shown = len(bubbles)
	return nil
}

func (t *terminal) send(ctx context.Context, line string) error {
	word, rest, _ := strings.Cut(line, " ")
	switch word {
	case "/foto":
		return t.phones.Attach(ctx, chatPhone, "image")
	case "/spraak":
		return t.phones.Attach(ctx, chatPhone, "voice")
	case "/locatie":
		var latitude, longitude float64
		if _, err := fmt.Sscan(strings.ReplaceAll(rest, ",", "."), &latitude, &longitude); err != nil {
			fmt.Fprintln(t.out, "Write: /locatie 52.09 5.12")
			return nil
		}
		return t.phones.Share(ctx, chatPhone, latitude, longitude)
	}
	if n, err := strconv.Atoi(line); err == nil && n >= 1 && n <= len(t.offer) {
		return t.phones.Tap(ctx, chatPhone, t.offer[n-1].ID, t.offer[n-1].Label.Reveal())
	}
	return t.phones.Say(ctx, chatPhone, line)
}

// show prints a reply; this terminal stands in for the resident's phone.
func (t *terminal) show(r bot.Reply) {
	for line := range strings.Lines(r.Text.Reveal()) {
		fmt.Fprintf(t.out, "  %s\n", strings.TrimRight(line, "\n"))
	}
	t.offer = r.Buttons
	if r.List != nil {
		t.offer = r.List.Rows
		fmt.Fprintf(t.out, "  (%s)\n", r.List.Button)
	}
	for i, choice := range t.offer {
		fmt.Fprintf(t.out, "  %d [%s]", i+1, choice.Label.Reveal())
		if d := choice.Description.Reveal(); d != "" {
			fmt.Fprintf(t.out, " %s", d)
		}
		fmt.Fprintln(t.out)
	}
	if r.Link != nil {
		fmt.Fprintf(t.out, "  [%s] %s\n", r.Link.Label, r.Link.URL)
	}
	if r.AskPlace {
		fmt.Fprintln(t.out, "  [📍 /locatie]")
	}
}
