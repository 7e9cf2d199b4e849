package item

import (
	"errors"
	"strings"
	"testing"
)

func TestErrorsSayWhere(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name, in       string
		offset         int
		line, column   int
		pointer, words string
	}{
		{"empty", "", 0, 1, 1, "", "expected a value, not the end of the text"},
		{"word", " nope", 1, 1, 2, "", "expected a value, not 'n'"},
		{"second line", "{\n  \"a\": [1, x]\n}", 13, 2, 12, "/a/1", "expected a value, not 'x'"},
		{"deep", `{"a":{"b/c":[{"d~":tru}]}}`, 19, 1, 20, "/a/b~1c/0/d~0", "expected a value"},
		{"columns are characters", `{"é😀":x}`, 10, 1, 7, "/é😀", "expected a value"},
		{"comma at the end", `[1,]`, 3, 1, 4, "/1", "not ']'"},
		{"comma in object", `{"a":1,}`, 7, 1, 8, "", "expected a key in double quotes, not '}'"},
		{"no colon", `{"a" 1}`, 5, 1, 6, "", "expected ':' after the key, not '1'"},
		{"no comma", `{"a":1 "b":2}`, 7, 1, 8, "", "expected ',' or '}', not '\"'"},
		{"array without end", `[[1`, 3, 1, 4, "/0", "expected ',' or ']', not the end of the text"},
		{"more", `1 2`, 2, 1, 3, "", "expected nothing more after the value, not '2'"},
		{"mark", "\ufeff{}", 0, 1, 1, "", "a byte order mark"},
		{"bad byte", "[\xff]", 1, 1, 2, "/0", "byte 0xFF"},
		{"number", `[-]`, 1, 1, 2, "/0", "not a JSON number"},
		{"string without end", `["ab`, 4, 1, 5, "/0", "the string does not end"},
		{"key without end", `{"ab`, 4, 1, 5, "", "the string does not end"},
		{"line break in string", "[\"a\nb\"]", 3, 1, 4, "/0", `\u000a`},
		{"escape", `["a\x"]`, 3, 1, 4, "/0", "this escape is not known"},
		{"escape without end", `["a\`, 4, 1, 5, "/0", "the escape does not end"},
		{"short escape", `["\u12"]`, 2, 1, 3, "/0", "this escape is not known"},
	}
	for _, c := range cases {
		_, err := Parse([]byte(c.in), Limits{})
		var e *SyntaxError
		if !errors.As(err, &e) || !errors.Is(err, ErrSyntax) {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if e.Offset != c.offset || e.Line != c.line || e.Column != c.column || e.Pointer != c.pointer || !strings.Contains(e.Msg, c.words) {
			t.Errorf("%s: offset %d, %v; want offset %d, line %d, column %d, %q, %q",
				c.name, e.Offset, e, c.offset, c.line, c.column, c.pointer, c.words)
		}
	}
}

func TestLimitsHaveNames(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name, in string
		limits   Limits
		reason   error // nil: just within
		offset   int
		pointer  string
	}{
		{"bytes within", `[10]`, Limits{MaxBytes: 4}, nil, 0, ""},
		{"bytes", `[100]`, Limits{MaxBytes: 4}, ErrTooLarge, 4, ""},
		{"depth within", `[[{"a":1}]]`, Limits{MaxDepth: 3}, nil, 0, ""},
		{"depth", `[0,[{"a":[]}]]`, Limits{MaxDepth: 3}, ErrTooDeep, 9, "/1/0/a"},
		{"depth is not count", `[[],[],[],{},{}]`, Limits{MaxDepth: 2}, nil, 0, ""},
		{"values within", `[1,{"a":2}]`, Limits{MaxValues: 4}, nil, 0, ""},
		{"values", `[1,{"a":2},3]`, Limits{MaxValues: 4}, ErrTooMany, 11, "/2"},
		{"repeated key allowed", `{"a":1,"a":2}`, Limits{}, nil, 0, ""},
		{"repeated key", `{"x":{"a":1,"\u0061":2}}`, Limits{RejectDuplicates: true}, ErrDuplicateKey, 12, "/x/a"},
		{"no repeated key", `{"a":{"a":1},"b":{"a":1}}`, Limits{RejectDuplicates: true}, nil, 0, ""},
		{"bad UTF-8 allowed", "[\"a\xff\"]", Limits{}, nil, 0, ""},
		{"bad UTF-8", "[\"a\xff\"]", Limits{RejectInvalidUTF8: true}, ErrInvalidUTF8, 3, "/0"},
		{"raw surrogate", "\"\xed\xa0\x80\"", Limits{RejectInvalidUTF8: true}, ErrInvalidUTF8, 1, ""},
		{"good UTF-8", `["é😀\ud800"]`, Limits{RejectInvalidUTF8: true}, nil, 0, ""},
		{"defaults", strings.Repeat("[", 1001), Limits{MaxDepth: -1}, ErrTooDeep, 1000, strings.Repeat("/0", 1000)},
	}
	for _, c := range cases {
		_, err := Parse([]byte(c.in), c.limits)
		if c.reason == nil {
			if err != nil {
				t.Errorf("%s: %v", c.name, err)
			}
			continue
		}
		var e *SyntaxError
		if !errors.As(err, &e) || !errors.Is(err, c.reason) || errors.Is(err, ErrSyntax) {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if e.Offset != c.offset || e.Pointer != c.pointer {
			t.Errorf("%s: offset %d, pointer %q; want %d, %q", c.name, e.Offset, e.Pointer, c.offset, c.pointer)
		}
	}
}

func TestRepeatedKeysInLargeObjects(t *testing.T) {
	t.Parallel()
	var text strings.Builder
	text.WriteString(`{"first":0`)
	for i := range 300 {
		text.WriteString(`,"` + FormatNumber(float64(i)+0.5) + `":1`)
	}
	whole := text.String()
	if _, err := Parse([]byte(whole+"}"), Limits{RejectDuplicates: true}); err != nil {
		t.Error(err)
	}
	for _, key := range []string{"first", "0.5", "23.5", "24.5", "25.5", "299.5"} {
		again := whole + `,"` + key + `":2}`
		if _, err := Parse([]byte(again), Limits{RejectDuplicates: true}); !errors.Is(err, ErrDuplicateKey) {
			t.Errorf("%s twice: %v", key, err)
		}
		o, _ := MustParse(again).Obj()
		if v, _ := o.Get(key); o.Len() != 301 || v.ToNumber() != 2 {
			t.Errorf("%s twice: %d keys, the last value is %v", key, o.Len(), v)
		}
	}
}

// TestBadUTF8IsReplacedAsInBrowsers holds the cases of the Unicode standard's table on maximal subparts.
func TestBadUTF8IsReplacedAsInBrowsers(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"\xc0\xaf\xe0\x80\xbf\xf0\x81\x82A": "\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffdA",
		"\xed\xa0\x80\xed\xbf\xbf\xed\xafA": "\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffdA",
		"\xf4\x91\x92\x93\xffA\x80\xbfB":    "\ufffd\ufffd\ufffd\ufffd\ufffdA\ufffd\ufffdB",
		"\xe1\x80\xe2\xf0\x91\x92\xf1\xbfA": "\ufffd\ufffd\ufffd\ufffdA",
		"a\xc3":                             "a\ufffd",
		"é\xff€":                            "é\ufffd€",
		"\\ud83d\xff\\ude00":                "\xed\xa0\xbd\ufffd\xed\xb8\x80",
	} {
		v, err := Parse([]byte(`"`+in+`"`), Limits{})
		if got, _ := v.Str(); err != nil || got != want {
			t.Errorf("%q reads as %q, %v; want %q", in, got, err, want)
		}
	}
}

func TestParsedValuesKeepNothingOfTheInput(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("long ", 300)
	const short = `"key":"short","esc\n":"\u0041é"`
	data := []byte(`{` + short + `,"long":"` + long + `"}`)
	v, err := Parse(data, Limits{})
	if err != nil {
		t.Fatal(err)
	}
	before := v.JSON()
	for i := range data {
		data[i] = '!'
	}
	if v.JSON() != before || v.Get("long").ToString() != long || v.Get("esc\n").ToString() != "Aé" {
		t.Errorf("the value changed to %s", v)
	}
}

func TestParserIsCleanAfterErrors(t *testing.T) {
	t.Parallel()
	big := `[` + strings.Repeat(`{"a":["\n"]},`, 6000)
	for range 3 {
		if _, err := Parse([]byte(big), Limits{}); err == nil {
			t.Fatal("half an array was read")
		}
		if got := MustParse(`{"b":[1,{"c":"\t"}]}`).JSON(); got != `{"b":[1,{"c":"\t"}]}` {
			t.Fatalf("after an error: %s", got)
		}
	}
}

func TestMustParsePanics(t *testing.T) {
	t.Parallel()
	defer func() {
		if recover() == nil {
			t.Error("MustParse accepts anything")
		}
	}()
	MustParse("{")
}

func TestLongKeysAreCutInMessages(t *testing.T) {
	t.Parallel()
	key := strings.Repeat("k", 500)
	_, err := Parse([]byte(`{"`+key+`":1,"`+key+`":2}`), Limits{RejectDuplicates: true})
	var e *SyntaxError
	if !errors.As(err, &e) || len(e.Msg) > 200 {
		t.Errorf("%v", err)
	}
}
