package datatable

import (
	"errors"
	"strings"

	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
	"github.com/jobsprint/jobsprint/table"
)

// Evaluation writes the results of a test case, scores it, or asks whether the
// run is one: n8n's "evaluation".
func Evaluation() nodes.Definition {
	on := func(operation string) nodes.Condition { return nodes.When("operation", operation) }
	inTable, inSheets := nodes.When("source", fromTable), nodes.When("source", fromSheets)
	pair := func(kind, label string) nodes.Field {
		return nodes.GroupField(kind+"s", label, "", nodes.ListField("values", label, nodes.TextField(kind+"Name", "Name", "", ""), nodes.TextField(kind+"Value", "Value", "", ""))).
			Show(on("set" + strings.ToUpper(kind[:1]) + kind[1:] + "s"))
	}
	return nodes.Definition{
		Type:     "n8n-nodes-base.evaluation",
		Versions: []float64{4.6, 4.7, 4.8},
		Class:    nodes.Effect,
		Repeat:   "safe",
		Name:     "Evaluation",
		Doc:      "In a run that an evaluation trigger began: writes results to the row of its case, and computes scores. Tells such runs from others.",
		Group:    "flow",
		Icon:     "flask",
		Inputs:   []string{"main"},
		Outputs:  []string{"main"},
		Fields: append(append([]nodes.Field{
			nodes.ChoiceField("operation", "Operation", "", nodes.Choose("setOutputs", "Set outputs"), nodes.Choose("setInputs", "Set inputs"),
				nodes.Choose("setMetrics", "Set metrics"), nodes.Choose("checkIfEvaluating", "Check if evaluating")),
			nodes.ChoiceField("source", "Write to", "Before version 4.8 Google Sheets where nothing is given.", sources()...).Show(on("setOutputs")),
			{Name: "dataTableId", Label: "Data table", Kind: "resourceLocator", Required: true, ShowWhen: []nodes.Condition{on("setOutputs"), inTable}, Doc: "From the list, by name or by id."},
			pair("output", "Outputs"), pair("input", "Inputs"),
		}, sheetFields(on("setOutputs"), inSheets)...), metricFields()...),
		Ignored: []string{"notice", "credentials", "setInputsNotice", "prompt"},
		Examples: []nodes.Example{{
			Name: "A run that no evaluation began", Params: `{"operation":"checkIfEvaluating"}`, In: `[{"a":1}]`, Out: `[[],[{"a":1}]]`,
		}, {
			Name:   "How alike two texts are",
			Params: `{"operation":"setMetrics","metric":"stringSimilarity","expectedAnswer":"kitten","actualAnswer":"={{ $json.answer }}","options":{"metricName":"alike"}}`, In: `[{"answer":"mitten"},{"answer":"kitten"}]`,
			Out: `[[{"alike":0.8333333333333334},{"alike":1}]]`,
		}},
		New: newEvaluation,
	}
}

func newEvaluation(c *nodes.Compile) (nodes.Node, error) {
	switch c.Choice("operation", "setOutputs", "setInputs", "setMetrics", "checkIfEvaluating") {
	case "checkIfEvaluating":
		return check{}, nil
	case "setMetrics":
		return newMetrics(c), nil
	case "setInputs":
		return &note{what: "inputs", button: "Add inputs using the ‘Add Input’ button", values: newPairs(c, "input")}, nil
	}
	sheets := newSource(c, 4.8)
	return &results{
		note:   note{what: "outputs", button: "Add outputs to write back to the Google Sheet using the ‘Add Output’ button", values: newPairs(c, "output")},
		sheets: sheets, table: nodes.Any(c, "dataTableId", item.Undefined),
	}, nil
}

// evaluating reports whether an evaluation trigger began the run.
func evaluating(c *nodes.Call) bool { return c.Began.Type == triggerType }

// check sends items to the first output in an evaluation, else to the second.
type check struct{}

// Inputs is the number of inputs.
func (check) Inputs() int { return 1 }

// Outputs is the number of outputs.
func (check) Outputs() int { return 2 }

// Run passes the items on.
func (check) Run(c *nodes.Call, in nodes.Inputs) (nodes.Result, error) {
	items := nodes.PassOn(in.First())
	if evaluating(c) {
		return nodes.Result{Outputs: [][]item.Item{items, nil}}, nil
	}
	return nodes.Result{Outputs: [][]item.Item{nil, items}}, nil
}

// namedPair is a name with a value, of the outputs or the inputs.
type namedPair struct {
	name  nodes.Param[string]
	value nodes.Param[item.Value]
}

func newPairs(c *nodes.Compile, kind string) []namedPair {
	path := kind + "s.values"
	var out []namedPair
	for _, raw := range c.List(path) {
		out = append(out, namedPair{
			nodes.From(c, path, raw.Get(kind+"Name"), nodes.ToText), nodes.From(c, path, raw.Get(kind+"Value"), func(v item.Value) (item.Value, error) { return v, nil }),
		})
	}
	return out
}

// note names values of the case; its items go on as they are.
type note struct {
	what, button string
	values       []namedPair
}

// Run passes the items on.
func (x *note) Run(c *nodes.Call, in nodes.Inputs) (nodes.Result, error) {
	_, result, err := x.read(c, in)
	return result, err
}

// read gives the values for the first item, and the result of the step; none
// where no evaluation began the run.
func (x *note) read(c *nodes.Call, in nodes.Inputs) (*item.Object, nodes.Result, error) {
	result := nodes.One(nodes.PassOn(in.First()))
	if !evaluating(c) {
		hint := "No " + x.what + " were set since the execution didn't start from an evaluation trigger"
		result.Hints = []item.Value{item.NewObject(2).Set("message", item.String(hint)).Set("location", item.String("outputPane")).Value()}
		return nil, result, nil
	}
	if len(x.values) == 0 {
		fail := nodes.Fail("evaluation.values", "No "+x.what+" to set", -1)
		fail.Description = x.button
		return nil, result, fail
	}
	out := item.NewObject(len(x.values))
	for _, pair := range x.values {
		name, err := pair.name.At(c, 0)
		if err != nil {
			return nil, result, err
		}
		v, err := pair.value.At(c, 0)
		if err != nil {
			return nil, result, err
		}
		out.Set(name, v)
	}
	o, _ := out.Value().Obj()
	return o, result, nil
}

// results writes values to the row of the case.
type results struct {
	note
	sheets bool
	table  nodes.Param[item.Value]
}

// Run writes the values and passes the items on.
func (x *results) Run(c *nodes.Call, in nodes.Inputs) (nodes.Result, error) {
	values, result, err := x.read(c, in)
	if err != nil || values == nil {
		return result, err
	}
	if x.sheets {
		return nodes.Result{}, noSheets(-1)
	}
	if err := x.write(c, values); err != nil {
		return nodes.Result{}, stepError(err, 0)
	}
	return result, nil
}

func (x *results) write(c *nodes.Call, values *item.Object) error {
	if c.Tables == nil {
		return nodes.Fail("table.none", "there are no data tables here", -1)
	}
	v, err := x.table.At(c, 0)
	if err != nil {
		return err
	}
	name, err := tableName(v, 0)
	if err != nil {
		return err
	}
	row, err := caseRow(c)
	if err != nil {
		return err
	}
	values, err = addColumns(c, name, values)
	if err != nil {
		return err
	}
	filter := table.Filter{Conditions: []table.Condition{{Column: table.ColumnID, Operator: "eq", Value: row}}, Zone: c.Batch.Env.Zone}
	_, err = c.Tables.Update("outputs", name, filter, values.Value(), false)
	return err
}

// caseRow is the id of the row that the trigger emitted.
func caseRow(c *nodes.Call) (item.Value, error) {
	items, err := c.Batch.Data.Output(c.Began.Step, 0, 0)
	if err == nil && len(items) > 0 {
		if row := items[0].JSON.Get("row_id"); !row.IsNullish() {
			return row, nil
		}
	}
	return item.Undefined, errors.New("the run did not begin with a row of a data table")
}

// addColumns adds the columns that the table has not yet, and gives the values as
// cells can hold them.
func addColumns(c *nodes.Call, name string, values *item.Object) (*item.Object, error) {
	tables, err := c.Tables.List()
	if err != nil {
		return nil, err
	}
	var known *table.Table
	for i := range tables {
		if tables[i].ID == name || known == nil && tables[i].Name == name {
			known = &tables[i]
		}
	}
	out := item.NewObject(values.Len())
	for column, v := range values.All() {
		kind := events.ColumnText
		switch v.Kind() {
		case item.KindNumber:
			kind = events.ColumnNumber
		case item.KindBool:
			kind = events.ColumnBoolean
		case item.KindObject, item.KindArray:
			v = item.String(v.JSON())
		}
		out.Set(column, v)
		if known == nil {
			continue // the update says that there is no such table
		}
		if _, ok := known.Column(column); ok {
			continue
		}
		if err := c.Tables.AddColumn("column "+column, name, events.Column{Name: column, Type: kind}); err != nil {
			return nil, err
		}
	}
	o, _ := out.Value().Obj()
	return o, nil
}
