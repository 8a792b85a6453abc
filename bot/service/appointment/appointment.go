// Package appointment makes, moves and cancels appointments at the town's own
// counters: which times are free, a place that is held while somebody decides,
// and a code to come back with. It never gives one place to two residents, and
// never asks for more than a name.
package appointment

import (
	"context"
	"time"

	"github.com/gemeentebode/bode/bot"
)

// Store is the agenda. A key that was seen before answers with what it led to
// then. bot.ErrTokenGone means that the resident said STOP: nothing is done.
type Store interface {
	// TakenSeats gives what is booked or held at a location, from a moment to another, by time.
	TakenSeats(ctx context.Context, now time.Time, location string, from, to time.Time) ([]bot.Seat, error)
	// HoldPlace keeps a place, or bot.ErrPlaceTaken; the resident's earlier hold is given back.
	HoldPlace(ctx context.Context, now time.Time, h bot.Hold) (bot.Appointment, error)
	// ReleaseHold gives a held place back; one that is gone is no error.
	ReleaseHold(ctx context.Context, resident, hold bot.ID) error
	// BookHold makes a hold a booking, or bot.ErrHoldExpired.
	BookHold(ctx context.Context, now time.Time, key string, resident, hold bot.ID, name, code bot.Private) (bot.Appointment, error)
	// FindBooking finds a future booking, or bot.ErrUnknownBooking, or bot.ErrTooManyTries.
	FindBooking(ctx context.Context, now time.Time, resident bot.ID, code bot.Private) (bot.Appointment, error)
	// BookingsOf gives what stands booked for a resident from one moment to another, in order of time.
	BookingsOf(ctx context.Context, resident bot.ID, from, to time.Time) ([]bot.Appointment, error)
	// MoveBooking gives a booking the place of a hold and its old place back, both or neither:
	// bot.ErrHoldExpired, bot.ErrUnknownBooking.
	MoveBooking(ctx context.Context, now time.Time, key string, resident, booking, hold bot.ID) (bot.Appointment, error)
	// CancelBooking gives a booking's place back, or bot.ErrUnknownBooking.
	CancelBooking(ctx context.Context, now time.Time, key string, resident, booking bot.ID) (bot.Appointment, error)
	// TakeBack undoes a hold or a booking of which nobody will be told.
	TakeBack(ctx context.Context, key string) error
}

// Service answers the operations appointment.*. It is safe for use by several goroutines.
type Service struct {
	town  *town
	store Store
}

// Open reads the town's agenda that the configuration names; every fault at
// once. Without a store it can tell its operations and nothing else.
func Open(config Config, store Store) (*Service, error) {
	t, err := openTown(config.File)
	if err != nil {
		return nil, err
	}
	return &Service{t, store}, nil
}

// Example is the service for the fictional town of Voorbeeldstad.
func Example(store Store) *Service {
	t, err := readTown(voorbeeldstad)
	if err != nil {
		panic(err) // embedded, and held by a test
	}
	return &Service{t, store}
}
