package flow_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
	"github.com/jobsprint/jobsprint/nodes/flow"
	"github.com/jobsprint/jobsprint/nodes/nodetest"
)

// children stands in for the engine: it notes what is asked for and answers
// with what the test says.
type children struct {
	asked   []nodes.Child
	outputs [][]item.Item
	err     error
}

func (f *children) execute(c nodes.Child) (nodes.ChildEnd, error) {
	f.asked = append(f.asked, c)
	return nodes.ChildEnd{Run: "r", Outputs: f.outputs}, f.err
}

// runExecute runs the step and writes its outputs with their paired items.
func runExecute(t *testing.T, s nodetest.Step, f *children, in string) (string, error) {
	t.Helper()
	s.Definition = flow.ExecuteWorkflow()
	inputs := nodetest.Inputs(in)
	call := s.Call(t.Context(), inputs)
	call.Execute = f.execute
	result, err := s.MustCompile(t).Run(call, inputs)
	var lists []string
	for _, list := range result.Outputs {
		var texts []string
		for _, it := range list {
			texts = append(texts, it.JSON.JSON()+string(it.Paired.AppendJSON(nil)))
		}
		lists = append(lists, strings.Join(texts, " "))
	}
	return strings.Join(lists, "|"), err
}

func TestOutputsOfAnotherWorkflowArePaired(t *testing.T) {
	t.Parallel()
	list := func() [][]item.Item {
		items := nodetest.Items(`[{"a":1},{"a":2},{"a":3}]`)
		items[1].Paired = item.PairOf(7)
		items[2].Paired = item.Pairs([]item.Pair{{Item: 0}, {Item: 1}})
		return [][]item.Item{nil, items}
	}
	const in = `[{"i":0},{"i":1}]`
	for params, want := range map[string]string{
		`{"source":"parameter","workflowJson":"{}"}`:                                                      `|{"a":1}[{"item":0},{"item":1}] {"a":2}{"item":7} {"a":3}{"item":2}`,
		`{"source":"parameter","workflowJson":"{}","options":{"waitForSubWorkflow":false}}`:               `{"i":0}{"item":0} {"i":1}{"item":1}`,
		`{"source":"parameter","workflowJson":"{}","mode":"each"}`:                                        `|{"a":1}{"item":0} {"a":2}{"item":0} {"a":3}{"item":0} {"a":1}{"item":1} {"a":2}{"item":1} {"a":3}{"item":1}`,
		`{"source":"parameter","workflowJson":"{}","mode":"each","options":{"waitForSubWorkflow":false}}`: `{"i":0}{"item":0} {"i":1}{"item":1}`,
	} {
		f := &children{outputs: list()}
		got, err := runExecute(t, nodetest.Step{Params: params}, f, in)
		if err != nil || got != want {
			t.Errorf("%s: %s %v\nwant %s", params, got, err, want)
		}
		for i, c := range f.asked {
			if each := strings.Contains(params, "each"); each && (c.Item != i || len(c.Items) != 1) || !each && len(c.Items) != 2 {
				t.Errorf("%s: asked for %+v", params, c)
			}
			if c.Wait == strings.Contains(params, "false") {
				t.Errorf("%s: wait %v", params, c.Wait)
			}
		}
	}
}

func TestFailuresOfAnotherWorkflow(t *testing.T) {
	t.Parallel()
	own := &nodes.ChildError{Plain: true, Err: nodes.Fail("x", "boom", -1)}
	code := &nodes.ChildError{Err: nodes.Fail("x", "my bad", -1)}
	for _, test := range []struct {
		mode     string
		err      error
		goOn     bool
		want, is string
	}{
		{"once", own, false, "", "boom"}, {"once", code, false, "", "my bad"},
		{"each", own, false, "", "boom"}, {"each", code, false, "", "Error executing workflow with item at index 0"},
		{"once", code, true, `{"error":"my bad"}[{"item":0},{"item":1}]`, ""},
		{"each", code, true, `{"error":"my bad"}{"item":0}|{"error":"my bad"}{"item":1}`, ""},
		{"each", errors.New("let go"), true, "", "let go"}, {"once", errors.New("let go"), true, "", "let go"},
	} {
		got, err := runExecute(t, nodetest.Step{Params: `{"source":"parameter","workflowJson":"{}","mode":"` + test.mode + `"}`, Continue: test.goOn}, &children{err: test.err}, `[{"i":0},{"i":1}]`)
		text := ""
		if err != nil {
			text = err.Error()
		}
		if got != test.want || text != test.is {
			t.Errorf("%s, going on %v: %s, %q; want %s, %q", test.mode, test.goOn, got, text, test.want, test.is)
		}
	}
}

const inputSchema = `"schema":[{"id":"name","displayName":"name","type":"string"},{"id":"n","displayName":"n","type":"number"},{"id":"gone","type":"any","removed":true}]`

func TestInputsOfAnotherWorkflow(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, inputs, want, is string }{
		{"none", `{}`, `{"s":"x","i":1}`, ""},
		{"mapped", `{"mappingMode":"defineBelow","value":{"n":"={{ $json.i }}","name":"={{ $json.s }}","gone":1},` + inputSchema + `}`, `{"n":1,"name":"x"}`, ""},
		{"one missing", `{"mappingMode":"defineBelow","value":{"name":"fix"},` + inputSchema + `}`, `{"name":"fix","n":null}`, ""},
		{"converted", `{"mappingMode":"defineBelow","attemptToConvertTypes":true,"value":{"name":"={{ $json.i }}","n":"12"},` + inputSchema + `}`, `{"name":"1","n":12}`, ""},
		{"not converted", `{"mappingMode":"defineBelow","value":{"name":"={{ $json.i }}"},` + inputSchema + `}`, "", "Invalid input for 'name' [item 0]"},
		{"not convertible", `{"mappingMode":"defineBelow","attemptToConvertTypes":true,"value":{"n":"={{ $json.s }}"},` + inputSchema + `}`, "", "Invalid input for 'n' [item 0]"},
		{"no values", `{"mappingMode":"defineBelow","value":null,` + inputSchema + `}`, "", "Cannot convert undefined or null to object"},
	} {
		f := &children{}
		_, err := runExecute(t, nodetest.Step{Version: 1.2, Params: `{"workflowId":{"__rl":true,"mode":"list","value":"w","cachedResultName":"Orders"},"workflowInputs":` + test.inputs + `}`}, f, `[{"s":"x","i":1}]`)
		switch {
		case test.is != "":
			if err == nil || err.Error() != test.is {
				t.Errorf("%s: %v, want %s", test.name, err, test.is)
			}
		case err != nil:
			t.Errorf("%s: %v", test.name, err)
		case f.asked[0].Items[0].JSON.JSON() != test.want || f.asked[0].Workflow != "w" || f.asked[0].Name != "Orders":
			t.Errorf("%s: asked for %+v", test.name, f.asked[0])
		}
	}
}

func TestTriggerOfCalledWorkflows(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		version      float64
		params, want string
	}{
		{1, `{}`, `{"b":2,"a":1}`},
		{1.1, `{"inputSource":"passthrough"}`, `{"b":2,"a":1}`},
		{1.1, `{"workflowInputs":{"values":[{"name":"a"},{"name":"c","type":"number"}]}}`, `{"a":1,"c":null}`},
		{1.2, `{"inputSource":"jsonExample","jsonExample":"{\"b\":true,\"z\":[]}"}`, `{"b":2,"z":null}`},
		{1.1, `{}`, "The 'In' node has issues:\n- At least 1 field is required."},
		{1.1, `{"inputSource":"jsonExample","jsonExample":"[1]"}`, "The 'In' node has issues:\n- The JSON example is no JSON object."},
	} {
		n := nodetest.Step{Definition: flow.ExecuteWorkflowTrigger(), Version: test.version, Params: test.params, Name: "In"}.MustCompile(t)
		items, err := n.(nodes.Callable).Called(nodetest.Items(`[{"b":2,"a":1}]`))
		var got string
		if err != nil {
			got = err.Error()
		} else {
			got = items[0].JSON.JSON()
		}
		if got != test.want {
			t.Errorf("%v %s: %s, want %s", test.version, test.params, got, test.want)
		}
	}
}
