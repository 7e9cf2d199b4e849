package flow_test

import (
	"testing"

	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
	"github.com/jobsprint/jobsprint/nodes/flow"
	"github.com/jobsprint/jobsprint/nodes/nodetest"
)

// runLoop runs a loop whose batches come back as they are, and gives the outputs
// of all its runs with their ancestors.
func runLoop(t *testing.T, version float64, params, in string, rounds int) (outputs []string, last item.Value) {
	t.Helper()
	step := nodetest.Step{Definition: flow.LoopOverItems(), Version: version, Params: params, Name: "Loop"}
	inputs := []nodes.Inputs{nodetest.Inputs(in)}
	for round := range rounds {
		step.RunIndex = round
		call := step.Call(t.Context(), inputs[round])
		call.State = last
		call.Origin = func(run int) (item.Origin, bool) { return item.Origin{Step: "S", Run: run}, true }
		call.Earlier = func(run int) (nodes.Inputs, error) { return inputs[run], nil }
		result, err := step.MustCompile(t).Run(call, inputs[round])
		if err != nil {
			t.Fatal(err)
		}
		last = result.State
		text := ""
		var back []item.Item
		for o, items := range result.Outputs {
			text += "|"
			for _, it := range items {
				pair, _ := it.Paired.First()
				text += it.JSON.Get("i").JSON() + "=" + item.Int(pair.Item).ToString()
				if pair.From != nil {
					text += "@" + item.Int(pair.From.Run).ToString()
				}
				text += " "
			}
			if version < 3 && o == 0 || version == 3 && o == 1 {
				back = items
			}
		}
		outputs = append(outputs, text)
		inputs = append(inputs, nodes.Inputs{nodes.PassOn(back)})
	}
	return outputs, last
}

func TestLoopGivesBatchesAndThenWhatCameBack(t *testing.T) {
	t.Parallel()
	const in = `[{"i":1},{"i":2},{"i":3}]`
	for _, test := range []struct {
		version float64
		params  string
		want    []string
	}{
		{3, `{"batchSize":2}`, []string{`||1=0 2=1 `, `||3=2@0 `, `|1=0@1 2=1@1 3=0@2 |`}},
		{2, `{"batchSize":"2"}`, []string{`|1=0 2=1 |`, `|3=2@0 |`, `||1=0@1 2=1@1 3=0@2 `}},
		{1, `{"batchSize":2}`, []string{`|1=0 2=1 `, `|3=2@0 `, `|`}},
		{3, `{}`, []string{`||1=0 `, `||2=1@0 `}},
		{2, `{}`, []string{`|1=0 2=1 3=2 |`}},
		{3, `{"batchSize":1.5}`, []string{`||1=0 `}},
		{3, `{"batchSize":0}`, []string{`||`}},
		{3, `{"batchSize":2,"options":{"reset":true}}`, []string{`||1=0 2=1 `, `||1=0 2=1 `}},
	} {
		got, _ := runLoop(t, test.version, test.params, in, len(test.want))
		for i, want := range test.want {
			if got[i] != want {
				t.Errorf("version %v %s run %d: got %s, want %s", test.version, test.params, i, got[i], want)
			}
		}
	}
}

func TestLoopTellsWhereItStands(t *testing.T) {
	t.Parallel()
	for rounds, want := range map[int]string{
		1: `{"currentRunIndex":0,"maxRunIndex":2,"sourceData":{"previousNode":"S","previousNodeOutput":0,"previousNodeRun":0},"noItemsLeft":false,"done":false}`,
		2: `{"currentRunIndex":1,"maxRunIndex":2,"sourceData":{"previousNode":"S","previousNodeOutput":0,"previousNodeRun":0},"noItemsLeft":true,"done":false}`,
		3: `{"currentRunIndex":2,"maxRunIndex":2,"sourceData":{"previousNode":"S","previousNodeOutput":0,"previousNodeRun":0},"noItemsLeft":true,"done":true}`,
	} {
		_, state := runLoop(t, 3, `{"batchSize":2}`, `[{"i":1},{"i":2},{"i":3}]`, rounds)
		if got := state.Get("context").JSON(); got != want {
			t.Errorf("after %d rounds: %s, want %s", rounds, got, want)
		}
	}
}

func TestLoopPorts(t *testing.T) {
	t.Parallel()
	for version, want := range map[float64]int{1: 1, 2: 2, 3: 2} {
		p := nodetest.Step{Definition: flow.LoopOverItems(), Version: version}.MustCompile(t).(nodes.Ports)
		if p.Inputs() != 1 || p.Outputs() != want {
			t.Errorf("version %v: %d inputs, %d outputs", version, p.Inputs(), p.Outputs())
		}
	}
}
