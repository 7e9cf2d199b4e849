package ics

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/jobsprint/jobsprint/item"
)

// zones are the time zones that a calendar describes, by their id.
type zones map[string]*time.Location

// zonesOf takes each zone by its name where that is known, else the offset of its standard time.
func zonesOf(c *component) zones {
	z := zones{}
	for _, tz := range c.all("VTIMEZONE") {
		id := ""
		for _, l := range tz.lines {
			if l.name == "TZID" {
				id = l.value
			}
		}
		if loc, err := time.LoadLocation(id); err == nil {
			z[id] = loc
			continue
		}
		for _, part := range tz.all("STANDARD") {
			for _, l := range part.lines {
				if seconds, ok := offset(l.value); ok && l.name == "TZOFFSETTO" {
					z[id] = time.FixedZone(id, seconds)
				}
			}
		}
	}
	return z
}

func (z zones) find(id string) (*time.Location, bool) {
	if loc, ok := z[id]; ok {
		return loc, true
	}
	loc, err := time.LoadLocation(id)
	return loc, err == nil && id != "" && id != "Local"
}

func offset(s string) (seconds int, ok bool) {
	t, err := time.Parse("-0700", s)
	if err != nil {
		return 0, false
	}
	_, seconds = t.Zone()
	return seconds, true
}

// moment reads a date or a time without regard to its zone.
func moment(s string) (t time.Time, ok bool) {
	for _, layout := range []string{"20060102T150405Z", "20060102T150405", "20060102"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t, true
		}
	}
	return t, false
}

func date(t time.Time) item.Value { return item.Date(float64(t.UnixMilli())) }

func readMoment(l line, _ zones) item.Value {
	t, ok := moment(l.value)
	if !ok {
		return item.Undefined
	}
	return date(t)
}

// readDate reads a date with its type; a time in a zone of its own also tells its local time.
func readDate(l line, z zones) item.Value {
	t, ok := moment(l.value)
	if !ok {
		return item.Undefined
	}
	if l.params["VALUE"] == "DATE" || len(l.value) == 8 {
		return item.NewObject(2).Set("date", date(t)).Set("type", item.String("DATE")).Value()
	}
	o := item.NewObject(3)
	loc, known := z.find(l.params["TZID"])
	if !known || strings.HasSuffix(l.value, "Z") {
		return o.Set("date", date(t)).Set("type", item.String("DATE-TIME")).Value()
	}
	at := time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), 0, loc)
	local := item.NewObject(3).Set("date", date(t)).
		Set("timezone", item.String(l.params["TZID"])).
		Set("tzoffset", item.String(at.Format("-0700")))
	return o.Set("date", date(at)).Set("type", item.String("DATE-TIME")).Set("local", local.Value()).Value()
}

var duration = regexp.MustCompile(`^([+-])?P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$`)

func readDuration(l line, _ zones) item.Value {
	m := duration.FindStringSubmatch(l.value)
	if m == nil {
		return item.Undefined
	}
	o := item.NewObject(6)
	if m[1] == "-" {
		o.Set("before", item.True)
	}
	for i, name := range []string{"weeks", "days", "hours", "minutes", "seconds"} {
		if n, err := strconv.Atoi(m[i+2]); err == nil {
			o.Set(name, item.Int(n))
		}
	}
	return o.Value()
}

func readTrigger(l line, z zones) item.Value {
	options := item.NewObject(1)
	if related, ok := l.params["RELATED"]; ok {
		options.Set("related", item.String(related))
	}
	kind, value := "relative", readDuration(l, z)
	if value.IsUndefined() {
		kind, value = "absolute", readDate(line{value: l.value, params: map[string]string{}}, z)
	}
	return item.NewObject(3).Set("type", item.String(kind)).Set("value", value).Set("options", options.Value()).Value()
}

// ruleKeys are the parts of a recurrence rule.
var ruleKeys = map[string]string{
	"FREQ": "frequency", "INTERVAL": "interval", "COUNT": "count", "UNTIL": "until", "BYDAY": "byDay", "BYMONTH": "byMonth",
	"BYMONTHDAY": "byMonthday", "BYHOUR": "byHour", "BYMINUTE": "byMinute", "BYSECOND": "bySecond", "BYYEARDAY": "byYearday",
	"BYWEEKNO": "byWeekNo", "BYSETPOS": "bySetPos", "WKST": "workweekStart",
}

func readRule(l line, z zones) item.Value {
	o := item.NewObject(6)
	for _, part := range strings.Split(l.value, ";") {
		name, value, _ := strings.Cut(part, "=")
		key, ok := ruleKeys[strings.ToUpper(name)]
		if !ok {
			continue
		}
		switch key {
		case "frequency", "workweekStart":
			o.Set(key, item.String(value))
		case "interval", "count":
			o.Set(key, readNumber(line{value: value}, z))
		case "until":
			o.Set(key, readDate(line{value: value, params: map[string]string{}}, z))
		case "byDay":
			o.Set(key, days(value))
		case "byMonth":
			o.Set(key, numbers(value, -1)) // months count from 0
		default:
			o.Set(key, numbers(value, 0))
		}
	}
	return o.Value()
}

func numbers(s string, add int) item.Value {
	var list []item.Value
	for _, part := range strings.Split(s, ",") {
		if n, err := strconv.Atoi(part); err == nil {
			list = append(list, item.Int(n+add))
		}
	}
	return item.Array(list)
}

// days reads such as MO,-1SU: the day, and the how manieth one.
func days(s string) item.Value {
	var list []item.Value
	for _, part := range strings.Split(s, ",") {
		cut := max(0, len(part)-2)
		o := item.NewObject(2).Set("day", item.String(part[cut:]))
		if n, err := strconv.Atoi(part[:cut]); err == nil {
			o.Set("occurence", item.Int(n)) //nolint:misspell // so spelled by ts-ics
		}
		list = append(list, o.Value())
	}
	return item.Array(list)
}
