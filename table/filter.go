package table

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/item"
)

// Filter says which rows of a data table are meant. Without conditions it
// means all.
type Filter struct {
	// Any is set where one condition that holds is enough.
	Any        bool
	Conditions []Condition
	// Zone is that of dates that say none; nil: UTC.
	Zone *time.Location
}

// Condition is a condition on a column. Operators are n8n's: eq, neq, like,
// ilike, gt, gte, lt, lte, isEmpty, isNotEmpty, isTrue, isFalse.
type Condition struct {
	Column, Operator string
	Value            item.Value
}

// Order sorts rows by a column; the zero value by id.
type Order struct {
	Column     string
	Descending bool
}

// Match gives the rows that the filter means, in their order, in a slice of its
// own. Errors: *Error.
func (f Filter) Match(t *Table, rows []*Row) ([]*Row, error) {
	holds, err := f.compile(t)
	if err != nil {
		return nil, err
	}
	var out []*Row
	for _, r := range rows {
		if holds(r) {
			out = append(out, r)
		}
	}
	return out, nil
}

// test is a condition made ready for a table.
type test func(*Row) bool

// compile makes a filter ready, or says what is wrong with it.
func (f Filter) compile(t *Table) (test, error) {
	if err := f.known(t); err != nil {
		return nil, err
	}
	tests := make([]test, len(f.Conditions))
	for i, c := range f.Conditions {
		var err error
		if tests[i], err = c.compile(t, f.Zone); err != nil {
			return nil, err
		}
	}
	if len(tests) == 0 {
		return func(*Row) bool { return true }, nil
	}
	return func(r *Row) bool {
		for _, holds := range tests {
			if holds(r) == f.Any {
				return f.Any
			}
		}
		return !f.Any
	}, nil
}

func (f Filter) known(t *Table) error {
	var missing []string
	for _, c := range f.Conditions {
		if !t.has(c.Column) {
			missing = append(missing, c.Column)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	return &Error{Pointer: "/filter", Message: fmt.Sprintf("Filter validation failed: Column(s) \"%s\" do not exist in the selected table. "+
		"This often happens when switching between tables with different schemas. Please update your filter conditions.", strings.Join(missing, `", "`))}
}

func (t *Table) has(column string) bool {
	_, ok := t.Column(column)
	return ok || slices.Contains([]string{ColumnID, ColumnCreatedAt, ColumnUpdatedAt}, column)
}

// columnType is the type of any column, those that every table has included.
func (t *Table) columnType(column string) string {
	switch column {
	case ColumnID:
		return events.ColumnNumber
	case ColumnCreatedAt, ColumnUpdatedAt:
		return events.ColumnDate
	}
	c, _ := t.Column(column)
	return c.Type
}

func (c Condition) compile(t *Table, zone *time.Location) (test, error) {
	get := func(r *Row) item.Value { return r.named(t, c.Column) }
	switch c.Operator {
	case "isEmpty":
		return func(r *Row) bool { return get(r).IsNull() }, nil
	case "isNotEmpty":
		return func(r *Row) bool { return !get(r).IsNull() }, nil
	case "isTrue":
		return func(r *Row) bool { return item.Equal(get(r), item.True) }, nil
	case "isFalse":
		return func(r *Row) bool { return item.Equal(get(r), item.False) }, nil
	case "like", "ilike":
		return c.like(get)
	}
	wanted, err := t.cell(events.Column{Name: c.Column, Type: t.columnType(c.Column)}, c.Value, zone)
	if err != nil {
		return nil, err
	}
	switch c.Operator {
	case "eq":
		return func(r *Row) bool { return item.Equal(get(r), wanted) }, nil
	case "neq":
		return func(r *Row) bool { return !item.Equal(get(r), wanted) }, nil
	}
	return c.ordered(get, wanted)
}

// ordered compares; null is neither before nor after anything, as in SQL.
func (c Condition) ordered(get func(*Row) item.Value, wanted item.Value) (test, error) {
	holds, ok := map[string]func(int) bool{
		"gt": func(n int) bool { return n > 0 }, "gte": func(n int) bool { return n >= 0 },
		"lt": func(n int) bool { return n < 0 }, "lte": func(n int) bool { return n <= 0 },
	}[c.Operator]
	if !ok {
		return nil, &Error{Pointer: "/filter", Message: fmt.Sprintf("%q is no condition on a column; "+
			"choose eq, neq, like, ilike, gt, gte, lt, lte, isEmpty, isNotEmpty, isTrue or isFalse", c.Operator)}
	}
	return func(r *Row) bool {
		v := get(r)
		return !v.IsNull() && !wanted.IsNull() && holds(compareCells(v, wanted))
	}, nil
}

// compareCells orders two values of one column; null comes first.
func compareCells(a, b item.Value) int {
	switch {
	case a.IsNull() && b.IsNull():
		return 0
	case a.IsNull():
		return -1
	case b.IsNull():
		return 1
	}
	if less, _ := item.Less(a, b); less {
		return -1
	}
	if more, _ := item.Less(b, a); more {
		return 1
	}
	return 0
}

// like holds a text against a pattern of SQL: % stands for any text and _ for
// one character. ilike does not tell capitals from small letters.
func (c Condition) like(get func(*Row) item.Value) (test, error) {
	pattern, fold := c.Value.ToString(), c.Operator == "ilike"
	if fold {
		pattern = strings.ToLower(pattern)
	}
	runes := []rune(pattern)
	return func(r *Row) bool {
		text, ok := get(r).Str()
		if !ok {
			return false
		}
		if fold {
			text = strings.ToLower(text)
		}
		return likeMatch(runes, []rune(text))
	}, nil
}

// likeMatch goes back to the last % only, so it takes at most the product of
// the lengths.
func likeMatch(pattern, text []rune) bool {
	p, i, star, mark := 0, 0, -1, 0
	for i < len(text) {
		switch {
		case p < len(pattern) && pattern[p] == '%':
			star, mark = p, i
			p++
		case p < len(pattern) && (pattern[p] == '_' || pattern[p] == text[i]):
			p, i = p+1, i+1
		case star >= 0:
			mark++
			p, i = star+1, mark
		default:
			return false
		}
	}
	for p < len(pattern) && pattern[p] == '%' {
		p++
	}
	return p == len(pattern)
}

// Query says which rows to give.
type Query struct {
	Filter Filter
	Order  Order
	// Offset passes rows over; Limit bounds how many are given, 0: all.
	Offset, Limit int
}

// Select gives the rows that a query asks for, in a slice of its own. Errors:
// *Error.
func (q Query) Select(t *Table, rows []*Row) ([]*Row, error) {
	rows, err := q.Filter.Match(t, rows)
	if err != nil {
		return nil, err
	}
	if err := q.Order.sort(t, rows); err != nil {
		return nil, err
	}
	rows = rows[min(max(q.Offset, 0), len(rows)):]
	if q.Limit > 0 {
		rows = rows[:min(q.Limit, len(rows))]
	}
	return rows, nil
}

func (o Order) sort(t *Table, rows []*Row) error {
	if o.Column == "" {
		return nil
	}
	if !t.has(o.Column) {
		return unknownColumn(t, o.Column)
	}
	slices.SortStableFunc(rows, func(a, b *Row) int {
		n := compareCells(a.named(t, o.Column), b.named(t, o.Column))
		if o.Descending {
			return -n
		}
		return n
	})
	return nil
}
