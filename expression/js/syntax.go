package js

import (
	"errors"
	"regexp"
	"slices"
	"strings"

	"github.com/jobsprint/jobsprint/expression"
	"github.com/jobsprint/jobsprint/expression/js/vm"
)

var unexpected = regexp.MustCompile(`^unexpected token in expression: |^expecting '`)

// tokenAt is what stands at a place of a text, as V8 tells tokens apart: a name, a
// number, the beginning of a text, or something else.
var tokenAt = regexp.MustCompile(`^\s*(?:([\p{L}_$][\p{L}\p{N}_$]*)|([0-9])|(["'])|(` + "`" + `)|(=>|[=!]==?|&&|\|\||\?\?|\+\+|--|\.\.\.|\S))`)

// keywords are no identifiers to V8.
var keywords = strings.Fields(`break case catch class const continue debugger default delete do else export extends false finally for
	function if import in instanceof new null return super switch this throw true try typeof var void while with`)

// unexpectedToken says in V8's words what stands where it should not.
func unexpectedToken(text string, offset int) string {
	m := tokenAt.FindStringSubmatch(text[min(max(offset, 0), len(text)):])
	switch {
	case m == nil:
		return "Unexpected end of input"
	case slices.Contains(keywords, m[1]):
		return "Unexpected token '" + m[1] + "'"
	case m[1] != "":
		return "Unexpected identifier '" + m[1] + "'"
	case m[2] != "":
		return "Unexpected number"
	case m[3] != "":
		return "Unexpected string"
	case m[4] != "":
		return "Unexpected template string"
	}
	return "Unexpected token '" + m[5] + "'"
}

// syntax is the failure of code that is no JavaScript, in V8's words.
func (p *codeProgram) syntax(text string, err error) (expression.CodeResult, error) {
	var f *vm.Failure
	if !errors.As(err, &f) {
		return expression.CodeResult{}, p.limit(err)
	}
	message := f.Message
	if unexpected.MatchString(message) {
		message = unexpectedToken(text, f.Offset)
	}
	return expression.CodeResult{Failure: &expression.CodeFailure{Message: message, Description: "SyntaxError", Item: -1}}, nil
}
