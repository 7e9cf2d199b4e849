package workflow

import (
	"fmt"
	"slices"
	"sort"

	"github.com/jobsprint/jobsprint/events"
)

// slowScheduler is the obvious second version of the order of steps. It keeps
// nothing: it reads the whole log each time and works the order out anew, by
// names and counts alone.
type slowScheduler struct {
	graph *Graph
	order string

	queue   []string
	waiting []string                     // the steps that wait, in the order in which they began to
	entries map[string]map[int]slowEntry // by step and number
	runs    map[string][][]int           // by step and run: how many items on each output
}

// slowEntry is what came to the inputs of a step that waits; nil: nothing yet.
type slowEntry []*slowInput

type slowInput struct {
	from  string
	items bool
}

func newSlowScheduler(g *Graph, order string) *slowScheduler {
	return &slowScheduler{graph: g, order: order}
}

// next names the step whose turn it is, from the log alone.
func (s *slowScheduler) next(b *runBench) string {
	s.queue, s.waiting = []string{b.run.Started.Start}, nil
	s.entries, s.runs = map[string]map[int]slowEntry{}, map[string][][]int{}
	taken := map[string]bool{}
	for _, e := range b.log {
		ref, outputs := slowOutcome(e)
		if ref == nil {
			continue
		}
		if id := fmt.Sprintf("%s.%d", ref.Step, ref.RunIndex); !taken[id] {
			taken[id] = true
			s.turn(true)
		}
		if outputs == nil {
			continue
		}
		counts := []int{}
		for _, o := range outputs {
			counts = append(counts, max(o.Count, len(o.Items)))
		}
		s.runs[ref.Step] = append(s.runs[ref.Step], counts)
		s.spread(ref.Step, ref.RunIndex, counts)
	}
	return s.turn(false)
}

// slowOutcome gives the step of an event that took a step in hand, and what it
// emitted.
func slowOutcome(e events.Event) (*events.StepRef, []events.Output) {
	switch e := e.(type) {
	case events.StepScheduled:
		return &e.StepRef, nil
	case events.StepWaiting:
		return &e.StepRef, nil
	case events.StepFailed:
		return &e.StepRef, nil
	case events.StepCompleted:
		return &e.StepRef, append([]events.Output{}, e.Outputs...)
	}
	return nil, nil
}

// turn names the step that is next, and takes it away where it is asked to.
func (s *slowScheduler) turn(take bool) string {
	if len(s.queue) > 0 {
		name := s.queue[0]
		if take {
			s.queue = s.queue[1:]
		}
		return name
	}
	waiting, entries := slices.Clone(s.waiting), map[string]map[int]slowEntry{}
	for name, list := range s.entries {
		entries[name] = map[int]slowEntry{}
		for n, e := range list {
			entries[name][n] = e
		}
	}
	drop := func(name string, n int) {
		delete(entries[name], n)
		if len(entries[name]) == 0 {
			waiting = slices.DeleteFunc(waiting, func(w string) bool { return w == name })
		}
		if take {
			s.waiting, s.entries = waiting, entries
		}
	}
search:
	for {
		for _, name := range waiting {
			n := lowest(entries[name])
			entry := entries[name][n]
			blocked := slices.ContainsFunc(waiting, func(other string) bool {
				return other != name && s.leads(other, name, map[string]bool{})
			})
			if blocked || s.order == "v1" && s.wants(name, entry) {
				continue
			}
			some := slices.ContainsFunc(entry, func(in *slowInput) bool { return in != nil && in.items })
			if !some {
				drop(name, n)
				continue search
			}
			if !s.runsWith(name, entry) {
				return ""
			}
			drop(name, n)
			return name
		}
		return ""
	}
}

func lowest(entries map[int]slowEntry) int {
	numbers := []int{}
	for n := range entries {
		numbers = append(numbers, n)
	}
	sort.Ints(numbers)
	return numbers[0]
}

func (s *slowScheduler) wants(name string, entry slowEntry) bool {
	step, _ := s.graph.StepNamed(name)
	for _, input := range s.graph.Types[step.Index].Needs {
		if input >= len(entry) || entry[input] == nil {
			return true
		}
	}
	return false
}

// runsWith reports whether a step runs with an entry: with order v0 not without
// its first input, unless it got something that came from itself.
func (s *slowScheduler) runsWith(name string, entry slowEntry) bool {
	step, _ := s.graph.StepNamed(name)
	if s.order == "v1" || entry[0] != nil || step.Disabled || step.AlwaysOutputData {
		return true
	}
	return slices.ContainsFunc(entry, func(in *slowInput) bool {
		return in != nil && s.leads(name, in.from, map[string]bool{})
	})
}

func (s *slowScheduler) spread(name string, run int, counts []int) {
	step, _ := s.graph.StepNamed(name)
	var edges []Edge
	var outputs []int
	for o, n := range counts {
		for _, e := range s.graph.Edges(step.Index, o) {
			if n > 0 || e.Input > 0 && s.order == "v0" {
				edges, outputs = append(edges, e), append(outputs, o)
			}
		}
	}
	if s.order == "v0" {
		for i, e := range edges {
			s.arrive(name, run, e, counts[outputs[i]] > 0)
		}
		return
	}
	for len(edges) > 0 { // the lowest on the canvas first, each before the others
		low := 0
		for i, e := range edges {
			a, b := s.graph.Steps[e.Step], s.graph.Steps[edges[low].Step]
			if a.Y > b.Y || a.Y == b.Y && a.X > b.X {
				low = i
			}
		}
		before := s.queue
		s.queue = nil
		s.arrive(name, run, edges[low], true)
		s.queue = append(s.queue, before...)
		edges = slices.Delete(edges, low, low+1)
	}
}

func (s *slowScheduler) arrive(from string, run int, e Edge, items bool) {
	name, inputs := s.graph.Steps[e.Step].Name, 1
	for _, c := range s.into(s.graph.Steps[e.Step].Name) {
		inputs = max(inputs, c.input+1)
	}
	if inputs == 1 {
		s.queue = append(s.queue, name)
		return
	}
	fresh := len(s.entries[name]) == 0
	if fresh {
		s.waiting, s.entries[name] = append(s.waiting, name), map[int]slowEntry{}
	}
	number := -1
	for n, entry := range s.entries[name] {
		if entry[e.Input] == nil && (number < 0 || n < number) {
			number = n
		}
	}
	if number < 0 {
		number = len(s.entries[name])
		s.entries[name][number] = make(slowEntry, inputs)
	}
	entry := s.entries[name][number]
	entry[e.Input] = &slowInput{from, items}
	if !slices.Contains(entry, nil) {
		delete(s.entries[name], number)
		if len(s.entries[name]) == 0 {
			s.waiting = slices.DeleteFunc(s.waiting, func(w string) bool { return w == name })
		}
		s.queue = append(s.queue, name)
	} else if fresh && s.order == "v0" {
		s.force(from, run, name, items)
	}
}

// force makes steps run that lead to the other inputs of a step that waits.
func (s *slowScheduler) force(from string, run int, waits string, items bool) {
	for _, c := range s.into(waits) {
		if c.from == from || slices.Contains(s.queue, c.from) || s.got(c.from, run) {
			continue
		}
		found := ""
		for _, name := range s.back(c.from, nil) {
			if slices.Contains(s.queue, name) || name != c.from && slices.ContainsFunc(s.into(name), func(d slowWire) bool { return d.from == from }) {
				found = ""
				break
			}
			if len(s.runs[name]) > 0 {
				break
			}
			found = name
		}
		if found != "" && (items || !s.leads(from, found, map[string]bool{})) && !s.got(found, run) {
			s.queue = append(s.queue, found)
		}
	}
}

// got reports whether items came to the first input of a step in runs of that
// index.
func (s *slowScheduler) got(name string, run int) bool {
	for _, c := range s.into(name) {
		if c.input == 0 && run < len(s.runs[c.from]) && c.output < len(s.runs[c.from][run]) && s.runs[c.from][run][c.output] > 0 {
			return true
		}
	}
	return false
}

// back lists a step and all before it: what stands behind one connection, then
// what stands behind the next; a step stands at its last place.
func (s *slowScheduler) back(name string, above []string) []string {
	out, above := []string{}, append(slices.Clone(above), name)
	for _, c := range s.into(name) {
		if slices.Contains(above, c.from) {
			continue
		}
		for _, n := range s.back(c.from, above) {
			out = append(slices.DeleteFunc(out, func(o string) bool { return o == n }), n)
		}
	}
	return append([]string{name}, out...)
}

type slowWire struct {
	from          string
	output, input int
}

// into lists the connections to a step, in the order of the file.
func (s *slowScheduler) into(name string) []slowWire {
	var out []slowWire
	connections, _ := s.graph.root.Get("connections").Obj()
	for from, types := range connections.All() {
		outputs, _ := types.Get("main").Elems()
		for o, ends := range outputs {
			list, _ := ends.Elems()
			for _, end := range list {
				if end.Get("node").ToString() == name {
					out = append(out, slowWire{from, o, int(end.Get("index").ToNumber())})
				}
			}
		}
	}
	return out
}

func (s *slowScheduler) leads(from, to string, seen map[string]bool) bool {
	for _, c := range s.into(to) {
		if c.from == from {
			return true
		}
		if !seen[c.from] {
			seen[c.from] = true
			if s.leads(from, c.from, seen) {
				return true
			}
		}
	}
	return false
}
