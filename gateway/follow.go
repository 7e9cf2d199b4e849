package gateway

import (
	"context"
	"errors"
	"fmt"

	"github.com/jobsprint/jobsprint/events"
)

// sink takes what a follower finds, in order.
type sink interface {
	// event takes event i of a commit; before is the place before the commit.
	event(before events.Cursor, r *events.Recorded, i int) error
	// shared takes event i of a message from the hub.
	shared(m *message, i int) error
	// idle is called when there is nothing more at the moment; it returns when
	// there is something in the messages or the reader should end.
	idle(ctx context.Context, s *subscription) (*message, error)
}

// errFollowed ends a follower that has got to the end that it was asked for.
var errFollowed = errors.New("followed to the end")

// follower reads the events behind a cursor that pass a filter: first from the
// log, at the client's pace, then, when it has caught up, from the hub.
//
// The two are joined without gap or repeat by their positions. The follower
// subscribes first, which gives it a place H and every commit behind H; then it
// reads the log on until it has passed H. What the hub hands it and it already
// has, it drops: within a stream, positions only grow. Streams have no order
// among each other, so that the follower may be ahead of the hub in one; it
// keeps a cursor of its own until the hub's covers it ("merging").
type follower struct {
	g      *Gateway
	filter filter
	out    sink
	// untilEnd ends it behind the end of the filter's run.
	untilEnd bool

	// at is the place behind what was handed to out.
	at      events.Cursor
	merging bool
}

// follow reads until ctx ends, out refuses, or the end is reached (nil).
func (f *follower) follow(ctx context.Context) error {
	s, err := f.catchUp(ctx)
	if err == nil {
		defer f.g.hub.unsubscribe(s)
		err = f.live(ctx, s)
	}
	if errors.Is(err, errFollowed) {
		return nil
	}
	return err
}

// now moves the follower to the log's end, so that only what comes is read.
func (f *follower) now(ctx context.Context) (err error) {
	f.at, err = f.g.Log.Head(ctx)
	return err
}

// catchUp reads the log until nothing is missing between the follower and its
// subscription.
func (f *follower) catchUp(ctx context.Context) (*subscription, error) {
	f.merging = true
	if f.filter.run != "" {
		return f.catchUpRun(ctx)
	}
	tail := f.g.Log.Follow(f.at)
	defer tail.Close()
	for {
		end, err := f.g.Log.Head(ctx)
		if err == nil {
			err = f.readTo(ctx, tail, end, nil)
		}
		if err != nil {
			return nil, err
		}
		s, end, err := f.g.hub.subscribe(ctx, f.filter)
		if err != nil {
			return nil, err
		}
		err = f.readTo(ctx, tail, end, s)
		if err == nil {
			return s, nil
		}
		f.g.hub.unsubscribe(s)
		if !errors.Is(err, errSlow) {
			return nil, err
		}
	}
}

// readTo reads until the follower has passed end. When s overflows meanwhile it
// gives errSlow: there is no haste yet, the log can be read on.
func (f *follower) readTo(ctx context.Context, tail Tail, end events.Cursor, s *subscription) error {
	for !f.at.Covers(end) {
		if s != nil && len(s.messages) == cap(s.messages) {
			return errSlow
		}
		batch, err := tail.Next(ctx)
		if err != nil {
			return err
		}
		for _, r := range batch {
			if err := f.take(ctx, r); err != nil {
				return err
			}
		}
	}
	return nil
}

// catchUpRun reads one run's own chain, which is short where the log is long.
func (f *follower) catchUpRun(ctx context.Context) (*subscription, error) {
	s, _, err := f.g.hub.subscribe(ctx, f.filter)
	if err != nil {
		return nil, err
	}
	_, err = f.g.Log.Load(ctx, events.Run(f.filter.workspace, f.filter.run), events.Head{}, func(r *events.Recorded) error {
		return f.take(ctx, r)
	})
	if err != nil {
		f.g.hub.unsubscribe(s)
		return nil, err
	}
	return s, nil
}

// take handles a commit that was read from the log, or from the hub while the
// two are being joined.
func (f *follower) take(ctx context.Context, r *events.Recorded) error {
	first, fresh := f.news(r)
	if !fresh {
		return f.endOf(r)
	}
	want, err := f.wants(ctx, r)
	if err != nil {
		return err
	}
	before := f.at
	for i := first; want && i < r.Len(); i++ {
		if !f.filter.event(r.TypeAt(i).Name) {
			continue
		}
		if err := f.out.event(before, r, i); err != nil {
			return err
		}
	}
	f.at = f.at.With(events.Position{Stream: r.Position.Stream, Seq: r.Position.Seq})
	return f.endOf(r)
}

// news gives the first event of the commit that the follower has not had; false:
// it has had them all.
func (f *follower) news(r *events.Recorded) (first int, fresh bool) {
	p := f.at.At(r.Position.Stream)
	switch {
	case r.Position.Seq > p.Seq:
		return 0, true
	case r.Position.Seq == p.Seq && p.Index > 0:
		return p.Index, true
	}
	return 0, false
}

func (f *follower) wants(ctx context.Context, r *events.Recorded) (bool, error) {
	v := f.filter.commit(r, f.g.owners)
	if v != undecided {
		return v == wanted, nil
	}
	owner, err := f.g.owners.resolve(ctx, r)
	if err != nil {
		return false, fmt.Errorf("find the workflow of run %s: %w", r.Aggregate.ID, err)
	}
	return owner == f.filter.workflow, nil
}

func (f *follower) endOf(r *events.Recorded) error {
	if f.untilEnd && r.Aggregate.ID == f.filter.run && ends(r) {
		return errFollowed
	}
	return nil
}

// live hands out what the hub gives.
func (f *follower) live(ctx context.Context, s *subscription) error {
	for {
		m, err := f.out.idle(ctx, s)
		if err != nil {
			return err
		}
		if f.merging {
			err = f.merge(ctx, m)
		} else {
			err = f.pass(ctx, m)
		}
		if err != nil {
			return err
		}
	}
}

// merge takes a message that the follower may have had, and ends the joining
// once the hub has nothing more behind the follower.
func (f *follower) merge(ctx context.Context, m *message) error {
	if err := f.take(ctx, m.rec); err != nil {
		return err
	}
	if m.after.Covers(f.at) {
		f.at, f.merging = m.after, false
	}
	return nil
}

// skipTo moves the follower over what its filter keeps from it, and reports
// whether that brought it forward.
func (f *follower) skipTo(at events.Cursor) bool {
	if f.filter.run != "" || !at.Covers(f.at) || f.at.Covers(at) {
		return false
	}
	f.at, f.merging = at, false
	return true
}

// pass takes a message from the hub as it is.
func (f *follower) pass(ctx context.Context, m *message) error {
	want, err := f.wants(ctx, m.rec)
	if err != nil {
		return err
	}
	for i := 0; want && i < m.rec.Len(); i++ {
		if !f.filter.event(m.rec.TypeAt(i).Name) {
			continue
		}
		if err := f.out.shared(m, i); err != nil {
			return err
		}
	}
	f.at = m.after
	return f.endOf(m.rec)
}
