package reference

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
)

// Marker is how every page begins.
const Marker = "<!-- Code generated from the step types' definitions; DO NOT EDIT. -->\n"

// Page is the name of a type's page, without folder: its short name.
func Page(d *nodes.Definition) string { return ShortName(d.Type) + ".md" }

// ShortName is a type's name without that of its package: "set" for
// "n8n-nodes-base.set".
func ShortName(typ string) string { return typ[strings.LastIndexByte(typ, '.')+1:] }

// groups are the groups in the order of the index, with their titles.
var groups = []struct{ name, title string }{
	{"trigger", "Triggers"}, {"flow", "Flow"}, {"data", "Data"}, {"files", "Files"}, {"net", "Network"},
}

// classes says of a class what may be done again.
var classes = map[nodes.Class]string{
	nodes.Pure:   "pure: the same items give the same result, so it may be computed again",
	nodes.Sealed: "sealed: it touches nothing outside; its record is kept and not computed again",
	nodes.Effect: "effect: it touches something outside, and is recorded before it acts and after",
}

// Markdown writes the page of a type.
func Markdown(d *nodes.Definition) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s# %s\n\n%s\n\n", Marker, d.Name, d.Doc)
	fmt.Fprintf(&b, "| | |\n|---|---|\n| type | `%s` |\n", d.Type)
	if len(d.Aliases) > 0 {
		fmt.Fprintf(&b, "| also | `%s` |\n", strings.Join(d.Aliases, "`, `"))
	}
	fmt.Fprintf(&b, "| versions | %s |\n| group | %s |\n| class | %s |\n", Versions(d), d.Group, classes[d.Class])
	if d.Repeat != "" {
		fmt.Fprintf(&b, "| after an attempt whose outcome is not known | repeating is %s |\n", d.Repeat)
	}
	fmt.Fprintf(&b, "| inputs | %s |\n| outputs | %s |\n", ports(d.Inputs), ports(d.Outputs))
	for _, c := range d.Credentials {
		need := ""
		if c.Required {
			need = ", required"
		}
		if when := When(nodes.Field{ShowWhen: c.ShowWhen}); when != "" {
			need += ", when " + when
		}
		fmt.Fprintf(&b, "| credential | `%s`%s |\n", c.Type, need)
	}
	b.WriteString("\n## Parameters\n\n")
	writeFields(&b, d)
	writeExamples(&b, d)
	return b.String()
}

func ports(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}

func writeFields(b *strings.Builder, d *nodes.Definition) {
	all := Lines(d)
	if len(all) == 0 {
		b.WriteString("It has none.\n")
		return
	}
	b.WriteString("A parameter may be an expression unless it decides how the step is built. Shown when: all conditions must hold.\n\n")
	b.WriteString("| parameter | kind | default | shown when | meaning |\n|---|---|---|---|---|\n")
	for _, l := range all {
		kind := l.Field.Kind
		if l.Field.Multiple {
			kind += ", several"
		}
		if l.Field.Required {
			kind += ", required"
		}
		fmt.Fprintf(b, "| `%s` | %s | %s | %s | %s |\n", l.Path, kind, code(Default(l.Field)), cell(When(l.Field)), cell(meaning(l.Field)))
	}
}

// meaning is the label, what the field is for, and what may be chosen.
func meaning(f nodes.Field) string {
	text := f.Label
	if f.Doc != "" {
		text += ": " + f.Doc
	}
	if len(f.Options) == 0 {
		return text
	}
	options := make([]string, len(f.Options))
	for i, o := range f.Options {
		options[i] = "`" + o.Value + "` " + o.Label
		if o.Doc != "" {
			options[i] += " (" + strings.TrimSuffix(o.Doc, ".") + ")"
		}
	}
	return strings.TrimSuffix(text, ".") + ". One of " + strings.Join(options, "; ") + "."
}

// cell keeps a text inside of its cell.
func cell(text string) string {
	return strings.NewReplacer("|", "\\|", "\n", " ", "<", "&lt;").Replace(text)
}

func code(text string) string {
	if text == "" {
		return ""
	}
	if strings.Contains(text, "`") {
		return "`` " + cell(text) + " ``"
	}
	return "`" + strings.NewReplacer("|", "\\|", "\n", " ").Replace(text) + "`"
}

func writeExamples(b *strings.Builder, d *nodes.Definition) {
	if len(d.Examples) == 0 {
		return
	}
	b.WriteString("\n## Examples\n\nThe tests run each of them.\n")
	for _, e := range d.Examples {
		version := e.Version
		if version == 0 {
			version = d.Newest()
		}
		fmt.Fprintf(b, "\n### %s\nVersion %s\n", e.Name, item.FormatNumber(version))
		block(b, "Parameters", e.Params)
		block(b, "Items in", e.In)
		if e.Error != "" {
			fmt.Fprintf(b, "\nIt fails: %s\n", cell(e.Error))
			continue
		}
		block(b, "Items out, by output", e.Out)
	}
}

// block writes JSON on one line where it is short, and indented where not.
func block(b *strings.Builder, title, text string) {
	if text == "" {
		return
	}
	var laid bytes.Buffer
	if len(text) > 100 && json.Indent(&laid, []byte(text), "", "  ") == nil {
		text = laid.String()
	}
	fmt.Fprintf(b, "\n%s\n```json\n%s\n```\n", title, text)
}

// Index writes the page that lists all types by group.
func Index(defs []nodes.Definition) string {
	var b strings.Builder
	b.WriteString(Marker + "# Step types\n\n")
	fmt.Fprintf(&b, "%d types. `jobsprint nodes show TYPE` prints the same, `GET /v1/nodes` gives it as JSON.\n", len(defs))
	for _, g := range groups {
		listed := slices.DeleteFunc(slices.Clone(defs), func(d nodes.Definition) bool { return d.Group != g.name })
		if len(listed) == 0 {
			continue
		}
		slices.SortFunc(listed, func(a, b nodes.Definition) int { return strings.Compare(a.Name, b.Name) })
		fmt.Fprintf(&b, "\n## %s\n\n| | step | type | versions | what it does |\n|---|---|---|---|---|\n", g.title)
		for _, d := range listed {
			fmt.Fprintf(&b, "| <img src=\"../../nodes/icons/svg/%s.svg\" width=\"20\" alt=\"\"> | [%s](%s) | `%s` | %s | %s |\n",
				d.Icon, d.Name, Page(&d), d.Type, Versions(&d), cell(d.Doc))
		}
	}
	return b.String()
}
