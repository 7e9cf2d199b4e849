package datetime_test

import (
	"testing"
	"time"

	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes/datetime"
	"github.com/jobsprint/jobsprint/nodes/nodetest"
)

func newYork(t *testing.T) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// run runs the step on one item and gives the value of its last field, or the
// error's message.
func run(t *testing.T, version float64, params, in string) string {
	t.Helper()
	s := nodetest.Step{Definition: datetime.DateTime(), Version: version, Params: params, Zone: newYork(t)}
	result, err := s.Run(t, nodetest.Inputs(in))
	if err != nil {
		return "error: " + err.Error()
	}
	if len(result.Outputs[0]) == 0 {
		return "no item"
	}
	o, _ := result.Outputs[0][0].JSON.Obj()
	if o.Len() == 0 {
		return "{}"
	}
	_, v := o.At(o.Len() - 1)
	if text, ok := v.Str(); ok {
		return text
	}
	return v.JSON()
}

func TestFormatsOfLuxon(t *testing.T) {
	t.Parallel()
	for format, want := range map[string]string{
		"d dd o ooo": "10 10 70 070", "c ccc cccc ccccc E EEE EEEE": "7 Sun Sunday S 7 Sun Sunday", "L LL LLL LLLL LLLLL": "3 03 Mar March M", "M MM MMM MMMM": "3 03 Mar March",
		"y yy yyyy yyyyyy": "2024 24 2024 002024", "G GG GGGGG": "AD Anno Domini A", "kk kkkk W WW": "24 2024 10 10", "n nn ii iiii": "11 11 24 2024", "q qq": "1 01",
		"S SSS u uu uuu": "678 678 678 67 6", "s ss m mm": "5 05 4 04", "h hh H HH a": "11 11 11 11 AM", "Z ZZ ZZZ z": "-4 -04:00 -0400 America/New_York",
		"ZZZZ ZZZZZ": "EDT Eastern Daylight Time", "X x": "1710083045 1710083045678", "D|DD|DDD|DDDD": "3/10/2024|Mar 10, 2024|March 10, 2024|Sunday, March 10, 2024",
		"t|tt|ttt|T|TT": "11:04 AM|11:04:05 AM|11:04:05 AM EDT|11:04|11:04:05", "f|ff": "3/10/2024, 11:04 AM|Mar 10, 2024, 11:04 AM", "FFF": "March 10, 2024 at 11:04:05 AM EDT",
		"'the' d 'of' MMMM": "the 10 of March", "''d": "'10", "Q w e [x]": "Q w e [1710083045678]", "": "",
	} {
		params := `{"operation":"formatDate","date":"2024-03-10T15:04:05.678Z","format":"custom","options":{"timezone":true},"customFormat":` + item.String(format).JSON() + `}`
		if got := run(t, 2, params, `[{}]`); got != want {
			t.Errorf("%s: %s, want %s", format, got, want)
		}
	}
}

func TestFormatsOfMoment(t *testing.T) {
	t.Parallel()
	for format, want := range map[string]string{
		"M Mo MM MMM MMMM": "3 3rd 03 Mar March", "D Do DD DDD DDDo DDDD": "2 2nd 02 62 62nd 062", "d do dd ddd dddd e E": "6 6th Sa Sat Saturday 6 6",
		"w wo ww W Wo WW": "9 9th 09 9 9th 09", "YY YYYY YYYYY Y y gg gggg GG GGGG N": "24 2024 02024 2024 2024 24 2024 24 2024 AD", "Q Qo": "1 1st",
		"A a H HH h hh k kk": "PM pm 15 15 3 03 15 15", "m mm s ss S SS SSS SSSS": "4 04 5 05 6 67 678 6780", "z Z ZZ": " +00:00 +0000", "X x": "1709391845 1709391845678",
		"LT LTS L LL": "3:04 PM 3:04:05 PM 03/02/2024 March 2, 2024", "lll": "Mar 2, 2024 3:04 PM", "llll": "Sat, Mar 2, 2024 3:04 PM", "[at] H [o'clock]": "at 15 o'clock", "b T": "b T", "": "2024-03-02T15:04:05+00:00",
	} {
		params := `{"value":"2024-03-02T15:04:05.678Z","custom":true,"toFormat":` + item.String(format).JSON() + `}`
		if got := run(t, 1, params, `[{}]`); got != want {
			t.Errorf("%s: %s, want %s", format, got, want)
		}
	}
}

func TestWhatIsReadAsADate(t *testing.T) {
	t.Parallel()
	const bad = "error: Invalid date format"
	for in, want := range map[string]string{
		`""`: "1970-01-01 00:00:00.000 Etc/UTC", `"soon"`: bad, `"2024-03-10"`: "2024-03-10 00:00:00.000 Etc/UTC", `"2024-03-10T10:00:00+02:00"`: "2024-03-10 10:00:00.000 Etc/GMT-2",
		`"2024-03-10T10:00:00-0500"`: "2024-03-10 15:00:00.000 Etc/UTC", `"03/10/2024"`: "2024-03-10 00:00:00.000 Etc/UTC", `"13/10/2024"`: bad, `"10 Mar 2024"`: "2024-03-10 00:00:00.000 Etc/UTC",
		`"March 10, 2024 3:04 pm"`: "2024-03-10 15:04:00.000 Etc/UTC", `"Sun, 10 Mar 2024 10:00:00 EST"`: "2024-03-10 15:00:00.000 Etc/UTC", `"Sun Mar 10 2024 10:00:00 GMT-0300 (there)"`: "2024-03-10 13:00:00.000 Etc/UTC",
		`"2024-W10-1"`: "2024-03-04 00:00:00.000 Etc/UTC", `"2024-070"`: "2024-03-10 00:00:00.000 Etc/UTC", `"2024-13-01"`: bad, `"2024-02-30"`: bad, `"2024-03-10T24:00:00"`: "2024-03-11 00:00:00.000 Etc/UTC",
		`"1710064800"`: "2024-03-10 10:00:00.000 Etc/UTC", `"1710064800000"`: "2024-03-10 10:00:00.000 Etc/UTC", `1710064800.5`: "2024-03-10 10:00:00.500 Etc/UTC", `"20240310T101112Z"`: "2024-03-10 10:11:12.000 Etc/UTC",
		`"10:30:15.25 2024-03-10"`: "2024-03-10 10:30:15.250 Etc/UTC", `"2024-03-10 10:00 +5:30"`: "2024-03-10 04:30:00.000 Etc/UTC", `"1/2"`: "2001-01-02 00:00:00.000 Etc/UTC", `"10:30"`: bad,
		`null`: "null", `true`: "1970-01-01 00:00:01.000 Etc/UTC", `[2024,2,10]`: "2024-03-10 00:00:00.000 Etc/UTC", `1e20`: "Invalid DateTime", `{}`: "error: date.includes is not a function",
	} {
		params := `{"operation":"formatDate","date":"={{ $json.d }}","format":"custom","customFormat":"yyyy-MM-dd HH:mm:ss.SSS z"}`
		if got := run(t, 2, params, `[{"d":`+in+`}]`); got != want {
			t.Errorf("%s: %s, want %s", in, got, want)
		}
	}
}

func TestReadingByAFormatOfLuxon(t *testing.T) {
	t.Parallel()
	for _, test := range [][3]string{
		{"10.03.2024 05:06", "dd.MM.yyyy HH:mm", "2024-03-10 05:06:00.000"}, {"March 5, 24 11:02 pm", "MMMM d, yy h:mm a", "2024-03-05 23:02:00.000"},
		{"2024-03-10T10:00:00-02:00", "yyyy-MM-dd'T'HH:mm:ssZZ", "2024-03-10 08:00:00.000"}, {"2024 W10 7", "kkkk 'W'WW c", "2024-03-10 00:00:00.000"}, {"2024-070", "yyyy-ooo", "2024-03-10 00:00:00.000"},
		{"Q2 2024", "'Q'q yyyy", "2024-04-01 00:00:00.000"}, {"3/10/2024", "D", "2024-03-10 00:00:00.000"}, {"12:11:10.5", "H:m:s.u", "2024-03-30 12:11:10.500"}, {"5", "d", "2024-03-05 00:00:00.000"},
		{"2024-03-10 10:00 Europe/Berlin", "yyyy-MM-dd HH:mm z", "2024-03-10 05:00:00.000"}, {"Monday 10/03/2024", "cccc dd/MM/yyyy", ""}, {"10.3.2024", "dd.MM.yyyy", ""}, {"1710064800", "X", ""},
	} {
		params := `{"operation":"formatDate","date":"` + test[0] + `","format":"custom","customFormat":"yyyy-MM-dd HH:mm:ss.SSS","options":{"timezone":true,"fromFormat":"` + test[1] + `"}}`
		want := test[2]
		if want == "" {
			want = "error: Invalid date format"
		}
		if got := run(t, 2, params, `[{}]`); got != want {
			t.Errorf("%s by %s: %s, want %s", test[0], test[1], got, want)
		}
	}
}

func TestArithmetic(t *testing.T) {
	t.Parallel()
	for params, want := range map[string]string{
		`{"operation":"addToDate","magnitude":"2024-01-31T12:00:00Z","timeUnit":"months","duration":1}`:          "2024-02-29T07:00:00.000-05:00",
		`{"operation":"addToDate","magnitude":"2024-03-09T20:00:00Z","timeUnit":"days","duration":1}`:            "2024-03-10T15:00:00.000-04:00",
		`{"operation":"addToDate","magnitude":"2024-03-09T20:00:00Z","timeUnit":"hours","duration":24}`:          "2024-03-10T16:00:00.000-04:00",
		`{"operation":"addToDate","magnitude":"2024-05-15T13:14:15.167Z","timeUnit":"years","duration":1.5}`:     "2025-11-13T20:14:15.167-05:00",
		`{"operation":"subtractFromDate","magnitude":"2024-05-15T13:14:15Z","timeUnit":"quarters","duration":2}`: "2023-11-15T09:14:15.000-05:00",
		`{"operation":"addToDate","magnitude":"2024-05-15","timeUnit":"moons","duration":1}`:                     "error: Invalid unit moons",
		`{"operation":"addToDate","magnitude":"2024-05-15","duration":"abc"}`:                                    "error: Invalid unit value abc",
		`{"operation":"roundDate","date":"2024-05-15T13:14:15.167Z","toNearest":"week"}`:                         "2024-05-13T00:00:00.000-04:00",
		`{"operation":"roundDate","date":"2024-05-15T13:14:15.167Z","toNearest":"hour"}`:                         "2024-05-15T09:00:00.000-04:00",
		`{"operation":"roundDate","date":"2024-03-15T13:14:15.167Z","mode":"roundUp"}`:                           "2024-04-01T00:00:00.000-04:00",
		`{"operation":"roundDate","date":"2024-05-15","toNearest":"moon"}`:                                       "error: Invalid unit moon",
		`{"operation":"extractDate","date":"2024-05-15T02:14:15.167Z","part":"day"}`:                             "14",
		`{"operation":"extractDate","date":"2024-05-15T02:14:15.167Z","part":"week"}`:                            "20",
		`{"operation":"extractDate","date":"2024-05-15T02:14:15.167Z","part":"moon"}`:                            "{}",
		`{"options":{"timezone":"Asia/Tokyo"}}`:                                                                  "2024-03-31T03:49:07.000+09:00",
		`{"options":{"timezone":"UTC+3"}}`:                                                                       "2024-03-30T21:49:07.000+03:00",
		`{"options":{"timezone":"no/where"}}`:                                                                    "error: The timezone no/where is not valid. Please check the timezone.",
		`{"includeTime":false}`:                                                                                  "2024-03-30T00:00:00.000-04:00",
	} {
		if got := run(t, 2, params, `[{}]`); got != want {
			t.Errorf("%s: %s, want %s", params, got, want)
		}
	}
}

func TestTheTimeBetweenDates(t *testing.T) {
	t.Parallel()
	for _, test := range [][4]string{
		{"2024-01-31", "2024-03-01", `["month","day"]`, `{"months":1,"days":0}`}, {"2024-03-01", "2024-01-31", `["month","day"]`, `{"months":-1,"days":0}`},
		{"2024-03-09T12:00:00", "2024-03-11T12:00:00", `["day"]`, `{"days":2.0416666666666665}`}, {"2024-03-09T12:00:00", "2024-03-11T12:00:00", `["week"]`, `{"weeks":0.2874251497005988}`},
		{"2020-02-29", "2024-03-01T01:02:03.004Z", `["hour","minute"]`, `{"hours":35089,"minutes":2.050066666677594}`}, {"2020-02-29", "2024-03-01T01:02:03.004Z", `["second","year"]`, `{"years":4,"seconds":90123.004}`},
		{"2024-01-01", "2024-01-01", `["year"]`, `{"years":0}`}, {"2024-01-01", "2024-01-01", `[]`, `error: Invalid unit undefined`}, {"2024-01-01", "2024-01-01", `"moon"`, `error: Invalid unit moon`},
	} {
		params := `{"operation":"getTimeBetweenDates","startDate":"` + test[0] + `","endDate":"` + test[1] + `","units":` + test[2] + `}`
		if got := run(t, 2, params, `[{}]`); got != test[3] {
			t.Errorf("%v: %s", test, got)
		}
	}
	iso := `{"operation":"getTimeBetweenDates","startDate":"2020-02-29","endDate":"2024-03-01T01:02:03.004Z","units":["year","month","week","day","hour","minute","second","millisecond"],"options":{"isoString":true}}`
	if got := run(t, 2, iso, `[{}]`); got != "P4Y1DT1H2M3.004S" {
		t.Error(got)
	}
}

func TestVersionOne(t *testing.T) {
	t.Parallel()
	for params, want := range map[string]string{
		`{"value":"2024-03-10 10:00","toFormat":"X","options":{"fromTimezone":"Europe/Berlin"}}`:                         "1710061200",
		`{"value":"2024-03-10T10:00:00Z","custom":true,"toFormat":"HH z Z","options":{"toTimezone":"America/New_York"}}`: "06 EDT -04:00",
		`{"value":"2024-03-10T10:00:00Z","toFormat":"x","options":{"toTimezone":"nowhere"}}`:                             "1710064800000",
		`{"value":"10.03.2024 05:06","toFormat":"x","options":{"fromFormat":"DD.MM.YYYY HH:mm"}}`:                        "1710047160000",
		`{"value":"10 March 24 3:04 pm","toFormat":"X","options":{"fromFormat":"D MMMM YY h:mm a"}}`:                     "1710083040",
		`{"value":"1704448800","options":{"fromFormat":"YYYY-MM-DD"}}`:                                                   "01/05/2024", `{"value":"2024-07-05","options":{"fromTimezone":"Europe/Paris"}}`: "07/04/2024",
		`{"value":"zz","options":{"fromFormat":"DD.MM.YYYY"}}`:                                           "Invalid date",
		`{"value":"15:30","custom":true,"toFormat":"YYYY-MM-DD HH:mm","options":{"fromFormat":"HH:mm"}}`: "2024-03-30 15:30",
		`{"value":"1710064800","custom":true,"toFormat":"YYYY","options":{"fromFormat":"X"}}`:            "2024",
		`{"value":"soon"}`:              `error: The date input format could not be recognized. Please set the "From Format" field`,
		`{"value":"={{ $json.none }}"}`: "no item",
		`{"action":"calculate","value":"2024-05-15T13:14:15.167Z","operation":"subtract","timeUnit":"quarters","duration":1.5}`: "2023-12-15T13:14:15.167Z",
		`{"action":"calculate","value":"2024-05-15T13:14:15.167Z","timeUnit":"weeks","duration":1.5}`:                           "2024-05-26T13:14:15.167Z",
		`{"action":"calculate","value":"2024-05-15T13:14:15.167Z","timeUnit":"milliseconds","duration":1}`:                      "2024-05-15T13:14:15.168Z",
		`{"action":"calculate","value":"2024-02-30","duration":"x"}`:                                                            "2024-03-01T00:00:00.000Z",
		`{"action":"calculate","value":1710064800,"duration":0}`:                                                                "1970-01-20T19:01:04.800Z",
		`{"action":"calculate","value":"10.03.2024 05:06","duration":1,"options":{"fromFormat":"DD.MM.YYYY HH:mm"}}`:            "2024-03-11T05:06:00.000Z",
		`{"action":"calculate","value":"10.03.2024","duration":1,"options":{"fromFormat":"YYYY"}}`:                              `error: Date input cannot be parsed. Please recheck the value and the "From Format" field.`,
		`{"action":"calculate","value":"20240310","duration":1}`:                                                                `error: Unrecognized date input. Please specify a format in the "From Format" field.`,
	} {
		if got := run(t, 1, params, `[{}]`); got != want {
			t.Errorf("%s: %s, want %s", params, got, want)
		}
	}
}

func TestATextIsShownInTheProcessZone(t *testing.T) {
	t.Parallel()
	format := func(date string) string {
		return `{"operation":"formatDate","date":"` + date + `","format":"custom","customFormat":"yyyy-MM-dd HH:mm z"}`
	}
	if got := run(t, 2, format("={{ $json.d }}"), `[{"d":"2024-03-30T14:49:07.000-04:00"}]`); got != "2024-03-30 18:49 Etc/UTC" {
		t.Error(got)
	}
}

func TestItemsThatFailAndWhatIsKept(t *testing.T) {
	t.Parallel()
	s := nodetest.Step{Definition: datetime.DateTime(), Continue: true, Params: `{"operation":"formatDate","date":"={{ $json.d }}","outputFieldName":"a.b","options":{"includeInputFields":true}}`}
	result, err := s.Run(t, nodetest.Inputs(`[{"d":"x"},{"d":"2024-03-10"},{"d":null}]`))
	if err != nil || nodetest.Outputs(result.Outputs) != `[[{"error":"Invalid date format"},{"d":"2024-03-10","a.b":"03/10/2024"},{"d":null,"a.b":null}]]` {
		t.Errorf("%s %v", nodetest.Outputs(result.Outputs), err)
	}
	for _, params := range []string{`{"operation":"guess"}`, `{"operation":"roundDate","mode":"sideways"}`} {
		if _, err := (nodetest.Step{Definition: datetime.DateTime(), Params: params}).Compile(); err == nil {
			t.Error(params)
		}
	}
}
