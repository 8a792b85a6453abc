package bot

import (
	"errors"
	"time"
)

// Why the agenda could not do what was asked. Nothing was changed then.
var (
	ErrPlaceTaken     = errors.New("the place is taken")
	ErrHoldExpired    = errors.New("the hold has expired")
	ErrUnknownBooking = errors.New("there is no such future booking")
)

// SeatUnit is the grain of the agenda: an appointment takes whole units of one
// seat, so that appointments of different lengths never overlap on it.
const SeatUnit = 5 * time.Minute

// Seat is one unit of one seat (a desk, a counter) of a location.
type Seat struct {
	Start  time.Time
	Number int // from 0
}

// FreeSeat gives the first seat that is free during an appointment, given what
// is taken in that time at a location with so many seats. Where seats were
// taken away since, those that are still taken beyond the last count too.
func FreeSeat(taken []Seat, seats int) (int, bool) {
	used, busy := map[int]bool{}, map[int64]int{}
	for _, s := range taken {
		used[s.Number] = true
		if busy[s.Start.Unix()]++; busy[s.Start.Unix()] >= seats {
			return 0, false
		}
	}
	for n := range seats {
		if !used[n] {
			return n, true
		}
	}
	return 0, false
}

// Hold asks the agenda to keep a place for a resident until they have decided.
type Hold struct {
	Key               string // of the call: the same key is the same hold
	Resident          ID
	Product, Location string // as the configuration names them
	Start, End        time.Time
	Count             int // persons
	Seats             int // how many the location has in that time
	Until             time.Time
}

// Appointment is what the agenda keeps of a hold or a booking.
type Appointment struct {
	ID                ID
	Product, Location string // as the configuration names them
	Start, End        time.Time
	Count             int       // persons
	Until             time.Time // of a hold; zero for a booking
	Sequence          int       // how often it was moved or cancelled (iCalendar's SEQUENCE)
	Cancelled         bool
	Name, Code        Private
}
