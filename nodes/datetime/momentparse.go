package datetime

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/jobsprint/jobsprint/nodes/jsdate"
)

// momentISO are the forms of ISO 8601 that moment knows: with separators, and
// without.
var momentISO = []*regexp.Regexp{
	regexp.MustCompile(`^\s*([+-]\d{6}|\d{4})-(?:(\d\d)-(\d\d)|W(\d\d)-(\d)|W(\d\d)|(\d\d\d)|(\d\d))(?:[T ](\d\d)(?::(\d\d)(?::(\d\d)(?:[.,](\d+))?)?)?([+-]\d\d(?::?\d\d)?|\s*Z)?)?$`),
	regexp.MustCompile(`^\s*([+-]\d{6}|\d{4})(?:(\d\d)(\d\d)|W(\d\d)(\d)|W(\d\d)|(\d\d\d)|(\d\d)|)(?:[T ](\d\d)(?:(\d\d)(?:(\d\d)(?:[.,](\d+))?)?)?([+-]\d\d(?::?\d\d)?|\s*Z)?)?$`),
}

// momentText reads a text without a format as moment does: ISO 8601 in the zone,
// else what Date knows, in the process's zone.
func momentText(text string, zone *time.Location) (time.Time, bool) {
	for _, form := range momentISO {
		if m := form.FindStringSubmatch(text); m != nil {
			return momentISODate(m, zone)
		}
	}
	t, ok := jsdate.Parse(text)
	return t.In(zone), ok
}

func momentISODate(m []string, zone *time.Location) (time.Time, bool) {
	n := func(i, def int) int {
		if m[i] == "" {
			return def
		}
		v, _ := strconv.Atoi(m[i])
		return v
	}
	d := dateParts{year: n(1, 0), month: 1, day: 1, hour: n(9, 0), minute: n(10, 0), second: n(11, 0), ms: jsdate.Milliseconds(m[12])}
	switch {
	case m[2] != "":
		d.month, d.day = n(2, 1), n(3, 1)
	case m[4] != "" || m[6] != "":
		d.on(isoWeekDay(d.year, n(4, n(6, 1)), n(5, 1)))
	case m[7] != "":
		d.day = n(7, 1)
		if days := 365 + leap(d.year); d.day < 1 || d.day > days {
			return time.Time{}, false
		}
		d.on(time.Date(d.year, 1, d.day, 0, 0, 0, 0, time.UTC))
	case m[8] != "":
		d.month = n(8, 1)
	}
	if !d.valid() {
		return time.Time{}, false
	}
	if m[13] != "" {
		return time.UnixMilli(d.wall() - int64(jsdate.Offset(m[13]))*1000).In(zone), true
	}
	return d.in(zone), true
}

func leap(year int) int {
	if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
		return 1
	}
	return 0
}

// isoWeekDay is a day of an ISO week.
func isoWeekDay(year, week, day int) time.Time {
	fourth := time.Date(year, 1, 4, 0, 0, 0, 0, time.UTC) // is always in week 1
	return fourth.AddDate(0, 0, (week-1)*7+day-weekday(fourth))
}

// dateParts are the parts of a date that were read.
type dateParts struct {
	year, month, day, hour, minute, second, ms int
}

func (d dateParts) valid() bool {
	last := time.Date(d.year, time.Month(d.month)+1, 0, 0, 0, 0, 0, time.UTC).Day()
	midnight := d.hour == 24 && d.minute == 0 && d.second == 0 && d.ms == 0
	return d.month >= 1 && d.month <= 12 && d.day >= 1 && d.day <= last &&
		(d.hour < 24 || midnight) && d.minute < 60 && d.second < 60
}

// on takes the year, month and day of a date.
func (d *dateParts) on(at time.Time) { d.year, d.month, d.day = at.Year(), int(at.Month()), at.Day() }

func (d dateParts) wall() int64 {
	return wallClock(d.year, d.month, d.day, d.hour, d.minute, d.second, d.ms)
}

// in is the moment at which the zone's clocks show the parts.
func (d dateParts) in(zone *time.Location) time.Time {
	wall := d.wall()
	return atWall(wall, offsetOf(time.UnixMilli(wall).In(zone)), zone)
}

// formatted is a date that is read by a format of moment.
type formatted struct {
	dateParts
	has                 map[string]bool // year, month, day, …
	half                string
	offset              string
	stamp               *int64
	ordinal, week, wday int
	bad                 bool
}

// momentParse reads a text by a format of moment's. A strict one must match the
// text as a whole; else what does not fit is passed over. Parts that are not given
// are those of now where they are larger than the ones given, else the least.
func momentParse(text, format string, zone *time.Location, now time.Time, strict bool) (time.Time, bool) {
	f := formatted{has: map[string]bool{}}
	rest := text
	for _, tok := range momentTokens(expandLong(format)) {
		form := momentForm(tok, strict)
		at := form.FindStringIndex(rest)
		if at == nil || strict && at[0] > 0 {
			if strict {
				return time.Time{}, false
			}
			continue
		}
		f.take(tok, rest[at[0]:at[1]])
		rest = rest[at[1]:]
	}
	if f.stamp != nil {
		return time.UnixMilli(*f.stamp).In(zone), true
	}
	if f.bad || len(f.has) == 0 || strict && rest != "" {
		return time.Time{}, false
	}
	return f.time(zone, now.In(zone))
}

// momentForms are what the tokens of a format match; a token that is not there
// stands for itself.
var momentForms = map[string]string{
	"M": `\d\d?`, "MM": `\d\d?`, "Mo": `\d\d?(?:st|nd|rd|th)`, "MMM": `[A-Za-z]{3,}`, "MMMM": `[A-Za-z]{3,}`, "Q": `\d`,
	"D": `\d\d?`, "DD": `\d\d?`, "Do": `\d\d?(?:st|nd|rd|th)`, "DDD": `\d{1,3}`, "DDDD": `\d{3}`,
	"d": `\d`, "e": `\d`, "E": `\d`, "dd": `[A-Za-z]+`, "ddd": `[A-Za-z]+`, "dddd": `[A-Za-z]+`,
	"w": `\d\d?`, "ww": `\d\d?`, "W": `\d\d?`, "WW": `\d\d?`,
	"YY": `\d\d?`, "YYYY": `\d{1,4}`, "YYYYY": `[+-]?\d{1,6}`, "Y": `[+-]?\d+`, "GGGG": `\d{1,4}`, "gggg": `\d{1,4}`,
	"A": `(?i)[ap]\.?m?\.?`, "a": `(?i)[ap]\.?m?\.?`, "H": `\d\d?`, "HH": `\d\d?`, "h": `\d\d?`, "hh": `\d\d?`, "k": `\d\d?`, "kk": `\d\d?`,
	"hmm": `\d{3,4}`, "Hmm": `\d{3,4}`, "m": `\d\d?`, "mm": `\d\d?`, "s": `\d\d?`, "ss": `\d\d?`,
	"S": `\d`, "SS": `\d\d?`, "SSS": `\d{1,3}`, "SSSS": `\d+`, "SSSSS": `\d+`, "SSSSSS": `\d+`,
	"Z": `Z|[+-]\d\d:?\d\d`, "ZZ": `Z|[+-]\d\d:?\d\d`, "X": `[+-]?\d+(?:\.\d{1,3})?`, "x": `[+-]?\d+`,
}

func momentForm(tok string, strict bool) *regexp.Regexp {
	form, ok := momentForms[tok]
	switch {
	case !ok:
		form = regexp.QuoteMeta(literalOf(tok))
	case strict && len(tok) == 2 && form == `\d\d?`:
		form = `\d\d`
	case strict && tok == "YYYY":
		form = `\d{4}`
	case strict && tok == "SSS":
		form = `\d{3}`
	}
	return regexp.MustCompile(form)
}

func (f *formatted) take(tok, text string) {
	n, _ := strconv.Atoi(strings.TrimRight(strings.TrimPrefix(text, "+"), "stndrh"))
	set := func(name string, into *int, value int) { *into, f.has[name] = value, true }
	switch tok {
	case "M", "MM", "Mo":
		set("month", &f.month, n)
	case "MMM", "MMMM":
		month := jsdate.Month(text)
		f.bad = f.bad || month == 0
		set("month", &f.month, month)
	case "Q":
		set("month", &f.month, (n-1)*3+1)
	case "D", "DD", "Do":
		set("day", &f.day, n)
	case "DDD", "DDDD":
		set("ordinal", &f.ordinal, n)
	case "W", "WW", "w", "ww":
		set("week", &f.week, n)
	case "E", "d", "e":
		set("wday", &f.wday, n)
	case "YY":
		if n > 68 {
			n -= 100
		}
		set("year", &f.year, 2000+n)
	case "YYYY", "YYYYY", "Y", "GGGG", "gggg":
		if tok == "YYYY" && len(text) == 2 {
			f.take("YY", text)
			return
		}
		set("year", &f.year, n)
	case "A", "a":
		f.half = strings.ToLower(text[:1])
	case "Z", "ZZ":
		f.offset, f.has["offset"] = text, true
	case "X", "x":
		seconds, _ := strconv.ParseFloat(text, 64)
		if tok == "X" {
			seconds *= 1000
		}
		ms := int64(seconds)
		f.stamp = &ms
	default:
		f.takeClock(tok, text, n)
	}
}

func (f *formatted) takeClock(tok, text string, n int) {
	set := func(name string, into *int, value int) { *into, f.has[name] = value, true }
	switch tok {
	case "H", "HH", "h", "hh":
		set("hour", &f.hour, n)
	case "k", "kk":
		set("hour", &f.hour, n%24)
	case "hmm", "Hmm":
		set("hour", &f.hour, n/100)
		set("minute", &f.minute, n%100)
	case "m", "mm":
		set("minute", &f.minute, n)
	case "s", "ss":
		set("second", &f.second, n)
	case "S", "SS", "SSS", "SSSS", "SSSSS", "SSSSSS":
		set("ms", &f.ms, jsdate.Milliseconds(text))
	}
}

func (f *formatted) time(zone *time.Location, now time.Time) (time.Time, bool) {
	switch {
	case f.half == "p" && f.hour < 12:
		f.hour += 12
	case f.half == "a" && f.hour == 12:
		f.hour = 0
	}
	if !f.has["year"] {
		f.year = now.Year()
		if !f.has["month"] && !f.has["ordinal"] && !f.has["week"] {
			f.month = int(now.Month())
			if !f.has["day"] {
				f.day = now.Day()
			}
		}
	}
	f.month, f.day = max(f.month, f.unless("month")), max(f.day, f.unless("day"))
	switch {
	case f.has["ordinal"]:
		f.on(time.Date(f.year, 1, f.ordinal, 0, 0, 0, 0, time.UTC))
	case f.has["week"]:
		f.on(isoWeekDay(f.year, f.week, max(f.wday, 1)))
	}
	if !f.valid() {
		return time.Time{}, false
	}
	if f.offset != "" {
		return time.UnixMilli(f.wall() - int64(jsdate.Offset(f.offset))*1000).In(zone), true
	}
	return f.in(zone), true
}

// unless is the least value of a part that was not given.
func (f *formatted) unless(name string) int {
	if f.has[name] {
		return 0
	}
	return 1
}
