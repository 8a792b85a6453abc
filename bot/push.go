package bot

import (
	"errors"
	"time"
)

// Push is a notice on its way out: what came of its rehearsal, and the second
// person who approved it. Notice and Content name it: with other words it is another push.
type Push struct {
	ID          ID
	Notice      string   // the file's name
	Content     string   // hash of what is said, to whom and until when
	WrittenBy   []string // none of them approves or sends
	RehearsedBy string
	RehearsedAt time.Time
	Rehearsal   string // what came of it, in numbers (JSON)
	ApprovedBy  string
	ApprovedAt  time.Time
	SentBy      string
	Run         ID // "": not sent yet
	WithdrawnBy string
	WithdrawnAt time.Time
}

// Why a push does not go on.
var (
	ErrPushSent    = errors.New("this notice was sent already")
	ErrPushChanged = errors.New("it was rehearsed, approved or sent meanwhile")
)

// Pushed is a push whose notice was sent and would still hold.
type Pushed struct {
	Push
	Sent Run
}

// Reached is by what a resident can be reached: for numbers only.
type Reached struct {
	Resident    ID
	WindowUntil time.Time // of the 24-hour window
	Prefix      string    // which of the asked beginnings their number has; "": none of them
}

// Standing is how many residents an account knows, and how they stand to a
// topic. Each resident counts once.
type Standing struct {
	Known     int `json:"known" db:"known"`
	NoConsent int `json:"no_consent" db:"no_consent"` // never asked for it, or ended it
	Waiting   int `json:"waiting" db:"waiting"`       // brought by an import, their own yes is still to come
	Paused    int `json:"paused" db:"paused"`         // the number changed hands
	Elsewhere int `json:"elsewhere" db:"elsewhere"`   // in another area
	Stopping  int `json:"stopping" db:"stopping"`     // said STOP, is being erased
}
