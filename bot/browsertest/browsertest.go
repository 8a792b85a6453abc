// Package browsertest opens pages in a real Chromium and holds them to what
// everyone can use: no wider than the screen, large enough to hit, clear enough
// to read, with a name for whoever hears them. It is imported by tests only.
package browsertest

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// Patience is how long a test waits for a page before it fails: long, because
// a machine that tests everything at once is many times slower.
const Patience = time.Minute

// Start starts one Chromium. A machine without one skips, and says so; in CI,
// and where BODE_TEST_REQUIRE is set, that is a failure.
func Start(t *testing.T, more ...chromedp.ExecAllocatorOption) context.Context {
	t.Helper()
	path := find()
	if path == "" {
		if os.Getenv("CI") != "" || os.Getenv("BODE_TEST_REQUIRE") != "" {
			t.Fatal("no chromium: the browser tests cannot run")
		}
		fmt.Fprintln(os.Stderr, t.Name()+": its tests in a browser are skipped: no chromium: apt-get install chromium")
		t.Skip("no chromium: apt-get install chromium")
	}
	options := []chromedp.ExecAllocatorOption{
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.NoFirstRun, chromedp.UserDataDir(t.TempDir()),
		chromedp.WSURLReadTimeout(Patience),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true),
	}
	ctx, cancel := chromedp.NewContext(context.Background(), chromedp.WithAllocatorOptions(append(options, more...)...))
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

func find() string {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

// View is a browser with a screen. Shots go to the folder that BODE_TEST_SHOTS
// names, each with Name before it.
type View struct {
	T    *testing.T
	Ctx  context.Context
	Name string
}

// Do runs actions, or fails the test.
func (v *View) Do(actions ...chromedp.Action[chromedp.Void]) {
	v.T.Helper()
	ctx, cancel := context.WithTimeout(v.Ctx, Patience)
	defer cancel()
	if err := chromedp.Do(ctx, actions...); err != nil {
		v.T.Fatal(err)
	}
}

// Call runs one command of the browser's protocol.
func Call[P any](v *View, command cdp.Command[P, cdp.Empty], params P) {
	v.T.Helper()
	v.Do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, command, params)
		return err
	}))
}

// WithoutScripts switches the page's own scripts off.
func (v *View) WithoutScripts() {
	v.T.Helper()
	Call(v, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
}

// Screen sets the size, and whether it is "light" or "dark".
func (v *View) Screen(width, height int64, scheme string) {
	v.T.Helper()
	v.Do(chromedp.EmulateViewport(width, height))
	Call(v, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}})
}

// Text gives what an expression says.
func (v *View) Text(expression string) string { return evaluated[string](v, expression) }

// Number gives what an expression counts.
func (v *View) Number(expression string) float64 { return evaluated[float64](v, expression) }

func evaluated[V any](v *View, expression string) V {
	v.T.Helper()
	ctx, cancel := context.WithTimeout(v.Ctx, Patience)
	defer cancel()
	value, err := chromedp.Run(ctx, chromedp.Evaluate[V](expression))
	if err != nil {
		v.T.Fatalf("%v: %s", err, expression)
	}
	return value
}

// shown is what can be read on a page that has its styles: before, the text is
// there in another size and colour.
const shown = `[...document.querySelectorAll("link[rel=stylesheet]")].every(l => l.sheet) && document.body?.innerText || ""`

// Shows waits until the page shows a text, also while it is being replaced.
func (v *View) Shows(text string) {
	v.T.Helper()
	ctx, cancel := context.WithTimeout(v.Ctx, Patience)
	defer cancel()
	for {
		page, err := chromedp.Run(ctx, chromedp.Evaluate[string](shown))
		if err == nil && strings.Contains(page, text) {
			return
		}
		if ctx.Err() != nil {
			v.T.Fatalf("the page never shows %q, but: %s (%v)", text, page, err)
		}
	}
}

// Shot takes a picture of the screen.
func (v *View) Shot(name string) {
	v.T.Helper()
	folder := os.Getenv("BODE_TEST_SHOTS")
	if folder == "" {
		return
	}
	ctx, cancel := context.WithTimeout(v.Ctx, Patience)
	defer cancel()
	picture, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	if err == nil {
		err = os.WriteFile(filepath.Join(folder, v.Name+"-"+name+".png"), picture, 0o600)
	}
	if err != nil {
		v.T.Fatal(err)
	}
}

// Fits takes a picture and holds the page to what everyone can use.
func (v *View) Fits(name string) {
	v.T.Helper()
	v.Shot(name)
	if wide := v.Number(`document.documentElement.scrollWidth - document.documentElement.clientWidth`); wide > 0 {
		v.T.Errorf("%s is %v pixels too wide", name, wide)
	}
	for what, expression := range map[string]string{"too small to hit": tooSmall, "too faint to read": tooFaint, "not for who hears it": unnamed} {
		if found := v.Text(expression); found != "" {
			v.T.Errorf("%s: %s: %s", name, what, found)
		}
	}
}
