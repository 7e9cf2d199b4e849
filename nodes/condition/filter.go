package condition

import (
	"fmt"
	"strings"

	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
	"github.com/jobsprint/jobsprint/nodes/typing"
)

// Test decides whether an item passes.
type Test interface {
	Pass(c *nodes.Call, i int) (bool, error)
}

// Filter is a list of conditions of the current form.
type Filter struct {
	one        bool // one condition is enough
	strict     bool
	ignoreCase bool
	version    float64
	conditions []condition
}

// condition compares two values by an operator.
type condition struct {
	index       int
	left, right nodes.Param[item.Value]
	// typed is set where the right side is a text and no expression: a form
	// stores what was typed as a text, also where it is a number.
	typed    bool
	operator operator
	match    matcher
}

// NewFilter compiles a filter that stands at path. What is wrong with it is
// noted as problems.
func NewFilter(c *nodes.Compile, path string) *Filter {
	raw := c.Raw(path)
	if !raw.IsUndefined() && raw.Kind() != item.KindObject {
		c.Problem(path, "conditions must be an object with a list of conditions")
		return &Filter{}
	}
	options := raw.Get("options")
	f := &Filter{
		one:        combinator(c, path, raw.Get("combinator")),
		strict:     options.Get("typeValidation").ToString() == "strict",
		ignoreCase: !options.Get("caseSensitive").Truthy(),
		version:    options.Get("version").ToNumber(),
	}
	for i, e := range c.List(path + ".conditions") {
		at := fmt.Sprintf("%s.conditions[%d]", path, i)
		cond := condition{
			index: i, left: anyAt(c, at+".leftValue", e.Get("leftValue")), right: anyAt(c, at+".rightValue", e.Get("rightValue")),
			typed: isTyped(e.Get("rightValue")),
		}
		var err error
		if cond.operator, err = newOperator(e.Get("operator")); err != nil {
			c.Problem(at+".operator", "%w", err)
			continue
		}
		if find(cond.operator) == nil {
			c.Remark(at+".operator", "the operation %q is not known for the type %s, so that the condition never holds", cond.operator.name, cond.operator.kind)
		}
		cond.match = newMatcher(cond.operator, cond.right)
		f.conditions = append(f.conditions, cond)
	}
	return f
}

func isTyped(raw item.Value) bool {
	s, ok := raw.Str()
	return ok && s != "" && !strings.HasPrefix(s, "=")
}

func combinator(c *nodes.Compile, path string, raw item.Value) (one bool) {
	switch name := raw.ToString(); name {
	case "or":
		return true
	case "and", "undefined":
	default:
		c.Problem(path+".combinator", "%q is not a combinator; choose \"and\" or \"or\"", name)
	}
	return false
}

func anyAt(c *nodes.Compile, path string, raw item.Value) nodes.Param[item.Value] {
	return nodes.From(c, path, raw, func(v item.Value) (item.Value, error) { return v, nil })
}

// Pass evaluates all values first, as n8n does: an expression that fails is an
// error even where an earlier condition has decided.
func (f *Filter) Pass(c *nodes.Call, i int) (bool, error) {
	for k := range f.conditions {
		if _, err := f.conditions[k].left.At(c, i); err != nil {
			return false, err
		}
		if _, err := f.conditions[k].right.At(c, i); err != nil {
			return false, err
		}
	}
	for k := range f.conditions {
		pass, err := f.check(c, &f.conditions[k], i)
		if err != nil {
			return false, err
		}
		if pass == f.one {
			return pass, nil
		}
	}
	return !f.one, nil
}

func (f *Filter) check(c *nodes.Call, cond *condition, i int) (bool, error) {
	left, err := cond.left.At(c, i)
	if err != nil {
		return false, err
	}
	right, err := cond.right.At(c, i)
	if err != nil {
		return false, err
	}
	x, err := f.sides(c, cond, left, right, i)
	if err != nil {
		return false, err
	}
	pass, err := cond.match(x)
	if err != nil {
		return false, nodes.Fail("condition.regex", err.Error(), i)
	}
	return pass, nil
}

// sides checks the types of both values and, where types are not strict, converts
// them.
func (f *Filter) sides(c *nodes.Call, cond *condition, left, right item.Value, i int) (*sides, error) {
	x := &sides{zone: c.Batch.Env.Zone, ignoreCase: f.ignoreCase}
	op := &cond.operator
	var err error
	if x.left, err = f.parse(left, op.kind, f.strict, cond.index, i); err != nil {
		if _, also := f.parse(right, op.right, f.strict, cond.index, i); !op.single && also != nil && left.TypeOf() == right.TypeOf() {
			return nil, bothMismatch(left, op.kind, i)
		}
		return nil, err
	}
	if op.single {
		return x, nil
	}
	if cond.typed && f.strict {
		if converted, ok := typing.Convert(right, op.right); ok {
			right = converted
		}
	}
	x.right, err = f.parse(right, op.right, f.strict, cond.index, i)
	return x, err
}

func exists(v item.Value) bool {
	n, isNumber := v.Number()
	return !v.IsNullish() && !(isNumber && n != n)
}
