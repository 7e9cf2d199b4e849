package debug

import (
	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
)

// ExecutionData notes values about the run, by which it can be found: n8n's
// "executionData".
func ExecutionData() nodes.Definition {
	return nodes.Definition{
		Type:     "n8n-nodes-base.executionData",
		Versions: []float64{1, 1.1},
		Class:    nodes.Pure,
		Name:     "Execution data",
		Doc:      "Notes values about the run, by which it can be found later, and passes its items on.",
		Group:    "flow",
		Icon:     "tag",
		Inputs:   []string{"main"},
		Outputs:  []string{"main"},
		Fields: []nodes.Field{
			nodes.ChoiceField("operation", "Operation", "", nodes.Choose("save", "Save")),
			nodes.GroupField("dataToSave", "Values", "", nodes.ListField("values", "Values", nodes.TextField("key", "Name", "", "50 characters at most."),
				nodes.TextField("value", "Value", "", "512 characters at most."))),
		},
		Ignored: []string{"notice"},
		Examples: []nodes.Example{{
			Name: "Note an order", Params: `{"dataToSave":{"values":[{"key":"order","value":"={{ $json.id }}"}]}}`, In: `[{"id":7}]`, Out: `[[{"id":7}]]`,
		}},
		New: newExecutionData,
	}
}

type executionData struct{ notes []note }

type note struct {
	key   nodes.Param[string]
	value nodes.Param[item.Value]
}

func newExecutionData(c *nodes.Compile) (nodes.Node, error) {
	x := &executionData{}
	c.Choice("operation", "save")
	for _, raw := range c.List("dataToSave.values") {
		x.notes = append(x.notes, note{
			nodes.From(c, "dataToSave.values", raw.Get("key"), nodes.ToText), nodes.From(c, "dataToSave.values", raw.Get("value"), asIs),
		})
	}
	return x, nil
}

func asIs(v item.Value) (item.Value, error) { return v, nil }

// Run notes the values of every item; a later one of the same name counts.
func (x *executionData) Run(c *nodes.Call, in nodes.Inputs) (nodes.Result, error) {
	out := nodes.PassOn(in.First())
	for i := range out {
		if err := x.save(c, i); err != nil {
			failed, err := c.Failed(i, err)
			if err != nil {
				return nodes.Result{}, err
			}
			out[i] = failed
		}
	}
	return nodes.One(out), nil
}

func (x *executionData) save(c *nodes.Call, i int) error {
	for _, n := range x.notes {
		key, err := n.key.At(c, i)
		if err != nil {
			return err
		}
		value, err := n.value.At(c, i)
		if err != nil {
			return err
		}
		text := value.ToString()
		if k := value.Kind(); k == item.KindObject || k == item.KindArray {
			text = value.JSON()
		}
		c.Note(key, text)
	}
	return nil
}
