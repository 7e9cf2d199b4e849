package charset

import (
	"encoding/base64"
	"encoding/hex"
	"strings"
	"unicode/utf8"
)

// codec is one encoding.
type codec struct {
	decode func(data []byte) string
	encode func(text string) []byte
	bom    bool // encode writes a byte order mark by itself
}

const bom = "\ufeff"

// Known reports whether there is an encoding of the name. Case and what is neither letter nor digit do not matter.
func Known(name string) bool {
	_, ok := find(name)
	return ok
}

// Decode reads text. A byte order mark at the start is left out when strip is set. An unknown encoding is read as UTF-8;
// ask Known before.
func Decode(name string, data []byte, strip bool) string {
	c, ok := find(name)
	if !ok {
		c, _ = find("utf8")
	}
	text := c.decode(data)
	if strip {
		text = strings.TrimPrefix(text, bom)
	}
	return text
}

// Encode writes text, after a byte order mark when mark is set.
func Encode(name, text string, mark bool) []byte {
	c, ok := find(name)
	if !ok {
		c, _ = find("utf8")
	}
	if c.bom || mark {
		text = bom + text
	}
	return c.encode(text)
}

func canonical(name string) string {
	name = strings.ToLower(name)
	if i := strings.IndexByte(name, ':'); i > 0 {
		name = name[:i]
	}
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, name)
}

// aliases are other names of the encodings that the steps offer.
var aliases = map[string]string{
	"utf16le": "ucs2", "latin1": "iso88591", "win1250": "windows1250", "win1251": "windows1251", "win1252": "windows1252",
	"cp1250": "windows1250", "cp1251": "windows1251", "cp1252": "windows1252", "cp1253": "windows1253", "cp1254": "windows1254",
	"cp1255": "windows1255", "cp1256": "windows1256", "cp1257": "windows1257", "cp1258": "windows1258", "cp874": "windows874",
	"iso88598i": "iso88598", "big5": "big5hkscs", "sjis": "shiftjis", "gb2312": "gbk", "gb23121980": "gbk", "euckr": "cp949", "usascii": "ascii",
	"unicode11utf8": "utf8", "utf": "utf8", "koi8": "koi8r",
}

func find(name string) (codec, bool) {
	name = canonical(name)
	if c, ok := codecs[name]; ok {
		return c, true
	}
	if t, ok := tables()[name]; ok {
		return codec{decode: t.decode, encode: t.encode}, true
	}
	if other, ok := aliases[name]; ok && other != name {
		return find(other)
	}
	return codec{}, false
}

var codecs = map[string]codec{
	"utf8":      {decode: readUTF8, encode: func(text string) []byte { return []byte(strings.ToValidUTF8(text, "\ufffd")) }},
	"cesu8":     {decode: readCESU, encode: writeCESU},
	"ucs2":      {decode: func(d []byte) string { return read16(d, false) }, encode: func(t string) []byte { return write16(t, false) }},
	"utf16be":   {decode: func(d []byte) string { return read16(d, true) }, encode: func(t string) []byte { return write16(t, true) }},
	"utf16":     {decode: readAny16, encode: func(t string) []byte { return write16(strip(t), false) }, bom: true},
	"utf32le":   {decode: func(d []byte) string { return read32(d, false) }, encode: func(t string) []byte { return write32(t, false) }},
	"utf32be":   {decode: func(d []byte) string { return read32(d, true) }, encode: func(t string) []byte { return write32(t, true) }},
	"utf32":     {decode: readAny32, encode: func(t string) []byte { return write32(strip(t), false) }, bom: true},
	"utf7":      {decode: func(d []byte) string { return read7(d, '+', '/') }, encode: func(t string) []byte { return write7(t, plain7) }},
	"utf7imap":  {decode: func(d []byte) string { return read7(d, '&', ',') }, encode: func(t string) []byte { return write7(t, imap7) }},
	"ascii":     {decode: readASCII, encode: writeASCII},
	"binary":    {decode: readLatin, encode: writeLatin},
	"base64":    {decode: base64.StdEncoding.EncodeToString, encode: ReadBase64},
	"hex":       {decode: hex.EncodeToString, encode: readHex},
	"gbk":       multi(gbk),
	"cp936":     multi(gbk),
	"gb18030":   multi(gb18030),
	"cp949":     multi(eucKR),
	"cp950":     multi(big5),
	"big5hkscs": multi(big5),
	"eucjp":     multi(eucJP),
	"shiftjis":  multi(shiftJIS),
}

// strip removes one of two marks: those encodings write one always, and ask for none twice.
func strip(text string) string {
	if strings.HasPrefix(text, bom+bom) {
		return text[len(bom):]
	}
	return text
}

func readUTF8(data []byte) string {
	if utf8.Valid(data) {
		return string(data)
	}
	var b strings.Builder
	for len(data) > 0 {
		r, n := utf8.DecodeRune(data)
		if r == utf8.RuneError && n == 1 {
			n = badRun(data)
		}
		b.WriteRune(r)
		data = data[n:]
	}
	return b.String()
}

// badRun is how many bytes one U+FFFD stands for: the longest start of a character that could go on (Unicode 3.9, as
// the Encoding Standard does it).
func badRun(data []byte) int {
	lead := data[0]
	size := 1
	switch {
	case lead >= 0xc2 && lead <= 0xdf:
		size = 2
	case lead >= 0xe0 && lead <= 0xef:
		size = 3
	case lead >= 0xf0 && lead <= 0xf4:
		size = 4
	}
	for n := 1; n < size; n++ {
		if n >= len(data) || !continues(lead, n, data[n]) {
			return n
		}
	}
	return 1
}

func continues(lead byte, n int, b byte) bool {
	low, high := byte(0x80), byte(0xbf)
	if n == 1 {
		switch lead {
		case 0xe0:
			low = 0xa0
		case 0xed:
			high = 0x9f
		case 0xf0:
			low = 0x90
		case 0xf4:
			high = 0x8f
		}
	}
	return b >= low && b <= high
}

func readHex(text string) []byte {
	end := 0
	for end+1 < len(text) && isHex(text[end]) && isHex(text[end+1]) {
		end += 2
	}
	data, err := hex.DecodeString(text[:end])
	if err != nil {
		return nil
	}
	return data
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

// ReadBase64 reads base64 as Node.js does: both alphabets, without padding, passing over what belongs to neither, up to
// the first "=".
func ReadBase64(text string) []byte {
	clean := make([]byte, 0, len(text))
	for i := 0; i < len(text) && text[i] != '='; i++ {
		switch c := text[i]; {
		case c == '-':
			clean = append(clean, '+')
		case c == '_':
			clean = append(clean, '/')
		case c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '+' || c == '/':
			clean = append(clean, c)
		}
	}
	if len(clean)%4 == 1 {
		clean = clean[:len(clean)-1]
	}
	out := make([]byte, base64.RawStdEncoding.DecodedLen(len(clean)))
	n, _ := base64.RawStdEncoding.Decode(out, clean) // the text was cleaned, so nothing is wrong with it
	return out[:n]
}
