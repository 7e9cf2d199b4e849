package main

import (
	"errors"
	"io/fs"
	"regexp"
	"slices"
	"strings"
)

// sections of a locale: what numbers and dates need, names of time zones, and
// names of languages, regions, currencies and units.
const sections = 3

// source is a file of a package and what of it is taken.
type source struct {
	section int
	file    string // under main/LOCALE
	path    []string
	prefix  string
	skip    *regexp.Regexp
	only    *regexp.Regexp
}

var localeSources = []source{
	{0, "cldr-numbers-full/*/numbers.json", []string{"numbers"}, "n", regexp.MustCompile(`rationalFormats|minimalPairs|superscripting|perMille|/list$`), nil},
	{0, "cldr-dates-full/*/ca-gregorian.json", []string{"dates", "calendars", "gregorian"}, "gregorian", regexp.MustCompile(`/quarters/|-alt-|Skeletons/|/days/.*/short/|-relative/|Formats/[^/]*[QwW]`), nil},
	{0, "cldr-dates-full/*/dateFields.json", []string{"dates", "fields"}, "f", regexp.MustCompile(`^f/(sun|mon|tue|wed|thu|fri|sat)[-/]|relativePeriod`), nil},
	{0, "cldr-misc-full/*/listPatterns.json", []string{"listPatterns"}, "l", nil, nil},
	{1, "cldr-dates-full/*/timeZoneNames.json", []string{"dates", "timeZoneNames"}, "z", regexp.MustCompile(`_type$`), nil},
	{2, "cldr-localenames-full/*/languages.json", []string{"localeDisplayNames", "languages"}, "language", regexp.MustCompile(`-alt-(long|menu|variant|core|extension)`), nil},
	{2, "cldr-localenames-full/*/scripts.json", []string{"localeDisplayNames", "scripts"}, "script", regexp.MustCompile(`-alt-(short|variant|secondary)`), nil},
	{2, "cldr-localenames-full/*/territories.json", []string{"localeDisplayNames", "territories"}, "region", regexp.MustCompile(`-alt-(variant|biot|chagos)`), nil},
	{2, "cldr-localenames-full/*/localeDisplayNames.json", []string{"localeDisplayNames"}, "d", nil, regexp.MustCompile(`localeDisplayPattern|types/calendar/`)},
	{2, "cldr-numbers-full/*/currencies.json", []string{"numbers", "currencies"}, "c", regexp.MustCompile(`-alt-(variant|formal)|decimal$|group$`), nil},
	{2, "cldr-units-full/*/units.json", []string{"units"}, "u", nil, unitPaths()},
}

// otherCalendars are the calendars that some locales take by themselves.
var otherCalendars = []source{
	{0, "cldr-dates-full/*/ca-generic.json", []string{"dates", "calendars", "generic"}, "generic", nil, regexp.MustCompile(`/availableFormats/[HhB][a-zA-Z]*$`)},
	{0, "cldr-cal-buddhist-full/*/ca-buddhist.json", []string{"dates", "calendars", "buddhist"}, "buddhist", regexp.MustCompile(`/quarters/|-alt-|/days/.*/short/|Formats/[^/]*[QwW]`), nil},
	{0, "cldr-cal-persian-full/*/ca-persian.json", []string{"dates", "calendars", "persian"}, "persian", regexp.MustCompile(`/quarters/|-alt-|/days/.*/short/|-relative/|Formats/[^/]*[QwW]`), nil},
}

var calendarLocales = []string{"th", "fa", "fa-AF", "ps", "ps-PK"}

// unitPaths match the units that ECMA-402 sanctions (table 2), alone and
// where the data has a word for one per another.
func unitPaths() *regexp.Regexp {
	const units = `(acre|bit|byte|celsius|centimeter|day|degree|fahrenheit|fluid-ounce|foot|gallon|gigabit|gigabyte|gram|hectare|hour|inch|` +
		`kilobit|kilobyte|kilogram|kilometer|liter|megabit|megabyte|meter|microsecond|mile|mile-scandinavian|milliliter|millimeter|` +
		`millisecond|minute|month|nanosecond|ounce|percent|petabyte|pound|second|stone|terabit|terabyte|week|yard|year)`
	return regexp.MustCompile(`^u/(long|short|narrow)/(per/compoundUnitPattern|[a-z]+-` + units + `(-per-` + units + `)?/(unitPattern-count-[a-z0-9]+|perUnitPattern))$`)
}

func (g *generator) locale(name string) (all [sections]table, err error) {
	sources := localeSources
	if slices.Contains(calendarLocales, name) {
		sources = slices.Concat(sources, otherCalendars)
	}
	for i := range all {
		all[i] = table{}
	}
	coverage, _ := g.read("cldr-core/coverageLevels.json", "effectiveCoverageLevels", name)
	named := name == "und" || string(coverage) == `"modern"`
	for _, s := range sources {
		if s.section == 2 && !named {
			continue // the names of the others cost a third of a megabyte
		}
		raw, err := g.read(strings.Replace(s.file, "*", "main/"+name, 1), append([]string{"main", name}, s.path...)...)
		if errors.Is(err, fs.ErrNotExist) {
			continue // units and names are not there for every locale
		}
		if err != nil {
			return all, err
		}
		flatten(raw, s.prefix, all[s.section], func(path string) bool {
			return (s.skip == nil || !s.skip.MatchString(path)) && (s.only == nil || s.only.MatchString(path))
		})
	}
	for key, value := range all[2] {
		kind, code, _ := strings.Cut(key, "/")
		if value == code && (kind == "language" || kind == "script" || kind == "region") {
			delete(all[2], key) // a code that stands for itself
		}
	}
	return all, nil
}
