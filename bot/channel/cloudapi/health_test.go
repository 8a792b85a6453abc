package cloudapi_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/channel/cloudapi"
	"github.com/gemeentebode/bode/bot/channel/cloudapi/fakegraph"
)

func TestHealth_aHealthyAccount(t *testing.T) {
	fake, _, config := graph(t, fakegraph.Config{Callback: "https://bode.voorbeeldstad.example/webhook", Facts: fakegraph.Facts{NotSubscribed: true}})
	c, ctx := client(t, config), context.Background()
	account, err := c.Account(ctx)
	if diff := cmp.Diff(cloudapi.Account{Name: "Gemeente Voorbeeldstad", Review: "APPROVED", Verification: "verified", Ownership: "CLIENT_OWNED"}, account); diff != "" || err != nil {
		t.Errorf("%v %s", err, diff)
	}
	ids, err := c.Numbers(ctx)
	if err != nil || len(ids) != 1 || ids[0] != config.PhoneNumberID {
		t.Errorf("%v %v", ids, err)
	}
	profile, err := c.Profile(ctx)
	if err != nil || profile.Vertical != "GOVT" || profile.Address == "" || len(profile.Websites) != 1 {
		t.Errorf("%+v %v", profile, err)
	}
	storage, err := c.Storage(ctx)
	if err != nil || storage.Region != "DE" || storage.Status != "IN_COUNTRY_STORAGE_ENABLED" {
		t.Errorf("%+v %v", storage, err)
	}
	number, err := c.Number(ctx)
	if err != nil || number.Mode != "LIVE" || number.Official || number.Webhook.Application != "https://bode.voorbeeldstad.example/webhook" {
		t.Errorf("%+v %v", number, err)
	}
	if err := c.Subscribe(ctx); err != nil || fake.Config().Facts.NotSubscribed {
		t.Errorf("subscribed: %v %v", !fake.Config().Facts.NotSubscribed, err)
	}
}

func TestHealth_theClockIsKnownToHalfASecond(t *testing.T) {
	for _, ahead := range []time.Duration{0, time.Minute, -time.Hour} {
		_, clock, config := graph(t, fakegraph.Config{Facts: fakegraph.Facts{ClockAhead: ahead}})
		got, give, err := client(t, config).Clock(context.Background(), clock.Now)
		if err != nil || (got-ahead).Abs() > give || give > time.Second {
			t.Errorf("ahead %v, give %v, %v; want %v", got, give, err, ahead)
		}
	}
}

func TestHealth_whatATokenMayNotDoIsRefusedByEachEndpoint(t *testing.T) {
	_, _, config := graph(t, fakegraph.Config{Facts: fakegraph.Facts{Scopes: []string{"whatsapp_business_messaging"}}})
	c, ctx := client(t, config), context.Background()
	asked := map[string]error{}
	_, asked["number"] = c.Number(ctx)
	_, asked["account"] = c.Account(ctx)
	_, asked["phone_numbers"] = c.Numbers(ctx)
	_, asked["subscribed_apps"] = c.Subscribed(ctx)
	_, asked["message_templates"] = c.Templates(ctx)
	_, asked["profile"] = c.Profile(ctx)
	_, asked["settings"] = c.Storage(ctx)
	asked["subscribe"] = c.Subscribe(ctx)
	for name, err := range asked {
		var failure *bot.SendError
		if !errors.As(err, &failure) || failure.Code != 200 || failure.Class != bot.SendStop {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := c.Send(ctx, send(config, anna, text("hoi"))); err != nil {
		t.Errorf("sending: %v", err)
	}
	if token, err := c.Token(ctx); err != nil || len(token.Scopes) != 1 {
		t.Errorf("the token tells its scopes: %+v %v", token, err)
	}
}

func TestNotOffered_isWhatWhoeverAnswersDoesNotKnow(t *testing.T) {
	for code, want := range map[int]bool{-1: true, 100: true, 2500: true, 10: false, 190: false, 4: false} {
		_, _, config := graph(t, fakegraph.Config{Facts: fakegraph.Facts{Refuse: map[string]int{"settings": code}}})
		if _, err := client(t, config).Storage(context.Background()); err == nil || cloudapi.NotOffered(err) != want {
			t.Errorf("%d: %v, not offered %v", code, err, cloudapi.NotOffered(err))
		}
	}
	if cloudapi.NotOffered(nil) || cloudapi.NotOffered(errors.New("else")) {
		t.Error("another error is taken for it")
	}
}

func TestConfig_tellsAKeyFromAToken(t *testing.T) {
	for header, want := range map[string]bool{"": false, "Authorization: Bearer": false, "authorization: bearer": false, "D360-API-KEY:": true, "Authorization: Key": true} {
		if got := (cloudapi.Config{AuthHeader: header}).ByKey(); got != want {
			t.Errorf("%q: %v", header, got)
		}
	}
}

// The echo passes the same gate as a delivery, and nothing of it is delivered.
func TestWebhook_anEchoIsAnsweredAndNotDelivered(t *testing.T) {
	fake, _, config := graph(t, fakegraph.Config{})
	for _, tt := range []struct {
		name, body string
		sign       bool
		fails      error
		code       int
		says       string
		delivered  int
	}{
		{"an echo", cloudapi.EchoHead + `"nonce":"1"}`, true, nil, 200, "heard", 0},
		{"an echo that cannot be kept", cloudapi.EchoHead + `"nonce":"1"}`, true, errors.New("away"), 500, "send it again", 0},
		{"an echo without a signature", cloudapi.EchoHead + `"nonce":"1"}`, false, nil, 401, "", 0},
		{"an object of the same name elsewhere", `{"entry":[],"object":"bode_doctor"}`, true, nil, 200, "", 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := receive(config)
			r.webhook.Echo = func(context.Context, []byte) ([]byte, error) { return []byte("heard"), tt.fails }
			request := httptest.NewRequest(http.MethodPost, "/webhook", strings.NewReader(tt.body))
			if tt.sign {
				request.Header.Set("X-Hub-Signature-256", fake.Sign([]byte(tt.body)))
			}
			answer := httptest.NewRecorder()
			r.webhook.ServeHTTP(answer, request)
			if answer.Code != tt.code || !strings.Contains(answer.Body.String(), tt.says) || len(r.got) != tt.delivered {
				t.Errorf("%d %q, %d delivered", answer.Code, answer.Body, len(r.got))
			}
		})
	}
}
