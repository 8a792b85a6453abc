package store_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/store"
)

// colleague is who looks in these tests, and the officer who gives a reason.
var (
	colleague = bot.Look{Actor: "f.jansen", Reason: "list"}
	officer   = bot.Look{Actor: "fg", Reason: "verzoek om inzage 2026-17"}
)

// trail gives the audit trail as "actor action number".
func (d *desk) trail() (lines []bot.Audited) {
	d.t.Helper()
	d.ok(d.AuditTrail(d.t.Context(), time.Time{}, "", func(a bot.Audited) error { lines = append(lines, a); return nil }))
	return lines
}

func TestAudit_noLineIsChangedOrDeletedWhateverTheStatement(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		if _, err := d.Holds(t.Context(), d.now, colleague); err != nil {
			t.Fatal(err)
		}
		statements := []string{`UPDATE audit SET actor = 'niemand'`, `UPDATE audit SET number = 0 WHERE 1 = 1`, `DELETE FROM audit`, `DELETE FROM audit WHERE actor = 'f.jansen'`}
		if d.IsPostgres() {
			statements = append(statements, `TRUNCATE audit`)
		} else {
			statements = append(statements, `REPLACE INTO audit (id, at, actor, action, reason, number) SELECT id, at, 'niemand', action, reason, number FROM audit`)
		}
		for _, statement := range statements {
			if _, err := d.Exec(t.Context(), statement); err == nil || !strings.Contains(err.Error(), "append-only") {
				t.Errorf("%s: %v", statement, err)
			}
		}
		if lines := d.trail(); len(lines) != 1 || lines[0].Actor != "f.jansen" || !lines[0].At.Equal(noon) {
			t.Errorf("%+v", lines)
		}
		// Past its time the purge may have it, and nothing younger.
		_, err := d.Exec(t.Context(), `UPDATE installation SET audit_until = $1`, d.now.Add(time.Second))
		d.ok(err)
		d.later(time.Minute)
		_, err = d.Holds(t.Context(), d.now, colleague)
		d.ok(err)
		if _, err := d.Exec(t.Context(), `DELETE FROM audit WHERE at < $1`, d.now); err != nil || len(d.trail()) != 1 {
			t.Errorf("%v: %d lines are left", err, len(d.trail()))
		}
		if _, err := d.Exec(t.Context(), `DELETE FROM audit`); err == nil {
			t.Error("a line within its time was deleted")
		}
	})
}

func TestAudit_whoeverLooksIsWrittenAndTold(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		var told []bot.Audited
		d.OnAudit(func(a bot.Audited) { told = append(told, a) })
		from := person("NL.abc", "31611111111")
		d.submitted(from, lampCode)
		_, err := d.OpenRequests(t.Context(), d.now, colleague, 0, 10)
		d.ok(err)
		d.later(time.Second)
		_, err = d.HandledRequests(t.Context(), d.now, colleague, 0, 10)
		d.ok(err)
		d.later(time.Second)
		_, err = d.Bookings(t.Context(), d.now, colleague, d.now, d.now.Add(time.Hour))
		d.ok(err)
		d.later(time.Second)
		_, err = d.ResidentCategories(t.Context(), d.now, officer, phone("31611111111"))
		d.ok(err)
		d.later(time.Second)
		if _, err = d.ResidentExport(t.Context(), d.now, officer, phone("31699999999")); !errors.Is(err, bot.ErrUnknownResident) {
			t.Fatal(err)
		}
		lines := d.trail()
		var actions []string
		for i, line := range lines {
			actions = append(actions, line.Action)
			if i >= len(told) || told[i] != line {
				t.Errorf("line %d was told otherwise: %+v", i, line)
			}
		}
		if got := strings.Join(actions, ", "); got != "requests open, requests handled, agenda, resident categories, resident export" {
			t.Error(got)
		}
		if lines[0].Number != 1 || lines[0].Pseudonym != "" || lines[3].Pseudonym == "" || lines[3].Reason != officer.Reason || lines[4].Pseudonym != "" || lines[4].Number != 0 {
			t.Errorf("%+v", lines)
		}
	})
}

func TestAudit_withoutANameOrAReasonNothingIsShown(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		from := phone("31611111111")
		d.submitted(from, lampCode)
		if list, err := d.OpenRequests(t.Context(), d.now, bot.Look{}, 0, 10); !errors.Is(err, bot.ErrNoLooker) || list != nil {
			t.Errorf("%d requests, %v", len(list), err)
		}
		for _, by := range []bot.Look{{}, {Actor: "fg"}, {Actor: "fg", Reason: " "}, {Reason: "zomaar"}} {
			if own, err := d.ResidentContents(t.Context(), d.now, by, from); !errors.Is(err, bot.ErrNoLooker) || own.Messages != nil {
				t.Errorf("%+v: %v", by, err)
			}
			if err := d.EraseResident(t.Context(), d.now, by, from); !errors.Is(err, bot.ErrNoLooker) {
				t.Errorf("%+v: %v", by, err)
			}
		}
		if len(d.trail()) != 0 || len(d.closed()) != 0 {
			t.Error("something happened")
		}
	})
}

// Without the line there is nothing to show: both are of one transaction.
func TestAudit_whatCannotBeWrittenIsNotShown(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.submitted(phone("31611111111"), lampCode)
		_, err := d.Exec(t.Context(), `DROP TABLE audit`)
		d.ok(err)
		if list, err := d.OpenRequests(t.Context(), d.now, colleague, 0, 10); err == nil {
			t.Errorf("%d requests were shown", len(list))
		}
		if err := d.EraseResident(t.Context(), d.now, officer, phone("31611111111")); err == nil || len(d.closed()) != 0 {
			t.Errorf("erased: %v", err)
		}
	})
}

func TestAudit_outlivesStopAndTheReceiptLeadsToIt(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		from := person("NL.abc", "31611111111")
		d.subscribed(from, "afval")
		_, err := d.ResidentContents(t.Context(), d.now, officer, from)
		d.ok(err)
		d.later(time.Minute)
		d.stop(from)
		c := d.closed()[0]
		d.ok(d.Erase(t.Context(), d.now, c.Resident, nil, "ABCDE-23456"))
		_, err = d.Holds(t.Context(), d.now, colleague) // of nobody
		d.ok(err)
		var lines []bot.Audited
		d.ok(d.AuditTrail(t.Context(), time.Time{}, " abcde-23456 ", func(a bot.Audited) error { lines = append(lines, a); return nil }))
		if len(lines) != 1 || lines[0].Action != "resident contents" {
			t.Errorf("%+v", lines)
		}
		if err := d.AuditTrail(t.Context(), time.Time{}, "ABCDE-99999", nil); !errors.Is(err, store.ErrUnknownReceipt) {
			t.Errorf("%v", err)
		}
		lines = nil
		d.ok(d.AuditTrail(t.Context(), d.now, "", func(a bot.Audited) error { lines = append(lines, a); return nil }))
		if len(lines) != 1 || lines[0].Action != "hold listed" {
			t.Errorf("since: %+v", lines)
		}
	})
}
