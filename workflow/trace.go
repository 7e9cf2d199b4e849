package workflow

import (
	"errors"

	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/item"
)

// Errors of Trace.
var (
	// ErrNoPair: an item on the way does not say which item it came from.
	ErrNoPair = errors.New("the item cannot be followed back")
	// ErrNotRun: the step has not run in this run.
	ErrNotRun = errors.New("the step has not run")
)

// Loader gives the items of an output, from memory or from the payload store.
type Loader func(events.Output) ([]item.Item, error)

// Trace follows item i of the input that the sources describe back to the step
// named target, from paired item to paired item, and gives the item there.
// Errors: ErrNotRun, ErrNoPair, and those of the loader.
func (r *Run) Trace(sources []events.Source, input, i int, target string, load Loader) (item.Item, error) {
	if len(r.StepRuns(target)) == 0 {
		return item.Item{}, ErrNotRun
	}
	for range r.order + 1 {
		if input >= len(sources) || sources[input].Step == "" {
			return item.Item{}, ErrNoPair
		}
		source := sources[input]
		out, ok := r.Output(source)
		if !ok {
			return item.Item{}, ErrNoPair
		}
		items, err := load(out)
		if err != nil {
			return item.Item{}, err
		}
		if i < 0 || i >= len(items) {
			return item.Item{}, ErrNoPair
		}
		if source.Step == target {
			return items[i], nil
		}
		pair, ok := items[i].Paired.First()
		if !ok {
			return item.Item{}, ErrNoPair
		}
		sources = r.StepRuns(source.Step)[source.RunIndex].Source
		input, i = pair.Input, pair.Item
	}
	return item.Item{}, ErrNoPair
}
