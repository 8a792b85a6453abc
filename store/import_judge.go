package store

import (
	"context"
	"time"
)

// judge decides what becomes of a row, and writes nothing. In this order: what
// stands already is left alone; who said STOP is not brought back by anything;
// what was withdrawn since the evidence is not given again. What is left
// stands by its own evidence, or waits for the resident's yes.
func (t *tx) judge(ctx context.Context, row *importing) (Landing, error) {
	if err := t.findImported(ctx, row); err != nil {
		return "", err
	}
	stands, paused, err := t.standing(ctx, row)
	if err != nil {
		return "", err
	}
	if !stands.IsZero() && !paused && !row.Given.After(stands.Time) {
		return Already, nil
	}
	if stopped, err := t.marked(ctx, row); err != nil || stopped {
		return Stopped, err
	}
	if withdrew, err := t.withdrawnSince(ctx, row); err != nil || withdrew {
		return Withdrew, err
	}
	if row.Given.IsZero() || paused || row.known && row.resident.PhoneHash == nil { // the number changed hands: only they themselves can say
		return Waits, nil
	}
	return Stands, nil
}

// findImported finds the resident by the phone; one who was known by that
// phone alone and lost it to another is found by it too.
func (t *tx) findImported(ctx context.Context, row *importing) (err error) {
	row.known, err = t.one(ctx, &row.resident, selectResident+`WHERE r.phone_hash = $1 ORDER BY r.id LIMIT 1`, row.phone)
	if err != nil || row.known {
		return err
	}
	row.known, err = t.one(ctx, &row.resident, selectResident+`WHERE r.external_hash = $1`, row.external)
	return err
}

// standing gives since when the same subscription stands, if it does, and
// whether it is paused.
func (t *tx) standing(ctx context.Context, row *importing) (since instant, paused bool, err error) {
	if !row.known {
		return since, false, nil
	}
	var found struct {
		Given  instant `db:"given_at"`
		Paused instant `db:"paused_at"`
	}
	_, err = t.one(ctx, &found, `SELECT given_at, paused_at FROM subscription WHERE resident_id = $1 AND topic = $2 AND about_hash = $3`,
		row.resident.ID, row.Consent.Topic, t.vault.aboutHash(row.resident.ID, row.Consent))
	return found.Given, !found.Paused.IsZero(), err
}

// marked tells whether a STOP stands of the phone, or of any contact by which
// we know who has it.
func (t *tx) marked(ctx context.Context, row *importing) (bool, error) {
	marks := t.vault.marks(row.From)
	if row.known {
		c, err := t.vault.contact(row.resident)
		if err != nil {
			return false, err
		}
		marks = append(marks, t.vault.marks(c)...)
	}
	for _, mark := range marks {
		if day, err := t.markedDay(ctx, mark); err != nil || day >= 0 {
			return true, err
		}
	}
	return false, nil
}

// markedDay gives the day of a mark that stands, -1 when none does.
func (t *tx) markedDay(ctx context.Context, mark []byte) (int64, error) {
	var day int64
	found, err := t.one(ctx, &day, `SELECT day FROM suppression WHERE mark_hash = $1 AND day IS NOT NULL`, mark)
	if err != nil || !found {
		return -1, err
	}
	return day, nil
}

// withdrawnSince tells whether the topic, or everything, was withdrawn at or
// after the evidence; without evidence, whether it ever was. The ledger knows
// the moment, and of a withdrawal of one thing not which; the mark knows what,
// and the day, also when the ledger's line has gone.
func (t *tx) withdrawnSince(ctx context.Context, row *importing) (bool, error) {
	exact, err := t.lastWithdrawal(ctx, row)
	if err != nil || !exact.IsZero() && !row.Given.After(exact) {
		return true, err
	}
	marked, err := t.lastMarked(ctx, row)
	if err != nil || marked < 0 {
		return false, err
	}
	given := day(row.Given)
	return row.Given.IsZero() || marked > given || marked == given && exact.IsZero(), nil
}

// lastMarked gives the last day on which this was withdrawn, alone, with its
// topic or with everything; -1 when it was not.
func (t *tx) lastMarked(ctx context.Context, row *importing) (int64, error) {
	last := int64(-1)
	for _, of := range [][2]string{{"", ""}, {row.Consent.Topic, ""}, {row.Consent.Topic, subject(row.Consent.About)}} {
		day, err := t.markedDay(ctx, t.vault.topicMark(row.From, of[0], of[1]))
		if err != nil {
			return last, err
		}
		last = max(last, day)
	}
	return last, nil
}

func (t *tx) lastWithdrawal(ctx context.Context, row *importing) (time.Time, error) {
	var last instant
	if !row.known {
		return last.Time, nil
	}
	pseudonym, err := t.pseudonym(row.resident)
	if err != nil {
		return last.Time, err
	}
	_, err = t.one(ctx, &last, `SELECT at FROM consent WHERE pseudonym = $1 AND NOT given AND topic IN ($2, '') ORDER BY at DESC LIMIT 1`, pseudonym, row.Consent.Topic)
	return last.Time, err
}
