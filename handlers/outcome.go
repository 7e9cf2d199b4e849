package handlers

import (
	"slices"

	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
	"github.com/jobsprint/jobsprint/workflow"
)

// sorted brings what a step emitted into the form in which it is recorded: items
// that stand for errors go to the output for them, where the step has one, and
// items that do not say which they were made from are paired where that is plain.
func (m *mailbox) sorted(a workflow.Action, lists [][]item.Item, in nodes.Inputs) [][]item.Item {
	step := &m.program.Graph.Steps[a.Step]
	if step.OnError == workflow.OnErrorOutput {
		lists = divert(lists, m.program.Graph.Types[a.Step].Outputs, in)
	}
	pair(lists, in)
	return lists
}

// firstItems is the first item of each input.
func firstItems(in nodes.Inputs) nodes.Inputs {
	out := make(nodes.Inputs, len(in))
	for i, list := range in {
		out[i] = list[:min(1, len(list))]
	}
	return out
}

// passedOn is what a step emits that goes on after it failed as a whole: what it
// got on its first input. There is no output for errors then.
func passedOn(in nodes.Inputs) nodes.Result {
	return nodes.One(slices.Clone(in.First()))
}

// divert moves the items that stand for errors from the outputs of a step to the
// one behind them. There each shows the item that it was made from as well.
func divert(lists [][]item.Item, outputs int, in nodes.Inputs) [][]item.Item {
	out := make([][]item.Item, outputs+1)
	for o := range min(outputs, len(lists)) {
		for _, it := range lists[o] {
			if isError(it) {
				out[outputs] = append(out[outputs], withOrigin(it, in))
			} else {
				out[o] = append(out[o], it)
			}
		}
	}
	return out
}

// isError reports whether an item stands for an error: an error is all that it
// holds, or all but a message.
func isError(it item.Item) bool {
	o, ok := it.JSON.Obj()
	if !ok || !it.JSON.Get("error").Truthy() {
		return false
	}
	return o.Len() == 1 || o.Len() == 2 && !it.JSON.Get("message").IsUndefined()
}

// withOrigin adds the members of the item that an error came from.
func withOrigin(it item.Item, in nodes.Inputs) item.Item {
	from, ok := it.Paired.First()
	if !ok || from.Input >= len(in) || from.Item < 0 || from.Item >= len(in[from.Input]) {
		return it
	}
	o, ok := in[from.Input][from.Item].JSON.Obj()
	own, _ := it.JSON.Obj()
	if !ok {
		return it
	}
	b := item.FromObject(o)
	for name, v := range own.All() {
		b.Set(name, v)
	}
	it.JSON = b.Value()
	return it
}

// pair names the input item of each output item that does not say so itself,
// where there can be no doubt: the step has one input and got one item, or it
// has one output and emits as many items as it got. Of one item on one output,
// the first is taken to be it.
func pair(lists [][]item.Item, in nodes.Inputs) {
	if len(in) != 1 || len(in[0]) == 0 {
		return
	}
	single := len(in[0]) == 1 || len(lists) == 1 && len(lists[0]) == 1
	if !single && (len(lists) != 1 || len(in[0]) != len(lists[0])) {
		return
	}
	for _, list := range lists {
		for i := range list {
			if list[i].Paired.Form() != item.FormNone {
				continue
			}
			if single {
				list[i].Paired = item.PairOf(0)
			} else {
				list[i].Paired = item.PairOf(i)
			}
		}
	}
}

// reportedFailure is the error that a step reports by its first item: reason
// enough to try again, where the step is to be tried again at all.
func reportedFailure(lists [][]item.Item) *events.StepError {
	if len(lists) == 0 || len(lists[0]) == 0 {
		return nil
	}
	v := lists[0][0].JSON.Get("error")
	if v.IsUndefined() {
		return nil
	}
	if text := v.Get("message"); !text.IsUndefined() {
		v = text
	}
	return &events.StepError{Code: "step.failed", Message: v.ToString()}
}
