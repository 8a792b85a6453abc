package flow

import (
	"encoding/xml"
	"fmt"
	"strings"
)

// SVG draws the flow. The state named lit stands out: the one where a
// conversation is; "" for none. Colours are presentation attributes that read
// on light and on dark paper; a page can overrule them by class, and gives
// --flow-paper as what lies behind. There is no style in it that a content
// security policy could forbid.
func (f *Flow) SVG(lit string) []byte {
	p := newPicture(f)
	p.layout()
	p.routes()
	w := &svgWriter{id: "flow-" + f.Name}
	w.open(p)
	// Side roads share lanes: one opacity for all keeps those from darkening.
	w.put(`<g class="around" opacity="0.45">` + "\n")
	for _, a := range p.arrows {
		if a.route == around {
			w.arrow(a)
		}
	}
	w.put("</g>\n")
	for _, a := range p.arrows {
		if a.route != around {
			w.arrow(a)
		}
	}
	for _, b := range p.boxes {
		w.box(b, b.name == lit, b.name == f.Start)
	}
	for _, a := range p.arrows {
		w.labels(a)
	}
	w.put("</svg>\n")
	return []byte(w.String())
}

type svgWriter struct {
	strings.Builder
	id string
}

func (w *svgWriter) put(format string, args ...any) { fmt.Fprintf(w, format, args...) }

// escapeXML writes a text of an editor so that it stays text.
func escapeXML(s string) string {
	var b strings.Builder
	if err := xml.EscapeText(&b, []byte(s)); err != nil {
		return "" // a strings.Builder takes everything
	}
	return b.String()
}

func (w *svgWriter) open(p *picture) {
	title := dutchSource(p.flow.Title)
	if title == "" {
		title = p.flow.Name
	}
	w.put(`<svg xmlns="http://www.w3.org/2000/svg" class="flow" role="img" aria-labelledby="%[1]s-title %[1]s-desc" width="%.0[2]f" height="%.0[3]f" viewBox="%.0[4]f 0 %.0[2]f %.0[3]f" font-family="system-ui, 'Segoe UI', 'DejaVu Sans', sans-serif" font-size="13" color="CanvasText" fill="none">`+"\n",
		escapeXML(w.id), p.width, p.height, p.left)
	w.put("<title id=\"%s-title\">%s</title>\n", escapeXML(w.id), escapeXML(title))
	w.put("<desc id=\"%s-desc\">%s</desc>\n", escapeXML(w.id), escapeXML(p.summary()))
	w.put(`<defs><marker id="%s-tip" viewBox="0 0 8 8" refX="3" refY="4" markerWidth="8" markerHeight="8" markerUnits="userSpaceOnUse" orient="auto"><path class="tip" d="M0 0.5L8 4L0 7.5Z" fill="currentColor"/></marker></defs>`+"\n", escapeXML(w.id))
	w.put(`<rect class="paper" x="%.0f" y="0" width="%.0f" height="%.0f" fill="var(--flow-paper, Canvas)"/>`+"\n", p.left, p.width, p.height)
}

// summary says in one sentence what is to be seen, for who cannot see it.
func (p *picture) summary() string {
	ends, people := 0, 0
	for _, b := range p.boxes {
		if b.state.Kind == End {
			ends++
		}
		if b.state.Kind == Handover {
			people++
		}
	}
	return fmt.Sprintf("Het begint bij %s. %s, %s, %s naar een medewerker.", p.flow.Start,
		counted(len(p.flow.States), "staat", "staten"), counted(ends, "einde", "eindes"), counted(people, "weg", "wegen"))
}

func counted(n int, one, more string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, more)
}

func (w *svgWriter) arrow(a *arrow) {
	w.put(`<path class="edge" data-from="%s" data-to="%s" d="%s" stroke="currentColor" stroke-width="1.3" marker-end="url(#%s-tip)"/>`+"\n",
		escapeXML(a.from.name), escapeXML(a.to.name), a.path, escapeXML(w.id))
}

// labels stand on a strip of paper, so that no arrow runs through them.
func (w *svgWriter) labels(a *arrow) {
	if len(a.labels) == 0 {
		return
	}
	width, height := a.labelSize()
	w.put(`<g class="edge-label"><rect class="paper" x="%.1f" y="%.1f" width="%.1f" height="%.1f" rx="4" fill="var(--flow-paper, Canvas)"/>`,
		a.lx-width/2, a.ly, width, height)
	for i, label := range a.labels {
		w.put(`<text x="%.1f" y="%.1f" text-anchor="middle" font-size="12" fill="currentColor" fill-opacity="0.85">%s</text>`,
			a.lx, a.ly+12+labelLine*float64(i), escapeXML(label))
	}
	w.put("</g>\n")
}

// tint is a kind's colour: middling ones, which stand out from white and from
// black alike, as a line and as a thin wash.
var tint = map[Kind]string{
	Say: "#3f7fbf", Ask: "#b7791f", Choose: "#b7791f", ChooseFrom: "#b7791f", CallService: "#2f8f83", Branch: "#8a63b8",
	Subscribe: "#c0497b", Unsubscribe: "#c0497b", Handover: "#c2562f", SubFlow: "#2f8f83", End: "#7a7f87",
}

func (w *svgWriter) box(b *box, lit, start bool) {
	class := "state kind-" + string(b.state.Kind)
	if lit {
		class += " lit"
	}
	if start {
		class += " start"
	}
	name := escapeXML(b.name)
	w.put(`<g id="state-%s" data-state="%s" class="%s"><title>%s</title>`, name, name, class, escapeXML(b.title()))
	x, y, colour := b.x-b.w/2, b.y, tint[b.state.Kind]
	if lit {
		w.put(`<rect class="ring" x="%.1f" y="%.1f" width="%.1f" height="%.1f" rx="16" stroke="%s" stroke-width="3" stroke-dasharray="7 4"/>`, x-8, y-8, b.w+16, b.h+16, colour)
	}
	w.put(`<path class="paper" d="%s" fill="var(--flow-paper, Canvas)"/>`, outline(b))
	strength, wash := 1.6, 0.10
	if lit {
		strength, wash = 3, 0.30
	}
	w.put(`<path class="shape" d="%s" fill="%s" fill-opacity="%.2f" stroke="%s" stroke-width="%.1f"/>`, outline(b), colour, wash, colour, strength)
	if d := bars(b); d != "" {
		w.put(`<path class="bars" d="%s" stroke="%s" stroke-width="1.2"/>`, d, colour)
	}
	w.put(`<path class="icon" transform="translate(%.1f %.1f)" d="%s" stroke="%s" stroke-width="1.7" stroke-linecap="round" stroke-linejoin="round"/>`, x+16, y+10, icons[b.state.Kind], colour)
	w.put(`<text class="name" x="%.1f" y="%.1f" font-weight="600" font-size="14" fill="currentColor">%s</text>`, x+42, y+23, escapeXML(cut(b.name, 18)))
	for i, line := range b.lines {
		w.put(`<text class="about" x="%.1f" y="%.1f" font-size="12" fill="currentColor" fill-opacity="0.8">%s</text>`, x+16, y+boxHead+11+boxLine*float64(i), escapeXML(line))
	}
	if b.menu != nil {
		w.menu(b)
	}
	if start {
		w.put(`<path class="entry" d="M%.1f %.1fV%.1f" stroke="currentColor" stroke-width="2.4" marker-end="url(#%s-tip)"/><circle class="entry" cx="%.1f" cy="%.1f" r="5" fill="currentColor"/>`,
			x+26, y-26, y-arrowRoom, escapeXML(w.id), x+26, y-28)
	}
	w.put("</g>\n")
}

// menu writes at the foot of a box what leads to the menu.
func (w *svgWriter) menu(b *box) {
	x, y := b.x-b.w/2+16, b.y+b.h-8
	w.put(`<g class="menu"><path d="M%.1f %.1fh%.1f" stroke="currentColor" stroke-opacity="0.3"/><path d="M%.1f %.1fh9m-3.500 -3.500l3.500 3.500l-3.500 3.500" stroke="currentColor" stroke-opacity="0.8" stroke-width="1.3"/>`,
		x, y-14, b.w-32, x, y-4)
	w.put(`<text x="%.1f" y="%.1f" font-size="12" fill="currentColor" fill-opacity="0.8">%s</text></g>`, x+15, y, escapeXML(b.menuLine()))
}

// outline is the form of a box: a hexagon chooses a way, round sides end, cut
// corners hand over, and a fold at the corner asks.
func outline(b *box) string {
	x, y, w, h := b.x-b.w/2, b.y, b.w, b.h
	switch b.state.Kind {
	case Branch:
		return fmt.Sprintf("M%.1f %.1fh%.1fl14 %.1fl-14 %.1fh%.1fl-14 %.1fZ", x+14, y, w-28, h/2, h/2, -(w - 28), -h/2)
	case End:
		r := min(h/2, 26)
		return fmt.Sprintf("M%.1f %.1fh%.1fa%[4]g %[4]g 0 0 1 %[4]g %[4]gv%.1[5]fa%[4]g %[4]g 0 0 1 -%[4]g %[4]gh%.1[6]fa%[4]g %[4]g 0 0 1 -%[4]g -%[4]gv%.1[7]fa%[4]g %[4]g 0 0 1 %[4]g -%[4]gZ",
			x+r, y, w-2*r, r, h-2*r, -(w - 2*r), -(h - 2*r))
	case Handover:
		return fmt.Sprintf("M%.1f %.1fh%.1fl10 10v%.1fl-10 10h%.1fl-10 -10v%.1fZ", x+10, y, w-20, h-20, -(w - 20), -(h - 20))
	case Ask, Choose, ChooseFrom:
		return fmt.Sprintf("M%.1f %.1fh%.1fl14 14v%.1fh%.1fZ", x, y, w-14, h-14, -w)
	}
	const r = 9
	return fmt.Sprintf("M%.1f %.1fh%.1fa9 9 0 0 1 9 9v%.1fa9 9 0 0 1 -9 9h%.1fa9 9 0 0 1 -9 -9v%.1fa9 9 0 0 1 9 -9Z", x+r, y, w-2*r, h-2*r, -(w - 2*r), -(h - 2*r))
}

// bars mark what is done elsewhere: a line at both sides for a service, two
// for another flow; and the fold of a question.
func bars(b *box) string {
	x, y, w, h := b.x-b.w/2, b.y, b.w, b.h
	switch b.state.Kind {
	case CallService:
		return fmt.Sprintf("M%.1f %.1fv%.1fM%.1f %.1fv%.1f", x+6, y+2, h-4, x+w-6, y+2, h-4)
	case SubFlow:
		return fmt.Sprintf("M%.1f %.1fv%.1fM%.1f %.1fv%.1fM%.1f %.1fv%.1fM%.1f %.1fv%.1f", x+5, y+2, h-4, x+9, y, h, x+w-5, y+2, h-4, x+w-9, y, h)
	case Ask, Choose, ChooseFrom:
		return fmt.Sprintf("M%.1f %.1fv14h14", x+w-14, y)
	}
	return ""
}

// icons are drawn in a square of 18.
var icons = map[Kind]string{
	Say:         "M2 3h14v9h-8l-4 4v-4h-2Z",
	Ask:         "M5.5 6a3.5 3.5 0 1 1 5 3.2c-1 .5-1.5 1.1-1.5 2.3M9 15.2v.1",
	Choose:      "M2.5 4h.1M2.5 9h.1M2.5 14h.1M6.5 4h9M6.5 9h9M6.5 14h9",
	ChooseFrom:  "M2 2.5h14v13H2ZM5 6.5h8M5 9.5h8M5 12.5h5",
	CallService: "M3 9h9M9 5.5L12.500 9L9 12.500M15.500 3v12",
	Branch:      "M9 16v-6M9 10L4 4M9 10L14 4M4 7.500V4h3.500M14 7.500V4h-3.500",
	Subscribe:   "M4 12.500c1.500-1.500 1.500-3 1.500-5a3.500 3.500 0 0 1 7 0c0 2 0 3.500 1.500 5ZM7.500 15.200h3",
	Unsubscribe: "M4 12.500c1.500-1.500 1.500-3 1.500-5a3.500 3.500 0 0 1 7 0c0 2 0 3.500 1.500 5ZM7.500 15.200h3M3 3L15.500 15.500",
	Handover:    "M9 8.500a3 3 0 1 0 0-6a3 3 0 0 0 0 6M3 16c0-4 3-5.500 6-5.500s6 1.500 6 5.500",
	SubFlow:     "M3 3h7v5H3ZM8 11h7v5H8ZM5.500 8v5.500H8",
	End:         "M4 3v13M4 4h10l-2.500 3L14 10H4",
}
