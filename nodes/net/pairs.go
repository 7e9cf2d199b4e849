package net

import (
	"fmt"

	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
)

// pair is a name and a value, such as of a header or a query parameter.
type pair struct {
	name  string
	value item.Value
}

// pairs gives names and values: row by row, or as one JSON object.
type pairs struct {
	rows   []pairParam
	object *nodes.Param[item.Value]
}

type pairParam struct {
	name  nodes.Param[string]
	value nodes.Param[item.Value]
}

// newPairs reads the rows below list, or the JSON of text where specify says so.
func newPairs(c *nodes.Compile, what, list, specify, text string) pairs {
	if c.Choice(specify, "keypair", "json") == "json" {
		object := nodes.From(c, text, orText(c.Raw(text), "{}"), func(v item.Value) (item.Value, error) { return toObject(what, v) })
		return pairs{object: &object}
	}
	return rowPairs(c, list+".parameters")
}

func rowPairs(c *nodes.Compile, path string) pairs {
	var p pairs
	for i := range c.List(path) {
		at := fmt.Sprintf("%s[%d]", path, i)
		if typ := c.FixedText(at+".parameterType", "formData"); typ != "formData" {
			c.Problem(at+".parameterType", "the parameter type %q is not supported yet; give the value as text", typ)
		}
		p.rows = append(p.rows, pairParam{nodes.Text(c, at+".name", ""), nodes.Any(c, at+".value", item.String(""))})
	}
	return p
}

func orText(v item.Value, def string) item.Value {
	if v.IsUndefined() {
		return item.String(def)
	}
	return v
}

func toObject(what string, v item.Value) (item.Value, error) {
	if text, ok := v.Str(); ok {
		parsed, err := item.Parse([]byte(text), item.Limits{})
		if err != nil {
			return v, fmt.Errorf("the JSON of the %s parameters is not valid: %w", what, err)
		}
		v = parsed
	}
	if v.Kind() != item.KindObject {
		return v, fmt.Errorf("the %s parameters must be a JSON object", what)
	}
	return v, nil
}

// at gives the pairs for an item; a row without a name is left out.
func (p *pairs) at(c *nodes.Call, i int) ([]pair, error) {
	var list []pair
	for k := range p.rows {
		name, err := p.rows[k].name.At(c, i)
		if err != nil {
			return nil, err
		}
		v, err := p.rows[k].value.At(c, i)
		if err != nil {
			return nil, err
		}
		if name != "" {
			list = append(list, pair{name, v})
		}
	}
	if p.object == nil {
		return list, nil
	}
	v, err := p.object.At(c, i)
	if err != nil {
		return nil, err
	}
	o, _ := v.Obj()
	for name, v := range o.All() {
		list = append(list, pair{name, v})
	}
	return list, nil
}

// text is a value as it stands in a header, a query or a form.
func text(v item.Value) string {
	switch v.Kind() {
	case item.KindUndefined, item.KindNull:
		return ""
	case item.KindArray, item.KindObject:
		return v.JSON()
	}
	return v.ToString()
}
