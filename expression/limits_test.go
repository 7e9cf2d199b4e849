package expression

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/jobsprint/jobsprint/item"
)

// greedy are sources that grow beyond any bound unless they are stopped.
func greedy() map[string]string {
	double := "={{ [1]" + strings.Repeat(".map(x => [x, x])", 60)
	return map[string]string{
		"repeat":           "={{ 'x'.repeat(1e9) }}",
		"repeat of repeat": "={{ 'x'.repeat(1e4).repeat(1e4) }}",
		"pad":              "={{ 'x'.padStart(1e12) }}",
		"replace":          "={{ 'a'.repeat(1e5).replaceAll('a', 'b'.repeat(1e5)) }}",
		"replace pattern":  "={{ 'a'.repeat(1e5).replaceAll('a', \"$'$`\") }}",
		"join":             "={{ 'a'.repeat(1e5).split('').join('b'.repeat(1e5)) }}",
		"concat":           "={{ [1,2,3,4,5,6,7,8,9,10].reduce(s => s + s, 'x'.repeat(1e5)) }}",
		"concat method":    "={{ [1,2,3,4,5,6,7,8,9,10].reduce(s => s.concat(s), 'x'.repeat(1e5)) }}",
		"template":         "={{ [1,2,3,4,5,6,7,8,9,10].reduce(s => `${s}${s}`, 'x'.repeat(1e5)) }}",
		"text":             "={{ 'x'.repeat(9e5) }}{{ 'x'.repeat(9e5) }}",
		"loops":            "={{ 'x'.repeat(300).split('').map(a => 'x'.repeat(300).split('').map(b => 'x'.repeat(300).split('').map(c => 1).length).length).length }}",
		"shared result":    double + " }}",
		"shared JSON":      double + " .length + JSON.stringify([$json, " + double[3:] + "]) }}",
		"shared text":      double + " + '' }}",
		"shared number":    "={{ +" + double[3:] + " }}",
		"shared equality":  double + " == 'x' }}",
		"shared key":       "={{ $json[" + double[3:] + "] }}",
		"shared in text":   "=x" + double[1:] + " }}",
		"shared template":  "={{ `${" + double[3:] + "}` }}",
		"shared flat":      double + ".flat(Infinity) }}",
		"lists":            "={{ [1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22].reduce(s => s.concat(s), [1,2]) }}",
		"spread":           "={{ [1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22].reduce(s => [...s, ...s], [1,2]) }}",
		"flatMap":          "={{ [1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22].reduce(s => s.flatMap(x => [x, x]), [1,2]) }}",
		"sort":             "={{ 'x'.repeat(1e5).split('').sort((a, b) => 0) }}",
		"indent":           "={{ JSON.stringify('x'.repeat(2e4).split('').map(x => [[[[[[[[[x]]]]]]]]]), null, 10) }}",
	}
}

func TestLimits(t *testing.T) {
	t.Parallel()
	for name, source := range greedy() {
		b := &Batch{Items: itemsOf(`[{"a":1},{"a":2}]`), Limits: Limits{Operations: 100_000, OutputBytes: 1 << 20}}
		began := time.Now()
		for _, o := range evalAll(t, source, b) {
			var e *Error
			if !errors.As(o.Err, &e) || e.Code != CodeLimit {
				t.Errorf("%s: %.100s, %v", name, o.Value, o.Err)
			}
		}
		if took := time.Since(began); took > 5*time.Second {
			t.Errorf("%s took %s", name, took)
		}
	}
}

// TestDefaultLimits holds that ordinary work fits in the defaults and that
// they end work without end.
func TestDefaultLimits(t *testing.T) {
	t.Parallel()
	b := &Batch{Items: make([]item.Item, 1)}
	if o := evalIn(t, "={{ 'x'.repeat(10000).split('').map((x, i) => i * 2).filter(x => x % 4 === 0).length }}", b); o.Err != nil {
		t.Errorf("10,000 elements: %v", o.Err)
	}
	if o := evalIn(t, "={{ 'x'.repeat(10 * 1024 * 1024).length }}", b); o.Err != nil {
		t.Errorf("10 MiB: %v", o.Err)
	}
	if o := evalIn(t, "={{ 'x'.repeat(17 * 1024 * 1024).length }}", b); o.Err == nil {
		t.Error("17 MiB was made")
	}
}

func TestDeepValues(t *testing.T) {
	t.Parallel()
	v := item.Int(1)
	for range maxValueDepth + 1 {
		v = item.Array([]item.Value{v})
	}
	b := &Batch{Items: []item.Item{{JSON: item.NewObject(1).Set("v", v).Value()}}}
	var e *Error
	if o := evalIn(t, "={{ [$json.v] }}", b); !errors.As(o.Err, &e) || e.Code != CodeLimit {
		t.Errorf("%v", o.Err)
	}
	if o := evalIn(t, "={{ $json.v }}", b); o.Err != nil {
		t.Errorf("a value that is only handed on: %v", o.Err)
	}
}

// endingContext ends after a number of looks at it.
type endingContext struct {
	context.Context
	looks int
}

func (c *endingContext) Err() error {
	c.looks--
	if c.looks < 0 {
		return context.Canceled
	}
	return nil
}

func TestContextEnds(t *testing.T) {
	t.Parallel()
	const long = "={{ 'x'.repeat(300).split('').map(a => 'x'.repeat(300).split('').map(b => $json.a).length).length }}"
	for _, c := range []struct {
		source string
		items  int
		looks  int
	}{
		{"={{ 1 }}", 1, 0},
		{"={{ $json.a }}", 1, 0},
		{"={{ $json.a }}", 3 * itemsPerCheck, 2},
		{long, 1, 3},
		{"=text " + long[1:], 1, 3},
	} {
		p, err := NewCompiled().Compile(c.source)
		if err != nil {
			t.Fatal(err)
		}
		ctx := &endingContext{context.Background(), c.looks}
		if err := p.Eval(ctx, &Batch{Items: make([]item.Item, c.items)}, make([]Outcome, c.items)); !errors.Is(err, context.Canceled) {
			t.Errorf("%s over %d items: %v", c.source, c.items, err)
		}
	}
}

func TestOutcomesMustFit(t *testing.T) {
	t.Parallel()
	for _, source := range []string{"={{ 1 }}", "={{ $json }}"} {
		p, err := NewCompiled().Compile(source)
		if err != nil {
			t.Fatal(err)
		}
		if err := p.Eval(context.Background(), &Batch{Items: make([]item.Item, 2)}, make([]Outcome, 1)); err == nil {
			t.Errorf("%s: one place for two items", source)
		}
	}
}

// TestLongSources holds that size alone, up to the limit, does no harm.
func TestLongSources(t *testing.T) {
	t.Parallel()
	b := &Batch{Items: make([]item.Item, 1)}
	for name, source := range map[string]string{
		"links":     "={{ $json" + strings.Repeat("?.a", 300_000) + " }}",
		"elements":  "={{ [" + strings.Repeat("1,", 500_000) + "].length }}",
		"regions":   "=" + strings.Repeat("{{1}}", 200_000),
		"operators": "={{ 0" + strings.Repeat("+1", maxOperators-1) + " }}",
		"groups":    "={{ " + strings.Repeat("(", maxNesting-2) + "1" + strings.Repeat(")", maxNesting-2) + " }}",
		"slashes":   "=" + strings.Repeat(`\`, 500_000) + "{{1}}",
	} {
		if o := evalIn(t, source, b); o.Err != nil {
			t.Errorf("%s: %v", name, o.Err)
		}
	}
}

func ExampleError_Caret() {
	_, err := NewCompiled().Compile("=Dear {{ $json.name.capitalise() }}")
	var e *Error
	if errors.As(err, &e) {
		fmt.Println(e)
		fmt.Println(e.Caret())
	}
	// Output:
	// Not supported in expressions: the function “capitalise”
	// =Dear {{ $json.name.capitalise() }}
	//                    ^^^^^^^^^^^
}
