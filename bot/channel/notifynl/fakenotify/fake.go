// Package fakenotify is a strict stand-in for NotifyNL: it refuses what the
// real one refuses, and never sends anything anywhere.
package fakenotify

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"
)

// Limits of NotifyNL.
const (
	clockSkew  = 30 * time.Second
	longestSMS = 918 // characters
)

// Config is the pretended service.
type Config struct {
	Service, Secret  string // ids
	Templates        []Template
	Trial            []string // in trial mode only these addresses are reached; nil: the service is live
	PerMinute, Daily int      // 0: 3,000 and 250,000
	Now              func() time.Time
}

// Template is one of the service's templates, with ((fields)).
type Template struct{ ID, Type, Body string }

// Sent is a message that was accepted.
type Sent struct{ ID, Type, To, Reference, Text string }

// Server is the fake: an http.Handler, safe for concurrent use.
type Server struct {
	config Config
	mu     sync.Mutex
	sent   []Sent
	asked  []time.Time
	fail   []int
}

// New makes a server.
func New(config Config) *Server {
	if config.PerMinute == 0 {
		config.PerMinute = 3000
	}
	if config.Daily == 0 {
		config.Daily = 250_000
	}
	return &Server{config: config}
}

// Record gives what was accepted, oldest first.
func (s *Server) Record() []Sent {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.sent)
}

// Fail has the next requests fail with these statuses.
func (s *Server) Fail(statuses ...int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fail = append(s.fail, statuses...)
}

// refusal is an answer in NotifyNL's envelope.
type refusal struct {
	status         int
	error, message string
}

// ServeHTTP answers the two ways to send.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	kind, sending := strings.CutPrefix(r.URL.Path, "/v2/notifications/")
	if !sending || r.Method != http.MethodPost || kind != "sms" && kind != "email" {
		answer(w, http.StatusNotFound, map[string]any{"result": "error", "message": "The requested URL was not found"})
		return
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
	if err != nil {
		return
	}
	sent, template, refused := s.take(r, kind, body)
	if refused != nil {
		answer(w, refused.status, map[string]any{"status_code": refused.status,
			"errors": []any{map[string]any{"error": refused.error, "message": refused.message}}})
		return
	}
	answer(w, http.StatusCreated, map[string]any{"id": sent.ID, "reference": sent.Reference, "content": map[string]any{"body": sent.Text},
		"uri": "https://api.notifynl.nl/v2/notifications/" + sent.ID, "template": map[string]any{"id": template.ID, "version": 1}})
}

func (s *Server) take(r *http.Request, kind string, body []byte) (sent Sent, template Template, refused *refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if refused = s.authorised(r); refused != nil {
		return
	}
	if refused = s.limited(); refused != nil {
		return
	}
	in, refused := read(kind, body)
	if refused != nil {
		return
	}
	if template, refused = s.template(kind, in["template_id"].(string)); refused != nil {
		return
	}
	sent = Sent{Type: kind, To: in[addressField(kind)].(string)}
	sent.Reference, _ = in["reference"].(string)
	if s.config.Trial != nil && !slices.Contains(s.config.Trial, sent.To) {
		return sent, template, &refusal{400, "BadRequestError", "Can't send to this recipient when service is in trial mode"}
	}
	given, _ := in["personalisation"].(map[string]any)
	if sent.Text, refused = fill(template, given); refused != nil {
		return
	}
	sent.ID = fmt.Sprintf("740e5834-3a29-46b4-9a6f-%012d", len(s.sent)+1)
	s.sent = append(s.sent, sent)
	return sent, template, nil
}

// authorised verifies the token: the algorithm, the signature, who issued it
// and when.
func (s *Server) authorised(r *http.Request) *refusal {
	refuse := func(message string) *refusal { return &refusal{403, "AuthError", message} }
	token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	parts := strings.Split(token, ".")
	if !ok || len(parts) != 3 {
		return &refusal{401, "AuthError", "Unauthorized: authentication token must be provided"}
	}
	var header struct{ Typ, Alg string }
	var claims struct {
		Iss string
		Iat int64
	}
	for i, into := range []any{&header, &claims} {
		plain, err := base64.RawURLEncoding.DecodeString(parts[i])
		if err != nil || json.Unmarshal(plain, into) != nil {
			return refuse("Invalid token: not a JSON Web Token")
		}
	}
	mac := hmac.New(sha256.New, []byte(s.config.Secret))
	mac.Write([]byte(parts[0] + "." + parts[1]))
	given, err := base64.RawURLEncoding.DecodeString(parts[2])
	switch age := s.config.Now().Sub(time.Unix(claims.Iat, 0)); {
	case header.Typ != "JWT" || header.Alg != "HS256":
		return refuse("Invalid token: algorithm used is not HS256")
	case claims.Iss != s.config.Service:
		return refuse("Invalid token: service not found")
	case err != nil || !hmac.Equal(given, mac.Sum(nil)):
		return refuse("Invalid token: API key not found")
	case age > clockSkew || age < -clockSkew:
		return refuse("Error: Your system clock must be accurate to within 30 seconds")
	}
	return nil
}

func (s *Server) limited() *refusal {
	now := s.config.Now()
	if len(s.fail) > 0 {
		status := s.fail[0]
		s.fail = s.fail[1:]
		return &refusal{status, "Exception", "Internal server error"}
	}
	s.asked = slices.DeleteFunc(s.asked, func(at time.Time) bool { return now.Sub(at) >= time.Minute })
	s.asked = append(s.asked, now)
	switch {
	case len(s.asked) > s.config.PerMinute:
		return &refusal{429, "RateLimitError", fmt.Sprintf("Exceeded rate limit for key type LIVE of %d requests per 60 seconds", s.config.PerMinute)}
	case len(s.sent) >= s.config.Daily:
		return &refusal{429, "TooManyRequestsError", fmt.Sprintf("Exceeded send limits (%d) for today", s.config.Daily)}
	}
	return nil
}

var (
	uuidShape  = regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)
	phoneShape = regexp.MustCompile(`^\+[1-9][0-9]{7,14}$`)
	emailShape = regexp.MustCompile(`^[^@\s]+@[^@\s]+\.[^@\s]+$`)
	fieldShape = regexp.MustCompile(`\(\(([^()]+)\)\)`)
)

func addressField(kind string) string {
	if kind == "sms" {
		return "phone_number"
	}
	return "email_address"
}

// read holds a body against the schema: nothing missing, nothing unknown.
func read(kind string, body []byte) (map[string]any, *refusal) {
	wrong := func(format string, args ...any) *refusal {
		return &refusal{400, "ValidationError", fmt.Sprintf(format, args...)}
	}
	var in map[string]any
	if json.Unmarshal(body, &in) != nil || in == nil {
		return nil, &refusal{400, "BadRequestError", "Invalid JSON supplied in POST data"}
	}
	address, sender := addressField(kind), "sms_sender_id"
	if kind == "email" {
		sender = "email_reply_to_id"
	}
	for key := range in {
		if !slices.Contains([]string{address, "template_id", "personalisation", "reference", sender}, key) {
			return nil, wrong("Additional properties are not allowed (%s was unexpected)", key)
		}
	}
	to, _ := in[address].(string)
	id, _ := in["template_id"].(string)
	reference, isText := in["reference"].(string)
	switch {
	case to == "":
		return nil, wrong("%s is a required property", address)
	case kind == "sms" && !phoneShape.MatchString(to), kind == "email" && !emailShape.MatchString(to):
		return nil, wrong("%s is not valid", address)
	case !uuidShape.MatchString(id):
		return nil, wrong("template_id is not a valid UUID")
	case in["reference"] != nil && !isText || utf8.RuneCountInString(reference) > 1000:
		return nil, wrong("reference is too long")
	case in[sender] != nil && !uuidShape.MatchString(fmt.Sprint(in[sender])):
		return nil, wrong("%s is not a valid UUID", sender)
	}
	return in, nil
}

func (s *Server) template(kind, id string) (Template, *refusal) {
	i := slices.IndexFunc(s.config.Templates, func(t Template) bool { return t.ID == id })
	switch {
	case i < 0:
		return Template{}, &refusal{400, "BadRequestError", "Template not found"}
	case s.config.Templates[i].Type != kind:
		return Template{}, &refusal{400, "BadRequestError", s.config.Templates[i].Type + " template is not suitable for " + kind + " notification"}
	}
	return s.config.Templates[i], nil
}

func fill(t Template, given map[string]any) (string, *refusal) {
	var missing []string
	text := fieldShape.ReplaceAllStringFunc(t.Body, func(field string) string {
		name := field[2 : len(field)-2]
		value, ok := given[name].(string)
		if !ok {
			missing = append(missing, name)
		}
		return value
	})
	if missing != nil {
		return "", &refusal{400, "BadRequestError", "Missing personalisation: " + strings.Join(missing, ", ")}
	}
	if n := utf8.RuneCountInString(text); t.Type == "sms" && n > longestSMS {
		return "", &refusal{400, "BadRequestError", fmt.Sprintf("Content for template has a character count greater than the limit of %d", longestSMS)}
	}
	return text, nil
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // the caller may be gone
}
