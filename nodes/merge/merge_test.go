package merge_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
	"github.com/jobsprint/jobsprint/nodes/merge"
	"github.com/jobsprint/jobsprint/nodes/nodetest"
)

const (
	left  = `[{"id":1,"n":"a","o":{"x":1,"y":2},"e":""},{"id":2,"n":"b"},{"id":"3"},{"n":"d"}]`
	right = `[{"id":2,"n":"B","q":1},{"id":1,"n":"","o":{"y":3},"e":"E"},{"id":2,"n":"BB"},{"id":3}]`
)

// mergeTest is a merge of two inputs, and its items with their ancestors.
type mergeTest struct {
	version      float64
	params, want string
}

// withPairs writes items with their ancestors: 0 is item 0 of the first input,
// 0#1 of the second.
func withPairs(items []item.Item) string {
	var out strings.Builder
	for _, it := range items {
		var pairs []string
		for _, p := range it.Paired.All() {
			text := fmt.Sprint(p.Item)
			if p.Input > 0 {
				text += fmt.Sprintf("#%d", p.Input)
			}
			pairs = append(pairs, text)
		}
		fmt.Fprintf(&out, "%s %s;", it.JSON.JSON(), strings.Join(pairs, ","))
	}
	return out.String()
}

func runMerge(t *testing.T, in string, tests []mergeTest) {
	t.Helper()
	for _, test := range tests {
		result, err := nodetest.Step{Definition: merge.Merge(nil), Version: test.version, Params: test.params}.Run(t, nodetest.Inputs(in))
		got := ""
		if len(result.Outputs) > 0 {
			got = withPairs(result.Outputs[0])
		}
		if err != nil {
			got = err.Error()
		}
		if got != test.want {
			t.Errorf("%v %s:\n got %s\nwant %s", test.version, test.params, got, test.want)
		}
	}
}

func byID(more string) string {
	return `{"mode":"combine","advanced":true,"mergeByFields":{"values":[{"field1":"id","field2":"id"}]}` + more + `}`
}

func TestMergeByFields(t *testing.T) {
	t.Parallel()
	const (
		one   = `{"id":1,"n":"","o":{"x":1,"y":3},"e":"E"} 0,1#1;`
		two   = `{"id":2,"n":"B","q":1} 1,0#1;`
		three = `{"id":2,"n":"BB"} 1,2#1;`
		onlyA = `{"id":"3"} 2;{"n":"d"} 3;`
	)
	runMerge(t, `[`+left+`,`+right+`]`, []mergeTest{
		{0, byID(``), one + two + three},
		{2.1, byID(``), one + two + three},
		{0, byID(`,"options":{"multipleMatches":"first"}`), one + two},
		{0, byID(`,"options":{"fuzzyCompare":true}`), one + two + three + `{"id":3} 2,3#1;`},
		{0, byID(`,"outputDataFrom":"input1","options":{"multipleMatches":"first"}`), `{"id":1,"n":"a","o":{"x":1,"y":2},"e":""} 0;{"id":2,"n":"b"} 1;`},
		{0, byID(`,"outputDataFrom":"input2"`), `{"id":2,"n":"B","q":1} 0#1;{"id":1,"n":"","o":{"y":3},"e":"E"} 1#1;{"id":2,"n":"BB"} 2#1;`},
		{0, byID(`,"joinMode":"keepNonMatches"`), `{"id":"3","_source":"input1"} 2;{"n":"d","_source":"input1"} 3;{"id":3,"_source":"input2"} 3#1;`},
		{0, byID(`,"joinMode":"keepNonMatches","outputDataFrom":"input1"`), onlyA},
		{0, byID(`,"joinMode":"keepEverything"`), one + two + three + onlyA + `{"id":3} 3#1;`},
		{0, byID(`,"joinMode":"keepEverything","options":{"multipleMatches":"first"}`), one + two + onlyA + `{"id":2,"n":"BB"} 2#1;{"id":3} 3#1;`},
		{0, byID(`,"joinMode":"enrichInput1"`), one + two + three + onlyA},
		{0, byID(`,"joinMode":"enrichInput2"`), `{"id":1,"n":"a","o":{"y":2,"x":1},"e":""} 1#1,0;{"id":2,"n":"b","q":1} 0#1,1;{"id":2,"n":"b"} 2#1,1;{"id":3} 3#1;`},
		{0, `{"mode":"combine","fieldsToMatchString":"id"}`, one + two + three},
		{0, `{"mode":"combine","fieldsToMatchString":"id, n"}`, ``},
		{0, `{"mode":"combine"}`, `You need to define at least one pair of fields in "Fields to Match" to match on`},
		{0, `{"mode":"combine","fieldsToMatchString":"id,"}`, "You need to define both fields in \"Fields to Match\" for pair 2,\n\t\t\t\t field 1 = ''\n\t\t\t\t field 2 = ''"},
		{0, `{"mode":"combine","fieldsToMatchString":"zz","joinMode":"enrichInput1","outputDataFrom":"input1"}`, `{"id":1,"n":"a","o":{"x":1,"y":2},"e":""} 0;{"id":2,"n":"b"} 1;` + onlyA},
		{2, `{"mode":"combine","mergeByFields":{"values":[{"field1":"id","field2":"zz"}]}}`, `Field 'zz' is not present in any of items in 'Input 2'`},
	})
}

func TestClashes(t *testing.T) {
	t.Parallel()
	const in = `[[{"id":1,"o":{"x":1,"y":[1,2],"e":"v"},"s":"t","m":"x","l":[1]}],[{"id":1,"o":{"y":[9],"e":""},"s":{"u":1},"m":null,"l":[]}]]`
	clash := func(more string) string { return byID(`,"options":{"clashHandling":{"values":{` + more + `}}}`) }
	runMerge(t, in, []mergeTest{
		{0, byID(``), `{"id":1,"o":{"x":1,"y":[9,2],"e":""},"s":{"u":1},"m":null,"l":[1]} 0,0#1;`},
		{0, clash(`"resolveClash":"preferLast","overrideEmpty":true`), `{"id":1,"o":{"x":1,"y":[9,2],"e":"v"},"s":{"u":1},"m":"x","l":[1]} 0,0#1;`},
		{0, clash(`"resolveClash":"preferLast","mergeMode":"shallowMerge"`), `{"id":1,"o":{"y":[9],"e":""},"s":{"u":1},"m":null,"l":[]} 0,0#1;`},
		{0, clash(`"resolveClash":"preferInput1"`), `{"id":1,"o":{"y":[1,2],"e":"v","x":1},"s":"t","m":"x","l":[1]} 0#1,0;`},
		{0, clash(`"resolveClash":"addSuffix"`), `{"id_1":1,"o_1":{"x":1,"y":[1,2],"e":"v"},"s_1":"t","m_1":"x","l_1":[1],"id_2":1,"o_2":{"y":[9],"e":""},"s_2":{"u":1},"m_2":null,"l_2":[]} 0,0#1;`},
		{2.1, clash(`"resolveClash":"preferInput2","overrideEmpty":true`), `{"id":1,"o":{"x":1,"y":[9,2],"e":"v"},"s":{"u":1},"m":"x","l":[1]} 0,0#1;`},
		{0, clash(`"resolveClash":"preferInput2"`), `{} ;`},
		{0, clash(`"resolveClash":"preferInputX"`), `'preferInputX' is not a way to handle clashes; choose addSuffix, preferLast or preferInput with a number`},
	})
}

func TestMergeByPosition(t *testing.T) {
	t.Parallel()
	const in = `[[{"a":1,"k":1},{"a":2}],[{"b":1,"k":2}],[{"c":1},{"c":2},{"c":3}]]`
	const way = `{"mode":"combine","combineBy":"combineByPosition","numberInputs":3`
	runMerge(t, in, []mergeTest{
		{0, way + `}`, `{"a":1,"k":2,"b":1,"c":1} 0,0#1,0#2,0#2;`},
		{0, way + `,"options":{"includeUnpaired":true}}`, `{"a":1,"k":2,"b":1,"c":1} 0,0#1,0#2,0#2;{"a":2,"c":2} 1,1#2,1#2;{"c":3} 2#2,2#2;`},
		{0, way + `,"options":{"clashHandling":{"values":{"resolveClash":"preferInput1"}}}}`, `{"a":1,"k":1,"b":1,"c":1} 0,0#1,0#2,0;`},
		{0, way + `,"options":{"clashHandling":{"values":{"resolveClash":"addSuffix"}}}}`, `{"a_1":1,"k_1":1,"b_2":1,"k_2":2,"c_3":1,"c":1} 0,0#1,0#2,0#2;`},
	})
	const old = `{"mode":"combine","combinationMode":"mergeByPosition"`
	runMerge(t, `[[{"a":1,"k":1},{"a":2}],[{"b":1,"k":2}]]`, []mergeTest{
		{2.1, old + `}`, `{"a":1,"k":2,"b":1} 0,0#1;`},
		{2.1, old + `,"options":{"includeUnpaired":true,"clashHandling":{"values":{"resolveClash":"preferInput1"}}}}`, `{"b":1,"k":1,"a":1} 0#1,0;{"a":2} 1;`},
	})
	runMerge(t, `[[{"a":1},{"a":2}],[]]`, []mergeTest{{2, old + `}`, `{"a":1} 0;{"a":2} 1;`}})
	result, err := nodetest.Step{Definition: merge.Merge(nil), Params: `{"mode":"combine","combineBy":"combineByPosition"}`}.Run(t, nodetest.Inputs(`[[{"a":1}],[]]`))
	if err != nil || len(result.Outputs[0]) != 0 || len(result.Hints) != 1 {
		t.Errorf("an input without items: %v %v", result, err)
	}
}

func TestOtherModes(t *testing.T) {
	t.Parallel()
	const in = `[[{"a":1},{"a":2}],[{"b":1,"a":3}]]`
	runMerge(t, in, []mergeTest{
		{0, `{}`, `{"a":1} 0;{"a":2} 1;{"b":1,"a":3} 0#1;`},
		{0, `{"mode":"combine","combineBy":"combineAll"}`, `{"a":3,"b":1} 0,0#1;{"a":3,"b":1} 1,0#1;`},
		{2, `{"mode":"combine","combinationMode":"multiplex","options":{"clashHandling":{"values":{"resolveClash":"preferInput1"}}}}`, `{"b":1,"a":1} 0#1,0;{"b":1,"a":2} 0#1,1;`},
		{0, `{"mode":"chooseBranch"}`, `{"a":1} 0;{"a":2} 1;`},
		{0, `{"mode":"chooseBranch","useDataOfInput":"2"}`, `{"b":1,"a":3} 0#1;`},
		{0, `{"mode":"chooseBranch","useDataOfInput":3}`, `Input 3 doesn't exist`},
		{0, `{"mode":"chooseBranch","useDataOfInput":0}`, ``},
		{2.1, `{"mode":"chooseBranch","output":"input2"}`, `{"b":1,"a":3} 0#1;`},
		{0, `{"mode":"chooseBranch","output":"empty"}`, `{} 0,1,0#1;`},
		{0, `{"mode":"combineBySql"}`, `SQL queries need the server; they cannot run here`},
	})
}

func TestOneInputWithoutItems(t *testing.T) {
	t.Parallel()
	for mode, want := range map[string][2]string{
		"keepMatches": {"", ""}, "keepNonMatches": {`{"id":1} 0;`, `{"id":1} 0#1;`}, "keepEverything": {`{"id":1} 0;`, `{"id":1} 0#1;`},
		"enrichInput1": {`{"id":1} 0;`, ""}, "enrichInput2": {"", `{"id":1} 0#1;`},
	} {
		runMerge(t, `[[{"id":1}],[]]`, []mergeTest{{0, byID(`,"joinMode":"` + mode + `"`), want[0]}})
		runMerge(t, `[[],[{"id":1}]]`, []mergeTest{{0, byID(`,"joinMode":"` + mode + `"`), want[1]}})
	}
	runMerge(t, `[[{"id":1}],[]]`, []mergeTest{{2, byID(``), `Field 'id' is not present in any of items in 'Input 2'`}})
}

func TestVersionOne(t *testing.T) {
	t.Parallel()
	keys := func(mode string) string {
		return `{"mode":"` + mode + `","propertyName1":"id","propertyName2":"id"`
	}
	runMerge(t, `[`+left+`,`+right+`]`, []mergeTest{
		{1, keys("keepKeyMatches") + `}`, `{"id":1,"n":"a","o":{"x":1,"y":2},"e":""} 0;{"id":2,"n":"b"} 1;{"id":"3"} 2;`},
		{1, keys("removeKeyMatches") + `}`, `{"n":"d"} 3;`},
		{1, keys("mergeByKey") + `}`, `{"id":1,"n":"","o":{"y":3},"e":"E"} 0;{"id":2,"n":"BB"} 1;{"id":"3"} 2;`},
		{1, keys("mergeByKey") + `,"overwrite":"blank"}`, `{"id":1,"n":"a","o":{"x":1,"y":2},"e":"E"} 0;{"id":2,"n":"b"} 1;{"id":"3"} 2;`},
		{1, keys("mergeByKey") + `,"overwrite":"undefined"}`, `{"id":1,"n":"a","o":{"x":1,"y":2},"e":""} 0;{"id":2,"n":"b"} 1;{"id":"3"} 2;`},
	})
	runMerge(t, `[[{"a":1},{"a":2}],[{"b":1}]]`, []mergeTest{
		{1, `{"mode":"mergeByIndex"}`, `{"a":1,"b":1} 0,0#1;{"a":2} 1;`},
		{1, `{"mode":"mergeByIndex","join":"inner"}`, `{"a":1,"b":1} 0,0#1;`},
		{1, `{"mode":"multiplex"}`, `{"a":1,"b":1} 0,0#1;{"a":2,"b":1} 1,0#1;`},
		{1, `{"mode":"passThrough","output":"input2"}`, `{"b":1} 0#1;`},
		{1, `{"mode":"wait"}`, `{} 0,1;`},
	})
	runMerge(t, `[[{"a":1}],[{"b":1},{"b":2}]]`, []mergeTest{{1, `{"mode":"mergeByIndex","join":"outer"}`, `{"a":1,"b":1} 0,0#1;{"b":2} 1#1;`}})
}

func TestBinaryDataIsMerged(t *testing.T) {
	t.Parallel()
	data := func(name, mime string) *item.Binaries {
		return (*item.Binaries)(nil).With(name, item.Binary{MimeType: mime})
	}
	in := nodes.Inputs{{{JSON: item.MustParse(`{"id":1}`), Binary: data("f", "a/a").With("g", item.Binary{MimeType: "g/g"})}}, {{JSON: item.MustParse(`{"id":1}`), Binary: data("f", "b/b")}}}
	result, err := nodetest.Step{Definition: merge.Merge(nil), Params: byID(``)}.Run(t, in)
	if err != nil {
		t.Fatal(err)
	}
	f, _ := result.Outputs[0][0].Binary.Get("f")
	if g, ok := result.Outputs[0][0].Binary.Get("g"); f.MimeType != "b/b" || !ok || g.MimeType != "g/g" {
		t.Errorf("f is %v, g %v", f, g)
	}
}

func TestPorts(t *testing.T) {
	t.Parallel()
	p := nodetest.Step{Definition: merge.Merge(nil), Params: `{"numberInputs":5}`}.MustCompile(t).(nodes.Ports)
	if p.Inputs() != 5 || p.Outputs() != 1 {
		t.Errorf("%d inputs, %d outputs", p.Inputs(), p.Outputs())
	}
	for params, want := range map[string]string{
		`{"mode":"mix"}`: "mix", `{"numberInputs":1}`: "from 2 to 100", `{"numberInputs":"={{ $json.n }}"}`: "fixed value", `{"mode":"combine","combineBy":"luck"}`: "luck",
	} {
		if _, err := (nodetest.Step{Definition: merge.Merge(nil), Params: params}).Compile(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", params, err, want)
		}
	}
}

func TestTooManyCombinations(t *testing.T) {
	t.Parallel()
	in := nodes.Inputs{make([]item.Item, 3000), make([]item.Item, 3000)}
	for _, items := range in {
		for i := range items {
			items[i].JSON = item.MustParse(`{"id":1}`)
		}
	}
	for _, params := range []string{byID(``), `{"mode":"combine","combineBy":"combineAll"}`} {
		_, err := nodetest.Step{Definition: merge.Merge(nil), Params: params}.Run(t, in)
		if err == nil || nodetest.StepError(t, err).Code != "merge.size" {
			t.Errorf("%s: %v", params, err)
		}
	}
}

func TestLongListsAreMatchedInTime(t *testing.T) {
	t.Parallel()
	const n = 50_000
	in := nodes.Inputs{make([]item.Item, n), make([]item.Item, n)}
	for i := range n {
		in[0][i].JSON = item.NewObject(1).Set("id", item.Int(i)).Value()
		in[1][i].JSON = item.NewObject(1).Set("id", item.String(fmt.Sprint(n-1-i))).Value()
	}
	result, err := nodetest.Step{Definition: merge.Merge(nil), Params: byID(`,"options":{"fuzzyCompare":true}`)}.Run(t, in)
	if err != nil || len(result.Outputs[0]) != n {
		t.Fatalf("%d items: %v", len(result.Outputs[0]), err)
	}
}
