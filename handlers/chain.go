package handlers

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jobsprint/jobsprint/commands"
	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/nodes"
)

// A chain of steps without outside effects is cut into commits at the first of
// these, besides before an effect, a wait, an answer and the end.
const (
	maxChainTime   = 100 * time.Millisecond
	maxChainEvents = 256
	maxChainBytes  = 512 << 10
	// eventOverhead is what an event takes beside its items, roughly.
	eventOverhead = 256
)

// chain is what has happened and is not yet recorded.
type chain struct {
	events []events.Event
	since  time.Time
	bytes  int
	// meta is that of a command that is part of the next commit.
	meta commands.Meta
}

// emit folds events into the state and keeps them for the next commit, which
// is made when the chain is long enough.
func (m *mailbox) emit(list ...events.Event) error {
	now := m.engine.Now()
	for _, e := range list {
		if err := m.run.Evolve(e, now); err != nil {
			return err
		}
		if len(m.chain.events) == 0 {
			m.chain.since = now
		}
		m.chain.events = append(m.chain.events, e)
		m.chain.bytes += eventOverhead + itemBytes(e)
		m.engine.metrics.count(e)
	}
	c := &m.chain
	if len(c.events) >= maxChainEvents || c.bytes >= maxChainBytes || len(c.events) > 0 && now.Sub(c.since) >= maxChainTime {
		return m.flush()
	}
	return nil
}

func itemBytes(e events.Event) int {
	n := 0
	switch e := e.(type) {
	case events.StepCompleted:
		for i := range e.Outputs {
			n += len(e.Outputs[i].Encode())
		}
	case events.StepWaiting:
		for i := range e.Outputs {
			n += len(e.Outputs[i].Encode())
		}
	case events.RunResponded:
		n = len(e.Body)
	}
	return n
}

// flush commits the chain. When it returns without error everything that has
// happened is acknowledged, and the answer in it, if any, is on its way.
func (m *mailbox) flush() error {
	if len(m.chain.events) == 0 {
		return nil
	}
	a := commands.Append{
		Aggregate: events.Run(m.workspace, m.id), Expect: m.head, Events: m.chain.events, At: m.engine.Now().UTC(),
		CommandID: events.HashToID("commit", m.id, fmt.Sprint(m.engine.epoch), fmt.Sprint(m.head.Revision)), CommandName: "run.advance",
		Actor: m.chain.meta.Actor, Correlation: m.chain.meta.Correlation, Causation: m.chain.meta.Causation,
	}
	recorded, err := m.append(a)
	if err != nil {
		return err
	}
	m.head = recorded.Head()
	for _, e := range m.chain.events {
		if r, ok := e.(events.RunResponded); ok {
			m.engine.deliver(m.id, r)
		}
	}
	m.chain = chain{}
	return nil
}

// append stores a commit, however long the log is away. A lost race means
// that another owner wrote: the work is decided again on what it wrote.
func (m *mailbox) append(a commands.Append) (*events.Recorded, error) {
	pause := 10 * time.Millisecond
	for {
		recorded, err := m.engine.Log.Append(m.engine.work, a)
		switch {
		case err == nil:
			return recorded, nil
		case errors.Is(err, commands.ErrConflict):
			if err := m.rebase(&a); err != nil {
				return nil, err
			}
		case errors.Is(err, commands.ErrUnavailable):
			m.engine.Logger.Warn("the log does not take commits; trying again", "run", m.id, "error", err)
			if err := pauseFor(m.engine.work, pause); err != nil {
				return nil, err
			}
			pause = min(2*pause, time.Second)
		default:
			return nil, err
		}
	}
}

// rebase loads what another owner recorded and folds the unrecorded events on
// top of it. It fails where they no longer fit, such as after the run's end.
func (m *mailbox) rebase(a *commands.Append) error {
	run, head, _, err := m.engine.load(m.engine.work, m.workspace, m.id)
	if err != nil {
		return err
	}
	for _, e := range a.Events {
		if err := run.Evolve(e, a.At); err != nil {
			return fmt.Errorf("another owner has taken the run over: %w", err)
		}
	}
	m.run, m.head, a.Expect = run, head, head
	return nil
}

func pauseFor(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// finalAnswer is the answer at the end of a run whose caller still waits.
func (m *mailbox) finalAnswer(e events.RunEnded) (events.RunResponded, bool) {
	started := &m.run.Started
	if m.run.Responded() != nil || started.Reply != events.ReplyLastNode && started.Reply != events.ReplyStep {
		return events.RunResponded{}, false
	}
	step, _ := m.program.Graph.StepNamed(started.Start)
	hook, ok := m.program.Nodes[step.Index].(nodes.Webhook)
	if !ok {
		return events.RunResponded{}, false
	}
	answer := hook.Answer(started.Reply, e.Status, m.lastItems(), e.Error)
	return m.shrink(answer), true
}
