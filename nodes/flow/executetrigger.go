package flow

import (
	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
)

// ExecuteWorkflowTrigger begins a run that another workflow starts: n8n's
// "executeWorkflowTrigger".
func ExecuteWorkflowTrigger() nodes.Definition {
	fields := nodes.When("@version", 1.1, 1.2)
	return nodes.Definition{
		Type:     "n8n-nodes-base.executeWorkflowTrigger",
		Versions: []float64{1, 1.1, 1.2},
		Class:    nodes.Pure,
		Name:     "When executed by another workflow",
		Doc:      "Begins a run that an “Execute workflow” step of another workflow starts, and emits what that step gives it.",
		Group:    "trigger",
		Icon:     "workflow",
		Trigger:  true,
		Outputs:  []string{"main"},
		Ignored:  []string{"events", "notice", "outdatedVersionWarning", "jsonExample_notice", "returnOutput"},
		Fields: []nodes.Field{
			nodes.ChoiceField("inputSource", "Input", "What the caller must give.", nodes.Choose(inputFields, "The fields below"),
				nodes.Choose(inputExample, "The fields of an example"), nodes.Choose(inputAny, "Anything")).Show(fields),
			nodes.JSONField("jsonExample", "Example", exampleJSON, "An object; its fields are those that the run gets.").
				Show(fields, nodes.When("inputSource", inputExample)),
			nodes.GroupField("workflowInputs", "Fields", "", nodes.ListField("values", "Fields",
				nodes.TextField("name", "Name", "", ""),
				nodes.ChoiceField("type", "Type", "", nodes.Choose("string", "Text"), nodes.Choose("any", "Any"), nodes.Choose("number", "Number"),
					nodes.Choose("boolean", "Boolean"), nodes.Choose("array", "Array"), nodes.Choose("object", "Object")),
			)).Show(fields, nodes.When("inputSource", inputFields)),
		},
		Examples: []nodes.Example{{
			Name: "Anything passes", Params: `{"inputSource":"passthrough"}`, In: `[{"a":1}]`, Out: `[[{"a":1}]]`,
		}, {
			Name: "Type version 1", Version: 1, Params: `{}`, In: `[{"a":1},{"a":2}]`, Out: `[[{"a":1},{"a":2}]]`,
		}},
		New: newExecuteTrigger,
	}
}

// What the caller of a workflow must give.
const (
	inputFields  = "workflowInputs"
	inputExample = "jsonExample"
	inputAny     = "passthrough"

	exampleJSON = "{\n  \"aField\": \"a string\",\n  \"aNumber\": 123,\n  \"thisFieldAcceptsAnyType\": null,\n  \"anArray\": []\n}"
)

// executeTrigger emits of each item what it declares.
type executeTrigger struct {
	start
	step    string
	any     bool
	fields  []string
	problem string // why it cannot be called
}

var _ nodes.Callable = (*executeTrigger)(nil)

func newExecuteTrigger(c *nodes.Compile) (nodes.Node, error) {
	t := &executeTrigger{step: c.Step}
	if c.Version < 1.1 {
		t.any = true
		return t, nil
	}
	switch c.Choice("inputSource", inputFields, inputExample, inputAny) {
	case inputAny:
		t.any = true
	case inputExample:
		t.readExample(c.FixedText("jsonExample", exampleJSON))
	default:
		for _, f := range c.List("workflowInputs.values") {
			if name, _ := f.Get("name").Str(); name != "" {
				t.fields = append(t.fields, name)
			}
		}
		if len(t.fields) == 0 {
			t.problem = "The '" + t.step + "' node has issues:\n- At least 1 field is required."
		}
	}
	return t, nil
}

func (t *executeTrigger) readExample(text string) {
	v, err := item.Parse([]byte(text), item.Limits{})
	example, ok := v.Obj()
	if err != nil || !ok {
		t.problem = "The '" + t.step + "' node has issues:\n- The JSON example is no JSON object."
		return
	}
	for name := range example.All() {
		t.fields = append(t.fields, name)
	}
}

// Called picks the declared fields of each item, null where one is missing. Types
// are a promise of the caller's form and are not checked here, as in n8n.
func (t *executeTrigger) Called(items []item.Item) ([]item.Item, error) {
	if t.problem != "" {
		return nil, nodes.Fail("trigger.fields", t.problem, -1)
	}
	out := make([]item.Item, len(items))
	for i, it := range items {
		it.Paired = item.PairOf(i)
		if !t.any {
			o := item.NewObject(len(t.fields))
			for _, name := range t.fields {
				v := it.JSON.Get(name)
				if v.IsNullish() {
					v = item.Null
				}
				o.Set(name, v)
			}
			it.JSON = o.Value()
		}
		out[i] = it
	}
	return out, nil
}
