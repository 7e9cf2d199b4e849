package nodes

import (
	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/table"
)

// Tables are the data tables of a workspace. A table is named by its id or its
// name. Rows are objects: the columns, id, createdAt and updatedAt. A change
// with the same key, within one run of a step, is made once however often the
// step is tried.
type Tables interface {
	// List gives all tables, the oldest first.
	List() ([]table.Table, error)
	// Create makes a table; reuse gives one that is there already.
	Create(key, name string, columns []events.Column, reuse bool) (table.Table, error)
	Rename(key, idOrName, name string) error
	Delete(key, idOrName string) error
	// AddColumn adds a column behind the others; rows have null in it.
	AddColumn(key, idOrName string, c events.Column) error
	// Clear removes all rows and says how many they were.
	Clear(key, idOrName string) (int, error)
	// Select reads rows.
	Select(idOrName string, q table.Query) ([]item.Value, error)
	// Insert adds rows and gives them.
	Insert(key, idOrName string, rows []item.Value) ([]item.Value, error)
	// Update writes values into the rows that the filter means, and gives them
	// as they are then. insert adds the values as a row where there is none.
	Update(key, idOrName string, f table.Filter, values item.Value, insert bool) ([]item.Value, error)
	// DeleteRows removes the rows that the filter means, and gives them as they
	// were.
	DeleteRows(key, idOrName string, f table.Filter) ([]item.Value, error)
}
