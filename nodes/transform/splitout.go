package transform

import (
	"fmt"
	"strings"

	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
	"github.com/jobsprint/jobsprint/nodes/fields"
)

// binaryField names the binary data of an item among the fields to split out.
const binaryField = "$binary"

// SplitOut makes an item of each element of a list: n8n's "splitOut".
func SplitOut() nodes.Definition {
	return nodes.Definition{
		Type:     "n8n-nodes-base.splitOut",
		Versions: []float64{1},
		Class:    nodes.Pure,
		Name:     "Split out",
		Doc:      "Makes an item of each element of a list that stands in a field; several fields are split side by side.",
		Group:    "data",
		Icon:     "list-tree",
		Inputs:   []string{"main"},
		Outputs:  []string{"main"},
		Fields:   splitOutFields(),
		Examples: []nodes.Example{{
			Name: "A list of texts", Params: `{"fieldToSplitOut":"tags"}`,
			In: `[{"id":1,"tags":["a","b"]},{"id":2,"tags":[]}]`, Out: `[[{"tags":"a"},{"tags":"b"}]]`,
		}, {
			Name: "A list of objects", Params: `{"fieldToSplitOut":"orders"}`,
			In: `[{"id":1,"orders":[{"n":1},{"n":2}]}]`, Out: `[[{"n":1},{"n":2}]]`,
		}, {
			Name: "Keep the other fields", Params: `{"fieldToSplitOut":"order.lines","include":"allOtherFields","options":{"destinationFieldName":"line"}}`,
			In: `[{"id":1,"order":{"at":"x","lines":[7,8]}}]`, Out: `[[{"id":1,"order":{"at":"x"},"line":7},{"id":1,"order":{"at":"x"},"line":8}]]`,
		}, {
			Name: "Names that do not fit", Params: `{"fieldToSplitOut":"a,b","options":{"destinationFieldName":"c"}}`, In: `[{"a":[1]}]`,
			Error: "If multiple fields to split out are given, the same number of destination fields must be given",
		}},
		New: func(c *nodes.Compile) (nodes.Node, error) { return newSplitOut(c), nil },
	}
}

func splitOutFields() []nodes.Field {
	return []nodes.Field{
		nodes.TextField("fieldToSplitOut", "Fields to split out", "", "Names with commas between them; “$binary” stands for the binary data.").Need(),
		nodes.ChoiceField("include", "Include", "Which other fields the new items get.", nodes.Choose("noOtherFields", "No other fields"),
			nodes.Choose("allOtherFields", "All other fields"), nodes.Choose("selectedOtherFields", "Selected other fields")),
		nodes.TextField("fieldsToInclude", "Fields to include", "", "Names with commas between them.").Show(nodes.When("include", "selectedOtherFields")),
		nodes.OptionsField("options", "Options", plainField(),
			nodes.TextField("destinationFieldName", "Names of the new fields", "", "Names with commas between them, one for each field to split out."),
			nodes.FlagField("includeBinary", "Include binary data", false, "Gives every new item the binary data of the item that it comes from.")),
	}
}

// plainField is the option that takes dots out of their role.
func plainField() nodes.Field {
	return nodes.FlagField("disableDotNotation", "Disable dot notation", false, "Dots in names are part of the names instead of leading into nested values.")
}

type splitOut struct {
	names, include, targets nodes.Param[string]
	others                  nodes.Param[[]string]
	plain, binary           nodes.Param[bool]
	single                  bool   // the name is one, and stands behind the fields that are included
	mustHave                bool   // every item must have the fields
	kinds                   string // what a field must be; empty: anything
}

func newSplitOut(c *nodes.Compile) *splitOut {
	return &splitOut{
		names: nodes.Text(c, "fieldToSplitOut", ""), include: nodes.Text(c, "include", "noOtherFields"),
		others: nodeFields(c, "fieldsToInclude"), targets: nodes.Text(c, "options.destinationFieldName", ""),
		plain: nodes.Flag(c, "options.disableDotNotation", false), binary: nodes.Flag(c, "options.includeBinary", false),
	}
}

// split is what the parameters of one item say.
type split struct {
	fields.Access
	names, targets, others []string
	include                string
	binary                 bool
	single                 bool
}

func (s *splitOut) at(c *nodes.Call, i int) (*split, error) {
	p := &split{}
	names, err := s.names.At(c, i)
	if err != nil {
		return nil, err
	}
	list := fields.List(names)
	if p.single = s.single; s.single {
		list = []string{names}
	}
	for _, name := range list {
		p.names = append(p.names, strings.TrimPrefix(name, "$json."))
	}
	if p.Plain, err = s.plain.At(c, i); err != nil {
		return nil, err
	}
	targets, err := s.targets.At(c, i)
	if err != nil {
		return nil, err
	}
	if p.targets = fields.List(targets); s.single && targets != "" {
		p.targets = []string{targets}
	}
	if len(p.targets) > 0 && len(p.targets) != len(p.names) {
		return nil, nodes.Fail("splitOut.targets", "If multiple fields to split out are given, the same number of destination fields must be given", -1)
	}
	if p.include, err = s.include.At(c, i); err != nil {
		return nil, err
	}
	if p.include == "selectedOtherFields" {
		if p.others, err = s.others.At(c, i); err != nil {
			return nil, err
		}
	}
	p.binary, err = s.binary.At(c, i)
	return p, err
}

// Run splits every item. A field that no item has is worth a remark.
func (s *splitOut) Run(c *nodes.Call, in nodes.Inputs) (nodes.Result, error) {
	var out []item.Item
	var names []string // all that were asked for, in the order in which they came
	found := map[string]bool{}
	for i, it := range in.First() {
		p, err := s.at(c, i)
		if err != nil {
			return nodes.Result{}, err
		}
		columns := make([]column, len(p.names))
		for k, name := range p.names {
			if err := s.check(p, it, name, i); err != nil {
				return nodes.Result{}, err
			}
			columns[k] = p.column(it, k)
			if _, asked := found[name]; !asked {
				names = append(names, name)
				found[name] = false
			}
			found[name] = found[name] || columns[k].found
		}
		had := len(out)
		if out = p.rows(it, i, columns, out); len(out) > had && p.include == "selectedOtherFields" && len(p.others) == 0 {
			fail := nodes.Fail("splitOut.include", "No fields specified", -1)
			fail.Description = "Please add a field to include"
			return nodes.Result{}, fail
		}
	}
	result := nodes.One(out)
	for _, name := range names {
		if !found[name] {
			result.Hints = append(result.Hints, fields.NotFound(name))
		}
	}
	return result, nil
}

// check refuses an item that lacks a field, or has another kind of value in it
// than older types take.
func (s *splitOut) check(p *split, it item.Item, name string, i int) error {
	v := p.Get(it.JSON, name)
	switch {
	case v.IsUndefined() && s.mustHave:
		return nodes.Fail("splitOut.field", fmt.Sprintf("Couldn't find the field '%s' in the input data", name), i)
	case v.IsUndefined() || s.kinds == "" || v.Kind() == item.KindArray || v.Kind() == item.KindObject && !s.single:
		return nil
	}
	return nodes.Fail("splitOut.field", fmt.Sprintf("The provided field '%s' is not %s", name, s.kinds), i)
}

// column is a field that is split.
type column struct {
	target string
	values []item.Value
	binary []string // not nil: names of binary data instead of values
	found  bool
}

func (p *split) column(it item.Item, k int) column {
	col := column{target: p.names[k]}
	if len(p.targets) > 0 {
		col.target = p.targets[k]
	}
	if p.names[k] == binaryField {
		col.found = true
		for b := range it.Binary.Len() {
			name, _ := it.Binary.At(b)
			col.binary = append(col.binary, name)
		}
		return col
	}
	v := p.Get(it.JSON, p.names[k])
	col.found = !v.IsUndefined()
	col.values = elementsOf(v)
	return col
}

// elementsOf are the elements of a list, the values of an object, or the value
// itself.
func elementsOf(v item.Value) []item.Value {
	if elems, ok := v.Elems(); ok {
		return elems
	}
	if o, ok := v.Obj(); ok {
		values := make([]item.Value, 0, o.Len())
		for _, member := range o.All() {
			values = append(values, member)
		}
		return values
	}
	if v.IsUndefined() {
		return nil
	}
	return []item.Value{v}
}

// rows makes the items that one item is split into.
func (p *split) rows(it item.Item, i int, columns []column, out []item.Item) []item.Item {
	n := 0
	for _, col := range columns {
		n = max(n, len(col.values), len(col.binary))
	}
	var rest item.Value
	if p.include == "allOtherFields" && n > 0 {
		rest = it.JSON
		for _, name := range p.names {
			rest = p.Unset(rest, name)
		}
	}
	for row := range n {
		next := item.Item{Paired: item.PairOf(i)}
		if p.binary {
			next.Binary = it.Binary
		}
		next.JSON = p.row(it, rest, columns, row)
		for _, col := range columns {
			if row < len(col.binary) {
				data, _ := it.Binary.Get(col.binary[row])
				next.Binary = (*item.Binaries)(nil).With(col.binary[row], data)
			}
		}
		out = append(out, next)
	}
	return out
}

func (p *split) row(it item.Item, rest item.Value, columns []column, row int) item.Value {
	if spread := columns[0]; len(columns) == 1 && p.include == "noOtherFields" && len(p.targets) == 0 && row < len(spread.values) {
		if members, ok := membersOf(spread.values[row]); ok {
			return members
		}
	}
	o, _ := rest.Obj()
	out := item.FromObject(o)
	others := func() {
		for _, name := range p.others {
			if v := p.Get(it.JSON, name); !v.IsUndefined() {
				out.Set(name, v)
			}
		}
	}
	if p.single {
		others()
	}
	for _, col := range columns {
		if row < len(col.values) {
			out.Set(col.target, col.values[row])
		}
	}
	if !p.single {
		others()
	}
	return out.Value()
}

// membersOf is an object, or a list as an object of its indexes.
func membersOf(v item.Value) (item.Value, bool) {
	if v.Kind() == item.KindObject {
		return v, true
	}
	elems, ok := v.Elems()
	if !ok {
		return v, false
	}
	out := item.NewObject(len(elems))
	for i, e := range elems {
		out.Set(item.Int(i).ToString(), e)
	}
	return out.Value(), true
}

// nodeFields is a list of names: a text with commas, or in older types a list of
// entries with the member fieldName, of which some may be empty.
func nodeFields(c *nodes.Compile, path string) nodes.Param[[]string] {
	raw := c.Raw(path)
	if raw.Kind() != item.KindObject {
		return nodes.From(c, path, raw, func(v item.Value) ([]string, error) {
			text, err := nodes.ToText(v)
			return fields.List(text), err
		})
	}
	return nodes.From(c, path, raw, func(v item.Value) ([]string, error) {
		list, ok := v.Get("fields").Elems()
		if !ok {
			list = []item.Value{v.Get("fields")}
		}
		var names []string
		for _, e := range list {
			if name := e.Get("fieldName"); !name.IsNullish() {
				names = append(names, name.ToString())
			}
		}
		return names, nil
	})
}
