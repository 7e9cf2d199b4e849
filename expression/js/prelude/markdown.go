package prelude

import (
	"fmt"
	"strings"
)

// marker is how the page of functions begins.
const marker = "<!-- Code generated from expression/js/prelude/functions.json; DO NOT EDIT. -->\n"

var titles = map[string]string{
	"String": "Strings", "Number": "Numbers", "Boolean": "Booleans", "Array": "Arrays", "Object": "Objects",
	"Date": "Dates: a Luxon DateTime or a JavaScript Date", "Global": "Functions that stand alone",
}

// Markdown writes the page that describes all functions.
func Markdown() string {
	var b strings.Builder
	b.WriteString(marker + "# Functions of expressions\n\n" +
		"Beside what JavaScript and [Luxon](https://moment.github.io/luxon/) have, expressions can call these functions.\n" +
		"They are called with a dot (`$json.name.toTitleCase()`); on null and undefined they are errors, unless `?.` is used\n" +
		"(`$json.name?.toTitleCase()`). What the examples show is tested, in the time zone America/New_York.\n")
	last := ""
	for _, f := range Functions() {
		if f.Type != last {
			fmt.Fprintf(&b, "\n## %s\n", titles[f.Type])
			last = f.Type
		}
		f.markdown(&b)
	}
	return b.String()
}

func (f *Function) markdown(b *strings.Builder) {
	names := make([]string, len(f.Args))
	for i, a := range f.Args {
		switch {
		case a.Rest:
			names[i] = "..." + a.Name
		case a.Optional:
			names[i] = a.Name + "?"
		default:
			names[i] = a.Name
		}
	}
	fmt.Fprintf(b, "\n### `%s(%s)`: %s\n%s\n", f.Name, strings.Join(names, ", "), f.Returns, f.Doc)
	for _, a := range f.Args {
		fmt.Fprintf(b, "- `%s` (%s): %s\n", a.Name, strings.ReplaceAll(a.Type, "|", " or "), a.Doc)
	}
	b.WriteString("\n```js\n")
	for _, e := range f.Examples {
		result := "undefined"
		if !e.Result.IsUndefined() {
			result = e.Result.JSON()
		}
		fmt.Fprintf(b, "%s // %s\n", e.Expression, result)
	}
	b.WriteString("```\n")
}
