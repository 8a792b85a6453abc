package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/user"
	"strings"
	"time"
	"unicode"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/channel/cloudapi"
	"github.com/gemeentebode/bode/bot/engine"
	"github.com/gemeentebode/bode/bot/privacy"
	"github.com/gemeentebode/bode/bot/service/rights"
	"github.com/gemeentebode/bode/store"
)

// residentCmd is the privacy officer's: what is kept of one person (AVG
// articles 15, 17 and 20). Each look is in the audit trail, also at somebody
// who is not known.
type residentCmd struct {
	Show   residentShowCmd   `cmd:"" help:"Count what is kept of somebody; with --contents, read it."`
	Export residentExportCmd `cmd:"" help:"Write everything that is kept of somebody to a JSON file."`
	Erase  residentEraseCmd  `cmd:"" help:"Erase somebody as a confirmed erase in the chat does; the running service says the farewell."`
}

// lookFlags are who looks and why, as every command of the privacy officer asks it.
type lookFlags struct {
	Reason string `help:"Why; it is kept in the audit trail. Name no one in it: \"request 2026-17\"." required:""`
	By     string `help:"Who, when it is not the user of this machine."`
	Config string `help:"The configuration file." default:"config.toml" type:"path"`
}

// longestReason bounds what goes into the audit trail, in characters.
const longestReason = 300

// look gives what the audit trail keeps: masked, as everything that comes from outside.
func (l lookFlags) look() (bot.Look, error) {
	by := strings.TrimSpace(l.By)
	if by == "" {
		if u, err := user.Current(); err == nil {
			by = u.Username
		}
	}
	reason := strings.TrimSpace(l.Reason)
	if by == "" || reason == "" {
		return bot.Look{}, failure{exitUse, errors.New("say who looks and why: --by NAME --reason \"request 2026-17\"")}
	}
	if len([]rune(by)) > longestReason || len([]rune(reason)) > longestReason {
		return bot.Look{}, failure{exitUse, fmt.Errorf("--by and --reason may have %d characters", longestReason)}
	}
	if strings.ContainsFunc(by+reason, unicode.IsControl) {
		return bot.Look{}, failure{exitUse, errors.New("--by and --reason are one line of text")}
	}
	if holdsPhone(by) || holdsPhone(reason) { // the line outlives the person
		return bot.Look{}, failure{exitUse, errors.New("write no phone number in --reason or --by: they are kept in clear, also when the person is erased")}
	}
	by, _ = privacy.Mask(by)
	reason, _ = privacy.Mask(reason)
	return bot.Look{Actor: by, Reason: reason}, nil
}

// officer is one command of the privacy officer, with its store.
type officer struct {
	config *config
	store  *store.Store
	by     bot.Look
}

func (l lookFlags) open(ctx context.Context, std streams) (*officer, error) {
	by, err := l.look()
	if err != nil {
		return nil, err
	}
	c, err := readConfig(l.Config)
	if err != nil {
		return nil, err
	}
	s, err := c.openStore(ctx)
	if err != nil {
		return nil, err
	}
	logAudit(s, newLog(std, "info"))
	return &officer{c, s, by}, nil
}

// contact is a person as WhatsApp's number names them.
func (o *officer) contact(phone string) (bot.Contact, error) {
	digits, err := phoneDigits(phone)
	if err != nil {
		return bot.Contact{}, err
	}
	return bot.Contact{Channel: cloudapi.Channel, Account: o.config.Channel.CloudAPI.PhoneNumberID, External: bot.Hide(digits), Phone: bot.Hide(digits)}, nil
}

// phoneDigits reads a number as people write it: +31 (0)6 12345678, 0031...,
// or 06-12345678, which is Dutch; without a plus it may be any country's.
func phoneDigits(text string) (string, error) {
	if phone, err := privacy.Phone(text); err == nil {
		return phone.Reveal(), nil
	}
	if text = strings.TrimSpace(text); phoneShape.MatchString(text) && text[0] != '0' {
		return text, nil
	}
	return "", failure{exitUse, errors.New("--phone: write the number as +31612345678")} // without what was typed
}

// unknown words what a lookup could not find.
func unknown(err error) error {
	if errors.Is(err, bot.ErrUnknownResident) {
		return errors.New("nobody is known by this number: they never wrote here, or were erased. That you looked is in the audit trail")
	}
	return err
}

type residentShowCmd struct {
	Phone     string `help:"The number, as +31612345678." required:""`
	Contents  bool   `help:"Read it too; the audit trail says so."`
	lookFlags `embed:""`
}

// Run counts, or shows.
func (r *residentShowCmd) Run(ctx context.Context, std streams) error {
	o, err := r.open(ctx, std)
	if err != nil {
		return err
	}
	defer o.store.Close()
	contact, err := o.contact(r.Phone)
	if err != nil {
		return err
	}
	look := o.store.ResidentCategories
	if r.Contents {
		look = o.store.ResidentContents
	}
	own, err := look(ctx, time.Now(), o.by, contact)
	if err != nil {
		return unknown(err)
	}
	own.Remembered = engine.Remembered(own.Conversation)
	for _, c := range own.Categories() {
		fmt.Fprintf(std.out, "%-14s %d\n", c.Code, c.Number)
	}
	if r.Contents {
		return o.contents(ctx, std.out, own)
	}
	return nil
}

// contents writes all lines of all categories, with the names that residents see.
func (o *officer) contents(ctx context.Context, out io.Writer, own bot.Own) error {
	all, err := o.config.services(newLog(streams{err: io.Discard}, "error"), behind{})
	if err != nil {
		return err
	}
	b := newBundles(o.store, o.config.flowOptions(all), time.Now)
	c := ownData(o.store, b.live, time.Now, nil)
	all.knowing(c)
	for _, section := range rights.New(c).Told(ctx, "en", own) {
		fmt.Fprintf(out, "\n%s\n", section.Category)
		for _, line := range section.Lines {
			fmt.Fprintf(out, "  %s\n", strings.ReplaceAll(line, "\n", "\n    "))
		}
	}
	return nil
}

type residentExportCmd struct {
	Phone     string `help:"The number, as +31612345678." required:""`
	Out       string `help:"The file to write; one that is there is not overwritten." required:"" type:"path"`
	lookFlags `embed:""`
}

// Run writes a file that only its owner can read.
func (r *residentExportCmd) Run(ctx context.Context, std streams) error {
	o, err := r.open(ctx, std)
	if err != nil {
		return err
	}
	defer o.store.Close()
	contact, err := o.contact(r.Phone)
	if err != nil {
		return err
	}
	if _, err := os.Stat(r.Out); err == nil {
		return failure{exitUse, fmt.Errorf("%s exists already: choose another name", r.Out)}
	}
	now := time.Now()
	own, err := o.store.ResidentExport(ctx, now, o.by, contact)
	if err != nil {
		return unknown(err)
	}
	own.Remembered = engine.Remembered(own.Conversation)
	if err := writeNew(r.Out, rights.Document(own, o.config.Municipality.Name, now)); err != nil {
		if errors.Is(err, fs.ErrExist) {
			return failure{exitUse, fmt.Errorf("%s exists already: choose another name", r.Out)}
		}
		return err
	}
	fmt.Fprintf(std.out, "Wrote everything to %s. It is personal: hand it over safely, then remove it.\n", r.Out)
	return nil
}

type residentEraseCmd struct {
	Phone     string `help:"The number, as +31612345678." required:""`
	Yes       bool   `help:"Do not ask to type the number once more."`
	lookFlags `embed:""`
}

// Help is what bode resident erase --help says more.
func (*residentEraseCmd) Help() string {
	return `Closes the person at once: consents are withdrawn, nothing goes out any more.
The running bode serve then erases everything, within seconds, and says the
farewell where the 24 hours of WhatsApp still run. What remains is what remains
after STOP: an appointment in the future, what was handed in for colleagues,
the consent ledger under its pseudonym, and what is under legal hold.

  bode resident erase --phone +31612345678 --reason "request 2026-17"`
}

// Run asks once, and closes.
func (r *residentEraseCmd) Run(ctx context.Context, std streams) error {
	o, err := r.open(ctx, std)
	if err != nil {
		return err
	}
	defer o.store.Close()
	contact, err := o.contact(r.Phone)
	if err != nil {
		return err
	}
	if !r.Yes {
		fmt.Fprint(std.err, "This cannot be undone. Type the number once more: ")
		typed, _ := bufio.NewReader(std.in).ReadString('\n') // an end of the input is no number
		if again, err := phoneDigits(typed); err != nil || again != contact.Phone.Reveal() {
			return failure{exitFaults, errors.New("that is another number: nothing was erased")}
		}
	}
	if err := o.store.EraseResident(ctx, time.Now(), o.by, contact); err != nil {
		return unknown(err)
	}
	fmt.Fprintln(std.out, "Closed: nothing goes out to this person any more. The running bode serve erases everything within seconds.")
	return nil
}
