package merge

import "github.com/jobsprint/jobsprint/nodes"

// CompareDatasets compares two lists of items: n8n's "compareDatasets".
func CompareDatasets() nodes.Definition {
	return nodes.Definition{
		Type:     "n8n-nodes-base.compareDatasets",
		Versions: []float64{1, 2, 2.1, 2.2, 2.3},
		Class:    nodes.Pure,
		Name:     "Compare datasets",
		Doc:      "Matches the items of two inputs by fields and tells those that only one has, those that are the same and those that differ.",
		Group:    "flow",
		Icon:     "git-compare",
		Inputs:   []string{"Input A", "Input B"},
		Outputs:  []string{"In A only", "Same", "Different", "In B only"},
		Fields:   compareFields(),
		Ignored:  []string{"infoBox"},
		Examples: []nodes.Example{{
			Name: "By id", Params: `{"mergeByFields":{"values":[{"field1":"id","field2":"id"}]}}`,
			In:  `[[{"id":1},{"id":2,"n":"a"},{"id":3,"n":"b"}],[{"id":2,"n":"a"},{"id":3,"n":"c"},{"id":4}]]`,
			Out: `[[{"id":1}],[{"id":2,"n":"a"}],[{"keys":{"id":3},"same":{"id":3},"different":{"n":{"inputA":"b","inputB":"c"}}}],[{"id":4}]]`,
		}, {
			Name: "The second version of what differs", Version: 1, Params: `{"mergeByFields":{"values":[{"field1":"id","field2":"id"}]}}`,
			In: `[[{"id":3,"n":"b"}],[{"id":3,"n":"c"}]]`, Out: `[[],[],[{"id":3,"n":"c"}],[]]`,
		}, {
			Name: "No field to match on", Params: `{}`, In: `[[{"id":1}],[{"id":1}]]`,
			Error: `You need to define at least one pair of fields in "Fields to Match" to match on`,
		}},
		New: func(c *nodes.Compile) (nodes.Node, error) { return newCompare(c), nil },
	}
}

func compareFields() []nodes.Field {
	mixing := nodes.When("resolve", "mix")
	return []nodes.Field{
		pairsField("Field of input A", "Field of input B"),
		nodes.ChoiceField("resolve", "What differs", "Before type version 2.1 the version of input B is the default.",
			nodes.Choose("includeBoth", "Show both versions"), nodes.Choose("preferInput1", "Give the version of input A"),
			nodes.Choose("preferInput2", "Give the version of input B"), nodes.Choose("mix", "Mix the versions")),
		nodes.FlagField("fuzzyCompare", "Compare loosely", false, "3 is like “3”, and null like an empty text.").Show(nodes.When("@version", 2, 2.1, 2.2, 2.3)),
		nodes.ChoiceField("preferWhenMix", "Prefer", "", nodes.Choose("input1", "Input A"), nodes.Choose("input2", "Input B")).Show(mixing),
		nodes.TextField("exceptWhenMix", "But for", "", "Names of the fields that are taken from the other input, with commas between them.").Show(mixing),
		nodes.OptionsField("options", "Options",
			nodes.TextField("skipFields", "Fields that may differ", "", "Names with commas between them."),
			nodes.FlagField("fuzzyCompare", "Compare loosely", false, "").Show(nodes.When("@version", 1)),
			nodes.FlagField("disableDotNotation", "Disable dot notation", false, ""),
			nodes.ChoiceField("multipleMatches", "Several matches", "", nodes.Choose("first", "The first counts"), nodes.Choose("all", "All count"))),
	}
}
