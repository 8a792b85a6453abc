// Package simulator is a channel without a provider: phones that live in
// memory, for trying flows. What goes in enters where a webhook enters and
// what comes out left through the outbox, so that what an editor tries is what
// a resident gets. It never reaches anything outside the process.
package simulator

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/gemeentebode/bode/bot"
)

// Names under which the simulator's residents stand in the store.
const (
	Channel = "simulator"
	Account = "simulator"
)

// keep is how many bubbles of a phone are remembered; a demo needs no more.
const keep = 500

// Simulator holds the phones.
type Simulator struct {
	deliver func(context.Context, bot.Delivery) error
	clock   func() time.Time

	mu     sync.Mutex
	phones map[string]*phone
	serial int
}

type phone struct {
	bubbles  []bot.Bubble
	typing   bool
	watchers map[chan struct{}]bool
}

// New makes a simulator whose phones write to deliver.
func New(deliver func(context.Context, bot.Delivery) error, clock func() time.Time) *Simulator {
	return &Simulator{deliver: deliver, clock: clock, phones: map[string]*phone{}}
}

// Say sends a text from a phone. It returns after the commit, as a webhook does.
func (s *Simulator) Say(ctx context.Context, number, text string) error {
	return s.write(ctx, number, bot.Message{Kind: bot.KindText, Text: bot.Hide(text)})
}

// Tap presses a button or a row.
func (s *Simulator) Tap(ctx context.Context, number, id, title string) error {
	return s.write(ctx, number, bot.Message{Kind: bot.KindTap, Choice: id, Text: bot.Hide(title)})
}

// Share sends a location; latitude and longitude in degrees.
func (s *Simulator) Share(ctx context.Context, number string, latitude, longitude float64) error {
	return s.write(ctx, number, bot.Message{Kind: bot.KindPlace, Place: &bot.Place{Latitude: latitude, Longitude: longitude}})
}

// Attach sends what a phone can attach: image, voice, document. There is no
// file: nothing of it would be opened anyway.
func (s *Simulator) Attach(ctx context.Context, number, media string) error {
	return s.write(ctx, number, bot.Message{Kind: bot.KindMedia, Media: media})
}

func (s *Simulator) write(ctx context.Context, number string, m bot.Message) error {
	now := s.clock()
	s.mu.Lock()
	s.serial++
	id := fmt.Sprintf("sim-%s-%d-%d", number, now.UnixNano(), s.serial)
	m.From = bot.Contact{Channel: Channel, Account: Account, External: bot.Hide(number), Phone: bot.Hide(number)}
	m.ID, m.Sent = bot.Hide(id), now
	s.add(number, bot.Bubble{ID: id, At: now, Mine: true, Message: m})
	s.mu.Unlock()
	return s.deliver(ctx, bot.Delivery{Messages: []bot.Message{m}})
}

// Send puts a reply on the phone it is for; it is an outbox.Channel.
func (s *Simulator) Send(ctx context.Context, send bot.Send) (bot.Private, error) {
	number, now := send.To.External.Reveal(), s.clock()
	id := "sim-" + string(send.ID)
	s.mu.Lock()
	p := s.phone(number)
	p.typing = false
	for i := range p.bubbles {
		if p.bubbles[i].Mine {
			p.bubbles[i].Read = true
		}
	}
	s.add(number, bot.Bubble{ID: id, At: now, Reply: send.Reply})
	s.mu.Unlock()
	var statuses []bot.Status
	for _, state := range []bot.StatusState{bot.StatusSent, bot.StatusDelivered, bot.StatusRead} {
		statuses = append(statuses, bot.Status{Send: send.ID, State: state, At: now})
	}
	if err := s.deliver(ctx, bot.Delivery{Statuses: statuses}); err != nil {
		return bot.Private{}, &bot.SendError{Class: bot.SendUnknown, Cause: "status not kept"}
	}
	return bot.Hide(id), nil
}

// Seen shows that a message was read and, when so, that an answer is being written.
func (s *Simulator) Seen(_ context.Context, m bot.Message, coming bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.phone(m.From.External.Reveal())
	p.typing = coming
	for i := range p.bubbles {
		if p.bubbles[i].ID == m.ID.Reveal() {
			p.bubbles[i].Read = true
		}
	}
	p.tell()
}

// Transcript gives what stands on a phone, and whether we are typing.
func (s *Simulator) Transcript(number string) (bubbles []bot.Bubble, typing bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.phone(number)
	return slices.Clone(p.bubbles), p.typing
}

// Wipe empties a phone's screen; what is stored of its resident stays as it is.
func (s *Simulator) Wipe(number string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.phone(number)
	p.bubbles, p.typing = nil, false
	p.tell()
}

// Watch signals each change of a phone's screen until stop is called. A slow
// watcher misses signals, never the last one.
func (s *Simulator) Watch(number string) (changed <-chan struct{}, stop func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, c := s.phone(number), make(chan struct{}, 1)
	p.watchers[c] = true
	return c, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(p.watchers, c)
	}
}

func (s *Simulator) phone(number string) *phone {
	p, known := s.phones[number]
	if !known {
		p = &phone{watchers: map[chan struct{}]bool{}}
		s.phones[number] = p
	}
	return p
}

func (s *Simulator) add(number string, e bot.Bubble) {
	p := s.phone(number)
	p.bubbles = append(p.bubbles, e)
	if len(p.bubbles) > keep {
		p.bubbles = slices.Clone(p.bubbles[len(p.bubbles)-keep:])
	}
	p.tell()
}

func (p *phone) tell() {
	for c := range p.watchers {
		select {
		case c <- struct{}{}:
		default:
		}
	}
}
