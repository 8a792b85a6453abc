package waste

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/gemeentebode/bode/bot"
)

const pickupTomorrow = "waste.pickup_tomorrow"

// Bounds of what a reminder tells, in characters.
const (
	mostAddresses  = 5 // of one resident; of more, the first are told
	longestAddress = 40
	longestPlaces  = 560
	longestChange  = 280
	mostChanged    = 3 // days in a correction, per address
)

// Audiences declares whom a notification about waste can go to. Several
// addresses of one resident are one message: kinds are those of the first, and
// what differs at another stands behind its address, so that a text begins
// with the kinds: "Morgen halen wij {{.kinds}} op bij {{.address}}."
func (s *Service) Audiences() []bot.Audience {
	places := bot.Field{Name: "address", Kind: bot.FieldText, Longest: longestPlaces}
	return []bot.Audience{{
		Name:     pickupTomorrow,
		Yields:   []bot.Field{{Name: "kinds", Kind: bot.FieldText, Longest: longestKinds()}, places},
		Corrects: []bot.Field{{Name: "pickups", Kind: bot.FieldText, Longest: longestChange}, places},
	}}
}

// Hear tells what is picked up at a subscriber's addresses on the day after
// the scheduled moment, Amsterdam time; nothing where nothing is, and nothing
// once that day has begun: "tomorrow" would be untrue. A correction tells the
// days that hold now. bot.ErrStale where a calendar is out of date or cannot
// be asked. An address that no calendar knows is passed over.
func (s *Service) Hear(ctx context.Context, h bot.Hearing) (map[string]bot.Value, error) {
	if h.Audience != pickupTomorrow {
		return nil, fmt.Errorf("waste: unknown audience %q", h.Audience)
	}
	day := DayOf(h.Due, s.zone) + 1
	if !h.Correction && DayOf(h.At(), s.zone) >= day {
		return nil, nil
	}
	words, parts := wordsIn(h.To.Language), []placed{}
	for _, at := range addresses(h.To.About) {
		said, err := s.told(ctx, h, at.Place, day, words)
		if err != nil {
			return nil, err
		}
		if said != "" {
			parts = place(parts, said, at.Label)
		}
	}
	if len(parts) == 0 {
		return nil, nil
	}
	what, where := words.merge(parts)
	name := "kinds"
	if h.Correction {
		name = "pickups"
	}
	return map[string]bot.Value{name: bot.ValueOf(what), "address": bot.ValueOf(where)}, nil
}

// told is what one address hears: the kinds of a day, or for a correction the
// days from then on. "" where there is nothing.
func (s *Service) told(ctx context.Context, h bot.Hearing, at Place, day Day, words tongue) (string, error) {
	to := day
	if h.Correction {
		to = day + lookAhead
	}
	all, err := s.all(ctx, h.At(), at, day, to)
	switch {
	case errors.Is(err, ErrUnknown):
		return "", nil
	case err != nil:
		return "", fmt.Errorf("%s: %w: %w", pickupTomorrow, bot.ErrStale, err)
	case h.Correction:
		return words.days(all), nil
	}
	return words.kinds(all), nil
}

// subscribed is an address of a subscription.
type subscribed struct {
	Place
	Label string `json:"label"`
}

// addresses reads what subscriptions are about, {"address": {...}}; each once.
// One that cannot be read is passed over: nobody can be told of it.
func addresses(about []bot.Value) []subscribed {
	var out []subscribed
	for _, v := range about {
		var record struct {
			Address subscribed `json:"address"`
		}
		if err := v.Into(&record); err != nil || record.Address.Postcode == "" {
			continue
		}
		one := record.Address
		one.Label = cutTo(one.Label, longestAddress)
		if !slices.Contains(out, one) && len(out) < mostAddresses {
			out = append(out, one)
		}
	}
	return out
}

// placed is what is said of one or more addresses.
type placed struct {
	said   string
	places []string
}

func place(parts []placed, said, label string) []placed {
	for i := range parts {
		if parts[i].said == said {
			parts[i].places = append(parts[i].places, label)
			return parts
		}
	}
	return append(parts, placed{said, []string{label}})
}

// merge makes one sentence's two parts of all: "gft", "Domplein 12, en papier
// bij Kerkweg 3".
func (t tongue) merge(parts []placed) (what, where string) {
	where = t.join(parts[0].places)
	for _, p := range parts[1:] {
		where += ", " + t.and + " " + p.said + " " + t.at + " " + t.join(p.places)
	}
	return parts[0].said, cutTo(where, longestPlaces)
}

// cutTo keeps a text within most characters, with … where some is left out.
func cutTo(text string, most int) string {
	if utf8.RuneCountInString(text) <= most {
		return text
	}
	return strings.TrimRight(string([]rune(text)[:most-1]), " ,") + "…"
}

// tongue is how one language says what is picked up when. The kinds have their
// short names here, as they stand on bins: a reminder is one sentence.
type tongue struct {
	and, at, on string
	names       map[string]string
	weekdays    [7]string // from Sunday
	months      [12]string
}

var tongues = map[string]tongue{
	"nl": {
		and: "en", at: "bij", on: "op",
		names: map[string]string{"gft": "gft", "restafval": "restafval", "papier": "papier", "pmd": "pmd", "plastic": "plastic", "glas": "glas",
			"textiel": "kleding en textiel", "kca": "klein chemisch afval", "grofvuil": "grof vuil", "snoeiafval": "snoeiafval",
			"tuinafval": "tuinafval", "kerstbomen": "kerstbomen", "luiers": "luiers"},
		weekdays: [7]string{"zondag", "maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag"},
		months: [12]string{"januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober",
			"november", "december"},
	},
	"en": {
		and: "and", at: "at", on: "on",
		names: map[string]string{"gft": "food and garden waste", "restafval": "general waste", "papier": "paper", "pmd": "plastic and cans (PMD)",
			"plastic": "plastic", "glas": "glass", "textiel": "textiles", "kca": "household chemicals", "grofvuil": "bulky waste",
			"snoeiafval": "prunings", "tuinafval": "garden waste", "kerstbomen": "Christmas trees", "luiers": "nappies"},
		weekdays: [7]string{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"},
		months: [12]string{"January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
			"November", "December"},
	},
}

// wordsIn falls back to Dutch, as every text does.
func wordsIn(language string) tongue {
	if t, ok := tongues[language]; ok {
		return t
	}
	return tongues["nl"]
}

// join writes "gft", "gft en papier", "gft, papier en pmd".
func (t tongue) join(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " " + t.and + " " + words[last]
}

func (t tongue) kinds(all []Pickup) string {
	var names []string
	for _, p := range all {
		if name := t.names[p.Kind]; !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return t.join(names)
}

// days writes what comes on the next days: "gft op woensdag 25 november en pmd
// op vrijdag 27 november"; no year, since none is a year away.
func (t tongue) days(all []Pickup) string {
	var days []string
	for len(all) > 0 && len(days) < mostChanged {
		n := 1
		for n < len(all) && all[n].Day == all[0].Day {
			n++
		}
		days = append(days, t.kinds(all[:n])+" "+t.on+" "+t.day(all[0].Day))
		all = all[n:]
	}
	return cutTo(t.join(days), longestChange)
}

func (t tongue) day(d Day) string {
	_, month, day := d.Time().Date()
	return fmt.Sprintf("%s %d %s", t.weekdays[d.Weekday()], day, t.months[month-time.January])
}

// longestKinds is that of all kinds on one day, in the language that needs most.
func longestKinds() int {
	longest := 0
	for _, t := range tongues {
		longest = max(longest, utf8.RuneCountInString(t.join(t.allNames())))
	}
	return longest
}

func (t tongue) allNames() []string {
	names := make([]string, len(Kinds))
	for i, kind := range Kinds {
		names[i] = t.names[kind]
	}
	return names
}
