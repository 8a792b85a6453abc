package main

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/store"
)

// holdCmd keeps a conversation for a legal reason, whatever its resident erases.
type holdCmd struct {
	Place holdPlaceCmd `cmd:"" help:"Keep a copy of somebody's texts as they are now, until a date."`
	List  holdListCmd  `cmd:"" help:"List what is under legal hold."`
	Show  holdShowCmd  `cmd:"" help:"Read what a hold holds."`
	Lift  holdLiftCmd  `cmd:"" help:"Destroy a hold before its date."`
}

type holdPlaceCmd struct {
	Phone     string `help:"The number, as +31612345678." required:""`
	Until     string `help:"The last day, as 2027-06-30." required:""`
	lookFlags `embed:""`
}

// Help is what bode hold place --help says more.
func (*holdPlaceCmd) Help() string {
	return `The copy is sealed under a key of its own, with the reason. It survives STOP, an
erasure and the time that texts are kept, and is destroyed after its last day.
What is written later is not in it: place another. The person hears in the
farewell after STOP that something is under legal hold.

  bode hold place --phone +31612345678 --reason "threat, report 2026-113" --until 2027-06-30`
}

// mostHeld bounds a hold: one that never ends is no hold.
const mostHeld = 10 * 366 * 24 * time.Hour

// Run places it.
func (h *holdPlaceCmd) Run(ctx context.Context, std streams) error {
	until, err := lastDay(h.Until)
	if err != nil {
		return err
	}
	now := time.Now()
	if !until.After(now) || until.Sub(now) > mostHeld {
		return failure{exitUse, errors.New("--until: choose a day to come, at most ten years on")}
	}
	o, err := h.open(ctx, std)
	if err != nil {
		return err
	}
	defer o.store.Close()
	contact, err := o.contact(h.Phone)
	if err != nil {
		return err
	}
	held, err := o.store.PlaceHold(ctx, now, o.by, contact, until)
	if err != nil {
		return unknown(err)
	}
	fmt.Fprintf(std.out, "Placed %s: %d texts, until %s.\n", held.ID, held.Texts, h.Until)
	return nil
}

// lastDay is the end of a day in Europe/Amsterdam.
func lastDay(text string) (time.Time, error) {
	day, err := inAmsterdam(text)
	if err != nil {
		return time.Time{}, failure{exitUse, fmt.Errorf("--until: write %q as 2027-06-30", text)}
	}
	return day.AddDate(0, 0, 1), nil
}

// inAmsterdam is the beginning of a day there.
func inAmsterdam(text string) (time.Time, error) {
	zone, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil {
		return time.Time{}, err
	}
	return time.ParseInLocation(time.DateOnly, text, zone)
}

type holdListCmd struct {
	By     string `help:"Who, when it is not the user of this machine."`
	Config string `help:"The configuration file." default:"config.toml" type:"path"`
}

// Run lists them with their reasons, which are sealed in the database.
func (h *holdListCmd) Run(ctx context.Context, std streams) error {
	o, err := lookFlags{Reason: "list", By: h.By, Config: h.Config}.open(ctx, std)
	if err != nil {
		return err
	}
	defer o.store.Close()
	holds, err := o.store.Holds(ctx, time.Now(), o.by)
	if err != nil {
		return err
	}
	for _, held := range holds {
		sayHold(std, held)
	}
	if len(holds) == 0 {
		fmt.Fprintln(std.out, "Nothing is under legal hold.")
	}
	return nil
}

func sayHold(std streams, h bot.LegalHold) {
	erased := ""
	if h.Cut {
		erased = "; the person was erased"
	}
	// The last day, of which Until is the end.
	fmt.Fprintf(std.out, "%s  until %s  %d texts  placed %s by %s: %s%s\n", h.ID, h.Until.Add(-time.Minute).In(amsterdam()).Format(time.DateOnly), h.Texts,
		h.Placed.In(amsterdam()).Format(time.DateOnly), h.By, h.Reason.Reveal(), erased)
}

func amsterdam() *time.Location {
	zone, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil {
		panic(err) // main embeds the zones
	}
	return zone
}

type holdShowCmd struct {
	ID        string `arg:"" help:"Which, as bode hold list names it."`
	lookFlags `embed:""`
}

// Run shows what was said, oldest first.
func (h *holdShowCmd) Run(ctx context.Context, std streams) error {
	id, err := holdID(h.ID)
	if err != nil {
		return err
	}
	o, err := h.open(ctx, std)
	if err != nil {
		return err
	}
	defer o.store.Close()
	held, texts, err := o.store.HeldTexts(ctx, time.Now(), o.by, id)
	if err != nil {
		return noHold(err)
	}
	sayHold(std, held)
	for _, text := range texts {
		who := "resident"
		if text.Ours {
			who = "we"
		}
		fmt.Fprintf(std.out, "%s  %-8s  %s\n", text.At.In(amsterdam()).Format("2006-01-02 15:04"), who, text.Text.Reveal())
	}
	return nil
}

type holdLiftCmd struct {
	ID        string `arg:"" help:"Which, as bode hold list names it."`
	lookFlags `embed:""`
}

// Run destroys a hold, its key with it.
func (h *holdLiftCmd) Run(ctx context.Context, std streams) error {
	id, err := holdID(h.ID)
	if err != nil {
		return err
	}
	o, err := h.open(ctx, std)
	if err != nil {
		return err
	}
	defer o.store.Close()
	if err := o.store.LiftHold(ctx, time.Now(), o.by, id); err != nil {
		return noHold(err)
	}
	fmt.Fprintln(std.out, "Lifted: what it held is destroyed.")
	return nil
}

var idShape = regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)

func holdID(text string) (bot.ID, error) {
	if !idShape.MatchString(text) {
		return "", failure{exitUse, errors.New("that is no hold's name: copy it from bode hold list")}
	}
	return bot.ID(text), nil
}

func noHold(err error) error {
	if errors.Is(err, store.ErrUnknownHold) {
		return errors.New("there is no such hold: it was lifted, or its last day has passed; see bode hold list")
	}
	return err
}
