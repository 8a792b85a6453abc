package main

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/browsertest"
	"github.com/gemeentebode/bode/bot/channel/simulator"
)

// tab is one browser of a resident on the demo page.
type tab struct {
	*testing.T
	ctx   context.Context
	local *local
	url   string
}

// openDemo serves the page of a folder ("": the shipped flows) and opens it in
// a browser without cookies.
func openDemo(t *testing.T, browser context.Context, folder, query string) *tab {
	t.Helper()
	l, err := openLocal(t.Context(), folder, "", slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	l.clock.Set(time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)) // Friday, 10:00 in Amsterdam
	server := httptest.NewServer(l.page())
	t.Cleanup(func() { server.CloseClientConnections(); server.Close(); l.close() })
	return (&tab{T: t, local: l, url: server.URL}).another(browser, query)
}

// another opens the same page in another browser, without the first one's cookies.
func (b *tab) another(browser context.Context, query string) *tab {
	b.Helper()
	ctx, cancel := chromedp.NewContext(browser, chromedp.WithNewBrowserContext())
	b.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil { // the tab lives as long as this context, not as a step's
		b.Fatal(err)
	}
	next := &tab{b.T, ctx, b.local, b.url}
	next.size(1440, 900)
	next.prefer("prefers-color-scheme", "light")
	next.do(chromedp.Navigate(b.url + "/" + query))
	next.until(`document.body.dataset.connected === "yes" && document.querySelector("#log").ariaBusy === "false"`)
	return next
}

func (b *tab) do(actions ...chromedp.Action[chromedp.Void]) {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, browsertest.Patience)
	defer cancel()
	if err := chromedp.Do(ctx, actions...); err != nil {
		b.Fatalf("%v; on the page: %s", err, b.said())
	}
}

func (b *tab) size(width, height int64) {
	b.Helper()
	b.do(chromedp.EmulateViewport(width, height))
}

// prefer tells the page what its reader wants, next to less motion: dark colours.
func (b *tab) prefer(feature, value string) {
	b.Helper()
	b.do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-reduced-motion", Value: "reduce"}, {Name: feature, Value: value}}})
		return err
	}))
}

// until waits until a JavaScript expression holds, also while the page is
// being replaced by the next one. What throws does not hold yet: an element
// that is not there for a moment would otherwise end the wait, or, from the
// second look on, keep it from ever ending.
func (b *tab) until(expression string) {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, browsertest.Patience)
	defer cancel()
	poll := chromedp.Poll[chromedp.Void](`(() => { try { return !!(`+expression+`) } catch { return false } })()`,
		chromedp.WithPollingInterval(20*time.Millisecond), chromedp.WithPollingTimeout(browsertest.Patience))
	err := chromedp.Do(ctx, poll)
	for err != nil && ctx.Err() == nil && replaced(err) {
		err = chromedp.Do(ctx, poll)
	}
	if err != nil {
		b.Fatalf("never came true: %s (%v); on the page: %s", expression, err, b.said())
	}
}

// replaced tells whether the browser says that the page went while it looked.
func replaced(err error) bool {
	return strings.Contains(err.Error(), "Cannot find context") || strings.Contains(err.Error(), "context was destroyed") || strings.Contains(err.Error(), "target navigated")
}

// value evaluates a JavaScript expression.
func value[T any](b *tab, expression string) T {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, browsertest.Patience)
	defer cancel()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression))
	if err != nil {
		b.Fatalf("%s: %v", expression, err)
	}
	return v
}

// said is what stands on the phone, for messages of failing tests.
func (b *tab) said() string {
	ctx, cancel := context.WithTimeout(b.ctx, 2*time.Second)
	defer cancel()
	text, err := chromedp.Run(ctx, chromedp.Evaluate[string](`document.querySelector("#log")?.innerText ?? document.documentElement.innerText`))
	if err != nil {
		return err.Error()
	}
	return text
}

func quote(s string) string {
	data, _ := json.Marshal(s) // a string
	return string(data)
}

// keys presses keys, with what is held down meanwhile.
func (b *tab) keys(keys string, held ...chromedp.Modifier) {
	b.Helper()
	b.do(chromedp.KeyEvent(keys, chromedp.KeyModifiers(held...)))
}

// say types a message and sends it with Enter.
func (b *tab) say(text string) {
	b.Helper()
	b.click(`document.querySelector("#text")`)
	b.keys(text + kb.Enter)
	b.own(strings.NewReplacer("*", "", "`", "").Replace(text))
}

// answer waits until our newest bubble holds the text.
func (b *tab) answer(text string) {
	b.Helper()
	b.until(`[...document.querySelectorAll("#log .bubble")].at(-1)?.matches(".ours") && [...document.querySelectorAll("#log .bubble.ours")].at(-1).innerText.includes(` + quote(text) + `)`)
}

// answered waits until whatever was said last has an answer.
func (b *tab) answered() {
	b.Helper()
	b.until(`[...document.querySelectorAll("#log .bubble")].at(-1).matches(".ours")`)
}

// own waits until the resident's newest bubble holds the text.
func (b *tab) own(text string) {
	b.Helper()
	b.until(`[...document.querySelectorAll("#log .bubble.mine")].at(-1)?.innerText.includes(` + quote(text) + `)`)
}

// press clicks the newest control that says so.
func (b *tab) press(label string) {
	b.Helper()
	find := `[...document.querySelectorAll("button, a, summary")].filter(e => e.checkVisibility({visibilityProperty: true}) && (e.innerText.trim().startsWith(` + quote(label) + `) || e.ariaLabel === ` + quote(label) + `)).at(-1)`
	b.click(find)
}

// choose clicks the newest button or row of a state's choice; keys of choices
// are the same in every language.
func (b *tab) choose(choice string) {
	b.Helper()
	b.click(`[...document.querySelectorAll("[data-tap^='` + choice + `~']")].filter(e => e.checkVisibility()).at(-1)`)
}

// click waits until what the expression finds stands still and uncovered, and
// clicks in its middle.
func (b *tab) click(find string) {
	b.Helper()
	b.do(chromedp.Evaluate[chromedp.Void](`window.clickAt = undefined`))
	b.until(`(() => { const e = ` + find + `; if (!e) return false; e.scrollIntoView({block: "nearest", behavior: "instant"});
		const r = e.getBoundingClientRect(), at = [r.left + r.width / 2, r.top + r.height / 2], still = String(at) === String(window.clickAt);
		window.clickAt = at; return still && e.contains(document.elementFromPoint(...at)) })()`)
	at := value[[2]float64](b, `window.clickAt`)
	b.do(chromedp.MouseClickXY(at[0], at[1]))
}

// lit waits until the picture shows the state lit.
func (b *tab) lit(flow, state string) {
	b.Helper()
	b.until(`document.querySelector("#canvas").dataset.flow === ` + quote(flow) + ` && document.querySelector("#canvas .state.lit")?.dataset.state === ` + quote(state))
}

// shot saves what is to be seen, where BODE_DEMO_SHOTS names a folder.
func (b *tab) shot(name string) {
	b.Helper()
	folder := os.Getenv("BODE_DEMO_SHOTS")
	if folder == "" {
		return
	}
	ctx, cancel := context.WithTimeout(b.ctx, browsertest.Patience)
	defer cancel()
	data, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	if err == nil {
		err = os.WriteFile(filepath.Join(folder, strings.ReplaceAll(name, " ", "-")+".png"), data, 0o644)
	}
	if err != nil {
		b.Fatal(err)
	}
}

// replyTo is an answer for this browser's phone, out of nothing.
func replyTo(b *tab, text string) bot.Send {
	b.Helper()
	var number string
	b.do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		cookies, err := cdp.Call(ctx, t, network.GetCookies, network.GetCookiesParams{})
		if err == nil {
			number = cookies.Cookies[0].Value
		}
		return err
	}))
	contact := bot.Contact{Channel: simulator.Channel, Account: simulator.Account, External: bot.Hide(number)}
	return bot.Send{ID: bot.NewID(b.local.clock.Now()), To: contact, Reply: bot.Reply{Text: bot.Hide(text)}}
}
