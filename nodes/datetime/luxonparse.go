package datetime

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/jobsprint/jobsprint/nodes/jsdate"
)

// luxonForms are what Luxon's tokens match when a text is read.
var luxonForms = map[string]string{
	"G": `AD|BC`, "y": `\d{1,6}`, "yy": `\d{2,4}`, "yyyy": `\d{4}`, "yyyyy": `\d{4,6}`, "yyyyyy": `\d{6}`,
	"M": `\d{1,2}`, "MM": `\d{2}`, "L": `\d{1,2}`, "LL": `\d{2}`, "MMM": months(3), "LLL": months(3), "MMMM": months(0), "LLLL": months(0),
	"d": `\d{1,2}`, "dd": `\d{2}`, "o": `\d{1,3}`, "ooo": `\d{3}`, "q": `\d`, "qq": `\d{2}`,
	"H": `\d{1,2}`, "HH": `\d{2}`, "h": `\d{1,2}`, "hh": `\d{2}`, "m": `\d{1,2}`, "mm": `\d{2}`, "s": `\d{1,2}`, "ss": `\d{2}`,
	"S": `\d{1,3}`, "SSS": `\d{3}`, "u": `\d{1,9}`, "uu": `\d{1,2}`, "uuu": `\d`, "a": `AM|PM`,
	"kk": `\d{2,4}`, "kkkk": `\d{4}`, "W": `\d{1,2}`, "WW": `\d{2}`, "E": `\d`, "c": `\d`, "EEE": days(3), "ccc": days(3), "EEEE": days(0), "cccc": days(0),
	"Z": `[+-]\d{1,2}(?::\d{2})?`, "ZZ": `[+-]\d{1,2}(?::\d{2})?`, "ZZZ": `[+-]\d{1,2}(?:\d{2})?`, "z": `[a-z_+\-/]{1,256}?`,
}

func months(n int) string {
	var names []string
	for m := time.January; m <= time.December; m++ {
		names = append(names, cut(m.String(), n))
	}
	return strings.Join(names, "|")
}

func days(n int) string {
	var names []string
	for d := time.Sunday; d <= time.Saturday; d++ {
		names = append(names, cut(d.String(), n))
	}
	return strings.Join(names, "|")
}

func cut(s string, n int) string {
	if n == 0 {
		return s
	}
	return s[:n]
}

// luxonParse reads a text that has a format of Luxon's as a whole. Parts that are
// not given are those of now where they are larger than the ones given, else the
// least.
func luxonParse(text, format string, zone *time.Location, now time.Time) (time.Time, bool) {
	var form strings.Builder
	form.WriteString(`(?i)^`)
	var names []string
	for _, tok := range luxonTokens(expandMacros(format)) {
		if part, ok := luxonForms[tok.text]; ok && !tok.literal {
			form.WriteString("(" + part + ")")
			names = append(names, tok.text)
		} else {
			form.WriteString(regexp.QuoteMeta(tok.text))
		}
	}
	re, err := regexp.Compile(form.String() + `$`)
	if err != nil {
		return time.Time{}, false
	}
	m := re.FindStringSubmatch(text)
	if m == nil {
		return time.Time{}, false
	}
	f := formatted{has: map[string]bool{}}
	for i, name := range names {
		if name == "z" {
			if zone, err = time.LoadLocation(m[i+1]); err != nil {
				return time.Time{}, false
			}
		}
		f.takeLuxon(name, m[i+1])
	}
	f.week = max(f.week, boolToInt(f.has["weekYear"]))
	f.has["week"] = f.week > 0 && !f.has["month"] && !f.has["day"]
	t, ok := f.time(zone, now.In(zone))
	if wday := f.wday; ok && wday > 0 && f.offset == "" && weekday(t) != wday && (f.has["day"] || f.has["ordinal"]) {
		return t, false
	}
	return t, ok
}

func boolToInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

func expandMacros(format string) string {
	var out strings.Builder
	for _, tok := range luxonTokens(format) {
		macro, ok := luxonMacros[tok.text]
		switch {
		case ok && !tok.literal:
			out.WriteString(macro)
		case tok.literal && strings.TrimSpace(tok.text) != "":
			out.WriteString("'" + tok.text + "'")
		default:
			out.WriteString(tok.text)
		}
	}
	return out.String()
}

func (f *formatted) takeLuxon(name, text string) {
	n, _ := strconv.Atoi(text)
	set := func(part string, into *int, value int) { *into, f.has[part] = value, true }
	switch name {
	case "y", "yyyy", "yyyyy", "yyyyyy":
		set("year", &f.year, n)
	case "yy":
		set("year", &f.year, fullYear(n, text))
	case "kk", "kkkk":
		set("year", &f.year, fullYear(n, text))
		f.has["weekYear"] = true
	case "M", "MM", "L", "LL":
		set("month", &f.month, n)
	case "MMM", "MMMM", "LLL", "LLLL":
		set("month", &f.month, jsdate.Month(text))
	case "q", "qq":
		set("month", &f.month, (n-1)*3+1)
	case "d", "dd":
		set("day", &f.day, n)
	case "o", "ooo":
		set("ordinal", &f.ordinal, n)
	case "W", "WW":
		set("week", &f.week, n)
	case "E", "c":
		f.wday = n
	case "EEE", "EEEE", "ccc", "cccc":
		for d := range 7 {
			if strings.EqualFold(text[:3], time.Weekday(d).String()[:3]) {
				f.wday = (d+6)%7 + 1
			}
		}
	case "Z", "ZZ", "ZZZ":
		f.offset = fullOffset(text)
	case "a":
		f.half = strings.ToLower(text[:1])
	default:
		f.takeLuxonClock(name, text, n)
	}
}

func (f *formatted) takeLuxonClock(name, text string, n int) {
	set := func(part string, into *int, value int) { *into, f.has[part] = value, true }
	switch name {
	case "H", "HH", "h", "hh":
		set("hour", &f.hour, n)
	case "m", "mm":
		set("minute", &f.minute, n)
	case "s", "ss":
		set("second", &f.second, n)
	case "S", "SSS":
		set("ms", &f.ms, n)
	case "u", "uu", "uuu":
		set("ms", &f.ms, jsdate.Milliseconds(text))
	}
}

// fullYear makes a year of two digits one of this century, or of the last where it
// is after 60.
func fullYear(n int, text string) int {
	switch {
	case len(text) > 2:
		return n
	case n > 60:
		return 1900 + n
	}
	return 2000 + n
}

// fullOffset writes an offset such as "+2" or "+530" with all its digits.
func fullOffset(text string) string {
	hours, minutes, found := strings.Cut(text[1:], ":")
	if !found && len(hours) > 2 {
		hours, minutes = hours[:len(hours)-2], hours[len(hours)-2:]
	}
	return text[:1] + strings.Repeat("0", max(0, 2-len(hours))) + hours + strings.Repeat("0", max(0, 2-len(minutes))) + minutes
}
