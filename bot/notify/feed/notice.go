package feed

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/pelletier/go-toml/v2"
)

// Notice is a file of flows/notices, or a draft of one.
type Notice struct {
	File      string // name, with .toml
	Published bool   // stands in flows/notices
	Topic, Title, Template, Source,
	Urgency string
	From, Until time.Time
	Areas       []string
	Text        map[string]string
	Origin      []ID // the entries it was made of, newest first
}

type noticeTOML struct {
	Topic      string            `toml:"topic"`
	Title      string            `toml:"title"`
	Template   string            `toml:"template"`
	Source     string            `toml:"source"`
	ValidFrom  any               `toml:"valid_from"`
	ValidUntil any               `toml:"valid_until"`
	Areas      []string          `toml:"areas"`
	Urgency    string            `toml:"urgency"`
	Text       map[string]string `toml:"text"`
	Origin     []string          `toml:"origin"`
}

// ReadNotice reads a notice that an editor may have changed since. Its zone is
// that of times without one.
func ReadNotice(file string, data []byte, zone *time.Location) (Notice, error) {
	var f noticeTOML
	if err := toml.Unmarshal(data, &f); err != nil {
		return Notice{}, fmt.Errorf("%s: %w", file, err)
	}
	n := Notice{File: file, Topic: f.Topic, Title: f.Title, Template: f.Template, Source: f.Source, Urgency: f.Urgency, Areas: f.Areas, Text: f.Text,
		From: instant(f.ValidFrom, zone, 0), Until: instant(f.ValidUntil, zone, 1)}
	for _, written := range f.Origin {
		id, err := parseID(written)
		if err != nil {
			return Notice{}, fmt.Errorf("%s: origin: %w", file, err)
		}
		n.Origin = append(n.Origin, id)
	}
	return n, nil
}

// instant reads a time, a local time, or a day: then the beginning of it, or
// so many days later.
func instant(v any, zone *time.Location, days int) time.Time {
	switch t := v.(type) {
	case time.Time:
		return t
	case toml.LocalDateTime:
		return t.AsTime(zone)
	case toml.LocalDate:
		return t.AsTime(zone).AddDate(0, 0, days)
	}
	return time.Time{}
}

// write gives the file, with what an editor has to know above it.
func (n Notice) write(above []string, zone *time.Location) []byte {
	var b strings.Builder
	for _, line := range above {
		fmt.Fprintf(&b, "# %s\n", strings.TrimSpace(clean(line)))
	}
	areas := make([]string, len(n.Areas))
	for i, a := range n.Areas {
		areas[i] = quoted(a)
	}
	fmt.Fprintf(&b, "topic       = %s\ntitle       = %s\ntemplate    = %s\nsource      = %s\n", quoted(n.Topic), quoted(n.Title), quoted(n.Template), quoted(n.Source))
	fmt.Fprintf(&b, "valid_from  = %s\nvalid_until = %s\n", n.From.In(zone).Format(time.RFC3339), n.Until.In(zone).Format(time.RFC3339))
	fmt.Fprintf(&b, "areas       = [%s]", strings.Join(areas, ", "))
	if len(areas) == 0 {
		b.WriteString(" # leeg: iedereen")
	}
	fmt.Fprintf(&b, "\nurgency     = %s\norigin      = [ # niet wijzigen: hieraan herkent bode de bron\n", quoted(n.Urgency))
	for _, id := range n.Origin {
		fmt.Fprintf(&b, "  %s,\n", quoted(id.String()))
	}
	b.WriteString("]\n\n[text]\n")
	for _, language := range spokenHere(n.Text) {
		fmt.Fprintf(&b, "%s = %s\n", language, quoted(n.Text[language]))
	}
	return []byte(b.String())
}

// spokenHere lists the languages, Dutch first.
func spokenHere(text map[string]string) []string {
	var out []string
	for language := range text {
		out = append(out, language)
	}
	slices.SortFunc(out, func(a, b string) int {
		if a == "nl" || b == "nl" {
			return map[bool]int{true: -1, false: 1}[a == "nl"]
		}
		return strings.Compare(a, b)
	})
	return out
}

// quoted writes a TOML string.
func quoted(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(clean(strings.Map(lineEnds, s))) + `"`
}
