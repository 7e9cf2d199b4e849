package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jobsprint/jobsprint/item"
)

// expressedOtherwise names the expressions, after their context, that come to
// something else here, and why.
var expressedOtherwise = map[string]string{
	"loop ={{ $('Loop').context }}": "it does not name the source of the loop",
	"linear ={{ $workflow.id }}":    "ids are this program's own",
	"linear ={{ $workflow }}":       "ids are this program's own",
}

// TestExpressionsSeeTheRun evaluates expressions that look at other steps
// inside of real runs, and compares with what n8n's evaluated to.
func TestExpressionsSeeTheRun(t *testing.T) {
	dir := filepath.Join(conformanceDir(t), "n8n-expressions")
	vectors, err := os.ReadFile(filepath.Join(dir, "dev.jsonl"))
	if err != nil {
		t.Skipf("%s has no vectors (%v): set JOBSPRINT_CORPUS to the corpus to compare expressions with n8n's", dir, err)
	}
	engine := openConformanceEngine(t)
	equal, unsupported, elsewhere := 0, map[string]string{}, 0
	for line := range bytes.Lines(vectors) {
		v, err := item.Parse(line, item.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		name, ok := v.Get("context").Str()
		if !ok {
			continue
		}
		w := contextWorkflow(t, dir, name, v.Get("expression"))
		blocked := engine.blocked(w.AppendJSON(nil))
		if why := blocked["Eval"]; why != "" {
			unsupported[v.Get("expression").ToString()] = why
			continue
		}
		if len(blocked) > 0 {
			elsewhere++
			continue
		}
		execution, err := engine.run(w)
		if err != nil {
			t.Errorf("%s: %v", v.Get("expression"), err)
			continue
		}
		d := vectorDifference(v, item.GetPath(execution, "data.resultData"))
		switch why := expressedOtherwise[name+" "+v.Get("expression").ToString()]; {
		case d == "":
			equal++
		case why != "":
			t.Logf("DIFFERS: %s in %s: %s: %s", v.Get("expression").ToString(), name, why, d)
		default:
			t.Errorf("%s in %s: %s", v.Get("expression").ToString(), name, d)
		}
	}
	t.Logf("%d expressions give what n8n's gave; %d are in contexts with steps that are not here", equal, elsewhere)
	for e, why := range unsupported {
		t.Logf("not run: %s: %s", e, why)
	}
	if equal < leastInContext {
		t.Errorf("only %d were equal, want %d", equal, leastInContext)
	}
}

// contextWorkflow is a context with an expression in its step "Eval".
func contextWorkflow(t *testing.T, dir, name string, e item.Value) item.Value {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(dir, "contexts", name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	w := item.MustParse(strings.NewReplacer("Eval 0", "Eval", "Type 0", "Type", `"v0"`, `"v"`).Replace(string(raw)))
	w, err = item.SetPath(w, fmt.Sprintf("nodes[%d].parameters.values.string[0].value", stepIndex(t, w, "Eval")), e)
	if err != nil {
		t.Fatal(err)
	}
	if w, err = item.SetPath(w, fmt.Sprintf("nodes[%d].disabled", stepIndex(t, w, "Type")), item.True); err != nil {
		t.Fatal(err)
	}
	// In the contexts the step goes on after an error; here it ends the run,
	// which shows the same message.
	return item.DeletePath(w, fmt.Sprintf("nodes[%d].onError", stepIndex(t, w, "Eval")))
}

func stepIndex(t *testing.T, w item.Value, name string) int {
	t.Helper()
	steps, _ := w.Get("nodes").Elems()
	for i, s := range steps {
		if s.Get("name").ToString() == name {
			return i
		}
	}
	t.Fatalf("no step is named %q", name)
	return 0
}

// vectorDifference says how the step "Eval" did otherwise than n8n's.
func vectorDifference(v, result item.Value) string {
	if want, ok := v.Get("error").Str(); ok {
		if got := item.GetPath(result, "error.message"); got.ToString() != want {
			return fmt.Sprintf("error %s, n8n's is %q", brief(got), want)
		}
		return ""
	}
	if message := item.GetPath(result, "error.message"); !message.IsUndefined() {
		return "it fails: " + message.ToString()
	}
	wants, _ := v.Get("runs").Elems()
	if wants == nil {
		wants = []item.Value{v}
	}
	runs, _ := item.GetPath(result, "runData.Eval").Elems()
	if len(runs) != len(wants) {
		return fmt.Sprintf("%d runs, n8n has %d", len(runs), len(wants))
	}
	for k, want := range wants {
		if d := runDifference(want, item.GetPath(runs[k], "data.main[0]")); d != "" {
			return fmt.Sprintf("run %d: %s", k, d)
		}
	}
	return ""
}

func runDifference(v, items item.Value) string {
	got, _ := items.Elems()
	wants, _ := v.Get("results").Elems()
	if len(got) != len(wants) {
		return fmt.Sprintf("%d items, n8n has %d", len(got), len(wants))
	}
	for i := range got {
		value := got[i].Get("json").Get(evalField)
		if undefined := v.Get("types").Index(i).ToString() == "undefined"; undefined && value.IsNullish() {
			continue
		}
		if !item.Equal(value, wants[i]) {
			return fmt.Sprintf("item %d is %s, n8n's %s", i, brief(value), brief(wants[i]))
		}
	}
	return ""
}

// evalField is what the step "Eval" writes in the contexts, whose numbers of
// the recording are taken off.
const evalField = "v"
