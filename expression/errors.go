package expression

import "errors"

// Errors of Data, matched by errors.Is.
var (
	ErrNoStep = errors.New("referenced node doesn't exist")
	ErrNotRun = errors.New("node hasn't been executed")
	ErrNoPair = errors.New("no paired item")
	// ErrNoOutput: the step has no output of that number.
	ErrNoOutput = errors.New("node has no such output")
)

// Codes of an Error.
const (
	// CodeSyntax: the text is not an expression.
	CodeSyntax = "expression.syntax"
	// CodeUnsupported: valid JavaScript that this engine does not know.
	CodeUnsupported = "expression.unsupported"
	// CodeReference: a step or a paired item that is not there.
	CodeReference = "expression.reference"
	// CodeLimit: the evaluation took too much.
	CodeLimit = "expression.limit"
	// CodeType: a value of the wrong type.
	CodeType = "expression.type"
)

// Error is what is wrong with an expression, and where.
type Error struct {
	Code    string
	Message string
	// Source is the whole text; Start and End are the byte offsets of the
	// place in it.
	Source     string
	Start, End int
	// Err is the cause where there is one.
	Err error
}

// Error gives the message; see [Error.Caret] for the place.
func (e *Error) Error() string { return e.Message }

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }
