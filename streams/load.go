package streams

import (
	"context"
	"errors"
	"fmt"

	"github.com/jobsprint/jobsprint/commands"
	"github.com/jobsprint/jobsprint/events"
)

// Load implements commands.Store. It reads only what is acknowledged: a
// commit that is stored but still on its way to that is waited for.
func (l *Log) Load(ctx context.Context, id events.AggregateID, after events.Head, fn func(*events.Recorded) error) (events.Head, error) {
	at, err := l.slices.placeOf(id)
	if err != nil {
		return after, fmt.Errorf("load %s: %w", id, err)
	}
	q, err := l.sequencer(at.stream)
	if err != nil {
		return after, fmt.Errorf("load %s: %w", id, err)
	}
	if err := l.available(); err != nil {
		return after, fmt.Errorf("load %s: %w", id, err)
	}
	c := chain{id: id, head: after}
	for expected := uint64(0); ; {
		list, pending, err := l.loads.batch(ctx, at.stream, readRequest{Seq: c.head.Seq + 1, NextFor: at.subject, Batch: readBatch})
		if err != nil {
			return c.head, err
		}
		if err := l.follow(ctx, q, &c, list, fn); err != nil {
			return c.head, err
		}
		if len(list) == 0 && expected > 0 {
			return c.head, c.damage(at.stream, c.head.Seq, fmt.Sprintf("%d commits behind revision %d cannot be read", expected, c.head.Revision))
		}
		if pending == 0 {
			return c.head, nil
		}
		expected = pending
	}
}

// follow verifies and hands out one batch.
func (l *Log) follow(ctx context.Context, q *sequencer, c *chain, list []raw, fn func(*events.Recorded) error) error {
	if n := len(list); n > 0 {
		if err := q.await(ctx, list[n-1].seq); err != nil {
			return fmt.Errorf("load %s: %w: %w", c.id, commands.ErrUnavailable, err)
		}
	}
	for _, m := range list {
		r, err := l.decode(ctx, q.stream, m)
		if err != nil {
			return err
		}
		if err := c.check(r); err != nil {
			return err
		}
		if err := fn(r); err != nil {
			return err
		}
		c.head = r.Head()
	}
	return nil
}

// chain verifies the commits of one aggregate in order.
type chain struct {
	id   events.AggregateID
	head events.Head
}

// check reports a commit that does not follow the head.
func (c *chain) check(r *events.Recorded) error {
	want := c.head.Revision + 1
	switch {
	case r.Revision > want:
		return c.damage(r.Position.Stream, r.Position.Seq, fmt.Sprintf("revision %d follows %d: commits are missing", r.Revision, c.head.Revision))
	case r.Revision < want:
		return c.damage(r.Position.Stream, r.Position.Seq, fmt.Sprintf("revision %d follows %d", r.Revision, c.head.Revision))
	case r.Prev != c.head.Hash:
		return c.damage(r.Position.Stream, r.Position.Seq, fmt.Sprintf("revision %d does not follow from the hash of the one before", r.Revision))
	}
	return nil
}

func (c *chain) damage(stream string, seq uint64, detail string) error {
	return &commands.DamageError{
		Aggregate: c.id, Revision: c.head.Revision + 1,
		Position: events.Position{Stream: stream, Seq: seq}, Detail: detail,
	}
}

// ReadAt reads one commit by its stream and sequence; the position's index
// counts for nothing. Errors: ErrCursorAhead above the watermark, *GapError
// when it is missing, *commands.DamageError.
func (l *Log) ReadAt(ctx context.Context, p events.Position) (*events.Recorded, error) {
	q, err := l.sequencer(p.Stream)
	if err != nil {
		return nil, err
	}
	if p.Seq > q.mark.Load() {
		return nil, fmt.Errorf("read %s %d: %w", p.Stream, p.Seq, ErrCursorAhead)
	}
	if list := q.cached(p.Seq, 1); len(list) > 0 {
		return list[0], nil
	}
	m, err := l.loads.one(ctx, p.Stream, readRequest{Seq: p.Seq})
	if errors.Is(err, errNotFound) {
		return nil, &GapError{Stream: p.Stream, Seq: p.Seq}
	}
	if err != nil {
		return nil, err
	}
	return l.decode(ctx, p.Stream, m)
}
