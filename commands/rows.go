package commands

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/table"
)

// rowsState is the rows of a data table, by id and in its order.
type rowsState struct {
	mu    sync.Mutex
	key   events.AggregateID
	rows  []*table.Row
	last  int // the highest id that a row ever had
	bytes int
	end   events.Head
	log   ledger
	// done remembers what the last commands came to, so that a repeat is
	// answered as the first time; ids has them in their order, as a ring.
	done map[events.ID][]*table.Row
	ids  []events.ID
	next int
}

// maxRowsDone is how many commands the rows of a table remember: more than the
// ledger does, as many runs may have one in flight when a process ends.
const maxRowsDone = 4_096

func newRowsState(key events.AggregateID) *rowsState {
	return &rowsState{key: key, done: map[events.ID][]*table.Row{}}
}

// remember keeps what a command came to.
func (s *rowsState) remember(command events.ID, rows []*table.Row) {
	if len(s.ids) < maxRowsDone {
		s.ids = append(s.ids, command)
	} else {
		delete(s.done, s.ids[s.next])
		s.ids[s.next] = command
	}
	s.next = (s.next + 1) % maxRowsDone
	s.done[command] = rows
}

func (s *rowsState) id() events.AggregateID { return s.key }
func (s *rowsState) head() events.Head      { return s.end }
func (s *rowsState) ledger() *ledger        { return &s.log }

func (s *rowsState) refresh(ctx context.Context, store Store) error {
	_, err := store.Load(ctx, s.key, s.end, func(r *events.Recorded) error {
		list, err := r.Events()
		if err != nil {
			return err
		}
		var touched []*table.Row
		for _, e := range list {
			touched = append(touched, s.apply(e, r.At)...)
		}
		s.remember(r.CommandID, touched)
		s.log.note(&r.Envelope)
		s.end = r.Head()
		return nil
	})
	return err
}

// apply folds an event and gives the rows that it concerns: as they are now or,
// where they are removed, as they were. Rows are replaced, never changed: some
// may be in the hands of a reader.
func (s *rowsState) apply(e events.Event, at time.Time) []*table.Row {
	var touched []*table.Row
	switch e := e.(type) {
	case events.RowsInserted:
		for i, v := range e.Rows {
			cells, _ := v.Obj()
			s.rows = append(s.rows, &table.Row{ID: e.First + i, CreatedAt: at, UpdatedAt: at, Cells: cells})
			s.bytes += len(v.JSON())
		}
		s.last = e.First + len(e.Rows) - 1
		touched = s.rows[len(s.rows)-len(e.Rows):]
	case events.RowsUpdated:
		for i, id := range e.IDs {
			if at := s.update(id, e.Values[i], at); at != nil {
				touched = append(touched, at)
			}
		}
	case events.RowsDeleted:
		gone := make(map[int]bool, len(e.IDs))
		for _, id := range e.IDs {
			gone[id] = true
		}
		s.rows = slices.DeleteFunc(slices.Clone(s.rows), func(r *table.Row) bool {
			if gone[r.ID] {
				touched = append(touched, r)
				s.bytes -= len(r.Cells.Value().JSON())
			}
			return gone[r.ID]
		})
	case events.RowsCleared:
		touched, s.rows, s.bytes = s.rows, nil, 0
	}
	return slices.Clone(touched)
}

func (s *rowsState) update(id int, values item.Value, at time.Time) *table.Row {
	i, ok := slices.BinarySearchFunc(s.rows, id, func(r *table.Row, id int) int { return r.ID - id })
	if !ok {
		return nil
	}
	row := *s.rows[i]
	cells := item.FromObject(row.Cells)
	if o, ok := values.Obj(); ok {
		for key, v := range o.All() {
			cells.Set(key, v)
		}
	}
	s.bytes += len(cells.Value().JSON()) - len(row.Cells.Value().JSON())
	row.Cells, row.UpdatedAt = cells.Object(), at
	s.rows[i] = &row
	return &row
}
