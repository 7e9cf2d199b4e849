package streams

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jobsprint/jobsprint/commands"
	"github.com/jobsprint/jobsprint/events"
)

// decode turns a stored message into a commit. A commit whose key was erased
// comes back without its content. Errors: *commands.DamageError,
// events.ErrNewerVersion, commands.ErrUnavailable.
func (l *Log) decode(ctx context.Context, stream string, m raw) (*events.Recorded, error) {
	pos := events.Position{Stream: stream, Seq: m.seq}
	id, err := aggregateOf(m.subject)
	if err != nil {
		return nil, damaged(id, 0, pos, err)
	}
	s, err := parseBody(m.body)
	if err != nil {
		return nil, damaged(id, s.env.Revision, pos, err)
	}
	r, err := l.decrypt(ctx, id, pos, m, s)
	if err != nil {
		return nil, damaged(id, s.env.Revision, pos, err)
	}
	r.Bytes = len(m.body)
	return r, nil
}

func (l *Log) decrypt(ctx context.Context, id events.AggregateID, pos events.Position, m raw, s sealed) (*events.Recorded, error) {
	hash := commitHash(m.subject, m.body)
	keys, err := l.keys.reading(ctx, id, sliceOf(pos.Stream), s.env.KeyID)
	if errors.Is(err, errKeyErased) {
		return events.FromRedacted(s.env, id, pos, hash), nil
	}
	if err != nil {
		return nil, err
	}
	plain, err := l.codec.open(m.subject, s, keys.aead)
	if err != nil {
		return nil, err
	}
	return events.FromPlain(s.env, id, pos, hash, plain)
}

// sliceOf is the slice of a stream of runs, empty for DEFS.
func sliceOf(stream string) string {
	slice, ok := strings.CutPrefix(stream, prefixRuns)
	if !ok {
		return ""
	}
	return slice
}

// damaged wraps what is the log's fault; what is not (a newer version, a log
// that cannot be read now) stays what it is.
func damaged(id events.AggregateID, revision uint64, pos events.Position, err error) error {
	var already *commands.DamageError
	for _, other := range []error{events.ErrNewerVersion, commands.ErrUnavailable, ErrKeyWrong, ErrClosed, context.Canceled, context.DeadlineExceeded} {
		if errors.Is(err, other) {
			return fmt.Errorf("read %s revision %d: %w", id, revision, err)
		}
	}
	if errors.As(err, &already) {
		return err
	}
	return &commands.DamageError{
		Aggregate: id, Revision: revision, Position: pos,
		Detail: fmt.Sprintf("revision %d (%s %d): %v", revision, pos.Stream, pos.Seq, err),
	}
}
