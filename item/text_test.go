package item

import (
	"math"
	"strings"
	"testing"
)

func TestTextIsIndexedAsInJavaScript(t *testing.T) {
	t.Parallel()
	for _, c := range javascript(t).UTF16 {
		s := c.Text.String()
		if got := UTF16Len(s); got != len(c.Text) {
			t.Errorf("UTF16Len(%q) = %d, want %d", s, got, len(c.Text))
		}
		for i, want := range c.Text {
			if got, ok := CodeUnitAt(s, i); !ok || got != want {
				t.Errorf("CodeUnitAt(%q, %d) = %#x, %v; want %#x", s, i, got, ok, want)
			}
			if got := CharAt(s, i); got != FromUTF16([]uint16{want}) {
				t.Errorf("CharAt(%q, %d) = %q, want %#x", s, i, got, want)
			}
		}
		for _, slice := range c.Slices {
			if got := Slice(s, slice.From, slice.To); got != slice.Text.String() {
				t.Errorf("Slice(%q, %d, %d) = %q, want %q", s, slice.From, slice.To, got, slice.Text)
			}
		}
		if got := IndexOf(s, c.Part.String(), c.From); got != c.Index {
			t.Errorf("IndexOf(%q, %q, %d) = %d, want %d", s, c.Part, c.From, got, c.Index)
		}
		if got := TrimSpace(s); got != c.Trimmed.String() {
			t.Errorf("TrimSpace(%q) = %q, want %q", s, got, c.Trimmed)
		}
		if got := ToWellFormed(s); got != c.WellFormed.String() || !IsWellFormed(got) {
			t.Errorf("ToWellFormed(%q) = %q, want %q", s, got, c.WellFormed)
		}
	}
}

func TestTextIsJoinedAndOrderedAsInJavaScript(t *testing.T) {
	t.Parallel()
	for _, c := range javascript(t).UTF16 {
		a, b := c.Text.String(), c.Other.String()
		if got := Concat(a, b); got != c.Joined.String() {
			t.Errorf("Concat(%q, %q) = %q, want %q", a, b, got, c.Joined)
		}
		if got := string(AppendText([]byte(a), b)); got != c.Joined.String() {
			t.Errorf("AppendText(%q, %q) = %q, want %q", a, b, got, c.Joined)
		}
		if got, back := CompareStrings(a, b), CompareStrings(b, a); got != c.Order || back != -got {
			t.Errorf("CompareStrings(%q, %q) = %d, back %d; want %d", a, b, got, back, c.Order)
		}
	}
}

// TestOrderOfTextIsTheOrderOfUnits compares with the obvious way for every pair of short texts of awkward characters.
func TestOrderOfTextIsTheOrderOfUnits(t *testing.T) {
	t.Parallel()
	chars := []uint16{'a', 0x7F, 0x80, 0x7FF, 0x800, 0xD7FF, 0xD800, 0xD83D, 0xDBFF, 0xDC00, 0xDE00, 0xDFFF, 0xE000, 0xFFFD, 0xFFFF}
	all := [][]uint16{{}}
	for _, x := range chars {
		all = append(all, []uint16{x})
		for _, y := range chars {
			all = append(all, []uint16{x, y})
		}
	}
	for _, a := range all {
		for _, b := range all {
			want := 0
			for i := 0; want == 0 && (i < len(a) || i < len(b)); i++ {
				switch {
				case i == len(a):
					want = -1
				case i == len(b):
					want = 1
				default:
					want = sign(int(a[i]) - int(b[i]))
				}
			}
			if got := CompareStrings(FromUTF16(a), FromUTF16(b)); got != want {
				t.Errorf("CompareStrings(%x, %x) = %d, want %d", a, b, got, want)
			}
		}
	}
}

func TestUnitsOutOfRange(t *testing.T) {
	t.Parallel()
	if CharAt("😀b", 3) != "" || CharAt("a", -1) != "" || CharAt("", 0) != "" || Slice("abc", 2, 1) != "" || Slice("abc", 9, 12) != "" {
		t.Error("text out of range is not empty")
	}
	if got := Slice("a😀b", -5, 99); got != "a😀b" {
		t.Errorf("Slice beyond both ends = %q", got)
	}
	for _, i := range []int{-1, 3, 99} {
		if unit, ok := CodeUnitAt("😀b", i); ok {
			t.Errorf("CodeUnitAt(%d) = %#x", i, unit)
		}
	}
	if IndexOf("abc", "\xed\xa0\xbd", math.MaxInt) != -1 || IndexOf("abc", "", 99) != 3 || IndexOf("abc", "c", 99) != -1 || IndexOf("abc", "a", -4) != 0 {
		t.Error("IndexOf does not clamp where it starts")
	}
}

// TestBadBytesNeverLeave feeds text that is not WTF-8 to everything that reads characters.
func TestBadBytesNeverLeave(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"\xff", "a\xc3", "\xed\xa0", "\xed\xa0\x80\xed\xb0\x80", "\xf0\x9f\x98", "\x80\x80", strings.Repeat("x", 20) + "\xfe"} {
		data := String(s).AppendJSON(nil)
		if back, err := Parse(data, Limits{RejectInvalidUTF8: true}); err != nil {
			t.Errorf("JSON of %q is %q: %v", s, data, err)
		} else if again := back.AppendJSON(nil); !IsWellFormed(string(again)) {
			t.Errorf("JSON of %q is %q", s, again)
		}
		if n := len(AppendUTF16(nil, s)); n != UTF16Len(s) {
			t.Errorf("%q has %d units, UTF16Len says %d", s, n, UTF16Len(s))
		}
		if !IsWellFormed(ToWellFormed(s)) {
			t.Errorf("ToWellFormed(%q) is not", s)
		}
		if CompareStrings(s, s) != 0 || CompareStrings(s, s+"a") != -1 {
			t.Errorf("%q is not in order with itself", s)
		}
	}
}
