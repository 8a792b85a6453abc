package store_test

import (
	"testing"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/store"
)

func TestClosing_standsUntilItIsOpenedOrItsMomentPassed(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		by := bot.Look{Actor: "anna", Reason: "storing"}
		is := func() bool {
			c, err := d.Closing(t.Context())
			d.ok(err)
			return c.Closed(d.now)
		}
		if is() {
			t.Fatal("closed before anybody closed it")
		}
		d.ok(d.CloseService(t.Context(), d.now, by, store.Closing{Dutch: "Even dicht.", Until: d.now.Add(time.Hour)}))
		c, err := d.Closing(t.Context())
		d.ok(err)
		if !c.Closed(d.now) || c.Dutch != "Even dicht." || c.By != "anna" || !c.Since.Equal(d.now) {
			t.Fatalf("%+v", c)
		}
		d.later(time.Hour)
		if is() {
			t.Fatal("closed after its moment")
		}
		d.ok(d.CloseService(t.Context(), d.now, by, store.Closing{}))
		if !is() {
			t.Fatal("a second closing does not close")
		}
		d.ok(d.OpenService(t.Context(), d.now, by))
		if is() || d.count(`SELECT count(*) FROM audit WHERE action IN ('service closed', 'service opened') AND actor = 'anna'`) != 3 {
			t.Fatal("not open again, or not in the audit trail")
		}
	})
}

func TestClosing_whoHeardItIsNotedWithTheAnswerAndGoesWithTheResident(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		from := phone("31611111111")
		d.says(from, "hallo")
		claim := d.claimOne()
		told := func() bool {
			told, err := d.ToldClosed(t.Context(), claim.Resident, d.now.Add(-time.Hour))
			d.ok(err)
			return told
		}
		if told() {
			t.Fatal("told before the answer")
		}
		o := outcome("dicht")
		o.ToldClosed = true
		d.finish(claim, o)
		if !told() {
			t.Fatal("not noted")
		}
		d.later(time.Hour)
		if told() {
			t.Fatal("noted for ever")
		}
		d.sent()
		d.stop(from)
		d.erase()
		if d.count(`SELECT count(*) FROM told_closed`) != 0 {
			t.Fatal("stays after the erasure")
		}
	})
}
