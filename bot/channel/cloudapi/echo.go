package cloudapi

import (
	"bytes"
	"log/slog"
	"net/http"
)

// EchoHead is how the body of an echo begins: bode doctor --live sends one
// through the public address, to see that it comes here. The platform knows no
// such object, so that no delivery is ever taken for one.
const EchoHead = `{"object":"bode_doctor",`

// echo answers a body that is an echo, after it passed the same gate as a
// delivery; it reports false where the body is something else.
func (h *Webhook) echo(w http.ResponseWriter, r *http.Request, body []byte) bool {
	if h.Echo == nil || !bytes.HasPrefix(body, []byte(EchoHead)) {
		return false
	}
	answer, err := h.Echo(r.Context(), body)
	if err != nil {
		h.log(slog.LevelWarn, "echo was not answered", "err", err)
		http.Error(w, "not kept, send it again", http.StatusInternalServerError)
		return true
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write(answer) // the caller may be gone
	return true
}
