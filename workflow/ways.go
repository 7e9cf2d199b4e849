package workflow

import (
	"slices"
	"sync"
)

// ways remembers which steps lead to which, as far as somebody asked. It is
// worked out once for a step and shared by all runs of the definition.
type ways struct {
	mu   sync.Mutex
	into [][]int // by step: those with a connection to it
	to   map[int][]bool
}

// leadingTo reports, for every step, whether it leads to the target by
// whatever way. The answer is shared and must not be changed.
func (d *Definition) leadingTo(target int) []bool {
	w := &d.ways
	w.mu.Lock()
	defer w.mu.Unlock()
	if known, ok := w.to[target]; ok {
		return known
	}
	if w.to == nil {
		w.to, w.into = map[int][]bool{}, d.connectionsInto()
	}
	leads := make([]bool, len(d.Steps))
	for open := []int{target}; len(open) > 0; {
		step := open[len(open)-1]
		open = open[:len(open)-1]
		for _, from := range w.into[step] {
			if !leads[from] {
				leads[from] = true
				open = append(open, from)
			}
		}
	}
	w.to[target] = leads
	return leads
}

func (d *Definition) connectionsInto() [][]int {
	into := make([][]int, len(d.Steps))
	for from := range d.Steps {
		for _, ends := range d.out[from] {
			for _, e := range ends {
				into[e.Step] = append(into[e.Step], from)
			}
		}
	}
	return into
}

// OutputTo is the first output of a step that leads to another, by whatever
// way; 0 where none does or a step is not there.
func (d *Definition) OutputTo(from, to string) int {
	source, ok := d.StepNamed(from)
	target, found := d.StepNamed(to)
	if !ok || !found {
		return 0
	}
	leads := d.leadingTo(target.Index)
	for o, ends := range d.out[source.Index] {
		if slices.ContainsFunc(ends, func(e Edge) bool { return e.Step == target.Index || leads[e.Step] }) {
			return o
		}
	}
	return 0
}

// Leads reports whether a step leads to another, by whatever way.
func (d *Definition) Leads(from, to string) bool {
	source, ok := d.StepNamed(from)
	target, found := d.StepNamed(to)
	return ok && found && d.leadingTo(target.Index)[source.Index]
}
