package transform

import "github.com/jobsprint/jobsprint/nodes"

// RemoveDuplicates removes items that were there before: n8n's
// "removeDuplicates".
func RemoveDuplicates() nodes.Definition {
	return nodes.Definition{
		Type:     "n8n-nodes-base.removeDuplicates",
		Versions: []float64{1, 1.1, 2},
		Class:    nodes.Sealed,
		Name:     "Remove duplicates",
		Doc:      "Removes items that are like another of the same input, or whose value an earlier run has had.",
		Group:    "data",
		Icon:     "copy-minus",
		Inputs:   []string{"main"},
		Outputs:  []string{"main"},
		Fields:   duplicatesFields(),
		Examples: []nodes.Example{{
			Name: "All fields", Params: `{}`, In: `[{"a":1},{"a":2},{"a":1}]`, Out: `[[{"a":1},{"a":2}]]`,
		}, {
			Name: "Some fields", Params: `{"compare":"selectedFields","fieldsToCompare":"user.id","options":{"removeOtherFields":true}}`,
			In: `[{"user":{"id":1,"n":"a"}},{"user":{"id":1,"n":"b"}}]`, Out: `[[{"user":{"id":1}}]]`,
		}, {
			Name: "Values of different types", Params: `{}`, In: `[{"a":1},{"a":"1"}]`, Error: "'a' isn't always the same type",
		}, {
			Name: "What an earlier run has not had", Params: `{"operation":"removeItemsSeenInPreviousExecutions","dedupeValue":"={{ $json.id }}"}`,
			In: `[{"id":2},{"id":1}]`, Out: `[[{"id":1},{"id":2}],[]]`,
		}, {
			Name: "Type version 1", Version: 1, Params: `{"compare":"allFieldsExcept","fieldsToExclude":"b"}`, In: `[{"a":1,"b":1},{"a":1,"b":2}]`, Out: `[[{"a":1,"b":1}]]`,
		}},
		New: newRemoveDuplicates,
	}
}

func newRemoveDuplicates(c *nodes.Compile) (nodes.Node, error) {
	if c.Version >= 2 {
		switch c.Choice("operation", "removeDuplicateInputItems", "removeItemsSeenInPreviousExecutions", "clearDeduplicationHistory") {
		case "removeItemsSeenInPreviousExecutions":
			return newSeen(c), nil
		case "clearDeduplicationHistory":
			return &forget{nodes.Text(c, "options.scope", "node")}, nil
		}
	}
	if c.Version > 1 {
		d := newDuplicates(c, typesButNull)
		d.whole = c.Version >= 2
		return d, nil
	}
	return newDuplicates(c, typesOfAll), nil
}

func duplicatesFields() []nodes.Field {
	within := nodes.When("operation", "removeDuplicateInputItems")
	before := nodes.When("operation", "removeItemsSeenInPreviousExecutions")
	newer := nodes.When("@version", 2)
	return []nodes.Field{
		nodes.ChoiceField("operation", "Operation", "", nodes.Choose("removeDuplicateInputItems", "Remove what is twice in the input"),
			nodes.Choose("removeItemsSeenInPreviousExecutions", "Remove what earlier runs had"), nodes.Choose("clearDeduplicationHistory", "Forget what earlier runs had")).Show(newer),
		compareField().Show(within),
		nodes.TextField("fieldsToExclude", "Fields to leave out", "", "Names with commas between them.").Show(nodes.When("compare", "allFieldsExcept")),
		nodes.TextField("fieldsToCompare", "Fields to compare", "", "Names with commas between them.").Show(nodes.When("compare", "selectedFields")),
		nodes.ChoiceField("logic", "Keep items where", "", nodes.Choose(seenValue, "The value is new"),
			nodes.Choose(seenNumber, "The value is higher than any before"), nodes.Choose(seenDate, "The value is a date later than any before")).Show(newer, before),
		nodes.TextField("dedupeValue", "Value", "", "Mostly an expression.").Need().Show(before, nodes.When("logic", seenValue)),
		nodes.NumberField("incrementalDedupeValue", "Value", 0, "Mostly an expression.").Show(before, nodes.When("logic", seenNumber)),
		{Name: "dateDedupeValue", Label: "Value", Kind: "dateTime", Doc: "Mostly an expression.", ShowWhen: []nodes.Condition{before, nodes.When("logic", seenDate)}},
		nodes.ChoiceField("mode", "Mode", "", nodes.Choose("cleanDatabase", "Forget all")).Show(nodes.When("operation", "clearDeduplicationHistory")),
		nodes.OptionsField("options", "Options", plainField(),
			nodes.FlagField("removeOtherFields", "Remove other fields", false, "Keeps only the fields that are compared."),
			nodes.ChoiceField("scope", "Scope", "Who shares what is remembered.", nodes.Choose("node", "This step alone"), nodes.Choose("workflow", "All steps of the workflow")),
			nodes.NumberField("historySize", "Size of the history", defaultHistory, "How many values are remembered.")),
	}
}

// duplicatesWithin are the fields for what is twice in the input.
func duplicatesWithin() []nodes.Field {
	return []nodes.Field{compareField(),
		nodes.TextField("fieldsToExclude", "Fields to leave out", "", "Names with commas between them."),
		nodes.TextField("fieldsToCompare", "Fields to compare", "", "Names with commas between them."),
		nodes.OptionsField("options", "Options", plainField(), nodes.FlagField("removeOtherFields", "Remove other fields", false, "")),
	}
}

func compareField() nodes.Field {
	return nodes.ChoiceField("compare", "Compare", "Which fields must be alike.", nodes.Choose("allFields", "All fields"),
		nodes.Choose("allFieldsExcept", "All fields but"), nodes.Choose("selectedFields", "These fields"))
}
