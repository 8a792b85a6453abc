package flow

import (
	"bytes"
	"encoding/xml"
	"io"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

const drawn = `[states.een]
text = "Wat is <er> & \"nu\"?"
choices = [
  { label = "Straat & stoep", next = "twee" },
  { label = "Lamp", next = "twee" },
  { label = "Weg", next = "menu" },
]
[states.twee]
call = "request.cancel"
with = {}
on = { done = "drie", failed = "een" }
[states.drie]
text = "Klaar, {{.fact.telefoon}}."
end = true
`

func drawnFlow(t testing.TB, states string) *Flow {
	t.Helper()
	b, faults := Load(fstest.MapFS{"flows/bode.toml": {Data: []byte(checkShared)}, "flows/proef.toml": {Data: []byte(checkHead + states)}}, checkOptions())
	if b == nil {
		t.Fatal(faults)
	}
	return b.Flows["proef"]
}

// element is one SVG element with its text.
type element struct {
	name  string
	attrs map[string]string
	text  string
}

// elements reads the picture with a parser that takes no nonsense.
func elements(t *testing.T, svg []byte) []element {
	t.Helper()
	var all []element
	for d := xml.NewDecoder(bytes.NewReader(svg)); ; {
		token, err := d.Token()
		if err == io.EOF {
			return all
		}
		if err != nil {
			t.Fatalf("not XML: %v", err)
		}
		switch x := token.(type) {
		case xml.StartElement:
			e := element{name: x.Name.Local, attrs: map[string]string{}}
			for _, a := range x.Attr {
				e.attrs[a.Name.Local] = a.Value
			}
			all = append(all, e)
		case xml.CharData:
			if len(all) > 0 {
				all[len(all)-1].text += string(x)
			}
		}
	}
}

func TestSVG_isReadByAScreenReaderAndAllowedByThePolicy(t *testing.T) {
	all := elements(t, drawnFlow(t, drawn).SVG("twee"))
	ids := map[string]bool{}
	states := map[string]string{}
	for i, e := range all {
		if e.attrs["style"] != "" || e.name == "style" || e.name == "script" || strings.HasPrefix(e.attrs["onclick"], "") && e.attrs["onclick"] != "" {
			t.Errorf("%s has a style or script of its own", e.name)
		}
		if id := e.attrs["id"]; id != "" {
			if ids[id] {
				t.Errorf("id %s stands twice", id)
			}
			ids[id] = true
		}
		if name := e.attrs["data-state"]; name != "" {
			states[name] = e.attrs["id"] + " " + e.attrs["class"]
			if all[i+1].name != "title" || !strings.HasPrefix(all[i+1].text, name+": ") {
				t.Errorf("state %s has no title, but %v", name, all[i+1])
			}
		}
	}
	want := map[string]string{"een": "state-een state kind-choices start", "twee": "state-twee state kind-call lit", "drie": "state-drie state kind-end"}
	if diff := cmp.Diff(want, states); diff != "" {
		t.Errorf("states (-want +got):\n%s", diff)
	}
	root := all[0]
	if root.attrs["role"] != "img" {
		t.Errorf("role %q", root.attrs["role"])
	}
	for _, id := range strings.Fields(root.attrs["aria-labelledby"]) {
		if !ids[id] {
			t.Errorf("aria-labelledby names %s, which is not there", id)
		}
	}
}

func TestSVG_keepsTheWordsOfTheEditor(t *testing.T) {
	svg := string(drawnFlow(t, drawn).SVG(""))
	for _, want := range []string{"Straat &amp; stoep", "Wat is &lt;er&gt; &amp; &#34;nu&#34;?", "Klaar, ‹fact.telefoon›.", "request.cancel"} {
		if !strings.Contains(svg, want) {
			t.Errorf("the picture does not hold %q", want)
		}
	}
	if strings.Contains(svg, "lit") {
		t.Error("a state stands out, and none was asked for")
	}
}

func TestSVG_noTwoBoxesTouch(t *testing.T) {
	bundle, faults := Load(bigBundle(), checkOptions())
	if bundle == nil {
		t.Fatal(faults)
	}
	p := newPicture(bundle.Flows["f0"])
	p.layout()
	p.routes()
	for i, a := range p.boxes {
		for _, b := range p.boxes[:i] {
			if (rect{a.x - a.w/2, a.y, a.w, a.h}).overlap(rect{b.x - b.w/2, b.y, b.w, b.h}) > 0 {
				t.Errorf("%s and %s lie on one another", a.name, b.name)
			}
		}
		if a.x-a.w/2 < p.left || a.x+a.w/2 > p.left+p.width || a.y < 0 || a.y+a.h > p.height {
			t.Errorf("%s lies outside the picture", a.name)
		}
	}
}

func TestSVG_isTheSameEveryTime(t *testing.T) {
	f := drawnFlow(t, drawn)
	if !bytes.Equal(f.SVG("een"), f.SVG("een")) {
		t.Error("two drawings of one flow differ")
	}
}

func TestMermaid_givesEachStateItsForm(t *testing.T) {
	want := `flowchart TD
  s_een[/"een<br>Wat is #lt;er#gt; #amp; #quot;nu#quot;?"/]
  s_twee[["twee<br>request.cancel"]]
  s_drie(["drie<br>Klaar, ‹fact.telefoon›."])
  menu_een(["menu"])
  s_een -->|"Weg"| menu_een
  s_een -->|"Straat #amp; stoep, Lamp"| s_twee
  s_twee -->|"done"| s_drie
  s_twee -->|"failed"| s_een
`
	if diff := cmp.Diff(want, drawnFlow(t, drawn).Mermaid()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// A flow under repair is drawn too.
func TestSVG_drawsAFlowWithFaults(t *testing.T) {
	f := &Flow{Name: "stuk", Start: "weg", Order: []string{"a", "b"}, States: map[string]*State{
		"a": {Name: "a", Kind: Say, Next: "nergens"}, "b": {Name: "b", Kind: SubFlow, Next: "b"},
	}}
	elements(t, f.SVG("nergens"))
	elements(t, (&Flow{Name: "leeg"}).SVG(""))
}

func BenchmarkSVG_50States(b *testing.B) {
	bundle, faults := Load(bigBundle(), checkOptions())
	if bundle == nil {
		b.Fatal(faults)
	}
	for b.Loop() {
		bundle.Flows["f0"].SVG("s7")
	}
	if path := os.Getenv("BODE_DRAW_TO"); path != "" {
		if err := os.WriteFile(path, bundle.Flows["f0"].SVG("s7"), 0o600); err != nil {
			b.Fatal(err)
		}
	}
}
