package main

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/gemeentebode/bode/bot"
)

// stage is a moment on the way of a message.
type stage int

const (
	atPlanned   stage = iota // its resident presses send
	atPosted                 // the load gets to it
	atDelivered              // the webhook is verified, read and masked
	atGlance                 // its group is at the database
	atSeen                   // which tells how the resident stands
	atDecided                // the answer is there
	atKept                   // both are committed
)

// stageNames say what lies before each stage.
var stageNames = [...]string{atPosted: "the load is late", atDelivered: "to the webhook", atGlance: "waits for a group", atSeen: "is looked up", atDecided: "is decided", atKept: "is committed"}

// stages note when messages pass. A nil one notes nothing.
type stages struct {
	mu sync.Mutex
	at map[string]*[len(stageNames)]time.Time // by message
}

func newStages() *stages { return &stages{at: map[string]*[len(stageNames)]time.Time{}} }

func (s *stages) pass(message string, at stage, when time.Time) {
	if s == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	all := s.at[message]
	if all == nil {
		all = new([len(stageNames)]time.Time)
		s.at[message] = all
	}
	if all[at].IsZero() { // delivered again, it passes once more
		all[at] = when
	}
}

func (s *stages) delivery(d bot.Delivery) {
	if s == nil {
		return
	}
	now := time.Now()
	for _, m := range d.Messages {
		s.pass(m.ID.Reveal(), atDelivered, now)
	}
}

// split says how long each part of the way took: that part of the messages was as quick.
func (s *stages) split(of float64) string {
	var parts []string
	for to := atPosted; to <= atKept; to++ {
		took := &latencies{}
		for _, all := range s.at {
			if !all[to].IsZero() && !all[to-1].IsZero() {
				took.add(all[to].Sub(all[to-1]))
			}
		}
		parts = append(parts, fmt.Sprintf("%s %s", stageNames[to], digits(took.milliseconds(of))))
	}
	return strings.Join(parts, ", ") + " ms"
}

// Glance is inbox.Store's.
func (w *watched) Glance(ctx context.Context, now time.Time, messages []bot.Message) ([]bot.Claim, error) {
	begun := time.Now()
	claims, err := w.Store.Glance(ctx, now, messages)
	for _, c := range claims {
		w.stages.pass(c.Message.ID.Reveal(), atGlance, begun)
		w.stages.pass(c.Message.ID.Reveal(), atSeen, time.Now())
	}
	return claims, err
}

// KeepAnswered is inbox.Store's.
func (w *watched) KeepAnswered(ctx context.Context, now time.Time, turns []bot.Finish) ([]bool, error) {
	begun := time.Now()
	kept, err := w.Store.KeepAnswered(ctx, now, turns)
	at := time.Now()
	for i, so := range kept {
		if so {
			w.answered(turns[i].Claim.Message.ID.Reveal(), begun, at)
		}
	}
	return kept, err
}

func (w *watched) answered(message string, begun, at time.Time) {
	w.stages.pass(message, atDecided, begun)
	w.stages.pass(message, atKept, at)
	w.committed(message, at)
}
