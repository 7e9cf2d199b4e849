package workflow

import (
	"errors"
	"slices"

	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/item"
)

// Errors of Trace.
var (
	// ErrNoPair: the item, or one on the way, does not say which item it came from.
	ErrNoPair = errors.New("the item cannot be followed back")
	// ErrManyPairs: different items of the step led to the item.
	ErrManyPairs = errors.New("the item came from several items of the step")
	// ErrOtherWay: the item came from the beginning of the run by another way.
	ErrOtherWay = errors.New("the item did not come through the step")
	// ErrNoItem: the input has no such item.
	ErrNoItem = errors.New("the input has no such item")
	// ErrNotRun: the step has not run in this run.
	ErrNotRun = errors.New("the step has not run")
)

// PairError is ErrNoPair with the step at which the way back ends.
type PairError struct{ Step string }

// Error says where the way ends.
func (e *PairError) Error() string {
	return "the items of step \"" + e.Step + "\" cannot be followed back"
}

// Is makes it an ErrNoPair.
func (*PairError) Is(target error) bool { return target == ErrNoPair }

// Loader gives the items of an output, from memory or from the payload store.
type Loader func(events.Output) ([]item.Item, error)

// Trace follows item i of the input that the sources describe back to the step
// named target, from paired item to paired item, and gives the item there. Where
// an item was made from several, all ways are followed: those that end are
// passed over as long as one arrives, and all that arrive must meet.
// Errors: ErrNotRun, ErrNoItem, ErrManyPairs, ErrOtherWay, a *PairError, and
// those of the loader.
func (r *Run) Trace(sources []events.Source, input, i int, target string, load Loader) (item.Item, error) {
	if len(r.StepRuns(target)) == 0 {
		return item.Item{}, ErrNotRun
	}
	if input >= len(sources) || sources[input].Step == "" {
		return item.Item{}, ErrOtherWay
	}
	t := tracer{run: r, target: target, load: load, open: []place{{source: sources[input], item: i}}}
	return t.trace()
}

// place is an item of an output, and the step whose item pointed at it; empty
// for the item that is asked about.
type place struct {
	source events.Source
	item   int
	from   string
}

// key identifies the item of a place.
type key struct {
	step                   string
	runIndex, output, item int
}

func (p place) key() key { return key{p.source.Step, p.source.RunIndex, p.source.Output, p.item} }

// tracer walks back through a run.
type tracer struct {
	run    *Run
	target string
	load   Loader
	open   []place
	seen   map[key]bool // nil while there is one way only
	found  bool
	at     key // of what was found
	item   item.Item
	failed error // of the first way that ended
}

func (t *tracer) trace() (item.Item, error) {
	for len(t.open) > 0 {
		p := t.open[len(t.open)-1]
		t.open = t.open[:len(t.open)-1]
		if err := t.visit(p); err != nil {
			return item.Item{}, err
		}
	}
	switch {
	case t.found:
		return t.item, nil
	case t.failed != nil:
		return item.Item{}, t.failed
	}
	return item.Item{}, ErrOtherWay
}

// end notes that a way ends without arriving.
func (t *tracer) end(step string) {
	if t.failed == nil {
		t.failed = &PairError{step}
	}
}

// visit looks at an item: it is of the target, or its ancestors are next.
func (t *tracer) visit(p place) error {
	if p.source.Step == "" {
		return nil // the beginning of the run
	}
	out, ok := t.run.Output(p.source)
	if !ok {
		t.end(p.source.Step)
		return nil
	}
	items, err := t.load(out)
	if err != nil {
		return err
	}
	if p.item < 0 || p.item >= len(items) {
		switch {
		case p.from == "":
			return ErrNoItem
		case p.source.Step == t.target:
			t.end(t.target)
		default:
			t.end(p.from)
		}
		return nil
	}
	if p.source.Step == t.target {
		if t.found && t.at != p.key() {
			return ErrManyPairs
		}
		t.found, t.at, t.item = true, p.key(), items[p.item]
		return nil
	}
	t.ancestors(p.source, items[p.item])
	return nil
}

func (t *tracer) ancestors(source events.Source, it item.Item) {
	run := t.run.StepRuns(source.Step)[source.RunIndex]
	pairs := it.Paired.All()
	if len(pairs) == 0 && !begins(run) {
		t.end(source.Step)
		return
	}
	if len(pairs) > 1 && t.seen == nil {
		t.seen = map[key]bool{}
	}
	for _, pair := range pairs {
		next := place{item: pair.Item, from: source.Step}
		switch {
		case pair.From != nil:
			next.source = events.Source{Step: pair.From.Step, RunIndex: pair.From.Run, Output: pair.From.Output}
		case pair.Input >= 0 && pair.Input < len(run.Source):
			next.source = run.Source[pair.Input]
		default:
			t.end(source.Step)
			continue
		}
		if !t.before(next.source, run.Order) {
			t.end(source.Step)
			continue
		}
		if t.seen != nil {
			if t.seen[next.key()] {
				continue
			}
			t.seen[next.key()] = true
		}
		t.open = append(t.open, next)
	}
}

// begins reports whether a step run got nothing from another step.
func begins(s *StepRun) bool {
	return !slices.ContainsFunc(s.Source, func(from events.Source) bool { return from.Step != "" })
}

// before reports whether a source ended before the step run of that order, so
// that every way back has an end.
func (t *tracer) before(s events.Source, order int) bool {
	if s.Step == "" {
		return true
	}
	runs := t.run.StepRuns(s.Step)
	return s.RunIndex >= 0 && s.RunIndex < len(runs) && runs[s.RunIndex].Order < order
}
