package intl

import (
	"unicode"

	"github.com/jobsprint/jobsprint/item"
)

// segmenter is an Intl.Segmenter (ECMA-402 18).
type segmenter struct {
	locale      locale
	granularity string
}

func newSegmenter(requested []string, values item.Value) (*segmenter, error) {
	l, err := negotiate(requested)
	if err != nil {
		return nil, err
	}
	o := &options{service: "Segmenter", values: values}
	o.text("localeMatcher", "best fit", "lookup", "best fit")
	return &segmenter{locale: l, granularity: o.text("granularity", "grapheme", "grapheme", "word", "sentence")}, o.err
}

func (s *segmenter) resolved() item.Value {
	r := newRecord()
	r.text("locale", s.locale.tag.String())
	r.text("granularity", s.granularity)
	return r.Value()
}

func (s *segmenter) invoke(_ string, args []item.Value) (item.Value, error) {
	text := argument(args, 0).ToString()
	var list []item.Value
	index := 0
	for text != "" {
		n := s.next(text)
		o := item.NewObject(3)
		o.Set("segment", item.String(text[:n]))
		o.Set("index", item.Int(index))
		if s.granularity == "word" {
			o.Set("isWordLike", item.Bool(isWordLike(text[:n])))
		}
		list = append(list, o.Value())
		index += item.UTF16Len(text[:n])
		text = text[n:]
	}
	return item.Array(list), nil
}

func isWordLike(text string) bool {
	for _, r := range text {
		if unicode.IsLetter(r) || unicode.IsNumber(r) || r == '_' && false {
			return true
		}
	}
	return false
}

// next is the size of the first segment, in outline of UAX #29.
func (s *segmenter) next(text string) int {
	switch s.granularity {
	case "word":
		return nextWord(text)
	case "sentence":
		return nextSentence(text)
	}
	return nextGrapheme(text)
}

func extends(r rune) bool {
	return unicode.Is(unicode.M, r) || r == 0x200d || r == 0x200c || r >= 0x1f3fb && r <= 0x1f3ff || r >= 0xe0020 && r <= 0xe007f
}

func isFlag(r rune) bool { return r >= 0x1f1e6 && r <= 0x1f1ff }

func nextGrapheme(text string) int {
	var last rune
	flags := 0
	for i, r := range text {
		joined := i > 0 && (extends(r) && !unicode.IsControl(last) || last == 0x200d && r > 0x2000 || last == '\r' && r == '\n' ||
			isFlag(last) && isFlag(r) && flags == 1 || hangul(last, r))
		if i > 0 && !joined {
			return i
		}
		if isFlag(r) {
			flags++
		}
		last = r
	}
	return len(text)
}

// hangul says whether two letters of Korean make one syllable.
func hangul(a, b rune) bool {
	const leading, vowel, trailing = 1, 2, 3
	kind := func(r rune) int {
		switch {
		case r >= 0x1100 && r <= 0x115f:
			return leading
		case r >= 0x1160 && r <= 0x11a7:
			return vowel
		case r >= 0x11a8 && r <= 0x11ff:
			return trailing
		}
		return 0
	}
	syllable := a >= 0xac00 && a <= 0xd7a3
	open := syllable && (a-0xac00)%28 == 0
	switch kind(b) {
	case leading, vowel:
		return kind(a) == leading || kind(b) == vowel && (kind(a) == vowel || open)
	case trailing:
		return kind(a) == vowel || kind(a) == trailing || syllable
	}
	return kind(a) == leading && b >= 0xac00 && b <= 0xd7a3
}

func nextWord(text string) int {
	runes := []rune(text)
	word := func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) || r == '_' || extends(r) }
	alone := func(r rune) bool {
		return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Thai, unicode.Lao, unicode.Khmer)
	}
	n := 1
	switch first := runes[0]; {
	case first == '\r' && len(runes) > 1 && runes[1] == '\n':
		n = 2
	case first == ' ':
		for n < len(runes) && runes[n] == ' ' {
			n++
		}
	case alone(first):
		for n < len(runes) && extends(runes[n]) {
			n++
		}
	case word(first):
		for n < len(runes) && !alone(runes[n]) {
			r := runes[n]
			inner := n+1 < len(runes) && word(runes[n+1]) && (unicode.IsLetter(runes[n-1]) && unicode.IsLetter(runes[n+1]) && isOneOf(r, "'’.:·") ||
				unicode.IsNumber(runes[n-1]) && unicode.IsNumber(runes[n+1]) && isOneOf(r, "'’.,;"))
			if !word(r) && !inner {
				break
			}
			n++
		}
	default:
		return nextGrapheme(text)
	}
	return len(string(runes[:n]))
}

func isOneOf(r rune, set string) bool {
	for _, s := range set {
		if s == r {
			return true
		}
	}
	return false
}

func nextSentence(text string) int {
	ended := false
	for i, r := range text {
		switch {
		case isOneOf(r, "!?。！？"):
			ended = true
		case r == '.':
			ended = true
		case ended && (unicode.IsSpace(r) || isOneOf(r, `"')]}`+"’”»")):
			if r == '\n' {
				return i + 1
			}
		case ended && !unicode.IsLower(r) && !unicode.IsNumber(r):
			return i
		case r == '\n':
			return i + 1
		case ended && unicode.IsLower(r):
			ended = text[i-1] != ' ' && false
		case ended && unicode.IsNumber(r):
			if i > 0 && text[i-1] == ' ' {
				return i
			}
			ended = false
		}
	}
	return len(text)
}
