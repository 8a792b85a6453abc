package desk

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"github.com/gemeentebode/bode/bot"
)

// TestPages_inABrowser works through the list as a colleague does, on a desk
// and on a phone, light and dark, with scripts switched off.
// BODE_TEST_SHOTS names a folder for pictures of what was seen.
func TestPages_inABrowser(t *testing.T) {
	browser := startBrowser(t)
	o := &office{open: []bot.Request{request(12, "De lantaarnpaal voor de bakker is al dagen uit. Het is er ’s avonds erg donker."), request(1, "Losse stoeptegel, ik ben bijna gevallen."), request(0, "Graag terugbellen over mijn parkeervergunning.")},
		handled: []bot.Request{request(20, "Zwerfvuil bij de speeltuin")}}
	o.open[1].Language, o.handled[0].Handled = "en", noon.Add(-time.Hour)
	for i := range 9 {
		o.bookings = append(o.bookings, booking(9, 10*i))
	}
	v := &view{T: t, ctx: browser, colleague: newColleague(t, o)}
	call(v, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	for _, screen := range []struct {
		name          string
		width, height int64
		scheme        string
	}{{"desktop", 1280, 860, "light"}, {"phone", 390, 844, "light"}, {"dark", 1280, 860, "dark"}, {"narrow", 320, 640, "light"}} {
		v.screen(screen.width, screen.height, screen.scheme)
		for _, page := range []string{"requests", "requests?show=handled", "agenda", "agenda?day=2026-11-22", "requests?lang=en", "requests?lang=nl"} {
			v.open("/desk/" + page)
			v.shot(screen.name + "-" + page)
			if wide := v.number(`document.documentElement.scrollWidth - document.documentElement.clientWidth`); wide > 0 {
				t.Errorf("%s on %s is %v pixels too wide", page, screen.name, wide)
			}
			if small := v.text(tooSmall); small != "" {
				t.Errorf("%s on %s: too small to hit: %s", page, screen.name, small)
			}
			if faint := v.text(tooFaint); faint != "" {
				t.Errorf("%s on %s: too faint to read: %s", page, screen.name, faint)
			}
		}
	}
	v.screen(1280, 860, "light")
	v.open("/desk/requests")
	v.do(chromedp.Click(`.requests li:first-child button`))
	v.shows("De melding is afgehandeld.")
	v.shot("done")
	v.do(chromedp.Click(`.notice button`))
	v.shows("De melding staat weer open.")
	if len(o.open) != 3 {
		t.Errorf("%d requests are open", len(o.open))
	}
	v.open("/desk/agenda")
	call(v, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"})
	v.shot("print")
	if v.text(`getComputedStyle(document.querySelector(".bar")).display + getComputedStyle(document.querySelector(".days")).display`) != "nonenone" {
		t.Error("buttons stand on paper")
	}
}

// tooSmall names what is less than 24 pixels high or wide (WCAG 2.2, 2.5.8);
// links inside a sentence or list of values may be.
const tooSmall = `[...document.querySelectorAll("a,button,input:not([type=hidden])")].filter(e => !e.matches("dd a, .skip"))
	.filter(e => { const r = e.getBoundingClientRect(); return r.width < 24 || r.height < 24 }).map(e => e.outerHTML).join()`

// tooFaint names texts with less contrast than 4.5:1 on what is behind them
// (WCAG 2.2, 1.4.3).
const tooFaint = `(() => {
	const parse = c => { const m = c.match(/[\d.]+/g).map(Number); return m.length < 4 ? [...m, 1] : m };
	const light = c => { const [r, g, b] = c.slice(0, 3).map(v => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4); return 0.2126 * r + 0.7152 * g + 0.0722 * b };
	const behind = e => { for (; e; e = e.parentElement) { const c = parse(getComputedStyle(e).backgroundColor); if (c[3] === 1) return c } return [255, 255, 255, 1] };
	return [...document.querySelectorAll("body *")].filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()) && !e.closest(".vh, .skip, thead"))
		.map(e => { const a = light(parse(getComputedStyle(e).color)), b = light(behind(e)); return [(Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), e] })
		.filter(([ratio]) => ratio < 4.5).map(([ratio, e]) => ratio.toFixed(2) + " " + e.outerHTML.slice(0, 80)).join()
})()`

// view is the colleague's browser with a screen.
type view struct {
	*testing.T
	ctx context.Context
	*colleague
}

const patience = 20 * time.Second

func (v *view) do(actions ...chromedp.Action[chromedp.Void]) {
	v.Helper()
	ctx, cancel := context.WithTimeout(v.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, actions...); err != nil {
		v.T.Fatal(err)
	}
}

// call runs one command of the browser's protocol.
func call[P any](v *view, command cdp.Command[P, cdp.Empty], params P) {
	v.Helper()
	v.do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, command, params)
		return err
	}))
}

func (v *view) open(path string) {
	v.Helper()
	v.do(chromedp.Navigate(v.url + path))
}

func (v *view) screen(width, height int64, scheme string) {
	v.Helper()
	v.do(chromedp.EmulateViewport(width, height))
	call(v, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}})
}

func (v *view) text(expression string) string    { return evaluated[string](v, expression) }
func (v *view) number(expression string) float64 { return evaluated[float64](v, expression) }

func evaluated[V any](v *view, expression string) V {
	v.Helper()
	ctx, cancel := context.WithTimeout(v.ctx, patience)
	defer cancel()
	value, err := chromedp.Run(ctx, chromedp.Evaluate[V](expression))
	if err != nil {
		v.T.Fatalf("%v: %s", err, expression)
	}
	return value
}

// shows waits until the page shows a text, also while it is being replaced.
func (v *view) shows(text string) {
	v.Helper()
	ctx, cancel := context.WithTimeout(v.ctx, patience)
	defer cancel()
	for {
		page, err := chromedp.Run(ctx, chromedp.Evaluate[string](`document.body?.innerText ?? ""`))
		if err == nil && strings.Contains(page, text) {
			return
		}
		if ctx.Err() != nil {
			v.T.Fatalf("the page never shows %q, but: %s (%v)", text, page, err)
		}
	}
}

func (v *view) shot(name string) {
	v.Helper()
	folder := os.Getenv("BODE_TEST_SHOTS")
	if folder == "" {
		return
	}
	ctx, cancel := context.WithTimeout(v.ctx, patience)
	defer cancel()
	picture, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	if err == nil {
		err = os.WriteFile(filepath.Join(folder, "desk-"+name+".png"), picture, 0o600)
	}
	if err != nil {
		v.T.Fatal(err)
	}
}

// startBrowser starts one Chromium. A machine without one skips, and says so;
// in CI, and where BODE_TEST_REQUIRE is set, that is a failure.
func startBrowser(t *testing.T) context.Context {
	t.Helper()
	var path string
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil && path == "" {
			path = found
		}
	}
	if path == "" {
		if os.Getenv("CI") != "" || os.Getenv("BODE_TEST_REQUIRE") != "" {
			t.Fatal("no chromium: the browser tests cannot run")
		}
		t.Skip("no chromium: apt-get install chromium")
	}
	ctx, cancel := chromedp.NewContext(context.Background(), chromedp.WithAllocatorOptions(
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.NoFirstRun, chromedp.UserDataDir(t.TempDir()),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true),
	))
	t.Cleanup(func() {
		if err := chromedp.Cancel(ctx); err != nil {
			t.Logf("chromium did not end by itself: %v", err)
		}
		cancel()
	})
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("chromium does not start: %v", err)
	}
	return ctx
}
