package desk

import (
	"net/http"
	"strconv"
	"time"

	"github.com/gemeentebode/bode/bot"
)

type bookingView struct {
	Start, End, ISO               string
	Product, Location, Name, Code string
	Count                         int
}

type agendaPage struct {
	frame
	Day, DayISO              string
	Before, After, Today     string // days; Today is empty on the day itself
	BeforeWords, AfterWords  string
	Places                   []placeView
	Total                    int
	TotalSentence, CSV, Base string
}

// placeView is one location with its appointments of the day.
type placeView struct {
	Name string
	Rows []bookingView
}

// day is what was asked for, else today; in Europe/Amsterdam.
func (d *desk) day(r *http.Request) time.Time {
	if day, err := time.ParseInLocation(time.DateOnly, r.URL.Query().Get("day"), d.zone); err == nil {
		return day
	}
	now := d.Clock().In(d.zone)
	return time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, d.zone)
}

// next is the same hour some days on, whatever the clock does in between.
func next(day time.Time, days int) time.Time { return day.AddDate(0, 0, days) }

// agenda shows the appointments of a day, per location.
func (d *desk) agenda(w http.ResponseWriter, r *http.Request) {
	day := d.day(r)
	bookings, err := d.Agenda.Bookings(r.Context(), d.Clock(), d.looks(r, "list"), day, next(day, 1))
	if err != nil {
		d.broken(w, r, err)
		return
	}
	p := agendaPage{frame: d.frame(r, "agenda", "agenda"), DayISO: day.Format(time.DateOnly), Base: "/desk/agenda", Total: len(bookings)}
	if d.Requests != nil {
		if p.Open, _, err = d.Requests.CountRequests(r.Context()); err != nil {
			d.broken(w, r, err)
			return
		}
	}
	p.Day, p.CSV = p.W.day(day), "/desk/agenda.csv?day="+p.DayISO
	p.Title = p.W.T("agenda") + " " + p.Day
	p.Before, p.After = next(day, -1).Format(time.DateOnly), next(day, 1).Format(time.DateOnly)
	p.BeforeWords, p.AfterWords = p.W.day(next(day, -1)), p.W.day(next(day, 1))
	if today := d.Clock().In(d.zone).Format(time.DateOnly); today != p.DayISO {
		p.Today = today
	}
	p.TotalSentence = p.W.F("agenda.total", p.Total)
	if p.Total == 1 {
		p.TotalSentence = p.W.T("agenda.one")
	}
	for _, b := range bookings {
		p.put(d.bookingView(b))
	}
	d.show(w, r, http.StatusOK, "agenda", p)
}

// put adds a row under its location, in the order in which they come first.
func (p *agendaPage) put(b bookingView) {
	for i := range p.Places {
		if p.Places[i].Name == b.Location {
			p.Places[i].Rows = append(p.Places[i].Rows, b)
			return
		}
	}
	p.Places = append(p.Places, placeView{b.Location, []bookingView{b}})
}

func (d *desk) bookingView(b bot.Appointment) bookingView {
	start := b.Start.In(d.zone)
	return bookingView{Start: start.Format("15:04"), End: b.End.In(d.zone).Format("15:04"), ISO: start.Format(time.RFC3339),
		Product: d.Names.Product(b.Product), Location: d.Names.Location(b.Location), Name: b.Name.Reveal(), Code: b.Code.Reveal(), Count: b.Count}
}

// agendaCSV gives the day as a file.
func (d *desk) agendaCSV(w http.ResponseWriter, r *http.Request) {
	day := d.day(r)
	bookings, err := d.Agenda.Bookings(r.Context(), d.Clock(), d.looks(r, "file"), day, next(day, 1))
	if err != nil {
		d.broken(w, r, err)
		return
	}
	in := wordsOf(language(r))
	table := [][]string{{in.T("date"), in.T("from"), in.T("to"), in.T("location"), in.T("product"), in.T("name"), in.T("persons"), in.T("code")}}
	for _, b := range bookings {
		v := d.bookingView(b)
		table = append(table, []string{day.Format(time.DateOnly), v.Start, v.End, v.Location, v.Product, v.Name, strconv.Itoa(v.Count), v.Code})
	}
	sendCSV(w, in.T("file.agenda")+"-"+day.Format(time.DateOnly)+".csv", table)
}
