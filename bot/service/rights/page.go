package rights

import (
	"bytes"
	"embed"
	"html/template"
	"log/slog"
	"net/http"
	"path"
	"strings"
	"time"

	"golang.org/x/time/rate"

	"github.com/gemeentebode/bode/bot"
)

//go:embed pages.html
var pagesSource string

//go:embed static
var assets embed.FS

var pages = template.Must(template.New("pages").Parse(pagesSource))

// Path is where the page stands when the configuration says nothing else.
const Path = "/mijn-gegevens"

// policy lets a page load this server's own style and send its forms here, and
// nothing else. There is no script, and no inline style.
const policy = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

// How many requests a second the page answers, over all visitors, and how many
// at once. Nobody guesses a token of 160 bits; this keeps the database free.
const (
	perSecond = 10
	atOnce    = 60
)

// PageConfig is what the page needs beside the service.
type PageConfig struct {
	Path         string // where it stands; "": Path
	Municipality string
	Clock        func() time.Time
	Log          *slog.Logger
}

// site is the page behind a link.
type site struct {
	*Service
	PageConfig
	limit *rate.Limiter
}

// Page makes the handler of everything under its path: a button, because what
// only looks at a link (a preview robot) may not use it up, and behind it
// everything that is kept. It needs no script and keeps no cookie.
func (s *Service) Page(c PageConfig) http.Handler {
	if c.Path == "" {
		c.Path = Path
	}
	p := &site{s, c, rate.NewLimiter(perSecond, atOnce)}
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+c.Path+"/static/{file}", serveAsset)
	mux.HandleFunc("GET "+c.Path+"/{token}", p.limited(p.ask))
	mux.HandleFunc("POST "+c.Path+"/{token}", p.limited(p.open))
	mux.HandleFunc("POST "+c.Path+"/{token}/file", p.limited(p.download))
	mux.HandleFunc(c.Path+"/", p.limited(p.gone))
	protection := http.NewCrossOriginProtection()
	protection.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.problem(w, r, accepted(r), http.StatusForbidden, "foreign")
	}))
	return headers(protection.Handler(mux))
}

// headers keep the page out of search engines and the addresses that a browser
// tells elsewhere; caches and frames, the listener keeps every answer out of. A
// form must say where it came from to a browser that has no other way, so the
// own site hears the referrer.
func headers(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("Referrer-Policy", "same-origin")
		h.Set("X-Robots-Tag", "noindex, nofollow, noarchive")
		next.ServeHTTP(w, r)
	})
}

func (p *site) limited(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if !p.limit.AllowN(p.Clock(), 1) {
			w.Header().Set("Retry-After", "60")
			p.problem(w, r, accepted(r), http.StatusTooManyRequests, "busy")
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, 1<<10)
		next(w, r)
	}
}

// frame is what every page has around its own.
type frame struct {
	W                         *writer
	Title, Municipality, Base string
}

func (p *site) frame(r *http.Request, language, title string) frame {
	w := p.writer(r.Context(), language)
	return frame{w, w.word(title), p.Municipality, p.Path}
}

// accepted is the language of who comes without a link that says one.
func accepted(r *http.Request) string {
	if strings.HasPrefix(strings.ToLower(strings.TrimSpace(r.Header.Get("Accept-Language"))), "nl") || r.Header.Get("Accept-Language") == "" {
		return "nl"
	}
	return "en"
}

// ask shows a button and uses nothing up.
func (p *site) ask(w http.ResponseWriter, r *http.Request) {
	language, there, err := p.Store.ExportLink(r.Context(), p.Clock(), bot.Hide(r.PathValue("token")))
	switch {
	case err != nil:
		p.broken(w, r, err)
	case !there:
		p.gone(w, r)
	default:
		page := struct {
			frame
			Lead, Action string
		}{frame: p.frame(r, language, "title"), Action: r.URL.Path}
		page.Lead = strings.Replace(page.W.word("open.lead"), "%s", p.Municipality, 1)
		p.show(w, http.StatusOK, "ask", page)
	}
}

// open uses the link up and shows everything.
func (p *site) open(w http.ResponseWriter, r *http.Request) {
	now := p.Clock()
	e, there, err := p.Store.OpenExport(r.Context(), now, bot.Hide(r.PathValue("token")), newToken(), now.Add(LinkLasts))
	switch {
	case err != nil:
		p.broken(w, r, err)
	case !there:
		p.gone(w, r)
	default:
		e.Own = p.withRemembered(e.Own)
		p.show(w, http.StatusOK, "own", p.overview(r, e))
	}
}

// download gives the same as a file, once.
func (p *site) download(w http.ResponseWriter, r *http.Request) {
	e, there, err := p.Store.DownloadExport(r.Context(), p.Clock(), bot.Hide(r.PathValue("token")))
	switch {
	case err != nil:
		p.broken(w, r, err)
	case !there:
		p.gone(w, r)
	default:
		name := p.writer(r.Context(), e.Language).word("file") + "-" + p.Clock().In(p.zone).Format(time.DateOnly) + ".json"
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		w.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
		w.Write(Document(p.withRemembered(e.Own), p.Municipality, p.Clock()))
	}
}

// gone says calmly that a link does not work any more, and how to get another.
func (p *site) gone(w http.ResponseWriter, r *http.Request) {
	p.problem(w, r, accepted(r), http.StatusNotFound, "gone")
}

// broken reports a store that does not answer; the error holds nothing of a resident.
func (p *site) broken(w http.ResponseWriter, r *http.Request, err error) {
	if r.Context().Err() == nil {
		p.Log.Error("page with own data", "error", err)
	}
	p.problem(w, r, accepted(r), http.StatusServiceUnavailable, "broken")
}

func (p *site) problem(w http.ResponseWriter, r *http.Request, language string, status int, what string) {
	page := struct {
		frame
		Text, Again string
	}{frame: p.frame(r, language, what)}
	page.Text, page.Again = page.W.word(what+".text"), page.W.word(what+".again")
	p.show(w, status, "problem", page)
}

// show writes a page, whole or not at all.
func (p *site) show(w http.ResponseWriter, status int, name string, data any) {
	var out bytes.Buffer
	if err := pages.ExecuteTemplate(&out, name, data); err != nil {
		p.Log.Error("a page with own data cannot be made", "page", name) // the cause may quote
		http.Error(w, "this page cannot be made", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	out.WriteTo(w)
}

func serveAsset(w http.ResponseWriter, r *http.Request) {
	name := path.Base(path.Clean("/" + r.PathValue("file")))
	data, err := assets.ReadFile("static/" + name)
	if err != nil {
		http.NotFound(w, r)
		return
	}
	types := map[string]string{".css": "text/css; charset=utf-8", ".svg": "image/svg+xml"}
	w.Header().Set("Content-Type", types[path.Ext(name)])
	w.Header().Set("Cache-Control", "no-cache")
	w.Write(data)
}
