package bot

import (
	"errors"
	"time"
)

// ErrTooManyTries says that a resident gave too many wrong codes; the next one
// is not looked at before the hour is over.
var ErrTooManyTries = errors.New("too many wrong codes within the hour")

// Request is what a resident handed in for colleagues: a street light that is
// out, bulky waste, a call back. It stands apart from the conversation and
// survives STOP.
type Request struct {
	ID                       ID
	Kind                     string // the editor's own code: "lamp"
	Language                 string // in which the resident was answered
	Place, Text, Phone, Code Private
	At                       time.Time // when it was handed in
	Handled                  time.Time // zero: it is open
}
