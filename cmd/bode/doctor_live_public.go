package main

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/gemeentebode/bode/bot"
)

const (
	outsideLimit  = 20 * time.Second // of one request to the public address: 3 MB over a slow line
	longestReply  = 64 << 10
	largestOfMeta = 3 << 20 // what a delivery may weigh
)

// webhookURL is the whole address that the platform calls; its last part may
// be a secret, so it is never printed.
func (o *outside) webhookURL() string {
	address := strings.TrimRight(o.c.Channel.CloudAPI.PublicURL, "/")
	if secret := o.api.PathSecret.Reveal(); secret != "" && !strings.HasSuffix(address, "/"+secret) {
		address += "/" + secret
	}
	return address
}

// publicURL tells whether the platform could call the address at all; this
// machine's own is good for a trial.
func (o *outside) publicURL() bool {
	u, err := url.Parse(o.c.Channel.CloudAPI.PublicURL)
	return err == nil && u.Host != "" && (u.Scheme == "https" || u.Scheme == "http" && ownMachine(u.String()))
}

// visit is one request to the public address.
type visit struct {
	method, address string
	body            []byte
	signature       string
}

// visited is what came back.
type visited struct {
	status int
	header http.Header
	body   string
	tls    *tls.ConnectionState
	took   time.Duration
}

// request makes one request as the platform does: no redirects are followed.
func (o *outside) request(ctx context.Context, client *http.Client, v visit) (visited, error) {
	ctx, cancel := context.WithTimeout(ctx, outsideLimit)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, v.method, v.address, bytes.NewReader(v.body))
	if err != nil {
		return visited{}, errors.New("the address cannot be read")
	}
	r.Header.Set("User-Agent", "bode doctor")
	if v.method == http.MethodPost {
		r.Header.Set("Content-Type", "application/json")
	}
	if v.signature != "" {
		r.Header.Set(o.api.SignatureHeader, v.signature)
	}
	began := time.Now()
	response, err := client.Do(r)
	if err != nil {
		var whole *url.Error // its text has the whole address
		if errors.As(err, &whole) {
			err = whole.Err
		}
		return visited{}, err
	}
	defer response.Body.Close()
	data, err := io.ReadAll(io.LimitReader(response.Body, longestReply))
	return visited{response.StatusCode, response.Header, string(data), response.TLS, time.Since(began)}, err
}

// httpClient makes the doctor's own: connections are not kept, so that each look
// may come to another process behind a load balancer.
func (o *outside) httpClient(oldest, newest uint16) *http.Client {
	return &http.Client{
		Transport: &http.Transport{Proxy: http.ProxyFromEnvironment, DisableKeepAlives: true,
			TLSClientConfig: &tls.Config{RootCAs: o.flags.roots, MinVersion: oldest, MaxVersion: newest}},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// publicAddress comes in as the platform does; true when an echo came back,
// so that statuses can be heard of too.
func (o *outside) publicAddress(ctx context.Context) bool {
	const what = "public address"
	switch {
	case o.c.Channel.CloudAPI.PublicURL == "":
		o.say(wrong(what, "[channel.cloudapi] public_url is empty", "write there how the platform reaches you: https://…"+strings.TrimRight(o.c.Channel.CloudAPI.Webhook.Path, "/")))
		return false
	case !o.publicURL():
		o.say(wrong(what, "[channel.cloudapi] public_url is not an https address", "write https://, the name and the path of the webhook: the platform calls nothing else"))
		return false
	}
	address, _ := url.Parse(o.c.Channel.CloudAPI.PublicURL) // publicURL read it
	if secret := o.api.PathSecret.Reveal(); secret != "" && strings.Contains(o.c.Channel.CloudAPI.PublicURL, secret) {
		o.say(wrong("path secret", "it stands in config.toml, in public_url", "take it out there: it is added by itself; and make a new one, because the file may have been shared"))
	}
	client := o.httpClient(0, 0)
	right, err := o.request(ctx, client, visit{method: http.MethodGet, address: o.handshakeURL(o.api.VerifyToken, "1158201444")})
	if err != nil {
		o.say(unreachable(what+" "+address.Host, err))
		return false
	}
	o.say(o.tlsLine(ctx, right, address)...)
	if !o.handshake(ctx, client, right) {
		return false
	}
	heard := o.signedEcho(ctx, client)
	if heard {
		o.wronglySigned(ctx, client)
		o.largest(ctx, client)
	}
	o.inside(ctx, client, address)
	return heard
}

func (o *outside) handshakeURL(token bot.Private, challenge string) string {
	query := url.Values{"hub.mode": {"subscribe"}, "hub.verify_token": {token.Reveal()}, "hub.challenge": {challenge}}
	return o.webhookURL() + "?" + query.Encode()
}

// unreachable says what keeps a request from coming there.
func unreachable(what string, err error) remark {
	var host x509.HostnameError
	var invalid x509.CertificateInvalidError
	var unknown x509.UnknownAuthorityError
	var dns interface{ Timeout() bool }
	switch {
	case errors.As(err, &host):
		return wrong(what, "its certificate is for another name", "ask your web server's colleague for a certificate with this name")
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return wrong(what, "its certificate expired, or does not hold yet", "ask your web server's colleague to renew it; look at this machine's clock")
	case errors.As(err, &unknown):
		return wrong(what, "its certificate leads to nobody who is trusted", "ask your web server's colleague to send the intermediate certificates too; the platform takes no self-signed one")
	case strings.Contains(err.Error(), "tls:") || strings.Contains(err.Error(), "HTTP response to HTTPS client"):
		return wrong(what, "no TLS 1.2 or later came about", "ask your web server's colleague to offer TLS 1.2 and 1.3")
	case strings.Contains(err.Error(), "no such host"):
		return wrong(what, "the name is not known", "ask your DNS colleague to point it to your web server")
	case errors.As(err, &dns) && dns.Timeout() || errors.Is(err, context.DeadlineExceeded):
		return wrong(what, "no answer in time", "ask your network colleague whether port 443 is open from the internet, and whether this machine may call its own public address")
	}
	return wrong(what, "no connection: "+err.Error(), "ask your network colleague whether the web server runs and its port is open, and whether this machine may call its own public address")
}

// tlsLine judges the certificates that came, and tries whether older versions
// are taken.
func (o *outside) tlsLine(ctx context.Context, v visited, address *url.URL) []remark {
	what := "TLS of " + address.Host
	if v.tls == nil {
		return []remark{note(what, "none: this is an address of this machine", "for the platform it has to be https")}
	}
	if _, err := o.request(ctx, o.httpClient(tls.VersionTLS10, tls.VersionTLS11), visit{method: http.MethodGet, address: address.Scheme + "://" + address.Host + "/"}); err == nil {
		return []remark{wrong(what, "it takes TLS 1.1 or older", "ask your web server's colleague to allow TLS 1.2 and 1.3 only")}
	}
	soonest := v.tls.PeerCertificates[0].NotAfter
	for _, c := range v.tls.PeerCertificates {
		if c.NotAfter.Before(soonest) {
			soonest = c.NotAfter
		}
	}
	if left := time.Until(soonest); left < expirySoon {
		return []remark{wrong(what, fmt.Sprintf("a certificate expires within %d days", int(left.Hours()/24)+1), "ask your web server's colleague to renew it, and why that did not go by itself")}
	}
	return []remark{good(what, fmt.Sprintf("%s, certificate until %s", tls.VersionName(v.tls.Version), soonest.Format(time.DateOnly)))}
}

// handshake judges the answer to the platform's question for the verify token.
func (o *outside) handshake(ctx context.Context, client *http.Client, right visited) bool {
	const what = "webhook's handshake"
	switch {
	case right.status >= 300 && right.status < 400:
		o.say(wrong(what, "the address redirects"+o.elsewhere(right), "set public_url to where it ends, there and at "+o.whom()+": the platform follows no redirect"))
	case right.status == http.StatusNotFound && o.api.Secret.Empty():
		o.say(note(what, "cannot be tried from here: only the addresses of [channel.cloudapi.webhook] allow may call it", "ask "+o.whom()+" to send a test delivery, and look for it in /metrics (bode_events_total)"))
	case right.status == http.StatusForbidden:
		o.say(wrong(what, "the verify token was refused", "start bode serve again with this configuration; if it stays, something in front of it refuses: ask your network colleague"))
	case right.status == http.StatusNotFound:
		o.say(wrong(what, "nothing answers at this path", "let the web server pass "+o.c.Channel.CloudAPI.Webhook.Path+" on to [listen] public, and compare public_url"))
	case right.status == http.StatusBadGateway || right.status == http.StatusServiceUnavailable || right.status == http.StatusGatewayTimeout:
		o.say(wrong(what, fmt.Sprintf("the web server does not reach bode (HTTP %d)", right.status), "see that bode serve runs, and that the web server passes on to [listen] public"))
	case right.status != http.StatusOK || right.body != "1158201444":
		o.say(wrong(what, fmt.Sprintf("something else answers (HTTP %d)", right.status), "let the web server pass "+o.c.Channel.CloudAPI.Webhook.Path+" on to [listen] public, query and all; switch off login pages and caches there"))
	default:
		return o.otherToken(ctx, client)
	}
	return false
}

// otherToken sees that a guessed verify token is refused.
func (o *outside) otherToken(ctx context.Context, client *http.Client) bool {
	const what = "webhook's handshake"
	v, err := o.request(ctx, client, visit{method: http.MethodGet, address: o.handshakeURL(bot.Hide("another-"+randomHex()), "1")})
	if err != nil || v.status != http.StatusForbidden {
		o.say(wrong(what, "another verify token is not refused", "something else than bode answers: see what stands in front of it"))
		return false
	}
	o.say(good(what, "the verify token is known, another one refused"))
	return true
}

// elsewhere names the host of a redirect, never its path.
func (o *outside) elsewhere(v visited) string {
	if to := v.header.Get("Location"); strings.HasPrefix(to, "http") {
		return " to " + hostOf(to)
	}
	return ""
}

func randomHex() string {
	var b [16]byte
	rand.Read(b[:]) // never fails: crypto/rand.Read ends the process instead
	return hex.EncodeToString(b[:])
}

// question makes the body of an echo. With size it is filled up to that many bytes.
func question(probe bot.ID, size int) (body []byte, nonce string) {
	nonce = randomHex()
	body, err := json.Marshal(echoQuestion{Object: "bode_doctor", Nonce: nonce, Probe: probe})
	if err != nil {
		panic(err) // strings only
	}
	if more := size - len(body) - len(`,"pad":""`); more > 0 {
		body = append(bytes.TrimSuffix(body, []byte("}")), `,"pad":"`+strings.Repeat("x", more)+`"}`...)
	}
	return body, nonce
}

func (o *outside) sign(body []byte) string {
	secret := o.api.Secret.Reveal()
	if secret == "" {
		return ""
	}
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(body)
	return "sha256=" + hex.EncodeToString(mac.Sum(nil))
}

var errOtherInstallation = errors.New("another installation answered")

// echo sends one body through the public address and checks who took it.
func (o *outside) echo(ctx context.Context, client *http.Client, probe bot.ID, size int) (echoAnswer, visited, error) {
	body, nonce := question(probe, size)
	v, err := o.request(ctx, client, visit{method: http.MethodPost, address: o.webhookURL(), body: body, signature: o.sign(body)})
	var answer echoAnswer
	if err != nil || v.status != http.StatusOK {
		return answer, v, err
	}
	if json.Unmarshal([]byte(v.body), &answer) != nil || !hmac.Equal([]byte(answer.Proof), []byte(echoProof(o.key, nonce))) {
		return answer, v, errOtherInstallation
	}
	return answer, v, nil
}

// signedEcho sees that a rightly signed body comes to this installation.
func (o *outside) signedEcho(ctx context.Context, client *http.Client) bool {
	const what = "signed delivery through the public address"
	_, v, err := o.echo(ctx, client, "", 0)
	switch {
	case errors.Is(err, errOtherInstallation):
		o.say(wrong(what, "it was taken, but not by this installation", "another one (a trial, an older version, other keys) answers under public_url: ask your DNS or network colleague"))
	case err != nil:
		o.say(unreachable(what, err))
	case v.status == http.StatusUnauthorized:
		o.say(wrong(what, "its signature was refused", "start bode serve again after a change of [channel.cloudapi.webhook] secret_file; if it stays, something in front changes the body: it has to pass on the bytes as they came"))
	case v.status == http.StatusForbidden:
		o.say(wrong(what, "something in front refused it (HTTP 403)", "ask your network colleague to let POST through to the webhook's path (web application firewall)"))
	case v.status >= 500:
		o.say(wrong(what, fmt.Sprintf("it was not kept (HTTP %d)", v.status), "look at the log of bode serve and at /readyz: mostly the database is away, and the platform sends again"))
	case v.status != http.StatusOK:
		o.say(wrong(what, fmt.Sprintf("HTTP %d", v.status), "let the web server pass POST on to [listen] public"))
	default:
		o.say(good(what, fmt.Sprintf("taken by this installation in %v", v.took.Round(time.Millisecond))))
		return true
	}
	return false
}

// wronglySigned sees that a body with another signature is refused.
func (o *outside) wronglySigned(ctx context.Context, client *http.Client) {
	const what = "wrongly signed delivery"
	if o.api.Secret.Empty() {
		o.say(note(what, "this provider does not sign: whoever knows the path and calls from an allowed address can pose as a resident", "ask "+o.whom()+" for signed webhooks"))
		return
	}
	body, _ := question("", 0)
	v, err := o.request(ctx, client, visit{method: http.MethodPost, address: o.webhookURL(), body: body, signature: "sha256=" + randomHex() + randomHex()})
	switch {
	case err != nil:
		o.say(unreachable(what, err))
	case v.status == http.StatusUnauthorized:
		o.say(good(what, "refused"))
	default:
		o.say(wrong(what, fmt.Sprintf("it was not refused (HTTP %d)", v.status), "take the service off the internet until this is found: something in front signs or answers by itself"))
	}
}

// largest sees that nothing in front refuses the platform's largest delivery:
// it would be sent again for seven days.
func (o *outside) largest(ctx context.Context, client *http.Client) {
	const what = "delivery of 3 MB"
	_, v, err := o.echo(ctx, client, "", largestOfMeta)
	switch {
	case err != nil && !errors.Is(err, errOtherInstallation):
		o.say(wrong(what, "the connection was lost", "raise the limit of the web server for the size of a body to 4 MB, and for its time to 30 seconds"))
	case err != nil || v.status != http.StatusOK:
		o.say(wrong(what, fmt.Sprintf("refused (HTTP %d)", v.status), "raise the limit of the web server for the size of a body to 4 MB (nginx: client_max_body_size 4m)"))
	default:
		o.say(good(what, fmt.Sprintf("taken in %v", v.took.Round(time.Millisecond))))
	}
}

// inside sees that the internal pages are not outside, and that the path's
// secret is not told to who asks without it.
func (o *outside) inside(ctx context.Context, client *http.Client, address *url.URL) {
	const what = "internal pages"
	base := address.Scheme + "://" + address.Host
	for _, page := range []string{"/metrics", "/readyz", "/desk/"} {
		v, err := o.request(ctx, client, visit{method: http.MethodGet, address: base + page})
		if err == nil && v.status == http.StatusOK && ourPage(v.body) {
			o.say(wrong(what, page+" is answered under the public address", "let the web server pass on the webhook's path (and that of export_url) only; put [listen] internal on loopback"))
			return
		}
	}
	o.say(good(what, "not to be had under the public address"))
	o.pathSecret(ctx, client)
}

// ourPage knows the internal pages by what only they say.
func ourPage(body string) bool {
	return strings.Contains(body, "bode_events_total") || strings.Contains(body, "bode_rows") || strings.HasPrefix(body, "ready\n") || strings.Contains(body, "/desk/")
}

func (o *outside) pathSecret(ctx context.Context, client *http.Client) {
	secret := o.api.PathSecret.Reveal()
	if secret == "" {
		return
	}
	const what = "path secret"
	v, err := o.request(ctx, client, visit{method: http.MethodGet, address: strings.TrimSuffix(o.webhookURL(), "/"+secret)})
	if err != nil {
		o.say(unreachable(what, err))
		return
	}
	var told bytes.Buffer
	_ = v.header.Write(&told) // a buffer takes everything
	switch {
	case strings.Contains(told.String()+v.body, secret):
		o.say(wrong(what, "the web server tells it to who asks without it", "take the redirect or page away, and make a new secret"))
	case v.status == http.StatusOK:
		o.say(wrong(what, "the path answers without it", "let the web server pass on the path with the secret only"))
	default:
		o.say(good(what, "not told"))
	}
}
