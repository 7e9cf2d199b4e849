package intl

import (
	"slices"
	"strings"
)

// rangeFields are the fields from the greatest on, with the letters under which
// the data has them.
var rangeFields = []struct {
	letter byte
	field  int
	differ func(a, b *fields) bool
}{
	{'G', fieldEra, func(a, b *fields) bool { return a.era != b.era }},
	{'y', fieldYear, func(a, b *fields) bool { return a.year != b.year }},
	{'M', fieldMonth, func(a, b *fields) bool { return a.month != b.month }},
	{'d', fieldDay, func(a, b *fields) bool { return a.day != b.day }},
	{'a', fieldDayPeriod, func(a, b *fields) bool { return a.hour/12 != b.hour/12 }},
	{'h', fieldHour, func(a, b *fields) bool { return a.hour != b.hour }},
	{'m', fieldMinute, func(a, b *fields) bool { return a.minute != b.minute }},
	{'s', fieldSecond, func(a, b *fields) bool { return a.second != b.second }},
	{'S', fieldFraction, func(a, b *fields) bool { return a.milli != b.milli }},
}

// interval writes the range between two times.
type interval struct {
	*dateFormat
	start, end float64
	ranged
}

// formatRange writes two times (UTS #35 part 4, 2.6.3), as ICU does it: one
// pattern where the data has it for the greatest field that differs; on one day
// the date once; else both in full.
func (f *dateFormat) formatRange(start, end float64) (parts, []string) {
	r := &interval{dateFormat: f, start: start, end: end}
	a, b := f.fields(start), f.fields(end)
	var greatest byte
	field := fieldCount
	for _, of := range rangeFields {
		if of.differ(&a, &b) {
			greatest, field = of.letter, of.field
			break
		}
	}
	one := f.format(start)
	if greatest == 0 || field > f.smallest() {
		for _, p := range one {
			r.add(parts{{p.kind, plainSpaces(p.text)}}, "shared")
		}
		return r.parts, r.sources
	}
	time, date := f.splitFields()
	inTime := 1<<field&(timeMask|1<<fieldDayPeriod) != 0
	switch {
	case time == "" || date == "" && inTime:
		if !r.byPattern(f.skeleton, greatest) && (time == "" || !r.byPattern(time, greatest)) {
			r.fallback(f.generator.withHours(f.skeleton))
		}
	case inTime:
		r.sharedDate(date, time, greatest)
	case date == "":
		r.fallback(f.generator.withHours("yMd" + f.skeleton))
	case f.hasInterval(time):
		r.fallback(f.generator.withHours(extended(f.skeleton, field)))
	default:
		r.fallback(f.generator.withHours(f.skeleton))
	}
	return r.parts, r.sources
}

// smallest is the last field that is written, but for the zone.
func (f *dateFormat) smallest() int {
	s := skeletonOf(f.skeleton)
	last := 0
	for _, of := range rangeFields {
		if s.kinds[of.field] != 0 {
			last = of.field
		}
	}
	if s.kinds[fieldWeekday] != 0 {
		last = max(last, fieldDay)
	}
	return last
}

// extended adds to a skeleton the fields of a date up to the one that differs,
// if it lacks that.
func extended(skeleton string, field int) string {
	s := skeletonOf(skeleton)
	if s.kinds[field] != 0 {
		return skeleton
	}
	for _, add := range []struct {
		letter string
		field  int
	}{{"d", fieldDay}, {"M", fieldMonth}, {"y", fieldYear}} {
		if s.kinds[add.field] == 0 {
			skeleton = add.letter + skeleton
		}
		if add.field == field {
			break
		}
	}
	return skeleton
}

// hasInterval says whether the data has patterns for the fields of a skeleton.
func (f *dateFormat) hasInterval(skeleton string) bool {
	return f.intervalPattern(skeleton, 'm') != "" || f.intervalPattern(skeleton, 'h') != ""
}

// fallback writes both times in full.
func (r *interval) fallback(pattern string) {
	list := tokens(pattern)
	join := r.locale.data.text(r.data() + "/dateTimeFormats/intervalFormats/intervalFormatFallback")
	for _, p := range fill(join, parts{{"\x00", "0"}}, parts{{"\x00", "1"}}) {
		switch {
		case p.kind != "\x00":
			r.add(parts{p}, "shared")
		case p.text == "0":
			r.add(r.write(list, r.start), "startRange")
		default:
			r.add(r.write(list, r.end), "endRange")
		}
	}
}

// splitFields cuts the skeleton into date and time; the zone is short there, and
// an offset left out.
func (f *dateFormat) splitFields() (time, date string) {
	s := skeletonOf(f.skeleton)
	var d, t strings.Builder
	for i, letter := range s.letters {
		count := s.counts[i]
		switch {
		case letter == 0 || letter == 'O' || i == fieldDayPeriod && letter == 'a':
		case i == fieldZone:
			t.WriteByte(letter)
		case 1<<i&timeMask != 0 || i == fieldDayPeriod:
			t.WriteString(strings.Repeat(string(letter), count))
		default:
			d.WriteString(strings.Repeat(string(letter), plainCount(i, count)))
		}
	}
	return t.String(), d.String()
}

// plainCount is how long ICU asks for a field of the date beside a range of
// times.
func plainCount(field, count int) int {
	switch {
	case field == fieldDay, field == fieldMonth && count < 3, field == fieldWeekday && count < 4:
		return 1
	}
	return count
}

// sharedDate writes the date once and the range of times beside it.
func (r *interval) sharedDate(date, time string, greatest byte) {
	times := &interval{dateFormat: r.dateFormat, start: r.start, end: r.end}
	if greatest == 's' || greatest == 'S' || !times.byPattern(time, greatest) {
		times.fallback(r.generator.withHours(time))
	}
	join := r.locale.data.text(r.data() + "/dateTimeFormats/medium")
	for _, p := range fill(patternPlaces(join), parts{{"\x00", "0"}}, parts{{"\x00", "1"}}) {
		switch {
		case p.kind != "\x00":
			r.add(parts{p}, "shared")
		case p.text == "0":
			for j, p := range times.parts {
				r.add(parts{p}, times.sources[j])
			}
		default:
			r.add(r.write(tokens(r.generator.best(date)), r.start), "shared")
		}
	}
}

// patternPlaces takes the quotes from a pattern that only has text and places.
func patternPlaces(pattern string) string { return strings.ReplaceAll(pattern, "'", "") }

// byPattern writes the range by a pattern of the data, if there is one.
func (r *interval) byPattern(skeleton string, greatest byte) bool {
	pattern := r.intervalPattern(skeleton, greatest)
	if pattern == "" {
		return false
	}
	first, second := splitInterval(pattern)
	before, after := tokens(first), tokens(second)
	// What stands once is of both times.
	own := slices.IndexFunc(before, func(t token) bool { return t.letter != 0 && hasLetter(after, t.letter) })
	end := len(after)
	for end > 0 && !(after[end-1].letter != 0 && hasLetter(before, after[end-1].letter)) {
		end--
	}
	own = max(own, 0)
	r.add(r.write(before[:own], r.start), "shared")
	r.add(r.write(before[own:], r.start), "startRange")
	r.add(r.write(after[:end], r.end), "endRange")
	r.add(r.write(after[end:], r.end), "shared")
	for i := 1; i < len(r.parts); i++ {
		if r.parts[i-1].kind == "literal" && r.sources[i-1] == "startRange" && r.sources[i] == "endRange" {
			r.sources[i-1] = "shared"
		}
	}
	return true
}

func hasLetter(list []token, letter byte) bool {
	return slices.ContainsFunc(list, func(t token) bool { return t.letter == letter })
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

// intervalPattern finds the pattern for a skeleton and the greatest field that
// differs; a field that the skeleton lacks is added.
func (f *dateFormat) intervalPattern(skeleton string, greatest byte) string {
	want := skeletonOf(skeleton)
	if hour := want.letters[fieldHour]; (hour == 'H' || hour == 'k') && (greatest == 'h' || greatest == 'a') {
		greatest = 'H'
	}
	for _, add := range []struct {
		letter byte
		field  int
	}{{'M', fieldMonth}, {'y', fieldYear}} {
		if strings.IndexByte("yM", greatest) >= 0 && want.kinds[add.field] == 0 && (add.letter == 'M' || greatest == 'y') && want.kinds[fieldDay] != 0 {
			want.put(add.letter, 1)
		}
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
	return adjustInterval(best, &want, &have)
}

// adjustInterval makes the fields of a pattern as long as asked for.
func adjustInterval(pattern string, want, have *skeleton) string {
	list := tokens(pattern)
	for i, t := range list {
		k, ok := kindOf(t.letter, t.count)
		if k.field == fieldZone && want.letters[fieldZone] != 0 && t.letter != 0 {
			list[i].letter = want.letters[fieldZone]
		}
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
