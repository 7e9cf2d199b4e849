package jsdate

import (
	"testing"
	"time"
)

func TestParse(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"2024-01-05T10:00:00.5+02:00": "2024-01-05T08:00:00.5Z", "2024-02-30": "2024-03-01T00:00:00Z", "2024-01-05T24:00:00Z": "2024-01-06T00:00:00Z", "+002024-01-05T00:00:00Z": "2024-01-05T00:00:00Z",
		"05.01.2024": "2024-05-01T00:00:00Z", "1/5/24": "2024-01-05T00:00:00Z", "1 2 3": "2003-01-02T00:00:00Z", "March 2024": "2024-03-01T00:00:00Z", "Sat, 6 Jan 2024 10:00 PST": "2024-01-06T18:00:00Z",
		"2024-01-05 10:00 PM": "2024-01-05T22:00:00Z", "12 March (x (y)) 2024": "2024-03-12T00:00:00Z", "Jan 5 2024 10:20:30.25 -0330": "2024-01-05T13:50:30.25Z", "99": "1999-01-01T00:00:00Z",
		"": "", "x": "", "31.12.2023": "", "2024-01-05T25:00": "", "2024-01-05 13:00 PM": "", "Jan 5 2024 10:00:00 foo": "", "1704448800": "", "2024年": "", "1 2 3 4": "",
	} {
		got, ok := Parse(text)
		if ok != (want != "") || ok && got.Format(time.RFC3339Nano) != want {
			t.Errorf("%q is %v %v, want %s", text, got, ok, want)
		}
	}
}

func TestParts(t *testing.T) {
	t.Parallel()
	if Milliseconds("5") != 500 || Milliseconds("12345") != 123 || Milliseconds("") != 0 {
		t.Error("milliseconds")
	}
	if Offset("+05:30") != 19_800 || Offset("-0530") != -19_800 || Offset("+05") != 18_000 || Offset("Z") != 0 {
		t.Error("offsets")
	}
	if Month("sept") != 9 || Month("ja") != 0 || Month("xyz") != 0 {
		t.Error("months")
	}
}
