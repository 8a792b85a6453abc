package store_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/store"
	"github.com/gemeentebode/bode/store/storetest"
)

func TestKeyring_whatIsWrittenIsRead(t *testing.T) {
	keys := store.NewKeyring().Rotated()
	read, err := store.ParseKeyring(keys.Encode())
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(read.Encode(), keys.Encode()) || len(read.Wrapping) != 2 {
		t.Fatal("not the same keys")
	}
}

func TestParseKeyring_namesTheKeyAndNeverItsValue(t *testing.T) {
	good := string(store.NewKeyring().Encode())
	for name, text := range map[string]string{
		"no toml":     "geheim = = 1",
		"unknown key": good + "\n[extra]\ngeheim = 1\n",
		"short key":   strings.Replace(good, "mark = '", "mark = 'Z2VoZWlt", 1),
		"no current":  strings.Replace(good, "current = '", "current = 'geheim", 1),
		"empty":       "",
	} {
		t.Run(name, func(t *testing.T) {
			_, err := store.ParseKeyring([]byte(text))
			if err == nil || strings.Contains(err.Error(), "geheim") || strings.Contains(err.Error(), "Z2VoZWlt") {
				t.Fatal(err)
			}
		})
	}
}

func TestKeyring_hidesItself(t *testing.T) {
	keys := store.NewKeyring()
	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).Info("keys", "ring", keys)
	for _, text := range []string{fmt.Sprint(keys), fmt.Sprintf("%+v", keys), fmt.Sprintf("%#v", keys), log.String()} {
		if strings.Contains(text, fmt.Sprint(keys.Lookup[0], " ", keys.Lookup[1])) || !strings.Contains(text, "[keys]") {
			t.Fatalf("printed as %.60s", text)
		}
	}
}

func TestOpen_refusesAnotherKeyFile(t *testing.T) {
	storetest.EachDSN(t, func(t *testing.T, dsn string) {
		storetest.Open(t, dsn)
		if _, err := store.Open(t.Context(), dsn, store.NewKeyring()); !errors.Is(err, store.ErrWrongKeys) {
			t.Fatal(err)
		}
		broken := storetest.Keys()
		broken.Current = "none"
		if _, err := store.Open(t.Context(), dsn, broken); err == nil {
			t.Fatal("opened without a current key")
		}
	})
}

// The new key goes to all processes first; one that lacks it loses nothing.
func TestRotation_aProcessWithoutTheNewKeyLeavesItsRowsToOthers(t *testing.T) {
	storetest.EachDSN(t, func(t *testing.T, dsn string) {
		old := &desk{Store: storetest.Open(t, dsn), t: t, now: noon}
		rotated := storetest.Keys().Rotated()
		s, err := store.Open(t.Context(), dsn, rotated)
		old.ok(err)
		defer s.Close()
		fresh := &desk{Store: s, t: t, now: noon, n: 1000}

		fresh.says(phone("31611111111"), "onder de nieuwe sleutel")
		old.says(phone("31622222222"), "onder de oude sleutel")
		if claims := old.claim(10); len(claims) != 1 {
			t.Fatalf("%d claims", len(claims))
		}
		fresh.later(2 * lease)
		for _, claim := range fresh.claim(10) {
			fresh.finish(claim, outcome("op "+claim.Message.Text.Reveal()))
		}
		old.now = fresh.now
		if sends := old.sends(10); len(sends) != 1 {
			t.Fatalf("%d sends", len(sends))
		}
		fresh.later(pace.Lease)
		if send := fresh.sendOne(); send.Reply.Text.Reveal() != "op onder de nieuwe sleutel" || send.Tries != 1 {
			t.Fatalf("%+v", send)
		}
	})
}

func TestRotation_aProcessWithoutTheNewKeyLeavesTheErasureToOthersButNotForEver(t *testing.T) {
	storetest.EachDSN(t, func(t *testing.T, dsn string) {
		old := &desk{Store: storetest.Open(t, dsn), t: t, now: noon}
		s, err := store.Open(t.Context(), dsn, storetest.Keys().Rotated())
		old.ok(err)
		defer s.Close()
		fresh := &desk{Store: s, t: t, now: noon, n: 1000}
		fresh.says(phone("31611111111"), "hallo")
		fresh.stop(phone("31611111111"))
		if closed, err := old.Closed(t.Context(), old.now, 10); err != nil || len(closed) != 0 {
			t.Fatalf("the process without the key takes %d erasures, %v", len(closed), err)
		}
		if closed, err := fresh.Closed(t.Context(), fresh.now, 10); err != nil || len(closed) != 1 {
			t.Fatalf("the process with the key sees %d, %v", len(closed), err)
		}
		old.later(15 * time.Minute)
		if closed, err := old.Closed(t.Context(), old.now, 10); err != nil || len(closed) != 1 {
			t.Fatalf("nobody came, and it is still left: %d, %v", len(closed), err)
		}
	})
}

func TestRewrap_movesEveryResidentToTheCurrentKey(t *testing.T) {
	storetest.EachDSN(t, func(t *testing.T, dsn string) {
		d := &desk{Store: storetest.Open(t, dsn), t: t, now: noon}
		for i := range 5 {
			d.says(phone(fmt.Sprintf("3161111111%d", i)), "hallo")
		}
		rotated := storetest.Keys().Rotated()
		s, err := store.Open(t.Context(), dsn, rotated)
		d.ok(err)
		n, err := s.Rewrap(t.Context(), nil)
		d.ok(err)
		if again, err := s.Rewrap(t.Context(), nil); n != 5 || again != 0 || err != nil {
			t.Fatalf("%d, then %d, %v", n, again, err)
		}
		d.ok(s.Close())
		rotated.Wrapping = map[string][]byte{rotated.Current: rotated.Wrapping[rotated.Current]}
		only, err := store.Open(t.Context(), dsn, rotated)
		d.ok(err)
		defer only.Close()
		claims, err := only.ClaimTurns(t.Context(), noon, lease, 10)
		if err != nil || len(claims) != 5 || !claims[0].Message.Text.Equal(bot.Hide("hallo")) {
			t.Fatalf("%d claims, %v", len(claims), err)
		}
	})
}

func TestRewrap_killedInTheMiddleGoesOnAndEverythingIsReadableThroughout(t *testing.T) {
	storetest.EachDSN(t, func(t *testing.T, dsn string) {
		d := &desk{Store: storetest.Open(t, dsn), t: t, now: noon}
		const residents = 700 // more than one page
		var messages []bot.Message
		for i := range residents {
			messages = append(messages, d.message(phone(fmt.Sprint(31611110000+i)), "hallo"))
		}
		d.receive(messages...)
		old := storetest.Keys()
		both := old.WithNext().Finished()
		s, err := store.Open(t.Context(), dsn, both)
		d.ok(err)
		defer s.Close()

		killed, kill := context.WithCancel(t.Context())
		var heard []int
		moved, err := s.Rewrap(killed, func(done, of int) {
			if of != residents {
				t.Errorf("%d of %d", done, of)
			}
			heard = append(heard, done)
			kill()
		})
		if !errors.Is(err, context.Canceled) || len(heard) != 1 || moved != heard[0] || moved == residents {
			t.Fatalf("%d moved, heard %v, %v", moved, heard, err)
		}
		reads := func(when string, keys store.Keyring) {
			t.Helper()
			s, err := store.Open(t.Context(), dsn, keys)
			d.ok(err)
			defer s.Close()
			d.later(2 * lease) // the claims of the time before have run out
			claims, err := s.ClaimTurns(t.Context(), d.now, lease, residents)
			if err != nil || len(claims) != residents || !claims[residents-1].Message.Text.Equal(bot.Hide("hallo")) {
				t.Fatalf("%s: %d of %d are read, %v", when, len(claims), residents, err)
			}
		}
		reads("in the middle, with the new key current", both)
		reads("in the middle, with the old key current", store.Keyring{Wrapping: both.Wrapping, Current: old.Current, Lookup: old.Lookup, Mark: old.Mark})
		rest, err := s.Rewrap(t.Context(), nil)
		if err != nil || moved+rest != residents {
			t.Fatalf("%d, then %d, %v", moved, rest, err)
		}
		if again, err := s.Rewrap(t.Context(), nil); again != 0 || err != nil {
			t.Fatalf("a third time moves %d, %v", again, err)
		}
		delete(both.Wrapping, old.Current)
		reads("after it, without the old key", both)
	})
}

func TestKeyring_rotatesInTwoSteps(t *testing.T) {
	first := store.NewKeyring()
	waiting := first.WithNext()
	if waiting.Current != first.Current || len(waiting.Wrapping) != 2 || waiting.Next == "" || len(first.Wrapping) != 1 {
		t.Fatal("the first step adds a key, and the current one stays")
	}
	if again := waiting.WithNext(); again.Next != waiting.Next || len(again.Wrapping) != 2 {
		t.Fatal("the first step a second time adds another key")
	}
	read, err := store.ParseKeyring(waiting.Encode())
	if err != nil || read.Next != waiting.Next {
		t.Fatalf("the key that waits is forgotten: %v", err)
	}
	done := read.Finished()
	if done.Current != waiting.Next || done.Next != "" || len(done.Wrapping) != 2 || done.Finished().Current != done.Current {
		t.Fatal("the second step makes the new key the current one, once")
	}
	waiting.Next = "none"
	if _, err := store.ParseKeyring(waiting.Encode()); err == nil {
		t.Fatal("a next key that is not there is taken")
	}
}
