package js

import (
	"context"
	"errors"
	"fmt"

	"github.com/jobsprint/jobsprint/expression"
	"github.com/jobsprint/jobsprint/expression/js/vm"
	"github.com/jobsprint/jobsprint/item"
)

// program is an expression in JavaScript.
type program struct {
	engine *Engine
	source string
	code   string
	keeps  bool // it changes nothing that it reads
}

// Source is the text that was compiled.
func (p *program) Source() string { return p.source }

// Constant is never known: even without reading anything code can depend on
// time or chance.
func (p *program) Constant() (item.Value, bool) { return item.Undefined, false }

// Reads says that any step may be read.
func (p *program) Reads() expression.Reads { return expression.Reads{Dynamic: true} }

// itemsPerEntry is how many items are evaluated before the results are taken
// and the context is looked at.
const itemsPerEntry = 256

// Eval evaluates the program for each item.
func (p *program) Eval(ctx context.Context, b *expression.Batch, out []expression.Outcome) error {
	if len(out) != len(b.Items) {
		return fmt.Errorf("evaluate expression: %d places for %d items", len(out), len(b.Items))
	}
	done, err := p.evalFrom(ctx, b, out, 0)
	if err == nil {
		return nil
	}
	limit := limitError(p, err)
	if limit == nil {
		return err
	}
	// The engine is gone, and so is the item that broke it. The others would
	// likely do the same: the step fails with the first.
	for i := done; i < len(out); i++ {
		out[i] = expression.Outcome{Err: limit}
	}
	return nil
}

// limitError is the error of an evaluation that took too much; nil for others.
func limitError(p *program, err error) *expression.Error {
	var l *vm.LimitError
	if !errors.As(err, &l) {
		return nil
	}
	message := map[string]string{
		"time": "The expression ran for too long", "memory": "The expression used too much memory",
		"size": "The result of the expression is too large",
	}[l.What]
	return &expression.Error{Code: expression.CodeLimit, Message: message, Source: p.source, End: len(p.source), Err: l}
}

// evalFrom evaluates items from from on with one engine and says how many have
// an outcome.
func (p *program) evalFrom(ctx context.Context, b *expression.Batch, out []expression.Outcome, from int) (int, error) {
	in, err := p.engine.acquire(ctx)
	if err != nil {
		return from, err
	}
	defer p.engine.release(in)
	in.host.start(b)
	id, err := in.program(ctx, p)
	if err != nil {
		return from, err
	}
	done := from
	limit := b.Limits.OutputBytes
	for done < len(out) {
		if err := ctx.Err(); err != nil {
			return done, err
		}
		first, to := done, min(done+itemsPerEntry, len(out))
		err := in.vm.Run(ctx, id, first, to, p.keeps, p.engine.options.ItemTime, func(i int, o vm.Outcome) {
			out[i] = p.outcome(o, limit)
			done = i + 1
		})
		if err != nil {
			return done, err
		}
		if done == first {
			return done, errors.New("the JavaScript engine left items out")
		}
	}
	return done, nil
}

func (p *program) outcome(o vm.Outcome, limit int) expression.Outcome {
	if o.Failure == nil {
		if s, ok := o.Value.Str(); ok && limit > 0 && len(s) > limit {
			return expression.Outcome{Err: limitError(p, &vm.LimitError{What: "size"})}
		}
		return expression.Outcome{Value: o.Value, Type: o.Type}
	}
	return expression.Outcome{Err: p.failure(o.Failure)}
}

func (p *program) failure(f *vm.Failure) error {
	switch f.Kind {
	case vm.KindRefused:
		return refusal(f, p.source, 0)
	case vm.KindSize:
		return limitError(p, &vm.LimitError{What: "size"})
	case vm.KindResult:
		message := "Expression evaluation failed: " + f.Message
		if f.Message == "a function" {
			message = "this is a function, please add ()"
		}
		return &expression.Error{Code: expression.CodeType, Message: message, Source: p.source, End: len(p.source)}
	}
	return &expression.Error{
		Code: expression.CodeReference, Message: f.Message, Description: f.Description, Type: f.Type,
		Source: p.source, End: len(p.source),
	}
}
