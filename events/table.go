package events

import "github.com/jobsprint/jobsprint/item"

// Types of a data table's columns, by n8n's names.
const (
	ColumnText    = "string"
	ColumnNumber  = "number"
	ColumnBoolean = "boolean"
	ColumnDate    = "date"
)

// Column is a column of a data table. Its values are of its type, or null;
// dates are stored as ISO text in UTC. Rows hold them under Key, which is never
// used for another column of the table, so that a name can be given again.
type Column struct{ Key, Name, Type string }

// TableCreated adds a data table to the workspace's list of tables. Names are
// unique in it.
type TableCreated struct {
	Table   string // its id, which is that of the aggregate with its rows
	Name    string
	Columns []Column
}

// TableRenamed gives a table another name.
type TableRenamed struct{ Table, Name string }

// TableDeleted removes a table from the list. Its rows stay in the log.
type TableDeleted struct{ Table string }

// ColumnAdded adds a column behind the others.
type ColumnAdded struct {
	Table  string
	Column Column
}

// ColumnRemoved removes a column with its values.
type ColumnRemoved struct{ Table, Key string }

// ColumnRenamed gives a column another name.
type ColumnRenamed struct{ Table, Key, Name string }

// RowsInserted adds rows to a data table.
type RowsInserted struct {
	// First is the id of the first row; the others follow without a gap.
	First int
	// Rows are objects of column key and value, in the order of their ids.
	Rows []item.Value
}

// RowsUpdated changes rows of a data table: each object of Values is merged into
// the row whose id stands at the same place of IDs.
type RowsUpdated struct {
	IDs    []int
	Values []item.Value
}

// RowsDeleted removes rows of a data table.
type RowsDeleted struct{ IDs []int }

// RowsCleared removes all rows of a data table. Their ids are not used again.
type RowsCleared struct{}

var tableSpecs = []Spec{
	{Type: TableCreated{}.EventType(), Decode: decodeTableCreated},
	{Type: TableRenamed{}.EventType(), Decode: func(v item.Value) (Event, error) {
		return TableRenamed{Table: fields{v}.str("table"), Name: fields{v}.str("name")}, nil
	}},
	{Type: TableDeleted{}.EventType(), Decode: func(v item.Value) (Event, error) {
		return TableDeleted{Table: fields{v}.str("table")}, nil
	}},
	{Type: ColumnAdded{}.EventType(), Decode: func(v item.Value) (Event, error) {
		return ColumnAdded{Table: fields{v}.str("table"), Column: readColumn(fields{v})}, nil
	}},
	{Type: ColumnRemoved{}.EventType(), Decode: func(v item.Value) (Event, error) {
		return ColumnRemoved{Table: fields{v}.str("table"), Key: fields{v}.str("key")}, nil
	}},
	{Type: ColumnRenamed{}.EventType(), Decode: func(v item.Value) (Event, error) {
		f := fields{v}
		return ColumnRenamed{Table: f.str("table"), Key: f.str("key"), Name: f.str("name")}, nil
	}},
	{Type: RowsInserted{}.EventType(), Decode: decodeRowsInserted},
	{Type: RowsUpdated{}.EventType(), Decode: decodeRowsUpdated},
	{Type: RowsDeleted{}.EventType(), Decode: func(v item.Value) (Event, error) {
		return RowsDeleted{IDs: fields{v}.ints("ids")}, nil
	}},
	{Type: RowsCleared{}.EventType(), Decode: func(item.Value) (Event, error) { return RowsCleared{}, nil }},
}

// EventType is table.created v1.
func (TableCreated) EventType() Type { return Type{"table.created", 1} }

// EventType is table.renamed v1.
func (TableRenamed) EventType() Type { return Type{"table.renamed", 1} }

// EventType is table.deleted v1.
func (TableDeleted) EventType() Type { return Type{"table.deleted", 1} }

// EventType is table.column_added v1.
func (ColumnAdded) EventType() Type { return Type{"table.column_added", 1} }

// EventType is table.column_removed v1.
func (ColumnRemoved) EventType() Type { return Type{"table.column_removed", 1} }

// EventType is table.column_renamed v1.
func (ColumnRenamed) EventType() Type { return Type{"table.column_renamed", 1} }

// EventType is table.rows_inserted v1.
func (RowsInserted) EventType() Type { return Type{"table.rows_inserted", 1} }

// EventType is table.rows_updated v1.
func (RowsUpdated) EventType() Type { return Type{"table.rows_updated", 1} }

// EventType is table.rows_deleted v1.
func (RowsDeleted) EventType() Type { return Type{"table.rows_deleted", 1} }

// EventType is table.rows_cleared v1.
func (RowsCleared) EventType() Type { return Type{"table.rows_cleared", 1} }

// AppendJSON appends the stored form.
func (e TableCreated) AppendJSON(dst []byte) []byte {
	o := newObject(dst)
	o.str("table", e.Table)
	o.str("name", e.Name)
	o.list("columns", len(e.Columns), func(i int, c *object) { c.column(e.Columns[i]) })
	return o.end()
}

func (o *object) column(c Column) {
	o.str("key", c.Key)
	o.str("column", c.Name)
	o.str("type", c.Type)
}

func readColumn(f fields) Column {
	return Column{Key: f.str("key"), Name: f.str("column"), Type: f.str("type")}
}

func decodeTableCreated(v item.Value) (Event, error) {
	f := fields{v}
	e := TableCreated{Table: f.str("table"), Name: f.str("name")}
	f.each("columns", func(c fields) { e.Columns = append(e.Columns, readColumn(c)) })
	return e, nil
}

// AppendJSON appends the stored form.
func (e TableRenamed) AppendJSON(dst []byte) []byte {
	o := newObject(dst)
	o.str("table", e.Table)
	o.str("name", e.Name)
	return o.end()
}

// AppendJSON appends the stored form.
func (e TableDeleted) AppendJSON(dst []byte) []byte {
	o := newObject(dst)
	o.str("table", e.Table)
	return o.end()
}

// AppendJSON appends the stored form.
func (e ColumnAdded) AppendJSON(dst []byte) []byte {
	o := newObject(dst)
	o.str("table", e.Table)
	o.column(e.Column)
	return o.end()
}

// AppendJSON appends the stored form.
func (e ColumnRemoved) AppendJSON(dst []byte) []byte {
	o := newObject(dst)
	o.str("table", e.Table)
	o.str("key", e.Key)
	return o.end()
}

// AppendJSON appends the stored form.
func (e ColumnRenamed) AppendJSON(dst []byte) []byte {
	o := newObject(dst)
	o.str("table", e.Table)
	o.str("key", e.Key)
	o.str("name", e.Name)
	return o.end()
}

// AppendJSON appends the stored form.
func (e RowsInserted) AppendJSON(dst []byte) []byte {
	o := newObject(dst)
	o.int("first", int64(e.First))
	o.values("rows", e.Rows)
	return o.end()
}

func decodeRowsInserted(v item.Value) (Event, error) {
	f := fields{v}
	rows, _ := f.Get("rows").Elems()
	return RowsInserted{First: int(f.int("first")), Rows: rows}, nil
}

// AppendJSON appends the stored form.
func (e RowsUpdated) AppendJSON(dst []byte) []byte {
	o := newObject(dst)
	o.ints("ids", e.IDs)
	o.values("values", e.Values)
	return o.end()
}

func decodeRowsUpdated(v item.Value) (Event, error) {
	f := fields{v}
	values, _ := f.Get("values").Elems()
	return RowsUpdated{IDs: f.ints("ids"), Values: values}, nil
}

// AppendJSON appends the stored form.
func (e RowsDeleted) AppendJSON(dst []byte) []byte {
	o := newObject(dst)
	o.ints("ids", e.IDs)
	return o.end()
}

// AppendJSON appends the stored form, an empty object.
func (RowsCleared) AppendJSON(dst []byte) []byte { return append(dst, "{}"...) }

func (o *object) values(k string, list []item.Value) {
	if len(list) > 0 {
		o.value(k, item.Array(list))
	}
}

func (o *object) ints(k string, list []int) {
	values := make([]item.Value, len(list))
	for i, n := range list {
		values[i] = item.Int(n)
	}
	o.values(k, values)
}

func (f fields) ints(k string) []int {
	elems, _ := f.Get(k).Elems()
	var list []int
	for _, e := range elems {
		n, _ := e.Number()
		list = append(list, int(n))
	}
	return list
}
