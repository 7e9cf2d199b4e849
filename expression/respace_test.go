package expression

import (
	"context"
	"testing"

	"github.com/jobsprint/jobsprint/item"
)

// TestTemplateLiteralsArePrintedAnew holds what a real n8n gives for template
// literals with line ends.
func TestTemplateLiteralsArePrintedAnew(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ code, want string }{
		{"`a${1}`", "a1"}, {"`a ${1}`", "a 1"}, {"`a\\t${1}`", "a\t1"}, {"`a\\r${1}`", "a\r1"}, {"`a\\u0041${1}`", "aA1"},
		{"`a\\n${1}`", "a\n 1"}, {"`\\n${1}`", "\n 1"}, {"`a\\nb${1}`", "a\nb 1"}, {"`a\\n${1}b\\n${2}c`", "a\n 1b\n 2c"},
		{"`x${1}\\n${2}`", "x1\n 2"}, {"`a\\n${1}b${2}c`", "a\n 1b2c"}, {"`x\\n${1}${2}`", "x\n 12"}, {"`a\\n${1} b${2}`", "a\n 1 b2"},
		{"`a\n${1}`", "a\n 1"}, {"`a\n  ${1}`", "a\n  1"}, {"`a\n\t${1}`", "a\n    1"}, {"`a\r\n${1}`", "a\n 1"}, {"`a\n${1}\nb${2}\nc`", "a\n 1\nb 2\nc"},
		{"`a\\n(${1})`", "a\n(1)"}, {"`a\\n\"${1}\"`", "a\n\"1\""}, {"`\\n<b>${1}</b>`", "\n<b>1</b>"}, {"`a\\n$${1}`", "a\n$ 1"}, {"`a\\n\\${x}${1}`", "a\n${x}1"},
		{"`a\\x0a${1}`", "a\n 1"}, {"`a\\u000a${1}`", "a\n 1"}, {"`a\\n\\t${1}`", "a\n\t 1"}, {"`a\\n\\x20${1}`", "a\n  1"}, {"`a\\\\n${1}`", "a\\n1"},
		{"`a\\\\\\n${1}`", "a\\\n 1"}, {"`é\\né${1}`", "é\né1"}, {"`a\\\nb${1}`", "a\\nb 1"}, {"`a${1}b\n`", "a1b\n"}, {"`${1}\\n`", "1\n"},
		{"'q\\n' + `a${1}`", "q\na1"}, {"`a ${\n1\n}b`", "a 1b"}, {"`line1\nline2 ${1}\nline3:${2}\nend`", "line1\nline2 1\nline3:2\nend"},
	} {
		p, err := NewCompiled().Compile("={{ " + c.code + " }}")
		if err != nil {
			t.Errorf("%s: %v", c.code, err)
			continue
		}
		out := make([]Outcome, 1)
		if err := p.Eval(context.Background(), &Batch{Items: make([]item.Item, 1)}, out); err != nil || out[0].Err != nil {
			t.Errorf("%s: %v %v", c.code, err, out[0].Err)
			continue
		}
		if got := out[0].Value.ToString(); got != c.want {
			t.Errorf("%q gives %q, want %q", c.code, got, c.want)
		}
	}
}

func TestRespacedLeavesOtherCode(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ code, want string }{
		{"'`' + x\n + '${'", "'`' + x\n + '${'"},
		{"/`\\n${/.test(a) // `\n${", "/`\\n${/.test(a) // `\n${"},
		{"/[/`]/.test(`a\\n${1}`)", "/[/`]/.test(`a\\n ${1}`)"},
		{"a / b /* `\\n${ */ + `\\n${ {a: `x\\n${1}`}.a }`", "a / b /* `\\n${ */ + `\\n ${ {a: `x\\n ${1}`}.a }`"},
		{"String.raw`a\n\tb`", "String.raw`a\\n    b`"},
		{"`a\\n${'}'}b\\n${2}`", "`a\\n ${'}'}b\\n ${2}`"},
		{"`a\\n${1", "`a\\n ${1"},
		{"`a\\", "`a\\"},
	} {
		if got := Respaced(c.code); got != c.want {
			t.Errorf("%q becomes %q, want %q", c.code, got, c.want)
		}
	}
}
