package webtext

import (
	"errors"

	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
)

// extraction takes parts out of HTML.
type extraction struct {
	version         float64 // 0: the older step
	binary          bool
	missing         bool // version 1 of "html" needs the list
	field           nodes.Param[string]
	values, options nodes.Param[item.Value]
}

func newExtract(c *nodes.Compile, version float64) nodes.Node {
	const path = "extractionValues.values"
	values := item.Array(c.List(path))
	if c.Raw("extractionValues").IsUndefined() && version > 1 {
		values = item.Array([]item.Value{item.MustParse(`{"key":"","cssSelector":""}`)}) // what a new step has
	}
	return &extraction{
		missing: version > 0 && version <= 1 && c.Raw(path).IsUndefined(),
		version: version, binary: c.Choice("sourceData", "json", "binary") == "binary", field: nodes.Text(c, "dataPropertyName", "data"),
		values:  nodes.From(c, path, values, func(v item.Value) (item.Value, error) { return v, nil }),
		options: nodes.Any(c, "options", item.NewObject(0).Value()),
	}
}

// Run makes an item of each text; a list of texts gives one for each.
func (x *extraction) Run(c *nodes.Call, in nodes.Inputs) (nodes.Result, error) {
	var out []item.Item
	for i, it := range in.First() {
		made, err := x.apply(c, i, it)
		if err != nil {
			failed, err := c.Failed(i, err)
			if err != nil {
				return nodes.Result{}, err
			}
			made = []item.Item{failed}
		}
		out = append(out, made...)
	}
	return nodes.One(out), nil
}

func (x *extraction) apply(c *nodes.Call, i int, in item.Item) ([]item.Item, error) {
	field, err1 := x.field.At(c, i)
	values, err2 := x.values.At(c, i)
	options, err3 := x.options.At(c, i)
	for _, err := range []error{err1, err2, err3} {
		if err != nil {
			return nil, err
		}
	}
	if x.missing {
		return nil, nodes.Fail("html.values", "extractionValues.values is not iterable", i)
	}
	texts, err := x.source(c, i, in, field)
	if err != nil {
		return nil, err
	}
	if x.version == 0 && options.Get("trimValues").IsUndefined() {
		o, _ := options.Obj()
		options = o.With("trimValues", item.True).Value()
	}
	var out []item.Item
	for _, text := range texts {
		json, err := run(c, "extract", item.String(text), item.String(values.JSON()), item.String(options.JSON()), item.Number(x.version))
		if err != nil {
			return nil, failed(err, "html.extract", i)
		}
		v, err := item.Parse([]byte(json), item.Limits{})
		if err != nil {
			return nil, failed(err, "html.extract", i)
		}
		out = append(out, item.Item{JSON: v, Paired: item.PairOf(i)})
	}
	return out, nil
}

// failed makes a step error of one that a library gave; what interrupted the step
// stays as it is.
func failed(err error, code string, i int) error {
	var step *nodes.StepError
	if errors.As(err, &step) {
		return err
	}
	return nodes.Fail(code, err.Error(), i)
}

// source gives the texts of a field or a file.
func (x *extraction) source(c *nodes.Call, i int, in item.Item, field string) ([]string, error) {
	if x.binary {
		b, err := nodes.FileOf(in, field, i)
		if err != nil {
			return nil, err
		}
		data, err := c.Load(b)
		return []string{string(data)}, err
	}
	v := in.JSON.Get(field)
	if v.IsUndefined() {
		v = item.GetPath(in.JSON, field)
	}
	list, isList := v.Elems()
	switch {
	case v.IsUndefined():
		return nil, nodes.Fail("html.field", `No property named "`+field+`" exists!`, i)
	case !isList:
		list = []item.Value{v}
	}
	texts := make([]string, len(list))
	for k, one := range list {
		text, ok := one.Str()
		if !ok {
			return nil, nodes.Fail("html.text", noText(one), i)
		}
		texts[k] = text
	}
	return texts, nil
}

// noText says what is wrong with a value that is no text, in n8n's words.
func noText(v item.Value) string {
	switch v.Kind() {
	case item.KindNumber, item.KindBool:
		return "Cannot create property 'prev' on " + v.Kind().String() + " '" + v.ToString() + "'"
	}
	return "cheerio.load() expects a string"
}
