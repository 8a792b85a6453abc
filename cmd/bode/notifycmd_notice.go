package main

import (
	"context"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/pelletier/go-toml/v2"

	"github.com/gemeentebode/bode/bot/flow"
	"github.com/gemeentebode/bode/bot/notify"
	"github.com/gemeentebode/bode/store"
)

// pushable gives the notices of a bundle as they would be pushed.
func pushable(b *flow.Bundle) []notify.Notice {
	out := make([]notify.Notice, 0, len(b.Notices))
	for _, n := range b.Notices {
		one := notify.Notice{Name: n.Name, Topic: n.Topic, Title: n.Title, Template: n.Template, Source: n.Source, From: n.From.UTC(), Until: n.Until.UTC(),
			Areas: n.Areas, Urgent: n.Urgent, Words: map[string]string{}, Fixed: map[string]string{}}
		if n.Urgent {
			one.Night = noNight(b, n.Topic)
		}
		for language, t := range n.Text.ByLanguage {
			one.Words[language] = t.Source()
		}
		if t := b.Templates[n.Template]; t != nil {
			for language, words := range t.Text.ByLanguage {
				one.Fixed[language] = words.Source()
			}
		}
		out = append(out, one)
	}
	return out
}

// nightPurposes are those for which something may come at night.
var nightPurposes = []string{"crisis_response", "public_health"}

// noNight says why an urgent notice about a topic may not come in quiet hours;
// "": it may. The wording that residents agreed with says so, and every flow
// in which they did is there for a crisis or for health.
func noNight(b *flow.Bundle, topic string) string {
	if t := b.Shared.Topics[topic]; t == nil || !t.Night {
		return fmt.Sprintf("the wording of the topic %q does not say that it may come at night", topic)
	}
	asked := false
	for _, name := range slices.Sorted(maps.Keys(b.Flows)) {
		f := b.Flows[name]
		for _, state := range f.States {
			if state.Kind != flow.Subscribe || state.Topic != topic {
				continue
			}
			asked = true
			if !slices.Contains(nightPurposes, f.Purpose) {
				return fmt.Sprintf("the purpose of the flow %q is %s, and not crisis_response or public_health", name, f.Purpose)
			}
		}
	}
	if !asked {
		return fmt.Sprintf("in no flow do residents sign up for the topic %q", topic)
	}
	return ""
}

// noticeFile is what counts of a notice's file to tell who wrote it.
type noticeFile struct {
	name     string
	whole    string            // all of it: a sign alone opens a line, or makes 15 of 1,5
	Template string            `toml:"template"`
	Text     map[string]string `toml:"text"`
}

// noticesIn reads the notices of a published bundle. What cannot be read is
// no notice: it was not published as one either.
func noticesIn(folder fs.FS) (files []noticeFile, err error) {
	names, err := fs.Glob(folder, "flows/notices/*.toml")
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		data, err := fs.ReadFile(folder, name)
		if err != nil {
			return nil, err
		}
		f := noticeFile{name: strings.TrimSuffix(path.Base(name), ".toml"), whole: strings.ReplaceAll(string(data), "\r\n", "\n")}
		if toml.Unmarshal(data, &f) == nil {
			files = append(files, f)
		}
	}
	return files, nil
}

// folded keeps letters and digits only: a space or a comma more is not
// another's text.
func folded(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, text)
}

// kin tells whether an earlier notice is a version of this one: it has its
// name, or says the same in some language.
func (f noticeFile) kin(earlier noticeFile) bool {
	if f.name == earlier.name {
		return true
	}
	for _, mine := range f.Text {
		for _, theirs := range earlier.Text {
			if mine, theirs := folded(mine), folded(theirs); mine != "" && mine == theirs {
				return true
			}
		}
	}
	return false
}

// around gives what else a bundle says with a notice: its template and what
// stands for the facts that it names.
func (f noticeFile) around(folder fs.FS) string {
	var said strings.Builder
	for _, name := range []string{f.Template, f.Template + notify.CorrectionTemplate} {
		words, _ := fs.ReadFile(folder, "flows/templates/"+name+".toml") // not there: it says nothing
		said.Write(words)
	}
	var shared struct {
		Facts map[string]any `toml:"facts"`
	}
	if data, err := fs.ReadFile(folder, "flows/bode.toml"); err != nil || toml.Unmarshal(data, &shared) != nil {
		return said.String()
	}
	for _, fact := range slices.Sorted(maps.Keys(shared.Facts)) {
		if strings.Contains(f.whole, "fact."+fact) {
			fmt.Fprint(&said, fact, shared.Facts[fact])
		}
	}
	return said.String()
}

// writers tells who had a hand in a notice: whoever was the first to publish
// it, or any earlier version of it, also under another name, or who changed
// its template or a fact in it since. Who publishes what another wrote,
// unchanged, did not write it. unknown says that a version was first published
// by nobody in particular (the first start).
func writers(ctx context.Context, s *store.Store, name string) (by []string, unknown bool, err error) {
	published, err := s.Publications(ctx)
	if err != nil {
		return nil, false, err
	}
	_, content, err := s.LiveBundle(ctx)
	if err != nil {
		return nil, false, err
	}
	folder, err := unpack(content)
	if err != nil {
		return nil, false, err
	}
	live, err := noticesIn(folder)
	if err != nil {
		return nil, false, err
	}
	i := slices.IndexFunc(live, func(f noticeFile) bool { return f.name == name })
	if i < 0 {
		return nil, false, fmt.Errorf("the live bundle has no notice %s", name)
	}
	h := hands{notice: live[i], versions: map[string]bool{}, around: map[string]bool{}}
	read := map[string]bool{}
	for _, p := range published {
		if read[p.Hash] {
			continue
		}
		read[p.Hash] = true
		if content, err = s.BundleByHash(ctx, p.Hash); err != nil {
			return nil, false, err
		}
		if err := h.look(content, p.By); err != nil {
			return nil, false, err
		}
	}
	return h.by, h.unknown, nil
}

// hands are those that had one in a notice, as its publications are gone by.
type hands struct {
	notice   noticeFile
	versions map[string]bool // of the notice's file
	around   map[string]bool // of what stands around its words
	by       []string
	unknown  bool
}

func (h *hands) look(content []byte, by string) error {
	folder, err := unpack(content)
	if err != nil {
		return err
	}
	files, err := noticesIn(folder)
	if err != nil {
		return err
	}
	around := h.notice.around(folder)
	wrote := len(h.versions) > 0 && !h.around[around]
	h.around[around] = true
	for _, f := range files {
		if h.notice.kin(f) && !h.versions[f.whole] {
			h.versions[f.whole], wrote = true, true
		}
	}
	switch {
	case !wrote:
	case slices.Contains(nobodies, by):
		h.unknown = true
	case !slices.Contains(h.by, by):
		h.by = append(h.by, by)
	}
	return nil
}

// vanishing tells which sent notices a bundle no longer has: who got them
// hears that as soon as it is live.
func vanishing(ctx context.Context, s *store.Store, now time.Time, account string, b *flow.Bundle) (names []string, err error) {
	sent, err := s.Pushed(ctx, now, account)
	if err != nil {
		return nil, err
	}
	for _, one := range sent {
		if stands, _ := notify.Standing(one, pushable(b), now); !stands {
			names = append(names, one.Notice)
		}
	}
	return names, nil
}

// pusher looks after notices that were sent.
func (d *desk) pusher() *notify.Pusher {
	return &notify.Pusher{Store: d.store, Account: d.account, Quiet: d.quiet, Clock: d.clock, Healthy: d.clocks.healthy, Log: d.log, Count: d.count,
		Notices: func(ctx context.Context) ([]notify.Notice, error) {
			live, err := d.bundles.live(ctx)
			if err != nil {
				return nil, err
			}
			return pushable(live.bundle), nil
		}}
}

// inTown is a moment as colleagues read it.
func inTown(t time.Time) string {
	zone, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil || t.IsZero() {
		return "-"
	}
	return t.In(zone).Format("2006-01-02 15:04")
}
