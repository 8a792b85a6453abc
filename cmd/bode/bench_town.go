package main

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
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

func gcm(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(block)
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

func (s sealer) row(n int, now time.Time) (townRow, error) {
	p, id, raw := benchPerson(n), bot.NewID(now), make([]byte, 32)
	rand.Read(raw)
	key, err := gcm(raw)
	if err != nil {
		return townRow{}, err
	}
	wrapping, err := gcm(s.keys.Wrapping[s.keys.Current])
	if err != nil {
		return townRow{}, err
	}
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
	return row, nil
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

// copyTown copies so many residents in. at turns an instant into the database's.
func copyTown(db *sqlx.DB, s sealer, size int, at func(time.Time) any) error {
	now := time.Now()
	rows := make([]townRow, size)
	for n := range rows {
		var err error
		if rows[n], err = s.row(n, now); err != nil {
			return err
		}
	}
	for _, table := range []string{"resident", "resident_key", "subscription"} {
		err := copyTable(db, table, func(into *sql.Stmt) error {
			for _, r := range rows {
				if values := r.values(table, s, now, at); values != nil {
					if _, err := into.Exec(values...); err != nil {
						return err
					}
				}
			}
			return nil
		})
		if err != nil {
			return fmt.Errorf("copy a town's %s: %w", table, err)
		}
	}
	if db.DriverName() != "sqlite" {
		_, err := db.Exec("ANALYZE")
		return err
	}
	return nil
}

// copyTable has fill give the rows of a table, in one transaction.
func copyTable(db *sqlx.DB, table string, fill func(*sql.Stmt) error) error {
	columns := table + " (" + strings.Join(townColumns[table], ", ") + ")"
	statement := "COPY " + columns + " FROM STDIN"
	if db.DriverName() == "sqlite" {
		statement = "INSERT INTO " + columns + " VALUES (" + strings.Repeat(", ?", len(townColumns[table]))[2:] + ")"
	}
	tx, err := db.Begin()
	if err != nil {
		return err
	}
	defer tx.Rollback() // after a commit this does nothing
	into, err := tx.Prepare(statement)
	if err != nil {
		return err
	}
	if err := fill(into); err != nil {
		return err
	}
	if db.DriverName() != "sqlite" { // the end of a COPY
		if _, err := into.Exec(); err != nil {
			return err
		}
	}
	return errors.Join(into.Close(), tx.Commit())
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
