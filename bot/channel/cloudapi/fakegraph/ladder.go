package fakegraph

import (
	"strconv"
	"time"
)

// Step is one status of a message: which, how long after acceptance, and for
// "failed" with which error code.
type Step struct {
	State string // sent, delivered, read, failed, played
	After time.Duration
	Code  int
}

// DefaultLadder is what mostly happens.
func DefaultLadder() []Step {
	return []Step{{State: "sent", After: 20 * time.Millisecond}, {State: "delivered", After: 150 * time.Millisecond},
		{State: "read", After: 800 * time.Millisecond}}
}

// Untidy is what happens too: read before delivered, sent last, one of them twice.
func Untidy() []Step {
	return []Step{{State: "read", After: 10 * time.Millisecond}, {State: "delivered", After: 20 * time.Millisecond},
		{State: "delivered", After: 30 * time.Millisecond}, {State: "sent", After: 40 * time.Millisecond}}
}

func (s *Server) steps(m Sent) []Step {
	if s.config.LadderFor != nil {
		if own := s.config.LadderFor(m); own != nil {
			return own
		}
	}
	return s.config.Ladder
}

// climb plans the statuses of a message; the lock is held.
func (s *Server) climb(m Sent, steps []Step) {
	for _, step := range steps {
		if !s.queue() {
			continue
		}
		if s.config.Gather > 0 {
			s.config.After(step.After, func() { s.gather(status(m, step)) })
			continue
		}
		body := s.StatusBody(m, step)
		s.config.After(step.After, func() { s.try(body, 0) })
	}
}

// mostUpdates is what one webhook of the platform carries at most.
const mostUpdates = 1000

// gather adds a status to those that go out together: a while after the first
// one, or as soon as they are as many as fit.
func (s *Server) gather(one Node) {
	s.mu.Lock()
	s.batch = append(s.batch, one)
	first, full := len(s.batch) == 1, len(s.batch) == mostUpdates
	s.mu.Unlock()
	if first {
		s.config.After(s.config.Gather, s.flush)
	}
	if full {
		s.flush()
	}
}

// flush posts what was gathered; their places in the queue become one.
func (s *Server) flush() {
	s.mu.Lock()
	batch := s.batch
	s.batch = nil
	s.pending -= max(0, len(batch)-1)
	s.mu.Unlock()
	if len(batch) > 0 {
		s.try(s.Body(s.Change(Node{"statuses": batch})), 0)
	}
}

// StatusBody is the webhook for one status of a message.
func (s *Server) StatusBody(m Sent, step Step) []byte {
	return s.Body(s.Change(Node{"statuses": []any{status(m, step)}}))
}

func status(m Sent, step Step) Node {
	out := Node{"id": m.ID, "status": step.State, "recipient_id": m.To,
		"timestamp": strconv.FormatInt(m.At.Add(step.After).Unix(), 10)}
	if m.UserID {
		delete(out, "recipient_id")
		out["recipient_user_id"] = m.To
	}
	if m.Tracker != "" {
		out["biz_opaque_callback_data"] = m.Tracker
	}
	switch step.State {
	case "failed":
		out["errors"] = []any{Node{"code": step.Code, "title": titles(step.Code), "message": titles(step.Code),
			"error_data": Node{"details": "The message to " + m.To + " was not delivered"},
			"href":       "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/"}}
	case "sent", "delivered":
		out["conversation"] = Node{"id": "fake-conversation", "origin": Node{"type": "service"}}
		out["pricing"] = Node{"billable": true, "pricing_model": "PMP", "type": "regular", "category": "service"}
	}
	return out
}
