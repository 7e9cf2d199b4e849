package datatable

import (
	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
	"github.com/jobsprint/jobsprint/table"
)

// triggerType is the type of the trigger that makes a run an evaluation.
const triggerType = "n8n-nodes-base.evaluationTrigger"

// What cases are read from and results written to.
const (
	fromTable  = "dataTable"
	fromSheets = "googleSheets"
)

const defaultMaxRows = 10

// EvaluationTrigger begins a run with a case of a data table: n8n's
// "evaluationTrigger".
func EvaluationTrigger() nodes.Definition {
	tables, sheets, filtered := nodes.When("source", fromTable), nodes.When("source", fromSheets), nodes.When("filterRows", true)
	return nodes.Definition{
		Type:     "n8n-nodes-base.evaluationTrigger",
		Versions: []float64{4.6, 4.7},
		Class:    nodes.Sealed,
		Name:     "Evaluation trigger",
		Doc:      "Begins a run with one test case, a row of a data table: the first, or the one that the run's input names by its row_number.",
		Group:    "trigger",
		Icon:     "flask",
		Trigger:  true,
		Fetches:  true,
		Outputs:  []string{"main"},
		Fields: append([]nodes.Field{
			nodes.ChoiceField("source", "Source", "Version 4.6 takes Google Sheets where nothing is given.", sources()...),
			{Name: "dataTableId", Label: "Data table", Kind: "resourceLocator", Required: true, ShowWhen: []nodes.Condition{tables}, Doc: "From the list, by name or by id."},
			nodes.FlagField("limitRows", "Limit rows", false, ""),
			nodes.NumberField("maxRows", "Most rows", defaultMaxRows, "").Show(nodes.When("limitRows", true)),
			nodes.FlagField("filterRows", "Filter rows", false, "").Show(tables),
			nodes.ChoiceField("matchType", "Rows must match", "", nodes.Choose("anyCondition", "Any condition"), nodes.Choose("allConditions", "All conditions")).Show(filtered),
			conditionsField().Show(filtered),
			nodes.GroupField("filtersUI", "Filters", "", nodes.ListField("values", "Filter", nodes.TextField("lookupColumn", "Column", "", ""), nodes.TextField("lookupValue", "Value", "", ""))).Show(sheets),
		}, sheetFields(sheets)...),
		Ignored: []string{"notice", "credentials"},
		Examples: []nodes.Example{{
			Name: "A program without data tables", Params: `{"dataTableId":{"__rl":true,"mode":"id","value":"cases"}}`, In: `[{}]`, Error: "there are no data tables here",
		}},
		New: newTrigger,
	}
}

func sources() []nodes.Option {
	return []nodes.Option{nodes.Choose(fromTable, "A data table"), nodes.Choose(fromSheets, "Google Sheets")}
}

// sheetFields are those of Google Sheets, which only a run in n8n can use.
func sheetFields(when ...nodes.Condition) []nodes.Field {
	return []nodes.Field{
		nodes.ChoiceField("authentication", "Authentication", "", nodes.Choose("oAuth2", "OAuth2"), nodes.Choose("serviceAccount", "Service account")).Show(when...),
		{Name: "documentId", Label: "Document", Kind: "resourceLocator", Required: true, ShowWhen: when},
		{Name: "sheetName", Label: "Sheet", Kind: "resourceLocator", Required: true, ShowWhen: when},
	}
}

// noSheets says what to do in place of reading or writing a sheet.
func noSheets(i int) error {
	fail := nodes.Fail("evaluation.sheets", "Google Sheets cannot be used here yet", i)
	fail.Description = "Evaluations need the step for Google Sheets and its credentials, which do not exist yet. Keep the cases in a data table and choose it as the source"
	return fail
}

// caseTrigger reads one case.
type caseTrigger struct {
	sheets   bool
	table    nodes.Param[item.Value]
	filtered nodes.Param[bool]
	filter   filter
	limited  nodes.Param[bool]
	most     nodes.Param[float64]
}

func newTrigger(c *nodes.Compile) (nodes.Node, error) {
	return &caseTrigger{
		sheets: newSource(c, 4.7), table: nodes.Any(c, "dataTableId", item.Undefined), filtered: nodes.Flag(c, "filterRows", false),
		filter: newFilter(c), limited: nodes.Flag(c, "limitRows", false), most: nodes.Num(c, "maxRows", defaultMaxRows),
	}, nil
}

// newSource reports whether the source is Google Sheets, which is the default
// before a version.
func newSource(c *nodes.Compile, tablesFrom float64) bool {
	def := fromTable
	if c.Version < tablesFrom {
		def = fromSheets
	}
	sheets := c.Choice("source", def, fromTable, fromSheets) == fromSheets
	if sheets {
		c.Remark("source", "Google Sheets cannot be used here yet; keep the cases in a data table")
	}
	return sheets
}

// Run emits the case.
func (x *caseTrigger) Run(c *nodes.Call, in nodes.Inputs) (nodes.Result, error) {
	if x.sheets {
		return nodes.Result{}, noSheets(-1)
	}
	if c.Tables == nil {
		return nodes.Result{}, nodes.Fail("table.none", "there are no data tables here", -1)
	}
	rows, err := x.rows(&turn{call: c, in: in.First()})
	if err != nil {
		return nodes.Result{}, stepError(err, 0)
	}
	n := wanted(in.First())
	if n < 0 || n >= len(rows) {
		return nodes.Result{}, nodes.Fail("evaluation.row", "No row found", -1)
	}
	o, _ := rows[n].Obj()
	json := item.FromObject(o).Set("row_number", item.Int(n)).Set("row_id", rows[n].Get(table.ColumnID)).Set("_rowsLeft", item.Int(len(rows)-n-1)).Value()
	return nodes.One([]item.Item{{JSON: json, Paired: item.PairOf(0)}}), nil
}

// wanted is the number of the case that the run's input asks for, counted from 0.
func wanted(in []item.Item) int {
	if len(in) == 0 {
		return 0
	}
	n, _ := in[0].JSON.Get("row_number").Number()
	return int(n)
}

// rows are all cases.
func (x *caseTrigger) rows(t *turn) ([]item.Value, error) {
	v, err := x.table.At(t.call, 0)
	if err != nil {
		return nil, err
	}
	name, err := tableName(v, 0)
	if err != nil {
		return nil, err
	}
	var q table.Query
	filtered, err := x.filtered.At(t.call, 0)
	if err == nil && filtered {
		q.Filter, err = x.filter.at(t)
	}
	if err != nil {
		return nil, err
	}
	rows, err := t.call.Tables.Select(name, q)
	if err != nil {
		return nil, err
	}
	limited, err := x.limited.At(t.call, 0)
	if err != nil || !limited {
		return rows, err
	}
	most, err := x.most.At(t.call, 0)
	return rows[:min(len(rows), max(1, int(most)))], err
}
