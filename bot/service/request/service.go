// Package request hands over what residents report or ask for to colleagues,
// and tells by its code how far it is. It keeps nothing itself, accepts no
// photos, and tells nobody what is in a request.
package request

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/gemeentebode/bode/bot"
)

// Bounds of what is taken, in characters.
const (
	longestKind = 40
	longestText = 1000
	longestName = 60
	longestCode = 40 // as a resident may type one
)

// Store is the worklist of colleagues.
type Store interface {
	// SubmitRequest keeps a request once per key, for this resident, and gives what the key
	// stands for: of a second try the ID and Code of the first.
	SubmitRequest(ctx context.Context, now time.Time, key string, resident bot.ID, r bot.Request) (bot.Request, error)
	// CancelRequest takes back what a lost turn handed in. Nothing there is no error.
	CancelRequest(ctx context.Context, key string) error
	// RequestByCode finds a request of anyone. A wrong code counts as a try of this resident;
	// after five within an hour it gives bot.ErrTooManyTries and looks at none.
	RequestByCode(ctx context.Context, now time.Time, resident bot.ID, code string) (r bot.Request, found bool, err error)
	// RequestsHandled gives the requests of this resident that were handled after one moment and
	// through another, in that order.
	RequestsHandled(ctx context.Context, resident bot.ID, after, through time.Time) ([]bot.Request, error)
}

// Service answers request.submit and request.status. It is safe for use by several goroutines.
type Service struct{ store Store }

// New makes the service on a worklist. Operations may be asked without one.
func New(store Store) *Service { return &Service{store} }

// Operations declares what flows may call. An installation without a receiver
// does not have this service, so that a flow which submits is a fault there.
func (s *Service) Operations() []bot.Operation {
	receipt := &bot.Field{Kind: bot.FieldRecord, Fields: []bot.Field{
		{Name: "id", Kind: bot.FieldText, Longest: len(bot.NewID(time.Time{}))},
		{Name: "code", Kind: bot.FieldText, Longest: len(newCode())},
	}}
	state := &bot.Field{Kind: bot.FieldRecord, Fields: []bot.Field{
		{Name: "state", Kind: bot.FieldCode, Codes: []string{"open", "handled"}, Longest: len("afgehandeld")},
		{Name: "since", Kind: bot.FieldTime},
	}}
	return []bot.Operation{
		{
			Name:   "request.submit",
			Writes: true,
			With: []bot.Field{
				{Name: "kind", Kind: bot.FieldCode, Longest: longestKind},
				{Name: "place", Kind: bot.FieldPlace, Optional: true},
				{Name: "text", Kind: bot.FieldText, Longest: longestText},
				{Name: "phone", Kind: bot.FieldText, Optional: true},
				{Name: "name", Kind: bot.FieldText, Optional: true, Longest: longestName},   // whom to ask for
				{Name: "moment", Kind: bot.FieldCode, Optional: true, Longest: longestKind}, // when a call suits them
			},
			Outcomes: []bot.OutcomeField{{Name: "received", Saves: receipt}, {Name: "failed"}},
		},
		{
			Name:     "request.status",
			With:     []bot.Field{{Name: "code", Kind: bot.FieldText, Longest: longestCode}},
			Outcomes: []bot.OutcomeField{{Name: "found", Saves: state}, {Name: "unknown"}, {Name: "blocked"}, {Name: "failed"}},
		},
	}
}

// Call runs one operation. An error of request.submit leaves open whether it
// was kept: it is called again with the same key. No error holds anything of a resident.
func (s *Service) Call(ctx context.Context, now time.Time, call bot.Call) (bot.Result, error) {
	switch call.Operation {
	case "request.submit":
		return s.submit(ctx, now, call)
	case "request.status":
		return s.status(ctx, now, call)
	}
	return failed(fmt.Errorf("request: unknown operation %q", call.Operation))
}

func failed(err error) (bot.Result, error) { return bot.Result{Outcome: "failed"}, err }

// Cancel takes back a submit whose turn was lost, so that nothing is worked on
// that its resident was never told of.
func (s *Service) Cancel(ctx context.Context, call bot.Call) error {
	if call.Operation != "request.submit" {
		return fmt.Errorf("%s cannot be taken back", call.Operation)
	}
	return s.store.CancelRequest(ctx, call.Key)
}

func (s *Service) submit(ctx context.Context, now time.Time, call bot.Call) (bot.Result, error) {
	r, ok := requestOf(now, call)
	if !ok {
		return failed(nil)
	}
	kept, err := s.store.SubmitRequest(ctx, now, call.Key, call.Resident, r)
	if err != nil {
		return failed(fmt.Errorf("request.submit: %w", err))
	}
	return bot.Result{Outcome: "received", Value: bot.ValueOf(map[string]string{
		"id": string(kept.ID), "code": kept.Code.Reveal(),
	})}, nil
}

// requestOf reads the parameters. Not ok: there is nothing to hand over, or it
// is longer than the flow check lets through.
func requestOf(now time.Time, call bot.Call) (bot.Request, bool) {
	kind, text, phone := call.With["kind"].Text(), call.With["text"].Text(), call.With["phone"].Text()
	name, moment := call.With["name"].Text(), call.With["moment"].Text()
	place, readable := placeText(call.With["place"])
	bounded := utf8.RuneCountInString(name) <= longestName && utf8.RuneCountInString(moment) <= longestKind && utf8.RuneCountInString(kind) <= longestKind && utf8.RuneCountInString(text) <= longestText &&
		utf8.RuneCountInString(phone) <= longestCode
	if kind == "" || strings.TrimSpace(text) == "" || !bounded || !readable || call.Key == "" {
		return bot.Request{}, false
	}
	return bot.Request{
		ID: bot.NewID(now), Kind: kind, Language: call.Language, At: now, Code: bot.Hide(newCode()),
		Place: bot.Hide(place), Text: bot.Hide(headed(name, moment, text)), Phone: bot.Hide(phone),
	}, true
}

// headed puts whom to ask for, and when, above a text, in the language of
// those who read it: colleagues.
func headed(name, moment, text string) string {
	if moment != "" {
		text = "Wanneer: " + moment + "\n" + text
	}
	if name != "" {
		text = "Naam: " + name + "\n" + text
	}
	return text
}

// placeText writes a place as colleagues read it: its label, and for a pin
// also where it is (WGS 84 degrees).
func placeText(v bot.Value) (string, bool) {
	if v.Empty() {
		return "", true
	}
	var p struct {
		Label     string   `json:"label"`
		Latitude  *float64 `json:"latitude"`
		Longitude *float64 `json:"longitude"`
	}
	if err := v.Into(&p); err != nil {
		return "", false
	}
	if p.Latitude == nil || p.Longitude == nil {
		return p.Label, true
	}
	pin := degrees(*p.Latitude) + ", " + degrees(*p.Longitude)
	if p.Label == "" || strings.Contains(p.Label, pin) {
		return pin, true
	}
	return p.Label + " (" + pin + ")", true
}

// degrees to five decimals: a metre.
func degrees(d float64) string { return strconv.FormatFloat(d, 'f', 5, 64) }

func (s *Service) status(ctx context.Context, now time.Time, call bot.Call) (bot.Result, error) {
	code, ok := readCode(call.With["code"].Text())
	if !ok {
		return bot.Result{Outcome: "unknown"}, nil
	}
	r, found, err := s.store.RequestByCode(ctx, now, call.Resident, code)
	switch {
	case errors.Is(err, bot.ErrTooManyTries):
		return bot.Result{Outcome: "blocked"}, nil
	case err != nil:
		return failed(fmt.Errorf("request.status: %w", err))
	case !found:
		return bot.Result{Outcome: "unknown"}, nil
	}
	state, since := "open", r.At
	if !r.Handled.IsZero() {
		state, since = "handled", r.Handled
	}
	return bot.Result{Outcome: "found", Value: bot.ValueOf(map[string]string{
		"state": state, "since": since.UTC().Format(time.RFC3339),
	})}, nil
}
