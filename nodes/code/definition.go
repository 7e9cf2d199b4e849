package code

import (
	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
)

const (
	forAll  = "runOnceForAllItems"
	forEach = "runOnceForEachItem"
)

func codeField(name, label, doc string) nodes.Field {
	return nodes.Field{Name: name, Label: label, Kind: "code", Default: item.String(""), Doc: doc}
}

// Code runs JavaScript: n8n's "code".
func Code() nodes.Definition {
	return nodes.Definition{
		Type:     "n8n-nodes-base.code",
		Versions: []float64{1, 2},
		Class:    nodes.Sealed,
		Name:     "Code",
		Doc:      "Runs JavaScript of your own, once for all items or once for each.",
		Group:    "data",
		Icon:     "code",
		Inputs:   []string{"main"},
		Outputs:  []string{"main"},
		Fields: []nodes.Field{
			nodes.ChoiceField("mode", "Mode", "", nodes.Choose(forAll, "Once for all items"), nodes.Choose(forEach, "Once for each item")),
			nodes.ChoiceField("language", "Language", "", nodes.Choose("javaScript", "JavaScript"), nodes.Choose("pythonNative", "Python"), nodes.Choose("python", "Python (old)")),
			codeField("jsCode", "JavaScript", "The body of an asynchronous function. It returns items."),
			codeField("pythonCode", "Python", "Kept as it is; Python does not run here.").Show(nodes.When("language", "python", "pythonNative")),
			{Name: "notice", Label: "Code sees the items as $input and gives items back", Kind: "notice"},
		},
		Examples: []nodes.Example{{
			Name: "Once for all items", Params: `{"jsCode":"return [{ json: { sum: $input.all().reduce((sum, item) => sum + item.json.n, 0) } }];"}`,
			In: `[{"n":1},{"n":2}]`, Out: `[[{"sum":3}]]`,
		}, {
			Name: "Once for each item", Params: `{"mode":"runOnceForEachItem","jsCode":"return { double: $json.n * 2 };"}`,
			In: `[{"n":1},{"n":2}]`, Out: `[[{"double":2},{"double":4}]]`,
		}, {
			Name: "An error", Params: `{"jsCode":"throw new Error('no stock');"}`, In: `[{}]`, Error: "no stock [line 1]",
		}},
		New: newCode,
	}
}

// Function runs JavaScript once for all items: n8n's "function".
func Function() nodes.Definition {
	return nodes.Definition{
		Type:     "n8n-nodes-base.function",
		Versions: []float64{1, 2},
		Class:    nodes.Sealed,
		Name:     "Function",
		Doc:      "Runs JavaScript of your own once for all items. The step Code has taken its place.",
		Group:    "data",
		Icon:     "code",
		Inputs:   []string{"main"},
		Outputs:  []string{"main"},
		Fields:   []nodes.Field{codeField("functionCode", "JavaScript", "The body of an asynchronous function. It sees items and returns items.")},
		Ignored:  []string{"notice"},
		Examples: []nodes.Example{{
			Name: "Change items", Params: `{"functionCode":"for (const item of items) item.json.n += 1;\nreturn items;"}`,
			In: `[{"n":1},{"n":2}]`, Out: `[[{"n":2},{"n":3}]]`,
		}},
		New: newFunction,
	}
}

// FunctionItem runs JavaScript for each item: n8n's "functionItem".
func FunctionItem() nodes.Definition {
	return nodes.Definition{
		Type:     "n8n-nodes-base.functionItem",
		Versions: []float64{1, 2},
		Class:    nodes.Sealed,
		Name:     "Function item",
		Doc:      "Runs JavaScript of your own for each item. The step Code has taken its place.",
		Group:    "data",
		Icon:     "code",
		Inputs:   []string{"main"},
		Outputs:  []string{"main"},
		Fields:   []nodes.Field{codeField("functionCode", "JavaScript", "The body of an asynchronous function. It sees the json of an item and returns one.")},
		Ignored:  []string{"notice"},
		Examples: []nodes.Example{{
			Name: "Change an item", Params: `{"functionCode":"item.n += 1;\nreturn item;"}`,
			In: `[{"n":1},{"n":2}]`, Out: `[[{"n":2},{"n":3}]]`,
		}},
		New: newFunctionItem,
	}
}
