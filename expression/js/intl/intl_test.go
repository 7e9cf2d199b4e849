package intl

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/jobsprint/jobsprint/item"
)

// ask makes a service and calls a method of it.
func ask(t *testing.T, name, text, method string, args ...item.Value) string {
	t.Helper()
	v, err := Invoke(name, text, method, args)
	if err != nil {
		t.Fatalf("%s %s: %v", name, text, err)
	}
	return v.ToString()
}

func TestWritesNumbers(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text  string
		value item.Value
		want  string
	}{
		{`[["en"],{}]`, item.Number(1234567.891), "1,234,567.891"},
		{`[["en-IN"],{}]`, item.Number(1234567.891), "12,34,567.891"},
		{`[["de"],{"style":"currency","currency":"EUR"}]`, item.Number(-1234.5), "-1.234,50\u00a0€"},
		{`[["en"],{"style":"currency","currency":"USD","currencySign":"accounting"}]`, item.Number(-5), "($5.00)"},
		{`[["en"],{"style":"currency","currency":"JPY","currencyDisplay":"name"}]`, item.Number(1), "1 Japanese yen"},
		{`[["en"],{"style":"currency","currency":"USD","currencyDisplay":"code"}]`, item.Number(1), "USD\u00a01.00"},
		{`[["de-CH"],{"style":"currency","currency":"CHF"}]`, item.Number(-1234.5), "CHF-1'234.50"},
		{`[["fr"],{}]`, item.Number(1234567.5), "1\u202f234\u202f567,5"},
		{`[["es"],{}]`, item.Number(1234), "1234"},
		{`[["es"],{"useGrouping":"always"}]`, item.Number(1234), "1.234"},
		{`[["ar-EG"],{}]`, item.Number(1234.5), "١٬٢٣٤٫٥"},
		{`[["en-u-nu-deva"],{}]`, item.Number(90), "९०"},
		{`[["en"],{"style":"percent","maximumFractionDigits":1}]`, item.Number(0.1234), "12.3%"},
		{`[["en"],{"style":"unit","unit":"kilometer-per-hour"}]`, item.Number(50), "50 km/h"},
		{`[["en"],{"style":"unit","unit":"mile-per-second","unitDisplay":"long"}]`, item.Number(2), "2 miles per second"},
		{`[["de"],{"style":"unit","unit":"day","unitDisplay":"long"}]`, item.Number(1), "1 Tag"},
		{`[["en"],{"notation":"compact"}]`, item.Number(999999), "1M"},
		{`[["en"],{"notation":"compact","compactDisplay":"long"}]`, item.Number(1234), "1.2 thousand"},
		{`[["cs"],{"notation":"compact","compactDisplay":"long"}]`, item.Number(5000), "5 tisíc"},
		{`[["en"],{"notation":"engineering"}]`, item.Number(12345), "12.345E3"},
		{`[["en"],{"notation":"scientific"}]`, item.Number(0.00012), "1.2E-4"},
		{`[["en"],{"signDisplay":"exceptZero"}]`, item.Number(3), "+3"},
		{`[["en"],{"minimumIntegerDigits":3,"minimumFractionDigits":1}]`, item.Number(7), "007.0"},
		{`[["en"],{"maximumSignificantDigits":3}]`, item.Number(123456), "123,000"},
		{`[["en"],{"roundingIncrement":5,"minimumFractionDigits":2,"maximumFractionDigits":2}]`, item.Number(1.23), "1.25"},
		{`[["en"],{}]`, item.String("123456789012345678901234567890.5"), "123,456,789,012,345,678,901,234,567,890.5"},
		{`[["en"],{}]`, item.String("not a number"), "NaN"},
		{`[["xx-YY"],{}]`, item.Number(1.5), "1.5"},
	} {
		if got := ask(t, "NumberFormat", c.text, "format", c.value); got != c.want {
			t.Errorf("%s of %s gives %q, want %q", c.text, c.value.ToString(), got, c.want)
		}
	}
}

func TestRoundsInEveryMode(t *testing.T) {
	t.Parallel()
	values := []float64{-2.5, -1.5, -0.4, 0.4, 0.5, 1.5, 2.51}
	for mode, want := range map[string]string{
		"ceil": "-2 -1 -0 1 1 2 3", "floor": "-3 -2 -1 0 0 1 2", "expand": "-3 -2 -1 1 1 2 3", "trunc": "-2 -1 -0 0 0 1 2",
		"halfCeil": "-2 -1 -0 0 1 2 3", "halfFloor": "-3 -2 -0 0 0 1 3", "halfExpand": "-3 -2 -0 0 1 2 3", "halfTrunc": "-2 -1 -0 0 0 1 3",
		"halfEven": "-2 -2 -0 0 0 2 3",
	} {
		text := fmt.Sprintf(`[["en"],{"maximumFractionDigits":0,"roundingMode":%q}]`, mode)
		var got []string
		for _, v := range values {
			got = append(got, ask(t, "NumberFormat", text, "format", item.Number(v)))
		}
		if joined := strings.Join(got, " "); joined != want {
			t.Errorf("%s gives %s, want %s", mode, joined, want)
		}
	}
}

func TestRoundsToIncrementsExactly(t *testing.T) {
	t.Parallel()
	for _, n := range increments {
		r := rounding{mode: "halfExpand", increment: n}
		for cents := 0; cents <= 12000; cents += 7 {
			want := (cents + n/2) / n * n
			if n%2 == 1 {
				want = (2*cents + n) / (2 * n) * n
			}
			whole, fraction := r.round(parseDecimal(fmt.Sprintf("%d.%02d", cents/100, cents%100)), -2).text(1, 2)
			if got := whole + "." + fraction; got != fmt.Sprintf("%d.%02d", want/100, want%100) {
				t.Fatalf("%d cents to %d give %s, want %d", cents, n, got, want)
			}
		}
	}
}

func TestWritesDates(t *testing.T) {
	t.Parallel()
	const at = 1_711_824_547_234 // 2024-03-30 18:49:07.234 UTC
	for _, c := range []struct{ text, want string }{
		{`[["en"],{}]`, "3/30/2024"},
		{`[["en"],{"defaults":"all"}]`, "3/30/2024, 6:49:07 PM"},
		{`[["en-GB"],{"dateStyle":"full","timeStyle":"short"}]`, "Saturday, 30 March 2024 at 18:49"},
		{`[["de"],{"dateStyle":"medium"}]`, "30.03.2024"},
		{`[["ja"],{"dateStyle":"full"}]`, "2024年3月30日土曜日"},
		{`[["th"],{"dateStyle":"long"}]`, "30 มีนาคม 2567"},
		{`[["fa"],{}]`, "۱۴۰۳/۱/۱۱"},
		{`[["en"],{"weekday":"long","hour":"numeric","timeZone":"Europe/Berlin","timeZoneName":"long"}]`, "Saturday, 7 PM Central European Standard Time"},
		{`[["en"],{"hour":"2-digit","minute":"2-digit","hour12":false}]`, "18:49"},
		{`[["en"],{"hour":"numeric","hourCycle":"h11"}]`, "6 PM"},
		{`[["en"],{"minute":"numeric","second":"numeric","fractionalSecondDigits":3}]`, "49:07.234"},
		{`[["en"],{"hour":"numeric","dayPeriod":"long"}]`, "6 in the evening"},
		{`[["en"],{"month":"short","timeZone":"asia/calcutta","timeZoneName":"shortOffset"}]`, "Mar, GMT+5:30"},
		{`[["en"],{"year":"numeric","timeZone":"-03:30","timeZoneName":"longOffset"}]`, "2024, GMT-03:30"},
		{`[["en"],{"year":"numeric","timeZone":"America/New_York","timeZoneName":"shortGeneric"}]`, "2024, ET"},
		{`[["de"],{"year":"numeric","timeZone":"Europe/Vienna","timeZoneName":"longGeneric"}]`, "2024, Mitteleuropäische Zeit"},
	} {
		if got := ask(t, "DateTimeFormat", c.text, "format", item.Number(at)); got != c.want {
			t.Errorf("%s gives %q, want %q", c.text, got, c.want)
		}
	}
	if got := ask(t, "DateTimeFormat", `[["en"],{"year":"numeric","era":"short"}]`, "format", item.Number(-62_198_755_200_000)); got != "2 BC" {
		t.Errorf("a year before the first is %q", got)
	}
}

func TestWritesRangesOfDates(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text     string
		from, to float64
		want     string
	}{
		{`[["en"],{"dateStyle":"medium"}]`, 0, 86_400_000 * 3, "Jan 1\u2009–\u20094, 1970"},
		{`[["en"],{"dateStyle":"medium"}]`, 0, 86_400_000 * 40, "Jan 1\u2009–\u2009Feb 10, 1970"},
		{`[["en"],{"dateStyle":"medium"}]`, 0, 3_600_000, "Jan 1, 1970"},
		{`[["en"],{"hour":"numeric","minute":"numeric"}]`, 0, 3_600_000, "12:00\u2009–\u20091:00\u202fAM"},
		{`[["en"],{"year":"numeric","month":"short","day":"numeric","hour":"numeric"}]`, 0, 3_600_000 * 15, "Jan 1, 1970, 12\u202fAM\u2009–\u20093\u202fPM"},
		{`[["en"],{"timeStyle":"short"}]`, 0, 86_400_000, "1/1/1970, 12:00\u202fAM\u2009–\u20091/2/1970, 12:00\u202fAM"},
	} {
		if got := ask(t, "DateTimeFormat", c.text, "formatRange", item.Number(c.from), item.Number(c.to)); got != c.want {
			t.Errorf("%s gives %q, want %q", c.text, got, c.want)
		}
	}
}

func TestReadsTags(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ text, want, long, short string }{
		{"EN-us", "en-US", "en-Latn-US", "en"}, {"zh-hant-tw", "zh-Hant-TW", "zh-Hant-TW", "zh-TW"}, {"iw", "he", "he-Hebr-IL", "he"},
		{"sr-Latn", "sr-Latn", "sr-Latn-RS", "sr-Latn"}, {"de-1996-u-kn-true-co-phonebk", "de-1996-u-co-phonebk-kn", "de-Latn-DE-1996-u-co-phonebk-kn", "de-1996-u-co-phonebk-kn"},
		{"und-US", "und-US", "en-Latn-US", "en"}, {"en-x-own-u-z", "en-x-own-u-z", "en-Latn-US-x-own-u-z", "en-x-own-u-z"}, {"pa-PK", "pa-PK", "pa-Arab-PK", "pa-PK"},
	} {
		tag, ok := parseTag(c.text)
		if got := tag.String(); !ok || got != c.want {
			t.Errorf("%s is %q, want %q", c.text, got, c.want)
		}
		if long, short := tag.maximize().String(), tag.minimize().String(); long != c.long || short != c.short {
			t.Errorf("%s is %s in full, %s in short; want %s, %s", c.text, long, short, c.long, c.short)
		}
	}
	for _, wrong := range []string{"", "e", "en_US", "en-", "en-u", "en-a-b-a-c", "de-1996-1996", "x-own", "en-US-toolong99", "abcd"} {
		if _, ok := parseTag(wrong); ok {
			t.Errorf("%q is no tag", wrong)
		}
	}
}

func TestNegotiatesLocales(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ asked, want, data string }{
		{"de-DE", "de-DE", "de"}, {"de-XX", "de", "de"}, {"zh-TW", "zh-TW", "zh-Hant"}, {"zh-HK", "zh-HK", "zh-Hant-HK"}, {"sr-ME", "sr-ME", "sr-Latn-ME"},
		{"tlh", "en-US", "en"}, {"en-GB-u-nu-arab-co-emoji", "en-GB-u-nu-arab", "en-GB"}, {"nb-NO", "nb", "nb"}, {"pt-PT", "pt-PT", "pt-PT"},
	} {
		l, err := negotiate([]string{c.asked}, "nu")
		if err != nil || l.tag.String() != c.want || l.data.name != c.data {
			t.Errorf("%s gives %s of %s (%v), want %s of %s", c.asked, l.tag, l.data.name, err, c.want, c.data)
		}
	}
}

func TestEveryLocaleUnpacks(t *testing.T) {
	t.Parallel()
	for name := range localeNames() { //tidy:anyorder each by itself
		d := loadData(name)
		if d.text("n/symbols-numberSystem-latn/decimal") == "" && d.text("n/defaultNumberingSystem") == "" {
			t.Errorf("%s has no numbers", name)
		}
		for _, key := range []string{"gregorian/dateFormats/full", "gregorian/months/format/wide/1", "z/gmtFormat", "f/day/displayName", "l/listPattern-type-standard/2"} {
			if d.text(key) == "" {
				t.Errorf("%s has no %s", name, key)
			}
		}
		if pluralRules("plural", d) == nil && hasShared("plural/"+name+"/pluralRule-count-one") {
			t.Errorf("%s has no plural rules", name)
		}
	}
}

func TestChoosesPlurals(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text  string
		value float64
		want  string
	}{
		{`[["en"],{}]`, 1, "one"}, {`[["en"],{"minimumFractionDigits":1}]`, 1, "other"}, {`[["en"],{"type":"ordinal"}]`, 22, "two"},
		{`[["ru"],{}]`, 21, "one"}, {`[["ru"],{}]`, 22, "few"}, {`[["ru"],{}]`, 11, "many"}, {`[["ar"],{}]`, 0, "zero"}, {`[["fr"],{}]`, 1.5, "one"},
		{`[["pl"],{}]`, -2, "few"}, {`[["cy"],{}]`, 3, "few"}, {`[["ja"],{}]`, 1, "other"},
	} {
		if got := ask(t, "PluralRules", c.text, "select", item.Number(c.value)); got != c.want {
			t.Errorf("%s of %v is %s, want %s", c.text, c.value, got, c.want)
		}
	}
}

func TestOrdersTexts(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text, a, b string
		want       string
	}{
		{`[[],{}]`, "a", "B", "-1"}, {`[[],{}]`, "a", "A", "-1"}, {`[[],{"sensitivity":"base"}]`, "a", "Á", "0"}, {`[[],{"sensitivity":"accent"}]`, "a", "A", "0"},
		{`[[],{"sensitivity":"case"}]`, "a", "á", "0"}, {`[[],{"sensitivity":"case"}]`, "a", "A", "-1"}, {`[[],{"numeric":true}]`, "x10", "x9", "1"},
		{`[["sv"],{}]`, "ö", "z", "1"}, {`[["de"],{}]`, "ö", "z", "-1"}, {`[["cs"],{}]`, "ch", "d", "1"}, {`[["ru"],{}]`, "я", "a", "-1"}, {`[["en"],{}]`, "я", "a", "1"},
		{`[[],{"caseFirst":"upper"}]`, "a", "A", "1"}, {`[[],{"ignorePunctuation":true}]`, "a-b", "ab", "0"},
	} {
		if got := ask(t, "Collator", c.text, "compare", item.String(c.a), item.String(c.b)); got != c.want {
			t.Errorf("%s puts %s and %s as %s, want %s", c.text, c.a, c.b, got, c.want)
		}
	}
}

func TestRefusesAsNode(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, text, want string }{
		{"NumberFormat", `[["x"],{}]`, "RangeError: Incorrect locale information provided"},
		{"NumberFormat", `[[],{"style":"y"}]`, "RangeError: Value y out of range for Intl.NumberFormat options property style"},
		{"NumberFormat", `[[],{"style":"currency"}]`, "TypeError: Currency code is required with currency style."},
		{"NumberFormat", `[[],{"maximumFractionDigits":101}]`, "RangeError: maximumFractionDigits value is out of range."},
		{"NumberFormat", `[[],{"unit":"x","method":"Number.prototype.toLocaleString"}]`, "RangeError: Invalid unit argument for Number.prototype.toLocaleString() 'x'"},
		{"DateTimeFormat", `[[],{"timeZone":"Mars"}]`, "RangeError: Invalid time zone specified: Mars"},
		{"DateTimeFormat", `[[],{"dateStyle":"full","year":"numeric"}]`, "TypeError: Invalid option : option"},
		{"DateTimeFormat", `[[],{"calendar":"!"}]`, "RangeError: Invalid calendar : !"},
		{"DisplayNames", `[[],{}]`, "TypeError: invalid_argument"},
		{"Other", `[[],{}]`, "TypeError: Intl.Other cannot be made"},
	} {
		_, err := Resolve(c.name, c.text, true)
		if e := (*Error)(nil); !errors.As(err, &e) || err.Error() != c.want {
			t.Errorf("%s %s gives %v, want %s", c.name, c.text, err, c.want)
		}
	}
}

// TestKeepsFewFormatters makes more of them than are kept, from many sides.
func TestKeepsFewFormatters(t *testing.T) {
	t.Parallel()
	var wg sync.WaitGroup
	for side := range 4 {
		wg.Go(func() {
			for i := range maxKept {
				text := fmt.Sprintf(`[["de"],{"minimumIntegerDigits":%d,"minimumFractionDigits":%d}]`, i%21+1, (i/21+side)%90)
				if v, err := Invoke("NumberFormat", text, "format", []item.Value{item.Int(1)}); err != nil || !strings.Contains(v.ToString(), "1") {
					t.Errorf("%s: %v %v", text, v, err)
				}
			}
		})
	}
	wg.Wait()
	keptLock.RLock()
	defer keptLock.RUnlock()
	if len(kept) > maxKept {
		t.Errorf("%d are kept", len(kept))
	}
}
