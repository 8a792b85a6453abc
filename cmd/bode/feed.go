package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/gemeentebode/bode/bot/notify/feed"
	"github.com/gemeentebode/bode/bot/privacy"
)

// noticeCmd is for temporary notices.
type noticeCmd struct {
	Draft noticeDraftCmd `cmd:"" help:"Make drafts of notices from the configured feeds; a person reads and approves them."`
}

type noticeDraftCmd struct {
	Dir    string `arg:"" optional:"" help:"The folder that holds flows, to know which notices are published. Without it: [flows] dir, else here." type:"path"`
	Config string `help:"The configuration file." default:"config.toml" type:"path"`
	Feed   string `help:"Only the feed of this name." placeholder:"NAME"`
	From   string `help:"Read this file instead of asking the feed's url, to try a rule. Needs --feed." placeholder:"FILE" type:"path"`
	DryRun bool   `help:"Show what would be made, and write nothing."`
}

// Help is what bode notice draft --help says more.
func (*noticeDraftCmd) Help() string {
	return `Asks each [[feed]] of the configuration and writes a file per warning into
[flows] drafts. Nothing is shown or sent: read a draft, better its words, move
it to flows/notices, then bode check and bode publish.

Only real, public warnings that still hold and touch the municipality become
drafts. An update replaces the draft in its file, a cancel ends it now; of a
notice that was published, the new file waits in drafts until you put it in its
place. Every entry is told with its reason. Giving the command again changes
nothing, so a timer may give it.

  bode notice draft --feed meteoalarm --dry-run`
}

// Run drafts; exit 1 when a feed or an entry could not be read.
func (n *noticeDraftCmd) Run(ctx context.Context, std streams) error {
	if n.From != "" && n.Feed == "" {
		return failure{exitUse, errors.New("--from needs --feed: by which rule is the file read?")}
	}
	c, err := readConfig(n.Config)
	if err != nil {
		return err
	}
	return n.draft(ctx, std, c, feed.Fetcher{}, time.Now())
}

// draft goes by every feed that is asked for.
func (n *noticeDraftCmd) draft(ctx context.Context, std streams, c *config, fetcher feed.Fetcher, now time.Time) error {
	rules, err := c.feedRules(n.Feed)
	if err != nil {
		return failure{exitUse, err}
	}
	desk, err := c.openDrafts(n.Dir, std)
	if err != nil {
		return err
	}
	bad := false
	for _, rule := range rules {
		good, err := n.one(ctx, std, rule, desk, fetcher, now)
		if err != nil {
			return err
		}
		bad = bad || !good
	}
	if bad {
		return failure{exitFaults, errFaults}
	}
	return nil
}

// checkFeeds finds the mistakes in the rules, except in their tables.
func (c *config) checkFeeds(say func(bad bool, format string, args ...any)) {
	names := map[string]bool{}
	for i, f := range c.Feeds {
		err := f.Check()
		say(err != nil, "[[feed]] number %d: %w", i+1, err)
		say(names[f.Name], "[[feed]] number %d: there is another %q", i+1, f.Name)
		names[f.Name] = true
	}
	say(c.Flows.Drafts == "" && len(c.Feeds) > 0, "[flows] drafts is empty: name the folder in which drafts of notices are written")
}

// feedRules checks and opens the rules, or the one that is asked for.
func (c *config) feedRules(only string) ([]feed.Rule, error) {
	var out []feed.Rule
	var names []string
	for _, f := range c.Feeds {
		names = append(names, f.Name)
		if only != "" && f.Name != only {
			continue
		}
		rule, err := f.Rule(c.path)
		if err != nil {
			return nil, fmt.Errorf("[[feed]] %s: %w", f.Name, err)
		}
		rule.Look = lookAtDraft
		out = append(out, rule)
	}
	switch {
	case len(names) == 0:
		return nil, errors.New("there is no [[feed]] in the configuration: config.example.toml shows one")
	case len(out) == 0:
		return nil, fmt.Errorf("there is no feed %q: choose one of %s", only, strings.Join(names, ", "))
	}
	return out, nil
}

// lookAtDraft takes identifiers out of what a feed says and refuses what asks
// for one. Words that read as advertising stay out; the warning does not, for
// publishers write "kans op" too.
func lookAtDraft(text string) (string, error) {
	if found, asks := privacy.Asks(text); asks {
		return "", fmt.Errorf("it asks for what is never asked (%q): nothing of it is used", found)
	}
	if word, why, found := privacy.Advertises(text); found {
		return "", fmt.Errorf("%w: %q: %s", feed.ErrWords, word, why.Dutch)
	}
	masked, _ := privacy.Mask(text)
	return masked, nil
}

// one drafts from one feed. What cannot be read of it is told, and the next
// feed is asked; an error is of our own folder.
func (n *noticeDraftCmd) one(ctx context.Context, std streams, rule feed.Rule, desk *drafts, fetcher feed.Fetcher, now time.Time) (good bool, err error) {
	state := desk.state(rule, now, std)
	entries, unchanged, err := n.entries(ctx, rule, state, fetcher)
	if err != nil {
		fmt.Fprintf(std.err, "%s: not read: %v\n", rule.Name, err)
		return false, nil
	}
	if unchanged {
		fmt.Fprintf(std.out, "%s: unchanged since the last time\n", rule.Name)
		return true, nil
	}
	decisions := rule.Apply(entries, &desk.folder, state, now)
	state.Again(decisions)
	n.tell(std.out, rule, desk, decisions)
	good = !slices.ContainsFunc(decisions, func(d feed.Decision) bool { return d.Action == feed.Refused })
	if n.DryRun {
		return good, nil
	}
	return good, desk.keep(rule, state, decisions)
}

func (n *noticeDraftCmd) entries(ctx context.Context, rule feed.Rule, state *feed.State, fetcher feed.Fetcher) ([]feed.Entry, bool, error) {
	if n.From == "" {
		return fetcher.Fetch(ctx, rule, state)
	}
	file, err := os.Open(n.From)
	if err != nil {
		return nil, false, err
	}
	defer file.Close()
	entries, err := rule.Read(file)
	for i := range entries {
		if entries[i].Document != "" {
			entries[i].Err = errors.New("it links to a document, which --from does not fetch: give that document's own file")
		}
	}
	return entries, false, err
}

// tell prints a line per entry, and of a dry run the drafts.
func (n *noticeDraftCmd) tell(w io.Writer, rule feed.Rule, desk *drafts, decisions []feed.Decision) {
	count := map[feed.Action]int{}
	for _, d := range decisions {
		count[d.Action]++
	}
	fmt.Fprintf(w, "%s: %d made, %d updated, %d withdrawn, %d ignored, %d refused\n", rule.Name,
		count[feed.Made], count[feed.Updated], count[feed.Withdrawn], count[feed.Ignored], count[feed.Refused])
	for _, d := range decisions {
		file := ""
		if d.Content != nil {
			file = desk.path(d.File) + "  "
		}
		fmt.Fprintf(w, "  %-9s  %s  %s%s\n", d.Action, d.Entry, file, d.Reason)
		if n.DryRun && d.Content != nil {
			fmt.Fprintf(w, "      %s\n", strings.ReplaceAll(strings.TrimSpace(string(d.Content)), "\n", "\n      "))
		}
	}
}
