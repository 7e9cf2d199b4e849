package transform_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
	"github.com/jobsprint/jobsprint/nodes/nodetest"
	"github.com/jobsprint/jobsprint/nodes/transform"
)

// transformTest is a step, its input, and its outputs or the message of its
// failure.
type transformTest struct {
	version          float64
	params, in, want string
}

func runTable(t *testing.T, d nodes.Definition, tests []transformTest) {
	t.Helper()
	for _, test := range tests {
		step := nodetest.Step{Definition: d, Version: test.version, Params: test.params, Name: "Step"}
		result, err := step.Run(t, nodetest.Inputs(test.in))
		got := nodetest.Outputs(result.Outputs)
		if err != nil {
			got = err.Error()
		}
		if got != test.want {
			t.Errorf("%s %v %s on %s:\n got %s\nwant %s", d.Name, test.version, test.params, test.in, got, test.want)
		}
	}
}

func TestLimit(t *testing.T) {
	t.Parallel()
	const in = `[{"a":1},{"a":2},{"a":3}]`
	runTable(t, transform.Limit(), []transformTest{
		{0, `{}`, in, `[[{"a":1}]]`},
		{0, `{"maxItems":9}`, in, `[[{"a":1},{"a":2},{"a":3}]]`},
		{0, `{"maxItems":0}`, in, `[[]]`},
		{0, `{"maxItems":-1}`, in, `[[{"a":1},{"a":2}]]`},
		{0, `{"maxItems":"x"}`, in, `[[]]`},
		{0, `{"maxItems":1.5,"keep":"lastItems"}`, in, `[[{"a":2},{"a":3}]]`},
		{0, `{"maxItems":"={{ $json.a + 1 }}"}`, in, `[[{"a":1},{"a":2}]]`},
		{0, `{}`, `[]`, `[[]]`},
	})
}

func TestSplitOut(t *testing.T) {
	t.Parallel()
	const in = `[{"id":1,"t":["x","y"],"o":{"p":1,"q":{"r":[1,2]}},"a.b":5},{"id":2,"t":{"k":7,"l":[8]}},{"id":3,"t":null},{"id":4,"t":[]}]`
	runTable(t, transform.SplitOut(), []transformTest{
		{0, `{"fieldToSplitOut":"t"}`, in, `[[{"t":"x"},{"t":"y"},{"t":7},{"0":8},{"t":null}]]`},
		{0, `{"fieldToSplitOut":"$json.t, o.q.r"}`, in, `[[{"t":"x","o.q.r":1},{"t":"y","o.q.r":2},{"t":7},{"t":[8]},{"t":null}]]`},
		{0, `{"fieldToSplitOut":"o.q.r","include":"allOtherFields"}`, in,
			`[[{"id":1,"t":["x","y"],"o":{"p":1,"q":{}},"a.b":5,"o.q.r":1},{"id":1,"t":["x","y"],"o":{"p":1,"q":{}},"a.b":5,"o.q.r":2}]]`},
		{0, `{"fieldToSplitOut":"t","include":"selectedOtherFields","fieldsToInclude":"id, o.p"}`, in,
			`[[{"t":"x","id":1,"o.p":1},{"t":"y","id":1,"o.p":1},{"t":7,"id":2},{"t":[8],"id":2},{"t":null,"id":3}]]`},
		{0, `{"fieldToSplitOut":"a.b","options":{"disableDotNotation":true}}`, in, `[[{"a.b":5}]]`},
		{0, `{"fieldToSplitOut":"m","options":{"destinationFieldName":"q"}}`, `[{"m":[{"a":1},2,[3]]}]`, `[[{"q":{"a":1}},{"q":2},{"q":[3]}]]`},
		{0, `{"fieldToSplitOut":"m","include":"selectedOtherFields"}`, `[{"m":[1]}]`, `No fields specified`},
	})
}

func TestSplitOutRemarksOnFieldsThatNoItemHas(t *testing.T) {
	t.Parallel()
	step := nodetest.Step{Definition: transform.SplitOut(), Params: `{"fieldToSplitOut":"z,a,y"}`}
	result, err := step.Run(t, nodetest.Inputs(`[{"a":[1]},{"y":2},{}]`))
	if err != nil {
		t.Fatal(err)
	}
	if len(result.Hints) != 1 || result.Hints[0].Get("message").ToString() != "The field 'z' wasn't found in any input item" {
		t.Errorf("hints %v", result.Hints)
	}
	for i, want := range []int{0, 1} {
		if pair, _ := result.Outputs[0][i].Paired.First(); pair.Item != want {
			t.Errorf("item %d comes from %d, want %d", i, pair.Item, want)
		}
	}
}

func TestSplitOutBinaryData(t *testing.T) {
	t.Parallel()
	data := (*item.Binaries)(nil).With("f", item.Binary{MimeType: "a/a"}).With("g", item.Binary{MimeType: "b/b"})
	in := nodes.Inputs{{{JSON: item.MustParse(`{"a":[1,2,3]}`), Binary: data}}}
	for params, want := range map[string]string{
		`{"fieldToSplitOut":"$binary"}`:                                  `{} f;{} g;`,
		`{"fieldToSplitOut":"a,$binary"}`:                                `{"a":1} f;{"a":2} g;{"a":3} ;`,
		`{"fieldToSplitOut":"a"}`:                                        `{"a":1} ;{"a":2} ;{"a":3} ;`,
		`{"fieldToSplitOut":"a","options":{"includeBinary":true}}`:       `{"a":1} f,g;{"a":2} f,g;{"a":3} f,g;`,
		`{"fieldToSplitOut":"$binary","include":"allOtherFields"}`:       `{"a":[1,2,3]} f;{"a":[1,2,3]} g;`,
		`{"fieldToSplitOut":"$binary","options":{"includeBinary":true}}`: `{} f;{} g;`,
	} {
		result, err := nodetest.Step{Definition: transform.SplitOut(), Params: params}.Run(t, in)
		if err != nil {
			t.Fatal(err)
		}
		if got := withBinary(result.Outputs[0]); got != want {
			t.Errorf("%s:\n got %s\nwant %s", params, got, want)
		}
	}
}

// withBinary writes items with the names of their binary data.
func withBinary(items []item.Item) string {
	var out strings.Builder
	for _, it := range items {
		var names []string
		for i := range it.Binary.Len() {
			name, _ := it.Binary.At(i)
			names = append(names, name)
		}
		fmt.Fprintf(&out, "%s %s;", it.JSON.JSON(), strings.Join(names, ","))
	}
	return out.String()
}

func aggregateOf(options string, names ...string) string {
	return `{"fieldsToAggregate":{"fieldToAggregate":[{"fieldToAggregate":"` + strings.Join(names, `"},{"fieldToAggregate":"`) + `"}]},"options":{` + options + `}}`
}

func TestAggregate(t *testing.T) {
	t.Parallel()
	const in = `[{"id":1,"t":["x",null],"o":{"p":1}},{"id":null,"t":"z","o":{"p":2}},{"t":[]}]`
	runTable(t, transform.Aggregate(), []transformTest{
		{0, aggregateOf(``, "id", "o.p", "t"), in, `[[{"id":[1],"p":[1,2],"t":[["x",null],"z",[]]}]]`},
		{0, aggregateOf(`"mergeLists":true`, "t"), in, `[[{"t":["x","z"]}]]`},
		{0, aggregateOf(`"mergeLists":true,"keepMissing":true`, "t", "id"), in, `[[{"t":["x",null,"z"],"id":[1,null,null]}]]`},
		{0, aggregateOf(`"disableDotNotation":true`, "o.p"), in, `[[{"o.p":[]}]]`},
		{0, aggregateOf(``, ""), in, `[[{}]]`},
		{0, aggregateOf(``, "id", "id"), in, `The 'id' output field is used more than once`},
		{0, `{"fieldsToAggregate":{"fieldToAggregate":[{"fieldToAggregate":"id","renameField":true,"outputFieldName":"x.y"}]}}`, in, `[[{"x":{"y":[1]}}]]`},
		{0, `{"fieldsToAggregate":{"fieldToAggregate":[{"fieldToAggregate":"id","renameField":true,"outputFieldName":"t"},{"fieldToAggregate":"t"}]}}`, in, `The 't' output field is used more than once`},
		{0, `{}`, in, `No fields specified`},
		{0, `{"aggregate":"aggregateAllItemData","destinationFieldName":"x.y"}`, `[{"a":1},{}]`, `[[{"x.y":[{"a":1},{}]}]]`},
		{0, `{"aggregate":"aggregateAllItemData","include":"specifiedFields","fieldsToInclude":"b,a.c,a"}`, `[{"a":1,"c":2,"b":3},{"c":1}]`, `[[{"data":[{"a":1,"b":3}]}]]`},
		{0, `{"aggregate":"aggregateAllItemData","include":"allFieldsExcept","fieldsToExclude":"a"}`, `[{"a":1,"c":2},{"a":1}]`, `[[{"data":[{"c":2}]}]]`},
	})
}

func TestAggregateBinaryData(t *testing.T) {
	t.Parallel()
	one := func(name, mime string) *item.Binaries {
		return (*item.Binaries)(nil).With(name, item.Binary{MimeType: mime, Bytes: 2})
	}
	in := nodes.Inputs{{{JSON: item.MustParse(`{"a":1}`), Binary: one("f", "a/a")}, {JSON: item.MustParse(`{"a":2}`), Binary: one("f", "b/b").With("g", item.Binary{MimeType: "a/a", Bytes: 2})}}}
	for options, want := range map[string]string{
		``:                       `{"a":[1,2]} ;`,
		`"includeBinaries":true`: `{"a":[1,2]} f,f_1,g;`,
		`"includeBinaries":true,"keepOnlyUnique":true`: `{"a":[1,2]} f,f_1;`,
	} {
		result, err := nodetest.Step{Definition: transform.Aggregate(), Params: aggregateOf(options, "a")}.Run(t, in)
		if err != nil {
			t.Fatal(err)
		}
		if got := withBinary(result.Outputs[0]); got != want {
			t.Errorf("%s: got %s, want %s", options, got, want)
		}
		if got := string(result.Outputs[0][0].Paired.AppendJSON(nil)); got != `[{"item":0},{"item":1}]` {
			t.Errorf("paired items %s", got)
		}
	}
}

func TestRenameKeys(t *testing.T) {
	t.Parallel()
	const in = `[{"name":1,"o":{"name":3,"arr":[{"name":4}]},"x.y":6}]`
	pair := func(from, to string) string {
		return `{"keys":{"key":[{"currentKey":"` + from + `","newKey":"` + to + `"}]}}`
	}
	regex := func(search, replace, options string) string {
		return `{"additionalOptions":{"regexReplacement":{"replacements":[{"searchRegex":"` + search + `","replaceRegex":"` + replace + `","options":{` + options + `}}]}}}`
	}
	runTable(t, transform.RenameKeys(), []transformTest{
		{0, pair("name", "n"), in, `[[{"o":{"name":3,"arr":[{"name":4}]},"x.y":6,"n":1}]]`},
		{0, pair("o.name", "o.x"), in, `[[{"name":1,"o":{"arr":[{"name":4}],"x":3},"x.y":6}]]`},
		{0, pair("x.y", "q"), in, `[[{"name":1,"o":{"name":3,"arr":[{"name":4}]},"q":6}]]`},
		{0, pair("none", "q"), in, `[` + in + `]`},
		{0, regex("name", "X", ""), in, `[[{"o":{"arr":[{"X":4}],"X":3},"x.y":6,"X":1}]]`},
		{0, regex("NAME", "X", `"caseInsensitive":true,"depth":0`), in, `[[{"o":{"name":3,"arr":[{"name":4}]},"x.y":6,"X":1}]]`},
		{0, regex("name", "X", `"depth":2`), in, `[[{"o":{"arr":[{"name":4}],"X":3},"x.y":6,"X":1}]]`},
		{0, regex("^(n)(a)", "$2$1", `"depth":0`), in, `[[{"o":{"name":3,"arr":[{"name":4}]},"x.y":6,"anme":1}]]`},
		{0, regex("(?<!r)n(?=a)", "N", `"depth":0`), in, `[[{"o":{"name":3,"arr":[{"name":4}]},"x.y":6,"Name":1}]]`},
		{0, regex("(", "", ""), in, `Invalid regular expression: /(/: Unterminated group`},
	})
}

func TestSummarize(t *testing.T) {
	t.Parallel()
	const in = `[{"g":"x","n":3,"s":"a"},{"g":"y","n":5,"s":""},{"g":"x","n":"7","s":"b"},{"n":null,"s":"a","g":1}]`
	of := func(kind, field, more string) string {
		return `{"fieldsToSummarize":{"values":[{"aggregation":"` + kind + `","field":"` + field + `"` + more + `}]}}`
	}
	by := func(params, groups, options string) string {
		return params[:len(params)-1] + `,"fieldsToSplitBy":"` + groups + `","options":{` + options + `}}`
	}
	runTable(t, transform.Summarize(), []transformTest{
		{0, of("sum", "n", ""), in, `[[{"sum_n":8}]]`},
		{0, of("average", "n", ""), in, `[[{"average_n":4}]]`},
		{0, of("max", "n", ""), in, `[[{"max_n":"7"}]]`},
		{0, of("min", "s", ""), in, `[[{"min_s":"a"}]]`},
		{0, of("count", "s", ""), in, `[[{"count_s":3}]]`},
		{0, of("count", "s", `,"includeEmpty":true`), in, `[[{"count_s":4}]]`},
		{0, of("countUnique", "s", ""), in, `[[{"unique_count_s":2}]]`},
		{0, of("concatenate", "s", `,"separateBy":"other","customSeparator":"-"`), in, `[[{"concatenated_s":"a-b-a"}]]`},
		{0, of("concatenate", "n", `,"includeEmpty":true,"separateBy":""`), in, `[[{"concatenated_n":"357null"}]]`},
		{0, of("append", "n", `,"includeEmpty":true`), in, `[[{"appended_n":[3,5,"7",null]}]]`},
		{0, of("append", "zz", ""), in, `[[{"appended_zz":[]}]]`},
		{1, of("append", "zz", ""), in, `The field 'zz' does not exist in any items`},
		{0, of("count", "", ""), in, `You need to add at least one aggregation to 'Fields to Summarize' with non empty 'Field'`},
		{0, of("median", "n", ""), in, `The aggregation 'median' is not known; choose append, average, concatenate, count, countUnique, max, min or sum`},
		{0, by(of("count", "n", ""), "g", ""), in, `[[{"count_n":2,"g":"x"},{"count_n":1,"g":"y"},{"count_n":0,"g":1}]]`},
		{1, by(of("count", "n", ""), "g,s", ""), in, `[[{"count_n":1,"s":"a","g":"x"},{"count_n":1,"s":"b","g":"x"},{"count_n":1,"s":"","g":"y"},{"count_n":0,"s":"a","g":"1"}]]`},
		{0, by(of("count", "n", ""), "g,s", `"outputFormat":"singleItem"`), in, `[[{"1":{"a":{"count_n":0}},"x":{"a":{"count_n":1},"b":{"count_n":1}},"y":{"":{"count_n":1}}}]]`},
		{0, by(of("count", "n", ""), "s", `"skipEmptySplitFields":true`), in, `[[{"count_n":1,"s":"a"},{"count_n":1,"s":"b"}]]`},
	})
}
