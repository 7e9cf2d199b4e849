package datatable

import (
	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
	"github.com/jobsprint/jobsprint/table"
)

// mapping says what is written into a row.
type mapping struct {
	mode   nodes.Param[string]
	values nodes.Param[item.Value]
}

func newMapping(c *nodes.Compile) mapping {
	return mapping{nodes.Text(c, "columns.mappingMode", "defineBelow"), nodes.Any(c, "columns.value", item.Null)}
}

func (m mapping) at(t *turn) (item.Value, error) {
	mode, err := m.mode.At(t.call, t.i)
	if err != nil {
		return item.Null, err
	}
	source := t.in[t.i].JSON
	if mode != "autoMapInputData" {
		if source, err = m.values.At(t.call, t.i); err != nil {
			return item.Null, err
		}
	}
	o, ok := source.Obj()
	if !ok {
		return item.NewObject(0).Value(), nil
	}
	// What every table has is not the step's to write, also where the items
	// come from a table.
	return o.Without("id").Without("createdAt").Without("updatedAt").Value(), nil
}

type insert struct {
	mapping
	bulk nodes.Param[bool]
}

func newInsert(c *nodes.Compile) *insert {
	return &insert{newMapping(c), nodes.Flag(c, "options.optimizeBulk", false)}
}

// run inserts the rows of all items by one command, so that they are all there
// or none is.
func (o *insert) run(t *turn, n int) ([]item.Item, error) {
	rows := make([]item.Value, n)
	for t.i = range n {
		var err error
		if rows[t.i], err = o.at(t); err != nil {
			return nil, err
		}
	}
	t.i = 0
	bulk, err := o.bulk.At(t.call, 0)
	if err != nil {
		return nil, err
	}
	made, err := t.call.Tables.Insert(t.key("insert"), t.table, rows)
	if err != nil {
		return nil, err
	}
	if bulk {
		count := item.NewObject(2).Set("success", item.True).Set("insertedRows", item.Int(len(made))).Value()
		return []item.Item{{JSON: count, Paired: item.PairOf(0)}}, nil
	}
	out := make([]item.Item, len(made))
	for i, v := range made {
		out[i] = item.Item{JSON: v, Paired: item.PairOf(i)}
	}
	return out, nil
}

type get struct {
	filter
	all       nodes.Param[bool]
	limit     nodes.Param[float64]
	ordered   nodes.Param[bool]
	column    nodes.Param[string]
	direction nodes.Param[string]
}

func newGet(c *nodes.Compile) *get {
	return &get{
		newFilter(c), nodes.Flag(c, "returnAll", false), nodes.Num(c, "limit", 50), nodes.Flag(c, "orderBy", false),
		nodes.Text(c, "orderByColumn", "createdAt"), nodes.Text(c, "orderByDirection", "DESC"),
	}
}

func (o *get) run(t *turn) ([]item.Value, error) {
	f, err := o.at(t)
	if err != nil {
		return nil, err
	}
	q := table.Query{Filter: f}
	if q.Limit, err = limitAt(t, o.all, o.limit); err != nil {
		return nil, err
	}
	ordered, err := o.ordered.At(t.call, t.i)
	if err != nil {
		return nil, err
	}
	if ordered {
		if q.Order.Column, err = o.column.At(t.call, t.i); err != nil {
			return nil, err
		}
		direction, err := o.direction.At(t.call, t.i)
		if err != nil {
			return nil, err
		}
		q.Order.Descending = direction == "DESC"
	}
	return t.call.Tables.Select(t.table, q)
}

// limitAt is how many are asked for; 0: all.
func limitAt(t *turn, all nodes.Param[bool], limit nodes.Param[float64]) (int, error) {
	whole, err := all.At(t.call, t.i)
	if err != nil || whole {
		return 0, err
	}
	n, err := limit.At(t.call, t.i)
	return max(int(n), 1), err
}

type update struct {
	filter
	mapping
	dry    nodes.Param[bool]
	insert bool
}

func newUpdate(c *nodes.Compile, insert bool) *update {
	return &update{newFilter(c), newMapping(c), nodes.Flag(c, "options.dryRun", false), insert}
}

func (o *update) run(t *turn) ([]item.Value, error) {
	f, err := o.filter.some(t)
	if err != nil {
		return nil, err
	}
	values, err := o.mapping.at(t)
	if err != nil {
		return nil, err
	}
	dry, err := o.dry.At(t.call, t.i)
	if err != nil {
		return nil, err
	}
	if dry {
		return o.preview(t, f, values)
	}
	return t.call.Tables.Update(t.key("update"), t.table, f, values, o.insert)
}

// preview gives each row as it is and as it would be.
func (o *update) preview(t *turn, f table.Filter, values item.Value) ([]item.Value, error) {
	rows, err := t.call.Tables.Select(t.table, table.Query{Filter: f})
	if err != nil {
		return nil, err
	}
	changes, _ := values.Obj()
	if len(rows) == 0 && o.insert {
		return []item.Value{state(item.NewObject(1).Value(), "before"), state(values, "after")}, nil
	}
	out := make([]item.Value, 0, 2*len(rows))
	for _, row := range rows {
		after := item.FromObject(object(row))
		for name, v := range changes.All() {
			after.Set(name, v)
		}
		after.Set("updatedAt", item.String(item.Date(float64(t.call.Now().UnixMilli())).ISODate()))
		out = append(out, state(row, "before"), state(after.Value(), "after"))
	}
	return out, nil
}

func object(v item.Value) *item.Object {
	o, _ := v.Obj()
	return o
}

// state marks a row of a dry run.
func state(row item.Value, when string) item.Value {
	return item.FromObject(object(row)).Set("dryRunState", item.String(when)).Value()
}

type remove struct {
	filter
	dry nodes.Param[bool]
}

func newDelete(c *nodes.Compile) *remove {
	return &remove{newFilter(c), nodes.Flag(c, "options.dryRun", false)}
}

func (o *remove) run(t *turn) ([]item.Value, error) {
	f, err := o.some(t)
	if err != nil {
		return nil, err
	}
	dry, err := o.dry.At(t.call, t.i)
	if err != nil {
		return nil, err
	}
	if !dry {
		return t.call.Tables.DeleteRows(t.key("delete"), t.table, f)
	}
	rows, err := t.call.Tables.Select(t.table, table.Query{Filter: f})
	for i := range rows {
		rows[i] = state(rows[i], "before")
	}
	return rows, err
}

type exists struct {
	filter
	wanted bool
}

func newExists(c *nodes.Compile, wanted bool) *exists { return &exists{newFilter(c), wanted} }

func (o *exists) run(t *turn) ([]item.Value, error) {
	f, err := o.some(t)
	if err != nil {
		return nil, err
	}
	rows, err := t.call.Tables.Select(t.table, table.Query{Filter: f, Limit: 1})
	t.passed = err == nil && (len(rows) > 0) == o.wanted
	return nil, err
}
