package desk

import (
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/browsertest"
)

// TestPages_inABrowser works through the list as a colleague does, on a desk
// and on a phone, light and dark, with scripts switched off.
// BODE_TEST_SHOTS names a folder for pictures of what was seen.
func TestPages_inABrowser(t *testing.T) {
	o := &office{open: []bot.Request{request(12, "De lantaarnpaal voor de bakker is al dagen uit. Het is er ’s avonds erg donker."), request(1, "Losse stoeptegel, ik ben bijna gevallen."), request(0, "Graag terugbellen over mijn parkeervergunning.")},
		handled: []bot.Request{request(20, "Zwerfvuil bij de speeltuin")}}
	o.open[1].Language, o.handled[0].Handled = "en", noon.Add(-time.Hour)
	for i := range 9 {
		o.bookings = append(o.bookings, booking(9, 10*i))
	}
	v := &view{&browsertest.View{T: t, Ctx: browsertest.Start(t), Name: "desk"}, newColleague(t, o)}
	v.WithoutScripts()
	for _, screen := range []struct {
		name          string
		width, height int64
		scheme        string
	}{{"desktop", 1280, 860, "light"}, {"phone", 390, 844, "light"}, {"dark", 1280, 860, "dark"}, {"narrow", 320, 640, "light"}} {
		v.Screen(screen.width, screen.height, screen.scheme)
		for _, page := range []string{"requests", "requests?show=handled", "agenda", "agenda?day=2026-11-22", "requests?lang=en", "requests?lang=nl"} {
			v.open("/desk/" + page)
			v.Fits(screen.name + "-" + page)
		}
	}
	v.Screen(1280, 860, "light")
	v.open("/desk/requests")
	v.Do(chromedp.Click(`.requests li:first-child button`))
	v.Shows("De melding is afgehandeld.")
	v.Shot("done")
	v.Do(chromedp.Click(`.notice button`))
	v.Shows("De melding staat weer open.")
	if len(o.open) != 3 {
		t.Errorf("%d requests are open", len(o.open))
	}
	v.open("/desk/agenda")
	browsertest.Call(v.View, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"})
	v.Shot("print")
	if v.Text(`getComputedStyle(document.querySelector(".bar")).display + getComputedStyle(document.querySelector(".days")).display`) != "nonenone" {
		t.Error("buttons stand on paper")
	}
}

// view is the colleague's browser with a screen.
type view struct {
	*browsertest.View
	*colleague
}

func (v *view) open(path string) {
	v.View.T.Helper()
	v.Do(chromedp.Navigate(v.url + path))
}
