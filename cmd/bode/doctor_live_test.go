package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/channel/cloudapi"
	"github.com/gemeentebode/bode/bot/channel/cloudapi/fakegraph"
	"github.com/gemeentebode/bode/store"
)

func TestDoctorLive_eachThingThatIsBrokenIsTheOneLineThatIsWrong(t *testing.T) {
	t.Parallel()
	s := newSite(t, fakegraph.Config{}, "")
	healthy, passing := s.fake.Config().Facts, *s.serving.Load()
	if d := s.doctor(liveFlags{}); d.code != exitGood || d.Wrong != 0 || len(d.Lines) < 25 {
		t.Fatalf("a good site: exit %d, %v", d.code, d.wrong())
	}
	fact := func(change func(*fakegraph.Facts)) func() { return func() { s.facts(change) } }
	around := func(first func(http.ResponseWriter, *http.Request) bool) func() { return func() { s.around(first) } }
	for _, c := range []struct {
		name, what, todo string
		breaks           func()
	}{
		{"a token that the platform calls invalid", "token", "system user", fact(func(f *fakegraph.Facts) { f.TokenInvalid = true })},
		{"a token that expired", "token", "system user", fact(func(f *fakegraph.Facts) { f.TokenExpires = time.Now().Add(-time.Hour) })},
		{"a token of a day", "token", "token_file", fact(func(f *fakegraph.Facts) { f.TokenExpires = time.Now().Add(23 * time.Hour) })},
		{"a token that may not send", "what the token may do", "ask your provider", fact(func(f *fakegraph.Facts) { f.Scopes = []string{"whatsapp_business_management"} })},
		{"a token that may not manage", "access to the platform", "whatsapp_business_management", fact(func(f *fakegraph.Facts) { f.Scopes = []string{"whatsapp_business_messaging"} })},
		{"another token", "access to the platform", "valid token", func() { s.write("token", "another") }},
		{"a web filter on the way out", "access to the platform", "past any web filter", fact(func(f *fakegraph.Facts) { f.Refuse = map[string]int{"number": -1} })},
		{"another number's id", "access to the platform", "provider's letter", func() { s.set("100000000000001", "100000000000008") }},
		{"a number that is not connected", "number +31850000000", "register", fact(func(f *fakegraph.Facts) { f.NumberStatus = "PENDING" })},
		{"a number of another platform", "number +31850000000", "Cloud API", fact(func(f *fakegraph.Facts) { f.Platform = "ON_PREMISE" })},
		{"a number for trying", "number +31850000000", "live", fact(func(f *fakegraph.Facts) { f.Mode = "SANDBOX" })},
		{"a number that nobody verified", "ownership of the number", "code", fact(func(f *fakegraph.Facts) { f.CodeStatus = "NOT_VERIFIED" })},
		{"a name that was declined", "display name", "choose a name", fact(func(f *fakegraph.Facts) { f.NameStatus = "DECLINED" })},
		{"red quality", "quality", "notify pause", fact(func(f *fakegraph.Facts) { f.Quality = "RED" })},
		{"a lower limit than ours", "messaging limit", "messaging_limit = 50", fact(func(f *fakegraph.Facts) { f.Tier = "TIER_50" })},
		{"a lower pace than ours", "pace", "per_second = 80", fact(func(f *fakegraph.Facts) { f.Throughput = "STANDARD" })},
		{"an account that was rejected", "account", "government programme", fact(func(f *fakegraph.Facts) { f.Review = "REJECTED" })},
		{"a business that was not verified", "business verification", "verified as a business", fact(func(f *fakegraph.Facts) { f.Verification = "not_verified" })},
		{"a number of another account", "number and account", "waba_id", fact(func(f *fakegraph.Facts) { f.OtherNumber = true })},
		{"no account", "account", "letter", func() { s.set("waba_id = \"200000000000002\"", "") }},
		{"an account that is throttled", "account", "a few minutes", fact(func(f *fakegraph.Facts) { f.Refuse = map[string]int{"account": 4} })},
		{"no subscription", "webhook subscription", "--fix", fact(func(f *fakegraph.Facts) { f.NotSubscribed = true })},
		{"a callback elsewhere", "where the platform delivers", "callback", fact(func(f *fakegraph.Facts) { f.Webhook = "https://oud.voorbeeldstad.example/hook" })},
		{"an empty profile", "business profile", "WhatsApp Manager", fact(func(f *fakegraph.Facts) { f.Profile = fakegraph.Profile{About: "Bode"} })},
		{"a template that is paused", "message template morgen nl", "resumes it by itself", func() { s.facts(func(f *fakegraph.Facts) { f.Templates[0].Status = "PAUSED" }) }},
		{"a template that was rejected", "message template morgen nl", "change the words", func() { s.facts(func(f *fakegraph.Facts) { f.Templates[0].Status = "REJECTED" }) }},
		{"a template that is disabled", "message template morgen nl", "under another name", func() { s.facts(func(f *fakegraph.Facts) { f.Templates[0].Status = "DISABLED" }) }},
		{"a clock that is behind", "clock beside the platform's", "NTP", fact(func(f *fakegraph.Facts) { f.ClockAhead = time.Minute })},

		{"no public address", "public address", "https://", func() { s.set(s.address(), "") }},
		{"a public address without TLS", "public address", "https://", func() { s.set(s.address(), "http://bode.voorbeeldstad.example/webhook") }},
		{"nobody listens", "public address", "network colleague", func() {
			s.reaches("https://127.0.0.1:1")
		}},
		{"a certificate of another name", "public address", "certificate with this name", func() {
			s.reaches(s.authority.server(passing, func(c *x509.Certificate, _ *tls.Config) { c.IPAddresses = []net.IP{net.IPv4(127, 0, 0, 9)} }).URL)
		}},
		{"a certificate that expired", "public address", "renew", func() {
			s.reaches(s.authority.server(passing, func(c *x509.Certificate, _ *tls.Config) { c.NotAfter = time.Now().Add(-time.Hour) }).URL)
		}},
		{"a certificate that expires soon", "TLS of", "renew", func() {
			s.reaches(s.authority.server(passing, func(c *x509.Certificate, _ *tls.Config) { c.NotAfter = time.Now().Add(20 * 24 * time.Hour) }).URL)
		}},
		{"a certificate of nobody", "public address", "intermediate", func() { s.reaches(newAuthority(t).server(passing, nil).URL) }},
		{"old TLS", "TLS of", "1.2 and 1.3 only", func() {
			s.reaches(s.authority.server(passing, func(_ *x509.Certificate, c *tls.Config) { c.MinVersion = tls.VersionTLS10 }).URL)
		}},
		{"only old TLS", "public address", "TLS 1.2", func() {
			s.reaches(s.authority.server(passing, func(_ *x509.Certificate, c *tls.Config) {
				c.MinVersion, c.MaxVersion = tls.VersionTLS10, tls.VersionTLS11
			}).URL)
		}},
		{"a redirect", "webhook's handshake", "follows no redirect", around(func(w http.ResponseWriter, r *http.Request) bool {
			http.Redirect(w, r, "https://www.voorbeeldstad.example"+r.URL.Path, http.StatusMovedPermanently)
			return true
		})},
		{"a path that is not passed on", "webhook's handshake", "[listen] public", func() { s.handle(http.NotFound) }},
		{"bode that does not run", "webhook's handshake", "bode serve runs", func() { s.passOn("http://127.0.0.1:1") }},
		{"a login page", "webhook's handshake", "login pages", func() {
			s.handle(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "<html>login") })
		}},
		{"another verify token", "webhook's handshake", "start bode serve again", func() { s.write("verify", "another") }},
		{"a front that says yes to any token", "webhook's handshake", "in front", around(func(w http.ResponseWriter, r *http.Request) bool {
			if r.Method == http.MethodGet && r.URL.Path == "/webhook/whatsapp" {
				_, _ = io.WriteString(w, r.URL.Query().Get("hub.challenge"))
				return true
			}
			return false
		})},
		{"another secret", "signed delivery", "start bode serve again", func() { s.write("secret", "another") }},
		{"a firewall", "signed delivery", "web application firewall", around(func(w http.ResponseWriter, r *http.Request) bool {
			if r.Method == http.MethodPost {
				w.WriteHeader(http.StatusForbidden)
			}
			return r.Method == http.MethodPost
		})},
		{"a front that changes the body", "signed delivery", "as they came", around(func(_ http.ResponseWriter, r *http.Request) bool {
			if r.Method == http.MethodPost {
				r.Body = io.NopCloser(io.MultiReader(r.Body, strings.NewReader(" ")))
				r.ContentLength++
			}
			return false
		})},
		{"another installation", "signed delivery", "DNS", func() { s.handle(otherInstallation(s).ServeHTTP) }},
		{"a front that signs anything", "wrongly signed delivery", "off the internet", around(func(_ http.ResponseWriter, r *http.Request) bool {
			if r.Method == http.MethodPost {
				body, _ := io.ReadAll(r.Body)
				r.Body = io.NopCloser(bytes.NewReader(body))
				r.Header.Set("X-Hub-Signature-256", s.fake.Sign(body))
			}
			return false
		})},
		{"a limit of 1 MB", "delivery of 3 MB", "4 MB", around(func(w http.ResponseWriter, r *http.Request) bool {
			if r.ContentLength > 1<<20 {
				_, _ = io.Copy(io.Discard, r.Body)
				w.WriteHeader(http.StatusRequestEntityTooLarge)
			}
			return r.ContentLength > 1<<20
		})},
		{"metrics on the internet", "internal pages", "loopback", func() {
			inside := forwardTo(t, s.process.internal)
			s.around(func(w http.ResponseWriter, r *http.Request) bool {
				if r.URL.Path == "/metrics" {
					inside.ServeHTTP(w, r)
				}
				return r.URL.Path == "/metrics"
			})
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.breaks()
			d := s.doctor(liveFlags{})
			s.fake.SetFacts(healthy)
			s.serving.Store(&passing)
			s.write("config.toml", s.config)
			for name, text := range map[string]string{"token": "fake-token", "secret": "fake-secret", "verify": "fake-verify-token"} {
				s.write(name, text)
			}
			bad := d.wrong()
			if d.code != exitFaults || len(bad) != 1 || !strings.HasPrefix(bad[0].What, c.what) || !strings.Contains(bad[0].Todo, c.todo) {
				t.Errorf("exit %d, want only %q wrong with advice %q:\n%v", d.code, c.what, c.todo, bad)
			}
		})
	}
	if d := s.doctor(liveFlags{}); d.code != exitGood {
		t.Errorf("and when all is mended: %v", d.wrong())
	}
	_, metrics := s.process.get("/metrics")
	if !strings.Contains(metrics, `bode_events_total{detail="",event="echo"}`) {
		t.Error("the echoes are not counted")
	}
	if n := s.residents(); n != 0 {
		t.Errorf("the doctor made %d residents", n)
	}
}

// What is being looked at, nobody here can speed up; unless it is to go out now.
func TestDoctorLive_aTemplateThatIsBeingReviewedIsWaitedFor(t *testing.T) {
	t.Parallel()
	s := newSite(t, fakegraph.Config{}, "")
	hears := func(status string) {
		eventually(t, time.Minute, "the service has heard "+status, func() bool { return s.known("morgen", "nl").Status == status })
	}
	hears("APPROVED")
	s.decided("PENDING")
	hears("PENDING")
	if d := s.doctor(liveFlags{}); d.code != exitGood || d.of("message template morgen nl").State != stateNote || !strings.Contains(d.of("message template morgen nl").Found, "is being reviewed, usually within 24 hours") {
		t.Errorf("exit %d, wrong: %v, %+v", d.code, d.wrong(), d.of("message template"))
	}
	if code, out := s.onlyHere(); code != exitGood || !strings.Contains(out, "1 being reviewed by the platform") {
		t.Errorf("exit %d without --live: %s", code, out)
	}
	s.process.stop() // or it would find that nobody is to hear it
	now := time.Now()
	if _, _, err := s.open().BeginRun(t.Context(), now, bot.Run{Account: ownNumber, Kind: bot.RunNotice, Job: "bericht", Topic: "nieuws", Bundle: "-",
		Template: "morgen", Due: now, NotBefore: now, Useless: now.Add(time.Hour)}); err != nil {
		t.Fatal(err)
	}
	if l := s.doctor(liveFlags{}).of("message template morgen nl"); l.State != stateWrong || !strings.Contains(l.Found, "bericht sends by it now") {
		t.Errorf("with a run that needs it: %+v", l)
	}
	if code, out := s.onlyHere(); code != exitFaults || !strings.Contains(out, "bericht sends by it now") {
		t.Errorf("with a run that needs it, exit %d without --live: %s", code, out)
	}
}

// onlyHere gives the command without --live.
func (s *site) onlyHere() (int, string) {
	s.t.Helper()
	code, out, errs := command(s.t, "", "doctor", "--config", filepath.Join(s.dir, "config.toml"))
	return code, out + errs
}

// residents counts the rows that are about somebody.
func (s *site) residents() int {
	s.t.Helper()
	n := 0
	db := s.sql()
	if err := db.QueryRow(`SELECT count(*) FROM resident`).Scan(&n); err != nil {
		s.t.Fatal(err)
	}
	return n
}

// otherInstallation has the same secrets and other keys: a trial beside the service.
func otherInstallation(s *site) http.Handler {
	e := newEchoes(echoKey(store.NewKeyring()), func(context.Context) error { return nil }, func(string, string) {})
	c := cloudapi.Config{PhoneNumberID: ownNumber}.WithDefaults()
	c.Secret, c.VerifyToken = bot.Hide("fake-secret"), bot.Hide("fake-verify-token")
	return &cloudapi.Webhook{Config: c, Echo: e.answer, Now: time.Now}
}

func TestDoctorLive_fixSubscribes(t *testing.T) {
	t.Parallel()
	s := newSite(t, fakegraph.Config{Facts: fakegraph.Facts{NotSubscribed: true}}, "")
	if d := s.doctor(liveFlags{Fix: true}); d.code != exitGood || !strings.Contains(d.of("webhook subscription").Found, "made now") || !strings.Contains(d.all, "subscribing") {
		t.Errorf("exit %d: %s", d.code, d.all)
	}
	if s.fake.Config().Facts.NotSubscribed {
		t.Error("the app is not subscribed")
	}
	s.facts(func(f *fakegraph.Facts) { f.NotSubscribed, f.Refuse = true, map[string]int{"subscribed_apps": 10} })
	if d := s.doctor(liveFlags{Fix: true}); d.code != exitFaults || !strings.Contains(d.of("webhook subscription").Todo, "whatsapp_business_management") {
		t.Errorf("exit %d: %s", d.code, d.all)
	}
}

func TestDoctorLive_whatAProviderDoesNotTellIsANote(t *testing.T) {
	t.Parallel()
	untold := map[string]int{"account": -1, "phone_numbers": -1, "whatsapp_business_profile": 100, "settings": 2500}
	s := newSite(t, fakegraph.Config{AuthHeader: "D360-API-KEY:", Facts: fakegraph.Facts{Refuse: untold}},
		`phone_number_id ==>auth_header = "D360-API-KEY:"`+"\nphone_number_id =|[programme]=>[programme]\nprovider = \"Voorbeeldprovider\"")
	d := s.doctor(liveFlags{})
	if d.code != exitGood {
		t.Errorf("exit %d: %v", d.code, d.wrong())
	}
	for _, what := range []string{"token", "account", "number and account", "business profile", "where the platform stores"} {
		if l := d.of(what); l.State != stateNote || !strings.Contains(l.Found, "not told by this provider") || !strings.Contains(l.Todo, "Voorbeeldprovider") {
			t.Errorf("%s: %+v", what, l)
		}
	}
}

func TestDoctorLive_aProviderThatDoesNotSignIsHeldByItsPath(t *testing.T) {
	t.Parallel()
	s := newSite(t, fakegraph.Config{}, `secret_file = "secret"=>path_secret_file = "path"`+"\nallow = [\"127.0.0.1/32\"]")
	s.fake.SetCallback(s.address() + "/" + pathSecret)
	passing := *s.serving.Load()
	for _, c := range []struct {
		name, what, state, todo string
		breaks                  func()
	}{
		{"a good site", "wrongly signed delivery", stateNote, "signed webhooks", func() {}},
		{"a good site tells no secret", "path secret", stateGood, "", func() {}},
		{"the secret in public_url", "path secret", stateWrong, "make a new one", func() { s.set(s.address(), s.address()+"/"+pathSecret) }},
		{"a front that adds the secret", "path secret", stateWrong, "take the redirect", func() {
			s.around(func(w http.ResponseWriter, r *http.Request) bool {
				if r.URL.Path == "/webhook/whatsapp" {
					http.Redirect(w, r, "/webhook/whatsapp/"+pathSecret, http.StatusFound)
				}
				return r.URL.Path == "/webhook/whatsapp"
			})
		}},
		{"a doctor that is not allowed", "webhook's handshake", stateNote, "test delivery", func() {
			s.around(func(w http.ResponseWriter, r *http.Request) bool { http.NotFound(w, r); return true })
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.breaks()
			d := s.doctor(liveFlags{})
			s.serving.Store(&passing)
			s.write("config.toml", s.config)
			if l := d.of(c.what); l.State != c.state || !strings.Contains(l.Todo, c.todo) || (d.code == exitGood) != (c.state != stateWrong) {
				t.Errorf("exit %d, %+v, want %s with %q; wrong: %v", d.code, l, c.state, c.todo, d.wrong())
			}
		})
	}
}

func TestDoctorLive_aTestMessageIsSeenDelivered(t *testing.T) {
	t.Parallel()
	s := newSite(t, fakegraph.Config{Rules: fakegraph.Rules{Window: true, WindowLater: true}}, "")
	tester := fakegraph.Person{Phone: testerNumber}
	wrote := func() { s.fake.Heard(tester.Phone, time.Now()) }
	for _, c := range []struct {
		name, what, state, says string
		prepare                 func()
		within                  time.Duration
	}{
		{"who did not write gets a template", testMessage + ", by template morgen", stateGood, "after", func() {}, 0},
		{"without an approved template the tester writes first", testMessage, stateWrong, "let the tester write", func() { s.decided("PAUSED") }, 0},
		{"who wrote gets the text", testMessage, stateGood, "after", wrote, 0},
		{"who cannot be reached", testMessage, stateWrong, "has WhatsApp", func() {
			wrote()
			s.fake.Script(fakegraph.Fault{Code: 131026})
		}, 0},
		{"a phone that is off", testMessage, stateWrong, "phone is on", func() { s.fake.SetCallback(s.front.URL + "/elsewhere") }, time.Second},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.prepare()
			d := s.doctor(liveFlags{Message: "+" + testerNumber, Within: c.within})
			if l := d.of(testMessage); !strings.HasPrefix(l.What, c.what) || l.State != c.state || !strings.Contains(l.Found+l.Todo, c.says) {
				t.Errorf("%+v, want %s with %q in: %s", l, c.state, c.says, d.all)
			}
		})
	}
	if n := s.residents(); n != 0 {
		t.Errorf("the test message made %d residents", n)
	}
	sent := s.fake.To(testerNumber)
	var kinds []string
	for _, m := range sent {
		kinds = append(kinds, m.Type)
	}
	if strings.Join(kinds, " ") != "text template text text text" || !strings.Contains(sent[0].Text, "testbericht van Gemeente Voorbeeldstad") {
		t.Errorf("sent: %v", kinds)
	}
	if d := s.doctor(liveFlags{Message: "+31699999999"}); d.code != exitUse || !strings.Contains(d.all, "testers") || len(s.fake.Record()) != len(sent) {
		t.Errorf("to who is no tester: exit %d: %s", d.code, d.all)
	}
}

func TestEchoes_knowOnlyTheirOwn(t *testing.T) {
	key, other := echoKey(store.NewKeyring()), echoKey(store.NewKeyring())
	mine, row := probeID(key), bot.NewID(time.Now())
	if !isProbe(key, mine) || isProbe(other, mine) || isProbe(key, row) || isProbe(key, "") || isProbe(key, probeID(other)) {
		t.Error("an id is taken for another's")
	}
	e := newEchoes(key, func(context.Context) error { return nil }, func(string, string) {})
	var passed []bot.Status
	deliver := e.deliver(func(_ context.Context, d bot.Delivery) error { passed = append(passed, d.Statuses...); return nil })
	state := func(id bot.ID) string {
		body, nonce := question(id, 0)
		raw, err := e.answer(t.Context(), body)
		var a echoAnswer
		if err != nil || json.Unmarshal(raw, &a) != nil || a.Proof != echoProof(key, nonce) {
			t.Fatalf("%s %v", raw, err)
		}
		return a.State
	}
	for _, step := range []struct{ comes, stands bot.StatusState }{
		{bot.StatusSent, bot.StatusSent}, {bot.StatusDelivered, bot.StatusDelivered}, {bot.StatusSent, bot.StatusDelivered}, {bot.StatusRead, bot.StatusRead},
	} {
		_ = deliver(t.Context(), bot.Delivery{Statuses: []bot.Status{{Send: row, State: step.comes}, {Send: mine, State: step.comes}, {State: step.comes}}})
		if got := state(mine); got != string(step.stands) {
			t.Errorf("after %s it is %s", step.comes, got)
		}
	}
	if len(passed) != 8 || passed[0].Send != row || passed[1].Send != "" {
		t.Errorf("passed on: %v", passed)
	}
	for range mostWatched {
		_ = deliver(t.Context(), bot.Delivery{Statuses: []bot.Status{{Send: probeID(key), State: bot.StatusSent}}})
	}
	if state(mine) != "" || len(e.states) != mostWatched {
		t.Errorf("%d are remembered", len(e.states))
	}
	if _, err := e.answer(t.Context(), []byte(`{"object":"bode_doctor","nonce":"x"}`)); err == nil {
		t.Error("a question without a nonce is answered")
	}
}
