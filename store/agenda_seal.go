package store

import (
	"context"
	"crypto/cipher"
	"encoding/json"
	"fmt"
	"time"

	"github.com/gemeentebode/bode/bot"
)

// bookingRow is a booking as the database has it, with its wrapped key.
type bookingRow struct {
	ID       bot.ID  `db:"id"`
	Resident string  `db:"resident_id"`
	Location string  `db:"location"`
	Start    instant `db:"starts_at"`
	End      instant `db:"ends_at"`
	State    string  `db:"state"`
	Until    instant `db:"hold_until"`
	Key      string  `db:"key"`
	LastKey  string  `db:"last_key"`
	Sequence int     `db:"sequence"`
	Body     []byte  `db:"body"`
	Wrapped  []byte  `db:"wrapped"`
}

const selectBooking = `SELECT b.id, COALESCE(CAST(b.resident_id AS text), '') AS resident_id, b.location, b.starts_at, b.ends_at, b.state,
	b.hold_until, COALESCE(b.key, '') AS key, COALESCE(b.last_key, '') AS last_key, b.sequence, b.body, k.wrapped
	FROM booking b LEFT JOIN booking_key k ON k.booking_id = b.id `

// takes tells whether the row has its place: booked, or held and not expired.
func (r bookingRow) takes(now time.Time) bool {
	return r.State == "booked" || r.State == "held" && r.Until.After(now)
}

// booking reads one booking and locks it.
func (t *tx) booking(ctx context.Context, where string, args ...any) (row bookingRow, found bool, err error) {
	query := selectBooking + `WHERE ` + where
	if t.postgres {
		query += ` FOR UPDATE OF b`
	}
	found, err = t.one(ctx, &row, query, args...)
	return row, found, err
}

// plainBooking is what is sealed of a booking.
type plainBooking struct {
	Product string `json:"p"`
	Count   int    `json:"c"`
	Name    string `json:"n,omitempty"`
	Code    string `json:"k,omitempty"`
}

func sealBooking(key cipher.AEAD, a bot.Appointment) []byte {
	plain, err := json.Marshal(plainBooking{a.Product, a.Count, a.Name.Reveal(), a.Code.Reveal()})
	if err != nil {
		panic(err) // strings and a number only
	}
	return seal(key, plain, place("booking", a.ID, "body"))
}

// newBookingKey makes a booking's own key and wraps it for booking_key.
func (v *vault) newBookingKey(id bot.ID) (key cipher.AEAD, wrapped []byte) {
	raw := newKey()
	return aead(raw), v.wrap(raw, place("booking_key", id, "wrapped"))
}

func (v *vault) bookingKey(row bookingRow) (cipher.AEAD, error) {
	raw, err := v.unwrap(row.Wrapped, place("booking_key", row.ID, "wrapped"))
	if err != nil {
		return nil, err
	}
	if len(raw) != keyBytes {
		return nil, fmt.Errorf("booking_key:%s: %w", row.ID, errUnreadable)
	}
	return aead(raw), nil
}

func (v *vault) bookingCodeHash(code bot.Private) []byte {
	return v.lookup.keyed("booking code", code.Reveal())
}

// appointment opens a booking; with an error it holds what stands in clear.
func (v *vault) appointment(row bookingRow) (bot.Appointment, error) {
	a := bot.Appointment{ID: row.ID, Location: row.Location, Start: row.Start.Time, End: row.End.Time, Until: row.Until.Time,
		Sequence: row.Sequence, Cancelled: row.State == "cancelled"}
	if a.Cancelled {
		return a, nil
	}
	key, err := v.bookingKey(row)
	if err != nil {
		return a, err
	}
	body, err := unseal(key, row.Body, place("booking", row.ID, "body"))
	if err != nil {
		return a, err
	}
	var plain plainBooking
	if err := json.Unmarshal(body, &plain); err != nil {
		return a, fmt.Errorf("booking:%s: %w", row.ID, errUnreadable)
	}
	a.Product, a.Count, a.Name, a.Code = plain.Product, plain.Count, bot.Hide(plain.Name), bot.Hide(plain.Code)
	return a, nil
}
