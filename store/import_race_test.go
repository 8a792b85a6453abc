package store_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/store"
)

// together runs all at once and gives the first error.
func together(all ...func() error) (err error) {
	var running sync.WaitGroup
	var mu sync.Mutex
	for _, one := range all {
		running.Go(func() {
			if e := one(); e != nil {
				mu.Lock()
				err = e
				mu.Unlock()
			}
		})
	}
	running.Wait()
	return err
}

func (d *desk) importing(rows ...store.Imported) func() error {
	return func() error {
		_, err := d.NewImport("cloudapi", account, false).Take(d.t.Context(), d.now, rows)
		return err
	}
}

func TestImport_besideSTOPAndWithdrawalOfTheSamePeopleNeverWins(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		for n := range 20 {
			number := fmt.Sprintf("316%08d", n)
			from := person(fmt.Sprint("NL.", n), number)
			if n%2 == 0 {
				d.says(from, "hallo")
				d.finish(d.claimOne(), bot.Outcome{Conversation: bot.Hide("{}")})
			}
			stop := d.message(from, "stop")
			stop.Stop = true
			other := fmt.Sprintf("316%08d", 50_000+n)
			d.ok(together(
				d.importing(row(number, "afval", bot.Value{}, lastMonth), row(other, "afval", bot.Value{}, lastMonth)),
				func() error { _, err := d.Receive(t.Context(), d.now, []bot.Message{stop}); return err },
				d.importing(row(other, "afval", bot.Value{}, lastMonth), row(number, "afval", bot.Value{}, lastMonth)),
				func() error {
					_, err := d.Withdraw(t.Context(), d.now, store.Withdrawal{Who: phone(other), Topic: "afval", Source: "command"})
					return err
				}))
		}
		if d.count(`SELECT count(*) FROM subscription`) != 0 || d.count(`SELECT count(*) FROM resident WHERE closed_at IS NULL`) > 20+20 {
			t.Fatal(d.all())
		}
	})
}

func TestImport_besideAFirstMessageMakesOnePerson(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		for n := range 20 {
			number := fmt.Sprintf("316%08d", n)
			m := d.message(person(fmt.Sprint("NL.", n), number), "hallo")
			d.ok(together(d.importing(row(number, "afval", bot.Value{}, lastMonth)), d.importing(row(number, "afval", bot.Value{}, lastMonth)),
				func() error { _, err := d.Receive(t.Context(), d.now, []bot.Message{m}); return err }))
		}
		if d.count(`SELECT count(*) FROM resident`) != 20 || d.count(`SELECT count(*) FROM subscription`) != 20 || d.count(`SELECT count(*) FROM consent`) != 20 {
			t.Fatal(d.all())
		}
		for _, claim := range d.claim(30) {
			if len(claim.Subscribed) != 1 || !claim.Subscribed[0].Given.Equal(lastMonth) {
				t.Fatalf("%+v", claim.Subscribed)
			}
		}
	})
}
