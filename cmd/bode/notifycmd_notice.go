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
	name  string
	whole string            // all of it
	Text  map[string]string `toml:"text"`
}

// noticesIn reads the notices of a published bundle. What cannot be read is
// no notice: it was not published as one either.
func noticesIn(content []byte) (files []noticeFile, err error) {
	folder, err := unpack(content)
	if err != nil {
		return nil, err
	}
	names, err := fs.Glob(folder, "flows/notices/*.toml")
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		data, err := fs.ReadFile(folder, name)
		if err != nil {
			return nil, err
		}
		f := noticeFile{name: strings.TrimSuffix(path.Base(name), ".toml"), whole: folded(string(data))}
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

// writers tells who had a hand in a notice: whoever was the first to publish
// it, or any earlier version of it, also under another name. Who publishes
// what another wrote, unchanged, did not write it. unknown says that a version
// was first published by nobody in particular (the first start).
func writers(ctx context.Context, s *store.Store, name string) (by []string, unknown bool, err error) {
	published, err := s.Publications(ctx)
	if err != nil {
		return nil, false, err
	}
	_, content, err := s.LiveBundle(ctx)
	if err != nil {
		return nil, false, err
	}
	live, err := noticesIn(content)
	if err != nil {
		return nil, false, err
	}
	i := slices.IndexFunc(live, func(f noticeFile) bool { return f.name == name })
	if i < 0 {
		return nil, false, fmt.Errorf("the live bundle has no notice %s", name)
	}
	versions, read := map[string]bool{}, map[string]bool{}
	for _, p := range published {
		if read[p.Hash] {
			continue
		}
		read[p.Hash] = true
		if content, err = s.BundleByHash(ctx, p.Hash); err != nil {
			return nil, false, err
		}
		files, err := noticesIn(content)
		if err != nil {
			return nil, false, err
		}
		for _, f := range files {
			if !live[i].kin(f) || versions[f.whole] {
				continue
			}
			versions[f.whole] = true
			if slices.Contains(nobodies, p.By) {
				unknown = true
			} else if !slices.Contains(by, p.By) {
				by = append(by, p.By)
			}
		}
	}
	return by, unknown, nil
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
