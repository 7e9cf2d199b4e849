package main

import (
	"encoding/json"
	"regexp"
	"strings"
)

const supplemental = "cldr-core/supplemental/"

// sharedSources are the data that belong to no locale.
var sharedSources = []source{
	{0, "parentLocales.json", []string{"supplemental", "parentLocales", "parentLocale"}, "parent", nil, nil},
	{0, "plurals.json", []string{"supplemental", "plurals-type-cardinal"}, "plural", nil, nil},
	{0, "ordinals.json", []string{"supplemental", "plurals-type-ordinal"}, "ordinal", nil, nil},
	{0, "pluralRanges.json", []string{"supplemental", "plurals"}, "range", nil, nil},
	{0, "weekData.json", []string{"supplemental", "weekData"}, "week", regexp.MustCompile(`alt-variant|weekOfPreference`), nil},
	{0, "timeData.json", []string{"supplemental", "timeData"}, "time", nil, nil},
	{0, "numberingSystems.json", []string{"supplemental", "numberingSystems"}, "digits", nil, regexp.MustCompile(`_digits$`)},
	{0, "currencyData.json", []string{"supplemental", "currencyData", "fractions"}, "fraction", regexp.MustCompile(`ash|_rounding`), nil},
	{0, "aliases.json", []string{"supplemental", "metadata", "alias", "languageAlias"}, "alias/language", nil, regexp.MustCompile(`_replacement$`)},
	{0, "aliases.json", []string{"supplemental", "metadata", "alias", "territoryAlias"}, "alias/region", nil, regexp.MustCompile(`_replacement$`)},
	{0, "aliases.json", []string{"supplemental", "metadata", "alias", "scriptAlias"}, "alias/script", nil, regexp.MustCompile(`_replacement$`)},
	{0, "dayPeriods.json", []string{"supplemental", "dayPeriodRuleSet"}, "period", nil, nil},
	{0, "calendarPreferenceData.json", []string{"supplemental", "calendarPreferenceData"}, "calendar", nil, nil},
	{0, "primaryZones.json", []string{"supplemental", "primaryZones"}, "primary", nil, nil},
	{0, "likelySubtags.json", []string{"supplemental", "likelySubtags"}, "likely", nil, nil},
}

func (g *generator) shared() (table, error) {
	t := table{}
	for _, s := range sharedSources {
		raw, err := g.read(supplemental+s.file, s.path...)
		if err != nil {
			return nil, err
		}
		flatten(raw, s.prefix, t, func(path string) bool {
			return (s.skip == nil || !s.skip.MatchString(path)) && (s.only == nil || s.only.MatchString(path))
		})
	}
	for key, value := range t {
		if strings.HasPrefix(key, "plural/") || strings.HasPrefix(key, "ordinal/") {
			rule, _, _ := strings.Cut(value, "@") // the rest are samples
			t[key] = strings.TrimSpace(rule)
		}
	}
	content, err := g.read("cldr-core/defaultContent.json", "defaultContent")
	if err != nil {
		return nil, err
	}
	flatten(content, "content", t, nil)
	if err := g.metazones(t); err != nil {
		return nil, err
	}
	return t, g.zones(t)
}

// zoneUse is a time in which a zone is in a metazone.
type zoneUse struct {
	UsesMetazone struct {
		Zone string `json:"_mzone"`
		From string `json:"_from"`
		To   string `json:"_to"`
	} `json:"usesMetazone"`
}

// metazones writes the metazones of each zone ("to=name" in order, the last
// without an end) and the zone of each metazone and region.
func (g *generator) metazones(t table) error {
	raw, err := g.read(supplemental+"metaZones.json", "supplemental", "metaZones")
	if err != nil {
		return err
	}
	zones, err := member(raw, "metazoneInfo", "timezone")
	if err != nil {
		return err
	}
	useOf(zones, "metazone", t)
	list, err := member(raw, "metazones")
	if err != nil {
		return err
	}
	var mapped []struct {
		MapZone struct {
			Metazone string `json:"_other"`
			Zone     string `json:"_type"`
			Region   string `json:"_territory"`
		} `json:"mapZone"`
	}
	if err := json.Unmarshal(list, &mapped); err != nil {
		return err
	}
	for _, m := range mapped {
		t["golden/"+m.MapZone.Metazone+"/"+m.MapZone.Region] = m.MapZone.Zone
	}
	return nil
}

func useOf(raw json.RawMessage, path string, t table) {
	var uses []zoneUse
	if json.Unmarshal(raw, &uses) == nil {
		var parts []string
		for _, u := range uses {
			parts = append(parts, u.UsesMetazone.From+"="+u.UsesMetazone.To+"="+u.UsesMetazone.Zone)
		}
		t[path] = strings.Join(parts, ";")
		return
	}
	var o map[string]json.RawMessage
	if json.Unmarshal(raw, &o) == nil {
		for name, value := range o {
			useOf(value, path+"/"+name, t)
		}
	}
}

// zones writes each name of a time zone with the name that CLDR gives it
// first, and the region of that.
func (g *generator) zones(t table) error {
	raw, err := g.read("cldr-bcp47/bcp47/timezone.json", "keyword", "u", "tz")
	if err != nil {
		return err
	}
	var o map[string]json.RawMessage
	if err := json.Unmarshal(raw, &o); err != nil {
		return err
	}
	for short, value := range o {
		var zone struct {
			Alias     string `json:"_alias"`
			Region    string `json:"_region"`
			Preferred string `json:"_preferred"`
		}
		if json.Unmarshal(value, &zone) != nil || zone.Alias == "" || zone.Preferred != "" {
			continue
		}
		names := strings.Fields(zone.Alias)
		for _, name := range names {
			t["zone/"+name] = names[0]
		}
		switch {
		case zone.Region != "":
			t["zoneregion/"+names[0]] = zone.Region
		case len(short) == 5 && !strings.HasPrefix(short, "utc") && strings.Contains(names[0], "/"):
			t["zoneregion/"+names[0]] = strings.ToUpper(short[:2])
		}
	}
	return nil
}
