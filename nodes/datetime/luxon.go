package datetime

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/jobsprint/jobsprint/item"
)

// isoText is Luxon's toISO: milliseconds and offset, "Z" for UTC itself only.
func isoText(t time.Time) string {
	text := fmt.Sprintf("%s-%02d-%02dT%02d:%02d:%02d.%03d", isoYear(t.Year()), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond()/1e6)
	if t.Location() == time.UTC || t.Location().String() == "UTC" {
		return text + "Z"
	}
	return text + offsetText(offsetOf(t), "ZZ")
}

func isoYear(year int) string {
	switch {
	case year > 9999:
		return fmt.Sprintf("+%06d", year)
	case year < 0:
		return fmt.Sprintf("-%06d", -year)
	}
	return fmt.Sprintf("%04d", year)
}

// token is a part of a format: a run of one letter, or text.
type token struct {
	text    string
	literal bool
}

// luxonTokens splits a format as Luxon does: runs of one character, and what
// stands in single quotes as it is.
func luxonTokens(format string) []token {
	var out []token
	var run []rune
	quoted := false
	flush := func() {
		if len(run) > 0 {
			text := string(run)
			out = append(out, token{text, quoted || strings.TrimSpace(text) == ""})
		}
		run = nil
	}
	for _, r := range format {
		switch {
		case r == '\'':
			if len(run) == 0 && quoted {
				out = append(out, token{"'", true})
			}
			flush()
			quoted = !quoted
		case quoted || len(run) > 0 && run[0] == r:
			run = append(run, r)
		default:
			flush()
			run = append(run, r)
		}
	}
	flush()
	return out
}

// luxonFormat writes a time by Luxon's tokens, in English.
func luxonFormat(t time.Time, format string) string {
	var out strings.Builder
	for _, tok := range luxonTokens(format) {
		if text, ok := luxonPart(t, tok.text); ok && !tok.literal {
			out.WriteString(text)
		} else {
			out.WriteString(tok.text)
		}
	}
	return out.String()
}

// luxonPart is what one token stands for; false where it is none.
func luxonPart(t time.Time, name string) (string, bool) {
	if text, ok := luxonClock(t, name); ok {
		return text, true
	}
	if text, ok := luxonDate(t, name); ok {
		return text, true
	}
	if macro, ok := luxonMacros[name]; ok {
		return luxonFormat(t, macro), true
	}
	switch name {
	case "ZZZZ":
		return shortName(t), true
	case "ZZZZZ":
		return longName(t), true
	case "Z", "ZZ", "ZZZ":
		return offsetText(offsetOf(t), name), true
	case "z":
		return t.Location().String(), true
	case "X":
		return strconv.FormatInt(floorDiv(t.UnixMilli(), 1000), 10), true
	case "x":
		return strconv.FormatInt(t.UnixMilli(), 10), true
	}
	return "", false
}

// luxonMacros are tokens that stand for a format of the locale.
var luxonMacros = map[string]string{
	"D": "M/d/yyyy", "DD": "MMM d, yyyy", "DDD": "MMMM d, yyyy", "DDDD": "cccc, MMMM d, yyyy",
	"t": "h:mm a", "tt": "h:mm:ss a", "ttt": "h:mm:ss a ZZZZ", "tttt": "h:mm:ss a ZZZZZ",
	"T": "HH:mm", "TT": "HH:mm:ss", "TTT": "HH:mm:ss ZZZZ", "TTTT": "HH:mm:ss ZZZZZ",
	"f": "M/d/yyyy, h:mm a", "ff": "MMM d, yyyy, h:mm a", "fff": "MMMM d, yyyy 'at' h:mm a ZZZZ", "ffff": "cccc, MMMM d, yyyy 'at' h:mm a ZZZZZ",
	"F": "M/d/yyyy, h:mm:ss a", "FF": "MMM d, yyyy, h:mm:ss a", "FFF": "MMMM d, yyyy 'at' h:mm:ss a ZZZZ", "FFFF": "cccc, MMMM d, yyyy 'at' h:mm:ss a ZZZZZ",
}

func luxonClock(t time.Time, name string) (string, bool) {
	ms, half := t.Nanosecond()/1e6, "AM"
	if t.Hour() >= 12 {
		half = "PM"
	}
	switch name {
	case "S":
		return strconv.Itoa(ms), true
	case "u", "SSS":
		return pad(ms, 3), true
	case "uu":
		return pad(ms/10, 2), true
	case "uuu":
		return strconv.Itoa(ms / 100), true
	case "s", "ss":
		return pad(t.Second(), len(name)), true
	case "m", "mm":
		return pad(t.Minute(), len(name)), true
	case "h", "hh":
		return pad((t.Hour()+11)%12+1, len(name)), true
	case "H", "HH":
		return pad(t.Hour(), len(name)), true
	case "a":
		return half, true
	}
	return "", false
}

func luxonDate(t time.Time, name string) (string, bool) {
	isoYear, isoWeek := t.ISOWeek()
	localYear, localWeek := localWeek(t)
	switch name {
	case "d", "dd":
		return pad(t.Day(), len(name)), true
	case "c", "E":
		return strconv.Itoa(weekday(t)), true
	case "ccc", "EEE":
		return t.Weekday().String()[:3], true
	case "cccc", "EEEE":
		return t.Weekday().String(), true
	case "ccccc", "EEEEE":
		return t.Weekday().String()[:1], true
	case "L", "LL", "M", "MM":
		return pad(int(t.Month()), len(name)), true
	case "LLL", "MMM":
		return t.Month().String()[:3], true
	case "LLLL", "MMMM":
		return t.Month().String(), true
	case "LLLLL", "MMMMM":
		return t.Month().String()[:1], true
	case "y", "yyyy", "yyyyyy":
		return pad(t.Year(), len(name)), true
	case "yy":
		return pad(t.Year()%100, 2), true
	case "G":
		return "AD", true
	case "GG":
		return "Anno Domini", true
	case "GGGGG":
		return "A", true
	case "kk":
		return pad(isoYear%100, 2), true
	case "kkkk":
		return pad(isoYear, 4), true
	case "W", "WW":
		return pad(isoWeek, len(name)), true
	case "n", "nn":
		return pad(localWeek, len(name)), true
	case "ii":
		return pad(localYear%100, 2), true
	case "iiii":
		return pad(localYear, 4), true
	case "o", "ooo":
		return pad(t.YearDay(), len(name)), true
	case "q", "qq":
		return pad((int(t.Month())+2)/3, len(name)), true
	}
	return "", false
}

func pad(n, width int) string {
	if n < 0 {
		return "-" + pad(-n, width)
	}
	return fmt.Sprintf("%0*d", width, n)
}

// weekday counts from Monday, 1, to Sunday, 7.
func weekday(t time.Time) int { return (int(t.Weekday())+6)%7 + 1 }

// localWeek counts weeks as the United States do: they begin on Sunday, and the
// first has the first of January.
func localWeek(t time.Time) (year, week int) {
	saturday := t.AddDate(0, 0, 6-int(t.Weekday()))
	year = saturday.Year()
	return year, (saturday.YearDay()-1)/7 + 1
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b != 0 && (a < 0) != (b < 0) {
		q--
	}
	return q
}

// partOf is a member of a Luxon date; Undefined where it has none of the name.
func partOf(t time.Time, part string) item.Value {
	_, week := t.ISOWeek()
	switch part {
	case "year":
		return item.Int(t.Year())
	case "quarter":
		return item.Int((int(t.Month()) + 2) / 3)
	case "month":
		return item.Int(int(t.Month()))
	case "week", "weekNumber":
		return item.Int(week)
	case "day":
		return item.Int(t.Day())
	case "weekday":
		return item.Int(weekday(t))
	case "ordinal":
		return item.Int(t.YearDay())
	case "hour":
		return item.Int(t.Hour())
	case "minute":
		return item.Int(t.Minute())
	case "second":
		return item.Int(t.Second())
	case "millisecond":
		return item.Int(t.Nanosecond() / 1e6)
	}
	return item.Undefined
}
