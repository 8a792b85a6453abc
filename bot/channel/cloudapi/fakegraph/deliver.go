package fakegraph

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"
	"unicode/utf16"
)

// DefaultRedelivery waits as the platform does in kind: at once, then ever
// longer. The platform goes on for seven days, this for about two hours.
func DefaultRedelivery() []time.Duration {
	return []time.Duration{0, time.Second, 5 * time.Second, 30 * time.Second, 2 * time.Minute, 15 * time.Minute, 90 * time.Minute}
}

// Body makes a webhook body out of changes, spelled as Meta spells it.
func (s *Server) Body(changes ...Node) []byte {
	list := make([]any, len(changes))
	for i, c := range changes {
		list[i] = c
	}
	return Spell(Node{"object": "whatsapp_business_account",
		"entry": []any{Node{"id": s.config.WABAID, "changes": list}}})
}

// Spell writes JSON as Meta does: characters beyond ASCII as \uXXXX in lower
// case, and slashes escaped. The signature is over these bytes.
func Spell(v any) []byte {
	var plain bytes.Buffer
	encoder := json.NewEncoder(&plain)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		panic(err) // only a builder of this package could hold what JSON cannot
	}
	var out bytes.Buffer
	for _, r := range string(bytes.TrimSuffix(plain.Bytes(), []byte("\n"))) {
		switch {
		case r == '/':
			out.WriteString(`\/`)
		case r < 0x80:
			out.WriteRune(r)
		default:
			for _, unit := range utf16.Encode([]rune{r}) {
				fmt.Fprintf(&out, `\u%04x`, unit)
			}
		}
	}
	return out.Bytes()
}

// Sign gives the value of the signature header for a body.
func (s *Server) Sign(body []byte) string {
	mac := hmac.New(sha256.New, []byte(s.config.Secret))
	mac.Write(body)
	return "sha256=" + hex.EncodeToString(mac.Sum(nil))
}

// Request makes the signed request that brings a body to a webhook.
func (s *Server) Request(ctx context.Context, address string, body []byte) (*http.Request, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("callback address: %w", err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("User-Agent", "facebookexternalua")
	if s.config.Secret != "" {
		r.Header.Set(s.config.SignatureHeader, s.Sign(body))
	}
	return r, nil
}

// Post delivers a body to the callback once and tells the status it was
// answered with.
func (s *Server) Post(ctx context.Context, body []byte) (int, error) {
	s.mu.Lock()
	address := s.config.Callback
	s.mu.Unlock()
	return s.PostTo(ctx, address, body)
}

// PostTo is Post to another address, for an installation of several processes.
func (s *Server) PostTo(ctx context.Context, address string, body []byte) (int, error) {
	r, err := s.Request(ctx, address, body)
	if err != nil {
		return 0, err
	}
	s.note(func(c *Counts) { c.Posted++ })
	response, err := s.config.HTTP.Do(r)
	if err != nil {
		return 0, fmt.Errorf("webhook: %w", err)
	}
	defer response.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(response.Body, 64<<10)) // so that the connection is used again
	if response.StatusCode == http.StatusOK {
		s.note(func(c *Counts) { c.Taken++ })
	}
	return response.StatusCode, nil
}

// Deliver posts a body after a while, and again until it is answered 200 or
// the redeliveries are used up. It returns at once.
func (s *Server) Deliver(after time.Duration, body []byte) {
	s.mu.Lock()
	queued := s.queue()
	s.mu.Unlock()
	if queued {
		s.config.After(after, func() { s.try(body, 0) })
	}
}

// queue takes a place among what waits; the lock is held.
func (s *Server) queue() bool {
	if s.config.Callback == "" || s.closed {
		return false
	}
	if s.pending >= s.config.Pending {
		s.counts.Dropped++
		return false
	}
	s.pending++
	return true
}

// try posts a body that waits, and plans the next try if it was not taken.
func (s *Server) try(body []byte, done int) {
	if !s.begin() {
		return
	}
	defer s.flying.Done()
	s.posts <- struct{}{}
	status, err := s.Post(context.Background(), body)
	<-s.posts
	taken := err == nil && status == http.StatusOK
	if taken || done >= len(s.config.Redelivery) {
		s.note(func(c *Counts) {
			s.pending--
			if !taken {
				c.GivenUp++
			}
		})
		return
	}
	s.note(func(c *Counts) { c.Redelivered++ })
	s.config.After(s.config.Redelivery[done], func() { s.try(body, done+1) })
}

// begin joins what Close waits for, unless it is closed already.
func (s *Server) begin() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return false
	}
	s.flying.Add(1)
	return true
}

// Handshake verifies the callback as the App Dashboard does.
func (s *Server) Handshake(ctx context.Context) error {
	challenge := strconv.FormatInt(s.config.Now().UnixNano(), 10)
	query := url.Values{"hub.mode": {"subscribe"}, "hub.verify_token": {s.config.VerifyToken}, "hub.challenge": {challenge}}
	s.mu.Lock()
	address := s.config.Callback + "?" + query.Encode()
	s.mu.Unlock()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return fmt.Errorf("callback address: %w", err)
	}
	response, err := s.config.HTTP.Do(r)
	if err != nil {
		return fmt.Errorf("handshake: %w", err)
	}
	defer response.Body.Close()
	got, err := io.ReadAll(io.LimitReader(response.Body, 4<<10))
	if err != nil {
		return fmt.Errorf("handshake: %w", err)
	}
	if response.StatusCode != http.StatusOK || string(got) != challenge {
		return errors.New("handshake: the callback did not answer 200 with the challenge")
	}
	return nil
}
