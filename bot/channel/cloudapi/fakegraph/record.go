package fakegraph

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"time"
)

// Sent is one message that the platform accepted.
type Sent struct {
	N        int             `json:"n"` // 1 for the first one
	At       time.Time       `json:"at"`
	To       string          `json:"to"`                 // digits, or a user id
	UserID   bool            `json:"user_id,omitempty"`  // it stood in "recipient"
	Vanished bool            `json:"vanished,omitempty"` // a user id in "to": accepted and never delivered
	Type     string          `json:"type"`               // text, template, interactive.button, ...
	Text     string          `json:"text"`               // body, or the name of the template
	Choices  []Choice        `json:"choices,omitempty"`
	Tracker  string          `json:"tracker,omitempty"` // biz_opaque_callback_data
	ID       string          `json:"id"`                // the wamid
	Body     json.RawMessage `json:"body"`
}

// Choice is a button or a row that was offered.
type Choice struct {
	ID    string `json:"id"`
	Title string `json:"title"`
}

// Counts is what happened so far.
type Counts struct {
	Accepted int         `json:"accepted"`
	Read     int         `json:"read"`    // read marks
	Typing   int         `json:"typing"`  // of these with "is typing"
	Refused  map[int]int `json:"refused"` // by error code
	Vanished int         `json:"vanished"`
	Cut      int         `json:"cut"`
	Broken   int         `json:"broken"`

	Posted      int `json:"posted"` // tries to deliver a webhook
	Taken       int `json:"taken"`  // answered 200
	Redelivered int `json:"redelivered"`
	GivenUp     int `json:"given_up"`
	Dropped     int `json:"dropped"` // more waiting than Config.Pending
}

// accept applies the limits, and records the message and its statuses to come.
func (s *Server) accept(m Sent) (Sent, *graphFault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.config.Now()
	if m.Vanished && s.config.Rules.RefuseInTo {
		return m, &graphFault{Code: 131026, Details: "Message undeliverable"}
	}
	closed := s.windowClosed(m, now)
	if closed && !s.config.Rules.WindowLater {
		return m, &graphFault{Code: 131047, Details: "More than 24 hours have passed since the recipient last replied to the sender number"}
	}
	if f := s.tooFast(m, now); f != nil {
		return m, f
	}
	s.counts.Accepted++
	s.serial++
	m.N, m.At, m.ID = s.counts.Accepted, now, wamid(m.To, outgoing, s.serial)
	s.keep(m)
	switch {
	case m.Vanished:
		s.counts.Vanished++
	case closed:
		s.climb(m, []Step{{State: "failed", Code: 131047}})
	default:
		s.climb(m, s.steps(m))
	}
	return m, nil
}

// keep puts a message in the ring.
func (s *Server) keep(m Sent) {
	switch {
	case s.config.Keep < 0:
	case len(s.sent) < s.config.Keep:
		s.sent = append(s.sent, m)
	default:
		s.sent[(m.N-1)%s.config.Keep] = m
	}
}

// Record gives the accepted messages that are kept, oldest first.
func (s *Server) Record() []Sent {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.sent) == 0 || len(s.sent) < s.config.Keep {
		return append([]Sent{}, s.sent...)
	}
	oldest := s.counts.Accepted % s.config.Keep
	return append(append([]Sent{}, s.sent[oldest:]...), s.sent[:oldest]...)
}

// To gives the kept messages to one recipient, oldest first.
func (s *Server) To(recipient string) []Sent {
	var out []Sent
	for _, m := range s.Record() {
		if m.To == recipient {
			out = append(out, m)
		}
	}
	return out
}

// Counts tells what happened so far.
func (s *Server) Counts() Counts {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := s.counts
	out.Refused = maps.Clone(s.counts.Refused)
	return out
}

// success is the answer to an accepted message.
func (m Sent) success() map[string]any {
	contact := map[string]any{"input": m.To, "wa_id": m.To}
	if m.UserID {
		contact = map[string]any{"input": m.To, "user_id": m.To}
	}
	id := map[string]any{"id": m.ID}
	if m.Type == "template" {
		id["message_status"] = "accepted"
	}
	return map[string]any{"messaging_product": "whatsapp", "contacts": []any{contact}, "messages": []any{id}}
}

const (
	outgoing = 0x11
	incoming = 0x12
)

// wamid makes a message id as the platform does: base64 that holds the
// person's number. Whoever stores or logs it stores or logs the number.
func wamid(person string, direction byte, serial int) string {
	serialText := strings.ToUpper(fmt.Sprintf("3FAE%016x", serial))
	raw := []byte{0x1c, 0x18, byte(len(person))}
	raw = append(raw, person...)
	raw = append(raw, 0x15, 0x02, 0x00, direction, 0x18, byte(len(serialText)))
	raw = append(raw, serialText...)
	return "wamid." + base64.StdEncoding.EncodeToString(append(raw, 0))
}
