package cloudapi_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/channel/cloudapi/fakegraph"
)

// The body of every kind of reply, field by field.
func TestSend_writesWhatThePlatformReads(t *testing.T) {
	for _, tt := range []struct {
		name  string
		to    fakegraph.Person
		reply bot.Reply
		want  string
	}{
		{"a text", anna, text("Goedemorgen"),
			`"to":"31612345678","type":"text","text":{"preview_url":false,"body":"Goedemorgen"}`},
		{"a text to someone with a user id", bram, text("Goedemorgen"),
			`"recipient":"NL.13491208655302741918","type":"text","text":{"preview_url":false,"body":"Goedemorgen"}`},
		{"buttons", anna, bot.Reply{Text: bot.Hide("En nu?"), Buttons: choices("Herinner mij", "Iets anders")},
			`"to":"31612345678","type":"interactive","interactive":{"type":"button","body":{"text":"En nu?"},"action":{"buttons":[
			{"type":"reply","reply":{"id":"afval.toon.a~1","title":"Herinner mij"}},{"type":"reply","reply":{"id":"afval.toon.b~1","title":"Iets anders"}}]}}`},
		{"a list", anna, bot.Reply{Text: bot.Hide("Waarover?"), List: &bot.List{Button: "Kies",
			Rows: []bot.Choice{{ID: "menu.afval~1", Label: bot.Hide("Afval"), Description: bot.Hide("Ophaaldagen")}}}},
			`"to":"31612345678","type":"interactive","interactive":{"type":"list","body":{"text":"Waarover?"},"action":{"button":"Kies",
			"sections":[{"rows":[{"id":"menu.afval~1","title":"Afval","description":"Ophaaldagen"}]}]}}`},
		{"a link", anna, bot.Reply{Text: bot.Hide("Lees meer"), Link: &bot.Link{Label: "Naar de site", URL: "https://voorbeeldstad.nl/afval"}},
			`"to":"31612345678","type":"interactive","interactive":{"type":"cta_url","body":{"text":"Lees meer"},"action":{"name":"cta_url",
			"parameters":{"display_text":"Naar de site","url":"https://voorbeeldstad.nl/afval"}}}`},
		{"a question for a place", anna, bot.Reply{Text: bot.Hide("Waar is het?"), AskPlace: true},
			`"to":"31612345678","type":"interactive","interactive":{"type":"location_request_message","body":{"text":"Waar is het?"},"action":{"name":"send_location"}}`},
		{"a template", anna, bot.Reply{Template: &bot.Template{Name: "afval_herinnering", Language: "nl",
			Parameters: []bot.Private{bot.Hide("gft\nen papier"), bot.Hide("Domplein  12")}}},
			`"to":"31612345678","type":"template","template":{"name":"afval_herinnering","language":{"policy":"deterministic","code":"nl"},
			"components":[{"type":"body","parameters":[{"type":"text","text":"gft en papier"},{"type":"text","text":"Domplein  12"}]}]}`},
		{"a template without parameters", clara, bot.Reply{Template: &bot.Template{Name: "hallo", Language: "en"}},
			`"recipient":"NL.ENT.5530274191813491","type":"template","template":{"name":"hallo","language":{"policy":"deterministic","code":"en"}}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			fake, _, config := graph(t, fakegraph.Config{})
			s := send(config, tt.to, tt.reply)
			id, err := client(t, config).Send(context.Background(), s)
			if err != nil {
				t.Fatalf("the fake refuses: %v", err)
			}
			got := fake.Record()
			if len(got) != 1 || got[0].ID != id.Reveal() {
				t.Fatalf("record has %d messages, or another id than Send returned", len(got))
			}
			want := `{"messaging_product":"whatsapp","recipient_type":"individual","biz_opaque_callback_data":"` + string(s.ID) + `",` + tt.want + `}`
			if diff := cmp.Diff(fields(t, []byte(want)), fields(t, got[0].Body)); diff != "" {
				t.Errorf("body (-want +got):\n%s", diff)
			}
		})
	}
}

func fields(t *testing.T, data []byte) (out map[string]any) {
	t.Helper()
	if err := json.Unmarshal(data, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// What the flow check should have caught is cut, not refused by the platform.
func TestSend_cutsByCharacterAsTheLastResort(t *testing.T) {
	long := strings.Repeat("é", 5000)
	for _, tt := range []struct {
		name  string
		reply bot.Reply
	}{
		{"a text", text(long)},
		{"buttons", bot.Reply{Text: bot.Hide(long), Buttons: choices(long, long+"x", "kort")}},
		{"a list", bot.Reply{Text: bot.Hide(long), List: &bot.List{Button: long, Rows: func() []bot.Choice {
			rows := choices(long, long, long, long, long, long, long, long, long, long)
			for i := range rows {
				rows[i].Description = bot.Hide(long)
			}
			return rows
		}()}}},
		{"a link", bot.Reply{Text: bot.Hide(long), Link: &bot.Link{Label: long, URL: "https://voorbeeldstad.nl"}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, _, config := graph(t, fakegraph.Config{})
			if _, err := client(t, config).Send(context.Background(), send(config, anna, tt.reply)); err != nil {
				t.Errorf("the fake refuses: %v", err)
			}
		})
	}
}
