package expression

import (
	"context"
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/jobsprint/jobsprint/item"
)

// checkSource holds what is true of every text: it compiles, or the error
// points into it; and it evaluates within its limits to the same value twice.
func checkSource(t interface{ Fatalf(string, ...any) }, source string) {
	p, err := NewCompiled().Compile(source)
	if err != nil {
		var e *Error
		if !errors.As(err, &e) || e.Source != source || e.Start < 0 || e.End < e.Start || e.End > len(source) {
			t.Fatalf("%q: %#v", source, err)
		}
		_ = e.Caret()
		return
	}
	b := shop()
	b.Limits = Limits{Operations: 20_000, OutputBytes: 1 << 16}
	first, second := make([]Outcome, 2), make([]Outcome, 2)
	if err := p.Eval(context.Background(), b, first); err != nil {
		t.Fatalf("%q: %v", source, err)
	}
	if err := p.Eval(context.Background(), b, second); err != nil {
		t.Fatalf("%q: %v", source, err)
	}
	for i, o := range first {
		if (o.Err == nil) != (second[i].Err == nil) || o.Err == nil && !item.Equal(o.Value, second[i].Value) {
			t.Fatalf("%q: %v, then %v", source, o, second[i])
		}
	}
	if v, ok := p.Constant(); ok && (first[0].Err != nil || !item.Equal(v, first[0].Value)) {
		t.Fatalf("%q: constant %s evaluates to %v", source, v, first[0])
	}
}

func FuzzCompile(f *testing.F) {
	for _, source := range greedy() {
		f.Add(source)
	}
	for _, source := range []string{
		"", "=", "={{", "={{ $json.a }}", "=a {{ 1 }} \\{{ b }}", "={{ [1].map(({a: [b = 1], ...c}, ...d) => `${b}`) }}", "={{ $('A').all()[0]?.json }}",
		"={{ {a, [b]: 1, ...c}.d ?? '\\u{1F600}' }}", "={{ /* */ 0x1F ** -1 // }}", "={{ (x => x)(1)",
	} {
		f.Add(source)
	}
	f.Fuzz(func(t *testing.T, source string) { checkSource(t, source) })
}

// TestAnyTokens builds sources out of the pieces of the language in any order.
func TestAnyTokens(t *testing.T) {
	t.Parallel()
	pieces := strings.Fields("1 2.5 'a' \"b\" `c` `${ } $json $json.id .name ?.id [0] ?.[ ] ( ) { } [ ] , : ; ? + - * / % ** == === != !== < > <= >= " +
		"&& || ?? ! ~ typeof void in => ... x y (x) (x,y) x=> null undefined true NaN .map( .filter( .split( .trim() .length .toFixed( .sort() .join() " +
		"Math.max( JSON.stringify( Object.keys( String( $('Orders').first() $('Orders').item.json $input.all() {a: {{ }} \\{{ // /* */ \\ ' \" = 😀 return")
	rapid.Check(t, func(t *rapid.T) {
		source := "={{ " + strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 1, 25).Draw(t, "pieces"), " ") + " }}"
		checkSource(t, source)
	})
}

// TestGrammar builds sources that must compile.
func TestGrammar(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		source := "={{ " + drawExpression(t, 4) + " }}"
		_, err := NewCompiled().Compile(source)
		if err != nil {
			t.Fatalf("%s: %v", source, err)
		}
		checkSource(t, source)
	})
}

func drawExpression(t *rapid.T, depth int) string {
	leaves := []string{"1", "'a'", "$json.id", "$json.name", "null", "[]", "$input.first().json", "$itemIndex", "-1", "undefined"}
	if depth == 0 {
		return rapid.SampledFrom(leaves).Draw(t, "leaf")
	}
	shapes := []string{"(A) + (B)", "A", "(A).length", "(A)?.x", "[A, ...[B]]", "({a: A, ...B})", "(A) ? B : A", "(A) ?? (B)", "[A, B].map(x => [x, B])",
		"`${A}-${B}`", "String(A).toUpperCase()", "typeof (A)", "[A, B].filter(x => x === B).join(A)", "(x => [x, A])(B)", "JSON.stringify(A)", "(A)[B]",
		"String(A).replace(B, A)", "[A, B, A].sort()", "(A) < (B)", "Object.entries((A) || (B))", "String(A).split(B)", "[A].concat(B).flat()"}
	shape := rapid.SampledFrom(shapes).Draw(t, "shape")
	a, b := drawExpression(t, depth-1), drawExpression(t, depth-1)
	return strings.NewReplacer("A", a, "B", b, "}}", "} }").Replace(shape)
}
