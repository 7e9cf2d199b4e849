package workflow

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/item"
)

// emit completes the step that is next with items on its first output, each
// paired as given.
func (b *runBench) emit(pairs ...item.Paired) {
	b.t.Helper()
	a := b.run.Next()
	items := make([]item.Item, len(pairs))
	for i, p := range pairs {
		items[i] = item.Item{JSON: item.String(fmt.Sprintf("%s%d", a.Ref.Step, i)), Paired: p}
	}
	out := []events.Output{{Items: items, Count: len(items)}}
	if err := b.record(b.run.Finish(Attempt{Ref: a.Ref, Started: b.clock, Ended: b.clock, Outputs: out})...); err != nil {
		b.t.Fatal(err)
	}
}

func held(o events.Output) ([]item.Item, error) { return o.Items, nil }

func TestTrace(t *testing.T) {
	t.Parallel()
	b := newRun(t, buildGraph(t, "v1", "T trigger\nA pure\nB pure y=100\nM join2\nE pure\nN pure y=500\nT -> A, B\nA -> M:0\nB -> M:1\nM -> E\nE -> N"))
	b.emit(item.PairOf(0), item.PairOf(1), item.PairOf(2))                                  // T
	b.emit(item.PairOf(2), item.PairOf(0))                                                  // A: T2, T0
	b.emit(item.PairOf(1))                                                                  // B: T1
	b.emit(item.PairInput(1, 0), item.PairInput(0, 1), item.NoPair(), item.PairInput(0, 7)) // M: A1, B0, unknown, no such input
	b.emit(item.PairOf(0), item.PairOf(1), item.PairOf(2), item.PairOf(3), item.PairOf(9))  // E
	from := b.run.Next().Ref.Source
	for i, c := range []struct {
		target, want string
		err          error
	}{
		{"T", "T0", nil}, {"T", "T1", nil}, {"T", "", &PairError{"M"}}, {"T", "", &PairError{"M"}}, {"T", "", &PairError{"E"}},
		{"M", "", &PairError{"M"}},
	} {
		item := i
		if c.target == "M" {
			item = 4
		}
		it, err := b.run.Trace(from, 0, item, c.target, held)
		if got, _ := it.JSON.Str(); got != c.want || !sameError(err, c.err) {
			t.Errorf("item %d leads to %q, %v; want %q, %v", item, got, err, c.want, c.err)
		}
	}
	if it, err := b.run.Trace(from, 0, 0, "A", held); err != nil || it.JSON.ToString() != "A1" {
		t.Errorf("by A: %v, %v", it.JSON, err)
	}
	if _, err := b.run.Trace(from, 0, 1, "A", held); !errors.Is(err, ErrOtherWay) {
		t.Errorf("an item that came through B, by A: %v", err)
	}
	if _, err := b.run.Trace(from, 0, 0, "N", held); !errors.Is(err, ErrNotRun) {
		t.Errorf("by a step that has not run: %v", err)
	}
	for _, i := range []int{-1, 99} {
		if _, err := b.run.Trace(from, 0, i, "T", held); !errors.Is(err, ErrNoItem) {
			t.Errorf("item %d: %v", i, err)
		}
	}
	if _, err := b.run.Trace(from, 3, 0, "T", held); !errors.Is(err, ErrOtherWay) {
		t.Errorf("an input that is not there: %v", err)
	}
	broken := errors.New("cannot read")
	if _, err := b.run.Trace(from, 0, 0, "T", func(events.Output) ([]item.Item, error) { return nil, broken }); !errors.Is(err, broken) {
		t.Errorf("items that cannot be read: %v", err)
	}
}

func sameError(got, want error) bool {
	var a, b *PairError
	if errors.As(got, &a) && errors.As(want, &b) {
		return *a == *b && errors.Is(got, ErrNoPair)
	}
	return errors.Is(got, want)
}

// Where an item was made from several, what they were made from counts: one
// item by several ways is one item.
func TestTraceOfSeveralAncestors(t *testing.T) {
	t.Parallel()
	b := newRun(t, buildGraph(t, "v1", "T trigger\nA pure\nB pure y=100\nM join2\nE pure\nT -> A, B\nA -> M:0\nB -> M:1\nM -> E"))
	b.emit(item.PairOf(0), item.PairOf(0))                 // T
	b.emit(item.PairOf(0), item.PairOf(1), item.PairOf(0)) // A: T0, T1, T0
	b.emit(item.PairOf(0), item.PairOf(0))                 // B: T0, T0
	both := func(a, b int) item.Paired { return item.Pairs([]item.Pair{{Item: a}, {Item: b, Input: 1}}) }
	b.emit(both(0, 0), both(1, 1), both(2, 9), item.Pairs(nil), item.Pairs([]item.Pair{{Item: 0}, {Item: 2}}))
	from := b.run.Next().Ref.Source
	for _, c := range []struct {
		i            int
		target, want string
		err          error
	}{
		{0, "T", "T0", nil}, {0, "A", "A0", nil}, {0, "B", "B0", nil},
		{1, "T", "", ErrManyPairs}, {1, "A", "A1", nil},
		{2, "T", "T0", nil}, {2, "B", "", &PairError{"B"}},
		{3, "T", "", &PairError{"M"}},
		{4, "T", "T0", nil}, {4, "A", "", ErrManyPairs}, {4, "B", "", ErrOtherWay},
	} {
		it, err := b.run.Trace(from, 0, c.i, c.target, held)
		if got, _ := it.JSON.Str(); got != c.want || !sameError(err, c.err) {
			t.Errorf("item %d leads to %q of %s, %v; want %q, %v", c.i, got, c.target, err, c.want, c.err)
		}
	}
}

// A loop hands out later what it got in its first round: such an item names the
// output that it came from, and not the one that began the round.
func TestTraceOfARoundOfALoop(t *testing.T) {
	t.Parallel()
	b := newRun(t, buildGraph(t, "v1", "T trigger\nL pure\nA pure\nT -> L\nL -> A\nA -> L"))
	b.emit(item.PairOf(0), item.PairOf(1)) // T
	b.emit(item.PairOf(0))                 // L: T0
	b.emit(item.PairOf(0))                 // A
	from := func(step string) item.Paired {
		return item.Pairs([]item.Pair{{Item: 1, From: &item.Origin{Step: step}}})
	}
	b.emit(from("T"), from("Z"), item.PairOf(0)) // L: T1, nowhere, A0
	source := b.run.Next().Ref.Source
	for i, want := range []string{"T1", "", "T0"} {
		it, err := b.run.Trace(source, 0, i, "T", held)
		if got, _ := it.JSON.Str(); got != want || (want == "") != errors.Is(err, ErrNoPair) {
			t.Errorf("item %d leads to %q, %v; want %q", i, got, err, want)
		}
	}
}

func TestEvolveRefusesWhatCannotFollow(t *testing.T) {
	t.Parallel()
	g := buildGraph(t, "v1", "T trigger\nA pure\nT -> A")
	at := time.Unix(1, 0)
	ref := func(step string, index, order int) events.StepRef {
		return events.StepRef{Step: step, RunIndex: index, Order: order, Attempt: 1, Source: []events.Source{{}}}
	}
	started := events.RunStarted{Start: "T"}
	done := events.StepCompleted{StepRef: ref("T", 0, 0)}
	for name, list := range map[string][]events.Event{
		"before the start":      {done},
		"two starts":            {started, started},
		"a start nowhere":       {events.RunStarted{Start: "Z"}},
		"an unknown step":       {started, events.StepCompleted{StepRef: ref("Z", 0, 0)}},
		"not its turn":          {started, events.StepCompleted{StepRef: ref("A", 0, 0)}},
		"another run index":     {started, events.StepCompleted{StepRef: ref("T", 1, 0)}},
		"another order":         {started, events.StepFailed{StepRef: ref("T", 0, 5)}},
		"twice":                 {started, done, done},
		"another is in hand":    {started, events.StepScheduled{StepRef: ref("T", 0, 0)}, events.StepWaiting{StepRef: ref("A", 0, 1)}},
		"answered before":       {started, events.RunResponded{}, events.RunResponded{}},
		"after the end":         {started, events.RunEnded{Status: "success"}, done},
		"an event of something": {started, events.RouteClaimed{}},
	} {
		run, last := NewRun(g), error(nil)
		for i, e := range list {
			last = run.Evolve(e, at)
			if i < len(list)-1 && last != nil {
				t.Errorf("%s: event %d: %v", name, i, last)
			}
		}
		if !errors.Is(last, ErrImpossible) {
			t.Errorf("%s: %v", name, last)
		}
	}
}

func TestRunTellsItsState(t *testing.T) {
	t.Parallel()
	g := buildGraph(t, "v1", "T trigger\nA pure\nT -> A")
	b := newRun(t, g)
	if b.run.Graph() != g || b.run.Last() != nil || len(b.run.StepRuns("Z")) != 0 || b.run.Executions() != 0 {
		t.Error("a run that has begun tells something else")
	}
	if err := b.record(events.StepCompleted{StepRef: b.run.Next().Ref, Outputs: []events.Output{{Pass: true, Count: 1}}}); err != nil {
		t.Fatal(err)
	}
	if o, ok := b.run.OutputAt(b.run.Last(), 0); !ok || len(o.Items) != 1 {
		t.Errorf("the input that is passed on: %+v %v", o, ok)
	}
	for _, s := range []events.Source{{Step: "T", RunIndex: 1}, {Step: "T", Output: 1}, {Step: "Z"}, {Output: 3}, {Step: "T", RunIndex: -1}} {
		if o, ok := b.run.Output(s); ok {
			t.Errorf("%+v gives %+v", s, o)
		}
	}
	if o, ok := b.run.Output(events.Source{}); !ok || o.Count != 1 {
		t.Errorf("the run's input: %+v", o)
	}
	end := b.run.TimeOut()
	if end.Status != events.StatusError || end.Error.Code != CodeTimeout || end.LastStep != "T" {
		t.Errorf("%+v", end)
	}
	if err := b.record(end); err != nil {
		t.Fatal(err)
	}
	if b.run.EndedAt() != b.clock || !b.run.Status().Ended() || len(b.run.History()) != 1 || b.run.Responded() != nil {
		t.Error("an ended run tells something else")
	}
	if _, err := b.run.Cancel("late"); !errors.Is(err, ErrEnded) {
		t.Errorf("canceling an ended run: %v", err)
	}
}

func TestStepLimit(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		graph string
		limit int
		runs  int
		code  string
	}{
		"a loop ends":                      {"T trigger\nA pure\nT -> A\nA -> A", 50, 50, CodeTooManySteps},
		"the last step may be the last":    {"T trigger\nA pure\nT -> A", 2, 2, ""},
		"one too many":                     {"T trigger\nA pure\nB pure\nT -> A\nA -> B", 2, 2, CodeTooManySteps},
		"zero is the default, not no step": {"T trigger\nA pure\nT -> A", 0, 2, ""},
	} {
		b := newRun(t, buildGraph(t, "v1", c.graph))
		b.run.LimitSteps(c.limit)
		for b.run.Next().Kind == Execute {
			b.emit(item.PairOf(0))
		}
		code := ""
		if end := b.run.DecideEnd(); end.Error != nil {
			code = end.Error.Code
		}
		if b.run.Executions() != c.runs || code != c.code {
			t.Errorf("%s: %d step runs, error %q", name, b.run.Executions(), code)
		}
	}
}

func TestWays(t *testing.T) {
	t.Parallel()
	g := buildGraph(t, "v1", "T trigger\nA pure\nB pure\nC pure\nD pure\nT -> A\nA:0 -> B\nA:1 -> C\nC -> D\nD -> C")
	for _, c := range []struct {
		from, to string
		want     int
	}{{"T", "D", 0}, {"A", "B", 0}, {"A", "D", 1}, {"D", "D", 0}, {"B", "A", 0}, {"Z", "A", 0}, {"A", "Z", 0}, {"A", "C", 1}} {
		for range 2 {
			if got := g.OutputTo(c.from, c.to); got != c.want {
				t.Errorf("from %s to %s by output %d, want %d", c.from, c.to, got, c.want)
			}
		}
	}
}

// A log whose steps stand in another order than this version would choose is
// still folded: it may have been written by another version.
func TestEvolveTakesAnyStepThatIsReady(t *testing.T) {
	t.Parallel()
	b := newRun(t, buildGraph(t, "v1", "T trigger\nA pure y=0\nB pure y=100\nT -> A, B"))
	b.do("complete T 1")
	from := []events.Source{{Step: "T"}}
	second := events.StepCompleted{StepRef: events.StepRef{Step: "B", Order: 1, Attempt: 1, Source: from}}
	if err := b.record(second); err != nil {
		t.Fatal(err)
	}
	if err := b.record(second); !errors.Is(err, ErrImpossible) {
		t.Errorf("the same step again: %v", err)
	}
	if got := b.do("complete A 1"); got != "running: end" {
		t.Errorf("then %s", got)
	}
}
