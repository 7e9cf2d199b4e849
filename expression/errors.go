package expression

import "errors"

// Errors of Data, matched by errors.Is.
var (
	ErrNoStep = errors.New("referenced node doesn't exist")
	ErrNotRun = errors.New("node hasn't been executed")
	// ErrNoRun: the step has run, but not that often.
	ErrNoRun = errors.New("node has no such run")
	// ErrNoOutput: the step has no output of that number.
	ErrNoOutput = errors.New("node has no such output")
	// ErrNoPair: an item on the way does not say what it was made from.
	ErrNoPair = errors.New("no paired item")
	// ErrManyPairs: several different items of the step led to this one.
	ErrManyPairs = errors.New("several paired items")
	// ErrOtherBranch: the item came from elsewhere, not through the step.
	ErrOtherBranch = errors.New("the item did not come through the node")
	// ErrNoPath: no connection leads from the step to here.
	ErrNoPath = errors.New("no connection leads here from the node")
	// ErrNoItem: the input has no item of that number.
	ErrNoItem = errors.New("no such item")
)

// PairError is ErrNoPair with the step whose item says nothing.
type PairError struct{ Step string }

// Error says what is missing, and where.
func (e *PairError) Error() string {
	return "paired item data for item from node '" + e.Step + "' is unavailable"
}

// Is makes it an ErrNoPair.
func (*PairError) Is(target error) bool { return target == ErrNoPair }

// DataCode names an error of Data for the script side of an engine: "no-step",
// "not-run", "no-run", "no-output", "no-pair", "many-pairs", "other-branch",
// "no-path" or "no-item"; empty for any other error. step is the one at which
// the pairing ends.
func DataCode(err error) (code, step string) {
	var pair *PairError
	if errors.As(err, &pair) {
		step = pair.Step
	}
	for _, known := range dataCodes {
		if errors.Is(err, known.err) {
			return known.code, step
		}
	}
	return "", ""
}

var dataCodes = []struct {
	err  error
	code string
}{
	{ErrNoStep, "no-step"}, {ErrNotRun, "not-run"}, {ErrNoRun, "no-run"}, {ErrNoOutput, "no-output"}, {ErrNoPair, "no-pair"},
	{ErrManyPairs, "many-pairs"}, {ErrOtherBranch, "other-branch"}, {ErrNoPath, "no-path"}, {ErrNoItem, "no-item"},
}

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
	// CodeDenied: what an expression may not say or reach.
	CodeDenied = "expression.denied"
	// CodeType: a value of the wrong type.
	CodeType = "expression.type"
)

// Error is what is wrong with an expression, and where.
type Error struct {
	Code    string
	Message string
	// Description says more for people, and Type is n8n's name of the kind of
	// error, where there are any.
	Description, Type string
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
