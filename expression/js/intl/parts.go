package intl

import (
	"strings"

	"github.com/jobsprint/jobsprint/item"
)

// part is a piece of a formatted text.
type part struct{ kind, text string }

type parts []part

// add appends a piece; literals next to each other are one.
func (p parts) add(kind, text string) parts {
	if text == "" {
		return p
	}
	if n := len(p); kind == "literal" && n > 0 && p[n-1].kind == kind {
		p[n-1].text += text
		return p
	}
	return append(p, part{kind, text})
}

func (p parts) addAll(more parts) parts {
	for _, m := range more {
		p = p.add(m.kind, m.text)
	}
	return p
}

func (p parts) String() string {
	var b strings.Builder
	for _, m := range p {
		b.WriteString(m.text)
	}
	return b.String()
}

// value is the array that formatToParts gives; extra, if it has a name, is a
// member of each part that is no literal.
func (p parts) value(extra, text string) item.Value {
	list := make([]item.Value, len(p))
	for i, m := range p {
		o := item.NewObject(3)
		o.Set("type", item.String(m.kind))
		o.Set("value", item.String(m.text))
		if extra != "" && m.kind != "literal" {
			o.Set(extra, item.String(text))
		}
		list[i] = o.Value()
	}
	return item.Array(list)
}

// fill puts pieces into a pattern with places such as {0}.
func fill(pattern string, with ...parts) parts {
	var out parts
	for pattern != "" {
		i := strings.IndexByte(pattern, '{')
		if i < 0 || i+2 >= len(pattern) || pattern[i+2] != '}' {
			return out.add("literal", pattern)
		}
		out = out.add("literal", pattern[:i])
		if n := int(pattern[i+1] - '0'); n >= 0 && n < len(with) {
			out = out.addAll(with[n])
		}
		pattern = pattern[i+3:]
	}
	return out
}

// record builds the object of resolvedOptions.
type record struct{ *item.ObjectBuilder }

func newRecord() record { return record{item.NewObject(16)} }

func (r record) text(name, text string) { r.Set(name, item.String(text)) }

func (r record) number(name string, n int) { r.Set(name, item.Int(n)) }
