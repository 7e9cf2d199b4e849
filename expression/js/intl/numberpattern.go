package intl

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// numberPattern is a pattern such as #,##0.00 ¤ (UTS #35 part 3, 3).
type numberPattern struct {
	positive, negative affixes
	hasNegative        bool
	primary, secondary int // sizes of groups; 0 is none
	minInteger         int
}

// affixes stand before and after the digits.
type affixes struct{ before, after []affix }

// affix is a piece of text; sign is ¤ % - + where it stands for a symbol.
type affix struct {
	sign rune
	text string
}

// symbols of a numbering system in a locale.
type symbols struct {
	decimal, group, percent, plus, minus, exponential, infinity, nan, approximately string
}

// inCurrency puts in the symbols that stand in amounts of money only.
func (s *symbols) inCurrency(d *data, system string) {
	path := "n/symbols-numberSystem-" + system
	if text := d.text(path + "/currencyDecimal"); text != "" {
		s.decimal = text
	}
	if text := d.text(path + "/currencyGroup"); text != "" {
		s.group = text
	}
}

func symbolsOf(d *data, system string) symbols {
	get := func(name string) string {
		return d.first("n/symbols-numberSystem-"+system+"/"+name, "n/symbols-numberSystem-latn/"+name)
	}
	return symbols{
		decimal: get("decimal"), group: get("group"), percent: get("percentSign"), plus: get("plusSign"), minus: get("minusSign"),
		exponential: get("exponential"), infinity: get("infinity"), nan: get("nan"), approximately: get("approximatelySign"),
	}
}

// patternOf gives a pattern such as decimalFormats/standard for a numbering
// system, or that for Latin digits.
func patternOf(d *data, kind, system, name string) string {
	return d.first("n/"+kind+"-numberSystem-"+system+"/"+name, "n/"+kind+"-numberSystem-latn/"+name)
}

func parseNumberPattern(text string) numberPattern {
	positive, negative, _ := cutUnquoted(text, ';')
	before, digits, after := splitDigits(positive)
	p := numberPattern{positive: affixes{parseAffix(before), parseAffix(after)}}
	if negative != "" {
		before, _, after := splitDigits(negative)
		p.negative, p.hasNegative = affixes{parseAffix(before), parseAffix(after)}, true
	}
	whole, _, _ := strings.Cut(digits, ".")
	groups := strings.Split(whole, ",")
	if n := len(groups); n > 1 {
		p.primary = len(groups[n-1])
		p.secondary = p.primary
		if n > 2 {
			p.secondary = len(groups[n-2])
		}
	}
	p.minInteger = strings.Count(whole, "0")
	return p
}

// cutUnquoted cuts at a character that stands outside of quotes.
func cutUnquoted(text string, at rune) (before, after string, found bool) {
	quoted := false
	for i, c := range text {
		if c == '\'' {
			quoted = !quoted
		} else if c == at && !quoted {
			return text[:i], text[i+utf8.RuneLen(c):], true
		}
	}
	return text, "", false
}

func splitDigits(text string) (before, digits, after string) {
	quoted := false
	start, end := -1, len(text)
	for i, c := range text {
		if c == '\'' {
			quoted = !quoted
		}
		isDigit := !quoted && strings.ContainsRune("#0123456789,.E@", c)
		if isDigit && start < 0 {
			start = i
		} else if !isDigit && start >= 0 {
			end = i
			break
		}
	}
	if start < 0 {
		return text, "", ""
	}
	return text[:start], text[start:end], text[end:]
}

func parseAffix(text string) []affix {
	var list []affix
	var plain strings.Builder
	flush := func() {
		if plain.Len() > 0 {
			list = append(list, affix{text: plain.String()})
			plain.Reset()
		}
	}
	quoted := false
	runes := []rune(text)
	for i, c := range runes {
		switch {
		case c == '\'' && i+1 < len(runes) && runes[i+1] == '\'':
			plain.WriteRune('\'')
		case c == '\'' && i > 0 && runes[i-1] == '\'' && !quoted:
		case c == '\'':
			quoted = !quoted
		case !quoted && strings.ContainsRune("¤%-+", c):
			flush()
			if c == '¤' && len(list) > 0 && list[len(list)-1].sign == c {
				continue
			}
			list = append(list, affix{sign: c})
		default:
			plain.WriteRune(c)
		}
	}
	flush()
	return list
}

func (a affixes) has(sign rune) bool {
	for _, list := range [][]affix{a.before, a.after} {
		for _, x := range list {
			if x.sign == sign {
				return true
			}
		}
	}
	return false
}

// spaced says whether a space comes between a currency and a digit: where the
// currency's end is a letter, not a symbol or space (UTS #35 part 3, 2.4).
func spaced(c rune) bool { return !unicode.Is(unicode.S, c) && !unicode.Is(unicode.Z, c) }

// compactPattern is how a power of ten is written shortly.
type compactPattern struct {
	// zeros is how many digits stand before the point; 0 says that the number
	// is written in full.
	zeros    int
	patterns map[string]string // by plural category
}

// compactPatterns gives the patterns by the power of ten, from the thousand on.
func compactPatterns(d *data, kind, system, path string) []compactPattern {
	var list []compactPattern
	for power := 3; power <= 14; power++ {
		c := compactPattern{patterns: map[string]string{}}
		key := path + "1" + strings.Repeat("0", power)
		for _, category := range append(categories[:len(categories):len(categories)], "0", "1") {
			text := patternOf(d, kind, system, key+"-count-"+category)
			if text == "" {
				continue
			}
			c.patterns[category] = text
			if category == "other" {
				_, digits, _ := splitDigits(text)
				c.zeros = strings.Count(digits, "0")
				if text == "0" {
					c.zeros = 0
				}
			}
		}
		list = append(list, c)
	}
	return list
}
