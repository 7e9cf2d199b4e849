package datetime

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"
)

var momentTokenForm = regexp.MustCompile(`\[[^\[]*\]|\\.|hmmss|hmm|Hmmss|Hmm|Mo|MM?M?M?|Do|DDDo|DD?D?D?|ddd?d?|do?|w[ow]?|W[oW]?|Qo?|N{1,5}|YYYYYY|YYYYY|YYYY|YY|y{2,4}|yo?|gg(?:ggg?)?|GG(?:GGG?)?|e|E|a|A|hh?|HH?|kk?|mm?|ss?|S{1,9}|x|X|zz?|ZZ?|LTS|LT|LL?L?L?|l{1,4}|[\s\S]`)

// momentTokens splits a format as moment does; what stands in brackets is one
// token.
func momentTokens(format string) []string { return momentTokenForm.FindAllString(format, -1) }

// longForms are the tokens that stand for a format of the locale.
var longForms = map[string]string{
	"LT": "h:mm A", "LTS": "h:mm:ss A", "L": "MM/DD/YYYY", "LL": "MMMM D, YYYY", "LLL": "MMMM D, YYYY h:mm A", "LLLL": "dddd, MMMM D, YYYY h:mm A",
	"l": "M/D/YYYY", "ll": "MMM D, YYYY", "lll": "MMM D, YYYY h:mm A", "llll": "ddd, MMM D, YYYY h:mm A",
}

func expandLong(format string) string {
	var out strings.Builder
	for _, tok := range momentTokens(format) {
		if long, ok := longForms[tok]; ok {
			tok = long
		}
		out.WriteString(tok)
	}
	return out.String()
}

// literalOf is the text of a token that is none.
func literalOf(tok string) string {
	if strings.HasPrefix(tok, "[") && strings.HasSuffix(tok, "]") && len(tok) > 1 {
		return tok[1 : len(tok)-1]
	}
	return strings.ReplaceAll(tok, `\`, "")
}

// momentFormat writes a time by moment's tokens, in English. named says that the
// zone was chosen, so that its name is known. An empty format is ISO 8601.
func momentFormat(t time.Time, format string, named bool) string {
	if format == "" {
		format = "YYYY-MM-DDTHH:mm:ssZ"
	}
	var out strings.Builder
	for _, tok := range momentTokens(expandLong(format)) {
		text, ok := momentDate(t, tok)
		if !ok {
			text, ok = momentClock(t, tok, named)
		}
		if !ok {
			text = literalOf(tok)
		}
		out.WriteString(text)
	}
	return out.String()
}

func ordinal(n int) string {
	suffix := "th"
	switch {
	case n/10%10 == 1:
	case n%10 == 1:
		suffix = "st"
	case n%10 == 2:
		suffix = "nd"
	case n%10 == 3:
		suffix = "rd"
	}
	return strconv.Itoa(n) + suffix
}

func momentDate(t time.Time, tok string) (string, bool) {
	if base, ok := strings.CutSuffix(tok, "o"); ok && base != "" {
		n, isNumber := momentNumber(t, base)
		return ordinal(n), isNumber
	}
	if n, ok := momentNumber(t, tok); ok {
		width := len(tok)
		switch {
		case tok == "DDDD":
			width = 3
		case tok == "gg" || tok == "GG" || tok == "YY":
			n %= 100
		case tok == "Y" || tok == "y" || tok == "DDD" || width == 1:
			width = 1
		}
		if tok == "YYYYYY" {
			return fmt.Sprintf("%+07d", n), true
		}
		return pad(n, width), true
	}
	switch tok {
	case "MMM":
		return t.Month().String()[:3], true
	case "MMMM":
		return t.Month().String(), true
	case "dd":
		return t.Weekday().String()[:2], true
	case "ddd":
		return t.Weekday().String()[:3], true
	case "dddd":
		return t.Weekday().String(), true
	case "N", "NN", "NNN", "NNNNN":
		return "AD", true
	case "NNNN":
		return "Anno Domini", true
	}
	return "", false
}

// momentNumber is the number that a token of a date writes.
func momentNumber(t time.Time, tok string) (int, bool) {
	isoYear, isoWeek := t.ISOWeek()
	year, week := localWeek(t)
	switch tok {
	case "M", "MM":
		return int(t.Month()), true
	case "Q":
		return (int(t.Month()) + 2) / 3, true
	case "D", "DD":
		return t.Day(), true
	case "DDD", "DDDD":
		return t.YearDay(), true
	case "d", "e":
		return int(t.Weekday()), true
	case "E":
		return weekday(t), true
	case "w", "ww":
		return week, true
	case "W", "WW":
		return isoWeek, true
	case "Y", "YY", "YYYY", "YYYYY", "YYYYYY", "y", "yy", "yyy", "yyyy":
		return t.Year(), true
	case "gg", "gggg", "ggggg":
		return year, true
	case "GG", "GGGG", "GGGGG":
		return isoYear, true
	}
	return 0, false
}

func momentClock(t time.Time, tok string, named bool) (string, bool) {
	hour12 := (t.Hour()+11)%12 + 1
	switch tok {
	case "H", "HH":
		return pad(t.Hour(), len(tok)), true
	case "h", "hh":
		return pad(hour12, len(tok)), true
	case "k", "kk":
		return pad((t.Hour()+23)%24+1, len(tok)), true
	case "hmm":
		return strconv.Itoa(hour12) + pad(t.Minute(), 2), true
	case "Hmm":
		return strconv.Itoa(t.Hour()) + pad(t.Minute(), 2), true
	case "hmmss":
		return strconv.Itoa(hour12) + pad(t.Minute(), 2) + pad(t.Second(), 2), true
	case "Hmmss":
		return strconv.Itoa(t.Hour()) + pad(t.Minute(), 2) + pad(t.Second(), 2), true
	case "m", "mm":
		return pad(t.Minute(), len(tok)), true
	case "s", "ss":
		return pad(t.Second(), len(tok)), true
	case "a":
		return strings.ToLower(t.Format("PM")), true
	case "A":
		return t.Format("PM"), true
	case "Z":
		return offsetText(offsetOf(t), "ZZ"), true
	case "ZZ":
		return offsetText(offsetOf(t), "ZZZ"), true
	case "X":
		return strconv.FormatInt(floorDiv(t.UnixMilli(), 1000), 10), true
	case "x":
		return strconv.FormatInt(t.UnixMilli(), 10), true
	case "z", "zz":
		if !named {
			return "", true
		}
		name, _ := t.Zone()
		return name, true
	}
	if strings.Trim(tok, "S") == "" && tok != "" {
		return (pad(t.Nanosecond()/1e6, 3) + "000000")[:len(tok)], true
	}
	return "", false
}

// momentAdd adds an amount of a unit as moment does: parts of days and months are
// rounded, and a unit that it does not know adds nothing.
func momentAdd(t time.Time, unit string, n float64) time.Time {
	round := math.Copysign(math.Floor(math.Abs(n)+0.5), n)
	switch unit {
	case "years", "quarters", "months":
		months := n * map[string]float64{"years": 12, "quarters": 3, "months": 1}[unit]
		return plusUnit(t, "months", math.Copysign(math.Floor(math.Abs(months)+0.5), months))
	case "weeks":
		return plusUnit(t, "days", math.Copysign(math.Floor(math.Abs(n*7)+0.5), n))
	case "days":
		return plusUnit(t, "days", round)
	case "hours", "minutes", "seconds", "milliseconds":
		ms := float64(t.UnixMilli()) + n*unitMS[unit]
		return time.UnixMilli(int64(math.Trunc(ms))).In(t.Location())
	}
	return t
}
