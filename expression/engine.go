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
	Err   error
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

// Data gives access to the outputs of the steps that have run.
type Data interface {
	// Output is what the newest run of a step emitted on one output. It
	// returns ErrNoStep, ErrNotRun or ErrNoOutput.
	Output(step string, output int) ([]item.Item, error)
	// Branch is the output of the step that leads to the current step; 0
	// where none does.
	Branch(step string) int
	// Paired follows the paired items of input item i back to the step. It
	// returns ErrNoStep, ErrNotRun or ErrNoPair.
	Paired(i int, step string) (item.Item, error)
	// Variable gives what else has a name, such as "$workflow" or
	// "$execution"; Undefined and false where it is not known.
	Variable(name string) (item.Value, bool)
}

// Limits bound one evaluation. Zero fields mean the default.
type Limits struct {
	// Operations bounds the work for one item; default 1,000,000.
	Operations int
	// OutputBytes bounds the size of a resulting text; default 16 MiB.
	OutputBytes int
}
