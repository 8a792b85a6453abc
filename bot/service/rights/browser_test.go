package rights

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// TestPage_inABrowser opens a link as a resident does, on a phone and on a
// desk, light and dark, by keyboard, with scripts switched off.
// BODE_TEST_SHOTS names a folder for pictures of what was seen.
func TestPage_inABrowser(t *testing.T) {
	v := &view{T: t, ctx: startBrowser(t), visitor: visit(t, "nl")}
	call(v, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	for _, screen := range []struct {
		name          string
		width, height int64
		scheme        string
	}{{"phone", 390, 844, "light"}, {"dark", 390, 844, "dark"}, {"narrow", 320, 640, "light"}, {"desktop", 1280, 860, "light"}, {"desktop-dark", 1280, 860, "dark"}} {
		v.screen(screen.width, screen.height, screen.scheme)
		v.now, v.links["link"] = v.now.Add(time.Hour), "nl"
		v.open("/weg")
		v.fits(screen.name + "-gone")
		v.open("/link")
		v.fits(screen.name + "-ask")
		if v.opened != 0 {
			t.Fatal("looking used the link up")
		}
		v.do(chromedp.Click(`button`))
		v.shows("Dit bewaren wij van u.")
		v.fits(screen.name + "-own")
		v.opened = 0
	}
	v.keyboard()
	v.download()
}

// fits holds a page to what everyone can use.
func (v *view) fits(name string) {
	v.Helper()
	v.shot(name)
	if wide := v.number(`document.documentElement.scrollWidth - document.documentElement.clientWidth`); wide > 0 {
		v.Errorf("%s is %v pixels too wide", name, wide)
	}
	if small := v.text(tooSmall); small != "" {
		v.Errorf("%s: too small to hit: %s", name, small)
	}
	if faint := v.text(tooFaint); faint != "" {
		v.Errorf("%s: too faint to read: %s", name, faint)
	}
	if wrong := v.text(unnamed); wrong != "" {
		v.Errorf("%s: %s", name, wrong)
	}
}

// unnamed tells what a screen reader would miss: a language, a title, one main
// heading, headings in order, a name on each button.
const unnamed = `(() => {
	const wrong = [], levels = [...document.querySelectorAll("h1,h2,h3")].map(h => +h.tagName[1]);
	if (!document.documentElement.lang) wrong.push("no language");
	if (!document.title) wrong.push("no title");
	if (levels.filter(l => l === 1).length !== 1 || levels.some((l, i) => i && l > levels[i - 1] + 1)) wrong.push("headings " + levels);
	if (document.querySelectorAll("main").length !== 1) wrong.push("no main");
	for (const b of document.querySelectorAll("button,a")) if (!b.innerText.trim()) wrong.push("no name: " + b.outerHTML);
	const ids = [...document.querySelectorAll("[id]")].map(e => e.id);
	if (new Set(ids).size !== ids.length) wrong.push("an id stands twice");
	return wrong.join("; ");
})()`

// keyboard opens a link without a mouse: past the way to the content, to the button.
func (v *view) keyboard() {
	v.Helper()
	v.links["link"] = "en"
	v.open("/link")
	v.do(chromedp.KeyEvent(kb.Tab))
	if on := v.text(`document.activeElement.className`); on != "skip" {
		v.Errorf("the first tab stops at %q", on)
	}
	v.do(chromedp.KeyEvent(kb.Tab))
	if on := v.text(`document.activeElement.innerText + getComputedStyle(document.activeElement).outlineStyle`); on != "Show my datasolid" {
		v.Errorf("the second tab stops at %q", on)
	}
	v.do(chromedp.KeyEvent(kb.Enter))
	v.shows("This is what we keep of you.")
}

// download presses the other button, and reads the file that came.
func (v *view) download() {
	v.Helper()
	folder := v.TempDir()
	call(v, browser.SetDownloadBehavior, browser.SetDownloadBehaviorParams{Behavior: "allow", DownloadPath: folder})
	v.do(chromedp.Click(`.file button`))
	file := filepath.Join(folder, "my-data-"+v.now.Format(time.DateOnly)+".json")
	for deadline := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		data, err := os.ReadFile(file)
		if err == nil && json.Valid(data) && strings.Contains(string(data), "M-BCD-FGH-234") {
			return
		}
		if time.Now().After(deadline) {
			v.Fatalf("no file: %v", err)
		}
	}
}

// tooSmall names what is less than 24 pixels high or wide (WCAG 2.2, 2.5.8);
// links inside a sentence or list of values may be.
const tooSmall = `[...document.querySelectorAll("a,button,input:not([type=hidden])")].filter(e => !e.matches(".skip"))
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

// view is the resident's browser with a screen.
type view struct {
	*testing.T
	ctx context.Context
	*visitor
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
	v.do(chromedp.Navigate(v.visitor.url + Path + path))
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
		err = os.WriteFile(filepath.Join(folder, "rights-"+name+".png"), picture, 0o600)
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
