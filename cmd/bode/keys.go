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
	New keysNewCmd `cmd:"" help:"Make a new keyring file. Keep a copy elsewhere: without it nothing can be read."`
}

type keysNewCmd struct {
	File string `arg:"" help:"Where to write it; an existing file is never overwritten." type:"path"`
}

// Run writes a keyring that only its owner can read.
func (k *keysNewCmd) Run(std streams) error {
	f, err := os.OpenFile(k.File, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return failure{exitUse, fmt.Errorf("%s exists already: a keyring is never overwritten, because what it sealed would be lost", k.File)}
	}
	if err != nil {
		return err
	}
	_, err = f.Write(store.NewKeyring().Encode())
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	fmt.Fprintf(std.out, "Wrote %s. Set [store] keys_file to it, and keep a copy apart from the database's backups.\n", k.File)
	return nil
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
	if err := store.Migrate(ctx, dsn); err != nil {
		return err
	}
	fmt.Fprintln(std.out, "The database has this version's schema.")
	return nil
}
