// Package generate makes workflows of data steps from a seed: small graphs of
// random steps with random parameters and flags, in every execution order, on
// items that are missing fields, hold nulls and differ in type. The same seed
// gives the same workflow.
package generate

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"

	"github.com/jobsprint/jobsprint/item"
)

// Limits of a workflow, start and source aside.
const (
	minSteps = 2
	maxSteps = 8
)

// stream tells this generator's random numbers from others of the same seed.
const stream = 0x6a6f6273

// Options say what workflows may hold.
type Options struct {
	// Types are the short names of the step types to choose from, such as
	// "merge"; empty: all.
	Types []string
	// NoCode leaves code steps out; the items then come from a set step and a
	// split out.
	NoCode bool
}

// Workflow makes the workflow of a seed, in n8n's JSON.
func Workflow(seed uint64, o Options) []byte {
	g := &generator{Rand: rand.New(rand.NewPCG(seed, stream)), seed: seed, names: map[string]int{}, edges: map[end][]end{}}
	g.allow(o)
	g.add("manualTrigger", "Start", 1, `{}`, 1)
	items := g.source()
	if o.NoCode {
		g.connect(end{}, g.add("set", "List", 3.4, object(`"mode":"raw"`, `"jsonOutput":`+quoted(`{"list":[`+items+`]}`), `"options":{}`), 1), 0)
		g.connect(end{1, 0}, g.add("splitOut", sourceName, 1, `{"fieldToSplitOut":"list","options":{}}`, 1), 0)
	} else {
		g.connect(end{}, g.add("code", sourceName, 2, code("return ["+items+"];"), 1), 0)
	}
	g.begun = len(g.steps) - 1
	for range minSteps + g.IntN(maxSteps-minSteps+1) {
		g.grow()
	}
	return g.workflow()
}

// sourceName is the step that emits the items.
const sourceName = "Src"

// step is a step that was made. outputs counts its main outputs.
type step struct {
	typ, name string
	version   float64
	params    string
	flags     []string
	outputs   int
	x, y      int
}

// end is an output or input of a step.
type end struct{ step, index int }

type generator struct {
	*rand.Rand
	seed  uint64
	steps []step
	names map[string]int
	edges map[end][]end
	kinds []kind
	begun int // the first step whose outputs lead on
}

// allow keeps the kinds whose types are named.
func (g *generator) allow(o Options) {
	for _, k := range kinds {
		if (len(o.Types) == 0 || slices.Contains(o.Types, k.typ)) && (k.typ != "code" || !o.NoCode) {
			for range k.weight {
				g.kinds = append(g.kinds, k)
			}
		}
	}
	if len(g.kinds) == 0 {
		g.kinds = kinds
	}
}

// one picks one of the texts.
func (g *generator) one(texts ...string) string { return texts[g.IntN(len(texts))] }

// chance is true once in n times.
func (g *generator) chance(n int) bool { return g.IntN(n) == 0 }

// some picks from 1 to most different texts.
func (g *generator) some(most int, texts ...string) []string {
	order := g.Perm(len(texts))
	out := make([]string, 0, most)
	for _, i := range order[:1+g.IntN(min(most, len(texts)))] {
		out = append(out, texts[i])
	}
	return out
}

// flag is a random JSON boolean.
func (g *generator) flag() string { return strconv.FormatBool(g.chance(2)) }

func (g *generator) add(typ, name string, version float64, params string, outputs int) int {
	n := g.names[name]
	g.names[name]++
	if n > 0 {
		name += strconv.Itoa(n)
	}
	g.steps = append(g.steps, step{typ: typ, name: name, version: version, params: params, outputs: outputs,
		x: 200 * len(g.steps), y: 80 * (g.IntN(11) - 5)})
	return len(g.steps) - 1
}

// connect leads an output to an input.
func (g *generator) connect(from end, to, input int) {
	g.edges[from] = append(g.edges[from], end{to, input})
}

// output picks an output to go on from: mostly one that leads nowhere yet.
func (g *generator) output(before int) end {
	var free, all []end
	for i := g.begun; i < before; i++ {
		for o := range g.steps[i].outputs {
			if g.steps[i].typ == loopType && o > 0 {
				continue // its body's
			}
			e := end{i, o}
			all = append(all, e)
			if len(g.edges[e]) == 0 {
				free = append(free, e)
			}
		}
	}
	if len(free) > 0 && !g.chance(4) {
		return free[g.IntN(len(free))]
	}
	return all[g.IntN(len(all))]
}

// grow adds a step, for a loop with its body.
func (g *generator) grow() {
	k := g.kinds[g.IntN(len(g.kinds))]
	version := k.versions[g.IntN(len(k.versions))]
	params, inputs, outputs := k.make(g, version)
	i := g.add(k.typ, k.name, version, params, outputs)
	g.flags(i)
	for in := range inputs {
		g.connect(g.output(i), i, in)
	}
	if k.typ == loopType {
		body := g.add("set", "Body", 3.4, assignments(g), 1)
		g.connect(end{i, 1}, body, 0)
		g.connect(end{body, 0}, i, 0)
	}
}

// flags gives a step some of the settings that every step has.
func (g *generator) flags(i int) {
	s := &g.steps[i]
	for _, f := range []struct {
		once int
		text string
	}{{8, `"alwaysOutputData":true`}, {14, `"executeOnce":true`}, {16, `"disabled":true`}} {
		if g.chance(f.once) && (s.typ != loopType || f.text == `"alwaysOutputData":true`) {
			s.flags = append(s.flags, f.text)
		}
	}
	switch g.IntN(12) {
	case 0:
		s.flags = append(s.flags, `"continueOnFail":true`)
	case 1:
		s.flags = append(s.flags, `"onError":"continueRegularOutput"`)
	case 2:
		if s.typ != loopType {
			s.flags = append(s.flags, `"onError":"continueErrorOutput"`)
			s.outputs++
		}
	}
}

// workflow writes the graph.
func (g *generator) workflow() []byte {
	list := make([]string, len(g.steps))
	connections := item.NewObject(len(g.steps))
	for i, s := range g.steps {
		list[i] = fmt.Sprintf(`{"id":"%08x-0000-4000-8000-%012x","name":%q,"type":"n8n-nodes-base.%s","typeVersion":%s,"position":[%d,%d],"parameters":%s%s}`,
			g.seed&0xffffffff, i, s.name, s.typ, item.FormatNumber(s.version), s.x, s.y, s.params, prefixed(s.flags))
		if main := g.outputsOf(i); main != "" {
			connections.Set(s.name, item.MustParse(`{"main":[`+main+`]}`))
		}
	}
	settings := g.one(`{"executionOrder":"v1"}`, `{"executionOrder":"v1"}`, `{"executionOrder":"v0"}`, `{}`)
	text := fmt.Sprintf(`{"name":"generated %d","nodes":[%s],"connections":%s,"settings":%s}`, g.seed, strings.Join(list, ","), connections.Value().JSON(), settings)
	return item.MustParse(text).AppendJSON(nil) // which checks it
}

func prefixed(flags []string) string {
	if len(flags) == 0 {
		return ""
	}
	return "," + strings.Join(flags, ",")
}

func (g *generator) outputsOf(i int) string {
	last := -1
	for o := range g.steps[i].outputs {
		if len(g.edges[end{i, o}]) > 0 {
			last = o
		}
	}
	outputs := make([]string, last+1)
	for o := range outputs {
		var targets []string
		for _, to := range g.edges[end{i, o}] {
			targets = append(targets, fmt.Sprintf(`{"node":%q,"type":"main","index":%d}`, g.steps[to.step].name, to.index))
		}
		outputs[o] = "[" + strings.Join(targets, ",") + "]"
	}
	return strings.Join(outputs, ",")
}
