package workflow

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/item"
)

// randomGraph draws a workflow: a trigger and up to nine steps of all kinds,
// connected at random, loops included.
func randomGraph(t *rapid.T) string {
	n := rapid.IntRange(1, 9).Draw(t, "steps")
	kinds := []string{"pure", "pure", "effect", "join2", "join3", "join2all"}
	settings := []string{"", "", "", " always", " disabled", " onerror=continueRegularOutput"}
	lines := []string{"T trigger"}
	var joins []int
	for i := range n {
		kind := rapid.SampledFrom(kinds).Draw(t, "kind")
		line := fmt.Sprintf("S%d %s x=%d y=%d", i, kind, rapid.IntRange(0, 1).Draw(t, "x"), rapid.IntRange(0, 2).Draw(t, "y")*100)
		line += rapid.SampledFrom(settings).Draw(t, "setting")
		if rapid.Bool().Draw(t, "retry") {
			line += " retry=2"
		}
		lines = append(lines, line)
		inputs := 1
		if strings.HasPrefix(kind, "join") {
			inputs = int(kind[4] - '0')
		}
		joins = append(joins, inputs)
	}
	names := []string{"T"}
	for i := range n {
		names = append(names, fmt.Sprintf("S%d", i))
	}
	for range rapid.IntRange(1, 2*n+1).Draw(t, "connections") {
		from := rapid.SampledFrom(names).Draw(t, "from")
		to := rapid.IntRange(0, n-1).Draw(t, "to")
		lines = append(lines, fmt.Sprintf("%s:%d -> S%d:%d", from, rapid.IntRange(0, 1).Draw(t, "output"), to,
			rapid.IntRange(0, joins[to]-1).Draw(t, "input")))
	}
	return strings.Join(lines, "\n")
}

// maxRounds ends the drives of graphs whose loops do not end by chance.
const maxRounds = 200

// TestEveryRunEnds drives random runs through random outcomes, crashes
// included: after every move the fold of the log is the state, a step result
// is recorded once, the obvious scheduler agrees, and the run ends or waits
// for a named cause.
func TestEveryRunEnds(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		order := rapid.SampledFrom([]string{"v0", "v1"}).Draw(rt, "order")
		g := buildGraph(t, order, randomGraph(rt))
		b := newRun(t, g)
		slow := newSlowScheduler(g, order)
		for range maxRounds {
			if !b.move(rt, slow) {
				break
			}
			if rapid.IntRange(0, 4).Draw(rt, "crash") == 0 {
				b.crash()
			}
		}
		if !b.run.Status().Ended() {
			if e, err := b.run.Cancel("enough"); err != nil || b.record(e) != nil {
				rt.Fatalf("a run that goes on must take a cancellation: %v", err)
			}
		}
		b.crash()
		onlyOnce(rt, b.log)
		if b.run.Next().Kind != Nothing {
			rt.Fatalf("something is left to do after the end: %+v", b.run.Next())
		}
	})
}

// move does what is next with a random outcome. It reports false at the end.
func (b *runBench) move(rt *rapid.T, slow *slowScheduler) bool {
	a := b.run.Next()
	var list []events.Event
	switch a.Kind {
	case Nothing:
		return false
	case End:
		list = []events.Event{b.run.DecideEnd()}
	case Wait:
		if a.Listen != "" && (a.Until.IsZero() || rapid.Bool().Draw(rt, "called")) {
			reply := rapid.SampledFrom([]string{events.ReplyNone, events.ReplyLastNode, events.ReplyStep}).Draw(rt, "reply")
			list = b.run.ResumeBy(a, reply, "node", testOutputs("1"), b.clock)
			break
		}
		b.clock = a.Until
		if !a.Retry {
			list = []events.Event{b.run.Resume(a, b.clock)}
			break
		}
		list = b.attempt(rt, a)
	case Doubt:
		if rapid.Bool().Draw(rt, "lost") {
			list = []events.Event{b.run.Schedule(a, Effect{Epoch: 2, Now: b.clock})}
		} else {
			list = b.attempt(rt, a)
		}
	case Execute:
		if want := slow.next(b); want != a.Ref.Step {
			rt.Fatalf("%s is next, the obvious scheduler says %q\n%s", a.Ref.Step, want, b.history())
		}
		if g := b.graph.Types[a.Step]; g.Effect {
			list = []events.Event{b.run.Schedule(a, Effect{Epoch: 1, Now: b.clock})}
		} else {
			list = b.attempt(rt, a)
		}
	}
	if err := b.record(list...); err != nil {
		rt.Fatalf("a decided event does not fit: %v\n%s", err, b.history())
	}
	return true
}

func (b *runBench) attempt(rt *rapid.T, a Action) []events.Event {
	at := Attempt{Ref: a.Ref, Started: b.clock, Ended: b.clock.Add(time.Millisecond)}
	switch rapid.IntRange(0, 9).Draw(rt, "outcome") {
	case 0:
		at.Error = &events.StepError{Message: "drawn"}
		if b.run.GoesOn(at) {
			at.Outputs = testOutputs("1")
		}
	case 1:
		at.Wait, at.Outputs = b.clock.Add(time.Hour), testOutputs("1")
		at.Listen = rapid.SampledFrom([]string{"", "", events.WaitWebhook, events.WaitForm}).Draw(rt, "listen")
		if at.Listen != "" && rapid.Bool().Draw(rt, "for ever") {
			at.Wait = time.Time{}
		}
	case 2:
		at.Response, at.Outputs = &events.RunResponded{Status: 200}, testOutputs("1,1")
	case 3:
		at.State, at.Hints = item.Int(len(b.log)), []item.Value{item.String("drawn")}
		at.Outputs = testOutputs("0,1")
	default:
		at.Outputs = testOutputs(fmt.Sprintf("%d,%d", rapid.IntRange(0, 2).Draw(rt, "a"), rapid.IntRange(0, 1).Draw(rt, "b")))
	}
	return b.run.Finish(at)
}

// onlyOnce checks that no step run has two results and no run two ends.
func onlyOnce(rt *rapid.T, log []events.Event) {
	seen := map[string]int{}
	for i, e := range log {
		key := ""
		switch e := e.(type) {
		case events.StepCompleted:
			key = fmt.Sprintf("%s.%d", e.Step, e.RunIndex)
		case events.StepFailed:
			if e.Retry.IsZero() {
				key = fmt.Sprintf("%s.%d", e.Step, e.RunIndex)
			}
		case events.StepResumed:
			if e.Reply != events.ReplyNone { // another caller, another answer
				delete(seen, events.RunResponded{}.EventType().Name)
			}
		case events.RunEnded, events.RunResponded, events.RunStarted:
			key = e.EventType().Name
		}
		if at, twice := seen[key]; twice && key != "" {
			rt.Fatalf("%s is recorded twice: as event %d and as event %d", key, at, i)
		}
		seen[key] = i
	}
}
