package store

import (
	"context"
	"crypto/cipher"
	"time"

	"github.com/gemeentebode/bode/bot"
)

// keyOf gives a resident's data key; bot.ErrTokenGone when there is no such
// resident any more.
func (t *tx) keyOf(ctx context.Context, resident bot.ID) (cipher.AEAD, error) {
	if key, ok := t.vault.remembered(resident); ok {
		return key, nil
	}
	var wrapped []byte
	found, err := t.one(ctx, &wrapped, `SELECT wrapped FROM resident_key WHERE resident_id = $1`, resident)
	if err != nil {
		return nil, err
	}
	if !found {
		return nil, bot.ErrTokenGone
	}
	return t.vault.dataKey(resident, wrapped)
}

func newAnswer(now time.Time, key cipher.AEAD, reply *bot.Reply) *sealedReply {
	id := bot.NewID(now)
	return &sealedReply{id, seal(key, reply.Encode(), place("outbox", id, "body")), reply.Template != nil}
}

// claimTurnsSQLite takes due residents one by one; there is one writer.
func (t *tx) claimTurnsSQLite(ctx context.Context, now, until time.Time, token bot.ID, limit int) ([]turnRow, error) {
	var due []bot.ID
	if err := t.all(ctx, &due, `SELECT id FROM resident WHERE due <= $1 ORDER BY due LIMIT $2`, now, limit); err != nil {
		return nil, err
	}
	var rows []turnRow
	for _, id := range due {
		if _, err := t.exec(ctx, `UPDATE resident SET token = $2, due = $3 WHERE id = $1`, id, token, until); err != nil {
			return nil, err
		}
		row, open, err := t.openTurnSQLite(ctx, id)
		if err != nil {
			return nil, err
		}
		if open {
			rows = append(rows, row)
		} else if err := t.settle(ctx, now, id, token); err != nil {
			return nil, err
		}
	}
	return rows, nil
}

const readTurn = `SELECT r.id, r.channel, r.account, r.external, r.phone, r.conversation, k.wrapped,
		i.id AS message_id, i.seq AS message_seq, i.tries, i.accepted_at, i.sent_at, i.body, ` + liveBundle + ` AS bundle,
		COALESCE((SELECT group_concat(s.line, char(10)) FROM (
			SELECT topic || ' ' || given_at AS line FROM subscription WHERE resident_id = r.id AND paused_at IS NULL
			UNION ALL SELECT topic || ' 0' FROM pending WHERE resident_id = r.id ORDER BY line) AS s), '') AS subscribed
	FROM resident r JOIN resident_key k ON k.resident_id = r.id
	JOIN inbox i ON i.resident_id = r.id AND i.seq > r.handled AND i.state = 'open'
	WHERE r.id = $1 ORDER BY i.seq LIMIT 1`

func (t *tx) openTurnSQLite(ctx context.Context, id bot.ID) (turnRow, bool, error) {
	var row turnRow
	found, err := t.one(ctx, &row, readTurn, id)
	if err != nil || !found {
		return row, false, err
	}
	row.Tries++
	_, err = t.exec(ctx, `UPDATE inbox SET tries = tries + 1 WHERE id = $1`, row.MessageID)
	return row, true, err
}

func (t *tx) finishSQLite(ctx context.Context, now time.Time, list []finish) ([]ended, error) {
	all := make([]ended, len(list))
	for i, f := range list {
		err := t.endTurn(ctx, now, f.Claim, f.conversation, "done")
		if err == bot.ErrTokenGone {
			continue
		}
		if err == nil && f.reply != nil {
			err = t.answer(ctx, now, f.Claim, f.reply)
		}
		if err != nil {
			return nil, err
		}
		all[i] = ended{kept: true, more: true} // nobody looked: the next claim does
	}
	return all, nil
}

// endTurn checks the token and closes the message. Whether more is open is
// decided from the resident's own row, which the statement has locked: a look
// at inbox would see what stood there before the wait for the lock. Without a
// conversation the one that is there stays.
func (t *tx) endTurn(ctx context.Context, now time.Time, claim bot.Claim, conversation []byte, state string) error {
	const end = `UPDATE resident SET token = NULL, handled = $3, due = CASE WHEN seq > $3 THEN COALESCE($4, due) ELSE NULL END,
		conversation = COALESCE($5, conversation) WHERE id = $1 AND token = $2`
	n, err := t.exec(ctx, end, claim.Resident, claim.Token, claim.Seq, now, conversation)
	if err != nil {
		return err
	}
	if n == 0 {
		return bot.ErrTokenGone
	}
	_, err = t.exec(ctx, `UPDATE inbox SET state = $2 WHERE id = $1`, claim.MessageID, state)
	return err
}

const insertAnswer = `INSERT INTO outbox (id, resident_id, channel, account, reason, rank, message_id, template, body, not_before, created_at)
	VALUES ($1, $2, $3, $4, 'answer', 1, $5, $6, $7, $8, $8)`

// answer writes the outgoing row; the caller holds the resident's lock.
func (t *tx) answer(ctx context.Context, now time.Time, claim bot.Claim, reply *sealedReply) error {
	from := claim.Message.From
	_, err := t.exec(ctx, insertAnswer, reply.id, claim.Resident, from.Channel, from.Account, claim.MessageID, reply.template, reply.body, now)
	return err
}
