package flow

import (
	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
	"github.com/jobsprint/jobsprint/nodes/condition"
)

// split sends each item to one of two outputs by a test. Where the step goes on
// after an item that fails, that item counts as one that does not pass; in type
// version 1 the step fails as a whole.
type split struct {
	test condition.Test
	old  bool
}

// Run tests every item.
func (s split) Run(c *nodes.Call, in nodes.Inputs) (nodes.Result, error) {
	out := make([][]item.Item, 2)
	for i, it := range in.First() {
		pass, err := s.test.Pass(c, i)
		if err != nil {
			if _, stop := c.Failed(i, err); stop != nil || s.old {
				return nodes.Result{}, err
			}
		}
		it.Paired = item.PairOf(i)
		if pass {
			out[0] = append(out[0], it)
		} else {
			out[1] = append(out[1], it)
		}
	}
	return nodes.Result{Outputs: out}, nil
}

// conditionsField is the form of conditions of current type versions.
func conditionsField() nodes.Field {
	return nodes.Field{Name: "conditions", Label: "Conditions", Kind: "filter", Fields: []nodes.Field{
		nodes.OptionsField("options", "Options",
			nodes.FlagField("caseSensitive", "Case sensitive", true, ""),
			nodes.TextField("leftValue", "First value", "", "What an editor offers for a new condition."),
			nodes.ChoiceField("typeValidation", "Types", "", nodes.Choose("strict", "Must be right"), nodes.Choose("loose", "Are converted")),
			nodes.NumberField("version", "Version of the rules", 2, "")),
		nodes.ListField("conditions", "Conditions",
			nodes.TextField("id", "Id", "", "Names the row in an editor."),
			nodes.Field{Name: "leftValue", Label: "First value", Kind: "json"},
			nodes.Field{Name: "operator", Label: "Operator", Kind: "json", Doc: "An object with type and operation."},
			nodes.Field{Name: "rightValue", Label: "Second value", Kind: "json"}),
		nodes.ChoiceField("combinator", "Combine", "", nodes.Choose("and", "All must hold"), nodes.Choose("or", "One is enough")),
	}}
}

// oldConditionsFields are the lists of comparisons of type version 1; they
// stand in the conditions parameter too.
func oldConditionsFields() []nodes.Field {
	value := func(name, label string) nodes.Field { return nodes.Field{Name: name, Label: label, Kind: "json"} }
	list := func(name, label, operations string) nodes.Field {
		return nodes.ListField(name, label, value("value1", "First value"),
			nodes.TextField("operation", "Operation", "", operations), value("value2", "Second value"))
	}
	return []nodes.Field{
		list("boolean", "Boolean", "equal or notEqual."),
		list("dateTime", "Date and time", "after or before."),
		list("number", "Number", "smaller, smallerEqual, equal, notEqual, larger, largerEqual, isEmpty or isNotEmpty."),
		list("string", "Text", "equal, notEqual, contains, notContains, startsWith, notStartsWith, endsWith, notEndsWith, regex, notRegex, isEmpty or isNotEmpty."),
	}
}

// bothConditions is the conditions parameter of all type versions: the older
// form has a list for each type, the newer one list of all.
func bothConditions() nodes.Field {
	f := conditionsField()
	for _, old := range oldConditionsFields() {
		f.Fields = append(f.Fields, old.Show(nodes.When("@version", 1)))
	}
	return f
}

// looseOptions are what an editor writes into the conditions' own options.
func looseOptions(more ...nodes.Field) []nodes.Field {
	loose := nodes.FlagField("looseTypeValidation", "Convert types where required", false, "An editor stores it in the conditions as well, and that counts.")
	ignoreCase := nodes.FlagField("ignoreCase", "Ignore case", true, "An editor stores it in the conditions as well, and that counts.")
	return []nodes.Field{loose, nodes.OptionsField("options", "Options", append([]nodes.Field{ignoreCase, loose}, more...)...)}
}
