package outward

import (
	"context"
	"crypto/x509"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"
)

func TestPublic_isWhatSomebodyElseHasInPublic(t *testing.T) {
	for address, want := range map[string]bool{
		"8.8.8.8": true, "157.240.201.35": true, "2a03:2880:f145:82:face:b00c:0:25de": true, "64:ff9b::808:808": true,
		"127.0.0.1": false, "127.9.9.9": false, "10.0.0.1": false, "172.16.0.1": false, "172.31.255.255": false, "192.168.1.1": false,
		"169.254.169.254": false, "100.100.100.200": false, "192.0.0.192": false, "0.0.0.0": false, "0.1.2.3": false, "255.255.255.255": false, "240.0.0.1": false,
		"224.0.0.1": false, "198.18.0.1": false, "::1": false, "::": false, "::127.0.0.1": false, "fe80::1": false, "fe80::1%eth0": false, "fc00::1": false, "fd00:ec2::254": false,
		"ff02::1": false, "fec0::1": false, "64:ff9b::7f00:1": false, "64:ff9b::a9fe:a9fe": false, "64:ff9b:1::1": false, "2002:7f00:1::": false, "2001::1": false, "::ffff:0:127.0.0.1": false,
	} {
		if got := public(netip.MustParseAddr(address)); got != want {
			t.Errorf("%s is public: %v", address, got)
		}
	}
}

func TestJudge_looksAtTheAddressThatIsDialled(t *testing.T) {
	for _, c := range []struct {
		says, host, dialled string
		private, want       bool
		named               bool
	}{
		{"a name with a public address", "feeds.example", "8.8.8.8:443", false, true, false},
		{"a name that was bound to another address since", "feeds.example", "127.0.0.1:443", false, false, false},
		{"an IPv4 address in IPv6 clothes", "feeds.example", "[::ffff:169.254.169.254]:443", false, false, false},
		{"a private address in IPv6 clothes", "feeds.example", "[::ffff:10.0.0.1]:443", false, false, false},
		{"the own network, which was allowed", "feeds.example", "10.0.0.1:443", true, true, false},
		{"the own machine, which was allowed", "feeds.example", "[::1]:443", true, true, false},
		{"a cloud's metadata, which private does not allow", "feeds.example", "169.254.169.254:80", true, false, false},
		{"the same by NAT64", "feeds.example", "[64:ff9b::a9fe:a9fe]:80", true, false, false},
		{"an address that is written in the configuration", "10.1.2.3", "10.1.2.3:443", false, true, true},
		{"the same where that does not allow it", "10.1.2.3", "10.1.2.3:443", false, false, false},
		{"another than the one that is written", "10.1.2.3", "10.1.2.4:443", false, false, true},
		{"localhost on the own machine", "localhost", "127.0.0.1:8090", false, true, true},
		{"a localhost that is elsewhere", "localhost", "10.0.0.1:8090", false, false, true},
		{"no address", "feeds.example", "feeds.example:443", false, false, false},
	} {
		t.Run(c.says, func(t *testing.T) {
			if err := (Way{Private: c.private, Named: c.named}).judge(c.host)("tcp", c.dialled, nil); (err == nil) != c.want {
				t.Error(err)
			}
		})
	}
}

func TestSafe_isHTTPSOrTheOwnMachine(t *testing.T) {
	for address, want := range map[string]bool{"https://a.example": true, "http://a.example": false, "http://localhost:1": true, "http://127.0.0.1:1": true, "http://[::1]:1": true,
		"http://[::ffff:127.0.0.1]:1": true, "http://localhost.a.example": false, "http://10.0.0.1": false, "ftp://127.0.0.1": false, "file:///etc/passwd": false, "https://": false, "": false} {
		u, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		if Safe(u) != want {
			t.Errorf("%q: %v", address, !want)
		}
	}
}

// town is a server that answers, and one elsewhere that must hear nothing.
type town struct {
	server, elsewhere *httptest.Server
	heard             int
}

func newTown(t *testing.T) *town {
	w := &town{}
	quiet := log.New(io.Discard, "", 0) // of handshakes that are meant to fail
	w.elsewhere = httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { w.heard++ }))
	w.elsewhere.Config.ErrorLog = quiet
	w.elsewhere.StartTLS()
	t.Cleanup(w.elsewhere.Close)
	w.server = httptest.NewUnstartedServer(http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/away":
			http.Redirect(out, r, w.elsewhere.URL, http.StatusFound)
		case "/plain":
			http.Redirect(out, r, strings.Replace(w.server.URL, "https", "http", 1), http.StatusFound)
		case "/round":
			http.Redirect(out, r, "/round", http.StatusFound)
		case "/moved":
			http.Redirect(out, r, "/", http.StatusFound)
		case "/slow":
			<-r.Context().Done()
		case "/long":
			out.Header().Set("X-Long", strings.Repeat("a", 1<<20))
		}
		io.WriteString(out, "here")
	}))
	w.server.Config.ErrorLog = quiet
	w.server.StartTLS()
	t.Cleanup(w.server.Close)
	return w
}

// way leads to the server, whose address is written out.
func (w *town) way() Way {
	roots := x509.NewCertPool()
	roots.AddCert(w.server.Certificate())
	roots.AddCert(w.elsewhere.Certificate())
	return Way{Named: true, Hosts: []string{w.server.Listener.Addr().String()}, Timeout: 30 * time.Second, Roots: roots}
}

func get(t *testing.T, way Way, address string) (int, error) {
	t.Helper()
	client := way.Client(&http.Transport{})
	defer client.CloseIdleConnections()
	response, err := client.Get(address)
	if err != nil {
		return 0, err
	}
	response.Body.Close()
	return response.StatusCode, nil
}

func TestClient_goesToTheConfiguredHostsAndNowhereElse(t *testing.T) {
	w := newTown(t)
	for _, c := range []struct {
		says, path string
		redirects  int
		status     int
		err        error
	}{
		{"what is asked", "/", 0, 200, nil},
		{"a redirect is the answer", "/away", 0, 302, nil},
		{"a redirect on the same host", "/moved", 2, 200, nil},
		{"a redirect elsewhere", "/away", 2, 0, ErrElsewhere},
		{"a redirect to no TLS", "/plain", 2, 0, ErrElsewhere},
		{"a redirect that does not end", "/round", 2, 0, ErrElsewhere},
	} {
		t.Run(c.says, func(t *testing.T) {
			way := w.way()
			way.Redirects = c.redirects
			status, err := get(t, way, w.server.URL+c.path)
			if status != c.status || !errors.Is(err, c.err) {
				t.Errorf("status %d, %v", status, err)
			}
		})
	}
	if _, err := get(t, w.way(), w.elsewhere.URL); !errors.Is(err, ErrElsewhere) || w.heard > 0 {
		t.Errorf("%v, and it heard %d requests", err, w.heard)
	}
}

func TestClient_refusesAHostNameThatLeadsToThisMachine(t *testing.T) {
	w := newTown(t)
	_, port, _ := strings.Cut(w.server.Listener.Addr().String(), ":")
	for private, want := range map[bool]error{false: ErrPrivate, true: nil} {
		way := w.way()
		way.Hosts, way.Private, way.resolver = []string{"example.com:" + port}, private, liar(t) // the name in the test server's certificate
		if status, err := get(t, way, "https://example.com:"+port+"/"); !errors.Is(err, want) || (status == 200) != private {
			t.Errorf("private %v: status %d, %v", private, status, err)
		}
	}
	if _, err := w.way().dial(t.Context(), "tcp", "other.example:443"); !errors.Is(err, ErrElsewhere) {
		t.Errorf("dialled a host that is not configured: %v", err)
	}
}

// liar is a resolver whose name server says of every name that it is this machine.
func liar(t *testing.T) *net.Resolver {
	server, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	go func() {
		for question := make([]byte, 512); ; {
			n, from, err := server.ReadFrom(question)
			if err != nil {
				return
			}
			server.WriteTo(lie(question[:n]), from)
		}
	}()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "udp", server.LocalAddr().String())
	}}
}

// lie answers a question for A with 127.0.0.1, and any other with nothing (RFC 1035, 4.1).
func lie(question []byte) []byte {
	end := 12
	for question[end] != 0 {
		end += int(question[end]) + 1
	}
	asked := question[12 : end+5]
	answers := byte(0)
	if asked[len(asked)-3] == 1 {
		answers = 1
	}
	out := append([]byte{question[0], question[1], 0x81, 0x80, 0, 1, 0, answers, 0, 0, 0, 0}, asked...)
	if answers == 1 {
		out = append(out, 0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 1, 0, 4, 127, 0, 0, 1)
	}
	return out
}

func TestClient_isBoundedInTimeAndHeaders(t *testing.T) {
	w := newTown(t)
	way := w.way()
	if _, err := get(t, way, w.server.URL+"/long"); err == nil {
		t.Error("a megabyte of headers was taken")
	}
	way.Timeout = 50 * time.Millisecond
	var asked *url.Error
	if _, err := get(t, way, w.server.URL+"/slow"); !errors.As(err, &asked) || !asked.Timeout() {
		t.Errorf("%v", err)
	}
	defer func() {
		if recover() == nil {
			t.Error("a client without a time limit was made")
		}
	}()
	(Way{}).Client(&http.Transport{})
}
