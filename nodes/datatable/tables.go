package datatable

import (
	"slices"
	"strings"

	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
	"github.com/jobsprint/jobsprint/table"
)

// tableOperation is the operation on tables that the parameters ask for, and
// whether it is on one of them.
func tableOperation(c *nodes.Compile) (do operation, one bool) {
	switch c.Choice("operation", "list", "create", "update", "clear", "delete") {
	case "create":
		return newCreate(c).run, false
	case "update":
		name := nodes.Text(c, "newName", "")
		return func(t *turn) ([]item.Value, error) {
			to, err := name.At(t.call, t.i)
			if err == nil {
				err = t.call.Tables.Rename(t.key("rename"), t.table, to)
			}
			return done(item.NewObject(2).Set("success", item.True).Set("name", item.String(to))), err
		}, true
	case "clear":
		return func(t *turn) ([]item.Value, error) {
			n, err := t.call.Tables.Clear(t.key("clear"), t.table)
			return done(item.NewObject(2).Set("success", item.True).Set("deletedCount", item.Int(n))), err
		}, true
	case "delete":
		return func(t *turn) ([]item.Value, error) {
			err := t.call.Tables.Delete(t.key("drop"), t.table)
			return done(item.NewObject(2).Set("success", item.True).Set("deletedTableId", item.String(t.table))), err
		}, true
	}
	return newList(c).run, false
}

func done(o *item.ObjectBuilder) []item.Value { return []item.Value{o.Value()} }

type create struct {
	name    nodes.Param[string]
	columns nodes.Param[item.Value]
	reuse   nodes.Param[bool]
}

func newCreate(c *nodes.Compile) *create {
	return &create{nodes.Text(c, "tableName", ""), nodes.Any(c, "columns.column", item.Array(nil)), nodes.Flag(c, "options.createIfNotExists", true)}
}

func (o *create) run(t *turn) ([]item.Value, error) {
	name, err := o.name.At(t.call, t.i)
	if err != nil {
		return nil, err
	}
	list, err := o.columns.At(t.call, t.i)
	if err != nil {
		return nil, err
	}
	reuse, err := o.reuse.At(t.call, t.i)
	if err != nil {
		return nil, err
	}
	var columns []events.Column
	elems, _ := list.Elems()
	for _, e := range elems {
		c := events.Column{Name: e.Get("name").ToString(), Type: events.ColumnText}
		if s, ok := e.Get("type").Str(); ok {
			c.Type = s
		}
		columns = append(columns, c)
	}
	made, err := t.call.Tables.Create(t.key("create"), name, columns, reuse)
	if err != nil {
		return nil, err
	}
	return []item.Value{made.Value()}, nil
}

type list struct {
	all             nodes.Param[bool]
	limit           nodes.Param[float64]
	name            nodes.Param[string]
	sort, direction nodes.Param[string]
}

func newList(c *nodes.Compile) *list {
	return &list{
		nodes.Flag(c, "returnAll", true), nodes.Num(c, "limit", 50), nodes.Text(c, "options.filterName", ""),
		nodes.Text(c, "options.sortField", "name"), nodes.Text(c, "options.sortDirection", "asc"),
	}
}

func (o *list) run(t *turn) ([]item.Value, error) {
	limit, err := limitAt(t, o.all, o.limit)
	if err != nil {
		return nil, err
	}
	name, err := o.name.At(t.call, t.i)
	if err != nil {
		return nil, err
	}
	field, err := o.sort.At(t.call, t.i)
	if err != nil {
		return nil, err
	}
	direction, err := o.direction.At(t.call, t.i)
	if err != nil {
		return nil, err
	}
	tables, err := t.call.Tables.List()
	if err != nil {
		return nil, err
	}
	tables = slices.DeleteFunc(tables, func(x table.Table) bool {
		return !strings.Contains(strings.ToLower(x.Name), strings.ToLower(name))
	})
	slices.SortStableFunc(tables, func(a, b table.Table) int {
		n := compare(a, b, field)
		if direction == "desc" {
			return -n
		}
		return n
	})
	var out []item.Value
	for i := range tables {
		if limit > 0 && i == limit {
			break
		}
		out = append(out, tables[i].Value())
	}
	return out, nil
}

func compare(a, b table.Table, field string) int {
	switch field {
	case "createdAt":
		return a.CreatedAt.Compare(b.CreatedAt)
	case "updatedAt":
		return a.UpdatedAt.Compare(b.UpdatedAt)
	}
	return strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name))
}
