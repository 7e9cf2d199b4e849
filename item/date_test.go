package item_test

import (
	"math"
	"testing"

	"github.com/jobsprint/jobsprint/item"
)

func TestDatesBehaveAsInJavaScript(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		ms         float64
		text, json string
	}{
		{0, "Thu Jan 01 1970 00:00:00 GMT+0000 (Coordinated Universal Time)", `"1970-01-01T00:00:00.000Z"`},
		{1711824547123.9, "Sat Mar 30 2024 18:49:07 GMT+0000 (Coordinated Universal Time)", `"2024-03-30T18:49:07.123Z"`},
		{253402300800000, "Sat Jan 01 10000 00:00:00 GMT+0000 (Coordinated Universal Time)", `"+010000-01-01T00:00:00.000Z"`},
		{math.NaN(), "Invalid Date", "null"},
		{8.64e15 + 1, "Invalid Date", "null"},
	} {
		d := item.Date(c.ms)
		if d.ToString() != c.text || d.JSON() != c.json || d.TypeOf() != "object" || !d.Truthy() {
			t.Errorf("%v: %s %s %s", c.ms, d.ToString(), d.JSON(), d.TypeOf())
		}
		ms, ok := d.Date()
		if !ok || d.Kind() != item.KindDate || d.Kind().String() != "date" || ms != d.ToNumber() && ms == ms {
			t.Errorf("%v: %v %v %v", c.ms, ms, ok, d.Kind())
		}
	}
}

func TestDatesCompareByTheirTime(t *testing.T) {
	t.Parallel()
	a, b := item.Date(1000), item.Date(2000)
	if !item.Equal(a, item.Date(1000)) || item.Equal(a, b) || item.StrictEqual(a, b) {
		t.Error("equality")
	}
	if less, ok := item.Less(a, b); !less || !ok {
		t.Error("order")
	}
	if got := item.Add(a, item.String("!")).ToString(); got != a.ToString()+"!" {
		t.Error(got)
	}
	if got := item.Array([]item.Value{a}).ToString(); got != a.ToString() {
		t.Error(got)
	}
	if _, ok := item.String("x").Date(); ok || item.Null.ISODate() != "" || item.Date(math.NaN()).ISODate() != "" {
		t.Error("what is no date")
	}
	if a.ISODate() != "1970-01-01T00:00:01.000Z" {
		t.Error(a.ISODate())
	}
}
