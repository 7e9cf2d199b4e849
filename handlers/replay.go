package handlers

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"github.com/jobsprint/jobsprint/commands"
	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/workflow"
)

// Replay is the outcome of replaying a run: its log was folded from the first
// revision with its chain verified, every pure step was computed again from
// what was recorded, and the rest was taken from the record. Nothing outside
// is touched.
type Replay struct {
	Run      string `json:"run"`
	Workflow string `json:"workflow"`
	Version  int    `json:"version"`
	Status   string `json:"status"`
	// Equal is set when there is no difference.
	Equal   bool `json:"equal"`
	Commits int  `json:"commits"`
	Events  int  `json:"events"`
	// Recomputed counts the pure step runs and answers that were computed
	// again, FromRecord the effects, sealed steps and waits that were not.
	Recomputed  int          `json:"recomputed"`
	FromRecord  int          `json:"fromRecord"`
	Differences []Difference `json:"differences"`
}

// Difference is one place where the replay does not agree with the record.
type Difference struct {
	Step     string `json:"step,omitempty"`
	RunIndex int    `json:"runIndex"`
	// What differs: "outputs", "error", "wait", "answer", "end", "state" or
	// "read-model".
	What       string `json:"what"`
	Recorded   string `json:"recorded"`
	Recomputed string `json:"recomputed"`
	// Follows is set when an earlier difference explains this one.
	Follows bool `json:"follows,omitempty"`
}

// Row is what the read model says of a run, for comparison.
type Row struct {
	Status   string
	LastStep string
	Revision uint64
}

// maxShown is how much of a differing value a Difference shows.
const maxShown = 2_000

// replayer folds a run and computes its pure steps again on the way.
type replayer struct {
	*mailbox
	out Replay
	agg events.AggregateID
	end events.Head
}

// Replay replays a run. Errors: *commands.Error with CodeNotFound,
// *commands.DamageError when the chain does not verify, and the store's.
func (e *Engine) Replay(ctx context.Context, workspace, run string) (Replay, error) {
	if _, err := events.TimeOf(run); err != nil {
		return Replay{}, runNotFound(run)
	}
	r := &replayer{agg: events.Run(workspace, run), out: Replay{Run: run, Differences: []Difference{}}}
	head, err := e.Log.Load(ctx, r.agg, events.Head{}, func(rec *events.Recorded) error { return r.commit(ctx, e, rec) })
	if err != nil {
		return Replay{}, err
	}
	if r.mailbox == nil {
		return Replay{}, runNotFound(run)
	}
	r.out.Status = string(r.run.Status())
	r.end = head
	if err := r.compareRow(ctx, e); err != nil {
		return Replay{}, err
	}
	r.out.Equal = len(r.out.Differences) == 0
	return r.out, nil
}

func (r *replayer) commit(ctx context.Context, e *Engine, rec *events.Recorded) error {
	list, err := rec.Events()
	if err != nil {
		return err
	}
	if r.mailbox == nil {
		if err := r.begin(ctx, e, rec, list); err != nil {
			return err
		}
	}
	r.out.Commits++
	for i, ev := range list {
		r.out.Events++
		r.recompute(ev, list[i+1:])
		if err := r.run.Evolve(ev, rec.At); err != nil {
			return &commands.DamageError{Aggregate: rec.Aggregate, Revision: rec.Revision, Position: rec.Position, Detail: err.Error()}
		}
	}
	return nil
}

func (r *replayer) begin(ctx context.Context, e *Engine, rec *events.Recorded, list []events.Event) error {
	g, err := e.graphOf(ctx, rec.Aggregate.Workspace, list)
	if err != nil {
		return err
	}
	p, err := e.compile(g)
	if err != nil {
		return err
	}
	started := list[0].(events.RunStarted) // else it has no graph
	r.out.Workflow, r.out.Version = started.Workflow, started.Version
	r.mailbox = &mailbox{
		engine: e, workspace: rec.Aggregate.Workspace, id: rec.Aggregate.ID, program: p,
		run: e.newRun(g), ctx: ctx, zone: zoneOf(&started),
	}
	return nil
}

// recompute computes again what led to the event, where that is possible, and
// notes where the two differ. rest is what stands behind it in its commit.
func (r *replayer) recompute(e events.Event, rest []events.Event) {
	switch e := e.(type) {
	case events.StepCompleted:
		r.again(outcome{ref: e.StepRef, outputs: e.Outputs, failure: e.Error, state: e.State, hints: e.Hints, answer: answerBy(e.Step, rest)})
	case events.StepFailed:
		r.again(outcome{ref: e.StepRef, failure: &e.Error})
	case events.StepWaiting:
		r.again(outcome{ref: e.StepRef, outputs: e.Outputs, until: e.Until, listen: listenOf(e), answer: answerBy(e.Step, rest)})
	case events.RunResponded:
		if e.Step == "" && len(rest) > 0 {
			r.answer(e, rest[0])
		}
	case events.RunEnded:
		r.ending(e)
	}
}

// answerBy is the answer that a step gave with its outcome.
func answerBy(step string, rest []events.Event) *events.RunResponded {
	if len(rest) == 0 {
		return nil
	}
	if answer, ok := rest[0].(events.RunResponded); ok && answer.Step == step {
		return &answer
	}
	return nil
}

// listenOf is the request that a step waits for.
func listenOf(e events.StepWaiting) string {
	if e.Kind == events.WaitWebhook || e.Kind == events.WaitForm {
		return e.Kind
	}
	return ""
}

// outcome is what an attempt at a step came to.
type outcome struct {
	ref     events.StepRef
	outputs []events.Output
	failure *events.StepError
	until   time.Time
	listen  string
	answer  *events.RunResponded
	state   item.Value
	hints   []item.Value
}

// again computes a pure step again with the recorded inputs and environment.
func (r *replayer) again(recorded outcome) {
	a := r.run.Next()
	begins := a.Kind == workflow.Execute || a.Kind == workflow.Wait && a.Retry
	if !begins || a.Ref.Step != recorded.ref.Step || !r.program.Graph.Types[a.Step].Pure && !r.program.Graph.Steps[a.Step].Disabled && !r.pins(a.Step) {
		r.out.FromRecord++
		return
	}
	r.out.Recomputed++
	a.Ref = recorded.ref
	result, failed := r.execute(a)
	now := workflow.Attempt{Ref: recorded.ref, Wait: result.Wait, Listen: result.Listen, Error: failed, Response: result.Response, State: result.State, Hints: result.Hints, Silent: result.Silent}
	for i, l := range result.Outputs {
		o := events.Output{Items: l, Count: len(l)}
		if i < len(recorded.outputs) && recorded.outputs[i].Pass && r.passes(i, l) {
			o = events.Output{Pass: true, Count: len(l)}
		}
		now.Outputs = append(now.Outputs, o)
	}
	r.compare(recorded, r.run.Finish(now))
}

func (r *replayer) compare(recorded outcome, list []events.Event) {
	again := outcome{ref: recorded.ref}
	switch e := list[0].(type) {
	case events.StepCompleted:
		again.outputs, again.state, again.hints, again.failure = e.Outputs, e.State, e.Hints, e.Error
	case events.StepWaiting:
		again.outputs, again.until, again.listen = e.Outputs, e.Until, listenOf(e)
	case events.StepFailed:
		again.failure = &e.Error
	}
	again.answer = answerBy(recorded.ref.Step, list[1:])
	r.differ(recorded.ref, "error", errorText(recorded.failure), errorText(again.failure))
	r.differ(recorded.ref, "wait", recorded.listen+timeText(recorded.until), again.listen+timeText(again.until))
	if (recorded.failure == nil) == (again.failure == nil) {
		r.differ(recorded.ref, "outputs", r.itemsText(recorded.outputs), r.itemsText(again.outputs))
		r.differ(recorded.ref, "state", kept(recorded), kept(again))
		r.differAnswers(recorded.ref, recorded.answer, again.answer)
	}
}

// answer compares the recorded answer to the caller with the one that the run
// would give now. end is the event behind it.
func (r *replayer) answer(e events.RunResponded, end events.Event) {
	ended, ok := end.(events.RunEnded)
	if !ok {
		return
	}
	r.out.Recomputed++
	again, _ := r.fullAnswer(ended)
	r.differAnswers(events.StepRef{}, &e, &again)
}

// differAnswers compares a recorded answer with one that was made just now,
// whose body is whole.
func (r *replayer) differAnswers(ref events.StepRef, recorded, again *events.RunResponded) {
	r.differ(ref, "answer", r.answerText(recorded, again), r.answerText(again, nil))
}

// answerText is the stored form of an answer; its body is read back where the
// other one's is whole.
func (r *replayer) answerText(a, other *events.RunResponded) string {
	if a == nil {
		return ""
	}
	whole := *a
	if other != nil && len(other.Body) > maxInlineBytes && a.BodyRef.Address != "" {
		body, err := r.engine.Log.Payloads().Get(r.ctx, r.workspace, a.BodyRef)
		if err != nil {
			return "the body cannot be read: " + err.Error()
		}
		whole.Body, whole.BodyRef = body, item.Ref{}
	}
	return string(whole.AppendJSON(nil))
}

// ending compares how the run ended with how it would end now. A cancellation
// and a deadline come from outside.
func (r *replayer) ending(e events.RunEnded) {
	if e.Status == events.StatusCanceled || e.Error != nil && e.Error.Code == workflow.CodeTimeout {
		return
	}
	if r.run.Next().Kind != workflow.End {
		r.differ(events.StepRef{}, "end", string(e.AppendJSON(nil)), "the run is not at its end")
		return
	}
	again := r.run.DecideEnd()
	again.Unsaved = e.Unsaved // a matter of lists
	r.differ(events.StepRef{}, "end", string(e.AppendJSON(nil)), string(again.AppendJSON(nil)))
}

// differ notes a difference between two texts.
func (r *replayer) differ(ref events.StepRef, what, recorded, recomputed string) {
	if recorded == recomputed {
		return
	}
	r.out.Differences = append(r.out.Differences, Difference{
		Step: ref.Step, RunIndex: ref.RunIndex, What: what, Recorded: shown(recorded), Recomputed: shown(recomputed),
		Follows: len(r.out.Differences) > 0,
	})
}

// kept is what an outcome leaves beside its items.
func kept(o outcome) string {
	return string(events.StepCompleted{State: o.state, Hints: o.hints}.AppendJSON(nil))
}

func shown(s string) string {
	if len(s) <= maxShown {
		return s
	}
	return fmt.Sprintf("%s… (%d bytes)", bytes.ToValidUTF8([]byte(s[:maxShown]), nil), len(s))
}

func errorText(e *events.StepError) string {
	if e == nil {
		return ""
	}
	return string(events.StepFailed{Error: *e}.AppendJSON(nil))
}

func timeText(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339Nano)
}

// itemsText is the stored form of all items of a list of outputs, wherever
// they are kept.
func (r *replayer) itemsText(list []events.Output) string {
	flat := make([]events.Output, len(list))
	for i, o := range list {
		if o.Pass {
			flat[i] = events.Output{Pass: true}
			continue
		}
		items, err := r.engine.itemsOf(r.ctx, r.workspace, o)
		if err != nil {
			return "the items cannot be read: " + err.Error()
		}
		flat[i] = events.Output{Items: items}
	}
	return string(events.StepCompleted{Outputs: flat}.AppendJSON(nil))
}

// compareRow compares the folded state with the read model's row.
func (r *replayer) compareRow(ctx context.Context, e *Engine) error {
	ended := r.run.Ended()
	if e.Row == nil || ended != nil && ended.Unsaved { // it has none
		return nil
	}
	row, err := e.Row(ctx, r.agg.Workspace, r.agg.ID, r.end.Cursor())
	if err != nil {
		return fmt.Errorf("read the run's row: %w", err)
	}
	last := row.LastStep // of an open run it is known to the read model only now and then
	if ended != nil {
		last = ended.LastStep
	}
	r.differ(events.StepRef{}, "read-model",
		fmt.Sprintf("%s, last step %q, revision %d", row.Status, row.LastStep, row.Revision),
		fmt.Sprintf("%s, last step %q, revision %d", r.out.Status, last, r.end.Revision))
	return nil
}
