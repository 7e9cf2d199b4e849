package nodes

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jobsprint/jobsprint/expression"
	"github.com/jobsprint/jobsprint/item"
)

// Compile is what a step type builds a node from.
type Compile struct {
	Type    string
	Version float64
	Step    string // the step's name
	// WebhookID is the step's own id for its routes, n8n's webhookId; empty
	// where the workflow gives none.
	WebhookID string
	Params    item.Value
	Engine    expression.Engine

	problems []error
	remarks  []error
	params   int
	named    bool // the parameters' names were checked
}

// Problem notes what is wrong with the parameters; Err gives all of it.
func (c *Compile) Problem(path, format string, args ...any) {
	c.problems = append(c.problems, &ParamError{Path: path, Err: fmt.Errorf(format, args...)})
}

// Remark notes what a person should know about the parameters and what keeps
// nothing from running; Remarks gives all of it.
func (c *Compile) Remark(path, format string, args ...any) {
	c.remarks = append(c.remarks, &ParamError{Path: path, Err: fmt.Errorf(format, args...)})
}

// Remarks lists what was noted so far and keeps nothing from running.
func (c *Compile) Remarks() []error { return c.remarks }

// Err joins all problems noted so far; nil when there are none.
func (c *Compile) Err() error { return errors.Join(c.problems...) }

// Raw is the parameter at a path as it stands in the workflow, or Undefined.
func (c *Compile) Raw(path string) item.Value { return item.GetPath(c.Params, path) }

// List is the list at a path. n8n writes a list of one now and then as the
// element alone; that counts as a list of one.
func (c *Compile) List(path string) []item.Value {
	raw := c.Raw(path)
	if list, ok := raw.Elems(); ok {
		return list
	}
	if raw.Kind() == item.KindObject {
		return []item.Value{raw}
	}
	return nil
}

// Constant is the parameter at a path where it must be known before a run,
// such as a mode. An expression that reads nothing counts; any other is a
// problem, and def is given.
func (c *Compile) Constant(path string, def item.Value) item.Value {
	raw := c.Raw(path)
	if raw.IsUndefined() {
		return def
	}
	program, err := compileValue(c.Engine, raw)
	if err != nil {
		c.problems = append(c.problems, &ParamError{Path: path, Err: err})
		return def
	}
	if v, ok := program.Constant(); ok {
		return v
	}
	c.Problem(path, "it must be a fixed value here, since it decides how the step is built; write the value instead of an expression")
	return def
}

// FixedText is a text that must be known before a run.
func (c *Compile) FixedText(path, def string) string {
	text, _ := ToText(c.Constant(path, item.String(def)))
	return text
}

// FixedNumber is a number that must be known before a run.
func (c *Compile) FixedNumber(path string, def float64) float64 {
	n, err := ToNumber(c.Constant(path, item.Number(def)))
	if err != nil {
		c.problems = append(c.problems, &ParamError{Path: path, Err: err})
		return def
	}
	return n
}

// FixedFlag is a boolean that must be known before a run.
func (c *Compile) FixedFlag(path string, def bool) bool {
	b, err := ToFlag(c.Constant(path, item.Bool(def)))
	if err != nil {
		c.problems = append(c.problems, &ParamError{Path: path, Err: err})
		return def
	}
	return b
}

// Choice is a fixed text that must be one of those given. Any other is a
// problem, and def is given.
func (c *Compile) Choice(path, def string, known ...string) string {
	got := c.FixedText(path, def)
	if got == def || slices.Contains(known, got) {
		return got
	}
	c.Problem(path, "%q is not supported for %s version %v; choose %s", got, c.Type, c.Version, orList(append([]string{def}, known...)))
	return def
}

func orList(names []string) string {
	slices.Sort(names)
	names = slices.Compact(names)
	for i, name := range names {
		names[i] = fmt.Sprintf("%q", name)
	}
	if len(names) == 1 {
		return names[0]
	}
	return strings.Join(names[:len(names)-1], ", ") + " or " + names[len(names)-1]
}

// compileValue compiles a raw parameter: a text by the engine, a list or an
// object member by member.
func compileValue(engine expression.Engine, raw item.Value) (expression.Program, error) {
	if s, ok := raw.Str(); ok {
		return engine.Compile(s)
	}
	return expression.Nested(engine, raw)
}
