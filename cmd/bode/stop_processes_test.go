package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/channel/cloudapi/fakegraph"
	"github.com/gemeentebode/bode/store"
)

const newsShared = echoShared + `
[topics.nieuws]
title = "Nieuws"
keeps = ["postcode4"]
ask_again = "12 months"
wording = "Gemeente Voorbeeldstad stuurt mij via WhatsApp nieuws. Daarvoor bewaart de gemeente de vier cijfers van mijn postcode. Ik kan altijd stoppen met STOP NIEUWS."
`

const newsFlow = `
title = "Echo"
purpose = "municipal_service"
ground = "consent"
start = "begin"
keywords = ["echo"]

[states.begin]
subscribe = "nieuws"
on = { yes = "vraag", no = "vraag" }

[states.vraag]
ask = "text"
text = "Wat wilt u zeggen?"
save = "zin"
next = "kies"

[states.kies]
branch = ".zin"
on = { klaar = "klaar", else = "herhaal" }

[states.klaar]
text = "Tot ziens."
end = true

[states.herhaal]
text = "U zei: {{.zin}}"
next = "vraag"
`

const newsTemplate = `
category = "utility"
[text]
nl = "Bericht van {{.municipality}} over {{.title}}. {{.message}} Lees meer op {{.source}}. Dat is alles."
[sample]
title = "nieuws"
message = "Er is nieuws."
source = "https://voorbeeldstad.example/nieuws"
`

const newsCorrection = `
category = "utility"
[text]
nl = "Bericht van {{.municipality}} over {{.title}}. Dit bericht geldt niet meer. Lees meer op {{.source}}. Dat is alles."
[sample]
title = "nieuws"
source = "https://voorbeeldstad.example/nieuws"
`

const newsNotice = `
topic = "nieuws"
title = "Nieuws"
template = "nieuws_bericht"
source = "https://voorbeeldstad.example/nieuws"
valid_from = 2020-01-01
valid_until = 2099-01-01
urgency = "normal"
[text]
nl = "Er is nieuws."
`

// crowd is an installation with two serving processes, and this process as a
// third, which enqueues for everyone who is subscribed without a pause.
type crowd struct {
	*installation
	t         *testing.T
	processes [2]*process
	store     *store.Store
	db        *sqlx.DB
	stopBulk  context.CancelFunc
	bulk      sync.WaitGroup
	runs      atomic.Int64
}

func newCrowd(t *testing.T) *crowd {
	in := onPostgres(t)
	in.newsBundle(newsFlow)
	c := &crowd{installation: in, t: t, store: in.open()}
	c.processes[0], c.processes[1] = in.pair()
	in.fake.SetCallback(c.processes[1].webhook())
	var err error
	if c.db, err = sqlx.Open("postgres", in.database); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.db.Close() })
	c.watchClaims()
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	c.stopBulk = cancel
	c.bulk.Go(func() { c.runAfterRun(ctx) })
	t.Cleanup(func() { cancel(); c.bulk.Wait() })
	return c
}

// newsBundle makes a bundle with one topic, one notice of it and a flow the
// installation's first.
func (in *installation) newsBundle(flow string) {
	in.t.Helper()
	in.bundle(map[string]string{"flows/bode.toml": newsShared, "flows/echo.toml": flow})
	for name, text := range map[string]string{"templates/nieuws_bericht.toml": newsTemplate, "templates/nieuws_bericht_correctie.toml": newsCorrection, "notices/bericht.toml": newsNotice} {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(in.dir, "bundle/flows", name)), 0o755); err != nil {
			in.t.Fatal(err)
		}
		in.write(filepath.Join("bundle/flows", name), text)
	}
}

// watchClaims has the database itself note, when a transaction that claimed
// commits, whether the resident is closed by then.
func (c *crowd) watchClaims() {
	c.t.Helper()
	_, err := c.db.Exec(`
		CREATE SCHEMA watched;
		CREATE TABLE watched.claimed_of_closed (reason text, at timestamptz);
		CREATE FUNCTION note_claim() RETURNS trigger LANGUAGE plpgsql AS $$
		BEGIN
			IF EXISTS (SELECT 1 FROM resident r WHERE r.id = NEW.resident_id AND r.closed_at IS NOT NULL)
				AND EXISTS (SELECT 1 FROM outbox o WHERE o.id = NEW.id AND o.state = 'claimed' AND o.claimed_at = NEW.claimed_at) THEN
				INSERT INTO watched.claimed_of_closed VALUES (NEW.reason, NEW.claimed_at);
			END IF;
			RETURN NULL;
		END $$;
		CREATE CONSTRAINT TRIGGER note_claim AFTER UPDATE OF state ON outbox DEFERRABLE INITIALLY DEFERRED
			FOR EACH ROW WHEN (NEW.state = 'claimed' AND OLD.state = 'waiting') EXECUTE FUNCTION note_claim()`)
	if err != nil {
		c.t.Fatal(err)
	}
}

// runAfterRun is the bulk run: every fifth of a second one for everybody.
func (c *crowd) runAfterRun(ctx context.Context) {
	for ctx.Err() == nil {
		if err := c.oneRun(ctx); err != nil && ctx.Err() == nil && !errors.Is(err, bot.ErrTokenGone) {
			c.t.Errorf("bulk run: %v", err)
			return
		}
		select {
		case <-ctx.Done():
		case <-time.After(200 * time.Millisecond):
		}
	}
}

func (c *crowd) oneRun(ctx context.Context) error {
	now := time.Now()
	hash, err := c.liveHash(ctx)
	if err != nil || hash == "" {
		return err
	}
	_, _, err = c.store.BeginRun(ctx, now, bot.Run{Account: c.fake.Config().PhoneNumberID, Kind: bot.RunNotice, Job: "bericht", Topic: "nieuws", Bundle: hash,
		Due: now, NotBefore: now, Useless: now.Add(time.Hour), Room: -1})
	if err != nil {
		return err
	}
	for {
		held, found, err := c.store.HoldRun(ctx, now, c.fake.Config().PhoneNumberID, time.Minute)
		if err != nil || !found {
			return err
		}
		for done := false; !done; {
			if _, done, err = c.store.EnqueueAll(ctx, now, &held, 1000); err != nil {
				return err
			}
		}
		c.runs.Add(1)
	}
}

func (c *crowd) liveHash(ctx context.Context) (hash string, err error) {
	err = c.db.GetContext(ctx, &hash, `SELECT COALESCE((SELECT hash FROM publication ORDER BY n DESC LIMIT 1), '')`)
	return hash, err
}

// stopsSomewhere has one resident sign up, chat, and say STOP at a random
// moment to whichever process, while notifications for them are on their way.
func (c *crowd) stopsSomewhere(p fakegraph.Person) {
	at := func() *process { return c.processes[rand.IntN(2)] }
	c.say(at(), p, "echo")
	eventually(c.t, 60*time.Second, "the question for consent", func() bool { return len(c.fake.To(p.Key())) >= 1 })
	c.say(at(), p, "ja")
	for n := range 3 {
		time.Sleep(time.Duration(rand.IntN(300)) * time.Millisecond)
		c.say(at(), p, fmt.Sprintf("m%d", n))
	}
	time.Sleep(time.Duration(rand.IntN(700)) * time.Millisecond)
	c.say(at(), p, "STOP")
	eventually(c.t, 60*time.Second, "the farewell", func() bool { return farewells(c.fake.To(p.Key())) == 1 })
	time.Sleep(300 * time.Millisecond) // long enough for a claimed turn, send or page to come out
	sent := c.fake.To(p.Key())
	if last := sent[len(sent)-1]; !isFarewell(last) || farewells(sent) != 1 {
		c.t.Errorf("after the farewell came something else: %d messages, %d farewells", len(sent), farewells(sent))
	}
}

func (c *crowd) say(to *process, p fakegraph.Person, text string) {
	c.fake.Heard(p.Key(), time.Now())
	body, _ := c.fake.Inbound(p, time.Now(), fakegraph.Text(text))
	if code := c.post(to.webhook(), body, ""); code != 200 {
		c.t.Errorf("delivery: status %d", code)
	}
}

// residents is how many say STOP; a thousand with BODE_TEST_FULL=1.
func residents() int {
	if os.Getenv("BODE_TEST_FULL") != "" {
		return 1000
	}
	return 60
}

// TestStop with turns, sends and bulk runs in other processes: no claim is
// committed after it, nothing but the farewell comes after the erasure, what
// remains leads to nobody, and a backup made before cannot be read.
func TestStop_amongTurnsSendsAndBulkRunsOfOtherProcesses(t *testing.T) {
	c := newCrowd(t)
	var stopping sync.WaitGroup
	limit := make(chan struct{}, 40)
	for i := range residents() {
		limit <- struct{}{}
		if i == residents()/2 {
			c.backedUp()
		}
		stopping.Go(func() {
			defer func() { <-limit }()
			c.stopsSomewhere(person(i))
		})
	}
	stopping.Wait()
	c.stopBulk()
	c.bulk.Wait()
	var late int
	if err := c.db.Get(&late, `SELECT count(*) FROM watched.claimed_of_closed`); err != nil || late != 0 {
		t.Errorf("%d claims were committed after the STOP of their resident, error %v", late, err)
	}
	notifications := 0
	for _, m := range c.fake.Record() {
		if strings.Contains(m.Text, "Er is nieuws.") {
			notifications++
		}
	}
	if notifications < residents()/2 {
		t.Errorf("only %d notifications to %d residents: the bulk run proves little", notifications, residents())
	}
	t.Logf("%d residents, %d runs, %d notifications", residents(), c.runs.Load(), notifications)
	c.nothingLeads()
	c.backedUp()
	c.unreadableAfter()
}

// nothingLeads looks at every table that stands for what belongs to somebody.
func (c *crowd) nothingLeads() {
	c.t.Helper()
	for _, table := range []string{"resident", "resident_key", "inbox", "subscription", "pending", "intent", "export_link"} {
		c.counted("SELECT count(*) FROM "+table, 0)
	}
	c.counted(`SELECT count(*) FROM outbox WHERE resident_id IS NOT NULL OR address IS NOT NULL OR body IS NOT NULL`, 0)
	c.counted(`SELECT count(*) FROM consent WHERE source = 'stop' AND NOT given`, residents())
	c.counted(`SELECT count(DISTINCT pseudonym) FROM receipt`, residents())
}

func (c *crowd) counted(query string, want int) {
	c.t.Helper()
	var rows int
	if err := c.db.Get(&rows, query); err != nil || rows != want {
		c.t.Errorf("%s: %d rows, want %d, error %v", query, rows, want, err)
	}
}

// backedUp writes a backup; the residents' keys of the one before are replaced.
func (c *crowd) backedUp() {
	c.t.Helper()
	if code, _, errs := command(c.t, "", "backup", filepath.Join(c.dir, "backups"), "--config", filepath.Join(c.dir, "config.toml")); code != 0 {
		c.t.Fatalf("backup: exit %d: %s", code, errs)
	}
}

// unreadableAfter restores the data from before with the keys from after.
func (c *crowd) unreadableAfter() {
	c.t.Helper()
	files, err := filepath.Glob(filepath.Join(c.dir, "backups", backupData))
	if err != nil || len(files) != 2 {
		c.t.Fatalf("backups: %v, error %v", files, err)
	}
	again := newInstallation(c.t, filepath.Join(c.t.TempDir(), "again.db"), fakegraph.Config{})
	again.write("keys", string(c.keys.Encode()))
	code, out, errs := command(c.t, "", "restore", filepath.Join(c.dir, "backups"), "--data", files[0], "--config", filepath.Join(again.dir, "config.toml"))
	if code != 0 {
		c.t.Fatalf("restore: exit %d: %s", code, errs)
	}
	db, err := sqlx.Open("sqlite", again.database)
	if err != nil {
		c.t.Fatal(err)
	}
	defer db.Close()
	var left int
	if err := db.Get(&left, `SELECT (SELECT count(*) FROM resident) + (SELECT count(*) FROM inbox) + (SELECT count(*) FROM resident_key)`); err != nil || left != 0 {
		c.t.Errorf("restored: %d rows of residents who said STOP, error %v; %s", left, err, out)
	}
}
