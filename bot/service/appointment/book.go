package appointment

import (
	"context"
	"errors"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/gemeentebode/bode/bot"
)

// graceOfLead is how much later than the lead time a slot that was offered in
// time may be chosen: a resident may read the list for a while.
const graceOfLead = 30 * time.Minute

// hold keeps a place. What can no longer be had, because somebody has it or
// because the day was closed since, is taken.
func (s *Service) hold(ctx context.Context, now time.Time, call bot.Call) (bot.Result, error) {
	w, at, err := s.readSlot(call.With["slot"].Text())
	if err != nil {
		return outcome("failed") // nothing was done, and a second try would not help
	}
	seats, open := s.town.seatsAt(w.location, at, w.length())
	_, last, earliest := s.town.window(w.product, now)
	if !open || s.town.dayAt(at) > last || at.Before(earliest.Add(-graceOfLead)) || !at.After(now) {
		return outcome("taken")
	}
	held, err := s.store.HoldPlace(ctx, now, bot.Hold{Key: call.Key, Resident: call.Resident, Product: w.product.id, Location: w.location.id,
		Start: at, End: at.Add(w.length()), Count: w.persons, Seats: seats, Until: now.Add(s.town.hold).Truncate(time.Second)})
	if errors.Is(err, bot.ErrPlaceTaken) {
		return outcome("taken")
	}
	if err != nil {
		return failed(err)
	}
	record := struct {
		ID    string `json:"id"`
		Until string `json:"until"`
		moment
	}{string(held.ID), held.Until.In(s.town.zone).Format(time.RFC3339), s.town.moment(held.Start, call.Language)}
	return bot.Result{Outcome: "held", Value: bot.ValueOf(record)}, nil
}

func (s *Service) release(ctx context.Context, call bot.Call) (bot.Result, error) {
	id, ok := rowID(call.With["hold"])
	if !ok {
		return outcome("failed")
	}
	if err := s.store.ReleaseHold(ctx, call.Resident, id); err != nil {
		return failed(err)
	}
	return outcome("released")
}

// rowID refuses what is no id, so that a database never sees it.
func rowID(v bot.Value) (bot.ID, bool) {
	text := v.Text()
	if len(text) != len(bot.NewID(time.Time{})) || strings.Trim(text, "0123456789abcdef-") != "" || strings.Count(text, "-") != 4 {
		return "", false
	}
	return bot.ID(text), true
}

func (s *Service) book(ctx context.Context, now time.Time, call bot.Call) (bot.Result, error) {
	id, ok := rowID(call.With["hold"])
	name := strings.Join(strings.Fields(call.With["name"].Text()), " ")
	if !ok || name == "" || utf8.RuneCountInString(name) > longestPerson {
		return outcome("failed")
	}
	booked, err := s.store.BookHold(ctx, now, call.Key, call.Resident, id, bot.Hide(name), NewCode())
	if errors.Is(err, bot.ErrHoldExpired) {
		return outcome("expired")
	}
	if err != nil {
		return failed(err)
	}
	return s.told("booked", booked, call.Language)
}

// told gives a booking as flows know it.
func (s *Service) told(outcome string, a bot.Appointment, language string) (bot.Result, error) {
	record := struct {
		ID          string            `json:"id"`
		Code        string            `json:"code"`
		Product     string            `json:"product"`
		ProductName string            `json:"product_name"`
		Count       int               `json:"count"`
		Location    map[string]string `json:"location"`
		moment
	}{string(a.ID), a.Code.Reveal(), a.Product, s.productName(a.Product, language), a.Count, s.locationOf(a.Location).record(),
		s.town.moment(a.Start, language)}
	return bot.Result{Outcome: outcome, Value: bot.ValueOf(record)}, nil
}

// productName and locationOf still tell something of what left the
// configuration after somebody had made an appointment for it.
func (s *Service) productName(id, language string) string {
	if p, ok := s.town.product(id); ok {
		return p.in(language)
	}
	return id
}

func (s *Service) locationOf(id string) location {
	for _, l := range s.town.locations {
		if l.id == id {
			return l
		}
	}
	return location{id: id, name: id}
}

// find looks for a booking by its code. What cannot be a code is no try.
func (s *Service) find(ctx context.Context, now time.Time, call bot.Call) (bot.Result, error) {
	code, ok := ReadCode(call.With["code"].Text())
	if !ok {
		return outcome("unknown")
	}
	found, err := s.store.FindBooking(ctx, now, call.Resident, code)
	switch {
	case errors.Is(err, bot.ErrUnknownBooking):
		return outcome("unknown")
	case errors.Is(err, bot.ErrTooManyTries):
		return outcome("blocked")
	case err != nil:
		return failed(err)
	}
	return s.told("found", found, call.Language)
}

// change moves a booking. One that is no longer there, because another phone
// cancelled it or its time came, is unknown: whoever hears "your old
// appointment stays" would come for nothing.
func (s *Service) change(ctx context.Context, now time.Time, call bot.Call) (bot.Result, error) {
	booking, ok1 := rowID(call.With["booking"])
	hold, ok2 := rowID(call.With["hold"])
	if !ok1 || !ok2 {
		return outcome("failed")
	}
	moved, err := s.store.MoveBooking(ctx, now, call.Key, call.Resident, booking, hold)
	switch {
	case errors.Is(err, bot.ErrHoldExpired):
		return outcome("expired")
	case errors.Is(err, bot.ErrUnknownBooking):
		return outcome("unknown")
	case err != nil:
		return failed(err)
	}
	return s.told("changed", moved, call.Language)
}

func (s *Service) cancel(ctx context.Context, now time.Time, call bot.Call) (bot.Result, error) {
	id, ok := rowID(call.With["booking"])
	if !ok {
		return outcome("failed")
	}
	_, err := s.store.CancelBooking(ctx, now, call.Key, call.Resident, id)
	if errors.Is(err, bot.ErrUnknownBooking) {
		return outcome("unknown")
	}
	if err != nil {
		return failed(err)
	}
	return outcome("cancelled")
}

// Product gives the Dutch name of a product, for colleagues; an id that is not
// known as it is.
func (s *Service) Product(id string) string { return s.productName(id, "nl") }

// Location gives the name of a location, for colleagues.
func (s *Service) Location(id string) string { return s.locationOf(id).name }
