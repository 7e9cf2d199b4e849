package code

import (
	"fmt"

	"github.com/jobsprint/jobsprint/expression"
	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
)

const (
	notItems     = "Code doesn't return items properly"
	wantItems    = "Please return an array of objects, one for each item you would like to output."
	wantObject   = "In the returned data, every key named '%s' must point to an object."
	wantJSON     = "Access the properties of an item under `.json`, e.g. `item.json`"
	reservedJSON = `An output item contains the reserved key <code>json</code>. To get around this, please wrap each item in an object, under a key called <code>json</code>. <a href="https://docs.n8n.io/data/data-structure/#data-structure" target="_blank">Example</a>`
)

// itemKeys are what may stand in an item beside json.
var itemKeys = map[string]bool{
	"json": true, "binary": true, "pairedItem": true, "error": true, "index": true, "evaluationData": true, "redaction": true, "sendMessage": true,
}

// allResults reads what code returned that ran once: a list of items or of
// their json, one of them, or null for none.
func allResults(_ *step, c *nodes.Call, r expression.CodeResult) ([]item.Item, error) {
	if !r.None && r.Value.Kind() == item.KindNull {
		return []item.Item{}, nil
	}
	list, ok := r.Value.Elems()
	if !ok {
		if r.Value.Kind() != item.KindObject {
			return nil, invalid(notItems, wantItems, -1)
		}
		list = []item.Value{r.Value}
	}
	wrapped := false
	for _, v := range list {
		if v.Kind() != item.KindObject {
			return nil, invalid(notItems, wantItems, -1)
		}
		wrapped = wrapped || !v.Get("json").IsUndefined()
	}
	items := make([]item.Item, 0, len(list))
	for i, v := range list {
		it, err := oneItem(c, v, wrapped, len(list) == 1, i)
		if err != nil {
			return nil, err
		}
		items = append(items, it)
	}
	return paired(c, items), nil
}

// paired names the input item of each item that does not say so itself, as n8n
// does: where there was one input item, where as many came out, and for an item
// that came alone.
func paired(c *nodes.Call, items []item.Item) []item.Item {
	inputs := len(c.Batch.Items)
	for i := range items {
		if items[i].Paired.Form() != item.FormNone {
			continue
		}
		switch {
		case inputs == 1 || len(items) == 1:
			items[i].Paired = item.PairOf(0)
		case inputs == len(items):
			items[i].Paired = item.PairOf(i)
		}
	}
	return items
}

// oneItem reads an item; wrapped says that the list is one of items rather than
// of their json.
func oneItem(c *nodes.Call, v item.Value, wrapped, only bool, i int) (item.Item, error) {
	if !wrapped {
		return plainItem(c, v, i)
	}
	o, _ := v.Obj()
	for key := range o.All() {
		switch {
		case itemKeys[key]:
		case !v.Get("json").IsUndefined() && only:
			return item.Item{}, invalid(at("Invalid output format", i), reservedJSON, i)
		default:
			return item.Item{}, invalid(at("Unknown top-level item key: "+key, i), wantJSON, i)
		}
	}
	return wrappedItem(c, v, i)
}

// plainItem takes an object as the json of an item. What n8n would read as
// parts of an item beside the json is left in place.
func plainItem(c *nodes.Call, v item.Value, i int) (item.Item, error) {
	o, _ := v.Obj()
	if o.Len() == 0 || v.Get("binary").IsUndefined() {
		return item.Item{JSON: v}, nil
	}
	binary, err := binaries(c, v.Get("binary"), i)
	if err != nil {
		return item.Item{}, err
	}
	return item.Item{JSON: o.Without("binary").Value(), Binary: binary}, nil
}

func at(message string, i int) string { return fmt.Sprintf("%s [item %d]", message, i) }

func notObject(key string, i int) error {
	return invalid(at("A '"+key+"' property isn't an object", i), fmt.Sprintf(wantObject, key), i)
}

// wrappedItem reads {json, binary, pairedItem}.
func wrappedItem(c *nodes.Call, v item.Value, i int) (item.Item, error) {
	json := v.Get("json")
	if json.Kind() != item.KindObject {
		return item.Item{}, notObject("json", i)
	}
	it := item.Item{JSON: json}
	if b := v.Get("binary"); !b.IsUndefined() {
		var err error
		if it.Binary, err = binaries(c, b, i); err != nil {
			return item.Item{}, err
		}
	}
	if p := v.Get("pairedItem"); !p.IsNullish() {
		if named, err := item.PairedFromValue(p); err == nil {
			it.Paired = named
		}
	}
	return it, nil
}

// eachResults reads what code returned that ran for each item: an item or its
// json, or nothing to leave the item out.
func eachResults(_ *step, c *nodes.Call, r expression.CodeResult) ([]item.Item, error) {
	items := make([]item.Item, 0, len(r.Each))
	for i, one := range r.Each {
		if one.Failure != nil {
			it, err := c.Failed(i, failure(one.Failure))
			if err != nil {
				return nil, err
			}
			items = append(items, it)
			continue
		}
		if one.Value.IsNullish() {
			continue
		}
		if one.Value.Kind() != item.KindObject {
			return nil, notObject("json", i)
		}
		var it item.Item
		var err error
		if one.Value.Get("json").IsUndefined() {
			it, err = plainItem(c, one.Value, i)
		} else {
			it, err = wrappedItem(c, one.Value, i)
		}
		if err != nil {
			return nil, err
		}
		it.Paired = item.PairOf(i)
		items = append(items, it)
	}
	return items, nil
}

// functionResults reads what a Function returned: a list of items, or of
// objects that become their json.
func functionResults(_ *step, c *nodes.Call, r expression.CodeResult) ([]item.Item, error) {
	if r.Value.IsNullish() {
		return nil, nodes.Fail("code.result", "No data got returned. Always return an Array of items!", -1)
	}
	list, ok := r.Value.Elems()
	if !ok {
		list = []item.Value{r.Value}
	}
	items := make([]item.Item, 0, len(list))
	for i, v := range list {
		switch {
		case v.Kind() != item.KindObject, !v.Get("json").IsUndefined() && v.Get("json").Kind() != item.KindObject:
			return nil, nodes.Fail("code.result", "The json-property has to be an object!", -1)
		case v.Get("json").IsUndefined():
			items = append(items, item.Item{JSON: v})
		default:
			it, err := wrappedItem(c, v, i)
			if err != nil {
				return nil, err
			}
			items = append(items, it)
		}
	}
	return paired(c, items), nil
}

// itemResults reads what a Function item returned: the json of the item.
func itemResults(_ *step, c *nodes.Call, r expression.CodeResult) ([]item.Item, error) {
	items := make([]item.Item, 0, len(r.Each))
	for i, one := range r.Each {
		it, err := functionItem(c, one, i)
		if err != nil {
			if it, err = c.Failed(i, err); err != nil {
				return nil, err
			}
		}
		items = append(items, it)
	}
	return items, nil
}

func functionItem(c *nodes.Call, one expression.CodeResult, i int) (item.Item, error) {
	if one.Failure != nil {
		return item.Item{}, failure(one.Failure)
	}
	if none, _ := one.Value.Get("none").Bool(); none {
		return item.Item{}, nodes.Fail("code.result", "No data got returned. Always an object has to be returned!", -1)
	}
	json := one.Value.Get("json")
	if json.IsNullish() {
		return item.Item{}, nodes.Fail("code.result", "Cannot convert undefined or null to object", -1)
	}
	it := item.Item{JSON: json, Paired: item.PairOf(i)}
	var err error
	if b := one.Value.Get("binary"); b.Kind() == item.KindObject {
		it.Binary, err = binaries(c, b, i)
	}
	return it, err
}
