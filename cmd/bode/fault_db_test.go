package main

// The faults of the database and the machine, each with real processes. Of
// each: nothing that was answered with 200 is lost, everything is answered
// once, in the order in which it was accepted, and the service says what is
// wrong. The short form is a few seconds each; BODE_TEST_FULL=1 has more
// residents.
//
//	row | what happens                           | what the service says                          | test
//	a   | Postgres restarted, and killed         | /readyz 503 "database: no answer", one line at | TestFaultDB_postgresRestartedAndKilled…
//	    |                                        | its begin and one at its end                   |
//	b   | connections reset, slow, and cut       | the same                                       | TestFaultDB_connectionsCut…
//	    | before and after a COMMIT              |                                                |
//	    | a database that hangs                  | /readyz 503 in 3 s; webhooks 500 in time       | TestFaultDB_aDatabaseThatHangs…
//	c   | failover to a synchronous replica      | /readyz 503, then 200 by itself                | TestFaultDB_failoverToAReplica…
//	    | the address leads to a standby         | "it can only be read"                          | TestFaultDB_aStandby…
//	d   | the disk is full                       | "its disk or quota is full", webhooks 500      | TestFaultDB_aFullDisk…
//	e   | SQLite locked by another program       | "it is locked by another program"              | TestFaultDB_sqliteLocked…
//	f   | the clock jumps, to and fro            | /readyz 503 "clock", a line with the difference| TestFaultDB_aClockThatJumps…
//	g   | tables of a newer version (rollback)   | bode doctor: a note; older ones are refused    | TestFaultDB_tablesOfANewerVersion…
//	    | migrations that would break that       | the build fails                                | store: TestMigrations_onlyAdd…
//	    | a process that cannot read the newest  | /readyz 503 "bundle: update this process"      | TestFaultDB_aProcessOfBefore…
//	    | flows                                  |                                                |
//	h   | SIGTERM, and kill -9, under load       | "stopping: finishing what is under way"        | TestFaultDB_stoppedInTwoWays…
//	    | backup under load, restored elsewhere  | bode restore tells how many rows               | TestFaultDB_aBackupUnderLoad…

import (
	"encoding/json"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gemeentebode/bode/bot/channel/cloudapi/fakegraph"
)

// faultSite is an installation whose residents write while something breaks.
type faultSite struct {
	*installation
	counts []atomic.Int64 // by resident: how many messages were answered with 200
}

// unknownWait is longer than any status takes: nothing is sent again that arrived.
const unknownWait = `unknown_wait = "30s"`

// limits of these tests: a machine under load is several times slower.
const (
	faultLimit     = 2 * time.Minute
	faultPause     = 200 * time.Millisecond // between a resident's messages: answering keeps up with it
	deliveredAgain = 10                     // every so many messages are delivered once more though they were taken
)

// newFaultSite is an installation on a database; the statuses that it refuses
// come again soon, and a send whose end is not known waits long for its status.
func newFaultSite(t *testing.T, database string, config fakegraph.Config) *faultSite {
	t.Helper()
	for range 600 {
		config.Redelivery = append(config.Redelivery, 200*time.Millisecond)
	}
	s := &faultSite{installation: newInstallation(t, database, config).withEcho(), counts: make([]atomic.Int64, faultResidents())}
	s.reconfigure(`unknown_wait = "2s"`, unknownWait)
	return s
}

// faultResidents is how many write at once.
func faultResidents() int {
	if os.Getenv("BODE_TEST_FULL") != "" {
		return 100
	}
	return 12
}

// reconfigure changes the configuration of processes that are started later.
func (s *faultSite) reconfigure(from, to string) {
	s.t.Helper()
	config, err := os.ReadFile(filepath.Join(s.dir, "config.toml"))
	if err != nil || !strings.Contains(string(config), from) {
		s.t.Fatalf("the configuration has no %s: %v", from, err)
	}
	s.write("config.toml", strings.Replace(string(config), from, to, 1))
}

// through has the processes reach the database by another address.
func (s *faultSite) through(address string) {
	s.reconfigure(strconv.Quote(s.database), strconv.Quote(address))
}

// whileWriting has all residents write without a pause, each message after the
// one before was taken, until the fault is over and each wrote at least five.
func (s *faultSite) whileWriting(to func() *process, fault func()) {
	s.t.Helper()
	var over atomic.Bool
	var writing sync.WaitGroup
	for i := range s.counts {
		if s.counts[i].Load() == 0 && !s.taken(to, i, "echo") {
			return
		}
		writing.Go(func() {
			for least := s.counts[i].Load() + 5; !over.Load() || s.counts[i].Load() < least; time.Sleep(faultPause) {
				if !s.taken(to, i, "m"+strconv.FormatInt(s.counts[i].Load()+1, 10)) {
					return
				}
				s.counts[i].Add(1)
			}
		})
	}
	defer writing.Wait()
	defer over.Store(true)
	fault()
}

// taken delivers a message as the platform does: again and again until it is
// answered with 200, and now and then once more after that.
func (s *faultSite) taken(to func() *process, resident int, text string) bool {
	body, _ := s.fake.Inbound(person(resident), time.Now(), fakegraph.Text(text))
	for deadline := time.Now().Add(faultLimit); s.post(to().webhook(), body, "") != 200; time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			s.t.Errorf("a message was not accepted in %v", faultLimit)
			return false
		}
	}
	if rand.IntN(deliveredAgain) == 0 {
		s.post(to().webhook(), body, "")
	}
	return true
}

// answeredOnce waits until all is answered, and holds the answers against
// what was accepted. An answer may come late only where its first send had no
// known end.
func (s *faultSite) answeredOnce() {
	s.t.Helper()
	s.settled(faultLimit)
	late, total := 0, 0
	for i := range s.counts {
		var want []int
		for n := range int(s.counts[i].Load()) {
			want = append(want, n+1)
		}
		total += len(want)
		got := s.answers()[person(i).Key()]
		if !slices.Equal(got, want) {
			late++
		}
		if slices.Sort(got); !slices.Equal(got, want) {
			s.t.Errorf("resident %d: %d messages were accepted, answered were %v", i, len(want), got)
		}
	}
	if repeated := s.repeatedSends(); late > repeated {
		s.t.Errorf("%d residents were answered out of order, and only %d sends were repeated", late, repeated)
	}
	s.t.Logf("%d messages accepted, each answered once", total)
	s.nothingRefused()
}

// moved waits until some more messages were taken than now.
func (s *faultSite) moved() {
	s.t.Helper()
	sum := func() (n int64) {
		for i := range s.counts {
			n += s.counts[i].Load()
		}
		return n
	}
	before := sum()
	eventually(s.t, faultLimit, "messages are taken again", func() bool { return sum() > before+int64(len(s.counts)) })
}

// unready waits until /readyz is 503 and says why.
func (p *process) unready(why string) {
	p.t.Helper()
	eventually(p.t, faultLimit, "/readyz says "+why, func() bool {
		code, body := p.get("/readyz")
		return code == 503 && strings.Contains(body, why)
	})
}

// troubled waits until /readyz and the log say what is wrong with the
// database, the log for so many times.
func (p *process) troubled(why string, times int) {
	p.t.Helper()
	p.unready(why)
	eventually(p.t, faultLimit, "the log says "+why, func() bool { lines, _ := p.said("database: " + why); return lines >= times })
}

// isReady waits until /readyz is 200.
func (p *process) isReady() {
	p.t.Helper()
	eventually(p.t, faultLimit, "/readyz is 200", func() bool { code, _ := p.get("/readyz"); return code == 200 })
}

// said counts the lines of the log that hold a text, and all that tell of something wrong.
func (p *process) said(text string) (lines, wrong int) {
	for line := range strings.Lines(p.logged()) {
		var l struct{ Level string }
		if strings.Contains(line, text) {
			lines++
		}
		if json.Unmarshal([]byte(line), &l) == nil && (l.Level == "WARN" || l.Level == "ERROR") {
			wrong++
		}
	}
	return lines, wrong
}

// saidOnce holds that the log tells of a fault that came so often, once each
// time (a database that starts may come and go), and is not flooded.
func (p *process) saidOnce(text string, times int) {
	p.t.Helper()
	lines, wrong := p.said(text)
	if lines < times || lines > 4*times {
		p.t.Errorf("the log says %q %d times, for a fault that came %d times:\n%s", text, lines, times, p.logged())
	}
	if wrong > 60*times {
		p.t.Errorf("the log has %d lines of what is wrong", wrong)
	}
}

// either gives one of the processes.
func either(processes ...*process) func() *process {
	return func() *process { return processes[rand.IntN(len(processes))] }
}
