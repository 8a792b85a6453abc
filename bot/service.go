package bot

import (
	"errors"
	"time"
)

// Operation is what a service offers to flows, declared so that a flow file
// can be checked without running anything: what goes in, which outcomes there
// are, what each saves and how long that can get.
type Operation struct {
	Name     string // "waste.pickups"
	Writes   bool   // changes something elsewhere: called only after an intent with a key is committed
	Passing  bool   // a write that runs out by itself (a held place): one may go back past it
	With     []Field
	Outcomes []OutcomeField
}

// OutcomeField is one way an operation can end. "failed" is always possible
// and is declared like the others.
type OutcomeField struct {
	Name    string
	Saves   *Field // nil: nothing is saved, a text may not use it after this outcome
	Nothing bool   // of an operation that writes: nothing was done. So it is with "failed" always
}

// FieldKind is the shape of a value.
type FieldKind string

// The closed list of kinds.
const (
	FieldText    FieldKind = "text"
	FieldNumber  FieldKind = "number"
	FieldBool    FieldKind = "bool"
	FieldDate    FieldKind = "date"    // "2026-11-20"
	FieldTime    FieldKind = "time"    // RFC 3339 instant, shown in Europe/Amsterdam
	FieldAddress FieldKind = "address" // a record: label, postcode, number, letter, addition, street, city, bag_id
	FieldPlace   FieldKind = "place"   // a record: label and what is known of latitude, longitude, address
	FieldCode    FieldKind = "code"    // one of Codes; shown with the function kind
	FieldRecord  FieldKind = "record"
	FieldList    FieldKind = "list" // of records with Fields, at most Most of them
)

// Field is one value with its bounds. Longest is in characters as shown.
type Field struct {
	Name     string
	Kind     FieldKind
	Optional bool
	Longest  int
	Codes    []string // FieldCode: the closed list
	Fields   []Field  // FieldRecord, FieldList
	Most     int      // FieldList
}

// Call asks for one operation. Key is set for an operation that writes: the
// message's row id and the number of the call in its turn, so that a second
// try is recognised. Resident is who asks; a service keeps it only as long as
// it must (to count tries, to find what remains after STOP) and shows it to nobody.
// Language is the conversation's, for a service that answers with sentences.
type Call struct {
	Operation string
	With      map[string]Value
	Key       string
	Resident  ID
	Language  string
}

// Result is how a call ended.
type Result struct {
	Outcome string
	Value   Value
}

// Audience is a selection of residents that a notification can go to,
// declared by a service so that a flow's [[notifications]] can be checked.
type Audience struct {
	Name   string  // "waste.pickup_tomorrow"
	Yields []Field // values for the notification's text and template
	// Corrects are the values for the text of a correction: what holds now,
	// instead of what was told. Empty: nothing it tells needs one.
	Corrects []Field
	Once     bool // a subscription has had its use when its message is out, and ends: "remind me on..."
}

// Hearing asks a service what a notification tells one subscriber: nil values
// when there is nothing to tell them. It is asked when residents are selected,
// and again when a message is claimed, always for the same scheduled moment.
type Hearing struct {
	Audience string
	Due      time.Time // the scheduled moment of the run
	Since    time.Time // the scheduled moment before it; zero: there was none
	Now      time.Time // when it is asked; zero: at Due
	To       Subscriber
	// Correction asks for the values of Corrects: what was told at Due no longer holds.
	Correction bool
}

// At is when a service is asked.
func (h Hearing) At() time.Time {
	if h.Now.IsZero() {
		return h.Due
	}
	return h.Now
}

// ErrPast says of an audience that comes once that what a subscription is
// about will never be told any more: its day went by.
var ErrPast = errors.New("the day that it was for went by")

// ErrStale says that the data is too old to notify anybody from.
var ErrStale = errors.New("the data is too old to notify from")
