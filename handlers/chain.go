package handlers

import (
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/jobsprint/jobsprint/commands"
	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
	"github.com/jobsprint/jobsprint/workflow"
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
// happened is acknowledged, and the answer in it, if any, is on its way. With
// errShortened the state is not what it was: decide again.
func (m *mailbox) flush() error {
	if len(m.chain.events) == 0 {
		return nil
	}
	recorded, err := m.append(m.commit())
	if errors.Is(err, commands.ErrTooLarge) {
		return m.shorten(err)
	}
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

// commit is the chain as one commit. Its command's id is the same for every
// attempt to store it, and no other commit's: neither another owner's nor that
// of an earlier time when this engine had the run in memory.
func (m *mailbox) commit() commands.Append {
	meta := &m.chain.meta
	return commands.Append{
		Aggregate: events.Run(m.workspace, m.id), Expect: m.head, Events: m.chain.events, At: m.engine.Now().UTC(),
		CommandID:   events.HashToID("commit", m.id, fmt.Sprint(m.engine.epoch), fmt.Sprint(m.number), fmt.Sprint(m.head.Revision)),
		CommandName: "run.advance",
		Actor:       meta.Actor, Correlation: meta.Correlation, Causation: meta.Causation, Traceparent: meta.Traceparent,
	}
}

// append stores a commit, however long the log is away. A lost race means
// that another owner wrote: the work is decided again on what it wrote.
func (m *mailbox) append(a commands.Append) (recorded *events.Recorded, err error) {
	for {
		err = m.patiently(m.engine.work, func() error {
			recorded, err = m.engine.Log.Append(m.engine.work, a)
			return err
		})
		if !errors.Is(err, commands.ErrConflict) {
			return recorded, err
		}
		if err := m.rebase(&a); err != nil {
			return nil, err
		}
	}
}

// rebase loads what another owner recorded and folds the unrecorded events on
// top of it. It fails where they no longer fit, such as after the run's end.
func (m *mailbox) rebase(a *commands.Append) error {
	run, head, err := m.reload()
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

// reload folds the run as it is recorded.
func (m *mailbox) reload() (run *workflow.Run, head events.Head, err error) {
	err = m.patiently(m.engine.work, func() error {
		run, head, err = m.engine.fold(m.engine.work, m.workspace, m.id)
		return err
	})
	return run, head, err
}

// finalAnswer is the answer at the end of a run whose caller still waits.
func (m *mailbox) finalAnswer(e events.RunEnded) (events.RunResponded, bool) {
	answer, due := m.fullAnswer(e)
	if !due {
		return answer, false
	}
	return m.shrink(answer), true
}

// fullAnswer is the final answer with its whole body.
func (m *mailbox) fullAnswer(e events.RunEnded) (events.RunResponded, bool) {
	mode, step := m.run.Reply()
	if m.run.Responded() != nil || mode != events.ReplyLastNode && mode != events.ReplyStep {
		return events.RunResponded{}, false
	}
	node, ok := m.answerer(step)
	if !ok {
		return events.RunResponded{}, false
	}
	return answerOf(node, mode, e.Status, m.lastItems(), e.Error), true
}

// answerOf asks the step that was called for the answer. A step that breaks down here
// costs the caller the answer, and nothing else.
func answerOf(hook nodes.Answerer, mode, status string, last []item.Item, failure *events.StepError) (out events.RunResponded) {
	defer func() {
		if recover() != nil {
			out = plainAnswer(http.StatusInternalServerError, "Error in workflow")
		}
	}()
	return hook.Answer(mode, status, last, failure)
}

func plainAnswer(status int, message string) events.RunResponded {
	return events.RunResponded{
		Status: status, Body: item.NewObject(1).Set("message", item.String(message)).Value().AppendJSON(nil),
		Headers: []events.Header{{Name: "Content-Type", Value: "application/json; charset=utf-8"}},
	}
}
