package workflow

import (
	"slices"

	"github.com/jobsprint/jobsprint/events"
)

// kept is what the steps of a run keep beyond it.
type kept struct {
	// final holds the newest value of each key of static data and of each note,
	// in the order in which the keys came.
	final []events.Kept
	// unsettled is what the last event of the run keeps.
	unsettled *events.StepKept
}

// Kept gives the newest value under each key of a scope, KeptStatic or
// KeptNote, in the order in which the keys came.
func (r *Run) Kept(scope string) []events.Kept {
	var out []events.Kept
	for _, k := range r.kept.final {
		if k.Scope == scope {
			out = append(out, k)
		}
	}
	return out
}

// Unsettled is what the last event of the run keeps, which may not have
// reached the memory of its workflow; nil where the last event keeps nothing.
func (r *Run) Unsettled() *events.StepKept { return r.kept.unsettled }

func (r *Run) evolveKept(e events.StepKept) error {
	runs := r.StepRuns(e.Step)
	if e.RunIndex < 0 || e.RunIndex >= len(runs) {
		return impossible(e, "step %q run %d has not ended", e.Step, e.RunIndex)
	}
	r.kept.unsettled = &e
	for _, k := range e.Kept {
		if k.Scope == events.KeptHistory {
			continue // it belongs to the workflow's history from now on
		}
		i := slices.IndexFunc(r.kept.final, func(o events.Kept) bool { return o.Scope == k.Scope && o.Key == k.Key })
		if i < 0 {
			r.kept.final = append(r.kept.final, k)
		} else {
			r.kept.final[i] = k
		}
	}
	return nil
}
