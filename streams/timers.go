package streams

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/jobsprint/jobsprint/events"
)

// Timer wakes a waiting run. Firing is a hint that comes at least once: late
// by up to 250 ms and a little under load, perhaps again, and perhaps after the
// timer was replaced or cancelled. Whoever is woken looks at the run and at
// Revision. A timer is derived from the run's events; one that a power loss
// took is set again from them.
type Timer struct {
	Run events.AggregateID
	// ID tells the timers of a run apart: one for each wait, such as the
	// revision that began it. Letters, digits, '-' and '_'.
	ID string
	// At is when it is due.
	At time.Time
	// Revision of the run when the timer was set.
	Revision uint64
}

// Headers of message schedules. The client's own option for them cuts the time
// to whole seconds, and fires early by what it cut off.
const (
	headerSchedule       = "Nats-Schedule"
	headerScheduleTarget = "Nats-Schedule-Target"
	headerScheduler      = "Nats-Scheduler"
	headerScheduleNext   = "Nats-Schedule-Next"
	schedulePurge        = "purge"
)

// farthestTimer is where later timers are put: the server counts nanoseconds
// in 64 bits, which end in 2262, and n8n writes the year 3000 for "never". The
// early hint that this gives in 2200 is one like any other.
var farthestTimer = time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC)

// timerBody is what a timer's message holds; everything else is its subject.
type timerBody struct {
	At       time.Time `json:"at"`
	Revision uint64    `json:"revision"`
}

// SetTimer stores a timer; it is acknowledged when SetTimer returns. The same
// run and ID again replaces it. A timer that is due already fires at once.
// Errors: events.ErrBadID, commands.ErrUnavailable.
//
// A timer is a message schedule on a subject of its own: when it is due the
// server moves its body to the subject timer.due.…, in one step with the end
// of the schedule. Stream TIMERS is a work queue: an acknowledged due timer is
// gone, an unacknowledged one outlives restarts, and a schedule, which no
// consumer reads, stays until it fires. The server looks every 250 ms, so that
// a wait shorter than this is better served in process.
func (l *Log) SetTimer(ctx context.Context, t Timer) error {
	if err := checkTimer(t); err != nil {
		return err
	}
	body, err := json.Marshal(timerBody{At: t.At.UTC(), Revision: t.Revision})
	if err != nil {
		return fmt.Errorf("%w: timer at %v: %w", events.ErrBadID, t.At, err)
	}
	_, err = l.js.PublishMsg(ctx, t.message(body, l.conf.Now()), jetstream.WithExpectStream(streamTimers))
	if err != nil {
		return unavailable(ctx, "set timer "+t.ID+" of run "+t.Run.ID, err)
	}
	return nil
}

// CancelTimer takes a timer back; one that is not set, or has fired, is no
// error. Errors: events.ErrBadID, commands.ErrUnavailable.
func (l *Log) CancelTimer(ctx context.Context, t Timer) error {
	if err := checkTimer(t); err != nil {
		return err
	}
	s, err := l.js.Stream(ctx, streamTimers)
	if err == nil {
		err = s.Purge(ctx, jetstream.WithPurgeSubject(timerSubject("set", t.Run, t.ID)))
	}
	if err != nil {
		return unavailable(ctx, "cancel timer "+t.ID+" of run "+t.Run.ID, err)
	}
	return nil
}

// message is a schedule, or what the server would make of it when it is due:
// the due timer, which ends the schedule that it may replace.
func (t Timer) message(body []byte, now time.Time) *nats.Msg {
	set, due := timerSubject("set", t.Run, t.ID), timerSubject("due", t.Run, t.ID)
	if !t.At.After(now) {
		return &nats.Msg{Subject: due, Data: body, Header: nats.Header{
			headerScheduler: {set}, headerScheduleNext: {schedulePurge},
		}}
	}
	at := t.At
	if at.After(farthestTimer) {
		at = farthestTimer
	}
	return &nats.Msg{Subject: set, Data: body, Header: nats.Header{
		headerSchedule: {"@at " + at.UTC().Format(time.RFC3339Nano)}, headerScheduleTarget: {due},
	}}
}

func checkTimer(t Timer) error {
	if err := checkAggregate(t.Run); err != nil {
		return err
	}
	return checkToken("timer", t.ID)
}

// readTimer reads a due timer back from its message.
func readTimer(subject string, body []byte) (*Timer, error) {
	p := strings.Split(subject, ".")
	if len(p) != 6 || p[0] != "timer" {
		return nil, fmt.Errorf("%w: %.100q is no subject of a timer", events.ErrBadID, subject)
	}
	var b timerBody
	if err := json.Unmarshal(body, &b); err != nil {
		return nil, fmt.Errorf("timer %s: %w: %w", subject, events.ErrCorrupt, err)
	}
	return &Timer{Run: events.Run(p[3], p[4]), ID: p[5], At: b.At, Revision: b.Revision}, nil
}
