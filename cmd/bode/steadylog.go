package main

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/gemeentebode/bode/store"
)

// steadyFor is how long a line about the same trouble of the database is held
// back: everything that polls would say it several times a second.
const steadyFor = 30 * time.Second

// steady is a log in which a database that is away does not drown the rest.
// What a line says and which trouble its error is, is written once in
// steadyFor, with how often it was held back since.
type steady struct {
	slog.Handler
	said *saidLines
}

type saidLines struct {
	mu   sync.Mutex
	last map[saidLine]saidBefore
}

type saidLine struct {
	message string
	trouble store.Trouble
}

type saidBefore struct {
	at   time.Time
	held int
}

func newSteady(h slog.Handler) slog.Handler {
	return steady{h, &saidLines{last: map[saidLine]saidBefore{}}}
}

// Handle is slog.Handler's.
func (s steady) Handle(ctx context.Context, r slog.Record) error {
	trouble := store.Trouble("")
	if r.Level >= slog.LevelWarn {
		r.Attrs(func(a slog.Attr) bool {
			if err, ok := a.Value.Any().(error); ok {
				trouble = store.TroubleOf(err)
			}
			return trouble == ""
		})
	}
	if trouble == "" {
		return s.Handler.Handle(ctx, r)
	}
	held, say := s.said.again(saidLine{r.Message, trouble}, r.Time)
	if !say {
		return nil
	}
	r = r.Clone()
	r.AddAttrs(slog.String("database", string(trouble)))
	if held > 0 {
		r.AddAttrs(slog.Int("repeated", held))
	}
	return s.Handler.Handle(ctx, r)
}

// again tells whether a line is to be written, and how often it was not since.
func (l *saidLines) again(line saidLine, now time.Time) (held int, say bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	before, known := l.last[line]
	if known && now.Sub(before.at).Abs() < steadyFor {
		before.held++
		l.last[line] = before
		return 0, false
	}
	l.last[line] = saidBefore{at: now}
	return before.held, true
}

// WithAttrs is slog.Handler's.
func (s steady) WithAttrs(attrs []slog.Attr) slog.Handler {
	return steady{s.Handler.WithAttrs(attrs), s.said}
}

// WithGroup is slog.Handler's.
func (s steady) WithGroup(name string) slog.Handler {
	return steady{s.Handler.WithGroup(name), s.said}
}
