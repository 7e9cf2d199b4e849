// Package workflow is the pure core: the graph of a workflow, read from n8n's
// JSON, what is wrong with it, and the state machine of a run.
//
// The state machine is three functions over Run. Evolve folds one recorded
// event into the state; Next says what has to be done now; Decide turns what
// happened into events. Nothing here does I/O, reads a clock, starts a
// goroutine or draws randomness, and no map is walked in its own order: the
// same events always give the same state and the same next action, on every
// machine and in a browser.
//
// A run is, at any moment, in one of these states:
//
//	running   a step is ready, being executed, or scheduled as an effect
//	waiting   a step waits for a time, or for its next attempt
//	ended     success, error or canceled; nothing follows
//
// Steps that got data on an input become ready. With order v1 the branch that
// was reached first is followed to its end before the next one, branches from
// top to bottom on the canvas; with v0 steps run in the order in which they
// became ready. A step with several connected inputs waits until each of them
// has data, or until nothing else is ready. docs/execution.md tells the rules,
// all of which were found by looking at what n8n does.
package workflow
