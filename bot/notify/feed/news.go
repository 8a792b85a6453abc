package feed

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/mail"
	"strings"
	"time"
)

type atomFeed struct {
	Lang    string      `xml:"http://www.w3.org/XML/1998/namespace lang,attr"`
	Entries []atomEntry `xml:"http://www.w3.org/2005/Atom entry"`
}

type atomEntry struct {
	Lang      string     `xml:"http://www.w3.org/XML/1998/namespace lang,attr"`
	ID        string     `xml:"http://www.w3.org/2005/Atom id"`
	Title     string     `xml:"http://www.w3.org/2005/Atom title"`
	Summary   string     `xml:"http://www.w3.org/2005/Atom summary"`
	Content   atomText   `xml:"http://www.w3.org/2005/Atom content"`
	Updated   string     `xml:"http://www.w3.org/2005/Atom updated"`
	Published string     `xml:"http://www.w3.org/2005/Atom published"`
	Links     []atomLink `xml:"http://www.w3.org/2005/Atom link"`
	Event     string     `xml:"urn:oasis:names:tc:emergency:cap:1.2 event"`
}

type atomText struct {
	Text  string    `xml:",chardata"`
	Alert *capAlert `xml:"urn:oasis:names:tc:emergency:cap:1.2 alert"`
}

type atomLink struct {
	Rel  string `xml:"rel,attr"`
	Type string `xml:"type,attr"`
	Href string `xml:"href,attr"`
}

type rssFeed struct {
	Channel struct {
		Language string    `xml:"language"`
		Items    []rssItem `xml:"item"`
	} `xml:"channel"`
}

type rssItem struct {
	Title       string   `xml:"title"`
	Links       []string `xml:"link"` // an Atom link may stand beside it, and is empty
	Description string   `xml:"description"`
	Date        string   `xml:"pubDate"`
	GUID        string   `xml:"guid"`
}

const capType = "application/cap+xml"

// atom makes an entry of each: news, or the address of a CAP document.
func (r Rule) atom(f atomFeed) ([]Entry, error) {
	if len(f.Entries) > mostEntries {
		return nil, fmt.Errorf("it has %d entries, more than %d", len(f.Entries), mostEntries)
	}
	var out []Entry
	for i, e := range f.Entries {
		where := numbered(i, e.ID)
		document := e.document()
		switch {
		case e.Content.Alert != nil:
			out = append(out, r.alert(*e.Content.Alert, where))
		case document != "":
			out = append(out, Entry{Document: document, Where: where})
		case e.Event != "":
			out = append(out, Entry{Where: where, Err: fmt.Errorf("it is a warning that links to no CAP document (a link of type %s): use another feed of the same publisher", capType)})
		default:
			out = append(out, r.atomNews(f, e, where))
		}
	}
	return out, nil
}

func numbered(i int, id string) string {
	return strings.TrimSpace(fmt.Sprintf("entry %d %s", i+1, shown(id)))
}

func (e atomEntry) document() string {
	for _, l := range e.Links {
		if kind, _, _ := strings.Cut(l.Type, ";"); strings.EqualFold(strings.TrimSpace(kind), capType) {
			return strings.TrimSpace(l.Href)
		}
	}
	return ""
}

func (r Rule) atomNews(f atomFeed, e atomEntry, where string) Entry {
	n := news{id: e.ID, title: e.Title, text: e.Summary, where: where}
	if strings.TrimSpace(n.text) == "" {
		n.text = e.Content.Text
	}
	for _, l := range e.Links {
		if l.Rel == "" || l.Rel == "alternate" {
			n.link = l.Href
			break
		}
	}
	written := e.Updated
	if strings.TrimSpace(written) == "" {
		written = e.Published
	}
	n.at, n.err = moment(written)
	n.language = language(e.Lang)
	if n.language == "" {
		n.language = language(f.Lang)
	}
	return r.news(n)
}

func (r Rule) rss(f rssFeed) ([]Entry, error) {
	if len(f.Channel.Items) > mostEntries {
		return nil, fmt.Errorf("it has %d items, more than %d", len(f.Channel.Items), mostEntries)
	}
	var out []Entry
	for i, item := range f.Channel.Items {
		n := news{id: item.GUID, title: item.Title, text: item.Description, where: numbered(i, item.GUID), language: language(f.Channel.Language)}
		for _, l := range item.Links {
			if n.link == "" {
				n.link = strings.TrimSpace(l)
			}
		}
		n.at, n.err = rssDate(item.Date)
		out = append(out, r.news(n))
	}
	return out, nil
}

// news is one item before it is an entry.
type news struct {
	id, title, text, link, language, where string
	at                                     time.Time
	err                                    error
}

// news makes an entry: its sender is the feed, and a later date of the same
// item is an update of it.
func (r Rule) news(n news) Entry {
	e := Entry{Kind: Alert, Status: "Actual", Scope: "Public", News: true, Where: n.where}
	id := strings.TrimSpace(n.id)
	if id == "" {
		id = n.link
	}
	switch {
	case id == "":
		e.Err = errors.New("it has neither an id nor a link: it could not be recognised when it comes again")
		return e
	case n.err != nil:
		e.Err = fmt.Errorf("date: %w", n.err)
		return e
	case strings.TrimSpace(n.title) == "":
		e.Err = errors.New("it has no title")
		return e
	}
	if n.language == "" {
		n.language = r.spoken("nl")
	}
	e.ID = ID{r.Name, newsID(id), n.at}
	e.Infos = []Info{{Language: n.language, Event: n.title, Headline: n.title, Description: n.text, Web: strings.TrimSpace(n.link), From: n.at}}
	return e
}

// newsID is an item's own id where that can stand in a reference, else its hash.
func newsID(id string) string {
	if plainID(id) {
		return id
	}
	sum := sha256.Sum256([]byte(id))
	return "sha256:" + hex.EncodeToString(sum[:16])
}

// rssDate reads the dates of RSS. Names of zones other than GMT mean
// something else in each country and are refused.
func rssDate(s string) (time.Time, error) {
	s = strings.TrimSpace(s)
	if s == "" {
		return time.Time{}, errors.New("it is missing")
	}
	if at, err := moment(s); err == nil {
		return at, nil
	}
	at, err := mail.ParseDate(s)
	if err != nil {
		return time.Time{}, fmt.Errorf("%q is not a date with a zone, such as Fri, 20 Nov 2026 09:00:00 +0100", shown(s))
	}
	fields := strings.Fields(s)
	if zone := fields[len(fields)-1]; !strings.ContainsAny(zone[:1], "+-") && zone != "GMT" && zone != "UT" && zone != "UTC" && zone != "Z" {
		return time.Time{}, fmt.Errorf("%q: the zone %s is not a number: +0100", shown(s), shown(zone))
	}
	if at.Year() < 2000 || at.Year() >= 2200 {
		return time.Time{}, fmt.Errorf("%q is not a date of this century", shown(s))
	}
	return at, nil
}
