package datetime

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// process is the zone in which texts without an offset are read.
var process = time.FixedZone("Etc/UTC", 0)

const (
	hourMS = 3_600_000
	dayMS  = 24 * hourMS
	// maxMS is the last moment that a JavaScript Date can hold.
	maxMS = 8.64e15
)

// zoneByName finds a zone by an IANA name or, as Luxon does, by "utc" or
// "UTC+3".
func zoneByName(name string) (*time.Location, bool) {
	lower := strings.ToLower(name)
	switch {
	case lower == "utc" || lower == "gmt":
		return time.UTC, true
	case lower == "local" || lower == "system":
		return process, true
	case strings.HasPrefix(lower, "utc"):
		return specifiedZone(name[3:])
	case name == "":
		return nil, false
	}
	zone, err := time.LoadLocation(name)
	return zone, err == nil
}

// specifiedZone reads what follows "UTC", such as "+3" or "-05:30".
func specifiedZone(text string) (*time.Location, bool) {
	hours, minutes, _ := strings.Cut(text, ":")
	h, err := strconv.Atoi(hours)
	if err != nil || len(hours) < 2 || len(hours) > 3 {
		return nil, false
	}
	m := 0
	if minutes != "" {
		if m, err = strconv.Atoi(minutes); err != nil {
			return nil, false
		}
	}
	if strings.HasPrefix(hours, "-") {
		m = -m
	}
	return fixedZone(h*60 + m), true
}

// fixedZone is a zone of an offset in minutes, named as Luxon names it.
func fixedZone(minutes int) *time.Location {
	if minutes == 0 {
		return time.UTC
	}
	name := "UTC" + offsetText(minutes*60, "Z")
	return time.FixedZone(name, minutes*60)
}

// offsetText writes an offset in seconds as "+5:30" (Z), "+05:30" (ZZ) or "+0530"
// (ZZZ).
func offsetText(seconds int, style string) string {
	sign := "+"
	if seconds < 0 {
		sign, seconds = "-", -seconds
	}
	hours, minutes := seconds/3600, seconds/60%60
	switch {
	case style == "ZZ":
		return fmt.Sprintf("%s%02d:%02d", sign, hours, minutes)
	case style == "ZZZ":
		return fmt.Sprintf("%s%02d%02d", sign, hours, minutes)
	case minutes == 0:
		return sign + strconv.Itoa(hours)
	}
	return fmt.Sprintf("%s%d:%02d", sign, hours, minutes)
}

func offsetOf(t time.Time) int {
	_, offset := t.Zone()
	return offset
}

// american are the zones whose short names English texts use; for others the
// offset stands.
var american = map[string]string{
	"EST": "Eastern Standard Time", "EDT": "Eastern Daylight Time", "CST": "Central Standard Time", "CDT": "Central Daylight Time",
	"MST": "Mountain Standard Time", "MDT": "Mountain Daylight Time", "PST": "Pacific Standard Time", "PDT": "Pacific Daylight Time",
	"AKST": "Alaska Standard Time", "AKDT": "Alaska Daylight Time", "HST": "Hawaii-Aleutian Standard Time",
}

// elsewhere are long names by Go's abbreviation, for zones outside of America.
var elsewhere = map[string]string{
	"CET": "Central European Standard Time", "CEST": "Central European Summer Time", "WET": "Western European Standard Time",
	"WEST": "Western European Summer Time", "EET": "Eastern European Standard Time", "EEST": "Eastern European Summer Time",
	"GMT": "Greenwich Mean Time", "BST": "British Summer Time", "MSK": "Moscow Standard Time", "JST": "Japan Standard Time",
	"KST": "Korean Standard Time", "AEST": "Australian Eastern Standard Time", "AEDT": "Australian Eastern Daylight Time",
	"AWST": "Australian Western Standard Time", "NZST": "New Zealand Standard Time", "NZDT": "New Zealand Daylight Time",
	"SAST": "South Africa Standard Time", "PKT": "Pakistan Standard Time", "HKT": "Hong Kong Standard Time",
}

// byZone are long names where the abbreviation says too little.
var byZone = map[string]string{
	"Asia/Kolkata": "India Standard Time", "Asia/Calcutta": "India Standard Time", "Asia/Shanghai": "China Standard Time",
	"Asia/Singapore": "Singapore Standard Time", "Asia/Dubai": "Gulf Standard Time", "America/Sao_Paulo": "Brasilia Standard Time",
	"America/Argentina/Buenos_Aires": "Argentina Standard Time", "Asia/Jerusalem": "Israel Standard Time",
}

func isUTC(zone string) bool {
	return zone == "UTC" || strings.HasPrefix(zone, "Etc/U") || zone == "Etc/Zulu"
}

// shortName is the zone's short name in English.
func shortName(t time.Time) string {
	zone := t.Location().String()
	abbreviation, offset := t.Zone()
	switch {
	case isUTC(zone):
		return "UTC"
	case american[abbreviation] != "" && (strings.HasPrefix(zone, "America/") || strings.HasPrefix(zone, "US/") || strings.HasPrefix(zone, "Pacific/H")):
		return abbreviation
	case offset == 0:
		return "GMT"
	}
	return "GMT" + offsetText(offset, "Z")
}

// longName is the zone's long name in English.
func longName(t time.Time) string {
	zone := t.Location().String()
	abbreviation, offset := t.Zone()
	if isUTC(zone) {
		return "Coordinated Universal Time"
	}
	if name := byZone[zone]; name != "" {
		return name
	}
	if short := shortName(t); short == abbreviation && american[short] != "" {
		return american[short]
	}
	if name := elsewhere[abbreviation]; name != "" {
		return name
	}
	if offset == 0 {
		return "GMT"
	}
	return "GMT" + offsetText(offset, "ZZ")
}

// wallClock is the wall clock of a date as if it were UTC; parts may be out of
// their range.
func wallClock(year, month, day, hour, minute, second, ms int) int64 {
	return time.Date(year, time.Month(month), day, hour, minute, second, 0, time.UTC).UnixMilli() + int64(ms)
}

// atWall is the moment at which a zone's clocks show local. Where they show it
// twice or never, the offset in seconds that held before decides, as in Luxon.
func atWall(local int64, before int, zone *time.Location) time.Time {
	offsetAt := func(ms int64) int64 { return int64(offsetOf(time.UnixMilli(ms).In(zone))) * 1000 }
	o := int64(before) * 1000
	guess := local - o
	o2 := offsetAt(guess)
	if o == o2 {
		return time.UnixMilli(guess).In(zone)
	}
	guess -= o2 - o
	if o3 := offsetAt(guess); o2 != o3 {
		guess = local - min(o2, o3)
	}
	return time.UnixMilli(guess).In(zone)
}
