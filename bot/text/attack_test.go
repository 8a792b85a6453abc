package text_test

import (
	"strings"
	"testing"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/text"
)

// attackWorld is a world with something in it that no text may show.
func attackWorld() (*text.World, text.Values) {
	w := &text.World{Language: "nl", Now: time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC), Facts: map[string]string{"telefoon": "14 0900"}}
	return w, text.Values{"naam": bot.ValueOf("Jansen"), "lijst": bot.ValueOf([]any{map[string]any{"a": "1"}}), "geheim": bot.ValueOf("s3cr3t"),
		"tekst": bot.ValueOf("{{.geheim}} {{printf `%p` .}}")}
}

// What an editor, or who can write in their files, tries in order to reach
// more than the values that a text names: it is refused when it is loaded, or
// finds nothing.
func TestAttack_aTextReachesNothingButTheValuesItNames(t *testing.T) {
	for _, source := range []string{
		// functions of text/template, and of others that are often added
		`{{call .naam}}`, `{{html .naam}}`, `{{js .naam}}`, `{{urlquery .naam}}`, `{{print .}}`, `{{println .naam}}`, `{{printf "%p" .}}`, `{{printf "%#v" .naam}}`,
		`{{index .lijst 0}}`, `{{slice .naam 1}}`, `{{len .lijst}}`, `{{and .naam .geheim}}`, `{{or .x .geheim}}`, `{{not .naam}}`, `{{eq .naam .geheim}}`,
		`{{env "PATH"}}`, `{{readFile "/etc/passwd"}}`, `{{include "x"}}`, `{{exec "id"}}`,
		// the whole of what there is
		`{{.}}`, `{{$}}`, `{{$.geheim}}`, `{{.  }}`, `{{(.)}}`, `{{(.naam)}}`, `{{range .}}{{.}}{{end}}`, `{{range $k, $v := .}}{{$k}}{{end}}`, `{{with .}}{{.}}{{end}}`,
		// methods and fields of Go's own
		`{{.naam.String}}`, `{{.naam.Reveal}}`, `{{.naam.Format}}`, `{{.naam.MarshalJSON}}`, `{{.String}}`, `{{.lijst.Items}}`, `{{.lijst.shown}}`, `{{.Items}}`, `{{.shown}}`,
		`{{range .lijst}}{{.String}}{{end}}`, `{{range .lijst}}{{.Items}}{{end}}`, `{{range .lijst.Items}}{{.a}}{{end}}`, `{{.World}}`, `{{.world.Language}}`, `{{.GoString}}`,
		`{{.naam.Method "x"}}`, `{{date.String}}`, `{{.Execute}}`, `{{.fact}}`, `{{range .fact}}{{.}}{{end}}`,
		// other templates, definitions, comments, variables, pipes
		`{{template "text"}}`, `{{template "text" .}}`, `{{block "a" .}}{{end}}`, `{{define "text"}}x{{end}}`, `{{define "a"}}{{template "a"}}{{end}}{{template "a"}}`,
		`{{/* x */}}`, `{{$x := .geheim}}{{$x}}`, `{{.naam | printf "%s"}}`, `{{.naam | html}}`, `{{break}}`, `{{continue}}`, `{{range .lijst}}{{break}}{{end}}`,
		`{{else}}`, `{{end}}`, `{{if .naam}}`, `{{nil}}`, `{{true}}`, `{{1}}`, `{{"x"}}`, "{{`x`}}", `{{'x'}}`, `{{- .geheim -}}{{.}}`,
		// loops that multiply
		strings.Repeat(`{{range .lijst}}`, 50) + `x` + strings.Repeat(`{{end}}`, 50), strings.Repeat(`{{if .naam}}`, 5000) + strings.Repeat(`{{end}}`, 5000),
	} {
		name := source[:min(len(source), 40)]
		t.Run(name, func(t *testing.T) {
			compiled, err := text.Compile(source)
			if err != nil {
				return
			}
			w, values := attackWorld()
			shown, err := compiled.Render(w, values)
			if err == nil && strings.Trim(shown, " \nx1") != "" {
				t.Errorf("shows %q", shown)
			}
			if err != nil && (strings.Contains(err.Error(), "s3cr3t") || strings.Contains(err.Error(), "Jansen") || strings.Contains(err.Error(), "0x")) {
				t.Errorf("its error tells a value: %v", err)
			}
		})
	}
}

// What a resident types is a value, and never a text.
func TestAttack_aValueIsNeverReadAsAText(t *testing.T) {
	w, values := attackWorld()
	compiled, err := text.Compile("{{.tekst}}")
	if err != nil {
		t.Fatal(err)
	}
	if shown, err := compiled.Render(w, values); err != nil || shown != "{{.geheim}} {{printf `%p` .}}" {
		t.Errorf("%q, %v", shown, err)
	}
}
