package main

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gemeentebode/bode/bot/channel/cloudapi/fakegraph"
)

const (
	testerNumber = "31612345678"
	pathSecret   = "geheim-stuk"
)

// tomorrow is a message template.
const tomorrow = `
category = "utility"
[text]
nl = "Morgen halen wij {{.kinds}} op. Stoppen? Stuur STOP."
[sample]
kinds = "papier"
`

// authority signs certificates for a test's web server.
type authority struct {
	t    *testing.T
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
	pool *x509.CertPool
}

func newAuthority(t *testing.T) *authority {
	t.Helper()
	a := &authority{t: t, pool: x509.NewCertPool()}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test authority"}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageCertSign, NotBefore: time.Now().Add(-48 * time.Hour), NotAfter: time.Now().AddDate(1, 0, 0)}
	var err error
	if a.key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader); err != nil {
		t.Fatal(err)
	}
	raw, err := x509.CreateCertificate(rand.Reader, template, template, &a.key.PublicKey, a.key)
	if err != nil {
		t.Fatal(err)
	}
	if a.cert, err = x509.ParseCertificate(raw); err != nil {
		t.Fatal(err)
	}
	a.pool.AddCert(a.cert)
	return a
}

// server starts a TLS server with a certificate of this authority.
func (a *authority) server(handler http.Handler, change func(*x509.Certificate, *tls.Config)) *httptest.Server {
	a.t.Helper()
	template := &x509.Certificate{SerialNumber: big.NewInt(2), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		NotBefore: time.Now().Add(-47 * time.Hour), NotAfter: time.Now().AddDate(0, 3, 0)}
	config := &tls.Config{}
	if change != nil {
		change(template, config)
	}
	raw, err := x509.CreateCertificate(rand.Reader, template, a.cert, &a.key.PublicKey, a.key)
	if err != nil {
		a.t.Fatal(err)
	}
	config.Certificates = []tls.Certificate{{Certificate: [][]byte{raw}, PrivateKey: a.key}}
	s := httptest.NewUnstartedServer(handler)
	s.TLS, s.Config.ErrorLog = config, log.New(io.Discard, "", 0)
	s.StartTLS()
	a.t.Cleanup(s.Close)
	return s
}

// site is an installation that runs behind a web server with TLS.
type site struct {
	*installation
	process   *process
	authority *authority
	front     *httptest.Server
	serving   atomic.Pointer[http.Handler] // what the web server does now
	config    string                       // config.toml, whole
}

func newSite(t *testing.T, config fakegraph.Config, more string) *site {
	t.Helper()
	s := &site{authority: newAuthority(t)}
	s.front = s.authority.server(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { (*s.serving.Load()).ServeHTTP(w, r) }), nil)
	config.HTTP = &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: s.authority.pool}}}
	config.Facts.Throughput = "HIGH"
	config.Callback = s.address()
	s.installation = newInstallation(t, filepath.Join(t.TempDir(), "bode.db"), config).withAccount()
	s.set("phone_number_id =", "public_url = \""+s.address()+"\"\nphone_number_id =")
	s.set("mode = \"open\"", "mode = \"open\"\ntesters = [\""+testerNumber+"\"]")
	for _, edit := range strings.Split(more, "|") {
		if old, now, is := strings.Cut(edit, "=>"); is {
			s.set(old, now)
		}
	}
	s.write("path", pathSecret)
	if err := os.MkdirAll(filepath.Join(s.dir, "bundle/flows/templates"), 0o755); err != nil {
		t.Fatal(err)
	}
	s.bundle(map[string]string{"flows/bode.toml": echoShared, "flows/echo.toml": echoFlow, "flows/templates/morgen.toml": tomorrow})
	s.config = s.written()
	s.process = s.installation.serve()
	s.passOn(s.process.public)
	if code, out := s.said("submit"); code != exitGood && config.Facts.Refuse == nil {
		t.Fatal(out)
	}
	s.decided("APPROVED")
	return s
}

func (s *site) address() string { return s.front.URL + "/webhook/whatsapp" }

func (s *site) written() string {
	s.t.Helper()
	data, err := os.ReadFile(filepath.Join(s.dir, "config.toml"))
	if err != nil {
		s.t.Fatal(err)
	}
	return string(data)
}

// set changes a piece of config.toml.
func (s *site) set(old, now string) {
	s.t.Helper()
	text := s.written()
	if !strings.Contains(text, old) {
		s.t.Fatalf("config.toml does not hold %q", old)
	}
	s.write("config.toml", strings.Replace(text, old, now, 1))
}

// reaches has the doctor look at another web server.
func (s *site) reaches(other string) {
	s.set(s.front.URL, other)
	s.facts(func(f *fakegraph.Facts) { f.Webhook = other + "/webhook/whatsapp" })
}

func (s *site) handle(h http.HandlerFunc) {
	var handler http.Handler = h
	s.serving.Store(&handler)
}

func forwardTo(t *testing.T, address string) *httputil.ReverseProxy {
	t.Helper()
	to, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	proxy := httputil.NewSingleHostReverseProxy(to)
	proxy.ErrorLog = log.New(io.Discard, "", 0)
	return proxy
}

// passOn is what the web server should do: the webhook's path goes to bode,
// and nothing else.
func (s *site) passOn(address string) {
	proxy := forwardTo(s.t, address)
	s.handle(func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasPrefix(r.URL.Path, "/webhook/whatsapp") {
			http.NotFound(w, r)
			return
		}
		proxy.ServeHTTP(w, r)
	})
}

// around changes what the web server does with a request before it passes it on.
func (s *site) around(first func(w http.ResponseWriter, r *http.Request) (done bool)) {
	before := *s.serving.Load()
	s.handle(func(w http.ResponseWriter, r *http.Request) {
		if !first(w, r) {
			before.ServeHTTP(w, r)
		}
	})
}

func (s *site) facts(change func(*fakegraph.Facts)) {
	f := s.fake.Config().Facts
	f.Templates = slices.Clone(f.Templates)
	change(&f)
	s.fake.SetFacts(f)
}

// diagnosis is what the doctor printed as JSON.
type diagnosis struct {
	Wrong int
	Lines []remark
	code  int
	all   string // everything it printed
}

// doctor gives the command as an operator does.
func (s *site) doctor(flags liveFlags) diagnosis {
	s.t.Helper()
	flags.Live, flags.roots, flags.every = true, s.authority.pool, 50*time.Millisecond
	if flags.Within == 0 {
		flags.Within = 2 * time.Minute
	}
	var out, errs bytes.Buffer
	err := (&doctorCmd{Config: filepath.Join(s.dir, "config.toml"), JSON: true, liveFlags: flags}).Run(context.WithoutCancel(s.t.Context()), streams{strings.NewReader(""), &out, &errs})
	d := diagnosis{code: exitCode(err, streams{err: &errs}), all: out.String() + errs.String()}
	if err := json.Unmarshal(out.Bytes(), &d); err != nil && d.code != exitUse {
		s.t.Fatalf("%v: %s", err, d.all)
	}
	for _, secret := range []string{"fake-token", "fake-secret", "fake-verify-token", testerNumber, pathSecret} {
		if strings.Contains(d.all, secret) {
			s.t.Errorf("%q is printed: %s", secret, d.all)
		}
	}
	return d
}

func (d diagnosis) wrong() (list []remark) {
	for _, l := range d.Lines {
		if l.State == stateWrong {
			list = append(list, l)
		}
	}
	return list
}

// of gives the remark about something.
func (d diagnosis) of(what string) remark {
	for _, l := range d.Lines {
		if strings.HasPrefix(l.What, what) {
			return l
		}
	}
	return remark{}
}
