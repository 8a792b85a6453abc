package feed

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Folder is what stands: drafts, and the notices that were made of drafts.
type Folder struct {
	Notices []Notice
	Zone    *time.Location // Europe/Amsterdam
}

// mostOrigin is how many entries a draft remembers, the newest.
const mostOrigin = 50

// mostMade bounds the new drafts of one run: nobody reads more, and a feed that
// has gone wrong should not fill the folder.
const mostMade = 20

// run is one application of a feed's entries to a folder.
type run struct {
	Rule
	folder *Folder
	state  *State
	now    time.Time
	ended  map[ID]ID // by what entry of this run each is replaced or cancelled
	refs   map[ID][]ID
	made   int
}

// Apply decides about each entry, in the order in which they were sent. It
// changes nothing outside the folder and the state that it was given; the same
// entries again change nothing at all.
func (r Rule) Apply(entries []Entry, folder *Folder, state *State, now time.Time) []Decision {
	a := &run{Rule: r, folder: folder, state: state, now: now.Truncate(time.Second), ended: map[ID]ID{}, refs: map[ID][]ID{}}
	entries = inOrder(entries)
	for _, e := range entries {
		if ignored, err := heard(e, now); ignored != "" || err != nil || e.Kind == Alert && !e.News {
			continue
		}
		for _, ref := range e.References {
			a.ended[ref.key()] = e.ID
		}
		a.refs[e.ID.key()] = e.References
	}
	a.newestNews(entries)
	var out []Decision
	for _, e := range entries {
		d := a.entry(e)
		if d.Entry = e.Where; e.ID.Identifier != "" {
			d.Entry = e.ID.Identifier
		}
		out = append(out, d)
	}
	return out
}

// key is an ID as a map's key: the same instant in every zone.
func (id ID) key() ID {
	id.Sent = id.Sent.UTC().Truncate(time.Second)
	return id
}

func inOrder(entries []Entry) []Entry {
	out := slices.Clone(entries)
	slices.SortStableFunc(out, func(a, b Entry) int { return a.ID.Sent.Compare(b.ID.Sent) })
	return out
}

// newestNews: of the same item twice in a feed the newer counts.
func (a *run) newestNews(entries []Entry) {
	newest := map[string]ID{}
	for _, e := range entries {
		if !e.News || e.Err != nil {
			continue
		}
		if old, ok := newest[e.ID.Identifier]; ok && old.key() != e.ID.key() {
			a.ended[old.key()] = e.ID
		}
		newest[e.ID.Identifier] = e.ID
	}
}

func (a *run) entry(e Entry) Decision {
	ignored, err := heard(e, a.now)
	switch {
	case err != nil:
		return Decision{Action: Refused, Reason: err.Error(), soon: true}
	case ignored != "":
		return Decision{Action: Ignored, Reason: ignored}
	}
	if n := a.holding(e.ID); n != nil {
		return a.known(e, n)
	}
	if by, over := a.over(e.ID); over {
		return a.late(e, by)
	}
	old := a.replaced(e)
	if old != nil && !e.ID.Sent.After(old.Origin[0].Sent) {
		return Decision{Action: Ignored, File: old.File, Reason: "it is older than what stands in " + old.File}
	}
	if e.Kind == Cancel {
		return a.cancel(e, old)
	}
	return a.write(e, old)
}

// holding finds the notice that an entry is already part of: the one in force
// when an ended one has it too.
func (a *run) holding(id ID) *Notice {
	has := func(n *Notice) bool {
		return slices.ContainsFunc(n.Origin, func(o ID) bool { return o.key() == id.key() })
	}
	if n := a.find(func(n *Notice) bool { return n.Until.After(a.now) && has(n) }); n != nil {
		return n
	}
	return a.find(has)
}

// known handles an entry that is in a notice already: it was delivered again, or
// after the one that replaced it. In that case what it replaced is over too.
func (a *run) known(e Entry, in *Notice) Decision {
	a.remember(e)
	reason := "known: it is in " + in.File
	for _, ref := range e.References {
		if old := a.holding(ref); old != nil && e.Kind != Alert && old.File != in.File && old.Until.After(a.now) {
			return a.withdraw(e, old, reason+", which replaces this")
		}
	}
	return Decision{Action: Ignored, File: in.File, Reason: reason}
}

func (a *run) find(is func(*Notice) bool) *Notice {
	for i := range a.folder.Notices {
		if n := &a.folder.Notices[i]; len(n.Origin) > 0 && is(n) {
			return n
		}
	}
	return nil
}

// over tells whether an entry was replaced or cancelled before it came.
func (a *run) over(id ID) (by string, over bool) {
	if e, ok := a.ended[id.key()]; ok {
		return e.Identifier, true
	}
	if by, ok := a.state.gone(id); ok {
		return by, true
	}
	return "", false
}

// late handles an entry that something newer already replaced or cancelled.
// What it replaced itself, and still stands in a file of its own, is over too.
func (a *run) late(e Entry, by string) Decision {
	if by == removed {
		return Decision{Action: Ignored, Reason: "known: its draft was removed by a person"}
	}
	a.remember(e)
	reason := "something newer replaced or cancelled it: " + by
	if newer, inRun := a.ended[e.ID.key()]; inRun && a.holding(newer) == nil {
		return Decision{Action: Ignored, Reason: reason} // that one takes over what stands
	}
	if old := a.replaced(e); old != nil && old.Until.After(a.now) {
		return a.withdraw(e, old, reason)
	}
	return Decision{Action: Ignored, Reason: reason}
}

// replaced finds the notice of what an entry refers to, directly or through
// other entries of this run; of news, the notice of the same item.
func (a *run) replaced(e Entry) *Notice {
	if e.News {
		return a.find(func(n *Notice) bool {
			return n.Origin[0].Sender == e.ID.Sender && n.Origin[0].Identifier == e.ID.Identifier
		})
	}
	if e.Kind == Alert {
		return nil
	}
	seen, todo := map[ID]bool{}, slices.Clone(e.References)
	for len(todo) > 0 {
		ref := todo[0].key()
		todo = todo[1:]
		if seen[ref] {
			continue
		}
		seen[ref] = true
		if n := a.holding(ref); n != nil {
			return n
		}
		todo = append(todo, a.refs[ref]...)
	}
	return nil
}

// remember keeps that what an entry refers to is over, for when it comes late.
func (a *run) remember(e Entry) {
	if e.Kind == Alert {
		return
	}
	for _, ref := range e.References {
		a.state.end(ref, e.ID.Identifier, a.now)
	}
}

func (a *run) cancel(e Entry, old *Notice) Decision {
	a.remember(e)
	switch {
	case old == nil:
		return Decision{Action: Ignored, Reason: "it cancels what has no draft here"}
	case !old.Until.After(a.now):
		return Decision{Action: Ignored, File: old.File, Reason: "it cancels what is already over: " + old.File}
	}
	reason := "cancelled by the source"
	if e.Says != "" {
		reason += ": " + e.Says
	}
	return a.withdraw(e, old, reason)
}

// write makes a draft, or replaces an older one in its file.
func (a *run) write(e Entry, old *Notice) Decision {
	d, skip, err := a.draft(e, a.now)
	switch {
	case err != nil:
		return Decision{Action: Refused, Reason: err.Error(), soon: errors.Is(err, errSoon)}
	case skip != "" && old != nil && old.Until.After(a.now):
		a.remember(e)
		return a.withdraw(e, old, "its update is not for us: "+skip)
	case skip != "":
		a.remember(e)
		return Decision{Action: Ignored, Reason: skip}
	case old == nil && a.made == mostMade:
		return Decision{Action: Ignored, Reason: fmt.Sprintf("%d new drafts were made: the rest waits for the next run", mostMade), soon: true}
	}
	a.remember(e)
	a.state.seen(e.ID, a.now)
	action, reason := Made, "new"
	if old == nil {
		a.made++
		d.File = a.fileOf(e)
	} else {
		action, reason = Updated, "replaces "+old.Origin[0].Identifier
		if old.Published {
			reason += "; " + publishedNote
		}
		d.File, d.Published, d.Origin = old.File, old.Published, merged(d.Origin, old.Origin)
	}
	a.put(d.Notice)
	return Decision{Action: action, File: d.File, Reason: reason + "; " + d.summary(), Content: d.write(a.heading(d.above), a.folder.Zone)}
}

const publishedNote = "the notice is published: put this file in its place"

func (n Notice) summary() string {
	areas := "everyone"
	if len(n.Areas) > 0 {
		areas = strings.Join(n.Areas, " ")
	}
	return fmt.Sprintf("%q, %s, %s, until %s", n.Title, n.Urgency, areas, n.Until.UTC().Format(time.RFC3339))
}

// withdraw ends a notice now, with the words that an editor gave it.
func (a *run) withdraw(e Entry, old *Notice, reason string) Decision {
	n := *old
	n.Until = a.now
	if !n.From.Before(n.Until) {
		n.From = n.Until.Add(-time.Minute)
	}
	n.Origin = merged([]ID{e.ID}, old.Origin)
	above := []string{
		"INGETROKKEN op " + a.now.In(a.folder.Zone).Format("2006-01-02 15:04") + ": " + shown(reason) + ".",
		"Staat dit bericht al in flows/notices? Zet dan dit bestand ervoor in de plaats. Anders: gooi het weg.",
	}
	if old.Published {
		reason += "; " + publishedNote
	}
	a.state.seen(e.ID, a.now)
	a.put(n)
	return Decision{Action: Withdrawn, File: n.File, Reason: reason, Content: n.write(above, a.folder.Zone)}
}

func (a *run) put(n Notice) {
	for i := range a.folder.Notices {
		if a.folder.Notices[i].File == n.File {
			a.folder.Notices[i] = n
			return
		}
	}
	a.folder.Notices = append(a.folder.Notices, n)
}

func merged(newer, older []ID) []ID {
	var out []ID
	for _, id := range append(slices.Clone(newer), older...) {
		if !slices.ContainsFunc(out, func(o ID) bool { return o.key() == id.key() }) {
			out = append(out, id.key())
		}
	}
	return out[:min(len(out), mostOrigin)]
}

// fileOf names a draft: the same name for the same entry, always.
func (a *run) fileOf(e Entry) string {
	sum := sha256.Sum256([]byte(e.ID.key().String()))
	return e.ID.Sent.In(a.folder.Zone).Format(time.DateOnly) + "-" + a.Name + "-" + hex.EncodeToString(sum[:4]) + ".toml"
}

func (a *run) heading(about []string) []string {
	return append([]string{
		fmt.Sprintf("Concept uit de feed %q van %s. Inwoners zien dit nog niet.", a.Name, a.now.In(a.folder.Zone).Format("2006-01-02 15:04")),
		"Lees het na, maak de tekst duidelijk en zet dit bestand in flows/notices. Doe dan bode check en bode publish.",
	}, about...)
}
