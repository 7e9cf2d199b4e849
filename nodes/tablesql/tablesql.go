// Package tablesql answers SQL queries over the items of a step's inputs. The
// inputs are tables of a database in memory that lives for one query: nothing
// but reading is possible, and nothing outside of it can be reached.
package tablesql

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"modernc.org/sqlite"

	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
)

// Limits of a query.
const (
	MaxRows    = 1_000_000
	MaxColumns = 1000 // of an input
)

// limitAttached is SQLite's number of the limit on attached databases.
const limitAttached = 7

// ErrNotARead: the statement is none that only reads.
var ErrNotARead = errors.New("only SELECT queries are possible; write one statement that begins with SELECT or WITH")

// Query runs a query. The inputs are the tables input1, input2 and so on; each
// row of the answer is an object. pairs tells for each row which items it was
// made from; nil where that cannot be known. Errors: ErrNotARead and what SQLite
// says.
func Query(ctx context.Context, query string, params []item.Value, inputs nodes.Inputs) (rows []item.Value, pairs [][]item.Pair, err error) {
	if !isRead(query) {
		return nil, nil, ErrNotARead
	}
	traced, known := trace(query)
	conn, release, err := open(ctx)
	if err != nil {
		return nil, nil, err
	}
	defer release()
	tables := make([]*table, len(inputs))
	for i := range inputs {
		if tables[i], err = newTable(fmt.Sprintf("input%d", i+1), i, inputs[i]); err != nil {
			return nil, nil, err
		}
		if err := tables[i].fill(ctx, conn, inputs[i]); err != nil {
			return nil, nil, err
		}
	}
	if _, err := conn.ExecContext(ctx, "PRAGMA query_only=1"); err != nil {
		return nil, nil, err
	}
	rows, pairs, err = (&asking{conn, tables}).ask(ctx, traced, params)
	if !known {
		pairs = nil
	}
	return rows, pairs, err
}

// open gives a connection to a new database in memory, to which no other can be
// attached.
func open(ctx context.Context) (*sql.Conn, func(), error) {
	db, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		return nil, nil, err
	}
	conn, err := db.Conn(ctx)
	if err != nil {
		db.Close()
		return nil, nil, err
	}
	release := func() {
		_ = conn.Close()
		db.Close()
	}
	if _, err := sqlite.Limit(conn, limitAttached, 0); err != nil {
		release()
		return nil, nil, err
	}
	return conn, release, nil
}

var comments = regexp.MustCompile(`(?s)^(\s|--[^\n]*\n|/\*.*?\*/)*`)

// isRead reports whether a statement begins as one that reads.
func isRead(query string) bool {
	word := strings.ToUpper(query[len(comments.FindString(query)):])
	for _, start := range []string{"SELECT", "WITH", "VALUES"} {
		if rest, ok := strings.CutPrefix(word, start); ok && (rest == "" || !isLetter(rest[0])) {
			return true
		}
	}
	return false
}

func isLetter(c byte) bool { return c == '_' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' }

// asking is a query that adds the columns which no item has.
type asking struct {
	conn   *sql.Conn
	tables []*table
}

var noColumn = regexp.MustCompile(`no such column: (?:"?(\w+)"?\.)?"?([^".\s]+)"?`)

// ask runs the query; a column that no item has is empty, and no error.
func (a *asking) ask(ctx context.Context, query string, params []item.Value) ([]item.Value, [][]item.Pair, error) {
	args := make([]any, len(params))
	for i, p := range params {
		args[i] = store(p)
	}
	for range MaxColumns {
		rows, err := a.conn.QueryContext(ctx, query, args...)
		if err == nil {
			return read(rows)
		}
		missing := noColumn.FindStringSubmatch(err.Error())
		if missing == nil || !a.add(ctx, query, missing[1], missing[2]) {
			return nil, nil, err
		}
	}
	return nil, nil, fmt.Errorf("the query names more than %d columns that no item has", MaxColumns)
}

// add gives the table that a column is asked of that column; alias is its name in
// the query.
func (a *asking) add(ctx context.Context, query, alias, column string) bool {
	for _, t := range a.tables {
		if alias != "" && !strings.EqualFold(alias, t.name) && !named(query, t.name, alias) {
			continue
		}
		if t.has(column) {
			continue
		}
		if _, err := a.conn.ExecContext(ctx, "PRAGMA query_only=0"); err != nil {
			return false
		}
		_, err := a.conn.ExecContext(ctx, "ALTER TABLE "+t.name+" ADD COLUMN "+quoted(column)+" ANY")
		t.columns = append(t.columns, column)
		if _, failed := a.conn.ExecContext(ctx, "PRAGMA query_only=1"); failed != nil || err != nil {
			return false
		}
		return true
	}
	return false
}

// named reports whether a query gives a table another name.
func named(query, table, alias string) bool {
	ok, err := regexp.MatchString(`(?i)\b`+table+`\s+(as\s+)?"?`+regexp.QuoteMeta(alias)+`"?\b`, query)
	return ok && err == nil
}

// read gives the rows and the items that they were made from. What is empty and
// was not null in any item is left out.
func read(rows *sql.Rows) ([]item.Value, [][]item.Pair, error) {
	defer rows.Close()
	types, err := rows.ColumnTypes()
	if err != nil {
		return nil, nil, err
	}
	out, pairs := []item.Value(nil), [][]item.Pair{}
	cells := make([]any, len(types))
	for i := range cells {
		cells[i] = new(any)
	}
	for rows.Next() {
		if len(out) == MaxRows {
			return nil, nil, fmt.Errorf("the answer has more than %d rows; add a LIMIT", MaxRows)
		}
		if err := rows.Scan(cells...); err != nil {
			return nil, nil, err
		}
		row, from := readRow(types, cells)
		out, pairs = append(out, row), append(pairs, from)
	}
	return out, pairs, rows.Err()
}

func readRow(types []*sql.ColumnType, cells []any) (item.Value, []item.Pair) {
	row := item.NewObject(len(types))
	var traced, own []item.Pair // own: of the last table, as n8n's
	for i, t := range types {
		v := restore(*cells[i].(*any), t.DatabaseTypeName())
		added := strings.HasPrefix(t.Name(), tracePrefix)
		if !added && t.Name() != pairColumn {
			if !v.IsUndefined() {
				row.Set(t.Name(), v)
			}
			continue
		}
		pair, ok := parsePair(v.ToString())
		switch {
		case ok && added:
			traced = append(traced, pair)
		case ok:
			own = []item.Pair{pair}
		}
	}
	return row.Value(), append(traced, own...)
}
