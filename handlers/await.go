package handlers

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jobsprint/jobsprint/commands"
	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/streams"
	"github.com/jobsprint/jobsprint/workflow"
)

const (
	// waitingStatus is that of a run in the read model that waits.
	waitingStatus = workflow.StatusWaiting
	// stayAwake is how long a run may wait in memory; above it, its timer
	// brings it back.
	stayAwake = 5 * time.Second
	// durableWait is the shortest wait for which a timer is stored; a shorter
	// one is over before a restart would be.
	durableWait = 250 * time.Millisecond
	// endless stands for a wait without an end.
	endless = time.Duration(1<<63 - 1)
	// recoveryTimer is the id of the timer that a takeover sets.
	recoveryTimer = "recovered"
)

// await parks the run until its wait is over, or its deadline. A short wait
// stays in memory; a long one leaves it, and the stored timer wakes the run.
func (m *mailbox) await(a workflow.Action) (bool, error) {
	if err := m.flush(); err != nil {
		return false, err
	}
	if a.Again {
		return m.awaitChild(a)
	}
	if a.Listen != "" {
		m.listens(true)
		if resumed, err := m.answerCalls(a); resumed || err != nil {
			return err == nil, err
		}
	}
	now := m.engine.Now()
	if !a.Until.IsZero() && !a.Until.After(now) {
		m.listens(false)
		if a.Retry {
			return true, m.step(a)
		}
		return true, m.emit(m.run.Resume(a, now))
	}
	due := a.Until
	if d := m.run.Started.Deadline; !d.IsZero() && (due.IsZero() || d.Before(due)) {
		due = d
	}
	left := due.Sub(now)
	if due.IsZero() {
		left = endless
	} else if left > durableWait {
		timer := m.timer(waitTimer(m.head.Revision), due)
		if err := m.patiently(m.engine.work, func() error { return m.engine.Log.SetTimer(m.engine.work, timer) }); err != nil {
			return false, err
		}
	}
	if left > stayAwake {
		return !m.engine.park(m), nil
	}
	m.engine.sleeping.Add(1)
	m.sleep(left, a.Listen != "")
	m.engine.sleeping.Add(-1)
	return true, nil
}

func (m *mailbox) timer(id string, at time.Time) streams.Timer {
	return streams.Timer{Run: events.Run(m.workspace, m.id), ID: id, At: at, Revision: m.head.Revision}
}

// waitTimer is the id of the timer of the wait that began with a revision.
func waitTimer(revision uint64) string { return fmt.Sprintf("r%d", revision) }

// cancelTimers takes back the timers of a run that ended while it waited. One
// that stays is a hint about a run that has ended, and may be far away.
func (m *mailbox) cancelTimers(waited uint64) {
	for _, id := range []string{waitTimer(waited), recoveryTimer} {
		if err := m.engine.Log.CancelTimer(m.engine.work, m.timer(id, time.Time{})); err != nil {
			m.engine.Logger.Info("the timer of a run that has ended stays", "run", m.id, "timer", id, "error", err)
		}
	}
}

// sleep waits for a time; a cancellation, the deadline or a stop ends it
// before. Wake-ups are the stored timer's, and this one knows better, unless the
// run waits for a request, too.
func (m *mailbox) sleep(d time.Duration, listens bool) {
	t := time.NewTimer(d)
	defer t.Stop()
	for {
		select {
		case <-m.wake:
			if !listens {
				continue
			}
		case <-t.C:
		case <-m.ctx.Done():
		case <-m.engine.stopping:
		}
		return
	}
}

// patiently does something that needs the log until the log is there.
func (m *mailbox) patiently(ctx context.Context, do func() error) error {
	return m.engine.patiently(ctx, m.id, do)
}

// patiently does something for a run that needs the log until the log is there.
func (e *Engine) patiently(ctx context.Context, run string, do func() error) error {
	for pause := firstPause; ; pause = min(2*pause, longestPause) {
		err := do()
		if !errors.Is(err, commands.ErrUnavailable) {
			return err
		}
		e.Logger.Warn("the log is not available; trying again", "run", run, "error", err)
		if err := pauseFor(ctx, pause); err != nil {
			return err
		}
	}
}

// Pauses between attempts at something that needs the log.
const (
	firstPause   = 10 * time.Millisecond
	longestPause = time.Second
)

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
