// Package outward makes the clients with which the service asks others: to the
// hosts that were configured and nowhere else, over TLS, at public addresses,
// within a time. It knows nothing of what is asked.
package outward

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"syscall"
	"time"
)

// Way is where a client may go.
type Way struct {
	// Hosts may be asked, and redirect to each other: as in an address, with a
	// port where it is not the usual one.
	Hosts     []string
	Named     bool           // a host that is written as an IP address or localhost is allowed by that, whatever network it is in
	Private   bool           // the hosts may be on the own network or machine; never link-local
	Proxy     bool           // by the proxy of the environment where there is one; it then judges the addresses
	Redirects int            // how many are followed; 0: a redirect is the answer
	Timeout   time.Duration  // of one request with its answer; it must be set
	Roots     *x509.CertPool // who may vouch for a host; nil: the system's

	resolver *net.Resolver // nil: the system's; tests have a name server of their own
}

// HostOf is the one host of an address, as Hosts has it; of no address none.
func HostOf(address string) []string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return nil
	}
	return []string{u.Host}
}

// What keeps a request from leaving. Neither quotes an address: it may hold
// where somebody lives.
var (
	ErrElsewhere = errors.New("it leads to another host, or is not https: name every host in the configuration")
	ErrPrivate   = errors.New("its address is a private one: if it is on your own network, write private = true")
)

const (
	dialLimit   = 3 * time.Second
	shakeLimit  = 5 * time.Second
	headerLimit = 64 << 10 // bytes
)

// Client makes a client of a transport that is tuned and goes nowhere yet.
func (w Way) Client(t *http.Transport) *http.Client {
	if w.Timeout <= 0 {
		panic("outward: a way without a time limit") // a mistake of ours, found by the first test
	}
	t.Proxy, t.DialContext = nil, w.dial
	if w.Proxy {
		t.Proxy = http.ProxyFromEnvironment
	}
	t.TLSHandshakeTimeout, t.MaxResponseHeaderBytes = shakeLimit, headerLimit
	t.TLSClientConfig = &tls.Config{RootCAs: w.Roots, MinVersion: tls.VersionTLS12}
	return &http.Client{Timeout: w.Timeout, Transport: gate{t, w}, CheckRedirect: w.redirected}
}

// gate looks at every request before it leaves, redirected ones too.
type gate struct {
	*http.Transport
	way Way
}

// RoundTrip refuses what is not on the way.
func (g gate) RoundTrip(r *http.Request) (*http.Response, error) {
	if !g.way.allows(r.URL) {
		return nil, ErrElsewhere
	}
	return g.Transport.RoundTrip(r)
}

func (w Way) redirected(r *http.Request, via []*http.Request) error {
	switch {
	case w.Redirects == 0:
		return http.ErrUseLastResponse
	case len(via) > w.Redirects || !w.allows(r.URL) || r.URL.Scheme != via[0].URL.Scheme:
		return ErrElsewhere
	}
	return nil
}

// allows wants https to a configured host; http to the own machine.
func (w Way) allows(u *url.URL) bool {
	if u.User != nil || !slices.Contains(w.Hosts, u.Host) {
		return false
	}
	return Safe(u)
}

// Safe holds for an address over https, and for http to the own machine.
func Safe(u *url.URL) bool {
	if u.Host == "" || u.Scheme == "https" {
		return u.Host != ""
	}
	ip, err := netip.ParseAddr(u.Hostname())
	return u.Scheme == "http" && (u.Hostname() == "localhost" || err == nil && ip.Unmap().IsLoopback())
}

// dial judges the address that is really dialled, whatever the name resolved to
// before. What is not one of the hosts is the proxy, which the environment names.
func (w Way) dial(ctx context.Context, network, address string) (net.Conn, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, ErrElsewhere
	}
	dialer := &net.Dialer{Timeout: dialLimit, KeepAlive: 30 * time.Second, Resolver: w.resolver}
	if w.names(host) {
		dialer.Control = w.judge(host)
	} else if !w.Proxy {
		return nil, ErrElsewhere
	}
	return dialer.DialContext(ctx, network, address)
}

func (w Way) names(host string) bool {
	return slices.ContainsFunc(w.Hosts, func(one string) bool { return strings.EqualFold((&url.URL{Host: one}).Hostname(), host) })
}

func (w Way) judge(host string) func(network, address string, _ syscall.RawConn) error {
	literal, _ := netip.ParseAddr(host) // else the zero one, which no address is
	return func(_, address string, _ syscall.RawConn) error {
		at, err := netip.ParseAddrPort(address)
		if err != nil {
			return ErrPrivate
		}
		ip := at.Addr().Unmap()
		switch {
		case w.Named && ip == literal.Unmap():
		case w.Named && host == "localhost" && ip.IsLoopback():
		case public(ip):
		case w.Private && own(ip):
		default:
			return ErrPrivate
		}
		return nil
	}
}

// own are the addresses of an own network or machine. Link-local ones are not
// among them: there the metadata of clouds are to be had.
func own(ip netip.Addr) bool {
	return ip.IsLoopback() || ip.IsPrivate() || sharedSpace.Contains(ip)
}

// sharedSpace is what providers use between themselves (RFC 6598).
var sharedSpace = netip.MustParsePrefix("100.64.0.0/10")

// nat64 reaches any IPv4 address by its last four bytes (RFC 6052).
var nat64 = netip.MustParsePrefix("64:ff9b::/96")

// special are no addresses of anybody in public, or lead to others (IANA's
// special-purpose registries): this network, protocol assignments (a cloud's
// metadata is there), 6to4, benchmarks, reserved, embedded IPv4, local NAT64,
// discard, Teredo and site-local.
var special = []netip.Prefix{sharedSpace, netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("192.0.0.0/24"), netip.MustParsePrefix("192.88.99.0/24"),
	netip.MustParsePrefix("198.18.0.0/15"), netip.MustParsePrefix("240.0.0.0/4"), netip.MustParsePrefix("::/96"), netip.MustParsePrefix("::ffff:0:0:0/96"),
	netip.MustParsePrefix("64:ff9b:1::/48"), netip.MustParsePrefix("100::/64"), netip.MustParsePrefix("2001::/32"), netip.MustParsePrefix("2002::/16"), netip.MustParsePrefix("fec0::/10")}

func public(ip netip.Addr) bool {
	if nat64.Contains(ip) {
		all := ip.As16()
		ip = netip.AddrFrom4([4]byte(all[12:]))
	}
	return ip.Zone() == "" && ip.IsGlobalUnicast() && !ip.IsPrivate() &&
		!slices.ContainsFunc(special, func(p netip.Prefix) bool { return p.Contains(ip) })
}
