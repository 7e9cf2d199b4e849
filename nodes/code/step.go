package code

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/jobsprint/jobsprint/expression"
	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
)

// step runs a program and reads its results in the way of its type.
type step struct {
	name    string
	mode    string
	program expression.CodeProgram
	// refused is what n8n sees in the text before it runs it; nil: nothing.
	refused error
	// results turns what the code returned into items.
	results func(s *step, c *nodes.Call, r expression.CodeResult) ([]item.Item, error)
}

// newStep compiles the code at a parameter.
func newStep(c *nodes.Compile, param, mode string, results func(*step, *nodes.Call, expression.CodeResult) ([]item.Item, error)) (nodes.Node, error) {
	engine, ok := c.Engine.(expression.CodeEngine)
	if !ok {
		c.Problem(param, "this program has no engine for JavaScript")
		return nil, c.Err()
	}
	source, _ := c.Raw(param).Str()
	return &step{name: c.Step, mode: mode, program: engine.CompileCode(source), refused: refused(mode, source), results: results}, nil
}

// allOnly are the parts of the input that code has which runs once.
var allOnly = regexp.MustCompile(`\$input\.(first|last|all|itemMatching)\b`)

// refused gives the error of a text that cannot run. n8n looks for what is not
// there for each item by the text alone.
func refused(mode, source string) error {
	if strings.TrimSpace(source) == "" && mode != expression.CodeForItem {
		return nodes.Fail("code", "Unknown error", -1)
	}
	if mode != expression.CodeForEach {
		return nil
	}
	for i, line := range strings.Split(source, "\n") {
		m := allOnly.FindStringSubmatch(line)
		if m == nil || strings.HasPrefix(strings.TrimSpace(line), "//") {
			continue
		}
		fail := nodes.Fail("code", fmt.Sprintf("Can't use .%s() here [line %d, for item 0]", m[1], i+1), 0)
		fail.Description = "This is only available in 'Run Once for All Items' mode"
		return fail
	}
	return nil
}

func newCode(c *nodes.Compile) (nodes.Node, error) {
	if language := c.FixedText("language", "javaScript"); language != "javaScript" {
		c.Problem("language", "code in Python does not run here yet; write it in JavaScript")
		return nil, c.Err()
	}
	if c.Choice("mode", forAll, forEach) == forEach {
		return newStep(c, "jsCode", expression.CodeForEach, eachResults)
	}
	return newStep(c, "jsCode", expression.CodeForAll, allResults)
}

func newFunction(c *nodes.Compile) (nodes.Node, error) {
	return newStep(c, "functionCode", expression.CodeForAll, functionResults)
}

func newFunctionItem(c *nodes.Compile) (nodes.Node, error) {
	return newStep(c, "functionCode", expression.CodeForItem, itemResults)
}

// Run runs the code.
func (s *step) Run(c *nodes.Call, in nodes.Inputs) (nodes.Result, error) {
	if s.refused != nil {
		return nodes.Result{}, s.refused
	}
	batch := c.Batch
	batch.Items = in.First()
	h := &host{call: c, step: s.name, items: batch.Items}
	r, err := s.program.Run(c.Context, &expression.CodeCall{Batch: &batch, Mode: s.mode, GoOn: c.Continue, Host: h})
	if err != nil {
		return nodes.Result{}, engineError(err)
	}
	if err := h.keep(r.Static); err != nil {
		return nodes.Result{}, err
	}
	items, err := s.outcome(c, r)
	if err != nil {
		return nodes.Result{}, err
	}
	return nodes.One(items), nil
}

func engineError(err error) error {
	var e *expression.Error
	if errors.As(err, &e) && e.Code == expression.CodeLimit {
		return nodes.Fail("code.limit", e.Message, -1)
	}
	return err
}

// outcome gives the items that the code made, or the failure that it ended
// with. Where the step is asked to go on, a failure becomes an item.
func (s *step) outcome(c *nodes.Call, r expression.CodeResult) ([]item.Item, error) {
	if r.Failure == nil {
		return s.results(s, c, r)
	}
	err := failure(r.Failure)
	if !c.Continue || s.mode != expression.CodeForAll {
		return nil, err
	}
	it, failed := c.Failed(0, err)
	if failed != nil {
		return nil, failed
	}
	return []item.Item{it}, nil
}

func failure(f *expression.CodeFailure) error {
	fail := nodes.Fail("code", f.Message, f.Item)
	fail.Description = f.Description
	if f.Line > 0 {
		fail.Context = item.NewObject(1).Set("lineNumber", item.Int(f.Line)).Value()
	}
	return fail
}

// invalid is what the code returned and no items can be made of.
func invalid(message, description string, i int) error {
	fail := nodes.Fail("code.result", message, i)
	fail.Description = description
	return fail
}
