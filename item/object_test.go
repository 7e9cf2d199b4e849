package item

import (
	"fmt"
	"strconv"
	"sync"
	"testing"
)

func keysOf(o *Object) (keys []string) {
	for key := range o.All() {
		keys = append(keys, key)
	}
	return keys
}

func TestNilObjectIsEmpty(t *testing.T) {
	t.Parallel()
	var o *Object
	if _, ok := o.Get("a"); ok || o.Len() != 0 || keysOf(o) != nil || o.Value().JSON() != "{}" || o.Without("a") != nil {
		t.Error("the nil object is not empty")
	}
	if got := o.With("a", Int(1)).Value().JSON(); got != `{"a":1}` {
		t.Errorf("nil with a is %s", got)
	}
	if got := FromObject(nil).Set("a", Null).Value().JSON(); got != `{"a":null}` {
		t.Errorf("built from nil: %s", got)
	}
	var zero ObjectBuilder
	if got := zero.Set("b", Null).Set("1", Null).Value().JSON(); got != `{"1":null,"b":null}` {
		t.Errorf("built from nothing: %s", got)
	}
}

func TestAllMayBeLeftEarly(t *testing.T) {
	t.Parallel()
	o, _ := MustParse(`{"a":1,"b":2}`).Obj()
	for key, v := range o.All() {
		if key != "a" || v.ToNumber() != 1 {
			t.Errorf("first is %s: %v", key, v)
		}
		break
	}
}

// TestObjectsOfEverySize grows and shrinks an object across the size from which it is indexed, against a plain map.
func TestObjectsOfEverySize(t *testing.T) {
	t.Parallel()
	const most = 100
	var o *Object
	b := NewObject(0)
	for n := range most {
		key := "key " + strconv.Itoa(n)
		o = o.With(key, Int(n))
		b.Set(key, Int(n))
		for i := range most {
			key := "key " + strconv.Itoa(i)
			inObject, ok := o.Get(key)
			inBuilder, okToo := b.Get(key)
			if ok != (i <= n) || okToo != ok || (ok && (inObject.ToNumber() != float64(i) || inBuilder.ToNumber() != float64(i))) {
				t.Fatalf("of %d keys, %q is %v, %v in the object and %v, %v in the builder", n+1, key, inObject, ok, inBuilder, okToo)
			}
		}
	}
	for n := range most {
		key := "key " + strconv.Itoa(n)
		o = o.Without(key)
		b.Delete(key).Delete(key)
		if _, ok := b.Get(key); ok || b.Len() != most-1-n || o.Len() != b.Len() || !Equal(o.Value(), b.Value()) {
			t.Fatalf("after deleting %q there are %d and %d", key, o.Len(), b.Len())
		}
	}
}

func TestWithSharesNothingThatCanChange(t *testing.T) {
	t.Parallel()
	for _, size := range []int{3, 12} {
		base := NewObject(size)
		for i := range size {
			base.Set(fmt.Sprint("k", i), Int(i))
		}
		o := base.Object()
		before := o.Value().JSON()
		o.Get("k0") // makes the index, which With then shares
		changed, added, less := o.With("k1", True), o.With("5", True), o.Without("k0")
		if got := o.Value().JSON(); got != before {
			t.Errorf("%s became %s", before, got)
		}
		one, _ := changed.Get("k1")
		five, _ := added.Get("5")
		_, gone := less.Get("k0")
		if first, _ := added.At(0); one.kindOrFail(t) != KindBool || five.kindOrFail(t) != KindBool || gone || first != "5" {
			t.Errorf("changed %v, added %v, less %v", changed.Value(), added.Value(), less.Value())
		}
		if o.Without("none") != o {
			t.Error("taking away nothing made a new object")
		}
	}
}

func (v Value) kindOrFail(t *testing.T) Kind {
	t.Helper()
	if v.IsUndefined() {
		t.Error("member is missing")
	}
	return v.Kind()
}

func TestWithoutKeepsIntegerKeysInFront(t *testing.T) {
	t.Parallel()
	o, _ := MustParse(`{"b":1,"2":1,"a":1,"7":1}`).Obj()
	got := o.Without("2").With("5", Null).With("9", Null).With("c", Null).Value().JSON()
	if want := `{"5":null,"7":1,"9":null,"b":1,"a":1,"c":null}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestObjectsMayBeReadAtOnce(t *testing.T) {
	t.Parallel()
	b := NewObject(50)
	for i := range 50 {
		b.Set(fmt.Sprint("k", i), Int(i))
	}
	o := b.Object()
	var readers sync.WaitGroup
	for r := range 4 {
		readers.Go(func() {
			for i := range 50 {
				if v, ok := o.Get(fmt.Sprint("k", (i+r)%50)); !ok || v.ToNumber() != float64((i+r)%50) {
					t.Errorf("k%d is %v", i, v)
				}
			}
		})
	}
	readers.Wait()
}

func TestArrayIndexKeys(t *testing.T) {
	t.Parallel()
	for key, want := range map[string]bool{"0": true, "7": true, "10": true, "4294967294": true, "4294967295": false,
		"9999999999": false, "99999999999": false, "": false, "00": false, "01": false, "-1": false, "1a": false, "a": false, "1.0": false, " 1": false} {
		if _, got := arrayIndex(key); got != want {
			t.Errorf("%q is an index: %v", key, got)
		}
	}
}

func TestTheEmptyKeyIsAKey(t *testing.T) {
	t.Parallel()
	b := NewObject(2).Set("", Int(1)).Set("a", Int(2))
	if v, ok := b.Object().Get(""); !ok || v.ToNumber() != 1 {
		t.Errorf("the empty key holds %v", v)
	}
	if _, ok := b.Delete("").Get(""); ok || b.Value().JSON() != `{"a":2}` {
		t.Errorf("without the empty key: %s", b.Value())
	}
}

func TestBuildersLeaveObjectsAlone(t *testing.T) {
	t.Parallel()
	for _, size := range []int{3, 30} {
		b := NewObject(size)
		for i := range size {
			b.Set(fmt.Sprint("k", i), Int(i))
		}
		first := b.Object()
		want := first.Value().JSON()
		second := b.Set("k0", True).Object()
		third := FromObject(second).Delete("k1").Set("k2", Null).Set("0", Null).Object()
		b.Delete("k2").Set("new", Null)
		if got := first.Value().JSON(); got != want {
			t.Errorf("the first object became %s", got)
		}
		k0, _ := second.Get("k0")
		if k2, _ := second.Get("k2"); second.Len() != size || k0.Kind() != KindBool || k2.ToNumber() != 2 {
			t.Errorf("the second object became %s", second.Value())
		}
		if key, _ := third.At(0); third.Len() != size || key != "0" {
			t.Errorf("the third object is %s", third.Value())
		}
	}
}
