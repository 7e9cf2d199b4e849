package fields_test

import (
	"slices"
	"testing"

	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes/fields"
)

func TestAccess(t *testing.T) {
	t.Parallel()
	const in = `{"a":{"b":[{"c":1}]},"x.y":2,"":3}`
	for _, test := range []struct {
		plain                 bool
		name, get, set, unset string
	}{
		{false, "a.b[0].c", `1`, `{"a":{"b":[{"c":9}]},"x.y":2,"":3}`, `{"a":{"b":[{}]},"x.y":2,"":3}`},
		{false, "x.y", `2`, `{"a":{"b":[{"c":1}]},"x.y":9,"":3}`, `{"a":{"b":[{"c":1}]},"":3}`},
		{false, "", `3`, `{"a":{"b":[{"c":1}]},"x.y":2,"":9}`, `{"a":{"b":[{"c":1}]},"x.y":2}`},
		{false, "n.m", ``, `{"a":{"b":[{"c":1}]},"x.y":2,"":3,"n":{"m":9}}`, in},
		{false, "a.b.z", ``, in, in},
		{true, "a.b", ``, `{"a":{"b":[{"c":1}]},"x.y":2,"":3,"a.b":9}`, in},
	} {
		access, v := fields.Access{Plain: test.plain}, item.MustParse(in)
		got := access.Get(v, test.name)
		if got.IsUndefined() != (test.get == "") || !got.IsUndefined() && got.JSON() != test.get {
			t.Errorf("%q: got %s, want %s", test.name, got, test.get)
		}
		if set := access.Set(v, test.name, item.Int(9)).JSON(); set != test.set {
			t.Errorf("%q set: %s, want %s", test.name, set, test.set)
		}
		if unset := access.Unset(v, test.name).JSON(); unset != test.unset {
			t.Errorf("%q unset: %s, want %s", test.name, unset, test.unset)
		}
	}
}

func TestNames(t *testing.T) {
	t.Parallel()
	if got := fields.List(" a , b.c,, \u00a0d"); !slices.Equal(got, []string{"a", "b.c", "d"}) {
		t.Errorf("%q", got)
	}
	if fields.Last("a.b.c") != "c" || fields.Last("a") != "a" {
		t.Error("Last")
	}
	items := []item.Item{{JSON: item.MustParse(`{"a":null}`)}, {JSON: item.MustParse(`{"b":{"c":1}}`)}}
	if got := (fields.Access{}).Missing(items, []string{"z", "a", "b.c", "y"}); !slices.Equal(got, []string{"z", "y"}) {
		t.Errorf("missing %q", got)
	}
	o, _ := item.MustParse(`{"a":1,"b":2,"c":3}`).Obj()
	if got := fields.Pick(o, func(name string) bool { return name != "b" }).JSON(); got != `{"a":1,"c":3}` {
		t.Error(got)
	}
}
