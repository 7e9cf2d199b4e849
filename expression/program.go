package expression

import (
	"context"
	"fmt"

	"github.com/jobsprint/jobsprint/item"
)

// maxSourceBytes bounds the text of one expression.
const maxSourceBytes = 1 << 20

// itemsPerCheck is how many items may be evaluated before the context is
// looked at again.
const itemsPerCheck = 32

// compiled is the engine that turns expressions into Go closures.
type compiled struct{}

// NewCompiled returns the engine of the common shapes: literals, operators,
// member access, calls of well-known pure functions and array callbacks. It
// keeps no state and is safe for concurrent use. What it does not know is an
// [Error] with [CodeUnsupported], from Compile where it shows there.
func NewCompiled() Engine { return compiled{} }

// Compile reads a parameter text.
func (compiled) Compile(source string) (Program, error) {
	if len(source) > maxSourceBytes {
		return nil, &Error{Code: CodeLimit, Message: "The expression is longer than 1 MiB", Source: source, End: len(source)}
	}
	if source == "" || source[0] != '=' {
		return constantProgram(source, item.String(source)), nil
	}
	return compileTemplate(source)
}

// program is a compiled template.
type program struct {
	source string
	pieces []piece
	whole  bool // one region and nothing else: the value keeps its type
	reads  Reads
	locals int
	// builds is set when arrays or objects are made, so that results may
	// share parts and must be weighed before they leave.
	builds   bool
	constant item.Value
	fixed    bool
}

// piece is text or the code of a region.
type piece struct {
	text string
	run  code // nil: text
}

func constantProgram(source string, v item.Value) *program {
	return &program{source: source, constant: v, fixed: true}
}

func (p *program) Source() string               { return p.source }
func (p *program) Reads() Reads                 { return p.reads }
func (p *program) Constant() (item.Value, bool) { return p.constant, p.fixed }

// Eval evaluates the program for each item. The error is the context's, or
// says that out does not fit the batch.
func (p *program) Eval(ctx context.Context, b *Batch, out []Outcome) error {
	if len(out) != len(b.Items) {
		return fmt.Errorf("evaluate expression: %d places for %d items", len(out), len(b.Items))
	}
	if p.fixed {
		return p.fill(ctx, out)
	}
	f := newFrame(ctx, b, p.source, p.locals)
	for i := range out {
		if i%itemsPerCheck == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		f.begin(i)
		v := p.evalOne(f)
		switch {
		case f.ended != nil:
			return f.ended
		case f.err != nil:
			out[i] = Outcome{Err: f.err}
		default:
			out[i] = Outcome{Value: v}
		}
	}
	return nil
}

func (p *program) fill(ctx context.Context, out []Outcome) error {
	for i := range out {
		out[i] = Outcome{Value: p.constant}
	}
	return ctx.Err()
}

// evalOne evaluates for the item that the frame holds; the frame says whether
// that failed.
func (p *program) evalOne(f *frame) item.Value {
	if p.whole {
		v := f.region(p.pieces[0].run)
		if p.builds && v.Kind() >= item.KindArray {
			f.weigh(v)
		}
		return v
	}
	dst := f.scratch[:0]
	for _, piece := range p.pieces {
		before := len(dst)
		if piece.run == nil {
			dst = item.AppendText(dst, piece.text)
		} else {
			dst = f.appendRegion(dst, piece.run)
		}
		if f.failed || !f.grown(before, len(dst)) {
			return item.Undefined
		}
	}
	f.scratch = dst
	return item.String(string(dst))
}

// region evaluates one region. A JavaScript error makes it undefined.
func (f *frame) region(run code) item.Value {
	v := run(f)
	if !f.failed {
		return v
	}
	if f.err == nil && f.ended == nil {
		f.failed = false
	}
	return item.Undefined
}

// appendRegion appends what a region prints between text: undefined, null and
// NaN print nothing.
func (f *frame) appendRegion(dst []byte, run code) []byte {
	v := f.region(run)
	switch v.Kind() {
	case item.KindUndefined, item.KindNull:
		return dst
	case item.KindNumber:
		if n, _ := v.Number(); n != n {
			return dst
		}
	case item.KindArray:
		if !f.weigh(v) {
			return dst
		}
	}
	return v.AppendString(dst)
}
