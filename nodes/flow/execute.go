package flow

import (
	"errors"
	"fmt"
	"strings"

	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
)

// ExecuteWorkflow runs another workflow as a part of this one: n8n's
// "executeWorkflow".
func ExecuteWorkflow() nodes.Definition {
	return nodes.Definition{
		Type:     "n8n-nodes-base.executeWorkflow",
		Versions: []float64{1, 1.1, 1.2, 1.3, 1.4},
		Class:    nodes.Sealed,
		Name:     "Execute workflow",
		Doc:      "Runs another workflow with the items that come in, once for all or once for each, and emits what its last step emits.",
		Group:    "flow",
		Icon:     "workflow",
		Inputs:   []string{"main"},
		Outputs:  []string{"main"},
		Fields:   executeFields(),
		Ignored:  []string{"operation", "outdatedVersionWarning", "sourceDeprecationNotice", "executeWorkflowNotice", "eachModeDeprecationNotice"},
		Examples: []nodes.Example{{
			Name: "Outside of a run there is nothing that could run the workflow", Params: `{"source":"parameter","workflowJson":"{}"}`,
			In: `[{"a":1}]`, Error: "there is nothing here that runs other workflows",
		}},
		New: newExecute,
	}
}

// Where a workflow to run comes from.
const (
	sourceDatabase  = "database"
	sourceFile      = "localFile"
	sourceParameter = "parameter"
	sourceURL       = "url"
)

type execute struct {
	source string
	each   bool
	wait   nodes.Param[bool]
	id     nodes.Param[item.Value]
	text   nodes.Param[string] // JSON, path or URL
	inputs *mapping
}

func newExecute(c *nodes.Compile) (nodes.Node, error) {
	e := &execute{
		source: c.Choice("source", sourceDatabase, sourceParameter, sourceFile, sourceURL),
		each:   c.Choice("mode", "once", "each") == "each",
		wait:   nodes.Flag(c, "options.waitForSubWorkflow", true),
	}
	switch e.source {
	case sourceParameter:
		e.text = nodes.From(c, "workflowJson", orText(c.Raw("workflowJson"), "\n\n\n"), jsonText)
	case sourceFile:
		e.text = nodes.Text(c, "workflowPath", "")
	case sourceURL:
		e.text = nodes.Text(c, "workflowUrl", "")
	default:
		e.id = nodes.Any(c, "workflowId", item.String(""))
		if c.Version >= 1.2 {
			e.inputs = newMapping(c, "workflowInputs")
		}
	}
	return e, nil
}

func orText(v item.Value, def string) item.Value {
	if v.IsUndefined() {
		return item.String(def)
	}
	return v
}

// jsonText takes JSON as text; a value is written as such.
func jsonText(v item.Value) (string, error) {
	if text, ok := v.Str(); ok {
		return text, nil
	}
	return v.JSON(), nil
}

// Calls is true.
func (e *execute) Calls() bool { return true }

// Run runs the other workflow.
func (e *execute) Run(c *nodes.Call, in nodes.Inputs) (nodes.Result, error) {
	if c.Execute == nil {
		return nodes.Result{}, nodes.Fail("execute.engine", "there is nothing here that runs other workflows", -1)
	}
	items := in.First()
	if e.each {
		return e.runEach(c, items)
	}
	outputs, err := e.runOnce(c, items)
	var child *nodes.ChildError
	switch {
	case err == nil:
		return nodes.Result{Outputs: outputs}, nil
	case !c.Continue || !errors.As(err, &child):
		return nodes.Result{}, unwrapped(err)
	}
	failed := errorItem(err)
	failed.Paired = allOf(len(items))
	return nodes.One([]item.Item{failed}), nil
}

func (e *execute) runOnce(c *nodes.Call, items []item.Item) ([][]item.Item, error) {
	wait, err := e.wait.At(c, 0)
	if err != nil {
		return nil, err
	}
	child, err := e.child(c, 0)
	if err != nil {
		return nil, err
	}
	if child.Items, err = e.mapped(c, items, 0); err != nil {
		return nil, err
	}
	child.Wait = wait
	end, err := c.Execute(child)
	if err != nil {
		return nil, err
	}
	if !wait {
		return [][]item.Item{nodes.PassOn(items)}, nil
	}
	for _, list := range end.Outputs {
		pairWithInput(list, len(items))
	}
	return end.Outputs, nil
}

// pairWithInput says which input items the items of another workflow come from:
// the one that they name there; the one of the same index where they name
// several; all where they name none.
func pairWithInput(list []item.Item, inputs int) {
	for i := range list {
		switch list[i].Paired.Form() {
		case item.FormNone:
			list[i].Paired = allOf(inputs)
		case item.FormList:
			list[i].Paired = item.PairOf(i)
		}
	}
}

// allOf names all items of the input.
func allOf(n int) item.Paired {
	pairs := make([]item.Pair, n)
	for i := range pairs {
		pairs[i].Item = i
	}
	return item.Pairs(pairs)
}

func (e *execute) runEach(c *nodes.Call, items []item.Item) (nodes.Result, error) {
	var outputs [][]item.Item
	for i := range items {
		emitted, err := e.runItem(c, items, i)
		var child *nodes.ChildError
		switch {
		case err != nil && c.Continue && errors.As(err, &child):
			// n8n puts what stands for the error on the output of the item's index.
			failed := errorItem(err)
			failed.Paired = item.PairOf(i)
			outputs = atLeast(outputs, i+1)
			outputs[i] = append(outputs[i], failed)
			continue
		case err != nil:
			return nodes.Result{}, namedItem(err, i)
		}
		outputs = atLeast(outputs, len(emitted))
		for o, list := range emitted {
			for _, it := range list {
				it.Paired = item.PairOf(i)
				outputs[o] = append(outputs[o], it)
			}
		}
	}
	return nodes.Result{Outputs: atLeast(outputs, 1)}, nil
}

func (e *execute) runItem(c *nodes.Call, items []item.Item, i int) ([][]item.Item, error) {
	wait, err := e.wait.At(c, i)
	if err != nil {
		return nil, err
	}
	child, err := e.child(c, i)
	if err != nil {
		return nil, err
	}
	if child.Items, err = e.mapped(c, items[i:i+1], i); err != nil {
		return nil, err
	}
	child.Item, child.Wait = i, wait
	end, err := c.Execute(child)
	if err != nil || wait {
		return end.Outputs, err
	}
	return [][]item.Item{{items[i]}}, nil
}

func atLeast(outputs [][]item.Item, n int) [][]item.Item {
	for len(outputs) < n {
		outputs = append(outputs, nil)
	}
	return outputs
}

// namedItem says for which item a run failed, where n8n does.
func namedItem(err error, i int) error {
	var child *nodes.ChildError
	if !errors.As(err, &child) {
		return err
	}
	if child.Plain {
		return child.Err
	}
	named := nodes.Fail(child.Err.Code, fmt.Sprintf("Error executing workflow with item at index %d", i), i)
	named.Description, named.Context = child.Err.Message, child.Err.Context
	return named
}

func unwrapped(err error) error {
	var child *nodes.ChildError
	if errors.As(err, &child) {
		return child.Err
	}
	return err
}

func errorItem(err error) item.Item {
	return item.Item{JSON: item.NewObject(1).Set("error", item.String(err.Error())).Value()}
}

// child says which workflow is to run for item i.
func (e *execute) child(c *nodes.Call, i int) (nodes.Child, error) {
	if e.source == sourceDatabase {
		return e.stored(c, i)
	}
	text, err := e.text.At(c, i)
	if err != nil {
		return nodes.Child{}, err
	}
	switch e.source {
	case sourceFile:
		return nodes.Child{File: text}, nil
	case sourceURL:
		return nodes.Child{URL: text}, nil
	}
	if strings.TrimSpace(text) == "" {
		return nodes.Child{}, &nodes.ChildError{Err: nodes.Fail("execute.json", "Unexpected end of JSON input", i)}
	}
	return nodes.Child{Raw: text}, nil
}

// stored reads the workflow's id, plain or as a resource locator.
func (e *execute) stored(c *nodes.Call, i int) (nodes.Child, error) {
	v, err := e.id.At(c, i)
	if err != nil {
		return nodes.Child{}, err
	}
	name := ""
	if v.Kind() == item.KindObject {
		name, _ = v.Get("cachedResultName").Str()
		v = v.Get("value")
	}
	id, _ := nodes.ToText(v)
	if id == "" {
		return nodes.Child{}, nodes.Fail("execute.workflow", "Parameter \"Workflow\" is required.", i)
	}
	return nodes.Child{Workflow: id, Name: name}, nil
}

func executeFields() []nodes.Field {
	stored, old := nodes.When("source", sourceDatabase), nodes.When("@version", 1, 1.1)
	return []nodes.Field{
		nodes.ChoiceField("source", "Workflow from", "Where the workflow comes from.", nodes.Choose(sourceDatabase, "Stored workflows"),
			nodes.Choose(sourceParameter, "JSON below"), nodes.Choose(sourceFile, "File"), nodes.Choose(sourceURL, "URL")),
		nodes.Field{Name: "workflowId", Label: "Workflow", Kind: "resourceLocator", Doc: "Its id here, its id where it comes from, or its name."}.Show(stored),
		nodes.JSONField("workflowJson", "Workflow JSON", "", "").Show(nodes.When("source", sourceParameter)),
		nodes.TextField("workflowPath", "File", "", "A path inside of the folder for files.").Show(nodes.When("source", sourceFile), old),
		nodes.TextField("workflowUrl", "URL", "", "").Show(nodes.When("source", sourceURL), old),
		nodes.Field{Name: "workflowInputs", Label: "Inputs", Kind: "resourceMapper", Doc: "What the fields of the other workflow's trigger get."}.
			Show(stored, nodes.When("@version", 1.2, 1.3, 1.4)),
		nodes.ChoiceField("mode", "Run", "", nodes.Choose("once", "Once for all items"), nodes.Choose("each", "Once for each item")),
		nodes.OptionsField("options", "Options",
			nodes.FlagField("waitForSubWorkflow", "Wait for its end", true, "Else the items go on as they came.")),
	}
}
