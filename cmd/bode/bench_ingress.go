package main

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/channel/cloudapi"
	"github.com/gemeentebode/bode/bot/channel/cloudapi/fakegraph"
)

// ingressBytes is the size of a webhook body, as the facts say.
const ingressBytes = 1500

// benchIngress measures row 9: a webhook's signature and body, without a
// database, on one core.
func benchIngress(ctx context.Context, b *bench) error {
	fake := fakegraph.New(fakegraph.Config{Secret: benchSecret})
	defer fake.Close()
	short, _ := fake.Inbound(benchPerson(1), time.Now(), fakegraph.Text(""))
	body, _ := fake.Inbound(benchPerson(1), time.Now(), fakegraph.Text(strings.Repeat("kliko ", (ingressBytes-len(short))/6)))
	signature := fake.Sign(body)
	taken := 0
	hook := &cloudapi.Webhook{Now: time.Now, Deliver: func(_ context.Context, d bot.Delivery) error { taken += len(d.Messages); return nil },
		Config: cloudapi.Config{PhoneNumberID: fake.Config().PhoneNumberID, Secret: bot.Hide(benchSecret)}.WithDefaults()}
	product := func() error {
		r, err := http.NewRequestWithContext(ctx, http.MethodPost, benchPath, bytes.NewReader(body))
		if err != nil {
			return err
		}
		r.Header.Set(hook.Config.SignatureHeader, signature)
		answer := &silent{header: http.Header{}}
		if hook.ServeHTTP(answer, r); answer.status != http.StatusOK {
			return fmt.Errorf("a webhook was answered %d", answer.status)
		}
		return nil
	}
	var rounds []round
	times := b.steps / 4
	for range engineRounds * b.rounds {
		anchor, err1 := timed(times, func() error { return leastIngress(body, signature) })
		took, err2 := timed(times, product)
		if err := errors.Join(err1, err2, ctx.Err()); err != nil {
			return err
		}
		rounds = append(rounds, round{perSecond(times, took), perSecond(times, anchor)})
	}
	if want := len(rounds) * times; taken != want {
		return fmt.Errorf("%w: of %d messages %d were decoded", errUnfaithful, want, taken)
	}
	if err := b.profile("ingress", func() error { _, err := timed(20*times, product); return err }); err != nil {
		return err
	}
	b.add(trend("ingress", "ingress without database: signature and decoding of 1.5 kB, one core", "/s", "HMAC and encoding/json", rounds).
		noting("the anchor checks the signature and decodes one message into a plain struct; the product reads each message apart, so that a broken one takes no other along"))
	return nil
}

// leastIngress is the least that a webhook can be.
func leastIngress(body []byte, signature string) error {
	mac := hmac.New(sha256.New, []byte(benchSecret))
	mac.Write(body)
	sum, err := hex.DecodeString(strings.TrimPrefix(signature, "sha256="))
	if err != nil || !hmac.Equal(sum, mac.Sum(nil)) {
		return errors.New("the anchor's signature does not match")
	}
	var in struct {
		Entry []struct {
			Changes []struct {
				Value struct {
					Messages []struct {
						ID, From, Timestamp, Type string
						Text                      struct{ Body string }
					}
				}
			}
		}
	}
	return json.Unmarshal(body, &in)
}

// silent is an http.ResponseWriter that keeps the status.
type silent struct {
	header http.Header
	status int
}

// Header is http.ResponseWriter's, as are those that follow.
func (s *silent) Header() http.Header { return s.header }

// Write drops what is written.
func (s *silent) Write(p []byte) (int, error) { return len(p), nil }

// WriteHeader keeps the status.
func (s *silent) WriteHeader(status int) { s.status = status }
