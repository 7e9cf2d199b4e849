package transform

import (
	"fmt"
	"slices"
	"strings"

	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
	"github.com/jobsprint/jobsprint/nodes/fields"
)

// sortKey is a field to sort by.
type sortKey struct {
	name  nodes.Param[string]
	order nodes.Param[string]
}

type sorter struct {
	keys  []sortKey
	plain nodes.Param[bool]
}

func newSorter(c *nodes.Compile) *sorter {
	s := &sorter{plain: nodes.Flag(c, "options.disableDotNotation", false)}
	for i := range c.List("sortFieldsUi.sortField") {
		at := fmt.Sprintf("sortFieldsUi.sortField[%d]", i)
		s.keys = append(s.keys, sortKey{nodes.Text(c, at+".fieldName", ""), nodes.Text(c, at+".order", "ascending")})
	}
	return s
}

// Run sorts. Every field must stand in some item.
func (s *sorter) Run(c *nodes.Call, in nodes.Inputs) (nodes.Result, error) {
	items := nodes.PassOn(in.First())
	if len(items) == 0 {
		return nodes.One(items), nil
	}
	if len(s.keys) == 0 {
		return nodes.Result{}, nodes.Fail("sort.fields", "No sorting specified. Please add a field to sort by", -1)
	}
	plain, err := s.plain.At(c, 0)
	if err != nil {
		return nodes.Result{}, err
	}
	access := fields.Access{Plain: plain}
	columns := make([]sortColumn, len(s.keys))
	for k := range s.keys {
		texts, err := textsAt(c, s.keys[k].name, s.keys[k].order)
		if err != nil {
			return nodes.Result{}, err
		}
		if len(access.Missing(items, texts[:1])) > 0 {
			fail := nodes.Fail("sort.field", fmt.Sprintf("Couldn't find the field '%s' in the input data", texts[0]), -1)
			if plain && strings.Contains(texts[0], ".") {
				fail.Description = "If you're trying to use a nested field, make sure you turn off 'disable dot notation' in the node options"
			}
			return nodes.Result{}, fail
		}
		columns[k] = newSortColumn(access, items, texts[0], texts[1] == "descending")
	}
	return nodes.One(sorted(items, columns)), nil
}

// sortColumn holds what the items are compared by; texts count in lower case.
type sortColumn struct {
	values     []item.Value
	descending bool
}

func newSortColumn(access fields.Access, items []item.Item, name string, descending bool) sortColumn {
	col := sortColumn{values: make([]item.Value, len(items)), descending: descending}
	for i := range items {
		v := access.Get(items[i].JSON, name)
		if text, ok := v.Str(); ok {
			v = item.String(strings.ToLower(text))
		}
		col.values[i] = v
	}
	return col
}

// compare gives 1 wherever neither the values are equal nor the first is smaller,
// so that what has no order, such as a missing value, goes behind.
func (col *sortColumn) compare(a, b int) int {
	x, y := col.values[a], col.values[b]
	order := 1
	switch {
	case item.Equal(x, y):
		return 0
	case sortsBefore(x, y):
		order = -1
	}
	if col.descending {
		return -order
	}
	return order
}

// sortsBefore reports whether a stands before b: texts by their letters, and
// everything else by the numbers that it amounts to.
func sortsBefore(a, b item.Value) bool {
	if a.Kind() == item.KindString && b.Kind() == item.KindString {
		return lessThan(a, b)
	}
	return a.ToNumber() < b.ToNumber()
}

// sorted orders the items by the columns, the first one first.
func sorted(items []item.Item, columns []sortColumn) []item.Item {
	order := make([]int, len(items))
	for i := range order {
		order[i] = i
	}
	sortAsJavaScript(order, func(a, b int) int {
		for k := range columns {
			if c := columns[k].compare(a, b); c != 0 {
				return c
			}
		}
		return 0
	})
	out := make([]item.Item, len(items))
	for i, from := range order {
		out[i] = items[from]
	}
	return out
}

// shortList is below what JavaScript engines sort by insertion alone.
const shortList = 64

// sortAsJavaScript sorts stably. Where values of different types make an order
// that is none (nothing is smaller or larger than a text that is no number, and
// yet 1 is smaller than 2), the outcome depends on which are compared: short
// lists are sorted by the very comparisons of JavaScript engines, a run from the
// left and then insertion by halves.
func sortAsJavaScript[T any](list []T, compare func(a, b T) int) {
	if len(list) >= shortList {
		slices.SortStableFunc(list, compare)
		return
	}
	for from := firstRun(list, compare); from < len(list); from++ {
		pivot, left, right := list[from], 0, from
		for left < right {
			if mid := left + (right-left)/2; compare(pivot, list[mid]) < 0 {
				right = mid
			} else {
				left = mid + 1
			}
		}
		copy(list[left+1:from+1], list[left:from])
		list[left] = pivot
	}
}

// firstRun gives the length of the ascending run at the start of the list; a
// descending one is turned round.
func firstRun[T any](list []T, compare func(a, b T) int) int {
	if len(list) < 2 {
		return len(list)
	}
	n, descending := 2, compare(list[1], list[0]) < 0
	for n < len(list) && (compare(list[n], list[n-1]) < 0) == descending {
		n++
	}
	if descending {
		slices.Reverse(list[:n])
	}
	return n
}
