package engine

import (
	"slices"
	"testing"
)

func TestWatched_hearsEveryMoveOfTheMachine(t *testing.T) {
	var seen []string
	e := New(load(t, files(t))).Watched(func(flow, from, event, to string) {
		seen = append(seen, flow+": "+from+" "+event+" "+to)
	})
	k := talkWith(t, e)
	k.says("afval").says("weet niet").says("3511LN 12")
	for _, want := range []string{"afval:  start adres", "afval: adres invalid adres", "afval: adres answered ophaaldagen", "afval: ophaaldagen found toon"} {
		if !slices.Contains(seen, want) {
			t.Errorf("not heard: %q; heard: %q", want, seen)
		}
	}
}
