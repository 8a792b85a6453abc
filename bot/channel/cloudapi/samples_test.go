package cloudapi_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/channel/cloudapi/fakegraph"
)

// samples is a folder of bodies from public sources that may lie beside the
// project. They are an extra check; where it is absent nothing is run.
const samples = "../../../../shared/samples/whatsapp"

// readAll gives the files of one folder of samples, none where it is absent.
func readAll(t *testing.T, folder string) map[string][]byte {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(samples, folder, "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]byte{}
	for _, path := range paths {
		if out[filepath.Base(path)], err = os.ReadFile(path); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// Every body is answered 200 and means what the file's name says.
func TestSamples_webhooks(t *testing.T) {
	for name, body := range readAll(t, "webhooks") {
		t.Run(name, func(t *testing.T) {
			fake, config := offline()
			config.WABAID, config.PhoneNumberID = "", numberID(body)
			r := receive(config)
			if code := r.post(string(body), fake.Sign(body)); code != http.StatusOK {
				t.Fatalf("%d, want 200", code)
			}
			d := r.got[0]
			if len(d.Messages)+len(d.Statuses)+len(d.Notices)+len(d.Unknown) == 0 {
				t.Error("the body left no trace")
			}
			if want := meaning(name); want != "" && (len(d.Messages) != 1 || string(d.Messages[0].Kind) != want) {
				t.Errorf("want one message of kind %s, got %s", want, spelled(d))
			}
			if t.Failed() || testing.Verbose() {
				t.Log(spelled(d))
			}
		})
	}
}

// numberID finds the phone number id that the body is for.
func numberID(body []byte) string {
	_, rest, found := strings.Cut(string(body), `"phone_number_id": "`)
	if !found {
		return "1"
	}
	id, _, _ := strings.Cut(rest, `"`)
	return id
}

// meaning is the kind that the file's name promises, where it promises one.
func meaning(name string) string {
	for _, m := range []struct {
		kind  bot.MessageKind
		parts string // parts of names; the first line that has one decides
	}{
		{"", "outgoing"},
		{bot.KindEdited, "edited_message"},
		{bot.KindRevoked, "deleted_message"},
		{bot.KindReaction, "reaction Reaction_Message"},
		{bot.KindNumberChange, "phone_number_change System_Message"},
		{bot.KindTap, "callback_ openapi_Button_Message Interactive_List_Reply Interactive_Button_Reply"},
		{bot.KindPlace, "location.json Location_Message"},
		{bot.KindMedia, "_message.image media_with_url _message.video _message.document _message.audio _message.voice sticker Image_Message"},
		{bot.KindUnsupported, "_message.contacts _message.order _message.unsupported Order_Message Contact_Sharing Unsupported_Message flow_completion interactive_message_with_err"},
		{bot.KindText, "_message.text _message.reply _message.forwarded _message.referral openapi_Text_Message"},
	} {
		for part := range strings.FieldsSeq(m.parts) {
			if strings.Contains(name, part) {
				return string(m.kind)
			}
		}
	}
	return ""
}

// The fake accepts what the platform's own examples send of the kinds that we
// send too: it is strict, but not stricter than the real one.
func TestSamples_outboundIsAcceptedByTheFake(t *testing.T) {
	for name, body := range readAll(t, "outbound") {
		if !weSend(body) {
			continue
		}
		t.Run(name, func(t *testing.T) {
			fake := fakegraph.New(fakegraph.Config{})
			body = bytes.ReplaceAll(body, []byte("{{Recipient-Phone-Number}}"), []byte("31612345678"))
			body = bytes.ReplaceAll(body, []byte(`"123"`), []byte(`"31612345678"`))
			c := fake.Config()
			request := httptest.NewRequest(http.MethodPost, fmt.Sprintf("/%s/%s/messages", c.Version, c.PhoneNumberID), bytes.NewReader(body))
			request.Header.Set("Authorization", "Bearer "+c.Token)
			request.Header.Set("Content-Type", "application/json")
			answer := httptest.NewRecorder()
			if fake.ServeHTTP(answer, request); answer.Code != http.StatusOK {
				t.Errorf("%d %s", answer.Code, answer.Body)
			}
		})
	}
}

// weSend picks the sample bodies of kinds that bode sends.
func weSend(body []byte) bool {
	var in struct {
		Type, Status string
		To           string
		Text         map[string]any
		Interactive  struct{ Type string }
	}
	if json.Unmarshal(body, &in) != nil {
		return false
	}
	switch {
	case in.Status == "read":
		return true
	case in.Type == "interactive":
		return in.Interactive.Type == "button"
	}
	return in.Text != nil
}
