package merge

import "github.com/jobsprint/jobsprint/nodes"

func mergeFields() []nodes.Field {
	old, middle, newer := nodes.When("@version", 1), nodes.When("@version", 2, 2.1), nodes.When("@version", 3, 3.1, 3.2)
	combine := nodes.When("mode", "combine")
	byKey := nodes.When("mode", "keepKeyMatches", "mergeByKey", "removeKeyMatches")
	sql := nodes.When("mode", "combineBySql")
	return []nodes.Field{
		nodes.ChoiceField("mode", "Mode", "The last six are for type version 1.",
			nodes.Choose("append", "Append"), nodes.Choose("combine", "Combine"), nodes.Choose("combineBySql", "SQL query"),
			nodes.Choose("chooseBranch", "Choose a branch"), nodes.Choose("keepKeyMatches", "Keep what matches a key"), nodes.Choose("mergeByIndex", "Merge by position"),
			nodes.Choose("mergeByKey", "Merge by key"), nodes.Choose("multiplex", "All with all"), nodes.Choose("passThrough", "Pass one input on"),
			nodes.Choose("removeKeyMatches", "Remove what matches a key"), nodes.Choose("wait", "Wait")),
		nodes.ChoiceField("combineBy", "Combine by", "", nodes.Choose("combineByFields", "Matching fields"), nodes.Choose("combineByPosition", "Position"),
			nodes.Choose("combineAll", "All with all")).Show(newer, combine),
		nodes.ChoiceField("combinationMode", "Combine by", "", nodes.Choose("mergeByFields", "Matching fields"), nodes.Choose("mergeByPosition", "Position"),
			nodes.Choose("multiplex", "All with all")).Show(middle, combine),
		nodes.NumberField("numberInputs", "Number of inputs", 2, "From 2 to 100.").Show(newer),
		nodes.FlagField("advanced", "Fields have different names", false, "").Show(newer, combine),
		nodes.TextField("fieldsToMatchString", "Fields to match", "", "Names with commas between them.").Show(newer, combine, nodes.When("advanced", false)),
		pairsField("Field of input 1", "Field of input 2").Show(combine),
		nodes.ChoiceField("joinMode", "Output", "", nodes.Choose("keepMatches", "What matches"), nodes.Choose("keepNonMatches", "What matches nothing"),
			nodes.Choose("keepEverything", "Everything"), nodes.Choose("enrichInput1", "Input 1 with what matches"), nodes.Choose("enrichInput2", "Input 2 with what matches")).Show(combine),
		nodes.ChoiceField("outputDataFrom", "Data from", "", nodes.Choose("both", "Both inputs"), nodes.Choose("input1", "Input 1"), nodes.Choose("input2", "Input 2")).
			Show(combine, nodes.When("joinMode", "keepMatches", "keepNonMatches")),
		nodes.TextField("query", "Query", defaultQuery, "The inputs are the tables input1, input2 and so on.").Show(newer, sql),
		nodes.TextField("output", "Output", "", "“specifiedInput” or “empty”; before type version 3 “input1”, “input2” or “empty”."),
		nodes.TextField("useDataOfInput", "Use data of input", "1", "The number of the input.").Show(newer, nodes.When("mode", "chooseBranch")),
		nodes.ChoiceField("join", "Join", "", nodes.Choose("left", "All of input 1"), nodes.Choose("inner", "What both have"), nodes.Choose("outer", "All")).
			Show(old, nodes.When("mode", "mergeByIndex")),
		nodes.TextField("propertyName1", "Key of input 1", "", "").Show(old, byKey),
		nodes.TextField("propertyName2", "Key of input 2", "", "").Show(old, byKey),
		nodes.ChoiceField("overwrite", "Overwrite", "", nodes.Choose("always", "Always"), nodes.Choose("blank", "What is blank"), nodes.Choose("undefined", "What is missing")).
			Show(old, nodes.When("mode", "mergeByKey")),
		mergeOptions(),
	}
}

func pairsField(first, second string) nodes.Field {
	return nodes.GroupField("mergeByFields", "Fields to match", "", nodes.ListField("values", "Pairs",
		nodes.TextField("field1", first, "", ""), nodes.TextField("field2", second, "", "")))
}

func mergeOptions() nodes.Field {
	return nodes.OptionsField("options", "Options",
		nodes.GroupField("clashHandling", "Clashes", "What becomes of fields that both items have.", nodes.GroupField("values", "Values", "",
			nodes.TextField("resolveClash", "When values clash", "", "“addSuffix”, “preferLast”, or “preferInput” and a number."),
			nodes.ChoiceField("mergeMode", "Nested fields", "", nodes.Choose("deepMerge", "Are merged"), nodes.Choose("shallowMerge", "Are replaced")),
			nodes.FlagField("overrideEmpty", "Minimize empty fields", false, "An empty value replaces nothing."))),
		nodes.FlagField("disableDotNotation", "Disable dot notation", false, ""),
		nodes.FlagField("fuzzyCompare", "Compare loosely", false, "3 is like “3”, and null like an empty text."),
		nodes.FlagField("includeUnpaired", "Include items without a partner", false, ""),
		nodes.ChoiceField("multipleMatches", "Several matches", "", nodes.Choose("all", "All count"), nodes.Choose("first", "The first counts")),
		nodes.ChoiceField("emptyQueryResult", "A query without rows", "", nodes.Choose("empty", "Gives nothing"), nodes.Choose("success", "Gives a success")).Show(nodes.When("@version", 3.2)),
		nodes.TextField("queryParameters", "Query parameters", "", "Values for the question marks of the query, with commas between them."),
	)
}

func mergeExamples() []nodes.Example {
	const two = `[[{"id":1,"a":"x"},{"id":2,"a":"y"}],[{"id":2,"b":"z"}]]`
	return []nodes.Example{{
		Name: "Two inputs, one after the other", Params: `{}`, In: `[[{"a":1}],[{"b":2},{"b":3}]]`, Out: `[[{"a":1},{"b":2},{"b":3}]]`,
	}, {
		Name: "Three inputs", Params: `{"mode":"append","numberInputs":3}`, In: `[[{"a":1}],[],[{"c":3}]]`, Out: `[[{"a":1},{"c":3}]]`,
	}, {
		Name: "By a field", Params: `{"mode":"combine","fieldsToMatchString":"id"}`, In: two, Out: `[[{"id":2,"a":"y","b":"z"}]]`,
	}, {
		Name: "By a field, keeping all", Params: `{"mode":"combine","fieldsToMatchString":"id","joinMode":"enrichInput1"}`, In: two, Out: `[[{"id":2,"a":"y","b":"z"},{"id":1,"a":"x"}]]`,
	}, {
		Name: "By position", Params: `{"mode":"combine","combineBy":"combineByPosition"}`, In: two, Out: `[[{"id":2,"a":"x","b":"z"}]]`,
	}, {
		Name: "All with all", Params: `{"mode":"combine","combineBy":"combineAll","options":{"clashHandling":{"values":{"resolveClash":"addSuffix"}}}}`, In: `[[{"a":1},{"a":2}],[{"a":3}]]`, Out: `[[{"a_1":1,"a_2":3},{"a_1":2,"a_2":3}]]`,
	}, {
		Name: "The second branch", Params: `{"mode":"chooseBranch","useDataOfInput":2}`, In: two, Out: `[[{"id":2,"b":"z"}]]`,
	}, {
		Name: "Type version 2", Version: 2, Params: `{"mode":"combine","mergeByFields":{"values":[{"field1":"id","field2":"no"}]}}`, In: two, Error: "Field 'no' is not present in any of items in 'Input 2'",
	}, {
		Name: "Type version 1", Version: 1, Params: `{"mode":"mergeByKey","propertyName1":"id","propertyName2":"id"}`, In: two, Out: `[[{"id":1,"a":"x"},{"id":2,"a":"y","b":"z"}]]`,
	}}
}
