package fakegraph

import "time"

const (
	window    = 24 * time.Hour
	pairEvery = 6 * time.Second
	pairBurst = 45
	mostPairs = 100_000
)

// bucket is a token bucket: tokens at a moment.
type bucket struct {
	tokens float64
	at     time.Time
}

// take takes one token, refilled at rate a second up to burst.
func (b *bucket) take(now time.Time, rate, burst float64) bool {
	if b.at.IsZero() {
		b.tokens = burst
	} else if now.After(b.at) {
		b.tokens = min(burst, b.tokens+now.Sub(b.at).Seconds()*rate)
	}
	b.at = now
	if b.tokens < 1 {
		return false
	}
	b.tokens--
	return true
}

// Heard opens the 24-hour window of a person as if they wrote at that moment.
func (s *Server) Heard(person string, at time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.config.Rules.Window { // otherwise nobody asks, and the memory stays bounded
		s.inbound[person] = at
	}
}

func (s *Server) windowClosed(m Sent, now time.Time) bool {
	if !s.config.Rules.Window || m.Type == "template" {
		return false
	}
	last, wrote := s.inbound[m.To]
	return !wrote || now.Sub(last) >= window
}

func (s *Server) tooFast(m Sent, now time.Time) *graphFault {
	if s.config.Rules.Pair && !s.pair(m.To).take(now, 1/pairEvery.Seconds(), pairBurst) {
		return &graphFault{Code: 131056, Details: "Too many messages sent from this phone number to the same phone number in a short period of time"}
	}
	if rate := s.config.Rules.Throughput; rate > 0 && !s.whole.take(now, rate, max(1, rate)) {
		return &graphFault{Code: 130429, Details: "Message failed to send because there were too many messages sent from this phone number in a short period of time"}
	}
	return nil
}

// pair gives a recipient's bucket. When there are very many, all start anew:
// the memory stays bounded, and the limit only gets milder.
func (s *Server) pair(to string) *bucket {
	if s.pairs[to] == nil {
		if len(s.pairs) >= mostPairs {
			clear(s.pairs)
		}
		s.pairs[to] = &bucket{}
	}
	return s.pairs[to]
}
