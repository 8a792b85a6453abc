package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/channel/cloudapi"
	"github.com/gemeentebode/bode/bot/privacy"
	"github.com/gemeentebode/bode/bot/privacy/privacytest"
)

// planted is what a resident can fill in, one marked identifier in every field
// that the platform has for a kind of message. %s is the identifier in JSON.
var plantedFields = map[string]string{
	"text":               `"type":"text","text":{"body":%[1]s},"context":{"from":%[1]s,"id":%[1]s,"referred_product":{"catalog_id":%[1]s}},"referral":{"headline":%[1]s,"body":%[1]s,"source_url":%[1]s}`,
	"image":              `"type":"image","image":{"caption":%[1]s,"id":%[1]s,"mime_type":%[1]s,"sha256":%[1]s,"url":%[1]s}`,
	"video":              `"type":"video","video":{"caption":%[1]s,"filename":%[1]s}`,
	"audio":              `"type":"audio","audio":{"id":%[1]s,"voice":true}`,
	"document":           `"type":"document","document":{"caption":%[1]s,"filename":%[1]s,"id":%[1]s}`,
	"sticker":            `"type":"sticker","sticker":{"id":%[1]s,"emoji":%[1]s}`,
	"location":           `"type":"location","location":{"latitude":52.1,"longitude":5.1,"name":%[1]s,"address":%[1]s,"url":%[1]s}`,
	"template button":    `"type":"button","button":{"text":%[1]s,"payload":%[1]s}`,
	"button":             `"type":"interactive","interactive":{"type":"button_reply","button_reply":{"id":"afval.toon.ja~1","title":%[1]s}}`,
	"list":               `"type":"interactive","interactive":{"type":"list_reply","list_reply":{"id":"afval.toon.ja~1","title":%[1]s,"description":%[1]s}}`,
	"form":               `"type":"interactive","interactive":{"type":"nfm_reply","nfm_reply":{"name":%[1]s,"body":%[1]s,"response_json":%[1]s}}`,
	"address":            `"type":"interactive","interactive":{"type":"address_message","address_message":{"values":{"name":%[1]s}}}`,
	"contacts":           `"type":"contacts","contacts":[{"name":{"formatted_name":%[1]s,"first_name":%[1]s},"phones":[{"phone":%[1]s}],"org":{"company":%[1]s}}]`,
	"order":              `"type":"order","order":{"catalog_id":%[1]s,"text":%[1]s,"product_items":[{"product_retailer_id":%[1]s}]}`,
	"edited text":        `"type":"edit","edit":{"original_message_id":"wamid.A","message":{"type":"text","text":{"body":%[1]s}}}`,
	"edited caption":     `"type":"edit","edit":{"original_message_id":"wamid.A","message":{"type":"image","image":{"caption":%[1]s}}}`,
	"reaction":           `"type":"reaction","reaction":{"message_id":"wamid.A","emoji":%[1]s}`,
	"something unheard":  `"type":"poll_creation","poll_creation":{"name":%[1]s,"options":[%[1]s]}`,
	"said to be unknown": `"type":"unsupported","errors":[{"code":131051,"title":%[1]s,"error_data":{"details":%[1]s}}],"unsupported":{"type":%[1]s}`,
}

// Whatever the platform sends, in every field, in every spelling: nothing of
// it is left in what passed the door, and what was counted says nothing of it.
func TestGuardIn_everyInboundFieldInEverySpelling(t *testing.T) {
	config := cloudapi.Config{PhoneNumberID: "1001"}
	door := privacy.NewDoor(nil, nil)
	now := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	for kind, id := range privacytest.Examples {
		for _, spelling := range privacytest.Spellings(kind, id) {
			value, err := json.Marshal(spelling.Text)
			if err != nil {
				t.Fatal(err)
			}
			for field, format := range plantedFields {
				body := fmt.Sprintf(`{"object":"whatsapp_business_account","entry":[{"id":"1","changes":[{"field":"messages","value":{"metadata":{"phone_number_id":"1001"},`+
					`"contacts":[{"profile":{"name":%[1]s,"username":%[1]s},"wa_id":"31612345678"}],"messages":[{"id":"wamid.B","from":"31612345678","timestamp":"1763629000",`+format+`}]}}]}]}`, value)
				delivery, err := cloudapi.Decode([]byte(body), config, now)
				if err != nil || len(delivery.Messages) != 1 {
					t.Fatalf("%s: %v, %d messages", field, err, len(delivery.Messages))
				}
				entered := door.Enter(delivery.Messages[0])
				if left := planted(entered, delivery, spelling.Secret); left != "" {
					t.Errorf("%s, %s, in %s: %s is left", kind, spelling.How, field, left)
				}
			}
		}
	}
}

// planted names the field of what is kept, or counted, that still holds the secret.
func planted(m bot.Message, d bot.Delivery, secret string) string {
	for name, kept := range map[string]string{
		"the text": m.Text.Reveal(), "the choice": m.Choice, "the media": m.Media, "the address": m.From.External.Reveal() + " " + m.From.Phone.Reveal(), "the id": m.ID.Reveal(),
		"the original": m.Original.Reveal(), "what is sealed": string(m.Encode()), "what is counted": fmt.Sprint(d.Unknown, d.Notices),
	} {
		if strings.Contains(kept, secret) {
			return name
		}
	}
	if m.Place != nil && strings.Contains(m.Place.Name.Reveal()+m.Place.Address.Reveal(), secret) {
		return "the place"
	}
	return ""
}
