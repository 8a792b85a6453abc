package main

import (
	"context"
	"slices"
	"time"

	"github.com/gemeentebode/bode/store"
)

// databaseEvery is how soon it is told that the database is away, or back.
const databaseEvery = time.Second

// databaseTroubles is what is wrong with the database now: it does not answer
// before ctx ends, or what this process did last failed on it.
func (d *desk) databaseTroubles(ctx context.Context) []store.Trouble {
	found := d.store.Troubles()
	err := d.store.Ping(ctx)
	if err == nil {
		return found
	}
	trouble := store.TroubleOf(err)
	if trouble == "" {
		trouble = store.TroubleAway
	}
	if !slices.Contains(found, trouble) {
		found = append(found, trouble)
	}
	return found
}

// watchDatabase writes one line when the database gets into trouble and one
// when it is over, beside what the work itself says of it.
func (d *desk) watchDatabase(ctx context.Context) {
	tick := time.NewTicker(databaseEvery)
	defer tick.Stop()
	var standing []store.Trouble
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		limited, cancel := context.WithTimeout(ctx, 3*time.Second)
		now := d.databaseTroubles(limited)
		cancel()
		if ctx.Err() != nil {
			return
		}
		d.sayTroubles(standing, now)
		standing = now
	}
}

func (d *desk) sayTroubles(before, now []store.Trouble) {
	for _, trouble := range now {
		if !slices.Contains(before, trouble) {
			d.log.Error("database: "+trouble.Said(), "trouble", string(trouble))
			d.count("database", string(trouble))
		}
	}
	for _, trouble := range before {
		if !slices.Contains(now, trouble) {
			d.log.Info("database: this trouble is over", "trouble", string(trouble))
		}
	}
}
