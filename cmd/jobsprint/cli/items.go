package cli

import (
	"fmt"

	"github.com/jobsprint/jobsprint/cmd/jobsprint/iostreams"
	"github.com/jobsprint/jobsprint/item"
)

// executionLimits let a whole run through: the server has checked it.
var executionLimits = item.Limits{MaxBytes: 1 << 30, MaxDepth: 1000, MaxValues: 100_000_000}

// lastItems gives what the step that ran last has emitted, of all its outputs
// one after another, from a run in n8n's form.
func lastItems(execution []byte) ([]item.Value, error) {
	v, err := item.Parse(execution, executionLimits)
	if err != nil {
		return nil, fmt.Errorf("read the run: %w", err)
	}
	result := v.Get("data").Get("resultData")
	last, _ := result.Get("lastNodeExecuted").Str()
	runs, _ := result.Get("runData").Get(last).Elems()
	if len(runs) == 0 {
		return nil, nil
	}
	outputs, _ := runs[len(runs)-1].Get("data").Get("main").Elems()
	var items []item.Value
	for _, o := range outputs {
		list, _ := o.Elems()
		items = append(items, list...)
	}
	return items, nil
}

// printItems writes items: as they are for programs, their json as columns for
// a person.
func printItems(env *Env, f iostreams.Format, items []item.Value) error {
	switch f {
	case iostreams.FormatJSONL:
		for _, it := range items {
			if _, err := env.Out.Write(append(it.AppendJSON(nil), '\n')); err != nil {
				return err
			}
		}
		return nil
	case iostreams.FormatTable:
		return itemsTable(env, items).Write()
	}
	return env.RawJSON(item.Array(items).AppendJSON(nil))
}

// itemsTable has a column for each field of any item, in the order in which
// they first come.
func itemsTable(env *Env, items []item.Value) *iostreams.Table {
	var columns []string
	seen := map[string]bool{}
	for _, it := range items {
		o, ok := it.Get("json").Obj()
		if !ok {
			continue
		}
		for name := range o.All() {
			if !seen[name] {
				seen[name] = true
				columns = append(columns, name)
			}
		}
	}
	t := env.NewTable(columns...)
	for _, it := range items {
		row := make([]iostreams.Cell, len(columns))
		for i, name := range columns {
			v := it.Get("json").Get(name)
			if text, ok := v.Str(); ok {
				row[i].Text = text
			} else if !v.IsUndefined() {
				row[i].Text = v.JSON()
			}
		}
		t.Row(row...)
	}
	return t
}
