package transform_test

import (
	"testing"

	"github.com/jobsprint/jobsprint/nodes/nodetest"
	"github.com/jobsprint/jobsprint/nodes/transform"
)

// What n8n does where fields are missing, blank or of another type.
func TestEdgesOfItemLists(t *testing.T) {
	t.Parallel()
	summarize := func(values, rest string) string {
		return `{"operation":"summarize","fieldsToSummarize":{"values":[` + values + `]}` + rest + `}`
	}
	const in = `[{"n":1,"o":{"c":2},"s":"x"}]`
	runTable(t, transform.ItemLists(), []transformTest{
		{2.1, summarize(`{"aggregation":"max","field":"o.c"},{"aggregation":"sum","field":"n"},{"aggregation":"count","field":"o[\"c\"]"}`, ""), in, `[[{"sum_n":1,"count_oc":1,"max_o_c":2}]]`},
		{1, summarize(`{"aggregation":"max","field":"o.c"},{"aggregation":"sum","field":"n"}`, `,"fieldsToSplitBy":"o.c"`), in, `[[{"o.c":"2","max_o.c":2,"sum_n":1}]]`},
		{3, summarize(`{"aggregation":"count","field":"e","includeEmpty":true}`, ""), `[{"e":""},{"e":1}]`, `[[{"count_e":1}]]`},
		{2.2, summarize(`{"aggregation":"sum","field":"n"}`, `,"fieldsToSplitBy":"zz","options":{"skipEmptySplitFields":true}`), in, `[[]]`},
		{2, summarize(`{"aggregation":"sum","field":"zz"}`, `,"options":{"continueIfFieldNotFound":true}`), in, "The field 'zz' does not exist in any items"},
		{2, `{"operation":"removeDuplicates","compare":"selectedFields","fieldsToCompare":{"fields":[{"fieldName":""}]}}`, in, "Name of field to compare is blank"},
		{2, `{"operation":"removeDuplicates","compare":"allFieldsExcept","fieldsToExclude":{"fields":[{"fieldName":""}]}}`, in, `[[{"n":1,"o":{"c":2},"s":"x"}]]`},
		{3.1, `{"operation":"removeDuplicates"}`, `[{"a":1},{"a":"1"}]`, `[[{"a":1},{"a":"1"}]]`},
		{2, `{"operation":"aggregateItems","fieldsToAggregate":{"fieldToAggregate":[{"fieldToAggregate":""}]}}`, in, "Field to aggregate is blank"},
		{1, `{"operation":"aggregateItems","fieldsToAggregate":{"fieldToAggregate":[{"fieldToAggregate":"zz"}]},"options":{"keepMissing":true}}`, in, `[[{"zz":[null]}]]`},
		{1, `{"fieldToSplitOut":"l","options":{"destinationFieldName":"p, q"}}`, `[{"l":[1]}]`, `[[{"p, q":1}]]`},
		{2.2, `{"fieldToSplitOut":"zz","include":"selectedOtherFields","fieldsToInclude":""}`, in, `[[]]`},
	})
}

func TestEdgesOfFields(t *testing.T) {
	t.Parallel()
	runTable(t, transform.Summarize(), []transformTest{
		{1.1, `{"fieldsToSummarize":{"values":[{"aggregation":"min","field":"s.0"},{"aggregation":"average","field":""}]}}`, `[{"s":"ab"}]`, `[[{"min_s_0":"a","average_":null}]]`},
		{1.1, `{"fieldsToSummarize":{"values":[{"aggregation":"count","field":"={{ $json.none }}"}]}}`, `[{"a":1}]`, `[[{"count_undefined":0}]]`},
	})
	runTable(t, transform.Aggregate(), []transformTest{
		{1, `{"fieldsToAggregate":{"fieldToAggregate":[{"fieldToAggregate":"","renameField":true,"outputFieldName":"r"},{"fieldToAggregate":"a","renameField":true,"outputFieldName":"r"}]}}`, `[{"a":1}]`, "The 'r' output field is used more than once"},
	})
	runTable(t, transform.RemoveDuplicates(), []transformTest{
		{1.1, `{"compare":"allFields","options":{"disableDotNotation":true}}`, `[{"l":[1]},{"l":[]}]`, "'l.0' field is missing from some input items"},
	})
	runTable(t, transform.SplitOut(), []transformTest{
		{1, `{"fieldToSplitOut":"l","include":"selectedOtherFields","fieldsToInclude":""}`, `[{"l":[1]}]`, "No fields specified"},
	})
	runTable(t, transform.RenameKeys(), []transformTest{
		{1, `{"keys":{"key":[{"currentKey":"l.0","newKey":"x"},{"currentKey":"s[0]","newKey":"y"}]}}`, `[{"l":[1,2],"s":"ab"}]`, `[[{"l":[null,2],"s":"ab","x":1,"y":"a"}]]`},
		{1, `{"additionalOptions":{"regexReplacement":{"replacements":[{"searchRegex":"(.)","replaceRegex":"$1_"}]}}}`, `[{"l":[5,"a"]}]`, "Cannot create property '0_' on string 'a'"},
	})
	runTable(t, transform.Sort(), []transformTest{
		{1, `{"sortFieldsUi":{"sortField":[{"fieldName":"a","order":"descending"}]}}`, `[{"a":"z"},{"a":{"b":1}}]`, `[[{"a":{"b":1}},{"a":"z"}]]`},
		{1, `{"type":"code","code":"return b.json.n > a.json.n ? 1 : -1"}`, `[{"n":1,"i":0},{"n":1,"i":1},{"n":2,"i":2}]`, `[[{"n":2,"i":2},{"n":1,"i":1},{"n":1,"i":0}]]`},
	})
}

func TestHowStepsGoOnAfterAnError(t *testing.T) {
	t.Parallel()
	for _, s := range []struct {
		step nodetest.Step
		want string
	}{
		{nodetest.Step{Definition: transform.RemoveDuplicates(), Params: `{"compare":"selectedFields","fieldsToCompare":"zz"}`}, `[[{"error":"'zz' field is missing from some input items"}]]`},
		{nodetest.Step{Definition: transform.RenameKeys(), Params: `{"additionalOptions":{"regexReplacement":{"replacements":[{"searchRegex":"[","replaceRegex":""}]}}}`},
			`[[{"error":"Invalid regular expression: /[/: Unterminated character class"},{"error":"Invalid regular expression: /[/: Unterminated character class"}]]`},
	} {
		s.step.Continue = true
		result, err := s.step.Run(t, nodetest.Inputs(`[{"a":1},{"a":2}]`))
		if got := nodetest.Outputs(result.Outputs); err != nil || got != s.want {
			t.Errorf("%s, want %s (%v)", got, s.want, err)
		}
	}
	s := nodetest.Step{Definition: transform.RemoveDuplicates(), Version: 1.1, Params: `{"compare":"selectedFields","fieldsToCompare":"zz"}`, Continue: true}
	if _, err := s.Run(t, nodetest.Inputs(`[{"a":1}]`)); err == nil {
		t.Error("before version 2 the error is the step's")
	}
}
