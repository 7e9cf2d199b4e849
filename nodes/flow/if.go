package flow

import (
	"github.com/jobsprint/jobsprint/nodes"
	"github.com/jobsprint/jobsprint/nodes/condition"
)

// If sends each item to one of two outputs: n8n's "if".
func If() nodes.Definition {
	fields := []nodes.Field{
		bothConditions(),
		nodes.ChoiceField("combineOperation", "Combine", "", nodes.Choose("all", "All must hold"), nodes.Choose("any", "One is enough")).
			Show(nodes.When("@version", 1)),
	}
	return nodes.Definition{
		Type:     "n8n-nodes-base.if",
		Versions: []float64{1, 2, 2.1, 2.2, 2.3},
		Class:    nodes.Pure,
		Name:     "If",
		Doc:      "Sends every item to the first output where its conditions hold, and to the second where they do not.",
		Group:    "flow",
		Icon:     "split",
		Inputs:   []string{"main"},
		Outputs:  []string{"true", "false"},
		Fields:   append(fields, looseOptions()...),
		Examples: ifExamples(),
		New:      newIf,
	}
}

func newIf(c *nodes.Compile) (nodes.Node, error) {
	if c.Version < 2 {
		return split{condition.NewLegacy(c, "conditions", c.Choice("combineOperation", "all", "any") == "any"), true}, nil
	}
	return split{condition.NewFilter(c, "conditions"), false}, nil
}

func ifExamples() []nodes.Example {
	return []nodes.Example{{
		Name: "A number is large",
		Params: `{"conditions":{"options":{"caseSensitive":true,"typeValidation":"strict","version":2},"combinator":"and","conditions":[
			{"leftValue":5,"rightValue":3,"operator":{"type":"number","operation":"gt"}}]}}`,
		In:  `[{"n":5}]`,
		Out: `[[{"n":5}],[]]`,
	}, {
		Name: "One of two conditions is enough, whatever the case",
		Params: `{"conditions":{"options":{"caseSensitive":false,"typeValidation":"loose","version":2},"combinator":"or","conditions":[
			{"leftValue":"Apple","rightValue":"app","operator":{"type":"string","operation":"startsWith"}},
			{"leftValue":"","rightValue":"","operator":{"type":"string","operation":"notEmpty","singleValue":true}}]}}`,
		In:  `[{}]`,
		Out: `[[{}],[]]`,
	}, {
		Name: "A text where a number is asked for",
		Params: `{"conditions":{"options":{"typeValidation":"strict"},"combinator":"and","conditions":[
			{"leftValue":"five","rightValue":3,"operator":{"type":"number","operation":"gt"}}]}}`,
		In:    `[{}]`,
		Error: `Wrong type: 'five' is a string but was expecting a number [condition 0, item 0]`,
	}, {
		Name:    "Type version 1",
		Version: 1,
		Params:  `{"conditions":{"number":[{"value1":5,"operation":"larger","value2":9}]}}`,
		In:      `[{"n":5}]`,
		Out:     `[[],[{"n":5}]]`,
	}}
}
