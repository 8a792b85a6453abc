package fakegraph_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gemeentebode/bode/bot/channel/cloudapi/fakegraph"
)

// ask puts a question to the management API.
func ask(fake *fakegraph.Server, method, path, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, "/v26.0/"+path, strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer fake-token")
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	w := httptest.NewRecorder()
	fake.ServeHTTP(w, r)
	return w
}

func TestManage_isAsStrictAsThePlatform(t *testing.T) {
	const number, account = "100000000000001", "200000000000002"
	for _, tt := range []struct {
		name, method, path, body string
		code                     int
		says                     string
	}{
		{"a number without fields gives the usual ones", "GET", number, "", 200, `"verified_name"`},
		{"and no others", "GET", number, "", 200, `"id":"100000000000001"`},
		{"a field that is asked for", "GET", number + "?fields=account_mode", "", 200, `"account_mode":"LIVE"`},
		{"a field that does not exist", "GET", number + "?fields=account_mood", "", 400, "nonexisting field (account_mood)"},
		{"a field of another object", "GET", account + "?fields=quality_rating", "", 400, "nonexisting field"},
		{"a field of the profile that does not exist", "GET", number + "/whatsapp_business_profile?fields=mood", "", 400, "nonexisting field"},
		{"the profile without fields is nearly empty", "GET", number + "/whatsapp_business_profile", "", 200, `"messaging_product":"whatsapp"`},
		{"the profile is of the number", "GET", account + "/whatsapp_business_profile", "", 400, "does not exist"},
		{"a token that is not named", "GET", "debug_token", "", 400, "input_token"},
		{"subscribing", "POST", account + "/subscribed_apps", "", 200, `"success":true`},
		{"subscribing with an address of its own", "POST", account + "/subscribed_apps", `{"override_callback_uri":"https://a.example","verify_token":"x"}`, 200, `"success":true`},
		{"subscribing with what is not known", "POST", account + "/subscribed_apps", `{"fields":"messages"}`, 400, "Unexpected key"},
		{"subscribing for another account", "POST", "200000000000009/subscribed_apps", "", 400, "does not exist"},
		{"what cannot be deleted", "DELETE", number, "", 400, "Unsupported delete request"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if w := ask(fakegraph.New(still()), tt.method, tt.path, tt.body); w.Code != tt.code || !strings.Contains(w.Body.String(), tt.says) {
				t.Errorf("%d %s", w.Code, w.Body)
			}
		})
	}
	if w := ask(fakegraph.New(still()), "GET", number, ""); strings.Contains(w.Body.String(), "account_mode") {
		t.Errorf("unasked: %s", w.Body)
	}
}

func TestControl_factsAreShownAndChanged(t *testing.T) {
	fake := fakegraph.New(still())
	for _, tt := range []struct {
		body string
		code int
	}{
		{`{"Quality":"RED","Refuse":{"settings":10}}`, http.StatusNoContent}, {`{"Kwaliteit":"RED"}`, http.StatusBadRequest}, {`{"Quality":1}`, http.StatusBadRequest},
	} {
		if w := drive(fake, "POST", "facts", tt.body); w.Code != tt.code {
			t.Errorf("%s: %d %s", tt.body, w.Code, w.Body)
		}
	}
	if w := drive(fake, "GET", "facts", ""); !strings.Contains(w.Body.String(), `"Quality":"RED"`) || !strings.Contains(w.Body.String(), `"NameStatus":"APPROVED"`) {
		t.Errorf("%s", w.Body)
	}
	if w := ask(fake, "GET", "100000000000001/settings", ""); w.Code != http.StatusBadRequest || !strings.Contains(w.Body.String(), `"code":10`) {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}
