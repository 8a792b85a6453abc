package store_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/service/rights"
	"github.com/gemeentebode/bode/store"
	"github.com/gemeentebode/bode/store/storetest"
)

var _ rights.Store = (*store.Store)(nil)

// full is a resident of whom there is something in every category.
func (d *desk) full(from bot.Contact) bot.ID {
	d.t.Helper()
	d.subscribed(from, "afval")
	d.later(time.Minute)
	claim, _ := d.submitted(from, lampCode)
	d.booked(claim.Resident, halfPastNine)
	return claim.Resident
}

func TestOwn_isEverythingThatIsKeptOfAResidentAndNothingOfAnother(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.full(phone("31622222222"))
		from := person("NL.abc", "31611111111")
		d.subscribed(from, "afval")
		d.later(time.Minute)
		place := d.message(from, "")
		place.Kind, place.Place = bot.KindPlace, &bot.Place{Latitude: 52.09, Longitude: 5.12, Name: bot.Hide("Domtoren")}
		d.receive(place)
		d.finish(d.claimOne(), bot.Outcome{Conversation: bot.Hide(`{"m":1}`), Reply: &bot.Reply{Text: bot.Hide("Kies"),
			Buttons: []bot.Choice{{ID: "x", Label: bot.Hide("Ja")}}}})
		id := bot.ID(d.text(`SELECT CAST(id AS text) FROM resident WHERE phone_hash = (SELECT phone_hash FROM resident ORDER BY id DESC LIMIT 1)`))
		d.booked(id, halfPastNine.Add(time.Hour))
		own, err := d.Own(t.Context(), d.now, id)
		d.ok(err)
		if own.Contact.Phone.Reveal() != "31611111111" || own.Contact.External.Reveal() != "NL.abc" || !own.Since.Equal(noon.Add(time.Minute)) {
			t.Errorf("contact %q since %v", own.Contact.Phone.Reveal(), own.Since)
		}
		if len(own.Messages) != 3 || own.Messages[2].Text.Reveal() != "ja" || own.Conversation.Reveal() != `{"m":1}` {
			t.Fatalf("%d messages", len(own.Messages))
		}
		for _, m := range own.Messages[:2] {
			if m.Ours && (m.Text.Reveal() != "Kies" || len(m.Choices) != 1 || m.Choices[0].Reveal() != "Ja") ||
				!m.Ours && (m.Kind != "place" || m.Text.Reveal() != "Domtoren\n52.09000, 5.12000") {
				t.Errorf("message %q", m.Text.Reveal())
			}
		}
		if s := own.Subscriptions; len(s) != 1 || s[0].Topic != "afval" || s[0].About.Text() != "Domplein 12" || s[0].Given.IsZero() {
			t.Errorf("%+v", own.Subscriptions)
		}
		if c := own.Consents; len(c) != 1 || !c[0].Given || c[0].Source != "chat" || c[0].Wording == "" {
			t.Errorf("%+v", own.Consents)
		}
		if len(own.Appointments) != 1 || own.Appointments[0].Name.Reveal() != "Wilhelmina de Vries" || len(own.Requests) != 0 {
			t.Errorf("%d appointments, %d requests", len(own.Appointments), len(own.Requests))
		}
		if got := own.Categories(); len(got) != 4 || got[0] != (bot.Category{Code: "messages", Number: 3}) || got[1].Code != "contact" {
			t.Errorf("%+v", got)
		}
		d.stop(from)
		if _, err := d.Own(t.Context(), d.now, id); !errors.Is(err, bot.ErrTokenGone) {
			t.Errorf("after STOP: %v", err)
		}
	})
}

func TestOwn_whatWaitsForAYesIsToldAsSuch(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		id := d.full(phone("31611111111"))
		_, err := d.Exec(t.Context(), `INSERT INTO pending (id, resident_id, topic, language, about_hash, brought_at) VALUES ($1, $2, 'hitte', 'nl', $3, $4)`,
			bot.NewID(d.now), id, []byte("h"), d.now)
		d.ok(err)
		own, err := d.Own(t.Context(), d.now, id)
		d.ok(err)
		if s := own.Subscriptions; len(s) != 2 || s[1].Topic != "hitte" || !s[1].Given.IsZero() || !s[1].About.Empty() {
			t.Errorf("%+v", s)
		}
	})
}

func TestEraseByCommand_closesAsAConfirmedEraseDoes(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		from := person("NL.abc", "31611111111")
		d.subscribed(from, "afval")
		d.says(from, "een")
		claim := d.claimOne()
		d.ok(d.EraseResident(t.Context(), d.now, officer, phone("31611111111")))
		if err := d.tryFinish(claim, outcome("te laat")); !errors.Is(err, bot.ErrTokenGone) {
			t.Errorf("the running turn: %v", err)
		}
		if n := d.count(`SELECT count(*) FROM consent WHERE NOT given AND source = 'command'`); n != 1 {
			t.Errorf("%d lines in the ledger", n)
		}
		if n := d.count(`SELECT count(*) FROM suppression WHERE day IS NOT NULL`); n != 2 {
			t.Errorf("%d marks", n)
		}
		d.later(time.Second)
		if err := d.EraseResident(t.Context(), d.now, officer, from); !errors.Is(err, bot.ErrUnknownResident) {
			t.Errorf("a second time: %v", err)
		}
		if d.erase() != 1 || d.sendOne().Reason != bot.ReasonFarewell {
			t.Error("no farewell")
		}
		if lines := d.trail(); len(lines) != 2 || lines[0].Pseudonym == "" || lines[1].Pseudonym != "" {
			t.Errorf("%+v", lines)
		}
	})
}

var (
	token, other = bot.Hide("k7w2token"), bot.Hide("m3p9download")
	minutes      = 15 * time.Minute
)

func TestExportLink_opensOnceAndItsDownloadOnceMore(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		id := d.full(phone("31611111111"))
		d.ok(d.MakeExportLink(t.Context(), d.now, id, token, "en", d.now.Add(minutes)))
		if d.count(`SELECT count(*) FROM export_link WHERE CAST(hash AS text) LIKE '%k7w2%'`) != 0 {
			t.Error("the token stands in clear")
		}
		for range 2 { // a preview robot looks, and looks again
			if language, there, err := d.ExportLink(t.Context(), d.now, token); err != nil || !there || language != "en" {
				t.Fatalf("%q %v %v", language, there, err)
			}
		}
		if _, there, err := d.DownloadExport(t.Context(), d.now, token); there || err != nil {
			t.Fatal("the link is no download", err)
		}
		e, there, err := d.OpenExport(t.Context(), d.now, token, other, d.now.Add(minutes))
		if err != nil || !there || e.Language != "en" || len(e.Own.Messages) == 0 || !e.Download.Equal(other) {
			t.Fatalf("%v %v", there, err)
		}
		if _, there, err := d.OpenExport(t.Context(), d.now, token, other, d.now.Add(minutes)); there || err != nil {
			t.Error("it opens twice", err)
		}
		if _, there, err := d.OpenExport(t.Context(), d.now, other, token, d.now.Add(minutes)); there || err != nil {
			t.Error("the download is no link", err)
		}
		d.later(time.Second)
		if e, there, err := d.DownloadExport(t.Context(), d.now, other); !there || err != nil || len(e.Own.Requests) != 1 {
			t.Error("no download", err)
		}
		if _, there, _ := d.DownloadExport(t.Context(), d.now, other); there || d.count(`SELECT count(*) FROM export_link`) != 0 {
			t.Error("downloaded twice")
		}
		lines := d.trail()
		if len(lines) != 2 || lines[0].Actor != "resident" || lines[0].Pseudonym == "" || lines[1].Action != "export link downloaded" {
			t.Errorf("%+v", lines)
		}
	})
}

func TestExportLink_diesByTimeByANewOneAndByStop(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		from := phone("31611111111")
		id := d.full(from)
		make := func(token bot.Private) {
			d.ok(d.MakeExportLink(t.Context(), d.now, id, token, "nl", d.now.Add(minutes)))
		}
		opens := func(token bot.Private) bool {
			_, looks, err := d.ExportLink(t.Context(), d.now, token)
			d.ok(err)
			_, there, err := d.OpenExport(t.Context(), d.now, token, bot.Hide("d"+token.Reveal()), d.now.Add(minutes))
			d.ok(err)
			if looks != there {
				t.Error("the page says otherwise than its button")
			}
			return there
		}
		make(bot.Hide("een"))
		make(bot.Hide("twee"))
		if opens(bot.Hide("een")) {
			t.Error("the earlier link opens")
		}
		d.later(minutes)
		if opens(bot.Hide("twee")) {
			t.Error("it opens after fifteen minutes")
		}
		make(bot.Hide("drie"))
		if n := d.count(`SELECT count(*) FROM export_link`); n != 1 {
			t.Errorf("%d links are kept", n)
		}
		d.stop(from)
		if opens(bot.Hide("drie")) {
			t.Error("it opens after STOP")
		}
		if err := d.MakeExportLink(t.Context(), d.now, id, token, "nl", d.now.Add(minutes)); !errors.Is(err, bot.ErrTokenGone) {
			t.Errorf("made after STOP: %v", err)
		}
		d.erase()
		if n := d.count(`SELECT count(*) FROM export_link`); n != 0 {
			t.Errorf("%d links outlive the erasure", n)
		}
	})
}

func TestExportLink_ofManyAtTheSameMomentOneOpens(t *testing.T) {
	storetest.EachDSN(t, func(t *testing.T, dsn string) {
		d := &desk{Store: storetest.Open(t, dsn), t: t, now: noon}
		id := d.full(phone("31611111111"))
		d.ok(d.MakeExportLink(t.Context(), d.now, id, token, "nl", d.now.Add(minutes)))
		second := storetest.Open(t, dsn)
		opened := make([]bool, 8)
		var all sync.WaitGroup
		for i := range opened {
			all.Go(func() {
				s := d.Store
				if i%2 == 1 {
					s = second
				}
				_, there, err := s.OpenExport(t.Context(), d.now, token, bot.Hide(string(rune('a'+i))), d.now.Add(minutes))
				if err != nil {
					t.Error(err)
				}
				opened[i] = there
			})
		}
		all.Wait()
		n := 0
		for _, there := range opened {
			if there {
				n++
			}
		}
		if n != 1 || d.count(`SELECT count(*) FROM export_link`) != 1 {
			t.Errorf("%d opened it", n)
		}
	})
}
