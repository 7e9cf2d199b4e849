package full_test

import (
	"bufio"
	"errors"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/jobsprint/jobsprint/expression"
	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
	"github.com/jobsprint/jobsprint/nodes/data"
	"github.com/jobsprint/jobsprint/nodes/nodetest"
)

// errorCode is the code of the expression or step error in err.
func errorCode(err error) (string, bool) {
	var e *expression.Error
	if errors.As(err, &e) {
		return e.Code, true
	}
	var s *nodes.StepError
	if errors.As(err, &s) {
		return s.Code, true
	}
	return "", false
}

func TestSetGivesFieldsTheTypesThatN8nGivesThem(t *testing.T) {
	t.Parallel()
	file, err := os.Open(filepath.Join(corpusDir(t, "n8n-expressions"), "set-types.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	passed, skipped := 0, map[string]int{}
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		v := item.MustParse(lines.Text())
		if v.Get("header").Truthy() {
			continue
		}
		source := v.Get("expression").ToString()
		got, err := setOne(t, v)
		if code, ok := errorCode(err); ok && (code == expression.CodeUnsupported || code == expression.CodeSyntax) {
			skipped["the expression is not known: "+source]++
			continue
		}
		checkVector(t, v, got, err)
		passed++
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d vectors pass, skipped: %v", passed, skipped)
	if passed < 180 {
		t.Errorf("only %d vectors ran", passed)
	}
}

func setOne(t *testing.T, v item.Value) (item.Value, error) {
	t.Helper()
	assignment := item.NewObject(3).Set("name", item.String("v")).Set("type", v.Get("fieldType")).Set("value", v.Get("expression")).Value()
	list := item.NewObject(1).Set("assignments", item.Array([]item.Value{assignment})).Value()
	options := item.NewObject(1).Set("ignoreConversionErrors", v.Get("ignoreConversionErrors")).Value()
	params := item.NewObject(2).Set("assignments", list).Set("options", options).Value()
	step := nodetest.Step{Definition: data.Set(), Params: params.JSON(), Name: "Edit Fields"}
	in := nodes.Inputs{{{JSON: v.Get("item")}}}
	node, err := step.Compile()
	if err != nil {
		return item.Undefined, err
	}
	result, err := node.Run(step.Call(t.Context(), in), in)
	if err != nil {
		return item.Undefined, err
	}
	return result.Outputs[0][0].JSON.Get("v"), nil
}

func checkVector(t *testing.T, v, got item.Value, err error) {
	t.Helper()
	where := v.Get("id").ToString() + " " + v.Get("fieldType").ToString() + " " + v.Get("expression").ToString()
	if want := v.Get("error"); !want.IsUndefined() {
		if err == nil || err.Error() != want.ToString() {
			t.Errorf("%s: error %v, want %s", where, err, want)
		}
		return
	}
	if err != nil {
		t.Errorf("%s: %v", where, err)
		return
	}
	switch n := got.ToNumber(); v.Get("type").ToString() {
	case "NaN":
		if !math.IsNaN(n) || got.Kind() != item.KindNumber {
			t.Errorf("%s: got %s, want NaN", where, got)
		}
	case "Infinity":
		if !math.IsInf(n, 1) {
			t.Errorf("%s: got %s, want Infinity", where, got)
		}
	default:
		if !item.Equal(item.MustParse(got.JSON()), v.Get("result")) {
			t.Errorf("%s: got %s, want %s", where, got.JSON(), v.Get("result").JSON())
		}
	}
}
