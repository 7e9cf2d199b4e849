package condition

import (
	"fmt"
	"strings"
	"time"

	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
	"github.com/jobsprint/jobsprint/nodes/jsdate"
	"github.com/jobsprint/jobsprint/nodes/jsregexp"
	"github.com/jobsprint/jobsprint/nodes/typing"
)

// Legacy is a list of comparisons of the older form. They check no types.
type Legacy struct {
	one   bool
	pairs []legacyPair
}

type legacyPair struct {
	left, right nodes.Param[item.Value]
	compare     Comparison
}

// Comparison compares two values as JavaScript does.
type Comparison func(left, right item.Value) (bool, error)

// legacyTypes are the lists of comparisons, in the order that n8n tries them,
// with the operation and the value that stand for one left out.
var legacyTypes = []struct {
	name, operation string
	value           item.Value
}{
	{"boolean", "equal", item.False}, {"dateTime", "after", item.String("")},
	{"number", "smaller", item.Int(0)}, {"string", "equal", item.String("")},
}

// NewLegacy compiles the lists that stand below path, one for each type. one
// says that one comparison is enough.
func NewLegacy(c *nodes.Compile, path string, one bool) *Legacy {
	l := &Legacy{one: one}
	for _, t := range legacyTypes {
		for i, raw := range c.List(path + "." + t.name) {
			at := fmt.Sprintf("%s.%s[%d]", path, t.name, i)
			compare, err := NewComparison(t.name, raw.Get("operation"))
			if err != nil {
				c.Problem(at+".operation", "%w", err)
				continue
			}
			l.pairs = append(l.pairs, legacyPair{
				left:    anyAt(c, at+".value1", orElse(raw.Get("value1"), t.value)),
				right:   anyAt(c, at+".value2", orElse(raw.Get("value2"), t.value)),
				compare: compare,
			})
		}
	}
	return l
}

func orElse(v, def item.Value) item.Value {
	if v.IsUndefined() {
		return def
	}
	return v
}

// Pass tries the comparisons in order.
func (l *Legacy) Pass(c *nodes.Call, i int) (bool, error) {
	for k := range l.pairs {
		p := &l.pairs[k]
		left, err := p.left.At(c, i)
		if err != nil {
			return false, err
		}
		right, err := p.right.At(c, i)
		if err != nil {
			return false, err
		}
		pass, err := p.compare(left, right)
		if err != nil {
			return false, nodes.Fail("condition.value", err.Error(), i)
		}
		if pass == l.one {
			return pass, nil
		}
	}
	return !l.one, nil
}

// NewComparison gives a comparison of the older form by type and operation; an
// operation that is left out is the type's default.
func NewComparison(typ string, operation item.Value) (Comparison, error) {
	name := operation.ToString()
	for _, t := range legacyTypes {
		if t.name != typ {
			continue
		}
		if operation.IsUndefined() {
			name = t.operation
		}
		if compare := legacyOperation(typ, name); compare != nil {
			return compare, nil
		}
		return nil, fmt.Errorf("the operation %q is not known for the type %s", name, typ)
	}
	return nil, fmt.Errorf("the type %q is not known; choose boolean, dateTime, number or string", typ)
}

func legacyOperation(typ, name string) Comparison {
	switch {
	case typ == "dateTime":
		return legacyDate(name)
	case name == "equal":
		return plain(item.StrictEqual)
	case name == "notEqual":
		return plain(func(a, b item.Value) bool { return !item.StrictEqual(a, b) })
	case typ == "boolean":
		return nil
	case name == "isEmpty":
		return plain(func(a, _ item.Value) bool { return legacyEmpty(a) })
	case name == "isNotEmpty":
		return plain(func(a, _ item.Value) bool { return !legacyEmpty(a) })
	case typ == "number":
		return legacyNumber(name)
	}
	return legacyString(name)
}

func plain(f func(a, b item.Value) bool) Comparison {
	return func(a, b item.Value) (bool, error) { return f(a, b), nil }
}

func legacyEmpty(v item.Value) bool {
	if o, ok := v.Obj(); ok {
		return o.Len() == 0
	}
	if list, ok := v.Elems(); ok {
		return len(list) == 0
	}
	text, isText := v.Str()
	return !exists(v) || (isText && text == "")
}

func legacyNumber(name string) Comparison {
	orZero := func(v item.Value) item.Value {
		if v.Truthy() {
			return v
		}
		return item.Int(0)
	}
	number := func(f func(a, b item.Value) bool) Comparison {
		return plain(func(a, b item.Value) bool { return f(orZero(a), orZero(b)) })
	}
	switch name {
	case "smaller":
		return number(less)
	case "smallerEqual":
		return number(atMost)
	case "larger":
		return number(func(a, b item.Value) bool { return less(b, a) })
	case "largerEqual":
		return number(func(a, b item.Value) bool { return atMost(b, a) })
	}
	return nil
}

func legacyString(name string) Comparison {
	base := strings.TrimPrefix(name, "not")
	not := base != name
	if base = strings.ToLower(base[:min(1, len(base))]) + base[min(1, len(base)):]; base == "regex" {
		return func(a, b item.Value) (bool, error) {
			re, err := jsregexp.Parse(textOf(b))
			if err != nil {
				return false, err
			}
			found, err := re.Match(textOf(a))
			return err == nil && found != not, err
		}
	}
	find := map[string]func(s, part string) bool{
		"contains": strings.Contains, "startsWith": strings.HasPrefix, "endsWith": strings.HasSuffix,
	}[base]
	if find == nil {
		return nil
	}
	return plain(func(a, b item.Value) bool { return find(falsyEmpty(a), falsyEmpty(b)) != not })
}

// falsyEmpty is JavaScript's (v || ”).toString().
func falsyEmpty(v item.Value) string {
	if !v.Truthy() {
		return ""
	}
	return v.ToString()
}

func legacyDate(name string) Comparison {
	if name != "after" && name != "before" {
		return nil
	}
	return func(a, b item.Value) (bool, error) {
		x, err := legacyTime(a)
		if err != nil {
			return false, err
		}
		y, err := legacyTime(b)
		if err != nil {
			return false, err
		}
		if name == "after" {
			return x.After(y), nil
		}
		return x.Before(y), nil
	}
}

// legacyTime takes a date, a text that JavaScript's Date can read, and a number
// as milliseconds since 1970.
func legacyTime(v item.Value) (time.Time, error) {
	var t time.Time
	var ok bool
	switch v.Kind() {
	case item.KindString:
		t, ok = jsdate.Parse(v.ToString())
	case item.KindNumber, item.KindDate:
		t, ok = typing.Time(v, nil)
	}
	if !ok {
		return t, fmt.Errorf("The value \"%s\" is not a valid DateTime.", v.ToString()) //nolint:staticcheck,gocritic // n8n's words
	}
	return t, nil
}
