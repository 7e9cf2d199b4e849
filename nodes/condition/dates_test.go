package condition

import (
	"testing"
	"time"

	"github.com/jobsprint/jobsprint/item"
)

func TestWhatCountsAsADate(t *testing.T) {
	t.Parallel()
	ny, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	for value, want := range map[string]string{
		`"2024-01-05"`: "2024-01-05T05:00:00Z", `"20240105"`: "2024-01-05T05:00:00Z", `"2024-005"`: "2024-01-05T05:00:00Z", `"2024-W01-5"`: "2024-01-05T05:00:00Z",
		`"2024-01-05 10:00"`: "2024-01-05T15:00:00Z", `2024`: "2024-01-01T05:00:00Z", `20240105`: "2024-01-05T05:00:00Z", `["2024-01-05"]`: "2024-01-05T05:00:00Z",
		`"2024/01/05"`: "2024-01-05T00:00:00Z", `"2024-1-5"`: "2024-01-05T00:00:00Z", `"Jan 5, 2024"`: "2024-01-05T00:00:00Z", `"Jan 5 2024 EST"`: "2024-01-05T05:00:00Z",
		`"January 5 2024 10:00 PM"`: "2024-01-05T22:00:00Z", `"Fri Jan 05 2024 10:00:00 GMT+0100 (CET)"`: "2024-01-05T09:00:00Z", `"5"`: "2001-05-01T00:00:00Z",
		`"12 March"`: "2001-03-12T00:00:00Z", `"32"`: "2032-01-01T00:00:00Z", `-1`: "2001-01-01T00:00:00Z",
		`1704448800000`: "", `"1704448800"`: "", `"13/01/2024"`: "", `"2024-13-01"`: "", `"2024年1月5日"`: "", `"abc"`: "", `true`: "", `{}`: "", `"2024-W54-1"`: "", `"2023-366"`: "",
	} {
		got, ok := dateOf(item.MustParse(value), ny)
		if ok != (want != "") || ok && got.UTC().Format(time.RFC3339) != want {
			t.Errorf("%s is %v %v, want %s", value, got.UTC(), ok, want)
		}
	}
}

func TestDatesOfOlderLists(t *testing.T) {
	t.Parallel()
	after, err := NewComparison("dateTime", item.String("after"))
	if err != nil {
		t.Fatal(err)
	}
	for value, want := range map[string]string{
		`"2024/01/05"`: "true", `1704448800000`: "true", `1704448800`: "false", `"5"`: "false",
		`"20240105"`: `The value "20240105" is not a valid DateTime.`, `true`: `The value "true" is not a valid DateTime.`, `[2024]`: `The value "2024" is not a valid DateTime.`, `{}`: `The value "[object Object]" is not a valid DateTime.`,
	} {
		pass, err := after(item.MustParse(value), item.String("2023-06-01"))
		got := item.Bool(pass).ToString()
		if err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%s: %s, want %s", value, got, want)
		}
	}
}
