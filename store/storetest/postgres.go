package storetest

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"sync"
	"testing"

	"github.com/gemeentebode/bode/store/throwaway"
)

// Option changes the throw-away database.
type Option string

// FsyncOn makes a commit durable, as in production: for tests that kill
// processes or measure. It is a server of its own.
const FsyncOn Option = "fsync=on"

// servers are started when first asked for, one per kind and test binary.
var servers struct {
	sync.Mutex
	running map[bool]*throwaway.Server // by fsync
	inMain  bool
}

// Main runs the tests of a package and then stops the servers that they
// started: func TestMain(m *testing.M) { storetest.Main(m) }.
func Main(m *testing.M) {
	servers.inMain = true
	code := m.Run()
	servers.Lock()
	for _, s := range servers.running {
		s.Stop()
	}
	os.Exit(code)
}

// Postgres gives the address of a fresh schema with the tables in it. Without
// a server's binaries the test is skipped with one visible line; with
// BODE_TEST_REQUIRE=1 or CI=true that is a failure.
func Postgres(t testing.TB, options ...Option) string {
	t.Helper()
	s, err := running(slices.Contains(options, FsyncOn))
	need(t, err)
	dsn, err := s.Schema()
	if err != nil {
		t.Fatal(err)
	}
	Migrate(t, dsn)
	return dsn
}

// Server is a Postgres for one test alone, which may restart, kill and fill
// it; it is stopped after the test. Where there is none, see Postgres.
func Server(t testing.TB, c throwaway.Config) *throwaway.Server {
	t.Helper()
	s, err := throwaway.Start(c)
	need(t, err)
	t.Cleanup(s.Stop)
	return s
}

func need(t testing.TB, err error) {
	t.Helper()
	if errors.Is(err, throwaway.ErrNoBinaries) && os.Getenv("BODE_TEST_REQUIRE") != "1" && os.Getenv("CI") != "true" {
		visible()
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// visible says it once, on the terminal where there is one: go test keeps the
// output of packages that pass to itself.
var visible = sync.OnceFunc(func() {
	out := os.Stderr
	if terminal, err := os.OpenFile("/dev/tty", os.O_WRONLY, 0); err == nil {
		defer terminal.Close()
		out = terminal
	}
	fmt.Fprintln(out, "storetest: tests on Postgres are skipped:", throwaway.ErrNoBinaries)
})

func running(fsync bool) (*throwaway.Server, error) {
	servers.Lock()
	defer servers.Unlock()
	if !servers.inMain {
		return nil, errors.New("storetest: this package needs func TestMain(m *testing.M) { storetest.Main(m) }")
	}
	if s, ok := servers.running[fsync]; ok {
		return s, nil
	}
	s, err := throwaway.Start(throwaway.Config{Durable: fsync})
	if err != nil {
		return nil, err
	}
	if servers.running == nil {
		servers.running = map[bool]*throwaway.Server{}
	}
	servers.running[fsync] = s
	return s, nil
}

// Data is the folder of the server's files, for tests that search them by
// byte; call it after Postgres.
func Data(t testing.TB) string {
	t.Helper()
	s, err := running(false)
	if err != nil {
		t.Fatal(err)
	}
	return s.Data()
}
