package datetime

import (
	"errors"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/jobsprint/jobsprint/item"
)

// units are those of a duration, the largest first.
var units = []string{"years", "quarters", "months", "weeks", "days", "hours", "minutes", "seconds", "milliseconds"}

// unitMS is the length of a unit where it must have one: a month has 30 days, a
// year 365.
var unitMS = map[string]float64{
	"years": 365 * dayMS, "quarters": 91 * dayMS, "months": 30 * dayMS, "weeks": 7 * dayMS, "days": dayMS,
	"hours": hourMS, "minutes": 60_000, "seconds": 1000, "milliseconds": 1,
}

// perUnit says how many of the smaller unit are in the larger; a year has 52
// weeks and a quarter 13.
func perUnit(larger, smaller string) float64 {
	switch {
	case smaller == "quarters" && larger == "years":
		return 4
	case smaller == "months" && larger == "years":
		return 12
	case smaller == "months" && larger == "quarters":
		return 3
	case smaller == "weeks" && larger == "years":
		return 52
	case smaller == "weeks" && larger == "months":
		return 4
	}
	return unitMS[larger] / unitMS[smaller]
}

// unitName is the unit that a name in singular or plural means.
func unitName(name string) (string, error) {
	lower := strings.ToLower(name)
	if !strings.HasSuffix(lower, "s") {
		lower += "s"
	}
	if !slices.Contains(units, lower) {
		return "", errors.New("Invalid unit " + name) //nolint:staticcheck // the words that people know
	}
	return lower, nil
}

// duration is an amount of each unit that it has, in the order they were set.
type duration struct {
	order []string
	value map[string]float64
}

func (d *duration) set(unit string, n float64) {
	if d.value == nil {
		d.value = map[string]float64{}
	}
	if _, ok := d.value[unit]; !ok {
		d.order = append(d.order, unit)
	}
	d.value[unit] = n
}

// plus adds a duration to a time: whole years to days by the calendar, the rest by
// the clock.
func plus(t time.Time, d duration) time.Time {
	whole := func(unit string) int { return int(math.Trunc(d.value[unit])) }
	rest := 0.0
	for _, unit := range units {
		n := d.value[unit]
		if unitMS[unit] >= dayMS {
			n -= math.Trunc(n)
		}
		rest += n * unitMS[unit]
	}
	year, month, day := t.Date()
	first := time.Date(year+whole("years"), month+time.Month(whole("months")+3*whole("quarters")), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	day = min(day, last) + whole("days") + 7*whole("weeks")
	local := wallClock(first.Year(), int(first.Month()), day, t.Hour(), t.Minute(), t.Second(), t.Nanosecond()/1e6)
	moved := atWall(local, offsetOf(t), t.Location())
	if rest != 0 {
		ms := math.Trunc(float64(moved.UnixMilli()) + rest)
		moved = time.UnixMilli(int64(ms)).In(t.Location())
	}
	return moved
}

func plusUnit(t time.Time, unit string, n float64) time.Time {
	var d duration
	d.set(unit, n)
	return plus(t, d)
}

// startOf is the beginning of the unit that the time is in.
func startOf(t time.Time, unit string) time.Time {
	year, m, day := t.Date()
	month, hour, minute, second := int(m), t.Hour(), t.Minute(), t.Second()
	switch unit {
	case "years":
		month, day, hour, minute, second = 1, 1, 0, 0, 0
	case "quarters":
		month, day, hour, minute, second = (month-1)/3*3+1, 1, 0, 0, 0
	case "months":
		day, hour, minute, second = 1, 0, 0, 0
	case "weeks":
		day, hour, minute, second = day-weekday(t)+1, 0, 0, 0
	case "days":
		hour, minute, second = 0, 0, 0
	case "hours":
		minute, second = 0, 0
	case "minutes":
		second = 0
	case "milliseconds":
		return t
	}
	return atWall(wallClock(year, month, day, hour, minute, second, 0), offsetOf(t), t.Location())
}

// differ counts how many of a unit lie between two times by the calendar; it may
// be one too many.
func differ(unit string, a, b time.Time) float64 {
	days := func() float64 {
		midnight := func(t time.Time) int64 { return wallClock(t.Year(), int(t.Month()), t.Day(), 0, 0, 0, 0) }
		return float64(floorDiv(midnight(b)-midnight(a), dayMS))
	}
	years := float64(b.Year() - a.Year())
	switch unit {
	case "years":
		return years
	case "quarters":
		return float64((int(b.Month())+2)/3-(int(a.Month())+2)/3) + 4*years
	case "months":
		return float64(b.Month()-a.Month()) + 12*years
	case "weeks":
		return math.Trunc(days() / 7)
	}
	return days()
}

// between is the time from a to b in the units given, as Luxon's diff.
func between(a, b time.Time, asked []string) duration {
	negative := b.UnixMilli() <= a.UnixMilli()
	if negative {
		a, b = b, a
	}
	cursor, high, d, lowest := calendarUnits(a, b, asked)
	rest := float64(b.UnixMilli() - cursor.UnixMilli())
	var low []string
	for _, unit := range units[5:] {
		if slices.Contains(asked, unit) {
			low = append(low, unit)
		}
	}
	if len(low) > 0 {
		d = joined(d, spread(rest, low))
	} else {
		if high.Before(b) {
			high = plusUnit(cursor, lowest, 1)
		}
		if !high.Equal(cursor) {
			d.set(lowest, d.value[lowest]+rest/float64(high.UnixMilli()-cursor.UnixMilli()))
		}
	}
	for unit, n := range d.value { //tidy:anyorder each is negated for itself
		if negative && n != 0 {
			d.value[unit] = -n
		}
	}
	return d
}

// calendarUnits takes as many whole years to days as there are. cursor is the time
// that they lead to and high the nearest one that they do not reach.
func calendarUnits(a, b time.Time, asked []string) (cursor, high time.Time, d duration, lowest string) {
	cursor = a
	for _, unit := range units[:5] {
		if !slices.Contains(asked, unit) {
			continue
		}
		lowest = unit
		d.set(unit, differ(unit, cursor, b))
		high = plus(a, d)
		if !high.After(b) {
			cursor = high
			continue
		}
		d.set(unit, d.value[unit]-1)
		cursor = plus(a, d)
		if cursor.After(b) {
			high = cursor
			d.set(unit, d.value[unit]-1)
			cursor = plus(a, d)
		}
	}
	return cursor, high, d, lowest
}

// spread shares milliseconds out to units, which are in descending order.
func spread(ms float64, to []string) duration {
	var d duration
	last := to[len(to)-1]
	for _, unit := range to {
		d.set(unit, 0)
	}
	d.set(last, ms/unitMS[last])
	if last == "milliseconds" {
		d.set(last, math.Trunc(ms))
	}
	for i := len(to) - 1; i > 0; i-- {
		n, per := d.value[to[i]], perUnit(to[i-1], to[i])
		up := math.Floor(n / per)
		d.set(to[i-1], d.value[to[i-1]]+up)
		d.set(to[i], n-up*per)
	}
	return d
}

// joined is the sum of two durations, the largest unit first.
func joined(a, b duration) duration {
	var out duration
	for _, unit := range units {
		_, inA := a.value[unit]
		_, inB := b.value[unit]
		if inA || inB {
			out.set(unit, a.value[unit]+b.value[unit])
		}
	}
	return out
}

// object gives the amounts by unit.
func (d duration) object() item.Value {
	o := item.NewObject(len(d.order))
	for _, unit := range d.order {
		o.Set(unit, item.Number(d.value[unit]))
	}
	return o.Value()
}

// iso writes the duration as ISO 8601 does, "P1DT2H".
func (d duration) iso() string {
	v := d.value
	var out strings.Builder
	out.WriteString("P")
	add := func(n float64, mark string) {
		if n != 0 {
			out.WriteString(item.FormatNumber(n) + mark)
		}
	}
	add(v["years"], "Y")
	add(v["months"]+v["quarters"]*3, "M")
	add(v["weeks"], "W")
	add(v["days"], "D")
	if v["hours"] != 0 || v["minutes"] != 0 || v["seconds"] != 0 || v["milliseconds"] != 0 {
		out.WriteString("T")
	}
	add(v["hours"], "H")
	add(v["minutes"], "M")
	if v["seconds"] != 0 || v["milliseconds"] != 0 {
		seconds := v["seconds"] + v["milliseconds"]/1000
		out.WriteString(item.FormatNumber(math.Round(seconds*1000)/1000) + "S")
	}
	if out.Len() == 1 {
		return "PT0S"
	}
	return out.String()
}
