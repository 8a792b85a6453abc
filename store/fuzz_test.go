package store_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/store"
	"github.com/gemeentebode/bode/store/storetest"
	"github.com/gemeentebode/bode/store/throwaway"
)

// Whatever stands in a key file: what is taken comes back the same, and what
// is refused is told without a piece of a key.
func FuzzParseKeyring(f *testing.F) {
	good := string(store.NewKeyring().Rotated().WithNext().Encode())
	swapped := good[:strings.Index(good, "[wrapping]")] + "[wrapping]\n'c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2U=' = 'w1'\n"
	for _, text := range []string{good, swapped, strings.ReplaceAll(good, "=", ""), strings.ToUpper(good), good + good, good[:len(good)/2], "", "\x00",
		strings.Replace(good, "current = '", "current = 'x", 1), "wrapping = 1", "[wrapping]\n'' = ''", "lookup = '''\n'''"} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		keys, err := store.ParseKeyring(data)
		if err != nil {
			quotesNoKey(t, string(data), err.Error())
			return
		}
		again, err := store.ParseKeyring(keys.Encode())
		if err != nil || !bytes.Equal(again.Encode(), keys.Encode()) {
			t.Errorf("what was taken is not the same when it is written: %v", err)
		}
		if s := fmt.Sprintf("%v %+v %#v %s", keys, keys, keys, keys); strings.Contains(s, keys.Current) {
			t.Errorf("printing shows what is in it: %s", s)
		}
	})
}

// quotesNoKey looks for a piece of the file in the error that is as long as a
// part of a key can be guessed from.
func quotesNoKey(t *testing.T, file, said string) {
	const piece = 16
	for i := 0; i+piece <= len(said); i++ {
		if part := said[i : i+piece]; strings.Contains(file, part) && !strings.Contains("wrapping key lookup mark current", part) {
			t.Errorf("quotes %q", part)
			return
		}
	}
}

// A backup with anything in it: a damaged one is refused before a line of it is
// used, and one that is made to look whole fills the database or leaves it shut.
func FuzzRestore(f *testing.F) {
	data, keys := smallBackup(f)
	for _, part := range [][]byte{data, keys} {
		for _, seed := range oddBackups(part) {
			f.Add(seed, true, true)
			f.Add(seed, true, false)
			f.Add(seed, false, true)
		}
	}
	empty, err := os.ReadFile(storetest.SQLite(f))
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, part []byte, isData, whole bool) {
		if whole {
			part = summed(part)
		}
		gotData, gotKeys := part, keys
		if !isData {
			gotData, gotKeys = data, part
		}
		dsn := copied(t, empty)
		_, err := store.Restore(t.Context(), noon, dsn, storetest.Keys(), bytes.NewReader(gotData), bytes.NewReader(gotKeys), nil)
		s, opened := store.Open(context.Background(), dsn, storetest.Keys())
		if opened == nil {
			defer s.Close()
		}
		switch {
		case err == nil && opened != nil:
			t.Errorf("restored, and cannot be opened: %v", opened)
		case err == nil && !whole && !bytes.Equal(lines(gotData), lines(data)) && !bytes.Equal(lines(gotKeys), lines(keys)):
			t.Error("a damaged file was taken")
		case err != nil && opened == nil && residents(t, s) > 0:
			t.Errorf("failed (%v), and can be served half filled", err)
		case err == nil:
			if _, err := s.Counts(t.Context(), noon); err != nil {
				t.Errorf("restored, and does not work: %v", err)
			}
		}
	})
}

// smallBackup is of one resident with an answer, a consent and an appointment.
func smallBackup(f *testing.F) (data, keys []byte) {
	s := storetest.Open(f, storetest.SQLite(f))
	if err := s.PutBundle(f.Context(), noon, "hash-1", []byte("flows"), "ans"); err != nil {
		f.Fatal(err)
	}
	imp := s.NewImport("cloudapi", "account", false)
	if _, err := imp.Take(f.Context(), noon, []store.Imported{{Phone: bot.Hide("31611111111"),
		Consent: bot.Consent{Topic: "afval", Given: true, Wording: "ja", Language: "nl"}, Given: noon}}); err != nil {
		f.Fatal(err)
	}
	var first, second bytes.Buffer
	if err := s.Backup(f.Context(), noon, &first, &second, nil); err != nil {
		f.Fatal(err)
	}
	return first.Bytes(), second.Bytes()
}

// oddBackups are a part, and what a bad disk or a bad person makes of it.
func oddBackups(part []byte) [][]byte {
	odd := [][]byte{part, {}, part[:len(part)/2], part[:len(part)-2], append(bytes.Clone(part), part...), []byte("{}\n"), []byte("null\n[1]\n")}
	for old, now := range map[string]string{
		`"schema":`: `"schema":-`, `"format":1`: `"format":2`, `"table":"`: `"table":"x; DROP TABLE resident; --`, `{"name":"`: `{"name":"id) VALUES (1); --`,
		`[`: `[[`, `"data"`: `"keys"`, `"keys"`: `"data"`, `,`: `,null,`, `:`: `:{"a":`, "\n": "\n\n", `"bytes":true`: `"bytes":false`,
	} {
		odd = append(odd, bytes.Replace(part, []byte(old), []byte(now), 1), bytes.ReplaceAll(part, []byte(old), []byte(now)))
	}
	return odd
}

// lines is a part without its last line, which is the sum.
func lines(part []byte) []byte {
	part = bytes.TrimRight(part, "\n")
	return part[:bytes.LastIndexByte(part, '\n')+1]
}

// summed puts the right sum under what stands before the last line.
func summed(part []byte) []byte {
	body := bytes.Clone(lines(part))
	rows := 0
	for _, line := range bytes.SplitAfter(body, []byte("\n")) {
		if len(line) > 0 && line[0] == '[' {
			rows++
		}
	}
	sum := sha256.Sum256(body)
	return fmt.Appendf(body, `{"rows":%d,"sha256":"%s"}`+"\n", rows, hex.EncodeToString(sum[:]))
}

// copied is a new database with the tables in it.
func copied(t *testing.T, database []byte) string {
	dir := t.TempDir()
	if made, err := os.MkdirTemp(throwaway.Memory, "bode-restore-"); err == nil {
		t.Cleanup(func() { os.RemoveAll(made) })
		dir = made
	}
	path := filepath.Join(dir, "bode.db")
	if err := os.WriteFile(path, database, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func residents(t *testing.T, s *store.Store) (n int) {
	if err := s.DB().GetContext(t.Context(), &n, `SELECT count(*) FROM resident`); err != nil {
		t.Fatal(err)
	}
	return n
}

// A part that was damaged anywhere is refused as damaged, never half taken.
func TestRestore_refusesAPartWithAnyByteChanged(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.subscribed(person("NL.abc", "31611111111"), "afval")
		data, keys := d.backup()
		for at := 0; at < len(data); at += 1 + len(data)/40 {
			damaged := bytes.Clone(data)
			damaged[at] ^= 0x01
			path := filepath.Join(t.TempDir(), "new.db")
			if _, err := restored(t, path, damaged, keys); err == nil {
				t.Errorf("byte %d of %d (%q) changed, and it was taken", at, len(data), data[at])
			}
			if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
				t.Errorf("byte %d of %d (%q) changed, and the database was begun", at, len(data), data[at])
			}
		}
	})
}
