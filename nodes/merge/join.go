package merge

import (
	"fmt"
	"strings"

	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
)

// join combines the items of two inputs by their fields.
type join struct {
	version                float64
	mode, from, multiple   nodes.Param[string]
	plain, fuzzy, advanced nodes.Param[bool]
	simple                 nodes.Param[string] // names that both inputs have
	pairs                  []pairParams
	clash                  clashParams
}

type pairParams struct{ first, second nodes.Param[string] }

func newJoin(c *nodes.Compile) *join {
	j := &join{
		version: c.Version, mode: nodes.Text(c, "joinMode", "keepMatches"), from: nodes.Text(c, "outputDataFrom", "both"),
		multiple: nodes.Text(c, "options.multipleMatches", "all"), plain: nodes.Flag(c, "options.disableDotNotation", false),
		fuzzy: nodes.Flag(c, "options.fuzzyCompare", false), advanced: nodes.Flag(c, "advanced", c.Version < 3),
		simple: nodes.Text(c, "fieldsToMatchString", ""), clash: newClash(c), pairs: newPairs(c),
	}
	return j
}

// newPairs reads the pairs of fields to match.
func newPairs(c *nodes.Compile) []pairParams {
	if c.Raw("mergeByFields").IsUndefined() {
		empty := nodes.From(c, "mergeByFields", item.String(""), nodes.ToText)
		return []pairParams{{empty, empty}}
	}
	var pairs []pairParams
	for i := range c.List("mergeByFields.values") {
		at := fmt.Sprintf("mergeByFields.values[%d]", i)
		pairs = append(pairs, pairParams{nodes.Text(c, at+".field1", ""), nodes.Text(c, at+".field2", "")})
	}
	return pairs
}

func pairsAt(c *nodes.Call, params []pairParams) ([]fieldPair, error) {
	var pairs []fieldPair
	for _, p := range params {
		texts, err := textsAt(c, p.first, p.second)
		if err != nil {
			return nil, err
		}
		pairs = append(pairs, fieldPair{texts[0], texts[1]})
	}
	return pairs, nil
}

// joining is one run.
type joining struct {
	matcher
	mode, from string
	first      bool
	clash      clash
	newer      bool // version 3
	a, b       []item.Item
}

func (j *join) at(c *nodes.Call) (*joining, error) {
	flags, err := flagsAt(c, j.plain, j.fuzzy, j.advanced)
	if err != nil {
		return nil, err
	}
	texts, err := textsAt(c, j.mode, j.from, j.multiple, j.simple)
	if err != nil {
		return nil, err
	}
	r := &joining{mode: texts[0], from: texts[1], first: texts[2] == "first", newer: j.version >= 3}
	if r.Plain = flags[0]; flags[1] {
		r.equal = fuzzyEqual
	}
	if r.clash, err = j.clash.at(c); err != nil {
		return nil, err
	}
	if flags[2] {
		r.pairs, err = pairsAt(c, j.pairs)
	} else {
		for name := range strings.SplitSeq(texts[3], ",") {
			name = item.TrimSpace(name)
			r.pairs = append(r.pairs, fieldPair{name, name})
		}
	}
	return r, err
}

// Run joins.
func (j *join) Run(c *nodes.Call, in nodes.Inputs) (nodes.Result, error) {
	a, b := twoInputs(in)
	if len(a)+len(b) == 0 {
		return nodes.Result{}, nil
	}
	r, err := j.at(c)
	if err != nil {
		return nodes.Result{}, err
	}
	r.a, r.b = a, b
	if err := checkPairs(r.pairs); err != nil {
		return nodes.Result{}, err
	}
	if j.version == 2 {
		if err := r.checkFields(); err != nil {
			return nodes.Result{}, err
		}
	}
	if result, done := r.oneSided(); done {
		return result, nil
	}
	items, err := r.join()
	if err != nil {
		return nodes.Result{}, err
	}
	return nodes.One(items), nil
}

func twoInputs(in nodes.Inputs) (a, b []item.Item) {
	if len(in) > 0 {
		a = in[0]
	}
	if len(in) > 1 {
		b = in[1]
	}
	return a, b
}

// oneSided is what comes out where an input has no items.
func (r *joining) oneSided() (nodes.Result, bool) {
	if len(r.a) > 0 && len(r.b) > 0 {
		return nodes.Result{}, false
	}
	switch r.mode {
	case "keepMatches":
		return nodes.Result{}, true
	case "enrichInput1":
		if len(r.a) == 0 {
			return nodes.Result{}, true
		}
		return nodes.One(passed(r.a, 0)), true
	case "enrichInput2":
		if len(r.b) == 0 {
			return nodes.Result{}, true
		}
		return nodes.One(passed(r.b, 1)), true
	case "keepNonMatches":
		switch r.from {
		case "input1":
			return nodes.One(passed(r.a, 0)), true
		case "input2":
			return nodes.One(passed(r.b, 1)), true
		}
	}
	return nodes.One(append(passed(r.a, 0), passed(r.b, 1)...)), true
}

// passed gives the items of an input as they are.
func passed(items []item.Item, input int) []item.Item {
	out := make([]item.Item, len(items))
	for i, it := range items {
		it.Paired = item.PairInput(i, input)
		out[i] = it
	}
	return out
}

// checkFields: in version 2 each input must have the fields.
func (r *joining) checkFields() error {
	for _, pair := range r.pairs {
		for input, side := range []struct {
			items []item.Item
			name  string
		}{{r.a, pair.first}, {r.b, pair.second}} {
			if len(r.Missing(side.items, []string{side.name})) > 0 {
				return nodes.Fail("merge.field", fmt.Sprintf("Field '%s' is not present in any of items in 'Input %d'", side.name, input+1), -1)
			}
		}
	}
	return nil
}

func (r *joining) join() ([]item.Item, error) {
	both := r.mode != "keepNonMatches" && (r.mode != "keepMatches" || r.from == "both")
	m := r.match(r.a, r.b, r.first && both)
	if m.count > MaxItems {
		return nil, tooMany(m.count)
	}
	return r.selected(m), nil
}

func (r *joining) selected(m matches) []item.Item {
	switch r.mode {
	case "keepMatches":
		return r.keepMatches(m)
	case "keepNonMatches":
		return r.keepNonMatches(m)
	case "enrichInput1":
		return append(r.merged(m), r.unmatched(m, 0, r.clash.suffix)...)
	case "enrichInput2":
		if r.clash.open {
			r.clash.prefer = 1
		}
		return append(r.merged(m), r.unmatched(m, 1, r.clash.suffix)...)
	}
	out := append(r.merged(m), r.unmatched(m, 0, r.clash.suffix)...)
	return append(out, r.unmatched(m, 1, r.clash.suffix)...)
}

func (r *joining) keepMatches(m matches) []item.Item {
	switch r.from {
	case "input1":
		return r.some(0, func(i int) bool { return len(m.found[i]) > 0 }, false)
	case "input2":
		return r.some(1, func(i int) bool { return m.matched[i] }, false)
	}
	return r.merged(m)
}

// sourceName is the field that says which input an item without match is from.
const sourceName = "_source"

func (r *joining) keepNonMatches(m matches) []item.Item {
	switch r.from {
	case "input1":
		return r.unmatched(m, 0, false)
	case "input2":
		return r.unmatched(m, 1, false)
	}
	var out []item.Item
	for input, name := range []string{"input1", "input2"} {
		for _, it := range r.unmatched(m, input, false) {
			if o, ok := it.JSON.Obj(); ok {
				it.JSON = o.With(sourceName, item.String(name)).Value()
			}
			out = append(out, it)
		}
	}
	return out
}

// unmatched are the items of an input without a match.
func (r *joining) unmatched(m matches, input int, suffix bool) []item.Item {
	if input == 0 {
		return r.some(0, func(i int) bool { return len(m.found[i]) == 0 }, suffix)
	}
	return r.some(1, func(i int) bool { return !m.matched[i] }, suffix)
}

func (r *joining) some(input int, want func(int) bool, suffix bool) []item.Item {
	items := r.a
	if input == 1 {
		items = r.b
	}
	var out []item.Item
	for i := range items {
		if !want(i) {
			continue
		}
		e := entryOf(items, i, input)
		if suffix {
			e = e.suffixed()
		}
		e.Paired = item.PairInput(i, input)
		out = append(out, e.Item)
	}
	return out
}

// merged makes an item of each match. The input that is preferred is merged over
// the other.
func (r *joining) merged(m matches) []item.Item {
	var out []item.Item
	for i, found := range m.found {
		for _, k := range found {
			first, second := entryOf(r.a, i, 0), entryOf(r.b, k, 1)
			entries := []entry{first, second}
			switch {
			case r.clash.suffix:
				entries = []entry{first.suffixed(), second.suffixed()}
			case r.clash.prefer == 1:
				entries = []entry{second, first}
			case r.clash.prefer > 1 && r.newer, r.clash.last && !r.newer:
				entries = nil // such a choice merges nothing
			}
			out = append(out, r.clash.combine(entries))
		}
	}
	return out
}
