package throwaway

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"time"
)

// replicaName is how a replica makes itself known to its primary.
const replicaName = "replica"

// Host is where the server listens: 127.0.0.1 and its port.
func (s *Server) Host() string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(s.port)) }

// Replica makes a second server that follows this one, and has this one
// commit only what the replica has on its disk too (synchronous replication).
// It can be read at once and written after Promote; end it with Stop.
func (s *Server) Replica() (*Server, error) {
	r := &Server{config: s.config, bin: s.bin, owner: s.owner}
	var err error
	if r.data, err = r.folder(); err != nil {
		return nil, err
	}
	from := fmt.Sprintf("host=127.0.0.1 port=%d user=bode application_name=%s", s.port, replicaName)
	copied := r.Command("pg_basebackup", "-d", from, "-D", r.data, "-R", "-X", "stream", "-c", "fast", "--no-sync")
	if out, err := copied.CombinedOutput(); err != nil {
		return nil, errors.Join(fmt.Errorf("pg_basebackup: %w: %s", err, out), os.RemoveAll(r.data))
	}
	if r.port, err = freePort(); err == nil {
		err = errors.Join(r.Launch(), s.waitFor(replicaName))
	}
	if err != nil {
		r.Stop()
		return nil, err
	}
	return r, nil
}

// waitFor has every commit wait for a replica from now on.
func (s *Server) waitFor(name string) error {
	db, err := sql.Open("postgres", s.Address(""))
	if err != nil {
		return err
	}
	defer db.Close()
	ctx := context.Background()
	for _, statement := range []string{"ALTER SYSTEM SET synchronous_standby_names = '" + name + "'", "SELECT pg_reload_conf()"} {
		if _, err := db.ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("synchronous replication: %w", err)
		}
	}
	for range 600 {
		var together int
		if err := db.QueryRowContext(ctx, "SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'").Scan(&together); err != nil {
			return fmt.Errorf("synchronous replication: %w", err)
		}
		if together > 0 {
			return nil
		}
		time.Sleep(50 * time.Millisecond)
	}
	return errors.New("the replica does not follow")
}

// Promote makes a replica a primary, and waits until it can be written.
func (s *Server) Promote() error {
	db, err := sql.Open("postgres", s.Address(""))
	if err != nil {
		return err
	}
	defer db.Close()
	var promoted bool
	if err := db.QueryRowContext(context.Background(), "SELECT pg_promote(true, 60)").Scan(&promoted); err != nil || !promoted {
		return fmt.Errorf("promote: %t, %w", promoted, err)
	}
	return nil
}

// Demote starts a server that was ended again as one that can only be read.
func (s *Server) Demote() error {
	signal := filepath.Join(s.data, "standby.signal")
	if err := os.WriteFile(signal, nil, 0o600); err != nil {
		return fmt.Errorf("demote: %w", err)
	}
	if s.owner != nil {
		if err := os.Chown(signal, int(s.owner.Uid), int(s.owner.Gid)); err != nil {
			return fmt.Errorf("demote: %w", err)
		}
	}
	return s.Launch()
}
