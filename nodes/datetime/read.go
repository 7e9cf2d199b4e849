package datetime

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
)

// dateParam is a parameter that holds a date. An expression that makes a Luxon
// date gives its ISO text; n8n keeps the date's own zone then, where it takes a
// text to the process's zone.
type dateParam struct {
	value nodes.Param[item.Value]
	luxon bool
}

var (
	makesLuxon = regexp.MustCompile(`\$now|\$today|\bDateTime\b|\.toDateTime\(`)
	makesText  = regexp.MustCompile(`\.(?:to[A-Z]\w*(?:String|Format|ISO\w*|Millis|Seconds|JSDate|Object|SQL\w*)|toISO|toString|format|toFormat|toMillis|toSeconds|extract|diff\w*)\(`)
	isoMoment  = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}(?:Z|[+-]\d\d:\d\d)$`)
)

func newDateParam(c *nodes.Compile, name string) dateParam {
	text, _ := c.Raw(name).Str()
	luxon := strings.HasPrefix(text, "=") && makesLuxon.MatchString(text) && !makesText.MatchString(text)
	return dateParam{nodes.Any(c, name, item.String("")), luxon}
}

// moment is the date of an item. in is the zone it is wanted in; nil leaves it in
// its own.
func (p dateParam) moment(c *nodes.Call, i int, format string, in *time.Location) (time.Time, item.Value, error) {
	v, err := p.value.At(c, i)
	if err != nil {
		return time.Time{}, v, err
	}
	t, err := p.read(c, v, format, i)
	if err == nil && in != nil {
		t = t.In(in)
	}
	return t, v, err
}

func (p dateParam) read(c *nodes.Call, v item.Value, format string, i int) (time.Time, error) {
	text, isText := v.Str()
	zone := c.Batch.Env.Zone
	if p.luxon && isText && isoMoment.MatchString(text) {
		t, err := time.Parse(time.RFC3339, text)
		if err == nil {
			return t.In(zone), nil
		}
	}
	if ms, ok := v.Date(); ok {
		return time.UnixMilli(int64(ms)).In(process), nil
	}
	var t time.Time
	var ok bool
	switch {
	case format != "" && isText:
		t, ok = luxonParse(text, format, zone, c.Now())
	default:
		t, ok = lenient(v, process, c.Now())
	}
	if !ok {
		return t, nodes.Fail("datetime.invalid", "Invalid date format", i)
	}
	t = t.In(process)
	if isText {
		t = t.In(ownZone(text))
	}
	return t, nil
}

// lenient reads what n8n takes for a date: numbers and texts with a number as
// seconds or milliseconds since 1970, other texts as moment does, a list as year,
// month (from 0), day and so on; anything else is now.
func lenient(v item.Value, zone *time.Location, now time.Time) (time.Time, bool) {
	if v.Kind() == item.KindUndefined {
		return now, true
	}
	if n := v.ToNumber(); n == n {
		return fromNumber(n, zone)
	}
	if text, ok := v.Str(); ok {
		return momentText(text, zone)
	}
	if list, ok := v.Elems(); ok {
		d := [7]int{1970, 0, 1}
		for i := range min(len(list), len(d)) {
			n := list[i].ToNumber()
			if n != n {
				text, _ := list[i].Str()
				n, _ = strconv.ParseFloat(leadingDigits.FindString(text), 64)
			}
			d[i] = int(n)
		}
		parts := dateParts{d[0], d[1] + 1, d[2], d[3], d[4], d[5], d[6]}
		return parts.in(zone), parts.valid()
	}
	return now, true
}

var leadingDigits = regexp.MustCompile(`^\d+`)

// fromNumber reads a moment: a number with a fraction is seconds, and so is a
// whole one of fewer than 12 digits; others are milliseconds.
func fromNumber(n float64, zone *time.Location) (time.Time, bool) {
	if n != math.Trunc(n) {
		n *= 1000
	}
	if len(item.FormatNumber(n)) < 12 {
		n *= 1000
	}
	if math.Abs(n) > maxMS {
		return time.Time{}, false
	}
	return time.UnixMilli(int64(n)).In(zone), true
}

// ownZone is the zone that a text asks to be shown in: whole hours after a plus,
// else the process's.
func ownZone(text string) *time.Location {
	_, after, ok := strings.Cut(text, "+")
	if !ok || len(after) < 2 {
		return process
	}
	hours, err := strconv.Atoi(after[:2])
	if err != nil || hours > 14 {
		return process
	}
	return time.FixedZone("Etc/GMT-"+strconv.Itoa(hours), hours*3600)
}
