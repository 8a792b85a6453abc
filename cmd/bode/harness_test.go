package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/gemeentebode/bode/bot/channel/cloudapi/fakegraph"
	"github.com/gemeentebode/bode/store"
	"github.com/gemeentebode/bode/store/storetest"
)

// asBode makes this test binary be the bode command: that is how the tests
// start real processes, to kill them for real.
const asBode = "BODE_TEST_AS_COMMAND"

func TestMain(m *testing.M) {
	if os.Getenv(asBode) != "" {
		main()
		return
	}
	storetest.Main(m)
}

// installation is a configured bode with its fake WhatsApp; any number of
// processes can serve it.
type installation struct {
	t        *testing.T
	dir      string
	database string
	keys     store.Keyring
	fake     *fakegraph.Server
	flags    []string // of every `bode serve` that is started from now on
}

// each runs a test on an installation with SQLite and on one with Postgres.
func eachInstallation(t *testing.T, test func(*testing.T, *installation)) {
	t.Run("sqlite", func(t *testing.T) {
		test(t, newInstallation(t, filepath.Join(t.TempDir(), "bode.db"), fakegraph.Config{}))
	})
	t.Run("postgres", func(t *testing.T) { test(t, onPostgres(t)) })
}

func onPostgres(t *testing.T) *installation {
	return newInstallation(t, storetest.Postgres(t), fakegraph.Config{})
}

func newInstallation(t *testing.T, database string, config fakegraph.Config) *installation {
	t.Helper()
	config.Token, config.Secret = "fake-token", "fake-secret"
	in := &installation{t: t, dir: t.TempDir(), database: database, keys: store.NewKeyring(), fake: fakegraph.New(config)}
	graph := httptest.NewServer(in.fake)
	t.Cleanup(func() { in.fake.Close(); graph.Close() })
	in.write("keys", string(in.keys.Encode()))
	in.write("token", "fake-token")
	in.write("secret", "fake-secret")
	in.write("verify", "fake-verify-token")
	in.configure(graph.URL, "")
	if err := store.Migrate(t.Context(), database); err != nil {
		t.Fatal(err)
	}
	return in
}

// configure writes config.toml; more is put at its end.
func (in *installation) configure(graph, more string) {
	in.write("config.toml", fmt.Sprintf(`
[municipality]
name = "Gemeente Voorbeeldstad"
[programme]
vertical = "local_government"
[store]
database = %q
keys_file = "keys"
[listen]
public = "127.0.0.1:0"
internal = "127.0.0.1:0"
[channel.cloudapi]
base_url = %q
phone_number_id = "100000000000001"
token_file = "token"
verify_token_file = "verify"
[channel.cloudapi.webhook]
secret_file = "secret"
[request]
receiver = "local"
[log]
level = "debug"
[service]
mode = "open"
unknown_wait = "2s"
per_second = 1000
%s`, in.database, graph, more))
}

// set changes a line of the configuration.
func (in *installation) set(was, is string) {
	in.t.Helper()
	config, err := os.ReadFile(filepath.Join(in.dir, "config.toml"))
	if err != nil || !strings.Contains(string(config), was) {
		in.t.Fatalf("config.toml has no %s, error %v", was, err)
	}
	in.write("config.toml", strings.Replace(string(config), was, is, 1))
}

func (in *installation) write(name, text string) {
	in.t.Helper()
	if err := os.WriteFile(filepath.Join(in.dir, name), []byte(text), 0o600); err != nil {
		in.t.Fatal(err)
	}
}

// open opens the installation's store, to look at what is kept.
func (in *installation) open() *store.Store {
	in.t.Helper()
	s, err := store.Open(in.t.Context(), in.database, in.keys)
	if err != nil {
		in.t.Fatal(err)
	}
	in.t.Cleanup(func() { s.Close() })
	return s
}

// answersAtOnce has processes answer messages at once from their start on, as others
// do that run for a while.
const answersAtOnce = "--keep-first=0s"

// process is one running `bode serve`.
type process struct {
	t                *testing.T
	cmd              *exec.Cmd
	public, internal string
	mu               sync.Mutex
	log              bytes.Buffer
	done             chan struct{}
}

// serve starts a process, with more in its environment, and waits until it listens.
func (in *installation) serve(environment ...string) *process {
	in.t.Helper()
	cmd := exec.Command(os.Args[0], append([]string{"serve", "--config", filepath.Join(in.dir, "config.toml")}, in.flags...)...)
	cmd.Env = append(append(os.Environ(), asBode+"=1"), environment...)
	errs, err := cmd.StderrPipe()
	if err != nil {
		in.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		in.t.Fatal(err)
	}
	p := &process{t: in.t, cmd: cmd, done: make(chan struct{})}
	listening := make(chan struct{})
	go p.read(errs, listening)
	in.t.Cleanup(p.kill)
	select {
	case <-listening:
	case <-p.done:
		in.t.Fatalf("bode serve ended:\n%s", p.logged())
	case <-time.After(30 * time.Second):
		in.t.Fatalf("bode serve does not listen:\n%s", p.logged())
	}
	return p
}

// pair starts one process that runs for a while, as far as its answers go, and
// one that has just begun.
func (in *installation) pair() (atOnce, begun *process) {
	in.t.Helper()
	was := in.flags
	in.flags = append(slices.Clone(was), answersAtOnce)
	atOnce = in.serve()
	in.flags = was
	return atOnce, in.serve()
}

func (p *process) read(r io.Reader, listening chan<- struct{}) {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		p.mu.Lock()
		p.log.Write(append(lines.Bytes(), '\n'))
		p.mu.Unlock()
		var line struct{ Msg, For, Address string }
		if json.Unmarshal(lines.Bytes(), &line) != nil || line.Msg != "listening" {
			continue
		}
		if line.For == "public" {
			p.public = "http://" + line.Address
		} else {
			p.internal = "http://" + line.Address
		}
		if p.public != "" && p.internal != "" {
			close(listening)
		}
	}
	_ = p.cmd.Wait()
	close(p.done)
}

// kill ends the process as a power cut does.
func (p *process) kill() { p.end(syscall.SIGKILL) }

// stop asks it to finish what is under way and leave.
func (p *process) stop() { p.end(syscall.SIGTERM) }

func (p *process) end(signal os.Signal) {
	_ = p.cmd.Process.Signal(signal) // it may have ended by itself
	<-p.done
}

func (p *process) logged() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.log.String()
}

func (p *process) webhook() string { return p.public + "/webhook/whatsapp" }

// get reads a page of the internal listener.
func (p *process) get(path string) (int, string) {
	p.t.Helper()
	res, err := http.Get(p.internal + path)
	if err != nil {
		p.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	return res.StatusCode, string(body)
}

// post sends a webhook body with a signature header; "" signs it rightly.
func (in *installation) post(to string, body []byte, signature string) int {
	in.t.Helper()
	req, err := http.NewRequest(http.MethodPost, to, bytes.NewReader(body))
	if err != nil {
		in.t.Fatal(err)
	}
	if signature == "" {
		signature = in.fake.Sign(body)
	}
	req.Header.Set("X-Hub-Signature-256", signature)
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0
	}
	_, _ = io.Copy(io.Discard, res.Body)
	res.Body.Close()
	return res.StatusCode
}

// eventually waits until ok; what is waited for stands in the message.
func eventually(t *testing.T, limit time.Duration, what string, ok func() bool) {
	t.Helper()
	deadline := time.Now().Add(limit)
	for !ok() {
		if time.Now().After(deadline) {
			t.Fatalf("not within %v: %s", limit, what)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// command runs bode in this process and gives what it printed.
func command(t *testing.T, input string, args ...string) (code int, out, errs string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code = run(context.WithoutCancel(t.Context()), args, streams{strings.NewReader(input), &stdout, &stderr})
	return code, stdout.String(), stderr.String()
}
