package prelude

import (
	_ "embed"
	"strconv"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// table has a line for each block of 256 characters: its number in hexadecimal
// and the Latin text of each, nothing where there is none, "-0" where it is
// empty.
//
//go:embed transliteration.txt
var table string

const noText = "-0"

var blocks = sync.OnceValue(func() map[rune][]string {
	all := make(map[rune][]string)
	for line := range strings.Lines(table) {
		fields := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		block, err := strconv.ParseInt(fields[0], 16, 32)
		if err != nil {
			panic(err) // embedded
		}
		all[rune(block)] = fields[1:]
	}
	return all
})

// Transliterate writes a text in the letters of ASCII: accents go, other
// scripts are spelled, and what has no spelling becomes "?". Chinese characters
// become words with spaces between them.
func Transliterate(text string) string {
	var b strings.Builder
	afterChinese := false
	for _, r := range text {
		s := latin(r)
		if afterChinese && !startsWithMark(s) {
			b.WriteByte(' ')
		}
		b.WriteString(s)
		afterChinese = s != "" && isChinese(r)
	}
	return b.String()
}

func latin(r rune) string {
	if r < 0x80 {
		return string(r)
	}
	low := int(r & 0xff)
	switch row := blocks()[r>>8]; {
	case low >= len(row) || row[low] == "":
		return "?"
	case row[low] == noText:
		return ""
	default:
		return row[low]
	}
}

func isChinese(r rune) bool { return unicode.Is(unicode.Han, r) }

// startsWithMark says that no space belongs before a text: it begins with
// punctuation or a space, or is nothing.
func startsWithMark(s string) bool {
	first, _ := utf8.DecodeRuneInString(s)
	return s == "" || unicode.IsPunct(first) || unicode.IsSpace(first)
}
