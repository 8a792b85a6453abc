package cloudapi

import (
	"encoding/json"

	"github.com/gemeentebode/bode/bot"
)

// longestID is more than any wamid seen; longer is not one.
const longestID = 512

type message struct {
	ID          loose        `json:"id"`
	From        loose        `json:"from"`
	FromUserID  loose        `json:"from_user_id"`
	GroupID     loose        `json:"group_id"`
	Timestamp   loose        `json:"timestamp"`
	Type        string       `json:"type"`
	Text        *textNode    `json:"text"`
	Interactive *interactive `json:"interactive"`
	Button      *buttonNode  `json:"button"`
	Image       *media       `json:"image"`
	Video       *media       `json:"video"`
	Audio       *media       `json:"audio"`
	Document    *media       `json:"document"`
	Sticker     *media       `json:"sticker"`
	Location    *location    `json:"location"`
	Reaction    *reaction    `json:"reaction"`
	Revoke      *original    `json:"revoke"`
	Edit        *original    `json:"edit"`
	System      *system      `json:"system"`
}

type textNode struct {
	Body string `json:"body"`
}

type buttonNode struct {
	Text    string `json:"text"`
	Payload string `json:"payload"`
}

type interactive struct {
	Type   string `json:"type"`
	Button *tap   `json:"button_reply"`
	List   *tap   `json:"list_reply"`
}

// tap is a tapped button or row. A row's description is ours and not read.
type tap struct {
	ID    string `json:"id"`
	Title string `json:"title"`
}

// media is what is read of an image, a film, a sound or a document: nothing
// that could fetch it.
type media struct {
	Caption string `json:"caption"`
	Voice   bool   `json:"voice"`
}

type location struct {
	Latitude  *float64 `json:"latitude"`
	Longitude *float64 `json:"longitude"`
	Name      string   `json:"name"`
	Address   string   `json:"address"`
}

type reaction struct {
	MessageID loose `json:"message_id"`
}

type original struct {
	ID      loose    `json:"original_message_id"`
	Message *message `json:"message"`
}

// message reads one message of a webhook and keeps it, or counts why not.
func (d *decoding) message(raw json.RawMessage, v *value) {
	var in message
	broken := json.Unmarshal(raw, &in) != nil
	if in.GroupID != "" {
		d.count("message", "group") // groups are not answered
		return
	}
	if in.System != nil || in.Type == "system" {
		d.system(&in)
		return
	}
	from, known := identify(d.config.PhoneNumberID, in.From, in.FromUserID, v.Contacts)
	if !known || in.ID == "" || len(in.ID) > longestID {
		d.count("message", "broken")
		return
	}
	if !from.Phone.Empty() && from.Phone.Reveal() == phone(v.Metadata.Display) {
		d.count("message", "echo") // our own number: never a resident
		return
	}
	out := bot.Message{From: from, ID: bot.Hide(string(in.ID)), Sent: d.stamp(in.Timestamp)}
	if d.fill(&out, &in, broken) {
		d.out.Messages = append(d.out.Messages, out)
	}
}

// fill sets what the message says and reports whether it is to be kept.
// Whoever sent something that cannot be read still gets an answer to it.
func (d *decoding) fill(out *bot.Message, in *message, broken bool) bool {
	if broken {
		d.count("message", "broken")
	}
	var understood bool
	switch in.Type {
	case "reaction", "revoke", "edit", "request_welcome":
		return d.aside(out, in)
	case "text":
		understood = fillText(out, in)
	case "button":
		understood = fillQuickReply(out, in.Button)
	case "interactive":
		if in.Interactive != nil && in.Interactive.Type == "call_permission_reply" {
			d.count("interactive", in.Interactive.Type)
			return false
		}
		understood = d.fillInteractive(out, in.Interactive)
	case "location":
		understood = fillPlace(out, in.Location)
	case "image", "video", "audio", "document", "sticker":
		understood = fillMedia(out, in)
	case "unsupported", "unknown", "contacts", "order":
		out.Kind = bot.KindUnsupported
		return true
	default:
		d.count("message", in.Type)
	}
	if !understood || broken && (out.Kind != bot.KindText || out.Text.Empty()) { // words that were read may say STOP
		out.Kind = bot.KindUnsupported
	}
	return true
}

func fillText(out *bot.Message, in *message) bool {
	if in.Text == nil {
		return false
	}
	out.Kind, out.Text = bot.KindText, bot.Hide(in.Text.Body)
	return true
}

// fillQuickReply reads the button of a template; one without a payload sends
// its text as the payload.
func fillQuickReply(out *bot.Message, in *buttonNode) bool {
	if in == nil {
		return false
	}
	choice := in.Payload
	if choice == "" {
		choice = in.Text
	}
	return fillTap(out, &tap{ID: choice, Title: in.Text})
}

func (d *decoding) fillInteractive(out *bot.Message, in *interactive) bool {
	switch {
	case in == nil:
		d.count("interactive", "empty")
	case in.Type == "button_reply":
		return fillTap(out, in.Button)
	case in.Type == "list_reply":
		return fillTap(out, in.List)
	default:
		d.count("interactive", in.Type)
	}
	return false
}

// fillTap refuses an id longer than a button can have: it is none of ours.
func fillTap(out *bot.Message, in *tap) bool {
	if in == nil || in.ID == "" || len([]rune(in.ID)) > longestButtonID {
		return false
	}
	out.Kind, out.Choice, out.Text = bot.KindTap, in.ID, bot.Hide(in.Title)
	return true
}

func fillMedia(out *bot.Message, in *message) bool {
	node, sort := in.media()
	if node == nil {
		return false
	}
	out.Kind, out.Media, out.Text = bot.KindMedia, sort, bot.Hide(node.Caption)
	return true
}

func (m *message) media() (*media, string) {
	switch m.Type {
	case "image":
		return m.Image, "image"
	case "video":
		return m.Video, "video"
	case "document":
		return m.Document, "document"
	case "sticker":
		return m.Sticker, "sticker"
	case "audio":
		if m.Audio != nil && m.Audio.Voice {
			return m.Audio, "voice"
		}
		return m.Audio, "audio"
	}
	return nil, ""
}

// fillPlace refuses what is no place on earth; the comparisons are false for NaN.
func fillPlace(out *bot.Message, in *location) bool {
	if in == nil || in.Latitude == nil || in.Longitude == nil {
		return false
	}
	lat, lon := *in.Latitude, *in.Longitude
	if !(lat >= -90 && lat <= 90 && lon >= -180 && lon <= 180) {
		return false
	}
	out.Kind = bot.KindPlace
	out.Place = &bot.Place{Latitude: lat, Longitude: lon, Name: bot.Hide(in.Name), Address: bot.Hide(in.Address)}
	return true
}

// aside reads what gets no turn: a reaction, a deleted or an edited message.
func (d *decoding) aside(out *bot.Message, in *message) bool {
	switch {
	case in.Type == "reaction" && in.Reaction != nil && in.Reaction.MessageID != "":
		out.Kind, out.Original = bot.KindReaction, bot.Hide(string(in.Reaction.MessageID))
	case in.Type == "revoke" && in.Revoke != nil && in.Revoke.ID != "":
		out.Kind, out.Original = bot.KindRevoked, bot.Hide(string(in.Revoke.ID))
	case in.Type == "edit" && in.Edit != nil && in.Edit.ID != "":
		out.Kind, out.Original = bot.KindEdited, bot.Hide(string(in.Edit.ID))
		fillEdit(out, in.Edit.Message)
	default:
		d.count("message", in.Type)
		return false
	}
	return true
}

// fillEdit takes the new text or caption; without one, the old text only goes.
func fillEdit(out *bot.Message, in *message) {
	if in == nil {
		return
	}
	if in.Type == "text" && in.Text != nil {
		out.Text = bot.Hide(in.Text.Body)
	}
	if node, sort := in.media(); node != nil {
		out.Media, out.Text = sort, bot.Hide(node.Caption)
	}
}
