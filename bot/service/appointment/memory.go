package appointment

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"

	"github.com/gemeentebode/bode/bot"
)

// Memory is an agenda that lasts as long as the process: for dialogues and
// tests, which play without a database. It keeps the same rules as the store's.
type Memory struct {
	mu    sync.Mutex
	rows  map[bot.ID]*memoryRow
	tries map[bot.ID][]time.Time
}

type memoryRow struct {
	bot.Appointment
	resident     bot.ID
	key, lastKey string
	seat         int
}

func (r *memoryRow) held() bool { return !r.Until.IsZero() }

func (r *memoryRow) takes(now time.Time) bool {
	return !r.Cancelled && (!r.held() || r.Until.After(now))
}

// NewMemory gives an empty agenda.
func NewMemory() *Memory {
	return &Memory{rows: map[bot.ID]*memoryRow{}, tries: map[bot.ID][]time.Time{}}
}

// Future counts the bookings that are to come, as a farewell names them.
func (m *Memory) Future(now time.Time) int {
	m.mu.Lock()
	defer m.mu.Unlock()
	n := 0
	for _, r := range m.rows {
		if !r.Cancelled && !r.held() && r.Start.After(now) {
			n++
		}
	}
	return n
}

// TakenSeats as Store says.
func (m *Memory) TakenSeats(_ context.Context, now time.Time, location string, from, to time.Time) ([]bot.Seat, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.taken(now, location, from, to), nil
}

func (m *Memory) taken(now time.Time, location string, from, to time.Time) []bot.Seat {
	var out []bot.Seat
	for _, r := range m.rows {
		if r.Location != location || !r.takes(now) {
			continue
		}
		for at := r.Start; at.Before(r.End); at = at.Add(bot.SeatUnit) {
			if !at.Before(from) && at.Before(to) {
				out = append(out, bot.Seat{Start: at, Number: r.seat})
			}
		}
	}
	slices.SortFunc(out, func(a, b bot.Seat) int { return cmp.Or(a.Start.Compare(b.Start), a.Number-b.Number) })
	return out
}

// HoldPlace as Store says.
func (m *Memory) HoldPlace(_ context.Context, now time.Time, h bot.Hold) (bot.Appointment, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, r := range m.rows {
		if h.Key != "" && r.key == h.Key && r.takes(now) {
			return r.Appointment, nil
		}
	}
	mine := func(r *memoryRow) bool { return r.held() && r.resident == h.Resident }
	others := &Memory{rows: map[bot.ID]*memoryRow{}}
	for id, r := range m.rows {
		if !mine(r) && !(r.held() && !r.Until.After(now)) {
			others.rows[id] = r
		}
	}
	number, free := bot.FreeSeat(others.taken(now, h.Location, h.Start, h.End), h.Seats)
	if !free {
		return bot.Appointment{}, bot.ErrPlaceTaken
	}
	a := bot.Appointment{ID: bot.NewID(now), Product: h.Product, Location: h.Location, Start: h.Start, End: h.End, Count: h.Count, Until: h.Until}
	m.rows = others.rows
	m.rows[a.ID] = &memoryRow{Appointment: a, resident: h.Resident, key: h.Key, lastKey: h.Key, seat: number}
	return a, nil
}

// ReleaseHold as Store says.
func (m *Memory) ReleaseHold(_ context.Context, resident, hold bot.ID) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if r := m.rows[hold]; r != nil && r.held() && r.resident == resident {
		delete(m.rows, hold)
	}
	return nil
}

// BookHold as Store says.
func (m *Memory) BookHold(_ context.Context, now time.Time, key string, resident, hold bot.ID, name, code bot.Private) (bot.Appointment, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	r := m.rows[hold]
	if r == nil || r.resident != resident || !r.takes(now) {
		return bot.Appointment{}, bot.ErrHoldExpired
	}
	if r.held() {
		r.Name, r.Code, r.Until, r.lastKey = name, code, time.Time{}, key
	}
	return r.Appointment, nil
}

// FindBooking as Store says: five wrong codes within an hour.
func (m *Memory) FindBooking(_ context.Context, now time.Time, resident bot.ID, code bot.Private) (bot.Appointment, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	tries := slices.DeleteFunc(m.tries[resident], func(at time.Time) bool { return !at.After(now.Add(-time.Hour)) })
	if len(tries) >= 5 {
		return bot.Appointment{}, bot.ErrTooManyTries
	}
	for _, r := range m.rows {
		if !r.Code.Empty() && r.Code.Equal(code) && r.Start.After(now) {
			return r.Appointment, nil
		}
	}
	m.tries[resident] = append(tries, now)
	return bot.Appointment{}, bot.ErrUnknownBooking
}

// BookingsOf as Store says.
func (m *Memory) BookingsOf(_ context.Context, resident bot.ID, from, to time.Time) ([]bot.Appointment, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out []bot.Appointment
	for _, r := range m.rows {
		if r.resident == resident && !r.held() && !r.Cancelled && !r.Start.Before(from) && r.Start.Before(to) {
			out = append(out, r.Appointment)
		}
	}
	slices.SortFunc(out, func(a, b bot.Appointment) int { return cmp.Or(a.Start.Compare(b.Start), cmp.Compare(a.ID, b.ID)) })
	return out, nil
}

// MoveBooking as Store says.
func (m *Memory) MoveBooking(_ context.Context, now time.Time, key string, resident, booking, hold bot.ID) (bot.Appointment, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	r, h := m.rows[booking], m.rows[hold]
	switch {
	case r == nil || r.held() || r.Cancelled || !r.Start.After(now):
		return bot.Appointment{}, bot.ErrUnknownBooking
	case key != "" && r.lastKey == key:
		return r.Appointment, nil
	case h == nil || !h.held() || h.resident != resident || !h.takes(now):
		return bot.Appointment{}, bot.ErrHoldExpired
	}
	r.Product, r.Location, r.Start, r.End, r.Count, r.seat = h.Product, h.Location, h.Start, h.End, h.Count, h.seat
	r.key, r.lastKey = h.key, key
	r.Sequence++
	delete(m.rows, hold)
	return r.Appointment, nil
}

// CancelBooking as Store says.
func (m *Memory) CancelBooking(_ context.Context, now time.Time, key string, _, booking bot.ID) (bot.Appointment, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	r := m.rows[booking]
	if r == nil || r.held() || !r.Start.After(now) {
		return bot.Appointment{}, bot.ErrUnknownBooking
	}
	if r.Cancelled {
		return r.Appointment, nil
	}
	r.Cancelled, r.lastKey = true, key
	r.Sequence++
	was := r.Appointment
	r.Product, r.Count, r.Name, r.Code = "", 0, bot.Private{}, bot.Private{}
	return was, nil
}

// TakeBack as Store says; here nothing else can have answered.
func (m *Memory) TakeBack(_ context.Context, key string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for id, r := range m.rows {
		if key != "" && r.lastKey == key && r.Sequence == 0 {
			delete(m.rows, id)
		}
	}
	return nil
}
