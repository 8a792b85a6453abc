// Package desk is where colleagues work: the list of what residents handed in,
// and the appointments of a day. It has no login of its own, belongs behind
// the municipality's sign-on, and never logs what it shows.
package desk

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/gemeentebode/bode/bot"
)

// Requests is the worklist. What it shows it writes in the audit trail, under
// who looks.
type Requests interface {
	OpenRequests(ctx context.Context, now time.Time, by bot.Look, skip, limit int) ([]bot.Request, error)    // oldest first
	HandledRequests(ctx context.Context, now time.Time, by bot.Look, skip, limit int) ([]bot.Request, error) // latest first
	CountRequests(ctx context.Context) (open, handled int, err error)
	// MarkRequest says that one is handled, or open after all, and whether it is there.
	MarkRequest(ctx context.Context, now time.Time, id bot.ID, handled bool) (found bool, err error)
}

// Agenda gives the appointments from one moment to another, in order of time,
// and writes who saw them.
type Agenda interface {
	Bookings(ctx context.Context, now time.Time, by bot.Look, from, to time.Time) ([]bot.Appointment, error)
}

// Names turns the names that flows and configuration use into words for
// colleagues; what it does not know it gives back as it is.
type Names interface {
	Kind(ctx context.Context, language, kind string) string // of a request
	Product(name string) string
	Location(name string) string
}

// Config is what the pages show and do. A page whose store is nil is not there.
type Config struct {
	Requests     Requests
	Agenda       Agenda
	Names        Names
	Municipality string
	KeepDays     int      // how long a handled request is kept
	UserHeader   string   // in which the sign-on names the colleague; "": nobody is named
	Hosts        []string // names besides this machine's own by which it is reached
	Clock        func() time.Time
	Log          *slog.Logger
}

type desk struct {
	Config
	zone *time.Location
}

// New makes the handler of everything under /desk/. It answers to this
// machine's own names and those of the configuration, and takes changes from
// its own pages only (CSRF).
func New(c Config) http.Handler {
	zone, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil {
		panic(err) // cmd/bode embeds the zones
	}
	d := &desk{Config: c, zone: zone}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /desk/static/{file}", serveAsset)
	mux.HandleFunc("GET /desk/{$}", d.home)
	if c.Requests != nil {
		mux.HandleFunc("GET /desk/requests", d.requests)
		mux.HandleFunc("GET /desk/requests.csv", d.requestsCSV)
		mux.HandleFunc("POST /desk/requests/{id}", d.mark)
	}
	if c.Agenda != nil {
		mux.HandleFunc("GET /desk/agenda", d.agenda)
		mux.HandleFunc("GET /desk/agenda.csv", d.agendaCSV)
	}
	mux.HandleFunc("/desk/", func(w http.ResponseWriter, r *http.Request) { d.problem(w, r, http.StatusNotFound, "missing") })
	protection := http.NewCrossOriginProtection()
	protection.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { d.problem(w, r, http.StatusForbidden, "foreign") }))
	return d.guard(protection.Handler(mux))
}

func (d *desk) home(w http.ResponseWriter, r *http.Request) {
	query := ""
	if r.URL.Query().Has("lang") {
		query = "?lang=" + language(r)
	}
	switch {
	case d.Requests != nil:
		http.Redirect(w, r, "/desk/requests"+query, http.StatusSeeOther)
	case d.Agenda != nil:
		http.Redirect(w, r, "/desk/agenda"+query, http.StatusSeeOther)
	default:
		d.problem(w, r, http.StatusOK, "nothing")
	}
}
