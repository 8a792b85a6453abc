package fakegraph

import (
	"context"
	"fmt"
	"strconv"
	"time"
)

// Node is a JSON object.
type Node map[string]any

// Person is a resident as the platform knows them. One with a username may
// have no phone number that we are told.
type Person struct {
	Phone    string // digits
	UserID   string // business-scoped: "NL.1349120865530"
	ParentID string
	Name     string
	Username string
}

// Key is the address that replies to the person carry.
func (p Person) Key() string {
	if p.UserID != "" {
		return p.UserID
	}
	return p.Phone
}

func (p Person) contact() Node {
	profile := Node{"name": p.Name}
	set(profile, "username", p.Username)
	out := Node{"profile": profile}
	set(out, "wa_id", p.Phone)
	set(out, "user_id", p.UserID)
	set(out, "parent_user_id", p.ParentID)
	return out
}

func set(n Node, key, value string) {
	if value != "" {
		n[key] = value
	}
}

// Change puts a value under the account's metadata, as a change of the field
// "messages".
func (s *Server) Change(value Node) Node {
	value["messaging_product"] = "whatsapp"
	value["metadata"] = Node{"display_phone_number": s.config.DisplayPhone, "phone_number_id": s.config.PhoneNumberID}
	return Node{"field": "messages", "value": value}
}

// Message dresses what a builder made as a message of a person, with a wamid
// that holds their number. It comes back with its id.
func (s *Server) Message(from Person, at time.Time, content Node) (Node, string) {
	s.mu.Lock()
	s.serial++
	id := wamid(from.Key(), incoming, s.serial)
	s.mu.Unlock()
	out := Node{"id": id, "timestamp": strconv.FormatInt(at.Unix(), 10)}
	set(out, "from", from.Phone)
	set(out, "from_user_id", from.UserID)
	for key, v := range content {
		out[key] = v
	}
	return out, id
}

// Inbound makes the webhook body for one message of a person.
func (s *Server) Inbound(from Person, at time.Time, content Node) (body []byte, id string) {
	m, id := s.Message(from, at, content)
	value := Node{"messages": []any{m}}
	if m["type"] != "system" { // the platform sends no contacts with these
		value["contacts"] = []any{from.contact()}
	}
	return s.Body(s.Change(value)), id
}

// Together makes one body with several messages of several people, as a busy
// moment brings them.
func (s *Server) Together(messages []Node, people []Person) []byte {
	var list, contacts []any
	for _, m := range messages {
		list = append(list, m)
	}
	for _, p := range people {
		contacts = append(contacts, p.contact())
	}
	return s.Body(s.Change(Node{"messages": list, "contacts": contacts}))
}

// Say has a person write now: the window opens, and the webhook goes out until
// it is taken. It returns the message's id.
func (s *Server) Say(from Person, content Node) string {
	now := s.config.Now()
	s.Heard(from.Key(), now)
	body, id := s.Inbound(from, now, content)
	s.Deliver(0, body)
	return id
}

// SayNow is Say that posts once and waits for the answer.
func (s *Server) SayNow(ctx context.Context, from Person, content Node) (status int, err error) {
	now := s.config.Now()
	s.Heard(from.Key(), now)
	body, _ := s.Inbound(from, now, content)
	return s.Post(ctx, body)
}

// Text is a typed message.
func Text(body string) Node { return Node{"type": "text", "text": Node{"body": body}} }

// Tap is a tapped button.
func Tap(id, title string) Node {
	return Node{"type": "interactive", "interactive": Node{"type": "button_reply", "button_reply": Node{"id": id, "title": title}}}
}

// Row is a chosen row of a list; an empty description is left out.
func Row(id, title, description string) Node {
	reply := Node{"id": id, "title": title}
	set(reply, "description", description)
	return Node{"type": "interactive", "interactive": Node{"type": "list_reply", "list_reply": reply}}
}

// QuickReply is the tapped button of a template.
func QuickReply(payload, text string) Node {
	return Node{"type": "button", "button": Node{"payload": payload, "text": text}}
}

// FlowReply is a form that was filled in.
func FlowReply(response string) Node {
	return Node{"type": "interactive", "interactive": Node{"type": "nfm_reply",
		"nfm_reply": Node{"name": "flow", "body": "Sent", "response_json": response}}}
}

// Media is an image, video, audio, voice, document or sticker.
func Media(sort, caption string) Node {
	kind := sort
	node := Node{"id": "1003383421387256", "mime_type": "application/octet-stream", "sha256": "c2hhMjU2LXZvb3JiZWVsZA==",
		"url": "https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=1003383421387256"}
	if sort == "voice" {
		kind, node["voice"] = "audio", true
	}
	set(node, "caption", caption)
	if sort == "document" {
		node["filename"] = "brief.pdf"
	}
	return Node{"type": kind, kind: node}
}

// Location is a shared place; empty name and address are left out.
func Location(latitude, longitude float64, name, address string) Node {
	node := Node{"latitude": latitude, "longitude": longitude}
	set(node, "name", name)
	set(node, "address", address)
	return Node{"type": "location", "location": node}
}

// Reaction puts an emoji on a message; an empty one takes it away.
func Reaction(to, emoji string) Node {
	node := Node{"message_id": to}
	set(node, "emoji", emoji)
	return Node{"type": "reaction", "reaction": node}
}

// Revoke deletes a message.
func Revoke(id string) Node {
	return Node{"type": "revoke", "revoke": Node{"original_message_id": id}}
}

// Edit changes a message.
func Edit(id string, content Node) Node {
	return Node{"type": "edit", "edit": Node{"original_message_id": id, "message": content}}
}

// Unsupported is what the platform could not pass on.
func Unsupported() Node {
	return Node{"type": "unsupported", "errors": []any{Node{"code": 131051, "title": "Message type unknown",
		"message": "Message type unknown", "error_data": Node{"details": "Message type is currently not supported."}}}}
}

// NumberChange says that a person has a new number, and with it a new user id
// where they have one.
func NumberChange(before, after Person) Node {
	system := Node{"type": "user_changed_number", "wa_id": after.Phone,
		"body": fmt.Sprintf("User %s changed from %s to %s", before.Name, before.Phone, after.Phone)}
	set(system, "user_id", after.UserID)
	set(system, "previous_user_id", before.UserID)
	return Node{"type": "system", "system": system}
}

// UserIDChange says that a person without a known number has a new user id.
func UserIDChange(before, after Person) Node {
	return Node{"type": "system", "system": Node{"type": "user_changed_user_id", "user_id": after.UserID,
		"previous_user_id": before.UserID, "body": "User " + before.Name + " changed"}}
}

// Preference makes the body of the platform's own opt-out ("stop") or opt-in
// ("resume").
func (s *Server) Preference(from Person, at time.Time, value string) []byte {
	preference := Node{"category": "marketing_messages", "value": value, "timestamp": at.Unix(), "detail": "User requested it"}
	set(preference, "wa_id", from.Phone)
	set(preference, "user_id", from.UserID)
	change := s.Change(Node{"contacts": []any{from.contact()}, "user_preferences": []any{preference}})
	change["field"] = "user_preferences"
	return s.Body(change)
}
