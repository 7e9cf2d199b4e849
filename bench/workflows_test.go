package bench_test

import (
	"testing"

	"github.com/jobsprint/jobsprint/bench"
	"github.com/jobsprint/jobsprint/expression"
	"github.com/jobsprint/jobsprint/handlers"
	"github.com/jobsprint/jobsprint/nodes/catalogue"
	"github.com/jobsprint/jobsprint/nodes/catalogue/core"
	"github.com/jobsprint/jobsprint/workflow"
)

func TestTheWorkflowsCanBeActivated(t *testing.T) {
	t.Parallel()
	types, err := catalogue.New(core.Definitions()...)
	if err != nil {
		t.Fatal(err)
	}
	compiler := handlers.NewCompiler(types, expression.NewCompiled())
	for name, tt := range map[string]struct {
		raw   []byte
		steps int
	}{"chain": {bench.Chain, bench.ChainSteps}, "one": {bench.One, 2}, "items": {bench.Items, bench.ItemsSteps}} {
		d, err := workflow.Import(tt.raw)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		graph := workflow.Check(d, compiler)
		for _, p := range graph.Problems {
			t.Errorf("%s: %+v", name, p)
		}
		if got := len(graph.Steps); got != tt.steps {
			t.Errorf("%s has %d steps, want %d", name, got, tt.steps)
		}
	}
}
