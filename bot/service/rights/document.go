package rights

import (
	"encoding/json"
	"maps"
	"slices"
	"time"

	"github.com/gemeentebode/bode/bot"
)

// document is everything that is kept, for another program to read (AVG
// article 20). Instants are RFC 3339 in UTC.
type document struct {
	Municipality  string           `json:"municipality"`
	Made          time.Time        `json:"made_at"`
	Contact       contactJSON      `json:"contact"`
	Messages      []messageJSON    `json:"messages"`
	Remembered    []answerJSON     `json:"remembered"`
	Subscriptions []subscribedJSON `json:"subscriptions"`
	Consents      []consentJSON    `json:"consents"`
	Appointments  []bookedJSON     `json:"appointments"`
	Requests      []requestJSON    `json:"requests"`
}

type contactJSON struct {
	Phone    string    `json:"phone,omitempty"`
	WhatsApp string    `json:"whatsapp_id,omitempty"`
	Since    time.Time `json:"first_message_at"`
}

type messageJSON struct {
	At      time.Time `json:"at"`
	From    string    `json:"from"` // resident | municipality
	Kind    string    `json:"kind"`
	Text    string    `json:"text,omitempty"`
	Choices []string  `json:"choices,omitempty"`
}

type answerJSON struct {
	Name  string          `json:"name"`
	Value json.RawMessage `json:"value"`
}

type subscribedJSON struct {
	Topic  string          `json:"topic"`
	Given  *time.Time      `json:"given_at"` // null: waits for a yes
	Paused bool            `json:"paused"`
	About  json.RawMessage `json:"about,omitempty"`
}

type consentJSON struct {
	At      time.Time `json:"at"`
	Topic   string    `json:"topic,omitempty"` // none: every topic
	Given   bool      `json:"given"`
	Source  string    `json:"source"`
	Wording string    `json:"wording,omitempty"`
}

type bookedJSON struct {
	Start    time.Time `json:"start"`
	End      time.Time `json:"end"`
	Product  string    `json:"product"`
	Location string    `json:"location"`
	Persons  int       `json:"persons"`
	Name     string    `json:"name"`
	Code     string    `json:"code"`
}

type requestJSON struct {
	At      time.Time  `json:"at"`
	Kind    string     `json:"kind"`
	Place   string     `json:"place,omitempty"`
	Text    string     `json:"text"`
	Phone   string     `json:"phone,omitempty"`
	Code    string     `json:"code"`
	Handled *time.Time `json:"handled_at"` // null: open
}

// Document writes everything that is kept of a resident as JSON, for that
// resident. It is the one place where all of it leaves its hiding.
func Document(own bot.Own, municipality string, now time.Time) []byte {
	d := document{Municipality: municipality, Made: now.UTC(),
		Contact:  contactJSON{own.Contact.Phone.Reveal(), own.Contact.External.Reveal(), own.Since.UTC()},
		Messages: []messageJSON{}, Remembered: []answerJSON{}, Subscriptions: []subscribedJSON{}, Consents: []consentJSON{},
		Appointments: []bookedJSON{}, Requests: []requestJSON{}}
	for _, m := range own.Messages {
		one := messageJSON{At: m.At.UTC(), From: "resident", Kind: m.Kind, Text: m.Text.Reveal()}
		if m.Ours {
			one.From = "municipality"
		}
		for _, c := range m.Choices {
			one.Choices = append(one.Choices, c.Reveal())
		}
		d.Messages = append(d.Messages, one)
	}
	for _, a := range own.Remembered {
		d.Remembered = append(d.Remembered, answerJSON{a.Name, raw(a.Value)})
	}
	for _, s := range own.Subscriptions {
		d.Subscriptions = append(d.Subscriptions, subscribedJSON{s.Topic, stamp(s.Given), s.Paused, raw(s.About)})
	}
	for _, c := range own.Consents {
		d.Consents = append(d.Consents, consentJSON{c.At.UTC(), c.Topic, c.Given, c.Source, c.Wording})
	}
	for _, a := range own.Appointments {
		d.Appointments = append(d.Appointments, bookedJSON{a.Start.UTC(), a.End.UTC(), a.Product, a.Location, a.Count, a.Name.Reveal(), a.Code.Reveal()})
	}
	for _, r := range own.Requests {
		d.Requests = append(d.Requests, requestJSON{r.At.UTC(), r.Kind, r.Place.Reveal(), r.Text.Reveal(), r.Phone.Reveal(), r.Code.Reveal(), stamp(r.Handled)})
	}
	data, err := json.MarshalIndent(d, "", "  ")
	if err != nil {
		panic("rights: a document cannot be written") // strings, instants, and values that were JSON already; the cause would quote
	}
	return append(data, '\n')
}

// raw is a value as it came; what is no JSON after all is a string.
func raw(v bot.Value) json.RawMessage {
	text := v.Reveal()
	switch {
	case text == "":
		return nil
	case json.Valid([]byte(text)):
		return json.RawMessage(text)
	}
	return json.RawMessage(bot.ValueOf(text).Reveal())
}

// stamp is nil of no time at all.
func stamp(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}

func sortedNames(m map[string]any) []string { return slices.Sorted(maps.Keys(m)) }
