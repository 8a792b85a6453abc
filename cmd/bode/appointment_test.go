package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gemeentebode/bode/bot"
)

// crowdedTown has one time a day, with as many places as it has seats, and no
// holidays: the test runs on whatever day it is.
const crowdedTown = `
[holidays]
open = ["Nieuwjaarsdag", "Goede Vrijdag", "Eerste Paasdag", "Tweede Paasdag", "Koningsdag", "Bevrijdingsdag", "Hemelvaartsdag",
  "Eerste Pinksterdag", "Tweede Pinksterdag", "Eerste Kerstdag", "Tweede Kerstdag"]
[[product]]
id = "paspoort"
name = "Paspoort"
minutes = 10
ahead_days = 14
most = 1
[[location]]
id = "stadhuis"
name = "Stadhuis"
seats = %d
step = 10
[location.hours]
monday = ["09:00-09:10"]
tuesday = ["09:00-09:10"]
wednesday = ["09:00-09:10"]
thursday = ["09:00-09:10"]
friday = ["09:00-09:10"]
saturday = ["09:00-09:10"]
sunday = ["09:00-09:10"]
`

// crowdedFlow takes a place at one word, so that all residents are at the same
// place in the same second.
const crowdedFlow = `
title = "Plek"
purpose = "appointments"
ground = "public_task"
start = "houd"
keywords = ["plek"]

[states.houd]
call = "appointment.hold"
with = { slot = "%s" }
save = "plek"
on = { held = "boek", taken = "weg", failed = "weg" }

[states.boek]
call = "appointment.book"
with = { hold = ".plek.id", name = "Bewoner" }
save = "afspraak"
on = { booked = "vast", expired = "weg", failed = "weg" }

[states.vast]
text = "Uw plek staat vast. Uw code is {{.afspraak.code}}."
end = true

[states.weg]
text = "Er is geen plek meer vrij."
end = true
`

// This is promise 6 on the agenda, with real processes: as many
// bookings as places, everybody else hears that there is none, and nobody is
// told of a place that is not theirs. BODE_TEST_FULL=1: 500 residents, 50 places.
func TestServe_aCrowdForTheLastPlacesWhileAProcessIsKilled(t *testing.T) {
	t.Parallel()
	residents, places := 100, 10
	if os.Getenv("BODE_TEST_FULL") == "1" {
		residents, places = 500, 50
	}
	in := onPostgres(t)
	in.crowded(places)
	first, second := in.serve(), in.serve()
	in.fake.SetCallback(second.webhook())
	var mu sync.Mutex
	to := func() *process {
		mu.Lock()
		defer mu.Unlock()
		return []*process{first, second}[rand.IntN(2)]
	}
	var writing sync.WaitGroup
	for i := range residents {
		writing.Go(func() { in.persist(to, person(i), "plek") })
	}
	eventually(t, time.Minute, "a third is answered", func() bool { return len(in.fake.Record()) >= residents/3 })
	first.kill()
	if n := len(in.fake.Record()); n >= residents {
		t.Error("everything was answered before the kill: it proves nothing")
	}
	again := in.serve()
	mu.Lock()
	first = again
	mu.Unlock()
	writing.Wait()
	in.settled(100 * time.Second)
	in.nothingRefused()
	in.heardOnce(residents, places)
}

// crowded configures the town with one time and its flow.
func (in *installation) crowded(places int) {
	in.t.Helper()
	slot := in.seats(places)
	in.bundle(map[string]string{"flows/bode.toml": strings.Replace(echoShared, `["echo"]`, `["plek"]`, 1), "flows/plek.toml": fmt.Sprintf(crowdedFlow, slot)})
}

// seats configures an agenda with so many places at one time, and gives that time.
func (in *installation) seats(places int) (slot string) {
	in.t.Helper()
	zone, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil {
		in.t.Fatal(err)
	}
	y, m, d := time.Now().In(zone).AddDate(0, 0, 3).Date()
	slot = "paspoort/stadhuis/" + time.Date(y, m, d, 9, 0, 0, 0, zone).UTC().Format("20060102T1504Z") + "/1"
	in.write("afspraken.toml", fmt.Sprintf(crowdedTown, places))
	config, err := os.ReadFile(in.dir + "/config.toml")
	if err != nil {
		in.t.Fatal(err)
	}
	in.write("config.toml", string(config)+"\n[appointment]\nfile = \"afspraken.toml\"\n")
	return slot
}

// heardOnce compares what residents were told with what the agenda has.
func (in *installation) heardOnce(residents, places int) {
	t := in.t
	t.Helper()
	s := in.open()
	booked, err := s.Bookings(t.Context(), time.Now(), bot.Look{Actor: "test"}, time.Now(), time.Now().AddDate(0, 0, 7))
	if err != nil {
		t.Fatal(err)
	}
	codes := map[string]bool{}
	for _, b := range booked {
		codes[b.Code.Reveal()] = true
	}
	told := map[string]string{} // by resident; one whose send was unknown may hear the same twice
	for _, m := range in.fake.Record() {
		if before, twice := told[m.To]; twice && before != m.Text {
			t.Error("a resident was told two things")
		}
		told[m.To] = m.Text
	}
	vast, weg := 0, 0
	for _, text := range told {
		_, code, yes := strings.Cut(text, "Uw code is ")
		switch {
		case yes && codes[strings.TrimSuffix(code, ".")]:
			vast++
		case strings.Contains(text, "Er is geen plek meer vrij."):
			weg++
		default:
			t.Errorf("a resident was told of a place that is not theirs, or something else: %q", text)
		}
	}
	if len(booked) != places || len(codes) != places || vast != places || weg != residents-places {
		t.Errorf("%d bookings with %d codes; %d residents heard of a place, %d of none; want %d and %d", len(booked), len(codes), vast, weg, places, residents-places)
	}
	taken, err := s.TakenSeats(t.Context(), time.Now(), "stadhuis", time.Now(), time.Now().AddDate(0, 0, 7))
	if err != nil || len(taken) != 2*places {
		t.Errorf("%d units are taken, want %d (%v): a hold is left over", len(taken), 2*places, err)
	}
}
