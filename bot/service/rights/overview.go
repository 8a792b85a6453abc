package rights

import (
	"net/http"
	"strconv"
	"time"

	"github.com/gemeentebode/bode/bot"
)

// overview is the page with everything, in words.
type overview struct {
	frame
	Made, Download string
	Sections       []section
}

// section is one category: rows of a name and a text, or entries.
type section struct {
	ID, Title string
	Rows      []row
	Entries   []entry
}

// entry is one message, subscription, appointment or request.
type entry struct {
	When, ISO, Head, Text string
	Ours                  bool
	Rows                  []row
}

func (p *site) overview(r *http.Request, e bot.Export) overview {
	o := overview{frame: p.frame(r, e.Language, "title"), Download: p.Path + "/" + e.Download.Reveal() + "/file"}
	w := o.W
	o.Made = w.moment(p.Clock())
	o.add("contact", w.contact(e.Own), nil)
	o.add("subscriptions", nil, w.subscriptions(e.Own))
	o.add("consents", nil, w.consents(e.Own))
	o.add("appointments", nil, w.appointments(e.Own))
	o.add("requests", nil, w.requests(e.Own))
	o.add("remembered", w.remembered(e.Own), nil)
	o.add("messages", nil, w.messages(e.Own))
	return o
}

func (o *overview) add(id string, rows []row, entries []entry) {
	o.Sections = append(o.Sections, section{id, o.W.word(id), rows, entries})
}

// at begins an entry with its moment.
func (w *writer) at(t time.Time) entry {
	if t.IsZero() {
		return entry{}
	}
	return entry{When: w.moment(t), ISO: t.In(w.zone).Format(time.RFC3339)}
}

func (w *writer) messages(own bot.Own) (list []entry) {
	for _, m := range own.Messages {
		e := w.at(m.At)
		e.Head, e.Text, e.Ours = w.who(m), w.said(m), m.Ours
		if len(m.Choices) > 0 {
			choices := ""
			for i, c := range m.Choices {
				if i > 0 {
					choices += " · "
				}
				choices += c.Reveal()
			}
			e.Rows = []row{{w.word("choices"), choices}}
		}
		list = append(list, e)
	}
	return list
}

func (w *writer) remembered(own bot.Own) (rows []row) {
	for _, a := range own.Remembered {
		rows = append(rows, row{a.Name, told(a.Value)})
	}
	return rows
}

func (w *writer) subscriptions(own bot.Own) (list []entry) {
	for _, s := range own.Subscriptions {
		list = append(list, entry{Head: w.topic(s.Topic), Text: told(s.About), Rows: []row{{w.word("when"), w.standing(s)}}})
	}
	return list
}

func (w *writer) consents(own bot.Own) (list []entry) {
	for _, c := range own.Consents {
		e := w.at(c.At)
		e.Head = w.word("no")
		if c.Given {
			e.Head = w.word("yes")
		}
		e.Head += ": " + w.topic(c.Topic) + " (" + w.word("source."+c.Source) + ")"
		e.Text = c.Wording
		list = append(list, e)
	}
	return list
}

func (w *writer) appointments(own bot.Own) (list []entry) {
	for _, a := range own.Appointments {
		e := w.at(a.Start)
		e.Head = w.names.Product(a.Product)
		e.Rows = []row{{w.word("place"), w.names.Location(a.Location)}, {w.word("name"), a.Name.Reveal()},
			{w.word("persons"), strconv.Itoa(a.Count)}, {w.word("code"), a.Code.Reveal()}}
		list = append(list, e)
	}
	return list
}

func (w *writer) requests(own bot.Own) (list []entry) {
	for _, r := range own.Requests {
		e := w.at(r.At)
		e.Head, e.Text = w.names.Kind(w.ctx, w.Language, r.Kind)+", "+w.state(r), r.Text.Reveal()
		e.Rows = []row{{w.word("code"), r.Code.Reveal()}}
		if place := r.Place.Reveal(); place != "" {
			e.Rows = append(e.Rows, row{w.word("place"), place})
		}
		if phone := r.Phone.Reveal(); phone != "" {
			e.Rows = append(e.Rows, row{w.word("phone"), phone})
		}
		list = append(list, e)
	}
	return list
}
