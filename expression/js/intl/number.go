package intl

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// prepare finds in the data what the options ask for.
func (f *numberFormat) prepare() {
	d := f.locale.data
	f.symbols = symbolsOf(d, f.numbering)
	if f.style == "currency" {
		f.symbols.inCurrency(d, f.numbering)
	}
	f.digit = strings.Split(digitsOf(f.numbering), "")
	f.plurals = pluralRules("plural", d)
	kind, name := "decimalFormats", "standard"
	switch {
	case f.isPercent() && f.notation != "compact":
		kind = "percentFormats"
	case f.style == "currency" && f.currencyDisplay != "name":
		kind = "currencyFormats"
		if f.currencySign == "accounting" {
			name = "accounting"
		}
	}
	f.pattern = parseNumberPattern(patternOf(d, kind, f.numbering, name))
	if f.notation == "compact" {
		f.compact = f.compactData(d)
	}
}

// isPercent says whether the number is written by the pattern of percents.
func (f *numberFormat) isPercent() bool {
	return f.style == "percent" || f.style == "unit" && f.unit == "percent" && f.unitDisplay != "long"
}

func (f *numberFormat) compactData(d *data) []compactPattern {
	if f.style == "currency" && f.currencyDisplay != "name" {
		return compactPatterns(d, "currencyFormats", f.numbering, "short/standard/")
	}
	list := compactPatterns(d, "decimalFormats", f.numbering, f.compactDisplay+"/decimalFormat/")
	if list[0].patterns["other"] == "" && f.compactDisplay == "long" {
		return compactPatterns(d, "decimalFormats", f.numbering, "short/decimalFormat/")
	}
	return list
}

// round applies the digit options (ECMA-402 15.5.3) and says how many digits
// of the fraction must be there.
func (d *digitOptions) round(n decimal) (rounded decimal, minFraction int) {
	if n.infinite || n.nan {
		return n, 0
	}
	significant := func() (decimal, int, int) {
		power := n.magnitude() - d.maxSignif + 1
		r := d.rounding.round(n, power)
		return r, power, max(0, d.minSignificant-1-r.magnitude())
	}
	fraction := func() (decimal, int, int) {
		return d.rounding.round(n, -d.maxFraction), -d.maxFraction, d.minFraction
	}
	switch {
	case d.useSignif && d.useFraction:
		a, powerA, minA := significant()
		b, powerB, minB := fraction()
		if d.compactRounding && len(n.digits) == 0 {
			powerA, minA, minB = 0, 0, 0
		}
		bySignificant := powerA <= powerB
		if d.priority == "lessPrecision" {
			bySignificant = powerA >= powerB
		}
		if rounded, minFraction = b, minB; bySignificant {
			rounded, minFraction = a, minA
		}
	case d.useSignif:
		rounded, _, minFraction = significant()
	default:
		rounded, _, minFraction = fraction()
	}
	if d.trailingZeros == "stripIfInteger" && rounded.point >= len(rounded.digits) {
		minFraction = 0
	}
	return rounded, minFraction
}

// written is a number as digits.
type written struct {
	value           decimal
	whole, fraction string
	exponent        int // of scientific notation, or said by a word
	given           decimal
	compact         int // index of the compact pattern, or -1
}

// write rounds a number and chooses its exponent.
func (f *numberFormat) write(d decimal) written {
	if f.style == "percent" && !d.zero() {
		d.point += 2
	}
	w := written{compact: -1, given: d}
	var minFraction int
	scale := f.exponentOf(d, &w.compact)
	d.point -= scale
	if d.zero() || d.infinite || d.nan {
		d.point += scale
		scale = 0
	}
	w.value, minFraction = f.digits.round(d)
	if f.notation != "standard" && !w.value.zero() && w.value.magnitude() != d.magnitude() {
		// Rounding gave one more digit: 999.9 thousand is a million.
		again := w.value
		again.point += scale
		if next := f.exponentOf(again, &w.compact); next != scale {
			d.point += scale - next
			scale = next
			w.value, minFraction = f.digits.round(d)
		}
	}
	w.exponent = scale
	w.whole, w.fraction = w.value.text(f.digits.minInteger, minFraction)
	return w
}

// text gives the digits before and after the point.
func (d decimal) text(minInteger, minFraction int) (whole, fraction string) {
	n := len(d.digits)
	switch {
	case d.point <= 0:
		fraction = strings.Repeat("0", -d.point) + string(d.digits)
		if n == 0 {
			fraction = ""
		}
	case d.point >= n:
		whole = string(d.digits) + strings.Repeat("0", d.point-n)
	default:
		whole, fraction = string(d.digits[:d.point]), string(d.digits[d.point:])
	}
	if len(whole) < minInteger {
		whole = strings.Repeat("0", minInteger-len(whole)) + whole
	}
	if len(fraction) < minFraction {
		fraction += strings.Repeat("0", minFraction-len(fraction))
	}
	return whole, fraction
}

// exponentOf is by which power of ten the digits are divided.
func (f *numberFormat) exponentOf(d decimal, compact *int) int {
	if d.infinite || d.nan {
		return 0
	}
	m := d.magnitude()
	switch f.notation {
	case "scientific":
		return m
	case "engineering":
		e := m / 3 * 3
		if m < 0 && m%3 != 0 {
			e -= 3
		}
		return e
	case "compact":
		*compact = -1
		if m < 3 || d.zero() {
			return 0
		}
		i := min(m, 14) - 3
		if f.compact[i].zeros == 0 {
			return 0
		}
		*compact = i
		return i + 3 - (f.compact[i].zeros - 1)
	}
	return 0
}

// sign is what stands for the sign of a number: -1, 0 for none, 1.
func (f *numberFormat) sign(d decimal) int {
	zero := d.zero() || d.nan
	negative := d.negative && !d.nan
	switch f.signDisplay {
	case "never":
		return 0
	case "always":
	case "exceptZero":
		if zero {
			return 0
		}
	case "negative":
		if negative && !zero {
			return -1
		}
		return 0
	default:
		if negative {
			return -1
		}
		return 0
	}
	if negative {
		return -1
	}
	return 1
}

// format writes a number in parts (ECMA-402 15.5.6).
func (f *numberFormat) format(d decimal) parts {
	w := f.write(d)
	return f.assemble(w, f.category(w))
}

// category is the plural category of a number as its unit is named: of the
// number in full, whatever word or power stands for a part of it.
func (f *numberFormat) category(w written) string {
	if w.value.nan || w.value.infinite {
		return "other"
	}
	if f.notation == "standard" {
		return pluralOf(f.plurals, operandsOf(w.whole, w.fraction, 0))
	}
	rounded, minFraction := f.digits.round(w.given)
	whole, fraction := rounded.text(1, minFraction)
	return pluralOf(f.plurals, operandsOf(whole, fraction, 0))
}

// assemble puts what belongs around the digits.
func (f *numberFormat) assemble(w written, category string) parts {
	pattern, body, sign := f.pattern, f.body(w), f.sign(w.value)
	if w.compact >= 0 {
		if text := f.compact[w.compact].pick(pluralOf(f.plurals, operandsOf(w.whole, w.fraction, 0)), w); text != "" {
			pattern = f.inCompact(text)
			if !strings.Contains(text, "0") { // a word for exactly one
				body = nil
			}
		}
	}
	out := f.signed(pattern, body, sign)
	switch {
	case f.style == "currency" && f.currencyDisplay == "name":
		d := f.locale.data
		name := d.first("c/"+f.currency+"/displayName-count-"+category, "c/"+f.currency+"/displayName-count-other", "c/"+f.currency+"/displayName")
		if name == "" {
			name = f.currency
		}
		const path = "n/currencyFormats-numberSystem-latn/unitPattern-count-"
		join := d.first(path+category, path+"other")
		return fill(join, out, parts{{"currency", name}})
	case f.isPercent() && f.notation != "compact":
	case f.style == "percent":
		short := *f
		short.unit, short.unitDisplay = "percent", "short"
		return short.inUnit(out, category)
	case f.style == "unit":
		return f.inUnit(out, category)
	}
	return out
}

// pick chooses the text for a plural category; a few languages have texts for
// exactly 1.
func (c compactPattern) pick(category string, w written) string {
	if text := c.patterns["1"]; text != "" && w.whole == "1" && strings.Trim(w.fraction, "0") == "" {
		return text
	}
	if text := c.patterns[category]; text != "" {
		return text
	}
	return c.patterns["other"]
}

// inCompact is the compact pattern with the signs of the usual one.
func (f *numberFormat) inCompact(text string) numberPattern {
	p := parseNumberPattern(text)
	p.primary, p.secondary = f.pattern.primary, f.pattern.secondary
	for _, list := range [][]affix{p.positive.before, p.positive.after, p.negative.before, p.negative.after} {
		for i, a := range list {
			if a.sign == 0 {
				list[i].sign = 'c'
			}
		}
	}
	return p
}

// signed puts the affixes of a pattern around digits. Where the pattern has no
// form for negative numbers, or not for a plus, the sign goes before it.
func (f *numberFormat) signed(p numberPattern, body parts, sign int) parts {
	use := p.positive
	useNegative := p.hasNegative && (sign < 0 || sign > 0 && p.negative.has('-') && !p.positive.has('+'))
	if useNegative {
		use = p.negative
	}
	var before parts
	if !useNegative && sign < 0 {
		before = before.addAll(marked("minusSign", f.symbols.minus))
	} else if !useNegative && sign > 0 && !p.positive.has('+') {
		before = before.addAll(marked("plusSign", f.symbols.plus))
	}
	before = before.addAll(f.affix(use.before, sign))
	after := f.affix(use.after, sign)
	return f.space(before, body, after)
}

// space puts a space between a currency's letters and the digits.
func (f *numberFormat) space(before, body, after parts) parts {
	if n := len(before); n > 0 && before[n-1].kind == "currency" && len(body) > 0 && body[0].kind == "integer" {
		if c, _ := utf8.DecodeLastRuneInString(before[n-1].text); spaced(c) {
			before = before.add("literal", "\u00a0")
		}
	}
	out := slices.Concat(before, body)
	if n := len(body); len(after) > 0 && after[0].kind == "currency" && n > 0 && (isOneOfKinds(body[n-1].kind)) {
		if c, _ := utf8.DecodeRuneInString(after[0].text); spaced(c) {
			out = out.add("literal", "\u00a0")
		}
	}
	return out.addAll(after)
}

func isOneOfKinds(kind string) bool {
	return kind == "integer" || kind == "fraction" || kind == "exponentInteger"
}

// marked is a sign whose marks of direction are literals of their own.
func marked(kind, text string) parts {
	core := strings.Trim(text, "\u200e\u200f\u061c")
	before, after, _ := strings.Cut(text, core)
	return parts{}.add("literal", before).add(kind, core).add("literal", after)
}

func (f *numberFormat) affix(list []affix, sign int) parts {
	var out parts
	for _, a := range list {
		switch a.sign {
		case '¤':
			out = out.add("currency", f.currencySymbol())
		case '%':
			kind := "percentSign"
			if f.style == "unit" {
				kind = "unit"
			}
			out = out.addAll(marked(kind, f.symbols.percent))
		case '-':
			if sign > 0 {
				out = out.addAll(marked("plusSign", f.symbols.plus))
			} else {
				out = out.addAll(marked("minusSign", f.symbols.minus))
			}
		case '+':
			out = out.addAll(marked("plusSign", f.symbols.plus))
		case 'c':
			out = out.addAll(trimmed("compact", a.text))
		default:
			out = out.add("literal", a.text)
		}
	}
	return out
}

// trimmed gives a text of a kind with the space around it as literals.
func trimmed(kind, text string) parts {
	core := strings.TrimFunc(text, isSpace)
	if core == "" {
		return parts{{"literal", text}}
	}
	before, after, _ := strings.Cut(text, core)
	return parts{}.add("literal", before).add(kind, core).add("literal", after)
}

func isSpace(r rune) bool {
	return r == ' ' || r == '\u00a0' || r == '\u202f' || r == '\u200e' || r == '\u200f' || r == '\u2009'
}

// currencySymbol is how the currency is told beside the digits.
func (f *numberFormat) currencySymbol() string {
	d := f.locale.data
	var symbol string
	switch f.currencyDisplay {
	case "code":
		return f.currency
	case "narrowSymbol":
		symbol = d.first("c/"+f.currency+"/symbol-alt-narrow", "c/"+f.currency+"/symbol")
	default:
		symbol = d.text("c/" + f.currency + "/symbol")
	}
	if symbol == "" { // no names are kept of the locale
		names := loadData("en-001")
		if symbol = names.text("c/" + f.currency + "/symbol"); f.currencyDisplay == "narrowSymbol" {
			symbol = names.first("c/"+f.currency+"/symbol-alt-narrow", "c/"+f.currency+"/symbol")
		}
	}
	if symbol == "" {
		return f.currency
	}
	return symbol
}

// body writes the digits with groups and point.
func (f *numberFormat) body(w written) parts {
	switch {
	case w.value.nan:
		return parts{{"nan", f.symbols.nan}}
	case w.value.infinite:
		return parts{{"infinity", f.symbols.infinity}}
	}
	out := f.groups(w.whole)
	if w.fraction != "" {
		out = append(out, part{"decimal", f.symbols.decimal}, part{"fraction", f.local(w.fraction)})
	}
	if f.notation == "scientific" || f.notation == "engineering" {
		out = append(out, part{"exponentSeparator", f.symbols.exponential})
		e := w.exponent
		if e < 0 {
			out = append(out, part{"exponentMinusSign", f.symbols.minus})
			e = -e
		}
		out = append(out, part{"exponentInteger", f.local(strconv.Itoa(e))})
	}
	return out
}

// local writes Latin digits in the numbering system.
func (f *numberFormat) local(digits string) string {
	if f.numbering == "latn" {
		return digits
	}
	var b strings.Builder
	for i := range len(digits) {
		b.WriteString(f.digit[digits[i]-'0'])
	}
	return b.String()
}

// groups cuts whole digits into groups (UTS #35 part 3, 3.5).
func (f *numberFormat) groups(whole string) parts {
	primary, secondary := f.pattern.primary, f.pattern.secondary
	least := 1
	switch f.grouping {
	case "auto":
		least = f.minGrouping()
	case "min2":
		least = max(2, f.minGrouping())
	case "always":
		if primary == 0 {
			primary, secondary = 3, 3
		}
	}
	if f.grouping == "false" || primary == 0 || len(whole) < primary+least {
		return parts{{"integer", f.local(whole)}}
	}
	end := len(whole) - primary
	list := []string{whole[end:]}
	for end > 0 {
		start := max(0, end-secondary)
		list = append(list, whole[start:end])
		end = start
	}
	var out parts
	for i := len(list) - 1; i >= 0; i-- {
		out = append(out, part{"integer", f.local(list[i])})
		if i > 0 {
			out = append(out, part{"group", f.symbols.group})
		}
	}
	return out
}

func (f *numberFormat) minGrouping() int {
	n, err := strconv.Atoi(f.locale.data.text("n/minimumGroupingDigits"))
	if err != nil {
		return 1
	}
	return n
}
