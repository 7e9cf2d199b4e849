package data

import (
	"errors"
	"fmt"
	"strings"

	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
)

// rawJSON is an object given as JSON text. Expressions inside the text stand
// for JSON, not for text: an object prints as JSON there, where an ordinary
// template would print "[object Object]".
type rawJSON struct {
	path  string
	whole nodes.Param[item.Value]
	parts []nodes.Param[string] // not empty: joined, they are the text
}

func newRawJSON(c *nodes.Compile, path string) *rawJSON {
	raw := c.Raw(path)
	if raw.IsUndefined() {
		raw = item.String("{}")
	}
	text, isText := raw.Str()
	parts := splitRegions(text)
	if !isText || len(parts) < 2 {
		return &rawJSON{path: path, whole: nodes.From(c, path, raw, asIs)}
	}
	r := &rawJSON{path: path}
	for _, part := range parts {
		r.parts = append(r.parts, nodes.From(c, path, item.String(part), toJSONText))
	}
	return r
}

// splitRegions splits a template into texts and expressions, each of the latter
// with the "=" that makes it one. A text that is no template gives nothing.
func splitRegions(text string) []string {
	rest, ok := strings.CutPrefix(text, "=")
	if !ok || strings.Contains(rest, `\{{`) {
		return nil // an escaped brace: left to the template as a whole
	}
	var parts []string
	for {
		start := strings.Index(rest, "{{")
		if start < 0 {
			break
		}
		end := strings.Index(rest[start:], "}}")
		if end < 0 {
			break
		}
		if start > 0 {
			parts = append(parts, literal(rest[:start]))
		}
		parts = append(parts, "="+rest[start:start+end+2])
		rest = rest[start+end+2:]
	}
	if rest != "" {
		parts = append(parts, literal(rest))
	}
	return parts
}

// literal protects a text that begins with "=" from being an expression.
func literal(text string) string {
	if strings.HasPrefix(text, "=") {
		return "=" + text
	}
	return text
}

func toJSONText(v item.Value) (string, error) {
	switch v.Kind() {
	case item.KindArray, item.KindObject, item.KindNull:
		return v.JSON(), nil
	}
	return v.ToString(), nil
}

// write merges the object into what w holds.
func (r *rawJSON) write(c *nodes.Call, i int, w *writer, dots bool) error {
	v, err := r.at(c, i)
	if err != nil {
		return err
	}
	o, ok := v.Obj()
	if v.IsUndefined() {
		return nodes.Fail("set.json", "Cannot convert undefined or null to object", i)
	}
	if !ok {
		return nodes.Fail("set.json", fmt.Sprintf("The 'JSON Output' in item %d does not contain a valid JSON object", i), i)
	}
	for key, value := range o.All() {
		if !dots || isPlain(key) {
			w.set(key, value)
		} else if err := w.setPath(key, value); err != nil {
			return nodes.Fail("set.name", "the key '"+key+"' cannot be used: "+err.Error(), i)
		}
	}
	return nil
}

func (r *rawJSON) at(c *nodes.Call, i int) (item.Value, error) {
	if len(r.parts) == 0 {
		v, err := r.whole.At(c, i)
		text, isText := v.Str()
		if err != nil || !isText {
			return v, err
		}
		_, fixed := r.whole.Fixed()
		v, err = parseObject(text, i)
		if err != nil && !fixed && !strings.HasPrefix(strings.TrimSpace(text), "{") {
			return item.Null, nil // it was not meant to be JSON
		}
		return v, err
	}
	var text strings.Builder
	for _, part := range r.parts {
		s, err := part.At(c, i)
		if err != nil {
			return item.Undefined, err
		}
		text.WriteString(s)
	}
	return parseObject(text.String(), i)
}

func parseObject(text string, i int) (item.Value, error) {
	v, err := item.Parse([]byte(text), item.Limits{})
	if err == nil {
		return v, nil
	}
	fail := nodes.Fail("set.json", fmt.Sprintf("The 'JSON Output' in item %d contains invalid JSON", i), i)
	var syntax *item.SyntaxError
	if errors.As(err, &syntax) {
		fail.Description = syntax.Error()
	}
	return v, fail
}
