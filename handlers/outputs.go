package handlers

import (
	"container/list"
	"context"
	"fmt"
	"sync"

	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/item"
)

const (
	// maxInlineBytes is the most that the items of an output, or the body of
	// an answer, may take in an event; above it they go to the payload store.
	maxInlineBytes = 64 << 10
	// maxCachedItemBytes bounds the outputs that were read from the payload
	// store and are kept at hand, by their stored size.
	maxCachedItemBytes = 64 << 20
	// itemsMediaType is that of a list of items in the payload store.
	itemsMediaType = "application/vnd.jobsprint.items+json"
)

// outputs turns what a step emitted into what its event holds. Large outputs
// are in the payload store before the event that names them is made.
func (m *mailbox) outputs(lists [][]item.Item) ([]events.Output, error) {
	out := make([]events.Output, len(lists))
	for i, l := range lists {
		out[i] = events.Output{Items: l, Count: len(l)}
		if m.passes(i, l) {
			out[i] = events.Output{Pass: true, Count: len(l)}
		}
	}
	return out, m.patiently(m.engine.work, func() error {
		return m.engine.offload(m.engine.work, events.Run(m.workspace, m.id), out)
	})
}

// passes reports whether the first step of the run emits the run's own input,
// as triggers do: it need not be stored twice.
func (m *mailbox) passes(output int, l []item.Item) bool {
	if m.run.Executions() > 0 || output >= len(m.run.Started.Input) || len(l) == 0 {
		return false
	}
	input := m.run.Started.Input[output]
	if input.Count != len(l) || len(input.Items) != len(l) {
		return false
	}
	for i := range l {
		a, okA := l[i].JSON.Obj()
		b, okB := input.Items[i].JSON.Obj()
		if !okA || !okB || a != b || l[i].Binary != input.Items[i].Binary {
			return false
		}
	}
	return true
}

// offload puts outputs above the limit into the payload store.
func (e *Engine) offload(ctx context.Context, run events.AggregateID, list []events.Output) error {
	for i := range list {
		encoded := list[i].Encode()
		if len(encoded) <= maxInlineBytes {
			continue
		}
		ref, err := e.Log.Payloads().Put(ctx, run, itemsMediaType, encoded)
		if err != nil {
			return fmt.Errorf("store an output of %d bytes: %w", len(encoded), err)
		}
		e.items.put(ref.Address, list[i].Items, len(encoded))
		list[i].Refer(ref)
	}
	return nil
}

// shrink moves the body of an answer above the limit to the payload store. A
// body that cannot be stored stays, and the commit's own limit decides.
func (m *mailbox) shrink(r events.RunResponded) events.RunResponded {
	if len(r.Body) <= maxInlineBytes {
		return r
	}
	var ref item.Ref
	err := m.patiently(m.engine.work, func() (err error) {
		ref, err = m.engine.Log.Payloads().Put(m.engine.work, events.Run(m.workspace, m.id), "application/octet-stream", r.Body)
		return err
	})
	if err == nil {
		r.BodyRef, r.Body = ref, nil
	}
	return r
}

// lastItems are the items of the step that ran last: its first output that has
// any.
func (m *mailbox) lastItems() []item.Item {
	last := m.run.Last()
	if last == nil {
		return nil
	}
	for o := range last.Outputs() {
		out, _ := m.run.OutputAt(last, o)
		if items, err := m.itemsOf(m.engine.work, out); err == nil && len(items) > 0 {
			return items
		}
	}
	return nil
}

// itemsOf gives the items of an output, however long the log is away.
func (m *mailbox) itemsOf(ctx context.Context, out events.Output) (items []item.Item, err error) {
	err = m.patiently(ctx, func() error {
		items, err = m.engine.itemsOf(ctx, m.workspace, out)
		return err
	})
	return items, err
}

// itemsOf gives the items of an output, from the state, the cache or the
// payload store.
func (e *Engine) itemsOf(ctx context.Context, workspace string, out events.Output) ([]item.Item, error) {
	if out.Ref.Address == "" || out.Items != nil {
		return out.Items, nil
	}
	if items, ok := e.items.get(out.Ref.Address); ok {
		return items, nil
	}
	data, err := e.Log.Payloads().Get(ctx, workspace, out.Ref)
	if err != nil {
		return nil, err
	}
	items, err := item.ParseItems(data)
	if err != nil {
		return nil, err
	}
	e.items.put(out.Ref.Address, items, len(data))
	return items, nil
}

// itemCache keeps the outputs that were used last, up to a number of bytes.
type itemCache struct {
	mu    sync.Mutex
	max   int
	bytes int
	order *list.List // front: used last
	byKey map[string]*list.Element
}

type cachedItems struct {
	key   string
	items []item.Item
	bytes int
}

func newItemCache(maxBytes int) *itemCache {
	return &itemCache{max: maxBytes, order: list.New(), byKey: map[string]*list.Element{}}
}

func (c *itemCache) get(key string) ([]item.Item, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	at, ok := c.byKey[key]
	if !ok {
		return nil, false
	}
	c.order.MoveToFront(at)
	return at.Value.(*cachedItems).items, true
}

func (c *itemCache) put(key string, items []item.Item, bytes int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, ok := c.byKey[key]; ok || bytes > c.max {
		return
	}
	c.byKey[key] = c.order.PushFront(&cachedItems{key, items, bytes})
	c.bytes += bytes
	for c.bytes > c.max {
		oldest := c.order.Remove(c.order.Back()).(*cachedItems)
		delete(c.byKey, oldest.key)
		c.bytes -= oldest.bytes
	}
}
