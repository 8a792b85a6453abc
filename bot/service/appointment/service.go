package appointment

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gemeentebode/bode/bot"
)

// Bounds of what a flow passes, in characters.
const (
	longestID     = 40
	longestTyped  = 200 // a code, or a sentence with one
	longestPerson = 60
	longestCode   = codeLength + 1
	longestSlot   = 2*longestID + len("//"+slotTime+"/10")
)

// Operations declares what flows may call.
func (s *Service) Operations() []bot.Operation {
	id := func(name string) bot.Field { return bot.Field{Name: name, Kind: bot.FieldText, Longest: longestID} }
	product := bot.Field{Name: "product", Kind: bot.FieldCode, Codes: s.codes(), Longest: longestID}
	persons := bot.Field{Name: "count", Optional: true} // a number, or a choice's value "2"
	fields := func(more ...[]bot.Field) *bot.Field {
		return &bot.Field{Kind: bot.FieldRecord, Fields: slices.Concat(more...)}
	}
	list := func(most int, f []bot.Field) *bot.Field {
		return &bot.Field{Kind: bot.FieldList, Most: most, Fields: f}
	}
	booking := fields([]bot.Field{id("id"), {Name: "code", Kind: bot.FieldText, Longest: longestCode}, product,
		{Name: "product_name", Kind: bot.FieldText, Longest: longestName}, {Name: "count", Kind: bot.FieldNumber, Longest: 2},
		{Name: "location", Kind: bot.FieldRecord, Fields: locationFields()}}, momentFields())
	hold := fields([]bot.Field{id("id"), {Name: "until", Kind: bot.FieldTime}}, momentFields())
	where := []bot.Field{product, id("location"), persons}
	onDay := append(slices.Clone(where), bot.Field{Name: "day", Kind: bot.FieldDate, Optional: true})
	failed := bot.OutcomeField{Name: "failed"}
	return []bot.Operation{
		{Name: "appointment.locations", With: []bot.Field{product},
			Outcomes: []bot.OutcomeField{{Name: "found", Saves: list(max(1, len(s.town.locations)), locationFields())}, {Name: "none"}, failed}},
		{Name: "appointment.days", With: where,
			Outcomes: []bot.OutcomeField{{Name: "found", Saves: list(mostDays, dayFields())}, {Name: "none"}, failed}},
		{Name: "appointment.slots", With: onDay,
			Outcomes: []bot.OutcomeField{{Name: "found", Saves: list(mostSlots, append([]bot.Field{{Name: "id", Kind: bot.FieldText, Longest: longestSlot}}, momentFields()...))}, {Name: "none"}, failed}},
		{Name: "appointment.hold", Writes: true, Passing: true, With: []bot.Field{{Name: "slot", Kind: bot.FieldText, Longest: longestSlot}},
			Outcomes: []bot.OutcomeField{{Name: "held", Saves: hold}, {Name: "taken"}, failed}},
		{Name: "appointment.release", Writes: true, Passing: true, With: []bot.Field{id("hold")},
			Outcomes: []bot.OutcomeField{{Name: "released"}, failed}},
		{Name: "appointment.book", Writes: true, With: []bot.Field{id("hold"), {Name: "name", Kind: bot.FieldText, Longest: longestPerson}},
			Outcomes: []bot.OutcomeField{{Name: "booked", Saves: booking}, {Name: "expired", Nothing: true}, failed}},
		{Name: "appointment.find", With: []bot.Field{{Name: "code", Kind: bot.FieldText, Longest: longestTyped}},
			Outcomes: []bot.OutcomeField{{Name: "found", Saves: booking}, {Name: "unknown"}, {Name: "blocked"}, failed}},
		{Name: "appointment.change", Writes: true, With: []bot.Field{id("booking"), id("hold")},
			Outcomes: []bot.OutcomeField{{Name: "changed", Saves: booking}, {Name: "expired", Nothing: true}, {Name: "unknown", Nothing: true}, failed}},
		{Name: "appointment.cancel", Writes: true, With: []bot.Field{id("booking")},
			Outcomes: []bot.OutcomeField{{Name: "cancelled"}, {Name: "unknown", Nothing: true}, failed}},
	}
}

// codes are the ids of the products.
func (s *Service) codes() []string {
	var codes []string
	for _, p := range s.town.products {
		codes = append(codes, p.id)
	}
	return codes
}

func locationFields() []bot.Field {
	return []bot.Field{{Name: "id", Kind: bot.FieldText, Longest: longestID}, {Name: "label", Kind: bot.FieldText, Longest: longestName},
		{Name: "name", Kind: bot.FieldText, Longest: longestName}, {Name: "street", Kind: bot.FieldText, Longest: longestStreet}}
}

// momentFields: label is "vr 20 nov 09:30" in the language of the conversation.
func momentFields() []bot.Field {
	return []bot.Field{{Name: "start", Kind: bot.FieldTime}, {Name: "date", Kind: bot.FieldDate, Longest: len(time.DateOnly)},
		{Name: "time", Kind: bot.FieldText, Longest: len("09:30")}, {Name: "label", Kind: bot.FieldText, Longest: longestLabel}}
}

// dayFields: label is "vr 20 nov", times how many times there are to choose from.
func dayFields() []bot.Field {
	return []bot.Field{{Name: "date", Kind: bot.FieldDate, Longest: len(time.DateOnly)}, {Name: "label", Kind: bot.FieldText, Longest: longestDay},
		{Name: "times", Kind: bot.FieldNumber, Longest: 3}}
}

// errNoStore says that a service which only tells its operations was called.
var errNoStore = errors.New("appointment: there is no agenda behind this service")

// Call runs one operation. An error of a writing one leaves open whether it
// happened: it is called again with the same key. No error holds anything of a resident.
func (s *Service) Call(ctx context.Context, now time.Time, call bot.Call) (bot.Result, error) {
	if s.store == nil {
		return failed(errNoStore)
	}
	switch call.Operation {
	case "appointment.locations":
		return s.locations(call)
	case "appointment.days":
		return s.days(ctx, now, call)
	case "appointment.slots":
		return s.slots(ctx, now, call)
	case "appointment.hold":
		return s.hold(ctx, now, call)
	case "appointment.release":
		return s.release(ctx, call)
	case "appointment.book":
		return s.book(ctx, now, call)
	case "appointment.find":
		return s.find(ctx, now, call)
	case "appointment.change":
		return s.change(ctx, now, call)
	case "appointment.cancel":
		return s.cancel(ctx, now, call)
	}
	return failed(fmt.Errorf("appointment: unknown operation %q", call.Operation))
}

// Cancel takes back a hold or a booking of which the resident will not be told.
func (s *Service) Cancel(ctx context.Context, call bot.Call) error {
	if s.store == nil {
		return errNoStore
	}
	return s.store.TakeBack(ctx, call.Key)
}

func failed(err error) (bot.Result, error) { return bot.Result{Outcome: "failed"}, err }

func outcome(name string) (bot.Result, error) { return bot.Result{Outcome: name}, nil }

func (s *Service) locations(call bot.Call) (bot.Result, error) {
	p, ok := s.town.product(call.With["product"].Text())
	if !ok {
		return failed(fmt.Errorf("%s: no such product", call.Operation))
	}
	var list []location
	for _, l := range s.town.at(p) {
		if l.everOpen() {
			list = append(list, l)
		}
	}
	if len(list) == 0 {
		return outcome("none")
	}
	records := make([]map[string]string, len(list))
	for i, l := range list {
		records[i] = l.record()
	}
	return bot.Result{Outcome: "found", Value: bot.ValueOf(records)}, nil
}

// everOpen tells whether a location has opening hours at all.
func (l location) everOpen() bool {
	return slices.ContainsFunc(l.week[:], func(periods []period) bool { return len(periods) > 0 })
}

func (l location) record() map[string]string {
	return map[string]string{"id": l.id, "label": l.name, "name": l.name, "street": l.street}
}

// wish is what a resident wants an appointment for.
type wish struct {
	product  product
	location location
	persons  int
}

func (w wish) length() time.Duration { return w.product.length * time.Duration(w.persons) }

func (s *Service) wish(productID, locationID string, persons int) (wish, error) {
	p, ok := s.town.product(productID)
	if !ok {
		return wish{}, errors.New("no such product")
	}
	l, ok := s.town.location(locationID, p)
	if !ok {
		return wish{}, errors.New("no such location for the product")
	}
	if persons < 1 || persons > p.most {
		return wish{}, errors.New("more persons than one appointment is for")
	}
	return wish{p, l, persons}, nil
}

// wishOf reads what a flow passes; persons come as a number or as a choice's value.
func (s *Service) wishOf(call bot.Call) (wish, error) {
	persons := 1
	switch v := call.With["count"].Decode().(type) {
	case float64:
		persons = int(v)
	case string:
		persons, _ = strconv.Atoi(v)
	}
	w, err := s.wish(call.With["product"].Text(), call.With["location"].Text(), persons)
	if err != nil {
		return w, fmt.Errorf("%s: %w", call.Operation, err)
	}
	return w, nil
}

// free gives all the moments that can be had within a wish's window.
func (s *Service) free(ctx context.Context, now time.Time, w wish, from, to day) ([]time.Time, error) {
	taken, err := s.store.TakenSeats(ctx, now, w.location.id, s.town.midnight(from), s.town.midnight(to+1))
	if err != nil {
		return nil, err
	}
	return s.town.free(w.product, w.location, w.persons, now, from, to, taken), nil
}

func (s *Service) days(ctx context.Context, now time.Time, call bot.Call) (bot.Result, error) {
	w, err := s.wishOf(call)
	if err != nil {
		return failed(err)
	}
	first, last, _ := s.town.window(w.product, now)
	free, err := s.free(ctx, now, w, first, last)
	if err != nil {
		return failed(err)
	}
	byDay := s.town.byDay(free)
	if len(byDay) == 0 {
		return outcome("none")
	}
	var list []map[string]any
	for _, times := range byDay[:min(mostDays, len(byDay))] {
		local := times[0].In(s.town.zone)
		list = append(list, map[string]any{"date": local.Format(time.DateOnly), "label": shortDay(local, call.Language), "times": len(times)})
	}
	return bot.Result{Outcome: "found", Value: bot.ValueOf(list)}, nil
}

// slot is a moment to choose.
type slot struct {
	ID string `json:"id"`
	moment
}

func (s *Service) slots(ctx context.Context, now time.Time, call bot.Call) (bot.Result, error) {
	w, err := s.wishOf(call)
	if err != nil {
		return failed(err)
	}
	from, to, _ := s.town.window(w.product, now)
	most := s.town.offer
	if text := call.With["day"].Text(); text != "" {
		d, err := time.Parse(time.DateOnly, text)
		if err != nil {
			return failed(fmt.Errorf("%s: day is no date", call.Operation))
		}
		from = dayOf(d.Date())
		to = from
		most = func(all []time.Time) []time.Time { return spread(all, mostSlots) }
	}
	free, err := s.free(ctx, now, w, from, to)
	if err != nil {
		return failed(err)
	}
	if len(free) == 0 {
		return outcome("none")
	}
	var list []slot
	for _, at := range most(free) {
		list = append(list, slot{w.slotID(at), s.town.moment(at, call.Language)})
	}
	return bot.Result{Outcome: "found", Value: bot.ValueOf(list)}, nil
}

// slotTime is compact, and UTC: a slot is a moment, whatever the clock on the wall says.
const slotTime = "20060102T1504Z"

// slotID says all that a hold needs: "paspoort/stadhuis/20261120T0830Z/1".
func (w wish) slotID(at time.Time) string {
	return strings.Join([]string{w.product.id, w.location.id, at.UTC().Format(slotTime), strconv.Itoa(w.persons)}, "/")
}

func (s *Service) readSlot(id string) (wish, time.Time, error) {
	parts := strings.Split(id, "/")
	if len(parts) != 4 {
		return wish{}, time.Time{}, errors.New("not a slot")
	}
	at, err := time.Parse(slotTime, parts[2])
	if err != nil {
		return wish{}, time.Time{}, errors.New("not a slot")
	}
	persons, err := strconv.Atoi(parts[3])
	if err != nil {
		return wish{}, time.Time{}, errors.New("not a slot")
	}
	w, err := s.wish(parts[0], parts[1], persons)
	return w, at, err
}
