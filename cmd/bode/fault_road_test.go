package main

import (
	"fmt"
	"math/rand/v2"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/gemeentebode/bode/bot/channel/cloudapi/fakegraph"
	"github.com/gemeentebode/bode/store/storetest"
)

// What a message meets on its road, and where it is tested. Each row is a real
// `bode serve` that is killed, or whose platform fails it.
//
//	row                                what happens                                what the service says                             test
//	kill -9 on the road                another process takes over when the lease   bode_rows "outbox unknown", log "sent once more"  TestFaultRoad_killedAtEveryHop
//	                                   ends; all answered once, booked once
//	kill -9 on the road, SQLite        the same, by its own successor              the same                                          TestServe_killedInTheMiddle…, TestServe_aCrowdForTheLastPlaces…
//	platform down                      nothing is lost; one try at a time, ever    /readyz "platform", log, bode_events_total        TestFaultRoad_aPlatformThatIsAway…
//	                                   further apart, until it answers             send retry
//	platform slow, cutting, nonsense   the send is unknown: its status says, or    log "waits for its status", bode_events_total     TestFaultRoad_aPlatformThatFailsASend…
//	                                   it is sent once more                        send unknown
//	platform throttling                tried again, later each time                bode_events_total send retry, send pair           TestFaultRoad_aPlatformThatFailsASend…
//	1,000 messages of one resident     answered in order, others meanwhile         bode_rows "inbox open"                            TestFaultFlood…
//	wrong signatures, unknown paths    refused unread, 401 and 404                 bode_events_total refused, one log line a second  TestFaultFlood…
//	3 MB bodies, signed or not         503 above what memory holds; sent again     bode_events_total refused 503                     TestFaultFlood…
//	slow and idle connections          the oldest make room for new ones           bode_events_total connection                      TestFaultFlood…

// hop is one step of a message's way at which a process is killed.
type hop struct {
	name    string
	says    string // by whom is killed for it
	point   failPoint
	send    string // instead of point: at this moment of the send
	silent  bool   // a farewell is never repeated: this one may be missing
	unknown bool   // the resident is not known yet
	flags   []string
}

// everyHop is a message's way in its order. What leaves a send unknown that
// did not go out comes last: one that is killed twice is set aside.
func everyHop() []hop {
	const known, stranger, booking, leaving = "m1", "echo", "plek", "STOP"
	kept := `INSERT INTO inbox`
	steps := []struct {
		name, says, statement, since string
	}{
		{"Receive of a stranger: the ids", stranger, `INSERT INTO dedupe`, ""},
		{"Receive of a stranger: the resident", stranger, `INSERT INTO resident `, ""},
		{"Receive of a stranger: the message", stranger, kept, ""},
		{"Receive: the ids", known, `INSERT INTO dedupe`, ""},
		{"Receive: the message", known, kept, ""},
		{"ClaimTurns", stranger, `UPDATE resident r SET token = \$3`, kept}, // the turn of somebody known begins with the message
		{"StartCall", booking, `INSERT INTO intent`, ""},
		{"the hold of a place", booking, `INSERT INTO booking `, ""},
		{"the booking of a place", booking, `UPDATE booking SET state = 'booked'`, ""},
		{"FinishTurns of a booking", booking, `UPDATE resident r SET token = NULL, handled`, ""},
		{"FinishTurns", known, `UPDATE resident r SET token = NULL, handled`, ""},
		{"STOP", leaving, `UPDATE resident SET closed_at`, ""},
		{"the erasure after STOP", leaving, `DELETE FROM resident WHERE id`, ""},
		{"MarkSent", known, `UPDATE outbox .*platform_hash = (\$2|NULLIF)`, ""},
		{"Statuses", known, `UPDATE outbox o SET state = s.state`, ""},
		{"ClaimSends", known, `SET state = 'claimed', token`, `INSERT INTO outbox`},
	}
	// The first three all end in a rollback: the short form takes one of them at each step.
	rollbacks := []killAt{before, answered, uncommitted}
	var hops []hop
	for n, s := range steps {
		moments := append(slices.Clone(rollbacks), committed)
		if full(1, 0) == 0 {
			moments = []killAt{rollbacks[n%len(rollbacks)], committed}
		}
		for _, at := range moments {
			h := hop{name: s.name + ", " + string(at), says: s.says, point: pointAt(s.statement, s.since, at), unknown: s.says == stranger || s.says == booking}
			hops = append(hops, h)
		}
	}
	last := hops[len(hops)-1] // its sends never went out
	hops = append(append(hops[:len(hops)-1], hopsAtOnce(known)...),
		hop{name: "the platform accepted, before its answer", says: known, send: "accepted"},
		hop{name: "the platform answered", says: known, send: "answered"},
		hop{name: "the platform accepted the farewell, before its answer", says: leaving, send: "accepted"},
		hop{name: "the farewell on its way to the platform", says: leaving, send: "arrived", silent: true})
	return append(hops, hop{name: "the send on its way to the platform", says: known, send: "arrived"}, last)
}

// hopsAtOnce is the way of a message that is kept together with its answer: two
// statements, each of which is a transaction by itself, so that what it wrote
// stands when it is answered.
func hopsAtOnce(says string) (hops []hop) {
	for _, s := range []struct{ name, statement string }{
		{"Glance", `AS i \(hash, mark, phone_mark, message\)`}, {"KeepAnswered", `INSERT INTO inbox .* 'done' FROM m JOIN kept`},
	} {
		for _, at := range []killAt{before, committed} {
			hops = append(hops, hop{name: s.name + ", " + string(at), says: says, point: pointAt(s.statement, "", at), flags: []string{answersAtOnce}})
		}
	}
	return hops
}

// road is an installation on which one process after the other is killed.
type road struct {
	*installation
	fleet
	t      *testing.T
	db     *sqlx.DB
	graph  *roadGraph
	hops   []hop
	bodies [][]byte // of what each hop's resident said
}

func newRoad(t *testing.T) *road {
	r := &road{t: t, installation: newInstallation(t, storetest.Postgres(t), fakegraph.Config{Pending: 1 << 16,
		Redelivery: slices.Repeat([]time.Duration{200 * time.Millisecond}, 1000)}), hops: everyHop()}
	r.graph = &roadGraph{fake: r.fake}
	front := httptest.NewServer(r.graph)
	t.Cleanup(front.Close)
	r.configure(front.URL, "")
	shared := strings.Replace(echoShared, `["echo"]`, `["echo", "plek"]`, 1)
	plek := fmt.Sprintf(crowdedFlow, r.seats(len(r.hops)))
	r.installation.bundle(map[string]string{"flows/bode.toml": shared, "flows/echo.toml": echoFlow, "flows/plek.toml": plek})
	r.install(r.installation)
	var err error
	if r.db, err = sqlx.Open("postgres", r.database); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.db.Close() })
	r.bodies = make([][]byte, len(r.hops))
	return r
}

// greeted has all begin a conversation but those who are to be strangers.
func (r *road) greeted() {
	r.t.Helper()
	r.up(1)
	for i, h := range r.hops {
		if !h.unknown {
			r.deliver(r.there()[0], person(i), "echo")
		}
	}
	r.settled(time.Minute)
	r.down()
}

// down ends the processes in order.
func (r *road) down() {
	for _, p := range r.there() {
		p.stop()
	}
	r.only()
}

// only has the balancer know these processes.
func (r *road) only(processes ...*process) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.running = processes
}

// calm has what others left to send sent, and who said STOP erased: a message
// over which two processes were killed is set aside, and a farewell over one.
func (r *road) calm() {
	r.t.Helper()
	left := func() (n int) {
		const query = `SELECT (SELECT count(*) FROM outbox WHERE state = 'waiting' OR state = 'claimed' AND lease_until < now() + interval '3 seconds')
			+ (SELECT count(*) FROM resident WHERE closed_at IS NOT NULL)`
		if err := r.db.Get(&n, query); err != nil {
			r.t.Fatal(err)
		}
		return n
	}
	if left() == 0 {
		return
	}
	r.up(1)
	eventually(r.t, 2*time.Minute, "what was left is sent", func() bool { return left() == 0 })
	r.down()
}

// killed starts a process, has somebody write to it, and sees it die at the hop.
func (r *road) killed(i int) {
	r.t.Helper()
	r.calm()
	h, p := r.hops[i], (*process)(nil)
	r.flags = h.flags
	if h.send != "" {
		p = r.serve()
		r.graph.arm(person(i).Key(), h.send, p.kill)
	} else {
		proxy := newHopProxy(r.t, r.database, h.point)
		p = r.serve("BODE_DATABASE=" + proxy.address)
		proxy.arm(p.kill)
	}
	r.flags = nil
	r.only(p)
	r.bodies[i], _ = r.fake.Inbound(person(i), time.Now(), fakegraph.Text(h.says))
	r.postTo(p, r.bodies[i])
	select {
	case <-p.done:
	case <-time.After(time.Minute):
		r.t.Fatalf("%s: the process was not killed there:\n%s", h.name, p.logged())
	}
	r.only()
}

// recovered has two other processes take over, of which one has just begun: all
// is delivered again, twice, and everybody writes on.
func (r *road) recovered() {
	r.up(1)
	r.flags = []string{answersAtOnce}
	r.up(1)
	var writing sync.WaitGroup
	hands := make(chan struct{}, 8)
	for _, i := range rand.Perm(len(r.hops)) {
		hands <- struct{}{}
		writing.Go(func() {
			defer func() { <-hands }()
			r.taken(r.bodies[i])
			if says := r.hops[i].says; says == "echo" || says == "m1" {
				r.writesOn(person(i))
			}
			r.taken(r.bodies[i])
		})
	}
	writing.Wait()
	r.settled(3 * time.Minute)
}

func (r *road) writesOn(p fakegraph.Person) {
	for _, text := range []string{"m2", "m3"} {
		body, _ := r.fake.Inbound(p, time.Now(), fakegraph.Text(text))
		r.taken(body)
		r.taken(body)
	}
}

func TestFaultRoad_killedAtEveryHop(t *testing.T) {
	t.Parallel()
	r := newRoad(t)
	r.greeted()
	for i := range r.hops {
		r.killed(i)
	}
	r.recovered()
	r.nothingRefused()
	codes := r.codes()
	late, bookings := 0, 0
	for i, h := range r.hops {
		t.Run(h.name, func(t *testing.T) {
			heard := r.fake.To(person(i).Key())
			switch h.says {
			case "STOP":
				onlyAFarewell(t, heard, h.silent)
			case "plek":
				bookings++
				onePlace(t, heard, codes)
			default:
				late += eachOnce(t, heard, h.says)
			}
		})
	}
	if repeated := r.repeatedSends(); late > repeated {
		t.Errorf("%d residents were answered out of order, though only %d sends had no known end", late, repeated)
	}
	r.nothingIsLeft(bookings, codes)
	r.saidSo()
}
