package store

import (
	"context"
	"encoding/binary"
	"maps"
	"time"

	"github.com/gemeentebode/bode/bot"
)

// Imported is one row of an import, masked and checked by the caller.
type Imported struct {
	Phone     bot.Private // digits with country code, no plus
	Consent   bot.Consent // Topic, Wording, Language, and what it is about
	Given     time.Time   // when, by evidence of its own; zero: the evidence is not complete
	Reference bot.Private // where the evidence can be found; sealed
}

// Landing says what became of a row.
type Landing string

// The landings. Only the first two write something.
const (
	Stands   Landing = "stands"   // a subscription, by the row's own evidence
	Waits    Landing = "waits"    // the resident is asked in the next chat they begin
	Already  Landing = "already"  // it stood
	Withdrew Landing = "withdrew" // withdrawn since: the row changes nothing
	Stopped  Landing = "stopped"  // said STOP: nothing but their own yes brings them back
)

// Import takes in consents that were given elsewhere, for one of our accounts.
// It can be begun again at any moment: a row that was done has no effect.
type Import struct {
	store            *Store
	channel, account string
	dry              bool
	// What stands or waits by an earlier row, and the moment of its evidence
	// (Unix microseconds; 0 for what waits): a dry run that writes nothing then
	// says the same of a file that names someone twice. 50 bytes a row.
	seen map[uint64]int64
}

// NewImport begins an import; a dry one writes nothing and says the same.
func (s *Store) NewImport(channel, account string, dry bool) *Import {
	return &Import{store: s, channel: channel, account: account, dry: dry, seen: map[uint64]int64{}}
}

// importing is one row on its way, with what the database knows of its person.
type importing struct {
	Imported
	arrival
	resident residentRow
	known    bool
}

// Take takes some rows in, in one transaction, and tells of each how it landed.
// A few hundred at a time keep the wait of residents' own messages short.
func (i *Import) Take(ctx context.Context, now time.Time, rows []Imported) (landed []Landing, err error) {
	var mine map[uint64]int64
	err = i.store.in(ctx, "import", func(t *tx) error {
		landed, mine = make([]Landing, 0, len(rows)), map[uint64]int64{}
		list := i.arrivals(t, now, rows)
		if err := i.lock(ctx, t, list); err != nil {
			return err
		}
		for _, row := range list {
			landing, err := i.row(ctx, t, now, row, mine)
			if err != nil {
				return err
			}
			landed = append(landed, landing)
		}
		return nil
	})
	if err == nil {
		maps.Copy(i.seen, mine)
	}
	return landed, err
}

func (i *Import) arrivals(t *tx, now time.Time, rows []Imported) []importing {
	list := make([]importing, len(rows))
	for n, row := range rows {
		list[n] = importing{Imported: row, arrival: t.arrivalOf(bot.Contact{Channel: i.channel, Account: i.account, Phone: row.Phone})}
		list[n].Sent = now.Add(-windowOpen) // nobody wrote: the window is closed
	}
	return list
}

func (i *Import) lock(ctx context.Context, t *tx, list []importing) error {
	if i.dry {
		return nil
	}
	contacts := make([]arrival, len(list))
	for n, row := range list {
		contacts[n] = row.arrival
	}
	return t.lockContacts(ctx, contacts)
}

// row judges one row and does what was judged.
func (i *Import) row(ctx context.Context, t *tx, now time.Time, row importing, mine map[uint64]int64) (Landing, error) {
	key, given := t.vault.rowKey(row), row.Given.UnixMicro()
	if row.Given.IsZero() {
		given = 0
	}
	if landing, ok := repeated(key, given, mine, i.seen); ok {
		return landing, nil
	}
	landing, err := t.judge(ctx, &row)
	if err != nil || landing != Stands && landing != Waits {
		return landing, err
	}
	if landing == Waits {
		given = 0
	}
	if mine[key] = given; i.dry {
		return landing, nil
	}
	return landing, t.land(ctx, now, row, landing)
}

// repeated tells what becomes of a row of which an earlier one of this import
// said the same.
func repeated(key uint64, given int64, noted ...map[uint64]int64) (Landing, bool) {
	for _, rows := range noted {
		at, ok := rows[key]
		switch {
		case !ok:
		case at == 0 && given == 0:
			return Waits, true
		case at > 0 && given <= at:
			return Already, true
		default:
			return "", false
		}
	}
	return "", false
}

// rowKey is 64 bits of a keyed hash of phone, topic and what it is about.
func (v *vault) rowKey(row importing) uint64 {
	return binary.BigEndian.Uint64(v.lookup.keyed("import", row.Phone.Reveal(), row.Consent.Topic, subject(row.Consent.About)))
}

// land writes what was judged; a person nobody knew gets a row by the phone.
func (t *tx) land(ctx context.Context, now time.Time, row importing, landing Landing) (err error) {
	r := row.resident
	if !row.known {
		if r, err = t.newResident(ctx, now, row.arrival); err != nil {
			return err
		}
	}
	if landing == Waits {
		return t.wait(ctx, now, r, row)
	}
	line := lineOf(row.Consent, "import", "")
	line.evidence, line.reference = row.Given, row.Reference.Reveal()
	return t.subscribe(ctx, now, r, row.Consent, line)
}

// wait keeps a row for which the resident is asked; once is enough.
func (t *tx) wait(ctx context.Context, now time.Time, r residentRow, row importing) error {
	key, err := t.vault.dataKey(r.ID, r.Wrapped)
	if err != nil {
		return err
	}
	const insert = `INSERT INTO pending (id, resident_id, topic, language, postcode4, bag_hash, about, about_hash, reference, brought_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (resident_id, topic, about_hash) DO NOTHING`
	id, c := randomID(), row.Consent
	_, err = t.exec(ctx, insert, id, r.ID, c.Topic, c.Language, nullable(c.Postcode4), t.vault.bagHash(c.BagID),
		seal(key, []byte(c.About.Reveal()), place("pending", id, "about")), t.vault.aboutHash(r.ID, c),
		seal(key, []byte(row.Reference.Reveal()), place("pending", id, "reference")), now)
	return err
}
