package code_test

import (
	"testing"

	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
	"github.com/jobsprint/jobsprint/nodes/code"
	"github.com/jobsprint/jobsprint/nodes/nodetest"
)

// params makes the parameters of a step with code.
func params(field, source, mode string) string {
	o := item.NewObject(2).Set(field, item.String(source))
	if mode != "" {
		o.Set("mode", item.String(mode))
	}
	return o.Value().JSON()
}

// answer is what a step came to, as text: its items with their pairs, or the message of its error.
func answer(t *testing.T, step nodetest.Step) string {
	t.Helper()
	r, err := step.Run(t, nodetest.Inputs(`[{"x":1},{"x":2},{"x":3}]`))
	if err != nil {
		return "error: " + nodetest.StepError(t, err).Message
	}
	return string(item.AppendItems(nil, r.Outputs[0]))
}

func TestCodeForAllItems(t *testing.T) {
	t.Parallel()
	const bad = "error: Code doesn't return items properly"
	for _, c := range []struct{ source, want string }{
		{"return [{b:1},{b:2}]", `[{"json":{"b":1}},{"json":{"b":2}}]`},
		{"return {b:1}", `[{"json":{"b":1},"pairedItem":{"item":0}}]`},
		{"return {json:{b:1}}", `[{"json":{"b":1},"pairedItem":{"item":0}}]`},
		{"return null", `[]`},
		{"return []", `[]`},
		{"const x = 1", bad},
		{"return 5", bad},
		{"return [1]", bad},
		{"return [null]", bad},
		{"return [{json:{b:1}},{b:2}]", "error: Unknown top-level item key: b [item 1]"},
		{"return [{json:{b:1},foo:2}]", "error: Invalid output format [item 0]"},
		{"return [{json:'x'}]", "error: A 'json' property isn't an object [item 0]"},
		{"return [{json:{},binary:5}]", "error: A 'binary' property isn't an object [item 0]"},
		{"return [{json:{},pairedItem:2}]", `[{"json":{},"pairedItem":{"item":2}}]`},
		{"return [{json:{d:new Date(0),u:undefined,n:NaN,f:()=>1,m:new Map([[1,2]])}}]", `[{"json":{"d":"1970-01-01T00:00:00.000Z","n":null,"m":{}},"pairedItem":{"item":0}}]`},
		{"throw new Error('boom')", "error: boom [line 1]"},
		{" \n", "error: Unknown error"},
	} {
		got := answer(t, nodetest.Step{Definition: code.Code(), Params: params("jsCode", c.source, "")})
		if got != c.want {
			t.Errorf("%s\n got %s\nwant %s", c.source, got, c.want)
		}
	}
}

func TestCodeForEachItem(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ source, want string }{
		{"return {b:$json.x}", `[{"json":{"b":1},"pairedItem":{"item":0}},{"json":{"b":2},"pairedItem":{"item":1}},{"json":{"b":3},"pairedItem":{"item":2}}]`},
		{"if ($json.x === 2) return; return item", `[{"json":{"x":1},"pairedItem":{"item":0}},{"json":{"x":3},"pairedItem":{"item":2}}]`},
		{"return 5", "error: A 'json' property isn't an object [item 0]"},
		{"return items", "error: items is not defined [line 1]"},
		{"return {n:$input.first()}", "error: Can't use .first() here [line 1, for item 0]"},
		{"// not $input.all()\n\nif (false) $input.itemMatching(0)", "error: Can't use .itemMatching() here [line 3, for item 0]"},
		{"// not $input.all()\nreturn {}", `[{"json":{},"pairedItem":{"item":0}},{"json":{},"pairedItem":{"item":1}},{"json":{},"pairedItem":{"item":2}}]`},
		{"", "error: Unknown error"},
		{"return [1]", "error: A 'json' property isn't an object [item 0]"},
	} {
		got := answer(t, nodetest.Step{Definition: code.Code(), Params: params("jsCode", c.source, "runOnceForEachItem")})
		if got != c.want {
			t.Errorf("%s\n got %s\nwant %s", c.source, got, c.want)
		}
	}
}

func TestCodeGoesOnAfterErrors(t *testing.T) {
	t.Parallel()
	step := nodetest.Step{Definition: code.Code(), Continue: true, Params: params("jsCode", "if ($itemIndex === 1) throw new Error('boom'); return {a:1}", "runOnceForEachItem")}
	want := `[{"json":{"a":1},"pairedItem":{"item":0}},{"json":{"error":"boom [line 1]"},"pairedItem":{"item":1}},{"json":{"a":1},"pairedItem":{"item":2}}]`
	if got := answer(t, step); got != want {
		t.Errorf("got %s", got)
	}
	step.Params = params("jsCode", "throw new Error('boom')", "")
	if got := answer(t, step); got != `[{"json":{"error":"boom [line 1]"},"pairedItem":{"item":0}}]` {
		t.Errorf("got %s", got)
	}
}

func TestOldFunctions(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		definition   nodes.Definition
		source, want string
	}{
		{code.Function(), "items[0].json.z = 5; return items;", `[{"json":{"x":1,"z":5},"pairedItem":{"item":0}},{"json":{"x":2},"pairedItem":{"item":1}},{"json":{"x":3},"pairedItem":{"item":2}}]`},
		{code.Function(), "return [{a:1}]", `[{"json":{"a":1},"pairedItem":{"item":0}}]`},
		{code.Function(), "return [1]", "error: The json-property has to be an object!"},
		{code.FunctionItem(), "item.z = $itemIndex; return item;", `[{"json":{"x":1,"z":0},"pairedItem":{"item":0}},{"json":{"x":2,"z":1},"pairedItem":{"item":1}},{"json":{"x":3,"z":2},"pairedItem":{"item":2}}]`},
		{code.FunctionItem(), "", "error: No data got returned. Always an object has to be returned!"},
	} {
		got := answer(t, nodetest.Step{Definition: c.definition, Params: params("functionCode", c.source, "")})
		if got != c.want {
			t.Errorf("%s %s\n got %s\nwant %s", c.definition.Type, c.source, got, c.want)
		}
	}
}

func TestCodeKeepsBinaryAndStaticData(t *testing.T) {
	t.Parallel()
	static := &nodetest.Memory{}
	step := nodetest.Step{Definition: code.Code(), Name: "Code", Static: static, Params: params("jsCode", `
		const s = $getWorkflowStaticData('global');
		s.count = (s.count ?? 0) + 1;
		return [{ json: { count: s.count }, binary: { data: await this.helpers.prepareBinaryData(Buffer.from('hi'), 'a.txt', 'text/plain') } }]`, "")}
	for want := 1; want <= 2; want++ {
		r, err := step.Run(t, nodetest.Inputs(`[{}]`))
		if err != nil {
			t.Fatal(err)
		}
		it := r.Outputs[0][0]
		if n, _ := it.JSON.Get("count").Number(); int(n) != want {
			t.Errorf("count %v, want %d", n, want)
		}
		if data, ok := it.Binary.Get("data"); !ok || data.FileName != "a.txt" || data.Bytes != 2 || data.FileType != "text" {
			t.Errorf("binary %+v", data)
		}
	}
}

func TestPythonIsAProblem(t *testing.T) {
	t.Parallel()
	if _, err := (nodetest.Step{Definition: code.Code(), Params: `{"language":"pythonNative","pythonCode":"return []"}`}).Compile(); err == nil {
		t.Error("Python was accepted")
	}
}
