package merge

import (
	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
	"github.com/jobsprint/jobsprint/nodes/fields"
)

// defaultQuery is what the form of a new step holds.
const defaultQuery = "SELECT * FROM input1 LEFT JOIN input2 ON input1.name = input2.id"

// bySQL combines the inputs by a query.
type bySQL struct {
	run     Query
	query   nodes.Param[string]
	params  nodes.Param[item.Value]
	empty   nodes.Param[string]
	version float64
}

func newSQL(c *nodes.Compile, query Query) nodes.Node {
	return &bySQL{query, nodes.Text(c, "query", defaultQuery), nodes.Any(c, "options.queryParameters", item.String("")),
		nodes.Text(c, "options.emptyQueryResult", "empty"), c.Version}
}

// Run asks.
func (s *bySQL) Run(c *nodes.Call, in nodes.Inputs) (nodes.Result, error) {
	if len(c.Batch.Items) == 0 {
		return nodes.One(nil), nil
	}
	if s.run == nil {
		return nodes.Result{}, nodes.Fail("merge.sql", "SQL queries need the server; they cannot run here", -1)
	}
	texts, err := textsAt(c, s.query, s.empty)
	if err != nil {
		return nodes.Result{}, err
	}
	params, err := s.params.At(c, 0)
	if err != nil {
		return nodes.Result{}, err
	}
	rows, pairs, err := s.run(c.Context, texts[0], queryParams(params), in)
	if err != nil {
		fail := nodes.Fail("merge.sql", "Issue while executing query", 0)
		fail.Description = err.Error()
		return nodes.Result{}, fail
	}
	return nodes.One(s.items(rows, s.pairs(pairs, len(rows), in), texts[1] == "success")), nil
}

// queryParams are the values of the place holders: a list, or a text with commas.
func queryParams(v item.Value) []item.Value {
	if list, ok := v.Elems(); ok {
		return list
	}
	var params []item.Value
	for _, text := range fields.List(v.ToString()) {
		params = append(params, item.String(text))
	}
	return params
}

// pairs names the ancestors of each row. In version 3, and where they are not
// known, that is every item of every input.
func (s *bySQL) pairs(known [][]item.Pair, rows int, in nodes.Inputs) [][]item.Pair {
	if known != nil && s.version > 3 {
		return known
	}
	var all []item.Pair
	for input, items := range in {
		for i := range items {
			all = append(all, item.Pair{Item: i, Input: input})
		}
	}
	out := make([][]item.Pair, rows)
	for i := range out {
		out[i] = all
	}
	return out
}

// items makes items of rows.
func (s *bySQL) items(rows []item.Value, pairs [][]item.Pair, success bool) []item.Item {
	if len(rows) == 0 && (success || s.version < 3.2) {
		return []item.Item{{JSON: item.NewObject(1).Set("success", item.True).Value()}}
	}
	out := make([]item.Item, len(rows))
	for i, row := range rows {
		out[i] = item.Item{JSON: row, Paired: item.Pairs(pairs[i])}
	}
	return out
}
