package training

import (
	"strings"
	"testing"

	"github.com/jobsprint/jobsprint/nodes"
	"github.com/jobsprint/jobsprint/nodes/nodetest"
)

func run(t *testing.T, d nodes.Definition, params, in string) (string, error) {
	t.Helper()
	result, err := nodetest.Step{Definition: d, Params: params}.Run(t, nodetest.Inputs(in))
	return nodetest.Outputs(result.Outputs), err
}

func TestHowManyPeople(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		params, in string
		want       int
	}{
		{`{}`, `[{},{}]`, 2},
		{`{"operation":"getAllPeople"}`, `[{},{}]`, 10},
		{`{"operation":"getAllPeople","returnAll":true,"limit":1}`, `[{}]`, 5},
		{`{"operation":"getAllPeople","limit":20}`, `[{}]`, 5},
		{`{"operation":"getAllPeople","limit":0}`, `[{}]`, 0},
		{`{"operation":"getAllPeople","limit":"={{ $json.n }}"}`, `[{"n":2.5},{"n":"3"}]`, 5},
		{`{"operation":"getAllPeople","limit":"={{ $json.n }}"}`, `[{"n":-1}]`, 4},
		{`{"operation":"getAllPeople","limit":"={{ $json.n }}"}`, `[{"n":"x"},{"n":null},{"n":-9}]`, 0},
		{`{"operation":"other"}`, `[{}]`, 0},
	} {
		out, err := run(t, CustomerDatastore(), c.params, c.in)
		if got := strings.Count(out, `"id"`); err != nil || got != c.want {
			t.Errorf("%s on %s: %d people, want %d (%v)", c.params, c.in, got, c.want, err)
		}
	}
}

func TestPeopleBelongToTheirItem(t *testing.T) {
	t.Parallel()
	result, err := nodetest.Step{Definition: CustomerDatastore(), Params: `{"operation":"getAllPeople","limit":2}`}.Run(t, nodetest.Inputs(`[{},{}]`))
	if err != nil {
		t.Fatal(err)
	}
	for k, it := range result.Outputs[0] {
		if got := string(it.Paired.AppendJSON(nil)); got != [...]string{`{"item":0}`, `{"item":1}`}[k/2] {
			t.Errorf("person %d is paired with %s", k, got)
		}
	}
}

func TestTheMessengerTellsWhatItWouldSend(t *testing.T) {
	t.Parallel()
	params := `{"customerId":"={{ $json.id }}","message":"={{ $json.text }}"}`
	out, err := run(t, CustomerMessenger(), params, `[{"id":7,"text":"Hi"},{"id":null},{"id":[1,2],"text":{}}]`)
	want := `[[{"output":"Sent message to customer 7:  Hi"},{"output":"Sent message to customer null:  undefined"},` +
		`{"output":"Sent message to customer 1,2:  [object Object]"}]]`
	if err != nil || out != want {
		t.Errorf("got %s, want %s (%v)", out, want, err)
	}
}

func TestAMistakeInAnExpressionFailsTheStep(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		d      nodes.Definition
		params string
	}{
		{CustomerMessenger(), `{"customerId":"={{ $json.x.toDateTime() }}","message":"m"}`},
		{CustomerMessenger(), `{"customerId":"1","message":"={{ $json.x.toDateTime() }}"}`},
		{CustomerDatastore(), `{"operation":"={{ $json.x.toDateTime() }}"}`},
		{CustomerDatastore(), `{"operation":"getAllPeople","limit":"={{ $json.x.toDateTime() }}"}`},
		{CustomerDatastore(), `{"operation":"getAllPeople","returnAll":"={{ $json.x.toDateTime() }}"}`},
	} {
		if out, err := run(t, c.d, c.params, `[{"x":"no date"}]`); err == nil {
			t.Errorf("%s: want an error, got %s", c.params, out)
		}
	}
}
