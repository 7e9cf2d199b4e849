package files

import "github.com/jobsprint/jobsprint/nodes"

const noFile = "This operation expects the node's input data to contain a binary file 'data', but none was found [item 0]"

func convertExamples() []nodes.Example {
	return []nodes.Example{{
		Name: "One CSV file of all items", Params: `{"operation":"csv"}`, In: `[{"a":1},{"a":2}]`, Out: `[[{}]]`,
	}, {
		Name: "A JSON file of each item", Params: `{"operation":"toJson","mode":"each"}`, In: `[{"a":1},{"a":2}]`, Out: `[[{},{}]]`,
	}, {
		Name: "A field that is not there", Params: `{"operation":"toText","sourceProperty":"text"}`, In: `[{"a":1}]`, Error: `The value in "text" is not set`,
	}}
}

func extractExamples() []nodes.Example {
	return []nodes.Example{{
		Name: "An item without a file", Params: `{"operation":"csv"}`, In: `[{"a":1}]`, Error: noFile,
	}, {
		Name: "Nothing comes in", Params: `{"operation":"text"}`, In: `[]`, Out: `[[]]`,
	}}
}

func moveExamples() []nodes.Example {
	return []nodes.Example{{
		Name: "Make a file of the whole item and keep it", Params: `{"mode":"jsonToBinary","options":{"keepSource":true}}`, In: `[{"a":1}]`, Out: `[[{"a":1}]]`,
	}, {
		Name: "Move one field into a file", Params: `{"mode":"jsonToBinary","convertAllData":false,"sourceKey":"a.b"}`, In: `[{"a":{"b":1,"c":2}},{"d":1}]`, Out: `[[{"a":{"c":2}}]]`,
	}, {
		Name: "Items without the file are left out", Params: `{"mode":"binaryToJson"}`, In: `[{"a":1}]`, Out: `[[]]`,
	}}
}
