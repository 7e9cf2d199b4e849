package expression

import "github.com/jobsprint/jobsprint/item"

// compileTemplate compiles a source that begins with "=".
func compileTemplate(source string) (Program, error) {
	for _, p := range splitTemplate(source) {
		if p.code {
			return nil, &Error{Code: CodeUnsupported, Message: "This expression is not supported", Source: source, Start: p.start, End: p.start + len(p.text)}
		}
	}
	var text string
	for _, p := range splitTemplate(source) {
		text += p.text
	}
	return constantProgram(source, item.String(text)), nil
}
