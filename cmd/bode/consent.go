package main

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/channel/cloudapi"
	"github.com/gemeentebode/bode/bot/privacy"
	"github.com/gemeentebode/bode/store"
)

type consentCmd struct {
	Import   consentImportCmd   `cmd:"" help:"Take in consents that were given elsewhere, such as on a web form."`
	Export   consentExportCmd   `cmd:"" help:"Write the consent ledger as CSV."`
	Withdraw consentWithdrawCmd `cmd:"" help:"End a topic, or all topics, of one resident who asked so elsewhere."`
}

type consentWithdrawCmd struct {
	Phone     string `help:"The resident's phone number: 06-12345678 or +31 6 12345678." xor:"who" required:""`
	ID        string `help:"Or the user id by which the channel knows the resident." name:"id" xor:"who" required:""`
	Topic     string `help:"The topic that ends; without it every topic."`
	Reference string `help:"Where this was asked, such as a case number." required:""`
	Config    string `help:"The configuration file." default:"config.toml" type:"path"`
}

// Help is what bode consent withdraw --help says more.
func (*consentWithdrawCmd) Help() string {
	return `Ends what stands, what waits to be sent for it and what an import brought, and
writes it in the ledger. Nothing else is erased: that is for bode resident
erase, or for the resident's own STOP.

Of a number that nobody here has, only a keyed hash of number and topic is
kept, with the day: no import of a consent from before that day brings it in.

  bode consent withdraw --phone 06-12345678 --topic afval --reference "zaak 2026-118"`
}

// Run withdraws and says what that changed.
func (w *consentWithdrawCmd) Run(ctx context.Context, std streams) error {
	c, err := readConfig(w.Config)
	if err != nil {
		return err
	}
	who, err := c.contactOf(w.Phone, w.ID)
	if err != nil {
		return failure{exitUse, err}
	}
	s, err := c.openStore(ctx)
	if err != nil {
		return err
	}
	defer s.Close()
	if err := c.checkTopic(ctx, s, w.Topic, std); err != nil {
		return err
	}
	reference, _ := privacy.Mask(w.Reference)
	done, err := s.Withdraw(ctx, time.Now(), store.Withdrawal{Who: who, Topic: w.Topic, Source: "command", Reference: bot.Hide(reference)})
	if err != nil {
		return err
	}
	sayWithdrawn(std, done)
	return nil
}

func sayWithdrawn(std streams, done store.Withdrawn) {
	switch {
	case done.Known:
		fmt.Fprintf(std.out, "Withdrawn: %d subscriptions ended, %d that waited for a yes are gone. The ledger says so; nothing else was erased.\n", done.Ended, done.Waiting)
	case done.Noted:
		fmt.Fprintln(std.out, "Nobody here has this number, so nothing ended. A keyed hash keeps an import of an older consent from bringing it in.")
	default:
		fmt.Fprintln(std.out, "Nobody here has this id, so nothing ended. With --phone a later import can respect it too.")
	}
}

// contactOf is the resident that a command names, on this installation's number.
func (c *config) contactOf(phone, id string) (bot.Contact, error) {
	who := bot.Contact{Channel: cloudapi.Channel, Account: c.Channel.CloudAPI.PhoneNumberID, External: bot.Hide(id)}
	if id != "" {
		return who, nil
	}
	var err error
	if who.Phone, err = privacy.Phone(phone); err != nil {
		return who, fmt.Errorf("--phone: %w", err)
	}
	return who, nil
}

// checkTopic refuses a topic that the live flows do not have and the ledger
// neither: a misspelt one would end nothing.
func (c *config) checkTopic(ctx context.Context, s *store.Store, topic string, std streams) error {
	if topic == "" {
		return nil
	}
	rules, err := c.importRules(ctx, s, std)
	if err != nil || rules.topics[topic] != nil {
		return err
	}
	if known, err := s.TopicInLedger(ctx, topic); err != nil || known {
		return err
	}
	return failure{exitUse, fmt.Errorf("there is no topic %q: choose one of %s, or leave --topic out for all", topic, rules.known())}
}

type consentExportCmd struct {
	Receipt string `help:"Only of the person who has this code: the receipt of their erasure." xor:"one"`
	Phone   string `help:"Only of the resident with this phone number. This is a look at a resident: it is written in the audit trail." xor:"one"`
	Reason  string `help:"With --phone: why you look."`
	Config  string `help:"The configuration file." default:"config.toml" type:"path"`
}

// Help is what bode consent export --help says more.
func (*consentExportCmd) Help() string {
	return `Writes one line per decision, oldest first, to standard output. pseudonym is a
random name: it leads to a resident only from the inside, and after an erasure
only by the receipt that the resident got. An empty topic is every topic;
evidence_at is when an imported consent was given.

  bode consent export > ledger.csv
  bode consent export --receipt ABCDE-FGHIJ
  bode consent export --phone 06-12345678 --reason "request for access, zaak 2026-120"`
}

// Run writes the ledger, or one person's part of it.
func (e *consentExportCmd) Run(ctx context.Context, std streams) error {
	c, err := readConfig(e.Config)
	if err != nil {
		return err
	}
	var by bot.Look
	if e.Phone != "" { // a look at a resident is written in the audit trail
		if by, err = (lookFlags{Reason: e.Reason}).look(); err != nil {
			return err
		}
	}
	s, err := c.openStore(ctx)
	if err != nil {
		return err
	}
	defer s.Close()
	pseudonym, err := e.whose(ctx, c, s, by)
	if errors.Is(err, bot.ErrUnknownResident) || errors.Is(err, store.ErrUnknownReceipt) {
		return failure{exitFaults, errors.New("nobody is known by that: check the code or the number; after an erasure only the receipt leads to the ledger")}
	}
	if err != nil {
		return err
	}
	return writeLedger(ctx, s, pseudonym, std)
}

// whose gives the pseudonym that is asked for; "" is everybody.
func (e *consentExportCmd) whose(ctx context.Context, c *config, s *store.Store, by bot.Look) (bot.ID, error) {
	switch {
	case e.Receipt != "":
		return s.PseudonymOfReceipt(ctx, e.Receipt)
	case e.Phone != "":
		who, err := c.contactOf(e.Phone, "")
		if err != nil {
			return "", failure{exitUse, err}
		}
		return s.PseudonymOfPhone(ctx, time.Now(), by, who)
	}
	return "", nil
}

func writeLedger(ctx context.Context, s *store.Store, pseudonym bot.ID, std streams) error {
	out := csv.NewWriter(std.out)
	head := []string{"at", "pseudonym", "topic", "given", "source", "wording", "language", "version", "evidence_at", "subscription"}
	if err := out.Write(head); err != nil {
		return err
	}
	err := s.Ledger(ctx, pseudonym, func(l store.LedgerLine) error {
		return out.Write([]string{l.At.UTC().Format(time.RFC3339), string(l.Pseudonym), inCell(l.Topic), strconv.FormatBool(l.Given), l.Source,
			inCell(l.Wording), inCell(l.Language), l.Version, moment(l.Evidence), string(l.Subscription)})
	})
	out.Flush()
	return errors.Join(err, out.Error())
}

func moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// inCell keeps a spreadsheet from taking a text for a formula (OWASP, CSV
// injection): wordings also come from imports.
func inCell(text string) string {
	start := strings.TrimLeftFunc(text, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Cf, r) })
	if start != "" && strings.ContainsRune("=+-@|%＝＋－＠−", []rune(start)[0]) || text != "" && strings.ContainsRune("\t\r", rune(text[0])) {
		return "'" + text
	}
	return text
}

// openImport opens the file of an import and tells how long it is.
func openImport(path string) (*os.File, int64, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, 0, failure{exitUse, err}
	}
	info, err := f.Stat()
	if err == nil && info.IsDir() {
		err = failure{exitUse, fmt.Errorf("%s is a folder: name the CSV file in it", path)}
	}
	if err != nil {
		return nil, 0, errors.Join(err, f.Close())
	}
	return f, info.Size(), nil
}
