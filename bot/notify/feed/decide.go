package feed

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// early is how far ahead of our clock an entry may have been sent.
const early = 5 * time.Minute

// errSoon marks what may be decided otherwise at the next run.
var errSoon = errors.New("look again")

// heard tells whether an entry counts at all: real, for everyone, and not from
// the future. What is refused is a mistake; what is ignored is none.
func heard(e Entry, now time.Time) (ignored string, refused error) {
	switch {
	case e.Err != nil:
		return "", e.Err
	case e.Status != "Actual":
		return fmt.Sprintf("its status is %q: only Actual counts", shown(e.Status)), nil
	case e.Scope != "Public":
		return fmt.Sprintf("its scope is %q: only Public counts", shown(e.Scope)), nil
	case e.Kind != Alert && e.Kind != Update && e.Kind != Cancel:
		return fmt.Sprintf("its msgType is %q: only Alert, Update and Cancel count", shown(string(e.Kind))), nil
	case e.ID.Sent.After(now.Add(early)):
		return "", fmt.Errorf("it says that it was sent on %s, which is still to come: %w when it has come, and check this machine's clock", e.ID.Sent.UTC().Format(time.RFC3339), errSoon)
	case e.Kind != Alert && len(e.References) == 0:
		return "", fmt.Errorf("it is an %s that refers to nothing: ask who publishes it", e.Kind)
	}
	for _, ref := range e.References {
		if ref.key() == e.ID.key() {
			return "", errors.New("it refers to itself: ask who publishes it")
		}
		if e.Kind != Alert && ref.Sender != e.ID.Sender {
			return "", fmt.Errorf("it refers to an alert of another sender (%s): nobody ends another's warning", shown(ref.Sender))
		}
	}
	return "", nil
}

// draft is a notice to be written, with what is told above it.
type draft struct {
	Notice
	above []string
}

// draft makes the notice of an entry; skip says why the rule wants none, and
// over that it has ended.
func (r Rule) draft(e Entry, now time.Time) (d draft, skip string, err error) {
	if len(e.Infos) == 0 {
		return d, "", errors.New("it has no info: there is nothing to say")
	}
	infos, skip := r.current(e, now)
	if skip != "" {
		return d, skip, nil
	}
	infos, postcodes, skip := r.here(e, infos)
	if skip != "" {
		return d, skip, nil
	}
	if infos, skip = r.wanted(e, infos); skip != "" {
		return d, skip, nil
	}
	nl, en := worst(infos, "nl"), worst(infos, "en")
	if nl == nil && en == nil {
		return d, "it says nothing in Dutch or English, only in: " + strings.Join(languages(infos), ", "), nil
	}
	first := nl
	if first == nil {
		first = en
	}
	d.Notice = Notice{Topic: r.Topic, Template: r.Template, Source: r.sourceOf(first), From: first.From, Until: r.until(*first, e.ID.Sent),
		Areas: postcodes, Urgency: r.urgency(e, infos), Origin: append([]ID{e.ID}, e.References...)}
	if !d.Until.After(d.From) {
		return d, "", errors.New("it ends before it begins: ask who publishes it")
	}
	return d, "", r.say(&d, e, first, nl, en, infos)
}

// current leaves out what is over.
func (r Rule) current(e Entry, now time.Time) (left []Info, skip string) {
	var last time.Time
	for _, i := range e.Infos {
		until := r.until(i, e.ID.Sent)
		if until.After(now) {
			left = append(left, i)
		}
		if until.After(last) {
			last = until
		}
	}
	if len(left) == 0 {
		return nil, "it expired on " + last.UTC().Format(time.RFC3339)
	}
	return left, ""
}

func (r Rule) until(i Info, sent time.Time) time.Time {
	if !i.Until.IsZero() {
		return i.Until
	}
	return sent.Add(r.Keep)
}

// here leaves out what is about elsewhere. News is for everyone.
func (r Rule) here(e Entry, infos []Info) (left []Info, postcodes []string, skip string) {
	if e.News {
		return infos, nil, ""
	}
	everyone, names := false, []string{}
	for _, i := range infos {
		found, all := r.areasOf(i.Areas)
		if !all && len(found) == 0 {
			for _, p := range i.Areas {
				names = append(names, p.Name)
			}
			continue
		}
		left, everyone = append(left, i), everyone || all
		postcodes = append(postcodes, found...)
	}
	slices.Sort(postcodes)
	postcodes = slices.Compact(postcodes)
	switch {
	case len(left) == 0 && len(names) == 0:
		return nil, nil, "it names no area, so nobody can tell whether it is about here"
	case len(left) == 0:
		return nil, nil, "it touches no postcode of the table: " + shown(strings.Join(names, ", "))
	case everyone || len(postcodes) == len(r.postcodes()):
		return left, nil, ""
	}
	return left, postcodes, ""
}

// wanted leaves out what the rule does not ask for.
func (r Rule) wanted(e Entry, infos []Info) (left []Info, skip string) {
	least := slices.Index(severities, r.Severity)
	for _, i := range infos {
		if e.News || slices.Index(severities, i.Severity) >= least {
			left = append(left, i)
		}
	}
	if len(left) == 0 {
		return nil, fmt.Sprintf("its severity is %s: the rule asks for %s", shown(infos[0].Severity), r.Severity)
	}
	if len(r.Words) == 0 {
		return left, ""
	}
	for _, i := range left {
		said := strings.ToLower(plain(i.Event) + " " + plain(i.Headline) + " " + plain(i.Description))
		if slices.ContainsFunc(r.Words, func(w string) bool { return strings.Contains(said, strings.ToLower(w)) }) {
			return left, ""
		}
	}
	return nil, "it has none of the words that the rule asks for"
}

// worst gives the most severe info in a language, the first of equals.
func worst(infos []Info, language string) *Info {
	var found *Info
	for k := range infos {
		if i := &infos[k]; i.Language == language && (found == nil || slices.Index(severities, i.Severity) > slices.Index(severities, found.Severity)) {
			found = i
		}
	}
	return found
}

func languages(infos []Info) []string {
	var out []string
	for _, i := range infos {
		if l := shown(i.Language); !slices.Contains(out, l) {
			out = append(out, l)
		}
	}
	slices.Sort(out)
	return out
}

// sourceOf is the entry's own page when that is on a configured host.
func (r Rule) sourceOf(i *Info) string {
	if u, ok := secure(i.Web); ok && slices.Contains(r.Hosts, u.Host) && len([]rune(i.Web)) <= longestSource {
		return i.Web
	}
	return r.Source
}

// urgency goes by the configured rule. What only links is never pushed by
// night: an NL-Alert has reached everyone already.
func (r Rule) urgency(e Entry, infos []Info) string {
	least := slices.Index(severities, r.Urgent.Severity)
	for _, i := range infos {
		if least >= 0 && !e.News && !r.onlyLinks(e) && slices.Index(severities, i.Severity) >= least && slices.Contains(r.Urgent.Urgency, i.Urgency) {
			return "urgent"
		}
	}
	return "normal"
}

// onlyLinks: NL-Alert is never rebroadcast, whatever the rule says.
func (r Rule) onlyLinks(e Entry) bool {
	return r.LinkOnly || slices.ContainsFunc(e.Infos, func(i Info) bool {
		for _, s := range []string{i.Sender, i.Event, i.Headline, i.Description} {
			s = strings.ToLower(strings.NewReplacer("-", "", " ", "", "\u2011", "", "\u2010", "").Replace(s[:min(len(s), longestRead)]))
			if strings.Contains(s, "nlalert") {
				return true
			}
		}
		return false
	})
}
