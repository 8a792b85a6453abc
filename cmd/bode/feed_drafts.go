package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/gemeentebode/bode/bot/notify/feed"
)

// drafts is the folder of drafts, with the notices that are published.
type drafts struct {
	dir    string
	folder feed.Folder
}

// openDrafts reads both folders. A file that cannot be read is told and left
// alone: an editor may be at work in it.
func (c *config) openDrafts(dir string, std streams) (*drafts, error) {
	d := &drafts{dir: c.path(c.Flows.Drafts), folder: feed.Folder{Zone: amsterdam()}}
	if dir == "" {
		dir = c.path(c.Flows.Dir)
	}
	if _, err := os.Stat(filepath.Join(dir, "bode.toml")); err != nil {
		dir = filepath.Join(dir, "flows")
	}
	byFile := map[string]feed.Notice{}
	var order []string
	for _, from := range []struct {
		dir       string
		published bool
	}{{filepath.Join(dir, "notices"), true}, {d.dir, false}} {
		found, err := readNotices(from.dir, std)
		if err != nil {
			return nil, err
		}
		for _, n := range found {
			older, there := byFile[n.File]
			if !there {
				order = append(order, n.File)
			}
			n.Published = from.published || older.Published
			byFile[n.File] = n // a draft of a published notice is the newer
		}
	}
	for _, file := range order {
		d.folder.Notices = append(d.folder.Notices, byFile[file])
	}
	return d, nil
}

func readNotices(dir string, std streams) ([]feed.Notice, error) {
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("notices: %w", err)
	}
	var out []feed.Notice
	for _, entry := range entries {
		if entry.IsDir() || filepath.Ext(entry.Name()) != ".toml" {
			continue
		}
		data, err := os.ReadFile(filepath.Join(dir, entry.Name()))
		if err != nil {
			return nil, fmt.Errorf("notices: %w", err)
		}
		n, err := feed.ReadNotice(entry.Name(), data, amsterdam())
		if err != nil {
			fmt.Fprintf(std.err, "%s: not read, and left as it is: %v\n", dir, err)
			continue
		}
		out = append(out, n)
	}
	return out, nil
}

func (d *drafts) path(file string) string { return filepath.Join(d.dir, file) }

func (d *drafts) statePath(rule feed.Rule) string { return d.path("." + rule.Name + ".json") }

// state reads what a feed keeps beside the drafts.
func (d *drafts) state(rule feed.Rule, now time.Time, std streams) *feed.State {
	data, err := os.ReadFile(d.statePath(rule))
	state, broken := feed.ReadState(data, rule, now)
	if broken != nil || err != nil && !errors.Is(err, fs.ErrNotExist) {
		fmt.Fprintf(std.err, "%s: %s cannot be read and begins anew: drafts that were thrown away may come again\n", rule.Name, d.statePath(rule))
	}
	return state
}

// keep writes the drafts, and only then that they were made.
func (d *drafts) keep(rule feed.Rule, state *feed.State, decisions []feed.Decision) error {
	if err := os.MkdirAll(d.dir, 0o755); err != nil {
		return fmt.Errorf("drafts: %w", err)
	}
	for _, made := range decisions {
		if made.Content == nil {
			continue
		}
		if err := d.setAside(made.File); err != nil {
			return err
		}
		if err := replaceFile(d.path(made.File), made.Content); err != nil {
			return err
		}
	}
	return replaceFile(d.statePath(rule), state.Bytes())
}

// setAside keeps the words of a draft that is replaced: an editor may have
// worked on them.
func (d *drafts) setAside(file string) error {
	data, err := os.ReadFile(d.path(file))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("drafts: %w", err)
	}
	return replaceFile(d.path(strings.TrimSuffix(file, ".toml")+".previous"), data)
}

// replaceFile writes a file whole or not at all.
func replaceFile(path string, data []byte) error {
	temporary, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return fmt.Errorf("drafts: %w", err)
	}
	defer os.Remove(temporary.Name())
	if _, err := temporary.Write(data); err != nil {
		temporary.Close()
		return fmt.Errorf("drafts: %w", err)
	}
	if err := errors.Join(temporary.Chmod(0o644), temporary.Sync(), temporary.Close()); err != nil {
		return fmt.Errorf("drafts: %w", err)
	}
	return os.Rename(temporary.Name(), path)
}
