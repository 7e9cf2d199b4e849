package data

import (
	"strings"

	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
)

// What of the input stays in the output.
const (
	keepAll      = "all"
	keepNone     = "none"
	keepSelected = "selected"
	keepExcept   = "except"
)

type keep struct {
	mode  string
	names nodes.Param[[]string] // for keepSelected and keepExcept
	dots  bool
}

func oldKeep(c *nodes.Compile) keep {
	if c.FixedFlag("keepOnlySet", false) {
		return keep{mode: keepNone}
	}
	return keep{mode: keepAll}
}

func newKeep(c *nodes.Compile) keep {
	k := keep{dots: c.FixedFlag("options.dotNotation", true)}
	k.mode = c.Choice("include", keepAll, keepNone, keepSelected, keepExcept)
	if c.Version >= 3.3 && !c.FixedFlag("includeOtherFields", false) {
		k.mode = keepNone
	}
	switch k.mode {
	case keepSelected:
		k.names = nodes.From(c, "includeFields", textOr(c.Raw("includeFields"), ""), toNames)
	case keepExcept:
		k.names = nodes.From(c, "excludeFields", textOr(c.Raw("excludeFields"), ""), toNames)
	}
	return k
}

// toNames reads a list of names, or a text with commas between them.
func toNames(v item.Value) ([]string, error) {
	var names []string
	if list, ok := v.Elems(); ok {
		for _, e := range list {
			names = append(names, strings.TrimSpace(e.ToString()))
		}
		return names, nil
	}
	text, err := nodes.ToText(v)
	for name := range strings.SplitSeq(text, ",") {
		if name = strings.TrimSpace(name); name != "" {
			names = append(names, name)
		}
	}
	return names, err
}

// from gives the part of an input item's JSON that stays.
func (k *keep) from(c *nodes.Call, i int, json item.Value) (item.Value, error) {
	switch k.mode {
	case keepAll:
		return json, nil
	case keepNone:
		return item.Undefined, nil
	}
	names, err := k.names.At(c, i)
	if err != nil {
		return item.Undefined, err
	}
	if k.mode == keepSelected {
		return k.selected(json, names), nil
	}
	for _, name := range names {
		if k.dots {
			json = item.DeletePath(json, name)
		} else if o, ok := json.Obj(); ok {
			json = o.Without(name).Value()
		}
	}
	return json, nil
}

func (k *keep) selected(json item.Value, names []string) item.Value {
	w := newWriter(item.Undefined, len(names))
	for _, name := range names {
		if !k.dots || isPlain(name) {
			if v := json.Get(name); !v.IsUndefined() {
				w.set(name, v)
			}
			continue
		}
		if v := item.GetPath(json, name); !v.IsUndefined() {
			_ = w.setPath(name, v) // what can be read at a path can be set there
		}
	}
	return w.value()
}
