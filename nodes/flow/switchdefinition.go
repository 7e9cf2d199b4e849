package flow

import "github.com/jobsprint/jobsprint/nodes"

func switchFields() []nodes.Field {
	old := nodes.When("@version", 1, 2)
	rules := nodes.When("mode", "rules")
	expression := nodes.When("mode", "expression")
	value := func(name, label string) nodes.Field { return nodes.Field{Name: name, Label: label, Kind: "json"} }
	ruleLists := nodes.GroupField("rules", "Rules", "",
		nodes.ListField("values", "Rules", conditionsField(),
			nodes.FlagField("renameOutput", "Rename output", false, ""), nodes.TextField("outputKey", "Output name", "", "")),
		nodes.ListField("rules", "Rules", nodes.TextField("operation", "Operation", "", "As for If, version 1."),
			value("value2", "Value"), nodes.NumberField("output", "Output", 0, ""), nodes.TextField("outputKey", "Output name", "", "")).Show(old))
	fields := []nodes.Field{
		nodes.ChoiceField("mode", "Mode", "", nodes.Choose("rules", "Rules"), nodes.Choose("expression", "Expression")),
		nodes.NumberField("numberOutputs", "Number of outputs", 4, "").Show(expression, nodes.When("@version", 3, 3.1, 3.2, 3.3, 3.4)),
		nodes.NumberField("outputsAmount", "Number of outputs", 4, "").Show(expression, nodes.When("@version", 2)),
		nodes.NumberField("output", "Output", 0, "The number of the output, from 0.").Show(expression),
		nodes.ChoiceField("dataType", "Data type", "", nodes.Choose("number", "Number"), nodes.Choose("boolean", "Boolean"),
			nodes.Choose("dateTime", "Date and time"), nodes.Choose("string", "Text")).Show(rules, old),
		value("value1", "Value").Show(rules, old),
		ruleLists.Show(rules),
		nodes.NumberField("fallbackOutput", "Fallback output", -1, "Where an item goes that meets no rule; -1: nowhere.").Show(rules, old),
	}
	return append(fields, looseOptions(
		nodes.TextField("fallbackOutput", "Fallback output", "none", "“none”, “extra” for an output of its own, or the number of an output."),
		nodes.TextField("renameFallbackOutput", "Name of the fallback output", "", ""),
		nodes.FlagField("allMatchingOutputs", "Send to all matching outputs", false, ""),
	)...)
}

func switchExamples() []nodes.Example {
	rule := func(value string) string {
		return `{"conditions":{"options":{"caseSensitive":true,"typeValidation":"strict"},"combinator":"and","conditions":[
			{"leftValue":"b","rightValue":"` + value + `","operator":{"type":"string","operation":"equals"}}]}}`
	}
	return []nodes.Example{{
		Name:   "The second rule holds",
		Params: `{"rules":{"values":[` + rule("a") + `,` + rule("b") + `]}}`,
		In:     `[{"n":1}]`,
		Out:    `[[],[{"n":1}]]`,
	}, {
		Name:   "No rule holds: the extra output",
		Params: `{"rules":{"values":[` + rule("a") + `]},"options":{"fallbackOutput":"extra"}}`,
		In:     `[{"n":1}]`,
		Out:    `[[],[{"n":1}]]`,
	}, {
		Name:   "An output by number",
		Params: `{"mode":"expression","numberOutputs":3,"output":2}`,
		In:     `[{"n":1}]`,
		Out:    `[[],[],[{"n":1}]]`,
	}, {
		Name:    "Type version 2",
		Version: 2,
		Params:  `{"dataType":"string","value1":"x","rules":{"rules":[{"value2":"y"},{"value2":"x"}]},"fallbackOutput":0}`,
		In:      `[{"n":1}]`,
		Out:     `[[],[{"n":1}]]`,
	}, {
		Name:    "Type version 1",
		Version: 1,
		Params:  `{"value1":5,"rules":{"rules":[{"operation":"larger","value2":3,"output":3}]}}`,
		In:      `[{"n":1}]`,
		Out:     `[[],[],[],[{"n":1}]]`,
	}}
}
