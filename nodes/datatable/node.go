package datatable

import (
	"errors"
	"fmt"

	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
	"github.com/jobsprint/jobsprint/table"
)

// node runs one operation for each item.
type node struct {
	table     nodes.Param[item.Value]
	needed    bool // a table must be chosen
	operation operation
	// whole is set where one call serves all items.
	whole func(t *turn, n int) ([]item.Item, error)
}

// operation does the work of one item and gives what it emits for it: json
// values, which are paired with the item, or the item itself.
type operation func(t *turn) ([]item.Value, error)

// turn is one item's part of a call.
type turn struct {
	call  *nodes.Call
	in    []item.Item
	i     int
	table string
	// passed is set where the item is passed on as it is.
	passed bool
}

func (t *turn) key(operation string) string { return fmt.Sprintf("%s %d", operation, t.i) }

func newNode(c *nodes.Compile) (nodes.Node, error) {
	n := &node{table: nodes.Any(c, "dataTableId", item.Undefined), needed: true}
	if c.Choice("resource", "row", "table") == "table" {
		n.operation, n.needed = tableOperation(c)
		return n, nil
	}
	switch c.Choice("operation", "insert", "get", "update", "upsert", "deleteRows", "rowExists", "rowNotExists") {
	case "insert":
		n.whole = newInsert(c).run
	case "get":
		n.operation = newGet(c).run
	case "update":
		n.operation = newUpdate(c, false).run
	case "upsert":
		n.operation = newUpdate(c, true).run
	case "deleteRows":
		n.operation = newDelete(c).run
	case "rowExists":
		n.operation = newExists(c, true).run
	case "rowNotExists":
		n.operation = newExists(c, false).run
	}
	return n, nil
}

// Run does the operation for each item.
func (n *node) Run(c *nodes.Call, in nodes.Inputs) (nodes.Result, error) {
	if c.Tables == nil {
		return nodes.Result{}, nodes.Fail("table.none", "there are no data tables here", -1)
	}
	items := in.First()
	if n.whole != nil && len(items) > 0 {
		return n.together(c, items)
	}
	var out []item.Item
	for i := range items {
		list, err := n.one(c, items, i)
		if err != nil {
			it, err := c.Failed(i, stepError(err, i))
			if err != nil {
				return nodes.Result{}, err
			}
			list = []item.Item{it}
		}
		out = append(out, list...)
	}
	return nodes.One(out), nil
}

func (n *node) one(c *nodes.Call, items []item.Item, i int) ([]item.Item, error) {
	t, err := n.turn(c, items, i)
	if err != nil {
		return nil, err
	}
	values, err := n.operation(t)
	if err != nil {
		return nil, err
	}
	if t.passed {
		it := items[i]
		it.Paired = item.PairOf(i)
		return []item.Item{it}, nil
	}
	out := make([]item.Item, len(values))
	for k, v := range values {
		out[k] = item.Item{JSON: v, Paired: item.PairOf(i)}
	}
	return out, nil
}

// together does one call for all items.
func (n *node) together(c *nodes.Call, items []item.Item) (nodes.Result, error) {
	t, err := n.turn(c, items, 0)
	var out []item.Item
	if err == nil {
		out, err = n.whole(t, len(items))
	}
	if err != nil {
		it, err := c.Failed(t.i, stepError(err, t.i))
		if err != nil {
			return nodes.Result{}, err
		}
		out = []item.Item{it}
	}
	return nodes.One(out), nil
}

func (n *node) turn(c *nodes.Call, items []item.Item, i int) (*turn, error) {
	t := &turn{call: c, in: items, i: i}
	v, err := n.table.At(c, i)
	if err != nil || !n.needed {
		return t, err
	}
	t.table, err = tableName(v, i)
	return t, err
}

// tableName is the table that a parameter chooses.
func tableName(v item.Value, i int) (string, error) {
	if v.Kind() == item.KindObject {
		v = v.Get("value")
	}
	if v.IsNullish() || v.ToString() == "" {
		return "", nodes.Fail("table.missing", "no data table is chosen", i)
	}
	return v.ToString(), nil
}

// stepError says of which item an error is.
func stepError(err error, i int) error {
	var step *nodes.StepError
	if errors.As(err, &step) {
		return step
	}
	return nodes.Fail("table", err.Error(), i)
}

// filter is the conditions of an operation on rows.
type filter struct {
	match nodes.Param[string]
	list  nodes.Param[item.Value]
}

func newFilter(c *nodes.Compile) filter {
	return filter{nodes.Text(c, "matchType", "anyCondition"), nodes.Any(c, "filters.conditions", item.Array(nil))}
}

func (f filter) at(t *turn) (table.Filter, error) {
	out := table.Filter{Zone: t.call.Batch.Env.Zone}
	match, err := f.match.At(t.call, t.i)
	if err != nil {
		return out, err
	}
	list, err := f.list.At(t.call, t.i)
	if err != nil {
		return out, err
	}
	out.Any = match == "anyCondition"
	elems, _ := list.Elems()
	for _, e := range elems {
		c := table.Condition{Column: "id", Operator: "eq", Value: e.Get("keyValue")}
		if s, ok := e.Get("keyName").Str(); ok {
			c.Column = s
		}
		if s, ok := e.Get("condition").Str(); ok {
			c.Operator = s
		}
		out.Conditions = append(out.Conditions, c)
	}
	return out, nil
}

// some is at, for operations that must not mean all rows.
func (f filter) some(t *turn) (table.Filter, error) {
	out, err := f.at(t)
	if err == nil && len(out.Conditions) == 0 {
		err = nodes.Fail("table.conditions", "At least one condition is required", t.i)
	}
	return out, err
}
