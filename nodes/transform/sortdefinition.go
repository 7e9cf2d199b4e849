package transform

import (
	"hash/fnv"
	"math/rand/v2"

	"github.com/jobsprint/jobsprint/nodes"
)

// Sort orders items: n8n's "sort".
func Sort() nodes.Definition {
	return nodes.Definition{
		Type:     "n8n-nodes-base.sort",
		Versions: []float64{1},
		Class:    nodes.Pure,
		Name:     "Sort",
		Doc:      "Orders the items by fields, by code that compares two of them, or at random.",
		Group:    "data",
		Icon:     "arrow-down-a-z",
		Inputs:   []string{"main"},
		Outputs:  []string{"main"},
		Fields:   sortFields(),
		Examples: []nodes.Example{{
			Name: "By a text and then by a number, the largest first", Params: `{"sortFieldsUi":{"sortField":[{"fieldName":"g"},{"fieldName":"n","order":"descending"}]}}`,
			In: `[{"g":"b","n":1},{"g":"A","n":1},{"g":"a","n":2}]`, Out: `[[{"g":"a","n":2},{"g":"A","n":1},{"g":"b","n":1}]]`,
		}, {
			Name: "By code", Params: `{"type":"code","code":"return b.json.n - a.json.n"}`, In: `[{"n":1},{"n":3},{"n":2}]`, Out: `[[{"n":3},{"n":2},{"n":1}]]`,
		}, {
			Name: "A field that no item has", Params: `{"sortFieldsUi":{"sortField":[{"fieldName":"x"}]}}`, In: `[{"g":1}]`,
			Error: "Couldn't find the field 'x' in the input data",
		}},
		New: newSort,
	}
}

func newSort(c *nodes.Compile) (nodes.Node, error) {
	switch c.Choice("type", "simple", "random", "code") {
	case "random":
		return shuffler{}, nil
	case "code":
		return newCodeSorter(c)
	}
	return newSorter(c), nil
}

func sortFields() []nodes.Field {
	simple := nodes.When("type", "simple")
	return []nodes.Field{
		nodes.ChoiceField("type", "Type", "What decides the order.", nodes.Choose("simple", "Fields"), nodes.Choose("random", "Chance"), nodes.Choose("code", "Code")),
		nodes.GroupField("sortFieldsUi", "Fields to sort by", "", nodes.ListField("sortField", "Fields",
			nodes.TextField("fieldName", "Field", "", "").Need(),
			nodes.ChoiceField("order", "Order", "", nodes.Choose("ascending", "Ascending"), nodes.Choose("descending", "Descending")))).Show(simple),
		{Name: "code", Label: "Code", Kind: "code", Doc: "JavaScript that compares the items a and b and returns a number: below zero where a comes first.", ShowWhen: []nodes.Condition{nodes.When("type", "code")}},
		nodes.OptionsField("options", "Options", plainField()).Show(simple),
	}
}

// shuffler puts items into a random order. It follows from the run and the step,
// so that a replay gives the same order.
type shuffler struct{}

// Run shuffles.
func (shuffler) Run(c *nodes.Call, in nodes.Inputs) (nodes.Result, error) {
	items := nodes.PassOn(in.First())
	seed := fnv.New64a()
	_, _ = seed.Write([]byte(c.Run + "\x00" + c.Batch.Step)) // a hash never fails to write
	shuffle := rand.New(rand.NewPCG(seed.Sum64(), uint64(c.Batch.RunIndex)))
	shuffle.Shuffle(len(items), func(i, k int) { items[i], items[k] = items[k], items[i] })
	return nodes.One(items), nil
}
