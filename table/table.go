package table

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/item"
)

// Limits of data tables.
const (
	MaxColumns = 200
	MaxRows    = 1_000_000
	// MaxBytes bounds the rows of one table, as JSON.
	MaxBytes = 64 << 20
	// maxName bounds the names of tables and columns, in bytes.
	maxName = 128
)

// ErrTaken is the reason of an Error about a name that is taken.
var ErrTaken = errors.New("the name is taken")

// Error says what is wrong with a table, a row or a filter.
type Error struct {
	Message string
	Pointer string // JSON pointer to what is wrong
	Err     error  // nil, or the reason
}

// Error is the message.
func (e *Error) Error() string { return e.Message }

// Unwrap gives the reason.
func (e *Error) Unwrap() error { return e.Err }

// Table is a data table as the workspace's list has it.
type Table struct {
	ID, Name  string
	Columns   []events.Column
	CreatedAt time.Time
	UpdatedAt time.Time // of its name and columns
	// Made is how many columns it ever had.
	Made int
}

// Column is the column of that name.
func (t *Table) Column(name string) (events.Column, bool) {
	i := slices.IndexFunc(t.Columns, func(c events.Column) bool { return c.Name == name })
	if i < 0 {
		return events.Column{}, false
	}
	return t.Columns[i], true
}

// ColumnKey is the key of the n-th column that a table ever had, from 0.
func ColumnKey(n int) string { return "c" + strconv.Itoa(n+1) }

// Columns that every data table has besides its own.
const (
	ColumnID        = "id"
	ColumnCreatedAt = "createdAt"
	ColumnUpdatedAt = "updatedAt"
)

// columnName is what n8n allows for the name of a column.
var columnName = regexp.MustCompile(`^[a-zA-Z][a-zA-Z0-9_]*$`)

// Check looks at the name and the columns of a table that is to be made.
func Check(name string, columns []events.Column) error {
	if err := CheckName("/name", name); err != nil {
		return err
	}
	return CheckColumns(columns)
}

// CheckName looks at the name of a table.
func CheckName(pointer, name string) error {
	switch {
	case strings.TrimSpace(name) == "":
		return &Error{Pointer: pointer, Message: "a data table needs a name"}
	case len(name) > maxName:
		return &Error{Pointer: pointer, Message: fmt.Sprintf("a name may have %d bytes", maxName)}
	}
	return nil
}

// checkColumns looks at the names and types of all columns that a table would
// have.
func CheckColumns(columns []events.Column) error {
	if len(columns) > MaxColumns {
		return &Error{Pointer: "/columns", Message: fmt.Sprintf("a data table may have %d columns", MaxColumns)}
	}
	taken := map[string]bool{ColumnID: true, ColumnCreatedAt: true, ColumnUpdatedAt: true}
	for i, c := range columns {
		pointer := fmt.Sprintf("/columns/%d", i)
		switch {
		case !columnName.MatchString(c.Name) || len(c.Name) > maxName:
			return &Error{Pointer: pointer + "/name", Message: fmt.Sprintf("%q cannot be the name of a column: it begins with a letter and goes on with letters, digits and _", c.Name)}
		case taken[c.Name]:
			return &Error{Err: ErrTaken, Pointer: pointer + "/name", Message: fmt.Sprintf("the column %q is there already", c.Name)}
		case !slices.Contains([]string{events.ColumnText, events.ColumnNumber, events.ColumnBoolean, events.ColumnDate}, c.Type):
			return &Error{Pointer: pointer + "/type", Message: fmt.Sprintf("a column is of type string, number, boolean or date, not %q", c.Type)}
		}
		taken[c.Name] = true
	}
	return nil
}

// Value is the table as an object: id, name, times and columns.
func (t *Table) Value() item.Value {
	columns := make([]item.Value, len(t.Columns))
	for i, c := range t.Columns {
		columns[i] = item.NewObject(4).Set("id", item.String(c.Key)).Set("name", item.String(c.Name)).
			Set("type", item.String(c.Type)).Set("index", item.Int(i)).Value()
	}
	return item.NewObject(5).Set("updatedAt", timeValue(t.UpdatedAt)).Set("createdAt", timeValue(t.CreatedAt)).
		Set("id", item.String(t.ID)).Set("name", item.String(t.Name)).Set("columns", item.Array(columns)).Value()
}
