package transform

import (
	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
)

// Limit keeps the first or the last items: n8n's "limit".
func Limit() nodes.Definition {
	return nodes.Definition{
		Type:     "n8n-nodes-base.limit",
		Versions: []float64{1},
		Class:    nodes.Pure,
		Name:     "Limit",
		Doc:      "Keeps at most a number of items, the first or the last ones.",
		Group:    "data",
		Icon:     "scissors",
		Inputs:   []string{"main"},
		Outputs:  []string{"main"},
		Fields:   limitFields(),
		Examples: []nodes.Example{{
			Name: "The first two", Params: `{"maxItems":2}`, In: `[{"a":1},{"a":2},{"a":3}]`, Out: `[[{"a":1},{"a":2}]]`,
		}, {
			Name: "The last one", Params: `{"keep":"lastItems"}`, In: `[{"a":1},{"a":2}]`, Out: `[[{"a":2}]]`,
		}},
		New: func(c *nodes.Compile) (nodes.Node, error) { return newLimit(c), nil },
	}
}

func limitFields() []nodes.Field {
	return []nodes.Field{
		nodes.NumberField("maxItems", "Number of items", 1, "How many items are kept at most."),
		nodes.ChoiceField("keep", "Keep", "Which items are kept where there are more.",
			nodes.Choose("firstItems", "The first"), nodes.Choose("lastItems", "The last")),
	}
}

type limit struct {
	count nodes.Param[item.Value]
	keep  nodes.Param[string]
}

func newLimit(c *nodes.Compile) nodes.Node {
	return &limit{nodes.Any(c, "maxItems", item.Int(1)), nodes.Text(c, "keep", "firstItems")}
}

// Run cuts the list. A number that counts from the other end, or is none, is
// taken as JavaScript's slice takes it.
func (l *limit) Run(c *nodes.Call, in nodes.Inputs) (nodes.Result, error) {
	items := nodes.PassOn(in.First())
	if len(items) == 0 {
		return nodes.One(items), nil
	}
	count, err := l.count.At(c, 0)
	if err != nil {
		return nodes.Result{}, err
	}
	keep, err := l.keep.At(c, 0)
	if err != nil {
		return nodes.Result{}, err
	}
	n, size := count.ToNumber(), float64(len(items))
	switch {
	case n > size:
		return nodes.One(items), nil
	case keep == "firstItems":
		return nodes.One(items[:sliceIndex(n, len(items))]), nil
	}
	return nodes.One(items[sliceIndex(size-n, len(items)):]), nil
}

// sliceIndex is how Array.prototype.slice reads a number.
func sliceIndex(n float64, length int) int {
	if n != n {
		return 0
	}
	if n < 0 {
		return max(0, length+int(max(n, float64(-length))))
	}
	return int(min(n, float64(length)))
}
