package streams

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/jobsprint/jobsprint/events"
)

// ErrCursorAhead reports a cursor that stands behind the log's end: the log
// has lost commits, or the cursor belongs to another log.
var ErrCursorAhead = errors.New("the cursor is ahead of the log")

// GapError reports a sequence that should be in a stream and is not.
type GapError struct {
	Stream string
	Seq    uint64
}

// Error names the stream and the sequence.
func (e *GapError) Error() string {
	return fmt.Sprintf("commit %d of stream %s is missing; run \"jobsprint doctor\"", e.Seq, e.Stream)
}

// TailOptions say what a tail reads.
type TailOptions struct {
	// Streams to read; empty means all event streams, new ones included.
	Streams []string
	// MaxBatch is the most commits that Next returns; 0 means 256.
	MaxBatch int
}

const (
	defaultTailBatch = 256
	// A tail that was served less than gatherWithin ago is busy: it lets
	// gatherPause pass before it looks again, so that commits come in batches
	// and dozens of tails do not wake for each one. An idle tail wakes at once.
	gatherWithin = 2 * time.Millisecond
	gatherPause  = time.Millisecond
)

// Tail reads event streams behind a cursor: each stream in its order, the
// streams in turn. It sees nothing above the watermark. Next is for one
// goroutine at a time; Close may be called by any.
type Tail struct {
	log  *Log
	from events.Cursor
	only []string
	max  int

	next   map[string]uint64
	turn   int
	served time.Time

	closing sync.Once
	closed  chan struct{}
}

// Tail begins to read behind a cursor. A position with an index begins with
// the commit that it stands in. It must be closed.
func (l *Log) Tail(from events.Cursor, o TailOptions) *Tail {
	t := &Tail{log: l, from: from, only: slices.Clone(o.Streams), max: o.MaxBatch, next: map[string]uint64{}, closed: make(chan struct{})}
	if t.max <= 0 {
		t.max = defaultTailBatch
	}
	return t
}

// Next waits until there is at least one commit and returns the next ones, all
// of one stream. Errors: *GapError, *commands.DamageError, ErrCursorAhead,
// ErrClosed, commands.ErrUnavailable, ctx's. After an error the tail stands
// where it stood.
func (t *Tail) Next(ctx context.Context) ([]*events.Recorded, error) {
	for {
		moved := t.log.moved.wait()
		if err := t.open(ctx); err != nil {
			return nil, err
		}
		list, err := t.take(ctx)
		if err != nil || len(list) > 0 {
			t.served = time.Now()
			return list, err
		}
		if err := t.sleep(ctx, moved); err != nil {
			return nil, err
		}
	}
}

// Close ends the tail and a Next that waits.
func (t *Tail) Close() { t.closing.Do(func() { close(t.closed) }) }

func (t *Tail) open(ctx context.Context) error {
	select {
	case <-t.closed:
		return ErrClosed
	case <-t.log.closed:
		return ErrClosed
	default:
		return ctx.Err()
	}
}

// sleep waits for a movement and, when the tail is busy, a little longer.
func (t *Tail) sleep(ctx context.Context, moved <-chan struct{}) error {
	if err := t.wait(ctx, moved); err != nil {
		return err
	}
	if time.Since(t.served) > gatherWithin {
		t.served = time.Now()
		return nil
	}
	t.served = time.Now()
	timer := time.NewTimer(gatherPause)
	defer timer.Stop()
	return waitFor(ctx, t, timer.C)
}

func (t *Tail) wait(ctx context.Context, moved <-chan struct{}) error { return waitFor(ctx, t, moved) }

func waitFor[T any](ctx context.Context, t *Tail, ch <-chan T) error {
	select {
	case <-ch:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-t.closed:
		return ErrClosed
	case <-t.log.closed:
		return ErrClosed
	}
}

// take returns what the first stream in turn has, if any.
func (t *Tail) take(ctx context.Context) ([]*events.Recorded, error) {
	names := t.only
	if len(names) == 0 {
		names = t.log.Streams()
		if err := t.known(names); err != nil {
			return nil, err
		}
	}
	for i := range names {
		at := (t.turn + i) % len(names)
		list, err := t.read(ctx, names[at])
		if err != nil || len(list) > 0 {
			t.turn = at + 1
			return list, err
		}
	}
	return nil, nil
}

// known refuses a cursor that stands in a stream of the future. One that
// stands in a slice older than the oldest has read it to its end.
func (t *Tail) known(names []string) error {
	for _, p := range t.from.Positions() {
		ended := strings.HasPrefix(p.Stream, prefixRuns) && p.Stream < runsStream(t.log.slices.names()[0])
		if p.Seq > 0 && !ended && !slices.Contains(names, p.Stream) {
			return fmt.Errorf("%w: there is no stream %s", ErrCursorAhead, p.Stream)
		}
	}
	return nil
}

// read returns the next commits of one stream, from memory when they are
// there.
func (t *Tail) read(ctx context.Context, stream string) ([]*events.Recorded, error) {
	q, err := t.log.sequencer(stream)
	if err != nil {
		return nil, err
	}
	mark := q.mark.Load()
	seq, err := t.begin(stream, mark)
	if err != nil || seq > mark {
		return nil, err
	}
	n := int(min(uint64(t.max), mark-seq+1))
	list := q.cached(seq, n)
	if list == nil {
		if list, err = t.log.readRange(ctx, stream, seq, n); err != nil {
			return nil, err
		}
	}
	t.next[stream] = seq + uint64(len(list))
	return list, nil
}

// begin is the next sequence to read of a stream.
func (t *Tail) begin(stream string, mark uint64) (uint64, error) {
	if seq, ok := t.next[stream]; ok {
		return seq, nil
	}
	p := t.from.At(stream)
	if p.Seq > mark {
		return 0, fmt.Errorf("%w: stream %s ends at %d, the cursor stands at %d", ErrCursorAhead, stream, mark, p.Seq)
	}
	seq := p.Seq + 1
	if p.Index > 0 {
		seq = p.Seq
	}
	t.next[stream] = seq
	return seq, nil
}

// readRange reads and decodes at most n commits from a sequence on, at least
// one. Errors: *GapError.
func (l *Log) readRange(ctx context.Context, stream string, seq uint64, n int) ([]*events.Recorded, error) {
	list, _, err := l.tails.batch(ctx, stream, readRequest{Seq: seq, Batch: min(n, readBatch)})
	if err != nil {
		return nil, err
	}
	out := make([]*events.Recorded, 0, len(list))
	for _, m := range list {
		if m.seq != seq+uint64(len(out)) {
			break
		}
		r, err := l.decode(ctx, stream, m)
		if err != nil && len(out) == 0 {
			return nil, err
		}
		if err != nil {
			break // the next call meets it first
		}
		out = append(out, r)
	}
	if len(out) == 0 {
		return nil, &GapError{Stream: stream, Seq: seq}
	}
	return out, nil
}
