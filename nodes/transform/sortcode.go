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

// sortJS sorts a list in JavaScript by the very comparisons that V8 makes for a
// short one (see sortAsJavaScript), since code that gives no order, such as one
// that never gives 0, has an outcome that depends on them.
const sortJS = `(list, compare) => { const size = list.length; if (size < 2 || size >= 64) return list.sort(compare); ` +
	`const before = (x, y) => Number(compare(x, y)) < 0; let run = 2; const falls = before(list[1], list[0]); ` +
	`while (run < size && before(list[run], list[run - 1]) === falls) run++; ` +
	`if (falls) list.splice(0, run, ...list.slice(0, run).reverse()); ` +
	`for (; run < size; run++) { const pivot = list[run]; let left = 0, right = run; ` +
	`while (left < right) { const mid = left + ((right - left) >> 1); if (before(pivot, list[mid])) right = mid; else left = mid + 1; } ` +
	`list.splice(run, 1); list.splice(left, 0, pivot); } return list; }`

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
	program := engine.CompileCode("return (" + sortJS + ")($input.all().map((item, index) => ({ item, index })), (first, second) => ((a, b) => {" +
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
