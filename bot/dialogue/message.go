package dialogue

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/agnivade/levenshtein"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/flow"
)

// gestures are the messages that are not words, as an editor writes them.
var gestures = map[string]bot.Message{
	"locatie": {Kind: bot.KindPlace}, "location": {Kind: bot.KindPlace},
	"foto": {Kind: bot.KindMedia, Media: "image"}, "photo": {Kind: bot.KindMedia, Media: "image"},
	"spraak": {Kind: bot.KindMedia, Media: "voice"}, "voice": {Kind: bot.KindMedia, Media: "voice"},
	"bestand": {Kind: bot.KindMedia, Media: "document"}, "document": {Kind: bot.KindMedia, Media: "document"},
	"video": {Kind: bot.KindMedia, Media: "video"}, "sticker": {Kind: bot.KindMedia, Media: "sticker"},
	"contact": {Kind: bot.KindUnsupported},
}

// gesture is "(locatie 52.09 5.12)", or "(foto) with what stands under it".
var gesture = regexp.MustCompile(`(?s)^\(([a-z]+)([^)]*)\)\s*(.*)$`)

// message reads what a resident sends.
func (r *reader) message(s Step) {
	says := s.Says
	says.Message = bot.Message{Kind: bot.KindText, Text: bot.Hide(says.Shown)}
	if label, ok := tapped(says.Shown); ok {
		says.Message = bot.Message{Kind: bot.KindTap, Text: bot.Hide(label)}
		return
	}
	parts := gesture.FindStringSubmatch(says.Shown)
	if parts == nil {
		return
	}
	m, known := gestures[parts[1]]
	switch {
	case !known:
		r.unknownGesture(s, parts[1])
		return
	case m.Kind == bot.KindPlace:
		m.Place = r.place(s, parts[2])
	default:
		m.Text = bot.Hide(parts[3])
	}
	says.Message = m
}

// tapped reads "[Ander adres]".
func tapped(shown string) (label string, ok bool) {
	label, ok = strings.CutPrefix(shown, "[")
	if !ok || !strings.HasSuffix(label, "]") || strings.Contains(label, "\n") {
		return "", false
	}
	return strings.TrimSuffix(label, "]"), true
}

// unknownGesture is a fault where a known one comes near; anything else between
// brackets is what somebody may type.
func (r *reader) unknownGesture(s Step, word string) {
	if meant := near(word, slices.Sorted(maps.Keys(gestures))); meant != "" {
		r.faultAt(s, "chat-gesture", fmt.Sprintf(`"(%s)" ken ik niet. Bedoelt u "(%s)"?`, word, meant), fmt.Sprintf(`I do not know "(%s)". Did you mean "(%s)"?`, word, meant))
	}
}

func (r *reader) place(s Step, degrees string) *bot.Place {
	words := strings.Fields(degrees)
	if len(words) == 2 {
		latitude, badLat := degreesOf(words[0])
		longitude, badLon := degreesOf(words[1])
		if badLat == nil && badLon == nil && latitude >= -90 && latitude <= 90 && longitude >= -180 && longitude <= 180 {
			return &bot.Place{Latitude: latitude, Longitude: longitude}
		}
	}
	r.faultAt(s, "chat-place", "Schrijf een locatie zo: (locatie 52.09 5.12)", "Write a location like this: (location 52.09 5.12)")
	return nil
}

// degreesOf reads 52.09, 52,09 and what a comma ends.
func degreesOf(word string) (float64, error) {
	return strconv.ParseFloat(strings.ReplaceAll(strings.TrimSuffix(word, ","), ",", "."), 64)
}

func (r *reader) faultAt(s Step, code, dutch, english string) {
	r.faults = append(r.faults, flow.Fault{File: r.file.Name, Line: s.Line, Column: s.Column, Code: code, Dutch: dutch, English: english})
}

// near finds the name that was probably meant; "" when none comes near.
func near(name string, known []string) string {
	best, found := 1+max(2, len(name)/3), ""
	for _, k := range known {
		distance := levenshtein.ComputeDistance(strings.ToLower(name), strings.ToLower(k))
		if distance < best && distance < len(k) {
			best, found = distance, k
		}
	}
	return found
}
