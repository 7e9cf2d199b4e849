package streams

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/jobsprint/jobsprint/commands"
	"github.com/nats-io/nats.go/jetstream"
)

const epochKey = "epoch"

// NextEpoch counts the owners of this log: every call gives a number that is
// one higher than any before, from 1. Errors: commands.ErrUnavailable.
func (l *Log) NextEpoch(ctx context.Context) (uint64, error) {
	for {
		n, err := l.tryEpoch(ctx)
		switch {
		case err == nil:
			return n, nil
		case ctx.Err() != nil || !isConflict(err):
			return 0, fmt.Errorf("count the owner's epoch: %w: %w", commands.ErrUnavailable, err)
		}
	}
}

func (l *Log) tryEpoch(ctx context.Context) (uint64, error) {
	kv, err := l.js.KeyValue(ctx, bucketEngine)
	if err != nil {
		return 0, err
	}
	var last, revision uint64
	entry, err := kv.Get(ctx, epochKey)
	switch {
	case err == nil:
		revision = entry.Revision()
		if last, err = strconv.ParseUint(string(entry.Value()), 10, 64); err != nil {
			return 0, err
		}
	case !errors.Is(err, jetstream.ErrKeyNotFound):
		return 0, err
	}
	_, err = kv.Update(ctx, epochKey, strconv.AppendUint(nil, last+1, 10), revision)
	return last + 1, err
}
