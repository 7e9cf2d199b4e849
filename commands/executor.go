package commands

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/workflow"
)

// Keys derives the identifiers that hang on secrets of the store.
type Keys interface {
	// CommandDigest is the keyed hash of a command's body.
	CommandDigest(workspace, name string, body []byte) events.Hash
	// IdempotencyID is the address of an idempotency key.
	IdempotencyID(workspace, actor, operation, key string) string
	// KeyAggregates lists where a claim of the key may stand: newest slice
	// first, as far back as keys are remembered.
	KeyAggregates(workspace, id string, now time.Time) []events.AggregateID
}

// Permission names what an actor must be allowed to do.
type Permission string

// Permissions of the commands.
const (
	PermitEdit    Permission = "workflow.edit"
	PermitOperate Permission = "workflow.operate"
	PermitRun     Permission = "run.start"
)

// Config is what an Executor works with.
type Config struct {
	Store     Store
	Keys      Keys
	Catalogue workflow.Catalogue
	// Authorize refuses with an error; nil allows everything.
	Authorize func(Meta, Permission) error
	// Now is the clock; nil: time.Now.
	Now func() time.Time
	// NewID draws the id of a command without an idempotency key; nil: from
	// crypto/rand.
	NewID  func() events.ID
	Logger *slog.Logger
}

// Executor carries out commands: authorise, load, decide, append.
type Executor struct {
	Config
	definitions definitionCache
	graphs      graphCache
	memories    memoryCache
	tables      tableCache
}

// New makes an Executor.
func New(c Config) *Executor {
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.NewID == nil {
		c.NewID = randomID
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	return &Executor{Config: c}
}

func randomID() events.ID {
	var id events.ID
	_, _ = rand.Read(id[:]) // documented never to fail
	id[6] = id[6]&0x0f | 0x40
	id[8] = id[8]&0x3f | 0x80
	return id
}

// maxDecisions bounds how often a command is decided again after a lost race.
const maxDecisions = 10

// aggregate is the state of one aggregate while a command is carried out.
type aggregate interface {
	id() events.AggregateID
	head() events.Head
	ledger() *ledger
	// refresh folds what was appended since.
	refresh(ctx context.Context, s Store) error
}

// order is a command on its way to an aggregate.
type order struct {
	Meta
	name       string
	permission Permission
	// commandID is set for commands of processes, derived from their cause.
	commandID events.ID
	// decide looks at the fresh state and gives the new events; none means
	// that there is nothing to do.
	decide func() ([]events.Event, error)
}

// execute runs a command until it is stored, refused, or found to have been
// carried out before.
func (x *Executor) execute(ctx context.Context, a aggregate, o order) (Outcome, error) {
	if x.Authorize != nil {
		if err := x.Authorize(o.Meta, o.permission); err != nil {
			return Outcome{}, err
		}
	}
	id, digest := x.identify(a.id(), &o)
	for range maxDecisions {
		if err := a.refresh(ctx, x.Store); err != nil {
			return Outcome{}, err
		}
		if seen, err := a.ledger().find(id, digest); seen || err != nil {
			return outcome(a, true), err
		}
		list, err := o.decide()
		if err != nil {
			return Outcome{}, err
		}
		if len(list) == 0 {
			return outcome(a, false), nil
		}
		_, err = x.Store.Append(ctx, Append{
			Aggregate: a.id(), Expect: a.head(), Events: list, At: x.Now().UTC(),
			CommandID: id, CommandName: o.name, CommandHash: digest, Actor: o.Actor,
			Correlation: o.Correlation, Causation: o.Causation, Traceparent: o.Traceparent,
		})
		if errors.Is(err, ErrConflict) {
			continue
		}
		if err != nil {
			return Outcome{}, err
		}
		if err := a.refresh(ctx, x.Store); err != nil {
			return Outcome{}, err
		}
		return outcome(a, false), nil
	}
	return Outcome{}, &Error{Code: CodeConflict, Err: ErrConflict,
		Message: fmt.Sprintf("others changed %s %d times in a row; try again", a.id().Kind, maxDecisions)}
}

// identify gives a command its id: derived from the caller's key, so that a
// repeat is recognised, or else drawn.
func (x *Executor) identify(target events.AggregateID, o *order) (events.ID, events.Hash) {
	var digest events.Hash
	if o.IdempotencyKey != "" {
		digest = x.Keys.CommandDigest(o.Workspace, o.name, o.Body)
		return events.HashToID("command", o.Workspace, o.Actor, o.name, target.ID, o.IdempotencyKey), digest
	}
	if !o.commandID.IsZero() {
		return o.commandID, digest
	}
	return x.NewID(), digest
}

func outcome(a aggregate, repeated bool) Outcome {
	h := a.head()
	return Outcome{ID: a.id().ID, Revision: h.Revision, Repeated: repeated, Freshness: h.Cursor()}
}
