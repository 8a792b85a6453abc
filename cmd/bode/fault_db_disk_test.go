package main

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/gemeentebode/bode/bot/channel/cloudapi/fakegraph"
	"github.com/gemeentebode/bode/store/throwaway"
)

// smallDisk is the disk on which a Postgres keeps its messages. Where a test
// may mount (as root) it is one, of 16 MB; elsewhere a trigger stands in for
// it that says what Postgres says on a full disk (SQLSTATE 53100).
type smallDisk struct {
	t      *testing.T
	db     *sqlx.DB
	folder string // "": the trigger
}

func newSmallDisk(t *testing.T, server *throwaway.Server, dsn string) *smallDisk {
	t.Helper()
	db, err := sqlx.Open("postgres", dsn)
	must(t, err)
	t.Cleanup(func() { db.Close() })
	d := &smallDisk{t: t, db: db, folder: filepath.Join(server.Data(), "small")}
	must(t, os.Mkdir(d.folder, 0o700))
	owner, err := os.Stat(server.Data())
	must(t, err)
	stat := owner.Sys().(*syscall.Stat_t)
	options := "size=16m,mode=700,uid=" + strconv.Itoa(int(stat.Uid)) + ",gid=" + strconv.Itoa(int(stat.Gid))
	if err := syscall.Mount("tmpfs", d.folder, "tmpfs", 0, options); err != nil {
		t.Logf("no disk may be mounted (%v): a trigger stands in for it", err)
		d.folder = ""
		return d
	}
	t.Cleanup(func() { _ = syscall.Unmount(d.folder, syscall.MNT_DETACH) })
	d.exec(`CREATE TABLESPACE small LOCATION '` + d.folder + `'`)
	d.exec(`ALTER TABLE inbox SET TABLESPACE small`)
	return d
}

func (d *smallDisk) exec(statement string) {
	d.t.Helper()
	_, err := d.db.Exec(statement)
	must(d.t, err)
}

func (d *smallDisk) filler() string { return filepath.Join(d.folder, "filler") }

// fill leaves no room for a message.
func (d *smallDisk) fill() {
	d.t.Helper()
	if d.folder == "" {
		d.exec(`CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$`)
		d.exec(`CREATE TRIGGER full_disk BEFORE INSERT ON inbox EXECUTE FUNCTION full_disk()`)
		return
	}
	f, err := os.Create(d.filler())
	must(d.t, err)
	defer f.Close()
	block := make([]byte, 4096)
	for err == nil {
		_, err = f.Write(block)
	}
	if !errors.Is(err, syscall.ENOSPC) {
		d.t.Fatal(err)
	}
}

// empty makes room again.
func (d *smallDisk) empty() {
	d.t.Helper()
	if d.folder == "" {
		d.exec(`DROP TRIGGER full_disk ON inbox`)
		return
	}
	must(d.t, os.Remove(d.filler()))
}

// TestFaultDB_aFullDisk of SQLite is a limit on the size of the process's
// files: what a quota, and in effect a full disk, does to its writes. It needs
// no rights, and can be lifted while the process runs.
func TestFaultDB_aFullDiskOfSQLiteIsSaidAndOutlived(t *testing.T) {
	t.Parallel()
	in := newFaultSite(t, filepath.Join(t.TempDir(), "bode.db"), fakegraph.Config{})
	p := in.serve()
	in.fake.SetCallback(p.webhook())
	in.whileWriting(either(p), func() {
		in.moved()
		limitFiles(t, p, "4096")
		p.troubled("its disk or quota is full", 1)
		body, _ := in.fake.Inbound(person(500), time.Now(), fakegraph.Text("echo"))
		if code := in.post(p.webhook(), body, ""); code < 500 {
			t.Errorf("a message on a full disk: status %d, want 5xx so that it comes again", code)
		}
		limitFiles(t, p, "unlimited")
		p.isReady()
		in.moved()
	})
	in.answeredOnce()
	p.saidOnce("its disk or quota is full", 1)
}

// limitFiles bounds how large a file a process may write, in bytes.
func limitFiles(t *testing.T, p *process, most string) {
	t.Helper()
	out, err := exec.Command("prlimit", "--pid", strconv.Itoa(p.cmd.Process.Pid), "--fsize="+most+":unlimited").CombinedOutput()
	if err != nil {
		t.Fatalf("prlimit (util-linux): %v: %s", err, out)
	}
}

func TestFaultDB_sqliteLockedByAnotherProgramIsSaidAndOutlived(t *testing.T) {
	t.Parallel()
	in := newFaultSite(t, filepath.Join(t.TempDir(), "bode.db"), fakegraph.Config{})
	p := in.serve()
	in.fake.SetCallback(p.webhook())
	db, err := sqlx.Open("sqlite", "file:"+in.database+"?_pragma=busy_timeout(60000)")
	must(t, err)
	defer db.Close()
	other, err := db.Connx(context.Background())
	must(t, err)
	defer other.Close()
	in.whileWriting(either(p), func() {
		in.moved()
		_, err := other.ExecContext(context.Background(), "BEGIN EXCLUSIVE")
		must(t, err)
		p.troubled("it is locked by another program", 1)
		_, err = other.ExecContext(context.Background(), "ROLLBACK")
		must(t, err)
		p.isReady()
		in.moved()
	})
	in.answeredOnce()
	p.saidOnce("it is locked by another program", 1)
}
