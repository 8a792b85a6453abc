package flow

import (
	"fmt"
	"strings"
)

// mermaidForms are the brackets that give a state its form in Mermaid.
var mermaidForms = map[Kind][2]string{
	Say: {"(", ")"}, Ask: {"[/", "/]"}, Choose: {"[/", "/]"}, ChooseFrom: {"[/", "/]"}, CallService: {"[[", "]]"},
	Branch: {"{", "}"}, Subscribe: {">", "]"}, Unsubscribe: {">", "]"}, Handover: {"{{", "}}"}, SubFlow: {"[[", "]]"}, End: {"([", "])"},
}

// Mermaid writes the flow as a Mermaid flowchart, for documents that draw it
// themselves. Names get a prefix, because Mermaid reserves words such as "end".
func (f *Flow) Mermaid() string {
	p := newPicture(f)
	var b strings.Builder
	b.WriteString("flowchart TD\n")
	ids := map[*box]string{}
	for _, box := range p.boxes {
		ids[box] = "s_" + box.name
		form := mermaidForms[box.state.Kind]
		label := box.name
		if what := cut(about(box.state), 40); what != "" {
			label += "<br>" + escapeMermaid(what)
		}
		fmt.Fprintf(&b, "  %s%s\"%s\"%s\n", ids[box], form[0], label, form[1])
	}
	for _, box := range p.boxes {
		if box.menu != nil {
			menu := "menu_" + box.name
			fmt.Fprintf(&b, "  %s([\"menu\"])\n", menu)
			mermaidArrow(&b, ids[box], menu, box.menu.labels)
		}
	}
	for _, a := range p.arrows {
		mermaidArrow(&b, ids[a.from], ids[a.to], a.labels)
	}
	return b.String()
}

func mermaidArrow(b *strings.Builder, from, to string, labels []string) {
	if len(labels) == 0 {
		fmt.Fprintf(b, "  %s --> %s\n", from, to)
		return
	}
	fmt.Fprintf(b, "  %s -->|\"%s\"| %s\n", from, escapeMermaid(strings.Join(labels, ", ")), to)
}

// escapeMermaid writes what means something to Mermaid as its entities.
func escapeMermaid(s string) string {
	return strings.NewReplacer(`#`, "#35;", `"`, "#quot;", "<", "#lt;", ">", "#gt;", "&", "#amp;", "`", "#96;").Replace(s)
}
