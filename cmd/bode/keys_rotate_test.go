package main

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/gemeentebode/bode/bot"
)

// rotated is a town of which every key is to be moved, and what it must be
// able to read at any moment.
type rotated struct {
	*installation
	residents int
}

// town seeds residents with a message each that was answered, and one of them
// with a request, an appointment and a conversation under legal hold.
func (in *installation) town(residents int) *rotated {
	in.t.Helper()
	s, ctx, now := in.open(), in.t.Context(), time.Now()
	contact := func(i int) bot.Contact {
		return bot.Contact{Channel: "cloudapi", Account: "100", External: bot.Hide(fmt.Sprintf("317%08d", i)), Phone: bot.Hide(fmt.Sprintf("317%08d", i))}
	}
	var messages []bot.Message
	for i := range residents {
		messages = append(messages, bot.Message{From: contact(i), ID: bot.Hide(fmt.Sprint("wamid.town.", i)), Sent: now, Kind: bot.KindText, Text: bot.Hide("verhuizing")})
	}
	for batch := range slices.Chunk(messages, 500) {
		if got, err := s.Receive(ctx, now, batch); err != nil || got.Kept != len(batch) {
			in.t.Fatal(got, err)
		}
	}
	db := in.sql()
	for _, query := range []string{`UPDATE inbox SET state = 'done'`, `UPDATE resident SET handled = seq, due = NULL`} {
		if _, err := db.Exec(query); err != nil {
			in.t.Fatal(err)
		}
	}
	var one bot.ID
	if err := db.Get(&one, `SELECT id FROM resident ORDER BY id LIMIT 1`); err != nil {
		in.t.Fatal(err)
	}
	lamp := bot.Request{ID: bot.NewID(now), Kind: "lamp", Language: "nl", Text: bot.Hide("De lamp is uit"), Code: bot.Hide("M-BCD-FGH-234"), At: now}
	_, err := s.SubmitRequest(ctx, now, "lamp/1", one, lamp)
	in.good(err)
	start := now.Truncate(24 * time.Hour).Add(48 * time.Hour)
	held, err := s.HoldPlace(ctx, now, bot.Hold{Key: "a/1", Resident: one, Product: "paspoort", Location: "stadhuis", Start: start, End: start.Add(10 * time.Minute),
		Count: 1, Seats: 1, Until: now.Add(time.Hour)})
	in.good(err)
	_, err = s.BookHold(ctx, now, "a/2", one, held.ID, bot.Hide("Ans"), bot.Hide("A-BCD-FGH-234"))
	in.good(err)
	_, err = s.PlaceHold(ctx, now, privacyOfficer, contact(0), now.AddDate(1, 0, 0))
	in.good(err)
	return &rotated{in, residents}
}

var privacyOfficer = bot.Look{Actor: "fg", Reason: "the test of the rotation"}

func (in *installation) good(err error) {
	in.t.Helper()
	if err != nil {
		in.t.Fatal(err)
	}
}

// reads opens everything there is with the key file as it stands.
func (r *rotated) reads(when string) {
	r.t.Helper()
	r.keys = r.ring()
	s, ctx, now := r.open(), r.t.Context(), time.Now()
	defer s.Close()
	var ids []bot.ID
	r.good(r.sql().Select(&ids, `SELECT id FROM resident WHERE id IN (SELECT resident_id FROM inbox WHERE platform_hash IS NOT NULL)`))
	read := 0
	for _, id := range ids {
		own, err := s.Own(ctx, now, id)
		if err != nil {
			r.t.Fatalf("%s: %v", when, err)
		}
		if slices.ContainsFunc(own.Messages, func(m bot.OwnMessage) bool { return m.Text.Reveal() == "verhuizing" }) && !own.Contact.Phone.Empty() {
			read++
		}
	}
	if read != r.residents {
		r.t.Fatalf("%s: %d of %d residents are read", when, read, r.residents)
	}
	requests, err := s.OpenRequests(ctx, now, privacyOfficer, 0, 10)
	if err != nil || len(requests) != 1 || requests[0].Text.Reveal() != "De lamp is uit" {
		r.t.Fatalf("%s: %d requests, %v", when, len(requests), err)
	}
	bookings, err := s.Bookings(ctx, now, privacyOfficer, now, now.AddDate(0, 0, 7))
	if err != nil || len(bookings) != 1 || bookings[0].Name.Reveal() != "Ans" {
		r.t.Fatalf("%s: %d bookings, %v", when, len(bookings), err)
	}
	holds, err := s.Holds(ctx, now, privacyOfficer)
	if err != nil || len(holds) != 1 {
		r.t.Fatalf("%s: %d holds, %v", when, len(holds), err)
	}
	if _, texts, err := s.HeldTexts(ctx, now, privacyOfficer, holds[0].ID); err != nil || len(texts) != 1 || texts[0].Text.Reveal() != "verhuizing" {
		r.t.Fatalf("%s: %d texts under hold, %v", when, len(texts), err)
	}
}

// wrappedWith counts the keys that a wrapping key holds, of all tables.
func (in *installation) wrappedWith(id string) (all int) {
	in.t.Helper()
	db := in.sql()
	defer db.Close()
	for _, table := range []string{"resident_key", "request_key", "booking_key", "hold_key"} {
		var n int
		in.good(db.Get(&n, `SELECT count(*) FROM `+table+` WHERE wrapping_id = $1`, id))
		all += n
	}
	return all
}

// killedRotation starts bode keys rotate --finish as a process of its own, and
// kills it as a power cut does when it has said that some keys are moved.
func (in *installation) killedRotation() {
	in.t.Helper()
	cmd := exec.Command(os.Args[0], "keys", "rotate", "--finish", "--config", filepath.Join(in.dir, "config.toml"))
	cmd.Env = append(os.Environ(), asBode+"=1")
	errs, err := cmd.StderrPipe()
	in.good(err)
	in.good(cmd.Start())
	said, err := bufio.NewReader(errs).ReadString('d') // "500 of 5000 keys moved"
	_ = cmd.Process.Signal(syscall.SIGKILL)
	_ = cmd.Wait() // it was killed
	if err != nil || !strings.Contains(said, "keys moved") {
		in.t.Fatalf("the rotation said %q, %v", said, err)
	}
}

// answeredBy has a resident say something to a process and get the answer.
func (in *installation) answeredBy(p *process, n int) {
	in.t.Helper()
	in.deliver(p, person(1), fmt.Sprintf("m%d", n))
	eventually(in.t, 20*time.Second, fmt.Sprintf("message %d is answered", n), func() bool {
		return slices.Contains(in.answers()[person(1).Key()], n)
	})
}

// Must show 6, with real processes: 3,000 residents, in full 50,000.
func TestKeysRotate_killedInTheMiddleResumesAndEverythingIsReadableThroughout(t *testing.T) {
	residents := 3000
	if os.Getenv("BODE_TEST_FULL") != "" {
		residents = 50_000
	}
	eachInstallation(t, func(t *testing.T, in *installation) {
		town := in.withEcho().town(residents)
		old := in.ring().Current
		town.reads("before")
		in.operator(exitGood, "keys", "rotate")
		serving := in.serve()
		in.fake.SetCallback(serving.webhook())
		in.deliver(serving, person(1), "echo")
		in.answeredBy(serving, 1)

		in.killedRotation()
		moved, left := in.wrappedWith(in.ring().Current), in.wrappedWith(old)
		if moved == 0 || left == 0 || in.ring().Current == old {
			t.Fatalf("%d keys moved and %d left: that is not the middle", moved, left)
		}
		in.answeredBy(serving, 2) // it has the old key as current, and both
		town.reads("in the middle")
		serving.stop()
		serving = in.serve() // with the key file as the kill left it
		in.fake.SetCallback(serving.webhook())
		in.answeredBy(serving, 3)

		out, _ := in.operator(exitGood, "keys", "rotate", "--finish")
		if !strings.Contains(out, fmt.Sprintf("Moved %d keys", left)) {
			t.Errorf("with %d left: %s", left, out)
		}
		if out, _ = in.operator(exitGood, "keys", "rotate", "--finish"); !strings.Contains(out, "The old key "+old+" is not needed any more") {
			t.Errorf("at the end: %s", out)
		}
		in.answeredBy(serving, 4)
		serving.stop()
		without := in.ring()
		delete(without.Wrapping, old)
		in.write("keys", string(without.Encode()))
		town.reads("after, without the old key")
		if n := in.wrappedWith(old); n != 0 {
			t.Errorf("%d keys are left behind", n)
		}
		serving = in.serve()
		in.fake.SetCallback(serving.webhook())
		in.answeredBy(serving, 5)
		if _, metrics := serving.get("/metrics"); !strings.Contains(metrics, `bode_rows{state="inbox aside"} 0`) {
			t.Error("a message was set aside: it could not be opened")
		}
		t.Logf("%d keys moved before the kill, %d after it", moved, left)
	})
}
