package handlers_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/handlers"
	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
	"github.com/jobsprint/jobsprint/workflow"
)

var update = flag.Bool("update", false, "write what the tests see into testdata")

// execution reads how a run is printed in n8n's shape.
func (s *server) execution(run string) item.Value {
	s.t.Helper()
	raw, err := s.engine.Execution(s.t.Context(), events.DefaultWorkspace, run)
	if err != nil {
		s.t.Fatal(err)
	}
	return item.MustParse(string(raw))
}

// TestExecutionShape holds what "--output n8n" and the API print to a file.
func TestExecutionShape(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir(), newOutside())
	defer s.stop()
	failing := s.run(s.create(chainOf("", setNode("a", "={{ $json.n }}"), panicStep)), numberedItems(1)...)
	branching := s.run(s.create(branches), numberedItems(3)...)
	var out []string
	for _, run := range []string{branching, failing} {
		s.ended(run)
		out = append(out, steady(s.execution(run)))
	}
	got := strings.Join(out, "\n") + "\n"
	file := filepath.Join("testdata", "execution.json")
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil || got != string(want) {
		t.Errorf("%s differs (%v); run the tests with -update and read the diff\n%s", file, err, got)
	}
}

// steady prints a run without what changes from time to time.
func steady(v item.Value) string {
	for _, key := range []string{"id", "workflowId", "startedAt", "stoppedAt"} {
		v, _ = item.SetPath(v, key, item.String(key))
	}
	v, _ = item.SetPath(v, "data.resultData.error.description", item.Undefined)
	runs, _ := item.GetPath(v, "data.resultData.runData").Obj()
	data := item.NewObject(runs.Len())
	for name, list := range runs.All() {
		elems, _ := list.Elems()
		kept := make([]item.Value, len(elems))
		for i, r := range elems {
			for _, key := range []string{"startTime", "executionTime"} {
				r, _ = item.SetPath(r, key, item.Int(0))
			}
			if r.Get("error").Kind() == item.KindObject {
				r, _ = item.SetPath(r, "error.description", item.Undefined)
			}
			kept[i] = r
		}
		data.Set(name, item.Array(kept))
	}
	v, _ = item.SetPath(v, "data.resultData.runData", data.Value())
	return v.JSON()
}

// corpus is the folder of n8n's own workflows and recorded runs.
func corpus(t *testing.T, sub string) string {
	dir := os.Getenv("JOBSPRINT_CORPUS")
	if dir == "" {
		dir = filepath.Join("..", "..", "shared", "corpus")
	}
	dir = filepath.Join(dir, sub)
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("%s is not here: set JOBSPRINT_CORPUS to the corpus to compare with n8n's own runs", dir)
	}
	return dir
}

// TestRunsAsN8nRecordedThem runs n8n's own workflows on the engine and compares
// what each step run emitted, from where, and in which order with the run data
// of a real n8n. Steps that only make data, and that this build does not have,
// emit what was recorded for them.
func TestRunsAsN8nRecordedThem(t *testing.T) {
	t.Parallel()
	golden := corpus(t, "n8n-golden")
	ran := 0
	for _, name := range []string{
		"Filter/workflow_v2", "If/v1__IF.boolean", "If/v1__IF.number", "If/v2__IfV2.boolean", "If/v2__IfV2.other",
		"Switch/V2__switch.rules.workflow", "Switch/V3__switch.regex.workflow", "Switch/V1__switch.expression.workflow",
		"Set/Set.workflow",
	} {
		text, err := os.ReadFile(filepath.Join(golden, "..", "n8n-nodes", name+".json"))
		if err != nil {
			t.Logf("skipped: %v", err)
			continue
		}
		record, err := os.ReadFile(filepath.Join(golden, "nodes__"+strings.ReplaceAll(name, "/", "__")+".json"))
		if err != nil {
			t.Logf("skipped: %v", err)
			continue
		}
		ran++
		t.Run(name, func(t *testing.T) { compareRun(t, string(text), item.MustParse(string(record))) })
	}
	if ran < 5 {
		t.Errorf("only %d of n8n's workflows were found in %s", ran, golden)
	}
}

func compareRun(t *testing.T, text string, golden item.Value) {
	runData := item.GetPath(golden, "data.resultData.runData")
	s := start(t, t.TempDir(), newOutside(), func(c *handlers.EngineConfig) { c.Zone = "America/New_York" })
	defer s.stop()
	d, err := workflow.Import([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	s = s.withStandIns(d, runData)
	run := s.run(s.create(text))
	end := s.ended(run)
	if end.Error != nil {
		t.Fatalf("ended with %s", end.AppendJSON(nil))
	}
	got, _ := item.GetPath(s.execution(run), "data.resultData.runData").Obj()
	want, _ := runData.Obj()
	for name, list := range want.All() {
		ours, _ := got.Get(name)
		if a, b := essence(list), essence(ours); a != b {
			t.Errorf("%s:\nn8n  %.1500s\nours %.1500s", name, a, b)
		}
	}
	if got.Len() != want.Len() {
		t.Errorf("%d steps ran, in n8n %d", got.Len(), want.Len())
	}
}

// essence is what counts of the runs of a step: their place, sources and
// items, without trailing outputs that are empty.
func essence(runs item.Value) string {
	var out []string
	elems, _ := runs.Elems()
	for _, r := range elems {
		line := fmt.Sprintf("#%s %s from %s", r.Get("executionIndex").JSON(), r.Get("executionStatus").JSON(), r.Get("source").JSON())
		outputs, _ := item.GetPath(r, "data.main").Elems()
		var lists []string
		for _, o := range outputs {
			items, _ := o.Elems()
			var texts []string
			for _, it := range items {
				parsed, err := item.ItemFromValue(it)
				if err != nil {
					return err.Error()
				}
				texts = append(texts, string(item.AppendItem(nil, parsed)))
			}
			lists = append(lists, strings.Join(texts, ","))
		}
		for len(lists) > 0 && lists[len(lists)-1] == "" {
			lists = lists[:len(lists)-1]
		}
		out = append(out, line+" ["+strings.Join(lists, "] [")+"]")
	}
	return strings.Join(out, "\n")
}

// withStandIns replaces the server by one that knows the types of a workflow
// which this build does not have: they emit what was recorded.
func (s *server) withStandIns(d *workflow.Definition, runData item.Value) *server {
	s.t.Helper()
	types := map[string][]string{}
	for i := range d.Steps {
		st := &d.Steps[i]
		if _, known := s.catalogue.Find(st.Type); known {
			continue
		}
		types[st.Type] = append(types[st.Type], "")
		if params, ok := st.Params.Obj(); ok {
			for name := range params.All() {
				types[st.Type] = append(types[st.Type], name)
			}
		}
	}
	if len(types) == 0 {
		return s
	}
	s.stop()
	*s = *start(s.t, s.t.TempDir(), recordedOutside(types, runData))
	return s
}

func recordedOutside(types map[string][]string, runData item.Value) *outside {
	more := newOutside()
	for typ, params := range types {
		more.extra = append(more.extra, nodes.Definition{
			Type: typ, Versions: []float64{1, 1.1, 2, 2.1, 2.2, 3}, Class: nodes.Sealed, Name: "stand-in", Doc: "Emits what was recorded.", Group: "flow",
			Inputs: []string{"main"}, Outputs: []string{"main"}, Ignored: params,
			New: func(c *nodes.Compile) (nodes.Node, error) { return recordedNode{runData.Get(c.Step)}, nil },
		})
	}
	return more
}

type recordedNode struct{ runs item.Value }

func (n recordedNode) Run(c *nodes.Call, _ nodes.Inputs) (nodes.Result, error) {
	outputs, _ := item.GetPath(n.runs.Index(c.Batch.RunIndex), "data.main").Elems()
	var r nodes.Result
	for _, o := range outputs {
		list := []item.Item{}
		elems, _ := o.Elems()
		for _, v := range elems {
			it, err := item.ItemFromValue(v)
			if err != nil {
				return r, err
			}
			list = append(list, it)
		}
		r.Outputs = append(r.Outputs, list)
	}
	return r, nil
}
