package generate_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/jobsprint/jobsprint/bench/diff/generate"
	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/workflow"
)

func TestASeedIsAWorkflow(t *testing.T) {
	t.Parallel()
	if a, b := generate.Workflow(7, generate.Options{}), generate.Workflow(7, generate.Options{}); !bytes.Equal(a, b) {
		t.Errorf("the same seed gives\n%s\nand\n%s", a, b)
	}
	if bytes.Equal(generate.Workflow(7, generate.Options{}), generate.Workflow(8, generate.Options{})) {
		t.Error("two seeds give the same workflow")
	}
}

// Every workflow can be imported, is small, is reached from its start, and over
// a few hundred seeds there is every type, flag and order.
func TestWorkflowsAreSmallWholeAndOfEveryKind(t *testing.T) {
	t.Parallel()
	var all strings.Builder
	for seed := range uint64(400) {
		raw := generate.Workflow(seed, generate.Options{NoCode: seed%4 == 0})
		all.Write(raw)
		d, err := workflow.Import(raw)
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		if n := len(d.Steps); n < 4 || n > 20 {
			t.Errorf("seed %d has %d steps", seed, n)
		}
		v := item.MustParse(string(raw))
		reached := map[string]bool{"Start": true}
		connections, _ := v.Get("connections").Obj()
		for _, from := range connections.All() {
			outputs, _ := from.Get("main").Elems()
			for _, o := range outputs {
				targets, _ := o.Elems()
				for _, to := range targets {
					reached[to.Get("node").ToString()] = true
				}
			}
		}
		list, _ := v.Get("nodes").Elems()
		for _, s := range list {
			if name := s.Get("name").ToString(); !reached[name] {
				t.Errorf("seed %d: nothing leads to %s", seed, name)
			}
		}
	}
	for _, want := range []string{
		`nodes-base.set"`, `nodes-base.if"`, `nodes-base.filter"`, `nodes-base.switch"`, `nodes-base.merge"`, `nodes-base.sort"`, `nodes-base.limit"`,
		`nodes-base.aggregate"`, `nodes-base.summarize"`, `nodes-base.splitOut"`, `nodes-base.removeDuplicates"`, `nodes-base.renameKeys"`,
		`nodes-base.dateTime"`, `nodes-base.splitInBatches"`, `nodes-base.compareDatasets"`, `nodes-base.itemLists"`, `nodes-base.noOp"`,
		`"executionOrder":"v0"`, `"executionOrder":"v1"`, `"settings":{}`, `"alwaysOutputData":true`, `"executeOnce":true`, `"disabled":true`,
		`"continueOnFail":true`, `"continueErrorOutput"`, `"continueRegularOutput"`, `"combineBySql"`, `"runOnceForEachItem"`,
	} {
		if !strings.Contains(all.String(), want) {
			t.Errorf("no workflow has %s", want)
		}
	}
}

func TestOnlyTheStepsThatAreAskedFor(t *testing.T) {
	t.Parallel()
	for seed := range uint64(20) {
		list, _ := item.MustParse(string(generate.Workflow(seed, generate.Options{Types: []string{"merge", "sort"}}))).Get("nodes").Elems()
		for _, s := range list[2:] {
			if typ := s.Get("type").ToString(); typ != "n8n-nodes-base.merge" && typ != "n8n-nodes-base.sort" {
				t.Errorf("seed %d has a %s", seed, typ)
			}
		}
	}
}
