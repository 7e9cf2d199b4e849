package expression

import (
	"context"
	"testing"

	"github.com/jobsprint/jobsprint/item"
)

// place is a step of a workflow of the vectors, as it stood when n8n
// evaluated: the outputs before it and its input.
type place struct {
	input []item.Item
	data  *steps
}

// places rebuilds two of the workflows of the vectors (contexts/*.json).
func places() map[string]place {
	source := itemsOf(`[{"id":1,"name":"ann","g":"x"},{"id":2,"name":"bob","g":"y"},{"id":3,"name":"cy","g":"x"}]`)
	for i := range source {
		source[i].Paired = item.PairOf(0)
	}
	doubled := itemsOf(`[{"id":1,"name":"ann","g":"x","double":2},{"id":2,"name":"bob","g":"y","double":4},{"id":3,"name":"cy","g":"x","double":6}]`)
	kept := itemsOf(`[{"id":2,"name":"bob","g":"y","double":4},{"id":3,"name":"cy","g":"x","double":6}]`)
	start := itemsOf(`[{}]`)
	linear := map[string][][]item.Item{
		"Start": {start}, "Source": {source}, "Mid": {doubled}, "Branch": {nil, doubled}, "Disabled": {doubled}, "Keep": {kept}, "Never": nil,
	}
	routed := itemsOf(`[{"id":2}]`)
	routes := map[string][][]item.Item{
		"Start": {start}, "Source": {itemsOf(`[{"id":1},{"id":2},{"id":3}]`)},
		"Route": {itemsOf(`[{"id":1},{"id":3}]`), routed}, "No": {routed}, "Yes": nil,
	}
	return map[string]place{
		"linear":         {kept, stepsOf("linear", "Keep", linear, map[string]int{"Branch": 1}, 1)},
		"switch-outputs": {routed, stepsOf("switch-outputs", "No", routes, map[string]int{"Route": 1}, 1)},
	}
}

// stepsOf makes Data in which input item i was made from item i+shift of the
// steps that emitted three, item i of others, and item 0 of a single one.
func stepsOf(name, previous string, outputs map[string][][]item.Item, branches map[string]int, shift int) *steps {
	s := &steps{outputs: outputs, branches: branches, variables: map[string]item.Value{
		"$workflow": item.MustParse(`{"active":false,"id":"ctx-` + name + `","name":"Ctx ` + name + `"}`),
		"$prevNode": item.MustParse(`{"name":"` + previous + `","outputIndex":0,"runIndex":0}`),
	}}
	s.paired = func(i int, step string) (item.Item, error) {
		items := outputs[step][branches[step]]
		switch len(items) {
		case 3:
			i += shift
		case 1:
			i = 0
		}
		if i >= len(items) {
			return item.Item{}, ErrNoPair
		}
		return items[i], nil
	}
	return s
}

// contextFloor is how many of these vectors the engine must understand.
const contextFloor = 73

func TestAgreesWithN8nInWorkflows(t *testing.T) {
	t.Parallel()
	accepted, total := 0, 0
	known := places()
	for _, v := range readVectors(t) {
		p, ok := known[v.Context]
		if !ok {
			continue
		}
		total++
		outcomes := evalAll(t, v.Expression, &Batch{Items: p.input, Data: p.data})
		if isUnsupported(outcomes[0].Err) {
			continue
		}
		accepted++
		for i, o := range outcomes {
			want := vector{Error: v.Error}
			if v.Error == "" {
				want.Type, want.Result = v.Types[i], v.Results[i]
				if want.Type == "undefined" {
					want.Result = item.Undefined
				}
			}
			if !want.agrees(o) {
				t.Errorf("%s %s item %d: got %s, error %v, want %s, error %q", v.Context, v.Expression, i, o.Value, o.Err, want.Result, v.Error)
			}
		}
	}
	t.Logf("accepted %d of %d vectors", accepted, total)
	if accepted < contextFloor {
		t.Errorf("accepted %d vectors, at least %d were understood before", accepted, contextFloor)
	}
}

// evalAll evaluates a source for every item of a batch; a compile error is
// the outcome of each.
func evalAll(t testing.TB, source string, b *Batch) []Outcome {
	t.Helper()
	out := make([]Outcome, len(b.Items))
	p, err := NewCompiled().Compile(source)
	if err == nil {
		if err := p.Eval(context.Background(), b, out); err != nil {
			t.Fatalf("%s: %v", source, err)
		}
		return out
	}
	for i := range out {
		out[i].Err = err
	}
	return out
}
