package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/gemeentebode/bode/bot/browsertest"
)

func TestDemoPage(t *testing.T) {
	browser := browsertest.Start(t, chromedp.WindowSize(1440, 900))
	t.Run("a whole conversation about waste in Dutch, typed and tapped", func(t *testing.T) { dutchConversation(openDemo(t, browser, "", "")) })
	t.Run("and in English", func(t *testing.T) { englishConversation(openDemo(t, browser, "", "?lang=en")) })
	t.Run("everything that a phone can show", func(t *testing.T) { everything(openDemo(t, browser, trialFlows(t), "")) })
	t.Run("everything that can be sent along", func(t *testing.T) { attachments(openDemo(t, browser, trialFlows(t), "")) })
	t.Run("the clock is set and goes back", func(t *testing.T) { clock(openDemo(t, browser, "", "")) })
	t.Run("the reader is not pulled away from what is higher up", func(t *testing.T) { reading(openDemo(t, browser, "", "")) })
	t.Run("two browsers are two residents, and one can begin again", func(t *testing.T) {
		b := openDemo(t, browser, "", "")
		twoResidents(b, b.another(browser, ""))
	})
	t.Run("a changed flow is live, and a fault is told", func(t *testing.T) {
		folder := trialFlows(t)
		changedFlow(openDemo(t, browser, folder, ""), folder)
	})
	t.Run("the picture of any flow, at any size", func(t *testing.T) { pictures(openDemo(t, browser, trialFlows(t), "")) })
	t.Run("by keyboard only", func(t *testing.T) { keyboard(openDemo(t, browser, trialFlows(t), "")) })
	t.Run("on a phone", func(t *testing.T) { smallScreen(openDemo(t, browser, trialFlows(t), "")) })
	t.Run("everyone can use it", func(t *testing.T) { everyone(t, browser) })
	t.Run("and what would keep someone out is found", func(t *testing.T) { checksFind(openDemo(t, browser, "", "")) })
}

// trialFlows is a folder with the shipped flows and one more, which has
// everything that a phone can show.
func trialFlows(t *testing.T) string {
	t.Helper()
	to := t.TempDir()
	for _, folder := range []string{"flows", "locales"} {
		for _, from := range []string{filepath.Join("..", "..", folder), filepath.Join("testdata", "demo", folder)} {
			if err := os.CopyFS(filepath.Join(to, folder), os.DirFS(from)); err != nil {
				t.Fatal(err)
			}
		}
	}
	return to
}

func dutchConversation(b *tab) {
	b.shot("empty")
	b.press("Wanneer wordt mijn kliko geleegd?")
	b.answer("postcode en huisnummer")
	b.lit("afval", "adres")
	b.say("3511 ln 12")
	b.answer("Domplein 12")
	b.lit("afval", "toon")
	b.until(`document.querySelector("#place").innerText === "Het gesprek is nu bij: toon (Ophaaldagen)."`)
	b.until(`[...document.querySelectorAll("#log .mine")].every(e => e.matches(".read"))`)
	b.shot("desktop")
	b.prefer("prefers-color-scheme", "dark")
	b.shot("dark")
	b.prefer("prefers-color-scheme", "light")
	b.press("Kies")
	b.choose("afval.toon.ander_adres")
	b.own("Ander adres")
	b.answer("postcode en huisnummer")
	b.say("3511LN 14") // there is 14, 14A and more: a list
	b.answered()       // or the press takes the list of the time before
	b.press("Kies")
	b.click(`document.querySelector("dialog[open] .row")`)
	b.answer("Bij Domplein 14")
	b.say("menu")
	b.answer("onderwerp")
	b.until(`document.querySelector("#place").innerText.includes("menu")`)
	b.say("waar hoort een pizzadoos")
	b.answer("izzadoos")
	b.keys("mijn bsn is 123456782" + kb.Enter)
	b.until(`document.querySelector("#log").innerText.includes("[bsn]")`)
	if value[bool](b, `document.documentElement.outerHTML.includes("123456782")`) {
		b.Error("what was typed too much stands on the page")
	}
}

func englishConversation(b *tab) {
	b.until(`document.documentElement.lang === "en" && document.querySelector("#who").innerText === "automated assistant"`)
	b.press("When will my bin be emptied?")
	b.answer("postcode and house number")
	b.say("3511LN 12")
	b.answer("At Domplein 12")
	b.lit("afval", "toon")
	b.until(`document.querySelector("#place").innerText.startsWith("The conversation is now at: toon")`)
	b.press("Choose")
	b.choose("afval.toon.ander_adres")
	b.own("Another address")
	b.answer("postcode and house number")
	b.press("NL")
	b.until(`document.documentElement.lang === "nl" && document.querySelector("#log").innerText.includes("At Domplein 12")`)
}

func everything(b *tab) {
	b.say("proefgesprek")
	b.answer("Dit zijn knoppen")
	b.lit("proef", "knoppen")
	b.until(`document.querySelector("#log strong").innerText === "knoppen"`)
	if link := value[string](b, `(a => [a.href, a.target, a.rel].join(" "))([...document.querySelectorAll("#log .text a")].at(-1))`); link != "https://voorbeeldstad.example/afval _blank noopener noreferrer" {
		b.Errorf("the address in the text is %s", link)
	}
	b.press("Een lijst")
	b.answer("Dit is een lijst")
	b.press("Kies een bak")
	b.until(`document.querySelectorAll("dialog[open] .row").length === 4 && document.querySelector("dialog[open]").innerText.includes("Papier en karton")`)
	b.shot("sheet")
	b.keys(kb.Escape)
	b.until(`!document.querySelector("dialog[open]") && document.activeElement.innerText.trim() === "Kies een bak"`)
	b.press("Kies een bak")
	b.choose("proef.lijst.blauwe_bak")
	b.own("Blauwe bak")
	b.answer("Dit zijn knoppen")
	b.until(`!document.querySelector("dialog[open]")`)
	b.press("Een plek")
	b.answer("Waar is het?")
	b.press("Locatie delen")
	b.press("Domplein 12")
	b.own("52.08600, 5.09133")
	b.answer("Dit zijn knoppen")
	b.click(`document.querySelector("[data-tap^='proef.knoppen.een_lijst~']")`) // the first, far up
	b.own("Een lijst")
	b.answer("Dit is een lijst")
	b.say("menu")
	b.say("proefgesprek")
	b.answer("Dit zijn knoppen")
	b.press("Een link")
	b.answer("Dit is een link")
	if link := value[string](b, `(a => [a.href, a.target, a.rel].join(" "))([...document.querySelectorAll("#log a.choice")].at(-1))`); link != "https://voorbeeldstad.example/afval _blank noopener noreferrer" {
		b.Errorf("the link's button is %s", link)
	}
	b.until(`document.querySelector("#place").innerText.startsWith("Het gesprek is klaar")`)
}

func attachments(b *tab) {
	for _, thing := range []string{"Foto", "Spraakbericht", "Document"} {
		b.press("Iets meesturen")
		b.until(`document.querySelector("#attach").open`)
		b.shot("attach")
		b.press(thing)
		b.own(thing)
		b.until(`[...document.querySelectorAll("#log .bubble")].at(-1).matches(".ours") && !document.querySelector("dialog[open]")`)
	}
	b.press("Iets meesturen")
	b.press("Locatie")
	b.until(`document.querySelector("#places").open`)
	b.shot("location")
	b.do(chromedp.Click("[name=latitude]"))
	b.keys("52,5")
	b.do(chromedp.Click("[name=longitude]"))
	b.keys("3.25" + kb.Enter)
	b.own("52.50000, 3.25000")
	b.until(`!document.querySelector("dialog[open]")`)
}

func clock(b *tab) {
	b.press("Klok")
	b.do(chromedp.SetValue("#clock-at", "2026-12-24T16:00"))
	b.press("Zet de klok")
	b.until(`document.querySelector("#clock.set #clock-now")?.innerText.includes("24 dec")`)
	b.press("Wanneer wordt mijn kliko geleegd?")
	b.answer("postcode en huisnummer")
	b.say("3511LN 12")
	b.answer("december")
	if day := value[string](b, `document.querySelector("#log .day").innerText`); day != "donderdag 24 december 2026" {
		b.Errorf("the day above the messages is %q", day)
	}
	b.shot("clock")
	b.press("Klok")
	b.press("Terug naar nu")
	b.until(`!document.querySelector("#clock").matches(".set") && !document.querySelector("#clock").open`)
}

func reading(b *tab) {
	for i := range 5 {
		b.say("menu")
		b.until(fmt.Sprintf(`document.querySelectorAll("#log .bubble.ours").length === %d`, i+1))
	}
	const left = `(s => s.scrollHeight - s.scrollTop - s.clientHeight)(document.querySelector("#scroller"))`
	b.until(left + ` < 2`)
	// At once, as a wheel does it: what arrives in between (a read mark) would go on following.
	b.do(chromedp.Evaluate[chromedp.Void](`(s => { s.dispatchEvent(new WheelEvent("wheel")); s.scrollTo({top: 0, behavior: "instant"}) })(document.querySelector("#scroller"))`))
	if _, err := b.local.phones.Send(b.ctx, replyTo(b, "Een bericht uit het niets")); err != nil {
		b.Fatal(err)
	}
	b.answer("Een bericht uit het niets")
	b.until(`!document.querySelector("#newest").hidden`)
	if value[float64](b, `document.querySelector("#scroller").scrollTop`) != 0 {
		b.Error("the reader was pulled to the newest message")
	}
	b.press("Naar het nieuwste bericht")
	b.until(left + ` < 2 && document.querySelector("#newest").hidden`)
}

func twoResidents(one, two *tab) {
	one.say("medewerker")
	one.answer("14 0900")
	if shown := value[string](two, `document.querySelector("#log").innerText`); shown != "" {
		one.Errorf("the other browser shows %q", shown)
	}
	one.press("Opnieuw beginnen")
	one.until(`document.querySelector("#log").children.length === 0 && !document.querySelector("#hello").hidden`)
	one.until(`document.querySelector("#place").innerText === "Het gesprek is nog niet begonnen."`)
	one.say("hallo")
	one.answer("automatische assistent") // a new resident is greeted again
}

func changedFlow(b *tab, folder string) {
	file := filepath.Join(folder, "flows", "proef.toml")
	good, err := os.ReadFile(file)
	if err != nil {
		b.Fatal(err)
	}
	write := func(old, new string) {
		b.Helper()
		if !strings.Contains(string(good), old) {
			b.Fatalf("%s does not hold %q", file, old)
		}
		if err := os.WriteFile(file, []byte(strings.Replace(string(good), old, new, 1)), 0o600); err != nil {
			b.Fatal(err)
		}
	}
	b.say("proefgesprek")
	b.answer("Dit zijn knoppen")
	write(`label = "Een plek",   next = "plek"`, `label = "Een plek",   next = "plekk"`)
	b.until(`document.querySelector("#faults").innerText.includes("De wijziging is nog niet live")`)
	b.until(`[...document.querySelectorAll("#faults li")].some(e => e.innerText.startsWith("flows/proef.toml:12:") && e.innerText.includes("plekk"))`)
	b.shot("faults")
	b.press("Een plek") // the version before goes on
	b.answer("Waar is het?")
	// It is shown for four seconds: on a slow machine nobody may be looking just then.
	b.do(chromedp.Evaluate[chromedp.Void](`(toast => { new MutationObserver(() => { window.toldLive ||= toast.matches(".shown") && toast.innerText.startsWith("Live") })
		.observe(toast, {attributes: true, childList: true, subtree: true}) })(document.querySelector("#toast"))`))
	began := time.Now()
	write(`text = "Waar is het?"`, `text = "Op welke plek is het?"`)
	b.until(`window.toldLive`)
	b.Logf("the saved file was told in the browser after %v", time.Since(began).Round(10*time.Millisecond))
	b.until(`document.querySelector("#canvas svg").textContent.includes("Op welke plek is het?")`)
	b.say("proefgesprek")
	b.answer("Dit zijn knoppen") // or the press takes the button of the time before
	b.press("Een plek")
	b.answer("Op welke plek is het?")
}

func pictures(b *tab) {
	b.say("proefgesprek")
	b.lit("proef", "knoppen")
	b.do(chromedp.SetValue("#flow", "afval"))
	b.do(chromedp.Evaluate[chromedp.Void](`document.querySelector("#flow").dispatchEvent(new Event("change"))`))
	b.until(`document.querySelector("#canvas").dataset.flow === "afval" && !document.querySelector("#follow").checked`)
	b.press("Een lijst")
	b.answer("Dit is een lijst")
	b.until(`document.querySelector("#place").innerText.includes("lijst") && document.querySelector("#canvas").dataset.flow === "afval"`)
	b.do(chromedp.Click("#follow"))
	b.lit("proef", "lijst")
	const inside = `(c => (r => r.left >= c.left - 1 && r.right <= c.right + 1 && r.top >= c.top - 1 && r.bottom <= c.bottom + 1)(document.querySelector("svg.flow").getBoundingClientRect()))(document.querySelector("#canvas").getBoundingClientRect())`
	for range 6 {
		b.press("Groter")
	}
	b.until(`!` + inside)
	b.press("Passend")
	b.until(inside)
	b.press("De stappen als lijst")
	b.until(`document.querySelector(".states li[aria-current=step]").innerText.startsWith("lijst: laat kiezen, gaat naar knoppen, klaar")`)
}

func keyboard(b *tab) {
	b.tabTo(".skip")
	b.keys(kb.Enter)
	b.until(`document.activeElement.id === "text"`)
	b.keys("twee")
	b.keys(kb.Enter, chromedp.ModifierShift)
	b.keys("regels" + kb.Enter)
	b.until(`[...document.querySelectorAll("#log .mine .text")].at(-1)?.textContent === "twee\nregels"`)
	b.until(`[...document.querySelectorAll("#log .bubble")].at(-1).matches(".ours")`)
	b.keys("proefgesprek" + kb.Enter)
	b.answer("Dit zijn knoppen")
	b.backTo(`[data-tap^="proef.knoppen.een_lijst~"]`)
	b.keys(kb.Enter)
	b.own("Een lijst")
	b.answer("Dit is een lijst")
	b.tabTo(`[data-sheet^="sheet-"]`)
	b.keys(" ")
	b.tabTo("dialog[open] .row")
	b.keys(kb.ArrowDown + kb.ArrowDown + kb.ArrowUp)
	b.until(`document.activeElement.innerText.startsWith("Grijze bak")`)
	b.keys(kb.Enter)
	b.own("Grijze bak")
	b.until(`document.activeElement.id === "text"`)
	b.backTo("#composer [data-sheet=attach]")
	b.keys(kb.Enter)
	b.tabTo("#attach [data-sheet=places]")
	b.keys(" ")
	b.tabTo("#places .row")
	b.keys(kb.ArrowDown + kb.ArrowDown)
	b.until(`document.activeElement.innerText.startsWith("Noordzee")`)
	b.keys(kb.Escape)
	b.until(`!document.querySelector("dialog[open]")`)
	b.tabTo("#clock summary")
	b.keys(kb.Enter)
	b.until(`document.querySelector("#clock").open`)
	b.keys(kb.Escape)
	b.until(`!document.querySelector("#clock").open && document.activeElement.matches("#clock summary")`)
	b.tabTo("#canvas")
	b.backTo("[data-zoom=in]")
	before := value[float64](b, `document.querySelector("svg.flow").getBoundingClientRect().width`)
	b.keys(kb.Enter)
	b.until(fmt.Sprintf(`document.querySelector("svg.flow").getBoundingClientRect().width > %v`, before))
}

// tabTo presses Tab until what is chosen has the focus, which must be to be
// seen all the way; backTo goes the other way.
func (b *tab) tabTo(selector string)  { b.Helper(); b.walk(selector) }
func (b *tab) backTo(selector string) { b.Helper(); b.walk(selector, chromedp.ModifierShift) }

func (b *tab) walk(selector string, held ...chromedp.Modifier) {
	b.Helper()
	for range 60 {
		b.keys(kb.Tab, held...)
		if value[bool](b, `document.activeElement !== document.body && getComputedStyle(document.activeElement).outlineStyle === "none"`) {
			b.Errorf("the focus is not to be seen on %s", value[string](b, `document.activeElement.outerHTML.slice(0, 120)`))
		}
		if value[bool](b, `document.activeElement.matches(`+quote(selector)+`)`) {
			return
		}
	}
	b.Fatalf("Tab never comes to %s", selector)
}

func smallScreen(b *tab) {
	b.size(360, 740)
	b.say("proefgesprek")
	b.answer("Dit zijn knoppen")
	b.press("Een lijst")
	b.answer("Dit is een lijst")
	b.shot("small")
	b.press("Plaatje")
	b.lit("proef", "lijst")
	b.until(`(r => r.left >= 0 && r.right <= innerWidth && r.top >= 0 && r.bottom <= innerHeight)(document.querySelector("#canvas .lit").getBoundingClientRect())`)
	b.shot("small picture")
	if value[bool](b, `document.querySelector("#phone").checkVisibility()`) {
		b.Error("phone and picture stand there at once")
	}
	b.press("Gesprek")
	b.press("Iets meesturen")
	b.until(`(r => r.left >= 0 && r.right <= innerWidth && r.bottom <= innerHeight + 1)(document.querySelector("#attach").getBoundingClientRect())`)
	b.shot("small sheet")
	b.press("Sluiten")
	b.until(`!document.querySelector("dialog[open]")`)
	b.press("Klok")
	b.until(`(r => r.left >= 0 && r.right <= innerWidth)(document.querySelector("#clock-form").getBoundingClientRect())`)
	b.shot("small clock")
}
