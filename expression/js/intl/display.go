package intl

import (
	"strings"

	"github.com/jobsprint/jobsprint/item"
)

// displayNames is an Intl.DisplayNames (ECMA-402 12).
type displayNames struct {
	locale                            locale
	kind, style, fallback, byLanguage string
}

func newDisplayNames(requested []string, values item.Value) (*displayNames, error) {
	l, err := negotiate(requested)
	if err != nil {
		return nil, err
	}
	o := &options{service: "DisplayNames", values: values}
	o.text("localeMatcher", "best fit", "lookup", "best fit")
	n := &displayNames{locale: l, style: o.text("style", "long", "narrow", "short", "long")}
	n.kind = o.text("type", "", "language", "region", "script", "currency", "calendar", "dateTimeField")
	if n.kind == "" && o.err == nil {
		o.err = typeError("invalid_argument")
	}
	n.fallback = o.text("fallback", "code", "code", "none")
	n.byLanguage = o.text("languageDisplay", "dialect", "dialect", "standard")
	return n, o.err
}

func (n *displayNames) resolved() item.Value {
	r := newRecord()
	r.text("locale", n.locale.tag.String())
	r.text("style", n.style)
	r.text("type", n.kind)
	r.text("fallback", n.fallback)
	if n.kind == "language" {
		r.text("languageDisplay", n.byLanguage)
	}
	return r.Value()
}

func (n *displayNames) invoke(_ string, args []item.Value) (item.Value, error) {
	code := argument(args, 0).ToString()
	name, code, ok := n.of(code)
	switch {
	case !ok:
		return item.Undefined, rangeError("invalid_argument")
	case name != "":
		return item.String(name), nil
	case n.fallback == "none":
		return item.Undefined, nil
	}
	return item.String(code), nil
}

// of gives the name of a code, which it also gives in its usual case.
func (n *displayNames) of(code string) (name, canonical string, ok bool) {
	d := n.locale.data
	lower := strings.ToLower(code)
	short := func(path string) string {
		if n.style != "long" {
			return d.first(path+"-alt-short", path)
		}
		return d.text(path)
	}
	switch n.kind {
	case "region":
		code = strings.ToUpper(code)
		ok = len(code) == 2 && isAlpha(lower) || len(code) == 3 && isDigits(code)
		return short("region/" + code), code, ok
	case "script":
		if len(code) != 4 || !isAlpha(lower) {
			return "", code, false
		}
		code = strings.ToUpper(lower[:1]) + lower[1:]
		return d.text("script/" + code), code, true
	case "currency":
		code = strings.ToUpper(code)
		if len(code) != 3 || !isAlpha(lower) {
			return "", code, false
		}
		return d.text("c/" + code + "/displayName"), code, true
	case "language":
		t, valid := parseTag(code)
		if !valid || len(t.keywords) > 0 || len(t.others) > 0 {
			return "", code, false
		}
		return n.language(t), t.String(), true
	case "calendar":
		key := lower
		if key == "gregory" {
			key = "gregorian"
		}
		return d.text("d/types/calendar/" + key), lower, wellFormedType(lower)
	}
	return n.dateField(code)
}

// language names a tag: by the name of the dialect where it has one, else the
// language with the others behind it (UTS #35 part 2, 2).
func (n *displayNames) language(t tag) string {
	d := n.locale.data
	find := func(key string) string {
		if n.style != "long" {
			return d.first("language/"+key+"-alt-short", "language/"+key)
		}
		return d.text("language/" + key)
	}
	rest := t
	name := ""
	if n.byLanguage == "dialect" {
		for _, try := range []tag{{language: t.language, script: t.script, region: t.region}, {language: t.language, script: t.script}, {language: t.language, region: t.region}} {
			if key := try.base(); name == "" && key != t.language {
				if name = find(key); name != "" {
					if try.script != "" {
						rest.script = ""
					}
					if try.region != "" {
						rest.region = ""
					}
				}
			}
		}
	}
	if name == "" {
		name = find(t.language)
	}
	if name == "" && rest.script == "" && rest.region == "" {
		return ""
	}
	if name == "" {
		name = t.language
	}
	var more []string
	if rest.script != "" {
		more = append(more, orCode(d.text("script/"+rest.script), rest.script))
	}
	if rest.region != "" {
		text := d.text("region/" + rest.region)
		if n.style != "long" {
			text = d.first("region/"+rest.region+"-alt-short", "region/"+rest.region)
		}
		more = append(more, orCode(text, rest.region))
	}
	for _, v := range rest.variants {
		more = append(more, strings.ToUpper(v))
	}
	if len(more) == 0 {
		return name
	}
	list := more[0]
	for _, m := range more[1:] {
		list = strings.NewReplacer("{0}", list, "{1}", m).Replace(d.text("d/localeDisplayPattern/localeSeparator"))
	}
	return strings.NewReplacer("{0}", name, "{1}", list).Replace(d.text("d/localeDisplayPattern/localePattern"))
}

func orCode(name, code string) string {
	if name == "" {
		return code
	}
	return name
}

var dateFieldKeys = map[string]string{
	"era": "era", "year": "year", "quarter": "quarter", "month": "month", "weekOfYear": "week", "weekday": "weekday", "day": "day",
	"dayPeriod": "dayperiod", "hour": "hour", "minute": "minute", "second": "second", "timeZoneName": "zone",
}

func (n *displayNames) dateField(code string) (name, canonical string, ok bool) {
	key, ok := dateFieldKeys[code]
	if !ok {
		return "", code, false
	}
	if n.style != "long" {
		key += "-" + n.style
	}
	return n.locale.data.text("f/" + key + "/displayName"), code, true
}
