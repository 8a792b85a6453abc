package store

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/gemeentebode/bode/bot"
)

// reachHours is over how many whole hours conversations that we began are
// counted: the messaging limit of the portfolio is over 24, and the first of
// these is cut short.
const reachHours = 24

// hour is the number of an hour, for counting.
func hour(t time.Time) int64 { return t.Unix() / 3600 }

// leftOutside is how many conversations may still be begun today.
func (t *tx) leftOutside(ctx context.Context, c claimOfSends, limit int) (int, error) {
	var begun int
	_, err := t.one(ctx, &begun, `SELECT COALESCE(sum(number), 0) FROM reach WHERE account = $1 AND hour >= $2`, c.account, hour(c.now)-reachHours)
	return max(0, limit-begun), err
}

// noteTopics counts what was claimed of each run against its room, and what
// goes outside the window against the messaging limit. The pace row is locked.
func (t *tx) noteTopics(ctx context.Context, c claimOfSends, rows []sendRow) error {
	taken, outside := map[string]int{}, 0
	for _, row := range rows {
		if row.Reason != bot.ReasonTopic {
			continue
		}
		taken[row.Run]++
		if !row.Open {
			outside++
		}
	}
	for _, run := range slices.Sorted(maps.Keys(taken)) {
		if _, err := t.exec(ctx, `UPDATE run SET room = room - $2 WHERE id = $1 AND room IS NOT NULL`, run, taken[run]); err != nil {
			return err
		}
	}
	if outside == 0 {
		return nil
	}
	const count = `INSERT INTO reach (account, hour, number) VALUES ($1, $2, $3)
		ON CONFLICT (account, hour) DO UPDATE SET number = reach.number + excluded.number`
	if _, err := t.exec(ctx, count, c.account, hour(c.now), outside); err != nil {
		return err
	}
	_, err := t.exec(ctx, `DELETE FROM reach WHERE account = $1 AND hour < $2`, c.account, hour(c.now)-2*reachHours)
	return err
}

// openTopics gives the claimed notifications what they are rendered from: their
// run, and what the resident's subscriptions that stand now are about.
func (s *Store) openTopics(ctx context.Context, rows []sendRow, sends []bot.Send) error {
	byID := map[bot.ID]sendRow{}
	for _, row := range rows {
		if row.Reason == bot.ReasonTopic {
			byID[row.ID] = row
		}
	}
	runs, approved, fallback := map[string]bot.Run{}, map[string]map[string]string{}, map[string]bool{}
	people := map[string][]bot.ID{} // by run
	for _, send := range sends {
		row, topic := byID[send.ID]
		if !topic {
			continue
		}
		if _, known := runs[row.Run]; !known {
			run, _, err := s.Run(ctx, bot.ID(row.Run))
			if err == nil && run.Kind == bot.RunFallback { // what it says, and to whom it may, is the other's
				fallback[row.Run] = true
				run, _, err = s.Run(ctx, run.Corrects)
			}
			if err != nil {
				return err
			}
			runs[row.Run] = run
			if approved[row.Run], err = s.approved(ctx, run); err != nil {
				return err
			}
		}
		people[row.Run] = append(people[row.Run], bot.ID(row.Resident))
	}
	found := map[[2]string]bot.Subscriber{}
	for run, residents := range people {
		list, err := s.subscribers(ctx, runs[run].Topic, residents)
		if err != nil {
			return err
		}
		for _, one := range list {
			found[[2]string{run, string(one.Resident)}] = one
		}
	}
	for i, send := range sends {
		if row, topic := byID[send.ID]; topic {
			to := found[[2]string{row.Run, row.Resident}]
			to.Resident = bot.ID(row.Resident)
			out := &bot.Outgoing{Run: runs[row.Run], To: to, WindowOpen: row.Open || fallback[row.Run], Template: to.Language}
			if _, theirs := approved[row.Run][out.Template]; !theirs {
				out.Template = fallbackLanguage
			}
			out.Approved = approved[row.Run][out.Template]
			sends[i].Notify = out
		}
	}
	return nil
}

// fallbackLanguage is the language of a template where theirs has none that
// may be used; the claim lets it pass too.
const fallbackLanguage = "nl"

// approved gives the languages in which a run's template may be used, with its
// words as the platform has them ("": not known).
func (s *Store) approved(ctx context.Context, run bot.Run) (map[string]string, error) {
	var list []struct {
		Language string `db:"language"`
		Body     string `db:"body"`
	}
	const query = `SELECT language, body FROM template WHERE account = $1 AND name = $2 AND status = 'APPROVED' AND category = 'UTILITY'`
	if err := s.readers.SelectContext(ctx, &list, query, run.Account, run.Template); err != nil {
		return nil, fmt.Errorf("approved templates: %w", err)
	}
	languages := map[string]string{}
	for _, one := range list {
		languages[one.Language] = one.Body
	}
	return languages, nil
}

// LeaveOut ends a claimed notification that is not sent after all, and says
// why in one word: withdrawn, stale, nothing, language.
func (s *Store) LeaveOut(ctx context.Context, send bot.Send, reason string) error {
	return s.in(ctx, "leave out", func(t *tx) error {
		_, err := t.exec(ctx, `UPDATE outbox SET state = 'aside', token = NULL, error_class = $3 WHERE id = $1 AND token = $2 AND state = 'claimed'`, send.ID, send.Token, reason)
		return err
	})
}
