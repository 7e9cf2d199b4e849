package condition

import (
	"strings"
	"time"

	"github.com/jobsprint/jobsprint/item"
)

// The comparisons of each type by name. A name that begins with "not" is the
// opposite of one that stands here.
var (
	stringOps = map[string]func(*sides) bool{
		"empty":      func(x *sides) bool { return textOf(x.left) == "" },
		"equals":     func(x *sides) bool { a, b := x.texts(); return a == b },
		"contains":   func(x *sides) bool { a, b := x.texts(); return strings.Contains(a, b) },
		"startsWith": func(x *sides) bool { a, b := x.texts(); return strings.HasPrefix(a, b) },
		"endsWith":   func(x *sides) bool { a, b := x.texts(); return strings.HasSuffix(a, b) },
		"regex":      func(*sides) bool { return false }, // replaced by newMatcher
	}
	numberOps = map[string]func(*sides) bool{
		"empty":  func(x *sides) bool { return !exists(x.left) },
		"equals": func(x *sides) bool { return item.StrictEqual(x.left, x.right) },
		"gt":     func(x *sides) bool { return less(x.right, x.left) },
		"lt":     func(x *sides) bool { return less(x.left, x.right) },
		"gte":    func(x *sides) bool { return atMost(x.right, x.left) },
		"lte":    func(x *sides) bool { return atMost(x.left, x.right) },
	}
	booleanOps = map[string]func(*sides) bool{
		"empty":  func(x *sides) bool { return !exists(x.left) },
		"true":   func(x *sides) bool { return x.left.Truthy() },
		"false":  func(x *sides) bool { return !x.left.Truthy() },
		"equals": func(x *sides) bool { return item.StrictEqual(x.left, x.right) },
	}
	dateOps = map[string]func(*sides) bool{
		"empty":          func(x *sides) bool { return x.left.IsNullish() || x.left.ToString() == "" },
		"equals":         dates(func(a, b time.Time) bool { return a.Equal(b) }),
		"notEquals":      dates(func(a, b time.Time) bool { return !a.Equal(b) }),
		"after":          dates(time.Time.After),
		"before":         dates(time.Time.Before),
		"afterOrEquals":  dates(func(a, b time.Time) bool { return !a.Before(b) }),
		"beforeOrEquals": dates(func(a, b time.Time) bool { return !a.After(b) }),
	}
	arrayOps = map[string]func(*sides) bool{
		"empty":        func(x *sides) bool { return x.length() == 0 },
		"contains":     contains,
		"lengthEquals": func(x *sides) bool { return item.StrictEqual(item.Number(x.length()), x.right) },
		"lengthGt":     func(x *sides) bool { return less(x.right, item.Number(x.length())) },
		"lengthLt":     func(x *sides) bool { return less(item.Number(x.length()), x.right) },
		"lengthGte":    func(x *sides) bool { return atMost(x.right, item.Number(x.length())) },
		"lengthLte":    func(x *sides) bool { return atMost(item.Number(x.length()), x.right) },
	}
	objectOps = map[string]func(*sides) bool{
		"empty": func(x *sides) bool {
			o, ok := x.left.Obj()
			return !x.left.Truthy() || (ok && o.Len() == 0)
		},
	}
)

func textOf(v item.Value) string {
	if v.IsNullish() {
		return ""
	}
	return v.ToString()
}

func (x *sides) texts() (string, string) {
	a, b := textOf(x.left), textOf(x.right)
	if x.ignoreCase {
		return strings.ToLower(a), strings.ToLower(b)
	}
	return a, b
}

// text is what a regular expression is held against. Where case is ignored n8n
// gives it in lower case and leaves the pattern as it is: "^[a-z]" finds "Dee",
// and "D" does not.
func (x *sides) text() string {
	if x.ignoreCase {
		return strings.ToLower(textOf(x.left))
	}
	return textOf(x.left)
}

func (x *sides) length() float64 {
	list, _ := x.left.Elems()
	return float64(len(list))
}

func less(a, b item.Value) bool {
	is, ok := item.Less(a, b)
	return is && ok
}

// atMost is JavaScript's <=, which is false where a number is NaN.
func atMost(a, b item.Value) bool {
	is, ok := item.Less(b, a)
	return !is && ok
}

// dates compares two moments; where one is missing nothing holds.
func dates(compare func(a, b time.Time) bool) func(*sides) bool {
	return func(x *sides) bool {
		a, aOK := dateOf(x.left, x.zone)
		b, bOK := dateOf(x.right, x.zone)
		return aOK && bOK && compare(a, b)
	}
}

func contains(x *sides) bool {
	list, _ := x.left.Elems()
	text, isText := x.right.Str()
	for _, e := range list {
		if item.StrictEqual(e, x.right) {
			return true
		}
		if s, ok := e.Str(); ok && isText && x.ignoreCase && strings.EqualFold(s, text) {
			return true
		}
	}
	return false
}
