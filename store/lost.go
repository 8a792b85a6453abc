package store

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/gemeentebode/bode/bot"
)

// lostClaims are claims whose commit was not answered. They may stand, and
// nobody works on them: without this a send that was never begun would wait
// for the status of a send, and a turn for its lease.
type lostClaims struct {
	mu           sync.Mutex
	turns, sends []lostClaim
}

// lostClaim is what one claim may hold. Its token is of this process alone,
// so nobody else's claim is let go.
type lostClaim struct {
	token bot.ID
	rows  []bot.ID
}

// mostLost bounds what is remembered while a database stays away.
const mostLost = 1000

func (l *lostClaims) keep(list *[]lostClaim, token bot.ID, rows []bot.ID, err error) {
	if len(rows) == 0 || !errors.Is(err, errUncertain) {
		return
	}
	slices.Sort(rows)
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(*list) < mostLost {
		*list = append(*list, lostClaim{token, rows})
	}
}

func (l *lostClaims) take(list *[]lostClaim) []lostClaim {
	l.mu.Lock()
	defer l.mu.Unlock()
	taken := *list
	*list = nil
	return taken
}

func (l *lostClaims) putBack(list *[]lostClaim, claims []lostClaim) {
	l.mu.Lock()
	defer l.mu.Unlock()
	*list = append(*list, claims...)
}

const (
	letGoTurn = `UPDATE resident SET token = NULL, due = $3 WHERE id = $1 AND token = $2`
	letGoSend = `UPDATE outbox SET state = 'waiting', token = NULL, not_before = $3 WHERE id = $1 AND token = $2 AND state = 'claimed'`
)

// letGo gives back, before the next claim, what a lost claim may hold.
func (s *Store) letGo(ctx context.Context, now time.Time, list *[]lostClaim, query string) error {
	claims := s.lost.take(list)
	for i, claim := range claims {
		err := s.in(ctx, "give back a lost claim", func(t *tx) error {
			for _, row := range claim.rows {
				if _, err := t.exec(ctx, query, row, claim.token, now); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			s.lost.putBack(list, claims[i:])
			return err
		}
	}
	return nil
}

func idsOfTurns(rows []turnRow) []bot.ID {
	list := make([]bot.ID, len(rows))
	for i, row := range rows {
		list[i] = row.ID
	}
	return list
}

func idsOfSends(rows []sendRow) []bot.ID {
	list := make([]bot.ID, len(rows))
	for i, row := range rows {
		list[i] = row.ID
	}
	return list
}
