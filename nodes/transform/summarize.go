package transform

import (
	"fmt"
	"slices"
	"strings"

	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
	"github.com/jobsprint/jobsprint/nodes/fields"
)

type summarize struct {
	values []summary
	groups nodes.Param[string]
	format nodes.Param[string]
	plain  nodes.Param[bool]
	skip   nodes.Param[bool] // items without a value to group by
	lax    nodes.Param[bool] // a field that no item has is no error
	typed  bool              // groups keep the types of their values

	raw     bool // names stay as they are
	old     bool // groups are in the order of an object's keys, and their values in front
	numbers bool // max and min look at numbers only
	mayMiss bool // a field that no item has is no error
}

// summary is one aggregation of a field.
type summary struct {
	field, kind, separator, custom nodes.Param[string]
	empty                          nodes.Param[bool]
}

// fieldName is the name of a field; what an expression gives that is no text
// counts as JavaScript's text of it, "undefined" among them.
func fieldName(c *nodes.Compile, path string) nodes.Param[string] {
	return nodes.From(c, path, c.Raw(path), func(v item.Value) (string, error) {
		if raw := c.Raw(path); raw.IsNullish() {
			return "", nil
		}
		return v.ToString(), nil
	})
}

// newSummarize builds the node; typed tells groups of 1 and "1" apart, and takes
// a field that no item has as it is.
func newSummarize(c *nodes.Compile, typed bool) *summarize {
	s := &summarize{
		groups: nodes.Text(c, "fieldsToSplitBy", ""), format: nodes.Text(c, "options.outputFormat", "separateItems"),
		plain: nodes.Flag(c, "options.disableDotNotation", false), skip: nodes.Flag(c, "options.skipEmptySplitFields", false),
		lax: nodes.Flag(c, "options.continueIfFieldNotFound", false), typed: typed, mayMiss: typed,
	}
	for i := range c.List("fieldsToSummarize.values") {
		at := fmt.Sprintf("fieldsToSummarize.values[%d]", i)
		s.values = append(s.values, summary{
			field: fieldName(c, at+".field"), kind: nodes.Text(c, at+".aggregation", "count"),
			separator: nodes.Text(c, at+".separateBy", ","), custom: nodes.Text(c, at+".customSeparator", ""),
			empty: nodes.Flag(c, at+".includeEmpty", false),
		})
	}
	return s
}

// summarizing is one run.
type summarizing struct {
	fields.Access
	items      []item.Item
	kinds      []aggregation
	groups     []string
	skip       bool
	typed      bool
	singleItem bool
	old        bool
	raw        bool
	out        []item.Item
}

// Run summarizes.
func (s *summarize) Run(c *nodes.Call, in nodes.Inputs) (nodes.Result, error) {
	items := in.First()
	if len(items) == 0 {
		return nodes.One(nil), nil
	}
	flags, err := flagsAt(c, s.plain, s.skip, s.lax)
	if err != nil {
		return nodes.Result{}, err
	}
	texts, err := textsAt(c, s.groups, s.format)
	if err != nil {
		return nodes.Result{}, err
	}
	r := &summarizing{Access: fields.Access{Plain: flags[0]}, items: items, skip: flags[1], typed: s.typed, old: s.old, raw: s.raw, groups: fields.List(texts[0]), singleItem: texts[1] == "singleItem"}
	if r.kinds, err = s.aggregations(c); err != nil {
		return nodes.Result{}, err
	}
	hints, err := r.check(s.mayMiss || flags[2] && !s.old)
	if err != nil {
		return nodes.Result{}, err
	}
	all := make([]int, len(items))
	for i := range all {
		all[i] = i
	}
	if r.singleItem {
		r.out = []item.Item{{JSON: r.nested(all, r.groups), Paired: pairedAll(len(items))}}
	} else {
		r.separate(all, r.groups, nil)
	}
	return nodes.Result{Outputs: [][]item.Item{r.out}, Hints: hints}, nil
}

func (s *summarize) aggregations(c *nodes.Call) ([]aggregation, error) {
	var kinds []aggregation
	named := false
	for k := range s.values {
		texts, err := textsAt(c, s.values[k].field, s.values[k].kind, s.values[k].separator, s.values[k].custom)
		if err != nil {
			return nil, err
		}
		empty, err := s.values[k].empty.At(c, 0)
		if err != nil {
			return nil, err
		}
		named = named || texts[0] != ""
		a := aggregation{field: texts[0], kind: texts[1], separator: texts[2], empty: empty, numbers: s.numbers}
		if a.separator == "other" {
			a.separator = texts[3]
		}
		if prefixes[a.kind] == "" {
			return nil, nodes.Fail("summarize.kind", fmt.Sprintf("The aggregation '%s' is not known; choose append, average, concatenate, count, countUnique, max, min or sum", a.kind), -1)
		}
		if s.old && (a.kind == "count" || a.kind == "countUnique") {
			a.empty = false // older types do not offer it
		}
		kinds = append(kinds, a)
	}
	if !named {
		return nil, nodes.Fail("summarize.fields", "You need to add at least one aggregation to 'Fields to Summarize' with non empty 'Field'", -1)
	}
	return kinds, nil
}

// check looks for a field that no item has; the first is told.
func (r *summarizing) check(lax bool) ([]item.Value, error) {
	var names []string
	for _, a := range r.kinds {
		if a.field != "" {
			names = append(names, a.field)
		}
	}
	missing := r.Missing(r.items, names)
	if len(missing) == 0 {
		return nil, nil
	}
	message := fmt.Sprintf("The field '%s' does not exist in any items", missing[0])
	if !lax {
		return nil, nodes.Fail("summarize.field", message, -1)
	}
	return []item.Value{item.NewObject(2).Set("message", item.String(message)).Set("location", item.String("outputPane")).Value()}, nil
}

// group are the items that have the same value.
type group struct {
	value item.Value
	items []int
}

// split groups items by a field, in the order of their first items.
func (r *summarizing) split(indexes []int, name string) []*group {
	var groups []*group
	byKey := map[string]*group{}
	var key []byte
	for _, i := range indexes {
		v := r.Get(r.items[i].JSON, name)
		if r.old && r.skip && skipped(v) {
			continue
		}
		if v.Kind() == item.KindArray || v.Kind() == item.KindObject {
			v = item.String(v.JSON())
		}
		if !r.typed {
			v = item.String(v.ToString())
		}
		if r.skip && skipped(v) {
			continue
		}
		key = append(append(key[:0], byte('0'+v.Kind())), v.ToString()...)
		g := byKey[string(key)]
		if g == nil {
			g = &group{value: v}
			byKey[string(key)] = g
			groups = append(groups, g)
		}
		g.items = append(g.items, i)
	}
	if !r.old {
		return groups
	}
	byText := item.NewObject(len(groups))
	for n, g := range groups {
		byText.Set(g.value.ToString(), item.Int(n))
	}
	ordered := make([]*group, 0, len(groups))
	for _, n := range byText.Object().All() {
		ordered = append(ordered, groups[int(n.ToNumber())])
	}
	return ordered
}

func skipped(v item.Value) bool {
	text, isText := v.Str()
	flag, isFlag := v.Bool()
	return v.IsNullish() || isText && text == "" || isFlag && !flag
}

// separate makes an item of each group. The values to group by stand behind the
// summaries, the innermost first.
func (r *summarizing) separate(indexes []int, names []string, values []item.Value) {
	if len(names) > 0 {
		for _, g := range r.split(indexes, names[0]) {
			r.separate(g.items, names[1:], append(values[:len(values):len(values)], g.value))
		}
		return
	}
	pairs := make([]item.Pair, len(indexes))
	for k, i := range indexes {
		pairs[k].Item = i
	}
	r.out = append(r.out, item.Item{JSON: r.flat(indexes, values), Paired: item.Pairs(pairs)})
}

// flat is an object of the summaries and of the values that they are grouped by.
func (r *summarizing) flat(indexes []int, values []item.Value) item.Value {
	if r.old {
		out := item.NewObject(len(r.groups) + len(r.kinds))
		for k, name := range r.groups {
			out.Set(r.name(name), values[k])
		}
		for name, v := range r.summaries(indexes).All() {
			out.Set(name, v)
		}
		return out.Value()
	}
	out := item.FromObject(r.summaries(indexes))
	for k := len(r.groups) - 1; k >= 0; k-- {
		if !values[k].IsUndefined() {
			out.Set(plainName(r.groups[k]), values[k])
		}
	}
	return out.Value()
}

// nested is an object of groups inside of groups.
func (r *summarizing) nested(indexes []int, names []string) item.Value {
	if len(names) == 0 {
		return r.summaries(indexes).Value()
	}
	out := item.NewObject(4)
	for _, g := range r.split(indexes, names[0]) {
		out.Set(g.value.ToString(), r.nested(g.items, names[1:]))
	}
	return out.Value()
}

func (r *summarizing) summaries(indexes []int) *item.Object {
	out := item.NewObject(len(r.kinds))
	var list []namedValue
	for k := range r.kinds {
		a := &r.kinds[k]
		values := make([]item.Value, len(indexes))
		for n, i := range indexes {
			values[n] = r.Get(r.items[i].JSON, a.field)
		}
		list = append(list, namedValue{a.field, prefixes[a.kind] + "_" + r.name(a.field), a.of(values)})
	}
	if r.old && !r.raw {
		// Older types change names one character after the other, and a name that
		// is changed moves to the end.
		list = behind(behind(list, `[]"`), ". ")
	}
	for _, v := range list {
		out.Set(v.name, v.value)
	}
	return out.Object()
}

type namedValue struct {
	field, name string
	value       item.Value
}

// behind puts those whose field has one of some characters behind the others.
func behind(list []namedValue, characters string) []namedValue {
	slices.SortStableFunc(list, func(a, b namedValue) int {
		switch x, y := strings.ContainsAny(a.field, characters), strings.ContainsAny(b.field, characters); {
		case x == y:
			return 0
		case x:
			return 1
		}
		return -1
	})
	return list
}

// name is how a field is called in the output.
func (r *summarizing) name(field string) string {
	if r.raw {
		return field
	}
	return plainName(field)
}

// plainName writes a field's name without what leads into nested values.
func plainName(name string) string {
	return strings.Map(func(r rune) rune {
		switch r {
		case '[', ']', '"':
			return -1
		case ' ', '.':
			return '_'
		}
		return r
	}, name)
}
