package intl

import (
	"maps"
	"slices"
	"strings"
	"unicode"

	"github.com/jobsprint/jobsprint/item"
	"golang.org/x/text/cases"
	"golang.org/x/text/language"
)

// Ask answers a function of Intl that belongs to no formatter; more is JSON
// where the function has a second argument.
func Ask(function, text, more string) (item.Value, error) {
	switch function {
	case "canonical", "supported":
		v, err := item.Parse([]byte(text), item.DefaultLimits())
		if err != nil {
			return item.Undefined, err
		}
		if function == "supported" {
			names, err := supported(textsOf(v))
			return textList(names), err
		}
		tags, err := canonicalList(textsOf(v))
		names := make([]string, len(tags))
		for i, t := range tags {
			names[i] = t.String()
		}
		return textList(names), err
	case "values":
		return valuesOf(text)
	case "locale":
		return newLocale(text, more)
	case "toLocaleUpperCase", "toLocaleLowerCase":
		return inCase(function, text, more)
	}
	t, ok := parseTag(text)
	if !ok {
		return item.Undefined, rangeError("Incorrect locale information provided")
	}
	return aboutLocale(function, t), nil
}

func textList(texts []string) item.Value {
	list := make([]item.Value, len(texts))
	for i, t := range texts {
		list[i] = item.String(t)
	}
	return item.Array(list)
}

// valuesOf is Intl.supportedValuesOf (ECMA-402 8.3.2).
func valuesOf(key string) (item.Value, error) {
	found := map[string]bool{}
	switch key {
	case "calendar":
		return textList(slices.Sorted(slices.Values(calendars))), nil
	case "unit":
		return textList(unitNames()), nil
	case "collation":
		return textList([]string{"emoji", "eor"}), nil
	case "currency":
		loadData("en").under("c/", func(rest, _ string) {
			code, _, _ := strings.Cut(rest, "/")
			found[code] = true
		})
	case "numberingSystem":
		sharedUnder("digits/", func(rest, _ string) {
			name, _, _ := strings.Cut(rest, "/")
			found[name] = true
		})
	case "timeZone":
		sharedUnder("zone/", func(_, first string) {
			if z, ok := findZone(first); ok && z.name != "UTC" && strings.Contains(first, "/") && !strings.HasPrefix(first, "Etc/Unknown") {
				found[first] = true
			}
		})
		found["UTC"] = true
	default:
		return item.Undefined, rangeError("Invalid key : %s", key)
	}
	return textList(slices.Sorted(maps.Keys(found))), nil
}

// localeKeys are the options of Intl.Locale that become keywords.
var localeKeys = []struct{ option, key string }{
	{"calendar", "ca"}, {"collation", "co"}, {"firstDayOfWeek", "fw"}, {"hourCycle", "hc"}, {"caseFirst", "kf"}, {"numeric", "kn"}, {"numberingSystem", "nu"},
}

// newLocale is the constructor of Intl.Locale (ECMA-402 13.1).
func newLocale(text, more string) (item.Value, error) {
	t, ok := parseTag(text)
	if text == "" {
		return item.Undefined, rangeError("First argument to Intl.Locale constructor can't be empty or missing")
	}
	if !ok {
		return item.Undefined, rangeError("Incorrect locale information provided")
	}
	v, err := item.Parse([]byte(more), item.DefaultLimits())
	if err != nil {
		return item.Undefined, err
	}
	parts := []string{t.language, t.script, t.region}
	for i, name := range []string{"language", "script", "region"} {
		if o := v.Get(name); !o.IsUndefined() {
			parts[i] = o.ToString()
		}
	}
	joined := strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), "-")
	named, ok := parseTag(joined)
	if !ok {
		return item.Undefined, rangeError("Incorrect locale information provided")
	}
	t.language, t.script, t.region = named.language, named.script, named.region
	for _, k := range localeKeys {
		o := v.Get(k.option)
		if o.IsUndefined() {
			continue
		}
		value := strings.ToLower(o.ToString())
		if k.key == "ca" {
			value = canonicalCalendar(value)
		}
		if value == "true" {
			value = ""
		} else if !wellFormedType(value) {
			return item.Undefined, rangeError("Incorrect locale information provided")
		}
		t.keywords = slices.Clone(t.keywords)
		t.set(k.key, value)
	}
	return item.String(t.String()), nil
}

// aboutLocale answers the methods of Intl.Locale.
func aboutLocale(function string, t tag) item.Value {
	l := locale{tag: t, data: loadData(root)}
	if name := bestAvailable(t.base()); name != "" {
		l.data = dataFor(name)
	}
	switch function {
	case "maximize":
		return item.String(t.maximize().String())
	case "minimize":
		return item.String(t.minimize().String())
	case "parts":
		return localeParts(t)
	case "weekInfo":
		return weekInfo(l.region())
	case "textInfo":
		direction := "ltr"
		if strings.Contains("Arab Hebr Thaa Syrc Nkoo Adlm Rohg Mand Samr", t.maximize().script) {
			direction = "rtl"
		}
		o := item.NewObject(1)
		return o.Set("direction", item.String(direction)).Value()
	case "calendars":
		if c, ok := t.value("ca"); ok {
			return textList([]string{c})
		}
		var list []string
		names := shared("calendar/" + l.region())
		if names == "" {
			names = "gregorian"
		}
		for name := range strings.FieldsSeq(names) {
			list = append(list, canonicalCalendar(name))
		}
		return textList(list)
	case "collations":
		return textList([]string{"emoji", "eor"})
	case "hourCycles":
		for cycle, letter := range hourCycles { //tidy:anyorder one matches
			if letter == preferredHour(l) {
				return textList([]string{cycle})
			}
		}
	case "numberingSystems":
		if nu, ok := t.value("nu"); ok {
			return textList([]string{nu})
		}
		return textList([]string{l.data.text("n/defaultNumberingSystem")})
	case "timeZones":
		if t.region != "" {
			return textList(zonesIn(t.region))
		}
	}
	return item.Undefined
}

func zonesIn(region string) []string {
	var names []string
	sharedUnder("zoneregion/", func(zone, of string) {
		if of == region {
			names = append(names, zone)
		}
	})
	return names
}

func localeParts(t tag) item.Value {
	o := newRecord()
	set := func(name, text string) {
		if text != "" {
			o.text(name, text)
		}
	}
	if t.language != root {
		set("language", t.language)
	}
	set("script", t.script)
	set("region", t.region)
	set("baseName", t.base())
	for _, k := range localeKeys {
		value, ok := t.value(k.key)
		if k.key == "kn" {
			o.Set(k.option, item.Bool(ok && value != "false"))
		} else if ok {
			o.text(k.option, value)
		}
	}
	return o.Value()
}

var weekdays = map[string]int{"mon": 1, "tue": 2, "wed": 3, "thu": 4, "fri": 5, "sat": 6, "sun": 7}

// weekInfo says when weeks start and end (UTS #35 part 4, 4.3).
func weekInfo(region string) item.Value {
	get := func(name string) int {
		text := shared("week/" + name + "/" + region)
		if text == "" {
			text = shared("week/" + name + "/001")
		}
		return weekdays[text]
	}
	var weekend []item.Value
	for day, last := get("weekendStart"), get("weekendEnd"); ; day = day%7 + 1 {
		weekend = append(weekend, item.Int(day))
		if day == last || len(weekend) == 7 {
			break
		}
	}
	slices.SortFunc(weekend, func(a, b item.Value) int {
		x, _ := a.Number()
		y, _ := b.Number()
		return int(x - y)
	})
	o := item.NewObject(2)
	o.Set("firstDay", item.Int(get("firstDay")))
	return o.Set("weekend", item.Array(weekend)).Value()
}

// inCase changes the case of letters as a language does.
func inCase(function, text, more string) (item.Value, error) {
	v, err := item.Parse([]byte(more), item.DefaultLimits())
	if err != nil {
		return item.Undefined, err
	}
	tags, err := canonicalList(textsOf(v))
	if err != nil {
		return item.Undefined, err
	}
	special := language.Und
	switch tags[0].language {
	case "tr", "az", "lt", "el":
		special = language.Make(tags[0].language)
	}
	if special == language.Und && strings.IndexFunc(text, func(r rune) bool { return r > unicode.MaxLatin1 || r == 'ß' }) < 0 {
		if function == "toLocaleUpperCase" {
			return item.String(strings.ToUpper(text)), nil
		}
		return item.String(strings.ToLower(text)), nil
	}
	if function == "toLocaleUpperCase" {
		return item.String(cases.Upper(special).String(text)), nil
	}
	return item.String(cases.Lower(special).String(text)), nil
}
