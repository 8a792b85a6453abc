package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
)

// Limits on a Postgres that does not answer. The driver waits for ever by
// itself, also after its context ended: a connection that hangs would hold a
// worker until somebody restarts the process.
const (
	// connectLimit is one try to connect, to each of the hosts of an address.
	connectLimit = 5 * time.Second
	// statementLimit is one statement, when the address names no
	// statement_timeout (milliseconds) of its own; 0 there means none.
	statementLimit = 20 * time.Second
	// silenceLimit comes on top of it: a server that does not even say that a
	// statement took too long is not there, and its connection is thrown away.
	silenceLimit = 5 * time.Second
)

// sessionLimits (milliseconds, seconds) have the server let go of what a
// machine that vanished held: else its locks hold up these residents for hours.
const sessionLimits = `SET idle_in_transaction_session_timeout = 30000; SET tcp_user_timeout = 15000;
	SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3`

// byIndex is how the service's statements are planned: once for each
// connection, and never by reading a whole table where an index leads to the
// rows. Planning anew for each group of messages took as long as carrying it
// out, and a table of a thousand residents, each changed thrice a turn, is
// read whole because it looks small. Nor by a bitmap, which gathers all that
// waits to take the first few: with 24,000 answers waiting a claim took 0.7 s.
// Compiling a plan never pays for itself here.
const byIndex = `; SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off; SET enable_bitmapscan = off; SET jit = off`

// connectionsPerProcess leaves room for several processes under Postgres's default of 100.
const connectionsPerProcess = 24

// patience says whether statements may take as long as they take.
type patience bool

const (
	hurried   patience = false // the service: a resident waits
	unhurried patience = true  // migrations, a restore
)

// connectPostgres opens two pools on one address: one in which nothing takes
// for ever, and one for what takes as long as it takes.
//
// With several hosts (postgres://host1,host2/name, ports by ?port=1,2) the one
// that can be written in is taken: after a failover that is the new primary.
func connectPostgres(ctx context.Context, dsn string, p patience) (*Store, error) {
	config, err := postgresConfig(dsn)
	if err != nil {
		return nil, err
	}
	limit, err := statementTimeout(config)
	if err != nil {
		return nil, err
	}
	patient, err := pool(config, 0, connectionsPerProcess)
	if err != nil {
		return nil, err
	}
	s := &Store{db: patient, readers: patient, patient: patient, postgres: true}
	if p == hurried {
		if s.db, err = pool(config, limit, connectionsPerProcess); err != nil {
			return nil, errors.Join(err, patient.Close())
		}
		s.readers = s.db
		patient.SetMaxIdleConns(0)
		patient.SetMaxOpenConns(2)
	}
	if err := s.db.PingContext(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("connect to Postgres: %w", err), s.Close())
	}
	return s, nil
}

func postgresConfig(dsn string) (pq.Config, error) {
	config, err := pq.NewConfig(dsn)
	if _, bad := url.Parse(dsn); bad != nil || err != nil {
		return config, errors.New("the Postgres address is not a valid URL (several hosts: postgres://host1,host2/name?port=5432,5432)") // the cause quotes the password
	}
	if config.ConnectTimeout <= 0 {
		config.ConnectTimeout = connectLimit
	}
	if config.TargetSessionAttrs == "" { // a server that was demoted is as good as none
		config.TargetSessionAttrs = pq.TargetSessionAttrsReadWrite
	}
	return config, nil
}

// statementTimeout is the address's own, else the default; 0: none.
func statementTimeout(config pq.Config) (time.Duration, error) {
	given, ok := config.Runtime["statement_timeout"]
	if !ok {
		return statementLimit, nil
	}
	ms, err := strconv.Atoi(given)
	if err != nil || ms < 0 {
		return 0, errors.New("the Postgres address: write statement_timeout in milliseconds, as in statement_timeout=20000")
	}
	return time.Duration(ms) * time.Millisecond, nil
}

func pool(config pq.Config, statement time.Duration, size int) (*sqlx.DB, error) {
	connector, err := pq.NewConnectorConfig(config)
	if err != nil {
		return nil, errors.New("the Postgres address cannot be used; see [store] in config.example.toml")
	}
	silence := time.Duration(0)
	if statement > 0 {
		silence = statement + silenceLimit
	}
	connector.Dialer(dialer{silence})
	db := sqlx.NewDb(sql.OpenDB(limited{connector, statement}), "postgres")
	db.SetMaxOpenConns(size)
	db.SetMaxIdleConns(size)
	return db, nil
}

// limited sets the session's limits on each new connection: not in the
// startup packet, where a pooler in between refuses what it does not know.
type limited struct {
	*pq.Connector
	statement time.Duration
}

func (l limited) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := l.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	exec, ok := conn.(driver.ExecerContext)
	if !ok {
		return nil, errors.Join(errors.New("the Postgres driver cannot run a statement"), conn.Close())
	}
	query := sessionLimits + `; SET statement_timeout = ` + strconv.FormatInt(l.statement.Milliseconds(), 10)
	if l.statement > 0 {
		query += byIndex
	}
	if _, err := exec.ExecContext(ctx, query, nil); err != nil {
		return nil, errors.Join(fmt.Errorf("set the session's limits: %w", err), conn.Close())
	}
	return conn, nil
}

// dialer makes connections that notice when the other end is gone.
type dialer struct{ silence time.Duration }

func (d dialer) Dial(network, address string) (net.Conn, error) {
	return d.DialContext(context.Background(), network, address)
}

func (d dialer) DialTimeout(network, address string, limit time.Duration) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	return d.DialContext(ctx, network, address)
}

func (d dialer) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	plain := net.Dialer{KeepAliveConfig: net.KeepAliveConfig{Enable: true, Idle: 5 * time.Second, Interval: 5 * time.Second, Count: 2}}
	conn, err := plain.DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	return &impatient{Conn: conn, silence: d.silence}, nil
}

// impatient is a connection of which no read or write waits longer than
// silence (0: for ever). The driver reads only when it expects an answer.
type impatient struct {
	net.Conn
	silence time.Duration
	outer   atomic.Bool // the driver set a limit of its own, for connecting
}

func (c *impatient) SetDeadline(t time.Time) error {
	c.outer.Store(!t.IsZero())
	return c.Conn.SetDeadline(t)
}

func (c *impatient) Read(b []byte) (int, error) {
	if err := c.limit(c.Conn.SetReadDeadline); err != nil {
		return 0, err
	}
	return c.Conn.Read(b)
}

func (c *impatient) Write(b []byte) (int, error) {
	if err := c.limit(c.Conn.SetWriteDeadline); err != nil {
		return 0, err
	}
	return c.Conn.Write(b)
}

func (c *impatient) limit(set func(time.Time) error) error {
	if c.silence == 0 || c.outer.Load() {
		return nil
	}
	return set(time.Now().Add(c.silence))
}
