package account

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// page is one Markdown document under way.
type page struct {
	strings.Builder
	language
}

func (p *page) title(nl, en string) { fmt.Fprintf(p, "# %s\n", p.of(nl, en)) }

func (p *page) heading(level int, text string) {
	fmt.Fprintf(p, "\n%s %s\n", strings.Repeat("#", level), text)
}

func (p *page) say(nl, en string, args ...any) {
	fmt.Fprintf(p, "\n"+p.of(nl, en)+"\n", args...)
}

// item is a line of a list; begin a list with gap.
func (p *page) item(format string, args ...any) { fmt.Fprintf(p, "- "+format+"\n", args...) }

func (p *page) gap() { p.WriteString("\n") }

// row is a row of a table; the first one of a table is its head.
func (p *page) row(cells ...string) {
	for i, c := range cells {
		cells[i] = cell(c)
	}
	fmt.Fprintf(p, "| %s |\n", strings.Join(cells, " | "))
}

func (p *page) head(cells ...string) {
	p.gap()
	p.row(cells...)
	p.WriteString("|" + strings.Repeat("---|", len(cells)) + "\n")
}

// cell keeps what an editor wrote inside its cell.
func cell(s string) string {
	s = strings.ReplaceAll(strings.TrimSpace(s), "|", `\|`)
	return strings.ReplaceAll(s, "\n", "<br>")
}

// code shows a text exactly as it stands in the file, whatever is in it.
func code(s string) string {
	fence := "`"
	for strings.Contains(s, fence) {
		fence += "`"
	}
	if len(fence) > 1 {
		return fence + " " + s + " " + fence
	}
	return fence + s + fence
}

// block shows a text of several lines exactly as it stands in the file.
func block(label, s string) string {
	fence := "```"
	for strings.Contains(s, fence) {
		fence += "`"
	}
	return fence + label + "\n" + strings.Trim(s, "\n") + "\n" + fence + "\n"
}

func codes(list []string) string {
	var out []string
	for _, s := range list {
		out = append(out, code(s))
	}
	return strings.Join(out, ", ")
}

func sorted[K cmp.Ordered, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }
