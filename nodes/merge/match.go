package merge

import (
	"fmt"
	"slices"

	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
	"github.com/jobsprint/jobsprint/nodes/fields"
)

// fieldPair is a field of the first input and the one of the second that it is
// matched with.
type fieldPair struct{ first, second string }

// matcher finds the items of the second input that match one of the first.
type matcher struct {
	fields.Access
	pairs []fieldPair
	equal func(a, b item.Value) bool // how values are compared loosely; nil: exactly
}

// checkPairs refuses pairs that are not complete.
func checkPairs(pairs []fieldPair) error {
	if len(pairs) == 1 && pairs[0] == (fieldPair{}) {
		return nodes.Fail("merge.fields", `You need to define at least one pair of fields in "Fields to Match" to match on`, -1)
	}
	for i, pair := range pairs {
		if pair.first == "" || pair.second == "" {
			return nodes.Fail("merge.fields", fmt.Sprintf("You need to define both fields in \"Fields to Match\" for pair %d,\n\t\t\t\t field 1 = '%s'\n\t\t\t\t field 2 = '%s'", i+1, pair.first, pair.second), -1)
		}
	}
	return nil
}

// values reads the fields of an item; complete is false where one is missing.
func (m *matcher) values(v item.Value, second bool) (values []item.Value, complete bool) {
	values, complete = make([]item.Value, len(m.pairs)), true
	for k, pair := range m.pairs {
		name := pair.first
		if second {
			name = pair.second
		}
		values[k] = m.Get(v, name)
		complete = complete && !values[k].IsUndefined()
	}
	return values, complete
}

// index holds the items of the second input by what they are matched by.
type index struct {
	matcher *matcher
	buckets map[string][]*class
}

// class are items with the very same values.
type class struct {
	values []item.Value
	items  []int
}

func (m *matcher) index(items []item.Item) *index {
	x := &index{m, make(map[string][]*class, len(items))}
	classes := make(map[string]*class, len(items))
	var key []byte
	for i := range items {
		values, _ := m.values(items[i].JSON, true)
		key = key[:0]
		for _, v := range values {
			key = append(appendKey(key, v), 0)
		}
		c := classes[string(key)]
		if c == nil {
			c = &class{values: values}
			classes[string(key)] = c
			bucket := string(m.bucket(nil, values, key))
			x.buckets[bucket] = append(x.buckets[bucket], c)
		}
		c.items = append(c.items, i)
	}
	return x
}

// bucket writes a text that is the same for values that match; others may share
// it. exact is the text that only the same values have.
func (m *matcher) bucket(key []byte, values []item.Value, exact []byte) []byte {
	if m.equal == nil {
		return append(key, exact...)
	}
	for _, v := range values {
		key = append(appendFuzzy(key, v), 0)
	}
	return key
}

// find gives the indexes of the items that match, ascending. An item that lacks
// a field matches none.
func (x *index) find(v item.Value) []int {
	values, complete := x.matcher.values(v, false)
	if !complete || len(values) == 0 {
		return nil
	}
	var exact []byte
	if x.matcher.equal == nil {
		for _, v := range values {
			exact = append(appendKey(exact, v), 0)
		}
	}
	var found []int
	several := false
	for _, c := range x.buckets[string(x.matcher.bucket(nil, values, exact))] {
		if x.matcher.equal != nil && !slices.EqualFunc(values, c.values, x.matcher.equal) {
			continue
		}
		if found == nil {
			found = c.items
			continue
		}
		found, several = append(found[:len(found):len(found)], c.items...), true
	}
	if several {
		slices.Sort(found)
	}
	return found
}

// matches are the items of two inputs put together.
type matches struct {
	found   [][]int // by item of the first input: those of the second
	matched []bool  // by item of the second input
	count   int     // of all matches
}

// match finds all matches; first takes only the first for each item.
func (m *matcher) match(a, b []item.Item, first bool) matches {
	x := m.index(b)
	out := matches{found: make([][]int, len(a)), matched: make([]bool, len(b))}
	for i := range a {
		found := x.find(a[i].JSON)
		if first && len(found) > 1 {
			found = found[:1]
		}
		out.found[i] = found
		out.count += len(found)
		for _, k := range found {
			out.matched[k] = true
		}
	}
	return out
}
