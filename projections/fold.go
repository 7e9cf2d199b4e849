package projections

import (
	"fmt"
	"strings"
)

// batch folds the statements of many commits into few: one change for each row
// that was touched. It is pure, and the outcome on the tables is that of the
// statements one after the other, whatever a batch's borders are.
type batch struct {
	model    *model
	segments []*segment
}

// segment is what lies between two pieces of SQL: rows, whose order among each
// other does not matter, then the SQL that ended it, if any.
type segment struct {
	rows map[rowKey]*rowChange
	list []*rowChange
	sql  *Statement
}

type rowKey struct{ table, key string }

// mode says what a rowChange does to one column.
type mode byte

const (
	modeKeep mode = '-'
	modeSet  mode = 's'
	modeAdd  mode = 'a'
)

// rowChange is the sum of the changes of one row.
type rowChange struct {
	table *table
	op    op // opPut, opChange or opDelete
	key   []string
	// modes and values have an entry for each column behind the key.
	modes  []mode
	values []any
}

func newBatch(m *model) *batch { return &batch{model: m} }

// add folds one more statement in. An error is a mistake in the projection.
func (b *batch) add(s Statement) error {
	seg := b.open()
	if s.op == opSQL {
		seg.sql = &s
		return nil
	}
	t, ok := b.model.tables[s.table]
	if !ok || len(s.key) != len(t.Key) {
		return fmt.Errorf("projection %s changes table %q with a key of %d parts", b.model.Name, s.table, len(s.key))
	}
	return seg.row(t, s.key).fold(s)
}

func (b *batch) open() *segment {
	if n := len(b.segments); n > 0 && b.segments[n-1].sql == nil {
		return b.segments[n-1]
	}
	seg := &segment{rows: map[rowKey]*rowChange{}}
	b.segments = append(b.segments, seg)
	return seg
}

func (s *segment) row(t *table, key []string) *rowChange {
	k := rowKey{t.Name, strings.Join(key, "\x00")}
	r, ok := s.rows[k]
	if !ok {
		n := len(t.Columns) - len(t.Key)
		r = &rowChange{table: t, op: opChange, key: key, modes: make([]mode, n), values: make([]any, n)}
		r.clear(modeKeep)
		s.rows[k] = r
		s.list = append(s.list, r)
	}
	return r
}

// modesKey names the set of columns that the change touches.
func (r *rowChange) modesKey() string {
	var b strings.Builder
	for _, m := range r.modes {
		b.WriteByte(byte(m))
	}
	return b.String()
}

func (r *rowChange) clear(m mode) {
	for i := range r.modes {
		r.modes[i], r.values[i] = m, nil
	}
}

// fold puts a statement behind what the row has seen already.
func (r *rowChange) fold(s Statement) error {
	switch {
	case s.op == opDelete:
		r.op = opDelete
		return nil
	case s.op == opPut:
		r.op = opPut
		r.clear(modeSet) // a value of nil is the column's default
	case r.op == opDelete:
		return nil // the row is gone: there is nothing to change
	}
	for _, c := range s.cells {
		if err := r.cell(c); err != nil {
			return err
		}
	}
	return nil
}

func (r *rowChange) cell(c Cell) error {
	at, ok := r.table.index[c.column]
	i := at - len(r.table.Key)
	if !ok || i < 0 {
		return fmt.Errorf("table %s has no column %q to change", r.table.Name, c.column)
	}
	if n, isInt := c.value.(int64); isInt != (r.table.Columns[at].Type == Integer) {
		return fmt.Errorf("column %s.%s cannot hold %T", r.table.Name, c.column, c.value)
	} else if c.add && r.modes[i] != modeKeep {
		before, _ := r.values[i].(int64)
		r.values[i] = before + n // set stays set, added stays added
		return nil
	}
	r.values[i], r.modes[i] = c.value, modeSet
	if c.add {
		r.modes[i] = modeAdd
	}
	return nil
}

// defaulted is the value of column i of a row that was put.
func (r *rowChange) defaulted(i int) any {
	if r.values[i] != nil {
		return r.values[i]
	}
	if r.table.Columns[len(r.table.Key)+i].Type == Integer {
		return int64(0)
	}
	return ""
}
