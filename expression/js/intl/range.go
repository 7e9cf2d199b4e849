package intl

import (
	"strings"

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

// formatRange writes two numbers (ECMA-402 15.5.19): what both have before and
// after the digits is written once.
func (f *numberFormat) formatRange(start, end decimal) (parts, []string) {
	var r ranged
	a, b := f.write(start), f.write(end)
	first, second := f.assemble(a, f.body(a), f.sign(a.value)), f.assemble(b, f.body(b), f.sign(b.value))
	d := f.locale.data
	if first.String() == second.String() {
		sign := strings.TrimFunc(strings.ReplaceAll(patternOf(d, "miscPatterns", f.numbering, "approximately"), "{0}", ""), isSpace)
		r.add(parts{{"approximatelySign", sign}}, "shared")
		r.add(first, "shared")
		return r.parts, r.sources
	}
	before, after := common(first, second)
	join := patternOf(d, "miscPatterns", f.numbering, "range")
	separator := strings.NewReplacer("{0}", "", "{1}", "").Replace(join)
	if before+after < min(len(first), len(second)) && separator == strings.TrimSpace(separator) && (len(first) > before+after+5 || !plainNumber(first[before:len(first)-after]) || !plainNumber(second[before:len(second)-after])) {
		separator = " " + separator + " "
	}
	r.add(first[:before], "shared")
	r.add(first[before:len(first)-after], "startRange")
	r.add(parts{{"literal", separator}}, "shared")
	r.add(second[before:len(second)-after], "endRange")
	r.add(second[len(second)-after:], "shared")
	return r.parts, r.sources
}

func isDigitPart(kind string) bool {
	return strings.Contains("integer group decimal fraction nan infinity exponentSeparator exponentMinusSign exponentInteger", kind)
}

func plainNumber(p parts) bool {
	for _, m := range p {
		if !isDigitPart(m.kind) {
			return false
		}
	}
	return true
}

// common counts the pieces around the digits that are alike.
func common(first, second parts) (before, after int) {
	n := min(len(first), len(second))
	for before < n && first[before] == second[before] && !isDigitPart(first[before].kind) {
		before++
	}
	for after < n-before {
		a, b := first[len(first)-1-after], second[len(second)-1-after]
		if a != b || isDigitPart(a.kind) {
			break
		}
		after++
	}
	// What stands in one place only is repeated unless it is a unit of money
	// or measure.
	return before, after
}

// rangeFields are the fields from the greatest on and the letters under which
// the data has them.
var rangeFields = []struct {
	letter byte
	differ func(a, b *fields) bool
}{
	{'G', func(a, b *fields) bool { return a.era != b.era }},
	{'y', func(a, b *fields) bool { return a.year != b.year }},
	{'M', func(a, b *fields) bool { return a.month != b.month }},
	{'d', func(a, b *fields) bool { return a.day != b.day }},
	{'a', func(a, b *fields) bool { return a.hour/12 != b.hour/12 }},
	{'h', func(a, b *fields) bool { return a.hour != b.hour }},
	{'m', func(a, b *fields) bool { return a.minute != b.minute }},
	{'s', func(a, b *fields) bool { return a.second != b.second }},
	{'S', func(a, b *fields) bool { return a.milli != b.milli }},
}

// formatRange writes two times (UTS #35 part 4, 2.6.3).
func (f *dateFormat) formatRange(start, end float64) (parts, []string) {
	var r ranged
	a, b := f.fields(start), f.fields(end)
	var greatest byte
	for _, field := range rangeFields {
		if field.differ(&a, &b) {
			greatest = field.letter
			break
		}
	}
	one := f.format(start)
	if greatest == 0 || one.String() == f.format(end).String() {
		r.add(one, "shared")
		return r.parts, r.sources
	}
	if pattern := f.intervalPattern(greatest); pattern != "" {
		first, second := splitInterval(pattern)
		f.addInterval(&r, first, second, start, end)
		return r.parts, r.sources
	}
	join := f.locale.data.text(f.data() + "/dateTimeFormats/intervalFormats/intervalFormatFallback")
	if timePart, datePart, both := f.splitFields(); both && strings.IndexByte("ahms", greatest) >= 0 {
		f.sharedDate(&r, datePart, timePart, greatest, start, end)
		return r.parts, r.sources
	}
	f.fallback(&r, join, f.tokens, start, end)
	return r.parts, r.sources
}

func (f *dateFormat) fallback(r *ranged, join string, list []token, start, end float64) {
	for _, p := range fill(plainSpaces(join), parts{{"\x00", "0"}}, parts{{"\x00", "1"}}) {
		switch {
		case p.kind != "\x00":
			r.add(parts{p}, "shared")
		case p.text == "0":
			r.add(f.write(list, start), "startRange")
		default:
			r.add(f.write(list, end), "endRange")
		}
	}
}

// splitFields cuts the skeleton into date and time.
func (f *dateFormat) splitFields() (time, date string, both bool) {
	s := skeletonOf(f.skeleton)
	var d, t strings.Builder
	for i, letter := range s.letters {
		if letter == 0 || i == fieldDayPeriod && letter == 'a' {
			continue
		}
		b := &d
		if 1<<i&timeMask != 0 {
			b = &t
		}
		b.WriteString(strings.Repeat(string(letter), s.counts[i]))
	}
	return t.String(), d.String(), d.Len() > 0 && t.Len() > 0
}

// sharedDate writes the date once and the range of times behind it.
func (f *dateFormat) sharedDate(r *ranged, date, time string, greatest byte, start, end float64) {
	inner := *f
	inner.skeleton = time
	inner.pattern = f.generator.best(time)
	inner.tokens = tokens(inner.pattern)
	var times ranged
	if pattern := inner.intervalPattern(greatest); pattern != "" {
		first, second := splitInterval(pattern)
		inner.addInterval(&times, first, second, start, end)
	} else {
		f.fallback(&times, f.locale.data.text(f.data()+"/dateTimeFormats/intervalFormats/intervalFormatFallback"), inner.tokens, start, end)
	}
	style := f.glueStyle(date)
	join := f.locale.data.first(f.data() + "/dateTimeFormats/" + style)
	for _, t := range tokens(strings.NewReplacer("{0}", "\x01", "{1}", "\x02").Replace(join)) {
		for rest := t.text; rest != ""; {
			i := strings.IndexAny(rest, "\x01\x02")
			if i < 0 {
				r.add(parts{{"literal", rest}}, "shared")
				break
			}
			r.add(parts{{"literal", rest[:i]}}, "shared")
			if rest[i] == 1 {
				for j, p := range times.parts {
					r.add(parts{p}, times.sources[j])
				}
			} else {
				r.add(f.write(tokens(f.generator.best(date)), start), "shared")
			}
			rest = rest[i+1:]
		}
	}
}

func (f *dateFormat) glueStyle(date string) string {
	if f.dateStyle != "" {
		return f.dateStyle
	}
	s := skeletonOf(date)
	switch {
	case s.least[fieldMonth] == 4 && s.kinds[fieldWeekday] != 0:
		return "full"
	case s.least[fieldMonth] == 4:
		return "long"
	case s.least[fieldMonth] == 3:
		return "medium"
	}
	return "short"
}

func (f *dateFormat) addInterval(r *ranged, first, second string, start, end float64) {
	for _, half := range []struct {
		pattern, source string
		at              float64
	}{{first, "startRange", start}, {second, "endRange", end}} {
		list := tokens(half.pattern)
		r.add(f.write(list, half.at), half.source)
	}
	r.shareLiterals()
}

// shareLiterals gives what stands between the two to both.
func (r *ranged) shareLiterals() {
	for i := 1; i < len(r.parts); i++ {
		if r.parts[i-1].kind == "literal" && r.sources[i-1] == "startRange" && r.sources[i] == "endRange" {
			r.sources[i-1] = "shared"
		}
	}
}

// splitInterval cuts a pattern where a field comes for the second time.
func splitInterval(pattern string) (first, second string) {
	list := tokens(pattern)
	seen := map[byte]bool{}
	for i, t := range list {
		if t.letter == 0 {
			continue
		}
		letter := t.letter
		if letter == 'L' {
			letter = 'M'
		}
		if seen[letter] {
			return patternText(list[:i]), patternText(list[i:])
		}
		seen[letter] = true
	}
	return pattern, ""
}

// intervalPattern finds the pattern for the skeleton and the greatest field
// that differs.
func (f *dateFormat) intervalPattern(greatest byte) string {
	want := skeletonOf(f.skeleton)
	if greatest == 'h' && (want.letters[fieldHour] == 'H' || want.letters[fieldHour] == 'k') || greatest == 'a' && (want.letters[fieldHour] == 'H' || want.letters[fieldHour] == 'k') {
		greatest = 'H'
	}
	bestDistance, best, bestName := int(^uint(0)>>1), "", ""
	f.locale.data.under(f.data()+"/dateTimeFormats/intervalFormats/", func(rest, text string) {
		name, letter, ok := strings.Cut(rest, "/")
		if !ok || letter[0] != greatest || strings.Contains(letter, "-") {
			return
		}
		have := skeletonOf(name)
		if distance, missing, extra := want.distance(&have, -1); missing == 0 && extra == 0 && distance < bestDistance {
			bestDistance, best, bestName = distance, text, name
		}
	})
	if best == "" {
		return ""
	}
	have := skeletonOf(bestName)
	list := tokens(best)
	for i, t := range list {
		k, ok := kindOf(t.letter, t.count)
		if t.letter == 0 || !ok || have.counts[k.field] == want.counts[k.field] || k.field == fieldHour || k.field == fieldDayPeriod {
			continue
		}
		if t.count == have.counts[k.field] || k.field != fieldMonth {
			list[i].count = max(want.counts[k.field], 1)
			if t.letter == 'E' && list[i].count < 3 {
				list[i].count = 3
			}
		}
	}
	return patternText(list)
}
