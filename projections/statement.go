package projections

import (
	"strings"
	"time"
	"unicode/utf8"
)

// Statement is one change of a read model. Changes of rows are values, not
// text, so that the runtime can fold those of one row before it writes them;
// each has one meaning, which is the same in every dialect.
type Statement struct {
	op    op
	table string
	key   []string
	cells []Cell
	text  string
	args  []any
}

type op uint8

const (
	opPut op = iota
	opChange
	opDelete
	opSQL
)

// Put makes the row with this key exactly the cells, whether it was there or
// not; columns that are not named get their default.
func Put(table string, key []string, cells ...Cell) Statement {
	return Statement{op: opPut, table: table, key: key, cells: cells}
}

// Change alters the row with this key; where there is none, nothing happens.
func Change(table string, key []string, cells ...Cell) Statement {
	return Statement{op: opChange, table: table, key: key, cells: cells}
}

// Delete removes the row with this key, if it is there.
func Delete(table string, key ...string) Statement {
	return Statement{op: opDelete, table: table, key: key}
}

// SQL is for what Put, Change and Delete cannot say, such as a change of many
// rows. Text must be portable SQL with "?" for each argument and tables as
// "{name}"; arguments are strings and int64. It ends the folding of the rows
// before it, so it is dear: keep it out of what happens for every run.
func SQL(text string, args ...any) Statement {
	clean := make([]any, len(args))
	for i, a := range args {
		if s, ok := a.(string); ok {
			a = plainText(s)
		}
		clean[i] = a
	}
	return Statement{op: opSQL, text: text, args: clean}
}

// Key lists the values of a row's key.
func Key(parts ...string) []string { return parts }

// Cell is a new value for a column.
type Cell struct {
	column string
	add    bool
	value  any // string or int64
}

// Set gives a column a value.
func Set[V string | int | int64 | uint64 | bool | time.Time](column string, v V) Cell {
	return Cell{column: column, value: columnValue(v)}
}

// Add adds n to an Integer column.
func Add(column string, n int) Cell { return Cell{column: column, add: true, value: int64(n)} }

func columnValue(v any) any {
	switch v := v.(type) {
	case string:
		return plainText(v)
	case int:
		return int64(v)
	case uint64:
		return int64(v)
	case bool:
		if v {
			return int64(1)
		}
		return int64(0)
	case time.Time:
		return nanos(v)
	}
	return v
}

// nanos is a time as it stands in a column.
func nanos(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixNano()
}

// fromNanos is the time that nanos gave.
func fromNanos(n int64) time.Time {
	if n == 0 {
		return time.Time{}
	}
	return time.Unix(0, n).UTC()
}

// plainText replaces what a text column cannot hold everywhere: the log may
// hold lone surrogates and NUL, Postgres takes neither.
func plainText(s string) string {
	if utf8.ValidString(s) && strings.IndexByte(s, 0) < 0 {
		return s
	}
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
}

// cut shortens a text to at most n bytes, at a character's border.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}
