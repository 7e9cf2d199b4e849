package expression

import (
	"errors"
	"strconv"

	"github.com/jobsprint/jobsprint/item"
)

// dataVariables are the names that Data.Variable is asked for.
var dataVariables = setOf("$workflow $execution $prevNode $vars $parameter $nodeVersion $nodeId $webhookId $executionId " +
	"$mode $resumeWebhookUrl")

// variable compiles a variable of n8n with the links that belong to it and
// says how many these are; -1 when it is none.
func (c *compiler) variable(base name, links []link) (run code, used int) {
	switch base.text {
	case "$json", "$data":
		return c.batch(func(f *frame) item.Value { return jsonOf(f.item) }), 0
	case "$binary":
		return c.batch(func(f *frame) item.Value { return binaryOf(f.item) }), 0
	case "$itemIndex", "$thisItemIndex":
		return c.batch(func(f *frame) item.Value { return item.Int(f.index) }), 0
	case "$runIndex", "$thisRunIndex":
		return c.batch(func(f *frame) item.Value { return item.Int(f.batch.RunIndex) }), 0
	case "$thisItem":
		return c.itemLinks(currentItem, links, 0)
	case "$input":
		return c.input(base, links)
	case "$":
		return c.stepCall(base, links)
	case "$node":
		return c.nodeVariable(base, links)
	case "$items":
		return c.itemsCall(base, links)
	}
	if !dataVariables[base.text] {
		return nil, -1
	}
	return c.batch(func(f *frame) item.Value {
		if f.batch.Data != nil {
			if v, ok := f.batch.Data.Variable(base.text); ok {
				return v
			}
		}
		if base.text == "$webhookId" || base.text == "$secrets" {
			return item.Undefined // most steps have none
		}
		return f.fail(CodeUnsupported, base.text+" is not available here", base.span, nil)
	}), 0
}

// batch notes that code reads the batch.
func (c *compiler) batch(run code) code {
	c.batchReads++
	return run
}

// itemSource finds an item: nil when there is none, or the frame has failed.
type itemSource func(f *frame) *item.Item

func currentItem(f *frame) *item.Item { return f.item }

// itemLinks compiles an item with the links after the first used ones. Its
// json, binary and pairedItem are read without making the item a value.
func (c *compiler) itemLinks(find itemSource, links []link, used int) (code, int) {
	c.batchReads++
	if used < len(links) && links[used].kind == linkMember && !links[used].optional {
		if part, ok := itemParts[links[used].key]; ok {
			return func(f *frame) item.Value {
				it := find(f)
				if it == nil {
					return f.throw()
				}
				return part(it)
			}, used + 1
		}
	}
	c.builds = true
	return func(f *frame) item.Value {
		it := find(f)
		if it == nil {
			return item.Undefined
		}
		return itemValue(it)
	}, used
}

// itemParts are the members of an item.
var itemParts = map[string]func(*item.Item) item.Value{
	"json":       jsonOf,
	"pairedItem": pairedOf,
	"binary": func(it *item.Item) item.Value {
		if it.Binary.Len() == 0 {
			return item.Undefined
		}
		return binaryOf(it)
	},
}

// noJSON is what an item without data holds.
var noJSON = item.NewObject(0).Value()

func jsonOf(it *item.Item) item.Value {
	if it.JSON.IsUndefined() {
		return noJSON
	}
	return it.JSON
}

// itemValue is the object that an expression sees as an item.
func itemValue(it *item.Item) item.Value {
	o := item.NewObject(3).Set("json", jsonOf(it))
	if it.Binary.Len() > 0 {
		o.Set("binary", binaryOf(it))
	}
	if it.Paired.Form() != item.FormNone {
		o.Set("pairedItem", pairedOf(it))
	}
	return o.Value()
}

func itemValues(items []item.Item) item.Value {
	values := make([]item.Value, len(items))
	for i := range items {
		values[i] = itemValue(&items[i])
	}
	return item.Array(values)
}

// binaryOf is what $binary holds: descriptions, never content or its address.
func binaryOf(it *item.Item) item.Value {
	all := item.NewObject(it.Binary.Len())
	for i := range it.Binary.Len() {
		name, b := it.Binary.At(i)
		o := item.NewObject(6)
		for _, field := range []struct{ key, text string }{
			{"mimeType", b.MimeType}, {"fileType", b.FileType}, {"fileExtension", b.FileExtension},
			{"fileName", b.FileName}, {"directory", b.Directory},
		} {
			if field.text != "" {
				o.Set(field.key, item.String(field.text))
			}
		}
		o.Set("bytes", item.Number(float64(b.Bytes)))
		all.Set(name, o.Value())
	}
	return all.Value()
}

func pairedOf(it *item.Item) item.Value {
	switch it.Paired.Form() {
	case item.FormNone:
		return item.Undefined
	case item.FormOne:
		pair, _ := it.Paired.First()
		return pairValue(pair)
	}
	var list []item.Value
	for _, pair := range it.Paired.All() {
		list = append(list, pairValue(pair))
	}
	return item.Array(list)
}

func pairValue(p item.Pair) item.Value {
	o := item.NewObject(2).Set("item", item.Int(p.Item))
	if p.Input != 0 {
		o.Set("input", item.Int(p.Input))
	}
	return o.Value()
}

// dataError turns an error of Data into the one that the person sees.
func (f *frame) dataError(err error, key outputKey, at span) {
	message := err.Error()
	switch {
	case errors.Is(err, ErrNoStep):
		message = "Referenced node doesn't exist"
	case errors.Is(err, ErrNotRun):
		message = "Node '" + key.step + "' hasn't been executed"
	case errors.Is(err, ErrNoOutput):
		message = "Node \"" + key.step + "\" has no branch with index " + strconv.Itoa(key.output) + "."
	case errors.Is(err, ErrNoPair):
		_, step := DataCode(err)
		if step == "" {
			step = key.step
		}
		message = "Paired item data for item from node '" + step + "' is unavailable. Ensure '" + step + "' is providing the required output."
	case errors.Is(err, ErrManyPairs):
		message = "Multiple matches found"
	case errors.Is(err, ErrNoPath):
		message = "Invalid expression"
	case errors.Is(err, ErrNoItem):
		message = "Can’t get data for expression"
	}
	f.fail(CodeReference, message, at, err)
}
