package charset

import (
	_ "embed"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"
)

// tablesText gives the single-byte encodings: a line each, the name and the characters of the bytes 128 to 255, or of
// all bytes where a star follows the name. \uXXXX stands for what is hard to see. The data is that of iconv-lite (MIT
// licence).
//
//go:embed tables.txt
var tablesText string

type table struct {
	runes [256]rune
	bytes map[rune]byte
}

var tables = sync.OnceValue(func() map[string]*table {
	all := map[string]*table{}
	for line := range strings.Lines(tablesText) {
		name, characters, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		name, whole := strings.CutSuffix(name, "*")
		all[name] = newTable(characters, whole)
	}
	return all
})

func newTable(characters string, whole bool) *table {
	t := &table{bytes: make(map[rune]byte, 256)}
	i := 0
	if !whole {
		for ; i < 128; i++ {
			t.runes[i] = rune(i)
		}
	}
	for ; characters != "" && i < 256; i++ {
		t.runes[i], characters = nextRune(characters)
	}
	for k, r := range t.runes {
		if _, taken := t.bytes[r]; r != utf8.RuneError && !taken {
			t.bytes[r] = byte(k)
		}
	}
	return t
}

func nextRune(s string) (rune, string) {
	if len(s) >= 6 && strings.HasPrefix(s, `\u`) {
		if n, err := strconv.ParseUint(s[2:6], 16, 32); err == nil {
			return rune(n), s[6:]
		}
	}
	r, n := utf8.DecodeRuneInString(s)
	return r, s[n:]
}

func (t *table) decode(data []byte) string {
	var b strings.Builder
	for _, c := range data {
		b.WriteRune(t.runes[c])
	}
	return b.String()
}

func (t *table) encode(text string) []byte {
	out := make([]byte, 0, len(text))
	for _, r := range text {
		if c, ok := t.bytes[r]; ok {
			out = append(out, c)
		} else {
			out = append(out, missing(r)...)
		}
	}
	return out
}

// missing stands for a character that an encoding lacks: a question mark for each of its UTF-16 units.
func missing(r rune) string {
	if r > 0xffff {
		return "??"
	}
	return "?"
}
