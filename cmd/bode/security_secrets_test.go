package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/gemeentebode/bode/bot/channel/cloudapi/fakegraph"
	"github.com/gemeentebode/bode/store/storetest"
)

// What an installation must keep to itself. Each stands in a place of its own.
const (
	plantedToken    = "EAAplantedtoken7f3a9c"
	plantedVerify   = "planted-verify-5b21"
	plantedSecret   = "fake-secret" // the fake signs with it
	plantedPassword = "planted-pass#w@rd"
	plantedNotify   = "bode-26785a09-ab16-4eb0-8407-a37497a57506-3d844edf-8d35-48ac-975b-e847b4f122b0"
	plantedReceipts = "planted-receipts-token"
)

// echo is a platform, or something in front of it, that repeats in its errors
// what it was sent.
func echo(status int) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.WriteHeader(status)
		fmt.Fprintf(w, `{"error":{"message":%q,"type":%q,"code":190}}`, r.Header.Get("Authorization")+" "+r.URL.String(), body)
	})
}

// guardedInstallation has planted secrets, and a platform that echoes.
func guardedInstallation(t *testing.T, status int) *installation {
	in := newInstallation(t, storetest.SQLite(t), fakegraph.Config{})
	graph := httptest.NewServer(echo(status))
	t.Cleanup(graph.Close)
	in.write("token", plantedToken)
	in.write("verify", plantedVerify)
	in.write("notify", plantedNotify)
	in.write("receipts", plantedReceipts)
	in.configure(graph.URL, "")
	in.also("[privacy]\nexport_url = \"https://www.voorbeeldstad.example/inzage\"")
	return in
}

var keyText = regexp.MustCompile(`[A-Za-z0-9+/]{42,}={0,2}`)

// tells gives the secrets that a text tells.
func (in *installation) tells(text string) (found []string) {
	in.t.Helper()
	keys, err := os.ReadFile(filepath.Join(in.dir, "keys"))
	if err != nil {
		in.t.Fatal(err)
	}
	secrets := keyText.FindAllString(string(keys), -1)
	if len(secrets) < 3 {
		in.t.Fatalf("%d keys in the key file", len(secrets))
	}
	for _, s := range append(secrets, plantedToken, plantedVerify, plantedSecret, plantedPassword, plantedNotify, plantedNotify[len(plantedNotify)-36:], plantedReceipts) {
		for _, form := range []string{s, url.QueryEscape(s), url.PathEscape(s)} {
			if strings.Contains(text, form) {
				found = append(found, s)
				break
			}
		}
	}
	return found
}

// ended runs a command that has to end by itself; one that serves after all is
// told to stop, and then its exit code is good.
func ended(t *testing.T, args ...string) (code int, out, errs string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	var stdout, stderr bytes.Buffer
	code = run(ctx, args, streams{strings.NewReader(""), &stdout, &stderr})
	return code, stdout.String(), stderr.String()
}

func TestSecrets_noCommandTellsOneWhateverIsWrong(t *testing.T) {
	password := url.QueryEscape(plantedPassword)
	for name, database := range map[string]string{
		"a server that is not there":      "postgres://bode:" + password + "@127.0.0.1:1/bode?sslmode=disable",
		"an address that cannot be read":  "postgres://bode:" + plantedPassword + "%zz@127.0.0.1:port/bode",
		"a port that is none":             "postgres://bode:" + password + "@127.0.0.1:99999/bode",
		"an option that is not known":     "postgres://bode:" + password + "@127.0.0.1:1/bode?sslmode=" + password,
		"another kind of database":        "mysql://bode:" + plantedPassword + "@127.0.0.1/bode",
		"words in the place of a URL":     "host=127.0.0.1 port=1 user=bode password='" + plantedPassword + "'",
		"a control character":             "postgres://bode:" + plantedPassword + "\n@127.0.0.1/bode",
		"a limit that is no number":       "postgres://bode:" + password + "@127.0.0.1:1/bode?statement_timeout=" + password,
		"a password in the place of a db": "postgres://127.0.0.1:1/" + password,
	} {
		t.Run(name, func(t *testing.T) {
			in := guardedInstallation(t, http.StatusUnauthorized)
			in.write("database", database)
			in.set(fmt.Sprintf("database = %q", in.database), `database_file = "database"`)
			config := filepath.Join(in.dir, "config.toml")
			for _, args := range [][]string{{"migrate"}, {"doctor"}, {"serve"}, {"backup", filepath.Join(in.dir, "backup")}, {"purge", "--dry-run"}, {"notify", "list"},
				{"audit"}, {"consent", "export"}, {"publish", "--dry-run"}, {"templates", "status"}, {"resident", "show", "--phone", "+31612345678", "--reason", "test"}} {
				code, out, errs := ended(t, append(args, "--config", config)...)
				if found := in.tells(out + errs); code == 0 || found != nil {
					t.Errorf("bode %s: exit %d, tells %q:\n%s%s", strings.Join(args, " "), code, found, out, errs)
				}
			}
		})
	}
}

func TestSecrets_noCommandTellsOneOfThePlatform(t *testing.T) {
	for _, status := range []int{http.StatusUnauthorized, http.StatusBadRequest, http.StatusInternalServerError} {
		in := guardedInstallation(t, status)
		in.also("[fallback]\nenabled = true\nkey_file = \"notify\"\nreceipts_token_file = \"receipts\"\nsms_template = \"f33517ff-2a88-4f6e-b855-c550268ce08a\"\nbase_url = \"http://127.0.0.1:1\"")
		config := filepath.Join(in.dir, "config.toml")
		for _, args := range [][]string{{"doctor"}, {"serve"}, {"templates", "status"}, {"templates", "submit", "--dry-run"}} {
			_, out, errs := ended(t, append(args, "--config", config)...) // serve ends: nobody can agree to SMS
			if found := in.tells(out + errs); found != nil {
				t.Errorf("HTTP %d, bode %s: tells %q:\n%s%s", status, strings.Join(args, " "), found, out, errs)
			}
		}
		for name, wrong := range map[string]string{"keys": plantedToken, "notify": plantedToken + plantedToken} {
			good, err := os.ReadFile(filepath.Join(in.dir, name))
			if err != nil {
				t.Fatal(err)
			}
			in.write(name, wrong) // one file in the place of another
			code, out, errs := ended(t, "serve", "--config", config)
			in.write(name, string(good))
			if found := in.tells(out + errs); code == 0 || found != nil {
				t.Errorf("a wrong %s: exit %d, tells %q:\n%s%s", name, code, found, out, errs)
			}
		}
	}
}

// A real process at its most talkative, with a platform that refuses and
// repeats everything, and callers who try.
func TestSecrets_aServiceTellsNoneInItsLogsPagesOrMetrics(t *testing.T) {
	t.Parallel()
	in := guardedInstallation(t, http.StatusUnauthorized)
	p := in.serve()
	var pages strings.Builder
	for _, v := range []pageVisit{
		{"GET", "/webhook/whatsapp?hub.mode=subscribe&hub.verify_token=" + plantedVerify + "x&hub.challenge=1", 403, nil},
		{"GET", "/webhook/whatsapp?hub.mode=subscribe&hub.verify_token=" + plantedVerify + "&hub.challenge=1", 200, nil},
		{"POST", "/webhook/whatsapp", 401, map[string]string{"X-Hub-Signature-256": "sha256=" + strings.Repeat("0", 64)}},
		{"GET", "/inzage/" + plantedToken, 404, nil}, {"POST", "/inzage/" + plantedToken, 404, nil}, {"GET", "/%00/" + plantedToken, 0, nil},
	} {
		response, body := v.answered(t, p.public)
		fmt.Fprintf(&pages, "%v %s\n", response.Header, body)
	}
	body, _ := in.fake.Inbound(person(1), time.Now(), fakegraph.Text("hallo"))
	if status := in.post(p.webhook(), body, ""); status != 200 {
		t.Fatalf("status %d", status)
	}
	eventually(t, time.Minute, "the platform's refusal in the log", func() bool { return strings.Contains(p.logged(), "access token expired") })
	for _, path := range []string{"/metrics", "/readyz", "/desk/requests", "/desk/agenda"} {
		_, page := p.get(path)
		pages.WriteString(page)
	}
	p.stop()
	if found := in.tells(p.logged()); found != nil {
		t.Errorf("the log tells %q", found)
	}
	if found := in.tells(pages.String()); found != nil {
		t.Errorf("a page tells %q", found)
	}
}

// A panic in a handler ends its request and tells neither its value nor the
// address, which may hold a token.
func TestSecrets_aPanicTellsNothingOfTheRequest(t *testing.T) {
	var log strings.Builder
	server := newServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { panic("of " + r.URL.Path) }),
		slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})))
	listening := httptest.NewUnstartedServer(server.Handler)
	listening.Config.ErrorLog = server.ErrorLog
	listening.Start()
	if _, err := http.Get(listening.URL + "/inzage/" + plantedToken); err == nil {
		t.Error("the request was answered")
	}
	listening.Close()
	if !strings.Contains(log.String(), "ended in a panic") || strings.Contains(log.String(), plantedToken) {
		t.Errorf("the log: %s", log.String())
	}
}
