// Package pinned reads workflows as tests of themselves and judges their runs: the
// data that is pinned to a step is what the step must emit. It runs nothing.
//
// The rules are those of n8n's own test suite; docs/testing.md tells them to
// people.
package pinned

import (
	"errors"
	"fmt"

	"github.com/jobsprint/jobsprint/item"
)

// ErrNoWorkflow: the text is not a workflow.
var ErrNoWorkflow = errors.New("not a workflow")

// limits are those of what a test file may hold.
var limits = item.Limits{MaxBytes: 64 << 20, MaxDepth: 500, MaxValues: 10_000_000}

// The modes that a file may ask for.
const (
	modeManual  = "manual"
	modeWebhook = "webhook"
)

// Case is a workflow with what its steps must emit.
type Case struct {
	// Workflow is n8n's JSON without the pinned data: nothing runs pinned.
	Workflow []byte
	Expect   []Expectation
	// Mode is the mode of the run, "manual" unless the file says otherwise, and
	// Input what its start emits; nil: one empty item.
	Mode  string
	Input []item.Item
}

// Expectation is what one step must emit on its first output.
type Expectation struct {
	Step  string
	Items []item.Value // the items' json
}

// Read makes a case of a workflow in n8n's JSON. Errors: ErrNoWorkflow, and those
// of a text that is no JSON or of pinned data that are no items.
func Read(raw []byte) (Case, error) {
	v, err := item.Parse(raw, limits)
	if err != nil {
		return Case{}, fmt.Errorf("%w: %w", ErrNoWorkflow, err)
	}
	o, ok := v.Obj()
	if _, has := v.Get("nodes").Elems(); !ok || !has {
		return Case{}, fmt.Errorf("%w: it has no list of nodes", ErrNoWorkflow)
	}
	c := Case{Mode: modeManual, Workflow: o.Without("pinData").Without("trigger").Value().AppendJSON(nil)}
	if err := c.readTrigger(v.Get("trigger")); err != nil {
		return Case{}, err
	}
	data, ok := v.Get("pinData").Obj()
	if !ok {
		return c, nil
	}
	for step, list := range data.All() {
		items, ok := list.Elems()
		if !ok {
			return Case{}, fmt.Errorf("what is pinned to %q is a %s and no list of items", step, list.Kind())
		}
		e := Expectation{Step: step, Items: make([]item.Value, len(items))}
		for i, it := range items {
			e.Items[i] = jsonOf(it)
		}
		c.Expect = append(c.Expect, e)
	}
	return c, nil
}

func (c *Case) readTrigger(v item.Value) error {
	if v.IsNullish() {
		return nil
	}
	if mode, ok := v.Get("mode").Str(); ok {
		if mode != modeManual && mode != modeWebhook {
			return fmt.Errorf("the trigger's mode is %q; it may be %q or %q", mode, modeManual, modeWebhook)
		}
		c.Mode = mode
	}
	input := v.Get("input")
	if input.IsNullish() {
		return nil
	}
	list, several := input.Elems()
	if !several {
		list = []item.Value{input}
	}
	for i, e := range list {
		it := item.Item{JSON: jsonOf(e)}
		if _, ok := it.JSON.Obj(); !ok {
			return fmt.Errorf("item %d of the trigger's input is no object", i)
		}
		c.Input = append(c.Input, it)
	}
	return nil
}

// jsonOf is the json of an item; an entry that is not wrapped is the json itself.
func jsonOf(it item.Value) item.Value {
	if json := it.Get("json"); !json.IsUndefined() {
		return json
	}
	return it
}
