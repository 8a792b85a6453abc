package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/channel/cloudapi/fakegraph"
	"github.com/gemeentebode/bode/store"
	"github.com/gemeentebode/bode/store/storetest"
)

// operator gives the commands of an operator of an installation.
func (in *installation) operator(want int, args ...string) (out, errs string) {
	in.t.Helper()
	code, out, errs := command(in.t, "", append(args, "--config", filepath.Join(in.dir, "config.toml"))...)
	if code != want {
		in.t.Fatalf("bode %s: exit %d: %s %s", strings.Join(args, " "), code, out, errs)
	}
	return out, errs
}

// holdsMessage puts a message of a resident into the database.
func (in *installation) holdsMessage(number, text string) {
	in.t.Helper()
	s := in.open()
	from := bot.Contact{Channel: "cloudapi", Account: "100", External: bot.Hide(number), Phone: bot.Hide(number)}
	m := bot.Message{From: from, ID: bot.Hide("wamid." + number), Sent: time.Now(), Kind: bot.KindText, Text: bot.Hide(text)}
	if got, err := s.Receive(in.t.Context(), time.Now(), []bot.Message{m}); err != nil || got.Kept != 1 {
		in.t.Fatal(got, err)
	}
}

func (in *installation) ring() store.Keyring {
	in.t.Helper()
	c, err := readConfig(filepath.Join(in.dir, "config.toml"))
	if err != nil {
		in.t.Fatal(err)
	}
	keys, err := c.keyring() // as the service reads it
	if err != nil {
		in.t.Fatal(err)
	}
	return keys
}

func TestKeysRotate_twoStepsThatMayEachBeGivenAgain(t *testing.T) {
	eachInstallation(t, func(t *testing.T, in *installation) {
		if _, errs := in.operator(exitUse, "keys", "rotate", "--finish"); !strings.Contains(errs, "begin with bode keys rotate") {
			t.Errorf("finished before it began: %s", errs)
		}
		in.holdsMessage("31611111111", "hallo")
		old := in.ring()
		if out, _ := in.operator(exitGood, "keys", "rotate"); !strings.Contains(out, "restart every bode serve") || in.ring().Current != old.Current || len(in.ring().Wrapping) != 2 {
			t.Fatalf("the first step: %s", out)
		}
		next := in.ring().Next
		if out, _ := in.operator(exitGood, "keys", "rotate"); !strings.Contains(out, "nothing was changed") || in.ring().Next != next {
			t.Fatalf("the first step again: %s", out)
		}
		out, errs := in.operator(exitGood, "keys", "rotate", "--finish")
		if !strings.Contains(out, "Moved 1 keys") || !strings.Contains(errs, "1 of 1 keys moved") || strings.Contains(out, "remove") || in.ring().Current != next {
			t.Fatalf("the second step: %s %s", out, errs)
		}
		if out, _ := in.operator(exitGood, "keys", "rotate", "--finish"); !strings.Contains(out, "Moved 0 keys") || !strings.Contains(out, "The old key "+old.Current+" is not needed any more") {
			t.Fatalf("the second step again: %s", out)
		}
		without := in.ring()
		delete(without.Wrapping, old.Current)
		in.keys = without
		claims, err := in.open().ClaimTurns(t.Context(), time.Now(), time.Minute, 10)
		if err != nil || len(claims) != 1 || claims[0].Message.Text.Reveal() != "hallo" {
			t.Fatalf("without the old key %d messages are read, %v", len(claims), err)
		}
		if info, err := os.Stat(filepath.Join(in.dir, "keys")); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("the key file: %v, %v", info.Mode(), err)
		}
		if _, err := os.Stat(filepath.Join(in.dir, "keys.new")); err == nil {
			t.Error("a copy of the keys is left")
		}
	})
}

func TestKeysRotate_neverWritesOverAKeyringThatWasCutShort(t *testing.T) {
	in := newInstallation(t, filepath.Join(t.TempDir(), "bode.db"), fakegraph.Config{})
	in.write("keys.new", "whole")
	if _, errs := in.operator(exitFaults, "keys", "rotate"); !strings.Contains(errs, "cut short") || len(in.ring().Wrapping) != 1 {
		t.Errorf("%s", errs)
	}
}

func TestBackup_aResidentsDataComesBackAndOneWhoseKeyIsGoneDoesNot(t *testing.T) {
	eachInstallation(t, func(t *testing.T, in *installation) {
		in.holdsMessage("31611111111", "blijft")
		in.holdsMessage("31622222222", "gaat weg")
		dir := filepath.Join(t.TempDir(), "backups")
		out, errs := in.operator(exitGood, "backup", dir)
		if !strings.Contains(out, "residents.keys") || !strings.Contains(errs, "resident_key") {
			t.Fatalf("%s %s", out, errs)
		}
		data, err := newestData(dir)
		if err != nil {
			t.Fatal(err)
		}
		in.stopped("31622222222")
		keys := filepath.Join(dir, "residents.keys")
		before, _ := os.ReadFile(keys)
		in.operator(exitGood, "backup", filepath.Join(dir, "later"), "--keys", keys)
		if after, _ := os.ReadFile(keys); len(after) == 0 || string(after) == string(before) {
			t.Fatal("the keys are not replaced")
		}
		if left, _ := filepath.Glob(filepath.Join(dir, "*.part")); left != nil {
			t.Errorf("%v is left", left)
		}
		if _, errs := in.operator(exitFaults, "restore", dir, "--data", data); !strings.Contains(errs, "not empty") {
			t.Errorf("over a database that is in use: %s", errs)
		}
		in.database = filepath.Join(t.TempDir(), "new.db")
		in.configure("http://127.0.0.1:1", "")
		if out, _ := in.operator(exitGood, "restore", dir, "--data", data); !strings.Contains(out, "1 residents, 0 requests, 0 appointments") {
			t.Errorf("%s", out)
		}
		claims, err := in.open().ClaimTurns(t.Context(), time.Now(), time.Minute, 10)
		if err != nil || len(claims) != 1 || claims[0].Message.Text.Reveal() != "blijft" {
			t.Errorf("%d messages are back, %v", len(claims), err)
		}
	})
}

// stopped has a resident say STOP.
func (in *installation) stopped(number string) {
	in.t.Helper()
	from := bot.Contact{Channel: "cloudapi", Account: "100", External: bot.Hide(number), Phone: bot.Hide(number)}
	m := bot.Message{From: from, ID: bot.Hide("wamid.stop." + number), Sent: time.Now(), Kind: bot.KindText, Text: bot.Hide("stop"), Stop: true}
	if got, err := in.open().Receive(in.t.Context(), time.Now(), []bot.Message{m}); err != nil || got.Kept != 1 {
		in.t.Fatal(got, err)
	}
}

func TestBackup_neverReplacesTheKeysOfAnotherInstallation(t *testing.T) {
	dir := t.TempDir()
	newInstallation(t, storetest.SQLite(t), fakegraph.Config{}).operator(exitGood, "backup", dir)
	before, _ := os.ReadFile(filepath.Join(dir, "residents.keys"))
	other := newInstallation(t, storetest.SQLite(t), fakegraph.Config{})
	_, errs := other.operator(exitUse, "backup", filepath.Join(dir, "other"), "--keys", filepath.Join(dir, "residents.keys"))
	after, _ := os.ReadFile(filepath.Join(dir, "residents.keys"))
	if !strings.Contains(errs, "not of this installation") || string(before) != string(after) || len(before) == 0 {
		t.Errorf("%s", errs)
	}
}
