package intl

import (
	"slices"
	"strings"
)

// defaultLocale is the locale of an engine.
const defaultLocale = "en-US"

// locale is one that was found for what was asked.
type locale struct {
	tag  tag
	data *data
}

// available says whether a tag without extensions names a locale that is
// here: one of the data, the usual region of one, or either without the
// script that is understood.
func available(name string) bool {
	if name == root {
		return false
	}
	if known(name) || isContent(name) {
		return true
	}
	t, ok := parseTag(name)
	if !ok || t.script != "" || t.region == "" {
		return false
	}
	full := t.maximize()
	long := full.language + "-" + full.script + "-" + full.region
	return known(long) || isContent(long)
}

func isContent(name string) bool {
	if !slices.Contains(strings.Fields(shared("content")), name) {
		return false
	}
	language, _, _ := strings.Cut(name, "-")
	return known(language) && name != "nb-NO" // which is no-NO
}

// bestAvailable is the longest beginning of a tag that is available
// (ECMA-402 9.2.2).
func bestAvailable(name string) string {
	for name != "" {
		if available(name) {
			return name
		}
		i := strings.LastIndexByte(name, '-')
		if i < 0 {
			return ""
		}
		name = name[:i]
	}
	return ""
}

// dataFor finds the data of an available locale: zh-TW is written as zh-Hant.
func dataFor(name string) *data {
	if known(name) {
		return loadData(name)
	}
	t, _ := parseTag(name)
	full := t.maximize()
	for _, n := range []string{
		full.language + "-" + full.script + "-" + full.region, full.language + "-" + full.script, full.language + "-" + full.region, full.language,
	} {
		if usual := (tag{language: full.language}).maximize(); n == full.language+"-"+full.region && usual.script != full.script {
			continue
		}
		if known(n) {
			return loadData(n)
		}
	}
	return loadData(root)
}

// negotiate chooses the first requested locale that is here (ECMA-402 9.2.3).
// Of its extension only the keys that are named stay.
func negotiate(requested []string, keep ...string) (locale, error) {
	tags, err := canonicalList(requested)
	if err != nil {
		return locale{}, err
	}
	for _, t := range tags {
		name := bestAvailable(t.base())
		if name == "" {
			continue
		}
		found, _ := parseTag(name)
		for _, k := range t.keywords {
			if slices.Contains(keep, k.key) {
				found.keywords = append(found.keywords, k)
			}
		}
		return locale{tag: found, data: dataFor(name)}, nil
	}
	t, _ := parseTag(defaultLocale)
	return locale{tag: t, data: dataFor(defaultLocale)}, nil
}

// canonicalList reads tags and leaves out what comes again.
func canonicalList(requested []string) ([]tag, error) {
	var tags []tag
	for _, name := range requested {
		t, ok := parseTag(name)
		if !ok {
			return nil, rangeError("Incorrect locale information provided")
		}
		if !slices.ContainsFunc(tags, func(o tag) bool { return o.String() == t.String() }) {
			tags = append(tags, t)
		}
	}
	return tags, nil
}

// supported gives those of the tags that are here.
func supported(requested []string) ([]string, error) {
	tags, err := canonicalList(requested)
	var names []string
	for _, t := range tags {
		if bestAvailable(t.base()) != "" {
			names = append(names, t.String())
		}
	}
	return names, err
}

// region is the region of the locale, the likely one where it names none.
func (l locale) region() string { return l.tag.maximize().region }
