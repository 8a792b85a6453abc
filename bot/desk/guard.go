package desk

import (
	"net"
	"net/http"
	"slices"
	"strings"
)

// policy lets a page load this server's own style and send its forms here, and
// nothing else. There is no script, and no inline style.
const policy = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

// guard sets the headers that are this page's own, beside those that every
// answer of the listener has, and refuses names that are not ours: a page elsewhere
// whose name was made to point here (DNS rebinding) gets nothing.
func (d *desk) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("Referrer-Policy", "same-origin") // a form must say where it came from
		h.Set("X-Robots-Tag", "noindex")
		if !d.ours(r) {
			http.Error(w, "put the name by which you reach this page in config.toml: [desk] hosts", http.StatusMisdirectedRequest)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// ours tells whether the Host header names this machine (loopback, or the
// address on which the connection came in) or is configured.
func (d *desk) ours(r *http.Request) bool {
	host := r.Host
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.ToLower(strings.Trim(host, "[]"))
	if host == "localhost" || slices.Contains(d.Hosts, host) {
		return true
	}
	ip := net.ParseIP(host)
	if ip == nil {
		return false
	}
	local, _ := r.Context().Value(http.LocalAddrContextKey).(*net.TCPAddr)
	return ip.IsLoopback() || local != nil && local.IP.Equal(ip)
}
