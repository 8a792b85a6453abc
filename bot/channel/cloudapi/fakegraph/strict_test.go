package fakegraph_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/gemeentebode/bode/bot/channel/cloudapi/fakegraph"
)

var moment = time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)

func still() fakegraph.Config {
	clock := fakegraph.NewClock(moment)
	return fakegraph.Config{Now: clock.Now, After: clock.After}
}

// call makes a request as a good client would, spoilt where asked.
func call(fake *fakegraph.Server, body string, spoil ...func(*http.Request)) *httptest.ResponseRecorder {
	c := fake.Config()
	r := httptest.NewRequest(http.MethodPost, "/"+c.Version+"/"+c.PhoneNumberID+"/messages", strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer "+c.Token)
	r.Header.Set("Content-Type", "application/json; charset=utf-8")
	for _, f := range spoil {
		f(r)
	}
	w := httptest.NewRecorder()
	fake.ServeHTTP(w, r)
	return w
}

// code reads the envelope of an error; 0 is success.
func code(t *testing.T, w *httptest.ResponseRecorder) int {
	t.Helper()
	var answer struct {
		Error *struct {
			Message, Type string
			Code          int
			Trace         string                   `json:"fbtrace_id"`
			Data          struct{ Details string } `json:"error_data"`
		}
	}
	if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil {
		t.Fatalf("%v in %s", err, w.Body)
	}
	if answer.Error == nil {
		return 0
	}
	if answer.Error.Message == "" || answer.Error.Type == "" || answer.Error.Trace == "" || answer.Error.Data.Details == "" {
		t.Errorf("envelope is not whole: %s", w.Body)
	}
	return answer.Error.Code
}

// to puts content into a message to a phone number.
func to(content string) string {
	return `{"messaging_product":"whatsapp","recipient_type":"individual","to":"31612345678",` + content + `}`
}

func interactive(content string) string {
	return to(`"type":"interactive","interactive":{` + content + `}`)
}

func buttons(list ...string) string {
	return interactive(`"type":"button","body":{"text":"?"},"action":{"buttons":[` + strings.Join(list, ",") + `]}`)
}

func button(id, title string) string {
	return `{"type":"reply","reply":{"id":"` + id + `","title":"` + title + `"}}`
}

func list(rows ...string) string {
	return interactive(`"type":"list","body":{"text":"?"},"action":{"button":"Kies","sections":[{"rows":[` + strings.Join(rows, ",") + `]}]}`)
}

func row(id, title string) string { return `{"id":"` + id + `","title":"` + title + `"}` }

func link(label, url string) string {
	return interactive(`"type":"cta_url","body":{"text":"?"},"action":{"name":"cta_url","parameters":{"display_text":"` + label + `","url":"` + url + `"}}`)
}

func template(parameter string) string {
	return to(`"type":"template","template":{"name":"t","language":{"policy":"deterministic","code":"nl"},"components":[{"type":"body","parameters":[{"type":"text","text":"` + parameter + `"}]}]}`)
}

func TestStrict(t *testing.T) {
	eleven := func() (out []string) {
		for i := range 11 {
			out = append(out, row(string(rune('a'+i)), string(rune('A'+i))))
		}
		return out
	}()
	e := func(n int) string { return strings.Repeat("é", n) }
	for _, tt := range []struct {
		name, body string
		code       int
	}{
		{"text", to(`"type":"text","text":{"body":"hoi","preview_url":false}`), 0},
		{"text of 4096 characters", to(`"type":"text","text":{"body":"` + e(4096) + `"}`), 0},
		{"text of 4097", to(`"type":"text","text":{"body":"` + e(4097) + `"}`), 131009},
		{"text without body", to(`"type":"text","text":{}`), 131008},
		{"text of spaces", to(`"type":"text","text":{"body":"  "}`), 131009},
		{"text with a field of another type", to(`"type":"text","text":{"body":"hoi"},"template":{}`), 100},
		{"an unknown field", to(`"type":"text","text":{"body":"hoi","colour":"red"}`), 100},
		{"an unknown field at the top", to(`"type":"text","text":{"body":"hoi"},"priority":1`), 100},
		{"a number for a text", to(`"type":"text","text":{"body":7}`), 100},
		{"preview_url as text", to(`"type":"text","text":{"body":"hoi","preview_url":"false"}`), 100},
		{"an unknown type", to(`"type":"hologram"`), 131051},
		{"no product", `{"to":"31612345678","type":"text","text":{"body":"hoi"}}`, 131008},
		{"nobody", `{"messaging_product":"whatsapp","type":"text","text":{"body":"hoi"}}`, 131008},
		{"to someone without a number", strings.Replace(to(`"type":"text","text":{"body":"hoi"}`), "31612345678", "anna", 1), 131009},
		{"to and recipient", to(`"recipient":"NL.1","type":"text","text":{"body":"hoi"}`), 100},
		{"a number as recipient", `{"messaging_product":"whatsapp","recipient":"31612345678","type":"text","text":{"body":"hoi"}}`, 131009},
		{"a user id as recipient", `{"messaging_product":"whatsapp","recipient":"NL.1","type":"text","text":{"body":"hoi"}}`, 0},
		{"a group", strings.Replace(to(`"type":"text","text":{"body":"hoi"}`), "individual", "group", 1), 131009},
		{"callback data of 512", to(`"biz_opaque_callback_data":"` + e(512) + `","type":"text","text":{"body":"hoi"}`), 0},
		{"callback data of 513", to(`"biz_opaque_callback_data":"` + e(513) + `","type":"text","text":{"body":"hoi"}`), 131009},
		{"no JSON", `hoi`, 100},
		{"a list for an object", `[]`, 100},

		{"three buttons", buttons(button("1", e(20)), button("2", "B"), button("3", "C")), 0},
		{"four buttons", buttons(button("1", "A"), button("2", "B"), button("3", "C"), button("4", "D")), 131009},
		{"no buttons", buttons(), 131009},
		{"a title of 21", buttons(button("1", e(21))), 131009},
		{"titles twice", buttons(button("1", "A"), button("2", "A")), 131009},
		{"ids twice", buttons(button("1", "A"), button("1", "B")), 131009},
		{"an id of 257", buttons(button(strings.Repeat("x", 257), "A")), 131009},
		{"an empty title", buttons(button("1", "")), 131009},
		{"a body of 1025", strings.Replace(buttons(button("1", "A")), `"?"`, `"`+e(1025)+`"`, 1), 131009},
		{"no body", interactive(`"type":"button","action":{"buttons":[` + button("1", "A") + `]}`), 131008},
		{"a footer of 61", interactive(`"type":"button","body":{"text":"?"},"footer":{"text":"` + e(61) + `"},"action":{"buttons":[` + button("1", "A") + `]}`), 131009},

		{"ten rows", list(eleven[:10]...), 0},
		{"eleven rows", list(eleven...), 131009},
		{"a row title of 25", list(row("1", e(25))), 131009},
		{"a row id of 201", list(row(strings.Repeat("x", 201), "A")), 131009},
		{"a description of 73", list(`{"id":"1","title":"A","description":"` + e(73) + `"}`), 131009},
		{"an empty description", list(`{"id":"1","title":"A","description":""}`), 131009},
		{"a list button of 21", strings.Replace(list(row("1", "A")), "Kies", e(21), 1), 131009},
		{"two sections without titles", interactive(`"type":"list","body":{"text":"?"},"action":{"button":"Kies","sections":[{"rows":[` + row("1", "A") + `]},{"rows":[` + row("2", "B") + `]}]}`), 131008},

		{"a link", link("Lees", "https://voorbeeldstad.nl"), 0},
		{"a link without s", link("Lees", "http://voorbeeldstad.nl"), 131009},
		{"a link with a long label", link(e(21), "https://voorbeeldstad.nl"), 131009},
		{"a place", interactive(`"type":"location_request_message","body":{"text":"?"},"action":{"name":"send_location"}`), 0},
		{"a place with another action", interactive(`"type":"location_request_message","body":{"text":"?"},"action":{"name":"locate"}`), 131009},

		{"a template", template("morgen    vroeg"), 0},
		{"a template with five spaces", template("morgen     vroeg"), 132018},
		{"a template with a line end", template(`morgen\nvroeg`), 132018},
		{"a template with a tab", template(`morgen\tvroeg`), 132018},
		{"a template with an empty parameter", template(""), 131009},
		{"a template with another policy", strings.Replace(template("a"), "deterministic", "fallback", 1), 131009},

		{"a read mark", `{"messaging_product":"whatsapp","status":"read","message_id":"wamid.x","typing_indicator":{"type":"text"}}`, 0},
		{"a delivered mark", `{"messaging_product":"whatsapp","status":"delivered","message_id":"wamid.x"}`, 131009},
		{"a read mark of nothing", `{"messaging_product":"whatsapp","status":"read"}`, 131008},
		{"a read mark with a recipient", `{"messaging_product":"whatsapp","status":"read","message_id":"wamid.x","to":"31612345678"}`, 100},
		{"a typing mark of another type", `{"messaging_product":"whatsapp","status":"read","message_id":"wamid.x","typing_indicator":{"type":"dots"}}`, 131009},
	} {
		t.Run(tt.name, func(t *testing.T) {
			fake := fakegraph.New(still())
			if got := code(t, call(fake, tt.body)); got != tt.code {
				t.Errorf("code %d, want %d", got, tt.code)
			}
			if got := fake.Counts(); tt.code != 0 && (got.Accepted != 0 || got.Refused[tt.code] != 1) {
				t.Errorf("%+v", got)
			}
		})
	}
}

const hello = `{"messaging_product":"whatsapp","to":"31612345678","type":"text","text":{"body":"hoi"}}`

func TestStrict_aroundTheBody(t *testing.T) {
	for _, tt := range []struct {
		name         string
		spoil        func(*http.Request)
		status, code int
	}{
		{"no token", func(r *http.Request) { r.Header.Del("Authorization") }, 401, 190},
		{"another token", func(r *http.Request) { r.Header.Set("Authorization", "Bearer x") }, 401, 190},
		{"the token bare", func(r *http.Request) { r.Header.Set("Authorization", "fake-token") }, 401, 190},
		{"another version", func(r *http.Request) { r.URL.Path = strings.Replace(r.URL.Path, "v26.0", "v1.0", 1) }, 400, 2500},
		{"another number", func(r *http.Request) { r.URL.Path = "/v26.0/7/messages" }, 400, 100},
		{"another method", func(r *http.Request) { r.Method = http.MethodGet }, 400, 100},
		{"a form", func(r *http.Request) { r.Header.Set("Content-Type", "application/x-www-form-urlencoded") }, 400, 100},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := call(fakegraph.New(still()), hello, tt.spoil)
			if got := code(t, w); got != tt.code || w.Code != tt.status {
				t.Errorf("%d with code %d, want %d with %d", w.Code, got, tt.status, tt.code)
			}
		})
	}
}

func TestStrict_templatesOfTheAccount(t *testing.T) {
	config := still()
	config.Facts.Templates = []fakegraph.Template{{Name: "t", Language: "nl", Status: "APPROVED", Parameters: 1}, {Name: "p", Language: "nl", Status: "PAUSED", Parameters: 1}}
	fake := fakegraph.New(config)
	for want, body := range map[int]string{
		0:      template("a"),
		132001: strings.Replace(template("a"), `"code":"nl"`, `"code":"en"`, 1),
		132000: strings.Replace(template("a"), `[{"type":"text"`, `[{"type":"text","text":"b"},{"type":"text"`, 1),
		132015: strings.Replace(template("a"), `"name":"t"`, `"name":"p"`, 1),
	} {
		if got := code(t, call(fake, body)); got != want {
			t.Errorf("code %d, want %d", got, want)
		}
	}
}

func TestUserIDInTo(t *testing.T) {
	body := strings.Replace(hello, "31612345678", "NL.1", 1)
	config := still()
	config.Callback = "http://127.0.0.1:1"
	fake := fakegraph.New(config)
	if got := code(t, call(fake, body)); got != 0 || fake.Counts().Vanished != 1 || !fake.Record()[0].Vanished {
		t.Errorf("code %d, %+v: it must be accepted and vanish", got, fake.Counts())
	}
	config.Rules.RefuseInTo = true
	if got := code(t, call(fakegraph.New(config), body)); got != 131026 {
		t.Errorf("code %d, want 131026", got)
	}
}

// Who treats a message id as harmless has stored a phone number.
func TestMessageIDHoldsTheNumber(t *testing.T) {
	fake := fakegraph.New(still())
	w := call(fake, hello)
	var answer struct {
		Contacts []struct{ Input string }
		Messages []struct{ ID string }
	}
	if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil {
		t.Fatal(err)
	}
	raw, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(answer.Messages[0].ID, "wamid."))
	if err != nil || !bytes.Contains(raw, []byte("31612345678")) || answer.Contacts[0].Input != "31612345678" {
		t.Errorf("%s %v", w.Body, err)
	}
	_, id := fake.Inbound(fakegraph.Person{Phone: "31687654321"}, moment, fakegraph.Text("hoi"))
	if raw, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(id, "wamid.")); err != nil || !bytes.Contains(raw, []byte("31687654321")) {
		t.Errorf("%q %v", raw, err)
	}
}

// Meta signs its own spelling: escaped beyond ASCII, slashes too.
func TestSpell(t *testing.T) {
	if got, want := string(fakegraph.Spell(fakegraph.Node{"a": "é/😀<&"})), `{"a":"\u00e9\/\ud83d\ude00<&"}`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
