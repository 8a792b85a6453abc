package desk

import (
	"context"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/gemeentebode/bode/bot"
)

const (
	pageOfRequests = 50
	mostInFile     = 10000
)

// requestView is one request as a colleague reads it.
type requestView struct {
	ID                             bot.ID
	Kind, Code, Place, Text, Phone string
	Language                       string // "" when it is the page's own
	At, AtISO, Handled, HandledISO string
	Days                           int // since it came in, for those that wait long
}

type requestsPage struct {
	frame
	Handled           bool // which of the two lists this is
	HandledCount      int
	Rows              []requestView
	Before, After     string // addresses of the pages around; "" where there is none
	First, Last, All  int
	KeepSentence, CSV string
}

// requests shows one of the two lists: what is to be done, or what was done.
func (d *desk) requests(w http.ResponseWriter, r *http.Request) {
	p := requestsPage{frame: d.frame(r, "requests", "requests"), Handled: r.URL.Query().Get("show") == "handled"}
	open, handled, err := d.Requests.CountRequests(r.Context())
	if err != nil {
		d.broken(w, r, err)
		return
	}
	p.Open, p.HandledCount, p.All = open, handled, open
	if p.Handled {
		p.All = handled
	}
	p.turnTo(pageNumber(r))
	rows, err := d.list(r.Context(), d.looks(r, "list"), p.Handled, p.First-1, pageOfRequests)
	if err != nil {
		d.broken(w, r, err)
		return
	}
	for _, row := range rows {
		p.Rows = append(p.Rows, d.requestView(r.Context(), p.W, row))
	}
	p.KeepSentence, p.CSV = p.W.F("requests.keep", d.KeepDays), "/desk/requests.csv"+listQuery(p.Handled, 1)
	p.announce(r.URL.Query())
	d.show(w, r, http.StatusOK, "requests", p)
}

func (d *desk) list(ctx context.Context, by bot.Look, handled bool, skip, limit int) ([]bot.Request, error) {
	if handled {
		return d.Requests.HandledRequests(ctx, d.Clock(), by, skip, limit)
	}
	return d.Requests.OpenRequests(ctx, d.Clock(), by, skip, limit)
}

// turnTo finds the part of the list that a page shows; beyond the end it is the last.
func (p *requestsPage) turnTo(page int) {
	last := max(1, (p.All+pageOfRequests-1)/pageOfRequests)
	page = min(page, last)
	p.First = (page-1)*pageOfRequests + 1
	p.Last = min(page*pageOfRequests, p.All)
	p.Again = "/desk/requests" + listQuery(p.Handled, page)
	if page > 1 {
		p.Before = "/desk/requests" + listQuery(p.Handled, page-1)
	}
	if page < last {
		p.After = "/desk/requests" + listQuery(p.Handled, page+1)
	}
}

// announce says what was just done, with a way back.
func (p *requestsPage) announce(q url.Values) {
	switch {
	case uuid.MatchString(q.Get("done")):
		p.Notice, p.UndoID, p.UndoTo = p.W.T("requests.done"), q.Get("done"), "open"
	case uuid.MatchString(q.Get("undone")):
		p.Notice, p.UndoID, p.UndoTo = p.W.T("requests.undone"), q.Get("undone"), "handled"
	}
}

func listQuery(handled bool, page int) string {
	q := url.Values{}
	if handled {
		q.Set("show", "handled")
	}
	if page > 1 {
		q.Set("page", strconv.Itoa(page))
	}
	if len(q) == 0 {
		return ""
	}
	return "?" + q.Encode()
}

func pageNumber(r *http.Request) int {
	n, err := strconv.Atoi(r.URL.Query().Get("page"))
	if err != nil || n < 1 {
		return 1
	}
	return n
}

func (d *desk) requestView(ctx context.Context, w words, r bot.Request) requestView {
	v := requestView{ID: r.ID, Kind: d.Names.Kind(ctx, w.Language, r.Kind), Code: r.Code.Reveal(), Place: r.Place.Reveal(), Text: r.Text.Reveal(),
		Phone: dialled(r.Phone.Reveal()), At: w.moment(r.At.In(d.zone)), AtISO: r.At.In(d.zone).Format(time.RFC3339)}
	if r.Language != "" && r.Language != w.Language {
		v.Language = w.languageName(r.Language)
	}
	if !r.Handled.IsZero() {
		v.Handled, v.HandledISO = w.moment(r.Handled.In(d.zone)), r.Handled.In(d.zone).Format(time.RFC3339)
		return v
	}
	v.Days = int(d.Clock().Sub(r.At).Hours() / 24)
	return v
}

// dialled puts the plus back before a number with its country code.
func dialled(phone string) string {
	if phone == "" || strings.Trim(phone, "0123456789") != "" {
		return phone
	}
	return "+" + phone
}

var uuid = regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)

// mark takes a request off the list or puts it back, and shows the list again.
func (d *desk) mark(w http.ResponseWriter, r *http.Request) {
	id, to := r.PathValue("id"), r.PostFormValue("state")
	if !uuid.MatchString(id) || to != "handled" && to != "open" {
		d.problem(w, r, http.StatusBadRequest, "missing")
		return
	}
	found, err := d.Requests.MarkRequest(r.Context(), d.Clock(), bot.ID(id), to == "handled")
	if err != nil {
		d.broken(w, r, err)
		return
	}
	if !found {
		d.problem(w, r, http.StatusNotFound, "gone")
		return
	}
	http.Redirect(w, r, backTo(r.PostFormValue("list"), id, to), http.StatusSeeOther)
}

// backTo is the list that the form stood on; anything else is the first page.
func backTo(list, id, to string) string {
	u, err := url.Parse(list)
	if err != nil || u.Path != "/desk/requests" || u.Host != "" || u.Scheme != "" {
		u = &url.URL{Path: "/desk/requests"}
	}
	was, q := u.Query(), url.Values{}
	for _, key := range []string{"show", "page"} {
		if was.Has(key) {
			q.Set(key, was.Get(key))
		}
	}
	q.Set(map[string]string{"handled": "done", "open": "undone"}[to], id)
	return "/desk/requests?" + q.Encode()
}

// requestsCSV gives the whole list as a file.
func (d *desk) requestsCSV(w http.ResponseWriter, r *http.Request) {
	handled := r.URL.Query().Get("show") == "handled"
	rows, err := d.list(r.Context(), d.looks(r, "file"), handled, 0, mostInFile)
	if err != nil {
		d.broken(w, r, err)
		return
	}
	in := wordsOf(language(r))
	table := [][]string{{in.T("code"), in.T("received"), in.T("kind"), in.T("place"), in.T("text"), in.T("phone"), in.T("language"), in.T("handled.at")}}
	for _, row := range rows {
		table = append(table, []string{row.Code.Reveal(), d.stamp(row.At), d.Names.Kind(r.Context(), in.Language, row.Kind), row.Place.Reveal(),
			row.Text.Reveal(), row.Phone.Reveal(), in.languageName(row.Language), d.stamp(row.Handled)})
	}
	name := in.T("file.open")
	if handled {
		name = in.T("file.handled")
	}
	sendCSV(w, name+"-"+d.Clock().In(d.zone).Format(time.DateOnly)+".csv", table)
}

// stamp is a moment as spreadsheets read it, Europe/Amsterdam.
func (d *desk) stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(d.zone).Format("2006-01-02 15:04")
}
