// Package throwaway starts PostgreSQL servers of our own, for the tests and
// for bode bench: on a loopback port, in a folder that is removed afterwards.
// It never touches a server that it did not start.
package throwaway

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
	"strconv"
	"sync/atomic"
	"syscall"
	"time"

	_ "github.com/lib/pq" // the driver of the server's own connection
)

// ErrNoBinaries says that Postgres is not installed.
var ErrNoBinaries = errors.New("no Postgres server under /usr/lib/postgresql/*/bin: apt-get install postgresql")

// Config says what kind of server is started.
type Config struct {
	// Durable turns fsync, full page writes and synchronous commit on and puts
	// the data on disk, as in production. Without it the data lies in memory
	// where there is such a place, and a power cut would lose it.
	Durable bool
	// Settings are further lines of postgresql.conf, such as "wal_level=replica".
	Settings []string
}

// Server is one running Postgres. Its superuser is "bode", without a password.
type Server struct {
	config  Config
	bin     string
	owner   *syscall.Credential
	data    string
	port    int
	process *exec.Cmd
	ended   chan error
	schemas atomic.Int64
}

// Start makes a database cluster and has it served; end it with Stop. The
// server dies with this process, also when that is killed.
func Start(c Config) (*Server, error) {
	s := &Server{config: c}
	if err := s.create(); err != nil {
		return nil, err
	}
	var err error
	if s.port, err = freePort(); err == nil {
		err = s.Launch()
	}
	if err != nil {
		s.Stop()
		return nil, err
	}
	return s, nil
}

func (s *Server) create() (err error) {
	if s.bin, err = Binaries(); err != nil {
		return err
	}
	if s.owner, err = unprivileged(); err != nil {
		return err
	}
	if s.data, err = s.folder(); err != nil {
		return err
	}
	initdb := s.Command("initdb", "-D", s.data, "-U", "bode", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
	if out, err := initdb.CombinedOutput(); err != nil {
		return errors.Join(fmt.Errorf("initdb: %w: %s", err, out), os.RemoveAll(s.data))
	}
	return nil
}

// Command is one of Postgres's own programs, run as the server's user.
func (s *Server) Command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(filepath.Join(s.bin, name), args...)
	cmd.SysProcAttr, cmd.Dir = &syscall.SysProcAttr{Credential: s.owner}, s.data
	return cmd
}

// Launch starts the server on its data and port, the first time and again
// after Kill or Halt, and waits until it answers: at most half a minute.
func (s *Server) Launch() error {
	durable := onOff(s.config.Durable)
	args := []string{"-D", s.data, "-p", strconv.Itoa(s.port)}
	for _, setting := range append([]string{"listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=200",
		"fsync=" + durable, "full_page_writes=" + durable, "synchronous_commit=" + durable}, s.config.Settings...) {
		args = append(args, "-c", setting)
	}
	s.process = s.Command("postgres", args...)
	s.process.SysProcAttr.Pdeathsig = syscall.SIGQUIT
	if err := s.process.Start(); err != nil {
		return fmt.Errorf("start postgres: %w", err)
	}
	s.ended = make(chan error, 1)
	go func(p *exec.Cmd, ended chan<- error) { ended <- p.Wait() }(s.process, s.ended)
	return s.ready()
}

func (s *Server) ready() error {
	db, err := sql.Open("postgres", s.Address(""))
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
			s.ended <- ended
			return fmt.Errorf("postgres ended at once: %v", ended)
		case <-time.After(50 * time.Millisecond):
		}
	}
	return fmt.Errorf("postgres does not answer: %w", err)
}

// Halt stops the server in order ("fast"): what is under way is rolled back.
// The data stays, for Launch.
func (s *Server) Halt() { s.end(syscall.SIGINT) }

// Kill ends the server as a crash does, without a checkpoint: what was
// committed durably is recovered by the next Launch.
func (s *Server) Kill() { s.end(syscall.SIGQUIT) }

func (s *Server) end(signal os.Signal) {
	if s.process == nil || s.process.Process == nil {
		return
	}
	_ = s.process.Process.Signal(signal) // it may have ended by itself
	select {
	case err := <-s.ended:
		s.ended <- err
	case <-time.After(10 * time.Second):
		_ = s.process.Process.Kill()
	}
}

// Stop ends the server and removes its data.
func (s *Server) Stop() {
	s.Halt()
	_ = os.RemoveAll(s.data) // the system's cleaning of temporary folders has the rest
}

// Data is the folder of the server's files.
func (s *Server) Data() string { return s.data }

// Port is the loopback port that the server listens on.
func (s *Server) Port() int { return s.port }

// Address is where the server is found: its database "postgres", with the
// schema searched first; "" is the default one.
func (s *Server) Address(schema string) string {
	u := url.URL{Scheme: "postgres", User: url.User("bode"), Host: net.JoinHostPort("127.0.0.1", strconv.Itoa(s.port)), Path: "/postgres"}
	query := url.Values{"sslmode": {"disable"}}
	if schema != "" {
		query.Set("search_path", schema)
	}
	u.RawQuery = query.Encode()
	return u.String()
}

// Schema makes an empty schema and gives its address.
func (s *Server) Schema() (string, error) {
	name := fmt.Sprintf("test_%d", s.schemas.Add(1))
	db, err := sql.Open("postgres", s.Address(""))
	if err != nil {
		return "", err
	}
	defer db.Close()
	if _, err := db.ExecContext(context.Background(), "CREATE SCHEMA "+name); err != nil {
		return "", fmt.Errorf("create schema: %w", err)
	}
	return s.Address(name), nil
}

// Binaries is the folder of the newest Postgres on this machine.
func Binaries() (string, error) {
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil || len(found) == 0 {
		return "", ErrNoBinaries
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

// Memory is where files cost no disk, where there is such a place.
const Memory = "/dev/shm"

// folder lies in memory where it may; a durable server's on disk.
func (s *Server) folder() (string, error) {
	parent := Memory
	if _, err := os.Stat(parent); err != nil || s.config.Durable {
		parent = ""
	}
	folder, err := os.MkdirTemp(parent, "bode-postgres-")
	if err != nil {
		return "", fmt.Errorf("data folder: %w", err)
	}
	if s.owner == nil {
		return folder, nil
	}
	return folder, os.Chown(folder, int(s.owner.Uid), int(s.owner.Gid))
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
