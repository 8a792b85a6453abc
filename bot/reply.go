package bot

import (
	"encoding/json"
	"fmt"
)

// Reply is one message to a resident, rendered, in their language. At most
// one of Buttons, List, Link, AskPlace and Template is set. Limits are those
// of bot/text, which the flow check has proved before; the channel cuts by
// rune as the last resort.
type Reply struct {
	Text     Private
	Buttons  []Choice  // 1 to 3
	List     *List     // 1 to 10 rows
	Link     *Link     // a call-to-action button
	AskPlace bool      // asks for a location with the platform's own button
	Template *Template // outside the 24-hour window
}

// Choice is a button or a row.
type Choice struct {
	ID          string // says which choice of which state; never personal
	Label       Private
	Description Private // rows only
}

// List is a menu behind one button.
type List struct {
	Button string
	Rows   []Choice
}

// Link is a call-to-action button; https only.
type Link struct{ Label, URL string }

// Template is an approved message template with its body parameters in order.
type Template struct {
	Name, Language string
	Parameters     []Private
}

type plainReply struct {
	Text     string         `json:"t,omitempty"`
	Buttons  []plainChoice  `json:"b,omitempty"`
	Button   string         `json:"lb,omitempty"`
	Rows     []plainChoice  `json:"l,omitempty"`
	Link     *Link          `json:"u,omitempty"`
	AskPlace bool           `json:"p,omitempty"`
	Template *plainTemplate `json:"tp,omitempty"`
}

type plainChoice struct {
	ID          string `json:"i"`
	Label       string `json:"l"`
	Description string `json:"d,omitempty"`
}

type plainTemplate struct {
	Name, Language string
	Parameters     []string
}

// Encode writes the reply in clear, for sealing and for a channel of our own.
func (r Reply) Encode() []byte {
	p := plainReply{Text: r.Text.Reveal(), Buttons: plainChoices(r.Buttons), Link: r.Link, AskPlace: r.AskPlace}
	if r.List != nil {
		p.Button, p.Rows = r.List.Button, plainChoices(r.List.Rows)
	}
	if r.Template != nil {
		p.Template = &plainTemplate{Name: r.Template.Name, Language: r.Template.Language}
		for _, v := range r.Template.Parameters {
			p.Template.Parameters = append(p.Template.Parameters, v.Reveal())
		}
	}
	data, err := json.Marshal(p)
	if err != nil {
		panic(err) // strings and booleans only
	}
	return data
}

// DecodeReply reads what Encode wrote.
func DecodeReply(data []byte) (Reply, error) {
	var p plainReply
	if err := json.Unmarshal(data, &p); err != nil {
		return Reply{}, fmt.Errorf("stored reply is not readable")
	}
	r := Reply{Text: Hide(p.Text), Buttons: hiddenChoices(p.Buttons), Link: p.Link, AskPlace: p.AskPlace}
	if p.Rows != nil {
		r.List = &List{p.Button, hiddenChoices(p.Rows)}
	}
	if p.Template != nil {
		r.Template = &Template{Name: p.Template.Name, Language: p.Template.Language}
		for _, v := range p.Template.Parameters {
			r.Template.Parameters = append(r.Template.Parameters, Hide(v))
		}
	}
	return r, nil
}

func plainChoices(in []Choice) []plainChoice {
	var out []plainChoice
	for _, c := range in {
		out = append(out, plainChoice{c.ID, c.Label.Reveal(), c.Description.Reveal()})
	}
	return out
}

func hiddenChoices(in []plainChoice) []Choice {
	var out []Choice
	for _, c := range in {
		out = append(out, Choice{c.ID, Hide(c.Label), Hide(c.Description)})
	}
	return out
}
