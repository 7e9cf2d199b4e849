package item

import (
	"errors"
	"strings"
	"testing"
)

const pathSample = `{"a":{"b":[{"c":1},[2,3]],"x y":4,"it's":5,"q\"]":6,"0":7,"":8},"1":9,"arr":[10,11]}`

func TestGetPath(t *testing.T) {
	t.Parallel()
	v := MustParse(pathSample)
	for path, want := range map[string]string{
		"":                MustParse(pathSample).JSON(),
		"a.b[0].c":        "1",
		"a.b.0.c":         "1",
		"a.b[1][1]":       "3",
		`a["x y"]`:        "4",
		`a['x y']`:        "4",
		"a.x y":           "4",
		`a['it\'s']`:      "5",
		`a["it's"]`:       "5",
		`a["q\"]"]`:       "6",
		"a[0]":            "7",
		"a.0":             "7",
		`a[""]`:           "8",
		"[1]":             "9",
		"1":               "9",
		"arr[1]":          "11",
		"[arr][1]":        "11",
		`["arr"]["1"]`:    "11",
		"arr[2]":          "undefined",
		"arr[-1]":         "undefined",
		"arr[01]":         "undefined",
		"arr.length":      "undefined",
		"a.none.b":        "undefined",
		"a.b[0].c.d":      "undefined",
		"a.":              "undefined",
		"a[":              "undefined",
		"a[]":             "undefined",
		`a["x y`:          "undefined",
		`a["x y"`:         "undefined",
		`a["x y"].`:       "undefined",
		`a["x y"]b`:       "undefined",
		"a.[0]":           "undefined",
		"arr[4294967295]": "undefined",
	} {
		if got := GetPath(v, path).String(); got != want {
			t.Errorf("%s is %s, want %s", path, got, want)
		}
	}
	for path, want := range map[string]string{"s.0": `"a"`, "s[1]": `"é"`, "s.2": "undefined", "s.length": "2", "s.x": "undefined", "s.0.length": "1"} {
		if got := GetPath(MustParse(`{"s":"aé"}`), path).String(); got != want {
			t.Errorf("%s of a text is %s, want %s", path, got, want)
		}
	}
	if got := GetPath(MustParse(`{"":{"a":{"":{"b":1}}}}`), ".a..b"); got.ToNumber() != 1 {
		t.Errorf("empty keys between dots: %v", got)
	}
}

func TestSetPath(t *testing.T) {
	t.Parallel()
	cases := []struct{ in, path, want string }{
		{`{}`, "", `"X"`},
		{`{}`, "a", `{"a":"X"}`},
		{`{}`, "a.b.c", `{"a":{"b":{"c":"X"}}}`},
		{`{}`, "a[1].b", `{"a":[null,{"b":"X"}]}`},
		{`{}`, "a.1.b", `{"a":[null,{"b":"X"}]}`},
		{`{"a":{}}`, "a[1]", `{"a":{"1":"X"}}`},
		{`{"a":[1,2,3]}`, "a[1]", `{"a":[1,"X",3]}`},
		{`{"a":[1]}`, "a[3]", `{"a":[1,null,null,"X"]}`},
		{`{"a":1}`, "a.b", `{"a":{"b":"X"}}`},
		{`{"a":null}`, "a[0]", `{"a":["X"]}`},
		{`{"a":"text"}`, "a.0", `{"a":["X"]}`},
		{`[[1]]`, "[0][0]", `[["X"]]`},
		{`{"b":1,"a":2}`, "b", `{"b":"X","a":2}`},
		{`{"b":1}`, `["c.d"].e`, `{"b":1,"c.d":{"e":"X"}}`},
	}
	for _, c := range cases {
		v := MustParse(c.in)
		got, err := SetPath(v, c.path, String("X"))
		if err != nil || got.JSON() != c.want {
			t.Errorf("%s with X at %s is %s, %v; want %s", c.in, c.path, got, err, c.want)
		}
		if v.JSON() != c.in {
			t.Errorf("setting %s changed %s to %s", c.path, c.in, v)
		}
		if again := GetPath(got, c.path); again.ToString() != "X" {
			t.Errorf("%s holds %v after setting it", c.path, again)
		}
	}
}

func TestSetPathSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	v := MustParse(`{"arr":[[1]]}`)
	for path, words := range map[string]string{
		"arr.x":           "is not an index",
		"arr[0].x":        "is not an index",
		"arr[100000]":     "larger than 99999",
		"new[4294967294]": "larger than 99999",
		"a.":              "ends with a dot",
		"a[1":             "without ']'",
		"a[]":             "nothing between",
		`a["b`:            "does not end",
		`a["b"x]`:         "after the quoted key",
		"a.[0]":           "a dot before '['",
		"a[0]b":           "expected '.' or '['",
	} {
		got, err := SetPath(v, path, True)
		var e *PathError
		if !errors.As(err, &e) || !errors.Is(err, ErrPath) || e.Path != path || !strings.Contains(err.Error(), words) {
			t.Errorf("%s: %v; want %q", path, err, words)
		}
		if !StrictEqual(got, v) {
			t.Errorf("%s: an error changed the value to %v", path, got)
		}
	}
	if got, err := SetPath(Undefined, "a[99999]", True); err != nil || len(elemsOf(got.Get("a"))) != MaxPathIndex+1 {
		t.Errorf("the largest index: %v", err)
	}
}

func elemsOf(v Value) []Value {
	elems, _ := v.Elems()
	return elems
}

func TestDeletePath(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{
		"a.b":      `{"a":{"c":[1,2,{"d":3}]}}`,
		"a.c[0]":   `{"a":{"b":1,"c":[null,2,{"d":3}]}}`,
		"a.c[2].d": `{"a":{"b":1,"c":[1,2,{}]}}`,
		"a":        `{}`,
	} {
		v := MustParse(`{"a":{"b":1,"c":[1,2,{"d":3}]}}`)
		before := v.JSON()
		if got := DeletePath(v, path).JSON(); got != want || v.JSON() != before {
			t.Errorf("without %s: %s, want %s; the original is %s", path, got, want, v)
		}
	}
	v := MustParse(`{"a":{"b":1,"c":[1]}}`)
	for _, path := range []string{"", "x", "a.x", "a.x.y", "a.b.c", "a.c[1]", "a.c.x", "a.c[0].d", "a["} {
		if got := DeletePath(v, path); !StrictEqual(got, v) {
			t.Errorf("without %q: %v", path, got)
		}
	}
}
