package fakegraph

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Config is the pretended account and how the server behaves. The zero value
// works: New fills in what is left empty.
type Config struct {
	Version       string // "v26.0"; "-": no version in the path
	PhoneNumberID string
	WABAID        string
	DisplayPhone  string // digits
	Token         string
	AuthHeader    string // "Authorization: Bearer" or "D360-API-KEY:"

	Callback        string // where webhooks go; empty: nowhere
	VerifyToken     string
	Secret          string // empty: webhooks are not signed
	SignatureHeader string

	Rules      Rules
	Facts      Facts
	Ladder     []Step              // nil: DefaultLadder; empty: no statuses
	LadderFor  func(m Sent) []Step // for one message; nil result: Ladder. It may not call the server
	Gather     time.Duration       // statuses that fall due within this time come in one webhook, at most 1,000; 0: each in its own
	Redelivery []time.Duration     // waits before each next try of a webhook that got no 200; nil: DefaultRedelivery
	Review     time.Duration       // after which a template that waits is approved; 0: when a test says so, see Decide
	Latency    time.Duration       // before every answer of the Graph API
	Keep       int                 // accepted messages that Record holds; 0: 10,000; below 0: none, only Counts
	Pending    int                 // webhooks waiting at most, further ones are dropped and counted; 0: 100,000

	Now   func() time.Time                // nil: time.Now
	After func(d time.Duration, f func()) // calls f after d, never before it returns; nil: time.AfterFunc
	HTTP  *http.Client                    // for webhooks; nil: one of its own
}

// Rules are the platform's limits that can be switched on and off.
type Rules struct {
	Window      bool    // 131047 unless a template, or the recipient wrote within 24 hours
	WindowLater bool    // with Window: accept, and fail by status, as the live platform mostly does
	Pair        bool    // 131056 above one message per 6 s for one recipient, with a burst of 45
	Throughput  float64 // 130429 above so many messages a second; 0: no limit
	Hourly      int     // 80008 above so many requests about templates in an hour; 0: 200, below 0: no limit
	RefuseInTo  bool    // a user id in "to": 131026; otherwise 200, and the message vanishes
}

// Server is the fake. It is an http.Handler and safe for concurrent use.
type Server struct {
	config Config
	posts  chan struct{} // bounds webhooks under way
	flying sync.WaitGroup

	mu      sync.Mutex
	closed  bool
	serial  int
	pending int
	faults  []Fault
	sent    []Sent // a ring of config.Keep
	counts  Counts
	batch   []any                // statuses that are due and wait for others
	inbound map[string]time.Time // recipient -> last time they wrote
	pairs   map[string]*bucket
	whole   bucket
	asked   []time.Time // requests about templates in the last hour
}

// New makes a server; it starts nothing.
func New(config Config) *Server {
	config.fill()
	return &Server{config: config, posts: make(chan struct{}, 32), counts: Counts{Refused: map[int]int{}},
		inbound: map[string]time.Time{}, pairs: map[string]*bucket{}}
}

// Config gives the configuration with everything filled in.
func (s *Server) Config() Config {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.config
}

// SetCallback points webhooks at an address that was not known before.
func (s *Server) SetCallback(address string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.config.Callback = address
}

// Close stops webhooks that wait and waits for those under way.
func (s *Server) Close() {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	s.flying.Wait()
	s.config.HTTP.CloseIdleConnections()
}

func (c *Config) fill() {
	set := func(field *string, usual string) {
		if *field == "" {
			*field = usual
		}
	}
	set(&c.Version, "v26.0")
	set(&c.PhoneNumberID, "100000000000001")
	set(&c.WABAID, "200000000000002")
	set(&c.DisplayPhone, "31850000000")
	set(&c.Token, "fake-token")
	set(&c.AuthHeader, "Authorization: Bearer")
	set(&c.VerifyToken, "fake-verify-token")
	set(&c.SignatureHeader, "X-Hub-Signature-256")
	c.Facts.fill()
	if c.Ladder == nil {
		c.Ladder = DefaultLadder()
	}
	if c.Redelivery == nil {
		c.Redelivery = DefaultRedelivery()
	}
	c.fillSizes()
}

func (c *Config) fillSizes() {
	if c.Keep == 0 {
		c.Keep = 10_000
	}
	if c.Pending == 0 {
		c.Pending = 100_000
	}
	if c.Rules.Hourly == 0 {
		c.Rules.Hourly = 200
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.After == nil {
		c.After = func(d time.Duration, f func()) { time.AfterFunc(d, f) }
	}
	if c.HTTP == nil {
		transport := http.DefaultTransport.(*http.Transport).Clone()
		transport.MaxIdleConnsPerHost = 32
		c.HTTP = &http.Client{Transport: transport, Timeout: 20 * time.Second}
	}
}

// ServeHTTP answers the Graph API, and below /_fake/ what drives the fake.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.HasPrefix(r.URL.Path, "/_fake/") {
		s.control(w, r)
		return
	}
	s.wait(r, s.config.Latency)
	w.Header().Set("Date", s.config.Now().Add(s.facts().ClockAhead).UTC().Format(http.TimeFormat))
	if f := s.authorise(r); f != nil {
		s.refuse(w, f)
		return
	}
	parts := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	if s.config.Version != "-" {
		if parts[0] != s.config.Version {
			s.refuse(w, &graphFault{Code: 2500, Details: "Unknown path components: " + r.URL.Path})
			return
		}
		parts = parts[1:]
	}
	if len(parts) == 2 && parts[1] == "messages" && r.Method == http.MethodPost {
		s.messages(w, r, parts[0])
		return
	}
	s.manage(w, r, parts)
}

func (s *Server) authorise(r *http.Request) *graphFault {
	name, scheme, _ := strings.Cut(s.config.AuthHeader, ":")
	want := strings.TrimSpace(strings.TrimSpace(scheme) + " " + s.config.Token)
	if r.Header.Get(strings.TrimSpace(name)) != want {
		return &graphFault{HTTP: http.StatusUnauthorized, Code: 190, Details: "Invalid OAuth access token - Cannot parse access token"}
	}
	return nil
}

// messages takes a message or a read mark.
func (s *Server) messages(w http.ResponseWriter, r *http.Request, number string) {
	if s.barred(w, endMessages) {
		return
	}
	if number != s.config.PhoneNumberID {
		s.refuse(w, &graphFault{Code: 100, Subcode: 33,
			Details: "Unsupported post request. Object with ID '" + number + "' does not exist"})
		return
	}
	fields, f := readBody(r)
	if f != nil {
		s.refuse(w, f)
		return
	}
	body, err := json.Marshal(fields)
	if err != nil {
		s.refuse(w, &graphFault{Code: 100, Details: "body"})
		return
	}
	typing := fields["typing_indicator"] != nil // a check takes out what it read
	m, f := check(fields, s.facts().Templates)
	if f != nil {
		s.refuse(w, f)
		return
	}
	m.Body = body
	if m.Type == "read" {
		s.read(w, typing)
		return
	}
	s.handle(w, r, m)
}

// handle lets faults and limits have their say, and accepts.
func (s *Server) handle(w http.ResponseWriter, r *http.Request, m Sent) {
	fault := s.fault(m)
	if fault != nil && !fault.Accept {
		s.wait(r, fault.Delay)
		s.fail(w, fault)
		return
	}
	m, refused := s.accept(m)
	if refused != nil {
		s.refuse(w, refused)
		return
	}
	if fault != nil {
		s.wait(r, fault.Delay)
		if fault.breaks() {
			s.fail(w, fault)
			return
		}
		if fault.Plain {
			_ = json.NewEncoder(w).Encode(m.success()) // net/http takes it for text
			return
		}
	}
	s.answer(w, http.StatusOK, m.success())
}

func (s *Server) read(w http.ResponseWriter, typing bool) {
	s.mu.Lock()
	s.counts.Read++
	if typing {
		s.counts.Typing++
	}
	s.mu.Unlock()
	s.answer(w, http.StatusOK, map[string]any{"success": true})
}

func readBody(r *http.Request) (map[string]any, *graphFault) {
	if kind, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";"); strings.TrimSpace(kind) != "application/json" {
		return nil, &graphFault{Code: 100, Details: "The parameter messaging_product is required (content type is not application/json)"}
	}
	data, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
	if err != nil {
		return nil, &graphFault{Code: 100, Details: "body was cut off"}
	}
	var fields map[string]any
	if json.Unmarshal(data, &fields) != nil || fields == nil {
		return nil, &graphFault{Code: 100, Details: "body is not a JSON object"}
	}
	return fields, nil
}

func (s *Server) answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json; charset=UTF-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // the caller may be gone
}

// wait holds an answer back, by the injected clock; a caller who leaves ends it.
func (s *Server) wait(r *http.Request, d time.Duration) {
	if d <= 0 {
		return
	}
	over := make(chan struct{})
	s.config.After(d, func() { close(over) })
	select {
	case <-over:
	case <-r.Context().Done():
	}
}
