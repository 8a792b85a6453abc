package bot

import (
	"crypto/rand"
	"encoding/hex"
	"time"
)

// ID names a row: a UUIDv7 (RFC 9562) in its canonical 36 characters, made by
// the program and not by the database, so that the associated data of sealed
// columns is known before the insert. It says when it was made and nothing else.
type ID string

// Time is when the row was made, to the millisecond; zero where it is no such ID.
func (id ID) Time() time.Time {
	if len(id) != 36 {
		return time.Time{}
	}
	var b [6]byte
	if _, err := hex.Decode(b[:4], []byte(id[:8])); err != nil {
		return time.Time{}
	}
	if _, err := hex.Decode(b[4:], []byte(id[9:13])); err != nil {
		return time.Time{}
	}
	var ms int64
	for _, octet := range b {
		ms = ms<<8 | int64(octet)
	}
	return time.UnixMilli(ms)
}

// NewID makes an ID that sorts by the millisecond of now; within one
// millisecond the order is random, so nothing may rely on it for sequence.
func NewID(now time.Time) ID {
	var b [16]byte
	rand.Read(b[:]) // never fails: crypto/rand.Read ends the process instead
	ms := uint64(now.UnixMilli())
	for i := range 6 {
		b[i] = byte(ms >> (40 - 8*i))
	}
	b[6] = 0x70 | b[6]&0x0f
	b[8] = 0x80 | b[8]&0x3f
	var s [36]byte
	hex.Encode(s[0:8], b[0:4])
	hex.Encode(s[9:13], b[4:6])
	hex.Encode(s[14:18], b[6:8])
	hex.Encode(s[19:23], b[8:10])
	hex.Encode(s[24:36], b[10:16])
	s[8], s[13], s[18], s[23] = '-', '-', '-', '-'
	return ID(s[:])
}
