package flow

import (
	"github.com/jobsprint/jobsprint/nodes"
	"github.com/jobsprint/jobsprint/nodes/condition"
)

// Filter keeps the items that meet conditions: n8n's "filter". The others are
// on a second output, which n8n has too and does not draw.
func Filter() nodes.Definition {
	fields := []nodes.Field{
		bothConditions(),
		nodes.ChoiceField("combineConditions", "Combine", "", nodes.Choose("AND", "All must hold"), nodes.Choose("OR", "One is enough")).
			Show(nodes.When("@version", 1)),
	}
	return nodes.Definition{
		Type:     "n8n-nodes-base.filter",
		Versions: []float64{1, 2, 2.1, 2.2, 2.3},
		Class:    nodes.Pure,
		Name:     "Filter",
		Doc:      "Keeps the items for which conditions hold.",
		Group:    "flow",
		Icon:     "filter",
		Inputs:   []string{"main"},
		Outputs:  []string{"kept"},
		Fields:   append(fields, looseOptions()...),
		Examples: []nodes.Example{{
			Name: "Keep what is not empty",
			Params: `{"conditions":{"options":{"typeValidation":"loose"},"combinator":"and","conditions":[
				{"leftValue":"x","operator":{"type":"string","operation":"notEmpty","singleValue":true}}]}}`,
			In:  `[{"a":1},{"a":2}]`,
			Out: `[[{"a":1},{"a":2}],[]]`,
		}, {
			Name:    "Type version 1",
			Version: 1,
			Params:  `{"conditions":{"string":[{"value1":"abc","operation":"contains","value2":"z"}]}}`,
			In:      `[{"a":1}]`,
			Out:     `[[],[{"a":1}]]`,
		}},
		New: newFilter,
	}
}

func newFilter(c *nodes.Compile) (nodes.Node, error) {
	if c.Version < 2 {
		return split{condition.NewLegacy(c, "conditions", c.Choice("combineConditions", "AND", "OR") == "OR"), true}, nil
	}
	return split{condition.NewFilter(c, "conditions"), false}, nil
}
