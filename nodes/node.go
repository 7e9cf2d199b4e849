package nodes

import (
	"context"
	"errors"
	"time"

	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/expression"
	"github.com/jobsprint/jobsprint/item"
)

// Node is a step of a workflow, compiled: it may run many times, also at once.
type Node interface {
	// Run does the work of the step. An error is a *StepError, or is made one
	// by the caller.
	Run(c *Call, in Inputs) (Result, error)
}

// Ports is implemented by nodes whose parameters decide how many main inputs
// and outputs they have.
type Ports interface {
	Inputs() int
	Outputs() int
}

// Needs is implemented by nodes with several inputs of which more than one must
// have got data for the step to run with what it has when nothing else of the
// run is left to do. Others need one.
type Needs interface {
	// Needs lists those inputs, counted from 0.
	Needs() []int
}

// Webhook is implemented by triggers that listen on a route.
type Webhook interface {
	// Routes lists what the step listens on. Constant parameters only.
	Routes() []Route
	// Accept turns a request into the items of the run's start and says how
	// its caller is answered.
	Accept(r *Request) (Result, error)
	Answerer
}

// Repeater is implemented by nodes whose parameters decide whether an effect may
// be repeated; it takes the place of Definition.Repeat.
type Repeater interface {
	// Repeat is events.RepeatSafe or events.RepeatUnsafe.
	Repeat() string
}

// Answerer makes the answer to whoever called a step, at the end of the run.
type Answerer interface {
	// Answer makes the response of a run that ended or, with mode
	// events.ReplyOnReceived, of one that began.
	Answer(mode string, status string, last []item.Item, failure *events.StepError) events.RunResponded
}

// Resumable is implemented by steps that may wait for a request; see
// Result.Listen.
type Resumable interface {
	Answerer
	// Listens reports whether it does, with these parameters.
	Listens() bool
	// Resume takes a request to the run that waits, with what the step saw when it
	// began to wait. ErrNotListening refuses one that is for nothing here.
	Resume(c *Call, in Inputs, r *Request) (Resumption, error)
}

// ErrNotListening reports a request that a waiting step does not take.
var ErrNotListening = errors.New("the waiting step does not listen on this path and method")

// Resumption is what a request to a waiting run came to.
type Resumption struct {
	// Outputs are what the step emits now; nil: it goes on waiting, and Response
	// answers the request.
	Outputs [][]item.Item
	// Response answers the request at once; else Reply says when the run does.
	Response *events.RunResponded
	Reply    string
}

// Route is a method and a path under "/webhook/".
type Route struct {
	Method string
	Path   string
	// Reply is one of the events.Reply constants.
	Reply string
}

// Request is a webhook's HTTP request as a step sees it. Header names are in
// lower case.
type Request struct {
	Method string
	URL    string // as the caller wrote it
	// Base is the server's address as its users see it, and Suffix what stands
	// behind the run in the address of one that waits.
	Base    string
	Suffix  string
	At      time.Time // when it came
	Headers []events.Header
	Params  []events.Header // of the path
	Query   item.Value
	// Body is the parsed body for JSON, forms and text, Undefined for any other
	// type; Raw the bytes. Files are those of a form, in their order.
	Body  item.Value
	Raw   []byte
	Files []File
	Mode  string // "production" or "test"
	// Peer is the address of whoever sent it, without a port.
	Peer string
	// Credential gives the data of a credential of the step by its type. Nil:
	// there are none.
	Credential func(typ string) (item.Value, error)
	// Store keeps binary data for the run that begins and names it. Nil: there
	// is nowhere to keep it, and a request that needs it is refused.
	Store func(mediaType string, data []byte) (item.Ref, error)
}

// File is a file of a form.
type File struct {
	// Field is the name of the form's field, Name that of the file.
	Field     string
	Name      string
	MediaType string // without parameters; empty: not said
	Data      []byte
}

// Inputs are the items of each main input; an input that got nothing is nil.
type Inputs [][]item.Item

// First is the first input's items.
func (in Inputs) First() []item.Item {
	if len(in) == 0 {
		return nil
	}
	return in[0]
}

// Result is what a step run came to.
type Result struct {
	// Outputs are the items of each main output.
	Outputs [][]item.Item
	// Wait parks the run until a time; Outputs are emitted then.
	Wait time.Time
	// Listen parks the run until a request comes: events.WaitWebhook or
	// events.WaitForm. Wait then limits that; Outputs are emitted without one.
	Listen string
	// Response answers the caller of a webhook run.
	Response *events.RunResponded
	// State is handed to the next run of the same step in this run, as
	// Call.State. An object; its member "context" is what expressions see as
	// $('Step').context.
	State item.Value
	// Hints are remarks for the person who looks at the run, as n8n has them:
	// objects with a "message".
	Hints []item.Value
	// Silent says that nothing came of the step, so that it does not count as
	// having run: it is not the last step, and shown nowhere.
	Silent bool
}

// One is a result with a single output.
func One(items []item.Item) Result { return Result{Outputs: [][]item.Item{items}} }

// Call is one run of a step.
type Call struct {
	Context context.Context
	// Batch gives expressions what they see; its Items are those of the first
	// input that has any.
	Batch expression.Batch
	// Run is the run's id and Workflow the definition's.
	Run      string
	Workflow string
	Mode     string
	// Attempt counts from 1; EffectKey is the same for all attempts.
	Attempt   int
	EffectKey string
	// Reply is the run's response mode.
	Reply string

	// Began names the step that the run began with, and its type.
	Began Beginning

	// Hookless is set in a workflow without any webhook step.
	Hookless bool

	// Continue asks the step to go on after an item that fails, as n8n's "on
	// error: continue" does; see Failed.
	Continue bool
	// Lenient is set where the older setting "continueOnFail" asks for it:
	// the step "set" then writes nothing where an expression fails.
	Lenient bool

	// State is what the run of this step before this one gave as Result.State;
	// Undefined for the first.
	State item.Value
	// Earlier gives the inputs that an earlier run of this step got, counted
	// from 0 as Batch.RunIndex is: as they are kept, so that asking costs little
	// and items are paired as the step before made them. Nil: there is none.
	Earlier func(runIndex int) (Inputs, error)
	// Origin names the output that the first input of a run of this step came
	// from, of this run and of earlier ones; ok is false where none did. Nil: it
	// is not known.
	Origin func(runIndex int) (from item.Origin, ok bool)
	// Payloads keeps binary data. Nil: there is nowhere to keep it; use Load
	// and Store, which say so.
	Payloads Payloads
	// Static is the workflow's static data with the keys "global" and
	// "node:NAME". History is what step types keep across runs, such as the
	// items that were seen before. Nil where the run has neither.
	Static  Memory
	History Memory
	// Credential gives the data of a credential of the step by its type, as an
	// object. Nil: there are none.
	Credential func(typ string) (item.Value, error)
	// Tables are the workspace's data tables. Nil: there are none.
	Tables Tables
	// Execute starts a run of another workflow and gives its end, or a
	// *ChildError. Where the engine cannot go on now it ends the step, which runs
	// again later; the node hands such an error on. Nil: there is no engine.
	Execute func(Child) (ChildEnd, error)
	// Annotate notes a value about the run under a key, as n8n's custom
	// execution data; it is recorded when the step is, and a later value
	// replaces an earlier one. Use Note, which knows the limits. Nil: nothing
	// is kept.
	Annotate func(key, value string)

	values [][]expression.Outcome // by parameter, for the whole batch
}

// Beginning is the step that a run began with.
type Beginning struct{ Step, Type string }

// Now is the fixed time of this step run.
func (c *Call) Now() time.Time { return c.Batch.Env.Now }

// StepError is a failure of a step; see events.StepError.
type StepError = events.StepError

// Fail makes a step error that belongs to one item; item -1: to none.
func Fail(code, message string, itemIndex int) *StepError {
	return &StepError{Code: code, Message: message, Item: itemIndex + 1}
}

// Failed decides what becomes of an item that failed with err. Where the step
// is asked to go on, it is the item that stands for the error, paired with the
// input item i; else the error comes back.
func (c *Call) Failed(i int, err error) (item.Item, error) {
	if !c.Continue || c.Context.Err() != nil {
		return item.Item{}, err
	}
	json := item.NewObject(1).Set("error", item.String(err.Error())).Value()
	return item.Item{JSON: json, Paired: item.PairOf(i)}, nil
}

// PassOn gives the items with each paired to the item of the same index, as a
// step does that hands on what it got.
func PassOn(items []item.Item) []item.Item {
	out := make([]item.Item, len(items))
	for i, it := range items {
		it.Paired = item.PairOf(i)
		out[i] = it
	}
	return out
}
