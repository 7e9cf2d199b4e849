// Package jsdate reads dates as JavaScript's Date does in V8, in a process whose
// zone is UTC.
package jsdate

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

// jsISO is the form that JavaScript's Date must know. V8 takes offsets without a
// colon too.
var jsISO = regexp.MustCompile(`^([+-]\d{6}|\d{4})(?:-(\d\d)(?:-(\d\d))?)?(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?(Z|[+-]\d\d:?\d\d)?)?$`)

// Parse reads a text as JavaScript's Date does in V8: ISO 8601, and nearly
// anything that has a day, a month and perhaps a time in it. What has no offset
// is in UTC, and so is the outcome.
func Parse(text string) (time.Time, bool) {
	text = strings.TrimSpace(text)
	if m := jsISO.FindStringSubmatch(text); m != nil {
		return jsISODate(m)
	}
	p := legacyDate{scan: dateTokens(text), zoneHour: none, zoneMinute: none, month: none, half: none}
	if !p.read() {
		return time.Time{}, false
	}
	return p.time()
}

func jsISODate(m []string) (time.Time, bool) {
	n := func(i, def int) int {
		if m[i] == "" {
			return def
		}
		v, _ := strconv.Atoi(m[i])
		return v
	}
	year, month, day := n(1, 0), n(2, 1), n(3, 1)
	hour, minute, second := n(4, 0), n(5, 0), n(6, 0)
	midnight := hour == 24 && minute == 0 && second == 0
	if month < 1 || month > 12 || day < 1 || day > 31 || (hour > 23 && !midnight) || minute > 59 || second > 59 {
		return time.Time{}, false
	}
	local := utc(year, month, day, hour, minute, second, Milliseconds(m[7]))
	return time.UnixMilli(local - int64(Offset(m[8]))*1000).UTC(), true
}

// Milliseconds reads the digits of a fraction of a second.
func Milliseconds(digits string) int {
	n, _ := strconv.Atoi((digits + "000")[:3])
	return n
}

// Offset reads "Z", "+05:30", "+0530" or "+05" as seconds.
func Offset(text string) int {
	digits := strings.ReplaceAll(strings.TrimSpace(text), ":", "")
	if len(digits) < 3 {
		return 0
	}
	h, _ := strconv.Atoi(digits[1:3])
	m, _ := strconv.Atoi(digits[3:])
	seconds := h*3600 + m*60
	if digits[0] == '-' {
		return -seconds
	}
	return seconds
}

// utc is a moment in milliseconds since 1970.
func utc(year, month, day, hour, minute, second, ms int) int64 {
	return time.Date(year, time.Month(month), day, hour, minute, second, 0, time.UTC).UnixMilli() + int64(ms)
}

const none = -1

// dateToken is a number, a word, or one other character of a date.
type dateToken struct {
	kind   byte // 'n', 'w', ' ', or the character itself; 0 at the end
	n      int
	length int
	word   string
}

var dateTokenForm = regexp.MustCompile(`\d+|[A-\x{10FFFF}]+|\s+|[\s\S]`) // a word has anything that stands behind "A"

func dateTokens(text string) []dateToken {
	var out []dateToken
	for _, s := range dateTokenForm.FindAllString(text, -1) {
		c := s[0]
		switch {
		case c >= '0' && c <= '9':
			n, err := strconv.Atoi(s)
			if err != nil || n > 1<<30 {
				n = 1 << 30
			}
			out = append(out, dateToken{kind: 'n', n: n, length: len(s)})
		case c >= 'A':
			out = append(out, dateToken{kind: 'w', word: strings.ToLower(s)})
		case strings.TrimSpace(s) == "":
			out = append(out, dateToken{kind: ' '})
		default:
			out = append(out, dateToken{kind: c})
		}
	}
	return out
}

// legacyDate collects the parts of a date in no fixed form. The rules are V8's:
// numbers before colons are a time, others the day, month and year in American
// order unless the first cannot be a day.
type legacyDate struct {
	scan                           []dateToken
	numbers, clock                 []int
	month, half                    int // half of the day: hours to add
	sign, zoneHour, zoneMinute     int
	zoned, readNumber, clockClosed bool
}

func (p *legacyDate) peek() dateToken {
	if len(p.scan) == 0 {
		return dateToken{}
	}
	return p.scan[0]
}

func (p *legacyDate) next() dateToken {
	t := p.peek()
	if len(p.scan) > 0 {
		p.scan = p.scan[1:]
	}
	return t
}

func (p *legacyDate) skip(c byte) bool {
	if p.peek().kind != c {
		return false
	}
	p.next()
	return true
}

func (p *legacyDate) read() bool {
	for len(p.scan) > 0 {
		t := p.next()
		ok := true
		switch {
		case t.kind == 'n':
			p.readNumber = true
			ok = p.number(t.n)
		case t.kind == 'w':
			ok = p.word(t.word)
		case (t.kind == '+' || t.kind == '-') && (p.zoned && p.zoneHour == 0 && p.zoneMinute == 0 || len(p.clock) > 0):
			ok = p.offset(t.kind)
		case t.kind == '+' || t.kind == '-' || t.kind == ')':
			ok = !p.readNumber
		case t.kind == '(':
			p.skipParentheses()
		}
		if !ok {
			return false
		}
	}
	return true
}

func (p *legacyDate) skipParentheses() {
	for depth := 1; depth > 0 && len(p.scan) > 0; {
		switch p.next().kind {
		case '(':
			depth++
		case ')':
			depth--
		}
	}
}

// expects says whether a number can go on with the time.
func (p *legacyDate) expects(n int) bool {
	if p.clockClosed {
		return false
	}
	return (len(p.clock) == 1 || len(p.clock) == 2) && n < 60 || len(p.clock) == 3 && n < 1000
}

func (p *legacyDate) number(n int) bool {
	if p.skip(':') {
		if p.skip(':') {
			p.clock = append(p.clock, n, 0)
			return len(p.clock) == 2
		}
		p.clock = append(p.clock, n)
		return len(p.clock) <= 4 && !p.clockClosed
	}
	switch dot := p.skip('.'); {
	case dot && p.expects(n):
		fraction := p.next()
		if fraction.kind != 'n' {
			return false
		}
		digits := strings.Repeat("0", max(0, fraction.length-len(strconv.Itoa(fraction.n)))) + strconv.Itoa(fraction.n)
		p.clock = append(p.clock, n, Milliseconds(digits))
		p.clockClosed = true
		return true
	case p.zoneHour != none && p.zoneMinute == none && n < 60:
		p.zoneMinute = n
		return true
	case p.expects(n):
		p.clock = append(p.clock, n)
		p.clockClosed = true
		after := p.peek()
		return after.kind == 0 || after.kind == ' ' || after.kind == '+' || after.kind == '-' || after.kind == 'w' && after.word == "z"
	}
	p.numbers = append(p.numbers, n)
	p.skip('-')
	return len(p.numbers) <= 3
}

var zoneHours = map[string]int{"ut": 0, "utc": 0, "z": 0, "gmt": 0, "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7}

func (p *legacyDate) word(w string) bool {
	hours, isZone := zoneHours[w]
	switch month := Month(w); {
	case (w == "am" || w == "pm") && len(p.clock) > 0:
		p.half = map[string]int{"am": 0, "pm": 12}[w]
	case month > 0:
		p.month = month
		p.skip('-')
	case isZone && p.readNumber:
		p.zoned, p.sign, p.zoneMinute = true, 1, 0
		if hours < 0 {
			p.sign, hours = -1, -hours
		}
		p.zoneHour = hours
	default:
		return !p.readNumber && p.peek().kind != 'n'
	}
	return true
}

// Month is the month that a word begins like, or 0.
func Month(word string) int {
	if len(word) < 3 {
		return 0
	}
	for m := time.January; m <= time.December; m++ {
		if strings.EqualFold(m.String()[:3], word[:3]) {
			return int(m)
		}
	}
	return 0
}

func (p *legacyDate) offset(sign byte) bool {
	p.zoned, p.sign = true, 1
	if sign == '-' {
		p.sign = -1
	}
	p.readNumber = true
	var t dateToken
	if p.peek().kind == 'n' {
		t = p.next()
	}
	switch {
	case p.peek().kind == ':':
		p.zoneHour, p.zoneMinute = t.n, none
	case t.length == 1 || t.length == 2:
		p.zoneHour, p.zoneMinute = t.n, 0
	case t.length == 3 || t.length == 4:
		p.zoneHour, p.zoneMinute = t.n/100, t.n%100
	default:
		return false
	}
	return true
}

func (p *legacyDate) time() (time.Time, bool) {
	year, month, day, ok := p.date()
	clock := append(p.clock, 0, 0, 0, 0)
	hour, minute, second, ms := clock[0], clock[1], clock[2], clock[3]
	if p.half != none {
		ok = ok && hour <= 12
		hour = hour%12 + p.half
	}
	midnight := hour == 24 && minute == 0 && second == 0 && ms == 0
	if !ok || (hour > 23 && !midnight) || minute > 59 || second > 59 || year > 275_760 {
		return time.Time{}, false
	}
	local := utc(year, month, day, hour, minute, second, ms)
	if p.zoned {
		local -= int64(p.sign * (max(p.zoneHour, 0)*60 + max(p.zoneMinute, 0)) * 60_000)
	}
	return time.UnixMilli(local).UTC(), true
}

func (p *legacyDate) date() (year, month, day int, ok bool) {
	if len(p.numbers) == 0 {
		return 0, 0, 0, false
	}
	n := append(p.numbers, 1, 1)
	isDay := n[0] >= 1 && n[0] <= 31
	switch {
	case p.month != none && isDay:
		day, month, year = n[0], p.month, n[1]
	case p.month != none:
		year, month, day = n[0], p.month, n[1]
	case isDay:
		month, day, year = n[0], n[1], n[2]
	default:
		year, month, day = n[0], n[1], n[2]
	}
	if year < 50 {
		year += 2000
	} else if year < 100 {
		year += 1900
	}
	return year, month, day, month >= 1 && month <= 12 && day >= 1 && day <= 31
}
