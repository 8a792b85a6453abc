package storetest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	_ "github.com/lib/pq" // the driver of the schema's own connection
)

// Option changes the throw-away database.
type Option string

// FsyncOn makes a commit durable, as in production: for tests that kill
// processes or measure. It is a server of its own.
const FsyncOn Option = "fsync=on"

// servers are started when first asked for, one per kind and test binary.
var servers struct {
	sync.Mutex
	running map[bool]*server // by fsync
	inMain  bool
	schemas int
}

// Main runs the tests of a package and then stops the servers that they
// started: func TestMain(m *testing.M) { storetest.Main(m) }.
func Main(m *testing.M) {
	servers.inMain = true
	code := m.Run()
	servers.Lock()
	for _, s := range servers.running {
		s.stop()
	}
	os.Exit(code)
}

// errNoBinaries says that Postgres is not installed.
var errNoBinaries = errors.New("no Postgres server under /usr/lib/postgresql/*/bin: apt-get install postgresql")

// Postgres gives the address of a fresh schema with the tables in it. Without
// a server's binaries the test is skipped with one visible line; with
// BODE_TEST_REQUIRE=1 or CI=true that is a failure.
func Postgres(t testing.TB, options ...Option) string {
	t.Helper()
	s, err := running(slices.Contains(options, FsyncOn))
	if errors.Is(err, errNoBinaries) && os.Getenv("BODE_TEST_REQUIRE") != "1" && os.Getenv("CI") != "true" {
		visible()
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	dsn, err := s.schema()
	if err != nil {
		t.Fatal(err)
	}
	migrate(t, dsn)
	return dsn
}

// visible says it once, on the terminal where there is one: go test keeps the
// output of packages that pass to itself.
var visible = sync.OnceFunc(func() {
	out := os.Stderr
	if terminal, err := os.OpenFile("/dev/tty", os.O_WRONLY, 0); err == nil {
		defer terminal.Close()
		out = terminal
	}
	fmt.Fprintln(out, "storetest: tests on Postgres are skipped:", errNoBinaries)
})

func running(fsync bool) (*server, error) {
	servers.Lock()
	defer servers.Unlock()
	if !servers.inMain {
		return nil, errors.New("storetest: this package needs func TestMain(m *testing.M) { storetest.Main(m) }")
	}
	if s, ok := servers.running[fsync]; ok {
		return s, nil
	}
	s, err := start(fsync)
	if err != nil {
		return nil, err
	}
	if servers.running == nil {
		servers.running = map[bool]*server{}
	}
	servers.running[fsync] = s
	return s, nil
}

// server is a Postgres of our own, on a loopback port and with its data in memory where possible.
type server struct {
	data    string
	port    int
	process *exec.Cmd
	ended   chan error
}

func start(fsync bool) (*server, error) {
	bin, err := binaries()
	if err != nil {
		return nil, err
	}
	owner, err := unprivileged()
	if err != nil {
		return nil, err
	}
	s := &server{}
	if s.data, err = dataFolder(owner, fsync); err != nil {
		return nil, err
	}
	initdb := exec.Command(filepath.Join(bin, "initdb"), "-D", s.data, "-U", "bode", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
	initdb.SysProcAttr, initdb.Dir = &syscall.SysProcAttr{Credential: owner}, s.data
	if out, err := initdb.CombinedOutput(); err != nil {
		return nil, errors.Join(fmt.Errorf("initdb: %w: %s", err, out), os.RemoveAll(s.data))
	}
	return s, s.launch(bin, owner, fsync)
}

func (s *server) launch(bin string, owner *syscall.Credential, fsync bool) (err error) {
	if s.port, err = freePort(); err != nil {
		return err
	}
	s.process = exec.Command(filepath.Join(bin, "postgres"), "-D", s.data, "-p", strconv.Itoa(s.port),
		"-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "max_connections=200",
		"-c", "fsync="+onOff(fsync), "-c", "full_page_writes="+onOff(fsync), "-c", "synchronous_commit="+onOff(fsync))
	// The server dies with the test binary, also when that is killed.
	s.process.SysProcAttr = &syscall.SysProcAttr{Credential: owner, Pdeathsig: syscall.SIGQUIT}
	s.process.Dir = s.data
	if err := s.process.Start(); err != nil {
		return fmt.Errorf("start postgres: %w", err)
	}
	s.ended = make(chan error, 1)
	go func() { s.ended <- s.process.Wait() }()
	return s.ready()
}

// ready waits until the server answers, at most half a minute.
func (s *server) ready() error {
	db, err := sql.Open("postgres", s.address(""))
	if err != nil {
		return err
	}
	defer db.Close()
	for range 600 {
		if err = db.PingContext(context.Background()); err == nil {
			return nil
		}
		select {
		case ended := <-s.ended:
			return fmt.Errorf("postgres ended at once: %v", ended)
		case <-time.After(50 * time.Millisecond):
		}
	}
	return fmt.Errorf("postgres does not answer: %w", err)
}

func (s *server) stop() {
	s.process.Process.Signal(syscall.SIGINT) // fast shutdown
	select {
	case <-s.ended:
	case <-time.After(10 * time.Second):
		s.process.Process.Kill()
	}
	os.RemoveAll(s.data)
}

func (s *server) address(schema string) string {
	u := url.URL{Scheme: "postgres", User: url.User("bode"), Host: net.JoinHostPort("127.0.0.1", strconv.Itoa(s.port)), Path: "/postgres"}
	query := url.Values{"sslmode": {"disable"}}
	if schema != "" {
		query.Set("search_path", schema)
	}
	u.RawQuery = query.Encode()
	return u.String()
}

func (s *server) schema() (string, error) {
	servers.Lock()
	servers.schemas++
	name := fmt.Sprintf("test_%d", servers.schemas)
	servers.Unlock()
	db, err := sql.Open("postgres", s.address(""))
	if err != nil {
		return "", err
	}
	defer db.Close()
	if _, err := db.ExecContext(context.Background(), "CREATE SCHEMA "+name); err != nil {
		return "", fmt.Errorf("create schema: %w", err)
	}
	return s.address(name), nil
}

// Data is the folder of the server's files, for tests that search them by
// byte; call it after Postgres.
func Data(t testing.TB) string {
	t.Helper()
	s, err := running(false)
	if err != nil {
		t.Fatal(err)
	}
	return s.data
}

func binaries() (string, error) {
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil || len(found) == 0 {
		return "", errNoBinaries
	}
	return filepath.Dir(found[len(found)-1]), nil
}

// unprivileged is the user that the server runs as: Postgres refuses root.
func unprivileged() (*syscall.Credential, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	postgres, err := user.Lookup("postgres")
	if err != nil {
		return nil, fmt.Errorf("postgres does not run as root, and there is no user postgres: %w", err)
	}
	uid, err := strconv.ParseUint(postgres.Uid, 10, 32)
	if err != nil {
		return nil, err
	}
	gid, err := strconv.ParseUint(postgres.Gid, 10, 32)
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, err
}

// memory is where files cost no disk.
const memory = "/dev/shm"

// dataFolder lies in memory where there is such a place; with fsync on, on disk.
func dataFolder(owner *syscall.Credential, fsync bool) (string, error) {
	parent := memory
	if _, err := os.Stat(parent); err != nil || fsync {
		parent = ""
	}
	folder, err := os.MkdirTemp(parent, "bode-postgres-")
	if err != nil {
		return "", fmt.Errorf("data folder: %w", err)
	}
	if owner == nil {
		return folder, nil
	}
	return folder, os.Chown(folder, int(owner.Uid), int(owner.Gid))
}

func freePort() (int, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, fmt.Errorf("find a free port: %w", err)
	}
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port, nil
}

func onOff(on bool) string {
	if on {
		return "on"
	}
	return "off"
}
