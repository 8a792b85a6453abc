package store_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/gemeentebode/bode/bot"
)

// rowsOf gives every row of a resident, without what is random in it; of what
// is sealed, how long it is.
func (d *desk) rowsOf(resident bot.ID) string {
	d.t.Helper()
	const query = `SELECT concat_ws(chr(10),
		(SELECT to_jsonb(r) - ARRAY['id', 'external_hash', 'phone_hash', 'external', 'phone', 'pseudonym', 'conversation'] || jsonb_build_object('sealed', length(conversation)) FROM resident r WHERE id = $1)::text,
		(SELECT string_agg((to_jsonb(i) - ARRAY['id', 'resident_id', 'body', 'platform_hash']
			|| jsonb_build_object('sealed', length(i.body), 'seen', (SELECT day FROM dedupe WHERE hash = i.platform_hash)))::text, chr(10) ORDER BY seq) FROM inbox i WHERE resident_id = $1),
		(SELECT string_agg((to_jsonb(o) - ARRAY['n', 'id', 'resident_id', 'message_id', 'body', 'token', 'platform_hash']
			|| jsonb_build_object('sealed', length(o.body), 'answers', (SELECT seq FROM inbox WHERE id = o.message_id)))::text, chr(10) ORDER BY n) FROM outbox o WHERE resident_id = $1))`
	return d.text(query, string(resident))
}

func TestKeepAnswered_leavesTheRowsThatTheUsualWayLeaves(t *testing.T) {
	said := &bot.Reply{Text: bot.Hide("Maandag")}
	for name, o := range map[string]bot.Outcome{
		"an answer":                            {Conversation: bot.Hide("{}"), Reply: said},
		"an answer, the conversation as it is": {Reply: said},
		"nothing is said":                      {Conversation: bot.Hide("{}")},
		"a template":                           {Conversation: bot.Hide("{}"), Reply: &bot.Reply{Template: &bot.Template{Name: "later"}}},
	} {
		t.Run(name, func(t *testing.T) {
			d := onPostgres(t)
			d.n = 10 // ids of one length
			usual, atOnce := person("NL.1", "31611111111"), person("NL.2", "31622222222")
			d.answered(usual, "hallo")
			d.answered(atOnce, "hallo")
			d.later(time.Hour)
			began := d.receiveTurns(1, d.message(usual, "Wanneer?")).Claims[0]
			d.finish(began, o)
			m := d.message(atOnce, "Wanneer?")
			seen := d.glanceOne(m)
			kept, err := d.KeepAnswered(t.Context(), d.now, []bot.Finish{{Claim: seen, Outcome: o}})
			d.ok(err)
			if !kept[0] {
				t.Fatal("not kept")
			}
			if diff := cmp.Diff(d.rowsOf(began.Resident), d.rowsOf(seen.Resident)); diff != "" {
				t.Error(diff)
			}
			if got := d.receiveTurns(1, m); got.Duplicate != 1 || got.Kept != 0 {
				t.Errorf("brought again: %+v", got)
			}
			d.exec(`UPDATE inbox SET state = 'open' WHERE seq = 2`) // to see what is sealed in it
			d.exec(`UPDATE resident SET handled = 1, due = $1`, d.now)
			claims := d.claim(2)
			if len(claims) != 2 || claims[0].Message.Text.Reveal() != "Wanneer?" || claims[1].Message.Text.Reveal() != "Wanneer?" || !claims[0].Conversation.Equal(claims[1].Conversation) {
				t.Errorf("%d turns, and they differ", len(claims))
			}
			texts := d.sent()
			if want := map[bool]int{true: 2, false: 4}[o.Reply == nil]; len(texts) != want || texts[want-1] != texts[want-2] {
				t.Errorf("sent: %s", join(texts))
			}
		})
	}
}

// What happens between a glance and its end, at this resident: nothing is kept
// then, and the usual way does what is right.
func TestKeepAnswered_keepsNothingOfAResidentForWhomSomethingChanged(t *testing.T) {
	who := person("NL.1", "31611111111")
	stopped := func(d *desk) { d.later(time.Minute); d.stop(who) }
	for name, test := range map[string]struct {
		meanwhile func(d *desk, m bot.Message)
		got       bot.Received
		sent      string
	}{
		"another message of theirs was kept": {func(d *desk, _ bot.Message) { d.says(who, "eerst") },
			bot.Received{Kept: 1}, "antwoord op eerst | antwoord op vraag"},
		"another one's turn is claimed": {func(d *desk, _ bot.Message) { d.says(who, "eerst"); d.claimOne() },
			bot.Received{Kept: 1}, "antwoord op eerst | antwoord op vraag"},
		"another one was answered": {func(d *desk, _ bot.Message) { d.answered(who, "eerst") },
			bot.Received{Kept: 1}, "antwoord op eerst | antwoord op vraag"},
		"another one was answered at once": {func(d *desk, _ bot.Message) { d.answersAtOnce(d.glanceOne(d.message(who, "eerst"))) },
			bot.Received{Kept: 1}, "antwoord op eerst | antwoord op vraag"},
		"another one was given back": {func(d *desk, _ bot.Message) {
			d.says(who, "eerst")
			d.ok(d.RetryTurn(d.t.Context(), d.now, d.claimOne(), d.now.Add(time.Minute)))
		}, bot.Received{Kept: 1}, "antwoord op eerst | antwoord op vraag"},
		"another one was set aside": {func(d *desk, _ bot.Message) {
			d.says(who, "eerst")
			d.ok(d.SetAside(d.t.Context(), d.now, d.claimOne(), nil))
		}, bot.Received{Kept: 1}, "antwoord op vraag"},
		"another one was kept and taken back": {func(d *desk, _ bot.Message) {
			m := d.message(who, "eerst")
			d.receive(m)
			d.event(who, bot.KindRevoked, reveal(m.ID), "")
		}, bot.Received{Kept: 1}, "antwoord op vraag"},
		"the same message was kept": {func(d *desk, m bot.Message) { d.receive(m) },
			bot.Received{Duplicate: 1}, "antwoord op vraag"},
		"the same message's turn began": {func(d *desk, m bot.Message) { d.receiveTurns(1, m) },
			bot.Received{Duplicate: 1}, "antwoord op vraag"},
		"the same message was answered at once": {func(d *desk, m bot.Message) { d.answersAtOnce(d.glanceOne(m)) },
			bot.Received{Duplicate: 1}, "antwoord op vraag"},
		"a STOP in the same second": {func(d *desk, _ bot.Message) { d.stop(who) }, // stamps are to the second: this one may be newer
			bot.Received{Kept: 1}, "antwoord op vraag"},
		"a STOP": {func(d *desk, _ bot.Message) { stopped(d) },
			bot.Received{Dropped: 1}, ""},
		"a STOP and the erasure": {func(d *desk, _ bot.Message) { stopped(d); d.erase() },
			bot.Received{Dropped: 1}, "Wij hebben alles gewist."},
		"a STOP, the erasure, and they are back": {func(d *desk, _ bot.Message) { stopped(d); d.erase(); d.answered(who, "terug") },
			bot.Received{Dropped: 1}, "Wij hebben alles gewist. | antwoord op terug"},
		"an erasure that they confirmed": {func(d *desk, _ bot.Message) {
			d.says(who, "wis alles")
			d.later(time.Minute)
			d.finish(d.claimOne(), confirmed())
		}, bot.Received{Dropped: 1}, ""},
		"their number and id changed": {func(d *desk, _ bot.Message) {
			d.event(person("NL.new", "31611111111"), bot.KindNumberChange, "NL.1", "")
		},
			bot.Received{Kept: 1}, "antwoord op vraag"},
		"their id came to be known under another": {func(d *desk, _ bot.Message) { d.exec(`UPDATE resident SET external_hash = 'x'`) },
			bot.Received{Kept: 1}, "antwoord op vraag"},
	} {
		t.Run(name, func(t *testing.T) {
			d := onPostgres(t)
			d.answered(who, "hallo")
			d.sent()
			m := d.message(who, "vraag")
			claim := d.glanceOne(m)
			test.meanwhile(d, m)
			before := d.everything()
			if kept := d.answersAtOnce(claim); kept[0] {
				t.Error("kept")
			}
			if diff := cmp.Diff(before, d.everything()); diff != "" {
				t.Error(diff)
			}
			got := d.receiveTurns(5, m)
			claims := got.Claims
			if got.Turns, got.Claims = nil, nil; got.Kept != test.got.Kept || got.Duplicate != test.got.Duplicate || got.Dropped != test.got.Dropped {
				t.Errorf("%+v", got)
			}
			d.answerAll(claims)
			d.later(2 * time.Minute) // leases end, and what was given back is due
			d.answerAll(d.claim(10))
			if texts := join(d.sent()); texts != test.sent {
				t.Errorf("sent: %s", texts)
			}
		})
	}
}

func TestKeepAnswered_whatTouchesNeitherTheirMessagesNorTheirIdIsNoHindrance(t *testing.T) {
	who := person("NL.1", "31611111111")
	for name, meanwhile := range map[string]func(d *desk){
		"other flows were published":        func(d *desk) { d.publish("newer") },
		"their last answer was sent":        func(d *desk) { d.sent() },
		"their last answer is being sent":   func(d *desk) { d.sendOne() },
		"an earlier message was taken back": func(d *desk) { d.event(who, bot.KindRevoked, "wamid.1", "") },
		"an earlier message was changed":    func(d *desk) { d.event(who, bot.KindEdited, "wamid.1", "dag") },
		"they withdrew at the platform":     func(d *desk) { d.event(who, bot.KindPreference, "", "") },
		"they are in an import":             func(d *desk) { d.imports(row("31611111111", "afval", yes("afval").About, noon.Add(-time.Hour))) },
		"their number is another's now":     func(d *desk) { d.says(person("NL.2", "31611111111"), "dit is mijn nummer") },
	} {
		t.Run(name, func(t *testing.T) {
			d := onPostgres(t)
			d.answered(who, "hallo")
			claim := d.glanceOne(d.message(who, "vraag"))
			meanwhile(d)
			if !d.answersAtOnce(claim)[0] {
				t.Error("not kept")
			}
			if n := d.count(`SELECT count(*) FROM outbox o JOIN inbox i ON i.id = o.message_id WHERE i.id = $1 AND i.state = 'done' AND o.state = 'waiting'`, string(claim.MessageID)); n != 1 {
				t.Errorf("%d answers", n)
			}
		})
	}
}

// A driver that lost its connection may send a statement once more, though the
// first was carried out.
func TestKeepAnswered_carriedOutTwiceItIsKeptOnce(t *testing.T) {
	d := onPostgres(t)
	who := person("NL.1", "31611111111")
	d.answered(who, "hallo")
	m := d.message(who, "vraag")
	claim := d.glanceOne(m)
	if !d.answersAtOnce(claim)[0] {
		t.Fatal("not kept")
	}
	before := d.everything()
	if d.answersAtOnce(claim)[0] || d.everything() != before {
		t.Error("kept twice")
	}
	if got := d.receiveTurns(1, m); got.Duplicate != 1 || len(got.Claims) != 0 {
		t.Errorf("%+v", got)
	}
	if texts := join(d.sent()); texts != "antwoord op hallo | antwoord op vraag" {
		t.Errorf("sent: %s", texts)
	}
}

// A key that left memory is not read again: the resident may be erased.
func TestKeepAnswered_withoutTheKeyInMemoryNothingIsKept(t *testing.T) {
	d := onPostgres(t)
	one, other := person("NL.1", "31611111111"), person("NL.2", "31622222222")
	d.answered(one, "hallo")
	d.answered(other, "hallo")
	claims := d.glance(d.message(one, "een"), d.message(other, "twee"))
	d.Forget(claims[0].Resident)
	if kept := d.answersAtOnce(claims...); kept[0] || !kept[1] {
		t.Errorf("kept: %v", kept)
	}
	d.Forget(claims[1].Resident)
	if kept := d.answersAtOnce(claims...); kept[0] || kept[1] {
		t.Errorf("kept: %v", kept)
	}
}

func TestKeepAnswered_whoIsBeingChangedIsNotWaitedForAndTheOthersOfTheGroupAreKept(t *testing.T) {
	d := onPostgres(t)
	var messages []bot.Message
	for i := range 6 {
		d.answered(numbered(i), "hallo")
		messages = append(messages, d.message(numbered(i), fmt.Sprint("vraag ", i)))
	}
	d.sent()
	claims := d.glance(messages...)
	byNumber := map[string]bool{}
	d.says(numbered(1), "eerst")
	d.stop(numbered(4))
	tx, err := d.DB().BeginTxx(t.Context(), nil)
	d.ok(err)
	defer tx.Rollback()
	_, err = tx.Exec(`SELECT id FROM resident WHERE id = $1 FOR NO KEY UPDATE`, string(claims[0].Resident))
	d.ok(err)
	for i, kept := range d.answersAtOnce(claims...) {
		byNumber[reveal(claims[i].Message.From.External)] = kept
	}
	d.ok(tx.Rollback())
	busy := reveal(claims[0].Message.From.External)
	for i := range 6 {
		number := reveal(numbered(i).External)
		if want := i != 1 && i != 4 && number != busy; byNumber[number] != want {
			t.Errorf("resident %d: kept %v", i, byNumber[number])
		}
	}
	got := d.receiveTurns(6, messages...)
	d.answerAll(got.Claims)
	d.answerAll(d.claim(10))
	texts := join(d.sent())
	for i := range 6 {
		want := 1
		if i == 4 { // stamped before the STOP
			want = 0
		}
		if n := strings.Count(texts, fmt.Sprint("antwoord op vraag ", i)); n != want {
			t.Errorf("resident %d has %d answers: %s", i, n, texts)
		}
	}
}

func TestKeepAnswered_anIdThatIsInTheLedgerRefusesAllOfTheStatement(t *testing.T) {
	d := onPostgres(t)
	one, other := person("NL.1", "31611111111"), person("NL.2", "31622222222")
	seen := d.message(one, "hallo")
	d.answerAll(d.receiveTurns(1, seen).Claims)
	d.answerAll(d.claim(1))
	d.answered(other, "hallo")
	claims := d.glance(d.message(one, "een"), d.message(other, "twee"))
	for i := range claims {
		if reveal(claims[i].Message.From.External) == "NL.1" {
			claims[i].Message.ID = seen.ID // as if it came to stand there after the glance
		}
	}
	before := d.everything()
	if _, err := d.KeepAnswered(t.Context(), d.now, []bot.Finish{{Claim: claims[0], Outcome: outcome("a")}, {Claim: claims[1], Outcome: outcome("b")}}); err == nil {
		t.Error("not refused")
	}
	if diff := cmp.Diff(before, d.everything()); diff != "" {
		t.Error(diff)
	}
	if trouble := d.Troubles(); len(trouble) != 0 {
		t.Errorf("it is told as the database's: %v", trouble)
	}
}
