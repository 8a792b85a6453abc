package notifynl_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/channel/notifynl"
	"github.com/gemeentebode/bode/bot/channel/notifynl/fakenotify"
)

const (
	service  = "26785a09-ab16-4eb0-8407-a37497a57506"
	secret   = "3d844edf-8d35-48ac-975b-e847b4f122b0"
	bySMS    = "f33517ff-2a88-4f6e-b855-c550268ce08a"
	byEmail  = "ceb50d92-100d-4b8b-b559-14fa3b091cda"
	sendID   = bot.ID("019377aa-0000-7000-8000-000000000001")
	annaDial = "31612345678"
)

var moment = time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)

// town is a service at the fake, and a client that knows it.
func town(t *testing.T, change func(*fakenotify.Config, *notifynl.Config)) (*fakenotify.Server, *notifynl.Client) {
	t.Helper()
	fake := fakenotify.Config{Service: service, Secret: secret, Now: func() time.Time { return moment },
		Templates: []fakenotify.Template{{ID: bySMS, Type: "sms", Body: "Gemeente Voorbeeldstad: ((message))"}, {ID: byEmail, Type: "email", Body: "((message))"}}}
	key, err := notifynl.ParseKey(bot.Hide("mijn-test-sleutel-" + service + "-" + secret))
	if err != nil {
		t.Fatal(err)
	}
	config := notifynl.Config{Key: key, SMSTemplate: bySMS, EmailTemplate: byEmail}
	if change != nil {
		change(&fake, &config)
	}
	server := fakenotify.New(fake)
	listening := httptest.NewServer(server)
	t.Cleanup(listening.Close)
	if config.BaseURL == "" {
		config.BaseURL = listening.URL + "/"
	}
	client := notifynl.NewClient(config, func() time.Time { return moment })
	t.Cleanup(client.Close)
	return server, client
}

func TestSMS_arrivesUnderItsReference(t *testing.T) {
	fake, c := town(t, nil)
	id, err := c.SMS(context.Background(), sendID, bot.Hide(annaDial), bot.Hide("Morgen halen wij papier op."))
	if err != nil || id.Empty() {
		t.Fatal(id, err)
	}
	want := []fakenotify.Sent{{ID: id.Reveal(), Type: "sms", To: "+31612345678", Reference: string(sendID), Text: "Gemeente Voorbeeldstad: Morgen halen wij papier op."}}
	if diff := cmp.Diff(want, fake.Record()); diff != "" {
		t.Error(diff)
	}
}

// A notification goes by SMS to the phone number, never longer than four parts.
func TestSend_theTextOfANotificationIsCutToFourParts(t *testing.T) {
	long := strings.Repeat("Morgen halen wij papier op. ", 40)
	for name, c := range map[string]struct {
		phone, text, want string
		class             bot.SendClass
	}{
		"short":           {annaDial, "Morgen papier.", "Morgen papier.", ""},
		"just four parts": {annaDial, strings.Repeat("a", 612), strings.Repeat("a", 612), ""},
		"longer":          {annaDial, long, strings.Repeat("Morgen halen wij papier op. ", 21) + "Morgen halen wij...", ""},
		"one long word":   {annaDial, strings.Repeat("é", 700), strings.Repeat("é", 609) + "...", ""},
		"no number":       {"", "Morgen papier.", "", bot.SendRecipient},
		"a user id":       {"NL.1349120865530", "Morgen papier.", "", bot.SendRecipient},
		"no text":         {annaDial, " ", "", bot.SendOurs},
	} {
		t.Run(name, func(t *testing.T) {
			fake, client := town(t, nil)
			_, err := client.Send(context.Background(), bot.Send{ID: sendID, To: bot.Contact{External: bot.Hide("NL.1"), Phone: bot.Hide(c.phone)}, Reply: bot.Reply{Text: bot.Hide(c.text)}})
			var failed *bot.SendError
			if errors.As(err, &failed) != (c.class != "") || failed != nil && failed.Class != c.class {
				t.Fatal(err)
			}
			got := ""
			for _, one := range fake.Record() {
				got += one.To + " " + one.Text
			}
			if want := "+" + annaDial + " Gemeente Voorbeeldstad: " + c.want; c.want != "" && got != want || c.want == "" && got != "" {
				t.Errorf("%q, want %q", got, want)
			}
		})
	}
}

func TestEmail_arrivesUnderItsReference(t *testing.T) {
	fake, c := town(t, nil)
	if _, err := c.Email(context.Background(), sendID, bot.Hide("anna@voorbeeld.example"), bot.Hide("Morgen.")); err != nil {
		t.Fatal(err)
	}
	if got := fake.Record(); len(got) != 1 || got[0].To != "anna@voorbeeld.example" || got[0].Type != "email" {
		t.Errorf("%+v", got)
	}
}

func TestSend_eachFailureHasItsClass(t *testing.T) {
	other, err := notifynl.ParseKey(bot.Hide("k-" + service + "-" + strings.Replace(secret, "3d", "4d", 1)))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name   string
		change func(*fakenotify.Config, *notifynl.Config)
		phone  string
		text   string
		want   bot.SendClass
	}{
		{"a key that is not theirs", func(_ *fakenotify.Config, c *notifynl.Config) { c.Key = other }, "", "", bot.SendStop},
		{"a clock that is a minute late", func(f *fakenotify.Config, _ *notifynl.Config) {
			f.Now = func() time.Time { return moment.Add(time.Minute) }
		}, "", "", bot.SendStop},
		{"a clock that is a minute early", func(f *fakenotify.Config, _ *notifynl.Config) {
			f.Now = func() time.Time { return moment.Add(-time.Minute) }
		}, "", "", bot.SendStop},
		{"too many in a minute", func(f *fakenotify.Config, _ *notifynl.Config) { f.PerMinute = -1 }, "", "", bot.SendRetry},
		{"too many in a day", func(f *fakenotify.Config, _ *notifynl.Config) { f.Daily = -1 }, "", "", bot.SendRetry},
		{"a service that is not live yet", func(f *fakenotify.Config, _ *notifynl.Config) { f.Trial = []string{} }, "", "", bot.SendOurs},
		{"a template that is not there", func(_ *fakenotify.Config, c *notifynl.Config) { c.SMSTemplate = secret }, "", "", bot.SendOurs},
		{"a template of another kind", func(_ *fakenotify.Config, c *notifynl.Config) { c.SMSTemplate = byEmail }, "", "", bot.SendOurs},
		{"a template that wants more", func(f *fakenotify.Config, _ *notifynl.Config) { f.Templates[0].Body = "((message)) ((naam))" }, "", "", bot.SendOurs},
		{"no template for it", func(_ *fakenotify.Config, c *notifynl.Config) { c.SMSTemplate = "" }, "", "", bot.SendOurs},
		{"a number that the service refuses", nil, "3161234", "", bot.SendRecipient},
		{"no number", nil, "-", "", bot.SendRecipient},
		{"no text", nil, "", " ", bot.SendOurs},
		{"more than an SMS holds", nil, "", strings.Repeat("a", 919), bot.SendOurs},
		{"more with the template than an SMS holds", nil, "", strings.Repeat("a", 918), bot.SendOurs},
		{"an address that leads nowhere", func(_ *fakenotify.Config, c *notifynl.Config) { c.BaseURL = "http://127.0.0.1:1" }, "", "", bot.SendRetry},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, c := town(t, tt.change)
			phone, text := annaDial, "Morgen."
			if tt.phone != "" {
				phone = tt.phone
			}
			if tt.text != "" {
				text = tt.text
			}
			_, err := c.SMS(context.Background(), sendID, bot.Hide(phone), bot.Hide(text))
			class(t, err, tt.want)
		})
	}
}

func class(t *testing.T, err error, want bot.SendClass) {
	t.Helper()
	var failure *bot.SendError
	if !errors.As(err, &failure) || failure.Class != want {
		t.Errorf("%v, want %s", err, want)
		return
	}
	if strings.Contains(err.Error(), annaDial) || strings.Contains(err.Error(), "Morgen") {
		t.Errorf("the error quotes the message: %v", err)
	}
}

func TestSend_answersThatAreNone(t *testing.T) {
	for name, c := range map[string]struct {
		answer http.HandlerFunc
		want   bot.SendClass
	}{
		"a page of HTML":     {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(502); fmt.Fprint(w, "<html>") }, bot.SendUnknown},
		"created, and no id": {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(201); fmt.Fprint(w, "{}") }, bot.SendUnknown},
		"cut off":            {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, bot.SendUnknown},
		"another address":    {func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/elsewhere", http.StatusFound) }, bot.SendRetry},
		"nothing there":      {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(404) }, bot.SendRetry},
		"a web filter":       {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(403); fmt.Fprint(w, "<html>") }, bot.SendRetry},
		"a limit in front":   {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(429) }, bot.SendRetry},
		"an error of NotifyNL": {func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(500)
			fmt.Fprint(w, `{"status_code":500,"errors":[{"error":"Exception","message":"Internal server error"}]}`)
		}, bot.SendRetry},
	} {
		t.Run(name, func(t *testing.T) {
			odd := httptest.NewServer(c.answer)
			defer odd.Close()
			_, client := town(t, func(_ *fakenotify.Config, config *notifynl.Config) { config.BaseURL = odd.URL })
			_, err := client.SMS(context.Background(), sendID, bot.Hide(annaDial), bot.Hide("Morgen."))
			class(t, err, c.want)
		})
	}
}

func TestParseKey(t *testing.T) {
	for _, wrong := range []string{"", service + "-" + secret, "naam-" + service, "naam-" + service + "_" + secret, "naam_" + service + "-" + secret,
		"naam-" + strings.ToUpper(service) + "-" + secret, "naam-" + service + "-" + secret + "x"} {
		if _, err := notifynl.ParseKey(bot.Hide(wrong)); err == nil {
			t.Errorf("%q is a key", wrong)
		} else if wrong != "" && strings.Contains(err.Error(), secret) {
			t.Errorf("the error quotes the key: %v", err)
		}
	}
	key, err := notifynl.ParseKey(bot.Hide("naam-met-streepjes-" + service + "-" + secret + "\n"))
	if err != nil {
		t.Fatal(err)
	}
	if shown := fmt.Sprintf("%v %+v", key, key); strings.Contains(shown, secret) {
		t.Errorf("the secret is shown: %s", shown)
	}
	good := notifynl.Config{BaseURL: notifynl.DefaultBaseURL, Key: key, SMSTemplate: bySMS}
	if err := good.Check(); err != nil {
		t.Error(err)
	}
	bad := notifynl.Config{BaseURL: "http://api.notifynl.nl", SMSSender: "Gemeente"}
	err = bad.Check()
	for _, want := range []string{"base_url", "key is missing", "sms_template or email_template", "sms_sender"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v does not say %s", err, want)
		}
	}
}

func TestReceipts_sayWhatBecameOfAMessage(t *testing.T) {
	var got []bot.Status
	failing := false
	h := &notifynl.Receipts{Token: bot.Hide("geheim"), Now: func() time.Time { return moment }, Deliver: func(_ context.Context, d bot.Delivery) error {
		got = append(got, d.Statuses...)
		if failing {
			return errors.New("away")
		}
		return nil
	}}
	post := func(token, body string) int {
		r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body))
		r.Header.Set("Authorization", token)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w.Code
	}
	receipt := func(status string) string {
		return fmt.Sprintf(`{"id":"740e5834-3a29-46b4-9a6f-16142fde533a","reference":%q,"to":"+31612345678","status":%q,"completed_at":"2026-11-20T08:59:00.000000Z","notification_type":"sms"}`, sendID, status)
	}
	for status, want := range map[string]bot.StatusState{"delivered": bot.StatusDelivered, "permanent-failure": bot.StatusFailed,
		"temporary-failure": bot.StatusFailed, "technical-failure": bot.StatusFailed, "sending": bot.StatusSent} {
		got = nil
		if code := post("Bearer geheim", receipt(status)); code != 200 || len(got) != 1 || got[0].State != want || got[0].Send != sendID ||
			!got[0].At.Equal(moment.Add(-time.Minute)) || (want == bot.StatusFailed) != (got[0].Error != nil) {
			t.Errorf("%s: %d %+v", status, code, got)
		}
	}
	got = nil
	for name, c := range map[string]struct {
		token, body string
		want        int
	}{
		"no token":      {"", receipt("delivered"), 403},
		"another token": {"Bearer geheim2", receipt("delivered"), 403},
		"no receipt":    {"Bearer geheim", `{"id":1}`, 400},
		"too large":     {"Bearer geheim", `{"id":"` + strings.Repeat("a", 17<<10) + `"}`, 400},
	} {
		if code := post(c.token, c.body); code != c.want || got != nil {
			t.Errorf("%s: %d, want %d; %v", name, code, c.want, got)
		}
	}
	failing = true
	if code := post("Bearer geheim", receipt("delivered")); code != 503 {
		t.Errorf("what is not kept is answered %d", code)
	}
}
