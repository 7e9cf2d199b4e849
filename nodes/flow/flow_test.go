package flow_test

import (
	"strings"
	"testing"
	"time"

	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
	"github.com/jobsprint/jobsprint/nodes/flow"
	"github.com/jobsprint/jobsprint/nodes/nodetest"
)

func pairs(items []item.Item) string {
	var out []byte
	for _, it := range items {
		out = it.Paired.AppendJSON(out)
	}
	return string(out)
}

func TestItemsNameTheInputItem(t *testing.T) {
	t.Parallel()
	in := nodes.Inputs{nodetest.Items(`[{},{}]`)}
	in[0][0].Paired = item.PairOf(9)
	for want, d := range map[string]nodes.Definition{
		`{"item":0}{"item":1}`: flow.NoOp(),
		`{"item":9}{"item":1}`: flow.ManualTrigger(),
	} {
		result, err := nodetest.Step{Definition: d}.Run(t, in)
		if err != nil || pairs(result.Outputs[0]) != want {
			t.Errorf("%s: %s %v, want %s", d.Type, pairs(result.Outputs[0]), err, want)
		}
	}
}

func TestIf(t *testing.T) {
	t.Parallel()
	s := nodetest.Step{Definition: flow.If(), Params: `{"conditions":{"options":{"typeValidation":"strict"},"conditions":[{"leftValue":"={{ $json.n }}","rightValue":2,"operator":{"type":"number","operation":"gt"}}]}}`}
	in := nodetest.Inputs(`[{"n":1},{"n":3},{"n":"4"},{"n":5}]`)
	_, err := s.Run(t, in)
	if failure := nodetest.StepError(t, err); failure.Item != 3 || failure.Code != "condition.type" {
		t.Errorf("%+v", failure)
	}
	s.Continue = true
	result, err := s.Run(t, in)
	if err != nil || nodetest.Outputs(result.Outputs) != `[[{"n":3},{"n":5}],[{"n":1},{"n":"4"}]]` || pairs(result.Outputs[0]) != `{"item":1}{"item":3}` {
		t.Errorf("%s %s %v", nodetest.Outputs(result.Outputs), pairs(result.Outputs[0]), err)
	}
}

const switchRules = `"rules":{"values":[
	{"conditions":{"options":{"typeValidation":"strict"},"conditions":[{"leftValue":"={{ $json.n }}","rightValue":2,"operator":{"type":"number","operation":"gt"}}]}},
	{"conditions":{"options":{"typeValidation":"strict"},"conditions":[{"leftValue":"={{ $json.n }}","rightValue":4,"operator":{"type":"number","operation":"gt"}}]}}]}`

func TestSwitch(t *testing.T) {
	t.Parallel()
	for options, want := range map[string]string{
		`{}`:                          `[[{"n":3},{"n":5}],[]]`,
		`{"allMatchingOutputs":true}`: `[[{"n":3},{"n":5}],[{"n":5}]]`,
		`{"fallbackOutput":"extra"}`:  `[[{"n":3},{"n":5}],[],[{"n":1}]]`,
		`{"fallbackOutput":1}`:        `[[{"n":3},{"n":5}],[{"n":1}]]`,
	} {
		s := nodetest.Step{Definition: flow.Switch(), Params: `{` + switchRules + `,"options":` + options + `}`}
		result, err := s.Run(t, nodetest.Inputs(`[{"n":1},{"n":3},{"n":5}]`))
		if err != nil || nodetest.Outputs(result.Outputs) != want {
			t.Errorf("%s: %s %v, want %s", options, nodetest.Outputs(result.Outputs), err, want)
		}
		if p := s.MustCompile(t).(nodes.Ports); p.Outputs() != len(result.Outputs) || p.Inputs() != 1 {
			t.Errorf("%s: %d outputs", options, p.Outputs())
		}
	}
}

func TestSwitchByNumber(t *testing.T) {
	t.Parallel()
	s := nodetest.Step{Definition: flow.Switch(), Params: `{"mode":"expression","numberOutputs":2,"output":"={{ $json.n }}"}`}
	in := nodetest.Inputs(`[{"n":1},{"n":2}]`)
	_, err := s.Run(t, in)
	if failure := nodetest.StepError(t, err); failure.Message != "The ouput 2 is not allowed. " {
		t.Errorf("%+v", failure)
	}
	s.Continue = true
	result, err := s.Run(t, in)
	if err != nil || nodetest.Outputs(result.Outputs) != `[[{"error":"The ouput 2 is not allowed. "}],[{"n":1}]]` {
		t.Errorf("%s %v", nodetest.Outputs(result.Outputs), err)
	}
	if result.Outputs[0][0].Paired.Form() != item.FormNone {
		t.Error("an item that stands for an error names an ancestor")
	}
	for _, test := range []struct {
		version       float64
		output, error string
	}{
		{3, "-1", "The ouput -1 is not allowed"}, {3.4, "12", "The ouput 12 is not allowed"}, {3, "1.5", "Cannot read properties of undefined (reading 'push')"},
		{3, "null", "Cannot read properties of undefined (reading 'push')"}, {3, `"x"`, "Invalid input for 'Output Index' [item 0]"},
		{2, "4", "The ouput 4 is not allowed. It has to be between 0 and 3!"}, {1, `"x"`, "Cannot read properties of undefined (reading 'push')"},
		{1, "true", "Cannot read properties of undefined (reading 'push')"}, {3, "true", ""}, {3, `"1"`, ""}, {1, `"3"`, ""},
	} {
		s := nodetest.Step{Definition: flow.Switch(), Version: test.version, Params: `{"mode":"expression","output":` + test.output + `}`}
		_, err := s.Run(t, nodetest.Inputs(`[{}]`))
		if test.error == "" && err == nil {
			continue
		}
		if err == nil || err.Error() != test.error {
			t.Errorf("version %v, output %s: %v, want %s", test.version, test.output, err, test.error)
		}
	}
	for v, want := range map[float64]int{1: 4, 2: 3} {
		s := nodetest.Step{Definition: flow.Switch(), Version: v, Params: `{"mode":"expression","outputsAmount":3}`}
		if got := s.MustCompile(t).(nodes.Ports).Outputs(); got != want {
			t.Errorf("version %v: %d outputs, want %d", v, got, want)
		}
	}
}

func TestOlderSwitch(t *testing.T) {
	t.Parallel()
	s := nodetest.Step{Definition: flow.Switch(), Version: 1, Params: `{"dataType":"dateTime","value1":"={{ $json.d }}","rules":{"rules":[{"value2":"2024-01-01","output":2}]},"fallbackOutput":1}`}
	result, err := s.Run(t, nodetest.Inputs(`[{"d":"2025-01-01"},{"d":"2023-01-01"}]`))
	if err != nil || nodetest.Outputs(result.Outputs) != `[[],[{"d":"2023-01-01"}],[{"d":"2025-01-01"}],[]]` {
		t.Errorf("%s %v", nodetest.Outputs(result.Outputs), err)
	}
	if _, err := s.Run(t, nodetest.Inputs(`[{"d":"never"}]`)); nodetest.StepError(t, err).Code != "switch.value" {
		t.Error(err)
	}
}

func TestProblems(t *testing.T) {
	t.Parallel()
	many := strings.Repeat(`{"conditions":{}},`, 1000) + `{"conditions":{}}`
	for _, test := range []struct {
		d            nodes.Definition
		version      float64
		params, want string
	}{
		{flow.Switch(), 0, `{"rules":{"values":[` + many + `]}}`, "1000 outputs at most"},
		{flow.Switch(), 0, `{"mode":"expression","numberOutputs":0}`, "number of outputs"},
		{flow.Switch(), 0, `{"rules":{"values":[]},"options":{"fallbackOutput":3}}`, "no output 3"},
		{flow.Switch(), 1, `{"rules":{"rules":[{"output":7}]}}`, "no output 7"},
		{flow.Switch(), 2, `{"rules":{"rules":[{"operation":"like"}]}}`, "like"},
		{flow.Switch(), 2, `{"dataType":"boolean","rules":{"rules":[{}]},"fallbackOutput":5}`, "no output 5"},
		{flow.Switch(), 0, `{"mode":"chance"}`, "chance"},
		{flow.If(), 1, `{"combineOperation":"none"}`, "none"},
		{flow.Filter(), 1, `{"combineConditions":"XOR"}`, "XOR"},
		{flow.Wait(), 0, `{"resume":"telepathy"}`, "telepathy"},
		{flow.Wait(), 0, `{"resume":"form","incomingAuthentication":"headerAuth"}`, "basicAuth"},
		{flow.Wait(), 0, `{"resume":"form","incomingAuthentication":"jwtAuth"}`, "basicAuth"},
		{flow.Wait(), 0, `{"amount":-1}`, "0 or more"},
		{flow.Wait(), 0, `{"unit":"years"}`, "years"},
		{flow.StopAndError(), 0, `{"errorType":"errorObject","errorObject":"[1]"}`, "JSON object"},
		{flow.StopAndError(), 0, `{"errorType":"errorObject","errorObject":"{"}`, "errorObject"},
	} {
		_, err := nodetest.Step{Definition: test.d, Version: test.version, Params: test.params}.Compile()
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s %.80s: %v, want %q", test.d.Type, test.params, err, test.want)
		}
	}
}

func TestWait(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		version float64
		params  string
		want    time.Duration
	}{
		{1.1, `{}`, 5 * time.Second}, {1, `{}`, time.Hour}, {1.1, `{"amount":2,"unit":"minutes"}`, 2 * time.Minute},
		{1.1, `{"amount":"={{ $json.n }}","unit":"days"}`, 36 * time.Hour}, {1.1, `{"amount":0}`, 0},
		{1.1, `{"resume":"specificTime","dateTime":"2024-03-30T18:50:07Z"}`, time.Minute},
		{1.1, `{"resume":"specificTime","dateTime":"2024-03-30T14:50:07"}`, time.Minute},
		{1.1, `{"resume":"specificTime","dateTime":"2020-01-01"}`, 0},
	} {
		zone, err := time.LoadLocation("America/New_York")
		if err != nil {
			t.Fatal(err)
		}
		result, err := nodetest.Step{Definition: flow.Wait(), Version: test.version, Params: test.params, Zone: zone}.Run(t, nodetest.Inputs(`[{"n":1.5},{"n":9}]`))
		if err != nil || len(result.Outputs[0]) != 2 {
			t.Errorf("%s: %v %v", test.params, result, err)
			continue
		}
		got := time.Duration(0)
		if !result.Wait.IsZero() {
			got = result.Wait.Sub(nodetest.Now)
		}
		if got != test.want {
			t.Errorf("%s: waits %s, want %s", test.params, got, test.want)
		}
	}
	for params, code := range map[string]string{
		`{"resume":"specificTime","dateTime":"soon"}`:       "wait.time",
		`{"resume":"specificTime","dateTime":"2999-01-01"}`: "wait.limit",
		`{"amount":1e300,"unit":"days"}`:                    "wait.limit",
		`{"amount":"={{ $json.n }}"}`:                       "parameter",
	} {
		_, err := nodetest.Step{Definition: flow.Wait(), Params: params}.Run(t, nodetest.Inputs(`[{"n":"x"}]`))
		if failure := nodetest.StepError(t, err); failure.Code != code {
			t.Errorf("%s: %+v", params, failure)
		}
	}
	if result, err := (nodetest.Step{Definition: flow.Wait()}).Run(t, nodetest.Inputs(`[]`)); err != nil || !result.Wait.IsZero() {
		t.Errorf("without items: %+v %v", result, err)
	}
}

func TestStopAndError(t *testing.T) {
	t.Parallel()
	for params, want := range map[string]string{
		`{"errorMessage":"=no {{ $json.what }}"}`:                                          "no stock",
		`{"errorType":"errorObject","errorObject":"={{ {\"description\": $json.what} }}"}`: "stock",
		`{"errorType":"errorObject","errorObject":"{\"code\":7}"}`:                         `Error: {"code":7}`,
	} {
		s := nodetest.Step{Definition: flow.StopAndError(), Params: params}
		_, err := s.Run(t, nodetest.Inputs(`[{"what":"stock"}]`))
		if failure := nodetest.StepError(t, err); failure.Message != want || failure.Code != "stop" {
			t.Errorf("%s: %+v", params, failure)
		}
	}
}

func TestANoteNeedsNothing(t *testing.T) {
	t.Parallel()
	d := flow.StickyNote()
	if _, err := (nodetest.Step{Definition: d, Params: `{"content":"x","color":5}`}).Compile(); err != nil || !d.Note {
		t.Error(err)
	}
}
