package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/pelletier/go-toml/v2"

	"github.com/gemeentebode/bode/bot/channel/cloudapi/fakegraph"
	"github.com/gemeentebode/bode/store"
)

// sql opens the installation's database for what no command does.
func (in *installation) sql() *sqlx.DB {
	in.t.Helper()
	driver := "sqlite"
	if strings.HasPrefix(in.database, "postgres") {
		driver = "postgres"
	}
	db, err := sqlx.Open(driver, in.database)
	if err != nil {
		in.t.Fatal(err)
	}
	in.t.Cleanup(func() { db.Close() })
	return db
}

// remembers puts n message ids there that nobody needs any more.
func (in *installation) remembers(n int) {
	in.t.Helper()
	db := in.sql()
	defer db.Close()
	for i := range n {
		if _, err := db.Exec(`INSERT INTO dedupe (hash, day) VALUES ($1, 1)`, fmt.Appendf(nil, "%08d", i)); err != nil {
			in.t.Fatal(err)
		}
	}
}

func (in *installation) remembered() (n int) {
	in.t.Helper()
	db := in.sql()
	defer db.Close()
	if err := db.Get(&n, `SELECT count(*) FROM dedupe`); err != nil {
		in.t.Fatal(err)
	}
	return n
}

func TestPurge_countsThenDestroysThenTellsWhatItDestroyed(t *testing.T) {
	eachInstallation(t, func(t *testing.T, in *installation) {
		in.remembers(1200)
		if out, _ := in.operator(exitGood, "purge", "--dry-run"); !strings.Contains(out, "not destroyed: 1200 message_ids.") || in.remembered() != 1200 {
			t.Fatalf("the dry run: %s", out)
		}
		out, errs := in.operator(exitGood, "purge")
		if !strings.Contains(out, "Destroyed because its time is past: 1200 message_ids.") || in.remembered() != 0 ||
			!strings.Contains(errs, "message_ids: 500 of 1200") || !strings.Contains(errs, "message_ids: 1200 of 1200") {
			t.Fatalf("%s %s", out, errs)
		}
		if out, _ := in.operator(exitGood, "purge"); !strings.Contains(out, "nothing") {
			t.Errorf("again: %s", out)
		}
		out, _ = in.operator(exitGood, "purge", "--log")
		lines := strings.Split(strings.TrimSpace(out), "\n")
		if len(lines) != 2 || !strings.Contains(lines[1], "message_ids            1200  AVG art. 5(1)(e): kept 40 days, store.DedupeDays") {
			t.Errorf("the log: %s", out)
		}
	})
}

func TestPurge_withAClockThatIsWrongDestroysNothing(t *testing.T) {
	eachInstallation(t, func(t *testing.T, in *installation) {
		in.remembers(1)
		var out bytes.Buffer
		purge := purgeCmd{Config: filepath.Join(in.dir, "config.toml"), clock: func() time.Time { return time.Now().AddDate(1, 0, 0) }}
		err := purge.Run(context.WithoutCancel(t.Context()), streams{strings.NewReader(""), &out, io.Discard})
		if err == nil || !strings.Contains(err.Error(), "nothing was destroyed: this machine's clock differs") || in.remembered() != 1 {
			t.Errorf("%v", err)
		}
	})
}

func TestConfig_refusesAPeriodThatDestroysAtOnceOrNever(t *testing.T) {
	in := newInstallation(t, filepath.Join(t.TempDir(), "bode.db"), fakegraph.Config{})
	for more, want := range map[string]string{
		"[retention]\ntexts = 0":                 "[retention] texts is 0: choose the number of days, from 1 to 36525; 28 is usual",
		"[retention]\naudit = -3":                "[retention] audit is -3",
		"[retention]\ndestruction_log = 9999999": "[retention] destruction_log is 9999999",
		"[retention]\ncontacts = 7":              "[retention] contacts is 7: choose at least 28",
		"[retention]\ntext = 28":                 `unknown key "retention.text"`,
		"[privacy]\ntext_days = 28":              `unknown key "privacy.text_days": it is [retention] texts now`,
	} {
		in.configure("http://127.0.0.1:1", more)
		if _, errs := in.operator(exitUse, "purge", "--dry-run"); !strings.Contains(errs, want) {
			t.Errorf("%q: %s", more, errs)
		}
	}
}

func TestConfigExample_saysThePeriodsThatStandWithoutIt(t *testing.T) {
	example, err := os.ReadFile("../../config.example.toml")
	if err != nil {
		t.Fatal(err)
	}
	var c config
	if err := toml.Unmarshal(example, &c); err != nil || c.Retention != store.DefaultRetention() {
		t.Errorf("%+v, %v", c.Retention, err)
	}
}

func TestAccountability_tellsThePeriodsThatThePurgeHoldsTo(t *testing.T) {
	dir, config := accounted(t, "")
	change(t, config, "imports         = 90", "imports         = 33")
	code, _, errs := command(t, "", "accountability", "../..", "--config", config, "--out", dir)
	if code != exitGood {
		t.Fatalf("exit %d: %s", code, errs)
	}
	nl, err1 := os.ReadFile(filepath.Join(dir, "nl", "bewaartermijnen.md"))
	en, err2 := os.ReadFile(filepath.Join(dir, "en", "retention.md"))
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	for _, kind := range store.DefaultRetention().Kinds() {
		if !strings.Contains(string(nl), "| "+kind.What.Dutch+" | ") || !strings.Contains(string(en), "| "+kind.What.English+" | ") {
			t.Errorf("%s is not told", kind.Name)
		}
	}
	for _, want := range []string{"| 33 dagen | `[retention] imports` |", "1826 dagen (5 jaar) na de intrekking", "| 1096 dagen (3 jaar) | `[retention] audit` |", "| 15 minuten |", "| 40 dagen | `store.DedupeDays` |"} {
		if !strings.Contains(string(nl), want) {
			t.Errorf("the table lacks %q", want)
		}
	}
}
