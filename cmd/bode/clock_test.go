package main

import (
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/store"
	"github.com/gemeentebode/bode/store/storetest"
)

func TestDesk_withAClockAYearAheadDestroysAndBeginsNothing(t *testing.T) {
	dsn, keys := filepath.Join(t.TempDir(), "bode.db"), storetest.Keys()
	if err := store.Migrate(t.Context(), dsn); err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(t.Context(), dsn, keys)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	now := time.Now()
	m := []bot.Message{{From: bot.Contact{Channel: "test", Account: "desk", External: bot.Hide("a")}, ID: bot.Hide("m1"), Sent: now, Kind: bot.KindText}}
	if _, err := s.Receive(t.Context(), now, m); err != nil {
		t.Fatal(err)
	}
	ahead := time.Duration(0)
	d := newDesk(parts{services: newServices(), store: s, clock: func() time.Time { return time.Now().Add(ahead) }, log: slog.New(slog.DiscardHandler),
		count: func(string, string) {}, parallel: 1, perSecond: 80, unknown: time.Minute, retention: store.DefaultRetention()})
	ahead = 365 * 24 * time.Hour
	d.clocks.compare(t.Context())
	d.purgeOnce(t.Context())
	if got, err := s.Receive(t.Context(), now, m); err != nil || got.Duplicate != 1 {
		t.Errorf("%+v, %v: what was seen before is forgotten", got, err)
	}
	if d.clocks.healthy() {
		t.Error("a year of difference is called healthy")
	}
	ahead = 0
	if d.clocks.compare(t.Context()); !d.clocks.healthy() {
		t.Error("a clock that was set right is not believed")
	}
}
