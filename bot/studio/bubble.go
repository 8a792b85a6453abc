package studio

import (
	"fmt"
	"html/template"
	"strconv"
	"strings"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/privacy"
)

// item is one thing in the chat: a bubble, or the day above it.
type item struct {
	ID   string `json:"id"`
	HTML string `json:"html"`
	Read bool   `json:"read"`
}

// bubbleView is a bubble as the template shows it.
type bubbleView struct {
	words
	ID, Time, ISO, Day string
	Mine, Read         bool
	Text               template.HTML
	Masked             bool   // something was taken out before anyone saw it
	Kind               string // Mine: text, tap, place, media, other
	Icon, Place        string
	Template           string
	Buttons, Rows      []choiceView
	ListButton         string
	Link               *bot.Link
	AskPlace           bool
}

type choiceView struct{ ID, Label, Description string }

// choices are the buttons and rows of a reply.
func choices(r bot.Reply) []bot.Choice {
	if r.List != nil {
		return r.List.Rows
	}
	return r.Buttons
}

// view is the one place where what stands on a phone is revealed: to the
// browser that this phone belongs to. What a resident types too much is shown
// masked, as the service has it.
func (s *studio) view(b bot.Bubble, w words) bubbleView {
	at := b.At.In(s.zone)
	v := bubbleView{words: w, ID: bubbleID(b), Time: at.Format("15:04"), ISO: at.Format(time.RFC3339), Mine: b.Mine, Read: b.Read}
	if b.Mine {
		v.own(b.Message)
	} else {
		v.reply(b.Reply)
	}
	return v
}

func (v *bubbleView) own(m bot.Message) {
	text, masked := privacy.Mask(m.Text.Reveal())
	v.Text, v.Masked, v.Kind = format(text), len(masked) > 0, "text"
	switch m.Kind {
	case bot.KindTap:
		v.Kind = "tap"
	case bot.KindPlace:
		v.Kind, v.Icon = "place", "pin"
		v.Place = fmt.Sprintf("%s, %s", degreesText(m.Place.Latitude), degreesText(m.Place.Longitude))
	case bot.KindMedia:
		v.Kind, v.Icon = "media", m.Media
	}
}

func degreesText(d float64) string { return strconv.FormatFloat(d, 'f', 5, 64) }

func (v *bubbleView) reply(r bot.Reply) {
	v.Text, v.AskPlace = format(r.Text.Reveal()), r.AskPlace
	for _, c := range r.Buttons {
		v.Buttons = append(v.Buttons, viewOf(c))
	}
	if r.List != nil {
		v.ListButton = r.List.Button
		for _, c := range r.List.Rows {
			v.Rows = append(v.Rows, viewOf(c))
		}
	}
	// The demo's own page of a resident's data is on this machine.
	if r.Link != nil && (strings.HasPrefix(r.Link.URL, "https://") || strings.HasPrefix(r.Link.URL, "http://127.0.0.1:") || strings.HasPrefix(r.Link.URL, "http://localhost:")) {
		v.Link = r.Link
	}
	if r.Template != nil {
		v.Template = r.Template.Name + " (" + r.Template.Language + ")"
		var parameters []string
		for _, p := range r.Template.Parameters {
			parameters = append(parameters, p.Reveal())
		}
		if v.Text == "" {
			v.Text = format(strings.Join(parameters, " · "))
		}
	}
}

func viewOf(c bot.Choice) choiceView {
	return choiceView{c.ID, c.Label.Reveal(), c.Description.Reveal()}
}

func bubbleID(b bot.Bubble) string { return "b-" + b.ID }

// items are what stands in the chat, in order; html is made for what is not yet known.
func (s *studio) items(bubbles []bot.Bubble, w words, known map[string]bool) ([]item, error) {
	var out []item
	day := ""
	for _, b := range bubbles {
		at := b.At.In(s.zone)
		if d := at.Format(time.DateOnly); d != day {
			day = d
			made, err := fragment("day", "d-"+b.ID, known, bubbleView{ID: "d-" + b.ID, ISO: d, Day: w.day(at)})
			if err != nil {
				return nil, err
			}
			out = append(out, made)
		}
		made, err := fragment("bubble", bubbleID(b), known, s.view(b, w))
		if err != nil {
			return nil, err
		}
		made.Read = b.Read
		out = append(out, made)
	}
	return out, nil
}

func fragment(name, id string, known map[string]bool, v bubbleView) (item, error) {
	if known[id] {
		return item{ID: id}, nil
	}
	var b strings.Builder
	if err := pages.ExecuteTemplate(&b, name, v); err != nil {
		return item{}, fmt.Errorf("show a bubble: %w", err)
	}
	return item{ID: id, HTML: b.String()}, nil
}
