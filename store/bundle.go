package store

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"time"

	"github.com/gemeentebode/bode/bot"
)

// ErrNoBundle says that no bundle is live, or that there is none of that hash.
var ErrNoBundle = errors.New("no such bundle")

// ErrNoEarlier says that there is no earlier bundle to go back to.
var ErrNoEarlier = errors.New("no earlier bundle to go back to")

// PutBundle makes a bundle live. Content is whatever the caller made the hash
// of; one that is live already changes nothing.
func (s *Store) PutBundle(ctx context.Context, now time.Time, hash string, content []byte, by string) error {
	return s.in(ctx, "put bundle", func(t *tx) error {
		if live, err := t.live(ctx); err != nil || live == hash {
			return err
		}
		if _, err := t.exec(ctx, `INSERT INTO bundle (hash, content) VALUES ($1, $2) ON CONFLICT (hash) DO NOTHING`, hash, content); err != nil {
			return err
		}
		_, err := t.exec(ctx, `INSERT INTO publication (hash, at, published_by) VALUES ($1, $2, $3)`, hash, now, by)
		return err
	})
}

// live locks out other publications and gives the hash of the live bundle, "" when there is none.
func (t *tx) live(ctx context.Context) (hash string, err error) {
	if t.postgres {
		if _, err := t.exec(ctx, `LOCK TABLE publication IN SHARE ROW EXCLUSIVE MODE`); err != nil {
			return "", err
		}
	}
	_, err = t.one(ctx, &hash, `SELECT `+liveBundle)
	return hash, err
}

// LiveBundle gives the bundle that new turns go by; ErrNoBundle when none was published.
func (s *Store) LiveBundle(ctx context.Context) (hash string, content []byte, err error) {
	return s.bundle(ctx, `(SELECT `+liveBundle+`)`)
}

// BundleAt gives the hash of the bundle that was live at an instant; "" when
// none was.
func (s *Store) BundleAt(ctx context.Context, at time.Time) (hash string, err error) {
	const query = `SELECT COALESCE((SELECT hash FROM publication WHERE at <= $1 AND (withdrawn_at IS NULL OR withdrawn_at > $1) ORDER BY n DESC LIMIT 1), '')`
	if err := s.readers.GetContext(ctx, &hash, query, s.at(at)); err != nil {
		return "", fmt.Errorf("the bundle of a moment: %w", err)
	}
	return hash, nil
}

// BundleByHash gives a bundle that is or was live; ErrNoBundle when it is not here.
func (s *Store) BundleByHash(ctx context.Context, hash string) (content []byte, err error) {
	_, content, err = s.bundle(ctx, `$1`, hash)
	return content, err
}

// BundleStarting gives the one bundle whose hash begins so; ErrNoBundle when
// there is none, or more than one.
func (s *Store) BundleStarting(ctx context.Context, start string) (hash string, content []byte, err error) {
	if !hashStart.MatchString(start) {
		return "", nil, ErrNoBundle
	}
	return s.bundle(ctx, `(SELECT min(hash) FROM bundle WHERE hash LIKE $1 HAVING count(*) = 1)`, start+"%")
}

// hashStart is what a hash can begin with; nothing in it means something to LIKE.
var hashStart = regexp.MustCompile(`^[0-9a-f]{6,64}$`)

func (s *Store) bundle(ctx context.Context, which string, args ...any) (string, []byte, error) {
	var rows []struct {
		Hash    string `db:"hash"`
		Content []byte `db:"content"`
	}
	if err := s.readers.SelectContext(ctx, &rows, `SELECT hash, content FROM bundle WHERE hash = `+which, args...); err != nil {
		return "", nil, fmt.Errorf("read the bundle: %w", err)
	}
	if len(rows) == 0 {
		return "", nil, ErrNoBundle
	}
	return rows[0].Hash, rows[0].Content, nil
}

// Rollback takes the live bundle back and gives the hash of the one before
// it, which is live again; once more goes one further. ErrNoEarlier when the
// live one is the first.
func (s *Store) Rollback(ctx context.Context, now time.Time) (hash string, err error) {
	err = s.in(ctx, "roll back", func(t *tx) error {
		if _, err := t.live(ctx); err != nil {
			return err
		}
		var standing []struct {
			N    int64  `db:"n"`
			Hash string `db:"hash"`
		}
		if err := t.all(ctx, &standing, `SELECT n, hash FROM publication WHERE withdrawn_at IS NULL ORDER BY n DESC LIMIT 2`); err != nil {
			return err
		}
		if len(standing) < 2 {
			return ErrNoEarlier
		}
		hash = standing[1].Hash
		_, err := t.exec(ctx, `UPDATE publication SET withdrawn_at = $2 WHERE n = $1`, standing[0].N, now)
		return err
	})
	return hash, err
}

// pageOfResidents is how many conversations are read at a time.
const pageOfResidents = 500

// Conversations calls fn with the conversation of every resident who has one
// and did not say STOP, without holding a transaction meanwhile. It stops at
// fn's first error. A conversation that cannot be opened is left out and counted.
func (s *Store) Conversations(ctx context.Context, fn func(bot.Private) error) error {
	const query = selectResident + `WHERE r.closed_at IS NULL AND r.conversation IS NOT NULL AND r.id > $1 ORDER BY r.id LIMIT $2`
	last := bot.ID("00000000-0000-0000-0000-000000000000")
	for {
		var rows []residentRow
		if err := s.readers.SelectContext(ctx, &rows, query, string(last), pageOfResidents); err != nil {
			return fmt.Errorf("conversations: %w", err)
		}
		for _, r := range rows {
			conversation, err := s.conversation(r)
			if err != nil {
				s.unreadable.Add(1)
				continue
			}
			if err := fn(conversation); err != nil {
				return err
			}
		}
		if len(rows) < pageOfResidents {
			return nil
		}
		last = rows[len(rows)-1].ID
	}
}

func (s *Store) conversation(r residentRow) (bot.Private, error) {
	key, err := s.vault.dataKey(r.ID, r.Wrapped)
	if err != nil {
		return bot.Private{}, err
	}
	return s.vault.column(r, key, r.Conversation, "conversation")
}

// Conversation gives the conversation with one contact, empty when there is
// none: for the demo's picture of where the phone beside it is.
func (s *Store) Conversation(ctx context.Context, c bot.Contact) (bot.Private, error) {
	var rows []residentRow
	hash := s.vault.externalHash(c.Channel, c.Account, c.External)
	if err := s.readers.SelectContext(ctx, &rows, selectResident+`WHERE r.external_hash = $1`, hash); err != nil {
		return bot.Private{}, fmt.Errorf("conversation: %w", err)
	}
	if len(rows) == 0 {
		return bot.Private{}, nil
	}
	return s.conversation(rows[0])
}
