package workflow

import (
	"cmp"
	"slices"

	"github.com/jobsprint/jobsprint/events"
)

// arrival is what comes by one connection.
type arrival struct {
	edge   Edge
	source events.Source
	empty  bool
}

// spread gives the outputs of a step to the steps that they lead to. An output
// without items goes nowhere, except to an input behind the first: there n8n
// counts it as an input that has been served.
func (r *Run) spread(step int, e events.StepCompleted) {
	var list []arrival
	for o := range e.Outputs {
		out, ok := r.passed(e.Outputs[o], o)
		if !ok {
			continue
		}
		empty := out.Count == 0 && len(out.Items) == 0
		for _, edge := range r.graph.Edges(step, o) {
			if !empty || edge.Input > 0 && r.Started.Order != "v1" {
				list = append(list, arrival{edge, events.Source{Step: e.Step, RunIndex: e.RunIndex, Output: o}, empty})
			}
		}
	}
	if r.Started.Order != "v1" {
		for _, a := range list {
			waited := r.waits(a.edge.Step)
			if p, ok := r.reach(a); ok {
				r.ready = append(r.ready, p)
			} else if !waited {
				r.force(step, a)
			}
		}
		return
	}
	slices.SortStableFunc(list, func(a, b arrival) int { return r.graph.below(a.edge.Step, b.edge.Step) })
	for _, a := range list {
		if p, ok := r.reach(a); ok {
			r.ready = append([]pending{p}, r.ready...)
		}
	}
}

// below orders steps from the bottom of the canvas to its top and there from
// right to left: each is put before those that were put so far, so that with
// order v1 the uppermost is the first, and of two at one place the later one.
func (g *Graph) below(a, b int) int {
	x, y := &g.Steps[a], &g.Steps[b]
	return cmp.Or(cmp.Compare(y.Y, x.Y), cmp.Compare(y.X, x.X))
}

// waits reports whether a step waits for some of its inputs.
func (r *Run) waits(step int) bool {
	return slices.ContainsFunc(r.joins, func(j join) bool { return j.step == step })
}

// reach gives what arrived to one input of a step. It reports whether the step
// has all it waits for.
func (r *Run) reach(a arrival) (pending, bool) {
	inputs := r.graph.ConnectedInputs(a.edge.Step)
	if inputs <= 1 {
		return pending{step: a.edge.Step, source: []events.Source{a.source}}, true
	}
	i := slices.IndexFunc(r.joins, func(j join) bool { return j.step == a.edge.Step && !j.filled[a.edge.Input] })
	if i < 0 {
		i = r.addJoin(a.edge.Step, inputs)
	}
	j := r.joins[i]
	j.filled[a.edge.Input], j.source[a.edge.Input] = true, a.source
	if !a.empty {
		r.joins[i].items++
	}
	if slices.Contains(j.filled, false) {
		return pending{}, false
	}
	r.joins = slices.Delete(r.joins, i, i+1)
	return pending{step: j.step, source: j.source}, true
}

// addJoin makes a step wait for its inputs once more and gives the place. n8n
// numbers the joins of a step by how many there are, so that a new one may take
// the number, and thereby the place, of one that is still waiting.
func (r *Run) addJoin(step, inputs int) int {
	added := join{step: step, source: make([]events.Source, inputs), filled: make([]bool, inputs)}
	for _, j := range r.joins {
		if j.step == step {
			added.number++
		}
	}
	at := len(r.joins)
	for i, j := range r.joins {
		switch {
		case j.step != step:
			continue
		case j.number == added.number:
			r.joins[i] = added
			return i
		case j.number > added.number:
			r.joins = slices.Insert(r.joins, i, added)
			return i
		}
		at = i + 1
	}
	r.joins = slices.Insert(r.joins, at, added)
	return at
}

// nextPending is the step whose turn it is: the first that is ready or, when
// nothing is, a join that will get no more.
func (r *Run) nextPending() (pending, bool) {
	if len(r.ready) > 0 {
		return r.ready[0], true
	}
	joins, i := r.dueJoin()
	if i < 0 || r.lacksFirst(joins[i].step, joins[i].source) && !r.graph.Steps[joins[i].step].standsIn() {
		return pending{}, false
	}
	return pending{step: joins[i].step, source: joins[i].source}, true
}

// dueJoin picks, of the joins that may run with what they have got and that no
// other waiting join leads to, the one whose step was reached first, as n8n does.
// It gives the joins without those that were looked at before and have nothing
// but empty inputs: they are over. The place is -1 where none is due.
func (r *Run) dueJoin() ([]join, int) {
	joins := r.joins
	for i := 0; i < len(joins); i++ {
		j := joins[i]
		if i > 0 && joins[i-1].step == j.step || r.Started.Order == "v1" && !r.graph.suffices(j) || r.graph.behindOther(j, joins) {
			continue
		}
		if j.items > 0 {
			return joins, i
		}
		joins = slices.Delete(slices.Clone(joins), i, i+1)
		i = -1
	}
	return joins, -1
}

// behindOther reports whether another waiting join leads to this one.
func (g *Graph) behindOther(j join, joins []join) bool {
	leads := g.leadingTo(j.step)
	return slices.ContainsFunc(joins, func(other join) bool { return other.step != j.step && leads[other.step] })
}

// suffices reports whether the inputs that a step cannot do without are there.
func (g *Graph) suffices(j join) bool {
	for _, input := range g.Types[j.step].Needs {
		if input >= len(j.filled) || !j.filled[input] {
			return false
		}
	}
	return true
}

// lacksFirst reports whether a step with several inputs has nothing on the first
// one and therefore does not run: order v0 looks at no other, except at one that
// the step itself leads back to.
func (r *Run) lacksFirst(step int, source []events.Source) bool {
	if r.Started.Order == "v1" || len(source) <= 1 || source[0].Step != "" {
		return false
	}
	return !slices.ContainsFunc(source, func(s events.Source) bool {
		from, ok := r.graph.StepNamed(s.Step)
		return ok && r.graph.leadingTo(from.Index)[step]
	})
}

// standsIn reports whether something comes of a step even where it does not run.
func (s *Step) standsIn() bool { return s.Disabled || s.AlwaysOutputData }

// Idle reports whether the step of an action emits nothing of its own, although
// it has its turn: with order v0, a step whose first input got nothing.
func (r *Run) Idle(a Action) bool {
	return !r.graph.Steps[a.Step].Disabled && r.lacksFirst(a.Step, a.Ref.Source)
}
