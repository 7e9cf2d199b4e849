package transform_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
	"github.com/jobsprint/jobsprint/nodes/nodetest"
	"github.com/jobsprint/jobsprint/nodes/transform"
)

func TestSort(t *testing.T) {
	t.Parallel()
	by := func(name, order string) string {
		return `{"sortFieldsUi":{"sortField":[{"fieldName":"` + name + `","order":"` + order + `"}]}}`
	}
	const mixed = `[{"k":"b"},{"k":"a"},{},{"k":"C"},{"k":""}]`
	runTable(t, transform.Sort(), []transformTest{
		{0, by("k", "ascending"), mixed, `[[{"k":"a"},{"k":"b"},{},{"k":""},{"k":"C"}]]`},
		{0, by("k", "descending"), `[{"k":1},{"k":3},{"k":2},{"k":3,"x":1}]`, `[[{"k":3},{"k":3,"x":1},{"k":2},{"k":1}]]`},
		{0, by("k.n", "ascending"), `[{"k":{"n":"10"}},{"k":{"n":9}},{"k":{"n":null}}]`, `[[{"k":{"n":null}},{"k":{"n":9}},{"k":{"n":"10"}}]]`},
		{0, `{"sortFieldsUi":{"sortField":[{"fieldName":"g"},{"fieldName":"n","order":"descending"}]}}`, `[{"g":"a","n":1},{"g":"b","n":1},{"g":"A","n":2}]`,
			`[[{"g":"A","n":2},{"g":"a","n":1},{"g":"b","n":1}]]`},
		{0, `{"type":"code","code":"name = 'k'\nif (a.json[name] < b.json[name]) return -1\nreturn 1"}`, `[{"k":2},{"k":1},{"k":3}]`, `[[{"k":1},{"k":2},{"k":3}]]`},
		{0, `{"type":"code","code":"let x = 1"}`, mixed, `Sort code doesn't return. Please add a 'return' statement to your code`},
		{0, `{"type":"code","code":"\nreturn nothing"}`, mixed, `nothing is not defined [line 2]`},
		{0, `{}`, mixed, `No sorting specified. Please add a field to sort by`},
		{0, by("z", "ascending"), mixed, `Couldn't find the field 'z' in the input data`},
	})
}

func TestSortLongLists(t *testing.T) {
	t.Parallel()
	items := make([]item.Item, 5000)
	for i := range items {
		items[i].JSON = item.NewObject(2).Set("k", item.Int(i*7919%100)).Set("i", item.Int(i)).Value()
	}
	step := nodetest.Step{Definition: transform.Sort(), Params: `{"sortFieldsUi":{"sortField":[{"fieldName":"k"}]}}`}
	result, err := step.Run(t, nodes.Inputs{items})
	if err != nil {
		t.Fatal(err)
	}
	out := result.Outputs[0]
	for i := 1; i < len(out); i++ {
		a, b := out[i-1].JSON, out[i].JSON
		if a.Get("k").ToNumber() > b.Get("k").ToNumber() || a.Get("k").ToNumber() == b.Get("k").ToNumber() && a.Get("i").ToNumber() > b.Get("i").ToNumber() {
			t.Fatalf("item %d: %s before %s", i, a, b)
		}
	}
}

func TestRandomOrderFollowsFromTheRun(t *testing.T) {
	t.Parallel()
	in := make([]item.Item, 50)
	for i := range in {
		in[i].JSON = item.NewObject(1).Set("i", item.Int(i)).Value()
	}
	step := nodetest.Step{Definition: transform.Sort(), Params: `{"type":"random"}`, Name: "Sort"}
	shuffle := func(s nodetest.Step) string {
		result, err := s.Run(t, nodes.Inputs{in})
		if err != nil {
			t.Fatal(err)
		}
		return nodetest.Outputs(result.Outputs)
	}
	first := shuffle(step)
	if first != shuffle(step) {
		t.Error("the same run gives another order")
	}
	if step.RunIndex++; first == shuffle(step) {
		t.Error("another run index gives the same order")
	}
}

func TestRemoveDuplicates(t *testing.T) {
	t.Parallel()
	selected := func(names, options string) string {
		return `{"compare":"selectedFields","fieldsToCompare":"` + names + `","options":{` + options + `}}`
	}
	except := func(names string) string { return `{"compare":"allFieldsExcept","fieldsToExclude":"` + names + `"}` }
	runTable(t, transform.RemoveDuplicates(), []transformTest{
		{0, `{}`, `[{"a":3},{"a":1},{"a":2},{"a":1},{"a":3}]`, `[[{"a":3},{"a":1},{"a":2}]]`},
		{0, `{}`, `[{"a":{"b":[1,2],"c":3}},{"a":{"c":3,"b":[1,2]}}]`, `[[{"a":{"b":[1,2],"c":3}}]]`},
		{0, `{}`, `[{"a":1},{"a":1,"b":2}]`, `'b' field is missing from some input items`},
		{0, except("b"), `[{"a":1,"b":2},{"b":3,"a":1},{"a":2,"c":1}]`, `[[{"a":1,"b":2},{"a":2,"c":1}]]`},
		{0, except(""), `[{"a":1}]`, `No fields specified. Please add a field to exclude from comparison`},
		{0, selected("", ""), `[{"a":1}]`, `No fields specified. Please add a field to compare on`},
		{0, selected("a.b", `"removeOtherFields":true`), `[{"a":{"b":1,"c":1}},{"a":{"b":1,"c":2}},{"a.b":3}]`, `[[{"a":{"b":1}},{"a.b":3}]]`},
		{0, selected("a", ""), `[{"a":"B"},{"a":"b"},{"a":"B"}]`, `[[{"a":"B"},{"a":"b"}]]`},
		{0, selected("a", ""), `[{"a":1},{"a":null},{"a":1}]`, `[[{"a":1},{"a":null}]]`},
		{1, selected("a", ""), `[{"a":1},{"a":null},{"a":1}]`, `'a' isn't always the same type`},
		{1.1, selected("a", ""), `[{"a":1},{"a":"1"}]`, `'a' isn't always the same type`},
		{2, selected("a", ""), `[{"a":1},{}]`, `'a' field is missing from some input items`},
	})
}

func TestItemsOfEarlierRunsAreRemoved(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		params string
		runs   [][2]string // input and outputs
	}{
		{`"dedupeValue":"={{ $json.a }}"`, [][2]string{
			{`[{"a":"x"},{"a":2},{"a":"x"}]`, `[[{"a":2},{"a":"x"},{"a":"x"}],[]]`},
			{`[{"a":"2"},{"a":3}]`, `[[{"a":3}],[{"a":"2"}]]`},
		}},
		{`"dedupeValue":"={{ $json.a }}","options":{"historySize":2}`, [][2]string{
			{`[{"a":1},{"a":2}]`, `[[{"a":1},{"a":2}],[]]`}, {`[{"a":3}]`, `[[{"a":3}],[]]`}, {`[{"a":1},{"a":2}]`, `[[{"a":1}],[{"a":2}]]`},
		}},
		{`"logic":"removeItemsUpToStoredIncrementalKey","incrementalDedupeValue":"={{ $json.a }}"`, [][2]string{
			{`[{"a":-5},{"a":-7}]`, `[[{"a":-5},{"a":-7}],[]]`}, {`[{"a":-6},{"a":0}]`, `[[{"a":0}],[{"a":-6}]]`},
		}},
		{`"logic":"removeItemsUpToStoredDate","dateDedupeValue":"={{ $json.a }}","options":{"scope":"workflow"}`, [][2]string{
			{`[{"a":"2024-01-02"}]`, `[[{"a":"2024-01-02"}],[]]`}, {`[{"a":"2024-01-01"},{"a":"2024-01-02T01:00:00Z"}]`, `[[{"a":"2024-01-02T01:00:00Z"}],[{"a":"2024-01-01"}]]`},
		}},
	} {
		history := &nodetest.Memory{}
		step := nodetest.Step{Definition: transform.RemoveDuplicates(), Name: "Dedupe", History: history, Params: `{"operation":"removeItemsSeenInPreviousExecutions",` + test.params + `}`}
		for i, run := range test.runs {
			result, err := step.Run(t, nodetest.Inputs(run[0]))
			if err != nil {
				t.Fatal(err)
			}
			if got := nodetest.Outputs(result.Outputs); got != run[1] {
				t.Errorf("%s run %d: got %s, want %s", test.params, i, got, run[1])
			}
		}
		scope := "node"
		if strings.Contains(test.params, "workflow") {
			scope = "workflow"
		}
		cleared := step
		cleared.Params = fmt.Sprintf(`{"operation":"clearDeduplicationHistory","options":{"scope":"%s"}}`, scope)
		if result, err := cleared.Run(t, nodetest.Inputs(`[{"k":1}]`)); err != nil || nodetest.Outputs(result.Outputs) != `[[{"k":1}]]` {
			t.Errorf("clear: %v %v", result.Outputs, err)
		}
		result, err := step.Run(t, nodetest.Inputs(test.runs[0][0]))
		if err != nil || nodetest.Outputs(result.Outputs) != test.runs[0][1] {
			t.Errorf("%s after its history was cleared: %s %v", test.params, nodetest.Outputs(result.Outputs), err)
		}
	}
}

func TestValuesThatCannotBeRemembered(t *testing.T) {
	t.Parallel()
	runTable(t, transform.RemoveDuplicates(), []transformTest{
		{0, `{"operation":"removeItemsSeenInPreviousExecutions","logic":"removeItemsUpToStoredIncrementalKey","incrementalDedupeValue":"={{ $json.a }}"}`, `[{"a":"x"}]`, `The value 'x' is not a number. Please provide a number.`},
		{0, `{"operation":"removeItemsSeenInPreviousExecutions","logic":"removeItemsUpToStoredDate","dateDedupeValue":"={{ $json.a }}"}`, `[{"a":"x"}]`, `The value 'x' is not a valid date. Please provide a valid date.`},
		{0, `{"operation":"removeItemsSeenInPreviousExecutions","dedupeValue":"x","options":{"historySize":1}}`, `[{"a":1},{"a":2}]`,
			`The number of items to be processed exceeds the maximum history size. Please increase the history size or reduce the number of items to be processed.`},
	})
}
