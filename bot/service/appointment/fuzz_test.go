package appointment

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gemeentebode/bode/bot"
)

// Whatever stands in a town's file: it is refused in words, or every time that
// is offered by it can be had: within the opening hours, not closed, in order.
func FuzzReadTown(f *testing.F) {
	f.Add(voorbeeldstad)
	f.Add([]byte(strings.ReplaceAll(string(voorbeeldstad), "2026", "1970")))
	for _, odd := range []string{"", "hold = \"-1h\"", "hold = \"9999999h\"", "[[product]]", "[[product]]\nminutes = 9223372036854775807",
		"[[location]]\nstep = 0", "[[location]]\n[location.hours]\nmonday = [\"00:00-24:00 x999\"]", "[holidays]\nclosed = [2026-02-30]",
		"[holidays]\nclosed = [0000-00-00]", "a = 1", "\xff", "[[product]]\n[product.names]\nen = 1"} {
		f.Add([]byte(odd))
	}
	now := time.Date(2026, 3, 27, 11, 0, 0, 0, time.UTC) // two days before the clocks change
	f.Fuzz(func(t *testing.T, data []byte) {
		town, err := readTown(data)
		if err != nil {
			if strings.Contains(err.Error(), "%!") || strings.TrimSpace(err.Error()) == "" {
				t.Errorf("says nothing: %q", err)
			}
			return
		}
		if town.hold < 0 || len(town.products) == 0 || len(town.locations) == 0 {
			t.Errorf("hold %v, %d products, %d locations", town.hold, len(town.products), len(town.locations))
		}
		for _, p := range town.products[:1] {
			for _, l := range town.at(p)[:1] {
				first := town.dayAt(now)
				offered(t, town, p, l, now, town.free(p, l, p.most, now, first, first+7, []bot.Seat{}))
			}
		}
	})
}

func offered(t *testing.T, town *town, p product, l location, now time.Time, moments []time.Time) {
	if !slices.IsSortedFunc(moments, time.Time.Compare) {
		t.Error("the times are not in order")
	}
	length := p.length * time.Duration(p.most)
	for _, at := range moments {
		d := town.dayAt(at)
		begins := town.onTheWall(at, d)
		open := slices.ContainsFunc(town.hours(l, d), func(h period) bool { return h.from <= begins && begins+int(length/time.Minute) <= h.to })
		if at.Before(now.Add(p.lead)) || d > town.dayAt(now)+mostAhead || l.closed[d] || town.closed[d] || !open {
			t.Errorf("offered and not to be had: %v for %v at %s", at, length, l.id)
		}
	}
}
