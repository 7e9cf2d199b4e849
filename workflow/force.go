package workflow

import (
	"slices"

	"github.com/jobsprint/jobsprint/events"
)

// force makes sure that the inputs which a join waits for are served, as order
// v0 has it: when the first input of the join is reached and nothing came to a
// step before another one, the first step on the way there that has not run is
// made ready, with one empty item.
func (r *Run) force(from int, a arrival) {
	for _, before := range r.graph.feeding(a.edge.Step) {
		if before.step == from || r.isReady(before.step) || r.gotItems(before.step, a.source.RunIndex) {
			continue
		}
		step := r.firstToForce(before.step, from)
		if step < 0 || a.empty && r.graph.leadingTo(step)[from] || r.gotItems(step, a.source.RunIndex) {
			continue
		}
		source := a.source
		source.Blank = true
		r.ready = append(r.ready, pending{step: step, source: []events.Source{source}})
	}
}

// isReady reports whether a step is among those that are ready.
func (r *Run) isReady(step int) bool {
	return slices.ContainsFunc(r.ready, func(p pending) bool { return p.step == step })
}

// gotItems reports whether, of the runs of that index, one emitted items to the
// first input of a step.
func (r *Run) gotItems(step, runIndex int) bool {
	return slices.ContainsFunc(r.graph.feeding(step), func(f feed) bool {
		runs := r.steps[f.step]
		if f.input != 0 || runIndex >= len(runs) {
			return false
		}
		out, ok := r.OutputAt(runs[runIndex], f.output)
		return ok && (out.Count > 0 || len(out.Items) > 0)
	})
}

// firstToForce goes back from a step against the connections as far as nothing
// has run, and gives the last step on that way; -1 where it will be reached
// anyway, since the step that ran just now leads to it or it is ready.
func (r *Run) firstToForce(step, from int) int {
	force := -1
	for _, s := range r.graph.wayBack(step) {
		switch {
		case s != step && r.graph.connects(from, s), r.isReady(s):
			return -1
		case len(r.steps[s]) > 0:
			return force
		}
		force = s
	}
	return force
}

// feed is a connection as the step at its end sees it.
type feed struct{ step, output, input int }

// feeding lists the connections to a step by input.
func (g *Graph) feeding(step int) []feed { return g.feeds[step] }

// connects reports whether a connection leads from one step to another.
func (g *Graph) connects(from, to int) bool {
	return slices.ContainsFunc(g.feeds[to], func(f feed) bool { return f.step == from })
}

// wayBack lists a step and those that lead to it: each connection with all that
// stands behind it before the next one, a step that several lead to at the last
// place.
func (g *Graph) wayBack(step int) []int {
	return append([]int{step}, g.before(step, map[int]bool{step: true})...)
}

func (g *Graph) before(step int, seen map[int]bool) []int {
	var list []int
	for _, f := range g.feeds[step] {
		if seen[f.step] {
			continue
		}
		seen[f.step] = true
		behind := append([]int{f.step}, g.before(f.step, seen)...)
		delete(seen, f.step)
		list = slices.DeleteFunc(list, func(s int) bool { return slices.Contains(behind, s) })
		list = append(list, behind...)
	}
	return list
}
