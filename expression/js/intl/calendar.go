package intl

import (
	"math"
	"time"
)

// fields are a time as a calendar and a zone tell it.
type fields struct {
	era                         int
	year, extended              int
	month, day, weekday         int
	hour, minute, second, milli int
	offset                      int // seconds ahead of UTC
	daylight                    bool
	at                          time.Time
}

const dayMillis = 86_400_000

// fields reckons a time in milliseconds since 1970.
func (f *dateFormat) fields(ms float64) fields {
	var t fields
	t.at = time.UnixMilli(int64(ms))
	t.offset, t.daylight = f.zone.at(t.at)
	local := ms + float64(t.offset)*1000
	day := math.Floor(local / dayMillis)
	rest := int(local - day*dayMillis)
	t.hour, t.minute, t.second, t.milli = rest/3_600_000, rest/60_000%60, rest/1000%60, rest%1000
	t.weekday = int(math.Mod(math.Mod(day+4, 7)+7, 7))
	switch f.calendar {
	case "persian":
		t.extended, t.month, t.day = persianDate(int(day))
		t.year = t.extended
	default:
		t.extended, t.month, t.day = gregorianDate(int(day))
		t.year, t.era = t.extended, 1
		if f.calendar == "buddhist" {
			t.year, t.era = t.extended+543, 0
		} else if t.year < 1 {
			t.year, t.era = 1-t.year, 0
		}
	}
	return t
}

// gregorianDate gives the date of a day since 1970, the calendar reckoned
// backwards for ever.
func gregorianDate(day int) (year, month, dayOfMonth int) {
	z := day + 719_468
	era := floorDiv(z, 146_097)
	doe := z - era*146_097
	yoe := (doe - doe/1460 + doe/36_524 - doe/146_096) / 365
	doy := doe - (365*yoe + yoe/4 - yoe/100)
	mp := (5*doy + 2) / 153
	dayOfMonth = doy - (153*mp+2)/5 + 1
	month = mp + 3
	if month > 12 {
		month -= 12
	}
	year = yoe + era*400
	if month <= 2 {
		year++
	}
	return year, month, dayOfMonth
}

func floorDiv(a, b int) int {
	q := a / b
	if a%b != 0 && (a < 0) != (b < 0) {
		q--
	}
	return q
}

// persianDate gives the date of a day since 1970 in the solar calendar of
// Iran, by its cycle of 33 years with 8 leap days.
func persianDate(day int) (year, month, dayOfMonth int) {
	const epoch = -492_268 // 1 Farvardin 1, in days since 1970
	since := day - epoch
	year = floorDiv(33*since+3, 12_053) + 1
	start := persianStart(year)
	if since < start {
		year--
		start = persianStart(year)
	}
	rest := since - start
	if rest < 216 {
		return year, rest/31 + 1, rest%31 + 1
	}
	return year, (rest-6)/30 + 1, (rest-6)%30 + 1
}

// persianStart is the first day of a year since the epoch.
func persianStart(year int) int { return 365*(year-1) + floorDiv(8*year+21, 33) }
