package handlers

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/item"
)

// errShortened reports that what had happened did not fit into the log and was
// cut short: whoever decided on the state decides again.
var errShortened = errors.New("the outcome did not fit into the log")

const (
	// maxErrorText is what is kept of each text of an error that does not fit.
	maxErrorText = 4 << 10
	// smallEvent is a size that an event which is cut short never has.
	smallEvent = 64 << 10
)

// shorten deals with a chain that does not fit into one commit: the outcome
// that takes the most room becomes a failure that says so, and what followed
// from it did not happen. Nothing of that has acted: an effect acts only when
// the commit that schedules it is stored.
func (m *mailbox) shorten(cause error) error {
	list, at := m.chain.events, 0
	size := 0
	for i, e := range list {
		if n := len(e.AppendJSON(nil)); n > size {
			at, size = i, n
		}
	}
	if size < smallEvent {
		return cause
	}
	replaced, err := replaceLarge(list[at], size)
	if err != nil {
		return errors.Join(cause, err)
	}
	run, head, err := m.reload()
	if err != nil {
		return err
	}
	m.engine.Logger.Warn("an outcome does not fit into the log", "run", m.id, "event", list[at].EventType().Name, "bytes", size, "error", cause)
	m.run, m.head, m.chain = run, head, chain{meta: m.chain.meta}
	for _, e := range append(list[:at:at], replaced) {
		if err := m.run.Evolve(e, m.engine.Now()); err != nil {
			return fmt.Errorf("another owner has taken the run over: %w", err)
		}
		m.chain.events = append(m.chain.events, e)
	}
	if err := m.flush(); err != nil {
		return err
	}
	return errShortened
}

// replaceLarge is what is recorded in the place of an event that is too large.
func replaceLarge(e events.Event, size int) (events.Event, error) {
	tooLarge := events.StepError{
		Code:    "step.too-large",
		Message: fmt.Sprintf("the outcome of the step takes %d bytes, which is more than one commit can hold; emit fewer or smaller items", size),
	}
	switch e := e.(type) {
	case events.StepCompleted:
		return events.StepFailed{StepRef: e.StepRef, Error: tooLarge, Started: e.Started, DurationUS: e.DurationUS}, nil
	case events.StepWaiting:
		return events.StepFailed{StepRef: e.StepRef, Error: tooLarge, Started: e.Now}, nil
	case events.StepFailed:
		e.Error = *shortError(&e.Error)
		return e, nil
	case events.RunResponded:
		answer := plainAnswer(http.StatusInternalServerError, "The answer is too large to be recorded")
		answer.Step = e.Step
		return answer, nil
	case events.RunEnded:
		e.Error, e.Reason = shortError(e.Error), shortText(e.Reason)
		return e, nil
	}
	return nil, fmt.Errorf("%s of %d bytes cannot be cut short", e.EventType().Name, size)
}

func shortError(e *events.StepError) *events.StepError {
	if e == nil {
		return nil
	}
	return &events.StepError{
		Code: e.Code, Message: shortText(e.Message), Description: shortText(e.Description), Item: e.Item, Context: item.Undefined,
	}
}

// shortText cuts a text at the end of a character.
func shortText(s string) string {
	if len(s) <= maxErrorText {
		return s
	}
	return strings.ToValidUTF8(s[:maxErrorText], "") + "…"
}
