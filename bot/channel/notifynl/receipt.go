package notifynl

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/gemeentebode/bode/bot"
)

// Receipts answers the callbacks in which NotifyNL says what became of a
// message. NotifyNL repeats one that is not answered 200 five times, every five
// minutes.
type Receipts struct {
	Token   bot.Private // the bearer token that was set at NotifyNL
	Deliver func(context.Context, bot.Delivery) error
	Now     func() time.Time
}

// longestReceipt is generous: a receipt is some hundred bytes.
const longestReceipt = 16 << 10

// ServeHTTP takes one receipt.
func (h *Receipts) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	given, bearer := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if h.Token.Empty() || !bearer || !same(given, h.Token.Reveal()) {
		http.Error(w, "forbidden", http.StatusForbidden)
		return
	}
	if r.Method != http.MethodPost {
		http.Error(w, "POST only", http.StatusMethodNotAllowed)
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, longestReceipt))
	status, known := decode(body, h.Now())
	if err != nil || !known {
		http.Error(w, "not a receipt", http.StatusBadRequest)
		return
	}
	if err := h.Deliver(r.Context(), bot.Delivery{Statuses: []bot.Status{status}}); err != nil {
		http.Error(w, "not kept, try again", http.StatusServiceUnavailable)
		return
	}
	w.WriteHeader(http.StatusOK)
}

// same compares in a time that says nothing of either.
func same(a, b string) bool {
	x, y := sha256.Sum256([]byte(a)), sha256.Sum256([]byte(b))
	return subtle.ConstantTimeCompare(x[:], y[:]) == 1
}

// decode reads a receipt; whom it went to is not looked at.
func decode(body []byte, now time.Time) (bot.Status, bool) {
	var in struct {
		ID        string    `json:"id"`
		Reference string    `json:"reference"`
		Status    string    `json:"status"`
		Completed time.Time `json:"completed_at"`
	}
	if json.Unmarshal(body, &in) != nil || in.ID == "" || in.Status == "" {
		return bot.Status{}, false
	}
	out := bot.Status{Send: bot.ID(in.Reference), Message: bot.Hide(in.ID), At: now}
	if !uuidShape.MatchString(in.Reference) {
		out.Send = ""
	}
	if !in.Completed.IsZero() && in.Completed.Before(now) {
		out.At = in.Completed.UTC()
	}
	switch in.Status {
	case "delivered":
		out.State = bot.StatusDelivered
	case "permanent-failure", "temporary-failure":
		out.State, out.Error = bot.StatusFailed, &bot.SendError{Class: bot.SendRecipient, Cause: "could not be delivered: " + in.Status}
	case "technical-failure":
		out.State, out.Error = bot.StatusFailed, &bot.SendError{Class: bot.SendOurs, Cause: "could not be delivered: " + in.Status}
	default:
		out.State = bot.StatusSent
	}
	return out, true
}
