package flow

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/text"
)

// utility is the only category that is used: a service message about what the
// resident asked for. Marketing has no place to be written.
const utility = "utility"

// templateName is Meta's rule for the name of a message template.
var templateName = regexp.MustCompile(`^[a-z0-9_]{1,512}$`)

// braces finds the {{...}} of a text that was compiled.
var braces = regexp.MustCompile(`\{\{[^{}]*\}\}`)

// template reads a file of flows/templates.
func (l *loading) template(file string, data []byte) {
	r := newReader(l, file, data)
	var f templateTOML
	r.into(&f)
	name := strings.TrimSuffix(path.Base(file), ".toml")
	if !templateName.MatchString(name) {
		r.fault("", "template-name", fmt.Sprintf("%q kan geen naam van een sjabloon zijn: alleen a-z, 0-9 en _.", name),
			fmt.Sprintf("%q cannot be the name of a template: only a-z, 0-9 and _.", name))
	}
	r.category(f.Category)
	must := slices.Clone(l.bundle.Shared.Languages)
	if len(must) == 0 {
		must = []string{dutch}
	}
	t := &Template{Name: name, Sample: map[string]bot.Value{}, parts: map[string][]part{}}
	if t.Text = r.inline("text", "template."+name, f.Text, must...); t.Text == nil {
		t.Text = &text.Text{ID: "template." + name, ByLanguage: map[string]*text.Template{}} // its own faults say what is wrong
	}
	for _, language := range sortedKeys(t.Text.ByLanguage) {
		t.parts[language] = r.parts("text."+language, t.Text.ByLanguage[language])
	}
	for _, field := range sortedKeys(f.Sample) {
		r.sample(t, field, f.Sample[field])
	}
	l.bundle.Templates[name] = t
}

// category refuses all but utility: the programme for governments allows no
// promotion, and a resident asked for a service.
func (r *reader) category(written string) {
	switch strings.ToLower(written) {
	case utility, "":
	case "marketing":
		r.fault("category", "template-category", "Reclame kan niet via deze dienst. Schrijf category = \"utility\", en alleen waar de bewoner om vroeg.",
			"Advertising is not possible through this service. Write category = \"utility\", and only what the resident asked for.")
	default:
		r.fault("category", "template-category", fmt.Sprintf("De categorie %q kan niet. Schrijf category = \"utility\".", written),
			fmt.Sprintf("The category %q is not possible. Write category = \"utility\".", written))
	}
}

// parts takes a text apart in words and parameters, and holds it against the
// platform's rules, each mistake at the letter where it is wrong. A text with
// if or range has none: it is no template.
func (r *reader) parts(path string, t *text.Template) []part {
	source, uses := t.Source(), t.Uses()
	for _, u := range uses {
		if u.Range || u.Condition {
			r.partFault(path, u.Offset, "template-parameter", "Een sjabloon is vast: {{range}} en {{if}} kunnen hier niet.", "A template is fixed: {{range}} and {{if}} are not possible here.")
			return nil
		}
	}
	var out []part
	numbers, end := map[string]int{}, 0
	for i, at := range braces.FindAllStringIndex(source, -1) {
		before := source[end:at[0]]
		r.between(path, before, i, at[0])
		if before != "" {
			out = append(out, part{words: before})
		}
		p, known := r.parameter(path, uses[i])
		if numbers[known] == 0 {
			numbers[known] = len(numbers) + 1
		}
		p.number = numbers[known]
		out, end = append(out, p), at[1]
	}
	if rest := source[end:]; strings.TrimSpace(rest) != "" {
		out = append(out, part{words: rest})
	} else if len(uses) > 0 {
		r.partFault(path, uses[len(uses)-1].Offset, "template-edge", "Een sjabloon kan niet met een {{waarde}} eindigen. Zet er een woord of een punt achter.",
			"A template cannot end with a {{value}}. Put a word or a full stop after it.")
	}
	return out
}

// between holds what stands before a parameter against the platform's rules:
// none at the very beginning, no two beside each other.
func (r *reader) between(path, before string, i, offset int) {
	switch {
	case strings.TrimSpace(before) != "":
	case i == 0:
		r.partFault(path, offset, "template-edge", "Een sjabloon kan niet met een {{waarde}} beginnen. Zet er een woord voor.",
			"A template cannot begin with a {{value}}. Put a word before it.")
	default:
		r.partFault(path, offset, "template-adjacent", "Twee {{waarden}} kunnen niet naast elkaar staan. Zet er een woord tussen.",
			"Two {{values}} cannot stand beside each other. Put a word between them.")
	}
}

// parameter compiles one {{...}} alone. What may change without a new approval
// is a value of the message, not a fact of the bundle.
func (r *reader) parameter(path string, u text.Use) (p part, known string) {
	known = "." + u.Path
	if u.Func != "" {
		known = u.Func + " " + known
	}
	first, rest, _ := strings.Cut(u.Path, ".")
	switch {
	case text.Reserved(first) && u.Path != "municipality":
		r.partFault(path, u.Offset, "not-here", fmt.Sprintf("In een sjabloon kan {{.%s}} niet. Schrijf het hier uit.", u.Path),
			fmt.Sprintf("A template cannot hold {{.%s}}. Write it out here.", u.Path))
	case rest != "":
		r.partFault(path, u.Offset, "template-parameter", fmt.Sprintf("Een sjabloon neemt losse waarden, geen onderdeel zoals {{.%s}}.", u.Path),
			fmt.Sprintf("A template takes single values, no part of one such as {{.%s}}.", u.Path))
	}
	alone, err := text.Compile("{{" + known + "}}")
	if err != nil {
		panic(err) // it was compiled as part of the whole
	}
	return part{use: u, template: alone}, known
}

// partFault is a fault at a byte of a text.
func (r *reader) partFault(path string, offset int, code, dutch, english string) {
	r.textFault(path, &text.Error{Offset: offset, Code: code, Dutch: dutch, English: english})
}

// sample keeps the example of one field, as a value of the kind it was written in.
func (r *reader) sample(t *Template, field string, s scalar) {
	at := "sample." + field
	if !fitsOneLine(s.Text) || strings.TrimSpace(s.Text) == "" {
		r.fault(at, "template-parameter", "Een voorbeeld staat op één regel, zonder tab en met hooguit vier spaties achter elkaar.",
			"A sample stands on one line, without a tab and with at most four spaces in a row.")
		return
	}
	t.Sample[field] = bot.ValueOf(s.Any)
}

// templateTOML is what stands in a file of flows/templates.
type templateTOML struct {
	Category string            `toml:"category" jsonschema:"required,pattern=^utility$" jsonschema_description:"Altijd utility: een bericht waar de bewoner om vroeg. Reclame kan niet."`
	Text     map[string]string `toml:"text" jsonschema:"required" jsonschema_description:"De tekst per taal: nl, en. Wat verschilt per bericht is {{.naam}}."`
	Sample   map[string]scalar `toml:"sample" jsonschema_description:"Een voorbeeld van elke {{.naam}}, voor de goedkeuring door WhatsApp."`
}

// TemplateSchema gives the JSON Schema of a file of flows/templates.
func TemplateSchema() []byte { return schemaOf(&templateTOML{}, "Een sjabloon van Bode") }
