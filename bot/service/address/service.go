package address

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/gemeentebode/bode/bot"
)

// most is how many addresses are offered to choose from; a text that fits
// more says too little.
const most = 20

//go:embed voorbeeldstad.csv
var voorbeeldstad string

// Config is the part [address] of the configuration.
type Config struct {
	File string `toml:"file"` // CSV of the town's addresses; empty: the example town
}

// Service answers address.find and address.near. It is safe for use by
// several goroutines: the register never changes.
type Service struct{ book *Book }

// Open reads the register that the configuration names.
func Open(config Config) (*Service, error) {
	if config.File == "" {
		return nil, errors.New("address: no file configured")
	}
	book, err := ReadFile(config.File)
	if err != nil {
		return nil, err
	}
	return New(book), nil
}

// New makes the service over a register.
func New(book *Book) *Service { return &Service{book} }

// Example is the service for the fictional town of Voorbeeldstad.
func Example() *Service {
	book, err := Read(strings.NewReader(voorbeeldstad))
	if err != nil {
		panic(err) // embedded, and held by a test
	}
	return New(book)
}

// Record declares the record that an address is in a flow.
func Record() []bot.Field {
	return []bot.Field{
		{Name: "label", Kind: bot.FieldText, Longest: LongestLabel},
		{Name: "postcode", Kind: bot.FieldText, Longest: 6},
		{Name: "number", Kind: bot.FieldNumber, Longest: 5},
		{Name: "letter", Kind: bot.FieldText, Longest: 1},
		{Name: "addition", Kind: bot.FieldText, Longest: 4},
		{Name: "street", Kind: bot.FieldText, Longest: LongestLabel},
		{Name: "city", Kind: bot.FieldText, Longest: 40},
		{Name: "bag_id", Kind: bot.FieldText, Longest: 16},
	}
}

// Operations declares what flows may call.
func (s *Service) Operations() []bot.Operation {
	one := &bot.Field{Kind: bot.FieldAddress, Longest: LongestLabel, Fields: Record()}
	list := &bot.Field{Kind: bot.FieldList, Most: most, Fields: Record()}
	return []bot.Operation{
		{
			Name:     "address.find",
			With:     []bot.Field{{Name: "text", Kind: bot.FieldText, Longest: longestInput}},
			Outcomes: []bot.OutcomeField{{Name: "found", Saves: one}, {Name: "several", Saves: list}, {Name: "none"}, {Name: "failed"}},
		},
		{
			Name:     "address.near",
			With:     []bot.Field{{Name: "latitude", Kind: bot.FieldNumber, Longest: 20}, {Name: "longitude", Kind: bot.FieldNumber, Longest: 20}},
			Outcomes: []bot.OutcomeField{{Name: "found", Saves: one}, {Name: "none"}, {Name: "failed"}},
		},
	}
}

// Call runs one operation. An error comes with the outcome "failed" and holds
// nothing of the address.
func (s *Service) Call(_ context.Context, _ time.Time, call bot.Call) (bot.Result, error) {
	switch call.Operation {
	case "address.find":
		return s.find(call), nil
	case "address.near":
		return s.near(call)
	}
	return bot.Result{Outcome: "failed"}, fmt.Errorf("address: unknown operation %q", call.Operation)
}

// find gives one address only when the text can mean no other; several, and a
// single one that has to be confirmed, come as a list to choose from.
func (s *Service) find(call bot.Call) bot.Result {
	got := s.book.find(call.With["text"].Text())
	switch n := len(got.addresses); {
	case n == 0 || n > most:
		return bot.Result{Outcome: "none"}
	case n == 1 && got.sure:
		return bot.Result{Outcome: "found", Value: bot.ValueOf(got.addresses[0].record())}
	}
	slices.SortStableFunc(got.addresses, byStreetAndNumber)
	var list []map[string]any
	for _, a := range got.addresses {
		list = append(list, a.record())
	}
	return bot.Result{Outcome: "several", Value: bot.ValueOf(list)}
}

func byStreetAndNumber(a, b Address) int {
	if c := strings.Compare(a.Street, b.Street); c != 0 {
		return c
	}
	if a.Number != b.Number {
		return a.Number - b.Number
	}
	return strings.Compare(a.suffix(), b.suffix())
}

func (s *Service) near(call bot.Call) (bot.Result, error) {
	latitude, okLat := call.With["latitude"].Decode().(float64)
	longitude, okLon := call.With["longitude"].Decode().(float64)
	if !okLat || !okLon || math.Abs(latitude) > 90 || math.Abs(longitude) > 180 {
		return bot.Result{Outcome: "failed"}, errors.New("address.near: latitude and longitude are no degrees")
	}
	a, ok := s.book.near(latitude, longitude)
	if !ok {
		return bot.Result{Outcome: "none"}, nil
	}
	return bot.Result{Outcome: "found", Value: bot.ValueOf(a.record())}, nil
}
