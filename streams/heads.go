package streams

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jobsprint/jobsprint/commands"
	"github.com/jobsprint/jobsprint/events"
)

// available refuses work on a closed log.
func (l *Log) available() error {
	select {
	case <-l.closed:
		return fmt.Errorf("%w: %w", commands.ErrUnavailable, ErrClosed)
	default:
		return nil
	}
}

// sequencer finds the writer of an event stream. Errors: commands.ErrGone.
func (l *Log) sequencer(stream string) (*sequencer, error) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	if q, ok := l.queues[stream]; ok {
		return q, nil
	}
	return nil, fmt.Errorf("stream %s: %w", stream, commands.ErrGone)
}

// Streams lists the event streams that exist, DEFS first, then the slices in
// their order. The list must not be changed.
func (l *Log) Streams() []string {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.names
}

// addSequencer opens the writer of an event stream where its end is now.
func (l *Log) addSequencer(ctx context.Context, stream string) error {
	if _, err := l.sequencer(stream); err == nil {
		return nil
	}
	s, err := l.js.Stream(ctx, stream)
	if err != nil {
		return fmt.Errorf("open stream %s: %w", stream, err)
	}
	q, err := newSequencer(l.writes, stream, s.CachedInfo().State.LastSeq, &l.moved, l.conf.Logger)
	if err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.queues[stream] = q
	l.names = append(slices.Clone(l.names), stream) // readers hold the old list
	slices.Sort(l.names)                            // DEFS sorts before RUNS_*
	return nil
}

// Last is the watermark of an event stream: the sequence of its last
// acknowledged commit, 0 when it has none or does not exist.
func (l *Log) Last(stream string) uint64 {
	q, err := l.sequencer(stream)
	if err != nil {
		return 0
	}
	return q.mark.Load()
}

// Head is the last acknowledged position of each event stream.
func (l *Log) Head(ctx context.Context) (events.Cursor, error) {
	var c events.Cursor
	for _, name := range l.Streams() {
		if seq := l.Last(name); seq > 0 {
			c = c.With(events.Position{Stream: name, Seq: seq})
		}
	}
	return c, ctx.Err()
}

// StreamStats are figures of one stream, of events or not.
type StreamStats struct {
	Name     string
	Messages uint64
	Bytes    uint64 // on disk
	First    uint64 // sequences
	Last     uint64
}

// Stats lists the figures of every stream, by name.
func (l *Log) Stats(ctx context.Context) ([]StreamStats, error) {
	var out []StreamStats
	list := l.js.ListStreams(ctx)
	for info := range list.Info() {
		s := info.State
		out = append(out, StreamStats{Name: info.Config.Name, Messages: s.Msgs, Bytes: s.Bytes, First: s.FirstSeq, Last: s.LastSeq})
	}
	if err := list.Err(); err != nil {
		return nil, fmt.Errorf("list the streams: %w: %w", commands.ErrUnavailable, err)
	}
	slices.SortFunc(out, func(a, b StreamStats) int { return strings.Compare(a.Name, b.Name) })
	return out, nil
}
