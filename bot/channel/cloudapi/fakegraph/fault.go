package fakegraph

import (
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// graphFault is an answer in Graph's error envelope.
type graphFault struct {
	HTTP    int // 0: 400, also for throttling, as on the live platform
	Code    int
	Subcode int
	Details string
}

func (s *Server) refuse(w http.ResponseWriter, f *graphFault) {
	s.mu.Lock()
	s.counts.Refused[f.Code]++
	s.serial++
	trace := fmt.Sprintf("Afake%08d", s.serial)
	s.mu.Unlock()
	status := f.HTTP
	if status == 0 {
		status = http.StatusBadRequest
	}
	fault := map[string]any{"message": fmt.Sprintf("(#%d) %s", f.Code, titles(f.Code)), "type": "OAuthException", "code": f.Code,
		"error_data": map[string]any{"messaging_product": "whatsapp", "details": f.Details}, "fbtrace_id": trace}
	if f.Subcode != 0 {
		fault["error_subcode"] = f.Subcode
	}
	s.answer(w, status, map[string]any{"error": fault})
}

func titles(code int) string {
	switch code {
	case 100:
		return "Invalid parameter"
	case 190:
		return "Access token is invalid"
	case 80008:
		return "There have been too many calls to this WhatsApp Business account"
	case 130429:
		return "Rate limit hit"
	case 131008:
		return "Required parameter is missing"
	case 131009:
		return "Parameter value is not valid"
	case 131026:
		return "Message undeliverable"
	case 131047:
		return "Re-engagement message"
	case 131056:
		return "(Business Account, Consumer Account) pair rate limit hit"
	}
	return "Request failed"
}

// Fault is a planned failure. It strikes messages (not read marks) that are
// well formed, the first Skip matching ones excepted, Times times.
type Fault struct {
	To    string `json:"to"` // only messages to this recipient; empty: to anyone
	Skip  int    `json:"skip"`
	Times int    `json:"times"` // 0: once; below 0: always

	Delay    time.Duration `json:"-"`        // answers so much later
	Accept   bool          `json:"accept"`   // the message is accepted before it goes wrong
	Code     int           `json:"code"`     // answers this Graph error, HTTP 400
	Status   int           `json:"status"`   // with Code: another HTTP status; alone: this status with a page of HTML
	Cut      bool          `json:"cut"`      // closes the connection without an answer
	Nonsense bool          `json:"nonsense"` // answers 200 with what is no answer
	NoID     bool          `json:"no_id"`    // answers 200 without the message's id
	Plain    bool          `json:"plain"`    // answers rightly, but says that it is text
	Endless  bool          `json:"endless"`  // answers 200 with a body that does not end

	RetryAfter int `json:"retry_after"` // with Code or Status: seconds that the answer asks to wait
}

// breaks tells whether the answer itself goes wrong, and is not only late.
func (f *Fault) breaks() bool {
	return f.Code != 0 || f.Status != 0 || f.Cut || f.Nonsense || f.NoID || f.Endless
}

// Script adds planned failures; each message meets the first that matches.
func (s *Server) Script(faults ...Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, faults...)
}

// fault finds what is planned for a message. A delay alone accepts.
func (s *Server) fault(m Sent) *Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range s.faults {
		f := &s.faults[i]
		if f.To != "" && f.To != m.To {
			continue
		}
		if f.Skip > 0 {
			f.Skip--
			continue
		}
		struck := *f
		if f.Times >= 0 {
			f.Times--
		}
		if f.Times == 0 || struck.Times == 0 {
			s.faults = append(s.faults[:i], s.faults[i+1:]...)
		}
		struck.Accept = struck.Accept || !struck.breaks()
		return &struck
	}
	return nil
}

// fail answers as planned.
func (s *Server) fail(w http.ResponseWriter, f *Fault) {
	if f.RetryAfter > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(f.RetryAfter))
	}
	switch {
	case f.Cut:
		s.note(func(c *Counts) { c.Cut++ })
		panic(http.ErrAbortHandler) // net/http closes the connection
	case f.Code != 0:
		s.refuse(w, &graphFault{HTTP: f.Status, Code: f.Code, Details: "planned failure"})
	case f.Status != 0:
		s.note(func(c *Counts) { c.Broken++ })
		w.Header().Set("Content-Type", "text/html")
		if f.Status >= 300 && f.Status < 400 {
			w.Header().Set("Location", "/elsewhere")
		}
		w.WriteHeader(f.Status)
		_, _ = io.WriteString(w, "<html><body>Sorry, something went wrong.</body></html>")
	default:
		s.note(func(c *Counts) { c.Broken++ })
		w.Header().Set("Content-Type", "application/json")
		f.nonsense(w)
	}
}

// nonsense writes a body that is no answer; an endless one until the caller leaves.
func (f *Fault) nonsense(w io.Writer) {
	switch {
	case f.NoID:
		_, _ = io.WriteString(w, `{"messaging_product":"whatsapp","contacts":[],"messages":[{}]}`)
	case f.Endless:
		for err := error(nil); err == nil; {
			_, err = io.WriteString(w, strings.Repeat(" ", 64<<10))
		}
	default:
		_, _ = io.WriteString(w, `{"messaging_product":"whatsapp","messa`)
	}
}

func (s *Server) note(change func(*Counts)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change(&s.counts)
}
