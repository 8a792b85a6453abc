package store

import (
	"crypto/cipher"
	"time"

	"github.com/lib/pq"

	"github.com/gemeentebode/bode/bot"
)

// keptRows are the columns of messages that are kept with their answers.
type keptRows struct {
	ids, residents        []bot.ID
	seqs                  pq.Int64Array
	untils, sent          []time.Time
	external, hashes      [][]byte
	conversations, bodies [][]byte
	replies               answerRows
}

func (rows *keptRows) add(a arrival, now time.Time, t bot.Finish, key cipher.AEAD) {
	c := t.Claim
	rows.ids, rows.residents, rows.seqs = append(rows.ids, c.MessageID), append(rows.residents, c.Resident), append(rows.seqs, c.Seq)
	rows.untils, rows.sent = append(rows.untils, a.window(now)), append(rows.sent, a.Sent)
	rows.external, rows.hashes = append(rows.external, a.external), append(rows.hashes, a.hash)
	rows.conversations = append(rows.conversations, seal(key, []byte(t.Outcome.Conversation.Reveal()), place("resident", c.Resident, "conversation")))
	rows.bodies = append(rows.bodies, seal(key, a.Encode(), place("inbox", c.MessageID, "body")))
	if t.Outcome.Reply != nil {
		rows.replies.add(c, newAnswer(now, key, t.Outcome.Reply))
	}
}

// answerRows are the columns of new answers.
type answerRows struct {
	ids, to, messages  []bot.ID
	channels, accounts pq.StringArray
	templates          pq.BoolArray
	bodies             [][]byte
}

func (rows *answerRows) add(of bot.Claim, a *sealedReply) {
	from := of.Message.From
	rows.ids, rows.to, rows.messages = append(rows.ids, a.id), append(rows.to, of.Resident), append(rows.messages, of.MessageID)
	rows.channels, rows.accounts = append(rows.channels, from.Channel), append(rows.accounts, from.Account)
	rows.templates, rows.bodies = append(rows.templates, a.template), append(rows.bodies, a.body)
}
