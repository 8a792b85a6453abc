package bot

import (
	"encoding/json"
	"fmt"
	"time"
)

// Contact is how a resident is reached. The key is (Channel, Account,
// External): a person with a username arrives with a business-scoped user id
// and no phone number, so Phone may be empty.
type Contact struct {
	Channel  string  // "cloudapi", "simulator"
	Account  string  // our side: the phone number id
	External Private // their side: the BSUID where there is one, else the phone number in digits
	Phone    Private // digits with country code, no plus; empty when unknown
}

// MessageKind says what a resident sent.
type MessageKind string

// The kinds that get a turn come first; from Reaction on nobody is answered.
const (
	KindText        MessageKind = "text"
	KindTap         MessageKind = "tap"         // a button or list row of ours: Choice holds its id, Text its title
	KindPlace       MessageKind = "place"       // a shared location
	KindMedia       MessageKind = "media"       // never downloaded; Media says which sort, Text holds the caption
	KindUnsupported MessageKind = "unsupported" // contacts, orders, polls, and whatever comes next

	KindReaction     MessageKind = "reaction"
	KindRevoked      MessageKind = "revoked"       // the resident deleted Original: our copy goes too
	KindEdited       MessageKind = "edited"        // the resident changed Original into Text
	KindNumberChange MessageKind = "number_change" // From is the new contact, Original the previous external id
	KindPreference   MessageKind = "preference"    // the platform's own opt-out: withdraws every topic
)

// Answered tells whether a message of this kind gets a turn.
func (k MessageKind) Answered() bool {
	switch k {
	case KindText, KindTap, KindPlace, KindMedia, KindUnsupported:
		return true
	}
	return false
}

// Place is a shared location.
type Place struct {
	Latitude, Longitude float64
	Name, Address       Private
}

// String hides: a location is an address.
func (Place) String() string { return hidden }

// Format hides, whatever the verb.
func (Place) Format(f fmt.State, _ rune) { fmt.Fprint(f, hidden) }

// Message is one thing a resident sent. The channel fills it; the door in
// (bot/privacy) masks it and fills Crisis, Stop and Masked. Nothing stores,
// logs or counts a Message that has not been through the door.
type Message struct {
	From     Contact
	ID       Private   // the platform's id; a wamid contains the phone number
	Sent     time.Time // the platform's stamp, to the second
	Kind     MessageKind
	Text     Private
	Choice   string // KindTap: the id that we gave the button or row
	Place    *Place
	Media    string // KindMedia: image, video, audio, voice, document, sticker
	Original Private

	Crisis string   // the name of the crisis whose words were recognised; Text is empty then
	Stop   bool     // the whole message says stop: withdraw everything and erase
	Masked []string // the kinds of identifiers that were removed from Text: bsn, iban, card
}

// plainMessage is what is sealed of a message: what a turn needs, no address.
type plainMessage struct {
	Kind    MessageKind `json:"k"`
	Text    string      `json:"t,omitempty"`
	Choice  string      `json:"c,omitempty"`
	Place   *plainPlace `json:"p,omitempty"`
	Media   string      `json:"m,omitempty"`
	Crisis  string      `json:"x,omitempty"`
	Masked  []string    `json:"r,omitempty"`
	ID      string      `json:"i,omitempty"`
	Subject string      `json:"o,omitempty"`
}

type plainPlace struct {
	Lat, Lon      float64
	Name, Address string
}

// Encode writes what a turn needs of the message, in clear, for sealing.
// The contact and the stamp are not in it: the store has columns for them.
func (m Message) Encode() []byte {
	p := plainMessage{Kind: m.Kind, Text: m.Text.Reveal(), Choice: m.Choice, Media: m.Media,
		Crisis: m.Crisis, Masked: m.Masked, ID: m.ID.Reveal(), Subject: m.Original.Reveal()}
	if m.Place != nil {
		p.Place = &plainPlace{m.Place.Latitude, m.Place.Longitude, m.Place.Name.Reveal(), m.Place.Address.Reveal()}
	}
	data, err := json.Marshal(p)
	if err != nil {
		panic(err) // strings and finite numbers only; the channel refuses NaN
	}
	return data
}

// DecodeMessage reads what Encode wrote.
func DecodeMessage(data []byte) (Message, error) {
	var p plainMessage
	if err := json.Unmarshal(data, &p); err != nil {
		return Message{}, fmt.Errorf("stored message is not readable")
	}
	m := Message{ID: Hide(p.ID), Kind: p.Kind, Text: Hide(p.Text), Choice: p.Choice, Media: p.Media,
		Crisis: p.Crisis, Masked: p.Masked, Original: Hide(p.Subject)}
	if p.Place != nil {
		m.Place = &Place{p.Place.Lat, p.Place.Lon, Hide(p.Place.Name), Hide(p.Place.Address)}
	}
	return m, nil
}
