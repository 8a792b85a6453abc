package store

import (
	"context"
	"fmt"
	"time"

	"github.com/gemeentebode/bode/bot"
)

// BookingsOf gives what stands booked for a resident from one moment to
// another, in order of time: not what was cancelled, and what was moved at its
// new time. Whoever said STOP has none. One that cannot be opened is counted
// and left out.
func (s *Store) BookingsOf(ctx context.Context, resident bot.ID, from, to time.Time) ([]bot.Appointment, error) {
	const query = selectBooking + `WHERE b.resident_id = $1 AND b.state = 'booked' AND b.starts_at >= $2 AND b.starts_at < $3
		ORDER BY b.starts_at, b.id`
	var rows []bookingRow
	if err := s.readers.SelectContext(ctx, &rows, query, s.args([]any{resident, from, to})...); err != nil {
		return nil, fmt.Errorf("bookings of a resident: %w", err)
	}
	list := make([]bot.Appointment, 0, len(rows))
	for _, row := range rows {
		a, err := s.vault.appointment(row)
		if err != nil {
			s.unreadable.Add(1)
			continue
		}
		list = append(list, a)
	}
	return list, nil
}
