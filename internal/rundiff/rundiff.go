// Package rundiff says where two runs differ, both in the form in which n8n
// prints an execution. What belongs to the machine or the moment does not count:
// ids, times, stacks.
package rundiff

import (
	"fmt"
	"slices"
	"strings"

	"github.com/jobsprint/jobsprint/item"
)

// Executions compares a run with what n8n recorded of the same workflow: every
// run of every step, and how all of it ended.
func Executions(got, want item.Value) []string {
	d := &differences{}
	result, expected := item.GetPath(got, "data.resultData"), item.GetPath(want, "data.resultData")
	d.value("status", got.Get("status"), want.Get("status"))
	d.value("lastNodeExecuted", result.Get("lastNodeExecuted"), expected.Get("lastNodeExecuted"))
	d.failure("error", result.Get("error"), expected.Get("error"))
	if node := item.GetPath(expected, "error.node.name"); !node.IsUndefined() { // n8n names it for some errors only
		d.value("failing node", item.GetPath(result, "error.node.name"), node)
	}
	if a, b := executionOrder(result.Get("runData")), executionOrder(expected.Get("runData")); !slices.Equal(a, b) {
		d.add("the steps ran in the order\n      %s, n8n's is\n      %s", strings.Join(a, ", "), strings.Join(b, ", "))
		return d.list
	}
	steps, _ := expected.Get("runData").Obj()
	if steps == nil {
		return d.list
	}
	for name, runs := range steps.All() {
		theirs, _ := runs.Elems()
		ours, _ := result.Get("runData").Get(name).Elems()
		for i := range min(len(theirs), len(ours)) {
			d.stepRun(fmt.Sprintf("%s run %d", name, i), ours[i], theirs[i])
		}
	}
	return d.list
}

// executionOrder names the step runs by their executionIndex.
func executionOrder(runData item.Value) []string {
	type place struct {
		index float64
		name  string
	}
	var places []place
	steps, ok := runData.Obj()
	if !ok {
		return nil
	}
	for name, runs := range steps.All() {
		list, _ := runs.Elems()
		for _, run := range list {
			places = append(places, place{run.Get("executionIndex").ToNumber(), name})
		}
	}
	slices.SortFunc(places, func(a, b place) int { return int(a.index - b.index) })
	out := make([]string, len(places))
	for i, p := range places {
		out[i] = p.name
	}
	return out
}

type differences struct{ list []string }

func (d *differences) add(format string, args ...any) {
	d.list = append(d.list, fmt.Sprintf(format, args...))
}

func (d *differences) value(what string, got, want item.Value) {
	if !item.Equal(got, want) {
		d.add("%s: %s, n8n has %s", what, Brief(got), Brief(want))
	}
}

// json compares what an item holds, the order of its keys included.
func (d *differences) json(what string, got, want item.Value) {
	d.value(what, got, want)
	if item.Equal(got, want) && got.JSON() != want.JSON() {
		d.add("%s: its keys are in the order %s, n8n has %s", what, Brief(got), Brief(want))
	}
}

// Brief is a value as JSON, shortened.
func Brief(v item.Value) string {
	if v.IsUndefined() {
		return "nothing"
	}
	text := v.JSON()
	if len(text) > 300 {
		text = text[:300] + "…"
	}
	return text
}

func (d *differences) failure(what string, got, want item.Value) {
	for _, part := range []string{"message", "description"} {
		a, b := got.Get(part), want.Get(part)
		if b.IsNullish() && part == "description" {
			continue // ours may say more
		}
		d.value(what+" "+part, a, b)
	}
}

func (d *differences) stepRun(where string, got, want item.Value) {
	for _, part := range []string{"executionIndex", "executionStatus", "source"} {
		d.value(where+" "+part, got.Get(part), want.Get(part))
	}
	d.failure(where+" error", got.Get("error"), want.Get("error"))
	ours, had := item.GetPath(got, "data.main").Elems()
	theirs, has := item.GetPath(want, "data.main").Elems()
	if had != has || len(ours) != len(theirs) {
		d.add("%s: %d outputs, n8n has %d", where, len(ours), len(theirs))
	}
	for o := range max(len(ours), len(theirs)) {
		var a, b []item.Value
		if o < len(ours) {
			a, _ = ours[o].Elems()
		}
		if o < len(theirs) {
			b, _ = theirs[o].Elems()
		}
		d.items(fmt.Sprintf("%s output %d", where, o), a, b)
	}
}

func (d *differences) items(where string, got, want []item.Value) {
	if len(got) != len(want) {
		d.add("%s: %d items, n8n has %d", where, len(got), len(want))
		return
	}
	for i := range got {
		d.json(fmt.Sprintf("%s item %d json", where, i), got[i].Get("json"), want[i].Get("json"))
		d.value(fmt.Sprintf("%s item %d pairedItem", where, i), got[i].Get("pairedItem"), Paired(want[i].Get("pairedItem")))
	}
}

// Paired is a pairedItem as this program writes it: n8n writes "input":0 or
// leaves it out, with the same meaning.
func Paired(v item.Value) item.Value {
	if list, ok := v.Elems(); ok {
		out := make([]item.Value, len(list))
		for i, e := range list {
			out[i] = Paired(e)
		}
		return item.Array(out)
	}
	o, ok := v.Obj()
	if !ok {
		return v
	}
	b := item.FromObject(o)
	if input, _ := b.Get("input"); item.Equal(input, item.Int(0)) {
		b.Delete("input")
	}
	return b.Value()
}
