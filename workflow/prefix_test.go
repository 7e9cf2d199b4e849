package workflow

import (
	"fmt"
	"hash/fnv"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/jobsprint/jobsprint/events"
)

// TestEveryPrefixGoesOnToTheSameEnd cuts the history of a random run behind each of
// its events, as a crash does, and lets it go on from there. Where steps do the
// same again, so does the run: the same steps end in the same order with the same
// outcome, each once.
func TestEveryPrefixGoesOnToTheSameEnd(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		order := rapid.SampledFrom([]string{"v0", "v1"}).Draw(rt, "order")
		g := buildGraph(t, order, randomGraph(rt))
		salt := rapid.Uint32().Draw(rt, "salt")
		whole := newRun(t, g)
		driveOn(rt, whole, salt)
		want := summary(whole)
		for cut := 1; cut < len(whole.log); cut++ {
			b := &runBench{t: t, graph: g, run: newLimited(g), clock: whole.clock}
			if err := b.record(whole.log[:cut]...); err != nil {
				rt.Fatalf("the first %d events do not fit: %v", cut, err)
			}
			driveOn(rt, b, salt)
			if got := summary(b); got != want {
				rt.Fatalf("cut behind event %d of %d, it ends with\n%s\nwant\n%s", cut, len(whole.log), got, want)
			}
			onlyOnce(rt, b.log)
		}
	})
}

// prefixSteps ends runs whose loops do not.
const prefixSteps = 25

func newLimited(g *Graph) *Run {
	r := NewRun(g)
	r.LimitSteps(prefixSteps)
	return r
}

// driveOn runs what is next until the end. What a step comes to follows from the
// salt, its name and its run.
func driveOn(rt *rapid.T, b *runBench, salt uint32) {
	b.run.LimitSteps(prefixSteps)
	for {
		a := b.run.Next()
		var list []events.Event
		switch a.Kind {
		case Nothing:
			return
		case End:
			list = []events.Event{b.run.DecideEnd()}
		case Wait:
			if a.Retry {
				list = b.run.Finish(fatedAttempt(b, a, salt))
			} else if a.Listen != "" {
				list = b.run.ResumeBy(a, events.ReplyNone, "", testOutputs("1"), b.clock)
			} else {
				list = []events.Event{b.run.Resume(a, b.clock)}
			}
		case Execute, Doubt:
			if b.graph.Types[a.Step].Effect && (a.Kind == Doubt || !b.graph.Steps[a.Step].Disabled) {
				scheduled := b.run.Schedule(a, Effect{Epoch: 1, Now: b.clock})
				if err := b.record(scheduled); err != nil {
					rt.Fatal(err)
				}
				a.Ref = scheduled.StepRef
			}
			list = b.run.Finish(fatedAttempt(b, a, salt))
		}
		if err := b.record(list...); err != nil {
			rt.Fatalf("a decided event does not fit: %v\n%s", err, b.history())
		}
	}
}

func fatedAttempt(b *runBench, a Action, salt uint32) Attempt {
	h := fnv.New32a()
	_, _ = fmt.Fprint(h, salt, a.Ref.Step, a.Ref.RunIndex)
	at := Attempt{Ref: a.Ref, Started: b.clock, Ended: b.clock}
	switch n := h.Sum32(); n % 8 {
	case 0:
		at.Error = &events.StepError{Message: "fated"}
		if b.run.GoesOn(at) {
			at.Outputs = testOutputs("1")
		}
	case 1:
		at.Wait, at.Outputs = b.clock.Add(time.Hour), testOutputs("1")
	case 2:
		at.Listen, at.Outputs = events.WaitWebhook, testOutputs("1")
	default:
		at.Outputs = testOutputs(fmt.Sprintf("%d,%d", n/8%3, n/32%2))
	}
	return at
}

// summary is what counts of a run: how each step run ended, in order, and how the
// run did. How many attempts it took does not.
func summary(b *runBench) string {
	var lines []string
	for _, s := range b.run.History() {
		counts := make([]int, s.Outputs())
		for i := range counts {
			out, _ := b.run.OutputAt(s, i)
			counts[i] = out.Count
		}
		lines = append(lines, fmt.Sprint(s.Order, s.Step, s.RunIndex, s.Source, counts, s.Failed, s.Error != nil))
	}
	ended := b.run.Ended()
	lines = append(lines, fmt.Sprint(ended.Status, ended.LastStep, ended.Error != nil))
	return strings.Join(slices.Clip(lines), "\n")
}
