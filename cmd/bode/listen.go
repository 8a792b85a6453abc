package main

import (
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"time"
)

// Limits of every listener: a slow or endless client costs one connection for a short time.
const (
	readLimit     = 30 * time.Second // 3 MB over a slow line
	headLimit     = 5 * time.Second
	writeLimit    = 30 * time.Second
	idleLimit     = 2 * time.Minute
	headBytes     = 64 << 10
	shutdownLimit = 60 * time.Second
)

// newServer is the one way to listen: with limits, with headers on whatever is
// answered, and without a word of a request in the log. What streams, such as
// the demo's page, puts its own deadline after each write.
func newServer(handler http.Handler, log *slog.Logger) *http.Server {
	return &http.Server{Handler: upright(handler, log), ReadTimeout: readLimit, ReadHeaderTimeout: headLimit, WriteTimeout: writeLimit,
		IdleTimeout: idleLimit, MaxHeaderBytes: headBytes, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug)}
}

// nothing is the policy of answers that are no page: errors and numbers.
const nothing = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// upright sets the headers of answers that have none of their own, and ends a
// request that panics without telling the value: it may quote a resident, and
// the address may hold a token.
func upright(next http.Handler, log *slog.Logger) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			p := recover()
			if p == nil {
				return
			}
			if p == http.ErrAbortHandler {
				panic(p)
			}
			log.Error("a request ended in a panic", "of", fmt.Sprintf("%T", p), "stack", string(debug.Stack()))
			panic(http.ErrAbortHandler) // nothing more is said on this connection
		}()
		h := w.Header()
		h.Set("Content-Security-Policy", nothing)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		next.ServeHTTP(w, r)
	})
}
