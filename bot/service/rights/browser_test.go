package rights

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/gemeentebode/bode/bot/browsertest"
)

// TestPage_inABrowser opens a link as a resident does, on a phone and on a
// desk, light and dark, by keyboard, with scripts switched off.
// BODE_TEST_SHOTS names a folder for pictures of what was seen.
func TestPage_inABrowser(t *testing.T) {
	v := &view{&browsertest.View{T: t, Ctx: browsertest.Start(t), Name: "rights"}, visit(t, "nl")}
	v.WithoutScripts()
	for _, screen := range []struct {
		name          string
		width, height int64
		scheme        string
	}{{"phone", 390, 844, "light"}, {"dark", 390, 844, "dark"}, {"narrow", 320, 640, "light"}, {"desktop", 1280, 860, "light"}, {"desktop-dark", 1280, 860, "dark"}} {
		v.Screen(screen.width, screen.height, screen.scheme)
		v.now, v.links["link"] = v.now.Add(time.Hour), "nl"
		v.open("/weg")
		v.Fits(screen.name + "-gone")
		v.open("/link")
		v.Fits(screen.name + "-ask")
		if v.opened != 0 {
			t.Fatal("looking used the link up")
		}
		v.Do(chromedp.Click(`button`))
		v.Shows("Dit bewaren wij van u.")
		v.Fits(screen.name + "-own")
		v.opened = 0
	}
	v.keyboard()
	v.download()
}

// keyboard opens a link without a mouse: past the way to the content, to the button.
func (v *view) keyboard() {
	v.View.T.Helper()
	v.links["link"] = "en"
	v.open("/link")
	v.Do(chromedp.KeyEvent(kb.Tab))
	if on := v.Text(`document.activeElement.className`); on != "skip" {
		v.View.T.Errorf("the first tab stops at %q", on)
	}
	v.Do(chromedp.KeyEvent(kb.Tab))
	if on := v.Text(`document.activeElement.innerText + getComputedStyle(document.activeElement).outlineStyle`); on != "Show my datasolid" {
		v.View.T.Errorf("the second tab stops at %q", on)
	}
	v.Do(chromedp.KeyEvent(kb.Enter))
	v.Shows("This is what we keep of you.")
}

// download presses the other button, and reads the file that came.
func (v *view) download() {
	v.View.T.Helper()
	folder := v.View.T.TempDir()
	browsertest.Call(v.View, browser.SetDownloadBehavior, browser.SetDownloadBehaviorParams{Behavior: "allow", DownloadPath: folder})
	v.Do(chromedp.Click(`.file button`))
	file := filepath.Join(folder, "my-data-"+v.now.Format(time.DateOnly)+".json")
	for deadline := time.Now().Add(browsertest.Patience); ; time.Sleep(20 * time.Millisecond) {
		data, err := os.ReadFile(file)
		if err == nil && json.Valid(data) && strings.Contains(string(data), "M-BCD-FGH-234") {
			return
		}
		if time.Now().After(deadline) {
			v.View.T.Fatalf("no file: %v", err)
		}
	}
}

// view is the resident's browser with a screen.
type view struct {
	*browsertest.View
	*visitor
}

func (v *view) open(path string) {
	v.View.T.Helper()
	v.Do(chromedp.Navigate(v.visitor.url + Path + path))
}
