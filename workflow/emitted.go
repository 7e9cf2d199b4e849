package workflow

import (
	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/item"
)

// emitted is an output in the state: a run holds one for each of its step runs, and
// most are nothing but a few items.
type emitted struct {
	items []item.Item
	// other holds an output that is more than its items.
	other *events.Output
}

func compact(list []events.Output) []emitted {
	out := make([]emitted, len(list))
	for i := range list {
		o := &list[i]
		if o.Ref.Address == "" && !o.Pass && o.Type == "" && o.Count == len(o.Items) {
			out[i].items = o.Items
			continue
		}
		out[i].other = &events.Output{Items: o.Items, Ref: o.Ref, Count: o.Count, Pass: o.Pass, Type: o.Type}
	}
	return out
}

func (e *emitted) output() events.Output {
	if e.other != nil {
		return *e.other
	}
	return events.Output{Items: e.items, Count: len(e.items)}
}

// Outputs is the number of outputs of the step run; OutputAt gives them.
func (s *StepRun) Outputs() int { return len(s.outputs) }

// OutputAt is output o of a step run, with the run's input in place of a pass.
func (r *Run) OutputAt(s *StepRun, o int) (events.Output, bool) {
	if o < 0 || o >= len(s.outputs) {
		return events.Output{}, false
	}
	return r.passed(s.outputs[o].output(), o)
}

// passed replaces an output that passes on the run's own input by it.
func (r *Run) passed(out events.Output, o int) (events.Output, bool) {
	if !out.Pass {
		return out, true
	}
	if o >= len(r.Started.Input) {
		return events.Output{}, false
	}
	return r.Started.Input[o], true
}
