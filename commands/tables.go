package commands

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/table"
)

// MaxTables is how many data tables a workspace may have.
const MaxTables = 1_000

// Names of the commands on data tables: stored and logged, never renamed.
const (
	nameTableCreate  = "table.create"
	nameTableRename  = "table.rename"
	nameTableDelete  = "table.delete"
	nameColumnAdd    = "table.add_column"
	nameColumnRemove = "table.remove_column"
	nameColumnRename = "table.rename_column"
)

// Permissions of the commands on data tables.
const (
	PermitTables Permission = "table.manage"
	PermitRows   Permission = "table.write"
)

// tablesState is a workspace's list of data tables, in the order in which they
// were made.
type tablesState struct {
	mu   sync.Mutex
	key  events.AggregateID
	list []*table.Table
	end  events.Head
	log  ledger
}

func (s *tablesState) id() events.AggregateID { return s.key }
func (s *tablesState) head() events.Head      { return s.end }
func (s *tablesState) ledger() *ledger        { return &s.log }

func (s *tablesState) refresh(ctx context.Context, store Store) error {
	_, err := store.Load(ctx, s.key, s.end, func(r *events.Recorded) error {
		list, err := r.Events()
		if err != nil {
			return err
		}
		for _, e := range list {
			s.apply(e, r.At)
		}
		s.log.note(&r.Envelope)
		s.end = r.Head()
		return nil
	})
	return err
}

func (s *tablesState) apply(e events.Event, at time.Time) {
	switch e := e.(type) {
	case events.TableCreated:
		s.list = append(s.list, &table.Table{ID: e.Table, Name: e.Name, Columns: e.Columns, CreatedAt: at, UpdatedAt: at, Made: len(e.Columns)})
	case events.TableRenamed:
		s.change(e.Table, at, func(t *table.Table) { t.Name = e.Name })
	case events.TableDeleted:
		s.list = slices.DeleteFunc(s.list, func(t *table.Table) bool { return t.ID == e.Table })
	case events.ColumnAdded:
		s.change(e.Table, at, func(t *table.Table) {
			t.Columns, t.Made = append(slices.Clone(t.Columns), e.Column), t.Made+1
		})
	case events.ColumnRemoved:
		s.change(e.Table, at, func(t *table.Table) {
			t.Columns = slices.DeleteFunc(slices.Clone(t.Columns), func(c events.Column) bool { return c.Key == e.Key })
		})
	case events.ColumnRenamed:
		s.change(e.Table, at, func(t *table.Table) {
			t.Columns = slices.Clone(t.Columns)
			for i := range t.Columns {
				if t.Columns[i].Key == e.Key {
					t.Columns[i].Name = e.Name
				}
			}
		})
	}
}

func (s *tablesState) change(id string, at time.Time, f func(*table.Table)) {
	if t := s.find(func(t *table.Table) bool { return t.ID == id }); t != nil {
		f(t)
		t.UpdatedAt = at
	}
}

func (s *tablesState) find(match func(*table.Table) bool) *table.Table {
	if i := slices.IndexFunc(s.list, match); i >= 0 {
		return s.list[i]
	}
	return nil
}

func (s *tablesState) named(name string) *table.Table {
	return s.find(func(t *table.Table) bool { return t.Name == name })
}

// known is the table with this id or, where there is none, of this name.
func (s *tablesState) known(idOrName string) (*table.Table, error) {
	if t := s.find(func(t *table.Table) bool { return t.ID == idOrName }); t != nil {
		return t, nil
	}
	if t := s.named(idOrName); t != nil {
		return t, nil
	}
	return nil, &Error{Code: CodeNotFound, Message: fmt.Sprintf("there is no data table %q; \"jobsprint tables list\" shows those that exist", idOrName)}
}

// tableCache keeps the folded tables of this process; each is brought up to
// date from its own subject before it is used, so it is never stale.
type tableCache struct {
	mu    sync.Mutex
	lists map[string]*tablesState
	rows  map[string]*rowsState
}

// maxCachedTables bounds the tables whose rows are kept in memory; beyond it,
// the cache starts again.
const maxCachedTables = 64

func (c *tableCache) list(workspace string) *tablesState {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.lists == nil {
		c.lists = map[string]*tablesState{}
	}
	s, ok := c.lists[workspace]
	if !ok {
		s = &tablesState{key: events.Tables(workspace)}
		c.lists[workspace] = s
	}
	return s
}

func (c *tableCache) table(workspace, id string) *rowsState {
	c.mu.Lock()
	defer c.mu.Unlock()
	key := workspace + "/" + id
	if s, ok := c.rows[key]; ok {
		return s
	}
	if c.rows == nil || len(c.rows) >= maxCachedTables {
		c.rows = map[string]*rowsState{}
	}
	s := newRowsState(events.Table(workspace, id))
	c.rows[key] = s
	return s
}

// Tables lists the data tables of a workspace, the oldest first.
func (x *Executor) Tables(ctx context.Context, workspace string) ([]table.Table, error) {
	s := x.tables.list(workspace)
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.refresh(ctx, x.Store); err != nil {
		return nil, err
	}
	out := make([]table.Table, len(s.list))
	for i, t := range s.list {
		out[i] = *t
	}
	return out, nil
}

// Table finds a data table by its id or its name. It returns an *Error with
// CodeNotFound where there is none.
func (x *Executor) Table(ctx context.Context, workspace, idOrName string) (table.Table, error) {
	s := x.tables.list(workspace)
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.refresh(ctx, x.Store); err != nil {
		return table.Table{}, err
	}
	t, err := s.known(idOrName)
	if err != nil {
		return table.Table{}, err
	}
	return *t, nil
}

// CreateTable makes a data table. reuse gives an existing one of the same name
// in place of a refusal. Errors: CodeInvalid, CodeConflict where the name is
// taken, CodeTooLarge.
func (x *Executor) CreateTable(ctx context.Context, m Meta, name string, columns []events.Column, reuse bool) (table.Table, Outcome, error) {
	if err := table.Check(name, columns); err != nil {
		return table.Table{}, Outcome{}, refusal(err)
	}
	columns = slices.Clone(columns)
	for i := range columns {
		columns[i].Key = table.ColumnKey(i)
	}
	id := x.NewID().String()
	if m.IdempotencyKey != "" {
		id = events.HashToID("table", m.Workspace, m.Actor, m.IdempotencyKey).String()
	}
	s := x.tables.list(m.Workspace)
	s.mu.Lock()
	defer s.mu.Unlock()
	out, err := x.execute(ctx, s, order{Meta: m, name: nameTableCreate, permission: PermitTables, decide: func() ([]events.Event, error) {
		switch there := s.named(name); {
		case there != nil && reuse:
			return nil, nil
		case there != nil:
			return nil, tableTaken(name)
		case len(s.list) >= MaxTables:
			return nil, &Error{Code: CodeTooLarge, Message: fmt.Sprintf("a workspace may have %d data tables; delete one that is not needed any more", MaxTables)}
		}
		return []events.Event{events.TableCreated{Table: id, Name: name, Columns: columns}}, nil
	}})
	if err != nil {
		return table.Table{}, out, err
	}
	t := s.named(name)
	if t == nil {
		t = &table.Table{ID: id, Name: name, Columns: columns}
	}
	out.ID = t.ID
	return *t, out, nil
}

func tableTaken(name string) error {
	return &Error{Code: CodeConflict, Pointer: "/name", Message: fmt.Sprintf("Data table with name '%s' already exists in this project", name)}
}

// RenameTable gives a table another name. Errors: CodeNotFound, CodeInvalid,
// CodeConflict where the name is taken.
func (x *Executor) RenameTable(ctx context.Context, m Meta, idOrName, name string) (Outcome, error) {
	if err := table.CheckName("/name", name); err != nil {
		return Outcome{}, refusal(err)
	}
	return x.onTable(ctx, m, idOrName, nameTableRename, func(s *tablesState, t *table.Table) ([]events.Event, error) {
		if t.Name == name {
			return nil, nil
		}
		if s.named(name) != nil {
			return nil, tableTaken(name)
		}
		return []events.Event{events.TableRenamed{Table: t.ID, Name: name}}, nil
	})
}

// DeleteTable removes a table. Errors: CodeNotFound.
func (x *Executor) DeleteTable(ctx context.Context, m Meta, idOrName string) (Outcome, error) {
	return x.onTable(ctx, m, idOrName, nameTableDelete, func(_ *tablesState, t *table.Table) ([]events.Event, error) {
		return []events.Event{events.TableDeleted{Table: t.ID}}, nil
	})
}

// AddColumn adds a column behind the others; rows have null in it. Errors:
// CodeNotFound, CodeInvalid, CodeConflict, CodeTooLarge.
func (x *Executor) AddColumn(ctx context.Context, m Meta, idOrName string, c events.Column) (Outcome, error) {
	return x.onTable(ctx, m, idOrName, nameColumnAdd, func(_ *tablesState, t *table.Table) ([]events.Event, error) {
		if err := table.CheckColumns(append(slices.Clone(t.Columns), c)); err != nil {
			return nil, refusal(err)
		}
		c.Key = table.ColumnKey(t.Made)
		return []events.Event{events.ColumnAdded{Table: t.ID, Column: c}}, nil
	})
}

// RemoveColumn removes a column and what the rows have in it. Errors:
// CodeNotFound.
func (x *Executor) RemoveColumn(ctx context.Context, m Meta, idOrName, column string) (Outcome, error) {
	return x.onTable(ctx, m, idOrName, nameColumnRemove, func(_ *tablesState, t *table.Table) ([]events.Event, error) {
		c, ok := t.Column(column)
		if !ok {
			return nil, noColumn(t, column)
		}
		return []events.Event{events.ColumnRemoved{Table: t.ID, Key: c.Key}}, nil
	})
}

// RenameColumn gives a column another name. Errors: CodeNotFound, CodeInvalid,
// CodeConflict where the name is taken.
func (x *Executor) RenameColumn(ctx context.Context, m Meta, idOrName, column, name string) (Outcome, error) {
	return x.onTable(ctx, m, idOrName, nameColumnRename, func(_ *tablesState, t *table.Table) ([]events.Event, error) {
		c, ok := t.Column(column)
		if !ok {
			return nil, noColumn(t, column)
		}
		if column == name {
			return nil, nil
		}
		others := slices.DeleteFunc(slices.Clone(t.Columns), func(o events.Column) bool { return o.Key == c.Key })
		if err := table.CheckColumns(append(others, events.Column{Name: name, Type: c.Type})); err != nil {
			return nil, refusal(err)
		}
		return []events.Event{events.ColumnRenamed{Table: t.ID, Key: c.Key, Name: name}}, nil
	})
}

func noColumn(t *table.Table, column string) error {
	return &Error{Code: CodeNotFound, Message: fmt.Sprintf("the data table %q has no column %q", t.Name, column)}
}

// onTable carries out a command on the list, for one of its tables.
func (x *Executor) onTable(ctx context.Context, m Meta, idOrName, name string, decide func(*tablesState, *table.Table) ([]events.Event, error)) (Outcome, error) {
	s := x.tables.list(m.Workspace)
	s.mu.Lock()
	defer s.mu.Unlock()
	return x.execute(ctx, s, order{Meta: m, name: name, permission: PermitTables, decide: func() ([]events.Event, error) {
		t, err := s.known(idOrName)
		if err != nil {
			return nil, err
		}
		return decide(s, t)
	}})
}

// refusal is what is wrong with a table, a row or a filter as a refusal of the
// command; any other error is given as it is.
func refusal(err error) error {
	var e *table.Error
	if !errors.As(err, &e) {
		return err
	}
	code := CodeInvalid
	if errors.Is(err, table.ErrTaken) {
		code = CodeConflict
	}
	return &Error{Code: code, Message: e.Message, Pointer: e.Pointer, Err: err}
}
