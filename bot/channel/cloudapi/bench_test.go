package cloudapi_test

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/channel/cloudapi"
	"github.com/gemeentebode/bode/bot/channel/cloudapi/fakegraph"
)

// BenchmarkWebhook verifies and decodes 1.5 kB, without a database; run it
// with -cpu 1 for one core.
func BenchmarkWebhook(b *testing.B) {
	fake, config := offline()
	short, _ := fake.Inbound(bram, moment, fakegraph.Text(""))
	body, _ := fake.Inbound(bram, moment, fakegraph.Text(strings.Repeat("kliko ", (1500-len(short))/6)))
	signature := fake.Sign(body)
	webhook := &cloudapi.Webhook{Config: config, Now: func() time.Time { return moment },
		Deliver: func(_ context.Context, d bot.Delivery) error {
			if len(d.Messages) != 1 {
				b.Fatal("message is lost")
			}
			return nil
		}}
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		request := httptest.NewRequest(http.MethodPost, "/webhook", bytes.NewReader(body))
		request.Header.Set(config.SignatureHeader, signature)
		answer := httptest.NewRecorder()
		if webhook.ServeHTTP(answer, request); answer.Code != http.StatusOK {
			b.Fatal(answer.Code)
		}
	}
}

// BenchmarkSend sends over loopback to the fake, which checks every request,
// with 64 at a time.
func BenchmarkSend(b *testing.B) {
	fake := fakegraph.New(fakegraph.Config{Keep: -1})
	server := httptest.NewServer(fake)
	defer server.Close()
	config := settings(fake, server.URL)
	c := cloudapi.NewClient(config)
	defer c.Close()
	b.SetParallelism(64)
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, err := c.Send(context.Background(), send(config, anna, bot.Reply{Text: bot.Hide("En nu?"), Buttons: choices("Ja", "Nee")})); err != nil {
				b.Error(err)
				return
			}
		}
	})
	if fake.Counts().Accepted < b.N {
		b.Errorf("%d accepted of %d", fake.Counts().Accepted, b.N)
	}
}
