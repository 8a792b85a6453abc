// Package memory is the desk of one dialogue: its agenda and its worklist,
// where a service has the store's tables. It knows one resident, gives the same
// codes every time, and forgets everything with the dialogue.
package memory

import (
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/service/appointment"
)

// Codes that are given out, so that a dialogue can be written with them:
// KMH4P-7XWT3, KMH4P-7XWT4, ... for appointments, M-BCD-FGH-JK2, M-BCD-FGH-JK3,
// ... for requests. A last sign is used again after the last one.
const (
	bookingCode = "KMH4P-7XWT"
	bookingEnds = "34679CDFHJKMNPQRTVWXY"
	requestCode = "M-BCD-FGH-JK"
	requestEnds = "23456789BCDFGHJKLMNPQRSTVWXZ"
)

// Wrong codes of requests: how many within how long, before the next is not
// looked at, as in the store.
const (
	mostTries   = 5
	triesWithin = time.Hour
)

// Desk is the agenda and the worklist of one dialogue.
type Desk struct {
	*appointment.Memory
	booked   int // codes of appointments given out so far
	requests []request
	wrong    []time.Time
}

type request struct {
	bot.Request
	key string
}

// New gives an empty desk.
func New() *Desk { return &Desk{Memory: appointment.NewMemory()} }

// Remains tells what a farewell names.
func (d *Desk) Remains(now time.Time) bot.Remains {
	return bot.Remains{Appointments: d.Future(now), Requests: len(d.requests)}
}

// BookHold makes a hold a booking, with a code of ours in place of the drawn one.
func (d *Desk) BookHold(ctx context.Context, now time.Time, key string, resident, hold bot.ID, name, _ bot.Private) (bot.Appointment, error) {
	code := bot.Hide(bookingCode + string(bookingEnds[d.booked%len(bookingEnds)]))
	d.booked++
	return d.Memory.BookHold(ctx, now, key, resident, hold, name, code)
}

// SubmitRequest keeps a request once per key, with a code of ours in place of the drawn one.
func (d *Desk) SubmitRequest(_ context.Context, _ time.Time, key string, _ bot.ID, r bot.Request) (bot.Request, error) {
	for _, known := range d.requests {
		if known.key == key {
			return known.Request, nil
		}
	}
	n := len(d.requests)
	r.ID, r.Code = bot.ID(strconv.Itoa(n+1)), bot.Hide(requestCode+string(requestEnds[n%len(requestEnds)]))
	d.requests = append(d.requests, request{r, key})
	return r, nil
}

// CancelRequest takes back a request.
func (d *Desk) CancelRequest(_ context.Context, key string) error {
	d.requests = slices.DeleteFunc(d.requests, func(r request) bool { return r.key == key })
	return nil
}

// RequestByCode finds a request by its code.
func (d *Desk) RequestByCode(_ context.Context, now time.Time, _ bot.ID, code string) (r bot.Request, found bool, err error) {
	d.wrong = slices.DeleteFunc(d.wrong, func(at time.Time) bool { return !at.After(now.Add(-triesWithin)) })
	if len(d.wrong) >= mostTries {
		return bot.Request{}, false, bot.ErrTooManyTries
	}
	for _, known := range d.requests {
		if known.Code.Equal(bot.Hide(code)) {
			return known.Request, true, nil
		}
	}
	d.wrong = append(d.wrong, now)
	return bot.Request{}, false, nil
}

// RequestsHandled gives nothing: in a dialogue nobody works on the list.
func (d *Desk) RequestsHandled(context.Context, bot.ID, time.Time, time.Time) ([]bot.Request, error) {
	return nil, nil
}
