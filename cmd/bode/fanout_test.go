package main

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/channel/cloudapi/fakegraph"
	"github.com/gemeentebode/bode/store"
	"github.com/gemeentebode/bode/store/storetest"
)

// fanout is a town of which everybody who is subscribed is told one thing,
// while some chat, some end their consent, and processes are killed.
type fanout struct {
	*installation
	t         *testing.T
	size      int
	perSecond int
	store     *store.Store
	db        *sqlx.DB
	ear       *ear
	front     string // where the platform delivers: whichever process is there

	mu      sync.Mutex
	running []*process
}

// full gives the full size with BODE_TEST_FULL=1, else the short one.
func full(all, short int) int {
	if os.Getenv("BODE_TEST_FULL") != "" {
		return all
	}
	return short
}

func newFanout(t *testing.T, database string, size, perSecond int) *fanout {
	f := &fanout{t: t, size: size, perSecond: perSecond, ear: newEar()}
	f.installation = newInstallation(t, database, fakegraph.Config{LadderFor: f.ear.hear, Keep: -1, Gather: 100 * time.Millisecond, Pending: 1 << 20,
		Redelivery: slices.Repeat([]time.Duration{200 * time.Millisecond}, 300)})
	f.newsBundle(echoFlow)
	f.set(`unknown_wait = "2s"`, `unknown_wait = "10s"`)
	f.set(`per_second = 1000`, fmt.Sprintf("per_second = %d\nmessaging_limit = 0", perSecond))
	f.set(`level = "debug"`, `level = "info"`)
	f.store = f.open()
	driver := "postgres"
	if !strings.HasPrefix(database, "postgres") {
		driver = "sqlite"
	}
	var err error
	if f.db, err = sqlx.Open(driver, database); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.db.Close() })
	front := httptest.NewServer(http.HandlerFunc(f.forward))
	t.Cleanup(front.Close)
	f.front = front.URL + "/webhook/whatsapp"
	f.fake.SetCallback(f.front)
	template := bot.TemplateStatus{Name: "nieuws_bericht", Language: "nl", Status: bot.TemplateApproved, Category: bot.TemplateUtility}
	if err := f.store.SetTemplate(t.Context(), time.Now(), f.account(), template); err != nil {
		t.Fatal(err)
	}
	return f
}

func (f *fanout) account() string { return f.fake.Config().PhoneNumberID }

// at is an instant as the database has it.
func (f *fanout) at(moment time.Time) any {
	if f.db.DriverName() == "sqlite" {
		return moment.UnixMicro()
	}
	return moment.UTC()
}

// up starts so many processes.
func (f *fanout) up(processes int) {
	for range processes {
		p := f.serve()
		f.mu.Lock()
		f.running = append(f.running, p)
		f.mu.Unlock()
	}
}

// forward is the load balancer in front of the processes: it asks the next
// when one does not answer.
func (f *fanout) forward(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	f.mu.Lock()
	there := slices.Clone(f.running)
	f.mu.Unlock()
	rand.Shuffle(len(there), func(i, j int) { there[i], there[j] = there[j], there[i] })
	for _, p := range there {
		request, _ := http.NewRequestWithContext(r.Context(), r.Method, p.webhook(), bytes.NewReader(body))
		request.Header = r.Header.Clone()
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			continue
		}
		_, _ = io.Copy(io.Discard, response.Body)
		response.Body.Close()
		if response.StatusCode == http.StatusOK {
			return
		}
	}
	w.WriteHeader(http.StatusBadGateway)
}

// killOne ends one process as a power cut does, and starts another.
func (f *fanout) killOne() {
	f.mu.Lock()
	i := rand.IntN(len(f.running))
	p := f.running[i]
	f.running = slices.Delete(slices.Clone(f.running), i, i+1)
	f.mu.Unlock()
	p.kill()
	f.up(1)
}

// begin gives a notice its run, and the first few go first.
func (f *fanout) begin() bot.Run {
	f.t.Helper()
	now, hash := time.Now(), ""
	if err := f.db.Get(&hash, `SELECT hash FROM publication ORDER BY n DESC LIMIT 1`); err != nil {
		f.t.Fatal(err)
	}
	run, began, err := f.store.BeginRun(f.t.Context(), now, bot.Run{Account: f.account(), Kind: bot.RunNotice, Job: "bericht", Topic: newsTopic, Bundle: hash,
		Template: "nieuws_bericht", Due: now, NotBefore: now, Useless: now.Add(6 * time.Hour)})
	if err != nil || !began {
		f.t.Fatalf("begin: %v, error %v", began, err)
	}
	return run
}

// say posts what a resident writes until a process takes it.
func (f *fanout) say(p fakegraph.Person, text string) {
	body, _ := f.fake.Inbound(p, time.Now(), fakegraph.Text(text))
	for range 600 {
		if f.post(f.front, body, "") == http.StatusOK {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	f.t.Errorf("a message of a resident was never accepted")
}

// drain tells the town the notice: begin to end.
type drain struct {
	*fanout
	run     bot.Run
	ends    map[int]string // who ends their consent meanwhile, and by which word
	killing time.Duration  // how often a process is killed
	kills   int            // at most; 0: as long as it lasts
	most    time.Duration  // after which nine of ten were told
}

func (d *drain) told() {
	t := d.t
	over := make(chan struct{})
	var talk chat
	var people sync.WaitGroup
	for i := range 8 {
		people.Go(func() { talk.run(d.fanout, person(20+100*i), over) })
	}
	eventually(t, 3*time.Minute, "the first ones are told, then the rest", func() bool {
		_, notices := d.ear.count()
		return notices > min(500, d.size/100)+20
	})
	began := time.Now()
	people.Go(d.endings)
	killed := d.untilTold(began)
	took := time.Since(began)
	// An answer that was on its way in a killed process goes once more when
	// later ones are heard of: so the talk goes on until then.
	eventually(t, 3*time.Minute, "everybody who ended their consent hears that", func() bool { return d.ear.ended(d.ends) })
	close(over)
	people.Wait()
	d.check()
	p50, between50 := talk.part(0.5)
	p99, between99 := talk.part(0.99)
	_, notices := d.ear.count()
	t.Logf("%d residents, %d told in %v (nine of ten at %.0f/s, limit %d), %d kills, densest second %d; %d chats: p50 %v (%d messages between), p99 %v (%d)",
		d.size, notices, took.Round(time.Millisecond), 0.9*float64(d.size)/d.most.Seconds(), d.perSecond, killed, d.ear.densest(),
		len(talk.waits), p50.Round(time.Millisecond), between50, p99.Round(time.Millisecond), between99)
	if os.Getenv("BODE_TEST_FULL") == "" {
		return // beside other tests a message may be held up on its way to the fake; slots are held in store's TestPace
	}
	if most := d.ear.densest(); most > d.perSecond {
		t.Errorf("a second held %d messages, over the pace of %d", most, d.perSecond)
	}
	if between50 > d.perSecond/4 {
		t.Errorf("between a question and its answer went %d messages, at a pace of %d a second", between50, d.perSecond)
	}
}

// untilTold kills, and waits until nobody waits who could still be told.
func (d *drain) untilTold(began time.Time) (killed int) {
	next := began.Add(d.killing)
	for time.Since(began) < time.Hour {
		if time.Now().After(next) && (d.kills == 0 || killed < d.kills) {
			next = time.Now().Add(d.killing)
			d.killOne()
			killed++
		}
		time.Sleep(200 * time.Millisecond)
		_, notices := d.ear.count()
		if notices < d.size*9/10 {
			continue
		}
		if d.most == 0 {
			d.most = time.Since(began)
		}
		if d.waiting() == 0 {
			return killed
		}
	}
	d.t.Fatal("not told within an hour")
	return killed
}

func (d *drain) waiting() (n int) {
	d.t.Helper()
	const query = `SELECT count(*) FROM outbox o WHERE run_id = $1 AND (state = 'claimed' OR state = 'waiting'
		AND EXISTS (SELECT 1 FROM subscription s WHERE s.resident_id = o.resident_id AND s.topic = o.topic AND s.paused_at IS NULL))`
	if err := d.db.Get(&n, query, string(d.run.ID)); err != nil {
		d.t.Fatal(err)
	}
	return n
}

// endings has people end their consent, spread over the first part of the drain.
func (d *drain) endings() {
	lasts := time.Duration(float64(d.size) / float64(d.perSecond) * 0.8 * float64(time.Second))
	var people sync.WaitGroup
	for i, word := range d.ends {
		people.Go(func() {
			time.Sleep(rand.N(lasts))
			d.say(person(i), word)
		})
	}
	people.Wait()
}

// check holds what the fake heard against who consented.
func (d *drain) check() {
	t := d.t
	d.ear.mu.Lock()
	defer d.ear.mu.Unlock()
	twice, none, wrong, late, quiet, unended := 0, 0, 0, 0, 0, 0
	for n := range d.size {
		notices, endings := d.ear.notices[person(n).Key()], d.ear.endings[person(n).Key()]
		word, ends := d.ends[n]
		switch {
		case len(notices) > 1:
			twice++
		case standing(n) != subscribed && len(notices) > 0:
			wrong++
		case ends && len(endings) == 0 && word != "STOP":
			unended++
		case ends && len(endings) > 0 && len(notices) > 0 && notices[0] > endings[0]:
			late++
		case ends && len(notices) == 0:
			quiet++
		case !ends && standing(n) == subscribed && len(notices) == 0:
			none++
		}
		delete(d.ear.notices, person(n).Key())
	}
	if twice+none+wrong+late+unended+len(d.ear.notices) > 0 {
		t.Errorf("told twice: %d, not told: %d, told without consent: %d, told after they had ended it: %d, never heard that it ended: %d, strangers told: %d",
			twice, none, wrong, late, unended, len(d.ear.notices))
	}
	if quiet == 0 {
		t.Errorf("all %d who ended their consent had been told before: it proves little", len(d.ends))
	}
	var repeated int
	if err := d.db.Get(&repeated, `SELECT count(*) FROM outbox WHERE repeats > 0`); err != nil {
		t.Error(err)
	}
	t.Logf("of %d who ended their consent meanwhile, %d had not been told; %d sends of killed processes, without a status, were done once more", len(d.ends), quiet, repeated)
}

// withdrawals picks who ends their consent: so many by the words for the
// topic, and half as many with STOP.
func withdrawals(size, many int) map[int]string {
	ends := map[int]string{}
	for _, n := range rand.Perm(size) {
		if standing(n) != subscribed || n%100 == 20 { // those chat
			continue
		}
		ends[n] = []string{"stop nieuws", "stop nieuws", "STOP"}[len(ends)%3]
		if len(ends) == many {
			break
		}
	}
	return ends
}

// A kill leaves sends of which nobody knows the end: those that the platform
// accepted it tells of, and they are not done again; the others are, once.
func TestFanout_everyoneWhoStillConsentsIsToldOnceThoughProcessesAreKilled(t *testing.T) {
	t.Parallel()
	size := full(100_000, 1_200)
	f := newFanout(t, storetest.Postgres(t), size, full(350, 250))
	settleTown(t, f.db, sealer{f.keys, f.account()}, size, f.at)
	f.up(2)
	d := &drain{fanout: f, run: f.begin(), ends: withdrawals(size, full(1000, 16)), killing: time.Duration(full(15, 1)) * time.Second, kills: full(0, 1)}
	d.told()
}

func TestFanout_onSQLiteWithOneProcessThatIsKilledOnce(t *testing.T) {
	t.Parallel()
	size := full(20_000, 600)
	f := newFanout(t, filepath.Join(t.TempDir(), "bode.db"), size, full(400, 200))
	settleTown(t, f.db, sealer{f.keys, f.account()}, size, f.at)
	f.up(1)
	d := &drain{fanout: f, run: f.begin(), ends: withdrawals(size, full(200, 12)), killing: time.Duration(full(15, 1)) * time.Second, kills: 1}
	d.told()
}

func TestFanout_aMillionAreEnqueuedOnceThoughTheSelectingProcessIsKilled(t *testing.T) {
	size := full(1_000_000, 60_000)
	f := newFanout(t, storetest.Postgres(t), size, 250)
	f.db.MustExec(manySubscribers, f.account(), size)
	f.db.MustExec(manySubscriptions)
	if err := f.store.StopTopics(t.Context(), time.Now(), f.account(), "only selecting"); err != nil {
		t.Fatal(err)
	}
	f.up(1) // it publishes the bundle
	plain := f.plainly()
	took := f.selected(f.begin())
	t.Logf("%d enqueued in %v with a kill in the middle, plainly in %v: %.2f times", size, took.Round(time.Millisecond), plain.Round(time.Millisecond), took.Seconds()/plain.Seconds())
}

// plainly measures the anchor, and leaves nothing of it.
func (f *fanout) plainly() time.Duration {
	f.t.Helper()
	run := f.begin()
	if _, err := f.store.SetRun(f.t.Context(), time.Now(), run.ID, bot.RunDone, "the anchor", bot.RunSelecting); err != nil {
		f.t.Fatal(err)
	}
	f.db.MustExec(`TRUNCATE outbox`)
	began, after := time.Now(), "00000000-0000-0000-0000-000000000000"
	for {
		next := ""
		if err := f.db.Get(&next, enqueuePlain, string(run.ID), after, string(bot.NewID(time.Now()))[:13]); err != nil {
			f.t.Fatal(err)
		}
		if next == "" {
			break
		}
		after = next
	}
	took := time.Since(began)
	var rows int
	if err := f.db.Get(&rows, `SELECT count(*) FROM outbox`); err != nil || rows != f.size {
		f.t.Fatalf("plainly: %d rows, error %v", rows, err)
	}
	f.db.MustExec(`TRUNCATE outbox`)
	return took
}

// selected lets the process select, kills it in the middle of a chunk, and has
// another go on. The minute until the dead one's right ends is left out.
func (f *fanout) selected(run bot.Run) time.Duration {
	t := f.t
	t.Helper()
	count := func() (n int) {
		if err := f.db.Get(&n, `SELECT selected FROM run WHERE id = $1`, string(run.ID)); err != nil {
			t.Fatal(err)
		}
		return n
	}
	eventually(t, time.Minute, "the first chunk", func() bool { return count() > 0 })
	began := time.Now() // the first chunk is counted below
	eventually(t, 5*time.Minute, "a third of it", func() bool { return count() >= f.size/3 })
	chunks, tookChunks := count(), time.Since(began)
	hold := f.db.MustBegin()
	hold.MustExec(`SELECT FROM run WHERE id = $1 FOR UPDATE`, string(run.ID)) // its next chunk waits to be noted
	time.Sleep(200 * time.Millisecond)
	f.running[0].kill()
	if err := hold.Rollback(); err != nil {
		t.Fatal(err)
	}
	before := count()
	if before >= f.size {
		t.Error("all was selected before the kill: it proves nothing")
	}
	f.running = nil
	f.up(1)
	f.db.MustExec(`UPDATE run SET lease_until = now() WHERE id = $1`, string(run.ID))
	eventually(t, time.Minute, "another process goes on", func() bool { return count() > before })
	again := time.Now()
	from := count()
	eventually(t, 10*time.Minute, "all are selected", func() bool { return count() >= f.size })
	rest := time.Since(again)
	f.onceEach(run)
	t.Logf("killed after %d; %d in %v before it, %d in %v after it", before, chunks, tookChunks, f.size-from, rest)
	// What was timed, as for all: the first chunk of each process was not.
	timed := float64(chunks - 20_000 + f.size - from)
	return time.Duration(float64(tookChunks+rest) / timed * float64(f.size))
}

func (f *fanout) onceEach(run bot.Run) {
	f.t.Helper()
	var got struct{ Rows, Residents int }
	if err := f.db.Get(&got, `SELECT count(*) AS rows, count(DISTINCT resident_id) AS residents FROM outbox WHERE run_id = $1`, string(run.ID)); err != nil {
		f.t.Fatal(err)
	}
	if got.Rows != f.size || got.Residents != f.size {
		f.t.Errorf("%d rows of %d residents, want %d", got.Rows, got.Residents, f.size)
	}
}
