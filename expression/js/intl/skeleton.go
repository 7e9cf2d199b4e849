package intl

import (
	"strings"
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
