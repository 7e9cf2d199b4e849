package intl

import (
	"slices"
	"strings"
	"sync"
)

// availablePattern is a pattern with its skeleton.
type availablePattern struct {
	skeleton  skeleton
	base      string
	pattern   string
	specified bool // by the data, not taken from the pattern
}

// generator finds the best pattern for a skeleton (UTS #35 part 4, 2.6.2).
type generator struct {
	data     *data
	calendar string
	hour     byte // h, H, K or k: what the region takes
	patterns []*availablePattern
	// ownHours leaves the digits of the hour as the pattern has them.
	ownHours bool
}

// withHours is best, with as many digits of the hour as are usual.
func (g *generator) withHours(text string) string {
	usual := *g
	usual.ownHours = true
	return usual.best(text)
}

type generatorKey struct {
	data             *data
	calendar, region string
}

var generators sync.Map // of *generator by generatorKey

func generatorOf(l locale, calendar string) *generator {
	key := generatorKey{l.data, calendar, l.region()}
	if g, ok := generators.Load(key); ok {
		return g.(*generator)
	}
	g := &generator{data: l.data, calendar: calendar, hour: preferredHour(l)}
	for _, item := range strings.Split("G y Q M w W E D F d a H m s S v", " ") {
		g.add(item, "", false)
	}
	for _, style := range styles {
		g.add(l.data.text(calendar+"/dateFormats/"+style), "", false)
		g.add(l.data.text(calendar+"/timeFormats/"+style), "", false)
	}
	g.addAvailable(calendar, dateMask|timeMask)
	slices.SortStableFunc(g.patterns, func(a, b *availablePattern) int { return int(a.base[0]) - int(b.base[0]) })
	generators.Store(key, g)
	return g
}

// addAvailable adds the formats of the data. The times of other calendars are
// those of the usual one.
func (g *generator) addAvailable(calendar string, fields int) {
	g.data.under(calendar+"/dateTimeFormats/availableFormats/", func(name, pattern string) {
		s := skeletonOf(name)
		if inTime := s.mask()&dateMask == 0; inTime && calendar != "gregorian" && calendar != "generic" || fields == timeMask && !inTime {
			return
		}
		g.add(pattern, name, true)
	})
	if calendar != "gregorian" && calendar != "generic" {
		g.addAvailable("generic", timeMask)
	}
}

var styles = []string{"full", "long", "medium", "short"}

// preferredHour is the letter of the hour that the region takes (UTS #35 part
// 4, 4.4).
func preferredHour(l locale) byte {
	region := l.region()
	for _, key := range []string{l.tag.language + "-" + region, region, "001"} {
		if text := shared("time/" + key + "/_preferred"); text != "" {
			return text[0]
		}
	}
	return 'H'
}

func (g *generator) add(pattern, name string, override bool) {
	if pattern == "" {
		return
	}
	p := &availablePattern{pattern: pattern, specified: name != ""}
	if p.specified {
		p.skeleton = skeletonOf(name)
	} else {
		p.skeleton = skeletonOf(pattern)
	}
	p.base = p.skeleton.base()
	if p.base == "" {
		return
	}
	for _, o := range g.patterns {
		if o.base == p.base && (!o.specified || p.specified && !override) && !override {
			return
		}
	}
	for _, o := range g.patterns {
		if o.skeleton.letters == p.skeleton.letters && o.skeleton.counts == p.skeleton.counts && (!override || p.specified && o.specified) {
			return
		}
	}
	for i, o := range g.patterns {
		if o.base == p.base && o.skeleton.kinds == p.skeleton.kinds {
			g.patterns[i] = p
			return
		}
	}
	g.patterns = append(g.patterns, p)
}

// raw finds the pattern that is nearest.
func (g *generator) raw(s *skeleton, mask int) (best *availablePattern, missing, extra int) {
	nearest, bestMissing := int(^uint(0)>>1), -1
	for _, p := range g.patterns {
		distance, m, x := s.distance(&p.skeleton, mask)
		if distance < nearest || distance == nearest && bestMissing < m {
			nearest, bestMissing = distance, m
			best, missing, extra = p, m, x
			if distance == 0 {
				break
			}
		}
	}
	return best, missing, extra
}

const (
	dateMask = 1<<fieldDayPeriod - 1
	timeMask = 1<<fieldCount - 1 - dateMask
)

// best gives the pattern for a skeleton.
func (g *generator) best(text string) string {
	s := skeletonOf(text)
	p, missing, extra := g.raw(&s, -1)
	if missing == 0 && extra == 0 {
		return g.adjust(p, p.pattern, &s, false)
	}
	mask := s.mask()
	date, time := g.appending(&s, mask&dateMask), g.appending(&s, mask&timeMask)
	if date == "" || time == "" {
		return date + time
	}
	style := "short"
	switch {
	case s.least[fieldMonth] == 4 && s.kinds[fieldMonth] < 0 && s.kinds[fieldWeekday] != 0:
		style = "full"
	case s.least[fieldMonth] == 4 && s.kinds[fieldMonth] < 0:
		style = "long"
	case s.least[fieldMonth] == 3:
		style = "medium"
	}
	return glue(g.data, g.calendar, style, date, time)
}

// glue joins the patterns of a date and a time.
func glue(d *data, calendar, style, date, time string) string {
	join := d.first("gregorian/dateTimeFormats-atTime/standard/"+style, calendar+"/dateTimeFormats/"+style)
	return strings.NewReplacer("{0}", time, "{1}", date).Replace(join)
}

// appending joins patterns until all fields are there.
func (g *generator) appending(s *skeleton, fields int) string {
	if fields == 0 {
		return ""
	}
	p, missing, _ := g.raw(s, fields)
	result := g.adjust(p, p.pattern, s, false)
	last := 0
	for missing != 0 && missing != last {
		const seconds = 1<<fieldSecond | 1<<fieldFraction
		if missing&seconds == 1<<fieldFraction && fields&seconds == seconds {
			result = g.adjust(p, result, s, true)
			missing &^= 1 << fieldFraction
			continue
		}
		var left int
		p, left, _ = g.raw(s, missing)
		found := missing &^ left
		more := g.adjust(p, p.pattern, s, false)
		name := appendNames[topField(found)]
		join := "{0} ├{2}: {1}┤"
		if name[0] != "" {
			join = g.data.text(g.calendar + "/dateTimeFormats/appendItems/" + name[0])
		}
		result = strings.NewReplacer("{0}", result, "{1}", more, "{2}", "'"+g.fieldName(name[1])+"'").Replace(join)
		// As in ICU, a second field that does not fit is left out.
		missing, last = left, left
	}
	return result
}

// fieldName names a field; ICU has no name for the fraction of a second.
func (g *generator) fieldName(key string) string {
	if key == "" {
		return "F14"
	}
	return g.data.text("f/" + key + "/displayName")
}

func topField(mask int) int {
	top := 0
	for i := range fieldCount {
		if mask&(1<<i) != 0 {
			top = i
		}
	}
	return top
}

// appendNames are the names of the append items and of the fields.
var appendNames = [fieldCount][2]string{
	{"Era", "era"}, {"Year", "year"}, {"Quarter", "quarter"}, {"Month", "month"}, {"Week", "week"}, {}, {"Day-Of-Week", "weekday"},
	{"", "dayOfYear"}, {"", "weekdayOfMonth"}, {"Day", "day"}, {"", "dayperiod"}, {"Hour", "hour"}, {"Minute", "minute"}, {"Second", "second"}, {}, {"Timezone", "zone"},
}

// adjust makes the fields of a pattern as long as they were asked for; with
// fraction, it adds that of the seconds.
func (g *generator) adjust(p *availablePattern, pattern string, s *skeleton, fraction bool) string {
	list := tokens(pattern)
	for i, t := range list {
		k, ok := kindOf(t.letter, t.count)
		if t.letter == 0 || !ok {
			continue
		}
		if fraction && k.field == fieldSecond {
			point := symbolsOf(g.data, g.data.text("n/defaultNumberingSystem")).decimal
			list[i] = token{letter: 's', count: t.count}
			list = slices.Insert(list, i+1, token{text: point}, token{letter: 'S', count: s.counts[fieldFraction]})
			return patternText(list)
		}
		if s.kinds[k.field] != 0 {
			list[i] = g.adjustField(p, t, k, s)
		}
	}
	return patternText(list)
}

func (g *generator) adjustField(p *availablePattern, t token, k letterKind, s *skeleton) token {
	asked, count := s.letters[k.field], s.counts[k.field]
	if asked == 'E' && count < 3 {
		count = 3
	}
	length := count
	if k.field == fieldMinute || k.field == fieldSecond || g.ownHours && k.field == fieldHour {
		length = t.count
	} else if p.specified {
		given := p.skeleton.counts[k.field]
		if given == count || (k.kind > 0) != (p.skeleton.kinds[k.field] > 0) {
			length = t.count
		}
	}
	letter := asked
	switch k.field {
	case fieldHour, fieldMonth, fieldWeekday:
		letter = t.letter
	case fieldYear:
		if asked != 'Y' {
			letter = t.letter
		}
	}
	if k.field == fieldHour {
		letter = g.hourLetter(asked, letter)
	}
	return token{letter: letter, count: length}
}

func (g *generator) hourLetter(asked, letter byte) byte {
	switch {
	case asked == g.hour:
		return g.hour
	case asked == 'h' && g.hour == 'K':
		return 'K'
	case asked == 'H' && g.hour == 'k':
		return 'k'
	case asked == 'k' && g.hour == 'H':
		return 'H'
	case asked == 'K' && g.hour == 'h':
		return 'h'
	}
	return letter
}
