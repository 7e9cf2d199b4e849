package condition

import (
	"fmt"
	"strings"
	"time"

	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
	"github.com/jobsprint/jobsprint/nodes/jsregexp"
	"github.com/jobsprint/jobsprint/nodes/typing"
)

// operator is a comparison of values of one type.
type operator struct {
	kind   typing.Kind
	name   string
	right  typing.Kind // what the right side must be
	single bool        // there is no right side
}

// sides are the two values of a comparison, their types checked.
type sides struct {
	left, right item.Value
	zone        *time.Location
	ignoreCase  bool
}

type matcher func(*sides) (bool, error)

func newOperator(raw item.Value) (operator, error) {
	o := operator{kind: typing.Kind(raw.Get("type").ToString()), name: raw.Get("operation").ToString()}
	o.right, o.single = o.kind, raw.Get("singleValue").Truthy()
	if right, ok := raw.Get("rightType").Str(); ok {
		o.right = typing.Kind(right)
	}
	for _, k := range []typing.Kind{o.kind, o.right} {
		if k != kindAny && k != kindDateTime && !k.Known() {
			return o, fmt.Errorf("the type %q is not supported; choose string, number, boolean, dateTime, array or object", k)
		}
	}
	return o, nil
}

// find gives the comparison of an operator; nil where there is none.
func find(o operator) matcher {
	if o.name == "exists" || o.name == "notExists" {
		return func(x *sides) (bool, error) { return exists(x.left) == (o.name == "exists"), nil }
	}
	compare, not := lookup(o.kind, o.name)
	if compare == nil {
		return nil
	}
	return func(x *sides) (bool, error) { return compare(x) != not, nil }
}

// newMatcher gives the comparison of an operator, with a regular expression that
// is known before a run compiled once. An operation that is not known never holds.
func newMatcher(o operator, right nodes.Param[item.Value]) matcher {
	if o.kind != typing.String || (o.name != "regex" && o.name != "notRegex") {
		if known := find(o); known != nil {
			return known
		}
		return func(*sides) (bool, error) { return false, nil }
	}
	not := o.name == "notRegex"
	if v, fixed := right.Fixed(); fixed {
		text, _ := nodes.ToText(v)
		re, err := jsregexp.Parse(text)
		return func(x *sides) (bool, error) {
			if err != nil {
				return false, err
			}
			return finds(re, x, not)
		}
	}
	return func(x *sides) (bool, error) {
		re, err := jsregexp.Parse(textOf(x.right))
		if err != nil {
			return false, err
		}
		return finds(re, x, not)
	}
}

func finds(re *jsregexp.Regexp, x *sides, not bool) (bool, error) {
	found, err := re.Match(x.text())
	return err == nil && found != not, err
}

// lookup gives the comparison and whether its outcome is turned round.
func lookup(k typing.Kind, name string) (compare func(*sides) bool, not bool) {
	tables := map[typing.Kind]map[string]func(*sides) bool{
		typing.String: stringOps, typing.Number: numberOps, typing.Boolean: booleanOps,
		kindDateTime: dateOps, typing.Array: arrayOps, typing.Object: objectOps,
	}
	if compare = tables[k][name]; compare != nil {
		return compare, false
	}
	positive, negated := strings.CutPrefix(name, "not")
	if !negated || positive == "" {
		positive, negated = strings.CutPrefix(name, "lengthNot")
		positive = "length" + positive
	} else {
		positive = strings.ToLower(positive[:1]) + positive[1:]
	}
	if !negated {
		return nil, false
	}
	return tables[k][positive], true
}
