package item

import (
	"encoding/json"
	"math"
	"testing"
	"unsafe"
)

func TestKindsAndWhatTheyHold(t *testing.T) {
	t.Parallel()
	object := NewObject(1).Set("k", Int(1)).Value()
	cases := []struct {
		v      Value
		kind   Kind
		name   string
		typeOf string
		shown  string
	}{
		{Value{}, KindUndefined, "undefined", "undefined", "undefined"},
		{Null, KindNull, "null", "object", "null"},
		{Bool(true), KindBool, "boolean", "boolean", "true"},
		{Number(1.5), KindNumber, "number", "number", "1.5"},
		{String("x"), KindString, "string", "string", `"x"`},
		{String(""), KindString, "string", "string", `""`},
		{Array([]Value{Undefined, Int(2)}), KindArray, "array", "object", "[null,2]"},
		{Array(nil), KindArray, "array", "object", "[]"},
		{object, KindObject, "object", "object", `{"k":1}`},
		{Redacted, KindRedacted, "redacted", "object", `"[redacted]"`},
	}
	for _, c := range cases {
		if c.v.Kind() != c.kind || c.v.Kind().String() != c.name || c.v.TypeOf() != c.typeOf || c.v.String() != c.shown {
			t.Errorf("%s: kind %s, type %s, shown as %s", c.name, c.v.Kind(), c.v.TypeOf(), c.v)
		}
		_, isBool := c.v.Bool()
		_, isNumber := c.v.Number()
		_, isText := c.v.Str()
		_, isArray := c.v.Elems()
		_, isObject := c.v.Obj()
		got := [...]bool{isBool, isNumber, isText, isArray, isObject, c.v.IsUndefined(), c.v.IsNull(), c.v.IsNullish()}
		want := [...]bool{c.kind == KindBool, c.kind == KindNumber, c.kind == KindString, c.kind == KindArray,
			c.kind == KindObject, c.kind == KindUndefined, c.kind == KindNull, c.kind <= KindNull}
		if got != want {
			t.Errorf("%s is %v, want %v", c.name, got, want)
		}
	}
	if Kind(99).String() != "unknown" {
		t.Error("a kind without name")
	}
	if b, _ := Bool(false).Bool(); b || Bool(false).Truthy() {
		t.Error("false is true")
	}
}

func TestMembersThatAreNotThere(t *testing.T) {
	t.Parallel()
	v := MustParse(`{"a":[1,2]}`)
	if got := v.Get("a").Index(1).ToNumber(); got != 2 {
		t.Errorf("a[1] = %v", got)
	}
	for _, got := range []Value{v.Get("b"), v.Index(0), v.Get("a").Get("0"), v.Get("a").Index(2), v.Get("a").Index(-1), Null.Get("a")} {
		if !got.IsUndefined() {
			t.Errorf("found %v", got)
		}
	}
}

func TestRedactedEqualsOnlyItself(t *testing.T) {
	t.Parallel()
	if !StrictEqual(Redacted, Redacted) || !LooseEqual(Redacted, Redacted) || !Equal(Redacted, Redacted) {
		t.Error("redacted differs from itself")
	}
	for _, other := range []Value{Undefined, Null, True, Int(0), String(redactedText), Array(nil), NewObject(0).Value()} {
		if StrictEqual(Redacted, other) || LooseEqual(Redacted, other) || LooseEqual(other, Redacted) || Equal(Redacted, other) {
			t.Errorf("redacted equals %v", other)
		}
	}
	if !Redacted.Truthy() || Redacted.ToString() != redactedText || Redacted.ToNumber() == Redacted.ToNumber() {
		t.Error("redacted does not coerce as documented")
	}
}

func TestEqualComparesContents(t *testing.T) {
	t.Parallel()
	shared := MustParse(`{"a":1}`)
	cases := []struct {
		a, b Value
		want bool
	}{
		{MustParse(`{"a":1,"b":[1,{"c":null}]}`), MustParse(`{"b":[1,{"c":null}],"a":1}`), true},
		{MustParse(`{"a":1,"b":2}`), MustParse(`{"b":1,"a":2}`), false},
		{MustParse(`{"a":1}`), MustParse(`{"a":1,"b":2}`), false},
		{MustParse(`{"a":1,"b":2}`), MustParse(`{"a":1}`), false},
		{MustParse(`{"a":1}`), MustParse(`{"a":2}`), false},
		{MustParse(`{"a":null}`), MustParse(`{}`), false},
		{NewObject(0).Set("a", Undefined).Value(), MustParse(`{}`), true},
		{MustParse(`{}`), NewObject(0).Set("a", Undefined).Value(), true},
		{NewObject(0).Set("a", Undefined).Set("b", Null).Value(), MustParse(`{"b":null}`), true},
		{Number(math.NaN()), Number(math.NaN()), true},
		{Int(0), Number(math.Copysign(0, -1)), true},
		{Int(1), String("1"), false},
		{MustParse(`[1,2]`), MustParse(`[1,2]`), true},
		{MustParse(`[1,2]`), MustParse(`[2,1]`), false},
		{MustParse(`[1]`), MustParse(`[1,1]`), false},
		{shared, shared, true},
		{Undefined, Null, false},
		{Undefined, Undefined, true},
	}
	for _, c := range cases {
		if Equal(c.a, c.b) != c.want || Equal(c.b, c.a) != c.want {
			t.Errorf("Equal(%v, %v) is not %v", c.a, c.b, c.want)
		}
	}
	if elems := MustParse(`[]`); !StrictEqual(elems, elems) || StrictEqual(MustParse(`[]`), MustParse(`[]`)) {
		t.Error("empty arrays have no identity")
	}
}

func TestValueIsSmall(t *testing.T) {
	t.Parallel()
	if size := unsafe.Sizeof(Value{}); size > 24 {
		t.Errorf("a value takes %d bytes", size)
	}
}

func TestEncodingJSONUnderstandsValues(t *testing.T) {
	t.Parallel()
	var box struct {
		V Value `json:"v"`
		I Item  `json:"i"`
		R Ref   `json:"r"`
	}
	const in = `{"v":{"2":1,"1":"\ud800"},"i":{"json":{"a":1},"pairedItem":{"item":3}},"r":{"owner":"o","address":"a","bytes":5,"mediaType":"t","digest":"d"}}`
	const out = `{"v":{"1":"\ud800","2":1},"i":{"json":{"a":1},"pairedItem":{"item":3}},"r":{"owner":"o","address":"a","bytes":5,"mediaType":"t","digest":"d"}}`
	if err := json.Unmarshal([]byte(in), &box); err != nil {
		t.Fatal(err)
	}
	got, err := json.Marshal(box)
	if err != nil || string(got) != out {
		t.Errorf("%s, %v", got, err)
	}
	for _, bad := range []json.Unmarshaler{new(Value), new(Item), new(Ref)} {
		if bad.UnmarshalJSON([]byte("{")) == nil {
			t.Errorf("%T reads half an object", bad)
		}
	}
	if new(Item).UnmarshalJSON([]byte("{}")) == nil || new(Ref).UnmarshalJSON([]byte("[]")) == nil {
		t.Error("an item or reference of the wrong shape was read")
	}
}
