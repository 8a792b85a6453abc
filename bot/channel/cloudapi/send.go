package cloudapi

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
	"strconv"
	"sync/atomic"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/outward"
)

const (
	mostInFlight  = 128     // at 100 ms an answer, 100 in flight make 1,000 a second
	longestAnswer = 1 << 20 // an answer is some hundred bytes, a page of templates more
	seenTimeLimit = 5 * time.Second
	idleTimeLimit = 30 * time.Second // a connection that the other side closed makes a send unknown
)

// Client sends to one phone number's Graph API. It is safe for use by many
// goroutines at once.
type Client struct {
	config Config
	http   *http.Client
}

// NewClient makes a client with connections of its own. HTTP/1.1 on purpose:
// over HTTP/2 one cut connection would leave a hundred sends unknown.
func NewClient(config Config) *Client {
	transport := &http.Transport{
		MaxIdleConns:        mostInFlight,
		MaxIdleConnsPerHost: mostInFlight,
		MaxConnsPerHost:     mostInFlight,
		IdleConnTimeout:     idleTimeLimit,
		DisableCompression:  true,
	}
	config = config.WithDefaults()
	way := outward.Way{Hosts: outward.HostOf(config.BaseURL), Named: true, Private: config.Private, Proxy: true, Timeout: max(config.Timeout, inspectTimeLimit)}
	return &Client{config: config, http: way.Client(transport)}
}

// Close lets go of idle connections.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// Send sends one reply and returns the platform's id of it. An error is always
// a *bot.SendError; SendUnknown means that the platform may have accepted it.
func (c *Client) Send(ctx context.Context, send bot.Send) (bot.Private, error) {
	if send.To.Account != c.config.PhoneNumberID {
		return bot.Private{}, ours(errBadAccount)
	}
	body, err := encode(send)
	if err != nil {
		return bot.Private{}, ours(err)
	}
	var answer struct {
		Messages []struct {
			ID string `json:"id"`
		} `json:"messages"`
	}
	if err := c.post(ctx, c.config.Timeout, body, &answer); err != nil {
		return bot.Private{}, err
	}
	if len(answer.Messages) == 0 || answer.Messages[0].ID == "" {
		return bot.Private{}, unknown("answer has no message id")
	}
	return bot.Hide(answer.Messages[0].ID), nil
}

// Seen marks a resident's message as read and, with typing, shows that we are
// typing, until the reply or for 25 seconds. It is a courtesy: nobody repeats it.
func (c *Client) Seen(ctx context.Context, account string, message bot.Private, typing bool) error {
	if account != c.config.PhoneNumberID {
		return ours(errBadAccount)
	}
	mark := map[string]any{"messaging_product": "whatsapp", "status": "read", "message_id": message.Reveal()}
	if typing {
		mark["typing_indicator"] = map[string]string{"type": "text"}
	}
	body, err := json.Marshal(mark)
	if err != nil {
		return ours(errors.New("read mark cannot be written"))
	}
	var answer struct {
		Success bool `json:"success"`
	}
	if err := c.post(ctx, min(seenTimeLimit, c.config.Timeout), body, &answer); err != nil {
		return err
	}
	if !answer.Success {
		return unknown("read mark was not confirmed")
	}
	return nil
}

// post calls /messages and reads the answer.
func (c *Client) post(ctx context.Context, limit time.Duration, body []byte, answer any) error {
	address := c.config.url(c.config.PhoneNumberID, "messages")
	return c.do(ctx, limit, http.MethodPost, address, body, answer)
}

// do makes one request. Once there is a connection, whatever goes wrong leaves
// it unknown whether the platform accepted: some bytes may have arrived.
func (c *Client) do(ctx context.Context, limit time.Duration, method, address string, body []byte, answer any) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	var connected atomic.Bool
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { connected.Store(true) }})
	r, err := http.NewRequestWithContext(ctx, method, address, bytes.NewReader(body))
	if err != nil {
		return ours(errors.New("address cannot be made"))
	}
	name, scheme := c.config.auth()
	r.Header.Set(name, scheme+c.config.Token.Reveal())
	if len(body) > 0 {
		r.Header.Set("Content-Type", "application/json")
	}
	response, err := c.http.Do(r)
	if err != nil {
		return lost(err, connected.Load())
	}
	defer response.Body.Close()
	data, err := io.ReadAll(io.LimitReader(response.Body, longestAnswer))
	if err != nil {
		return lost(err, true)
	}
	return asked(judge(response.StatusCode, data, answer), response.Header)
}

// asked adds how long the answer asks to wait (RFC 9110, 10.2.3, in seconds).
// The platform says so rarely, what stands in front of it more often.
func asked(err error, header http.Header) error {
	var failure *bot.SendError
	seconds, bad := strconv.Atoi(header.Get("Retry-After"))
	if bad == nil && seconds > 0 && errors.As(err, &failure) && failure.Class == bot.SendRetry {
		failure.After = time.Duration(min(seconds, 24*60*60)) * time.Second
	}
	return err
}

// lost says what a request without an answer means.
func lost(err error, connected bool) *bot.SendError {
	if connected {
		if errors.Is(err, context.DeadlineExceeded) {
			return unknown("time limit passed before an answer")
		}
		return unknown("connection was lost before an answer")
	}
	var wrapped *url.Error // its text has the whole address; the cause names hosts only
	if errors.As(err, &wrapped) {
		err = wrapped.Err
	}
	return &bot.SendError{Class: bot.SendRetry, Cause: "no connection: " + err.Error()}
}

type graphError struct {
	Code      *int `json:"code"`
	Subcode   int  `json:"error_subcode"`
	Transient bool `json:"is_transient"`
}

// judge reads an answer: by the platform's code where there is one.
func judge(status int, data []byte, answer any) error {
	var envelope struct {
		Error *graphError `json:"error"`
	}
	readable := json.Unmarshal(data, &envelope) == nil
	if readable && envelope.Error != nil && envelope.Error.Code != nil {
		return refused(*envelope.Error)
	}
	if status < 200 || status > 299 {
		return uncoded(status)
	}
	if !readable || json.Unmarshal(data, answer) != nil {
		return unknown("answer is not readable")
	}
	return nil
}

// missingObject is the subcode of 100 that says the phone number id does not
// exist for this token: then every send fails, not this one.
const missingObject = 33

func refused(e graphError) *bot.SendError {
	if *e.Code == 100 && e.Subcode == missingObject {
		return &bot.SendError{Class: bot.SendStop, Code: 100, Cause: "phone number id does not exist for this token"}
	}
	out := Classify(*e.Code)
	if cause, known := submission(e.Subcode); known && *e.Code == 100 {
		out.Cause = cause
	}
	if e.Transient && out.Class == bot.SendOurs {
		out.Class = bot.SendRetry
	}
	return out
}

// uncoded judges a refusal without the platform's code: it comes from
// something in front of it, and says nothing of the account, so that it never
// stops sending. Only where that surely passed nothing on is the outcome known.
func uncoded(status int) *bot.SendError {
	switch {
	case status == http.StatusUnauthorized || status == http.StatusForbidden:
		return &bot.SendError{Class: bot.SendRetry, Cause: foreign(status) + " Or a provider that refuses the API key"}
	case status == http.StatusNotFound || status >= 300 && status < 400:
		return &bot.SendError{Class: bot.SendRetry, Cause: foreign(status) + causeNowhere}
	case status == http.StatusTooManyRequests:
		return &bot.SendError{Class: bot.SendRetry, Cause: "rate limit in front of the platform"}
	}
	return unknown("answer without a code (HTTP " + http.StatusText(status) + ")")
}

func foreign(status int) string {
	return fmt.Sprintf("HTTP %d %s is not the platform's own answer: a proxy or web filter in between?", status, http.StatusText(status))
}

// What an answer without a code may mean where the path or the method is not known.
const (
	causeNowhere = " Or base_url or version leads nowhere"
	causeMethod  = "answer without a code (HTTP Method Not Allowed)"
)

func unknown(cause string) *bot.SendError {
	return &bot.SendError{Class: bot.SendUnknown, Cause: cause}
}

func ours(err error) *bot.SendError {
	return &bot.SendError{Class: bot.SendOurs, Cause: err.Error()}
}
