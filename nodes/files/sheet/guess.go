package sheet

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/jobsprint/jobsprint/item"
)

// Guess types the text of a cell in a format that has no types: TRUE and FALSE, numbers with thousands separators,
// dollars and percents, dates and times, error values; else it stays a text.
func Guess(text string) Cell {
	switch text {
	case "TRUE":
		return Cell{Kind: Bool, Num: 1, Shown: text}
	case "FALSE":
		return Cell{Kind: Bool, Shown: text}
	}
	if n, ok := looseNumber(text); ok {
		return Cell{Kind: Number, Num: n, Shown: text}
	}
	if day, ok := looseDate(text); ok {
		return Cell{Kind: Number, Num: day, Format: dateFormat, Shown: text}
	}
	if code, ok := faultOf(text); ok {
		return Cell{Kind: Fault, Num: code, Shown: text}
	}
	return Cell{Kind: Text, Str: text}
}

var (
	thousands = regexp.MustCompile(`(\d),(\d)`)
	brackets  = regexp.MustCompile(`\(([^()]*)\)`)
)

func looseNumber(s string) (float64, bool) {
	if v := item.StringToNumber(s); !math.IsNaN(v) {
		return v, !math.IsInf(v, 0)
	}
	if !strings.ContainsAny(s, "0123456789") {
		return 0, false
	}
	weight := math.Pow(100, float64(strings.Count(s, "%")))
	s = thousands.ReplaceAllString(s, "$1$2")
	s = strings.NewReplacer("$", "", "%", "").Replace(s)
	if v := item.StringToNumber(s); !math.IsNaN(v) {
		return v / weight, true
	}
	weight *= math.Pow(-1, float64(len(brackets.FindAllString(s, -1))))
	if v := item.StringToNumber(brackets.ReplaceAllString(s, "$1")); !math.IsNaN(v) {
		return v / weight, true
	}
	return 0, false
}

var (
	clock12 = regexp.MustCompile(`^(0?\d|1[0-2])(?::([0-5]?\d))?(?::([0-5]?\d))?\s+([ap])m?$`)
	clock24 = regexp.MustCompile(`^([01]?\d|2[0-3]):([0-5]?\d)(?::([0-5]?\d))?(\.\d+)?$`)
	isoTime = regexp.MustCompile(`^(\d+)-(\d+)-(\d+)[T ](\d+):(\d+)(:\d+)(\.\d+)?Z?$`)
	notDate = regexp.MustCompile(`[^-0-9:,/\\ ]`)
	months  = regexp.MustCompile(`(?i)jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec`)
)

// dateLayouts are the forms of dates that are read.
var dateLayouts = []string{
	"2006-1-2", "2006/1/2", "1/2/2006", "1-2-2006", "1/2/06", "2006-1-2 15:04", "2006-1-2 15:04:05", "1/2/2006 15:04", "1/2/2006 15:04:05",
}

// monthLayouts are the forms of dates with a month's name that are read.
var monthLayouts = []string{
	"2 Jan 2006", "2 January 2006", "Jan 2 2006", "January 2 2006", "Jan 2, 2006", "January 2, 2006", "2-Jan-2006", "2-Jan-06", "Jan 2006", "January 2006",
}

// looseDate reads a date or a time as a day number.
func looseDate(s string) (float64, bool) {
	text := strings.Join(strings.Fields(strings.ToLower(s)), " ")
	if day, ok := looseClock(text); ok {
		return day, true
	}
	layouts := dateLayouts
	switch {
	case isoTime.MatchString(s):
		t, err := time.Parse("2006-01-02T15:04:05.999999999", strings.TrimSuffix(strings.Replace(s, " ", "T", 1), "Z"))
		return dayNumber(t), err == nil
	case months.MatchString(s):
		layouts = monthLayouts
	case notDate.MatchString(s):
		return 0, false
	}
	for _, layout := range layouts {
		if t, err := time.Parse(layout, strings.TrimSpace(s)); err == nil {
			if t.Year() < 1900 {
				return 0, false
			}
			return dayNumber(t), true
		}
	}
	return 0, false
}

func dayNumber(t time.Time) float64 { return float64(t.UnixMilli()-epochMS) / dayMS }

// looseClock reads a time of day as a part of a day.
func looseClock(s string) (float64, bool) {
	if m := clock12.FindStringSubmatch(s); m != nil {
		hour := number(m[1]) % 12
		if m[4] == "p" {
			hour += 12
		}
		return float64(3600*hour+60*number(m[2])+number(m[3])) / 86400, true
	}
	if m := clock24.FindStringSubmatch(s); m != nil {
		return float64(3600*number(m[1])+60*number(m[2])+number(m[3])) / 86400, true
	}
	return 0, false
}

func number(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		return 0
	}
	return n
}
