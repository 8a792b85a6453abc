package notifynl

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/gemeentebode/bode/bot"
)

func ours(err error) *bot.SendError {
	return &bot.SendError{Class: bot.SendOurs, Cause: err.Error()}
}

func unknown(cause string) *bot.SendError {
	return &bot.SendError{Class: bot.SendUnknown, Cause: cause}
}

// lost says what a request without an answer means.
func lost(err error, connected bool) *bot.SendError {
	if connected {
		return unknown("connection was lost or late before an answer")
	}
	var wrapped *url.Error // its text has the whole address; the cause names hosts only
	if errors.As(err, &wrapped) {
		err = wrapped.Err
	}
	return &bot.SendError{Class: bot.SendRetry, Cause: "no connection: " + err.Error()}
}

// fault is one of NotifyNL's errors. Its message may change and may quote the
// address: it is never passed on.
type fault struct {
	Error   string `json:"error"`
	Message string `json:"message"`
}

// judge reads an answer: by the status and the name of the error.
func judge(status int, data []byte) (bot.Private, error) {
	var answer struct {
		ID     string  `json:"id"`
		Errors []fault `json:"errors"`
	}
	readable := json.Unmarshal(data, &answer) == nil
	switch {
	case status == http.StatusCreated && readable && answer.ID != "":
		return bot.Hide(answer.ID), nil
	case status >= 200 && status < 300:
		return bot.Private{}, unknown("answer is not readable")
	case !readable || len(answer.Errors) == 0:
		return bot.Private{}, uncoded(status)
	}
	return bot.Private{}, refused(status, answer.Errors)
}

func refused(status int, all []fault) *bot.SendError {
	out := &bot.SendError{Class: bot.SendOurs, Code: status, Cause: "request was refused as wrong"}
	switch {
	case status == http.StatusUnauthorized || status == http.StatusForbidden:
		out.Class, out.Cause = bot.SendStop, "key is wrong or revoked, or this machine's clock is wrong (30 seconds at most)"
	case status == http.StatusTooManyRequests:
		out.Class, out.Cause = bot.SendRetry, "rate or daily limit of the service"
	case status >= 500:
		out.Class, out.Cause = bot.SendRetry, "error at NotifyNL, which did not take the message"
	case recipient(all):
		out.Class, out.Cause = bot.SendRecipient, "number or address was refused"
	}
	return out
}

// recipient tells whether all that is wrong is the address. A ValidationError
// begins with the name of the field that is wrong.
func recipient(all []fault) bool {
	for _, f := range all {
		address := f.Error == "InvalidPhoneError" || f.Error == "InvalidEmailError" ||
			f.Error == "ValidationError" && (strings.HasPrefix(f.Message, "phone_number ") || strings.HasPrefix(f.Message, "email_address "))
		if !address {
			return false
		}
	}
	return true
}

// uncoded judges an answer that is not NotifyNL's: it comes from something in
// front of it, and says nothing of the key, so that it never stops sending.
func uncoded(status int) *bot.SendError {
	switch {
	case status == http.StatusUnauthorized || status == http.StatusForbidden || status == http.StatusNotFound || status >= 300 && status < 400:
		return &bot.SendError{Class: bot.SendRetry, Cause: fmt.Sprintf("HTTP %d %s is not NotifyNL's own answer: a proxy or web filter in between? Or base_url leads nowhere", status, http.StatusText(status))}
	case status == http.StatusTooManyRequests:
		return &bot.SendError{Class: bot.SendRetry, Cause: "rate limit in front of NotifyNL"}
	}
	return unknown("answer without an error of NotifyNL (HTTP " + http.StatusText(status) + ")")
}
