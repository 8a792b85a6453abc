package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/gemeentebode/bode/store"
)

type keysCmd struct {
	New    keysNewCmd    `cmd:"" help:"Make a new keyring file. Keep a copy elsewhere: without it nothing can be read."`
	Rotate keysRotateCmd `cmd:"" help:"Replace the wrapping key, in two steps: add a new one, and with --finish move to it."`
}

type keysNewCmd struct {
	File string `arg:"" help:"Where to write it; an existing file is never overwritten." type:"path"`
}

// Run writes a keyring that only its owner can read.
func (k *keysNewCmd) Run(std streams) error {
	err := writeNew(k.File, store.NewKeyring().Encode())
	if errors.Is(err, fs.ErrExist) {
		return failure{exitUse, fmt.Errorf("%s exists already: a keyring is never overwritten, because what it sealed would be lost", k.File)}
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(std.out, "Wrote %s. Set [store] keys_file to it, and keep a copy apart from the database's backups.\n", k.File)
	return nil
}

// writeNew writes a file that was not there, to the disk, for its owner alone.
func writeNew(path string, data []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	return errors.Join(err, f.Sync(), f.Close())
}

type keysRotateCmd struct {
	Config string `help:"The configuration file." default:"config.toml" type:"path"`
	Finish bool   `help:"The second step: make the new key current and move everything over to it."`
}

// Help is what bode keys rotate --help says more.
func (*keysRotateCmd) Help() string {
	return `Everything stays readable throughout, and each step may be given again.

  bode keys rotate            # 1. adds a new key to the key file
                              # 2. bring the file to every machine, restart every bode serve
  bode keys rotate --finish   # 3. makes it current and moves every data key over
                              # 4. the same: file to every machine, restart
  bode keys rotate --finish   # 5. moves what was written in between, and
                              #    says when the old key may be removed

A step that was cut short goes on where it was when you give it again.`
}

// Run adds a key, or moves to the one that waits.
func (k *keysRotateCmd) Run(ctx context.Context, std streams) error {
	c, err := readConfig(k.Config)
	if err != nil {
		return err
	}
	keys, err := c.keyring()
	if err != nil {
		return failure{exitUse, err}
	}
	if os.Getenv(envKeys) != "" {
		return failure{exitUse, fmt.Errorf("the keys come from %s, which this command cannot write: put them in a file, set [store] keys_file to it and leave %s out", envKeys, envKeys)}
	}
	path := c.path(c.Store.KeysFile)
	if !k.Finish {
		return addNext(path, keys, std)
	}
	return finishRotation(ctx, c, path, keys, std)
}

func addNext(path string, keys store.Keyring, std streams) error {
	if keys.Next != "" {
		fmt.Fprintf(std.out, "The new key %s is in %s already; nothing was changed.\n", keys.Next, path)
	} else {
		keys = keys.WithNext()
		if err := replaceKeys(path, keys); err != nil {
			return err
		}
		fmt.Fprintf(std.out, "Added the new key %s to %s; %s stays current. Copy the file to its safe place too.\n", keys.Next, path, keys.Current)
	}
	fmt.Fprintln(std.out, "What to do next: bring this file to every machine and restart every bode serve. Only then: bode keys rotate --finish")
	return nil
}

func finishRotation(ctx context.Context, c *config, path string, keys store.Keyring, std streams) error {
	if keys.Next == "" && len(keys.Wrapping) == 1 {
		return failure{exitUse, errors.New("no new key waits in the key file: begin with bode keys rotate")}
	}
	s, err := c.openStore(ctx) // before the file is written: with a wrong database nothing changes
	if err != nil {
		return err
	}
	defer func() { s.Close() }()
	changed := keys.Next != ""
	if changed {
		keys = keys.Finished()
		if err := replaceKeys(path, keys); err != nil {
			return err
		}
		if err := s.Close(); err != nil {
			return err
		}
		if s, err = c.openStore(ctx); err != nil {
			return err
		}
	}
	moved, err := s.Rewrap(ctx, func(done, of int) { fmt.Fprintf(std.err, "\r%d of %d keys moved", done, of) })
	if moved > 0 {
		fmt.Fprintln(std.err)
	}
	if err != nil {
		return fmt.Errorf("cut short after %d keys, which is no harm: give bode keys rotate --finish again (%w)", moved, err)
	}
	sayRotated(std, keys, changed || moved > 0, moved)
	return nil
}

func sayRotated(std streams, keys store.Keyring, changed bool, moved int) {
	fmt.Fprintf(std.out, "Moved %d keys; %s is the current key.\n", moved, keys.Current)
	if changed {
		fmt.Fprintln(std.out, "What to do next: bring the key file to every machine, restart every bode serve, and give bode keys rotate --finish once more: it moves what they wrote with the old key meanwhile.")
		return
	}
	for id := range keys.Wrapping {
		if id != keys.Current {
			fmt.Fprintf(std.out, "The old key %s is not needed any more. When every bode serve was restarted with %s as current, wait 15 minutes (the last farewells), make a bode backup (its keys still need the old one), and remove its line under [wrapping].\n", id, keys.Current)
		}
	}
}

// replaceKeys writes a key file anew. In place, so that its owner, mode and
// mount stay; the whole of it stands beside it until that is done, because a
// key file that was half written would lose everything.
func replaceKeys(path string, keys store.Keyring) error {
	data, aside := keys.Encode(), path+".new"
	err := writeNew(aside, data)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s is there: a rotation was cut short while it wrote the key file. If %s is whole, remove %s; otherwise move it there", aside, path, aside)
	}
	if err != nil {
		return fmt.Errorf("key file: %w", err)
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_TRUNC, 0)
	if err != nil {
		return errors.Join(fmt.Errorf("key file: %w", err), os.Remove(aside)) // nothing was written: the old one is whole
	}
	_, err = f.Write(data)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("key file: %w; the whole of it stands in %s", err, aside)
	}
	return os.Remove(aside)
}

type migrateCmd struct {
	Config string `help:"The configuration file." default:"config.toml" type:"path"`
}

// Run brings the schema up to date; running it again does nothing.
func (m *migrateCmd) Run(ctx context.Context, std streams) error {
	c, err := readConfig(m.Config)
	if err != nil {
		return err
	}
	dsn, err := c.database()
	if err != nil {
		return failure{exitUse, err}
	}
	if err := storeError(store.Migrate(ctx, dsn)); err != nil {
		return err
	}
	fmt.Fprintln(std.out, "The database has this version's schema.")
	return nil
}
