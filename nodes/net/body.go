package net

import (
	"net/url"

	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
)

// body makes a request's body.
type body struct {
	kind        string // "", "json", "form-urlencoded" or "raw"
	fields      pairs
	json        *nodes.Param[item.Value] // the whole JSON, in place of fields
	raw         nodes.Param[string]
	contentType nodes.Param[string]
}

func newBody(c *nodes.Compile) body {
	if !c.FixedFlag("sendBody", false) {
		return body{}
	}
	b := body{kind: c.FixedText("contentType", "json")}
	switch b.kind {
	case "json":
		if c.Choice("specifyBody", "keypair", "json") == "json" {
			whole := nodes.From(c, "jsonBody", orText(c.Raw("jsonBody"), ""), toJSON)
			b.json = &whole
			return b
		}
	case "form-urlencoded":
		if c.Choice("specifyBody", "keypair", "string") == "string" {
			b.raw = nodes.Text(c, "body", "")
			b.contentType = nodes.From(c, "contentType", item.String(typeForm), nodes.ToText)
			b.kind = "raw"
			return b
		}
	case "raw":
		b.raw = nodes.Text(c, "body", "")
		b.contentType = nodes.Text(c, "rawContentType", "text/plain")
		return b
	default:
		c.Problem("contentType", "the body type %q is not supported yet; choose \"json\", \"form-urlencoded\" or \"raw\"", b.kind)
	}
	b.fields = rowPairs(c, "bodyParameters.parameters")
	return b
}

const (
	typeJSON = "application/json"
	typeForm = "application/x-www-form-urlencoded"
)

// toJSON parses a text; anything else is JSON already.
func toJSON(v item.Value) (item.Value, error) {
	text, ok := v.Str()
	if !ok {
		return v, nil
	}
	if text == "" {
		return item.NewObject(0).Value(), nil
	}
	parsed, err := item.Parse([]byte(text), item.Limits{})
	if err != nil {
		return v, &bodyError{err}
	}
	return parsed, nil
}

type bodyError struct{ err error }

func (e *bodyError) Error() string { return "JSON parameter needs to be valid JSON: " + e.err.Error() }
func (e *bodyError) Unwrap() error { return e.err }

// at gives the body for an item and its type; no type: no body.
func (b *body) at(c *nodes.Call, i int) (data []byte, contentType string, err error) {
	switch b.kind {
	case "":
		return nil, "", nil
	case "raw":
		text, err := b.raw.At(c, i)
		if err != nil {
			return nil, "", err
		}
		contentType, err = b.contentType.At(c, i)
		return []byte(text), contentType, err
	case "form-urlencoded":
		return b.form(c, i)
	}
	if b.json != nil {
		v, err := b.json.At(c, i)
		return v.AppendJSON(nil), typeJSON, err
	}
	fields, err := b.fields.at(c, i)
	o := item.NewObject(len(fields))
	for _, f := range fields {
		o.Set(f.name, f.value)
	}
	return o.Value().AppendJSON(nil), typeJSON, err
}

func (b *body) form(c *nodes.Call, i int) ([]byte, string, error) {
	fields, err := b.fields.at(c, i)
	if err != nil {
		return nil, "", err
	}
	var out []byte
	for k, f := range fields {
		if k > 0 {
			out = append(out, '&')
		}
		out = append(out, url.QueryEscape(f.name)...)
		out = append(out, '=')
		out = append(out, url.QueryEscape(text(f.value))...)
	}
	return out, typeForm, nil
}
