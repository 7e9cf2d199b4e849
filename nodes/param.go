package nodes

import (
	"context"
	"errors"
	"strings"

	"github.com/jobsprint/jobsprint/expression"
	"github.com/jobsprint/jobsprint/item"
)

// Param is a parameter whose value may differ from item to item, because it
// may be an expression. It is compiled once and read with At.
type Param[T any] struct {
	id      int
	path    string
	fixed   T
	program expression.Program // nil: fixed holds the value
	convert func(item.Value) (T, error)
}

// Any is the parameter at path as it is. Where it is absent, def.
func Any(c *Compile, path string, def item.Value) Param[item.Value] {
	return From(c, path, orDefault(c.Raw(path), def), func(v item.Value) (item.Value, error) { return v, nil })
}

// Text is the parameter at path as a text, converted as JavaScript does.
func Text(c *Compile, path, def string) Param[string] {
	return From(c, path, orDefault(c.Raw(path), item.String(def)), ToText)
}

// Num is the parameter at path as a number.
func Num(c *Compile, path string, def float64) Param[float64] {
	return From(c, path, orDefault(c.Raw(path), item.Number(def)), ToNumber)
}

// Flag is the parameter at path as a boolean.
func Flag(c *Compile, path string, def bool) Param[bool] {
	return From(c, path, orDefault(c.Raw(path), item.Bool(def)), ToFlag)
}

// From compiles any raw value that stands at path: a text that begins with "="
// is an expression; anything else, also a list or an object with expressions
// inside, is evaluated member by member. convert is applied to the outcome. An
// expression that is none is a remark, and an error of each item.
func From[T any](c *Compile, path string, raw item.Value, convert func(item.Value) (T, error)) Param[T] {
	p := Param[T]{id: c.params, path: path, convert: convert}
	c.params++
	program, err := compileValue(c.Engine, raw)
	if err != nil {
		c.remarks = append(c.remarks, &ParamError{Path: path, Err: err})
		p.program = broken{source: raw.ToString(), err: err}
		return p
	}
	if v, ok := program.Constant(); ok {
		if p.fixed, err = convert(v); err != nil {
			c.problems = append(c.problems, &ParamError{Path: path, Err: err})
		}
		return p
	}
	p.program = program
	return p
}

// broken is an expression that is none. As in n8n it keeps no workflow from
// running: the step fails when it is reached, if it is.
type broken struct {
	source string
	err    error
}

// Eval gives every item the error.
func (b broken) Eval(_ context.Context, _ *expression.Batch, out []expression.Outcome) error {
	for i := range out {
		out[i].Err = b.err
	}
	return nil
}

// Constant says that there is no value.
func (broken) Constant() (item.Value, bool) { return item.Undefined, false }

// Reads says that nothing is read.
func (broken) Reads() expression.Reads { return expression.Reads{} }

// Source is the text that is no expression.
func (b broken) Source() string { return b.source }

// ParamError says which parameter is wrong and how.
type ParamError struct {
	Path string
	Err  error
}

// Error names the parameter.
func (e *ParamError) Error() string { return "parameter \"" + e.Path + "\": " + e.Err.Error() }

// Unwrap gives the cause.
func (e *ParamError) Unwrap() error { return e.Err }

// Fixed gives the value of a parameter that is the same for every item.
func (p Param[T]) Fixed() (T, bool) { return p.fixed, p.program == nil }

// At is the parameter's value for input item i. The first call evaluates the
// whole batch; an error belongs to the item and is a *StepError.
func (p Param[T]) At(c *Call, i int) (T, error) {
	if p.program == nil {
		return p.fixed, nil
	}
	var none T
	outcomes, err := c.evaluate(p.id, p.program)
	if err != nil {
		return none, err
	}
	if i < 0 || i >= len(outcomes) {
		return none, Fail("step.item", "there is no item to evaluate parameter \""+p.path+"\" for", i)
	}
	if outcomes[i].Err != nil {
		return none, paramFailure(p.path, outcomes[i].Err, i)
	}
	v, err := p.convert(outcomes[i].Value)
	if err != nil {
		return none, paramFailure(p.path, err, i)
	}
	return v, nil
}

func (c *Call) evaluate(id int, program expression.Program) ([]expression.Outcome, error) {
	if id < len(c.values) && c.values[id] != nil {
		return c.values[id], nil
	}
	out := make([]expression.Outcome, len(c.Batch.Items))
	if err := program.Eval(c.Context, &c.Batch, out); err != nil {
		return nil, err
	}
	for len(c.values) <= id {
		c.values = append(c.values, nil)
	}
	c.values[id] = out
	return out, nil
}

func paramFailure(path string, err error, i int) *StepError {
	var step *StepError
	if errors.As(err, &step) {
		return step
	}
	fail := Fail("parameter", err.Error(), i)
	fail.Description = "in parameter \"" + path + "\""
	var e *expression.Error
	if errors.As(err, &e) {
		fail.Code = e.Code
		fail.Description += ": " + strings.TrimSpace(e.Source)
	}
	return fail
}

func orDefault(v, def item.Value) item.Value {
	if v.IsUndefined() {
		return def
	}
	return v
}

// ToText converts as JavaScript's String does; null and undefined are "".
func ToText(v item.Value) (string, error) {
	if v.IsNullish() {
		return "", nil
	}
	return v.ToString(), nil
}

// ToNumber converts as JavaScript's Number does; an error where that is NaN.
func ToNumber(v item.Value) (float64, error) {
	n := v.ToNumber()
	if n != n {
		return 0, errors.New("it must be a number, not " + v.JSON())
	}
	return n, nil
}

// ToFlag takes booleans and the texts "true" and "false".
func ToFlag(v item.Value) (bool, error) {
	if b, ok := v.Bool(); ok {
		return b, nil
	}
	switch strings.ToLower(v.ToString()) {
	case "true":
		return true, nil
	case "false", "":
		return false, nil
	}
	return false, errors.New("it must be true or false, not " + v.JSON())
}
