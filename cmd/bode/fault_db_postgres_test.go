package main

import (
	"strings"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/gemeentebode/bode/bot/channel/cloudapi/fakegraph"
	"github.com/gemeentebode/bode/store/storetest"
	"github.com/gemeentebode/bode/store/throwaway"
)

// must ends a test whose own tools fail.
func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// onServer is a site on a schema of a Postgres of its own.
func onServer(t *testing.T, c throwaway.Config) (*faultSite, *throwaway.Server) {
	t.Helper()
	server := storetest.Server(t, c)
	dsn, err := server.Schema()
	must(t, err)
	return newFaultSite(t, dsn, fakegraph.Config{}), server
}

func TestFaultDB_postgresRestartedAndKilledLosesAndRepeatsNothing(t *testing.T) {
	t.Parallel()
	in, server := onServer(t, throwaway.Config{Durable: true})
	first, second := in.pair()
	in.fake.SetCallback(second.webhook())
	in.whileWriting(either(first, second), func() {
		for i, away := range []func(){server.Halt, server.Kill} {
			in.moved()
			away()
			for _, p := range []*process{first, second} {
				p.troubled("no answer", i+1)
			}
			must(t, server.Launch())
			for _, p := range []*process{first, second} {
				p.isReady()
				eventually(t, faultLimit, "the log says that it is over", func() bool { lines, _ := p.said("this trouble is over"); return lines > i })
			}
		}
		in.moved()
	})
	in.answeredOnce()
	for _, p := range []*process{first, second} {
		p.saidOnce("database: no answer", 2)
	}
}

func TestFaultDB_failoverToAReplicaLosesAndRepeatsNothing(t *testing.T) {
	t.Parallel()
	in, primary := onServer(t, throwaway.Config{Durable: true})
	replica, err := primary.Replica()
	must(t, err)
	t.Cleanup(replica.Stop)
	in.through(both(in.database, primary, replica))
	first, second := in.pair()
	in.fake.SetCallback(second.webhook())
	in.whileWriting(either(first, second), func() {
		in.moved()
		primary.Kill()
		first.troubled("no answer", 1)
		must(t, replica.Promote())
		first.isReady()
		in.moved()
		must(t, primary.Demote()) // it comes back, first in the address, and can only be read
		in.serve().isReady()      // this one has to choose
		in.moved()
	})
	in.database = strings.Replace(in.database, primary.Host(), replica.Host(), 1)
	in.answeredOnce()
	second.isReady()
}

// both is the address of two servers, as README.md writes it.
func both(dsn string, first, second *throwaway.Server) string {
	one, other := strings.Split(first.Host(), ":"), strings.Split(second.Host(), ":")
	return strings.Replace(dsn, first.Host(), one[0]+","+other[0], 1) + "&port=" + one[1] + "," + other[1]
}

// TestFaultDB_aStandby is a demoted server behind an address that does not say
// so (target_session_attrs=any): its connections are left by themselves.
func TestFaultDB_aStandbyBehindTheAddressIsSaidAndLeft(t *testing.T) {
	t.Parallel()
	in, primary := onServer(t, throwaway.Config{Durable: true})
	replica, err := primary.Replica()
	must(t, err)
	t.Cleanup(replica.Stop)
	way := newWay(t, primary.Host())
	in.through(strings.Replace(in.database, primary.Host(), way.address(), 1) + "&target_session_attrs=any")
	p := in.serve()
	in.fake.SetCallback(p.webhook())
	in.whileWriting(either(p), func() {
		in.moved()
		way.leadTo(replica.Host())
		db, err := sqlx.Open("postgres", primary.Address(""))
		must(t, err)
		defer db.Close()
		_, err = db.Exec(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'`)
		must(t, err)
		p.troubled("it can only be read", 1)
		way.leadTo(primary.Host()) // the connections to the standby stay open
		p.isReady()
		in.moved()
	})
	in.answeredOnce()
	p.saidOnce("it can only be read", 1)
}

func TestFaultDB_aFullDiskOfPostgresIsSaidAndOutlived(t *testing.T) {
	t.Parallel()
	in, server := onServer(t, throwaway.Config{})
	disk := newSmallDisk(t, server, in.database)
	p := in.serve()
	in.fake.SetCallback(p.webhook())
	in.whileWriting(either(p), func() {
		in.moved()
		disk.fill()
		p.troubled("its disk or quota is full", 1)
		body, _ := in.fake.Inbound(person(500), time.Now(), fakegraph.Text(strings.Repeat("echo ", 800))) // a short one may fit into a page that is there
		if code := in.post(p.webhook(), body, ""); code < 500 {
			t.Errorf("a message on a full disk: status %d, want 5xx so that it comes again", code)
		}
		disk.empty()
		p.isReady()
		in.moved()
	})
	in.answeredOnce()
	p.saidOnce("its disk or quota is full", 1)
}
