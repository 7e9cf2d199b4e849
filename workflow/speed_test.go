package workflow

import (
	"fmt"
	"testing"

	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/item"
)

// BenchmarkFold folds runs of several lengths: the cost of an event must not
// grow with those before it.
func BenchmarkFold(b *testing.B) {
	for _, n := range []int{20, 200, 2_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			run := newRun(b, buildGraph(b, "v1", "T trigger\nA pure\nB effect\nC join2\nT -> A\nA -> B, C:0\nB -> C:1\nC -> A"))
			for len(run.log) < n {
				a := run.run.Next()
				if a.Kind == Execute && run.graph.Types[a.Step].Effect {
					if err := run.record(run.run.Schedule(a, Effect{Epoch: 1, Now: run.clock})); err != nil {
						b.Fatal(err)
					}
					continue
				}
				run.emit(item.PairOf(0))
			}
			b.ReportAllocs()
			for b.Loop() {
				fold(b, run.graph, run.log)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(run.log)), "ns/event")
		})
	}
}

func fold(b *testing.B, g *Graph, log []events.Event) {
	run := NewRun(g)
	for _, e := range log {
		if err := run.Evolve(e, run.StartedAt); err != nil {
			b.Fatal(err)
		}
	}
}
