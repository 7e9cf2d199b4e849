package intl

import (
	"slices"
	"strings"
	"sync"
)

// Fields of a date in the order of skeletons (UTS #35 part 4, 2.6.2.1).
const (
	fieldEra = iota
	fieldYear
	fieldQuarter
	fieldMonth
	fieldWeek
	fieldWeekOfMonth
	fieldWeekday
	fieldDayOfYear
	fieldWeekdayOfMonth
	fieldDay
	fieldDayPeriod
	fieldHour
	fieldMinute
	fieldSecond
	fieldFraction
	fieldZone
	fieldCount
)

// Kinds of a field. How far two are apart says how badly a pattern fits; what
// is written as a number is positive.
const (
	kindDelta   = 0x10
	kindNumeric = 0x100
	kindNarrow  = -0x101
	kindShort   = -0x103
	kindLong    = -0x104
)

// letterKind is what a letter repeated at least so often means.
type letterKind struct {
	field, kind, least int
}

func names(field, delta, short int) []letterKind {
	return []letterKind{{field, kindShort - delta, short}, {field, kindLong - delta, 4}, {field, kindNarrow - delta, 5}}
}

func digits(field, delta int) []letterKind { return []letterKind{{field, kindNumeric + delta, 1}} }

var letterKinds = map[byte][]letterKind{
	'G': names(fieldEra, 0, 1), 'y': digits(fieldYear, 0), 'Y': digits(fieldYear, kindDelta), 'u': digits(fieldYear, 2*kindDelta),
	'r': digits(fieldYear, 3*kindDelta), 'Q': append(digits(fieldQuarter, 0), names(fieldQuarter, 0, 3)...),
	'M': append(digits(fieldMonth, 0), names(fieldMonth, 0, 3)...), 'L': append(digits(fieldMonth, kindDelta), names(fieldMonth, kindDelta, 3)...),
	'w': digits(fieldWeek, 0), 'W': digits(fieldWeekOfMonth, 0), 'E': names(fieldWeekday, 0, 1),
	'c': append(digits(fieldWeekday, 2*kindDelta), names(fieldWeekday, 2*kindDelta, 3)...),
	'e': append(digits(fieldWeekday, kindDelta), names(fieldWeekday, kindDelta, 3)...),
	'd': digits(fieldDay, 0), 'D': digits(fieldDayOfYear, 0), 'F': digits(fieldWeekdayOfMonth, 0),
	'a': names(fieldDayPeriod, 0, 1), 'b': names(fieldDayPeriod, kindDelta, 1), 'B': names(fieldDayPeriod, 3*kindDelta, 1),
	'H': digits(fieldHour, 10*kindDelta), 'k': digits(fieldHour, 11*kindDelta), 'h': digits(fieldHour, 0), 'K': digits(fieldHour, kindDelta),
	'm': digits(fieldMinute, 0), 's': digits(fieldSecond, 0), 'S': digits(fieldFraction, 0),
	'v': {{fieldZone, kindShort - 2*kindDelta, 1}, {fieldZone, kindLong - 2*kindDelta, 4}},
	'z': {{fieldZone, kindShort, 1}, {fieldZone, kindLong, 4}},
	'O': {{fieldZone, kindShort - kindDelta, 1}, {fieldZone, kindLong - kindDelta, 4}},
}

func kindOf(letter byte, count int) (letterKind, bool) {
	list, ok := letterKinds[letter]
	if !ok {
		return letterKind{}, false
	}
	best := list[0]
	for _, k := range list[1:] {
		if k.least <= count {
			best = k
		}
	}
	return best, true
}

// skeleton is which fields a pattern has and how they are written.
type skeleton struct {
	kinds   [fieldCount]int
	letters [fieldCount]byte
	counts  [fieldCount]int
	least   [fieldCount]int // for the count of the kind
}

func (s *skeleton) put(letter byte, count int) {
	k, ok := kindOf(letter, count)
	if !ok {
		return
	}
	s.letters[k.field], s.counts[k.field], s.least[k.field] = letter, count, k.least
	s.kinds[k.field] = k.kind
	if k.kind > 0 {
		s.kinds[k.field] += count
	}
}

func skeletonOf(pattern string) skeleton {
	var s skeleton
	for _, t := range tokens(pattern) {
		if t.letter != 0 {
			s.put(t.letter, t.count)
		}
	}
	if s.kinds[fieldMinute] != 0 && s.kinds[fieldFraction] != 0 && s.kinds[fieldSecond] == 0 {
		s.put('s', 1)
	}
	switch hour := s.letters[fieldHour]; {
	case hour == 'h' || hour == 'K':
		if s.kinds[fieldDayPeriod] == 0 {
			s.put('a', 1)
		}
	case hour != 0:
		s.kinds[fieldDayPeriod], s.letters[fieldDayPeriod], s.counts[fieldDayPeriod] = 0, 0, 0
	}
	return s
}

func (s *skeleton) mask() (mask int) {
	for i, k := range s.kinds {
		if k != 0 {
			mask |= 1 << i
		}
	}
	return mask
}

// base names the fields and kinds without the counts of digits.
func (s *skeleton) base() string {
	var b strings.Builder
	for i, letter := range s.letters {
		if letter != 0 {
			b.WriteString(strings.Repeat(string(letter), s.least[i]))
		}
	}
	return b.String()
}

// distance says how badly another fits, of the fields in the mask.
func (s *skeleton) distance(other *skeleton, mask int) (distance, missing, extra int) {
	for i := range fieldCount {
		mine := s.kinds[i]
		if mask&(1<<i) == 0 {
			mine = 0
		}
		theirs := other.kinds[i]
		switch {
		case mine == theirs:
		case mine == 0:
			distance += 0x10000
			extra |= 1 << i
		case theirs == 0:
			distance += 0x1000
			missing |= 1 << i
		case mine > theirs:
			distance += mine - theirs
		default:
			distance += theirs - mine
		}
	}
	return distance, missing, extra
}

// token is a field or text of a pattern.
type token struct {
	letter byte
	count  int
	text   string // without quotes
}

func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }

// tokens takes a pattern apart (UTS #35 part 4, 8).
func tokens(pattern string) []token {
	var list []token
	var text strings.Builder
	flush := func() {
		if text.Len() > 0 {
			list = append(list, token{text: text.String()})
			text.Reset()
		}
	}
	for i := 0; i < len(pattern); {
		c := pattern[i]
		switch {
		case c == '\'' && i+1 < len(pattern) && pattern[i+1] == '\'':
			text.WriteByte(c)
			i += 2
		case c == '\'':
			i++
			for i < len(pattern) {
				if pattern[i] == '\'' && i+1 < len(pattern) && pattern[i+1] == '\'' {
					i++
				} else if pattern[i] == '\'' {
					break
				}
				text.WriteByte(pattern[i])
				i++
			}
			i++
		case isLetter(c):
			flush()
			n := 1
			for i+n < len(pattern) && pattern[i+n] == c {
				n++
			}
			list = append(list, token{letter: c, count: n})
			i += n
		default:
			text.WriteByte(c)
			i++
		}
	}
	flush()
	return list
}

// patternText gives the pattern of tokens.
func patternText(list []token) string {
	var b strings.Builder
	for _, t := range list {
		if t.letter != 0 {
			b.WriteString(strings.Repeat(string(t.letter), t.count))
			continue
		}
		if strings.IndexFunc(t.text, func(r rune) bool { return r == '\'' || r < 128 && isLetter(byte(r)) }) < 0 {
			b.WriteString(t.text)
			continue
		}
		b.WriteString("'" + strings.ReplaceAll(t.text, "'", "''") + "'")
	}
	return b.String()
}

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
	l.data.under(calendar+"/dateTimeFormats/availableFormats/", func(name, pattern string) {
		g.add(pattern, name, true)
	})
	slices.SortStableFunc(g.patterns, func(a, b *availablePattern) int { return int(a.base[0]) - int(b.base[0]) })
	generators.Store(key, g)
	return g
}

var styles = []string{"full", "long", "medium", "short"}

// preferredHour is the letter of the hour that the region takes (UTS #35 part
// 4, 4.4).
func preferredHour(l locale) byte {
	region := l.region()
	for _, key := range []string{l.tag.language + "_" + region, region, "001"} {
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
	join := d.first(calendar+"/dateTimeFormats-atTime/standard/"+style, calendar+"/dateTimeFormats/"+style)
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
		last = missing
		var left int
		p, left, _ = g.raw(s, missing)
		found := missing &^ left
		more := g.adjust(p, p.pattern, s, false)
		if name := appendNames[topField(found)]; name[0] != "" {
			join := g.data.text(g.calendar + "/dateTimeFormats/appendItems/" + name[0])
			result = strings.NewReplacer("{0}", result, "{1}", more, "{2}", "'"+g.data.text("f/"+name[1]+"/displayName")+"'").Replace(join)
		}
		missing = left
	}
	return result
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
	{}, {}, {"Day", "day"}, {}, {"Hour", "hour"}, {"Minute", "minute"}, {"Second", "second"}, {}, {"Timezone", "zone"},
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
	if k.field == fieldMinute || k.field == fieldSecond {
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
