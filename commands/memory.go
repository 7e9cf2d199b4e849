package commands

import (
	"context"
	"maps"
	"sync"

	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/item"
)

const nameRemember = "memory.write"

// Memory is what is kept in the static data or the history of a workflow.
type Memory struct {
	Values   map[string]item.Value
	Revision uint64
}

// memoryState is the static data or the history of a workflow. The lock keeps
// commands of one process on it in order.
type memoryState struct {
	mu     sync.Mutex
	key    events.AggregateID
	values map[string]item.Value
	end    events.Head
	log    ledger
}

func (s *memoryState) id() events.AggregateID { return s.key }
func (s *memoryState) head() events.Head      { return s.end }
func (s *memoryState) ledger() *ledger        { return &s.log }

func (s *memoryState) refresh(ctx context.Context, store Store) error {
	_, err := store.Load(ctx, s.key, s.end, func(r *events.Recorded) error {
		if err := remember(s.values, r); err != nil {
			return err
		}
		s.log.note(&r.Envelope)
		s.end = r.Head()
		return nil
	})
	return err
}

// remember folds one commit into the values.
func remember(values map[string]item.Value, r *events.Recorded) error {
	list, err := r.Events()
	if err != nil {
		return err
	}
	for _, e := range list {
		written, ok := e.(events.MemoryWritten)
		if !ok {
			continue
		}
		for _, k := range written.Kept {
			if v := k.Onto(values[k.Key]); v.IsUndefined() {
				delete(values, k.Key)
			} else {
				values[k.Key] = v
			}
		}
	}
	return nil
}

// memoryCache keeps folded memories; each is brought up to date from its own
// subject before it is used.
type memoryCache struct {
	mu   sync.Mutex
	byID map[events.AggregateID]*memoryState
}

// maxCachedMemories bounds the cache; beyond it, it starts again.
const maxCachedMemories = 500

func (c *memoryCache) get(id events.AggregateID) *memoryState {
	c.mu.Lock()
	defer c.mu.Unlock()
	if s, ok := c.byID[id]; ok {
		return s
	}
	if c.byID == nil || len(c.byID) >= maxCachedMemories {
		c.byID = make(map[events.AggregateID]*memoryState)
	}
	s := &memoryState{key: id, values: map[string]item.Value{}}
	c.byID[id] = s
	return s
}

// Memory gives what is kept in an aggregate of kind KindStatic or KindHistory.
func (x *Executor) Memory(ctx context.Context, id events.AggregateID) (Memory, error) {
	s := x.memories.get(id)
	s.mu.Lock()
	defer s.mu.Unlock()
	err := s.refresh(ctx, x.Store)
	return Memory{Values: maps.Clone(s.values), Revision: s.end.Revision}, err
}

// MemoryAt gives what was kept at a revision; 0: nothing was.
func (x *Executor) MemoryAt(ctx context.Context, id events.AggregateID, revision uint64) (Memory, error) {
	if revision == 0 {
		return Memory{Values: map[string]item.Value{}}, nil
	}
	m, err := x.Memory(ctx, id)
	if err != nil || m.Revision == revision {
		return m, err
	}
	m = Memory{Values: map[string]item.Value{}, Revision: revision}
	_, err = x.Store.Load(ctx, id, events.Head{}, func(r *events.Recorded) error {
		if r.Revision > revision {
			return nil
		}
		return remember(m.Values, r)
	})
	return m, err
}

// Remember keeps what a run leaves. The command's id follows from the cause, so
// that it may be given again.
func (x *Executor) Remember(ctx context.Context, m Meta, id events.AggregateID, written events.MemoryWritten) error {
	s := x.memories.get(id)
	s.mu.Lock()
	defer s.mu.Unlock()
	cause := events.HashToID(nameRemember, m.Causation, id.Kind, id.ID)
	_, err := x.execute(ctx, s, order{Meta: m, name: nameRemember, permission: PermitRun, commandID: cause, decide: func() ([]events.Event, error) {
		return []events.Event{written}, nil
	}})
	return err
}
