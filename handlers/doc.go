// Package handlers reacts to events: it runs the steps of workflows and
// carries out the processes that concern more than one aggregate.
//
// Two kinds of handler stand here. The engine owns runs: after run.started
// only it appends to a run. Each run that it works on has a mailbox, one
// goroutine that folds, executes and commits in turn, so that the steps of a
// run are in order and runs are parallel. Everything else is a Handler under
// one small runtime that reads a durable consumer and knows about
// acknowledgement, retries with backoff, dead letters and metrics.
//
// The engine's promises:
//
//   - An effect acts only when the commit that schedules it is acknowledged.
//   - The outcome of a step is recorded once. A finished effect is never
//     thrown away by a lost race: it is decided again on the reloaded state.
//   - A caller is answered only when the answer is recorded.
//   - A run that is open when the process ends goes on at the next start.
//   - A run is in memory once: it is claimed before it is loaded or started,
//     and who asks for it meanwhile waits.
//   - Nothing is given up because the log is away for a moment. What can never
//     be recorded, since it is too large, is recorded as a failure that says so.
package handlers
