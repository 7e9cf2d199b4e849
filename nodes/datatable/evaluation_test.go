package datatable

import (
	"errors"
	"testing"

	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
	"github.com/jobsprint/jobsprint/nodes/nodetest"
	"github.com/jobsprint/jobsprint/table"
)

// cases is a table of two cases, kept in memory.
type cases struct {
	nodes.Tables
	rows    []item.Value
	columns []events.Column
	filter  table.Filter
	wrote   item.Value
}

func newCases() *cases {
	list, _ := item.MustParse(`[{"q":"one","id":1},{"q":"two","id":2}]`).Elems()
	return &cases{rows: list, columns: []events.Column{{Key: "c1", Name: "q", Type: events.ColumnText}}}
}

func (c *cases) List() ([]table.Table, error) {
	return []table.Table{{ID: "t1", Name: "cases", Columns: c.columns}}, nil
}

func (c *cases) Select(idOrName string, q table.Query) ([]item.Value, error) {
	if idOrName != "cases" && idOrName != "t1" {
		return nil, errors.New("there is no such table")
	}
	c.filter = q.Filter
	return c.rows, nil
}

func (c *cases) AddColumn(_, _ string, column events.Column) error {
	c.columns = append(c.columns, column)
	return nil
}

func (c *cases) Update(_, _ string, f table.Filter, values item.Value, _ bool) ([]item.Value, error) {
	c.filter, c.wrote = f, values
	return nil, nil
}

// begun is the data of a run that began with a case.
type begun struct{ nodetest.NoSteps }

func (begun) Output(string, int, int) ([]item.Item, error) {
	return nodetest.Items(`[{"q":"two","row_id":2}]`), nil
}

// tryOn runs a step in an evaluation where cases are given.
func tryOn(t *testing.T, d nodes.Definition, version float64, params, in string, tables *cases) (nodes.Result, error) {
	t.Helper()
	s := nodetest.Step{Definition: d, Version: version, Params: params, Data: begun{}}
	inputs := nodetest.Inputs(in)
	call := s.Call(t.Context(), inputs)
	if tables != nil {
		call.Tables = tables
		call.Began = nodes.Beginning{Step: "T", Type: triggerType}
	}
	return s.MustCompile(t).Run(call, inputs)
}

func TestTheTriggerEmitsOneCase(t *testing.T) {
	t.Parallel()
	const source = `"dataTableId":{"mode":"id","value":"cases"}`
	for _, c := range []struct {
		version          float64
		params, in, want string
	}{
		{4.7, `{` + source + `}`, `[{}]`, `[[{"q":"one","id":1,"row_number":0,"row_id":1,"_rowsLeft":1}]]`},
		{4.7, `{` + source + `}`, `[]`, `[[{"q":"one","id":1,"row_number":0,"row_id":1,"_rowsLeft":1}]]`},
		{4.6, `{"source":"dataTable",` + source + `,"limitRows":true,"maxRows":1}`, `[{}]`, `[[{"q":"one","id":1,"row_number":0,"row_id":1,"_rowsLeft":0}]]`},
		{4.7, `{` + source + `,"limitRows":true,"maxRows":0}`, `[{}]`, `[[{"q":"one","id":1,"row_number":0,"row_id":1,"_rowsLeft":0}]]`},
		{4.7, `{` + source + `}`, `[{"row_number":1}]`, `[[{"q":"two","id":2,"row_number":1,"row_id":2,"_rowsLeft":0}]]`},
		{4.7, `{` + source + `}`, `[{"row_number":2}]`, "No row found"},
		{4.7, `{}`, `[{}]`, "no data table is chosen"},
		{4.7, `{"dataTableId":"other"}`, `[{}]`, "there is no such table"},
		{4.6, `{}`, `[{}]`, "Google Sheets cannot be used here yet"},
	} {
		result, err := tryOn(t, EvaluationTrigger(), c.version, c.params, c.in, newCases())
		got := nodetest.Outputs(result.Outputs)
		if err != nil {
			got = err.Error()
		}
		if got != c.want {
			t.Errorf("%s on %s: %s, want %s", c.params, c.in, got, c.want)
		}
	}
	tables := newCases()
	if _, err := tryOn(t, EvaluationTrigger(), 4.7, `{`+source+`,"filterRows":true,"filters":{"conditions":[{"keyName":"q","keyValue":"two"}]}}`, `[{}]`, tables); err != nil || len(tables.filter.Conditions) != 1 {
		t.Error("the filter is not asked for", err)
	}
}

func TestResultsAreWrittenToTheRowOfTheCase(t *testing.T) {
	t.Parallel()
	tables := newCases()
	params := `{"operation":"setOutputs","dataTableId":"cases","outputs":{"values":[{"outputName":"q","outputValue":"x"},{"outputName":"ok","outputValue":"={{ true }}"},{"outputName":"o","outputValue":"={{ ({a:1}) }}"}]}}`
	result, err := tryOn(t, Evaluation(), 4.8, params, `[{"a":1},{"a":2}]`, tables)
	if got := nodetest.Outputs(result.Outputs); err != nil || got != `[[{"a":1},{"a":2}]]` {
		t.Error(got, err)
	}
	if got := tables.wrote.JSON(); got != `{"q":"x","ok":true,"o":"{\"a\":1}"}` {
		t.Error(got)
	}
	if got := tables.filter.Conditions[0].Value.JSON(); got != "2" {
		t.Error("it writes to row", got)
	}
	if len(tables.columns) != 3 || tables.columns[1].Type != events.ColumnBoolean || tables.columns[2].Type != events.ColumnText {
		t.Error(tables.columns)
	}
}

func TestOutsideOfAnEvaluationNothingIsSet(t *testing.T) {
	t.Parallel()
	for _, what := range []string{"outputs", "inputs"} {
		operation := map[string]string{"outputs": "setOutputs", "inputs": "setInputs"}[what]
		result, err := tryOn(t, Evaluation(), 4.6, `{"operation":"`+operation+`"}`, `[{"a":1}]`, nil)
		if err != nil || nodetest.Outputs(result.Outputs) != `[[{"a":1}]]` || len(result.Hints) != 1 {
			t.Error(what, result, err)
		}
		_, err = tryOn(t, Evaluation(), 4.8, `{"operation":"`+operation+`"}`, `[{"a":1}]`, newCases())
		if want := "No " + what + " to set"; err == nil || err.Error() != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
	for _, c := range []struct {
		tables *cases
		want   string
	}{{nil, `[[],[{"a":1}]]`}, {newCases(), `[[{"a":1}],[]]`}} {
		result, err := tryOn(t, Evaluation(), 4.7, `{"operation":"checkIfEvaluating"}`, `[{"a":1}]`, c.tables)
		if got := nodetest.Outputs(result.Outputs); err != nil || got != c.want {
			t.Errorf("%s, want %s (%v)", got, c.want, err)
		}
	}
	_, err := tryOn(t, Evaluation(), 4.7, `{"outputs":{"values":[{"outputName":"a","outputValue":"b"}]}}`, `[{}]`, newCases())
	if err == nil || err.Error() != "Google Sheets cannot be used here yet" {
		t.Error("version 4.7 writes to Google Sheets where nothing is given:", err)
	}
}

func TestMetrics(t *testing.T) {
	t.Parallel()
	own := func(list string) string { return `"metric":"customMetrics","metrics":{"assignments":[` + list + `]}` }
	alike := func(e, a string) string {
		return `"metric":"stringSimilarity","expectedAnswer":"` + e + `","actualAnswer":"` + a + `"`
	}
	tools := func(expected, steps string) string {
		return `"metric":"toolsUsed","expectedTools":"` + expected + `","intermediateSteps":"=` + steps + `"`
	}
	for params, want := range map[string]string{
		alike("kitten", "sitting"): `{"String similarity":0.5714285714285714}`, alike("é😀b", "e😀c"): `{"String similarity":0.5}`, alike(" abc", "abc "): `{"String similarity":1}`,
		alike("", "a"): "Expected answer is missing", alike("a", ""): "Actual answer is missing",
		`"metric":"categorization","expectedAnswer":" x ","actualAnswer":"x"`: `{"Categorization":1}`, `"metric":"categorization","expectedAnswer":"X","actualAnswer":"x"`: `{"Categorization":0}`,
		tools("Calc , web Search", "{{ [{action:{tool:'calc'} },{action:{tool:'web_search'} }] }}"): `{"Tools Used":1}`,
		tools("calc,search", "{{ [{action:{tool:'Calc'} },{}] }}"):                                  `{"Tools Used":0.5}`,
		tools(" ", "{{ [] }}"): "Expected tool name missing", tools("a", "{{ 'x' }}"): "Intermediate steps missing",
		own(`{"name":"m","value":"2","type":"string"},{"name":"n","value":"={{ $json.v }}","type":"number"}`): `{"m":"2","n":7}`,
		own(`{"name":"m","value":"","type":"number"},{"name":"n","value":"={{ true }}","type":"boolean"}`):    `{"m":0,"n":true}`,
		own(`{"name":"m","value":"x","type":"number"}`):                                                       "Value for 'm' isn't a number", own(`{"name":"","value":"1"}`): "Metric name missing",
		own(`{"name":"m","value":"={{ [5] }}","type":"object"}`): "'m' expects a object but we got '5' [item 0]", own(``): `{}`,
		`"metric":"customMetrics"`: "Metric name missing", `"metric":"correctness","expectedAnswer":"a","actualAnswer":"b"`: "No language model connected",
		`"metric":"helpfulness"`: "No language model connected", ``: "Expected answer is missing", `"metric":"other"`: "Unknown metric",
	} {
		all := `{"operation":"setMetrics"`
		if params != "" {
			all += "," + params
		}
		result, err := tryOn(t, Evaluation(), 4.8, all+`}`, `[{"v":"7"}]`, nil)
		var got string
		if err != nil {
			got = err.Error()
		} else {
			got = result.Outputs[0][0].JSON.JSON()
		}
		if got != want {
			t.Errorf("%s: %s, want %s", params, got, want)
		}
	}
	if _, err := tryOn(t, Evaluation(), 4.6, `{"operation":"setMetrics"}`, `[{}]`, nil); err == nil || err.Error() != "Metric name missing" {
		t.Error("version 4.6 has metrics of its own only:", err)
	}
}
