package intl

import (
	"strconv"
	"strings"
	"sync"
)

// operands are what plural rules look at (UTS #35 part 3, 5.1.1).
type operands struct {
	n          float64
	i          float64
	v, w, e    int
	f, t       float64
	notANumber bool
}

// operandsOf reads a number as it is written: whole and fraction digits, and
// the power of ten that is said by a word.
func operandsOf(whole, fraction string, power int) operands {
	short := strings.TrimRight(fraction, "0")
	var o operands
	o.i, _ = strconv.ParseFloat(whole, 64)
	o.n, _ = strconv.ParseFloat(whole+"."+fraction+"0", 64)
	o.v, o.w, o.e = len(fraction), len(short), power
	o.f, _ = strconv.ParseFloat("0"+fraction, 64)
	o.t, _ = strconv.ParseFloat("0"+short, 64)
	return o
}

func (o operands) value(name byte) float64 {
	switch name {
	case 'n':
		return o.n
	case 'i':
		return o.i
	case 'v':
		return float64(o.v)
	case 'w':
		return float64(o.w)
	case 'f':
		return o.f
	case 't':
		return o.t
	}
	return float64(o.e) // c and e
}

// relation is one comparison: operand mod m is, or is not, in some ranges.
type relation struct {
	operand byte
	mod     float64
	not     bool
	ranges  [][2]float64
}

type pluralRule struct {
	name string
	// any of these, all of each.
	any [][]relation
}

var plurals sync.Map // of []pluralRule by "plural/de"

// categories are the plural categories in the order of CLDR.
var categories = []string{"zero", "one", "two", "few", "many", "other"}

// pluralRules gives the rules of a language: kind is plural or ordinal.
func pluralRules(kind string, l *data) []pluralRule {
	for name := l.name; name != ""; name = shorter(name) {
		key := kind + "/" + name
		if found, ok := plurals.Load(key); ok {
			return found.([]pluralRule)
		}
		if !hasShared(key + "/pluralRule-count-other") {
			continue
		}
		var rules []pluralRule
		for _, name := range categories[:5] {
			if text := shared(key + "/pluralRule-count-" + name); text != "" {
				rules = append(rules, pluralRule{name: name, any: parseRule(text)})
			}
		}
		plurals.Store(key, rules)
		return rules
	}
	return nil
}

// shorter is a tag without its last part; empty at the end.
func shorter(name string) string {
	return name[:max(0, strings.LastIndexByte(name, '-'))]
}

func parseRule(text string) [][]relation {
	var all [][]relation
	for either := range strings.SplitSeq(text, " or ") {
		var conditions []relation
		for one := range strings.SplitSeq(either, " and ") {
			left, right, _ := strings.Cut(one, "=")
			r := relation{not: strings.HasSuffix(left, "!")}
			fields := strings.Fields(strings.TrimSuffix(left, "!"))
			r.operand = fields[0][0]
			if len(fields) == 3 {
				r.mod, _ = strconv.ParseFloat(fields[2], 64)
			}
			for part := range strings.SplitSeq(strings.TrimSpace(right), ",") {
				low, high, ranged := strings.Cut(part, "..")
				var bounds [2]float64
				bounds[0], _ = strconv.ParseFloat(low, 64)
				bounds[1] = bounds[0]
				if ranged {
					bounds[1], _ = strconv.ParseFloat(high, 64)
				}
				r.ranges = append(r.ranges, bounds)
			}
			conditions = append(conditions, r)
		}
		all = append(all, conditions)
	}
	return all
}

func (r relation) holds(o operands) bool {
	v := o.value(r.operand)
	if r.mod > 0 {
		whole := float64(int64(v / r.mod))
		v -= whole * r.mod
	}
	in := false
	for _, b := range r.ranges {
		if v >= b[0] && v <= b[1] && (v == float64(int64(v)) || b[0] == b[1]) {
			in = true
		}
	}
	return in != r.not
}

// pluralOf chooses the category of a number.
func pluralOf(rules []pluralRule, o operands) string {
	if o.notANumber {
		return "other"
	}
	for _, rule := range rules {
		for _, conditions := range rule.any {
			all := true
			for _, c := range conditions {
				all = all && c.holds(o)
			}
			if all {
				return rule.name
			}
		}
	}
	return "other"
}
