package transform

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
	"github.com/jobsprint/jobsprint/nodes/fields"
)

// duplicates removes items that are like an earlier one of the same input.
type duplicates struct {
	compare            nodes.Param[string]
	excluded, compared nodes.Param[[]string]
	plain, strip       nodes.Param[bool]
	types              typeCheck
	// whole makes one item of an error where the step goes on.
	whole bool
}

// typeCheck says which values of a field must be of one type.
type typeCheck int

const (
	typesOfAll   typeCheck = iota // all of them; null is one of its own
	typesButNull                  // all but null
	typesOfNone                   // none
)

func newDuplicates(c *nodes.Compile, types typeCheck) *duplicates {
	return &duplicates{
		compare: nodes.Text(c, "compare", "allFields"), excluded: nodeFields(c, "fieldsToExclude"), compared: nodeFields(c, "fieldsToCompare"),
		plain: nodes.Flag(c, "options.disableDotNotation", false), strip: nodes.Flag(c, "options.removeOtherFields", false), types: types,
	}
}

// Run removes. The items that stay keep their order.
func (d *duplicates) Run(c *nodes.Call, in nodes.Inputs) (nodes.Result, error) {
	result, err := d.remove(c, in)
	if err != nil && d.whole {
		it, err := c.Failed(0, err)
		return nodes.One([]item.Item{it}), err
	}
	return result, err
}

func (d *duplicates) remove(c *nodes.Call, in nodes.Inputs) (nodes.Result, error) {
	items := in.First()
	if len(items) == 0 {
		return nodes.One(nil), nil
	}
	flags, err := flagsAt(c, d.plain, d.strip)
	if err != nil {
		return nodes.Result{}, err
	}
	if !d.selects(c) {
		flags = []bool{false, false} // the options are not offered where all fields are compared
	}
	names, err := d.names(c, items, flags[0])
	if err != nil {
		return nodes.Result{}, err
	}
	access := fields.Access{Plain: flags[0]}
	columns := make([]duplicateColumn, len(names))
	for k, name := range names {
		if columns[k], err = d.column(access, items, name); err != nil {
			return nodes.Result{}, err
		}
	}
	out := make([]item.Item, 0, len(items))
	for _, i := range firsts(len(items), columns) {
		it := items[i]
		it.Paired = item.PairOf(i)
		if flags[1] {
			it = item.Item{JSON: picked(access, it.JSON, names), Paired: item.PairOf(len(out))}
		}
		out = append(out, it)
	}
	return nodes.One(out), nil
}

// selects tells whether some fields are compared and not all.
func (d *duplicates) selects(c *nodes.Call) bool {
	compare, err := d.compare.At(c, 0)
	return err == nil && compare != "allFields"
}

// names lists the fields that are compared.
func (d *duplicates) names(c *nodes.Call, items []item.Item, plain bool) ([]string, error) {
	compare, err := d.compare.At(c, 0)
	if err != nil {
		return nil, err
	}
	switch compare {
	case "selectedFields":
		names, err := d.compared.At(c, 0)
		switch {
		case err == nil && len(names) == 0:
			err = nodes.Fail("duplicates.fields", "No fields specified. Please add a field to compare on", -1)
		case slices.Contains(names, ""):
			err = nodes.Fail("duplicates.fields", "Name of field to compare is blank", -1)
		}
		return names, err
	case "allFieldsExcept":
		excluded, err := d.excluded.At(c, 0)
		if err == nil && len(excluded) == 0 {
			err = nodes.Fail("duplicates.fields", "No fields specified. Please add a field to exclude from comparison", -1)
		}
		names := leaves(items[0].JSON, plain)
		return slices.DeleteFunc(names, func(name string) bool { return slices.Contains(excluded, name) }), err
	}
	var names []string
	seen := map[string]bool{}
	for i := range items {
		for _, name := range leaves(items[i].JSON, plain) {
			if !seen[name] {
				seen[name] = true
				names = append(names, name)
			}
		}
	}
	return names, nil
}

// leaves names the members of an object, or with dots those of nested values
// that hold nothing else.
func leaves(v item.Value, plain bool) []string {
	var names []string
	var walk func(path string, v item.Value)
	walk = func(path string, v item.Value) {
		if o, ok := v.Obj(); ok {
			for name, member := range o.All() {
				walk(path+"."+name, member)
			}
			return
		}
		if elems, ok := v.Elems(); ok {
			for i, e := range elems {
				walk(path+"."+strconv.Itoa(i), e)
			}
			return
		}
		names = append(names, path[1:])
	}
	o, _ := v.Obj()
	for name, member := range o.All() {
		if plain {
			names = append(names, name)
		} else {
			walk("."+name, member)
		}
	}
	return names
}

// duplicateColumn is what the items are compared by, and what brings like ones
// next to each other: texts, and the numbers that all else amounts to. Most lists
// and objects are none, so that like ones are found only where they are
// neighbours already.
type duplicateColumn struct {
	values []item.Value
	keys   []item.Value
}

// column reads a field of all items, which must all have it and with the same
// type.
func (d *duplicates) column(access fields.Access, items []item.Item, name string) (duplicateColumn, error) {
	col := duplicateColumn{make([]item.Value, len(items)), make([]item.Value, len(items))}
	typ := ""
	for i := range items {
		v := access.Get(items[i].JSON, name)
		if v.IsUndefined() {
			fail := nodes.Fail("duplicates.missing", fmt.Sprintf("'%s' field is missing from some input items", name), -1)
			if access.Plain && strings.Contains(name, ".") {
				fail.Description = "If you're trying to use a nested field, make sure you turn off 'disable dot notation' in the node options"
			}
			return col, fail
		}
		col.values[i], col.keys[i] = v, sortable(v)
		if d.types == typesOfNone || d.types == typesButNull && v.IsNull() {
			continue
		}
		if t := v.TypeOf(); typ != "" && t != typ {
			fail := nodes.Fail("duplicates.type", fmt.Sprintf("'%s' isn't always the same type", name), -1)
			fail.Description = "The type of this field varies between items"
			if d.types != typesOfAll {
				fail.Description += fmt.Sprintf(", in item [%d] it's a %s and in item [%d] it's a %s ", i-1, typ, i, t)
			}
			return col, fail
		} else {
			typ = t
		}
	}
	return col, nil
}

func sortable(v item.Value) item.Value {
	if v.Kind() == item.KindString {
		return v
	}
	return item.Number(v.ToNumber())
}

// firsts gives the indexes of the items that are not like an earlier one,
// ascending. Items are brought into an order, and then compared with their
// neighbours.
func firsts(n int, columns []duplicateColumn) []int {
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	sortAsJavaScript(order, func(a, b int) int {
		for k := range columns {
			x, y := columns[k].keys[a], columns[k].keys[b]
			if lessThan(x, y) {
				return -1
			}
			if lessThan(y, x) {
				return 1
			}
		}
		return 0
	})
	same := func(a, b int) bool {
		for k := range columns {
			if !item.Equal(columns[k].values[a], columns[k].values[b]) {
				return false
			}
		}
		return true
	}
	out := make([]int, 0, n)
	for i, at := range order {
		if i == 0 || !same(at, order[i-1]) {
			out = append(out, at)
		}
	}
	slices.Sort(out)
	return out
}

// picked is an object of some fields.
func picked(access fields.Access, v item.Value, names []string) item.Value {
	out := item.NewObject(len(names)).Value()
	for _, name := range names {
		o, _ := v.Obj()
		_, direct := o.Get(name)
		out = fields.Access{Plain: access.Plain || direct}.Set(out, name, access.Get(v, name))
	}
	return out
}
