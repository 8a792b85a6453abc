package studio

import (
	"net/http"
	"strings"
	"testing"

	"github.com/gemeentebode/bode/bot"
)

func TestFormat_asAChatShowsIt(t *testing.T) {
	const open = ` target="_blank" rel="noopener noreferrer">`
	for text, want := range map[string]string{
		"gewoon":                         "gewoon",
		"*vet* en _schuin_":              "<strong>vet</strong> en <em>schuin</em>",
		"*vet _en schuin_*":              "<strong>vet <em>en schuin</em></strong>",
		"~oud~ `x*y*z`":                  "<s>oud</s> <code>x*y*z</code>",
		"3*4*5 en snake_case_naam":       "3*4*5 en snake_case_naam",
		"* geen * lijst":                 "* geen * lijst",
		"*over\nregels*":                 "*over\nregels*",
		"**":                             "**",
		"***":                            "***",
		"*":                              "*",
		"`":                              "`",
		"_":                              "_",
		"(*vet*), _één_!":                "(<strong>vet</strong>), <em>één</em>!",
		"<script>alert(1)</script>":      "&lt;script&gt;alert(1)&lt;/script&gt;",
		"*<img src=x onerror=alert(1)>*": "<strong>&lt;img src=x onerror=alert(1)&gt;</strong>",
		"Kijk op https://voorbeeldstad.example/a_b_c?x=1&y=2.": `Kijk op <a href="https://voorbeeldstad.example/a_b_c?x=1&amp;y=2"` + open + `https://voorbeeldstad.example/a_b_c?x=1&amp;y=2</a>.`,
		"(https://a.example)":                    `(<a href="https://a.example"` + open + `https://a.example</a>)`,
		"voorbeeldstad.example/privacy, of bel.": `<a href="https://voorbeeldstad.example/privacy"` + open + `voorbeeldstad.example/privacy</a>, of bel.`,
		"*voorbeeldstad.example*":                `<strong><a href="https://voorbeeldstad.example"` + open + `voorbeeldstad.example</a></strong>`,
		"_zie https://a.example/x_y _":           `_zie <a href="https://a.example/x_y"` + open + `https://a.example/x_y</a> _`,
		"info@voorbeeldstad.nl":                  "info@voorbeeldstad.nl",
		"1.500 kg. Daarna komt iets":             "1.500 kg. Daarna komt iets",
		`https://a.example/"onclick="x`:          `<a href="https://a.example/"` + open + `https://a.example/</a>&#34;onclick=&#34;x`,
		"javascript:alert(1)":                    "javascript:alert(1)",
	} {
		if got := string(format(text)); got != want {
			t.Errorf("%q shows as\n%s, want\n%s", text, got, want)
		}
	}
}

func TestBubble_textsOfPeopleAndEditorsStayText(t *testing.T) {
	const bad = `<script>alert("x")</script>`
	v := visit(t)
	v.post("/say", 204, "text", bad)
	v.answer(bot.Reply{Text: bot.Hide(bad), Buttons: []bot.Choice{{ID: `"><script>`, Label: bot.Hide(bad)}}})
	v.answer(bot.Reply{Text: bot.Hide("lijst"), List: &bot.List{Button: bad, Rows: []bot.Choice{{ID: "r~1", Label: bot.Hide(bad), Description: bot.Hide(bad)}}}})
	v.answer(bot.Reply{Text: bot.Hide("link"), Link: &bot.Link{Label: bad, URL: "https://voorbeeldstad.example/?a=1&b=2"}})
	v.answer(bot.Reply{Text: bot.Hide("slecht"), Link: &bot.Link{Label: "Klik", URL: "javascript:alert(1)"}})
	html := v.chatHTML()
	if strings.Contains(html, "<script") || strings.Contains(html, "javascript:") {
		t.Errorf("a text became code:\n%s", html)
	}
	if n := strings.Count(html, "&lt;script&gt;"); n < 7 {
		t.Errorf("%d texts are shown as they were written, want 7 or more:\n%s", n, html)
	}
	if !strings.Contains(html, `href="https://voorbeeldstad.example/?a=1&amp;b=2" target="_blank" rel="noopener noreferrer"`) {
		t.Errorf("the link does not open by itself:\n%s", html)
	}
}

func TestBubble_whatIsTypedTooMuchIsNotOnThePage(t *testing.T) {
	v := visit(t)
	v.post("/say", 204, "text", "mijn bsn is 123456782 en mijn rekening NL91ABNA0417164300")
	html := v.chatHTML()
	for _, planted := range []string{"123456782", "NL91ABNA0417164300"} {
		if strings.Contains(html, planted) {
			t.Errorf("%s stands on the page", planted)
		}
	}
	if !strings.Contains(html, "[bsn]") || !strings.Contains(html, wordsOf("nl").T("masked")) {
		t.Errorf("the page does not say what was taken out: %s", html)
	}
}

func TestBubble_everyKindIsShown(t *testing.T) {
	v := visit(t)
	v.post("/share", 204, "latitude", "52.0907", "longitude", "5.1214")
	for _, media := range []string{"image", "voice", "document"} {
		v.post("/attach", 204, "media", media)
	}
	v.answer(bot.Reply{Text: bot.Hide("Waar is het?"), AskPlace: true})
	v.answer(bot.Reply{Template: &bot.Template{Name: "afval_herinnering", Language: "nl", Parameters: []bot.Private{bot.Hide("papier")}}})
	html := v.chatHTML()
	for _, want := range []string{"52.09070, 5.12140", "Foto", "Spraakbericht", "Document", `data-sheet="places"`, "afval_herinnering (nl)", "papier",
		"vrijdag 20 november 2026", "13:00"} {
		if !strings.Contains(html, want) {
			t.Errorf("%q is not shown:\n%s", want, html)
		}
	}
}

func TestAct_onlyWhatAPhoneCanDo(t *testing.T) {
	v := visit(t)
	v.answer(bot.Reply{Text: bot.Hide("Kies"), Buttons: []bot.Choice{{ID: "afval.a.ja~1", Label: bot.Hide("Ja")}}})
	for _, c := range []struct {
		name, path string
		form       []string
		code       int
	}{
		{"a text", "/say", []string{"text", "hallo"}, 204},
		{"the longest text", "/say", []string{"text", strings.Repeat("é", longestText)}, 204},
		{"a longer one", "/say", []string{"text", strings.Repeat("é", longestText+1)}, 400},
		{"a film", "/say", []string{"text", strings.Repeat("x", longestBody)}, 400},
		{"nothing", "/say", nil, 400},
		{"no letters", "/say", []string{"text", "\xff\xfe"}, 400},
		{"a button that stands there", "/tap", []string{"id", "afval.a.ja~1"}, 204},
		{"a button that never stood there", "/tap", []string{"id", "afval.a.nee~1"}, 400},
		{"a button without a name", "/tap", nil, 400},
		{"a place", "/share", []string{"latitude", "-52.1", "longitude", "179.9"}, 204},
		{"a place off the earth", "/share", []string{"latitude", "91", "longitude", "5"}, 400},
		{"no number", "/share", []string{"latitude", "NaN", "longitude", "5"}, 400},
		{"half a place", "/share", []string{"latitude", "52"}, 400},
		{"a photo", "/attach", []string{"media", "image"}, 204},
		{"a programme", "/attach", []string{"media", "exe"}, 400},
		{"no date", "/clock", []string{"time", "morgen"}, 400},
	} {
		t.Run(c.name, func(t *testing.T) { v.post(c.path, c.code, c.form...) })
	}
	arrived := v.desk.arrived
	if len(arrived) != 5 {
		t.Fatalf("%d messages arrived, want 5", len(arrived))
	}
	if tapped := arrived[2]; tapped.Choice != "afval.a.ja~1" || tapped.Text.Reveal() != "Ja" {
		t.Errorf("the tap arrived as %s", tapped.Choice)
	}
}

func TestAct_aFailureTellsNothingOfTheText(t *testing.T) {
	v := visit(t)
	v.desk.change(func() { v.desk.broken = true })
	if said := v.post("/say", 500, "text", "geheim"); strings.Contains(said, "geheim") {
		t.Errorf("the answer quotes the text: %s", said)
	}
}

func TestPhone_twoBrowsersAreTwoResidents(t *testing.T) {
	one := visit(t)
	two := one.another()
	if one.number() == two.number() {
		t.Fatal("they share a phone")
	}
	one.post("/say", 204, "text", "alleen van mij")
	if strings.Contains(two.chatHTML(), "alleen van mij") {
		t.Error("the other browser reads along")
	}
	before := one.number()
	one.post("/new", 204)
	if one.number() == before || strings.Contains(one.chatHTML(), "alleen van mij") {
		t.Error("a new phone is not new")
	}
	if left, _ := one.desk.Transcript(before); len(left) != 0 {
		t.Error("the old phone still shows its chat")
	}
}

func TestPhone_withoutOneNothingCanBeDone(t *testing.T) {
	v := visit(t)
	for _, cookie := range []string{"", "31612345678", "999", "999000000000001x"} {
		for _, path := range []string{"/say", "/tap", "/clock"} {
			r, err := http.NewRequest("POST", v.url+path, strings.NewReader("text=x"))
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			if cookie != "" {
				r.AddCookie(&http.Cookie{Name: numberCookie, Value: cookie})
			}
			answer, err := http.DefaultClient.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			answer.Body.Close()
			if answer.StatusCode != 400 {
				t.Errorf("%s with cookie %q: %d, want 400", path, cookie, answer.StatusCode)
			}
		}
	}
}
