package cli

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/jobsprint/jobsprint/cmd/jobsprint/app"
	"github.com/jobsprint/jobsprint/cmd/jobsprint/iostreams"
	"github.com/jobsprint/jobsprint/expression"
	"github.com/jobsprint/jobsprint/item"
)

func newTestEvaluator() *evaluator {
	return &evaluator{engine: app.Expressions(), zone: time.UTC, now: time.Now}
}

func TestTypeOfAResult(t *testing.T) {
	t.Parallel()
	for want, v := range map[string]item.Value{
		"undefined": item.Undefined, "null": item.Null, "boolean": item.True, "number": item.Int(0), "string": item.String(""),
		"array": item.Array(nil), "object": item.NewObject(0).Value(), "date": item.Date(0), "NaN": item.Number(math.NaN()),
		"Infinity": item.Number(math.Inf(1)), "-Infinity": item.Number(math.Inf(-1)), "-0": item.Number(math.Copysign(0, -1)),
	} {
		if got := typeOf(expression.Outcome{Value: v}); got != want {
			t.Errorf("%s is called %s", want, got)
		}
	}
	if got := typeOf(expression.Outcome{Value: item.Redacted}); got != "string" {
		t.Errorf("what was erased is called %s", got)
	}
}

func TestExpressionsOfPeopleNeedNoBraces(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"$json.a": "={{ $json.a }}", "{{ 1 }}": "={{ 1 }}", "a {{ 1 }}": "=a {{ 1 }}", "={{ 1 }}": "={{ 1 }}", "=fixed": "=fixed",
	} {
		if got := wholeExpression(text); got != want {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
}

func TestEvalSeesAWorkflowAroundIt(t *testing.T) {
	t.Parallel()
	for source, want := range map[string]string{
		"={{ $('Start').item.json.a }}":           "2",
		"={{ $('Start').all().length }}":          "2",
		"={{ $prevNode.name }}":                   `"Start"`,
		"={{ $workflow.active }}":                 "false",
		"={{ $execution.mode }}":                  `"test"`,
		"={{ $parameter.keepOnlySet }}":           "true",
		"={{ $runIndex }}":                        "0",
		"={{ $itemIndex }}":                       "1",
		"={{ $input.first().json.a }}":            "1",
		"={{ $vars }}":                            "{}",
		"={{ $parameter.values.string[0].name }}": `"v"`,
	} {
		out, err := newTestEvaluator().eval(t.Context(), source, []item.Value{item.MustParse(`{"a":1}`), item.MustParse(`{"a":2}`)})
		if err != nil || out[1].Err != nil {
			t.Errorf("%s: %v %v", source, err, out)
			continue
		}
		if got := out[1].Value.JSON(); got != want {
			t.Errorf("%s is %s, want %s", source, got, want)
		}
	}
}

func TestEvalDataKnowsTheStartOnly(t *testing.T) {
	t.Parallel()
	d := &evalData{items: make([]item.Item, 1)}
	for _, c := range []struct {
		step   string
		output int
		want   error
	}{{evalStart, 0, nil}, {evalStart, 1, expression.ErrNoOutput}, {evalStep, 0, expression.ErrNotRun}, {"Other", 0, expression.ErrNoStep}} {
		if _, err := d.Output(c.step, c.output, expression.NewestRun); !errors.Is(err, c.want) {
			t.Errorf("output %d of %s: %v, want %v", c.output, c.step, err, c.want)
		}
	}
	if _, err := d.Output(evalStart, 0, 1); !errors.Is(err, expression.ErrNoRun) {
		t.Errorf("a second run: %v", err)
	}
	if s, ok := d.Step(evalStart); !ok || s.Runs != 1 {
		t.Errorf("the start: %+v", s)
	}
	if s, ok := d.Step(evalStep); !ok || s.Runs != 0 || !s.Params.Get("keepOnlySet").Truthy() {
		t.Errorf("the step: %+v", s)
	}
	if _, ok := d.Step("Other"); ok {
		t.Error("there is another step")
	}
	if _, err := d.Paired(1, evalStart); !errors.Is(err, expression.ErrNoItem) {
		t.Errorf("an item beyond the input: %v", err)
	}
	if _, err := d.Paired(0, "Other"); !errors.Is(err, expression.ErrNoStep) {
		t.Errorf("another step: %v", err)
	}
}

// Someone who asks one question after the other gets each answer before the
// next question.
func TestBatchAnswersWhileStdinIsOpen(t *testing.T) {
	t.Parallel()
	questions, ask := io.Pipe()
	told, answers := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		ended <- evalBatch(t.Context(), newTestEvaluator(), questions, answers)
		_ = answers.Close()
	}()
	lines := bufio.NewScanner(told)
	for _, text := range []string{"1", "2"} {
		if _, err := io.WriteString(ask, `{"id":"x","expression":"={{ `+text+" }}\"}\n"); err != nil {
			t.Fatal(err)
		}
		if !lines.Scan() || lines.Text() != `{"id":"x","type":"number","result":`+text+`}` {
			t.Fatalf("answer %q, %v", lines.Text(), lines.Err())
		}
	}
	_ = ask.Close()
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
}

func TestBatchPassesOverALineThatIsTooLong(t *testing.T) {
	t.Parallel()
	long := io.LimitReader(endless('x'), maxBatchLine+1)
	in := io.MultiReader(long, strings.NewReader("\n{\"id\":1,\"expression\":\"={{ 1 }}\"}"))
	var out bytes.Buffer
	err := evalBatch(t.Context(), newTestEvaluator(), in, &out)
	if err == nil || !strings.Contains(err.Error(), "1 of the lines are no requests") {
		t.Errorf("error %v", err)
	}
	if want := "{\"error\":\"line 1: it is longer than 16 MiB\"}\n{\"id\":1,\"type\":\"number\",\"result\":1}\n"; out.String() != want {
		t.Errorf("answers %s", out.String())
	}
}

type endless byte

func (e endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(e)
	}
	return len(p), nil
}

func TestBatchEndsWithItsContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	s, in, _, _ := iostreams.Test()
	in.WriteString("{\"expression\":\"={{ $json.a }}\"}\n")
	if err := evalBatch(ctx, newTestEvaluator(), s.In, s.Out); !errors.Is(err, context.Canceled) {
		t.Errorf("ended with %v", err)
	}
}
