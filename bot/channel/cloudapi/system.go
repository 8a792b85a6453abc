package cloudapi

import (
	"encoding/json"

	"github.com/gemeentebode/bode/bot"
)

// system is what the platform says about a person; its body quotes names and
// numbers and is not read.
type system struct {
	Type           string `json:"type"`
	WaID           loose  `json:"wa_id"`
	NewWaID        loose  `json:"new_wa_id"` // until version 12
	UserID         loose  `json:"user_id"`
	PreviousUserID loose  `json:"previous_user_id"` // since 11 August 2026
}

// system reads a changed number or user id: From is who they are now,
// Original who they were. Anything else is counted. These webhooks have no
// contacts.
func (d *decoding) system(in *message) {
	if in.System == nil || in.ID == "" || len(in.ID) > longestID {
		d.count("message", "broken")
		return
	}
	s := in.System
	number := phone(s.WaID)
	if number == "" {
		number = phone(s.NewWaID)
	}
	previous := userID(s.PreviousUserID)
	switch s.Type {
	case "user_changed_number":
		if previous == "" {
			previous = phone(in.From) // the number that was given up
		}
	case "user_changed_user_id": // without its previous id it names nobody
	default:
		d.count("system", s.Type)
		return
	}
	from, known := address(d.config.PhoneNumberID, userID(s.UserID), number)
	if !known || previous == "" || previous == from.External.Reveal() {
		d.count("system", "broken")
		return
	}
	d.out.Messages = append(d.out.Messages, bot.Message{From: from, ID: bot.Hide(string(in.ID)),
		Sent: d.stamp(in.Timestamp), Kind: bot.KindNumberChange, Original: bot.Hide(previous)})
}

type preference struct {
	WaID      loose  `json:"wa_id"`
	UserID    loose  `json:"user_id"`
	Value     string `json:"value"`
	Timestamp loose  `json:"timestamp"`
}

// preference reads the platform's own opt-out. Resuming there is not consent
// to a topic here, so it is only counted. The platform gives these no id;
// person, value and stamp make one, so that a redelivery is recognised.
func (d *decoding) preference(raw json.RawMessage, v *value) {
	var in preference
	broken := json.Unmarshal(raw, &in) != nil
	from, known := identify(d.config.PhoneNumberID, in.WaID, in.UserID, v.Contacts)
	if broken || !known {
		d.count("user_preferences", "broken")
		return
	}
	if in.Value != "stop" {
		d.count("user_preferences", in.Value)
		return
	}
	id := "preference:" + from.External.Reveal() + ":" + in.Value + ":" + string(in.Timestamp)
	d.out.Messages = append(d.out.Messages, bot.Message{From: from, ID: bot.Hide(id),
		Sent: d.stamp(in.Timestamp), Kind: bot.KindPreference})
}
