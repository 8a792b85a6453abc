package main

import (
	"context"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/gemeentebode/bode/bot/channel/cloudapi/fakegraph"
	"github.com/gemeentebode/bode/locales"
)

// echo is a bundle whose answer repeats the message, so that a test can see
// which message an answer belongs to.
const echoShared = `
municipality = "Gemeente Voorbeeldstad"
languages = ["nl"]
menu = ["echo"]
[first_contact]
text = "Dit is de automatische assistent van {{.municipality}}."
[words]
stop = { nl = ["stop"] }
person = { nl = ["medewerker"] }
menu = { nl = ["menu"] }
back = { nl = ["terug"] }
[teams.kcc]
phone = "14 0900"
hours = "ma-vr 09:00-17:00"
desk = false
[facts.telefoon]
value = "14 0900"
owner = "KCC"
source = "https://voorbeeldstad.example/contact"
valid_until = 2099-12-31
[facts.privacy]
value = "https://voorbeeldstad.example/privacy"
owner = "FG"
source = "https://voorbeeldstad.example/privacy"
valid_until = 2099-12-31
`

const echoFlow = `
title = "Echo"
purpose = "municipal_service"
ground = "public_task"
start = "vraag"
keywords = ["echo"]

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

// withEcho makes the echo bundle the installation's first.
func (in *installation) withEcho() *installation {
	in.t.Helper()
	in.bundle(map[string]string{"flows/bode.toml": echoShared, "flows/echo.toml": echoFlow})
	return in
}

func (in *installation) bundle(files map[string]string) {
	in.t.Helper()
	dir := filepath.Join(in.dir, "bundle")
	for _, sub := range []string{"flows", "locales"} {
		if err := os.MkdirAll(filepath.Join(dir, sub), 0o755); err != nil {
			in.t.Fatal(err)
		}
	}
	for name, text := range files {
		in.write(filepath.Join("bundle", name), text)
	}
	for _, name := range []string{"bode.nl.toml", "bode.en.toml"} {
		data, err := fs.ReadFile(locales.FS, name)
		if err != nil {
			in.t.Fatal(err)
		}
		in.write(filepath.Join("bundle/locales", name), string(data))
	}
	config, err := os.ReadFile(filepath.Join(in.dir, "config.toml"))
	if err != nil {
		in.t.Fatal(err)
	}
	in.write("config.toml", string(config)+"\n[flows]\ndir = \"bundle\"\n")
}

// settled waits until everything accepted is answered and sent, what a killed
// process had on its way included: its lease ends before it is looked after.
func (in *installation) settled(limit time.Duration) {
	in.t.Helper()
	s := in.open()
	eventually(in.t, limit, "everything is answered and sent", func() bool {
		c, err := s.Counts(context.WithoutCancel(in.t.Context()), time.Now())
		if err != nil {
			in.t.Fatal(err)
		}
		return c.Open == 0 && c.Waiting == 0 && c.Unknown == 0 && c.Closed == 0
	})
}

func person(n int) fakegraph.Person {
	return fakegraph.Person{Phone: fmt.Sprintf("316%08d", n), UserID: fmt.Sprintf("NL.%018d", n), Name: "Bewoner"}
}

var echoed = regexp.MustCompile(`U zei: m(\d+)`)

// answers gives, per recipient, the numbers of the messages that were
// answered, in the order in which the answers were accepted.
func (in *installation) answers() map[string][]int {
	found := map[string][]int{}
	for _, m := range in.fake.Record() {
		if hit := echoed.FindStringSubmatch(m.Text); hit != nil {
			n, _ := strconv.Atoi(hit[1]) // digits by the expression
			found[m.To] = append(found[m.To], n)
		}
	}
	return found
}

func TestServe_aMessageDeliveredFiveTimesIsAnsweredOnce(t *testing.T) {
	in := onPostgres(t).withEcho()
	first, second := in.pair()
	in.fake.SetCallback(first.webhook())
	const residents = 20
	var bodies [][]byte
	for i := range residents {
		in.deliver(first, person(i), "echo")
	}
	in.settled(20 * time.Second)
	var messages []fakegraph.Node
	var people []fakegraph.Person
	for i := range residents {
		m, _ := in.fake.Message(person(i), time.Now(), fakegraph.Text("m1"))
		messages, people = append(messages, m), append(people, person(i))
	}
	for range 5 {
		order := rand.Perm(residents)
		for batch := range slices.Chunk(order, 7) {
			var ms []fakegraph.Node
			var ps []fakegraph.Person
			for _, i := range batch {
				ms, ps = append(ms, messages[i]), append(ps, people[i])
			}
			bodies = append(bodies, in.fake.Together(ms, ps))
		}
	}
	var posting sync.WaitGroup
	for i, body := range bodies {
		to := []*process{first, second}[i%2]
		posting.Go(func() {
			if code := in.post(to.webhook(), body, ""); code != 200 {
				t.Errorf("delivery %d: status %d", i, code)
			}
		})
	}
	posting.Wait()
	in.settled(20 * time.Second)
	for i := range residents {
		if got := in.answers()[person(i).Key()]; !slices.Equal(got, []int{1}) {
			t.Errorf("resident %d: answers to messages %v, want one to message 1", i, got)
		}
	}
	in.nothingRefused()
}

// deliver posts one text until it is accepted.
func (in *installation) deliver(to *process, from fakegraph.Person, text string) {
	in.t.Helper()
	body, _ := in.fake.Inbound(from, time.Now(), fakegraph.Text(text))
	if code := in.post(to.webhook(), body, ""); code != 200 {
		in.t.Fatalf("delivery: status %d", code)
	}
}

func (in *installation) nothingRefused() {
	in.t.Helper()
	if refused := in.fake.Counts().Refused; len(refused) > 0 {
		in.t.Errorf("the fake refused requests, by code: %v", refused)
	}
}

// TestServe_killed is promise 5 and 6 with real processes: what was accepted
// is answered in order, once, also when a process dies in the middle.
func TestServe_twoHundredResidentsAtOnceAreAnsweredInOrder(t *testing.T) {
	in := onPostgres(t).withEcho()
	first, second := in.pair()
	in.fake.SetCallback(second.webhook())
	in.conversations(200, 3, func() *process { return []*process{first, second}[rand.IntN(2)] }, nil)
	if n := in.repeatedSends(); n != 0 {
		t.Errorf("%d sends were repeated without anything having gone wrong", n)
	}
}

func TestServe_killedInTheMiddleLosesAndRepeatsNothing(t *testing.T) {
	t.Parallel()
	t.Run("two processes on Postgres", func(t *testing.T) {
		t.Parallel()
		in := onPostgres(t).withEcho()
		first, second := in.pair()
		in.fake.SetCallback(second.webhook())
		in.conversations(200, 5, func() *process { return []*process{first, second}[rand.IntN(2)] }, func() { first.kill() })
	})
	t.Run("one process on SQLite", func(t *testing.T) {
		t.Parallel()
		in := newInstallation(t, filepath.Join(t.TempDir(), "bode.db"), fakegraph.Config{}).withEcho()
		var mu sync.Mutex
		only := in.serve()
		in.fake.SetCallback(only.webhook())
		current := func() *process { mu.Lock(); defer mu.Unlock(); return only }
		in.conversations(50, 5, current, func() {
			current().kill()
			again := in.serve()
			in.fake.SetCallback(again.webhook())
			mu.Lock()
			defer mu.Unlock()
			only = again
		})
	})
}

// conversations has residents write at once, each message after the one before
// was accepted, kills in the middle, and checks order and number of the answers.
func (in *installation) conversations(residents, messages int, to func() *process, kill func()) {
	t := in.t
	t.Helper()
	for i := range residents {
		in.persist(to, person(i), "echo")
	}
	var writing sync.WaitGroup
	half := make(chan struct{}, residents)
	for i := range residents {
		writing.Go(func() {
			for n := 1; n <= messages; n++ {
				if n == messages/2 {
					half <- struct{}{}
				}
				in.persist(to, person(i), "m"+strconv.Itoa(n))
			}
		})
	}
	for range residents / 2 {
		<-half
	}
	if kill != nil {
		before := len(in.fake.Record())
		kill()
		if before >= residents*(messages+1) {
			t.Error("everything was answered before the kill: it proves nothing")
		}
		t.Logf("killed after %d of %d answers", before, residents*(messages+1))
	}
	writing.Wait()
	in.settled(100 * time.Second)
	in.answeredOnceAndInOrder(residents, messages)
	in.nothingRefused()
}

// answeredOnceAndInOrder holds every answer against the order of acceptance.
// Only an answer that was on its way when the process died may come late: its
// send is unknown, and an unknown one does not hold up later answers.
func (in *installation) answeredOnceAndInOrder(residents, messages int) {
	in.t.Helper()
	want := make([]int, messages)
	for i := range want {
		want[i] = i + 1
	}
	late := 0
	for i := range residents {
		got := in.answers()[person(i).Key()]
		if !slices.Equal(got, want) {
			late++
		}
		if slices.Sort(got); !slices.Equal(got, want) {
			in.t.Errorf("resident %d: answered messages %v, want each of %v once", i, got, want)
		}
	}
	if unknown := in.repeatedSends(); late > unknown {
		in.t.Errorf("%d residents were answered out of order, though only %d sends were on their way", late, unknown)
	}
}

// repeatedSends counts the answers whose first send had no known end.
func (in *installation) repeatedSends() (n int) {
	in.t.Helper()
	driver := "sqlite"
	if strings.HasPrefix(in.database, "postgres") {
		driver = "postgres"
	}
	db, err := sqlx.Open(driver, in.database)
	if err != nil {
		in.t.Fatal(err)
	}
	defer db.Close()
	if err := db.Get(&n, "SELECT count(*) FROM outbox WHERE repeats > 0"); err != nil {
		in.t.Fatal(err)
	}
	return n
}

// persist posts a message as the platform does: until a process takes it.
func (in *installation) persist(to func() *process, from fakegraph.Person, text string) {
	body, _ := in.fake.Inbound(from, time.Now(), fakegraph.Text(text))
	for range 400 {
		if in.post(to().webhook(), body, "") == 200 {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	in.t.Errorf("a message of a resident was never accepted")
}

// TestServe_sends is the decided rule for a send whose end is not known.
func TestServe_aSendThatTimedOutAfterItWasAcceptedIsNotRepeatedOnceItsStatusCame(t *testing.T) {
	t.Parallel()
	in := onPostgres(t).withEcho()
	p := in.serve()
	in.fake.SetCallback(p.webhook())
	in.fake.Script(fakegraph.Fault{To: person(1).Key(), Accept: true, Cut: true})
	in.deliver(p, person(1), "echo")
	eventually(t, 10*time.Second, "the first try is accepted", func() bool { return len(in.fake.To(person(1).Key())) == 1 })
	in.deliver(p, person(2), "echo") // a later send with statuses
	in.settled(60 * time.Second)
	s := in.open()
	eventually(t, 10*time.Second, "its status ends the doubt", func() bool {
		c, err := s.Counts(t.Context(), time.Now().Add(time.Minute))
		return err == nil && c.Unknown == 0 && c.Waiting == 0
	})
	// Later than any wait: there is nothing that could be repeated or set aside.
	again, aside, err := s.Reconcile(t.Context(), time.Now().Add(time.Hour), 2*time.Second)
	if err != nil || again != 0 || aside != 0 {
		t.Errorf("reconciling an hour later: %d again, %d set aside, error %v", again, aside, err)
	}
	if got := len(in.fake.To(person(1).Key())); got != 1 {
		t.Errorf("the answer went out %d times, want once", got)
	}
}

func TestServe_aSendWithoutAnyStatusIsSentOnceMoreAndThenNeverAgain(t *testing.T) {
	t.Parallel()
	silent := person(1).Key()
	config := fakegraph.Config{LadderFor: func(m fakegraph.Sent) []fakegraph.Step {
		if m.To == silent {
			return []fakegraph.Step{}
		}
		return nil
	}}
	in := newInstallation(t, filepath.Join(t.TempDir(), "bode.db"), config).withEcho()
	p := in.serve()
	in.fake.SetCallback(p.webhook())
	in.fake.Script(fakegraph.Fault{To: silent, Accept: true, Cut: true, Times: -1})
	in.deliver(p, person(1), "echo")
	eventually(t, 10*time.Second, "the first try", func() bool { return len(in.fake.To(silent)) == 1 })
	in.deliver(p, person(2), "echo")
	eventually(t, 60*time.Second, "the second try", func() bool { return len(in.fake.To(silent)) == 2 })
	in.deliver(p, person(3), "echo")
	s := in.open()
	eventually(t, 60*time.Second, "it is set aside", func() bool {
		c, err := s.Counts(t.Context(), time.Now())
		return err == nil && c.AsideOut == 1
	})
	if got := len(in.fake.To(silent)); got != 2 {
		t.Errorf("the answer went out %d times, want twice", got)
	}
}

func TestServe_aWrongOrCutBodyChangesNothing(t *testing.T) {
	eachInstallation(t, func(t *testing.T, in *installation) {
		p := in.serve()
		body, _ := in.fake.Inbound(person(1), time.Now(), fakegraph.Text("hallo"))
		cut := body[:len(body)/2]
		for name, c := range map[string]struct {
			body      []byte
			signature string
			want      int
		}{
			"wrong signature":           {body, "sha256=" + strings.Repeat("0", 64), 401},
			"signature of another body": {body, in.fake.Sign([]byte("{}")), 401},
			"no signature to speak of":  {body, "sha256=", 401},
			"cut, signed as it is":      {cut, in.fake.Sign(cut), 400},
			"not an object":             {[]byte("[]"), in.fake.Sign([]byte("[]")), 400},
		} {
			if got := in.post(p.webhook(), c.body, c.signature); got != c.want {
				t.Errorf("%s: status %d, want %d", name, got, c.want)
			}
		}
		if in.post(p.webhook(), body, "") != 200 {
			t.Error("the same body, signed well, is not taken")
		}
		in.settled(20 * time.Second)
		if got := len(in.fake.Record()); got != 1 {
			t.Errorf("%d messages went out, want the one answer", got)
		}
	})
}
