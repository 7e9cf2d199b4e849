package data_test

import (
	"strings"
	"testing"

	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
	"github.com/jobsprint/jobsprint/nodes/data"
	"github.com/jobsprint/jobsprint/nodes/nodetest"
)

func set(version float64, params string) nodetest.Step {
	return nodetest.Step{Definition: data.Set(), Version: version, Params: params, Name: "Set"}
}

const one = `"assignments":{"assignments":[{"name":"x","type":"string","value":"1"}]}`

func TestSet(t *testing.T) {
	t.Parallel()
	const in = `[{"a":1,"b":{"c":2,"d":3},"l":[1,2]}]`
	for _, test := range []struct {
		version      float64
		params, want string
	}{
		{3.4, `{` + one + `}`, `[[{"x":"1"}]]`},
		{3.4, `{"includeOtherFields":true,` + one + `}`, `[[{"a":1,"b":{"c":2,"d":3},"l":[1,2],"x":"1"}]]`},
		{3.4, `{"includeOtherFields":true,"include":"none",` + one + `}`, `[[{"x":"1"}]]`},
		{3.4, `{"includeOtherFields":true,"include":"selected","includeFields":"a, b.c, zzz, q.r",` + one + `}`, `[[{"a":1,"b":{"c":2},"x":"1"}]]`},
		{3.4, `{"includeOtherFields":true,"include":"selected","includeFields":["l[1]"]}`, `[[{"l":[null,2]}]]`},
		{3.4, `{"includeOtherFields":true,"include":"except","excludeFields":"b.c,l"}`, `[[{"a":1,"b":{"d":3}}]]`},
		{3.4, `{"includeOtherFields":true,"include":"except","excludeFields":"b.c,l","options":{"dotNotation":false}}`, `[[{"a":1,"b":{"c":2,"d":3}}]]`},
		{3.4, `{"includeOtherFields":true,"assignments":{"assignments":[{"name":"b.c","type":"number","value":"9"},{"name":"a","type":"boolean","value":"true"}]}}`, `[[{"a":true,"b":{"c":9,"d":3},"l":[1,2]}]]`},
		{3.4, `{"options":{"dotNotation":false},"assignments":{"assignments":[{"name":"b.c","value":"v"}]}}`, `[[{"b.c":"v"}]]`},
		{3.3, `{"assignments":{"assignments":[{"name":"=n{{ $json.a }}","type":"array","value":"={{ $json.l }}"},{"name":"o","type":"object","value":"{\"k\":1}"},{"name":"u","type":"string","value":"={{ $json.none }}"}]}}`, `[[{"n1":[1,2],"o":{"k":1},"u":null}]]`},
		{3.4, `{"options":{"ignoreConversionErrors":true},"assignments":{"assignments":[{"name":"n","type":"number","value":"abc"}]}}`, `[[{"n":"abc"}]]`},
		{3, `{"fields":{"values":[{"name":"s","stringValue":"={{ $json.a }}"},{"name":"b","type":"booleanValue"},{"name":"o","type":"objectValue"},{"name":"e","type":"stringValue"}]},"include":"none"}`, `[[{"s":"1","b":true,"o":{},"e":""}]]`},
		{3.2, `{"fields":{"values":[{"name":"n","type":"numberValue","numberValue":"5"}]}}`, `[[{"a":1,"b":{"c":2,"d":3},"l":[1,2],"n":5}]]`},
		{2, `{"keepOnlySet":true,"values":{"number":[{"name":"n","value":"={{ \"7\" }}"},{"name":"z"}],"string":[{"name":"s","value":"={{ $json.a }}"},{"name":"o","value":"={{ $json.b }}"}],"boolean":[{"name":"b"}]}}`, `[[{"b":false,"n":7,"z":0,"s":1,"o":{"c":2,"d":3}}]]`},
		{1, `{"keepOnlySet":true,"values":{"number":[{"name":"n","value":"={{ \"7\" }}"}],"string":[{"value":"={{ $json.a }}"}]}}`, `[[{"n":"7","propertyName":1}]]`},
		{3.4, `{"mode":"raw","jsonOutput":"={\"o\": {{ $json.b }}, \"t\": \"{{ $json.a }}\", \"n\": {{ null }} }"}`, `[[{"o":{"c":2,"d":3},"t":"1","n":null}]]`},
		{3.4, `{"mode":"raw","jsonOutput":"={{ $json.b }}","includeOtherFields":true}`, `[[{"a":1,"b":{"c":2,"d":3},"l":[1,2],"c":2,"d":3}]]`},
		{3.4, `{"mode":"raw","jsonOutput":"{\"p.q\":1}"}`, `[[{"p":{"q":1}}]]`},
		{3.4, `{"mode":"raw","jsonOutput":{"k":[1]}}`, `[[{"k":[1]}]]`},
		{3.4, `{"mode":"raw"}`, `[[{}]]`},
		{3.4, `{"mode":"raw","jsonOutput":"={\"s\":\"=\", \"v\": {{ $json.a }}}"}`, `[[{"s":"=","v":1}]]`},
	} {
		result, err := set(test.version, test.params).Run(t, nodetest.Inputs(in))
		if err != nil {
			t.Errorf("%v %s: %v", test.version, test.params, err)
		} else if got := nodetest.Outputs(result.Outputs); got != test.want {
			t.Errorf("%v %s:\n got %s\nwant %s", test.version, test.params, got, test.want)
		}
	}
}

func TestTheInputIsNotChanged(t *testing.T) {
	t.Parallel()
	in := nodetest.Inputs(`[{"a":{"b":1}}]`)
	before := in[0][0].JSON.JSON()
	if _, err := set(3.4, `{"includeOtherFields":true,"assignments":{"assignments":[{"name":"a.b","value":"2"},{"name":"a.c[3]","value":"2"},{"name":"z","value":"2"}]}}`).Run(t, in); err != nil {
		t.Fatal(err)
	}
	if got := in[0][0].JSON.JSON(); got != before {
		t.Errorf("the input is now %s", got)
	}
}

func TestFailures(t *testing.T) {
	t.Parallel()
	field := func(rest string) string { return `{"assignments":{"assignments":[{` + rest + `}]}}` }
	for _, test := range []struct{ params, in, want string }{
		{field(`"name":"n","type":"number","value":"={{ $json.l }}"`), `[{"l":"1"},{"l":[1,2]}]`, "set.type: 'n' expects a number but we got array [item 1]"},
		{`{"includeOtherFields":true,` + field(`"name":"l.x","value":"v"`)[1:], `[{},{"l":[1]}]`, "set.name: the field name 'l.x' cannot be used"},
		{field(`"name":"a[","value":"v"`), `[{}]`, "set.name: the field name 'a[' cannot be used"},
		{`{"mode":"raw","jsonOutput":"={\"a\": {{ $json.t }} }"}`, `[{"t":1},{"t":"\""}]`, "set.json: The 'JSON Output' in item 1 contains invalid JSON"},
		{`{"mode":"raw","jsonOutput":"={{ $json.l }}"}`, `[{"l":[]}]`, "set.json: The 'JSON Output' in item 0 does not contain a valid JSON object"},
		{`{"mode":"raw","jsonOutput":"={{ {\"a[\": $json.l} }}"}`, `[{}]`, "set.name: the key 'a[' cannot be used"},
		{`{"duplicateItem":true,"duplicateCount":"={{ $json.n }}",` + one + `}`, `[{"n":1},{"n":10001}]`, "set.copies: an item can be duplicated 10000 times at most"},
		{`{"duplicateItem":true,"duplicateCount":"={{ $json.n }}",` + one + `}`, `[{"n":"x"}]`, "parameter: it must be a number"},
		{`{"options":{"ignoreConversionErrors":"={{ $json.t }}"},` + one + `}`, `[{"t":"maybe"}]`, "parameter: it must be true or false"},
	} {
		in := nodetest.Inputs(test.in)
		_, err := set(3.4, test.params).Run(t, in)
		failure := nodetest.StepError(t, err)
		if got := failure.Code + ": " + failure.Message; !strings.HasPrefix(got, test.want) || failure.Item != len(in[0]) {
			t.Errorf("%s: %s (item %d), want %s for the last item", test.params, got, failure.Item-1, test.want)
		}
	}
}

func TestItemsThatFailBecomeErrorsWhereTheStepGoesOn(t *testing.T) {
	t.Parallel()
	s := set(3.4, `{"assignments":{"assignments":[{"name":"n","type":"number","value":"={{ $json.v }}"}]}}`)
	s.Continue = true
	result, err := s.Run(t, nodetest.Inputs(`[{"v":1},{"v":"x"}]`))
	if err != nil || nodetest.Outputs(result.Outputs) != `[[{"n":1},{"error":"'n' expects a number but we got 'x' [item 1]"}]]` {
		t.Errorf("%s %v", nodetest.Outputs(result.Outputs), err)
	}
	if p, _ := result.Outputs[0][1].Paired.First(); p.Item != 1 {
		t.Errorf("paired with %d", p.Item)
	}
}

func TestCopiesAreForManualRuns(t *testing.T) {
	t.Parallel()
	s := set(3.4, `{"duplicateItem":true,"duplicateCount":2,`+one+`}`)
	for mode, want := range map[string]int{events.ModeManual: 6, events.ModeWebhook: 2} {
		s.Mode = mode
		result, err := s.Run(t, nodetest.Inputs(`[{},{}]`))
		if err != nil || len(result.Outputs[0]) != want {
			t.Errorf("%s: %d items %v, want %d", mode, len(result.Outputs[0]), err, want)
			continue
		}
		if p, _ := result.Outputs[0][want-1].Paired.First(); p.Item != 1 {
			t.Errorf("%s: the last is paired with %d", mode, p.Item)
		}
	}
}

func TestBinaryData(t *testing.T) {
	t.Parallel()
	in := nodes.Inputs{{{JSON: item.MustParse(`{}`), Binary: (*item.Binaries)(nil).With("d", item.Binary{})}}}
	for _, test := range []struct {
		version float64
		params  string
		kept    bool
	}{
		{3.4, `{"includeOtherFields":true}`, false}, {3.4, `{"includeOtherFields":true,"options":{"stripBinary":false}}`, true}, {3.4, `{"options":{"stripBinary":false}}`, false},
		{3.3, `{}`, true}, {3.3, `{"options":{"includeBinary":false}}`, false}, {1, `{}`, true}, {2, `{"keepOnlySet":true}`, false},
	} {
		result, err := set(test.version, test.params).Run(t, in)
		if err != nil || (result.Outputs[0][0].Binary.Len() > 0) != test.kept {
			t.Errorf("%v %s: kept %v %v", test.version, test.params, result.Outputs[0][0].Binary.Len() > 0, err)
		}
	}
}

func TestSetProblems(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		version      float64
		params, want string
	}{
		{3.4, `{"assignments":{"assignments":[{"name":"x","type":"date","value":"1"}]}}`, `"date"`},
		{3.2, `{"fields":{"values":[{"name":"x","type":"string"}]}}`, `"string"`},
		{3.2, `{"fields":{"values":[{"name":"x","type":5}]}}`, `type 5`},
		{3.4, `{"mode":"={{ $json.m }}"}`, "fixed value"},
		{3.4, `{"mode":"magic"}`, `"magic"`},
		{3.4, `{"include":"some"}`, `"some"`},
		{3.4, `{"options":{"dotNotation":"maybe"}}`, "options.dotNotation"},
	} {
		if _, err := set(test.version, test.params).Compile(); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v, want %q", test.params, err, test.want)
		}
	}
}

func benchmarkSet(b *testing.B, n int) {
	s := set(3.4, `{"includeOtherFields":true,"assignments":{"assignments":[{"name":"f","type":"string","value":"={{ $json.body.name }}-1"}]}}`)
	node := s.MustCompile(b)
	items := make([]item.Item, n)
	for i := range items {
		items[i].JSON = item.MustParse(`{"headers":{"a":"b"},"params":{},"query":{},"body":{"name":"Ada","n":1}}`)
	}
	in := nodes.Inputs{items}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := node.Run(s.Call(b.Context(), in), in); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSetOneItem(b *testing.B)          { benchmarkSet(b, 1) }
func BenchmarkSetTenThousandItems(b *testing.B) { benchmarkSet(b, 10_000) }
