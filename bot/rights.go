package bot

import (
	"errors"
	"time"
)

// Look is who looks at residents' data or decides about it, and why. Without a
// name nothing is shown. Both are kept in the audit trail, which outlives STOP:
// neither may say anything about a resident.
type Look struct{ Actor, Reason string }

// Audited is one line of the audit trail.
type Audited struct {
	At                    time.Time
	Actor, Action, Reason string
	Pseudonym             ID  // of the one resident that it was about; empty: none, or several
	Number                int // how many things were shown or touched
}

// Why somebody may not look, or cannot be found.
var (
	ErrNoLooker        = errors.New("who looks, and why, must be said")
	ErrUnknownResident = errors.New("nobody is known by that")
)

// The categories of what is kept of a resident, in the order in which they are told.
const (
	CategoryMessages      = "messages"
	CategoryContact       = "contact"
	CategoryRemembered    = "remembered"
	CategorySubscriptions = "subscriptions"
	CategoryAppointments  = "appointments"
	CategoryRequests      = "requests"
)

// Categories are all of them.
func Categories() []string {
	return []string{CategoryMessages, CategoryContact, CategoryRemembered, CategorySubscriptions, CategoryAppointments, CategoryRequests}
}

// Category is how much of a kind is kept.
type Category struct {
	Code   string
	Number int
}

// Own is all that is kept of a resident, for the resident (AVG articles 15 and
// 20) and nobody else. What colleagues noted is no part of it.
type Own struct {
	Contact       Contact
	Since         time.Time    // of the first message that we know
	Messages      []OwnMessage // newest first
	Conversation  Private      // the engine's own encoding
	Remembered    []OwnAnswer  // filled in by who can read Conversation
	Subscriptions []OwnSubscription
	Consents      []OwnConsent // the ledger, oldest first
	Appointments  []Appointment
	Requests      []Request
}

// OwnMessage is one message of the resident, or one to them.
type OwnMessage struct {
	At      time.Time
	Ours    bool
	Kind    string // MessageKind; "reply" for ours; "crisis" for one whose text was never kept
	Text    Private
	Choices []Private // that ours offered
}

// OwnAnswer is one thing that is remembered for a next question.
type OwnAnswer struct {
	Name  string
	Value Value
}

// OwnSubscription is a consent that stands, or that waits for a yes (Given is zero).
type OwnSubscription struct {
	Topic  string
	Given  time.Time
	Paused bool
	About  Value
}

// OwnConsent is one line of the ledger.
type OwnConsent struct {
	At              time.Time
	Topic           string // empty: every topic
	Given           bool
	Source, Wording string
}

// Categories counts.
func (o Own) Categories() []Category {
	contact := 0
	if !o.Contact.External.Empty() {
		contact = 1
	}
	numbers := []int{len(o.Messages), contact, len(o.Remembered), len(o.Subscriptions), len(o.Appointments), len(o.Requests)}
	var list []Category
	for i, code := range Categories() {
		if numbers[i] > 0 {
			list = append(list, Category{code, numbers[i]})
		}
	}
	return list
}

// Export is what a one-time link opens.
type Export struct {
	Own      Own
	Language string  // of the conversation in which it was asked for
	Download Private // opens the same once more, as a file
}

// LegalHold is a copy of a conversation's texts, kept for a legal reason until
// a date, whatever the resident erases.
type LegalHold struct {
	ID            ID
	Placed, Until time.Time
	By            string
	Reason        Private
	Texts         int
	Cut           bool // the resident is erased: nothing leads to them any more
}

// HeldText is one text of a hold.
type HeldText struct {
	At   time.Time
	Ours bool
	Text Private
}
