package cloudapi

import (
	"encoding/json"
	"errors"
	"strings"
	"unicode/utf8"

	"github.com/gemeentebode/bode/bot"
)

// Limits of the platform, in characters (Meta, "Messages", per type).
const (
	longestText        = 4096
	longestBodyText    = 1024 // where buttons, a list or a link follow
	longestLabel       = 20   // button, list button, link
	longestRowTitle    = 24
	longestDescription = 72
	longestButtonID    = 256
	longestRowID       = 200
	mostButtons        = 3
	mostRows           = 10
)

// These say what is wrong with a reply; none of them quotes it.
var (
	errAddress    = errors.New("recipient is neither a phone number nor a user id")
	errEmpty      = errors.New("text or label is empty")
	errTooMany    = errors.New("more than 3 buttons or 10 rows")
	errID         = errors.New("id of a button or row is empty, too long or given twice")
	errSeveral    = errors.New("reply has more than one of buttons, list, link, place and template")
	errLink       = errors.New("link is not https")
	errTemplate   = errors.New("template has no name or no language")
	errBadAccount = errors.New("message belongs to another phone number id")
)

// request is the body of POST /messages. The order of the fields is that of
// Meta's examples.
type request struct {
	Product       string       `json:"messaging_product"`
	RecipientType string       `json:"recipient_type"`
	To            string       `json:"to,omitempty"`        // a phone number in digits
	Recipient     string       `json:"recipient,omitempty"` // a user id: in "to" it would silently vanish
	Type          string       `json:"type"`
	Text          *textOut     `json:"text,omitempty"`
	Interactive   *interactOut `json:"interactive,omitempty"`
	Template      *templateOut `json:"template,omitempty"`
	Tracker       bot.ID       `json:"biz_opaque_callback_data,omitempty"`
}

type textOut struct {
	PreviewURL bool   `json:"preview_url"`
	Body       string `json:"body"`
}

type interactOut struct {
	Type   string    `json:"type"`
	Body   bodyOut   `json:"body"`
	Action actionOut `json:"action"`
}

type bodyOut struct {
	Text string `json:"text"`
}

type actionOut struct {
	Name       string       `json:"name,omitempty"`
	Buttons    []buttonOut  `json:"buttons,omitempty"`
	Button     string       `json:"button,omitempty"`
	Sections   []sectionOut `json:"sections,omitempty"`
	Parameters *linkOut     `json:"parameters,omitempty"`
}

type buttonOut struct {
	Type  string   `json:"type"`
	Reply replyOut `json:"reply"`
}

type replyOut struct {
	ID    string `json:"id"`
	Title string `json:"title"`
}

type sectionOut struct {
	Rows []rowOut `json:"rows"`
}

type rowOut struct {
	ID          string `json:"id"`
	Title       string `json:"title"`
	Description string `json:"description,omitempty"`
}

type linkOut struct {
	Label string `json:"display_text"`
	URL   string `json:"url"`
}

type templateOut struct {
	Name       string         `json:"name"`
	Language   languageOut    `json:"language"`
	Components []componentOut `json:"components,omitempty"`
}

type languageOut struct {
	Policy string `json:"policy"`
	Code   string `json:"code"`
}

type componentOut struct {
	Type       string         `json:"type"`
	Parameters []parameterOut `json:"parameters"`
}

type parameterOut struct {
	Type string `json:"type"`
	Text string `json:"text"`
}

// encode writes the request of one send. Texts over a limit are cut, because
// one long label would otherwise cost the resident the whole message; what
// cannot be mended is an error that quotes nothing.
func encode(send bot.Send) ([]byte, error) {
	out := request{Product: "whatsapp", RecipientType: "individual", Tracker: send.ID}
	external := send.To.External.Reveal()
	switch {
	case bsuidShape.MatchString(external):
		out.Recipient = external
	case phoneShape.MatchString(external):
		out.To = external
	default:
		return nil, errAddress
	}
	if err := out.fill(send.Reply); err != nil {
		return nil, err
	}
	return json.Marshal(out)
}

func (r *request) fill(reply bot.Reply) error {
	if several(reply) {
		return errSeveral
	}
	if reply.Template != nil {
		return r.template(reply.Template)
	}
	text := reply.Text.Reveal()
	if strings.TrimSpace(text) == "" {
		return errEmpty
	}
	switch {
	case len(reply.Buttons) > 0:
		return r.buttons(text, reply.Buttons)
	case reply.List != nil:
		return r.list(text, reply.List)
	case reply.Link != nil:
		return r.link(text, reply.Link)
	case reply.AskPlace:
		r.interact("location_request_message", text, actionOut{Name: "send_location"})
	default:
		r.Type, r.Text = "text", &textOut{Body: cut(text, longestText)}
	}
	return nil
}

func several(reply bot.Reply) bool {
	n := 0
	for _, set := range []bool{len(reply.Buttons) > 0, reply.List != nil, reply.Link != nil, reply.AskPlace, reply.Template != nil} {
		if set {
			n++
		}
	}
	return n > 1
}

func (r *request) interact(kind, text string, action actionOut) {
	r.Type = "interactive"
	r.Interactive = &interactOut{Type: kind, Body: bodyOut{cut(text, longestBodyText)}, Action: action}
}

func (r *request) buttons(text string, in []bot.Choice) error {
	titles, err := labels(in, mostButtons, longestLabel, longestButtonID)
	if err != nil {
		return err
	}
	var out []buttonOut
	for i, c := range in {
		out = append(out, buttonOut{"reply", replyOut{c.ID, titles[i]}})
	}
	r.interact("button", text, actionOut{Buttons: out})
	return nil
}

func (r *request) list(text string, in *bot.List) error {
	titles, err := labels(in.Rows, mostRows, longestRowTitle, longestRowID)
	if err != nil {
		return err
	}
	if strings.TrimSpace(in.Button) == "" {
		return errEmpty
	}
	var rows []rowOut
	for i, c := range in.Rows {
		rows = append(rows, rowOut{c.ID, titles[i], cut(c.Description.Reveal(), longestDescription)})
	}
	r.interact("list", text, actionOut{Button: cut(in.Button, longestLabel), Sections: []sectionOut{{rows}}})
	return nil
}

func (r *request) link(text string, in *bot.Link) error {
	if !strings.HasPrefix(in.URL, "https://") {
		return errLink
	}
	if strings.TrimSpace(in.Label) == "" {
		return errEmpty
	}
	r.interact("cta_url", text, actionOut{Name: "cta_url", Parameters: &linkOut{cut(in.Label, longestLabel), in.URL}})
	return nil
}

func (r *request) template(in *bot.Template) error {
	if in.Name == "" || in.Language == "" {
		return errTemplate
	}
	out := &templateOut{Name: in.Name, Language: languageOut{"deterministic", in.Language}}
	var parameters []parameterOut
	for _, p := range in.Parameters {
		text := oneLine(p.Reveal())
		if text == "" {
			return errEmpty
		}
		parameters = append(parameters, parameterOut{"text", text})
	}
	if parameters != nil {
		out.Components = []componentOut{{"body", parameters}}
	}
	r.Type, r.Template = "template", out
	return nil
}

// labels checks ids and cuts titles; two titles that became the same by
// cutting are told apart by a number, for the platform refuses equal ones.
func labels(in []bot.Choice, most, longest, longestID int) ([]string, error) {
	if len(in) == 0 {
		return nil, errEmpty
	}
	if len(in) > most {
		return nil, errTooMany
	}
	ids, seen := map[string]bool{}, map[string]bool{}
	var out []string
	for i, c := range in {
		if c.ID == "" || utf8.RuneCountInString(c.ID) > longestID || ids[c.ID] {
			return nil, errID
		}
		ids[c.ID] = true
		title := cut(strings.TrimSpace(oneLine(c.Label.Reveal())), longest)
		if title == "" {
			return nil, errEmpty
		}
		if seen[title] {
			title = numbered(title, i+1, longest)
		}
		seen[title] = true
		out = append(out, title)
	}
	return out, nil
}

func numbered(title string, n, longest int) string {
	suffix := " " + string(rune('0'+n%10))
	if n == 10 {
		suffix = " 10"
	}
	return cut(title, longest-len(suffix)) + suffix
}

// cut shortens to at most longest characters, the last one an ellipsis.
func cut(text string, longest int) string {
	if len(text) <= longest || utf8.RuneCountInString(text) <= longest {
		return text
	}
	return string([]rune(text)[:longest-1]) + "…"
}

// oneLine makes a text fit for a template parameter, which may hold no line
// end, no tab and no more than four spaces in a row.
func oneLine(text string) string {
	text = strings.Map(func(r rune) rune {
		if r == '\n' || r == '\r' || r == '\t' {
			return ' '
		}
		return r
	}, text)
	for strings.Contains(text, "     ") {
		text = strings.ReplaceAll(text, "     ", "    ")
	}
	return strings.TrimSpace(text)
}
