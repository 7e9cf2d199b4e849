package workflow

import (
	"errors"
	"fmt"
	"time"

	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/item"
)

// Status is where a run stands.
type Status string

// The states of a run.
const (
	StatusNone     Status = ""         // nothing is recorded yet
	StatusRunning  Status = "running"  // a step is ready or being executed
	StatusWaiting  Status = "waiting"  // a step waits for a time or a retry
	StatusSuccess  Status = "success"  // ended
	StatusError    Status = "error"    // ended
	StatusCanceled Status = "canceled" // ended
)

// Ended reports whether nothing can follow.
func (s Status) Ended() bool {
	return s == StatusSuccess || s == StatusError || s == StatusCanceled
}

// MaxStepRuns bounds the executions of steps in one run, unless LimitSteps says
// otherwise: loops are legal, and one that does not end must not fill the log.
const MaxStepRuns = 1_000_000

// Codes of the errors with which a run itself ends.
const (
	// CodeTooManySteps: it took more step executions than it may.
	CodeTooManySteps = "run.too-many-steps"
	// CodeTimeout: it took longer than its workflow's time limit.
	CodeTimeout = "run.timeout"
)

// Errors of the state machine.
var (
	// ErrImpossible: the event cannot follow what was recorded before it.
	ErrImpossible = errors.New("the event cannot follow")
	// ErrEnded: the run has ended and takes nothing more.
	ErrEnded = errors.New("the run has ended")
)

// Run is the state of one run: a fold of its events. It is changed only by
// Evolve and is not safe for concurrent use.
type Run struct {
	graph    *Graph
	maxSteps int
	Started  events.RunStarted
	// StartedAt is when run.started was decided.
	StartedAt time.Time

	status    Status
	order     int // executions so far
	ready     []pending
	joins     []join
	attempt   *attempt
	steps     map[int][]*StepRun
	failed    *StepRun
	last      int // index of the step that ran last, -1 at first
	responded *events.RunResponded
	reply     reply
	ended     *events.RunEnded
	endedAt   time.Time
	history   []*StepRun // in the order of their ends
	kept      kept
	nested    events.RunNested
}

// StepRun is one execution of a step that has ended.
type StepRun struct {
	events.StepRef
	Index   int // of the step
	outputs []emitted
	Started time.Time
	// Duration is that of the last attempt, in microseconds.
	DurationUS int64
	// Error is why it failed; a step run with an error and outputs went on.
	Error *events.StepError
	// State is for the next run of the step, and kept until that has ended; Hints
	// are for people.
	State item.Value
	Hints []item.Value
	// Failed is set where the run could not go on; Silent where nothing came of it.
	Failed, Silent bool
}

// pending is a step that has its inputs and waits for its turn.
type pending struct {
	step   int
	source []events.Source
}

// join is a step with several inputs that some have reached.
type join struct {
	step   int
	source []events.Source
	filled []bool
	number int // among the joins of the step, which n8n may give twice
	items  int // how many of the inputs got items; the others that are filled are empty
}

// reply is how whoever called last is answered.
type reply struct{ mode, step string }

// attempt is the step in hand: recorded as scheduled, waiting or to be retried.
type attempt struct {
	events.StepRef
	index     int
	scheduled *events.StepScheduled
	waiting   *events.StepWaiting
	retry     time.Time
	failure   *events.StepError
}

// NewRun is a run of which nothing is recorded yet.
func NewRun(g *Graph) *Run {
	return &Run{graph: g, maxSteps: MaxStepRuns, steps: map[int][]*StepRun{}, last: -1}
}

// LimitSteps sets how many step executions the run may take; 0: MaxStepRuns.
// It must be the same whenever the run is folded to go on.
func (r *Run) LimitSteps(n int) {
	if n <= 0 {
		n = MaxStepRuns
	}
	r.maxSteps = n
}

// Nested says how deep the run stands below others; zero for one that no other
// run has started.
func (r *Run) Nested() events.RunNested { return r.nested }

// Graph is the workflow version of the run.
func (r *Run) Graph() *Graph { return r.graph }

// Status is where the run stands.
func (r *Run) Status() Status { return r.status }

// Ended is how the run ended; nil before.
func (r *Run) Ended() *events.RunEnded { return r.ended }

// EndedAt is when the run ended; zero before.
func (r *Run) EndedAt() time.Time { return r.endedAt }

// History lists all ended step runs in the order in which they ended.
func (r *Run) History() []*StepRun { return r.history }

// Responded is the recorded answer to the run's caller; nil before.
func (r *Run) Responded() *events.RunResponded { return r.responded }

// Reply says when whoever called last is answered, by one of the events.Reply
// constants, and names the step that was called.
func (r *Run) Reply() (mode, step string) { return r.reply.mode, r.reply.step }

// Executions is the number of step runs that have begun.
func (r *Run) Executions() int { return r.order }

// StepRuns lists the ended executions of a step in the order of RunIndex.
func (r *Run) StepRuns(name string) []*StepRun {
	s, ok := r.graph.StepNamed(name)
	if !ok {
		return nil
	}
	return r.steps[s.Index]
}

// Waiting is what the step in hand waits for, with what it will emit; nil where it
// does not wait, or for runs that it has started.
func (r *Run) Waiting() *events.StepWaiting {
	if r.attempt == nil || r.attempt.waiting == nil || r.attempt.waiting.Kind == events.WaitChild {
		return nil
	}
	return r.attempt.waiting
}

// Last is the step run that ended last; nil before the first.
func (r *Run) Last() *StepRun {
	if r.last < 0 {
		return nil
	}
	runs := r.steps[r.last]
	return runs[len(runs)-1]
}

// Output is what a source emitted. The source without a step is the run's own
// input. It reports false where there is no such output.
func (r *Run) Output(s events.Source) (events.Output, bool) {
	if s.Blank {
		return blank(), true
	}
	if s.Step == "" {
		if s.Output >= len(r.Started.Input) {
			return events.Output{}, false
		}
		return r.Started.Input[s.Output], true
	}
	runs := r.StepRuns(s.Step)
	if s.RunIndex < 0 || s.RunIndex >= len(runs) {
		return events.Output{}, false
	}
	return r.OutputAt(runs[s.RunIndex], s.Output)
}

func impossible(e events.Event, format string, args ...any) error {
	return fmt.Errorf("%w: %s: %s", ErrImpossible, e.EventType().Name, fmt.Sprintf(format, args...))
}

// blank is what a step gets that is made to run without an input.
func blank() events.Output {
	return events.Output{Items: DefaultInput(), Count: 1}
}

// DefaultInput is what a run begins with when nothing is given: one empty item.
func DefaultInput() []item.Item {
	return []item.Item{{JSON: item.NewObject(0).Value(), Paired: item.PairOf(0)}}
}
