package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/gemeentebode/bode/store"
)

// The names of a backup's files. The data has one per moment, the keys one only.
const (
	backupData = "bode-*.data"
	backupKeys = "residents.keys"
)

type backupCmd struct {
	Dir    string `arg:"" help:"The folder for the backups; it is made when it is not there." type:"path"`
	Keys   string `help:"Where the residents' keys go, when not into DIR: a file of which nothing keeps an older version." type:"path"`
	Config string `help:"The configuration file." default:"config.toml" type:"path"`
}

// Help is what bode backup --help says more.
func (*backupCmd) Help() string {
	return `Writes two files, while the service runs:

  DIR/bode-20261122T104100Z.data  the data, sealed; keep as many as you like
  DIR/residents.keys              the residents' keys; only ever the newest

The second replaces the one before. That is how STOP reaches into backups: who
was erased is not in the newest keys, and cannot be read in any older data. So
keep no older version of it anywhere, and keep the installation's own key file
(bode keys new) apart from both: neither can be read without it.

  bode backup /var/backups/bode
  bode backup /mnt/versioned --keys /var/backups/bode/residents.keys`
}

// Run writes both files beside their names first: a backup that was cut short
// leaves those of before.
func (b *backupCmd) Run(ctx context.Context, std streams) error {
	c, err := readConfig(b.Config)
	if err != nil {
		return err
	}
	now := time.Now().UTC()
	data := filepath.Join(b.Dir, "bode-"+now.Format("20060102T150405Z")+".data")
	keys := cmp.Or(b.Keys, filepath.Join(b.Dir, backupKeys))
	if _, err := os.Stat(data); err == nil {
		return failure{exitUse, fmt.Errorf("%s exists already: a backup is never overwritten", data)}
	}
	if err := errors.Join(os.MkdirAll(b.Dir, 0o700), os.MkdirAll(filepath.Dir(keys), 0o700)); err != nil {
		return failure{exitUse, err}
	}
	s, err := c.openStore(ctx)
	if err != nil {
		return err
	}
	defer s.Close()
	rows, err := writeBackup(ctx, s, now, data, keys, std)
	if err != nil {
		return err
	}
	if err := s.NoteBackup(ctx, now); err != nil { // the files are whole
		fmt.Fprintf(std.err, "The metrics do not know of this backup: %v\n", err)
	}
	fmt.Fprintf(std.out, "Wrote %d rows to %s\nand the residents' keys, in place of the earlier ones, to %s\n", rows, data, keys)
	return nil
}

func writeBackup(ctx context.Context, s *store.Store, now time.Time, data, keys string, std streams) (rows int, err error) {
	first, err := part(keys)
	if err != nil {
		return 0, err
	}
	defer discard(first)
	second, err := part(data)
	if err != nil {
		return 0, err
	}
	defer discard(second)
	err = s.Backup(ctx, now, second, first, func(table string, n int) {
		rows += n
		fmt.Fprintf(std.err, "%-16s %d rows\n", table, n)
	})
	if err = errors.Join(err, first.Sync(), second.Sync()); err != nil {
		return 0, err
	}
	if err := sameInstallation(first, keys); err != nil {
		return 0, err
	}
	// The keys first: newer keys go with older data, never the other way.
	return rows, errors.Join(os.Rename(first.Name(), keys), os.Rename(second.Name(), data))
}

// part makes the file that becomes path when it is whole.
func part(path string) (*os.File, error) {
	f, err := os.OpenFile(path+".part", os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		err = fmt.Errorf("%s.part is there: another backup is under way; if not, one was killed, and you may remove that file", path)
	}
	return f, err
}

// discard closes a part, and removes it unless it got its name.
func discard(f *os.File) {
	f.Close()
	os.Remove(f.Name())
}

// sameInstallation refuses to replace another installation's keys.
func sameInstallation(written *os.File, keys string) error {
	before, err := os.Open(keys)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer before.Close()
	if _, err := written.Seek(0, io.SeekStart); err != nil {
		return err
	}
	if same, err := store.SameInstallation(written, before); err != nil || !same {
		return failure{exitUse, fmt.Errorf("%s is not of this installation, and is not replaced: give another folder", keys)}
	}
	return nil
}

type restoreCmd struct {
	Dir    string `arg:"" help:"The folder that bode backup wrote to." type:"existingdir"`
	Data   string `help:"The data to restore, when not the newest in DIR." type:"existingfile"`
	Keys   string `help:"The residents' keys, when not in DIR. Always the newest there are." type:"path"`
	Config string `help:"The configuration file; its database must be new and empty." default:"config.toml" type:"path"`
}

// Help is what bode restore --help says more.
func (*restoreCmd) Help() string {
	return `Fills a new, empty database, SQLite or Postgres, whichever it was before; it
makes the tables itself. Stop every bode serve first.

Residents who were erased after the backup cannot be read any more: what is
left of them is destroyed before anything can be served, as is what is past its
time. What was withdrawn since stays withdrawn. Answers that waited at the
moment of the backup are sent, those that were sent meanwhile once more.

  bode restore /var/backups/bode
  bode restore /var/backups/bode --data /var/backups/bode/bode-20261120T030000Z.data`
}

// Run verifies, fills, purges, and says in numbers what it destroyed.
func (r *restoreCmd) Run(ctx context.Context, std streams) error {
	c, err := readConfig(r.Config)
	if err != nil {
		return err
	}
	if r.Data == "" {
		if r.Data, err = newestData(r.Dir); err != nil {
			return err
		}
	}
	r.Keys = cmp.Or(r.Keys, filepath.Join(r.Dir, backupKeys))
	done, err := r.fill(ctx, c, std)
	if err != nil {
		return err
	}
	fmt.Fprintf(std.out, "Restored %d rows of %s.\nDestroyed because their key is gone: %d residents, %d requests, %d appointments, %d legal holds.\n",
		done.Rows, done.Taken.Format(time.RFC3339), done.Residents, done.Requests, done.Bookings, done.Holds)
	if done.Newer > 0 {
		fmt.Fprintf(std.out, "Left out, because the data is older: %d keys and consents.\n", done.Newer)
	}
	return r.purge(ctx, c, std)
}

func newestData(dir string) (string, error) {
	found, err := filepath.Glob(filepath.Join(dir, backupData))
	if err != nil || len(found) == 0 {
		return "", failure{exitUse, fmt.Errorf("%s holds no %s: is it the folder that bode backup wrote to?", dir, backupData)}
	}
	return slices.Max(found), nil // the names hold the moment
}

func (r *restoreCmd) fill(ctx context.Context, c *config, std streams) (store.Restored, error) {
	keyring, err := c.keyring()
	if err != nil {
		return store.Restored{}, failure{exitUse, err}
	}
	dsn, err := c.database()
	if err != nil {
		return store.Restored{}, failure{exitUse, err}
	}
	data, err := os.Open(r.Data)
	if err != nil {
		return store.Restored{}, failure{exitUse, err}
	}
	defer data.Close()
	keys, err := os.Open(r.Keys)
	if err != nil {
		return store.Restored{}, failure{exitUse, fmt.Errorf("the residents' keys: %w; without them nothing can be read", err)}
	}
	defer keys.Close()
	return store.Restore(ctx, time.Now(), dsn, keyring, data, keys, func(table string, n int) { fmt.Fprintf(std.err, "%-16s %d rows\n", table, n) })
}

// purge destroys what is past its time, and cleans the space of what was destroyed.
func (r *restoreCmd) purge(ctx context.Context, c *config, std streams) error {
	s, err := c.openStore(ctx)
	if err != nil {
		return err
	}
	defer s.Close()
	if err := sameClock(ctx, s, time.Now); err != nil { // a year ahead, all would be past its time
		return fmt.Errorf("everything is restored, and nothing was destroyed for its age: %w; bode serve then does it", err)
	}
	purged, err := s.Purge(ctx, time.Now(), c.Retention, nil)
	if err != nil {
		return err
	}
	fmt.Fprintf(std.out, "Destroyed because its time is past: %s.\nWhat to do next: bode doctor, then bode serve.\n", inWords(purged))
	return nil
}
