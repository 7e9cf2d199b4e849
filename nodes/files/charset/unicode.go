package charset

import (
	"encoding/base64"
	"encoding/binary"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/jobsprint/jobsprint/item"
)

func order(big bool) binary.ByteOrder {
	if big {
		return binary.BigEndian
	}
	return binary.LittleEndian
}

func read16(data []byte, big bool) string {
	o := order(big)
	units := make([]uint16, len(data)/2)
	for i := range units {
		units[i] = o.Uint16(data[2*i:])
	}
	return item.FromUTF16(units)
}

func write16(text string, big bool) []byte {
	o := order(big)
	units := item.AppendUTF16(nil, text)
	out := make([]byte, 2*len(units))
	for i, u := range units {
		o.PutUint16(out[2*i:], u)
	}
	return out
}

// readAny16 takes the byte order from a mark, else from which half of the units looks like ASCII; little-endian where
// neither tells.
func readAny16(data []byte) string {
	if len(data) >= 2 {
		switch {
		case data[0] == 0xfe && data[1] == 0xff:
			return read16(data, true)
		case data[0] == 0xff && data[1] == 0xfe:
			return read16(data, false)
		}
	}
	little, big := 0, 0
	for i := 0; i+1 < min(len(data), 200); i += 2 {
		if data[i] == 0 && data[i+1] != 0 {
			big++
		}
		if data[i] != 0 && data[i+1] == 0 {
			little++
		}
	}
	return read16(data, big > little)
}

func read32(data []byte, big bool) string {
	o := order(big)
	var b strings.Builder
	for ; len(data) >= 4; data = data[4:] {
		n := o.Uint32(data)
		if n > utf8.MaxRune {
			n = utf8.RuneError
		}
		b.WriteRune(rune(n))
	}
	return b.String()
}

func write32(text string, big bool) []byte {
	o := order(big)
	out := make([]byte, 0, 4*len(text))
	for _, r := range text {
		out = append(out, 0, 0, 0, 0)
		o.PutUint32(out[len(out)-4:], uint32(r))
	}
	return out
}

func readAny32(data []byte) string {
	if len(data) >= 4 {
		switch {
		case string(data[:4]) == "\x00\x00\xfe\xff":
			return read32(data, true)
		case string(data[:4]) == "\xff\xfe\x00\x00":
			return read32(data, false)
		}
	}
	big := 0
	for i := 0; i+3 < min(len(data), 400); i += 4 {
		if data[i] == 0 && data[i+3] != 0 {
			big++
		} else if data[i] != 0 && data[i+3] == 0 {
			big--
		}
	}
	return read32(data, big > 0)
}

func readCESU(data []byte) string {
	var units []uint16
	for len(data) > 0 {
		switch {
		case len(data) >= 3 && data[0]&0xf0 == 0xe0 && data[1]&0xc0 == 0x80 && data[2]&0xc0 == 0x80:
			units = append(units, uint16(data[0]&0x0f)<<12|uint16(data[1]&0x3f)<<6|uint16(data[2]&0x3f))
			data = data[3:]
		default:
			r, n := utf8.DecodeRune(data)
			units = utf16.AppendRune(units, r)
			data = data[n:]
		}
	}
	return item.FromUTF16(units)
}

func writeCESU(text string) []byte {
	out := make([]byte, 0, len(text))
	for _, u := range item.AppendUTF16(nil, text) {
		switch {
		case u < 0x80:
			out = append(out, byte(u))
		case u < 0x800:
			out = append(out, 0xc0|byte(u>>6), 0x80|byte(u&0x3f))
		default:
			out = append(out, 0xe0|byte(u>>12), 0x80|byte(u>>6&0x3f), 0x80|byte(u&0x3f))
		}
	}
	return out
}

func readASCII(data []byte) string {
	out := make([]byte, len(data))
	for i, c := range data {
		out[i] = c & 0x7f
	}
	return string(out)
}

func writeASCII(text string) []byte {
	out := make([]byte, 0, len(text))
	for _, r := range text {
		if r < 0x80 {
			out = append(out, byte(r))
		} else {
			out = append(out, missing(r)...)
		}
	}
	return out
}

func readLatin(data []byte) string {
	var b strings.Builder
	for _, c := range data {
		b.WriteRune(rune(c))
	}
	return b.String()
}

// writeLatin keeps the lower byte of each unit, as Node.js's "binary" does.
func writeLatin(text string) []byte {
	units := item.AppendUTF16(nil, text)
	out := make([]byte, len(units))
	for i, u := range units {
		out[i] = byte(u)
	}
	return out
}

// form7 is a form of UTF-7: which characters stand for themselves, and how base64 begins (RFC 2152; RFC 3501, 5.1.3).
type form7 struct {
	shift  byte
	slash  string
	direct func(r rune) bool
}

var (
	plain7 = form7{shift: '+', slash: "/", direct: direct7}
	imap7  = form7{shift: '&', slash: ",", direct: func(r rune) bool { return r >= 0x20 && r <= 0x7e }}
)

func direct7(r rune) bool {
	return r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || strings.ContainsRune("'(),-./:? \n\r\t", r)
}

func write7(text string, f form7) []byte {
	var out []byte
	var run []uint16
	flush := func() {
		if len(run) == 0 {
			return
		}
		data := make([]byte, 0, 2*len(run))
		for _, u := range run {
			data = binary.BigEndian.AppendUint16(data, u)
		}
		code := base64.RawStdEncoding.EncodeToString(data)
		out = append(append(append(out, f.shift), strings.ReplaceAll(code, "/", f.slash)...), '-')
		run = run[:0]
	}
	for _, r := range text {
		switch {
		case r == rune(f.shift) && (len(run) == 0 || f.direct(r)):
			flush()
			out = append(out, f.shift, '-')
		case f.direct(r):
			flush()
			out = append(out, byte(r))
		default:
			run = utf16.AppendRune(run, r)
		}
	}
	flush()
	return out
}

func read7(data []byte, shift, slash byte) string {
	var b strings.Builder
	for i := 0; i < len(data); i++ {
		if data[i] != shift {
			b.WriteByte(data[i] & 0x7f)
			continue
		}
		end := i + 1
		for end < len(data) && (isBase64(data[end]) || data[end] == slash) {
			end++
		}
		if end == i+1 && end < len(data) && data[end] == '-' {
			b.WriteByte(shift)
		} else {
			code := strings.ReplaceAll(string(data[i+1:end]), string(slash), "/")
			b.WriteString(read16(ReadBase64(code), true))
		}
		if i = end - 1; end < len(data) && data[end] == '-' {
			i = end
		}
	}
	return b.String()
}

func isBase64(c byte) bool {
	return c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '+' || c == '/'
}
