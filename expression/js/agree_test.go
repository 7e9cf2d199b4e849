package js

import (
	"context"
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/jobsprint/jobsprint/expression"
	"github.com/jobsprint/jobsprint/item"
)

// The shapes of expressions that both ways are asked for, with %s for parts.
var (
	agreeLeaves = []string{
		"1", "0", "-2.5", "1e21", "''", "'Ada 😀'", "'12'", "true", "false", "null", "undefined", "[]", "[1, 'b', null]", "({a: 1, b: [2]})",
		"$json", "$json.n", "$json.s", "$json.list", "$json.o", "$json.o.deep", "$json['s']", "$json.missing", "$json.missing?.x", "$json.o?.deep", "$json.list[1]",
		"$itemIndex", "NaN", "Infinity",
	}
	agreeShapes = []string{
		"(%s) + (%s)", "(%s) - (%s)", "(%s) * (%s)", "(%s) / (%s)", "(%s) %% (%s)", "(%s) === (%s)", "(%s) == (%s)", "(%s) !== (%s)", "(%s) < (%s)",
		"(%s) >= (%s)", "(%s) && (%s)", "(%s) || (%s)", "(%s) ?? (%s)", "(%s) ? (%s) : 7", "[%s, %s]", "({x: %s, y: %s})", "String(%s) + (%s)", "`${%s}-${%s}`",
	}
	agreeCalls = []string{
		"!(%s)", "-(%s)", "typeof (%s)", "(%s).length", "(%s)?.length", "String(%s)", "Number(%s)", "Boolean(%s)", "JSON.stringify(%s)", "(%s).x", "(%s)?.toString()",
		"String(%s).toUpperCase()", "String(%s).slice(1, 3)", "String(%s).split('')", "String(%s).includes('a')", "[%s].map(x => x)", "[%s].join('|')",
		"[%s, 2].filter(x => x)", "Object.keys(%s ?? {})", "Array.isArray(%s)", "Math.max(1, %s)", "Math.round(%s)", "parseInt(%s)", "[%s].includes(null)", "[%s, 1].indexOf(1)",
	}
)

func drawAgree(t *rapid.T, depth int) string {
	if depth == 0 || rapid.IntRange(0, 3).Draw(t, "leaf") == 0 {
		return rapid.SampledFrom(agreeLeaves).Draw(t, "value")
	}
	if rapid.Bool().Draw(t, "two") {
		shape := rapid.SampledFrom(agreeShapes).Draw(t, "shape")
		return fmt.Sprintf(shape, drawAgree(t, depth-1), drawAgree(t, depth-1))
	}
	return fmt.Sprintf(rapid.SampledFrom(agreeCalls).Draw(t, "call"), drawAgree(t, depth-1))
}

// drawJSON is random data for an item.
func drawJSON(t *rapid.T) item.Value {
	scalar := rapid.SampledFrom([]string{"null", "true", "0", "-1.5", "42", `""`, `"abc"`, `"7"`, `"é😀"`, "[]", "{}", `[1,"x",null]`, `{"k":{"z":1}}`})
	o := item.NewObject(4)
	for _, name := range []string{"n", "s", "list", "o"} {
		if rapid.IntRange(0, 4).Draw(t, "there") > 0 {
			o.Set(name, item.MustParse(scalar.Draw(t, name)))
		}
	}
	return o.Value()
}

func outcomeText(o expression.Outcome) string {
	if o.Err != nil {
		return "error " + o.Err.Error()
	}
	if n, ok := o.Value.Number(); ok {
		return "number " + item.FormatNumber(n)
	}
	return o.Value.Kind().String() + " " + o.Value.JSON()
}

// TestCompiledPathAndJavaScriptAgree holds the two ways of an expression against
// each other: what the compiled path takes must come to what JavaScript gives.
func TestCompiledPathAndJavaScriptAgree(t *testing.T) {
	t.Parallel()
	engine, compiled := New(Options{}), expression.NewCompiled()
	taken := 0
	rapid.Check(t, func(t *rapid.T) {
		source := "={{ " + drawAgree(t, 3) + " }}"
		if rapid.IntRange(0, 3).Draw(t, "template") == 0 {
			source = "=a {{ " + drawAgree(t, 2) + " }}-{{ " + drawAgree(t, 1) + " }}"
		}
		fast, err := compiled.Compile(source)
		if err != nil {
			return // JavaScript's alone
		}
		slow, err := engine.CompileScript(source)
		if err != nil {
			t.Fatalf("%s: the compiled path takes what JavaScript does not: %v", source, err)
		}
		batch := &expression.Batch{Items: []item.Item{{JSON: drawJSON(t)}, {JSON: drawJSON(t)}}, Env: expression.Env{Now: time.UnixMilli(0), Zone: time.UTC}}
		a, b := make([]expression.Outcome, 2), make([]expression.Outcome, 2)
		if err := fast.Eval(context.Background(), batch, a); err != nil {
			t.Fatal(err)
		}
		if err := slow.Eval(context.Background(), batch, b); err != nil {
			t.Fatal(err)
		}
		taken++
		for i := range a {
			if outcomeText(a[i]) != outcomeText(b[i]) {
				t.Fatalf("%s of %s: %s compiled, %s as JavaScript", source, batch.Items[i].JSON.JSON(), outcomeText(a[i]), outcomeText(b[i]))
			}
		}
	})
	t.Logf("%d expressions were compared", taken)
	if taken < 20 {
		t.Errorf("only %d expressions were compared", taken)
	}
}
