// Package feed makes drafts of notices from the feeds of others: warnings in
// CAP 1.2, news in RSS and Atom. A draft is a file that a person reads and
// approves: the package never shows, publishes or sends anything.
package feed

import (
	"fmt"
	"strings"
	"time"
)

// Kind is what an entry does to what came before it (CAP 1.2, msgType).
type Kind string

// The kinds that are acted on.
const (
	Alert  Kind = "Alert"
	Update Kind = "Update"
	Cancel Kind = "Cancel"
)

// ID names one entry in the world: the triple by which CAP refers to it.
type ID struct {
	Sender, Identifier string
	Sent               time.Time
}

// String writes the triple as CAP's references do, the time in UTC.
func (id ID) String() string {
	return id.Sender + "," + id.Identifier + "," + id.Sent.UTC().Format(time.RFC3339)
}

// parseID reads a triple. Its time has a zone.
func parseID(s string) (ID, error) {
	parts := strings.Split(s, ",")
	if len(parts) != 3 || !plainID(parts[0]) || !plainID(parts[1]) {
		return ID{}, fmt.Errorf("%q is not sender,identifier,sent", shown(s))
	}
	sent, err := moment(parts[2])
	if err != nil {
		return ID{}, err
	}
	return ID{parts[0], parts[1], sent}, nil
}

// longestID is our bound on a sender and on an identifier, in bytes.
const longestID = 200

// plainID holds CAP's rule: no spaces, commas, < or &; and no control characters.
func plainID(s string) bool {
	return s != "" && len(s) <= longestID && !strings.ContainsAny(s, " ,<&\"'\\") && clean(s) == s
}

// Entry is one warning or piece of news, read but not yet judged.
type Entry struct {
	ID            ID
	Kind          Kind
	Status, Scope string // CAP: only Actual and Public count
	Says          string // the sender's note, such as why it is cancelled
	References    []ID   // what it replaces or ends
	Infos         []Info
	News          bool   // from RSS or Atom: no urgency, no area
	Document      string // where the CAP document is that this entry of an index only points to
	Where         string // "entry 4", for errors
	Err           error  // why it cannot be used
}

// Info is what an entry says, in one language.
type Info struct {
	Language                                  string // "nl", "en"; of "nl-NL" the first part
	Event, Headline, Description, Instruction string // as they came, markup and all
	Urgency, Severity, Certainty              string // CAP's words
	Sender, Web                               string
	From, Until                               time.Time // Until zero: not said
	Areas                                     []Place
}

// Place is one area of a warning.
type Place struct {
	Name     string
	Polygons [][]Point
	Circles  []Circle
	Codes    []string // "EMMA_ID:NL010"
}

// Action is what became of an entry.
type Action string

// The actions.
const (
	Made      Action = "made"      // a new draft
	Updated   Action = "updated"   // a draft replaced by a newer one, in the same file
	Withdrawn Action = "withdrawn" // a draft that ends now
	Ignored   Action = "ignored"   // read, and not for us
	Refused   Action = "refused"   // could not be read or may not be used
)

// Decision is what became of one entry, with the reason in English for the
// operator. Content is the whole file, of the first three actions only.
type Decision struct {
	Entry   string // its id, else where it stands
	Action  Action
	File    string // name within the folder of drafts
	Reason  string
	Content []byte
	soon    bool // the same entry may be decided otherwise at the next run
}
