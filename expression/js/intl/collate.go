package intl

import (
	"slices"
	"strings"
	"sync"
	"unicode"

	"github.com/jobsprint/jobsprint/item"
	"golang.org/x/text/collate"
	"golang.org/x/text/language"
	"golang.org/x/text/unicode/norm"
)

// collator is an Intl.Collator (ECMA-402 10). Its order is that of
// golang.org/x/text, which has the tailorings of CLDR, with what that lacks:
// which script a language puts first, and capitals before small letters.
type collator struct {
	locale                        locale
	usage, sensitivity, caseFirst string
	collation                     string
	numeric, ignorePunctuation    bool
	scripts                       []*unicode.RangeTable

	mu sync.Mutex // the library's collators serve one at a time
	// letters compares letters alone, accents also their marks, all their case.
	letters, accents, all *collate.Collator
}

// scriptsFirst are the scripts that languages put before others (CLDR,
// collation settings "reorder").
var scriptsFirst = map[string][]*unicode.RangeTable{
	"ja": {unicode.Latin, kana, unicode.Han}, "ko": {unicode.Hangul, unicode.Han}, "zh": {unicode.Han},
	"el": {unicode.Greek}, "he": {unicode.Hebrew}, "hy": {unicode.Armenian}, "ka": {unicode.Georgian}, "th": {unicode.Thai}, "lo": {unicode.Lao},
	"km": {unicode.Khmer}, "my": {unicode.Myanmar}, "si": {unicode.Sinhala}, "ta": {unicode.Tamil}, "te": {unicode.Telugu}, "kn": {unicode.Kannada},
	"ml": {unicode.Malayalam}, "or": {unicode.Oriya}, "gu": {unicode.Gujarati}, "pa": {unicode.Gurmukhi}, "am": {unicode.Ethiopic},
	"hi": {unicode.Devanagari}, "mr": {unicode.Devanagari}, "ne": {unicode.Devanagari}, "kok": {unicode.Devanagari}, "bn": {unicode.Bengali}, "as": {unicode.Bengali},
	"ar": {unicode.Arabic}, "fa": {unicode.Arabic}, "ps": {unicode.Arabic}, "ur": {unicode.Arabic}, "ug": {unicode.Arabic}, "sd": {unicode.Arabic},
	"be": {unicode.Cyrillic}, "bg": {unicode.Cyrillic}, "mk": {unicode.Cyrillic}, "mn": {unicode.Cyrillic}, "ru": {unicode.Cyrillic}, "sr": {unicode.Cyrillic},
	"uk": {unicode.Cyrillic}, "kk": {unicode.Cyrillic}, "ky": {unicode.Cyrillic}, "tg": {unicode.Cyrillic},
}

// kana are both syllabaries of Japanese.
var kana = &unicode.RangeTable{R16: []unicode.Range16{{Lo: 0x3041, Hi: 0x30ff, Stride: 1}, {Lo: 0x31f0, Hi: 0x31ff, Stride: 1}}}

func newCollator(requested []string, values item.Value) (*collator, error) {
	l, err := negotiate(requested, "co", "kn", "kf")
	if err != nil {
		return nil, err
	}
	o := &options{service: "Collator", values: values}
	c := &collator{locale: l, usage: o.text("usage", "sort", "sort", "search"), collation: "default"}
	o.text("localeMatcher", "best fit", "lookup", "best fit")
	if co, ok := l.tag.value("co"); ok {
		c.collation = co
	}
	if kn, ok := l.tag.value("kn"); ok {
		c.numeric = kn != "false"
	}
	if on, set := o.flag("numeric"); set {
		if c.numeric != on {
			c.locale.drop("kn")
		}
		c.numeric = on
	}
	usual := "false"
	if l.tag.language == "mt" || l.tag.language == "da" {
		usual = "upper"
	}
	if kf, ok := l.tag.value("kf"); ok {
		usual = kf
	}
	c.caseFirst = o.text("caseFirst", usual, "upper", "lower", "false")
	c.sensitivity = o.text("sensitivity", "variant", "base", "accent", "case", "variant")
	c.ignorePunctuation, _ = o.flag("ignorePunctuation")
	if !o.has("ignorePunctuation") {
		c.ignorePunctuation = l.tag.language == "th"
	}
	if o.err != nil {
		return nil, o.err
	}
	c.scripts = scriptsFirst[l.tag.language]
	if l.tag.script == "Latn" {
		c.scripts = nil
	}
	c.letters, c.accents, c.all = c.order(collate.Loose), c.order(collate.IgnoreCase), c.order()
	return c, nil
}

func (c *collator) order(more ...collate.Option) *collate.Collator {
	name := c.locale.tag.base()
	switch c.locale.tag.language {
	case "nb", "nn", "no": // which have none there; the letters are as in Danish
		name = "da"
	}
	if c.collation != "default" {
		name += "-u-co-" + c.collation
	}
	t, err := language.Parse(name)
	if err != nil {
		t = language.Und
	}
	if c.numeric {
		more = append(more, collate.Numeric)
	}
	return collate.New(t, more...)
}

// compare orders two texts.
func (c *collator) compare(a, b string) int {
	if a == b {
		return 0
	}
	if c.ignorePunctuation {
		a, b = withoutPunctuation(a), withoutPunctuation(b)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.scripts != nil {
		if order := c.byScript(a, b); order != 0 {
			return order
		}
	}
	switch c.sensitivity {
	case "base":
		return c.letters.CompareString(a, b)
	case "accent":
		return c.accents.CompareString(a, b)
	case "case":
		if order := c.letters.CompareString(a, b); order != 0 {
			return order
		}
		a, b = withoutMarks(a), withoutMarks(b)
	}
	order := c.all.CompareString(a, b)
	if c.caseFirst == "upper" && order != 0 && c.accents.CompareString(a, b) == 0 {
		return -order
	}
	return order
}

// byScript compares the first letters that differ by their scripts.
func (c *collator) byScript(a, b string) int {
	x, y := []rune(a), []rune(b)
	for i := range min(len(x), len(y)) {
		if x[i] == y[i] || c.letters.CompareString(string(x[i]), string(y[i])) == 0 {
			continue
		}
		if unicode.IsLetter(x[i]) && unicode.IsLetter(y[i]) {
			return c.rank(x[i]) - c.rank(y[i])
		}
		return 0
	}
	return 0
}

func (c *collator) rank(r rune) int {
	i := slices.IndexFunc(c.scripts, func(t *unicode.RangeTable) bool { return unicode.Is(t, r) })
	if i < 0 {
		return len(c.scripts)
	}
	return i
}

func withoutPunctuation(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPunct(r) || unicode.IsSpace(r) {
			return -1
		}
		return r
	}, text)
}

func withoutMarks(text string) string {
	return norm.NFC.String(strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFD.String(text)))
}

func (c *collator) resolved() item.Value {
	r := newRecord()
	r.text("locale", c.locale.tag.String())
	r.text("usage", c.usage)
	r.text("sensitivity", c.sensitivity)
	r.Set("ignorePunctuation", item.Bool(c.ignorePunctuation))
	r.text("collation", c.collation)
	r.Set("numeric", item.Bool(c.numeric))
	r.text("caseFirst", c.caseFirst)
	return r.Value()
}

func (c *collator) invoke(_ string, args []item.Value) (item.Value, error) {
	order := c.compare(argument(args, 0).ToString(), argument(args, 1).ToString())
	return item.Int(min(max(order, -1), 1)), nil
}
