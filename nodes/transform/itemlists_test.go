package transform_test

import (
	"testing"

	"github.com/jobsprint/jobsprint/nodes/transform"
)

func TestItemLists(t *testing.T) {
	t.Parallel()
	const in = `[{"id":1,"t":["x","y"],"o":{"p":1}},{"id":2,"t":["z"],"o":{"p":2}}]`
	const gather = `{"operation":"aggregateItems","fieldsToAggregate":{"fieldToAggregate":[{"fieldToAggregate":"id"},{"fieldToAggregate":"no"}]}}`
	sum := func(by string) string {
		return `{"operation":"summarize","fieldsToSummarize":{"values":[{"aggregation":"max","field":"v"}]},"fieldsToSplitBy":"` + by + `"}`
	}
	const mixed = `[{"v":"b","g":"x"},{"v":3,"g":"5"},{"v":"a","g":"x"}]`
	runTable(t, transform.ItemLists(), []transformTest{
		{1, `{"fieldToSplitOut":"t","include":"selectedOtherFields","fieldsToInclude":{"fields":[{"fieldName":"id"},{"fieldName":"o.p"}]}}`, in, `[[{"id":1,"o.p":1,"t":"x"},{"id":1,"o.p":1,"t":"y"},{"id":2,"o.p":2,"t":"z"}]]`},
		{2, `{"fieldToSplitOut":"t","include":"selectedOtherFields","fieldsToInclude":{"fields":[{"fieldName":"id"}]}}`, in, `[[{"t":"x","id":1},{"t":"y","id":1},{"t":"z","id":2}]]`},
		{3, `{"fieldToSplitOut":"t","include":"selectedOtherFields","fieldsToInclude":"id"}`, in, `[[{"t":"x","id":1},{"t":"y","id":1},{"t":"z","id":2}]]`},
		{1, `{"fieldToSplitOut":"o"}`, in, `The provided field 'o' is not an array`},
		{2, `{"fieldToSplitOut":"o"}`, in, `[[{"o":1},{"o":2}]]`},
		{2.1, `{"fieldToSplitOut":"id"}`, in, `The provided field 'id' is not an array or object`},
		{2.2, `{"fieldToSplitOut":"id"}`, in, `[[{"id":1},{"id":2}]]`},
		{1, `{"fieldToSplitOut":"id,t"}`, in, `Couldn't find the field 'id,t' in the input data`},
		{2, `{"fieldToSplitOut":"no"}`, in, `Couldn't find the field 'no' in the input data`},
		{2.1, `{"fieldToSplitOut":"no"}`, in, `[[]]`},
		{2, gather, in, `Couldn't find the field 'no' in the input data`},
		{2.1, gather, in, `[[{"id":[1,2],"no":[]}]]`},
		{3.1, `{"operation":"limit"}`, in, `[[{"id":1,"t":["x","y"],"o":{"p":1}}]]`},
		{3, `{"operation":"removeDuplicates","compare":"selectedFields","fieldsToCompare":"a"}`, `[{"a":1},{"a":null}]`, `'a' isn't always the same type`},
		{3.1, `{"operation":"removeDuplicates","compare":"selectedFields","fieldsToCompare":"a"}`, `[{"a":1},{"a":null},{"a":"x"}]`, `[[{"a":1},{"a":null},{"a":"x"}]]`},
		{3.1, `{"operation":"sort","sortFieldsUi":{"sortField":[{"fieldName":"id","order":"descending"}]}}`, `[{"id":1},{"id":2}]`, `[[{"id":2},{"id":1}]]`},
		{2.2, sum("g"), mixed, `[[{"g":"5","max_v":3},{"g":"x","max_v":null}]]`},
		{3, sum("g"), mixed, `[[{"g":"5","max_v":3},{"g":"x","max_v":"b"}]]`},
		{2, sum("")[:len(sum(""))-1] + `,"options":{}}`, `[{"w":1}]`, `The field 'v' does not exist in any items`},
		{2.1, sum(""), `[{"w":1}]`, `[[{"max_v":null}]]`},
	})
}
