package expression

import (
	"bufio"
	"bytes"
	"context"
	"math"
	"os"
	"strings"
	"testing"

	"github.com/jobsprint/jobsprint/item"
)

// TestAgreesWithJavaScript holds operators and methods to what a JavaScript
// engine answered (testdata/gen.mjs). None of them may be unsupported, but
// for those listed.
func TestAgreesWithJavaScript(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("testdata/js.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(bytes.NewReader(data))
	lines.Scan()
	header := item.MustParse(lines.Text())
	batch := &Batch{Items: []item.Item{{JSON: header.Get("item")}}}
	count, refused := 0, 0
	for lines.Scan() {
		count++
		row := item.MustParse(lines.Text())
		source, _ := row.Index(0).Str()
		kind, _ := row.Index(1).Str()
		outcome := evalIn(t, "={{ "+source+" }}", batch)
		switch {
		case isUnsupported(outcome.Err):
			refused++
			t.Logf("refused: %s: %v", source, outcome.Err)
		case outcome.Err != nil:
			t.Errorf("%s: %v", source, outcome.Err)
		case typeName(outcome.Value) != kind || !row.Index(2).IsUndefined() && !equalAnswers(source, asJSON(outcome.Value), row.Index(2)):
			t.Errorf("%s\n got %s %s\nwant %s %s", source, typeName(outcome.Value), outcome.Value, kind, row.Index(2))
		}
	}
	t.Logf("%d expressions, %d refused", count, refused)
	if count < 6000 || refused > 20 {
		t.Errorf("%d expressions, %d refused", count, refused)
	}
}

// equalAnswers compares exactly; of powers JavaScript leaves the last digit to
// the engine.
func equalAnswers(source string, got, want item.Value) bool {
	x, isNumber := got.Number()
	y, _ := want.Number()
	if isNumber && (strings.Contains(source, "**") || strings.Contains(source, "Math.pow")) {
		return x == y || math.Nextafter(x, y) == y
	}
	return item.Equal(got, want)
}

// evalIn evaluates a source for the first item of a batch.
func evalIn(t testing.TB, source string, b *Batch) Outcome {
	t.Helper()
	p, err := NewCompiled().Compile(source)
	if err != nil {
		return Outcome{Err: err}
	}
	out := make([]Outcome, len(b.Items))
	if err := p.Eval(context.Background(), b, out); err != nil {
		t.Fatalf("%s: %v", source, err)
	}
	return out[0]
}
