package projectionstest

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"sync"
	"time"

	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/projections"
)

// Log is an event log in memory, of real recorded commits. What a reader may
// see of it can be held back, so that a test decides where batches end, and it
// can be damaged.
type Log struct {
	mu      sync.Mutex
	changed chan struct{}
	streams map[string][]*events.Recorded
	order   []*events.Recorded // all commits, in the order of appending
	heads   map[events.AggregateID]events.Head
	visible int // how many of order readers see
	head    events.Cursor
	headAt  int // how many of order head covers
	readers int
}

// NewLog makes an empty log.
func NewLog() *Log {
	return &Log{changed: make(chan struct{}), streams: map[string][]*events.Recorded{}, heads: map[events.AggregateID]events.Head{}}
}

// Append adds one commit and shows it, unless some are held back.
func (l *Log) Append(stream string, agg events.AggregateID, at time.Time, list ...events.Event) *events.Recorded {
	l.mu.Lock()
	defer l.mu.Unlock()
	head := l.heads[agg]
	env := events.Envelope{Revision: head.Revision + 1, At: at.UTC(), Prev: head.Hash}
	env.SetTypes(list)
	pos := events.Position{Stream: stream, Seq: uint64(len(l.streams[stream]) + 1)}
	r := events.FromEvents(env, agg, pos, hashOf(agg, &env, list), list)
	l.heads[agg] = r.Head()
	l.streams[stream] = append(l.streams[stream], r)
	all := l.visible == len(l.order)
	l.order = append(l.order, r)
	if all {
		l.show(len(l.order))
	}
	return r
}

func hashOf(agg events.AggregateID, env *events.Envelope, list []events.Event) events.Hash {
	b := events.AppendEnvelope([]byte(agg.String()), env)
	return sha256.Sum256(events.AppendPlain(b, list))
}

// Show lets readers see the first n commits, in the order of appending.
func (l *Log) Show(n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.show(min(n, len(l.order)))
}

func (l *Log) show(n int) {
	if n < l.headAt {
		l.head, l.headAt = events.Cursor{}, 0
	}
	l.visible = n
	close(l.changed)
	l.changed = make(chan struct{})
}

// Len is the number of commits, and Events that of their events.
func (l *Log) Len() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.order)
}

// Events counts the events of all commits.
func (l *Log) Events() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	n := 0
	for _, r := range l.order {
		n += r.Len()
	}
	return n
}

// Readers is the number of readers that are open.
func (l *Log) Readers() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.readers
}

// Cut takes the last n commits of a stream away, as a crash might.
func (l *Log) Cut(stream string, n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	list := l.streams[stream]
	l.streams[stream] = list[:len(list)-n]
	l.reorder()
}

// Lose takes one commit out of the middle of a stream.
func (l *Log) Lose(stream string, seq uint64) {
	l.edit(stream, seq, func(*events.Recorded) *events.Recorded { return nil })
}

// Swap puts other events in place of a commit's.
func (l *Log) Swap(stream string, seq uint64, list ...events.Event) {
	l.edit(stream, seq, func(old *events.Recorded) *events.Recorded {
		env := old.Envelope
		env.SetTypes(list)
		return events.FromEvents(env, old.Aggregate, old.Position, hashOf(old.Aggregate, &env, list), list)
	})
}

// Replace puts another record in place of a commit.
func (l *Log) Replace(r *events.Recorded) {
	l.edit(r.Position.Stream, r.Position.Seq, func(*events.Recorded) *events.Recorded { return r })
}

func (l *Log) edit(stream string, seq uint64, change func(*events.Recorded) *events.Recorded) {
	l.mu.Lock()
	defer l.mu.Unlock()
	var kept []*events.Recorded
	for _, r := range l.streams[stream] {
		if r.Position.Seq == seq {
			r = change(r)
		}
		if r != nil {
			kept = append(kept, r)
		}
	}
	l.streams[stream] = kept
	l.reorder()
}

// reorder makes order again from what the streams hold.
func (l *Log) reorder() {
	at := map[events.Position]*events.Recorded{}
	for _, list := range l.streams {
		for _, r := range list {
			at[r.Position] = r
		}
	}
	var order []*events.Recorded
	for _, old := range l.order {
		if r := at[old.Position]; r != nil {
			order = append(order, r)
		}
	}
	l.order, l.head, l.headAt = order, events.Cursor{}, 0
	l.show(len(order))
}

// Head is the last visible position of each stream.
func (l *Log) Head(context.Context) (events.Cursor, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	last := map[string]events.Position{}
	for _, r := range l.order[l.headAt:l.visible] {
		last[r.Position.Stream] = r.Position
	}
	for _, p := range last {
		l.head = l.head.With(p)
	}
	l.headAt = l.visible
	return l.head, nil
}

// ReadAt gives one commit, or *projections.Unreadable.
func (l *Log) ReadAt(_ context.Context, p events.Position) (*events.Recorded, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, r := range l.streams[p.Stream] {
		if r.Position.Seq == p.Seq {
			return r, nil
		}
	}
	return nil, &projections.Unreadable{Reason: projections.ReasonGap, Position: p, Err: fmt.Errorf("commit %d is missing", p.Seq)}
}

// Follow reads the visible commits behind a cursor and then waits for more.
func (l *Log) Follow(from events.Cursor) projections.Reader {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.readers++
	return &reader{log: l, from: from}
}

type reader struct {
	log  *Log
	from events.Cursor
	next int // index into order
}

// readBatch is how many commits a reader returns at once, at most.
const readBatch = 256

// Next returns the next visible commits.
func (r *reader) Next(ctx context.Context) ([]*events.Recorded, error) {
	for {
		list, changed := r.take()
		if len(list) > 0 {
			return list, nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

func (r *reader) take() ([]*events.Recorded, <-chan struct{}) {
	r.log.mu.Lock()
	defer r.log.mu.Unlock()
	var list []*events.Recorded
	for r.next < r.log.visible && len(list) < readBatch {
		c := r.log.order[r.next]
		r.next++
		if c.Position.Seq > r.from.At(c.Position.Stream).Seq {
			list = append(list, c)
		}
	}
	return list, r.log.changed
}

// Close ends the reader.
func (r *reader) Close() {
	r.log.mu.Lock()
	defer r.log.mu.Unlock()
	r.log.readers--
}

// Epoch is the time at which made-up histories begin.
var Epoch = time.Date(2031, 3, 1, 8, 0, 0, 0, time.UTC)

// ID is the n-th made-up id, in order of time.
func ID(n int) string {
	var random [10]byte
	binary.BigEndian.PutUint64(random[2:], uint64(n)+1)
	return events.NewTimeID(Epoch.Add(time.Duration(n)*time.Millisecond), random)
}
