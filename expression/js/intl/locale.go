package intl

import (
	"slices"
	"strings"
)

// tag is a language tag taken apart (RFC 5646, UTS #35 part 1, 3.2). Its parts
// are in canonical case.
type tag struct {
	language, script, region string
	variants                 []string
	// keywords of the extension -u-, in order, and its attributes.
	attributes []string
	keywords   []keyword
	// others are the other extensions, each from its letter on.
	others []string
}

type keyword struct{ key, value string }

func isAlpha(s string) bool {
	return s != "" && strings.IndexFunc(s, func(r rune) bool { return r < 'a' || r > 'z' }) < 0
}

func isDigits(s string) bool {
	return s != "" && strings.IndexFunc(s, func(r rune) bool { return r < '0' || r > '9' }) < 0
}

func isAlnum(s string) bool {
	return s != "" && strings.IndexFunc(s, func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') }) < 0
}

// parseTag reads a tag as ECMA-402 6.2.1 wants it, aliases replaced.
func parseTag(text string) (tag, bool) {
	var t tag
	parts := strings.Split(strings.ToLower(text), "-")
	next := func(ok func(string) bool) string {
		if len(parts) > 0 && ok(parts[0]) {
			p := parts[0]
			parts = parts[1:]
			return p
		}
		return ""
	}
	t.language = next(func(s string) bool { return isAlpha(s) && len(s) >= 2 && len(s) <= 8 && len(s) != 4 })
	if t.language == "" {
		return t, false
	}
	if s := next(func(s string) bool { return isAlpha(s) && len(s) == 4 }); s != "" {
		t.script = strings.ToUpper(s[:1]) + s[1:]
	}
	t.region = strings.ToUpper(next(func(s string) bool { return isAlpha(s) && len(s) == 2 || isDigits(s) && len(s) == 3 }))
	for {
		v := next(func(s string) bool {
			return isAlnum(s) && (len(s) >= 5 && len(s) <= 8 || len(s) == 4 && s[0] >= '0' && s[0] <= '9')
		})
		if v == "" {
			break
		}
		if slices.Contains(t.variants, v) {
			return t, false
		}
		t.variants = append(t.variants, v)
	}
	slices.Sort(t.variants)
	if !t.extensions(parts) {
		return t, false
	}
	t.replaceAliases()
	return t, true
}

// extensions reads what stands behind the names.
func (t *tag) extensions(parts []string) bool {
	seen := ""
	for len(parts) > 0 {
		letter := parts[0]
		if len(letter) != 1 || !isAlnum(letter) || strings.Contains(seen, letter) {
			return false
		}
		seen += letter
		n := 1
		for n < len(parts) && (letter == "x" || len(parts[n]) > 1) {
			if !isAlnum(parts[n]) || len(parts[n]) > 8 {
				return false
			}
			n++
		}
		if n == 1 {
			return false
		}
		if letter == "u" {
			t.unicode(parts[1:n])
		} else {
			t.others = append(t.others, strings.Join(parts[:n], "-"))
		}
		parts = parts[n:]
	}
	return true
}

func (t *tag) unicode(parts []string) {
	for _, p := range parts {
		switch {
		case len(p) == 2:
			t.keywords = append(t.keywords, keyword{key: p})
		case len(t.keywords) == 0:
			t.attributes = append(t.attributes, p)
		default:
			k := &t.keywords[len(t.keywords)-1]
			k.value = strings.TrimPrefix(k.value+"-"+p, "-")
		}
	}
	slices.SortStableFunc(t.keywords, func(a, b keyword) int { return strings.Compare(a.key, b.key) })
	t.keywords = slices.CompactFunc(t.keywords, func(a, b keyword) bool { return a.key == b.key })
	for i, k := range t.keywords {
		if k.value == "true" || k.value == "yes" && strings.Contains("kb kc kh kk kn", k.key) {
			t.keywords[i].value = ""
		}
		if k.key == "ca" {
			t.keywords[i].value = canonicalCalendar(k.value)
		}
	}
}

func canonicalCalendar(name string) string {
	switch name {
	case "gregorian":
		return "gregory"
	case "ethiopic-amete-alem":
		return "ethioaa"
	case "islamicc":
		return "islamic-civil"
	}
	return name
}

// replaceAliases puts in names of today for old ones (UTS #35 part 1, annex C).
func (t *tag) replaceAliases() {
	for _, key := range []string{t.language + "-" + t.region, t.language} {
		if to := shared("alias/language/" + key + "/_replacement"); to != "" && !strings.HasPrefix(key, "-") {
			parts := strings.Split(to, "-")
			t.language = parts[0]
			for _, p := range parts[1:] {
				if len(p) == 4 && t.script == "" {
					t.script = p
				} else if len(p) < 4 && (t.region == "" || key != t.language) && strings.Contains(key, "-") {
					t.region = p
				} else if len(p) < 4 && t.region == "" {
					t.region = p
				}
			}
			break
		}
	}
	if to := shared("alias/region/" + t.region + "/_replacement"); t.region != "" && to != "" {
		list := strings.Fields(to)
		t.region = list[0]
		if len(list) > 1 {
			if m := (tag{language: t.language, script: t.script}).maximize(); slices.Contains(list, m.region) {
				t.region = m.region
			}
		}
	}
	if to := shared("alias/script/" + t.script + "/_replacement"); t.script != "" && to != "" {
		t.script = to
	}
}

// base is the tag without its extensions.
func (t tag) base() string {
	parts := []string{t.language}
	for _, p := range []string{t.script, t.region} {
		if p != "" {
			parts = append(parts, p)
		}
	}
	return strings.Join(append(parts, t.variants...), "-")
}

func (t tag) String() string {
	parts := []string{t.base()}
	extensions := slices.Clone(t.others)
	if u := t.unicodeText(); u != "" {
		extensions = append(extensions, u)
	}
	slices.SortFunc(extensions, func(a, b string) int {
		if private := strings.HasPrefix(a, "x"); private != strings.HasPrefix(b, "x") {
			if private {
				return 1
			}
			return -1
		}
		return strings.Compare(a, b)
	})
	return strings.Join(append(parts, extensions...), "-")
}

func (t tag) unicodeText() string {
	if len(t.keywords) == 0 && len(t.attributes) == 0 {
		return ""
	}
	parts := append([]string{"u"}, t.attributes...)
	for _, k := range t.keywords {
		parts = append(parts, k.key)
		if k.value != "" {
			parts = append(parts, k.value)
		}
	}
	return strings.Join(parts, "-")
}

// value of a keyword; ok is false where the tag does not have it.
func (t tag) value(key string) (string, bool) {
	for _, k := range t.keywords {
		if k.key == key {
			return k.value, true
		}
	}
	return "", false
}

func (t *tag) set(key, value string) {
	for i, k := range t.keywords {
		if k.key == key {
			t.keywords[i].value = value
			return
		}
	}
	t.keywords = append(t.keywords, keyword{key, value})
	slices.SortStableFunc(t.keywords, func(a, b keyword) int { return strings.Compare(a.key, b.key) })
}

// maximize adds the likely script and region (UTS #35 part 1, 4.3).
func (t tag) maximize() tag {
	if t.language != root && t.script != "" && t.region != "" {
		return t
	}
	keys := []string{
		t.language + "-" + t.script + "-" + t.region, t.language + "-" + t.region, t.language + "-" + t.script, t.language,
		root + "-" + t.script + "-" + t.region, root + "-" + t.region, root + "-" + t.script,
	}
	for i, key := range keys {
		if strings.Contains(key, "--") || strings.HasSuffix(key, "-") || i > 3 && t.language != root && i == 5 {
			continue
		}
		to := shared("likely/" + key)
		if to == "" {
			continue
		}
		parts := strings.Split(to, "-")
		if t.language == root {
			t.language = parts[0]
		}
		if t.script == "" {
			t.script = parts[1]
		}
		if t.region == "" {
			t.region = parts[2]
		}
		return t
	}
	return t
}

// minimize takes away what maximize would add again.
func (t tag) minimize() tag {
	full := t.maximize()
	for _, short := range []tag{{language: full.language}, {language: full.language, region: full.region}, {language: full.language, script: full.script}} {
		if m := short.maximize(); m.language == full.language && m.script == full.script && m.region == full.region {
			t.language, t.script, t.region = short.language, short.script, short.region
			return t
		}
	}
	t.language, t.script, t.region = full.language, full.script, full.region
	return t
}
