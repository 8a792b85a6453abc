package store_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/store"
)

// row is a row of a web form; without a moment its evidence is not complete.
func row(number, topic string, about bot.Value, given time.Time) store.Imported {
	return store.Imported{Phone: bot.Hide(number), Given: given, Reference: bot.Hide("formulier 7"),
		Consent: bot.Consent{Topic: topic, Given: true, Wording: "Gemeente Voorbeeldstad mag mij berichten sturen.", Language: "nl", About: about, Postcode4: "3511"}}
}

// imports takes rows in, first dry: that must say the same and write nothing.
func (d *desk) imports(rows ...store.Imported) []string {
	d.t.Helper()
	before := d.all()
	dry := d.takes(d.NewImport("cloudapi", account, true), rows)
	if after := d.all(); after != before {
		d.t.Fatalf("a dry run changed %s into %s", before, after)
	}
	wet := d.takes(d.NewImport("cloudapi", account, false), rows)
	if fmt.Sprint(dry) != fmt.Sprint(wet) {
		d.t.Fatalf("the dry run says %q, the import %q", dry, wet)
	}
	return wet
}

func (d *desk) takes(i *store.Import, rows []store.Imported) (landed []string) {
	d.t.Helper()
	for len(rows) > 0 {
		n := min(2, len(rows)) // over several transactions
		list, err := i.Take(d.t.Context(), d.now, rows[:n])
		d.ok(err)
		for _, l := range list {
			landed = append(landed, string(l))
		}
		rows = rows[n:]
	}
	return landed
}

// all counts what an import can touch.
func (d *desk) all() string {
	d.t.Helper()
	var out string
	for _, table := range []string{"resident", "resident_key", "subscription", "pending", "consent", "suppression", "outbox", "inbox"} {
		out += fmt.Sprintf("%s %d, ", table, d.count(`SELECT count(*) FROM `+table))
	}
	return out
}

// stamp is a moment as this database keeps it.
func (d *desk) stamp(t time.Time) any {
	if d.IsPostgres() {
		return t
	}
	return t.UnixMicro()
}

var lastMonth = noon.AddDate(0, -1, 0)

func TestImport_ownEvidenceStandsAndIsInTheLedger(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.sees("landed", d.imports(row("31611111111", "afval", home("3511LN", 12), lastMonth)), "stands")
		var lines []store.LedgerLine
		d.ok(d.Ledger(t.Context(), "", func(l store.LedgerLine) error { lines = append(lines, l); return nil }))
		if len(lines) != 1 || !lines[0].Given || lines[0].Source != "import" || !lines[0].At.Equal(noon) || !lines[0].Evidence.Equal(lastMonth) || lines[0].Wording == "" {
			t.Fatalf("%+v", lines)
		}
		if d.count(`SELECT count(*) FROM subscription WHERE given_at = $1`, d.stamp(lastMonth)) != 1 {
			t.Fatal("it does not count from the evidence: it would be asked again too late")
		}
		if d.count(`SELECT count(*) FROM consent WHERE reference IS NOT NULL`) != 1 {
			t.Fatal("the reference is not kept")
		}
	})
}

func TestImport_aPersonNobodyKnewHasAClosedWindowAndIsTheSameWhenTheyWrite(t *testing.T) {
	for name, from := range map[string]bot.Contact{"by phone": phone("31611111111"), "by user id": person("NL.een", "31611111111")} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, d *desk) {
				d.imports(row("31611111111", "afval", bot.Value{}, lastMonth), row("31611111111", "hitte", bot.Value{}, time.Time{}))
				if d.count(`SELECT count(*) FROM resident WHERE window_until > $1`, d.stamp(d.now)) != 0 {
					t.Fatal("the window is open, and they never wrote")
				}
				d.later(time.Hour)
				d.sees("known", d.subscribedTo(from), "afval", "hitte?")
				d.sees("still", d.subscribedTo(from), "afval", "hitte?")
				if d.count(`SELECT count(*) FROM resident`) != 1 {
					t.Fatal("they became two")
				}
				d.decides(from, bot.Consent{Topic: "hitte", Given: true, Kept: true, Wording: "w", Language: "nl"})
				d.sees("after yes", d.subscribedTo(from), "afval", "hitte")
			})
		})
	}
}

func TestImport_againHasNoEffect(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		rows := []store.Imported{row("31611111111", "afval", home("3511LN", 12), lastMonth), row("31622222222", "afval", home("3511LN", 13), time.Time{}),
			row("31611111111", "afval", home("3512AB", 3), lastMonth)}
		d.sees("first", d.imports(rows...), "stands", "waits", "stands")
		before := d.all()
		d.later(time.Hour)
		d.sees("second", d.imports(rows...), "already", "waits", "already")
		if d.all() != before {
			t.Fatalf("%s became %s", before, d.all())
		}
	})
}

func TestImport_whoStandsTwiceInAFile(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		about := home("3511LN", 12)
		d.sees("landed", d.imports(
			row("31611111111", "afval", about, lastMonth), row("31611111111", "afval", about, lastMonth), row("31611111111", "afval", about, time.Time{}),
			row("31611111111", "afval", about, lastMonth.Add(time.Hour)), row("31611111111", "afval", about, lastMonth.Add(time.Minute)),
			row("31622222222", "afval", about, time.Time{}), row("31622222222", "afval", about, time.Time{}), row("31622222222", "afval", about, lastMonth), row("31622222222", "afval", about, time.Time{}),
		), "stands", "already", "already", "stands", "already", "waits", "waits", "stands", "already")
		if d.count(`SELECT count(*) FROM subscription`) != 2 || d.count(`SELECT count(*) FROM pending`) != 0 {
			t.Fatal(d.all())
		}
	})
}

func TestImport_neverOverrules(t *testing.T) {
	later := noon.Add(time.Hour) // evidence of after what happens at noon
	withdraw := func(topic string) func(*desk, bot.Contact) {
		return func(d *desk, from bot.Contact) {
			_, err := d.Withdraw(d.t.Context(), d.now, store.Withdrawal{Who: from, Topic: topic, Source: "command"})
			d.ok(err)
		}
	}
	tests := []struct {
		name              string
		happened          func(d *desk, from bot.Contact)
		older, newer, non string // how evidence of before, evidence of after and no evidence land
	}{
		{"nothing", func(d *desk, from bot.Contact) { d.subscribedTo(from) }, "stands", "stands", "waits"},
		{"withdrew the topic", withdraw("afval"), "withdrew", "stands", "withdrew"},
		{"withdrew everything", withdraw(""), "withdrew", "stands", "withdrew"},
		{"withdrew another topic", withdraw("hitte"), "stands", "stands", "waits"},
		{"opted out at the platform", func(d *desk, from bot.Contact) { d.event(from, bot.KindPreference, "", "") }, "withdrew", "stands", "withdrew"},
		{"said STOP, erasure to come", func(d *desk, from bot.Contact) { d.stop(from) }, "stopped", "stopped", "stopped"},
		{"said STOP and wrote again", func(d *desk, from bot.Contact) { d.stop(from); d.erase(); d.later(time.Minute); d.subscribedTo(from) }, "stopped", "stopped", "stopped"},
		{"said yes in the chat", func(d *desk, from bot.Contact) { d.decides(from, yesAbout("afval", home("3511LN", 12))) }, "already", "stands", "already"},
		{"said STOP, then yes to another topic", func(d *desk, from bot.Contact) {
			d.stop(from)
			d.erase()
			d.later(time.Minute)
			d.decides(from, yes("hitte"))
		}, "withdrew", "withdrew", "withdrew"}, // STOP is remembered by its day
		{"withdrew another address", func(d *desk, from bot.Contact) {
			ends := yesAbout("afval", home("3599ZZ", 1))
			ends.Given = false
			d.decides(from, ends)
		}, "withdrew", "stands", "withdrew"},
		{"withdrew this address, long ago, and was forgotten", func(d *desk, from bot.Contact) {
			ends := yesAbout("afval", home("3511LN", 12))
			ends.Given = false
			d.decides(from, ends)
			d.forget()
		}, "withdrew", "withdrew", "withdrew"},
		{"withdrew another address, long ago, and was forgotten", func(d *desk, from bot.Contact) {
			ends := yesAbout("afval", home("3599ZZ", 1))
			ends.Given = false
			d.decides(from, ends)
			d.forget()
		}, "stands", "stands", "waits"},
		{"withdrew everything, long ago, and was forgotten", func(d *desk, from bot.Contact) {
			d.decides(from, yes("hitte"))
			d.event(from, bot.KindPreference, "", "")
			d.forget()
		}, "withdrew", "withdrew", "withdrew"},
		{"the number changed hands", func(d *desk, from bot.Contact) {
			d.decides(from, yesAbout("afval", home("3511LN", 12)))
			d.says(person("NL.ander", from.Phone.Reveal()), "hoi")
			d.finish(d.claimOne(), bot.Outcome{Conversation: bot.Hide("{}")})
			d.says(person("NL.een", "31633333333"), "ik heb een nieuw nummer")
			d.finish(d.claimOne(), bot.Outcome{Conversation: bot.Hide("{}")})
		}, "stands", "stands", "waits"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			each(t, func(t *testing.T, d *desk) {
				from := person("NL.een", "31611111111")
				d.says(from, "hallo")
				d.finish(d.claimOne(), bot.Outcome{Conversation: bot.Hide("{}")})
				tt.happened(d, from)
				d.now = noon.Add(2 * time.Hour)
				brought := func(given time.Time) store.Imported {
					return row("31611111111", "afval", home("3511LN", 12), given)
				}
				would := func(given time.Time) []string {
					return d.takes(d.NewImport("cloudapi", account, true), []store.Imported{brought(given)})
				}
				d.sees("older", would(lastMonth), tt.older)
				d.sees("newer", would(later), tt.newer)
				d.sees("no evidence", d.imports(brought(time.Time{})), tt.non)
				if tt.non == "waits" {
					return // it waits now, and evidence would take it in
				}
				d.sees("older", d.imports(brought(lastMonth)), tt.older)
				d.sees("newer", d.imports(brought(later)), tt.newer)
			})
		})
	}
}

// forget does what the purge does to who has not been here for long.
func (d *desk) forget() {
	for _, table := range []string{"consent", "resident"} {
		_, err := d.Exec(d.t.Context(), `DELETE FROM `+table)
		d.ok(err)
	}
}

func TestImport_aPausedSubscriptionWaitsForTheirOwnYes(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.decides(person("NL.een", "31611111111"), yesAbout("afval", home("3511LN", 12)))
		d.says(person("NL.ander", "31611111111"), "nu mijn nummer")
		d.finish(d.claimOne(), bot.Outcome{Conversation: bot.Hide("{}")})
		d.says(person("NL.een", "31633333333"), "nieuw nummer")
		d.finish(d.claimOne(), bot.Outcome{Conversation: bot.Hide("{}")})
		d.sees("landed", d.imports(row("31633333333", "afval", home("3511LN", 12), noon.Add(-time.Hour))), "waits")
		if d.count(`SELECT count(*) FROM subscription WHERE paused_at IS NULL`) != 0 {
			t.Fatal("an import resumed it")
		}
	})
}

func TestImport_aMarkOnlyOnTheUserIDHoldsForThePhoneWeNowKnow(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.stop(bot.Contact{Channel: "cloudapi", Account: account, External: bot.Hide("NL.een")}) // the phone was not known
		d.erase()
		d.later(time.Minute)
		d.subscribedTo(person("NL.een", "31611111111"))
		d.sees("landed", d.imports(row("31611111111", "afval", bot.Value{}, noon.Add(-time.Hour))), "stopped")
	})
}

func TestImport_ofBeforeALaterWithdrawalAfterSTOPDoesNotComeBackWithAYes(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		from := phone("31611111111")
		d.stop(from)
		d.erase()
		d.later(24 * time.Hour)
		d.subscribedTo(from)
		between := d.now.Add(6 * time.Hour)
		d.later(48 * time.Hour)
		d.event(from, bot.KindPreference, "", "")
		d.later(24 * time.Hour)
		d.decides(from, yes("hitte"))
		d.forget()
		d.sees("landed", d.imports(row("31611111111", "afval", bot.Value{}, between), row("31611111111", "afval", bot.Value{}, d.now.Add(-time.Minute))), "withdrew", "stands")
	})
}

func TestImport_liftsNoMark(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.stop(phone("31611111111"))
		d.erase()
		d.later(48 * time.Hour)
		d.sees("landed", d.imports(row("31611111111", "afval", bot.Value{}, d.now.Add(-time.Hour))), "stopped")
		if d.count(`SELECT count(*) FROM suppression WHERE day IS NOT NULL`) != 1 || d.count(`SELECT count(*) FROM resident`) != 0 {
			t.Fatal(d.all())
		}
	})
}
