package data

import (
	"testing"

	"github.com/jobsprint/jobsprint/nodes/nodetest"
)

// Under n8n's older "continue on fail" a list of fields with an expression that
// fails is passed over, and the item goes on without it.
func TestWhatContinueOnFailPassesOver(t *testing.T) {
	t.Parallel()
	const in = `[{"a":"x","n":1}]`
	for _, c := range []struct {
		version      float64
		params, want string
	}{
		{3.4, `{"assignments":{"assignments":[{"name":"p","value":"ok","type":"string"},{"name":"q","value":"={{ $json.a.sum() }}","type":"string"}]},"includeOtherFields":true}`, `[[{"a":"x","n":1}]]`},
		{3.4, `{"assignments":{"assignments":[{"name":"={{ $json.a.sum() }}","value":"ok","type":"string"}]}}`, `[[{}]]`},
		{3.4, `{"assignments":{"assignments":[{"name":"p","value":"={{ $json.a }}","type":"number"}]}}`, `[[{"error":"'p' expects a number but we got 'x' [item 0]"}]]`},
		{3.4, `{"assignments":{"assignments":[{"name":"p","value":"ok","type":"string"}]},"options":{"ignoreConversionErrors":"={{ $json.a.sum() }}"}}`, `[[{"p":"ok"}]]`},
		{3.4, `{"mode":"raw","jsonOutput":"={{ {a:$json.a.sum()} }}"}`, `[[{"error":"sum() is only callable on type \"Array\""}]]`},
		{3.2, `{"fields":{"values":[{"name":"s","stringValue":"={{ $json.a.sum() }}"}]}}`, `[[{"error":"Cannot read properties of undefined (reading 'replace')"}]]`},
		{2, `{"values":{"string":[{"name":"s","value":"={{ $json.a.sum() }}"}],"number":[{"name":"m","value":"={{ $json.n }}"}]}}`, `[[{"a":"x","n":1,"m":1}]]`},
		{1, `{"keepOnlySet":true,"values":{"string":[{"name":"s","value":"={{ $json.a.sum() }}"},{"name":"k","value":"k"}]}}`, `[[{}]]`},
	} {
		result, err := nodetest.Step{Definition: Set(), Version: c.version, Params: c.params, Continue: true, Lenient: true}.Run(t, nodetest.Inputs(in))
		if got := nodetest.Outputs(result.Outputs); err != nil || got != c.want {
			t.Errorf("version %v, %s: %s, want %s (%v)", c.version, c.params, got, c.want, err)
		}
	}
}

func TestAllExpressionsAreEvaluatedBeforeAnyTypeIsChecked(t *testing.T) {
	t.Parallel()
	params := `{"assignments":{"assignments":[{"name":"p","value":"={{ $json.a }}","type":"number"},{"name":"q","value":"={{ $json.a.sum() }}","type":"string"}]}}`
	_, err := nodetest.Step{Definition: Set(), Params: params}.Run(t, nodetest.Inputs(`[{"a":"x"}]`))
	if want := `sum() is only callable on type "Array"`; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestANumberThatIsNullStaysNull(t *testing.T) {
	t.Parallel()
	result, err := nodetest.Step{Definition: Set(), Version: 2, Params: `{"keepOnlySet":true,"values":{"number":[{"name":"m","value":"={{ $json.n }}"}]}}`}.Run(t, nodetest.Inputs(`[{"n":null},{"n":"2"}]`))
	if got := nodetest.Outputs(result.Outputs); err != nil || got != `[[{"m":null},{"m":2}]]` {
		t.Error(got, err)
	}
}
