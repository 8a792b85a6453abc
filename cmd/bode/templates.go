package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/channel/cloudapi"
	"github.com/gemeentebode/bode/bot/flow"
	"github.com/gemeentebode/bode/store"
)

type templatesCmd struct {
	Status templatesStatusCmd `cmd:"" help:"What the platform says of each message template, and what to do."`
	Submit templatesSubmitCmd `cmd:"" help:"Ask the platform's approval of what is new or has other words."`
}

type templatesStatusCmd struct {
	Config string `help:"The configuration file." default:"config.toml" type:"path"`
	Dir    string `help:"The templates of this folder instead of the live ones." type:"path" placeholder:"DIR"`
}

// Run prints the table. Exit 1 when a template of the flows cannot be used.
func (cmd *templatesStatusCmd) Run(ctx context.Context, std streams) error {
	t, err := openTemplates(ctx, cmd.Config, cmd.Dir, std)
	if err != nil {
		return err
	}
	defer t.close()
	w := tabwriter.NewWriter(std.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "TEMPLATE\tLANGUAGE\tPLATFORM\tUSED\tWHAT TO DO")
	unusable := 0
	for _, m := range t.all {
		said, todo := m.verdict()
		used := "yes"
		if !m.usable() {
			used = "no"
		}
		if m.ours != nil && !m.usable() {
			unusable++
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", m.name, m.language, said, used, todo)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	for _, m := range t.all {
		if m.differs() {
			fmt.Fprintf(std.out, "\n%s %s has other words:\n  platform: %s\n  flows:    %s\n", m.name, m.language, m.theirs.Body, m.ours.Body)
		}
	}
	if unusable > 0 {
		fmt.Fprintf(std.out, "\n%d cannot be used: who did not write for 24 hours does not get these.\n", unusable)
		return failure{exitFaults, errFaults}
	}
	return nil
}

type templatesSubmitCmd struct {
	Names  []string `arg:"" optional:"" help:"Only these templates."`
	Config string   `help:"The configuration file." default:"config.toml" type:"path"`
	Dir    string   `help:"The templates of this folder instead of the live ones." type:"path" placeholder:"DIR"`
	DryRun bool     `help:"Only show what would be submitted."`
}

// Run shows what will be submitted, then submits it, and prints a line for each.
func (cmd *templatesSubmitCmd) Run(ctx context.Context, std streams) error {
	t, err := openTemplates(ctx, cmd.Config, cmd.Dir, std)
	if err != nil {
		return err
	}
	defer t.close()
	chosen, err := t.chosen(cmd.Names)
	if err != nil {
		return err
	}
	var wanted []matched
	for _, m := range chosen {
		if how, can := m.submission(); can {
			wanted = append(wanted, m)
			show(std, m, how)
		} else if how != "" {
			fmt.Fprintf(std.out, "%s %s: not submitted: %s\n", m.name, m.language, how)
		}
	}
	switch {
	case len(wanted) == 0:
		fmt.Fprintln(std.out, "There is nothing to submit.")
		return nil
	case cmd.DryRun:
		fmt.Fprintf(std.out, "Dry run: %d would be submitted, nothing was.\n", len(wanted))
		return nil
	}
	return t.submit(ctx, std, wanted)
}

func show(std streams, m matched, how string) {
	fmt.Fprintf(std.out, "%s %s: %s, category UTILITY\n  %s\n", m.name, m.language, how, strings.ReplaceAll(m.ours.Body, "\n", "\n  "))
	for i, sample := range m.ours.Sample {
		fmt.Fprintf(std.out, "  {{%d}} for instance: %s\n", i+1, sample)
	}
}

// templates are those of a bundle beside those of the platform, for a command.
type templates struct {
	client  *cloudapi.Client
	store   *store.Store
	account string
	all     []matched
}

func (t *templates) close() {
	t.client.Close()
	t.store.Close()
}

// openTemplates asks the platform for the account's templates and keeps what
// it says, as the running service does.
func openTemplates(ctx context.Context, file, dir string, std streams) (*templates, error) {
	c, err := readConfig(file)
	if err != nil {
		return nil, err
	}
	api, err := c.cloudAPI()
	if err != nil {
		return nil, err
	}
	if api.WABAID == "" {
		return nil, failure{exitUse, errors.New("[channel.cloudapi] waba_id is empty: the provider's letter names it")}
	}
	s, err := c.openStore(ctx)
	if err != nil {
		return nil, err
	}
	t := &templates{client: cloudapi.NewClient(api), store: s, account: api.PhoneNumberID}
	if err := t.read(ctx, c, dir, std); err != nil {
		t.close()
		return nil, err
	}
	return t, nil
}

func (t *templates) read(ctx context.Context, c *config, dir string, std streams) error {
	live, err := c.templateBundle(ctx, t.store, "", std)
	if err != nil {
		return err
	}
	theirs, err := t.client.Templates(ctx)
	if err != nil {
		return fmt.Errorf("the platform's templates: %w", err)
	}
	bundle := live
	if dir != "" {
		if bundle, err = c.templateBundle(ctx, t.store, dir, std); err != nil {
			return err
		}
	}
	if err := learn(ctx, t.store, time.Now(), t.account, live, theirs); err != nil {
		return err
	}
	t.all, err = match(bundle, theirs)
	return err
}

// templateBundle gives the live bundle, else the one that would become live
// first; or that of a folder.
func (c *config) templateBundle(ctx context.Context, s *store.Store, dir string, std streams) (*flow.Bundle, error) {
	all, err := c.services(newLog(std, c.Log.Level), behind{})
	if err != nil {
		return nil, err
	}
	hash, content, err := s.LiveBundle(ctx)
	if dir != "" {
		content, err = packFolder(dir)
	} else if errors.Is(err, store.ErrNoBundle) {
		content, err = c.bundleContent()
	}
	if err != nil {
		return nil, err
	}
	options := c.flowOptions(all)
	options.At = time.Now()
	bundle, faults, err := loadStored(hash, content, options)
	if err == nil && bundle == nil {
		err = fmt.Errorf("the flows have faults, see bode check; the first: %s", firstFault(faults))
	}
	return bundle, err
}

// chosen are the templates of these names, or all of the flows'.
func (t *templates) chosen(names []string) ([]matched, error) {
	var out []matched
	for _, m := range t.all {
		if m.ours != nil && (len(names) == 0 || slices.Contains(names, m.name)) {
			out = append(out, m)
		}
	}
	for _, name := range names {
		if !slices.ContainsFunc(out, func(m matched) bool { return m.name == name }) {
			return nil, failure{exitUse, fmt.Errorf("the flows have no template %q; see: bode templates status", name)}
		}
	}
	return out, nil
}

// submit sends one after another. What the platform refuses for itself does
// not keep the others back; a refusal of the account or of the pace does.
func (t *templates) submit(ctx context.Context, std streams, wanted []matched) error {
	failed := 0
	for _, m := range wanted {
		status, err := t.submitOne(ctx, m)
		var refused *bot.SendError
		switch {
		case errors.As(err, &refused) && (refused.Class == bot.SendStop || refused.Class == bot.SendRetry):
			return fmt.Errorf("%s %s: %w; nothing after it was submitted", m.name, m.language, err)
		case err != nil:
			failed++
			fmt.Fprintf(std.out, "%s %s: FAILED: %v\n", m.name, m.language, err)
		case status.Category != bot.TemplateUtility:
			failed++
			fmt.Fprintf(std.out, "%s %s: %s, but the platform calls it %s: it is not used\n", m.name, m.language, status.Status, status.Category)
		default:
			fmt.Fprintf(std.out, "%s %s: %s\n", m.name, m.language, status.Status)
		}
	}
	if failed > 0 {
		return failure{exitFaults, errFaults}
	}
	fmt.Fprintln(std.out, "The platform looks at them, mostly within a day. See: bode templates status")
	return nil
}

func (t *templates) submitOne(ctx context.Context, m matched) (bot.TemplateStatus, error) {
	status := bot.TemplateStatus{Name: m.name, Language: m.language, Status: "PENDING", Body: m.ours.Body}
	if m.theirs != nil {
		if err := t.client.Change(ctx, m.theirs.ID, *m.ours); err != nil {
			return status, err
		}
		status.Category = m.theirs.Category
	} else {
		made, err := t.client.Submit(ctx, *m.ours)
		if err != nil {
			return status, err
		}
		status.Status, status.Category = made.Status, made.Category
	}
	return status, t.store.SetTemplate(ctx, time.Now(), t.account, status)
}

// inOrder is by name, then Dutch before the other languages.
func inOrder(a, b matched) int {
	rank := func(m matched) string {
		if m.language == "nl" {
			return ""
		}
		return m.language
	}
	return cmp.Or(cmp.Compare(a.name, b.name), cmp.Compare(rank(a), rank(b)))
}
