package wire

import (
	"time"

	"github.com/jobsprint/jobsprint/item"
)

// Table is a data table. Every table has the columns id, createdAt and
// updatedAt besides.
type Table struct {
	ID        string    `json:"id"`
	Name      string    `json:"name"`
	Columns   []Column  `json:"columns"`
	CreatedAt time.Time `json:"createdAt"`
	UpdatedAt time.Time `json:"updatedAt"`
}

// Column is a column of a data table, of type string, number, boolean or date.
type Column struct {
	Name string `json:"name"`
	Type string `json:"type"`
}

// RowsChanged is what a command on rows came to: the rows that were inserted,
// or deleted, as they were.
type RowsChanged struct {
	Rows     []item.Value `json:"rows,omitempty"`
	Repeated bool         `json:"repeated,omitempty"`
}
