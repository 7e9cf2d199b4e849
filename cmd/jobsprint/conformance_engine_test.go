package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/jobsprint/jobsprint/commands"
	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/handlers"
	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
	"github.com/jobsprint/jobsprint/nodes/catalogue"
	"github.com/jobsprint/jobsprint/nodes/catalogue/full"
	nodesnet "github.com/jobsprint/jobsprint/nodes/net"
	"github.com/jobsprint/jobsprint/nodes/nodetest"
	"github.com/jobsprint/jobsprint/streams"
	"github.com/jobsprint/jobsprint/workflow"
)

// recordedType stands in for a step type that this build lacks: it emits what
// n8n's step of the same name emitted, run by run. Which steps run, in which
// order, on what, and what becomes of their items stays the engine's work.
const recordedType = "test.recorded"

func recordedDefinition() nodes.Definition {
	return nodes.Definition{
		Type: recordedType, Versions: []float64{1}, Class: nodes.Pure, Name: "Recorded", Doc: "Emits what was recorded.",
		Group: "data", Inputs: []string{"main"}, Outputs: []string{"main"}, Ignored: []string{"runs", "inputs", "outputs", "needs"}, New: newRecorded,
	}
}

type recorded struct {
	runs            []item.Value
	inputs, outputs int
	needs           []int
}

func newRecorded(c *nodes.Compile) (nodes.Node, error) {
	r := &recorded{runs: c.List("runs"), inputs: int(c.Raw("inputs").ToNumber()), outputs: int(c.Raw("outputs").ToNumber())}
	for _, v := range c.List("needs") {
		r.needs = append(r.needs, int(v.ToNumber()))
	}
	return r, nil
}

func (r *recorded) Inputs() int { return r.inputs }

func (r *recorded) Outputs() int { return r.outputs }

func (r *recorded) Needs() []int { return r.needs }

// Run gives the run of the same index. Where n8n's step failed it fails too, and
// what becomes of that is for the engine to say.
func (r *recorded) Run(c *nodes.Call, _ nodes.Inputs) (nodes.Result, error) {
	if c.Batch.RunIndex >= len(r.runs) {
		return nodes.Result{}, fmt.Errorf("n8n ran this step %d times only", len(r.runs))
	}
	run := r.runs[c.Batch.RunIndex]
	main, _ := item.GetPath(run, "data.main").Elems()
	if e := run.Get("error"); !e.IsUndefined() {
		fail := nodes.Fail("recorded", e.Get("message").ToString(), -1)
		fail.Description, _ = e.Get("description").Str()
		return nodes.Result{}, fail
	}
	hints, _ := run.Get("hints").Elems()
	result := nodes.Result{Outputs: make([][]item.Item, len(main)), Hints: hints}
	for o, list := range main {
		elems, _ := list.Elems()
		for i, e := range elems {
			it, err := item.ItemFromValue(item.NewObject(2).Set("json", e.Get("json")).Set("pairedItem", paired(e.Get("pairedItem"))).Value())
			if err != nil {
				return nodes.Result{}, fmt.Errorf("item %d: %w", i, err)
			}
			result.Outputs[o] = append(result.Outputs[o], it)
		}
	}
	return result, nil
}

// conformanceEngine runs workflows without the rest of the program, so that
// recorded steps can be in them.
type conformanceEngine struct {
	t        *testing.T
	log      *streams.Log
	commands *commands.Executor
	compiler *handlers.Compiler
	engine   *handlers.Engine
	runtime  *handlers.Runtime
}

func openConformanceEngine(t *testing.T) *conformanceEngine {
	t.Helper()
	dir := t.TempDir()
	log, err := streams.Open(t.Context(), streams.Config{Dir: dir, KeyFile: filepath.Join(dir, "master.key")})
	if err != nil {
		t.Fatal(err)
	}
	cat, err := catalogue.New(append(full.Definitions(nodesnet.Options{}), recordedDefinition())...)
	if err != nil {
		t.Fatal(err)
	}
	e := &conformanceEngine{t: t, log: log, compiler: handlers.NewCompiler(cat, nodetest.Engine())}
	e.commands = commands.New(commands.Config{Store: log, Keys: log, Catalogue: e.compiler})
	e.engine, err = handlers.NewEngine(handlers.EngineConfig{
		Log: log, Commands: e.commands, Compiler: e.compiler, Zone: conformanceZone, Node: "test", Version: "test",
		OpenRuns: func(context.Context, func(string, string, string, string, time.Time) error) error { return nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	e.runtime, err = handlers.NewRuntime(handlers.RuntimeConfig{Log: log}, handlers.NewDueTimers(e.engine))
	if err := errors.Join(err, e.engine.Recover(t.Context()), e.runtime.Start(t.Context())); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(e.close)
	return e
}

func (e *conformanceEngine) close() {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	if err := errors.Join(e.runtime.Shutdown(ctx), e.engine.Shutdown(ctx), e.log.Close(ctx)); err != nil {
		e.t.Error(err)
	}
}

// blocked gives the steps that this build cannot run, by name, and why. Under
// the empty name stands what is wrong with the workflow as a whole.
func (e *conformanceEngine) blocked(raw []byte) map[string]string {
	e.t.Helper()
	d, err := workflow.Import(raw)
	if err != nil {
		return map[string]string{"": err.Error()}
	}
	out := map[string]string{}
	for _, p := range workflow.Check(d, e.compiler).Problems {
		if p.Blocking {
			out[p.Step] = p.Message
		}
	}
	return out
}

// withRecorded puts recorded steps in the place of those that are blocked.
func withRecorded(w item.Value, blocked map[string]string, runs item.Value) item.Value {
	list, _ := w.Get("nodes").Elems()
	steps := make([]item.Value, len(list))
	for i, step := range list {
		steps[i] = step
		name := step.Get("name").ToString()
		if _, ok := blocked[name]; !ok {
			continue
		}
		o, _ := step.Obj()
		b := item.FromObject(o).Set("type", item.String(recordedType)).Set("typeVersion", item.Int(1))
		inputs, needs := inputsOf(step)
		params := item.NewObject(4).Set("inputs", item.Int(inputs)).Set("outputs", item.Int(outputsOf(step))).Set("needs", needs)
		if recorded := runs.Get(name); !recorded.IsUndefined() {
			params.Set("runs", recorded)
		}
		b.Set("parameters", params.Value()).Delete("credentials").Delete("onError").Delete("continueOnFail")
		if recorded := runs.Get(name); !item.GetPath(recorded, "[0].error").IsUndefined() && !item.GetPath(recorded, "[0].data").IsUndefined() {
			b.Set("onError", item.String(workflow.OnErrorRegular)) // it went on after it failed as a whole
		}
		steps[i] = b.Value()
	}
	o, _ := w.Obj()
	return item.FromObject(o).Set("nodes", item.Array(steps)).Value()
}

// inputsOf is how many main inputs the real step type has, and which of them it
// cannot do without.
func inputsOf(step item.Value) (int, item.Value) {
	params, all := step.Get("parameters"), []item.Value{}
	switch step.Get("type").ToString() {
	case "n8n-nodes-base.merge":
		inputs := 2
		if n, ok := params.Get("numberInputs").Number(); ok {
			inputs = int(n)
		}
		if params.Get("mode").ToString() == "chooseBranch" {
			all = []item.Value{item.Int(0), item.Int(1)}
		}
		return inputs, item.Array(all)
	case "n8n-nodes-base.compareDatasets":
		return 2, item.Array(all)
	}
	return 1, item.Array(all)
}

// outputsOf is how many main outputs the real step type has.
func outputsOf(step item.Value) int {
	params := step.Get("parameters")
	switch step.Get("type").ToString() {
	case "n8n-nodes-base.compareDatasets":
		return 4
	case "n8n-nodes-base.if", "n8n-nodes-base.splitInBatches":
		return 2
	case "n8n-nodes-base.switch":
		if n, ok := params.Get("numberOutputs").Number(); ok {
			return int(n)
		}
		list, _ := item.GetPath(params, "rules.values").Elems()
		return len(list)
	case "n8n-nodes-base.stopAndError":
		return 0
	}
	return 1
}

// run runs a workflow from its start and gives the execution.
func (e *conformanceEngine) run(w item.Value) (item.Value, error) {
	e.t.Helper()
	ctx := e.t.Context()
	meta := commands.Meta{Workspace: events.DefaultWorkspace, Actor: "tester"}
	made, err := e.commands.CreateWorkflow(ctx, meta, w.AppendJSON(nil), "conformance")
	if err != nil {
		return item.Undefined, err
	}
	started, err := e.engine.Start(ctx, handlers.StartRequest{
		Meta: meta, Workflow: made.ID, Version: handlers.NewestVersion, Mode: events.ModeManual,
	})
	if err != nil {
		return item.Undefined, err
	}
	deadline := time.Now().Add(20 * time.Second)
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for ; ; <-tick.C {
		raw, err := e.engine.Execution(ctx, events.DefaultWorkspace, started.Run)
		if err != nil {
			return item.Undefined, err
		}
		execution, err := item.Parse(raw, item.Limits{})
		if err != nil {
			return item.Undefined, err
		}
		if execution.Get("stoppedAt").Kind() == item.KindString {
			return execution, nil
		}
		if time.Now().After(deadline) {
			return item.Undefined, errors.New("it did not end within 20 s")
		}
	}
}
