package main

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/gemeentebode/bode/bot/channel/cloudapi/fakegraph"
	"github.com/gemeentebode/bode/bot/privacy/privacytest"
)

// field is one place of an inbound message where a resident, or the app for
// them, can put text.
type field struct {
	name    string
	content func(fakegraph.Person, string) (fakegraph.Person, fakegraph.Node)
}

func inMessage(of func(text string) fakegraph.Node) func(fakegraph.Person, string) (fakegraph.Person, fakegraph.Node) {
	return func(p fakegraph.Person, text string) (fakegraph.Person, fakegraph.Node) { return p, of(text) }
}

// fields is every inbound kind with text in it.
var fields = []field{
	{"text", inMessage(fakegraph.Text)},
	{"caption of a picture", inMessage(func(s string) fakegraph.Node { return fakegraph.Media("image", s) })},
	{"caption of a document", inMessage(func(s string) fakegraph.Node { return fakegraph.Media("document", s) })},
	{"file name", inMessage(func(s string) fakegraph.Node {
		m := fakegraph.Media("document", "bijlage")
		m["document"].(fakegraph.Node)["filename"] = s + ".pdf"
		return m
	})},
	{"button", inMessage(func(s string) fakegraph.Node { return fakegraph.Tap(s, s) })},
	{"list row", inMessage(func(s string) fakegraph.Node { return fakegraph.Row(s, "rij", s) })},
	{"button of a template", inMessage(func(s string) fakegraph.Node { return fakegraph.QuickReply(s, s) })},
	{"form", inMessage(func(s string) fakegraph.Node { return fakegraph.FlowReply(fmt.Sprintf(`{"naam":%q}`, s)) })},
	{"location", inMessage(func(s string) fakegraph.Node { return fakegraph.Location(52.1, 5.1, s, s) })},
	{"shared contact", inMessage(func(s string) fakegraph.Node {
		return fakegraph.Node{"type": "contacts", "contacts": []any{fakegraph.Node{"name": fakegraph.Node{"formatted_name": s, "first_name": s}}}}
	})},
	{"profile", func(p fakegraph.Person, s string) (fakegraph.Person, fakegraph.Node) {
		p.Name, p.Username = s, s
		return p, fakegraph.Text("hallo")
	}},
	{"reaction", inMessage(func(s string) fakegraph.Node { return fakegraph.Reaction("wamid.x", s) })},
	{"changed message", inMessage(func(s string) fakegraph.Node { return fakegraph.Edit("wamid.x", fakegraph.Text(s)) })},
	{"unknown kind", inMessage(func(s string) fakegraph.Node {
		return fakegraph.Node{"type": "hologram", "hologram": fakegraph.Node{"body": s}}
	})},
}

// planting is one identifier in one spelling in one field.
type planting struct {
	field field
	kind  string
	privacytest.Spelling
}

// plantings gives every spelling in every field with BODE_TEST_FULL=1, else
// every fourth spelling in one of the fields, in turn.
func plantings() (all []planting) {
	n, full := 0, os.Getenv("BODE_TEST_FULL") != ""
	for _, kind := range privacytest.Kinds() {
		for _, spelling := range privacytest.Spellings(kind, privacytest.Examples[kind]) {
			for i, f := range fields {
				if full || n%4 == 0 && i == n/4%len(fields) {
					all = append(all, planting{f, kind, spelling})
				}
			}
			n++
		}
	}
	return all
}

// A scripted hour in which every field carries identifiers in every spelling:
// they are nowhere, not in the database's files, its log of changes, our log,
// the metrics, the pages or the answers.
func TestServe_anIdentifierInAnySpellingAndFieldIsNowhere(t *testing.T) {
	eachInstallation(t, func(t *testing.T, in *installation) {
		p := in.serve()
		in.fake.SetCallback(p.webhook())
		all := plantings()
		const people = 40
		for i, planted := range all {
			from, content := planted.field.content(person(i%people), planted.Text)
			body, _ := in.fake.Inbound(from, time.Now(), content)
			if code := in.post(p.webhook(), body, ""); code != 200 {
				t.Fatalf("%s, %s in a %s: status %d", planted.kind, planted.How, planted.field.name, code)
			}
		}
		in.settled(3 * time.Minute)
		everything := map[string][]byte{}
		for _, page := range []string{"/metrics", "/desk/requests", "/desk/agenda", "/readyz"} {
			_, text := p.get(page)
			everything[page] = []byte(text)
		}
		p.stop()
		everything["log"] = []byte(p.logged())
		in.databaseFiles(everything)
		for _, m := range in.fake.Record() {
			everything["answer "+m.ID] = m.Body
		}
		if answers := len(in.fake.Record()); answers < people {
			t.Errorf("only %d answers to %d messages: the search proves little", answers, len(all))
		}
		in.searched(all, everything)
		t.Logf("%d plantings, %d places searched, %d answers", len(all), len(everything), len(in.fake.Record()))
	})
}

// searched looks for each planted identifier as it was spelled, and bare.
func (in *installation) searched(all []planting, everything map[string][]byte) {
	in.t.Helper()
	needles := map[string]string{}
	for _, planted := range all {
		needles[planted.Secret] = planted.kind + ", " + planted.How + ", in a " + planted.field.name
		needles[privacytest.Examples[planted.kind]] = planted.kind
	}
	for name, data := range everything {
		for needle, what := range needles {
			if form := found(data, needle); form != "" {
				in.t.Errorf("%s holds %s as %s", name, what, form)
			}
			if escaped := strings.Trim(fmt.Sprintf("%q", needle), `"`); escaped != needle && found(data, escaped) == "plain text" {
				in.t.Errorf("%s holds %s, escaped", name, what)
			}
		}
	}
}
