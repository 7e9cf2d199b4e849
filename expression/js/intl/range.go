package intl

import (
	"strings"
	"unicode/utf8"

	"github.com/jobsprint/jobsprint/item"
)

// sourced is the array that formatRangeToParts gives.
func sourced(p parts, sources []string) item.Value {
	list := make([]item.Value, len(p))
	for i, m := range p {
		o := item.NewObject(3)
		o.Set("type", item.String(m.kind))
		o.Set("value", item.String(m.text))
		o.Set("source", item.String(sources[i]))
		list[i] = o.Value()
	}
	return item.Array(list)
}

// ranged joins parts of a start and an end; each piece keeps its source.
type ranged struct {
	parts   parts
	sources []string
}

func (r *ranged) add(p parts, source string) {
	for _, m := range p {
		if m.text == "" {
			continue
		}
		if n := len(r.parts); n > 0 && m.kind == "literal" && r.parts[n-1].kind == "literal" && r.sources[n-1] == source {
			r.parts[n-1].text += m.text
			continue
		}
		r.parts, r.sources = append(r.parts, m), append(r.sources, source)
	}
}

// formatRange writes two numbers (ECMA-402 15.5.19). What both have around the
// digits is written once, as ICU collapses it: a unit always, other signs where
// they are more than one character.
func (f *numberFormat) formatRange(start, end decimal) (parts, []string) {
	var r ranged
	a, b := f.write(start), f.write(end)
	d := f.locale.data
	category := pluralOfRange(d, f.category(a), f.category(b))
	first, second := f.assemble(a, category), f.assemble(b, category)
	if first.String() == second.String() {
		start, end := around(first)
		unit, _ := f.outer(first[:start], first[len(first)-end:])
		r.add(first[:unit], "shared")
		r.add(parts{{"approximatelySign", f.symbols.approximately}}, "shared")
		r.add(first[unit:], "shared")
		return r.parts, r.sources
	}
	separator := strings.NewReplacer("{0}", "", "{1}", "").Replace(patternOf(d, "miscPatterns", f.numbering, "range"))
	before, after, repeated := f.collapse(first, second)
	if repeated {
		if c, _ := utf8.DecodeRuneInString(separator); !isSpace(c) {
			separator = " " + separator
		}
		if c, _ := utf8.DecodeLastRuneInString(separator); !isSpace(c) {
			separator += " "
		}
	}
	r.add(first[:before], "shared")
	r.add(first[before:len(first)-after], "startRange")
	r.add(parts{{"literal", separator}}, "shared")
	r.add(second[before:len(second)-after], "endRange")
	r.add(second[len(second)-after:], "shared")
	return r.parts, r.sources
}

// collapse counts the pieces at both ends that are written once; repeated says
// whether others stand around the digits.
func (f *numberFormat) collapse(first, second parts) (before, after int, repeated bool) {
	start, end := around(first)
	otherStart, otherEnd := around(second)
	same := start == otherStart && end == otherEnd && first[:start].String() == second[:start].String() &&
		first[len(first)-end:].String() == second[len(second)-end:].String()
	exponent := f.notation == "scientific" || f.notation == "engineering"
	if !same {
		return 0, 0, true
	}
	// The unit is outside; signs, symbols and short words are in the middle.
	outerStart, outerEnd := f.outer(first[:start], first[len(first)-end:])
	middle := first[outerStart:start].String() + first[len(first)-end:len(first)-outerEnd].String()
	if utf8.RuneCountInString(middle) > 1 {
		return start, end, exponent
	}
	return outerStart, outerEnd, exponent || middle != ""
}

// around counts the pieces before and after the digits.
func around(p parts) (before, after int) {
	for before < len(p) && !isDigitPart(p[before].kind) {
		before++
	}
	for after < len(p)-before && !isDigitPart(p[len(p)-1-after].kind) {
		after++
	}
	return before, after
}

// outer counts the pieces that belong to the name of a unit.
func (f *numberFormat) outer(before, after parts) (start, end int) {
	if f.style != "unit" && (f.style != "percent" || f.notation != "compact") && (f.style != "currency" || f.currencyDisplay != "name") || f.isPercent() && f.notation != "compact" {
		return 0, 0
	}
	for i, p := range before {
		if p.kind == "unit" || p.kind == "currency" {
			start = i + 1
			if start < len(before) && before[start].kind == "literal" {
				start++
			}
		}
	}
	for i := len(after) - 1; i >= 0; i-- {
		if p := after[i]; p.kind == "unit" || p.kind == "currency" {
			end = len(after) - i
			if i > 0 && after[i-1].kind == "literal" {
				end++
			}
		}
	}
	return start, end
}

func isDigitPart(kind string) bool {
	return strings.Contains("integer group decimal fraction nan infinity exponentSeparator exponentMinusSign exponentInteger", kind)
}
