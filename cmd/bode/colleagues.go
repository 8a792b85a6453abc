package main

import (
	"context"
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	colleagues "github.com/gemeentebode/bode/bot/desk"
	"github.com/gemeentebode/bode/bot/flow"
	"github.com/gemeentebode/bode/store"
)

// agendaNames is the service of an agenda of our own, which knows what its
// products and locations are called.
type agendaNames interface {
	Product(name string) string
	Location(name string) string
}

// colleaguePages makes the pages under /desk/: of what the services offer here.
func colleaguePages(s *store.Store, all *services, live func(context.Context) (*loaded, error), c colleagues.Config) http.Handler {
	own := names{live: live, clock: c.Clock}
	if all.byOperation["request.submit"] != nil {
		c.Requests = s
	}
	if agenda, ok := all.byOperation["appointment.book"].(agendaNames); ok {
		c.Agenda, own.agendaNames = s, agenda
	}
	c.Names = own
	return colleagues.New(c)
}

// colleaguePages makes those of an installation.
func (c *config) colleaguePages(d *desk, log *slog.Logger) http.Handler {
	return colleaguePages(d.store, d.services, d.bundles.live, colleagues.Config{
		Municipality: c.Municipality.Name, KeepDays: c.Retention.Requests, Hosts: lowered(c.Desk.Hosts), UserHeader: c.Desk.UserHeader, Clock: time.Now, Log: log})
}

func lowered(hosts []string) []string {
	out := make([]string, len(hosts))
	for i, host := range hosts {
		out[i] = strings.ToLower(host)
	}
	return out
}

// names finds the words for colleagues in the live bundle and in the agenda.
type names struct {
	agendaNames
	live  func(context.Context) (*loaded, error)
	clock func() time.Time
}

// Kind gives the word for what a request is about: that of the shared file,
// else the label of the choice by which residents picked it.
func (n names) Kind(ctx context.Context, language, kind string) string {
	l, err := n.live(ctx)
	if err != nil {
		return kind
	}
	world := l.bundle.World(language, n.clock())
	if word := world.Kinds[kind]; word != "" {
		return word
	}
	if choice := choiceOf(l.bundle, kind); choice != nil {
		if label, err := choice.Label.In(language).Render(world, nil); err == nil {
			return label
		}
	}
	return kind
}

// choiceOf finds the choice that saves a kind, in a flow that hands it in.
func choiceOf(b *flow.Bundle, kind string) *flow.Choice {
	for _, name := range slices.Sorted(maps.Keys(b.Flows)) {
		f := b.Flows[name]
		if !handsIn(f) {
			continue
		}
		for _, state := range f.Order {
			choices := f.States[state].Choices
			for i := range choices {
				if choices[i].Value == kind {
					return &choices[i]
				}
			}
		}
	}
	return nil
}

func handsIn(f *flow.Flow) bool {
	for _, state := range f.States {
		if state.Call == "request.submit" {
			return true
		}
	}
	return false
}
