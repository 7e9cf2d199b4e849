package commands

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/table"
)

// Names of the commands on the rows of data tables: stored and logged, never
// renamed.
const (
	nameRowsInsert = "table.insert_rows"
	nameRowsUpdate = "table.update_rows"
	nameRowsUpsert = "table.upsert_row"
	nameRowsDelete = "table.delete_rows"
	nameRowsClear  = "table.clear_rows"
)

// maxInsertBytes bounds the rows of one commit, as JSON; more are inserted by
// several commits.
const maxInsertBytes = 256 << 10

// RowsCommand is what commands on rows share.
type RowsCommand struct {
	Meta
	// Table is its id or name.
	Table string
	// CommandID makes a repeat known that has no idempotency key; zero: none.
	CommandID events.ID
	// Zone is that of dates that say none; nil: UTC.
	Zone *time.Location
}

// RowsOutcome is what a command on rows came to.
type RowsOutcome struct {
	Outcome
	Table table.Table
	// Rows are those that were inserted or changed, as they are now, or that
	// were deleted, as they were.
	Rows []*table.Row
}

// InsertRows adds rows, objects of column name and value. Rows above 256 KiB
// are added by several commits, each whole. Errors: CodeNotFound, CodeInvalid
// for columns that are not there and values of another type, CodeTooLarge.
func (x *Executor) InsertRows(ctx context.Context, c RowsCommand, rows []item.Value) (RowsOutcome, error) {
	var all RowsOutcome
	for part := 0; part == 0 || len(rows) > 0; part++ {
		n := fitting(rows)
		chunk := rows[:n]
		rows = rows[n:]
		out, err := x.onRows(ctx, c.part(part), nameRowsInsert, func(s *rowsState, t *table.Table) ([]events.Event, error) {
			cells, err := t.Cells(chunk, c.Zone)
			if err != nil || len(cells) == 0 {
				return nil, err
			}
			if err := s.room(t, len(cells)); err != nil {
				return nil, err
			}
			return []events.Event{events.RowsInserted{First: s.last + 1, Rows: cells}}, nil
		})
		if err != nil {
			return all, err
		}
		all = RowsOutcome{Outcome: out.Outcome, Table: out.Table, Rows: append(all.Rows, out.Rows...)}
	}
	return all, nil
}

// part makes the command of one of several commits.
func (c RowsCommand) part(n int) RowsCommand {
	if n == 0 {
		return c
	}
	if !c.CommandID.IsZero() {
		c.CommandID = events.HashToID("part", c.CommandID.String(), fmt.Sprint(n))
	}
	if c.IdempotencyKey != "" {
		c.IdempotencyKey += fmt.Sprintf("#%d", n)
	}
	return c
}

// fitting is how many of the rows fit into one commit; at least one.
func fitting(rows []item.Value) int {
	size := 0
	for i, r := range rows {
		if size += len(r.JSON()); size > maxInsertBytes && i > 0 {
			return i
		}
	}
	return len(rows)
}

// room refuses rows beyond the limits of a table.
func (s *rowsState) room(t *table.Table, n int) error {
	switch {
	case len(s.rows)+n > table.MaxRows:
		return &Error{Code: CodeTooLarge, Message: fmt.Sprintf("the data table %q may have %d rows; delete some, or keep these in a database", t.Name, table.MaxRows)}
	case s.bytes > table.MaxBytes:
		return &Error{Code: CodeTooLarge, Message: fmt.Sprintf("the data table %q has reached its size limit of %d MiB; delete rows, or keep these in a database", t.Name, table.MaxBytes>>20)}
	}
	return nil
}

// UpdateRows writes values into all rows that the filter means, and gives them.
// Errors: CodeNotFound, CodeInvalid.
func (x *Executor) UpdateRows(ctx context.Context, c RowsCommand, f table.Filter, values item.Value) (RowsOutcome, error) {
	return x.onRows(ctx, c, nameRowsUpdate, func(s *rowsState, t *table.Table) ([]events.Event, error) {
		return s.update1(t, f, values, c.Zone)
	})
}

func (s *rowsState) update1(t *table.Table, f table.Filter, values item.Value, zone *time.Location) ([]events.Event, error) {
	cells, err := t.Cells([]item.Value{values}, zone)
	if err != nil {
		return nil, err
	}
	rows, err := f.Match(t, s.rows)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	e := events.RowsUpdated{IDs: idsOf(rows), Values: slices.Repeat(cells, len(rows))}
	return []events.Event{e}, nil
}

// UpsertRow writes values into all rows that the filter means or, where there
// are none, adds them as a row. Errors: CodeNotFound, CodeInvalid, CodeTooLarge.
func (x *Executor) UpsertRow(ctx context.Context, c RowsCommand, f table.Filter, values item.Value) (RowsOutcome, error) {
	return x.onRows(ctx, c, nameRowsUpsert, func(s *rowsState, t *table.Table) ([]events.Event, error) {
		list, err := s.update1(t, f, values, c.Zone)
		if err != nil || len(list) > 0 {
			return list, err
		}
		if err := s.room(t, 1); err != nil {
			return nil, err
		}
		cells, err := t.Cells([]item.Value{values}, c.Zone)
		return []events.Event{events.RowsInserted{First: s.last + 1, Rows: cells}}, err
	})
}

// DeleteRows removes the rows that the filter means, and gives them as they
// were. Errors: CodeNotFound, CodeInvalid.
func (x *Executor) DeleteRows(ctx context.Context, c RowsCommand, f table.Filter) (RowsOutcome, error) {
	return x.onRows(ctx, c, nameRowsDelete, func(s *rowsState, t *table.Table) ([]events.Event, error) {
		rows, err := f.Match(t, s.rows)
		if err != nil || len(rows) == 0 {
			return nil, err
		}
		return []events.Event{events.RowsDeleted{IDs: idsOf(rows)}}, nil
	})
}

// ClearRows removes all rows of a table, and gives them as they were. Errors:
// CodeNotFound.
func (x *Executor) ClearRows(ctx context.Context, c RowsCommand) (RowsOutcome, error) {
	return x.onRows(ctx, c, nameRowsClear, func(s *rowsState, _ *table.Table) ([]events.Event, error) {
		if len(s.rows) == 0 {
			return nil, nil
		}
		return []events.Event{events.RowsCleared{}}, nil
	})
}

// SelectRows reads rows, as fresh as the log. Errors: CodeNotFound, CodeInvalid.
func (x *Executor) SelectRows(ctx context.Context, workspace, idOrName string, q table.Query) (table.Table, []*table.Row, error) {
	t, err := x.Table(ctx, workspace, idOrName)
	if err != nil {
		return t, nil, err
	}
	s := x.tables.table(workspace, t.ID)
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.refresh(ctx, x.Store); err != nil {
		return t, nil, err
	}
	rows, err := q.Select(&t, s.rows)
	return t, rows, refusal(err)
}

func idsOf(rows []*table.Row) []int {
	ids := make([]int, len(rows))
	for i, r := range rows {
		ids[i] = r.ID
	}
	return ids
}

// onRows carries out a command on the rows of a table and gives what it
// touched; a repeat gives what the first time touched.
func (x *Executor) onRows(ctx context.Context, c RowsCommand, name string, decide func(*rowsState, *table.Table) ([]events.Event, error)) (RowsOutcome, error) {
	t, err := x.Table(ctx, c.Workspace, c.Table)
	if err != nil {
		return RowsOutcome{}, err
	}
	s := x.tables.table(c.Workspace, t.ID)
	s.mu.Lock()
	defer s.mu.Unlock()
	if c.IdempotencyKey == "" && c.CommandID.IsZero() {
		c.CommandID = x.NewID()
	}
	o := order{Meta: c.Meta, name: name, permission: PermitRows, commandID: c.CommandID}
	id, _ := x.identify(s.id(), &o)
	o.decide = func() ([]events.Event, error) {
		if _, seen := s.done[id]; seen {
			return nil, nil
		}
		list, err := decide(s, &t)
		return list, refusal(err)
	}
	out, err := x.execute(ctx, s, o)
	if err != nil {
		return RowsOutcome{Table: t}, err
	}
	return RowsOutcome{Outcome: out, Table: t, Rows: s.done[id]}, nil
}
