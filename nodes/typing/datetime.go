package typing

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/jobsprint/jobsprint/item"
)

// Layouts of ISO 8601, of SQL, of mail and of HTTP. A fraction of a second may
// follow the seconds in each.
var zoned = []string{
	time.RFC3339, "2006-01-02T15:04Z07:00", "2006-01-02T15Z07:00",
	"2006-01-02T15:04:05Z0700", "2006-01-02T15:04Z0700", "2006-01-02T15:04:05Z07",
	"20060102T150405Z07:00", "20060102T150405Z0700",
	"2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05 Z07:00", "2006-01-02 15:04:05 -0700",
	time.RFC1123Z, "Mon, 2 Jan 2006 15:04:05 -0700", "2 Jan 2006 15:04:05 -0700", "Mon, 2 Jan 2006 15:04 -0700",
}

// gmt are layouts with a zone by name, which can only be GMT.
var gmt = []string{time.RFC1123, "Mon, 2 Jan 2006 15:04:05 GMT", "Monday, 02-Jan-06 15:04:05 GMT"}

var local = []string{
	"2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02T15", "2006-01-02", "2006-01", "2006",
	"20060102T150405", "20060102T1504", "20060102",
	"2006-01-02 15:04:05", "2006-01-02 15:04", time.ANSIC,
}

// Time reads a moment: a date, a text in one of the usual forms, or milliseconds
// since 1970. A text without an offset is in zone; nil means UTC.
func Time(v item.Value, zone *time.Location) (time.Time, bool) {
	if zone == nil {
		zone = time.UTC
	}
	ms, ok := v.Number()
	if !ok {
		ms, ok = v.Date()
	}
	if ok {
		if math.IsNaN(ms) || math.Abs(ms) > 8.64e15 {
			return time.Time{}, false
		}
		return time.UnixMilli(int64(ms)).In(zone), true
	}
	text, ok := v.Str()
	if !ok {
		return time.Time{}, false
	}
	text = strings.TrimSpace(text)
	for _, layout := range zoned {
		if t, err := time.Parse(layout, text); err == nil {
			return t, true
		}
	}
	for _, layout := range gmt {
		if t, err := time.ParseInLocation(layout, text, time.UTC); err == nil {
			return t, true
		}
	}
	for _, layout := range local {
		if t, err := time.ParseInLocation(layout, text, zone); err == nil {
			return t, true
		}
	}
	return dayOfYear(text, zone)
}

var weekOrDay = regexp.MustCompile(`^(\d{4})-?(?:W(\d\d)(?:-?([1-7]))?|(\d{3}))$`)

// dayOfYear reads ISO 8601's weeks and days of a year, such as 2024-W01-1 and
// 2024-005.
func dayOfYear(text string, zone *time.Location) (time.Time, bool) {
	m := weekOrDay.FindStringSubmatch(text)
	if m == nil {
		return time.Time{}, false
	}
	n := func(i, def int) int {
		v, err := strconv.Atoi(m[i])
		if err != nil {
			return def
		}
		return v
	}
	year := n(1, 0)
	if m[4] != "" {
		t := time.Date(year, 1, n(4, 0), 0, 0, 0, 0, zone)
		return t, n(4, 0) >= 1 && t.Year() == year
	}
	fourth := time.Date(year, 1, 4, 0, 0, 0, 0, zone) // it is always in week 1
	monday := 4 - (int(fourth.Weekday())+6)%7
	t := time.Date(year, 1, monday+7*(n(2, 1)-1)+n(3, 1)-1, 0, 0, 0, 0, zone)
	_, week := t.ISOWeek()
	return t, week == n(2, 1)
}
