package item

import (
	"math"
	"strconv"
	"time"
)

// maxDateMS is the largest distance from 1970 that a JavaScript date has, in milliseconds (ECMA-262, 21.4.1.1).
const maxDateMS = 8.64e15

const (
	dateText = "Mon Jan 02 2006 15:04:05 GMT+0000 (Coordinated Universal Time)"
	dateISO  = "2006-01-02T15:04:05.000Z"
)

// Date returns a JavaScript Date of ms milliseconds since 1970. A number that no date can have makes the invalid date.
// Dates are objects to typeof and print as JavaScript prints them in the time zone UTC; in JSON they are ISO text;
// items that are stored remember them as dates.
func Date(ms float64) Value {
	if math.IsNaN(ms) || math.Abs(ms) > maxDateMS {
		ms = math.NaN()
	}
	return Value{num: math.Float64bits(math.Trunc(ms)), any: KindDate}
}

// Date returns the milliseconds since 1970 of a date, NaN for the invalid one; ok is false when v is no date.
func (v Value) Date() (ms float64, ok bool) {
	if k, _ := v.any.(Kind); k != KindDate {
		return 0, false
	}
	return math.Float64frombits(v.num), true
}

// dateTime is the date as a time; ok is false for the invalid date.
func (v Value) dateTime() (t time.Time, ok bool) {
	ms, _ := v.Date()
	if ms != ms {
		return t, false
	}
	return time.UnixMilli(int64(ms)).UTC(), true
}

// ISODate returns what Date.prototype.toISOString returns; "" for the invalid date and what is no date.
func (v Value) ISODate() string {
	if _, ok := v.Date(); !ok {
		return ""
	}
	t, ok := v.dateTime()
	if !ok {
		return ""
	}
	return string(appendISODate(nil, t))
}

// appendISODate writes years outside of 0 to 9999 with a sign and six digits, as ECMAScript does.
func appendISODate(dst []byte, t time.Time) []byte {
	year := t.Year()
	if year >= 0 && year <= 9999 {
		return t.AppendFormat(dst, dateISO)
	}
	sign := byte('+')
	if year < 0 {
		sign, year = '-', -year
	}
	dst = append(dst, sign)
	for div := 100_000; div > 0; div /= 10 {
		dst = append(dst, byte('0'+year/div%10))
	}
	return t.AppendFormat(dst, dateISO[len("2006"):])
}

func (v Value) appendDateJSON(dst []byte) []byte {
	t, ok := v.dateTime()
	if !ok {
		return append(dst, "null"...)
	}
	return append(appendISODate(append(dst, '"'), t), '"')
}

func (v Value) dateString() string {
	t, ok := v.dateTime()
	if !ok {
		return "Invalid Date"
	}
	return t.Format(dateText)
}

// parseISODate reads what [Value.ISODate] writes.
func parseISODate(text string) (ms float64, ok bool) {
	t, err := time.Parse(dateISO, text)
	if err == nil {
		return float64(t.UnixMilli()), true
	}
	const extended = len("+123456") // a year with a sign and six digits
	if len(text) <= extended || text[0] != '+' && text[0] != '-' {
		return 0, false
	}
	year, err := strconv.Atoi(text[:extended])
	if err != nil {
		return 0, false
	}
	// 2000 is a leap year, so it has every day that another may have.
	if t, err = time.Parse(dateISO, "2000"+text[extended:]); err != nil {
		return 0, false
	}
	t = time.Date(year, t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC)
	return float64(t.UnixMilli()), true
}
