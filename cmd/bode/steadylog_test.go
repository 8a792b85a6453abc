package main

import (
	"bytes"
	"context"
	"database/sql/driver"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"
)

func TestSteadyLog_saysATroubleOfTheDatabaseOnceInAWhileAndEverythingElseAlways(t *testing.T) {
	var out bytes.Buffer
	log := newSteady(slog.NewJSONHandler(&out, nil))
	begun := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	say := func(after time.Duration, message string, err error) {
		r := slog.NewRecord(begun.Add(after), slog.LevelError, message, 0)
		r.AddAttrs(slog.Any("error", err))
		if err := log.Handle(context.Background(), r); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 100 {
		say(time.Duration(i)*100*time.Millisecond, "claiming turns", driver.ErrBadConn)
		say(time.Duration(i)*100*time.Millisecond, "a matter of one message", errors.New("its own"))
	}
	say(time.Second, "claiming sends", driver.ErrBadConn)
	say(steadyFor, "claiming turns", driver.ErrBadConn)
	for text, want := range map[string]int{`"claiming turns"`: 2, `"claiming sends"`: 1, `"its own"`: 100, `"repeated":99`: 1} {
		if got := strings.Count(out.String(), text); got != want {
			t.Errorf("%s stands in the log %d times, want %d", text, got, want)
		}
	}
}
