package cloudapi_test

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/gemeentebode/bode/bot/channel/cloudapi/fakegraph"
)

func TestWebhook_aFloodOfRefusalsIsALineASecond(t *testing.T) {
	_, _, config := graph(t, fakegraph.Config{})
	r, now := receive(config), moment
	var log bytes.Buffer
	r.webhook.Log, r.webhook.Now = slog.New(slog.NewJSONHandler(&log, nil)), func() time.Time { return now }
	for range 3 {
		for range 100 {
			r.webhook.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("POST", "/webhook", strings.NewReader("{}")))
		}
		now = now.Add(time.Second)
	}
	lines := strings.Split(strings.TrimSpace(log.String()), "\n")
	var last struct{ More int }
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &last); err != nil || len(lines) != 3 || last.More != 99 {
		t.Errorf("%d lines, the last tells of %d more (%v); want 3 and 99", len(lines), last.More, err)
	}
}
