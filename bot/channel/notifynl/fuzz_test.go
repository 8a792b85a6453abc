package notifynl

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"context"

	"github.com/gemeentebode/bode/bot"
)

// Whatever is posted as a receipt: without the token nothing of it is looked
// at; with it one status comes out that can be kept, or a refusal.
func FuzzReceipts(f *testing.F) {
	const token = "receipt-token"
	for _, body := range []string{
		`{"id":"a","reference":"01234567-89ab-cdef-0123-456789abcdef","to":"+31612345678","status":"delivered","completed_at":"2026-11-20T12:00:00.000000Z"}`,
		`{"id":"a","status":"permanent-failure"}`, `{"id":"","status":"x"}`, `{"id":1}`, `[]`, "", "null", `{"id":"a","status":"delivered","completed_at":"9999-12-31T00:00:00Z"}`,
	} {
		f.Add("Bearer "+token, []byte(body))
		f.Add("Bearer "+token+"x", []byte(body))
	}
	now := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, authorization string, body []byte) {
		var kept []bot.Status
		h := &Receipts{Token: bot.Hide(token), Now: func() time.Time { return now }, Deliver: func(_ context.Context, d bot.Delivery) error {
			kept = append(kept, d.Statuses...)
			return nil
		}}
		r := httptest.NewRequest(http.MethodPost, "/webhook/notifynl", bytes.NewReader(body))
		r.Header.Set("Authorization", authorization)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if authorization != "Bearer "+token && (w.Code != http.StatusForbidden || len(kept) > 0) {
			t.Errorf("taken without the token: HTTP %d", w.Code)
		}
		if (w.Code == http.StatusOK) != (len(kept) == 1) || len(kept) == 1 && !json.Valid(body) {
			t.Errorf("HTTP %d, and %d kept", w.Code, len(kept))
		}
		for _, s := range kept {
			if s.Message.Empty() || s.State == "" || s.At.After(now) || s.Send != "" && !uuidShape.MatchString(string(s.Send)) {
				t.Errorf("cannot be kept: %+v", s)
			}
		}
		if strings.Contains(w.Body.String(), token) {
			t.Error("the answer tells the token")
		}
	})
}

// An answer of NotifyNL never makes a message sent that has no id, and is never quoted.
func FuzzJudge(f *testing.F) {
	for _, a := range []string{`{"id":"x"}`, `{"id":""}`, "", "null", `{"errors":[{"error":"AuthError","message":"echoed-secret"}],"status_code":403}`, `{"status_code":"400"}`, `{"errors":[]}`, "echoed-secret"} {
		for _, status := range []int{200, 201, 301, 400, 403, 429, 500} {
			f.Add(status, []byte(a))
		}
	}
	f.Fuzz(func(t *testing.T, status int, data []byte) {
		id, err := judge(status, data)
		if (err == nil) == id.Empty() || err == nil && (status < 200 || status > 299) {
			t.Errorf("HTTP %d, error %v, id %v", status, err, !id.Empty())
		}
		if err != nil {
			if _, classed := err.(*bot.SendError); !classed || strings.Contains(err.Error(), "echoed") {
				t.Errorf("%T: %v", err, err)
			}
		}
	})
}
