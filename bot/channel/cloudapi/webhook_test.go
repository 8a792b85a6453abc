package cloudapi_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/channel/cloudapi"
	"github.com/gemeentebode/bode/bot/channel/cloudapi/fakegraph"
)

// receiver is a webhook that remembers what it delivered.
type receiver struct {
	webhook *cloudapi.Webhook
	got     []bot.Delivery
	err     error
}

func receive(config cloudapi.Config) *receiver {
	r := &receiver{}
	r.webhook = &cloudapi.Webhook{Config: config, Now: func() time.Time { return moment },
		Deliver: func(_ context.Context, d bot.Delivery) error {
			r.got = append(r.got, d)
			return r.err
		}}
	return r
}

// post brings a body with a signature header's value.
func (r *receiver) post(body, signature string) int {
	request := httptest.NewRequest(http.MethodPost, "/webhook", strings.NewReader(body))
	request.Header.Set("X-Hub-Signature-256", signature)
	answer := httptest.NewRecorder()
	r.webhook.ServeHTTP(answer, request)
	return answer.Code
}

func TestWebhook_handshake(t *testing.T) {
	_, _, config := graph(t, fakegraph.Config{VerifyToken: "afgesproken"})
	for _, tt := range []struct {
		name, query string
		code        int
		body        string
	}{
		{"the agreed token gives the raw challenge", "hub.mode=subscribe&hub.verify_token=afgesproken&hub.challenge=1158201444", 200, "1158201444"},
		{"another token", "hub.mode=subscribe&hub.verify_token=geraden&hub.challenge=1158201444", 403, "verify token does not match\n"},
		{"no token", "hub.mode=subscribe&hub.challenge=1158201444", 403, "verify token does not match\n"},
		{"no mode", "hub.verify_token=afgesproken&hub.challenge=1", 403, "verify token does not match\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			answer := httptest.NewRecorder()
			receive(config).webhook.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/webhook?"+tt.query, nil))
			if answer.Code != tt.code || answer.Body.String() != tt.body {
				t.Errorf("%d %q, want %d %q", answer.Code, answer.Body, tt.code, tt.body)
			}
		})
	}
}

func TestWebhook_withoutAVerifyTokenNobodyIsVerified(t *testing.T) {
	_, _, config := graph(t, fakegraph.Config{})
	config.VerifyToken = bot.Private{}
	answer := httptest.NewRecorder()
	receive(config).webhook.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/webhook?hub.mode=subscribe&hub.verify_token=&hub.challenge=1", nil))
	if answer.Code != http.StatusForbidden {
		t.Errorf("%d, want 403", answer.Code)
	}
}

func TestWebhook_answers200OnlyForWhatWasKept(t *testing.T) {
	fake, _, config := graph(t, fakegraph.Config{})
	body, _ := fake.Inbound(anna, moment, fakegraph.Text("één café ☕ a/b"))
	good := fake.Sign(body)
	wrong := "sha256=" + strings.Repeat("0", 64)
	cut := string(body[:len(body)-3])
	for _, tt := range []struct {
		name, body, signature string
		err                   error
		code, delivered       int
	}{
		{"signed and kept", string(body), good, nil, 200, 1},
		{"signed, bare digits", string(body), strings.TrimPrefix(good, "sha256="), nil, 200, 1},
		{"signed but not kept", string(body), good, errors.New("database is away"), 500, 1},
		{"another signature", string(body), wrong, nil, 401, 0},
		{"no signature", string(body), "", nil, 401, 0},
		{"half a signature", string(body), good[:20], nil, 401, 0},
		{"a character was added", string(body) + " ", good, nil, 401, 0},
		{"cut off, signature of the whole", cut, good, nil, 401, 0},
		{"cut off before signing", cut, fake.Sign([]byte(cut)), nil, 400, 0},
		{"signed, but no webhook", `[1,2]`, fake.Sign([]byte(`[1,2]`)), nil, 400, 0},
		{"signed and empty", ``, fake.Sign(nil), nil, 400, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := receive(config)
			r.err = tt.err
			if code := r.post(tt.body, tt.signature); code != tt.code || len(r.got) != tt.delivered {
				t.Errorf("%d with %d delivered, want %d with %d", code, len(r.got), tt.code, tt.delivered)
			}
		})
	}
}

// The platform's 3 MB fits; what is larger is refused, announced or not.
func TestWebhook_limitOfTheBody(t *testing.T) {
	fake, _, config := graph(t, fakegraph.Config{})
	for _, tt := range []struct {
		name       string
		size, code int
	}{{"3 MB", 3 << 20, 200}, {"4 MB", 4 << 20, 413}} {
		t.Run(tt.name, func(t *testing.T) {
			small, _ := fake.Inbound(anna, moment, fakegraph.Text(""))
			body, _ := fake.Inbound(anna, moment, fakegraph.Text(strings.Repeat("a", tt.size-len(small))))
			for _, announced := range []bool{true, false} {
				request := httptest.NewRequest(http.MethodPost, "/webhook", strings.NewReader(string(body)))
				request.Header.Set("X-Hub-Signature-256", fake.Sign(body))
				if !announced {
					request.ContentLength = -1
				}
				answer := httptest.NewRecorder()
				receive(config).webhook.ServeHTTP(answer, request)
				if answer.Code != tt.code {
					t.Errorf("announced %v: %d, want %d", announced, answer.Code, tt.code)
				}
			}
		})
	}
}

func TestWebhook_aProviderSignsWithItsOwnHeader(t *testing.T) {
	fake, _, config := graph(t, fakegraph.Config{SignatureHeader: "X-360dialog-Signature"})
	r := receive(config)
	server := httptest.NewServer(r.webhook)
	defer server.Close()
	fake.SetCallback(server.URL)
	if code, err := fake.SayNow(context.Background(), anna, fakegraph.Text("hallo")); code != 200 || err != nil {
		t.Errorf("%d, %v", code, err)
	}
}

func TestWebhook_onlyGetAndPost(t *testing.T) {
	_, _, config := graph(t, fakegraph.Config{})
	answer := httptest.NewRecorder()
	receive(config).webhook.ServeHTTP(answer, httptest.NewRequest(http.MethodDelete, "/webhook", nil))
	if answer.Code != http.StatusMethodNotAllowed {
		t.Errorf("%d, want 405", answer.Code)
	}
}

// A provider that does not sign is known by a secret path and an address.
func TestWebhook_unsigned(t *testing.T) {
	fake, _, config := graph(t, fakegraph.Config{})
	config.Secret, config.PathSecret = bot.Private{}, bot.Hide("k3y")
	config.Allow = []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")}
	body, _ := fake.Inbound(anna, moment, fakegraph.Text("hallo"))
	for _, tt := range []struct {
		name, path, from string
		code             int
	}{
		{"right path, right address", "/webhook/k3y", "192.0.2.7:4711", 200},
		{"the same over IPv6 notation", "/webhook/k3y", "[::ffff:192.0.2.7]:4711", 200},
		{"right path, another address", "/webhook/k3y", "198.51.100.7:4711", 404},
		{"wrong path", "/webhook/other", "192.0.2.7:4711", 404},
	} {
		t.Run(tt.name, func(t *testing.T) {
			request := httptest.NewRequest(http.MethodPost, tt.path, strings.NewReader(string(body)))
			request.RemoteAddr = tt.from
			answer := httptest.NewRecorder()
			receive(config).webhook.ServeHTTP(answer, request)
			if answer.Code != tt.code {
				t.Errorf("%d, want %d", answer.Code, tt.code)
			}
		})
	}
}

// Whoever cannot sign can still send bodies: together they weigh what the
// limit says, and a single message gets in beside them.
func TestWebhook_largeBodiesTogetherAreBounded(t *testing.T) {
	const senders = 30 // of 3 MB each; 20 MB is the limit
	fake, _, config := graph(t, fakegraph.Config{})
	r := receive(config)
	answers, waiting := make(chan int, senders), make(chan *io.PipeWriter, senders)
	for range senders {
		from, to := io.Pipe()
		request := httptest.NewRequest(http.MethodPost, "/webhook", from)
		request.Header.Set("X-Hub-Signature-256", "sha256="+strings.Repeat("0", 64))
		go func() {
			answer := httptest.NewRecorder()
			r.webhook.ServeHTTP(answer, request)
			from.Close() // the server would close the connection
			answers <- answer.Code
		}()
		go func() {
			_, _ = to.Write(make([]byte, 3<<20)) // ends early where the body was refused
			waiting <- to
		}()
	}
	var pipes []*io.PipeWriter
	for range senders {
		pipes = append(pipes, <-waiting)
	}
	body, _ := fake.Inbound(anna, moment, fakegraph.Text("hallo"))
	if code := r.post(string(body), fake.Sign(body)); code != 200 {
		t.Errorf("a single message beside the large ones: %d, want 200", code)
	}
	for _, pipe := range pipes {
		pipe.Close()
	}
	codes := map[int]int{}
	for range senders {
		codes[<-answers]++
	}
	if codes[http.StatusServiceUnavailable] < senders-7 || codes[http.StatusUnauthorized] < 4 {
		t.Errorf("answers %v, want some 6 refused for their signature and the rest as too many", codes)
	}
	large, _ := fake.Inbound(anna, moment, fakegraph.Text(strings.Repeat("a", 2<<20)))
	if code := r.post(string(large), fake.Sign(large)); code != 200 {
		t.Errorf("a large body when the others are gone: %d, want 200", code)
	}
}
