package cloudapi

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/netip"
	"path"
	"strings"
	"sync/atomic"
	"time"

	"github.com/gemeentebode/bode/bot"
)

// Webhook is the address that the platform calls. It answers 200 only after
// Deliver has returned, so that what was not kept is sent again.
type Webhook struct {
	Config  Config
	Deliver func(ctx context.Context, d bot.Delivery) error
	Now     func() time.Time
	Log     *slog.Logger // nil: silent
	// Echo answers the question of bode doctor --live; nil: it is a body like any other.
	Echo func(ctx context.Context, question []byte) (answer []byte, err error)

	held    atomic.Int64 // bytes of large bodies under way
	refused refusals
}

// ServeHTTP answers the handshake (GET) and takes deliveries (POST).
func (h *Webhook) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if h.Config.Secret.Empty() && !h.admits(r) {
		http.NotFound(w, r) // a path that is not known does not exist
		return
	}
	switch r.Method {
	case http.MethodGet:
		h.handshake(w, r)
	case http.MethodPost:
		h.take(w, r)
	default:
		w.Header().Set("Allow", "GET, POST")
		http.Error(w, "only GET and POST", http.StatusMethodNotAllowed)
	}
}

// handshake echoes the raw challenge to whoever knows the verify token.
func (h *Webhook) handshake(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	token := h.Config.VerifyToken
	if token.Empty() || q.Get("hub.mode") != "subscribe" || !same(q.Get("hub.verify_token"), token.Reveal()) {
		http.Error(w, "verify token does not match", http.StatusForbidden)
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("X-Content-Type-Options", "nosniff") // the challenge is the caller's text
	_, _ = io.WriteString(w, q.Get("hub.challenge"))
}

func (h *Webhook) take(w http.ResponseWriter, r *http.Request) {
	signature, signed := h.signature(r)
	if !signed {
		h.refuse(w, http.StatusUnauthorized, "signature is missing or unreadable")
		return
	}
	body, letGo, err := h.read(w, r)
	defer letGo()
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		h.refuse(w, http.StatusRequestEntityTooLarge, "body is too large")
		return
	case errors.Is(err, errBusy):
		h.refuse(w, http.StatusServiceUnavailable, "too many large bodies at once, send it again")
		return
	case err != nil:
		h.refuse(w, http.StatusBadRequest, "body was cut off")
		return
	case !h.verify(signature, body):
		h.refuse(w, http.StatusUnauthorized, "signature does not match")
		return
	}
	if h.echo(w, r, body) {
		return
	}
	delivery, err := Decode(body, h.Config, h.Now())
	if err != nil {
		h.refuse(w, http.StatusBadRequest, "body is not readable")
		return
	}
	if err := h.Deliver(r.Context(), delivery); err != nil {
		h.log(slog.LevelError, "webhook was not kept", "err", err)
		http.Error(w, "not kept, send it again", http.StatusInternalServerError)
		return
	}
	w.WriteHeader(http.StatusOK)
}

// signature reads the header: 64 hexadecimal digits, after "sha256=" or bare.
// Without a secret there is nothing to read, and admits has judged.
func (h *Webhook) signature(r *http.Request) ([]byte, bool) {
	if h.Config.Secret.Empty() {
		return nil, true
	}
	header := r.Header.Get(h.Config.WithDefaults().SignatureHeader)
	sum, err := hex.DecodeString(strings.TrimPrefix(header, "sha256="))
	return sum, err == nil && len(sum) == sha256.Size
}

// verify compares in constant time, over the bytes as they came: Meta signs
// its own spelling of the JSON, with every character beyond ASCII escaped.
func (h *Webhook) verify(signature, body []byte) bool {
	if h.Config.Secret.Empty() {
		return true
	}
	mac := hmac.New(sha256.New, []byte(h.Config.Secret.Reveal()))
	mac.Write(body)
	return hmac.Equal(signature, mac.Sum(nil))
}

// admits judges a caller who does not sign: by the path's last part and by address.
func (h *Webhook) admits(r *http.Request) bool {
	secret := h.Config.PathSecret
	if secret.Empty() || !same(path.Base(r.URL.Path), secret.Reveal()) {
		return false
	}
	from, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return false
	}
	for _, prefix := range h.Config.Allow {
		if prefix.Contains(from.Addr().Unmap()) {
			return true
		}
	}
	return false
}

func (h *Webhook) log(level slog.Level, message string, args ...any) {
	if h.Log != nil {
		h.Log.Log(context.Background(), level, message, args...)
	}
}

// same compares secrets in a time that tells neither their content nor their length.
func same(a, b string) bool {
	x, y := sha256.Sum256([]byte(a)), sha256.Sum256([]byte(b))
	return subtle.ConstantTimeCompare(x[:], y[:]) == 1
}
