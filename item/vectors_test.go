package item

import (
	"encoding/json"
	"math"
	"os"
	"strconv"
	"sync"
	"testing"
)

// text is a string as UTF-16 units, as the vectors hold it.
type text []uint16

func (t text) String() string { return FromUTF16(t) }

// floatBits is a float64 as hex digits.
type floatBits string

func (b floatBits) float(t testing.TB) float64 {
	t.Helper()
	n, err := strconv.ParseUint(string(b), 16, 64)
	if err != nil {
		t.Fatal(err)
	}
	return math.Float64frombits(n)
}

func sameFloat(a, b float64) bool {
	return (a != a && b != b) || math.Float64bits(a) == math.Float64bits(b)
}

// encoded is a value as the vectors hold it.
type encoded struct {
	Kind  string
	Bool  bool
	Bits  floatBits
	Text  text
	Keys  []text
	Elems []encoded
}

func (e encoded) value(t testing.TB) Value {
	t.Helper()
	switch e.Kind {
	case "undefined":
		return Undefined
	case "null":
		return Null
	case "boolean":
		return Bool(e.Bool)
	case "number":
		return Number(e.Bits.float(t))
	case "string":
		return String(e.Text.String())
	case "array":
		elems := make([]Value, len(e.Elems))
		for i := range elems {
			elems[i] = e.Elems[i].value(t)
		}
		return Array(elems)
	case "object":
		b := NewObject(len(e.Keys))
		for i := range e.Keys {
			b.Set(e.Keys[i].String(), e.Elems[i].value(t))
		}
		return b.Value()
	}
	t.Fatalf("vectors hold kind %q", e.Kind)
	return Undefined
}

type vectors struct {
	Numbers []struct {
		Bits floatBits
		Text string
		JSON string
	}
	NumberTexts []struct {
		Text   text
		Number floatBits
		JSON   floatBits
	}
	Texts []struct {
		Text text
		JSON string
	}
	Documents []struct {
		Text text
		JSON *string
		Keys []text
	}
	Edits []struct {
		Moves []struct {
			Key    string
			Value  int
			Delete bool
		}
		JSON string
	}
	Primitives []struct {
		Value  encoded
		String text
		Number floatBits
		Type   string
		Truthy bool
		JSON   string
	}
	Operators struct {
		Loose, Strict, Less, Ordered []string
		Add                          [][]encoded
	}
	UTF16 []struct {
		Text, Other, Joined text
		Order               int
		Slices              []struct {
			From, To int
			Text     text
		}
		Part                text
		From, Index         int
		Trimmed, WellFormed text
	}
}

var readVectors = sync.OnceValues(func() (v vectors, err error) {
	data, err := os.ReadFile("testdata/js-vectors.json")
	if err != nil {
		return v, err
	}
	return v, json.Unmarshal(data, &v)
})

func javascript(t testing.TB) vectors {
	t.Helper()
	v, err := readVectors()
	if err != nil {
		t.Fatal(err)
	}
	if len(v.Numbers) < 100 || len(v.NumberTexts) < 100 || len(v.Texts) < 100 || len(v.Documents) < 100 ||
		len(v.Edits) < 50 || len(v.Primitives) < 50 || len(v.UTF16) < 100 {
		t.Fatal("testdata/js-vectors.json lacks vectors; run node gen.mjs in testdata")
	}
	return v
}

func TestNumbersPrintAsInJavaScript(t *testing.T) {
	t.Parallel()
	for _, c := range javascript(t).Numbers {
		f := c.Bits.float(t)
		if got := FormatNumber(f); got != c.Text {
			t.Errorf("FormatNumber(%s) = %s, JavaScript has %s", c.Bits, got, c.Text)
		}
		if got := Number(f).JSON(); got != c.JSON {
			t.Errorf("JSON of %s = %s, JavaScript has %s", c.Bits, got, c.JSON)
		}
	}
}

func TestNumbersReadAsInJavaScript(t *testing.T) {
	t.Parallel()
	for _, c := range javascript(t).NumberTexts {
		s := c.Text.String()
		if got, want := StringToNumber(s), c.Number.float(t); !sameFloat(got, want) {
			t.Errorf("StringToNumber(%q) = %v, JavaScript has %v", s, got, want)
		}
		v, err := Parse([]byte(s), Limits{})
		f, isNumber := v.Number()
		if wanted := c.JSON != ""; wanted != (err == nil && isNumber) {
			t.Errorf("Parse(%q) = %v, %v; JavaScript reads a number: %v", s, v, err, wanted)
		} else if wanted && !sameFloat(f, c.JSON.float(t)) {
			t.Errorf("Parse(%q) = %v, JavaScript has %v", s, f, c.JSON.float(t))
		}
	}
}

func TestTextPrintsAsInJavaScript(t *testing.T) {
	t.Parallel()
	for _, c := range javascript(t).Texts {
		s := c.Text.String()
		if got := String(s).JSON(); got != c.JSON {
			t.Errorf("JSON of %q = %s, JavaScript has %s", s, got, c.JSON)
		}
		back, err := Parse([]byte(c.JSON), Limits{RejectInvalidUTF8: true})
		if err != nil || !StrictEqual(back, String(s)) {
			t.Errorf("Parse(%s) = %v, %v; want %q", c.JSON, back, err, s)
		}
	}
}

func TestDocumentsParseAsInJavaScript(t *testing.T) {
	t.Parallel()
	for _, c := range javascript(t).Documents {
		s := c.Text.String()
		v, err := Parse([]byte(s), Limits{})
		if c.JSON == nil {
			if err == nil {
				t.Errorf("Parse(%q) = %v, JavaScript refuses it", s, v)
			}
			continue
		}
		if err != nil {
			t.Errorf("Parse(%q): %v; JavaScript reads %s", s, err, *c.JSON)
			continue
		}
		if got := v.JSON(); got != *c.JSON {
			t.Errorf("Parse(%q) = %s, JavaScript has %s", s, got, *c.JSON)
		}
		for i, key := range c.Keys {
			o, _ := v.Obj()
			if got, _ := o.At(i); got != key.String() {
				t.Errorf("key %d of %q is %q, JavaScript has %q", i, s, got, key)
			}
		}
	}
}

func TestKeysKeepJavaScriptsOrder(t *testing.T) {
	t.Parallel()
	for _, c := range javascript(t).Edits {
		built, once := NewObject(0), (*Object)(nil)
		for i, m := range c.Moves {
			if m.Delete {
				built.Delete(m.Key)
				once = once.Without(m.Key)
			} else {
				built.Set(m.Key, Int(m.Value))
				once = once.With(m.Key, Int(m.Value))
			}
			if i%7 == 3 { // an object handed out must not change, nor end the building
				before := built.Object()
				text := before.Value().JSON()
				built.Set("passing", Null).Delete("passing")
				if got := before.Value().JSON(); got != text {
					t.Errorf("an object changed from %s to %s", text, got)
				}
			}
		}
		if got := built.Value().JSON(); got != c.JSON {
			t.Errorf("built %s, JavaScript has %s", got, c.JSON)
		}
		if got := once.Value().JSON(); got != c.JSON {
			t.Errorf("With and Without made %s, JavaScript has %s", got, c.JSON)
		}
		if again := MustParse(c.JSON); !Equal(again, built.Value()) || again.JSON() != c.JSON {
			t.Errorf("parsed %s, JavaScript has %s", again, c.JSON)
		}
	}
}

func TestCoercionsAreJavaScripts(t *testing.T) {
	t.Parallel()
	for _, c := range javascript(t).Primitives {
		v := c.Value.value(t)
		if got := v.ToString(); got != c.String.String() {
			t.Errorf("ToString(%v) = %q, JavaScript has %q", v, got, c.String)
		}
		if got := string(v.AppendString(nil)); got != c.String.String() {
			t.Errorf("AppendString(%v) = %q, JavaScript has %q", v, got, c.String)
		}
		if got := v.ToNumber(); !sameFloat(got, c.Number.float(t)) {
			t.Errorf("ToNumber(%v) = %v, JavaScript has %v", v, got, c.Number.float(t))
		}
		if v.TypeOf() != c.Type || v.Truthy() != c.Truthy || v.JSON() != c.JSON {
			t.Errorf("%v: %s, truthy %v, %s; JavaScript has %s, %v, %s",
				v, v.TypeOf(), v.Truthy(), v.JSON(), c.Type, c.Truthy, c.JSON)
		}
	}
}

func TestOperatorsAreJavaScripts(t *testing.T) {
	t.Parallel()
	js := javascript(t)
	values := make([]Value, len(js.Primitives))
	for i := range values {
		values[i] = js.Primitives[i].Value.value(t)
	}
	for i, a := range values {
		for j, b := range values {
			less, ordered := Less(a, b)
			got := [...]bool{LooseEqual(a, b), StrictEqual(a, b), less, ordered}
			ops := js.Operators
			for k, row := range [...]string{ops.Loose[i], ops.Strict[i], ops.Less[i], ops.Ordered[i]} {
				if want := row[j] == '1'; got[k] != want {
					t.Errorf("%v %s %v is %v, JavaScript has %v", a, [...]string{"==", "===", "<", "is ordered with"}[k], b, got[k], want)
				}
			}
			want := ops.Add[i][j].value(t)
			if sum := Add(a, b); !Equal(sum, want) || sum.JSON() != want.JSON() {
				t.Errorf("%v + %v = %v, JavaScript has %v", a, b, sum, want)
			}
		}
	}
}
