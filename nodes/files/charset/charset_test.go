package charset

import (
	"encoding/hex"
	"testing"
)

// The bytes are those that iconv-lite 0.6.3 writes.
func TestEncodingsWriteWhatIconvWrites(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, text, plain, marked string }{
		{"utf8", "hé", "68c3a9", "efbbbf68c3a9"},
		{"utf16", "hé", "fffe6800e900", "fffe6800e900"},
		{"utf16be", "hé", "006800e9", "feff006800e9"},
		{"ucs2", "hé", "6800e900", "fffe6800e900"},
		{"utf32", "hé", "fffe000068000000e9000000", "fffe000068000000e9000000"},
		{"utf32le", "h", "68000000", "fffe000068000000"},
		{"utf32be", "h", "00000068", "0000feff00000068"},
		{"utf7", "hé+ &x", "682b414f6b414b772d202b4143592d78", "2b2f76382d682b414f6b414b772d202b4143592d78"},
		{"utf7imap", "hé& x", "6826414f6b2d262d2078", "262c76382d6826414f6b2d262d2078"},
		{"cesu8", "h😀", "68eda0bdedb880", "efbbbf68eda0bdedb880"},
		{"ascii", "hé", "683f", "683f"},
		{"binary", "hé", "68e9", ""},
		{"base64", "aGk=", "6869", ""},
		{"hex", "6869", "6869", ""},
		{"windows1252", "hé漢", "68e93f", ""},
		{"Windows-1252", "€", "80", ""},
		{"shiftjis", "漢", "8abf", ""},
		{"big5hkscs", "漢", "ba7e", ""},
		{"eucjp", "漢", "b4c1", ""},
		{"cp949", "한", "c7d1", ""},
		{"gb18030", "😀€", "9439fc36a2e3", ""},
		{"koi8r", "Привет", "f0d2c9d7c5d4", ""},
		{"iso646jp", "¥‾", "5c7e", ""},
	} {
		if got := hex.EncodeToString(Encode(c.name, c.text, false)); got != c.plain {
			t.Errorf("%s of %q: %s, want %s", c.name, c.text, got, c.plain)
		}
		if got := hex.EncodeToString(Encode(c.name, c.text, true)); c.marked != "" && c.name != "ascii" && got != c.marked {
			t.Errorf("%s of %q with a mark: %s, want %s", c.name, c.text, got, c.marked)
		}
	}
}

func TestWhatIsWrittenIsRead(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"utf8": "aé漢😀", "utf16": "aé漢😀", "utf16be": "aé漢😀", "ucs2": "aé漢😀", "utf32": "aé漢😀", "utf32le": "aé漢😀", "utf32be": "aé漢😀",
		"utf7": "a+é-漢😀/", "utf7imap": "a&é-漢😀", "cesu8": "aé漢😀", "ascii": "abc", "binary": "é", "latin1": "é", "windows1251": "Привет", "macroman": "é",
		"tcvn": "Việt", "viscii": "Vi", "cp437": "é░", "gbk": "漢€", "eucjp": "漢", "shiftjis": "漢", "cp949": "한", "big5": "漢", "hex": "6869", "base64": "aGk=",
	} {
		if !Known(name) {
			t.Errorf("%s is not known", name)
		}
		if got := Decode(name, Encode(name, text, false), true); got != text {
			t.Errorf("%s: %q came back as %q", name, text, got)
		}
	}
	if Known("nope") {
		t.Error("nope is known")
	}
}

func TestMarksAndBadBytes(t *testing.T) {
	t.Parallel()
	if got := Decode("utf8", []byte("\xef\xbb\xbfa"), true); got != "a" {
		t.Errorf("%q", got)
	}
	if got := Decode("utf8", []byte("\xef\xbb\xbfa"), false); got != "\ufeffa" {
		t.Errorf("%q", got)
	}
	for in, want := range map[string]string{"a\xffb": "a\ufffdb", "a\xe6\xbcb": "a\ufffdb", "\xe6": "\ufffd", "\xf0\x9f\x98": "\ufffd", "\xed\xa0\x80": "\ufffd\ufffd\ufffd"} {
		if got := Decode("utf8", []byte(in), true); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
	if got := Decode("utf16", []byte("\xfe\xff\x00h\x00i"), true); got != "hi" {
		t.Errorf("%q", got)
	}
	if got := Decode("utf16", []byte("\x00h\x00i"), true); got != "hi" {
		t.Errorf("big-endian without a mark: %q", got)
	}
	for in, want := range map[string]string{"aGk=": "hi", "aGk": "hi", "a G\nk=": "hi", "aGk=aGk=": "hi", "_-8": "\xff\xef", "a": "", "": ""} {
		if got := string(ReadBase64(in)); got != want {
			t.Errorf("base64 %q: %q, want %q", in, got, want)
		}
	}
}
