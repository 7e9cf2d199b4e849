package commands

import (
	"context"
	"encoding/hex"
	"errors"

	"github.com/jobsprint/jobsprint/events"
)

const (
	nameStart    = "run.start"
	nameClaimKey = "key.claim"
)

// Begun is a run that was started, now or before.
type Begun struct {
	Run      string
	Recorded *events.Recorded
	Repeated bool
}

// StartRun stores the first commit of a run, with more events behind the first
// where there are any. With an idempotency key it first
// claims the key for the run, so that a repeat finds the run; a crash between
// the two is made good by the repeat. Errors: CodeIdempotencyMismatch and
// those of the store.
func (x *Executor) StartRun(ctx context.Context, m Meta, run string, first events.RunStarted, more ...events.Event) (Begun, error) {
	if x.Authorize != nil {
		if err := x.Authorize(m, PermitRun); err != nil {
			return Begun{}, err
		}
	}
	var digest events.Hash
	claimed := false
	if m.IdempotencyKey != "" {
		digest = x.Keys.CommandDigest(m.Workspace, nameStart, m.Body)
		holder, err := x.claimKey(ctx, m, run, digest)
		if err != nil {
			return Begun{}, err
		}
		claimed, run = holder != run, holder
	}
	recorded, err := x.Store.Append(ctx, Append{
		Aggregate: events.Run(m.Workspace, run), Events: append([]events.Event{first}, more...), At: x.Now().UTC(),
		CommandID: x.startID(m, run), CommandName: nameStart, CommandHash: digest,
		Actor: m.Actor, Correlation: m.Correlation, Causation: m.Causation, Traceparent: m.Traceparent,
	})
	if claimed && errors.Is(err, ErrConflict) {
		// The first request got further: the run has begun.
		return Begun{Run: run, Repeated: true}, nil
	}
	return Begun{Run: run, Recorded: recorded, Repeated: claimed}, err
}

func (x *Executor) startID(m Meta, run string) events.ID {
	if m.IdempotencyKey != "" {
		return events.HashToID(nameStart, m.Workspace, m.Actor, run)
	}
	return x.NewID()
}

// claimKey gives the run that holds the key: the one that is asked for, or the
// one of an earlier request.
func (x *Executor) claimKey(ctx context.Context, m Meta, run string, digest events.Hash) (string, error) {
	places := x.Keys.KeyAggregates(m.Workspace, x.Keys.IdempotencyID(m.Workspace, m.Actor, nameStart, m.IdempotencyKey), x.Now())
	for range maxDecisions {
		for _, place := range places {
			holder, err := x.keyHolder(ctx, place, digest)
			if holder != "" || err != nil {
				return holder, err
			}
		}
		_, err := x.Store.Append(ctx, Append{
			Aggregate: places[0], Events: []events.Event{events.KeyClaimed{Run: run, Digest: hex.EncodeToString(digest[:])}},
			At: x.Now().UTC(), CommandID: events.HashToID(nameClaimKey, run), CommandName: nameClaimKey, Actor: m.Actor,
		})
		if !errors.Is(err, ErrConflict) {
			return run, err
		}
	}
	return "", ErrConflict
}

func (x *Executor) keyHolder(ctx context.Context, place events.AggregateID, digest events.Hash) (string, error) {
	var holder string
	_, err := x.Store.Load(ctx, place, events.Head{}, func(r *events.Recorded) error {
		e, err := r.Event(0)
		if err != nil {
			return err
		}
		claim, ok := e.(events.KeyClaimed)
		if !ok {
			return nil
		}
		if claim.Digest != hex.EncodeToString(digest[:]) {
			return mismatch()
		}
		holder = claim.Run
		return nil
	})
	return holder, err
}
