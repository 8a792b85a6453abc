// Package studio is where an editor tries the flows: a phone beside the flow's
// picture, in a browser on the same machine. It shows a browser the texts of
// that browser's own phone only, and never keeps or logs one.
package studio

import (
	"context"
	"net/http"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/engine"
	"github.com/gemeentebode/bode/bot/flow"
)

// Phones are the simulator's, named by their number in digits.
type Phones interface {
	Say(ctx context.Context, number, text string) error
	Tap(ctx context.Context, number, id, title string) error
	Share(ctx context.Context, number string, latitude, longitude float64) error
	Attach(ctx context.Context, number, media string) error
	Transcript(number string) (bubbles []bot.Bubble, typing bool)
	Watch(number string) (changed <-chan struct{}, stop func())
	Wipe(number string)
}

// Clock is what the service goes by. Set makes it that moment now; the zero
// time goes back to the real one.
type Clock interface {
	Now() time.Time
	Set(time.Time)
}

// Config is what the page shows and does; every field is set.
type Config struct {
	Phones  Phones
	Bundle  func(context.Context) (*flow.Bundle, error)                       // the live one
	Where   func(ctx context.Context, number string) (engine.Position, error) // zero: nothing was said yet
	Faults  func() flow.Faults                                                // of the folder on disk, hints among them
	Changed func() (changed <-chan struct{}, stop func())                     // the live bundle or the faults
	Clock   Clock
}

type studio struct {
	Config
	zone  *time.Location
	reset resets
}

// New makes the page's handler. It answers only to this machine's own names
// (guard) and to requests of its own page (CSRF).
func New(c Config) http.Handler {
	zone, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil {
		panic(err) // cmd/bode embeds the zones
	}
	s := &studio{Config: c, zone: zone}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", s.page)
	mux.HandleFunc("GET /events", s.events)
	mux.HandleFunc("GET /picture/{flow}", s.picture)
	mux.HandleFunc("GET /static/{file}", serveAsset)
	mux.HandleFunc("POST /say", s.act(s.say))
	mux.HandleFunc("POST /tap", s.act(s.tap))
	mux.HandleFunc("POST /share", s.act(s.share))
	mux.HandleFunc("POST /attach", s.act(s.attach))
	mux.HandleFunc("POST /clock", s.act(s.setClock))
	mux.HandleFunc("POST /new", s.renew)
	return guard(http.NewCrossOriginProtection().Handler(mux))
}
