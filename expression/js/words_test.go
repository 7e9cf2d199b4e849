package js

import (
	"strings"
	"testing"
)

// TestErrorsHaveTheWordsOfV8 has code catch the errors, which workflows compare.
func TestErrorsHaveTheWordsOfV8(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]string{
		"null.x": "TypeError: Cannot read properties of null (reading 'x')", "$json.no.y": "TypeError: Cannot read properties of undefined (reading 'y')",
		"let a = null; a.b = 1": "TypeError: Cannot set properties of null (setting 'b')", "const c = 1; c = 2": "TypeError: Assignment to constant variable.",
		"x; let x = 1": "ReferenceError: Cannot access 'x' before initialization", "new Array(-1)": "RangeError: Invalid array length",
		"Symbol() + ''": "TypeError: Cannot convert a Symbol value to a string", "[].reduce((a, b) => a)": "TypeError: Reduce of empty array with no initial value",
		"decodeURIComponent('%')": "URIError: URI malformed", "new Date('x').toISOString()": "RangeError: Invalid time value",
		"'a'.normalize('x')": "RangeError: The normalization form should be one of NFC, NFD, NFKC, NFKD.",
	} {
		o := eval(t, "={{ (() => { try { "+code+" } catch (e) { return e.name + ': ' + e.message } })() }}", `{}`)
		if got := o.Value.ToString(); o.Err != nil || got != want {
			t.Errorf("%s: %s %v, want %s", code, got, o.Err, want)
		}
	}
}

// TestUnknownNamesHaveNoValue: only what is done with it can fail, and that makes
// the expression undefined.
func TestUnknownNamesHaveNoValue(t *testing.T) {
	t.Parallel()
	for source, want := range map[string]string{
		"={{ unknown }}": "", "={{ unknown ? 1 : 2 }}": "2", "={{ unknown ?? 'd' }}": `"d"`, "={{ [unknown] }}": "[null]", "=a {{ `${unknown}` }}": `"a undefined"`,
		"={{ (() => unknown === undefined)() }}": "true", "={{ unknown.x }}": "", "={{ unknown() }}": "", "={{ [1, unknown()] }}": "",
	} {
		o := eval(t, source, `{}`)
		if got := o.Value.JSON(); o.Err != nil || got != want && !(want == "" && o.Value.IsUndefined()) {
			t.Errorf("%s: %s %v, want %s", source, got, o.Err, want)
		}
	}
}

func TestWhatCannotLeave(t *testing.T) {
	t.Parallel()
	for _, code := range []string{"[1].entries()", "'a'.matchAll(/a/g)", "[Symbol('a')]", "({a: [1].keys()})"} {
		if o := eval(t, "={{ "+code+" }}", `{}`); o.Err == nil || !strings.Contains(o.Err.Error(), "could not be cloned") {
			t.Errorf("%s: %s %v", code, o.Value, o.Err)
		}
	}
}

// TestTextsThatCountAsDates: n8n looks the functions of such a text up as a date's.
func TestTextsThatCountAsDates(t *testing.T) {
	t.Parallel()
	for source, want := range map[string]string{
		"={{ '2024-03-10T01:30:00.000Z'.toTitleCase() }}":      `toTitleCase() is only callable on type "String"`,
		"={{ '2024-03-10T01:30:00.000Z'.format('yyyy') }}":     `"Invalid DateTime"`,
		"={{ '2024-03-10T01:30:00.000Z'.toDateTime().year }}":  `2024`,
		"={{ '2024-03-10T01:30:00.000Z'.toDate().getTime() }}": `1710034200000`,
		"={{ '2024-03-10T01:30:00Z'.toTitleCase() }}":          `"2024-03-10T01:30:00Z"`,
		"={{ [DateTime.fromISO('bad')] }}":                     `[null]`,
		"={{ [{a:1},[2],1,'1'].unique(null) }}":                `[{"a":1},1,"1"]`,
		"={{ (1234.5).format('no locale') }}":                  `"1234.5"`,
		"={{ '12,5'.toFloat() }}":                              `cannot convert to float, expected . as decimal separator`,
	} {
		o := eval(t, source, `{}`)
		got := o.Value.JSON()
		if o.Err != nil {
			got = o.Err.Error()
		}
		if !strings.HasPrefix(got, want) {
			t.Errorf("%s: %s, want %s", source, got, want)
		}
	}
}
