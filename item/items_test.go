package item

import (
	"errors"
	"reflect"
	"strings"
	"testing"
)

func TestItemsReadWhatTheyWrite(t *testing.T) {
	t.Parallel()
	cases := []struct{ name, in, want string }{
		{"none", `[]`, `[]`},
		{"json only", `[{"json":{"b":1,"a":[2]}}]`, ""},
		{"one ancestor", `[{"json":{},"pairedItem":{"item":0}}]`, ""},
		{"one ancestor of another input", `[{"json":{},"pairedItem":{"item":4,"input":1}}]`, ""},
		{"input 0 is left out", `[{"json":{},"pairedItem":{"item":4,"input":0}}]`, `[{"json":{},"pairedItem":{"item":4}}]`},
		{"bare number", `[{"json":{},"pairedItem":3}]`, `[{"json":{},"pairedItem":{"item":3}}]`},
		{"list", `[{"json":{},"pairedItem":[{"item":1},{"item":2,"input":1}]}]`, ""},
		{"list of numbers", `[{"json":{},"pairedItem":[1,2]}]`, `[{"json":{},"pairedItem":[{"item":1},{"item":2}]}]`},
		{"list of one", `[{"json":{},"pairedItem":[{"item":1}]}]`, ""},
		{"empty list", `[{"json":{},"pairedItem":[]}]`, ""},
		{"null", `[{"json":{},"pairedItem":null,"binary":null}]`, `[{"json":{}}]`},
		{"other members", `[{"error":"x","json":{"a":1},"binary":{}}]`, `[{"json":{"a":1}}]`},
		{"binary", `[{"json":{},"binary":{"data":{"mimeType":"image/png","fileType":"image","fileExtension":"png","fileName":"a\ud800.png","directory":"/d","bytes":12,"ref":{"owner":"run","address":"x1","bytes":12,"mediaType":"image/png","digest":"h"}},"a":{"bytes":0}},"pairedItem":{"item":0}}]`, ""},
	}
	for _, c := range cases {
		want := c.want
		if want == "" {
			want = c.in
		}
		items, err := ParseItems([]byte(c.in))
		if got := string(AppendItems([]byte("> "), items)); err != nil || got != "> "+want {
			t.Errorf("%s: %s, %v; want %s", c.name, got, err, want)
		}
		again, err := ParseItems([]byte(want))
		if err != nil || len(again) != len(items) {
			t.Fatalf("%s: %v", c.name, err)
		}
		for i := range items {
			if !reflect.DeepEqual(again[i].Paired, items[i].Paired) || !reflect.DeepEqual(again[i].Binary, items[i].Binary) || !Equal(again[i].JSON, items[i].JSON) {
				t.Errorf("%s: item %d changed from %+v to %+v", c.name, i, items[i], again[i])
			}
		}
	}
}

func TestZeroItemIsAnEmptyObject(t *testing.T) {
	t.Parallel()
	if got := string(AppendItem(nil, Item{})); got != `{"json":{}}` {
		t.Errorf("got %s", got)
	}
}

func TestWhatIsNotAnItem(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		`{}`:                               "not an item: expected an array of items, got object",
		`[1]`:                              "not an item: at /0: expected an object with a json member, got number",
		`[{"json":{}},{}]`:                 "not an item: at /1/json: expected an object, got undefined",
		`[{"json":[]}]`:                    "not an item: at /0/json: expected an object, got array",
		`[{"json":{},"binary":1}]`:         "not an item: at /0/binary: expected an object of binary data by name, got number",
		`[{"json":{},"binary":{"a/b":1}}]`: "not an item: at /0/binary/a~1b: expected an object, got number",
		`[{"json":{},"binary":{"a":{"data":"AAAA"}}}]`:          "not an item: at /0/binary/a/data: binary data is inline; store it and name it by ref",
		`[{"json":{},"binary":{"a":{"mimeType":1}}}]`:           "not an item: at /0/binary/a/mimeType: expected text, got number",
		`[{"json":{},"binary":{"a":{"bytes":-1}}}]`:             "not an item: at /0/binary/a/bytes: expected a whole number of bytes, got -1",
		`[{"json":{},"binary":{"a":{"bytes":"1"}}}]`:            `not an item: at /0/binary/a/bytes: expected a whole number of bytes, got "1"`,
		`[{"json":{},"binary":{"a":{"ref":1}}}]`:                "not an item: at /0/binary/a/ref: expected an object, got number",
		`[{"json":{},"binary":{"a":{"ref":{"owner":1}}}}]`:      "not an item: at /0/binary/a/ref/owner: expected text, got number",
		`[{"json":{},"binary":{"a":{"ref":{"bytes":1e300}}}}]`:  "not an item: at /0/binary/a/ref/bytes: expected a whole number of bytes, got 1e+300",
		`[{"json":{},"pairedItem":"0"}]`:                        "not an item: at /0/pairedItem: expected {item, input} or a number, got string",
		`[{"json":{},"pairedItem":{}}]`:                         "not an item: at /0/pairedItem/item: expected a number, got undefined",
		`[{"json":{},"pairedItem":[0,{"item":1,"input":1.5}]}]`: "not an item: at /0/pairedItem/1/input: expected a whole number from 0, got 1.5",
		`[{"json":{},"pairedItem":-1}]`:                         "not an item: at /0/pairedItem: expected a whole number from 0, got -1",
		`[{"json":{},"pairedItem":{"item":2147483648}}]`:        "not an item: at /0/pairedItem/item: expected a whole number from 0, got 2147483648",
		`[{"json":{},"pairedItem":{"item":1e999}}]`:             "not an item: at /0/pairedItem/item: expected a whole number from 0, got Infinity",
	} {
		_, err := ParseItems([]byte(in))
		var e *ItemError
		if !errors.As(err, &e) || !errors.Is(err, ErrNotItem) || err.Error() != want {
			t.Errorf("%s: %v; want %s", in, err, want)
		}
	}
	if _, err := ParseItems([]byte("[")); !errors.Is(err, ErrSyntax) {
		t.Errorf("half an array: %v", err)
	}
}

func TestPairedForms(t *testing.T) {
	t.Parallel()
	origin := &Origin{Step: `A "b"`, Output: 1, Run: 2}
	cases := []struct {
		p     Paired
		form  PairForm
		first Pair
		all   []Pair
		json  string
	}{
		{NoPair(), FormNone, Pair{}, nil, "null"},
		{PairOf(2), FormOne, Pair{Item: 2, Input: 0}, []Pair{{Item: 2, Input: 0}}, `{"item":2}`},
		{PairInput(2, 1), FormOne, Pair{Item: 2, Input: 1}, []Pair{{Item: 2, Input: 1}}, `{"item":2,"input":1}`},
		{Pairs(nil), FormList, Pair{}, nil, `[]`},
		{Pairs([]Pair{{Item: 1, From: origin}}), FormList, Pair{Item: 1, From: origin}, []Pair{{Item: 1, From: origin}},
			`[{"item":1,"sourceOverwrite":{"previousNode":"A \"b\"","previousNodeOutput":1,"previousNodeRun":2}}]`},
		{Pairs([]Pair{{Item: 3, Input: 0}, {Item: 4, Input: 1}}), FormList, Pair{Item: 3, Input: 0}, []Pair{{Item: 3, Input: 0}, {Item: 4, Input: 1}}, `[{"item":3},{"item":4,"input":1}]`},
	}
	for _, c := range cases {
		first, ok := c.p.First()
		if c.p.Form() != c.form || first != c.first || ok != (len(c.all) > 0) || !reflect.DeepEqual(c.p.All(), c.all) || string(c.p.AppendJSON(nil)) != c.json {
			t.Errorf("%+v: form %d, first %v %v, all %v, %s", c.p, c.p.Form(), first, ok, c.p.All(), c.p.AppendJSON(nil))
		}
		if again, err := PairedFromValue(MustParse(c.json)); err != nil || len(c.all) > 0 && !reflect.DeepEqual(again.All(), c.all) {
			t.Errorf("%s is read as %v, %v", c.json, again.All(), err)
		}
	}
}

func TestBinariesAreImmutableAndOrdered(t *testing.T) {
	t.Parallel()
	var none *Binaries
	if _, ok := none.Get("a"); ok || none.Len() != 0 {
		t.Error("nil holds something")
	}
	one := none.With("b", Binary{FileName: "1"})
	two := one.With("a", Binary{FileName: "2"})
	three := two.With("b", Binary{FileName: "3"})
	var names strings.Builder
	for _, b := range []*Binaries{one, two, three} {
		for i := range b.Len() {
			name, data := b.At(i)
			if again, ok := b.Get(name); !ok || again != data {
				t.Errorf("%s is %v and %v", name, data, again)
			}
			names.WriteString(name + data.FileName + " ")
		}
	}
	if got, want := names.String(), "b1 b1 a2 b3 a2 "; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
