package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"io"
	"io/fs"
	"net"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/lib/pq"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// Trouble is what is wrong with the database, in a word; "" is nothing.
type Trouble string

// The troubles there are.
const (
	TroubleAway     Trouble = "away"
	TroubleFull     Trouble = "full"
	TroubleReadOnly Trouble = "read-only"
	TroubleLocked   Trouble = "locked"
	TroubleRefused  Trouble = "refused"
)

// Said is the trouble in an operator's words, with what to do. It holds
// nothing of a resident, and no address.
func (t Trouble) Said() string {
	switch t {
	case TroubleFull:
		return "its disk or quota is full: make room; until then nothing is accepted, and the platform sends it again"
	case TroubleReadOnly:
		return "it can only be read: [store] database leads to a standby, let it lead to the primary"
	case TroubleLocked:
		return "it is locked by another program, or too slow to answer in time: end what holds it"
	case TroubleRefused:
		return "it refuses this program: see the user, password and rights of [store] database"
	}
	return "no answer: see that it runs, and that this machine reaches it"
}

// troubleFor is how long a trouble is told after it was last met, when the
// same work was not done well since: there may be none.
const troubleFor = time.Minute

// troubles are the transactions that failed for a reason of the database's, by
// what they do: with a full disk one that writes little may still succeed.
type troubles struct {
	mu  sync.Mutex
	met map[string]metTrouble
}

type metTrouble struct {
	trouble Trouble
	last    time.Time
}

// note keeps what a transaction met; nil clears what it met before, and what
// any transaction that came to its end disproves.
func (t *troubles) note(what string, err error) {
	trouble := TroubleOf(err)
	if err != nil && trouble == "" {
		return // a matter of its own: the database did answer
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if err == nil {
		own := t.met[what].trouble // what failed of it before and succeeds now, is over for the rest too
		for other, m := range t.met {
			if m.trouble == own || m.trouble != TroubleFull && m.trouble != TroubleLocked { // it does answer
				delete(t.met, other)
			}
		}
		return
	}
	if t.met == nil {
		t.met = map[string]metTrouble{}
	}
	t.met[what] = metTrouble{trouble, time.Now()}
}

// Troubles is what the work of this process met and still stands, each once.
func (s *Store) Troubles() []Trouble {
	s.troubles.mu.Lock()
	defer s.troubles.mu.Unlock()
	var found []Trouble
	for _, m := range s.troubles.met {
		if time.Since(m.last) < troubleFor && !slices.Contains(found, m.trouble) {
			found = append(found, m.trouble)
		}
	}
	slices.Sort(found)
	return found
}

// TroubleOf tells what an error of this package says about the database.
func TroubleOf(err error) Trouble {
	if pg, ok := errors.AsType[*pq.Error](err); ok {
		return troubleOfPostgres(pg)
	}
	if lite, ok := errors.AsType[*sqlite.Error](err); ok {
		return troubleOfSQLite(lite.Code())
	}
	_, network := errors.AsType[net.Error](err)
	if network || errors.Is(err, driver.ErrBadConn) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return TroubleAway
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return TroubleAway
	}
	if errors.Is(err, fs.ErrPermission) {
		return TroubleRefused
	}
	if err != nil && (strings.Contains(err.Error(), "session is read-only") || strings.Contains(err.Error(), "hot standby")) {
		return TroubleReadOnly // the driver's words for target_session_attrs
	}
	return ""
}

func troubleOfPostgres(err *pq.Error) Trouble {
	switch {
	case err.Code == "53100":
		return TroubleFull
	case demoted(err):
		return TroubleReadOnly
	case err.Code == "57014", err.Code == "55P03", err.Code == "25P03":
		return TroubleLocked // cancelled by its timeout, a lock, a session that waited too long
	case err.Code.Class() == "08", err.Code.Class() == "57", err.Code.Class() == "53", err.Code.Class() == "58":
		return TroubleAway // connection, shutdown and start, too many connections, system
	case err.Code.Class() == "28", err.Code == "42501", err.Code == "3D000":
		return TroubleRefused
	}
	return ""
}

func troubleOfSQLite(code int) Trouble {
	switch code & 0xff {
	case sqlite3.SQLITE_FULL:
		return TroubleFull
	case sqlite3.SQLITE_IOERR:
		if code == sqlite3.SQLITE_IOERR_WRITE || code == sqlite3.SQLITE_IOERR_FSYNC || code == sqlite3.SQLITE_IOERR_TRUNCATE {
			return TroubleFull // a quota, or a file that may not grow
		}
		return TroubleAway
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return TroubleLocked
	case sqlite3.SQLITE_READONLY:
		return TroubleReadOnly
	case sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		return TroubleAway
	case sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH:
		return TroubleRefused
	}
	return ""
}

// demoted tells that the server took no write because it is a standby now.
func demoted(err error) bool {
	pg, ok := errors.AsType[*pq.Error](err)
	if !ok {
		return false
	}
	return pg.Code == "25006" || pg.Code == "0A000" && strings.Contains(pg.Message, "recovery")
}
