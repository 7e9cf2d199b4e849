package workflow

import (
	"fmt"
	"sort"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/item"
)

// testCatalogue describes the steps of test graphs by their type's name:
// "trigger", "pure", "effect", "note", "joinN" with N inputs, and "joinNall" with
// N inputs of which it needs the first two.
type testCatalogue struct{}

func (testCatalogue) Version() string { return "test" }

func (testCatalogue) Describe(_ *Definition, s *Step) (StepType, []Problem) {
	t := StepType{Inputs: 1, Repeat: events.RepeatUnsafe}
	switch {
	case s.Type == "trigger":
		t.Trigger, t.Pure, t.Inputs = true, true, 0
	case s.Type == "effect":
		t.Effect = true
	case s.Type == "note":
		t.Note = true
	case strings.HasPrefix(s.Type, "join"):
		t.Pure = true
		n, all := strings.CutSuffix(s.Type[4:], "all")
		t.Inputs, _ = strconv.Atoi(n)
		if all {
			t.Needs = []int{0, 1}
		}
	case s.Type == "pure":
		t.Pure = true
	default:
		return t, []Problem{{Code: "node-type-unknown", Step: s.Name, Message: "type " + s.Type + " is unknown", Blocking: true}}
	}
	return t, nil
}

// buildGraph reads lines such as "A trigger", "B effect retry=3 y=100" and
// "A:1 -> B, C:0": steps first, then connections from an output to inputs.
func buildGraph(t testing.TB, order, text string) *Graph {
	t.Helper()
	nodes, connections := []item.Value{}, map[string][][]item.Value{}
	for _, line := range strings.Split(strings.TrimSpace(text), "\n") {
		if from, to, ok := strings.Cut(line, " -> "); ok {
			connect(connections, from, to)
			continue
		}
		nodes = append(nodes, testNode(strings.Fields(line), len(nodes)))
	}
	root := item.NewObject(4).Set("nodes", item.Array(nodes)).Set("connections", connectionsValue(connections)).
		Set("settings", item.NewObject(1).Set("executionOrder", item.String(order)).Value()).Value()
	d, err := Import([]byte(root.JSON()))
	if err != nil {
		t.Fatal(err)
	}
	g := Check(d, testCatalogue{})
	if why := g.Blocking(); len(why) > 0 {
		t.Fatalf("the graph cannot run: %v", why)
	}
	return g
}

func testNode(words []string, index int) item.Value {
	n := item.NewObject(8).Set("name", item.String(words[0])).Set("id", item.String("id-"+words[0])).Set("type", item.String(words[1]))
	x, y := float64(index), 0.0
	for _, w := range words[2:] {
		k, v, _ := strings.Cut(w, "=")
		f, _ := strconv.ParseFloat(v, 64)
		switch k {
		case "y":
			y = f
		case "x":
			x = f
		case "retry":
			n.Set("retryOnFail", item.True).Set("maxTries", item.Number(f))
		case "always":
			n.Set("alwaysOutputData", item.True)
		case "disabled":
			n.Set("disabled", item.True)
		case "onerror":
			n.Set("onError", item.String(v))
		}
	}
	return n.Set("position", item.Array([]item.Value{item.Number(x), item.Number(y)})).Value()
}

func connect(connections map[string][][]item.Value, from, to string) {
	name, output := splitPort(from)
	outs := connections[name]
	for len(outs) <= output {
		outs = append(outs, nil)
	}
	for _, end := range strings.Split(to, ", ") {
		target, input := splitPort(end)
		outs[output] = append(outs[output], item.NewObject(3).Set("node", item.String(target)).
			Set("type", item.String("main")).Set("index", item.Int(input)).Value())
	}
	connections[name] = outs
}

func splitPort(s string) (string, int) {
	name, port, _ := strings.Cut(strings.TrimSpace(s), ":")
	n, _ := strconv.Atoi(port)
	return name, n
}

func connectionsValue(m map[string][][]item.Value) item.Value {
	names := make([]string, 0, len(m))
	for name := range m {
		names = append(names, name)
	}
	sort.Strings(names)
	out := item.NewObject(len(m))
	for _, name := range names {
		outputs := make([]item.Value, len(m[name]))
		for i, ends := range m[name] {
			outputs[i] = item.Array(ends)
		}
		out.Set(name, item.NewObject(1).Set("main", item.Array(outputs)).Value())
	}
	return out.Value()
}

// runBench drives one run by hand and keeps its log.
type runBench struct {
	t     testing.TB
	graph *Graph
	run   *Run
	log   []events.Event
	clock time.Time
}

// newRun starts a run of a graph at its first trigger.
func newRun(t testing.TB, g *Graph) *runBench {
	t.Helper()
	b := &runBench{t: t, graph: g, run: NewRun(g), clock: time.Unix(1_700_000_000, 0).UTC()}
	first := events.RunStarted{Start: g.Steps[g.Starts[0]].Name, Order: g.Settings.Order, Reply: events.ReplyStep,
		Input: []events.Output{{Items: DefaultInput(), Count: 1}}}
	if err := b.record(first); err != nil {
		t.Fatal(err)
	}
	return b
}

func (b *runBench) record(list ...events.Event) error {
	for _, e := range list {
		if err := b.run.Evolve(e, b.clock); err != nil {
			return err
		}
		b.log = append(b.log, e)
	}
	return nil
}

// do runs one command of a conversation and gives the answer.
func (b *runBench) do(command string) string {
	line, body, _ := strings.Cut(command, "\n")
	words := strings.Fields(line)
	switch words[0] {
	case "graph":
		b.graph = buildGraph(b.t, words[1], body)
		return fmt.Sprintf("%d steps", len(b.graph.Steps))
	case "start":
		*b = *newRun(b.t, b.graph)
		return b.next()
	case "complete", "fail", "wait", "schedule", "respond":
		return b.outcome(words)
	case "resume":
		return b.answer(b.record(b.run.Resume(b.run.Next(), b.clock)))
	case "later":
		d, _ := time.ParseDuration(words[1])
		b.clock = b.clock.Add(d)
		return b.next()
	case "end":
		return b.answer(b.record(b.run.DecideEnd()))
	case "cancel":
		e, err := b.run.Cancel(strings.Join(words[1:], " "))
		if err == nil {
			err = b.record(e)
		}
		return b.answer(err)
	case "crash":
		b.crash()
		return b.next()
	case "redeliver":
		n, _ := strconv.Atoi(words[1])
		return b.answer(b.run.Evolve(b.log[n], b.clock))
	case "log":
		return b.history()
	case "next":
		return b.next()
	}
	b.t.Fatalf("unknown command %q", line)
	return ""
}

// outcome ends an attempt at the step that is next: "complete B 2,0" emits two
// items on the first output and none on the second.
func (b *runBench) outcome(words []string) string {
	a := b.run.Next()
	if a.Ref.Step != words[1] {
		return fmt.Sprintf("%s is not next, %s is", words[1], a.Ref.Step)
	}
	at := Attempt{Ref: a.Ref, Started: b.clock, Ended: b.clock}
	switch words[0] {
	case "schedule":
		return b.answer(b.record(b.run.Schedule(a, Effect{Epoch: 1, Key: "k", Repeat: events.RepeatUnsafe, Now: b.clock})))
	case "fail":
		at.Error = &events.StepError{Code: "test", Message: strings.Join(words[2:], " ")}
		if b.run.GoesOn(at) {
			at.Outputs = testOutputs("1")
		}
	case "wait":
		d, _ := time.ParseDuration(words[2])
		at.Wait, at.Outputs = b.clock.Add(d), testOutputs("1")
	case "respond":
		at.Response, at.Outputs = &events.RunResponded{Status: 200}, testOutputs("1")
	case "complete":
		at.Outputs = testOutputs(words[2])
	}
	return b.answer(b.record(b.run.Finish(at)...))
}

func testOutputs(counts string) []events.Output {
	var out []events.Output
	for _, c := range strings.Split(counts, ",") {
		n, _ := strconv.Atoi(c)
		items := make([]item.Item, n)
		for i := range items {
			items[i] = item.Item{JSON: item.NewObject(1).Set("i", item.Int(i)).Value(), Paired: item.PairOf(0)}
		}
		out = append(out, events.Output{Items: items, Count: n})
	}
	return out
}

func (b *runBench) answer(err error) string {
	if err != nil {
		return "error: " + err.Error()
	}
	return b.next()
}

// next prints the status and what has to be done.
func (b *runBench) next() string {
	a := b.run.Next()
	s := string(b.run.Status()) + ": " + string(a.Kind)
	if a.Ref.Step != "" {
		s += fmt.Sprintf(" %s run %d", a.Ref.Step, a.Ref.RunIndex)
		if a.Ref.Attempt > 1 {
			s += fmt.Sprintf(" attempt %d", a.Ref.Attempt)
		}
		for _, src := range a.Ref.Source {
			if src.Step != "" {
				s += fmt.Sprintf(" <%s.%d:%d", src.Step, src.RunIndex, src.Output)
				if src.Blank {
					s += " blank"
				}
			} else if len(a.Ref.Source) > 1 {
				s += " <none"
			}
		}
	}
	if a.Kind == Wait {
		s += fmt.Sprintf(" for %s retry=%v", a.Until.Sub(b.clock), a.Retry)
	}
	if e := b.run.Ended(); e != nil {
		s += " last=" + e.LastStep
		if e.Error != nil {
			s += " error=" + e.Error.Message
		}
	}
	return s
}

// crash forgets the state and folds the log again; both must be the same.
func (b *runBench) crash() {
	before := b.describe()
	run := NewRun(b.graph)
	for _, e := range b.log {
		raw := e.AppendJSON(nil)
		again, err := events.Decode(e.EventType(), raw)
		if err != nil {
			b.t.Fatalf("%s: %v", raw, err)
		}
		if err := run.Evolve(again, b.clock); err != nil {
			b.t.Fatalf("%s: %v", raw, err)
		}
	}
	b.run = run
	if after := b.describe(); after != before {
		b.t.Fatalf("the fold of the log is another state\nbefore: %s\nafter:  %s\n%s", before, after, b.history())
	}
}

// describe is all that the state would do.
func (b *runBench) describe() string {
	var runs []string
	for _, s := range b.run.history {
		runs = append(runs, fmt.Sprintf("%s.%d %v %v %v failed=%v", s.Step, s.RunIndex, s.State.JSON(), s.Hints, s.Error != nil, s.Failed))
	}
	last := ""
	if l := b.run.Last(); l != nil {
		last = l.Step
	}
	return fmt.Sprintf("%s | ready %v | joins %v | executions %d | history %v | last %s | responded %v",
		b.next(), b.run.ready, b.run.joins, b.run.order, runs, last, b.run.responded != nil)
}

func (b *runBench) history() string {
	var lines []string
	for i, e := range b.log {
		lines = append(lines, fmt.Sprintf("%d %s %s", i, e.EventType().Name, e.AppendJSON(nil)))
	}
	return strings.Join(lines, "\n")
}
