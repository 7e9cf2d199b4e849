package transform

import (
	"github.com/jobsprint/jobsprint/nodes"
)

// ItemLists is the older step type for what the types of this package do one by
// one: n8n's "itemLists".
func ItemLists() nodes.Definition {
	return nodes.Definition{
		Type:     "n8n-nodes-base.itemLists",
		Versions: []float64{1, 2, 2.1, 2.2, 3, 3.1},
		Class:    nodes.Pure,
		Name:     "Item lists",
		Doc:      "Splits, gathers, limits, sorts or summarizes items, or removes duplicates; newer workflows have a step type for each.",
		Group:    "data",
		Icon:     "list",
		Inputs:   []string{"main"},
		Outputs:  []string{"main"},
		Fields:   itemListsFields(),
		Ignored:  []string{"resource"},
		Examples: []nodes.Example{{
			Name: "Split a list", Params: `{"fieldToSplitOut":"a"}`, In: `[{"a":[1,2]}]`, Out: `[[{"a":1},{"a":2}]]`,
		}, {
			Name: "Gather values, type version 2", Version: 2, Params: `{"operation":"aggregateItems","fieldsToAggregate":{"fieldToAggregate":[{"fieldToAggregate":"a"}]}}`,
			In: `[{"a":1},{"a":2}]`, Out: `[[{"a":[1,2]}]]`,
		}, {
			Name: "A field that is no list, type version 1", Version: 1, Params: `{"fieldToSplitOut":"a"}`, In: `[{"a":1}]`, Error: "The provided field 'a' is not an array",
		}, {
			Name: "Count by group", Version: 3, Params: `{"operation":"summarize","fieldsToSummarize":{"values":[{"field":"a"}]},"fieldsToSplitBy":"g"}`,
			In: `[{"a":1,"g":"x"},{"a":2,"g":"x"}]`, Out: `[[{"g":"x","count_a":2}]]`,
		}},
		New: newItemLists,
	}
}

// unremarked runs a step and leaves out its remarks, which this type makes none
// of.
type unremarked struct{ nodes.Node }

// Run runs.
func (u unremarked) Run(c *nodes.Call, in nodes.Inputs) (nodes.Result, error) {
	result, err := u.Node.Run(c, in)
	result.Hints = nil
	return result, err
}

func newItemLists(c *nodes.Compile) (nodes.Node, error) {
	gather := "aggregateItems"
	if c.Version >= 3 {
		gather = "concatenateItems"
	}
	switch c.Choice("operation", "splitOutItems", gather, "limit", "removeDuplicates", "sort", "summarize") {
	case "limit":
		return newLimit(c), nil
	case "removeDuplicates":
		if c.Version > 3 {
			return newDuplicates(c, typesOfNone), nil
		}
		return newDuplicates(c, typesOfAll), nil
	case "sort":
		return newSort(c)
	case "summarize":
		s := newSummarize(c, false)
		s.old, s.numbers, s.mayMiss, s.raw = true, c.Version < 3, c.Version > 2, c.Version < 2
		return unremarked{s}, nil
	case "splitOutItems":
		s := newSplitOut(c)
		s.single, s.mustHave = c.Version < 2, c.Version < 2.1
		switch {
		case c.Version < 2:
			s.kinds = "an array"
		case c.Version < 2.2:
			s.kinds = "an array or object"
		}
		return unremarked{s}, nil
	}
	a := newAggregate(c)
	a.mustHave, a.pairedFirst, a.noBlank = c.Version < 2.1, c.Version < 2, c.Version < 3
	return unremarked{a}, nil
}

func itemListsFields() []nodes.Field {
	gather := nodes.When("operation", "aggregateItems", "concatenateItems")
	split := nodes.When("operation", "splitOutItems")
	operations := nodes.ChoiceField("operation", "Operation", "", nodes.Choose("splitOutItems", "Split out items"),
		nodes.Choose("aggregateItems", "Gather items (before type version 3)"), nodes.Choose("concatenateItems", "Gather items"), nodes.Choose("limit", "Limit"),
		nodes.Choose("removeDuplicates", "Remove duplicates"), nodes.Choose("sort", "Sort"), nodes.Choose("summarize", "Summarize"))
	fields := []nodes.Field{operations}
	for _, part := range []struct {
		of   []nodes.Field
		when nodes.Condition
	}{
		{splitOutFields(), split}, {aggregateFields(), gather}, {limitFields(), nodes.When("operation", "limit")},
		{duplicatesWithin(), nodes.When("operation", "removeDuplicates")}, {sortFields(), nodes.When("operation", "sort")}, {summarizeFields(), nodes.When("operation", "summarize")},
	} {
		for _, f := range part.of {
			fields = append(fields, f.Show(part.when))
		}
	}
	return fields
}
