package expression

import (
	"errors"
	"strings"
	"testing"

	"github.com/jobsprint/jobsprint/item"
)

// TestErrorPlaces holds each compile error to the place that it points at.
func TestErrorPlaces(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ source, code, place string }{
		{"={{ }}", CodeSyntax, "{{ }}"},
		{"=a {{ 1 }} b {{\n}}", CodeSyntax, "{{\n}}"},
		{"={{ 1 + }}", CodeSyntax, ""},
		{"={{ $json. }}", CodeSyntax, ""},
		{"={{ $json..n }}", CodeSyntax, "."},
		{"={{ ( }}", CodeSyntax, ""},
		{"={{ 'open }}", CodeSyntax, "'open "},
		{"={{ `open }}", CodeSyntax, "`open "},
		{"={{ /* open }}", CodeSyntax, "/* open "},
		{"={{ 'a\nb' }}", CodeSyntax, "'a"},
		{`={{ '\x4' }}`, CodeSyntax, `\x4`},
		{`={{ '\u{110000}' }}`, CodeSyntax, `\u{11000`},
		{`={{ '\u{}' }}`, CodeSyntax, `\u{}`},
		{"={{ `\\1` }}", CodeSyntax, `\1`},
		{"={{ '\\", CodeSyntax, `\`},
		{"={{ # }}", CodeSyntax, "#"},
		{"={{ 3px }}", CodeSyntax, "p"},
		{"={{ 0x }}", CodeSyntax, "0x"},
		{"={{ 1e }}", CodeSyntax, "1e"},
		{"={{ if (true) 1 }}", CodeSyntax, "if"},
		{"={{ return 5 }}", CodeSyntax, "return"},
		{"={{ \"a\" \"b\" }}", CodeSyntax, `"b"`},
		{"={{ [1,2 }}", CodeSyntax, ""},
		{"={{ [1 2] }}", CodeSyntax, "2"},
		{"={{ {a:{b:1}} }}", CodeSyntax, ""},
		{"={{ {a 1} }}", CodeSyntax, "1"},
		{"={{ {null} }}", CodeSyntax, "null"},
		{"={{ {+: 1} }}", CodeSyntax, "+"},
		{"={{ -2 ** 2 }}", CodeSyntax, "-2 **"},
		{"={{ 1 ?? 2 || 3 }}", CodeSyntax, "1 ?? 2 || 3"},
		{"={{ 1 && 2 ?? 3 }}", CodeSyntax, "1 && 2 ?? 3"},
		{"={{ => 1 }}", CodeSyntax, "=>"},
		{"={{ 1 + 2 => 1 }}", CodeSyntax, "=>"},
		{"={{ [].map((a, a) => a) }}", CodeSyntax, "a"},
		{"={{ [].map((if) => 1) }}", CodeSyntax, "if"},
		{"={{ [].map((1) => 1) }}", CodeSyntax, "1"},
		{"={{ [].map(({+}) => 1) }}", CodeSyntax, "+"},
		{"={{ x => 1.length() }}", CodeSyntax, "l"},
		{"={{ x => x() }}", CodeUnsupported, "x => x()"},
		{"={{ $if() }}", CodeSyntax, "()"},

		{"={{ $json.x.nope() }}", CodeUnsupported, ".nope"},
		{"={{ $json.x.replace(/a/g, '') }}", CodeUnsupported, "/"},
		{"={{ $json.x['first']() }}", CodeUnsupported, "['first']"},
		{"={{ $json.x.first(1) }}", CodeUnsupported, ".first"},
		{"={{ unknown }}", CodeUnsupported, "unknown"},
		{"={{ $now.plus(1) }}", CodeUnsupported, "$now"},
		{"={{ Math }}", CodeUnsupported, "Math"},
		{"={{ Math.random() }}", CodeUnsupported, "Math.random"},
		{"={{ Math['ran' + 'dom']() }}", CodeUnsupported, "Math['ran' + 'dom']"},
		{"={{ new Date() }}", CodeUnsupported, "new"},
		{"={{ x = 5 }}", CodeUnsupported, "="},
		{"={{ $json.n++ }}", CodeUnsupported, "++"},
		{"={{ --$json.n }}", CodeUnsupported, "--"},
		{"={{ 1, 2 }}", CodeUnsupported, ","},
		{"={{ (1, 2) }}", CodeUnsupported, ","},
		{"={{ 1; 2 }}", CodeUnsupported, "2"},
		{"={{ 1\n2 }}", CodeUnsupported, "2"},
		{"={{ 10n }}", CodeUnsupported, "10n"},
		{"={{ 010 }}", CodeUnsupported, "01"},
		{`={{ '\07' }}`, CodeUnsupported, `\0`},
		{`={{ \u0061 }}`, CodeUnsupported, `\`},
		{"={{ [,1] }}", CodeUnsupported, ","},
		{"={{ ({get a() { return 1 } }) }}", CodeUnsupported, "get"},
		{"={{ ({a() { return 1 } }) }}", CodeUnsupported, "a"},
		{"={{ ({*a() { } }) }}", CodeUnsupported, "*"},
		{"={{ ({__proto__: 1}) }}", CodeUnsupported, "__proto__"},
		{"={{ ({this}) }}", CodeUnsupported, "this"},
		{"={{ tag`x` }}", CodeUnsupported, "`"},
		{"={{ $json instanceof Object }}", CodeUnsupported, "instanceof"},
		{"={{ $json.x['a' + 'b']() }}", CodeUnsupported, "['a' + 'b']"},
		{"={{ (5)() }}", CodeUnsupported, "()"},
		{"={{ () => 1 }}", CodeUnsupported, "() => 1"},
		{"={{ [].map() }}", CodeUnsupported, "()"},
		{"={{ [].map($json.f) }}", CodeUnsupported, "$json.f"},
		{"={{ [].map(x => { let y = 1; return y }) }}", CodeUnsupported, "let"},
		{"={{ [].map(x => { return }) }}", CodeUnsupported, "}"},
		{"={{ [].map(x => { return x; 1 }) }}", CodeUnsupported, "1"},
		{"={{ [].map(({[a]: b}) => b) }}", CodeUnsupported, "["},
		{"={{ $json.list.sort() }}", CodeUnsupported, ".sort"},
		{"={{ Object.assign($json, {}) }}", CodeUnsupported, "($json, {})"},
		{"={{ Object.assign({}, ...$json.a) }}", CodeUnsupported, "$json.a"},
		{"={{ $json.constructor }}", CodeUnsupported, ".constructor"},
		{"={{ $json?.['__proto__'] }}", CodeUnsupported, "?.['__proto__']"},
		{"={{ Object.getPrototypeOf(1) }}", CodeUnsupported, ".getPrototypeOf"},
		{"={{ arguments }}", CodeUnsupported, "arguments"},
		{"={{ [].map(({constructor: c}) => c) }}", CodeUnsupported, "constructor"},
		{"={{ $input }}", CodeUnsupported, "$input"},
		{"={{ $input.params }}", CodeUnsupported, "$input.params"},
		{"={{ $input.first(1) }}", CodeUnsupported, "$input.first"},
		{"={{ $('A') }}", CodeUnsupported, "$"},
		{"={{ $('A').params }}", CodeUnsupported, "$('A').params"},
		{"={{ $('A').nope() }}", CodeUnsupported, "$('A').nope"},
		{"={{ $('A').all(0, 1) }}", CodeUnsupported, "(0, 1)"},
		{"={{ $('A').all(...[1]) }}", CodeUnsupported, "(...[1])"},
		{"={{ $('A').itemMatching() }}", CodeUnsupported, "$('A').itemMatching"},
		{"={{ $node.A.runIndex }}", CodeUnsupported, "$node"},
		{"={{ $items }}", CodeUnsupported, "$items"},
		{"={{ $items(...[]) }}", CodeUnsupported, "(...[])"},
	} {
		_, err := NewCompiled().Compile(c.source)
		var e *Error
		if !errors.As(err, &e) {
			t.Errorf("%s: compiled, or error %v", c.source, err)
			continue
		}
		if got := e.Source[e.Start:e.End]; e.Code != c.code || got != c.place || e.Source != c.source {
			t.Errorf("%s: %s at %q (%s), want %s at %q", c.source, e.Code, got, e.Message, c.code, c.place)
		}
	}
}

func TestTooMuchSourceIsRefused(t *testing.T) {
	t.Parallel()
	for name, source := range map[string]string{
		"bytes":     "=" + strings.Repeat("x", maxSourceBytes),
		"groups":    "={{ " + strings.Repeat("(", maxNesting+1),
		"signs":     "={{ " + strings.Repeat("!", maxNesting+1) + "1 }}",
		"arrows":    "={{ " + strings.Repeat("x=>", maxNesting+1) + "1 }}",
		"patterns":  "={{ (" + strings.Repeat("[", maxNesting+1) + strings.Repeat("]", maxNesting+1) + ") => 1 }}",
		"operators": "={{ 1" + strings.Repeat("+1", maxOperators+1) + " }}",
	} {
		_, err := NewCompiled().Compile(source)
		var e *Error
		if !errors.As(err, &e) || e.Code != CodeLimit {
			t.Errorf("%s: %v", name, err)
		}
	}
	nested := item.String("x")
	for range maxValueDepth + 2 {
		nested = item.Array([]item.Value{nested})
	}
	var e *Error
	if _, err := Nested(NewCompiled(), nested); !errors.As(err, &e) || e.Code != CodeLimit {
		t.Errorf("nested value: %v", err)
	}
}

func TestErrorUnwraps(t *testing.T) {
	t.Parallel()
	err := error(&Error{Message: "gone", Err: ErrNoStep})
	if !errors.Is(err, ErrNoStep) || err.Error() != "gone" {
		t.Errorf("%v does not unwrap", err)
	}
}
