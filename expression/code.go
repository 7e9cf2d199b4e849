package expression

import (
	"context"
	"time"

	"github.com/jobsprint/jobsprint/item"
)

// CodeEngine is implemented by engines that also run whole programs, as the
// steps with code of one's own do.
type CodeEngine interface {
	// CompileCode makes a program of the body of an asynchronous function. That
	// it is no JavaScript shows when it runs.
	CompileCode(source string) CodeProgram
}

// CodeProgram is code that may run many times, also at once. Each run has
// globals of its own.
type CodeProgram interface {
	// Run runs the code. The error is the context's, a *Error with CodeLimit
	// where the code took too much, or says that the engine failed.
	Run(ctx context.Context, call *CodeCall) (CodeResult, error)
}

// Modes of code.
const (
	// CodeForAll runs once; the value is what it returned.
	CodeForAll = "all"
	// CodeForEach runs for each item.
	CodeForEach = "each"
	// CodeForItem runs for each item and sees only its json.
	CodeForItem = "item"
)

// CodeCall is one run of code.
type CodeCall struct {
	Batch *Batch
	Mode  string
	// GoOn makes the code go on with the next item after one that failed.
	GoOn bool
	Host CodeHost
	// Time and MemoryBytes bound the run; zero means the engine's default.
	Time        time.Duration
	MemoryBytes uint32
}

// CodeHost is what code can reach beyond the batch.
type CodeHost interface {
	// Static is the static data of the workflow ("global") or the step
	// ("node"); Undefined where there is none.
	Static(kind string) (item.Value, error)
	// Binary reads binary data of an input item.
	Binary(i int, name string) ([]byte, error)
	// Prepare keeps data given in base64 and describes it as items have it.
	Prepare(base64, fileName, mimeType string) (item.Value, error)
	// Log takes a line of console.log.
	Log(line string)
}

// CodeResult is what code came to.
type CodeResult struct {
	// Value is what the code returned, as JSON would have it; None says that it
	// returned nothing at all.
	Value item.Value
	None  bool
	// Each has a result for each item, for code that runs so.
	Each []CodeResult
	// Failure is an error of the code; nil when there was none.
	Failure *CodeFailure
	// Static holds what the code read of the static data, with its changes.
	Static item.Value
}

// CodeFailure is an error that code threw.
type CodeFailure struct {
	// Message has n8n's form, with "[line N]" where the line is known.
	Message, Description string
	// Line counts from 1; 0 where it is not known.
	Line int
	// Item is the index of the item that the message names, else -1.
	Item int
}
