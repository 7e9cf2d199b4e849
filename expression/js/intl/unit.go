package intl

import (
	"slices"
	"strings"
)

// unitKinds are the units that ECMA-402 sanctions (6.6.2) by what they
// measure in the data.
var unitKinds = map[string]string{
	"acre": "area", "bit": "digital", "byte": "digital", "celsius": "temperature", "centimeter": "length", "day": "duration",
	"degree": "angle", "fahrenheit": "temperature", "fluid-ounce": "volume", "foot": "length", "gallon": "volume", "gigabit": "digital",
	"gigabyte": "digital", "gram": "mass", "hectare": "area", "hour": "duration", "inch": "length", "kilobit": "digital",
	"kilobyte": "digital", "kilogram": "mass", "kilometer": "length", "liter": "volume", "megabit": "digital", "megabyte": "digital",
	"meter": "length", "microsecond": "duration", "mile": "length", "mile-scandinavian": "length", "milliliter": "volume",
	"millimeter": "length", "millisecond": "duration", "minute": "duration", "month": "duration", "nanosecond": "duration",
	"ounce": "mass", "percent": "concentr", "petabyte": "digital", "pound": "mass", "second": "duration", "stone": "mass",
	"terabit": "digital", "terabyte": "digital", "week": "duration", "yard": "length", "year": "duration",
}

func unitNames() []string {
	names := make([]string, 0, len(unitKinds))
	for name := range unitKinds { //tidy:anyorder sorted below
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// isUnit says whether a text is a unit or one per another.
func isUnit(text string) bool {
	if _, ok := unitKinds[text]; ok {
		return true
	}
	over, under, ok := strings.Cut(text, "-per-")
	return ok && unitKinds[over] != "" && unitKinds[under] != ""
}

// pairedUnits are the units per others that the data has words for.
var pairedUnits = map[string]string{
	"kilometer-per-hour": "speed", "meter-per-second": "speed", "mile-per-hour": "speed",
	"liter-per-kilometer": "consumption", "mile-per-gallon": "consumption",
}

// inUnit puts a number into the pattern of the unit (UTS #35 part 2, 6.1).
func (f *numberFormat) inUnit(number parts, category string) parts {
	over, under, per := strings.Cut(f.unit, "-per-")
	if kind := pairedUnits[f.unit]; kind != "" {
		if pattern := f.unitPattern(kind, f.unit, category); pattern != "" {
			return fillUnit(pattern, number)
		}
	}
	pattern := f.unitPattern(unitKinds[over], over, category)
	if !per {
		return fillUnit(pattern, number)
	}
	d := f.locale.data
	path := "u/" + f.unitDisplay + "/"
	if whole := d.text(path + unitKinds[under] + "-" + under + "/perUnitPattern"); whole != "" {
		return fillUnit(strings.Replace(whole, "{0}", pattern, 1), number)
	}
	one := f.unitPattern(unitKinds[under], under, "one")
	name := strings.TrimFunc(strings.Replace(one, "{0}", "", 1), isSpace)
	join := strings.Replace(d.text(path+"per/compoundUnitPattern"), "{1}", name, 1)
	return fillUnit(strings.Replace(join, "{0}", pattern, 1), number)
}

func (f *numberFormat) unitPattern(kind, unit, category string) string {
	path := "u/" + f.unitDisplay + "/" + kind + "-" + unit + "/unitPattern-count-"
	if text := f.locale.data.first(path+category, path+"other"); text != "" {
		return text
	}
	return loadData("en").first(path+category, path+"other") // no names are kept of the locale
}

// fillUnit marks what is around the number as the unit.
func fillUnit(pattern string, number parts) parts {
	before, after, found := strings.Cut(pattern, "{0}")
	var out parts
	if before != "" {
		out = out.addAll(trimmed("unit", before))
	}
	if found {
		out = out.addAll(number)
	}
	if after != "" {
		out = out.addAll(trimmed("unit", after))
	}
	return out
}
