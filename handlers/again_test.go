package handlers_test

import (
	"strings"
	"testing"

	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
)

// rounds is a step that remembers: it sends its first items round by round to
// its second output, and at last what came back to its first.
func rounds() nodes.Definition {
	return nodes.Definition{
		Type: "test.rounds", Versions: []float64{1}, Class: nodes.Pure, Name: "rounds", Doc: "A step of the tests.", Group: "flow",
		Inputs: []string{"main"}, Outputs: []string{"done", "round"},
		New: func(*nodes.Compile) (nodes.Node, error) { return roundsNode{}, nil },
	}
}

type roundsNode struct{}

func (roundsNode) Run(c *nodes.Call, in nodes.Inputs) (nodes.Result, error) {
	first, next := in, 0
	if !c.State.IsUndefined() {
		earlier, err := c.Earlier(0)
		if err != nil {
			return nodes.Result{}, err
		}
		first, next = earlier, int(c.State.ToNumber())
	}
	all := first.First()
	result := nodes.Result{State: item.Int(next + 1), Hints: []item.Value{item.NewObject(1).Set("message", item.String("round")).Value()}}
	if next >= len(all) {
		result.Outputs = [][]item.Item{in.First(), nil}
		return result, nil
	}
	result.Outputs = [][]item.Item{nil, {{JSON: all[next].JSON, Paired: item.PairOf(0)}}}
	return result, nil
}

const roundsWorkflow = `{"name":"rounds","settings":{"executionOrder":"v1"},"nodes":[
	{"name":"Start","id":"s","type":"n8n-nodes-base.manualTrigger","typeVersion":1,"position":[0,0],"parameters":{}},
	{"name":"Rounds","id":"r","type":"test.rounds","typeVersion":1,"position":[200,0],"parameters":{}},
	{"name":"Mark","id":"m","position":[400,0],"type":"n8n-nodes-base.noOp","typeVersion":1,"parameters":{}}],
	"connections":{"Start":{"main":[[{"node":"Rounds","type":"main","index":0}]]},
		"Rounds":{"main":[[],[{"node":"Mark","type":"main","index":0}]]},
		"Mark":{"main":[[{"node":"Rounds","type":"main","index":0}]]}}}`

func TestStepsRememberFromRunToRun(t *testing.T) {
	t.Parallel()
	out := newOutside()
	out.extra = []nodes.Definition{rounds()}
	s := start(t, t.TempDir(), out)
	defer s.stop()
	run := s.run(s.create(roundsWorkflow), numberedItems(3)...)
	if end := s.ended(run); end.Status != events.StatusSuccess {
		t.Fatalf("ended with %+v", end)
	}
	execution := s.execution(run)
	var seen []string
	list, _ := item.GetPath(execution, "data.resultData.runData.Rounds").Elems()
	for _, r := range list {
		seen = append(seen, item.GetPath(r, "data.main").JSON())
		if got := item.GetPath(r, "hints[0].message").ToString(); got != "round" {
			t.Errorf("the hint is %q", got)
		}
	}
	for i, want := range []string{`"n":1`, `"n":2`, `"n":3`, `[[{"json":{"n":3}`} {
		if i >= len(seen) || !strings.Contains(seen[i], want) {
			t.Errorf("round %d is not %s in %v", i, want, seen)
		}
	}
	replay, err := s.engine.Replay(t.Context(), events.DefaultWorkspace, run)
	if err != nil || !replay.Equal || replay.Recomputed != 8 {
		t.Errorf("%v, %+v", err, replay)
	}
}

func TestRunsGoOnAfterErrorsAndReplayThem(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir(), newOutside())
	defer s.stop()
	const onError = `,"onError":"continueErrorOutput"`
	passes := s.run(s.create(chainOf("", panicStep+onError, `"type":"n8n-nodes-base.noOp","typeVersion":1,"parameters":{}`)), numberedItems(2)...)
	if end := s.ended(passes); end.Status != events.StatusSuccess || end.LastStep != "Step 2" {
		t.Errorf("ended with %+v", end)
	}
	last := s.run(s.create(chainOf("", panicStep+onError)), numberedItems(2)...)
	if end := s.ended(last); end.Status != events.StatusError || end.Error.Code != "step.panic" {
		t.Errorf("a run whose last step failed ended with %+v", end)
	}
	for _, run := range []string{passes, last} {
		first := item.GetPath(s.execution(run), `data.resultData.runData["Step 1"][0]`)
		if got := first.Get("executionStatus").ToString() + item.GetPath(first, "data.main").JSON(); got != `error[[{"json":{"n":1},"pairedItem":{"item":0}},{"json":{"n":2},"pairedItem":{"item":1}}]]` {
			t.Errorf("the failed step gives %s", got)
		}
		if message := item.GetPath(first, "error.message").ToString(); !strings.Contains(message, "as asked") {
			t.Errorf("its error is %q", message)
		}
	}
	replay, err := s.engine.Replay(t.Context(), events.DefaultWorkspace, passes)
	if err != nil || replay.Recomputed != 3 || len(replay.Differences) > 1 { // the stack of a panic differs
		t.Errorf("%v, %+v", err, replay)
	}
}
