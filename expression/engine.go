package expression

import (
	"context"
	"time"

	"github.com/jobsprint/jobsprint/item"
)

// Engine turns parameter texts into programs. Compiling is done once for each
// step of a workflow version; programs are kept and shared.
type Engine interface {
	// Compile reads a parameter text. A text that does not begin with "=" is
	// a constant. The error is an *Error that points into source.
	Compile(source string) (Program, error)
}

// Program is a compiled expression. It is safe for concurrent use.
type Program interface {
	// Eval evaluates the program for every item of the batch and fills out,
	// which has one place for each. An item whose evaluation fails has an
	// *Error in its place; the others are not affected. The returned error is
	// for the whole batch: the context ended, or the engine itself failed.
	// A batch holds all that is read, so an engine may evaluate it in another
	// process.
	Eval(ctx context.Context, b *Batch, out []Outcome) error
	// Constant gives the value of a program that reads nothing.
	Constant() (item.Value, bool)
	// Reads says what the program looks at.
	Reads() Reads
	// Source is the text that was compiled.
	Source() string
}

// Outcome is the value of an expression for one item, or why there is none.
type Outcome struct {
	Value item.Value
	// Type is JavaScript's type of the value where Value does not tell it:
	// "bigint" for a text that was a big integer, "object" for a number, text
	// or boolean that was inside of an object.
	Type string
	Err  error
}

// Reads lists what a program looks at beyond the current item, so that no more
// than that need be sent to a worker.
type Reads struct {
	// Steps are the names of the steps whose outputs are read.
	Steps []string
	// Paired lists the steps that are read through the paired item.
	Paired []string
	// Dynamic is set when a name is computed: any step may be read.
	Dynamic bool
}

// Batch is one call of a program: the same expression for many items.
type Batch struct {
	// Items are the items of the step's first input that has any; program i
	// of the batch sees Items[i] as its current item.
	Items []item.Item
	// Step is the name of the step that evaluates, RunIndex which run of it.
	Step     string
	RunIndex int
	Env      Env
	Data     Data
	Limits   Limits
}

// Env is the fixed environment of one step run: recorded with it, so that a
// replay sees the same.
type Env struct {
	Now  time.Time
	Zone *time.Location
	// Seed feeds random choices; 32 bytes.
	Seed [32]byte
}

// NewestRun stands for the run of a step that ended last.
const NewestRun = -1

// Data gives access to the outputs of the steps that have run.
type Data interface {
	// Output is what a run of a step emitted on one output; run counts from 0,
	// NewestRun is the newest. It returns ErrNoStep, ErrNotRun, ErrNoRun or
	// ErrNoOutput.
	Output(step string, output, run int) ([]item.Item, error)
	// Branch is the output of the step that leads to the current step; 0
	// where none does.
	Branch(step string) int
	// Paired follows the paired items of input item i back to the step. It
	// returns ErrNoStep, ErrNotRun, ErrNoPath, ErrNoItem, ErrNoPair (in a
	// *PairError), ErrManyPairs or ErrOtherBranch.
	Paired(i int, step string) (item.Item, error)
	// Step is what is known of a step beside its outputs; false where the
	// workflow has no such step.
	Step(name string) (StepInfo, bool)
	// Variable gives what else has a name, such as "$workflow" or
	// "$execution"; Undefined and false where it is not known.
	Variable(name string) (item.Value, bool)
}

// StepInfo is what an expression can ask about a step.
type StepInfo struct {
	// Params are the parameters as they are written, expressions included,
	// with the defaults of those that are not; Undefined where not known.
	Params item.Value
	// Context is the state of a step that runs in a loop; else Undefined.
	Context item.Value
	// Runs is how often the step has run.
	Runs int
}

// Limits bound one evaluation. Zero fields mean the default.
type Limits struct {
	// Operations bounds the work for one item; default 1,000,000.
	Operations int
	// OutputBytes bounds the size of a resulting text; default 16 MiB.
	OutputBytes int
}
