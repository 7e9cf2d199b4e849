package tablesql

import (
	"context"
	"database/sql"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/jobsprint/jobsprint/item"
)

// nested marks texts that stand for lists and objects.
const nested = "\x01"

// table is an input as a table.
type table struct {
	name    string
	input   int
	columns []string
	types   []string
}

// The declared types of columns: what their values are turned back into. SQLite
// takes every value in a column of any of them. A type that ends with nullable has
// values that are null, and not just missing.
const (
	typeAny  = "ANY"
	typeFlag = "FLAG"
	nullable = "_NULL"
)

func newTable(name string, input int, items []item.Item) (*table, error) {
	t := &table{name: name, input: input}
	at := map[string]int{}
	flags := map[string]bool{} // only booleans so far
	nulls := map[string]bool{}
	for i := range items {
		o, _ := items[i].JSON.Obj()
		for column, v := range o.All() {
			if v.IsUndefined() || strings.EqualFold(column, pairColumn) {
				continue
			}
			key := strings.ToLower(column)
			if _, known := at[key]; !known {
				at[key] = len(t.columns)
				t.columns = append(t.columns, column)
				flags[key] = true
			}
			nulls[key] = nulls[key] || v.IsNull()
			flags[key] = flags[key] && (v.IsNull() || v.Kind() == item.KindBool)
		}
	}
	if len(t.columns) > MaxColumns {
		return nil, fmt.Errorf("%s has %d fields, and %d is the limit", name, len(t.columns), MaxColumns)
	}
	for _, column := range t.columns {
		typ, key := typeAny, strings.ToLower(column)
		if flags[key] {
			typ = typeFlag
		}
		if nulls[key] {
			typ += nullable
		}
		t.types = append(t.types, typ)
	}
	return t, nil
}

func (t *table) has(column string) bool {
	return slices.ContainsFunc(t.columns, func(have string) bool { return strings.EqualFold(have, column) })
}

func quoted(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// fill makes the table and puts the items in.
func (t *table) fill(ctx context.Context, conn *sql.Conn, items []item.Item) error {
	if len(t.columns) == 0 {
		t.columns, t.types = []string{"_"}, []string{typeAny}
	}
	n := len(t.columns)
	defs, marks := make([]string, n+1), make([]string, n+1)
	defs[n], marks[n] = pairColumn+" "+typeAny, "?"
	for i, column := range t.columns {
		defs[i], marks[i] = quoted(column)+" "+t.types[i], "?"
	}
	if _, err := conn.ExecContext(ctx, "CREATE TABLE "+t.name+" ("+strings.Join(defs, ", ")+")"); err != nil {
		return err
	}
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // after a commit there is nothing to undo
	insert, err := tx.PrepareContext(ctx, "INSERT INTO "+t.name+" VALUES ("+strings.Join(marks, ", ")+")")
	if err != nil {
		return err
	}
	defer func() { _ = insert.Close() }()
	row := make([]any, n+1)
	for i := range items {
		row[n] = pairText(i, t.input)
		for k, column := range t.columns {
			row[k] = store(items[i].JSON.Get(column))
		}
		if _, err := insert.ExecContext(ctx, row...); err != nil {
			return err
		}
	}
	return tx.Commit()
}

// store gives a value as SQLite takes it.
func store(v item.Value) any {
	switch v.Kind() {
	case item.KindUndefined, item.KindNull:
		return nil
	case item.KindBool:
		return v.Truthy()
	case item.KindNumber:
		n := v.ToNumber()
		switch {
		case math.IsNaN(n):
			return nil
		case n == math.Trunc(n) && math.Abs(n) <= 1<<53:
			return int64(n)
		}
		return n
	case item.KindArray, item.KindObject:
		return nested + v.JSON()
	}
	return v.ToString()
}

// restore gives what a column of the answer holds; typ is what the column was
// declared as, empty for what the query computes.
func restore(cell any, typ string) item.Value {
	base, isNullable := strings.CutSuffix(typ, nullable)
	switch cell := cell.(type) {
	case nil:
		if isNullable {
			return item.Null
		}
		return item.Undefined
	case int64:
		if base == typeFlag {
			return item.Bool(cell != 0)
		}
		return item.Number(float64(cell))
	case float64:
		return item.Number(cell)
	case bool:
		return item.Bool(cell)
	case []byte:
		return restore(string(cell), typ)
	case string:
		if text, ok := strings.CutPrefix(cell, nested); ok {
			if v, err := item.Parse([]byte(text), item.Limits{}); err == nil {
				return v
			}
		}
		return item.String(cell)
	}
	return item.String(fmt.Sprint(cell))
}
