package handlers_test

import (
	"flag"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/handlers"
	"github.com/jobsprint/jobsprint/nodes"
)

var loopRounds = flag.Int("loop.rounds", 5_000, "rounds of the long loop")

// looping is a workflow that sets a field of one item after the other.
func looping() string {
	text := chainOf("", step("many"), `"type":"n8n-nodes-base.splitInBatches","typeVersion":3,"parameters":{"batchSize":1,"options":{}}`, setNode("a", "={{ $json.n }}"), step("measure"))
	text = strings.Replace(text, `,"Step 3":{"main":[[{"node":"Step 4","type":"main","index":0}]]}`, "", 1)
	return strings.Replace(text, `"Step 2":{"main":[[{"node":"Step 3","type":"main","index":0}]]}`,
		`"Step 2":{"main":[[{"node":"Step 4","type":"main","index":0}],[{"node":"Step 3","type":"main","index":0}]]},"Step 3":{"main":[[{"node":"Step 2","type":"main","index":0}]]}`, 1)
}

// loopCost is what a loop has taken.
type loopCost struct {
	allocs, allocated, stored, commits float64 // for each round
	took                               time.Duration
	heap                               uint64 // behind the last round, with the run in memory
}

func runLoop(t *testing.T, rounds int) loopCost {
	t.Helper()
	out := newOutside()
	var heap atomic.Uint64
	out.extra = []nodes.Definition{keeper("many", func(*nodes.Call, nodes.Inputs) (nodes.Result, error) {
		return nodes.One(numberedItems(rounds)), nil
	}), keeper("measure", func(*nodes.Call, nodes.Inputs) (nodes.Result, error) {
		runtime.GC()
		var now runtime.MemStats
		runtime.ReadMemStats(&now)
		heap.Store(now.HeapAlloc)
		return nodes.Result{}, nil
	})}
	s := start(t, t.TempDir(), out, func(c *handlers.EngineConfig) { c.MaxStepRuns = 3*rounds + 10 })
	defer s.stop()
	id := s.create(looping())
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	begun := time.Now()
	run := s.run(id)
	s.until("the run is over", func() bool { return heap.Load() > 0 && s.engine.Stats().InWork == 0 })
	cost := loopCost{took: time.Since(begun), heap: heap.Load()}
	runtime.ReadMemStats(&after)
	end := s.ended(run)
	if end.Status != events.StatusSuccess {
		t.Fatalf("ended with %s", end.AppendJSON(nil))
	}
	n := float64(rounds)
	cost.allocs, cost.allocated = float64(after.Mallocs-before.Mallocs)/n, float64(after.TotalAlloc-before.TotalAlloc)/n
	commits, stored := s.size(run)
	cost.commits, cost.stored = float64(commits)/n, float64(stored)/n
	return cost
}

// size counts the commits of a run and the bytes of its events.
func (s *server) size(run string) (commits, stored int) {
	s.t.Helper()
	_, err := s.log.Load(s.t.Context(), events.Run(events.DefaultWorkspace, run), events.Head{}, func(r *events.Recorded) error {
		commits++
		list, err := r.Events()
		for _, e := range list {
			stored += len(e.AppendJSON(nil))
		}
		return err
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return commits, stored
}

// TestLongLoopsCostTheSameEachRound compares what a round costs in a short loop and
// in a long one, in work that is counted: nothing grows with the rounds before.
func TestLongLoopsCostTheSameEachRound(t *testing.T) {
	short, long := runLoop(t, *loopRounds/10), runLoop(t, *loopRounds)
	t.Logf("a round of %d: %+v", *loopRounds/10, short)
	t.Logf("a round of %d: %+v", *loopRounds, long)
	for what, ratio := range map[string]float64{
		"allocations": long.allocs / short.allocs, "bytes allocated": long.allocated / short.allocated, "bytes stored": long.stored / short.stored,
	} {
		if ratio > 1.5 {
			t.Errorf("%s: a round of the long loop takes %.2f times one of the short loop", what, ratio)
		}
	}
}
