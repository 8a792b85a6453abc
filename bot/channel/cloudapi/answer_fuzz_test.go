package cloudapi_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/channel/cloudapi"
)

// answer is what the platform says next.
type answer struct {
	status int
	body   []byte
}

// Whatever the platform or something in front of it answers: a send that it
// did not confirm is never taken for sent, every error has a class, and none of
// them quotes the answer: it may hold the token, or what a resident wrote.
func FuzzClient(f *testing.F) {
	for _, a := range []answer{
		{200, []byte(`{"messages":[{"id":"wamid.S"}]}`)}, {200, []byte(`{"messages":[{"id":""}]}`)}, {200, []byte(`{"messages":[{}, {"id":"x"}]}`)},
		{200, []byte(`{"messages":[{"id":"wamid.S","message_status":"held_for_quality_assessment"}]}`)}, {200, nil}, {200, []byte(`null`)}, {200, []byte(`<html>`)},
		{200, []byte(`{"error":{"code":131047}}`)}, {400, []byte(`{"error":{"message":"echoed-secret","code":100,"error_subcode":33}}`)},
		{401, []byte(`{"error":{"message":"Bad token echoed-secret","code":190,"type":"OAuthException","is_transient":true}}`)}, {401, []byte("echoed-secret")},
		{500, []byte(`{"error":{"code":-1}}`)}, {503, []byte(`{"error":{"code":9223372036854775808}}`)}, {301, nil}, {204, nil}, {429, []byte(`{"error":null}`)},
		{200, []byte(`{"data":[{"id":1,"name":"a","language":"nl","status":"APPROVED","components":[{"type":"BODY","text":"{{1}}","example":{"body_text":[[]]}}]}],"paging":{"next":"x","cursors":{"after":"y"}}}`)},
		{200, []byte(`{"data":{"is_valid":true,"expires_at":99999999999999,"scopes":["a"]},"verified_name":"echoed-secret"}`)},
	} {
		f.Add(a.status, a.body)
	}
	var next atomic.Pointer[answer]
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		now := next.Load()
		w.WriteHeader(now.status)
		w.Write(now.body)
	}))
	f.Cleanup(server.Close)
	_, config := offline()
	config.BaseURL = server.URL
	client := cloudapi.NewClient(config)
	f.Fuzz(func(t *testing.T, status int, body []byte) {
		if status < 200 || status > 599 || len(body) > 1<<20 {
			return // no server says that, or more is not read
		}
		next.Store(&answer{status, body})
		id, err := client.Send(t.Context(), bot.Send{To: bot.Contact{Account: config.PhoneNumberID, Phone: bot.Hide("31612345678")}, Reply: bot.Reply{Text: bot.Hide("dag")}})
		if (err == nil) == id.Empty() || err == nil && (status > 299 || !strings.Contains(string(body), "messages")) {
			t.Errorf("HTTP %d, taken for sent: %v, an id: %v", status, err == nil, !id.Empty())
		}
		classed(t, err)
		if _, err := client.Templates(t.Context()); err != nil {
			classed(t, err)
		}
		_, err1 := client.Number(t.Context())
		_, err2 := client.Subscribed(t.Context())
		_, err3 := client.Token(t.Context())
		for _, err := range []error{err1, err2, err3} {
			classed(t, err)
		}
	})
}

func classed(t *testing.T, err error) {
	t.Helper()
	var send *bot.SendError
	if err == nil {
		return
	}
	if !errors.As(err, &send) || send.Cause == "" {
		t.Errorf("an error without a class or a cause: %v", err)
	}
	if strings.Contains(err.Error(), "echoed") {
		t.Errorf("quotes the answer: %v", err)
	}
}
