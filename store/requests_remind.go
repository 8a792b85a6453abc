package store

import (
	"context"
	"fmt"
	"time"

	"github.com/gemeentebode/bode/bot"
)

// RequestsHandled gives the requests of a resident that were handled after one
// moment and through another, in that order: not what is open again. Whoever
// said STOP has none. One that cannot be opened is counted and left out.
func (s *Store) RequestsHandled(ctx context.Context, resident bot.ID, after, through time.Time) ([]bot.Request, error) {
	const query = selectRequest + `WHERE q.resident_id = $1 AND q.handled_at > $2 AND q.handled_at <= $3 ORDER BY q.handled_at, q.id`
	var rows []requestRow
	if err := s.readers.SelectContext(ctx, &rows, query, s.args([]any{resident, after, through})...); err != nil {
		return nil, fmt.Errorf("handled requests of a resident: %w", err)
	}
	list := make([]bot.Request, 0, len(rows))
	for _, row := range rows {
		r, err := s.vault.openRequest(row)
		if err != nil {
			s.unreadable.Add(1)
			continue
		}
		list = append(list, r)
	}
	return list, nil
}
