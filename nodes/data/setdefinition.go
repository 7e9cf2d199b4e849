package data

import (
	"github.com/jobsprint/jobsprint/nodes"
)

func setFields() []nodes.Field {
	old := nodes.When("@version", 1, 2)
	list := nodes.When("@version", 3, 3.1, 3.2)
	assignments := nodes.When("@version", 3.3, 3.4)
	manual := nodes.When("mode", "manual")
	fields := []nodes.Field{
		nodes.ChoiceField("mode", "Mode", "How the fields are given.",
			nodes.Choose("manual", "One by one"), nodes.Choose("raw", "As JSON")).
			Show(nodes.When("@version", 3, 3.1, 3.2, 3.3, 3.4)),
		nodes.FlagField("duplicateItem", "Duplicate item", false, "Repeats every item, in manual runs only."),
		nodes.NumberField("duplicateCount", "Copies", 0, "How many copies follow each item; 10,000 at most.").
			Show(nodes.When("duplicateItem", true)),
		nodes.JSONField("jsonOutput", "JSON", "{}", "An object; expressions inside stand for JSON values.").
			Show(nodes.When("mode", "raw")),
		{Name: "assignments", Label: "Fields to set", Kind: "assignmentCollection", ShowWhen: []nodes.Condition{assignments, manual},
			Fields: []nodes.Field{nodes.ListField("assignments", "Fields", assignmentFields()...)}},
		nodes.GroupField("fields", "Fields to set", "", nodes.ListField("values", "Fields", listFields()...)).Show(list, manual),
		nodes.GroupField("values", "Values to set", "",
			oldList("boolean", "Boolean", nodes.FlagField("value", "Value", false, "")),
			oldList("number", "Number", nodes.NumberField("value", "Value", 0, "")),
			oldList("string", "Text", nodes.TextField("value", "Value", "", ""))).Show(old),
		nodes.FlagField("keepOnlySet", "Keep only set", false, "Drops all other fields.").Show(old),
	}
	return append(append(fields, keepFields()...), setOptions())
}

func assignmentFields() []nodes.Field {
	return []nodes.Field{
		nodes.TextField("id", "Id", "", "Names the row in an editor."),
		nodes.TextField("name", "Name", "", "The field; dots and brackets lead into nested values."),
		nodes.ChoiceField("type", "Type", "What the value is converted to.",
			nodes.Choose("string", "Text"), nodes.Choose("number", "Number"), nodes.Choose("boolean", "Boolean"),
			nodes.Choose("array", "Array"), nodes.Choose("object", "Object")),
		{Name: "value", Label: "Value", Kind: "json"},
	}
}

func listFields() []nodes.Field {
	value := func(name, label string) nodes.Field {
		return nodes.Field{Name: name, Label: label, Kind: "json", ShowWhen: []nodes.Condition{nodes.When("type", name)}}
	}
	return []nodes.Field{
		nodes.TextField("name", "Name", "", "The field; dots and brackets lead into nested values."),
		nodes.ChoiceField("type", "Type", "What the value is converted to.",
			nodes.Choose("stringValue", "Text"), nodes.Choose("numberValue", "Number"), nodes.Choose("booleanValue", "Boolean"),
			nodes.Choose("arrayValue", "Array"), nodes.Choose("objectValue", "Object")),
		value("stringValue", "Value"), value("numberValue", "Value"), value("booleanValue", "Value"),
		value("arrayValue", "Value"), value("objectValue", "Value"),
	}
}

func oldList(name, label string, value nodes.Field) nodes.Field {
	return nodes.ListField(name, label, nodes.TextField("name", "Name", "propertyName", ""), value)
}

func keepFields() []nodes.Field {
	return []nodes.Field{
		nodes.FlagField("includeOtherFields", "Include other input fields", false, "Keeps what the item had.").
			Show(nodes.When("@version", 3.3, 3.4)),
		nodes.ChoiceField("include", "Input fields to include", "",
			nodes.Choose("all", "All"), nodes.Choose("none", "None"), nodes.Choose("selected", "Selected"), nodes.Choose("except", "All except")).
			Show(nodes.When("@version", 3, 3.1, 3.2, 3.3, 3.4)),
		nodes.TextField("includeFields", "Fields to include", "", "Names with commas between them.").Show(nodes.When("include", "selected")),
		nodes.TextField("excludeFields", "Fields to exclude", "", "Names with commas between them.").Show(nodes.When("include", "except")),
	}
}

func setOptions() nodes.Field {
	return nodes.OptionsField("options", "Options",
		nodes.FlagField("dotNotation", "Dot notation", true, "Dots and brackets in names lead into nested values."),
		nodes.FlagField("ignoreConversionErrors", "Ignore type conversion errors", false, "Keeps a value that cannot be converted as it is."),
		nodes.FlagField("includeBinary", "Include binary data", true, "").Show(nodes.When("@version", 3, 3.1, 3.2, 3.3)),
		nodes.FlagField("stripBinary", "Strip binary data", true, "").Show(nodes.When("@version", 3.4)),
	)
}

func setExamples() []nodes.Example {
	return []nodes.Example{{
		Name:   "Add a field and keep the others",
		Params: `{"assignments":{"assignments":[{"id":"1","name":"total","type":"number","value":"12"}]},"includeOtherFields":true}`,
		In:     `[{"id":1},{"id":2}]`,
		Out:    `[[{"id":1,"total":12},{"id":2,"total":12}]]`,
	}, {
		Name:   "Write into a nested value",
		Params: `{"assignments":{"assignments":[{"name":"user.tags[0]","type":"string","value":"new"}]}}`,
		In:     `[{"id":1}]`,
		Out:    `[[{"user":{"tags":["new"]}}]]`,
	}, {
		Name:   "A text that is no number",
		Params: `{"assignments":{"assignments":[{"name":"total","type":"number","value":"twelve"}]}}`,
		In:     `[{}]`,
		Error:  `'total' expects a number but we got 'twelve' [item 0]`,
	}, {
		Name:   "Keep all fields but one",
		Params: `{"include":"except","excludeFields":"secret","includeOtherFields":true,"assignments":{"assignments":[]}}`,
		In:     `[{"id":1,"secret":"x"}]`,
		Out:    `[[{"id":1}]]`,
	}, {
		Name:   "Give the whole item as JSON",
		Params: `{"mode":"raw","jsonOutput":"{\"a\":[1,2]}"}`,
		In:     `[{"b":1}]`,
		Out:    `[[{"a":[1,2]}]]`,
	}, {
		Name:    "Type version 1",
		Version: 1,
		Params:  `{"keepOnlySet":true,"values":{"string":[{"name":"s","value":"x"}],"number":[{"name":"n","value":1}]}}`,
		In:      `[{"b":1}]`,
		Out:     `[[{"n":1,"s":"x"}]]`,
	}, {
		Name:    "Type version 3.2",
		Version: 3.2,
		Params:  `{"fields":{"values":[{"name":"ok","type":"booleanValue","booleanValue":"TRUE"}]},"include":"none"}`,
		In:      `[{"b":1}]`,
		Out:     `[[{"ok":true}]]`,
	}}
}
