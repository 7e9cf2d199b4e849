package transform

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
	"github.com/jobsprint/jobsprint/nodes/fields"
)

// Aggregate makes one item of all: n8n's "aggregate".
func Aggregate() nodes.Definition {
	return nodes.Definition{
		Type:     "n8n-nodes-base.aggregate",
		Versions: []float64{1},
		Class:    nodes.Pure,
		Name:     "Aggregate",
		Doc:      "Makes one item of all: with a list of the values of each of some fields, or with one list of the items as a whole.",
		Group:    "data",
		Icon:     "combine",
		Inputs:   []string{"main"},
		Outputs:  []string{"main"},
		Fields:   aggregateFields(),
		Examples: []nodes.Example{{
			Name: "The values of two fields", Params: `{"fieldsToAggregate":{"fieldToAggregate":[{"fieldToAggregate":"id"},{"fieldToAggregate":"user.name","renameField":true,"outputFieldName":"names"}]}}`,
			In: `[{"id":1,"user":{"name":"a"}},{"id":2},{"id":3,"user":{"name":"c"}}]`, Out: `[[{"id":[1,2,3],"names":["a","c"]}]]`,
		}, {
			Name: "All items", Params: `{"aggregate":"aggregateAllItemData","include":"allFieldsExcept","fieldsToExclude":"b"}`,
			In: `[{"a":1,"b":2},{"a":3}]`, Out: `[[{"data":[{"a":1},{"a":3}]}]]`,
		}, {
			Name: "No field", Params: `{"fieldsToAggregate":{"fieldToAggregate":[]}}`, In: `[{"a":1}]`, Error: "No fields specified",
		}},
		New: func(c *nodes.Compile) (nodes.Node, error) { return newAggregate(c), nil },
	}
}

func aggregateFields() []nodes.Field {
	single := nodes.When("aggregate", "aggregateIndividualFields")
	all := nodes.When("aggregate", "aggregateAllItemData")
	return []nodes.Field{
		nodes.ChoiceField("aggregate", "Aggregate", "What the lists are made of.",
			nodes.Choose("aggregateIndividualFields", "Single fields"), nodes.Choose("aggregateAllItemData", "The items as a whole")),
		nodes.GroupField("fieldsToAggregate", "Fields to aggregate", "", nodes.ListField("fieldToAggregate", "Fields",
			nodes.TextField("fieldToAggregate", "Field", "", "The field whose values are gathered."),
			nodes.FlagField("renameField", "Rename", false, ""),
			nodes.TextField("outputFieldName", "New name", "", "").Show(nodes.When("renameField", true)))).Show(single),
		nodes.TextField("destinationFieldName", "Put the list in", "data", "").Show(all),
		nodes.ChoiceField("include", "Include", "Which fields of the items are kept.", nodes.Choose("allFields", "All fields"),
			nodes.Choose("specifiedFields", "These fields"), nodes.Choose("allFieldsExcept", "All fields but")).Show(all),
		nodes.TextField("fieldsToExclude", "Fields to leave out", "", "Names with commas between them.").Show(all, nodes.When("include", "allFieldsExcept")),
		nodes.TextField("fieldsToInclude", "Fields to include", "", "Names with commas between them.").Show(all, nodes.When("include", "specifiedFields")),
		nodes.OptionsField("options", "Options", plainField(),
			nodes.FlagField("mergeLists", "Merge lists", false, "Takes the elements of a list instead of the list."),
			nodes.FlagField("includeBinaries", "Include binary data", false, "Gives the item the binary data of all."),
			nodes.FlagField("keepOnlyUnique", "Keep only different binary data", false, "Leaves out binary data of a type, extension and size that was seen before.").Show(nodes.When("includeBinaries", true)),
			nodes.FlagField("keepMissing", "Keep missing values", false, "Puts null into the lists where an item has no value.")),
	}
}

type aggregate struct {
	mode, target, include                 nodes.Param[string]
	included, excluded                    nodes.Param[[]string]
	columns                               []gather
	plain, merge, missing, binary, unique nodes.Param[bool]
	mustHave                              bool // some item must have each field
	pairedFirst                           bool // a list of items names the first one alone
	noBlank                               bool // a field without a name is an error
}

// gather is a field whose values are gathered.
type gather struct {
	name, target nodes.Param[string]
	rename       nodes.Param[bool]
}

func newAggregate(c *nodes.Compile) *aggregate {
	a := &aggregate{
		mode: nodes.Text(c, "aggregate", "aggregateIndividualFields"), target: nodes.Text(c, "destinationFieldName", "data"),
		include: nodes.Text(c, "include", "allFields"), included: nodeFields(c, "fieldsToInclude"), excluded: nodeFields(c, "fieldsToExclude"),
		plain: nodes.Flag(c, "options.disableDotNotation", false), merge: nodes.Flag(c, "options.mergeLists", false),
		missing: nodes.Flag(c, "options.keepMissing", false), binary: nodes.Flag(c, "options.includeBinaries", false),
		unique: nodes.Flag(c, "options.keepOnlyUnique", false),
	}
	path := "fieldsToAggregate.fieldToAggregate"
	for i := range c.List(path) {
		at := fmt.Sprintf("%s[%d]", path, i)
		a.columns = append(a.columns, gather{fieldName(c, at+".fieldToAggregate"), nodes.Text(c, at+".outputFieldName", ""), nodes.Flag(c, at+".renameField", false)})
	}
	return a
}

// Run gathers.
func (a *aggregate) Run(c *nodes.Call, in nodes.Inputs) (nodes.Result, error) {
	items := in.First()
	if len(items) == 0 {
		return nodes.One(nil), nil
	}
	mode, err := a.mode.At(c, 0)
	if err != nil {
		return nodes.Result{}, err
	}
	var out item.Item
	var result nodes.Result
	kept := items
	if mode == "aggregateAllItemData" {
		out, kept, err = a.whole(c, items)
	} else {
		out, result.Hints, err = a.single(c, items)
	}
	if err != nil {
		return nodes.Result{}, err
	}
	if out.Binary, err = a.binaries(c, kept); err != nil {
		return nodes.Result{}, err
	}
	result.Outputs = [][]item.Item{{out}}
	return result, nil
}

// single gathers the values of each field.
func (a *aggregate) single(c *nodes.Call, items []item.Item) (item.Item, []item.Value, error) {
	if len(a.columns) == 0 {
		fail := nodes.Fail("aggregate.fields", "No fields specified", -1)
		fail.Description = "Please add a field to aggregate"
		return item.Item{}, nil, fail
	}
	names, targets, err := a.names(c)
	if err != nil {
		return item.Item{}, nil, err
	}
	flags, err := flagsAt(c, a.plain, a.merge, a.missing)
	if err != nil {
		return item.Item{}, nil, err
	}
	access, merge, missing := fields.Access{Plain: flags[0]}, flags[1], flags[2]
	json := item.NewObject(len(names)).Value()
	for k, name := range names {
		json = access.Set(json, targets[k], item.Array(gathered(access, items, name, merge, missing)))
	}
	var hints []item.Value
	for _, name := range access.Missing(items, names) {
		if a.mustHave && (merge || !missing) {
			return item.Item{}, nil, nodes.Fail("aggregate.field", fmt.Sprintf("Couldn't find the field '%s' in the input data", name), -1)
		}
		hints = append(hints, fields.NotFound(name))
	}
	return item.Item{JSON: json, Paired: pairedAll(len(items))}, hints, nil
}

// names gives the fields and where their lists go.
func (a *aggregate) names(c *nodes.Call) (names, targets []string, err error) {
	plain, err := a.plain.At(c, 0)
	if err != nil {
		return nil, nil, err
	}
	var taken []string
	for k := range a.columns {
		name, err := a.columns[k].name.At(c, 0)
		if err != nil {
			return nil, nil, err
		}
		rename, err := a.columns[k].rename.At(c, 0)
		if err != nil {
			return nil, nil, err
		}
		unique, target := name, ""
		if rename {
			if target, err = a.columns[k].target.At(c, 0); err != nil {
				return nil, nil, err
			}
			unique = target
		}
		if slices.Contains(taken, unique) {
			fail := nodes.Fail("aggregate.fields", fmt.Sprintf("The '%s' output field is used more than once", unique), -1)
			fail.Description = "Please make sure each output field name is unique"
			return nil, nil, fail
		}
		taken = append(taken, unique)
		switch {
		case name == "" && a.noBlank:
			return nil, nil, nodes.Fail("aggregate.fields", "Field to aggregate is blank", -1)
		case name == "":
			continue
		case target != "":
		case plain:
			target = name
		default:
			target = fields.Last(name)
		}
		names, targets = append(names, name), append(targets, target)
	}
	return names, targets, nil
}

// gathered lists the values of a field. Null and what is missing is left out
// unless it is asked for; JSON shows both as null.
func gathered(access fields.Access, items []item.Item, name string, merge, missing bool) []item.Value {
	list := make([]item.Value, 0, len(items))
	add := func(v item.Value) {
		switch {
		case !v.IsNullish():
			list = append(list, v)
		case missing:
			list = append(list, v)
		}
	}
	for i := range items {
		v := access.Get(items[i].JSON, name)
		if elems, ok := v.Elems(); ok && merge {
			for _, e := range elems {
				add(e)
			}
			continue
		}
		add(v)
	}
	return list
}

// whole puts the items into one list; an item of which nothing is left is not in
// it.
func (a *aggregate) whole(c *nodes.Call, items []item.Item) (out item.Item, kept []item.Item, err error) {
	texts, err1 := textsAt(c, a.target, a.include)
	included, err2 := a.included.At(c, 0)
	excluded, err3 := a.excluded.At(c, 0)
	for _, err := range []error{err1, err2, err3} {
		if err != nil {
			return out, nil, err
		}
	}
	var keep func(string) bool
	switch {
	case texts[1] == "specifiedFields" && len(included) > 0:
		keep = func(name string) bool { return slices.Contains(included, name) }
	case texts[1] == "allFieldsExcept" && len(excluded) > 0:
		keep = func(name string) bool { return !slices.Contains(excluded, name) }
	}
	list, pairs := make([]item.Value, 0, len(items)), make([]item.Pair, 0, len(items))
	for i, it := range items {
		if o, ok := it.JSON.Obj(); ok && keep != nil {
			if it.JSON = fields.Pick(o, keep); empty(it.JSON) {
				continue
			}
		}
		list, pairs, kept = append(list, it.JSON), append(pairs, item.Pair{Item: i}), append(kept, it)
	}
	out.JSON = item.NewObject(1).Set(texts[0], item.Array(list)).Value()
	if out.Paired = item.Pairs(pairs); a.pairedFirst {
		out.Paired = item.PairOf(0)
	}
	return out, kept, nil
}

func empty(v item.Value) bool {
	o, ok := v.Obj()
	return ok && o.Len() == 0
}

// binaries is the binary data of all items; a name that is taken gets a number.
func (a *aggregate) binaries(c *nodes.Call, items []item.Item) (*item.Binaries, error) {
	flags, err := flagsAt(c, a.binary, a.unique)
	if err != nil || !flags[0] {
		return nil, err
	}
	type kind struct {
		mime, file, extension string
		bytes                 int64
	}
	var all *item.Binaries
	seen := map[kind]bool{}
	next := map[string]int{}
	for _, it := range items {
		for i := range it.Binary.Len() {
			name, data := it.Binary.At(i)
			k := kind{data.MimeType, data.FileType, data.FileExtension, data.Bytes}
			if flags[1] && seen[k] {
				continue
			}
			seen[k] = true
			all = all.With(freeName(all, name, next), data)
		}
	}
	return all, nil
}

func freeName(all *item.Binaries, name string, next map[string]int) string {
	free := name
	for {
		if _, taken := all.Get(free); !taken {
			return free
		}
		next[name]++
		free = name + "_" + strconv.Itoa(next[name])
	}
}

// pairedAll names all of n items.
func pairedAll(n int) item.Paired {
	pairs := make([]item.Pair, n)
	for i := range pairs {
		pairs[i].Item = i
	}
	return item.Pairs(pairs)
}

// flagsAt reads flags for the first item.
func flagsAt(c *nodes.Call, params ...nodes.Param[bool]) ([]bool, error) { return valuesAt(c, params) }

// textsAt reads texts for the first item.
func textsAt(c *nodes.Call, params ...nodes.Param[string]) ([]string, error) {
	return valuesAt(c, params)
}

func valuesAt[T any](c *nodes.Call, params []nodes.Param[T]) ([]T, error) {
	values := make([]T, len(params))
	for i := range params {
		var err error
		if values[i], err = params[i].At(c, 0); err != nil {
			return nil, err
		}
	}
	return values, nil
}
