package js

import (
	"strings"
	"testing"

	"github.com/jobsprint/jobsprint/expression/js/prelude"
	"github.com/jobsprint/jobsprint/item"
)

func TestEveryDescribedFunctionDoesWhatItsExamplesSay(t *testing.T) {
	t.Parallel()
	for _, f := range prelude.Functions() {
		for _, e := range f.Examples {
			o := eval(t, "={{ "+e.Expression+" }}", `{}`)
			if o.Err != nil {
				t.Errorf("%s of %s: %s: %v", f.Name, f.Type, e.Expression, o.Err)
				continue
			}
			if !item.Equal(o.Value, e.Result) || o.Value.JSON() != e.Result.JSON() {
				t.Errorf("%s of %s: %s is %s, described as %s", f.Name, f.Type, e.Expression, o.Value.JSON(), e.Result.JSON())
			}
		}
	}
}

// What is called on a value of another type is an error that names the right
// ones; on nothing it says how to pass nothing over.
func TestFunctionsOfTheWrongType(t *testing.T) {
	t.Parallel()
	for source, want := range map[string]string{
		"={{ (5).toTitleCase() }}":           `toTitleCase() is only callable on type "String"`,
		"={{ ({format: 'x'}).format('y') }}": `format() is only callable on types "Date", and "Number"`,
		"={{ true.toJsonString() }}":         `toJsonString() is only callable on types "Array", "Object", and "String"`,
		"={{ null.toDateTime() }}":           `toDateTime can't be used on null value`,
		"={{ $json.gone.sum() }}":            `sum can't be used on undefined value`,
		"={{ [1, '2'].sum() }}":              `sum(): all array elements must be numbers`,
		"={{ [1].chunk(0) }}":                `chunk(): expected non-zero numeric arg, e.g. .chunk(5)`,
		"={{ [1].chunk(-1) }}":               `chunk(): expected non-zero numeric arg, e.g. .chunk(5)`,
		"={{ [{}].merge('x') }}":             `merge(): expected array arg, e.g. .merge([{ id: 1, otherValue: 3 }])`,
		"={{ 'soon'.toDateTime() }}":         `cannot convert to Luxon DateTime`,
		"={{ 'soon'.toDate() }}":             `cannot convert to date`,
		"={{ (1.5).isOdd() }}":               `isOdd() is only callable on integers`,
		"={{ (1).toDateTime('x') }}":         `Unsupported format 'x'. toDateTime() supports 'ms', 's', 'us' and 'excel'.`,
		"={{ zip([1], []) }}":                `keys and values not of equal length`,
		"={{ $ifEmpty(1) }}":                 `expected two arguments (value, defaultValue) for this function`,
		"={{ $env.HOME }}":                   `access to env vars denied`,
		"={{ $fromAI('a b') }}":              `Invalid parameter key`,
		"={{ $('Nowhere').all() }}":          `Referenced node doesn't exist`,
		"={{ $node['Nowhere'].json }}":       `Referenced node doesn't exist`,
		"={{ extend({}, 'toTitleCase') }}":   `toTitleCase() is only callable on type "String"`,
	} {
		if o := eval(t, source, `{}`); o.Err == nil || !strings.HasPrefix(o.Err.Error(), want) {
			t.Errorf("%s: %s, %v; want %s", source, o.Value.JSON(), o.Err, want)
		}
	}
}

// Mistakes in JavaScript are no errors: such a call has no value.
func TestMistakesHaveNoValue(t *testing.T) {
	t.Parallel()
	for _, source := range []string{
		"={{ ''.isBlank() }}", "={{ $json.s['toTitleCase']() }}", "={{ $json.missing?.toTitleCase() }}", "={{ [1].toInt() }}", "={{ ({}).toDateTime() }}",
		"={{ (5).toUpperCase() }}", "={{ 'x'.base64Decode() }}", "={{ (1).round(-1) }}", "={{ '%zz'.urlDecode() }}", "={{ [].first() }}", "={{ numberList(1.5, 4) }}",
		"={{ extend('x', 'constructor', ['return 1']) }}", "={{ $jmespath({}, '[') }}", "={{ new Date().diffTo('2024-01-01') }}", "={{ $input.first().json.a.b }}",
	} {
		if o := eval(t, source, `{"s":"x"}`); o.Err != nil || !o.Value.IsUndefined() {
			t.Errorf("%s: %s, %v", source, o.Value.JSON(), o.Err)
		}
	}
}
