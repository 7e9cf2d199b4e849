package intl

import (
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/jobsprint/jobsprint/item"
)

// pluralService is an Intl.PluralRules (ECMA-402 16).
type pluralService struct {
	kind   string
	rules  []pluralRule
	number *numberFormat
}

func newPluralRules(requested []string, values item.Value) (*pluralService, error) {
	o := &options{service: "PluralRules", values: values}
	o.text("localeMatcher", "best fit", "lookup", "best fit")
	kind := o.text("type", "cardinal", "cardinal", "ordinal")
	notation := o.text("notation", "standard", "standard", "scientific", "engineering", "compact")
	if o.err != nil {
		return nil, o.err
	}
	l, err := negotiate(requested)
	if err != nil {
		return nil, err
	}
	for !hasShared("plural/"+l.tag.base()+"/pluralRule-count-other") && l.tag.base() != l.tag.language {
		l.tag, _ = parseTag(shorter(l.tag.base()))
	}
	f := &numberFormat{locale: l, numbering: "latn", style: "decimal", notation: notation, compactDisplay: "short", signDisplay: "auto", grouping: "auto"}
	f.digits = readDigits(o, 0, 3, notation == "compact")
	if o.err != nil {
		return nil, o.err
	}
	f.prepare()
	table := "plural"
	if kind == "ordinal" {
		table = "ordinal"
	}
	return &pluralService{kind: kind, rules: pluralRules(table, l.data), number: f}, nil
}

func (s *pluralService) of(n float64) string {
	d := decimalOf(n)
	d.negative = false
	w := s.number.write(d)
	if w.value.nan || w.value.infinite {
		return "other"
	}
	exponent := 0
	if s.number.notation != "standard" {
		exponent = w.exponent
		w.value.point += exponent
		w.whole, w.fraction = w.value.text(1, 0)
	}
	return pluralOf(s.rules, operandsOf(w.whole, w.fraction, exponent))
}

func (s *pluralService) resolved() item.Value {
	r := newRecord()
	r.text("locale", s.number.locale.tag.String())
	r.text("type", s.kind)
	s.number.digits.resolved(r)
	names := make([]item.Value, 0, len(categories))
	for _, c := range categories[:5] {
		if slices.ContainsFunc(s.rules, func(r pluralRule) bool { return r.name == c }) {
			names = append(names, item.String(c))
		}
	}
	r.Set("pluralCategories", item.Array(append(names, item.String("other"))))
	s.number.digits.resolvedRounding(r)
	return r.Value()
}

func (s *pluralService) invoke(method string, args []item.Value) (item.Value, error) {
	start, _ := argument(args, 0).Number()
	if method == "select" {
		return item.String(s.of(start)), nil
	}
	end, _ := argument(args, 1).Number()
	if start != start || end != end {
		return item.Undefined, rangeError("Invalid number value")
	}
	return item.String(pluralOfRange(s.number.locale.data, s.of(start), s.of(end))), nil
}

// pluralOfRange is the category of a range (UTS #35 part 3, 5.2).
func pluralOfRange(l *data, start, end string) string {
	for name := l.name; name != ""; name = shorter(name) {
		if c := shared("range/" + name + "/pluralRange-start-" + start + "-end-" + end); c != "" {
			return c
		}
	}
	return end
}

// relativeFormat is an Intl.RelativeTimeFormat (ECMA-402 17).
type relativeFormat struct {
	style, numeric string
	number         *numberFormat
}

func newRelativeFormat(requested []string, values item.Value) (*relativeFormat, error) {
	l, err := negotiate(requested, "nu")
	if err != nil {
		return nil, err
	}
	o := &options{service: "RelativeTimeFormat", values: values}
	o.text("localeMatcher", "best fit", "lookup", "best fit")
	numbering := o.numberingSystem(&l)
	r := &relativeFormat{style: o.text("style", "long", "long", "short", "narrow"), numeric: o.text("numeric", "always", "always", "auto")}
	if o.err != nil {
		return nil, o.err
	}
	r.number, err = newNumberFormat([]string{l.tag.String()}, item.NewObject(0).Value())
	if err == nil {
		r.number.locale, r.number.numbering = l, numbering
		r.number.prepare()
	}
	return r, err
}

func (r *relativeFormat) resolved() item.Value {
	o := newRecord()
	o.text("locale", r.number.locale.tag.String())
	o.text("style", r.style)
	o.text("numeric", r.numeric)
	o.text("numberingSystem", r.number.numbering)
	return o.Value()
}

var relativeUnits = []string{"second", "minute", "hour", "day", "week", "month", "quarter", "year"}

func (r *relativeFormat) invoke(method string, args []item.Value) (item.Value, error) {
	n, _ := argument(args, 0).Number()
	asked := argument(args, 1).ToString()
	unit := strings.TrimSuffix(asked, "s")
	if !slices.Contains(relativeUnits, unit) {
		return item.Undefined, rangeError("Invalid unit argument for Intl.RelativeTimeFormat.prototype.%s() '%s'", method, asked)
	}
	if math.IsInf(n, 0) || n != n {
		return item.Undefined, rangeError("Value need to be finite number for Intl.RelativeTimeFormat.prototype.%s()", method)
	}
	out := r.format(n, unit)
	if method == "format" {
		return item.String(out.String()), nil
	}
	return out.value("unit", unit), nil
}

func (r *relativeFormat) format(n float64, unit string) parts {
	d := r.number.locale.data
	path := "f/" + unit
	if r.style != "long" {
		path += "-" + r.style
	}
	if r.numeric == "auto" {
		name := map[float64]string{-2: "-2", -1: "-1", 0: "0", 1: "1", 2: "2"}[n]
		if n == 0 && math.Signbit(n) && d.text(path+"/relative-type--0") != "" {
			name = "-0"
		}
		if text := d.text(path + "/relative-type-" + name); name != "" && text != "" {
			return parts{{"literal", text}}
		}
	}
	when := "future"
	if math.Signbit(n) {
		when = "past"
	}
	w := r.number.write(decimalOf(math.Abs(n)))
	category := r.number.category(w)
	path += "/relativeTime-type-" + when + "/relativeTimePattern-count-"
	return fill(d.first(path+category, path+"other"), r.number.assemble(w, category))
}

// listFormat is an Intl.ListFormat (ECMA-402 14).
type listFormat struct {
	locale      locale
	kind, style string
}

func newListFormat(requested []string, values item.Value) (*listFormat, error) {
	l, err := negotiate(requested)
	if err != nil {
		return nil, err
	}
	o := &options{service: "ListFormat", values: values}
	o.text("localeMatcher", "best fit", "lookup", "best fit")
	f := &listFormat{locale: l, kind: o.text("type", "conjunction", "conjunction", "disjunction", "unit")}
	f.style = o.text("style", "long", "long", "short", "narrow")
	return f, o.err
}

func (f *listFormat) resolved() item.Value {
	r := newRecord()
	r.text("locale", f.locale.tag.String())
	r.text("type", f.kind)
	r.text("style", f.style)
	return r.Value()
}

func (f *listFormat) invoke(method string, args []item.Value) (item.Value, error) {
	out := f.format(textsOf(argument(args, 0)))
	if method == "format" {
		return item.String(out.String()), nil
	}
	return out.value("", ""), nil
}

// format joins words (UTS #35 part 2, 11).
func (f *listFormat) format(words []string) parts {
	element := func(i int) parts { return parts{{"element", words[i]}} }
	n := len(words)
	switch n {
	case 0:
		return nil
	case 1:
		return element(0)
	case 2:
		return join(f.pattern("2", words[1]), element(0), element(1))
	}
	out := join(f.pattern("end", words[n-1]), element(n-2), element(n-1))
	for i := n - 3; i > 0; i-- {
		out = join(f.pattern("middle", ""), element(i), out)
	}
	return join(f.pattern("start", ""), element(0), out)
}

// join is fill for parts that must stay apart.
func join(pattern string, first, second parts) parts {
	var out parts
	for _, p := range fill(pattern, parts{{"\x00", "0"}}, parts{{"\x00", "1"}}) {
		switch {
		case p.kind != "\x00":
			out = append(out, p)
		case p.text == "0":
			out = append(out, first...)
		default:
			out = append(out, second...)
		}
	}
	return out
}

func (f *listFormat) pattern(place, last string) string {
	key := map[string]string{"conjunction": "standard", "disjunction": "or", "unit": "unit"}[f.kind]
	if f.style != "long" {
		key += "-" + f.style
	}
	text := f.locale.data.text("l/listPattern-type-" + key + "/" + place)
	if last != "" {
		text = euphonic(f.locale.tag.language, text, last)
	}
	return text
}

// euphonic changes a word that sounds badly before the next: Spanish "y"
// before i and "o" before o, Hebrew a hyphen before what is not Hebrew.
func euphonic(language, pattern, next string) string {
	lower := strings.ToLower(next)
	switch language {
	case "es":
		iSound := (strings.HasPrefix(lower, "i") || strings.HasPrefix(lower, "hi")) && !strings.HasPrefix(lower, "hia") && !strings.HasPrefix(lower, "hie")
		if iSound {
			pattern = strings.Replace(pattern, " y {1}", " e {1}", 1)
		}
		if strings.HasPrefix(lower, "o") || strings.HasPrefix(lower, "ho") || strings.HasPrefix(lower, "8") || lower == "11" || strings.HasPrefix(lower, "11 ") {
			pattern = strings.Replace(pattern, " o {1}", " u {1}", 1)
		}
	case "he":
		if r, _ := utf8.DecodeRuneInString(next); r < 0x590 || r > 0x5ff {
			pattern = strings.Replace(pattern, " ו{1}", " ו-{1}", 1)
		}
	}
	return pattern
}
