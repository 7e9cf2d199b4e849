package item_test

import (
	"math"
	"testing"

	"github.com/jobsprint/jobsprint/item"
)

func TestItemsKeepWhatJSONCannotHold(t *testing.T) {
	t.Parallel()
	odd := item.NewObject(4).Set("u", item.Undefined).Set("a/b", item.Date(1)).Set("2", item.String("x")).Set("", item.Number(math.Copysign(0, -1))).Value()
	for name, v := range map[string]item.Value{
		"a date":              item.NewObject(1).Set("at", item.Date(1711824547234)).Value(),
		"a date that is none": item.NewObject(1).Set("at", item.Date(math.NaN())).Value(),
		"a date far away":     item.NewObject(2).Set("a", item.Date(-8.64e15)).Set("b", item.Date(8.64e15)).Value(),
		"numbers": item.NewObject(4).Set("n", item.Number(math.NaN())).Set("i", item.Number(math.Inf(1))).
			Set("m", item.Number(math.Inf(-1))).Set("z", item.Number(math.Copysign(0, -1))).Value(),
		"undefined": item.NewObject(4).Set("a", item.Undefined).Set("b", item.Int(1)).Set("c", item.Undefined).Set("l", item.Array([]item.Value{item.Undefined, item.Null})).Value(),
		"inside":    item.NewObject(1).Set("l", item.Array([]item.Value{odd, item.Date(2), odd})).Value(),
	} {
		in := []item.Item{{JSON: v, Paired: item.PairOf(3)}, {JSON: item.NewObject(0).Value()}}
		stored := item.AppendItems(nil, in)
		out, err := item.ParseItems(stored)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if again := item.AppendItems(nil, out); string(again) != string(stored) {
			t.Errorf("%s:\nstored %s\nagain  %s", name, stored, again)
		}
		if !same(in[0].JSON, out[0].JSON) {
			t.Errorf("%s comes back otherwise: %s", name, stored)
		}
	}
}

// same compares kinds, keys and their order, and numbers to the bit.
func same(a, b item.Value) bool {
	if a.Kind() != b.Kind() {
		return false
	}
	if x, ok := a.Elems(); ok {
		y, _ := b.Elems()
		for i := range x {
			if len(x) != len(y) || !same(x[i], y[i]) {
				return false
			}
		}
		return len(x) == len(y)
	}
	if x, ok := a.Obj(); ok {
		y, _ := b.Obj()
		if x.Len() != y.Len() {
			return false
		}
		for i := range x.Len() {
			k, v := x.At(i)
			l, w := y.At(i)
			if k != l || !same(v, w) {
				return false
			}
		}
		return true
	}
	f, _ := a.Number()
	g, _ := b.Number()
	d, _ := a.Date()
	e, _ := b.Date()
	return a.ToString() == b.ToString() && math.Signbit(f) == math.Signbit(g) && (d == e || d != d)
}

func TestItemsWithoutOddValuesAreStoredPlain(t *testing.T) {
	t.Parallel()
	it := item.Item{JSON: item.MustParse(`{"a":0,"b":null,"c":[1,"x",{"d":"1970-01-01T00:00:00.000Z"}]}`)}
	if got := string(item.AppendItem(nil, it)); got != `{"json":{"a":0,"b":null,"c":[1,"x",{"d":"1970-01-01T00:00:00.000Z"}]}}` {
		t.Error(got)
	}
}

func TestMarksThatFitNothingArePassedOver(t *testing.T) {
	t.Parallel()
	for _, exact := range []string{`5`, `{"a":"date"}`, `{"/z":"NaN"}`, `{"/a/b":"NaN"}`, `{"/l/7":"NaN"}`, `{"/l/x":"NaN"}`, `{"/a":"date"}`, `{"/a":"odd"}`} {
		items, err := item.ParseItems([]byte(`[{"json":{"a":"soon","l":[1]},"exact":` + exact + `}]`))
		if err != nil || items[0].JSON.JSON() != `{"a":"soon","l":[1]}` {
			t.Errorf("%s: %s, %v", exact, items[0].JSON.JSON(), err)
		}
	}
}
