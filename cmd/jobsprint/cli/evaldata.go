package cli

import (
	"encoding/binary"
	"math"
	"time"

	"github.com/jobsprint/jobsprint/expression"
	"github.com/jobsprint/jobsprint/item"
)

// The workflow that an expression believes to stand in.
const (
	evalWorkflow = "Eval"
	evalStart    = "Start"
	evalStep     = "Eval"
)

// evalData is what an expression sees of its workflow: a start that gave the
// items, and the step itself, which sets the one field that is evaluated.
type evalData struct {
	items  []item.Item
	source string
}

var _ expression.Data = (*evalData)(nil)

// Output knows the start only.
func (d *evalData) Output(step string, output, run int) ([]item.Item, error) {
	switch {
	case step == evalStart && run > 0:
		return nil, expression.ErrNoRun
	case step == evalStart && output == 0:
		return d.items, nil
	case step == evalStart:
		return nil, expression.ErrNoOutput
	case step == evalStep:
		return nil, expression.ErrNotRun
	}
	return nil, expression.ErrNoStep
}

// Branch is the only output.
func (d *evalData) Branch(string) int { return 0 }

// Paired is the item of the same index.
func (d *evalData) Paired(i int, step string) (item.Item, error) {
	items, err := d.Output(step, 0, expression.NewestRun)
	if err != nil {
		return item.Item{}, err
	}
	if i >= len(items) {
		return item.Item{}, expression.ErrNoItem
	}
	return items[i], nil
}

// Step knows both steps of the workflow.
func (d *evalData) Step(name string) (expression.StepInfo, bool) {
	switch name {
	case evalStart:
		return expression.StepInfo{Params: item.NewObject(0).Value(), Runs: 1}, true
	case evalStep:
		params, _ := d.Variable("$parameter")
		return expression.StepInfo{Params: params}, true
	}
	return expression.StepInfo{}, false
}

// Variable gives what has a name in such a workflow.
func (d *evalData) Variable(name string) (item.Value, bool) {
	switch name {
	case "$workflow":
		return item.NewObject(3).Set("active", item.False).Set("id", item.String("eval")).Set("name", item.String(evalWorkflow)).Value(), true
	case "$execution":
		return item.NewObject(2).Set("id", item.String("eval")).Set("mode", item.String("test")).Value(), true
	case "$prevNode":
		return item.NewObject(3).Set("name", item.String(evalStart)).Set("outputIndex", item.Int(0)).Set("runIndex", item.Int(0)).Value(), true
	case "$parameter":
		field := item.NewObject(2).Set("name", item.String("v")).Set("value", item.String(d.source)).Value()
		values := item.NewObject(1).Set("string", item.Array([]item.Value{field})).Value()
		return item.NewObject(3).Set("keepOnlySet", item.True).Set("values", values).Set("options", item.NewObject(0).Value()).Value(), true
	case "$vars":
		return item.NewObject(0).Value(), true
	case "$nodeVersion":
		return item.Int(1), true
	case "$mode":
		return item.String("manual"), true
	case "$executionId":
		return item.String("eval"), true
	}
	return item.Undefined, false
}

// seedOf makes random choices differ from evaluation to evaluation.
func seedOf(now time.Time) (seed [32]byte) {
	binary.LittleEndian.PutUint64(seed[:], uint64(now.UnixNano()))
	return seed
}

// typeOf names the type of a value as JavaScript sees it, with names of their
// own for the numbers that JSON does not have.
func typeOf(o expression.Outcome) string {
	v := o.Value
	f, ok := v.Number()
	switch {
	case o.Type != "":
		return o.Type
	case !ok && v.Kind() == item.KindRedacted:
		return item.KindString.String()
	case !ok:
		return v.Kind().String()
	case math.IsNaN(f):
		return "NaN"
	case math.IsInf(f, 0):
		return item.FormatNumber(f)
	case f == 0 && math.Signbit(f):
		return "-0"
	}
	return item.KindNumber.String()
}

// setOutcome writes type and result.
func setOutcome(b *item.ObjectBuilder, o expression.Outcome) {
	b.Set("type", item.String(typeOf(o)))
	if !o.Value.IsUndefined() {
		b.Set("result", o.Value)
	}
}
