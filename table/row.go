package table

import (
	"time"

	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/item"
)

// Row is a row of a data table.
type Row struct {
	ID        int
	CreatedAt time.Time
	UpdatedAt time.Time
	// Cells holds the values under the columns' keys.
	Cells *item.Object
}

// Value is the row as an object: the columns in their order, then id and times.
func (r *Row) Value(t *Table) item.Value {
	out := item.NewObject(len(t.Columns) + 3)
	for _, c := range t.Columns {
		out.Set(c.Name, r.cell(c))
	}
	return out.Set(ColumnID, item.Int(r.ID)).
		Set(ColumnCreatedAt, timeValue(r.CreatedAt)).Set(ColumnUpdatedAt, timeValue(r.UpdatedAt)).Value()
}

func timeValue(t time.Time) item.Value {
	return item.String(item.Date(float64(t.UnixMilli())).ISODate())
}

func (r *Row) cell(c events.Column) item.Value {
	v, ok := r.Cells.Get(c.Key)
	if !ok {
		return item.Null
	}
	return v
}

// named is the value of any column, those that every table has included.
func (r *Row) named(t *Table, column string) item.Value {
	switch column {
	case ColumnID:
		return item.Int(r.ID)
	case ColumnCreatedAt:
		return timeValue(r.CreatedAt)
	case ColumnUpdatedAt:
		return timeValue(r.UpdatedAt)
	}
	if c, ok := t.Column(column); ok {
		return r.cell(c)
	}
	return item.Null
}
