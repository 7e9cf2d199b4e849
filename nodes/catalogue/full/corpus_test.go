package full_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jobsprint/jobsprint/expression"
	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
	"github.com/jobsprint/jobsprint/nodes/nodetest"
)

// corpusDir is where real workflows and what n8n made of them lie; they are not
// part of the project. The test is skipped where they are not.
func corpusDir(t *testing.T, name string) string {
	t.Helper()
	dir := os.Getenv("JOBSPRINT_CORPUS")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "..", "shared", "corpus")
	}
	dir = filepath.Join(dir, name)
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("%s is not here: set JOBSPRINT_CORPUS to the corpus to compare with n8n's own results", dir)
	}
	return dir
}

// record is what n8n recorded of a workflow.
type record struct {
	file     string
	workflow item.Value
	runs     item.Value // by node
	states   map[string]item.Value
}

func readJSON(t *testing.T, path string) item.Value {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	v, err := item.Parse(data, item.Limits{})
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return v
}

func records(t *testing.T) []record {
	t.Helper()
	var list []record
	for golden, source := range map[string]string{"n8n-golden": "n8n-nodes", "n8n-generated-golden": "n8n-generated"} {
		files, err := filepath.Glob(filepath.Join(corpusDir(t, golden), "*.json"))
		if err != nil || len(files) == 0 {
			t.Fatalf("no files in %s: %v", golden, err)
		}
		for _, file := range files {
			name := strings.TrimPrefix(filepath.Base(file), "nodes__")
			workflow := filepath.Join(corpusDir(t, source), strings.Replace(name, "__", "/", 1))
			runs := item.GetPath(readJSON(t, file), "data.resultData.runData")
			list = append(list, record{name, readJSON(t, workflow), runs, map[string]item.Value{}})
		}
	}
	slices.SortFunc(list, func(a, b record) int { return strings.Compare(a.file, b.file) })
	return list
}

// fedOtherwise names step runs whose recorded source is not what they got.
var fedOtherwise = map[string]string{
	"ItemLists__workflow.concatenate_pairedItems.json DebugHelper run 0":                 "data of chance is our own",
	"Merge__workflow.mixed.forceInputNodeExecution.json Set1A run 0":                     "order v0 forces this step with one empty item",
	"CompareDatasets__workflow.compareDatasets.json Compare2 run 0":                      "the record shows the inputs as a mix changed them",
	"g1073.json Remove Duplicates run 0":                                                 "what the record shows as null was missing",
	"g2066.json If run 0":                                                                "order v0 runs this step with one empty item after an output without items",
	"CompareDatasets__workflow.compareDatasets.json Function12 run 0":                    "the record shows the items as a later mix changed them",
	"Set__Set.v3.workflow.json Code1 run 0":                                              "it shows the moment of the record",
	"Set__Set.v3_3.workflow.json Code1 run 0":                                            "it shows the moment of the record",
	"Wait__Wait.workflow.json After run 0":                                               "it shows the moment of the record",
	"Wait__Wait.workflow.json Before run 0":                                              "it shows the moment of the record",
	"SplitInBatches__SplitInBatches.workflow_v2_done_variable.json No Items Left run 4":  "a loop's context is the engine's to keep",
	"SplitInBatches__SplitInBatches.workflow_v2_done_variable.json No Items Left run 9":  "a loop's context is the engine's to keep",
	"SplitInBatches__SplitInBatches.workflow_v2_done_variable.json No Items Left2 run 4": "a loop's context is the engine's to keep",
	"SplitInBatches__SplitInBatches.workflow_v2_done_variable.json No Items Left2 run 9": "a loop's context is the engine's to keep",
	"SplitInBatches__SplitInBatches.workflow_v2_done_variable.json IF run 1":             "a loop's context is the engine's to keep",
	"SplitInBatches__SplitInBatches.workflow_v2_done_variable.json IF1 run 1":            "a loop's context is the engine's to keep",
}

// notYet says, by what the message holds, why this build cannot give a step's
// result yet.
var notYet = map[string]string{
	"expression.unsupported": "the expression needs a JavaScript engine",
	"is not stored":          "the record does not hold the content of files",
}

func TestStepsGiveWhatN8nGave(t *testing.T) {
	t.Parallel()
	catalogue := all(t)
	skipped := map[string]int{}
	compared := 0
	for _, r := range records(t) {
		steps, _ := r.workflow.Get("nodes").Elems()
		for _, step := range steps {
			definition, ok := catalogue.Find(step.Get("type").ToString())
			runs, _ := r.runs.Get(step.Get("name").ToString()).Elems()
			if !ok || step.Get("disabled").Truthy() {
				continue
			}
			for k, run := range runs {
				why := r.compare(t, definition, step, run, k)
				if why == "" {
					compared++
				} else {
					skipped[why]++
				}
			}
		}
	}
	for _, why := range slices.Sorted(maps.Keys(skipped)) {
		t.Logf("not compared: %3d step runs: %s", skipped[why], why)
	}
	t.Logf("compared: %d step runs", compared)
	if compared < 950 {
		t.Errorf("only %d step runs were compared", compared)
	}
}

// compare runs one step as n8n did; it gives why it cannot.
func (r *record) compare(t *testing.T, d *nodes.Definition, step, run item.Value, k int) (why string) {
	name := step.Get("name").ToString()
	where := fmt.Sprintf("%s %s run %d", r.file, name, k)
	if why := fedOtherwise[where]; why != "" {
		return why
	}
	if strings.HasPrefix(where, "SplitInBatches__SplitInBatches.workflow_v2_done_variable.json Split In Batches ") {
		return "a loop's context is the engine's to keep"
	}
	onError := step.Get("onError").ToString()
	if onError == "continueErrorOutput" {
		return "what goes to an error output is the engine's to say"
	}
	in := r.inputs(t, run, d.Trigger)
	if step.Get("executeOnce").Truthy() {
		for i := range in {
			in[i] = in[i][:min(1, len(in[i]))]
		}
	}
	zone, err := time.LoadLocation(r.zone())
	if err != nil {
		t.Fatal(err)
	}
	s := nodetest.Step{
		Definition: *d, Version: step.Get("typeVersion").ToNumber(), Params: step.Get("parameters").JSON(), Name: name,
		Data: &past{r.runs, run, in}, Zone: zone, RunIndex: k, Continue: onError == "continueRegularOutput" || step.Get("continueOnFail").Truthy(),
		Lenient: step.Get("continueOnFail").Truthy(),
	}
	node, err := s.Compile()
	if err != nil {
		return r.known(t, where, err)
	}
	call := s.Call(t.Context(), in)
	r.recall(t, call, name, k)
	result, err := node.Run(call, in)
	r.states[name] = result.State
	if want := run.Get("error"); !want.IsUndefined() {
		if err == nil || err.Error() != want.Get("message").ToString() {
			t.Errorf("%s: error %v, n8n's is %s", where, err, want.Get("message"))
		}
		return ""
	}
	if err != nil {
		return r.known(t, where, err)
	}
	want, _ := item.GetPath(run, "data.main").Elems()
	if step.Get("alwaysOutputData").Truthy() && (len(result.Outputs) == 0 || len(result.Outputs[0]) == 0) && item.GetPath(run, "data.main[0][0].json").JSON() == "{}" {
		return "an empty item where nothing came out is the engine's to add"
	}
	sameOutputs(t, where, result.Outputs, want)
	if hints, _ := run.Get("hints").Elems(); item.Array(hints).JSON() != item.Array(result.Hints).JSON() {
		t.Errorf("%s: hints %s, n8n's are %s", where, item.Array(result.Hints).JSON(), item.Array(hints).JSON())
	}
	return ""
}

// zone is the workflow's zone; n8n's default in these runs was New York.
func (r *record) zone() string {
	if name, ok := item.GetPath(r.workflow, "settings.timezone").Str(); ok && name != "DEFAULT" {
		return name
	}
	return "America/New_York"
}

// recall gives a step what it may know of its earlier runs.
func (r *record) recall(t *testing.T, call *nodes.Call, name string, k int) {
	call.Origin = func(run int) (item.Origin, bool) {
		from := r.runs.Get(name).Index(run).Get("source").Index(0)
		origin := item.Origin{Step: from.Get("previousNode").ToString(), Output: int(number(from, "previousNodeOutput")), Run: int(number(from, "previousNodeRun"))}
		return origin, from.Kind() == item.KindObject
	}
	if k == 0 {
		return
	}
	call.State = r.states[name]
	call.Earlier = func(run int) (nodes.Inputs, error) {
		return r.inputs(t, r.runs.Get(name).Index(run), false), nil
	}
}

func (r *record) known(t *testing.T, where string, err error) string {
	text := fmt.Sprintf("%+v", err)
	if e, ok := errorCode(err); ok {
		text += " " + e
	}
	for mark, why := range notYet {
		if strings.Contains(text, mark) {
			return why
		}
	}
	t.Errorf("%s: %v", where, err)
	return "failed"
}

func sameOutputs(t *testing.T, where string, got [][]item.Item, want []item.Value) {
	t.Helper()
	for o := range max(len(got), len(want)) {
		var have []item.Item
		if o < len(got) {
			have = got[o]
		}
		var expected []item.Item
		if o < len(want) && want[o].Kind() == item.KindArray {
			var err error
			if expected, err = item.ItemsFromValue(described(want[o])); err != nil {
				t.Fatalf("%s: %v", where, err)
			}
		}
		if len(have) != len(expected) {
			t.Errorf("%s output %d: %d items, n8n has %d", where, o, len(have), len(expected))
			continue
		}
		for i := range have {
			sameItem(t, fmt.Sprintf("%s output %d item %d", where, o, i), have[i], expected[i])
		}
	}
}

func sameItem(t *testing.T, where string, got, want item.Item) {
	t.Helper()
	got.JSON = item.MustParse(got.JSON.JSON()) // what is missing in a list is null in a record
	if !item.Equal(got.JSON, want.JSON) {
		t.Errorf("%s:\n got %s\nwant %s", where, got.JSON.JSON(), want.JSON.JSON())
	}
	if keys(got.JSON) != keys(want.JSON) && item.Equal(got.JSON, want.JSON) {
		t.Errorf("%s: keys %s, n8n's are in the order %s", where, keys(got.JSON), keys(want.JSON))
	}
	if g, w := got.Paired.AppendJSON(nil), want.Paired.AppendJSON(nil); string(g) != string(w) {
		t.Errorf("%s: paired item %s, want %s", where, g, w)
	}
}

// keys are the names of the members that JSON shows, in their order.
func keys(v item.Value) string {
	o, ok := v.Obj()
	if !ok {
		return ""
	}
	var names []string
	for name, member := range o.All() {
		if !member.IsUndefined() {
			names = append(names, name)
		}
	}
	return strings.Join(names, ",")
}

func (r *record) inputs(t *testing.T, run item.Value, trigger bool) nodes.Inputs {
	t.Helper()
	if trigger {
		return nodes.Inputs{nodetest.Items(`[{}]`)}
	}
	sources, _ := run.Get("source").Elems()
	in := make(nodes.Inputs, len(sources))
	for i, source := range sources {
		in[i] = items(t, r.runs, source)
	}
	return in
}

// described leaves the place of files out, where nothing is to be found here.
func described(list item.Value) item.Value {
	items, _ := list.Elems()
	out := make([]item.Value, len(items))
	for i, it := range items {
		files, ok := it.Get("binary").Obj()
		if out[i] = it; !ok {
			continue
		}
		for name, file := range files.All() {
			if o, ok := file.Obj(); ok {
				files = files.With(name, o.Without("data").Without("id").Value())
			}
		}
		o, _ := it.Obj()
		out[i] = o.With("binary", files.Value()).Value()
	}
	return item.Array(out)
}

// items are those that a source names.
func items(t *testing.T, runs, source item.Value) []item.Item {
	t.Helper()
	if source.Kind() != item.KindObject {
		return nil
	}
	from := runs.Get(source.Get("previousNode").ToString()).Index(int(number(source, "previousNodeRun")))
	list := from.Get("data").Get("main").Index(int(number(source, "previousNodeOutput")))
	if list.Kind() != item.KindArray {
		return nil
	}
	out, err := item.ItemsFromValue(described(list))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func number(v item.Value, name string) float64 {
	if v.Get(name).IsUndefined() {
		return 0
	}
	return v.Get(name).ToNumber()
}

// past is what had run before a step run.
type past struct {
	runs item.Value
	run  item.Value
	in   nodes.Inputs
}

// before lists the runs of a step before this one.
func (p *past) before(step string) (runs []item.Value, known bool) {
	list, known := p.runs.Get(step).Elems()
	for _, run := range list {
		if number(run, "executionIndex") < number(p.run, "executionIndex") {
			runs = append(runs, run)
		}
	}
	return runs, known
}

// Output gives the items of a run before this one.
func (p *past) Output(step string, output, run int) ([]item.Item, error) {
	runs, known := p.before(step)
	if run == expression.NewestRun {
		run = len(runs) - 1
	}
	switch {
	case !known:
		return nil, expression.ErrNoStep
	case len(runs) == 0:
		return nil, expression.ErrNotRun
	case run < 0 || run >= len(runs):
		return nil, expression.ErrNoRun
	}
	if out := runs[run].Get("data").Get("main").Index(output); out.Kind() == item.KindArray {
		return item.ItemsFromValue(described(out))
	}
	return nil, nil
}

// Step knows how often a step has run.
func (p *past) Step(name string) (expression.StepInfo, bool) {
	runs, known := p.before(name)
	return expression.StepInfo{Runs: len(runs)}, known
}

// Branch is the output that leads to this step.
func (p *past) Branch(step string) int {
	sources, _ := p.run.Get("source").Elems()
	for _, s := range sources {
		if s.Get("previousNode").ToString() == step {
			return int(number(s, "previousNodeOutput"))
		}
	}
	return 0
}

// Paired follows an input item back to a step.
func (p *past) Paired(i int, step string) (item.Item, error) {
	source, index := p.run.Get("source").Index(0), i
	for range 100 {
		name := source.Get("previousNode").ToString()
		run := p.runs.Get(name).Index(int(number(source, "previousNodeRun")))
		v := run.Get("data").Get("main").Index(int(number(source, "previousNodeOutput"))).Index(index)
		if v.IsUndefined() {
			break
		}
		it, err := item.ItemFromValue(described(item.Array([]item.Value{v})).Index(0))
		if err != nil || name == step {
			return it, err
		}
		pair, ok := it.Paired.First()
		if !ok {
			break
		}
		source, index = run.Get("source").Index(pair.Input), pair.Item
	}
	return item.Item{}, expression.ErrNoPair
}

// Variable knows none.
func (p *past) Variable(string) (item.Value, bool) { return item.Undefined, false }
