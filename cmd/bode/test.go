package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/dialogue"
	"github.com/gemeentebode/bode/bot/dialogue/memory"
	"github.com/gemeentebode/bode/bot/flow"
	"github.com/gemeentebode/bode/bot/service/rights"
)

type testCmd struct {
	Dir         string `arg:"" optional:"" default:"." help:"The folder that holds flows and locales." type:"path"`
	Update      bool   `help:"Write today's answers into the files; what you wrote around them stays."`
	Lang        string `help:"Language of the sentences: nl or en." enum:"nl,en" default:"nl"`
	CoverageMin int    `name:"coverage-min" help:"Fail when a state is not visited, or fewer than this percent of the ways." placeholder:"PERCENT"`
}

// Run plays flows/*.chat; exit 1 when a dialogue goes another way than it is
// written, or too little is visited.
func (c *testCmd) Run(ctx context.Context, std streams) error {
	bundle, err := folderBundle(c.Dir, std)
	if err != nil {
		return err
	}
	files, faults, err := readDialogues(c.Dir, bundle)
	if err != nil {
		return err
	}
	if len(faults) > 0 {
		return errors.Join(writeFaults(std.out, faults, "text", c.Lang), failure{exitFaults, errFaults})
	}
	player := dialogue.NewPlayer(bundle, func() dialogue.Services { return newDialogueTown(bundle) })
	good := true
	for _, f := range files {
		played := player.Play(ctx, f)
		if c.Update {
			if played, err = c.update(ctx, player, played); err != nil {
				return err
			}
		}
		c.report(std.out, played)
		good = good && played.Wrong() == 0
	}
	if enough := c.coverage(std.out, player.Coverage()); !good || !enough {
		return failure{exitFaults, errFaults}
	}
	return nil
}

// dialogueTown is the example town for one dialogue: its agenda and worklist
// are in memory, its notices are those of the bundle.
type dialogueTown struct {
	*services
	*memory.Desk
	now time.Time
}

func newDialogueTown(bundle *flow.Bundle) *dialogueTown {
	t := &dialogueTown{Desk: memory.New()}
	live := func(context.Context) (*loaded, error) { return &loaded{bundle: bundle}, nil }
	clock := func() time.Time { return t.now }
	t.services = exampleServices(behind{agenda: t.Desk, requests: t.Desk, notices: noticesOf(live, clock),
		rights: ownData(t.Desk, live, clock, func() string { return "https://www.voorbeeldstad.example" + rights.Path })})
	return t
}

// Call runs an operation at the dialogue's clock.
func (t *dialogueTown) Call(ctx context.Context, now time.Time, call bot.Call) (bot.Result, error) {
	t.now = now
	return t.services.Call(ctx, now, call)
}

// flowsFolder gives the folder of the flows, which dir is or holds.
func flowsFolder(dir string) string {
	if _, err := os.Stat(filepath.Join(dir, "bode.toml")); err == nil {
		return dir
	}
	return filepath.Join(dir, "flows")
}

// readDialogues reads every .chat file beside the flows; all faults at once.
func readDialogues(dir string, bundle *flow.Bundle) (files []*dialogue.File, faults flow.Faults, err error) {
	folder := os.DirFS(flowsFolder(dir))
	names, err := fs.Glob(folder, "*.chat")
	if err != nil {
		return nil, nil, err
	}
	if len(names) == 0 {
		return nil, nil, failure{exitUse, fmt.Errorf("no dialogues in %s: write one, such as afval.chat", flowsFolder(dir))}
	}
	for _, name := range names {
		data, err := fs.ReadFile(folder, name)
		if err != nil {
			return nil, nil, err
		}
		file, wrong := dialogue.Read(path.Join("flows", name), data)
		if file != nil {
			wrong = file.Fits(bundle)
		}
		files, faults = append(files, file), append(faults, wrong...)
	}
	return files, faults, nil
}

// update writes a file anew when its answers changed, and plays what was written.
func (c *testCmd) update(ctx context.Context, player *dialogue.Player, played *dialogue.Result) (*dialogue.Result, error) {
	name := filepath.Join(flowsFolder(c.Dir), path.Base(played.File.Name))
	before, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	after := played.Updated()
	if string(after) == string(before) {
		return played, nil
	}
	file, faults := dialogue.Read(played.File.Name, after)
	if file == nil {
		return nil, fmt.Errorf("%s: an answer cannot be written as a dialogue: %s", name, firstFault(faults))
	}
	info, err := os.Stat(name)
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(name, after, info.Mode().Perm()); err != nil {
		return nil, err
	}
	return player.Play(ctx, file), nil
}

// say gives the Dutch or the English of a sentence.
func (c *testCmd) say(dutch, english string) string {
	if c.Lang == "en" {
		return english
	}
	return dutch
}

func (c *testCmd) report(w io.Writer, played *dialogue.Result) {
	all, wrong := len(played.File.Dialogues), played.Wrong()
	if wrong == 0 {
		fmt.Fprintf(w, "%-28s %s\n", played.File.Name, c.say("goed  "+counted(all, "gesprek", "gesprekken"), "good  "+counted(all, "dialogue", "dialogues")))
		return
	}
	fmt.Fprintf(w, "%-28s %s\n", played.File.Name, c.say(fmt.Sprintf("FOUT  %d van %s", wrong, counted(all, "gesprek", "gesprekken")), fmt.Sprintf("WRONG %d of %s", wrong, counted(all, "dialogue", "dialogues"))))
	for _, d := range played.Differences {
		fmt.Fprintln(w)
		d.Write(w, c.Lang)
	}
	fmt.Fprintln(w)
}

func counted(n int, one, more string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, more)
}

// coverage prints what was visited, and tells whether it is enough.
func (c *testCmd) coverage(w io.Writer, found dialogue.Coverage) bool {
	fmt.Fprintf(w, "\n%-20s %-14s %s\n", c.say("bezocht", "visited"), c.say("staten", "states"), c.say("wegen", "ways"))
	for _, f := range found {
		c.counts(w, f.Flow, f.States, f.Edges)
		if len(f.Unseen) > 0 {
			fmt.Fprintf(w, "  %s %s\n", c.say("geen gesprek komt in:", "no dialogue comes to:"), strings.Join(f.Unseen, ", "))
		}
		for _, way := range f.Untaken {
			fmt.Fprintf(w, "  %s %s -> %s (%s)\n", c.say("geen gesprek gaat:", "no dialogue goes:"), way.From, way.To, way.Event)
		}
	}
	states, edges := found.Total()
	c.counts(w, c.say("samen", "together"), states, edges)
	if c.CoverageMin == 0 || states.Seen == states.All && edges.Percent() >= c.CoverageMin {
		return true
	}
	fmt.Fprintln(w, c.say(fmt.Sprintf("Te weinig: elke staat en %d %% van de wegen moet bezocht zijn.", c.CoverageMin),
		fmt.Sprintf("Too little: every state and %d %% of the ways have to be visited.", c.CoverageMin)))
	return false
}

func (c *testCmd) counts(w io.Writer, name string, states, edges dialogue.Count) {
	of := c.say("van", "of")
	fmt.Fprintf(w, "%-20s %-14s %s\n", name, fmt.Sprintf("%d %s %d", states.Seen, of, states.All), fmt.Sprintf("%d %s %d (%d %%)", edges.Seen, of, edges.All, edges.Percent()))
}
