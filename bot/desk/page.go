package desk

import (
	"bytes"
	"embed"
	"html/template"
	"net/http"
	"net/url"
	"path"
)

//go:embed pages.html
var pagesSource string

//go:embed static
var assets embed.FS

var pages = template.Must(template.New("pages").Parse(pagesSource))

const (
	languageCookie  = "desk_language"
	languageSeconds = 365 * 24 * 60 * 60
)

// frame is what every page has around its own.
type frame struct {
	W                             words
	Title, Municipality           string
	Here                          string // which tab is lit
	Dutch, English                string // this page in the other language
	HasRequests, HasAgenda        bool
	Open                          int // requests that are open
	Notice, UndoID, UndoTo, Again string
}

func (d *desk) frame(r *http.Request, here, title string) frame {
	w := wordsOf(language(r))
	return frame{W: w, Title: w.T(title), Municipality: d.Municipality, Here: here, Dutch: inLanguage(r.URL, "nl"), English: inLanguage(r.URL, "en"),
		HasRequests: d.Requests != nil, HasAgenda: d.Agenda != nil}
}

// inLanguage is the address of this page with the language asked for.
func inLanguage(u *url.URL, language string) string {
	q := u.Query()
	q.Set("lang", language)
	q.Del("done")
	q.Del("undone")
	return u.Path + "?" + q.Encode()
}

// language is what was asked for, else what was chosen before, else Dutch.
func language(r *http.Request) string {
	if asked := r.URL.Query().Get("lang"); asked == "nl" || asked == "en" {
		return asked
	}
	if c, err := r.Cookie(languageCookie); err == nil && c.Value == "en" {
		return "en"
	}
	return "nl"
}

// show writes a page, whole or not at all.
func (d *desk) show(w http.ResponseWriter, r *http.Request, status int, name string, data any) {
	var out bytes.Buffer
	if err := pages.ExecuteTemplate(&out, name, data); err != nil {
		d.Log.Error("desk: a page cannot be made", "page", name)
		http.Error(w, "this page cannot be made", http.StatusInternalServerError)
		return
	}
	if r.URL.Query().Has("lang") {
		http.SetCookie(w, &http.Cookie{Name: languageCookie, Value: language(r), Path: "/desk/", MaxAge: languageSeconds,
			HttpOnly: true, SameSite: http.SameSiteLaxMode})
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	out.WriteTo(w)
}

// problem says what is wrong and what to do, in the page's own form.
func (d *desk) problem(w http.ResponseWriter, r *http.Request, status int, what string) {
	page := struct {
		frame
		Text string
	}{frame: d.frame(r, "", "problem."+what)}
	page.Text = page.W.T("problem." + what + ".text")
	page.Dutch, page.English = "/desk/?lang=nl", "/desk/?lang=en" // this address may take no GET
	d.show(w, r, status, "problem", page)
}

// broken reports a store that does not answer; the error holds nothing of a resident.
func (d *desk) broken(w http.ResponseWriter, r *http.Request, err error) {
	if r.Context().Err() == nil {
		d.Log.Error("desk", "error", err)
	}
	d.problem(w, r, http.StatusServiceUnavailable, "broken")
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
