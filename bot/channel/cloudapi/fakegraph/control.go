package fakegraph

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// control answers below /_fake/: what drives and shows the fake.
func (s *Server) control(w http.ResponseWriter, r *http.Request) {
	switch r.Method + " " + strings.TrimPrefix(r.URL.Path, "/_fake/") {
	case "GET record":
		s.answer(w, http.StatusOK, s.recordFor(r))
	case "DELETE record":
		s.Forget()
		w.WriteHeader(http.StatusNoContent)
	case "GET counts":
		s.answer(w, http.StatusOK, s.Counts())
	case "POST say":
		s.controlSay(w, r)
	case "POST fault":
		s.controlFault(w, r)
	case "GET facts":
		s.answer(w, http.StatusOK, s.facts())
	case "POST facts":
		s.controlFacts(w, r)
	case "POST template":
		s.controlTemplate(w, r)
	case "POST handshake":
		if err := s.Handshake(r.Context()); err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	default:
		http.NotFound(w, r)
	}
}

// recordFor selects by ?to= and ?after= (the N of the last one seen).
func (s *Server) recordFor(r *http.Request) []Sent {
	q := r.URL.Query()
	after, _ := strconv.Atoi(q.Get("after")) // absent: from the first on
	out := []Sent{}
	for _, m := range s.Record() {
		if m.N > after && (q.Get("to") == "" || m.To == q.Get("to")) {
			out = append(out, m)
		}
	}
	return out
}

// Forget empties the record and the counts.
func (s *Server) Forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sent, s.counts = nil, Counts{Refused: map[int]int{}}
}

// saying is what POST /_fake/say takes. Tap is an id, a title or a number (1
// for the first) of what was last offered to this person.
type saying struct {
	From     string `json:"from"` // digits, or a user id
	Name     string `json:"name"`
	Text     string `json:"text"`
	Tap      string `json:"tap"`
	Media    string `json:"media"` // image, voice, ...; Text is the caption
	Location *struct {
		Latitude  float64 `json:"latitude"`
		Longitude float64 `json:"longitude"`
	} `json:"location"`
}

func (s *Server) controlSay(w http.ResponseWriter, r *http.Request) {
	var in saying
	if !readControl(w, r, &in) {
		return
	}
	from := Person{Name: in.Name}
	switch {
	case userShape.MatchString(in.From):
		from.UserID = in.From
	case numberShape.MatchString(in.From):
		from.Phone = strings.TrimPrefix(in.From, "+")
	default:
		http.Error(w, "from: a phone number in digits, or a user id", http.StatusBadRequest)
		return
	}
	content := s.content(from, in)
	if content == nil {
		http.Error(w, "say text, tap, media or location; tap must be something that was offered", http.StatusBadRequest)
		return
	}
	s.answer(w, http.StatusOK, Node{"id": s.Say(from, content)})
}

func (s *Server) content(from Person, in saying) Node {
	switch {
	case in.Location != nil:
		return Location(in.Location.Latitude, in.Location.Longitude, "", "")
	case in.Media != "":
		return Media(in.Media, in.Text)
	case in.Tap != "":
		return s.offered(from.Key(), in.Tap)
	case in.Text != "":
		return Text(in.Text)
	}
	return nil
}

// offered looks up what a person taps in what was sent to them, newest first.
func (s *Server) offered(to, tap string) Node {
	sent := s.To(to)
	for i := len(sent) - 1; i >= 0; i-- {
		for n, c := range sent[i].Choices {
			if tap != c.ID && tap != c.Title && tap != strconv.Itoa(n+1) {
				continue
			}
			if sent[i].Type == "interactive.list" {
				return Row(c.ID, c.Title, "")
			}
			return Tap(c.ID, c.Title)
		}
	}
	return nil
}

// controlFault plans a failure; delay_ms is Delay in milliseconds.
func (s *Server) controlFault(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Fault
		DelayMS int `json:"delay_ms"`
	}
	if !readControl(w, r, &in) {
		return
	}
	in.Fault.Delay = time.Duration(in.DelayMS) * time.Millisecond
	s.Script(in.Fault)
	w.WriteHeader(http.StatusNoContent)
}

// controlFacts changes what is named of Facts, and leaves the rest.
func (s *Server) controlFacts(w http.ResponseWriter, r *http.Request) {
	f := s.facts()
	f.Templates, f.Refuse, f.Scopes = slices.Clone(f.Templates), maps.Clone(f.Refuse), slices.Clone(f.Scopes)
	if !readControl(w, r, &f) {
		return
	}
	s.SetFacts(f)
	w.WriteHeader(http.StatusNoContent)
}

func readControl(w http.ResponseWriter, r *http.Request, into any) bool {
	decoder := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<20))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		http.Error(w, "body: "+err.Error(), http.StatusBadRequest)
		return false
	}
	return true
}
