package cloudapi_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/channel/cloudapi"
	"github.com/gemeentebode/bode/bot/channel/cloudapi/fakegraph"
)

// revealing compares what Private values hide.
var revealing = cmp.Comparer(func(a, b bot.Private) bool { return a.Equal(b) })

// decode reads a body that must be readable.
func decode(t *testing.T, config cloudapi.Config, body []byte) bot.Delivery {
	t.Helper()
	d, err := cloudapi.Decode(body, config, moment)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// offline is a fake that no request goes to, for its builders.
func offline() (*fakegraph.Server, cloudapi.Config) {
	fake := fakegraph.New(fakegraph.Config{Secret: "geheim", Now: func() time.Time { return moment }})
	return fake, settings(fake, "http://127.0.0.1")
}

func TestDecode_everyKind(t *testing.T) {
	place := func(lat, lon float64, name, address string) *bot.Place {
		return &bot.Place{Latitude: lat, Longitude: lon, Name: bot.Hide(name), Address: bot.Hide(address)}
	}
	unsupported := bot.Message{Kind: bot.KindUnsupported}
	for _, tt := range []struct {
		name    string
		content fakegraph.Node
		want    bot.Message
		unknown map[string]int
	}{
		{"a text", fakegraph.Text("Wanneer komt de kliko? 🗑️"), bot.Message{Kind: bot.KindText, Text: bot.Hide("Wanneer komt de kliko? 🗑️")}, nil},
		{"a tapped button", fakegraph.Tap("afval.toon.a~1", "Herinner mij"),
			bot.Message{Kind: bot.KindTap, Choice: "afval.toon.a~1", Text: bot.Hide("Herinner mij")}, nil},
		{"a chosen row, without its description", fakegraph.Row("menu.afval~1", "Afval", "Ophaaldagen"),
			bot.Message{Kind: bot.KindTap, Choice: "menu.afval~1", Text: bot.Hide("Afval")}, nil},
		{"the button of a template", fakegraph.QuickReply("afval.stop~0", "Stop hiermee"),
			bot.Message{Kind: bot.KindTap, Choice: "afval.stop~0", Text: bot.Hide("Stop hiermee")}, nil},
		{"the button of a template without payload", fakegraph.QuickReply("", "Stop"),
			bot.Message{Kind: bot.KindTap, Choice: "Stop", Text: bot.Hide("Stop")}, nil},
		{"an image with a caption", fakegraph.Media("image", "vol"), bot.Message{Kind: bot.KindMedia, Media: "image", Text: bot.Hide("vol")}, nil},
		{"a video", fakegraph.Media("video", ""), bot.Message{Kind: bot.KindMedia, Media: "video"}, nil},
		{"a document", fakegraph.Media("document", ""), bot.Message{Kind: bot.KindMedia, Media: "document"}, nil},
		{"a sticker", fakegraph.Media("sticker", ""), bot.Message{Kind: bot.KindMedia, Media: "sticker"}, nil},
		{"a sound", fakegraph.Media("audio", ""), bot.Message{Kind: bot.KindMedia, Media: "audio"}, nil},
		{"a spoken message", fakegraph.Media("voice", ""), bot.Message{Kind: bot.KindMedia, Media: "voice"}, nil},
		{"a place", fakegraph.Location(52.0907, 5.1214, "Dom", "Domplein 12"),
			bot.Message{Kind: bot.KindPlace, Place: place(52.0907, 5.1214, "Dom", "Domplein 12")}, nil},
		{"a place at the very edge", fakegraph.Location(-90, 180, "", ""), bot.Message{Kind: bot.KindPlace, Place: place(-90, 180, "", "")}, nil},
		{"a place that is not on earth", fakegraph.Location(91, 5, "", ""), unsupported, nil},
		{"a reaction", fakegraph.Reaction("wamid.X", "👍"), bot.Message{Kind: bot.KindReaction, Original: bot.Hide("wamid.X")}, nil},
		{"a reaction taken away", fakegraph.Reaction("wamid.X", ""), bot.Message{Kind: bot.KindReaction, Original: bot.Hide("wamid.X")}, nil},
		{"a deleted message", fakegraph.Revoke("wamid.X"), bot.Message{Kind: bot.KindRevoked, Original: bot.Hide("wamid.X")}, nil},
		{"an edited text", fakegraph.Edit("wamid.X", fakegraph.Text("beter")),
			bot.Message{Kind: bot.KindEdited, Original: bot.Hide("wamid.X"), Text: bot.Hide("beter")}, nil},
		{"an edited caption", fakegraph.Edit("wamid.X", fakegraph.Media("image", "leeg")),
			bot.Message{Kind: bot.KindEdited, Original: bot.Hide("wamid.X"), Media: "image", Text: bot.Hide("leeg")}, nil},
		{"what the platform does not pass on", fakegraph.Unsupported(), unsupported, nil},
		{"shared contacts", fakegraph.Node{"type": "contacts", "contacts": []any{}}, unsupported, nil},
		{"an order", fakegraph.Node{"type": "order", "order": fakegraph.Node{}}, unsupported, nil},
		{"a form", fakegraph.FlowReply(`{"x":`), unsupported, map[string]int{"interactive.nfm_reply": 1}},
		{"a kind of the future", fakegraph.Node{"type": "hologram"}, unsupported, map[string]int{"message.hologram": 1}},
		{"a kind that looks like anything", fakegraph.Node{"type": "06-12345678"}, unsupported, map[string]int{"message.other": 1}},
		{"a kind that looks like a number", fakegraph.Node{"type": "31612345678"}, unsupported, map[string]int{"message.other": 1}},
		{"a kind that ends in a number", fakegraph.Node{"type": "tel31612345678"}, unsupported, map[string]int{"message.other": 1}},
		{"an interactive reply without content", fakegraph.Node{"type": "interactive"}, unsupported, map[string]int{"interactive.empty": 1}},
		{"a text beside something of the wrong type", fakegraph.Node{"type": "text", "text": fakegraph.Node{"body": "STOP"}, "sticker": "x"},
			bot.Message{Kind: bot.KindText, Text: bot.Hide("STOP")}, map[string]int{"message.broken": 1}},
		{"a text of the wrong type", fakegraph.Node{"type": "text", "text": fakegraph.Node{"body": 7}}, unsupported, map[string]int{"message.broken": 1}},
		{"a text without text", fakegraph.Node{"type": "text"}, unsupported, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			fake, config := offline()
			body, id := fake.Inbound(anna, moment.Add(-time.Minute), tt.content)
			want := tt.want
			want.ID, want.Sent = bot.Hide(id), moment.Add(-time.Minute)
			want.From = bot.Contact{Channel: "cloudapi", Account: config.PhoneNumberID, External: bot.Hide("31612345678"), Phone: bot.Hide("31612345678")}
			same(t, bot.Delivery{Messages: []bot.Message{want}, Unknown: tt.unknown}, decode(t, config, body))
		})
	}
}

func same(t *testing.T, want, got bot.Delivery) {
	t.Helper()
	place := cmp.Comparer(func(a, b bot.Place) bool {
		return a.Latitude == b.Latitude && a.Longitude == b.Longitude && a.Name.Equal(b.Name) && a.Address.Equal(b.Address)
	})
	if !cmp.Equal(want, got, revealing, place) {
		t.Errorf("delivery\n want %s\n got  %s", spelled(want), spelled(got))
	}
}

// spelled shows a delivery of a test in clear.
func spelled(d bot.Delivery) string {
	out := ""
	for _, m := range d.Messages {
		out += fmt.Sprintf("%s@%v %s %s;", m.From.External.Reveal(), m.Sent, m.Kind, m.Encode())
	}
	for _, s := range d.Statuses {
		out += fmt.Sprintf("%s %s %s %v %v;", s.Message.Reveal(), s.Send, s.State, s.At, s.Error)
	}
	return out + fmt.Sprint(d.Notices, d.Unknown)
}

// What gets no answer, and is only counted.
func TestDecode_countsWhatIsNotForUs(t *testing.T) {
	for _, tt := range []struct {
		name    string
		content fakegraph.Node
		label   string
	}{
		{"a message in a group", fakegraph.Node{"type": "text", "text": fakegraph.Node{"body": "hoi"}, "group_id": "Y2Fw"}, "message.group"},
		{"our own echo", fakegraph.Node{"type": "text", "text": fakegraph.Node{"body": "hoi"}, "from": "31850000000"}, "message.echo"},
		{"leave to call", fakegraph.Node{"type": "interactive", "interactive": fakegraph.Node{"type": "call_permission_reply"}}, "interactive.call_permission_reply"},
		{"the chat was opened", fakegraph.Node{"type": "request_welcome"}, "message.request_welcome"},
		{"a deletion of nothing", fakegraph.Node{"type": "revoke"}, "message.revoke"},
		{"no id", fakegraph.Node{"type": "text", "id": ""}, "message.broken"},
		{"an id that is none", fakegraph.Node{"type": "text", "id": fakegraph.Node{}}, "message.broken"},
		{"another phone", fakegraph.Node{"type": "system", "system": fakegraph.Node{"type": "customer_identity_changed"}}, "system.customer_identity_changed"},
		{"a new number of nobody", fakegraph.Node{"type": "system", "from": "", "system": fakegraph.Node{"type": "user_changed_number", "wa_id": "31600000000"}}, "system.broken"},
		{"a new user id of nobody", fakegraph.Node{"type": "system", "system": fakegraph.Node{"type": "user_changed_user_id", "user_id": "NL.2"}}, "system.broken"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			fake, config := offline()
			body, _ := fake.Inbound(anna, moment, tt.content)
			same(t, bot.Delivery{Unknown: map[string]int{tt.label: 1}}, decode(t, config, body))
		})
	}
}

func TestDecode_whoItIsFrom(t *testing.T) {
	type node = fakegraph.Node
	hello := func(extra node) node {
		m := node{"id": "wamid.1", "timestamp": "1795165200", "type": "text", "text": node{"body": "hoi"}}
		for k, v := range extra {
			m[k] = v
		}
		return m
	}
	both := []any{node{"wa_id": "31600000001", "user_id": "NL.1"}, node{"wa_id": "31600000002", "user_id": "NL.2"}}
	for _, tt := range []struct {
		name            string
		message         node
		contacts        []any
		external, phone string // empty external: nobody
	}{
		{"a number alone", hello(node{"from": "31600000001"}), nil, "31600000001", "31600000001"},
		{"a user id comes before the number", hello(node{"from": "31600000001", "from_user_id": "NL.1"}), nil, "NL.1", "31600000001"},
		{"the contact adds the user id", hello(node{"from": "31600000002"}), both, "NL.2", "31600000002"},
		{"the contact adds the number", hello(node{"from_user_id": "NL.2"}), both, "NL.2", "31600000002"},
		{"a user id alone", hello(node{"from_user_id": "NL.ENT.7"}), nil, "NL.ENT.7", ""},
		{"the only contact is meant", hello(nil), both[:1], "NL.1", "31600000001"},
		{"among two contacts nobody is", hello(nil), both, "", ""},
		{"another's contact adds nothing", hello(node{"from": "31600000009"}), both, "31600000009", "31600000009"},
		{"a number with a plus", hello(node{"from": "+31600000001"}), nil, "31600000001", "31600000001"},
		{"a number as a number", hello(node{"from": 31600000001}), nil, "31600000001", "31600000001"},
		{"a user id of another shape is none", hello(node{"from": "31600000001", "from_user_id": "nl-1"}), nil, "31600000001", "31600000001"},
		{"a user id in the place of the number", hello(node{"from": "NL.1"}), nil, "NL.1", ""},
		{"a placeholder", hello(node{"from": "<WHATSAPP_USER_PHONE_NUMBER>"}), nil, "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			fake, config := offline()
			got := decode(t, config, fake.Body(fake.Change(node{"messages": []any{tt.message}, "contacts": tt.contacts})))
			if tt.external == "" {
				same(t, bot.Delivery{Unknown: map[string]int{"message.broken": 1}}, got)
				return
			}
			from := got.Messages[0].From
			if from.External.Reveal() != tt.external || from.Phone.Reveal() != tt.phone {
				t.Errorf("%q %q, want %q %q", from.External.Reveal(), from.Phone.Reveal(), tt.external, tt.phone)
			}
		})
	}
}

func TestDecode_aChangedNumberNamesBoth(t *testing.T) {
	later := fakegraph.Person{Phone: "31611111111"}
	for _, tt := range []struct {
		name                      string
		content                   fakegraph.Node
		from                      fakegraph.Person
		external, phone, original string
	}{
		{"a number", fakegraph.NumberChange(anna, later), anna, "31611111111", "31611111111", "31612345678"},
		{"a number and a user id", fakegraph.NumberChange(bram, fakegraph.Person{Phone: "31611111111", UserID: "NL.9"}), bram,
			"NL.9", "31611111111", "NL.13491208655302741918"},
		{"a user id", fakegraph.UserIDChange(clara, fakegraph.Person{UserID: "NL.9"}), clara, "NL.9", "", "NL.ENT.5530274191813491"},
		{"a number, as until version 12", fakegraph.Node{"type": "system",
			"system": fakegraph.Node{"type": "user_changed_number", "new_wa_id": "31611111111"}}, anna, "31611111111", "31611111111", "31612345678"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			fake, config := offline()
			body, id := fake.Inbound(tt.from, moment, tt.content)
			same(t, bot.Delivery{Messages: []bot.Message{{Kind: bot.KindNumberChange, ID: bot.Hide(id), Sent: moment,
				From:     bot.Contact{Channel: "cloudapi", Account: config.PhoneNumberID, External: bot.Hide(tt.external), Phone: bot.Hide(tt.phone)},
				Original: bot.Hide(tt.original)}}}, decode(t, config, body))
		})
	}
}

func TestDecode_thePlatformsOptOutWithdrawsAndItsOptInDoesNothing(t *testing.T) {
	fake, config := offline()
	got := decode(t, config, fake.Preference(bram, moment, "stop"))
	if len(got.Messages) != 1 || got.Messages[0].Kind != bot.KindPreference || got.Messages[0].From.External.Reveal() != bram.UserID {
		t.Errorf("stop: %s", spelled(got))
	}
	again := decode(t, config, fake.Preference(bram, moment, "stop"))
	if !again.Messages[0].ID.Equal(got.Messages[0].ID) || got.Messages[0].ID.Empty() {
		t.Error("a redelivered preference has another id")
	}
	same(t, bot.Delivery{Unknown: map[string]int{"user_preferences.resume": 1}}, decode(t, config, fake.Preference(bram, moment, "resume")))
}

func TestDecode_aBrokenPartLosesNothingBesideIt(t *testing.T) {
	fake, config := offline()
	first, _ := fake.Message(anna, moment, fakegraph.Text("een"))
	last, _ := fake.Message(bram, moment, fakegraph.Text("twee"))
	good := func(m fakegraph.Node) fakegraph.Node { return fake.Change(fakegraph.Node{"messages": []any{m}}) }
	for name, body := range map[string][]byte{
		"a message that is a number": fake.Body(fake.Change(fakegraph.Node{"messages": []any{first, 12, last}})),
		"a message that is null":     fake.Body(fake.Change(fakegraph.Node{"messages": []any{first, nil, last}})),
		"a message of wrong types":   fake.Body(fake.Change(fakegraph.Node{"messages": []any{first, fakegraph.Node{"type": []any{}, "text": true}, last}})),
		"a value that is a list":     fake.Body(good(first), fakegraph.Node{"field": "messages", "value": []any{1}}, good(last)),
		"messages that are no list":  fake.Body(good(first), fake.Change(fakegraph.Node{"messages": "veel"}), good(last)),
		"a change without a field":   fake.Body(good(first), fakegraph.Node{}, good(last)),
		"a broken status":            fake.Body(good(first), fake.Change(fakegraph.Node{"statuses": []any{"sent", fakegraph.Node{}}}), good(last)),
	} {
		t.Run(name, func(t *testing.T) {
			got := decode(t, config, body)
			if len(got.Messages) != 2 || got.Messages[0].Text.Reveal() != "een" || got.Messages[1].Text.Reveal() != "twee" {
				t.Errorf("neighbours are lost: %s", spelled(got))
			}
			if len(got.Unknown) == 0 {
				t.Error("the broken part was not counted")
			}
		})
	}
}

func TestDecode_readsAThousandUpdatesOfOneBody(t *testing.T) {
	fake, config := offline()
	var messages []fakegraph.Node
	for i := range 1000 {
		m, _ := fake.Message(anna, moment, fakegraph.Text(fmt.Sprint(i)))
		messages = append(messages, m)
	}
	got := decode(t, config, fake.Together(messages, []fakegraph.Person{anna}))
	for i, m := range got.Messages {
		if m.Text.Reveal() != fmt.Sprint(i) {
			t.Fatalf("message %d is %q", i, m.Text.Reveal())
		}
	}
	if len(got.Messages) != 1000 {
		t.Errorf("%d messages, want 1000", len(got.Messages))
	}
}

func TestDecode_anotherNumberBehindTheSameWebhookIsSkipped(t *testing.T) {
	fake, config := offline()
	body, _ := fake.Inbound(anna, moment, fakegraph.Text("hoi"))
	config.PhoneNumberID = "999"
	same(t, bot.Delivery{Unknown: map[string]int{"account.other": 1}}, decode(t, config, body))
}

func TestDecode_stamps(t *testing.T) {
	for _, tt := range []struct {
		name  string
		stamp any
		want  time.Time
	}{
		{"as text", "1795000000", time.Unix(1795000000, 0).UTC()},
		{"as a number", 1795000000, time.Unix(1795000000, 0).UTC()},
		{"missing", nil, moment},
		{"unreadable", "gisteren", moment},
		{"in the future, which would keep the window open", "1995000000", moment},
	} {
		t.Run(tt.name, func(t *testing.T) {
			fake, config := offline()
			body, _ := fake.Inbound(anna, moment, fakegraph.Node{"type": "text", "text": fakegraph.Node{"body": "hoi"}, "timestamp": tt.stamp})
			if got := decode(t, config, body).Messages[0].Sent; !got.Equal(tt.want) {
				t.Errorf("%v, want %v", got, tt.want)
			}
		})
	}
}

func TestDecode_statuses(t *testing.T) {
	sent := fakegraph.Sent{ID: "wamid.S", To: anna.Phone, At: moment.Add(-time.Hour), Tracker: string(bot.NewID(moment))}
	foreign := sent
	foreign.Tracker = "campagne-7"
	at := moment.Add(-time.Hour)
	for _, tt := range []struct {
		name string
		m    fakegraph.Sent
		step fakegraph.Step
		want bot.Status
	}{
		{"sent", sent, fakegraph.Step{State: "sent"}, bot.Status{Send: bot.ID(sent.Tracker), State: bot.StatusSent}},
		{"delivered", sent, fakegraph.Step{State: "delivered"}, bot.Status{Send: bot.ID(sent.Tracker), State: bot.StatusDelivered}},
		{"read, to a user id", fakegraph.Sent{ID: "wamid.S", To: bram.UserID, UserID: true, At: at, Tracker: sent.Tracker},
			fakegraph.Step{State: "read"}, bot.Status{Send: bot.ID(sent.Tracker), State: bot.StatusRead}},
		{"of a message that is not ours", foreign, fakegraph.Step{State: "read"}, bot.Status{State: bot.StatusRead}},
		{"failed: the window", sent, fakegraph.Step{State: "failed", Code: 131047}, bot.Status{Send: bot.ID(sent.Tracker), State: bot.StatusFailed,
			Error: &bot.SendError{Class: bot.SendWindow, Code: 131047, Cause: "24-hour window is closed"}}},
		{"failed: opted out", sent, fakegraph.Step{State: "failed", Code: 131050}, bot.Status{Send: bot.ID(sent.Tracker), State: bot.StatusFailed,
			Error: &bot.SendError{Class: bot.SendOptedOut, Code: 131050, Cause: "recipient opted out at the platform"}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			fake, config := offline()
			want := tt.want
			want.Message, want.At = bot.Hide("wamid.S"), at
			same(t, bot.Delivery{Statuses: []bot.Status{want}}, decode(t, config, fake.StatusBody(tt.m, tt.step)))
		})
	}
	t.Run("played is counted", func(t *testing.T) {
		fake, config := offline()
		same(t, bot.Delivery{Unknown: map[string]int{"status.played": 1}}, decode(t, config, fake.StatusBody(sent, fakegraph.Step{State: "played"})))
	})
}

func TestDecode_newsForTheOperator(t *testing.T) {
	type node = fakegraph.Node
	for _, tt := range []struct {
		field string
		value node
		want  string
		then  []bot.TemplateStatus
	}{
		{"account_update", node{"event": "ACCOUNT_RESTRICTION", "restriction_info": []any{node{"restriction_type": "RESTRICTED_BIZ_INITIATED_MESSAGING"}}},
			"account_update ACCOUNT_RESTRICTION RESTRICTED_BIZ_INITIATED_MESSAGING", nil},
		{"account_update", node{"event": "ACCOUNT_VIOLATION", "violation_info": node{"violation_type": "SCAM"}}, "account_update ACCOUNT_VIOLATION SCAM", nil},
		{"phone_number_quality_update", node{"event": "DOWNGRADE", "current_limit": "TIER_250", "display_phone_number": "+31 85 000 00 00"},
			"phone_number_quality_update DOWNGRADE TIER_250", nil},
		{"business_capability_update", node{"max_daily_conversation_per_phone": 1000}, "business_capability_update 1000", nil},
		{"message_template_status_update", node{"event": "PAUSED", "message_template_name": "afval_herinnering", "message_template_language": "nl", "reason": "NONE"},
			"message_template_status_update afval_herinnering nl PAUSED", []bot.TemplateStatus{{Name: "afval_herinnering", Language: "nl", Status: "PAUSED"}}},
		{"message_template_status_update", node{"event": "APPROVED", "message_template_name": "afval_herinnering", "message_template_language": "nl", "message_template_category": "MARKETING", "reason": "NONE"},
			"message_template_status_update afval_herinnering nl APPROVED", []bot.TemplateStatus{{Name: "afval_herinnering", Language: "nl", Status: "APPROVED", Category: "MARKETING"}}},
		{"message_template_status_update", node{"event": "REINSTATED", "message_template_name": "afval_herinnering", "message_template_language": "nl"},
			"message_template_status_update afval_herinnering nl REINSTATED", []bot.TemplateStatus{{Name: "afval_herinnering", Language: "nl", Status: "APPROVED"}}},
		{"template_category_update", node{"message_template_name": "afval_herinnering", "message_template_language": "nl", "new_category": "MARKETING"},
			"template_category_update afval_herinnering nl MARKETING", []bot.TemplateStatus{{Name: "afval_herinnering", Language: "nl", Category: "MARKETING"}}},
		{"template_category_update", node{"message_template_name": "afval_herinnering", "message_template_language": "nl", "new_category": "UTILITY", "correct_category": "MARKETING"},
			"template_category_update afval_herinnering nl UTILITY MARKETING", []bot.TemplateStatus{{Name: "afval_herinnering", Language: "nl", Category: "UTILITY"}}},
		{"message_template_status_update", node{"event": "PAUSED", "message_template_name": "Bel Anna", "message_template_language": "nl"}, "message_template_status_update nl PAUSED", nil},
		{"message_template_status_update", node{"event": "REJECTED", "reason": "Bel 0612345678 nu"}, "message_template_status_update REJECTED", nil},
	} {
		t.Run(tt.want, func(t *testing.T) {
			fake, config := offline()
			same(t, bot.Delivery{Notices: []string{tt.want}, Templates: tt.then}, decode(t, config, fake.Body(node{"field": tt.field, "value": tt.value})))
		})
	}
	t.Run("an error without a message", func(t *testing.T) {
		fake, config := offline()
		body := fake.Body(fake.Change(node{"errors": []any{node{"code": 131000, "title": "Something went wrong"}}}))
		same(t, bot.Delivery{Notices: []string{"platform error 131000"}}, decode(t, config, body))
	})
	t.Run("of another account", func(t *testing.T) {
		fake, config := offline()
		config.WABAID = "42"
		body := fake.Body(node{"field": "account_update", "value": node{"event": "ACCOUNT_DELETED"}})
		same(t, bot.Delivery{Unknown: map[string]int{"account.other": 1}}, decode(t, config, body))
	})
}
