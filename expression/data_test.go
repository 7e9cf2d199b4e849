package expression

import "github.com/jobsprint/jobsprint/item"

// steps is Data over outputs that are written out.
type steps struct {
	outputs   map[string][][]item.Item // by step and output; a nil list: the step has not run
	branches  map[string]int
	paired    func(i int, step string) (item.Item, error)
	variables map[string]item.Value
	calls     int // of Output
}

func (s *steps) Output(step string, output, _ int) ([]item.Item, error) {
	s.calls++
	outputs, ok := s.outputs[step]
	switch {
	case !ok:
		return nil, ErrNoStep
	case outputs == nil:
		return nil, ErrNotRun
	case output >= len(outputs):
		return nil, ErrNoOutput
	}
	return outputs[output], nil
}

func (s *steps) Branch(step string) int { return s.branches[step] }

func (s *steps) Paired(i int, step string) (item.Item, error) {
	if _, err := s.Output(step, 0, NewestRun); err != nil {
		return item.Item{}, err
	}
	return s.paired(i, step)
}

func (s *steps) Step(name string) (StepInfo, bool) {
	outputs, ok := s.outputs[name]
	return StepInfo{Runs: min(1, len(outputs))}, ok
}

func (s *steps) Variable(name string) (item.Value, bool) {
	v, ok := s.variables[name]
	return v, ok
}

// itemsOf makes items of the elements of a JSON array.
func itemsOf(text string) []item.Item {
	elems, _ := item.MustParse(text).Elems()
	items := make([]item.Item, len(elems))
	for i, e := range elems {
		items[i] = item.Item{JSON: e, Paired: item.PairOf(i)}
	}
	return items
}
