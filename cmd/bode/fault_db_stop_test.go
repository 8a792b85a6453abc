package main

import (
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gemeentebode/bode/bot/channel/cloudapi/fakegraph"
	"github.com/gemeentebode/bode/store/storetest"
)

// eachFaultSite runs a test on a site with SQLite and on one with Postgres,
// beside each other.
func eachFaultSite(t *testing.T, config fakegraph.Config, test func(*testing.T, *faultSite)) {
	t.Parallel()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		test(t, newFaultSite(t, filepath.Join(t.TempDir(), "bode.db"), config))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		test(t, newFaultSite(t, storetest.Postgres(t), config))
	})
}

func TestFaultDB_stoppedInTwoWaysUnderLoadLosesAndRepeatsNothing(t *testing.T) {
	eachFaultSite(t, fakegraph.Config{}, func(t *testing.T, in *faultSite) {
		// What a killed process had claimed and not sent waits for its lease, 13 s.
		in.reconfigure(unknownWait, `unknown_wait = "10s"`)
		var running atomic.Pointer[process]
		start := func() {
			p := in.serve()
			in.fake.SetCallback(p.webhook())
			running.Store(p)
		}
		start()
		in.whileWriting(running.Load, func() {
			in.moved()
			asked := running.Load()
			asked.stop()
			if lines, _ := asked.said("stopping: finishing what is under way"); lines != 1 || asked.cmd.ProcessState.ExitCode() != 0 {
				t.Errorf("SIGTERM: exit %d:\n%s", asked.cmd.ProcessState.ExitCode(), asked.logged())
			}
			start()
			in.moved()
			running.Load().kill()
			start()
			in.moved()
		})
		in.answeredOnce()
	})
}

// TestFaultDB_aBackup is taken while residents write; then the machine is
// lost. What was accepted before the backup began is answered by the restored
// installation: once, where its answer had not gone out by then. What was
// answered between the backup and the loss may be answered once more, as the
// help of bode restore says; what was accepted meanwhile is lost with the machine.
func TestFaultDB_aBackupUnderLoadRestoredElsewhereLosesNothing(t *testing.T) {
	eachFaultSite(t, fakegraph.Config{Latency: 100 * time.Millisecond}, func(t *testing.T, in *faultSite) {
		p := in.serve()
		in.fake.SetCallback(p.webhook())
		var accepted []int
		var answered map[string][]int
		backups := filepath.Join(in.dir, "backups")
		in.lostMachine(p, func() {
			in.moved()
			for i := range in.counts {
				accepted = append(accepted, int(in.counts[i].Load()))
			}
			answered = in.answers()
			if code, _, errs := command(t, "", "backup", backups, "--config", filepath.Join(in.dir, "config.toml")); code != 0 {
				t.Errorf("backup: exit %d: %s", code, errs)
			}
		})
		in.restoredFrom(backups)
		for i, n := range accepted {
			got := in.answers()[person(i).Key()]
			for m := 1; m <= n; m++ {
				times := count(got, m)
				if times == 0 || times > 2 || times > 1 && slices.Contains(answered[person(i).Key()], m) {
					t.Errorf("resident %d: message %d, accepted before the backup, was answered %d times", i, m, times)
				}
			}
		}
		in.nothingRefused()
	})
}

// lostMachine has residents write until something is done, and the process killed then.
func (s *faultSite) lostMachine(p *process, meanwhile func()) {
	var lost atomic.Bool
	done := make(chan struct{})
	for i := range s.counts {
		s.taken(func() *process { return p }, i, "echo")
		go func() {
			defer func() { done <- struct{}{} }()
			for n := int64(1); !lost.Load(); n++ {
				body, _ := s.fake.Inbound(person(i), time.Now(), fakegraph.Text("m"+strconv.FormatInt(n, 10)))
				for !lost.Load() && s.post(p.webhook(), body, "") != 200 {
					time.Sleep(faultPause)
				}
				if !lost.Load() {
					s.counts[i].Store(n)
				}
				time.Sleep(faultPause)
			}
		}()
	}
	meanwhile()
	p.kill()
	lost.Store(true)
	for range s.counts {
		<-done
	}
}

// restoredFrom fills a new database from a backup and serves it.
func (s *faultSite) restoredFrom(backups string) {
	t := s.t
	t.Helper()
	fresh := filepath.Join(t.TempDir(), "restored.db")
	if strings.HasPrefix(s.database, "postgres") {
		fresh = storetest.Postgres(t)
	}
	s.through(fresh)
	s.database = fresh
	s.reconfigure(unknownWait, `unknown_wait = "2s"`)
	code, out, errs := command(t, "", "restore", backups, "--config", filepath.Join(s.dir, "config.toml"))
	if code != 0 || !strings.Contains(out, "Restored ") {
		t.Fatalf("restore: exit %d: %s%s", code, out, errs)
	}
	p := s.serve()
	s.fake.SetCallback(p.webhook())
	s.deliver(p, person(900), "echo") // somebody whose statuses come: what has none is known by that
	s.settled(faultLimit)
}

func count(list []int, n int) (times int) {
	for _, one := range list {
		if one == n {
			times++
		}
	}
	return times
}
