package transform

import "github.com/jobsprint/jobsprint/nodes"

// Summarize makes sums and the like of fields, by groups: n8n's "summarize".
func Summarize() nodes.Definition {
	return nodes.Definition{
		Type:     "n8n-nodes-base.summarize",
		Versions: []float64{1, 1.1},
		Class:    nodes.Pure,
		Name:     "Summarize",
		Doc:      "Counts, adds up, joins or lists the values of fields, for all items or for groups of them.",
		Group:    "data",
		Icon:     "sigma",
		Inputs:   []string{"main"},
		Outputs:  []string{"main"},
		Fields:   summarizeFields(),
		Examples: []nodes.Example{{
			Name: "Sum and number by country", Params: `{"fieldsToSummarize":{"values":[{"aggregation":"sum","field":"n"},{"field":"n"}]},"fieldsToSplitBy":"user.land"}`,
			In:  `[{"n":1,"user":{"land":"CH"}},{"n":2,"user":{"land":"AT"}},{"n":4,"user":{"land":"CH"}}]`,
			Out: `[[{"sum_n":5,"count_n":2,"user_land":"CH"},{"sum_n":2,"count_n":1,"user_land":"AT"}]]`,
		}, {
			Name: "All groups in one item", Params: `{"fieldsToSummarize":{"values":[{"aggregation":"append","field":"n"}]},"fieldsToSplitBy":"g","options":{"outputFormat":"singleItem"}}`,
			In: `[{"g":"a","n":1},{"g":"b","n":2},{"g":"a","n":3}]`, Out: `[[{"a":{"appended_n":[1,3]},"b":{"appended_n":[2]}}]]`,
		}, {
			Name: "A field that no item has", Version: 1, Params: `{"fieldsToSummarize":{"values":[{"field":"x"}]}}`, In: `[{"n":1}]`,
			Error: "The field 'x' does not exist in any items",
		}},
		New: func(c *nodes.Compile) (nodes.Node, error) { return newSummarize(c, c.Version > 1), nil },
	}
}

func summarizeFields() []nodes.Field {
	joined := nodes.When("aggregation", "concatenate")
	return []nodes.Field{
		nodes.GroupField("fieldsToSummarize", "Fields to summarize", "", nodes.ListField("values", "Fields",
			nodes.ChoiceField("aggregation", "Aggregation", "", nodes.Choose("count", "Count"), nodes.Choose("countUnique", "Count the different ones"),
				nodes.Choose("append", "List"), nodes.Choose("average", "Average"), nodes.Choose("concatenate", "Join as text"),
				nodes.Choose("max", "Largest"), nodes.Choose("min", "Smallest"), nodes.Choose("sum", "Sum")),
			nodes.TextField("field", "Field", "", ""),
			nodes.FlagField("includeEmpty", "Include empty values", false, "").Show(nodes.When("aggregation", "append", "concatenate", "count", "countUnique")),
			nodes.TextField("separateBy", "Separator", ",", "“other” takes the one below.").Show(joined),
			nodes.TextField("customSeparator", "Other separator", "", "").Show(joined, nodes.When("separateBy", "other")))),
		nodes.TextField("fieldsToSplitBy", "Fields to group by", "", "Names with commas between them."),
		nodes.OptionsField("options", "Options",
			nodes.FlagField("continueIfFieldNotFound", "Continue if a field is not found", false, "").Show(nodes.When("@version", 1)),
			plainField(),
			nodes.ChoiceField("outputFormat", "Output", "", nodes.Choose("separateItems", "An item for each group"), nodes.Choose("singleItem", "All groups in one item")),
			nodes.FlagField("skipEmptySplitFields", "Leave out items without a group", false, "Items that lack a field to group by, or have null or an empty text in it.")),
	}
}
