package main

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"strings"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/store"
)

// stance is how somebody of the town of a fan-out stands towards its topic.
type stance int

const (
	subscribed stance = iota
	withoutConsent
	pausedConsent // the phone changed hands
	ofAnotherTopic
)

// standing is that of the nth: of a hundred, three hear nothing. With five
// open windows to five closed ones, half is told by free text.
func standing(n int) stance {
	switch n % 100 {
	case 17:
		return withoutConsent
	case 18:
		return pausedConsent
	case 19:
		return ofAnotherTopic
	}
	return subscribed
}

// sealer writes residents as the store does: package store/seal.go says how. A
// town of a hundred thousand is copied in; by the road it would take minutes.
// Were one byte of it wrong, no resident could be opened, and none told.
type sealer struct {
	keys    store.Keyring
	account string
}

func gcm(t testing.TB, key []byte) cipher.AEAD {
	block, err := aes.NewCipher(key)
	if err == nil {
		var sealing cipher.AEAD
		if sealing, err = cipher.NewGCMWithRandomNonce(block); err == nil {
			return sealing
		}
	}
	t.Fatal(err)
	return nil
}

func (s sealer) hash(parts ...string) []byte {
	mac := hmac.New(sha256.New, s.keys.Lookup)
	for _, part := range parts {
		mac.Write(binary.BigEndian.AppendUint32(nil, uint32(len(part))))
		mac.Write([]byte(part))
	}
	return mac.Sum(nil)[:16]
}

// townRow is one resident of the town, with their subscription.
type townRow struct {
	id, subscription                                           bot.ID
	externalHash, phoneHash, external, phone, pseudonym, wraps []byte
	window                                                     time.Time
	stands                                                     stance
}

func (s sealer) row(t testing.TB, n int, now time.Time) townRow {
	p, id, raw := person(n), bot.NewID(now), make([]byte, 32)
	rand.Read(raw)
	key, wrapping := gcm(t, raw), gcm(t, s.keys.Wrapping[s.keys.Current])
	seal := func(text, column string) []byte {
		return key.Seal([]byte{0}, nil, []byte(text), []byte("resident:"+string(id)+":"+column))
	}
	head := append([]byte{byte(len(s.keys.Current))}, s.keys.Current...)
	row := townRow{id: id, subscription: bot.NewID(now), stands: standing(n), window: now.Add(20 * time.Hour),
		externalHash: s.hash("external", "cloudapi", s.account, p.UserID), phoneHash: s.hash("phone", "cloudapi", s.account, p.Phone),
		external: seal(p.UserID, "external"), phone: seal(p.Phone, "phone"), pseudonym: seal(string(bot.NewID(now)), "pseudonym"),
		wraps: wrapping.Seal(head, nil, raw, []byte("resident_key:"+string(id)+":wrapped"))}
	if n%2 == 1 {
		row.window = now.Add(-time.Hour)
	}
	return row
}

func (r townRow) topic() string {
	if r.stands == ofAnotherTopic {
		return "afval"
	}
	return newsTopic
}

const newsTopic = "nieuws"

var townColumns = map[string][]string{
	"resident":     {"id", "channel", "account", "external_hash", "phone_hash", "external", "phone", "pseudonym", "window_until", "created_at"},
	"resident_key": {"resident_id", "wrapping_id", "wrapped"},
	"subscription": {"id", "resident_id", "topic", "given_at", "language", "postcode4", "paused_at"},
}

// settleTown copies so many residents in. at turns an instant into the database's.
func settleTown(t testing.TB, db *sqlx.DB, s sealer, size int, at func(time.Time) any) {
	t.Helper()
	now := time.Now()
	rows := make([]townRow, size)
	for n := range rows {
		rows[n] = s.row(t, n, now)
	}
	for _, table := range []string{"resident", "resident_key", "subscription"} {
		tx := db.MustBegin()
		columns := table + " (" + strings.Join(townColumns[table], ", ") + ")"
		statement := "COPY " + columns + " FROM STDIN"
		if db.DriverName() == "sqlite" {
			marks := strings.Repeat(", ?", len(townColumns[table]))[2:]
			statement = "INSERT INTO " + columns + " VALUES (" + marks + ")"
		}
		into, err := tx.Prepare(statement)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range rows {
			if values := r.values(table, s, now, at); values != nil {
				if _, err := into.Exec(values...); err != nil {
					t.Fatal(err)
				}
			}
		}
		if db.DriverName() != "sqlite" {
			if _, err := into.Exec(); err != nil {
				t.Fatal(err)
			}
		}
		into.Close()
		if err := tx.Commit(); err != nil {
			t.Fatal(err)
		}
	}
	if db.DriverName() != "sqlite" {
		db.MustExec("ANALYZE")
	}
}

func (r townRow) values(table string, s sealer, now time.Time, at func(time.Time) any) []any {
	switch table {
	case "resident":
		return []any{string(r.id), "cloudapi", s.account, r.externalHash, r.phoneHash, r.external, r.phone, r.pseudonym, at(r.window), at(now)}
	case "resident_key":
		return []any{string(r.id), s.keys.Current, r.wraps}
	}
	if r.stands == withoutConsent {
		return nil
	}
	paused := any(nil)
	if r.stands == pausedConsent {
		paused = at(now)
	}
	return []any{string(r.subscription), string(r.id), r.topic(), at(now), "nl", "3511", paused}
}
