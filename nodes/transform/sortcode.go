package transform

import (
	"errors"
	"strings"

	"github.com/jobsprint/jobsprint/expression"
	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
)

// codeSorter orders items by code that compares two of them.
type codeSorter struct {
	program expression.CodeProgram
	returns bool
}

// newCodeSorter compiles the code. It stands on the first line of a program that
// gives the indexes of the items in their new order, so that the lines of its
// errors are its own.
func newCodeSorter(c *nodes.Compile) (nodes.Node, error) {
	engine, ok := c.Engine.(expression.CodeEngine)
	if !ok {
		c.Problem("code", "this program has no engine for JavaScript")
		return nil, c.Err()
	}
	source, _ := c.Raw("code").Str()
	program := engine.CompileCode("return $input.all().map((item, index) => ({ item, index })).sort((first, second) => ((a, b) => {" +
		source + "\n})(first.item, second.item)).map((entry) => entry.index)")
	return &codeSorter{program, strings.Contains(source, "return")}, nil
}

// Run sorts.
func (s *codeSorter) Run(c *nodes.Call, in nodes.Inputs) (nodes.Result, error) {
	items := nodes.PassOn(in.First())
	if !s.returns {
		return nodes.Result{}, nodes.Fail("sort.code", "Sort code doesn't return. Please add a 'return' statement to your code", -1)
	}
	batch := c.Batch
	batch.Items = in.First()
	r, err := s.program.Run(c.Context, &expression.CodeCall{Batch: &batch, Mode: expression.CodeForAll, Host: nothingBeyond{}})
	if err != nil {
		return nodes.Result{}, err
	}
	if r.Failure != nil {
		fail := nodes.Fail("sort.code", r.Failure.Message, -1)
		fail.Description = r.Failure.Description
		return nodes.Result{}, fail
	}
	order, _ := r.Value.Elems()
	out := make([]item.Item, 0, len(items))
	for _, v := range order {
		if i := v.ToNumber(); i >= 0 && i < float64(len(items)) {
			out = append(out, items[int(i)])
		}
	}
	if len(out) != len(items) {
		return nodes.Result{}, nodes.Fail("sort.code", "The sort code gave no order of the items", -1)
	}
	return nodes.One(out), nil
}

// nothingBeyond is what code that compares items reaches beyond them.
type nothingBeyond struct{}

var errBeyond = errors.New("code that sorts reaches the items only")

// Static is Undefined.
func (nothingBeyond) Static(string) (item.Value, error) { return item.Undefined, nil }

// Binary is refused.
func (nothingBeyond) Binary(int, string) ([]byte, error) { return nil, errBeyond }

// Prepare is refused.
func (nothingBeyond) Prepare(string, string, string) (item.Value, error) {
	return item.Undefined, errBeyond
}

// Log keeps nothing.
func (nothingBeyond) Log(string) {}
