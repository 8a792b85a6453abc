// Package notifynl sends a text by SMS or e-mail through NotifyNL, the
// government's notification service: for who cannot be reached on WhatsApp and
// agreed to that. It decides about nobody, and its errors hold nothing of a
// message or an address.
package notifynl

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"regexp"
	"strings"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/outward"
)

// Channel is the name of this channel on an outgoing row.
const Channel = "notifynl"

// DefaultBaseURL is where NotifyNL listens.
const DefaultBaseURL = "https://api.notifynl.nl"

const (
	// longestSMS is what NotifyNL takes of one SMS, in characters.
	longestSMS    = 918
	longestSent   = 612 // four of 153 characters, so that what one costs is bounded
	longestAnswer = 64 << 10
	timeLimit     = 10 * time.Second
	mostIdle      = 16
	idleLimit     = 90 * time.Second
)

// Config is one service at NotifyNL. Its templates hold one field, ((message)),
// which the whole text goes into; that of an e-mail has its subject there.
type Config struct {
	BaseURL       string // https, or http on this machine
	Key           Key
	SMSTemplate   string // ids of templates: UUIDs; empty: not sent that way
	EmailTemplate string
	SMSSender     string // id of the sender; empty: the service's own
	ReplyTo       string // id of the address for answers to e-mail; empty: the service's own
	Private       bool   // BaseURL may be on the own network
	Timeout       time.Duration
}

var uuidShape = regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)

// Check tells everything that is wrong with the configuration at once, by the
// names that config.toml has for the keys.
func (c Config) Check() error {
	var faults []error
	refuse := func(wrong bool, format string, args ...any) {
		if wrong {
			faults = append(faults, fmt.Errorf(format, args...))
		}
	}
	refuse(!safe(c.BaseURL), "base_url must be an https address (http only on this machine)")
	refuse(c.Key.service == "", "key is missing")
	refuse(c.SMSTemplate == "" && c.EmailTemplate == "", "sms_template or email_template is missing")
	for name, id := range map[string]string{"sms_template": c.SMSTemplate, "email_template": c.EmailTemplate, "sms_sender": c.SMSSender, "reply_to": c.ReplyTo} {
		refuse(id != "" && !uuidShape.MatchString(id), "%s must be an id such as f33517ff-2a88-4f6e-b855-c550268ce08a", name)
	}
	return errors.Join(faults...)
}

func safe(address string) bool {
	u, err := url.Parse(address)
	return err == nil && u.User == nil && u.RawQuery == "" && outward.Safe(u)
}

// Client sends for one service. It is safe for use by many goroutines at once.
type Client struct {
	config Config
	clock  func() time.Time // within 30 seconds of NotifyNL's
	http   *http.Client
}

// NewClient makes a client with connections of its own.
func NewClient(config Config, clock func() time.Time) *Client {
	if config.Timeout <= 0 {
		config.Timeout = timeLimit
	}
	config.BaseURL = strings.TrimRight(config.BaseURL, "/")
	way := outward.Way{Hosts: outward.HostOf(config.BaseURL), Named: true, Private: config.Private, Proxy: true, Timeout: config.Timeout}
	return &Client{config: config, clock: clock,
		http: way.Client(&http.Transport{ForceAttemptHTTP2: true, MaxIdleConns: mostIdle, IdleConnTimeout: idleLimit})}
}

// Close lets go of idle connections.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// request is the body of POST /v2/notifications/{sms,email}.
type request struct {
	Phone     string `json:"phone_number,omitempty"`
	Email     string `json:"email_address,omitempty"`
	Template  string `json:"template_id"`
	Values    values `json:"personalisation"`
	Reference bot.ID `json:"reference"` // says nothing about anyone; comes back in the receipt
	Sender    string `json:"sms_sender_id,omitempty"`
	ReplyTo   string `json:"email_reply_to_id,omitempty"`
}

type values struct {
	Message string `json:"message"`
}

var digits = regexp.MustCompile(`^[1-9][0-9]{5,14}$`)

// These say what is wrong with a message; none of them quotes it.
var (
	errPhone = errors.New("resident has no phone number")
	errEmail = errors.New("that is no e-mail address")
	errEmpty = errors.New("text is empty")
	errLong  = errors.New("text is longer than an SMS can be")
	errNoWay = errors.New("no template is configured for this")
)

// SMS sends a text to a phone number in digits with the country code. It
// returns NotifyNL's id; an error is always a *bot.SendError.
func (c *Client) SMS(ctx context.Context, id bot.ID, phone, text bot.Private) (bot.Private, error) {
	switch message := text.Reveal(); {
	case c.config.SMSTemplate == "":
		return bot.Private{}, ours(errNoWay)
	case !digits.MatchString(phone.Reveal()):
		return bot.Private{}, &bot.SendError{Class: bot.SendRecipient, Cause: errPhone.Error()}
	case strings.TrimSpace(message) == "":
		return bot.Private{}, ours(errEmpty)
	case utf8.RuneCountInString(message) > longestSMS:
		return bot.Private{}, ours(errLong)
	default:
		return c.send(ctx, "sms", request{Phone: "+" + phone.Reveal(), Template: c.config.SMSTemplate, Values: values{message},
			Reference: id, Sender: c.config.SMSSender})
	}
}

// Send sends the text of a notification by SMS to the resident's phone number.
// It is cut where it is longer than four parts; what it offers to tap is left out.
func (c *Client) Send(ctx context.Context, send bot.Send) (bot.Private, error) {
	return c.SMS(ctx, send.ID, send.To.Phone, bot.Hide(short(send.Reply.Text.Reveal())))
}

// cutShort stands where a text was cut; three dots, because "…" would make the
// whole SMS one of 67 characters a part.
const cutShort = "..."

func short(text string) string {
	letters := []rune(text)
	if len(letters) <= longestSent {
		return text
	}
	kept := string(letters[:longestSent-len(cutShort)])
	if i := strings.LastIndexAny(kept, " \n"); i > 0 {
		kept = kept[:i]
	}
	return strings.TrimRight(kept, " \n") + cutShort
}

// Email sends a text to an address; otherwise as SMS.
func (c *Client) Email(ctx context.Context, id bot.ID, address, text bot.Private) (bot.Private, error) {
	name, host, ok := strings.Cut(address.Reveal(), "@")
	switch {
	case c.config.EmailTemplate == "":
		return bot.Private{}, ours(errNoWay)
	case !ok || name == "" || !strings.Contains(host, ".") || strings.ContainsAny(address.Reveal(), " \t\r\n,;<>"):
		return bot.Private{}, &bot.SendError{Class: bot.SendRecipient, Cause: errEmail.Error()}
	case strings.TrimSpace(text.Reveal()) == "":
		return bot.Private{}, ours(errEmpty)
	}
	return c.send(ctx, "email", request{Email: address.Reveal(), Template: c.config.EmailTemplate, Values: values{text.Reveal()},
		Reference: id, ReplyTo: c.config.ReplyTo})
}

// send makes one request. Once there is a connection, whatever goes wrong
// leaves it unknown whether the message was accepted.
func (c *Client) send(ctx context.Context, kind string, in request) (bot.Private, error) {
	body, err := json.Marshal(in)
	if err != nil {
		return bot.Private{}, ours(errors.New("request cannot be written"))
	}
	ctx, cancel := context.WithTimeout(ctx, c.config.Timeout)
	defer cancel()
	var connected atomic.Bool
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { connected.Store(true) }})
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, c.config.BaseURL+"/v2/notifications/"+kind, bytes.NewReader(body))
	if err != nil {
		return bot.Private{}, ours(errors.New("address cannot be made"))
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+c.config.Key.token(c.clock()))
	response, err := c.http.Do(r)
	if err != nil {
		return bot.Private{}, lost(err, connected.Load())
	}
	defer response.Body.Close()
	data, err := io.ReadAll(io.LimitReader(response.Body, longestAnswer))
	if err != nil {
		return bot.Private{}, unknown("connection was lost before an answer")
	}
	return judge(response.StatusCode, data)
}
