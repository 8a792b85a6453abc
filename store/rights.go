package store

import (
	"context"
	"crypto/cipher"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/gemeentebode/bode/bot"
)

// Own gives a resident all that is kept of them; see rights.Store. Somebody
// who said STOP is gone: bot.ErrTokenGone.
func (s *Store) Own(ctx context.Context, now time.Time, resident bot.ID) (own bot.Own, err error) {
	err = s.in(ctx, "own data", func(t *tx) error {
		r, found, err := t.openRow(ctx, resident)
		if err == nil && !found {
			err = bot.ErrTokenGone
		}
		if err == nil {
			own, err = t.own(ctx, r)
		}
		return err
	})
	return own, err
}

// openRow reads a resident who is not closed.
func (t *tx) openRow(ctx context.Context, resident bot.ID) (r residentRow, found bool, err error) {
	found, err = t.one(ctx, &r, selectResident+`WHERE r.id = $1 AND r.closed_at IS NULL`, resident)
	return r, found, err
}

// ResidentCategories counts what is kept of whoever has a contact, for the privacy officer.
func (s *Store) ResidentCategories(ctx context.Context, now time.Time, by bot.Look, c bot.Contact) (own bot.Own, err error) {
	err = s.reasoned(ctx, now, by, lookCategories, s.look(ctx, c, &own))
	return own, err
}

// ResidentContents gives what is kept of whoever has a contact, to be read.
func (s *Store) ResidentContents(ctx context.Context, now time.Time, by bot.Look, c bot.Contact) (own bot.Own, err error) {
	err = s.reasoned(ctx, now, by, lookContents, s.look(ctx, c, &own))
	return own, err
}

// ResidentExport gives the same, to be handed over.
func (s *Store) ResidentExport(ctx context.Context, now time.Time, by bot.Look, c bot.Contact) (own bot.Own, err error) {
	err = s.reasoned(ctx, now, by, lookExport, s.look(ctx, c, &own))
	return own, err
}

func (s *Store) look(ctx context.Context, c bot.Contact, own *bot.Own) func(*tx, *bot.Audited) error {
	return func(t *tx, line *bot.Audited) (err error) {
		r, err := t.residentBy(ctx, c, line)
		if err != nil {
			return err
		}
		if *own, err = t.own(ctx, r); err != nil {
			return err
		}
		for _, category := range own.Categories() {
			line.Number += category.Number
		}
		return nil
	}
}

// residentBy finds who has a contact, locks the row, and notes the pseudonym
// in the line. Somebody who is closed cannot be found any more.
func (t *tx) residentBy(ctx context.Context, c bot.Contact, line *bot.Audited) (r residentRow, err error) {
	query := selectResident + `WHERE r.id IN (SELECT id FROM resident WHERE external_hash = $1 UNION ALL SELECT id FROM resident WHERE phone_hash = $2)
		AND (r.external_hash = $1 OR r.phone_hash = $2) AND r.closed_at IS NULL ORDER BY r.id LIMIT 1`
	if t.postgres {
		query += ` FOR UPDATE OF r`
	}
	found, err := t.one(ctx, &r, query, t.vault.externalHash(c.Channel, c.Account, c.External), t.vault.phoneHash(c))
	if err != nil {
		return r, err
	}
	if !found {
		return r, bot.ErrUnknownResident
	}
	line.Pseudonym, err = t.pseudonym(r)
	return r, err
}

// EraseResident closes whoever has a contact, exactly as a confirmed erase in
// the chat does, on the word of a colleague. The eraser says the farewell.
func (s *Store) EraseResident(ctx context.Context, now time.Time, by bot.Look, c bot.Contact) error {
	return s.reasoned(ctx, now, by, eraseByCommand, func(t *tx, line *bot.Audited) error {
		r, err := t.residentBy(ctx, c, line)
		if err != nil {
			return err
		}
		line.Number = 1
		return t.closeResident(ctx, now, r, closing{source: "command", contacts: []bot.Contact{c}})
	})
}

// own reads all there is of a resident.
func (t *tx) own(ctx context.Context, r residentRow) (own bot.Own, err error) {
	key, err := t.vault.dataKey(r.ID, r.Wrapped)
	if err != nil {
		return own, err
	}
	if own.Contact, err = t.vault.contact(r); err != nil {
		return own, err
	}
	if own.Conversation, err = t.vault.column(r, key, r.Conversation, "conversation"); err != nil {
		return own, err
	}
	var since struct {
		At instant `db:"created_at"`
	}
	if _, err = t.one(ctx, &since, `SELECT created_at FROM resident WHERE id = $1`, r.ID); err != nil {
		return own, err
	}
	own.Since = since.At.Time
	for _, read := range []func(context.Context, residentRow, cipher.AEAD, *bot.Own) error{
		t.ownMessages, t.ownSubscriptions, t.ownConsents, t.ownAppointments, t.ownRequests,
	} {
		if err := read(ctx, r, key, &own); err != nil {
			return own, err
		}
	}
	return own, nil
}

// textRow is a sealed row of a conversation.
type textRow struct {
	ID   bot.ID  `db:"id"`
	At   instant `db:"at"`
	Body []byte  `db:"body"`
}

// ownMessages reads both ways. One that cannot be opened is counted and left out.
func (t *tx) ownMessages(ctx context.Context, r residentRow, key cipher.AEAD, own *bot.Own) error {
	for _, side := range []struct {
		table, query string
		read         func(plain []byte) (bot.OwnMessage, error)
	}{
		{"inbox", `SELECT id, sent_at AS at, body FROM inbox WHERE resident_id = $1 AND body IS NOT NULL`, theirs},
		{"outbox", `SELECT id, created_at AS at, body FROM outbox WHERE resident_id = $1 AND body IS NOT NULL`, ours},
	} {
		var rows []textRow
		if err := t.all(ctx, &rows, side.query, r.ID); err != nil {
			return err
		}
		for _, row := range rows {
			plain, err := unseal(key, row.Body, place(side.table, row.ID, "body"))
			if err != nil {
				t.unreadable.Add(1)
				continue
			}
			m, err := side.read(plain)
			if err != nil {
				t.unreadable.Add(1)
				continue
			}
			m.At = row.At.Time
			own.Messages = append(own.Messages, m)
		}
	}
	slices.SortStableFunc(own.Messages, func(a, b bot.OwnMessage) int { return b.At.Compare(a.At) })
	return nil
}

func theirs(plain []byte) (bot.OwnMessage, error) {
	m, err := bot.DecodeMessage(plain)
	if err != nil {
		return bot.OwnMessage{}, err
	}
	own := bot.OwnMessage{Kind: string(m.Kind), Text: m.Text}
	if m.Crisis != "" {
		own.Kind = "crisis"
	}
	if m.Media != "" {
		own.Kind = m.Media
	}
	if m.Place != nil {
		parts := []string{m.Text.Reveal(), m.Place.Name.Reveal(), m.Place.Address.Reveal(), fmt.Sprintf("%.5f, %.5f", m.Place.Latitude, m.Place.Longitude)}
		own.Text = bot.Hide(strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), "\n"))
	}
	return own, nil
}

func ours(plain []byte) (bot.OwnMessage, error) {
	reply, err := bot.DecodeReply(plain)
	if err != nil {
		return bot.OwnMessage{}, err
	}
	own := bot.OwnMessage{Ours: true, Kind: "reply", Text: reply.Text}
	choices := reply.Buttons
	if reply.List != nil {
		choices = append(choices, reply.List.Rows...)
	}
	for _, c := range choices {
		own.Choices = append(own.Choices, c.Label)
	}
	if reply.Template != nil {
		parts := []string{reply.Template.Name}
		for _, p := range reply.Template.Parameters {
			parts = append(parts, p.Reveal())
		}
		own.Text = bot.Hide(strings.Join(parts, " · "))
	}
	return own, nil
}

func (t *tx) ownSubscriptions(ctx context.Context, r residentRow, key cipher.AEAD, own *bot.Own) error {
	for _, from := range []struct{ table, query string }{
		{"subscription", `SELECT id, topic, given_at, paused_at, about FROM subscription WHERE resident_id = $1 ORDER BY topic, given_at, id`},
		{"pending", `SELECT id, topic, about FROM pending WHERE resident_id = $1 ORDER BY topic, id`},
	} {
		var rows []struct {
			ID     bot.ID  `db:"id"`
			Topic  string  `db:"topic"`
			Given  instant `db:"given_at"`
			Paused instant `db:"paused_at"`
			About  []byte  `db:"about"`
		}
		if err := t.all(ctx, &rows, from.query, r.ID); err != nil {
			return err
		}
		for _, row := range rows {
			about, err := unseal(key, row.About, place(from.table, row.ID, "about"))
			if err != nil {
				t.unreadable.Add(1)
				continue
			}
			own.Subscriptions = append(own.Subscriptions, bot.OwnSubscription{Topic: row.Topic, Given: row.Given.Time,
				Paused: !row.Paused.IsZero(), About: bot.RawValue(about)})
		}
	}
	return nil
}

func (t *tx) ownConsents(ctx context.Context, r residentRow, _ cipher.AEAD, own *bot.Own) error {
	pseudonym, err := t.pseudonym(r)
	if err != nil {
		return err
	}
	var rows []struct {
		At      instant `db:"at"`
		Topic   string  `db:"topic"`
		Given   bool    `db:"given"`
		Source  string  `db:"source"`
		Wording string  `db:"wording"`
	}
	if err := t.all(ctx, &rows, `SELECT at, topic, given, source, wording FROM consent WHERE pseudonym = $1 ORDER BY at, id`, pseudonym); err != nil {
		return err
	}
	for _, row := range rows {
		own.Consents = append(own.Consents, bot.OwnConsent{At: row.At.Time, Topic: row.Topic, Given: row.Given, Source: row.Source, Wording: row.Wording})
	}
	return nil
}

func (t *tx) ownAppointments(ctx context.Context, r residentRow, _ cipher.AEAD, own *bot.Own) error {
	var rows []bookingRow
	if err := t.all(ctx, &rows, selectBooking+`WHERE b.resident_id = $1 AND b.state = 'booked' ORDER BY b.starts_at, b.id`, r.ID); err != nil {
		return err
	}
	for _, row := range rows {
		a, err := t.vault.appointment(row)
		if err != nil {
			t.unreadable.Add(1)
			continue
		}
		own.Appointments = append(own.Appointments, a)
	}
	return nil
}

func (t *tx) ownRequests(ctx context.Context, r residentRow, _ cipher.AEAD, own *bot.Own) error {
	var rows []requestRow
	if err := t.all(ctx, &rows, selectRequest+`WHERE q.resident_id = $1 ORDER BY q.at, q.id`, r.ID); err != nil {
		return err
	}
	for _, row := range rows {
		q, err := t.vault.openRequest(row)
		if err != nil {
			t.unreadable.Add(1)
			continue
		}
		own.Requests = append(own.Requests, q)
	}
	return nil
}
