package typing_test

import (
	"math"
	"testing"
	"time"

	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes/typing"
)

func TestConvert(t *testing.T) {
	t.Parallel()
	tests := []struct {
		kind typing.Kind
		in   string
		want string // empty: it cannot be one
	}{
		{typing.String, `"a"`, `"a"`}, {typing.String, `12`, `"12"`}, {typing.String, `[1,"a"]`, `"[1,\"a\"]"`}, {typing.String, `null`, `null`},
		{typing.Number, `" 12 "`, `12`}, {typing.Number, `""`, `0`}, {typing.Number, `[]`, `0`}, {typing.Number, `true`, `1`}, {typing.Number, `"x"`, ``}, {typing.Number, `{}`, ``},
		{typing.Boolean, `"TRUE"`, `true`}, {typing.Boolean, `"false"`, `false`}, {typing.Boolean, `"1"`, `true`}, {typing.Boolean, `0`, `false`},
		{typing.Boolean, `""`, ``}, {typing.Boolean, `"yes"`, ``}, {typing.Boolean, `2`, ``}, {typing.Boolean, `true`, `true`},
		{typing.Array, `[1]`, `[1]`}, {typing.Array, `"[1, \"a\"]"`, `[1,"a"]`}, {typing.Array, `"['a']"`, `["a"]`}, {typing.Array, `"a,b"`, ``}, {typing.Array, `{}`, ``}, {typing.Array, `"null"`, ``},
		{typing.Object, `{"a":1}`, `{"a":1}`}, {typing.Object, `"{\"a\":1}"`, `{"a":1}`}, {typing.Object, `"{'a': 'it\\'s', b_1: [1,2,], c: true}"`, `{"a":"it's","b_1":[1,2],"c":true}`},
		{typing.Object, `"null"`, `null`}, {typing.Object, `"[1]"`, ``}, {typing.Object, `[1]`, ``}, {typing.Object, `"{a"`, ``}, {typing.Object, `"{'a"`, ``}, {typing.Object, `5`, ``},
		{typing.Object, `"{'a': 'say \"x\"', \"b\": \"\\n\"}"`, `{"a":"say \"x\"","b":"\n"}`},
		{"date", `1`, ``},
	}
	for _, test := range tests {
		got, ok := typing.Convert(item.MustParse(test.in), test.kind)
		if ok != (test.want != "") || (ok && got.JSON() != test.want) {
			t.Errorf("%s as %s: %s %v, want %q", test.in, test.kind, got.JSON(), ok, test.want)
		}
	}
	for kind, want := range map[typing.Kind]string{
		typing.String: `"\"1970-01-01T00:00:00.001Z\""`, typing.Number: `1`, typing.Boolean: `true`, typing.Array: ``, typing.Object: `"1970-01-01T00:00:00.001Z"`,
	} {
		got, ok := typing.Convert(item.Date(1), kind)
		if ok != (want != "") || (ok && got.JSON() != want) {
			t.Errorf("a date as %s: %s %v, want %q", kind, got.JSON(), ok, want)
		}
	}
	if got, _ := typing.Convert(item.Date(1), typing.Object); got.Kind() != item.KindDate {
		t.Errorf("a date as object is a %s", got.Kind())
	}
	if got := typing.Expected("f", typing.Array, item.Date(0)); got != "'f' expects a array but we got object" {
		t.Error(got)
	}
	if got := typing.Expected("f", typing.Array, item.MustParse(`{}`)); got != "'f' expects a array but we got object" {
		t.Error(got)
	}
	if typing.Kind("date").Known() || !typing.Object.Known() {
		t.Error("Known")
	}
}

func TestTimeOfADate(t *testing.T) {
	t.Parallel()
	if at, ok := typing.Time(item.Date(5), nil); !ok || at.UnixMilli() != 5 {
		t.Errorf("%v %v", at, ok)
	}
	if _, ok := typing.Time(item.Date(math.NaN()), nil); ok {
		t.Error("a date that is none is a time")
	}
}

func TestTime(t *testing.T) {
	t.Parallel()
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	for in, want := range map[string]string{
		`"2024-03-30T18:49:07.234Z"`:        "2024-03-30T18:49:07.234Z",
		`"2024-03-30T18:49:07+02:00"`:       "2024-03-30T16:49:07Z",
		`"2024-03-30T18:49"`:                "2024-03-30T22:49:00Z",
		`"2024-03-30"`:                      "2024-03-30T04:00:00Z",
		`"2024-03-30 18:49:07"`:             "2024-03-30T22:49:07Z",
		`"Sat, 30 Mar 2024 18:49:07 GMT"`:   "2024-03-30T18:49:07Z",
		`"Sat, 30 Mar 2024 18:49:07 -0100"`: "2024-03-30T19:49:07Z",
		`1711824547234`:                     "2024-03-30T18:49:07.234Z",
		`"soon"`:                            "", `true`: "", `1e300`: "",
	} {
		got, ok := typing.Time(item.MustParse(in), zone)
		if ok != (want != "") || (ok && got.UTC().Format(time.RFC3339Nano) != want) {
			t.Errorf("%s: %v %v, want %s", in, got.UTC(), ok, want)
		}
	}
	if got, _ := typing.Time(item.String("2024-03-30T01:00"), nil); got.Hour() != 1 || got.Location() != time.UTC {
		t.Error("without a zone UTC is meant")
	}
}
