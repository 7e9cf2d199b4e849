package expression

import (
	"context"

	"github.com/jobsprint/jobsprint/item"
)

// Defaults and fixed bounds of one evaluation.
const (
	defaultOperations  = 1_000_000
	defaultOutputBytes = 16 << 20
	// foldOperations and foldOutputBytes bound the evaluation of constants
	// while compiling; what needs more is evaluated with its batch.
	foldOperations  = 10_000
	foldOutputBytes = 64 << 10
	// operationsPerCheck is how much work may pass before the context is
	// looked at again.
	operationsPerCheck = 4096
	// bytesPerOperation is how much text costs as much as one step.
	bytesPerOperation = 64
	// maxValueDepth bounds the nesting of values that are walked.
	maxValueDepth = 2_000
)

// code is a compiled piece of an expression. Evaluation has no side effects,
// so a piece that fails marks the frame and returns undefined: what is
// evaluated after that is thrown away, and the first failure stands.
type code func(f *frame) item.Value

// frame is the state of one evaluation of a program. It is used for one item
// after the other.
type frame struct {
	ctx    context.Context
	batch  *Batch
	source string
	index  int // of the current item
	item   *item.Item
	locals []item.Value // parameters of arrow functions, one place for each in the program
	stack  []item.Value // arguments of calls that are being evaluated

	scratch []byte // of the text being built
	outputs map[outputKey]*output

	ops, maxOps int
	nextCheck   int
	maxBytes    int

	// failed is set by the first of throw, fail and cancel.
	failed bool
	err    *Error // nil after throw: a JavaScript error, which n8n turns into undefined
	ended  error  // the context ended
}

func newFrame(ctx context.Context, b *Batch, source string, locals int) *frame {
	f := &frame{ctx: ctx, batch: b, source: source, maxOps: b.Limits.Operations, maxBytes: b.Limits.OutputBytes}
	if f.maxOps <= 0 {
		f.maxOps = defaultOperations
	}
	if f.maxBytes <= 0 {
		f.maxBytes = defaultOutputBytes
	}
	if locals > 0 {
		f.locals = make([]item.Value, locals)
	}
	return f
}

// begin makes the frame ready for item i.
func (f *frame) begin(i int) {
	f.index, f.item = i, &f.batch.Items[i]
	f.ops, f.nextCheck = 0, operationsPerCheck
	f.failed, f.err, f.stack = false, nil, f.stack[:0]
}

// throw is a JavaScript error such as a TypeError: the region is undefined.
func (f *frame) throw() item.Value {
	f.failed = true
	return item.Undefined
}

// fail ends the evaluation with an error that the person sees.
func (f *frame) fail(code, message string, at span, cause error) item.Value {
	if !f.failed {
		f.failed = true
		f.err = &Error{Code: code, Message: message, Source: f.source, Start: at.start, End: at.end, Err: cause}
	}
	return item.Undefined
}

// charge counts n operations and reports whether the evaluation may go on.
func (f *frame) charge(n int) bool {
	f.ops += n
	if f.ops >= f.nextCheck {
		return f.check()
	}
	return !f.failed
}

func (f *frame) check() bool {
	f.nextCheck = f.ops + operationsPerCheck
	if f.ops > f.maxOps {
		f.fail(CodeLimit, "The expression does too much work for one item: split it over several steps, or read less data at once", wholeOf(f.source), nil)
	}
	if err := f.ctx.Err(); err != nil && !f.failed {
		f.failed, f.ended = true, err
	}
	return !f.failed
}

// chargeBytes counts the making of a text of n bytes and reports whether it
// may be made.
func (f *frame) chargeBytes(n int) bool {
	if n > f.maxBytes {
		f.fail(CodeLimit, "The expression makes a text that is too large: make it in parts, or keep it as binary data", wholeOf(f.source), nil)
		return false
	}
	return f.charge(1 + n/bytesPerOperation)
}

// grown charges for a text that grew to a length of after bytes.
func (f *frame) grown(before, after int) bool {
	if after > f.maxBytes {
		return f.chargeBytes(after)
	}
	return f.charge(1 + max(after-before, 0)/bytesPerOperation)
}

// weigh charges for all that a value holds and reports whether it may be
// turned into text or handed out. Values share their parts, so that few
// operations can make a value that is astronomically large when written.
func (f *frame) weigh(v item.Value) bool {
	size := 0
	return f.weighDeep(v, &size, 0)
}

func (f *frame) weighDeep(v item.Value, size *int, depth int) bool {
	if depth > maxValueDepth {
		f.fail(CodeLimit, "The value is nested too deeply", wholeOf(f.source), nil)
		return false
	}
	switch v.Kind() {
	case item.KindString:
		s, _ := v.Str()
		*size += len(s)
		return *size <= f.maxBytes && f.charge(1+len(s)/bytesPerOperation) || f.chargeBytes(*size)
	case item.KindArray:
		elems, _ := v.Elems()
		for _, e := range elems {
			if !f.charge(1) || !f.weighDeep(e, size, depth+1) {
				return false
			}
		}
	case item.KindObject:
		o, _ := v.Obj()
		for i := range o.Len() {
			_, e := o.At(i)
			if !f.charge(1) || !f.weighDeep(e, size, depth+1) {
				return false
			}
		}
	}
	return !f.failed
}

// text is String(v), or "" when that is too large.
func (f *frame) text(v item.Value) string {
	if v.Kind() == item.KindArray && !f.weigh(v) {
		return ""
	}
	return v.ToString()
}

// number is Number(v).
func (f *frame) number(v item.Value) float64 {
	if n, ok := v.Number(); ok {
		return n
	}
	if v.Kind() == item.KindArray && !f.weigh(v) {
		return 0
	}
	return v.ToNumber()
}

// made charges for a text that was just made and returns it as a value.
func (f *frame) made(s string) item.Value {
	if !f.chargeBytes(len(s)) {
		return item.Undefined
	}
	return item.String(s)
}
