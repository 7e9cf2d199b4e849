package debug_test

import (
	"strings"
	"testing"

	"github.com/jobsprint/jobsprint/nodes/debug"
	"github.com/jobsprint/jobsprint/nodes/nodetest"
)

func helper(params string) nodetest.Step {
	return nodetest.Step{Definition: debug.DebugHelper(), Params: params}
}

func TestDebugHelperFailsOnPurpose(t *testing.T) {
	t.Parallel()
	for params, want := range map[string]string{
		`{}`: "Node has thrown an error", `{"throwErrorMessage":"={{ $json.m }}"}`: "boom", `{"category":"oom","memorySizeValue":100000}`: "the step would need more memory than it may have",
		`{"category":"randomData","randomDataType":"nanoid","nanoidLength":"x"}`: "at most 100000 items", `{"category":"randomData","randomDataCount":1e9}`: "at most 100000 items",
	} {
		_, err := helper(params).Run(t, nodetest.Inputs(`[{"m":"boom"}]`))
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: %v", params, err)
		}
	}
	s := helper(`{}`)
	s.Continue = true
	if result, err := s.Run(t, nodetest.Inputs(`[{},{}]`)); err != nil || nodetest.Outputs(result.Outputs) != `[[{"error":"Node has thrown an error"},{"error":"Node has thrown an error"}]]` {
		t.Error(result, err)
	}
}

func TestRandomDataFollowsItsSeed(t *testing.T) {
	t.Parallel()
	for kind, key := range map[string]string{"user": "uid", "address": "street", "latLong": "latitude", "creditCard": "number", "email": "email", "ipv4": "ip", "ipv6": "ipv6",
		"macAddress": "mac", "nanoid": "nanoId", "url": "url", "uuid": "uuid", "semver": "version"} {
		made := func(seed string) string {
			result, err := helper(`{"category":"randomData","randomDataCount":3,"randomDataType":"`+kind+`","randomDataSeed":"`+seed+`"}`).Run(t, nodetest.Inputs(`[{}]`))
			if err != nil || len(result.Outputs[0]) != 3 || result.Outputs[0][2].JSON.Get(key).IsUndefined() {
				t.Errorf("%s: %v %v", kind, result, err)
			}
			return nodetest.Outputs(result.Outputs)
		}
		first, again, other := made("a"), made("a"), made("b")
		if first != again || first == other {
			t.Errorf("%s does not follow its seed", kind)
		}
	}
	result, err := helper(`{"category":"randomData","randomDataCount":2,"randomDataSingleArray":true}`).Run(t, nodetest.Inputs(`[{}]`))
	if err != nil || len(result.Outputs[0]) != 1 || result.Outputs[0][0].JSON.Get("generatedItems").Index(1).IsUndefined() {
		t.Error(result, err)
	}
}

func TestExecutionDataNotesValues(t *testing.T) {
	t.Parallel()
	s := nodetest.Step{Definition: debug.ExecutionData(), Params: `{"dataToSave":{"values":[{"key":"a","value":"={{ $json.v }}"},{"key":"b","value":"x"}]}}`}
	notes := &nodetest.Annotations{}
	in := nodetest.Inputs(`[{"v":1},{"v":{"q":2}}]`)
	call := s.Call(t.Context(), in)
	call.Annotate = notes.Annotate
	result, err := s.MustCompile(t).Run(call, in)
	if err != nil || nodetest.Outputs(result.Outputs) != `[[{"v":1},{"v":{"q":2}}]]` || notes.Values["a"] != `{"q":2}` || notes.Values["b"] != "x" {
		t.Error(result, err, notes.Values)
	}
}
