package intl

import (
	"strconv"
	"strings"
	"sync"
	"time"
)

// zone is a time zone: one of the database, or an offset.
type zone struct {
	name     string // as resolvedOptions tells it
	key      string // the name that CLDR has first; empty for an offset
	location *time.Location
}

// readZone reads the option timeZone (ECMA-402 11.1.2).
func readZone(o *options) zone {
	utc := zone{name: "UTC", key: "Etc/UTC", location: time.UTC}
	if !o.has("timeZone") || o.err != nil {
		return utc
	}
	asked := o.values.Get("timeZone").ToString()
	if z, ok := findZone(asked); ok {
		return z
	}
	o.err = rangeError("Invalid time zone specified: %s", asked)
	return utc
}

type zoneResult struct {
	zone zone
	ok   bool
}

var zonesKept sync.Map // of zoneResult by name

// canonicalZones are the names of CLDR without regard to case.
var canonicalZones = sync.OnceValue(func() map[string][2]string {
	all := map[string][2]string{}
	sharedUnder("zone/", func(name, first string) { all[strings.ToLower(name)] = [2]string{name, first} })
	return all
})

func findZone(name string) (zone, bool) {
	if found, ok := zonesKept.Load(name); ok {
		r := found.(zoneResult)
		return r.zone, r.ok
	}
	z, ok := loadZone(name)
	if ok {
		zonesKept.Store(name, zoneResult{z, ok})
	}
	return z, ok
}

func loadZone(name string) (zone, bool) {
	if seconds, ok := parseOffset(name); ok {
		sign := "+"
		if seconds < 0 {
			sign = "-"
		}
		minutes := max(seconds, -seconds) / 60
		text := sign + twoDigits(minutes/60) + ":" + twoDigits(minutes%60)
		return zone{name: text, location: time.FixedZone(text, seconds)}, true
	}
	names, ok := canonicalZones()[strings.ToLower(name)]
	if !ok {
		return zone{}, false
	}
	key := names[1]
	if key == "Etc/UTC" || key == "Etc/GMT" {
		return zone{name: "UTC", key: "Etc/UTC", location: time.UTC}, true
	}
	for _, n := range []string{key, names[0]} {
		if location, err := time.LoadLocation(n); err == nil {
			return zone{name: key, key: key, location: location}, true
		}
	}
	return zone{}, false
}

func twoDigits(n int) string {
	if n < 10 {
		return "0" + strconv.Itoa(n)
	}
	return strconv.Itoa(n)
}

// parseOffset reads +05, +0530 or +05:30.
func parseOffset(name string) (seconds int, ok bool) {
	if len(name) < 3 || name[0] != '+' && name[0] != '-' {
		return 0, false
	}
	rest := name[1:]
	if len(rest) == 5 && rest[2] == ':' {
		rest = rest[:2] + rest[3:]
	}
	if len(rest) != 2 && len(rest) != 4 || !isDigits(rest) {
		return 0, false
	}
	hours, _ := strconv.Atoi(rest[:2])
	minutes := 0
	if len(rest) == 4 {
		minutes, _ = strconv.Atoi(rest[2:])
	}
	if hours > 23 || minutes > 59 {
		return 0, false
	}
	seconds = hours*3600 + minutes*60
	if name[0] == '-' {
		seconds = -seconds
	}
	return seconds, true
}

// at gives the offset at a time and whether it is that of summer. Where the
// database calls winter the exception, summer is what is ahead.
func (z zone) at(t time.Time) (offset int, daylight bool) {
	local := t.In(z.location)
	_, offset = local.Zone()
	switch z.key {
	case "Europe/Dublin", "Africa/Casablanca", "Africa/El_Aaiun":
		return offset, offset > 0 && local.Year() > 1971
	}
	return offset, local.IsDST()
}

// zonesOfRegion counts the zones of each region.
var zonesOfRegion = sync.OnceValue(func() map[string]int {
	count := map[string]int{}
	sharedUnder("zoneregion/", func(_, region string) { count[region]++ })
	return count
})
