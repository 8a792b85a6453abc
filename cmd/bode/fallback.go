package main

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/channel/notifynl"
	"github.com/gemeentebode/bode/bot/outbox"
	"github.com/gemeentebode/bode/store"
)

// fallbackConfig is [fallback]: SMS by NotifyNL, for who cannot be reached on
// WhatsApp and agreed to that.
type fallbackConfig struct {
	Enabled     bool    `toml:"enabled"`
	Topic       string  `toml:"topic"`
	BaseURL     string  `toml:"base_url"`
	Private     bool    `toml:"private"`
	KeyFile     string  `toml:"key_file"`
	SMSTemplate string  `toml:"sms_template"`
	SMSSender   string  `toml:"sms_sender"`
	PerSecond   float64 `toml:"per_second"`

	ReceiptsTokenFile string `toml:"receipts_token_file"`
}

const (
	envNotifyKey      = "BODE_NOTIFYNL_KEY"
	envNotifyReceipts = "BODE_NOTIFYNL_RECEIPTS_TOKEN"

	// receiptsPath is where NotifyNL says what became of a message.
	receiptsPath = "/webhook/notifynl"
)

func defaultFallback() fallbackConfig {
	return fallbackConfig{Topic: "sms", BaseURL: notifynl.DefaultBaseURL, PerSecond: 10}
}

func (c *config) checkFallback(say func(bad bool, format string, args ...any)) {
	f := c.Fallback
	say(f.Enabled && f.Topic == "", "[fallback] topic is empty: name the topic of the flows in which residents agree to SMS")
	say(f.Enabled && !(f.PerSecond > 0 && f.PerSecond <= 50), "[fallback] per_second is %v: choose above 0 and at most 50, what NotifyNL takes of one key", f.PerSecond)
	say(f.Enabled && c.webhookPathIs(receiptsPath), "[channel.cloudapi.webhook] path %s is where NotifyNL reports: choose another", receiptsPath)
}

func (c *config) webhookPathIs(path string) bool {
	return "/"+strings.Trim(c.Channel.CloudAPI.Webhook.Path, "/") == path
}

// fallback is the other channel as a desk uses it.
type fallback struct {
	channel   outbox.Channel
	account   string
	topic     string
	perSecond float64
	receipts  bot.Private // the bearer token of what NotifyNL reports
}

// fallback opens what [fallback] describes; nil when it is off.
func (c *config) fallback() (*fallback, error) {
	f := c.Fallback
	if !f.Enabled {
		return nil, nil
	}
	written, err := c.secret(envNotifyKey, "[fallback] key_file", f.KeyFile)
	if err != nil {
		return nil, failure{exitUse, err}
	}
	key, err := notifynl.ParseKey(written)
	if err != nil {
		return nil, failure{exitUse, fmt.Errorf("[fallback] key_file: %w", err)}
	}
	receipts, err := c.secret(envNotifyReceipts, "[fallback] receipts_token_file", f.ReceiptsTokenFile)
	if err != nil {
		return nil, failure{exitUse, err}
	}
	n := notifynl.Config{BaseURL: f.BaseURL, Private: f.Private, Key: key, SMSTemplate: f.SMSTemplate, SMSSender: f.SMSSender}
	if err := n.Check(); err != nil {
		return nil, failure{exitUse, fmt.Errorf("[fallback] %w", err)}
	}
	return &fallback{channel: notifynl.NewClient(n, time.Now), account: notifynl.Channel, topic: f.Topic, perSecond: f.PerSecond, receipts: receipts}, nil
}

// openFallback opens the fallback for a service that starts; nil when it is off.
// Whoever starts it has mended what NotifyNL refused.
func (c *config) openFallback(ctx context.Context, s *store.Store, b *bundles) (*fallback, error) {
	f, err := c.fallback()
	if f == nil || err != nil {
		return nil, err
	}
	if err := f.agreeable(ctx, b); err != nil {
		return nil, err
	}
	return f, s.ResumeSending(ctx, f.account)
}

// agreeable tells what is wrong when nobody can agree to the fallback: its
// topic is not in the live flows.
func (f *fallback) agreeable(ctx context.Context, b *bundles) error {
	live, err := b.live(ctx)
	if err != nil || live.bundle.Shared.Topics[f.topic] != nil {
		return err
	}
	return failure{exitUse, fmt.Errorf("[fallback] the live flows have no topic %q, so nobody can agree to SMS: add [topics.%s] to flows/bode.toml and a question for it to a flow, publish them, and start again; or set enabled = false", f.topic, f.topic)}
}

// fallbackOutbox sends by the fallback: another account with a pace of its own,
// by the same claim.
func (d *desk) fallbackOutbox() *outbox.Outbox {
	if d.fallback == nil {
		return nil
	}
	return outbox.New(outbox.Config{
		Store: d.store, Channel: d.fallback.channel, Account: d.fallback.account, PerSecond: d.fallback.perSecond, Unknown: d.unknown,
		Parallel: d.parallel, Clock: d.clock, Log: d.log, Count: d.count, Healthy: d.clocks.healthy, Render: d.word, Held: d.held,
	})
}

// queued says that notifications wait.
func (d *desk) queued() {
	d.outbox.Wake()
	if d.texts != nil {
		d.texts.Wake()
	}
}

// receipts answers what NotifyNL reports of a message; what names none is counted.
func (d *desk) receipts() http.Handler {
	return &notifynl.Receipts{Token: d.fallback.receipts, Deliver: d.Deliver, Now: d.clock}
}

// fallbackFinding tells whether the fallback can be used; ok is false when it is off.
func (c *config) fallbackFinding(ctx context.Context, b *bundles) (f finding, ok bool) {
	f = finding{what: "fallback by SMS", todo: "correct [fallback] in the configuration and what it names, or set enabled = false"}
	fall, err := c.fallback()
	if fall == nil && err == nil {
		return f, false
	}
	if f.err = err; err == nil {
		f.err = fall.agreeable(ctx, b)
	}
	return f, true
}
