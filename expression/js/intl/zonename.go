package intl

import (
	"strings"
	"time"
)

// zoneName writes the name of the zone (UTS #35 part 4, 7).
func (f *dateFormat) zoneName(k token, t *fields) string {
	long := k.count >= 4
	switch k.letter {
	case 'z':
		kind := "standard"
		if t.daylight {
			kind = "daylight"
		}
		if name := f.specificName(lengthName(long), kind, t.at); name != "" {
			return name
		}
	case 'v', 'V':
		if name := f.genericName(long, t); name != "" {
			return name
		}
	}
	return f.offsetName(long, t.offset)
}

func lengthName(long bool) string {
	if long {
		return "long"
	}
	return "short"
}

// nameless is how the data says that there is no name.
const nameless = "∅∅∅"

func (f *dateFormat) zoneText(key string) string {
	if text := f.locale.data.text(key); text != nameless {
		return text
	}
	return ""
}

// specificName is that of the zone itself or of its metazone.
func (f *dateFormat) specificName(length, kind string, at time.Time) string {
	if f.zone.key == "" {
		return ""
	}
	if text := f.zoneText("z/zone/" + f.zone.key + "/" + length + "/" + kind); text != "" {
		return text
	}
	return f.metazoneName(metazoneOf(f.zone.key, at), length, kind)
}

func (f *dateFormat) metazoneName(metazone, length, kind string) string {
	if metazone == "" {
		return ""
	}
	return f.zoneText("z/metazone/" + metazone + "/" + length + "/" + kind)
}

// firstUse is when the data on metazones begins.
const firstUse = "1970-01-01 00:00"

// metazoneOf is the metazone in which a zone is at a time.
func metazoneOf(key string, at time.Time) string {
	now := at.UTC().Format("2006-01-02 15:04")
	for use := range strings.SplitSeq(shared("metazone/"+key), ";") {
		parts := strings.Split(use, "=")
		if len(parts) == 3 && now >= max(parts[0], firstUse) && (parts[1] == "" || now < parts[1]) {
			return parts[2]
		}
	}
	return ""
}

// genericName is a name for summer and winter (UTS #35 part 4, 7.3).
func (f *dateFormat) genericName(long bool, t *fields) string {
	if f.zone.key == "" {
		return ""
	}
	length := lengthName(long)
	if text := f.zoneText("z/zone/" + f.zone.key + "/" + length + "/generic"); text != "" {
		return text
	}
	metazone := metazoneOf(f.zone.key, t.at)
	if metazone != "" {
		generic := f.metazoneName(metazone, length, "generic")
		if !t.daylight && !f.changes(t.at) {
			if name := f.specificName(length, "standard", t.at); name != "" && !strings.EqualFold(name, generic) {
				return name
			}
		}
		if generic != "" {
			return f.inReference(metazone, generic, t)
		}
	}
	return f.locationName()
}

// checkRange is how near a change of the clock must be to be told.
const checkRange = 184 * 24 * time.Hour

// changes says whether the zone has summer time around a time.
func (f *dateFormat) changes(at time.Time) bool {
	for step := -checkRange; step <= checkRange; step += 23 * 24 * time.Hour {
		if _, daylight := f.zone.at(at.Add(step)); daylight {
			return true
		}
	}
	return false
}

// inReference adds the place where the zone's offset is not the one of the
// metazone's usual zone.
func (f *dateFormat) inReference(metazone, generic string, t *fields) string {
	region := f.locale.region()
	golden := shared("golden/" + metazone + "/" + region)
	if golden == "" {
		golden = shared("golden/" + metazone + "/001")
	}
	if golden == "" || golden == f.zone.key {
		return generic
	}
	other, ok := findZone(golden)
	if !ok {
		return generic
	}
	if offset, daylight := other.at(t.at); offset == t.offset && daylight == t.daylight {
		return generic
	}
	own := shared("zoneregion/" + f.zone.key)
	place := f.cityName(f.zone.key)
	if own != "" && shared("golden/"+metazone+"/"+own) == f.zone.key {
		place = f.regionName(own)
	}
	return strings.NewReplacer("{0}", place, "{1}", generic).Replace(f.zoneText("z/fallbackFormat"))
}

// locationName tells the region, or the city where the region has more zones.
func (f *dateFormat) locationName() string {
	region := shared("zoneregion/" + f.zone.key)
	if region == "" || region == "001" {
		return ""
	}
	place := f.cityName(f.zone.key)
	if shared("primary/"+region) == f.zone.key || zonesOfRegion()[region] == 1 {
		place = f.regionName(region)
	}
	return strings.ReplaceAll(f.zoneText("z/regionFormat"), "{0}", place)
}

func (f *dateFormat) regionName(code string) string {
	if name := f.locale.data.first("region/"+code+"-alt-short-none", "region/"+code); name != "" {
		return name
	}
	return code
}

func (f *dateFormat) cityName(key string) string {
	if city := f.zoneText("z/zone/" + key + "/exemplarCity"); city != "" {
		return city
	}
	return strings.ReplaceAll(key[strings.LastIndexByte(key, '/')+1:], "_", " ")
}

// offsetName is GMT+1 or GMT+01:00 (UTS #35 part 4, 7.1); zero is no exception.
func (f *dateFormat) offsetName(long bool, offset int) string {
	ahead, behind, _ := strings.Cut(f.zoneText("z/hourFormat"), ";")
	pattern := ahead
	if offset < 0 {
		pattern, offset = behind, -offset
	}
	hours, minutes, seconds := offset/3600, offset/60%60, offset%60
	width := 1
	if long {
		width = 2
	}
	i := strings.IndexByte(pattern, 'H')
	j := strings.LastIndexByte(pattern, 'm')
	if i < 0 || j < i {
		return ""
	}
	separator := strings.Trim(pattern[i:j+1], "Hm")
	text := pattern[:i] + f.number(hours, width)
	after := ""
	if long || minutes > 0 || seconds > 0 {
		text += separator + f.number(minutes, 2)
		after = pattern[j+1:]
	}
	if seconds > 0 {
		text += separator + f.number(seconds, 2)
	}
	return strings.ReplaceAll(f.zoneText("z/gmtFormat"), "{0}", text+after)
}
