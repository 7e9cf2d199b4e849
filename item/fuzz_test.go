package item

import (
	"encoding/json"
	"errors"
	"testing"
)

// FuzzParse holds that any bytes are refused or read, that what was read prints to a text that reads back as the same
// value and prints the same, and that the standard library agrees on what is JSON.
func FuzzParse(f *testing.F) {
	js := javascript(f)
	for _, c := range js.Documents {
		f.Add([]byte(c.Text.String()))
	}
	for _, c := range js.Texts {
		f.Add([]byte(c.JSON))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		v, err := Parse(data, Limits{MaxDepth: 500})
		if valid := json.Valid(data); err == nil && !valid {
			t.Fatalf("%q was read as %v", data, v)
		} else if valid && errors.Is(err, ErrSyntax) {
			t.Fatalf("%q was refused: %v", data, err)
		}
		if err != nil {
			return
		}
		text := v.AppendJSON(nil)
		again, err := Parse(text, Limits{RejectDuplicates: true, RejectInvalidUTF8: true})
		if err != nil {
			t.Fatalf("%q prints as %q: %v", data, text, err)
		}
		if back := again.AppendJSON(nil); string(back) != string(text) {
			t.Fatalf("%q prints as %q, then as %q", data, text, back)
		}
		if !finite(v) {
			return // 1e999 is read as Infinity and printed as null
		}
		if !Equal(v, again) {
			t.Fatalf("%q reads back from %q as another value", data, text)
		}
	})
}

func finite(v Value) bool {
	if f, ok := v.Number(); ok {
		return f-f == 0
	}
	for _, e := range elemsOf(v) {
		if !finite(e) {
			return false
		}
	}
	o, _ := v.Obj()
	for _, m := range o.All() {
		if !finite(m) {
			return false
		}
	}
	return true
}

// FuzzPath holds that any path is refused or holds what was set at it, and that deleting it takes it away.
func FuzzPath(f *testing.F) {
	for _, path := range []string{"a.b[0].c", `a["x y"]`, `['it\'s'].x`, "arr.0", "[0][1]", ".a..b", "a[", "a.", "1"} {
		f.Add(path)
	}
	sample := MustParse(pathSample)
	before := sample.JSON()
	f.Fuzz(func(t *testing.T, path string) {
		changed, err := SetPath(sample, path, String("X"))
		if sample.JSON() != before {
			t.Fatalf("setting %q changed the original", path)
		}
		if err != nil || path == "" {
			return
		}
		if got := GetPath(changed, path); got.ToString() != "X" {
			t.Fatalf("%q holds %v after setting it", path, got)
		}
		if got := GetPath(DeletePath(changed, path), path); got.Kind() == KindString && got.ToString() == "X" {
			t.Fatalf("%q holds X after deleting it", path)
		}
	})
}

// FuzzText holds that the views of text agree with its UTF-16 units.
func FuzzText(f *testing.F) {
	f.Add("a😀b", "\xed\xa0\xbd", 1, 3)
	f.Add("\xed\xa0\xbd", "\xed\xb8\x80", 0, 1)
	f.Fuzz(func(t *testing.T, a, b string, from, to int) {
		a, b = FromUTF16(AppendUTF16(nil, a)), FromUTF16(AppendUTF16(nil, b)) // any bytes, made WTF-8
		joined := append(AppendUTF16(nil, a), AppendUTF16(nil, b)...)
		text := Concat(a, b)
		if text != FromUTF16(joined) || string(AppendText([]byte(a), b)) != text || UTF16Len(text) != len(joined) {
			t.Fatalf("%q + %q = %q", a, b, text)
		}
		low, high := min(max(from, 0), len(joined)), min(max(to, 0), len(joined))
		if got := Slice(text, from, to); got != FromUTF16(joined[low:max(low, high)]) {
			t.Fatalf("Slice(%q, %d, %d) = %q", text, from, to, got)
		}
		at := IndexOf(text, b, from)
		if want := indexUnits(joined, AppendUTF16(nil, b), low); at != want {
			t.Fatalf("IndexOf(%q, %q, %d) = %d, want %d", text, b, from, at, want)
		}
	})
}
