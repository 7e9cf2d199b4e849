package transform

import (
	"fmt"
	"math"
	"slices"

	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
	"github.com/jobsprint/jobsprint/nodes/typing"
)

// The ways to tell what is new.
const (
	seenValue  = "removeItemsWithAlreadySeenKeyValues"
	seenNumber = "removeItemsUpToStoredIncrementalKey"
	seenDate   = "removeItemsUpToStoredDate"
)

// defaultHistory is how many values are remembered where nothing else is said.
const defaultHistory = 10_000

// seen removes items whose value earlier runs had. The others, and those that it
// removes, are on outputs of their own.
type seen struct {
	logic, scope nodes.Param[string]
	value        nodes.Param[item.Value]
	size         nodes.Param[float64]
}

func newSeen(c *nodes.Compile) *seen {
	s := &seen{logic: nodes.Text(c, "logic", seenValue), scope: nodes.Text(c, "options.scope", "node"), size: nodes.Num(c, "options.historySize", defaultHistory)}
	path := "dedupeValue"
	switch c.Choice("logic", seenValue, seenNumber, seenDate) {
	case seenNumber:
		path = "incrementalDedupeValue"
	case seenDate:
		path = "dateDedupeValue"
	}
	s.value = nodes.Any(c, path, item.String(""))
	return s
}

// Inputs is 1.
func (s *seen) Inputs() int { return 1 }

// Outputs is 2: what is new, and what was there before.
func (s *seen) Outputs() int { return 2 }

// Run parts the items and remembers what is new.
func (s *seen) Run(c *nodes.Call, in nodes.Inputs) (nodes.Result, error) {
	items := in.First()
	out := make([][]item.Item, 2)
	if len(items) == 0 {
		return nodes.Result{Outputs: out}, nil
	}
	texts, err := textsAt(c, s.logic, s.scope)
	if err != nil {
		return nodes.Result{}, err
	}
	values := make([]item.Value, len(items))
	for i := range items {
		if values[i], err = s.value.At(c, i); err != nil {
			return nodes.Result{}, err
		}
		if err := checkSeen(texts[0], values[i]); err != nil {
			return nodes.Result{}, err
		}
	}
	key, err := historyKey(c, texts[1])
	if err != nil {
		return nodes.Result{}, err
	}
	past, err := c.History.Get(key)
	if err != nil {
		return nodes.Result{}, err
	}
	isNew := make([]bool, len(items))
	var next item.Value
	if texts[0] == seenValue {
		size, err := s.size.At(c, 0)
		if err != nil {
			return nodes.Result{}, err
		}
		if float64(len(items)) > size {
			return nodes.Result{}, nodes.Fail("duplicates.history", "The number of items to be processed exceeds the maximum history size. Please increase the history size or reduce the number of items to be processed.", -1)
		}
		next = newValues(values, past, int(size), isNew)
	} else {
		next = newest(texts[0], values, past, isNew)
	}
	if err := c.History.Set(key, next); err != nil {
		return nodes.Result{}, err
	}
	for _, i := range byValue(values) {
		it := items[i]
		it.Paired = item.PairOf(i)
		if isNew[i] {
			out[0] = append(out[0], it)
		} else {
			out[1] = append(out[1], it)
		}
	}
	return nodes.Result{Outputs: out}, nil
}

func checkSeen(logic string, v item.Value) error {
	switch logic {
	case seenNumber:
		if math.IsNaN(v.ToNumber()) {
			return nodes.Fail("duplicates.value", fmt.Sprintf("The value '%s' is not a number. Please provide a number.", v.ToString()), -1)
		}
	case seenDate:
		if _, ok := typing.Time(v, nil); !ok {
			return nodes.Fail("duplicates.value", fmt.Sprintf("The value '%s' is not a valid date. Please provide a valid date.", v.ToString()), -1)
		}
	}
	return nil
}

// historyKey names what is remembered: for the step, or for all of the workflow.
func historyKey(c *nodes.Call, scope string) (string, error) {
	if c.History == nil {
		return "", nodes.Fail("step.history", "nothing can be remembered from run to run here", -1)
	}
	if scope == "workflow" {
		return "duplicates:workflow", nil
	}
	return "duplicates:step:" + c.Batch.Step, nil
}

// byValue orders the items as the members of a JavaScript object with the values
// as keys: those with the same value together.
func byValue(values []item.Value) []int {
	groups := item.NewObject(len(values))
	lists := map[string][]int{}
	for i, v := range values {
		key := v.ToString()
		lists[key] = append(lists[key], i)
		groups.Set(key, item.True)
	}
	order := make([]int, 0, len(values))
	for key := range groups.Object().All() {
		order = append(order, lists[key]...)
	}
	return order
}

// newValues marks the values that the past does not hold, and gives what is to be
// remembered: the newest of them, size at most.
func newValues(values []item.Value, past item.Value, size int, isNew []bool) item.Value {
	list, _ := past.Get("values").Elems()
	known := make(map[string]bool, len(list))
	for _, v := range list {
		known[v.ToString()] = true
	}
	added := map[string]bool{}
	for i, v := range values {
		key := v.ToString()
		if known[key] {
			continue
		}
		isNew[i] = true
		if !added[key] {
			added[key] = true
			list = append(list[:len(list):len(list)], item.String(key))
		}
	}
	if len(list) > size {
		list = list[len(list)-size:]
	}
	return item.NewObject(1).Set("values", item.Array(slices.Clone(list))).Value()
}

// newest marks the values beyond the highest of the past, and gives the highest
// of all.
func newest(logic string, values []item.Value, past item.Value, isNew []bool) item.Value {
	measure := item.Value.ToNumber
	if logic == seenDate {
		measure = func(v item.Value) float64 {
			t, _ := typing.Time(v, nil)
			return float64(t.UnixMilli())
		}
	}
	before, known := past.Get("highest").Number()
	highest := before
	for i, v := range values {
		n := measure(v)
		isNew[i] = !known || n > before
		if i == 0 && !known || n > highest {
			highest = n
		}
	}
	return item.NewObject(1).Set("highest", item.Number(highest)).Value()
}

// forget passes its items on and forgets what was seen.
type forget struct{ scope nodes.Param[string] }

// Run forgets.
func (f *forget) Run(c *nodes.Call, in nodes.Inputs) (nodes.Result, error) {
	items := in.First()
	if len(items) == 0 {
		return nodes.One(nil), nil
	}
	scope, err := f.scope.At(c, 0)
	if err != nil {
		return nodes.Result{}, err
	}
	key, err := historyKey(c, scope)
	if err != nil {
		return nodes.Result{}, err
	}
	if err := c.History.Set(key, item.Undefined); err != nil {
		return nodes.Result{}, err
	}
	return nodes.One(nodes.PassOn(items)), nil
}
