package expression

import (
	"strings"
	"unicode/utf8"

	"github.com/jobsprint/jobsprint/item"
)

// replaceFirst and replaceAll take texts; with a regular expression or a
// function they are not compiled.
func replaceFirst(f *frame, this item.Value, args []item.Value) item.Value {
	return f.replace(this, args, 1)
}

func replaceAll(f *frame, this item.Value, args []item.Value) item.Value {
	return f.replace(this, args, -1)
}

// replace replaces the first most places, all when most is negative.
func (f *frame) replace(this item.Value, args []item.Value, most int) item.Value {
	s, search := f.this(this), f.plain(args, 0)
	with := f.text(argOf(args, 1))
	if search == "" && most < 0 && item.UTF16Len(s) != utf8.RuneCountInString(s) {
		f.refuse("replacing nothing in a text with characters beyond U+FFFF")
	}
	if f.failed {
		return item.Undefined
	}
	var dst []byte
	rest := 0 // from here on s is not yet copied
	for at := 0; most != 0 && at <= len(s); most-- {
		found := strings.Index(s[at:], search)
		if found < 0 {
			break
		}
		at += found
		before := len(dst)
		dst = item.AppendText(dst, s[rest:at])
		dst = f.appendReplacement(dst, with, s, at, at+len(search))
		rest = at + len(search)
		at = rest
		if search == "" && at < len(s) { // between all units
			at += charLength(s[at:])
		} else if search == "" {
			at++
		}
		if !f.grown(before, len(dst)) {
			return item.Undefined
		}
	}
	return f.made(string(item.AppendText(dst, s[rest:])))
}

// appendReplacement appends with, in which $$, $&, $` and $' have a meaning,
// for the match s[from:to].
func (f *frame) appendReplacement(dst []byte, with, s string, from, to int) []byte {
	for {
		at := strings.IndexByte(with, '$')
		if at < 0 || at+1 == len(with) {
			return item.AppendText(dst, with)
		}
		dst = item.AppendText(dst, with[:at])
		if len(dst) > f.maxBytes {
			return dst
		}
		switch with[at+1] {
		case '$':
			dst = append(dst, '$')
		case '&':
			dst = item.AppendText(dst, s[from:to])
		case '`':
			dst = item.AppendText(dst, s[:from])
		case '\'':
			dst = item.AppendText(dst, s[to:])
		default:
			dst = append(dst, '$')
			with = with[at+1:]
			continue
		}
		with = with[at+2:]
	}
}
