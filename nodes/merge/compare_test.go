package merge_test

import (
	"testing"

	"github.com/jobsprint/jobsprint/nodes/merge"
	"github.com/jobsprint/jobsprint/nodes/nodetest"
)

func TestCompareDatasets(t *testing.T) {
	t.Parallel()
	const in = `[[{"id":1,"n":"a","o":{"x":1,"y":2}},{"id":2,"n":"b"},{"n":"c"}],[{"id":2,"n":"b"},{"id":1,"n":"A","o":{"x":1,"y":3},"z":0},{"id":2,"n":"bb"},{"id":9}]]`
	by := func(more string) string {
		return `{"mergeByFields":{"values":[{"field1":"id","field2":"id"}]}` + more + `}`
	}
	const (
		onlyA = `{"n":"c"} 2;`
		same  = `{"id":2,"n":"b"} 1;`
		onlyB = `{"id":2,"n":"bb"} 2#1;{"id":9} 3#1;`
	)
	both := `{"keys":{"id":1},"same":{"id":1},"different":{"n":{"input1":"a","input2":"A"},"o":{"input1":{"x":1,"y":2},"input2":{"x":1,"y":3}},"z":{"input1":null,"input2":null}}} 0,1#1;`
	for _, test := range []struct {
		version                 float64
		params                  string
		onlyA, same, dif, onlyB string
	}{
		{0, by(``), onlyA, same, `{"keys":{"id":1},"same":{"id":1},"different":{"n":{"inputA":"a","inputB":"A"},"o":{"inputA":{"x":1,"y":2},"inputB":{"x":1,"y":3}},"z":{"inputA":null,"inputB":0}}} 0,1#1;`, onlyB},
		{1, by(``), onlyA, same, `{"id":1,"n":"A","o":{"x":1,"y":3},"z":0} 1#1;`, onlyB},
		{1, by(`,"resolve":"includeBoth"`), onlyA, same, both, onlyB},
		{0, by(`,"resolve":"preferInput1"`), onlyA, same, `{"id":1,"n":"a","o":{"x":1,"y":2}} 0;`, onlyB},
		{0, by(`,"resolve":"mix","exceptWhenMix":"n,o.y,k"`), onlyA, same, `{"id":1,"n":"A","o":{"x":1,"y":2},"o.y":3,"k":null} 0;`, onlyB},
		{0, by(`,"resolve":"mix","preferWhenMix":"input2","exceptWhenMix":"n"`), onlyA, same, `{"id":1,"n":"a","o":{"x":1,"y":3},"z":0} 1#1;`, onlyB},
		{0, by(`,"options":{"skipFields":"n,z,o.y"}`), onlyA, `{"id":1,"n":"a","o":{"x":1,"y":2}} 0;` + same, ``, onlyB},
		{0, by(`,"options":{"skipFields":"n,o.x"}`), onlyA, same, `{"keys":{"id":1},"same":{"id":1},"different":{"o":{"inputA":{"y":2},"inputB":{"y":3}},"z":{"inputA":null,"inputB":0}},"skipped":{"n":{"inputA":"a","inputB":"A"},"o":{"inputA":{"x":1},"inputB":{"x":1}}}} 0,1#1;`, onlyB},
		{0, by(`,"resolve":"preferInput2","options":{"multipleMatches":"all"}`), onlyA, same, `{"id":1,"n":"A","o":{"x":1,"y":3},"z":0} 1#1;{"id":2,"n":"bb"} 2#1;`, `{"id":9} 3#1;`},
	} {
		result, err := nodetest.Step{Definition: merge.CompareDatasets(), Version: test.version, Params: test.params}.Run(t, nodetest.Inputs(in))
		if err != nil {
			t.Errorf("%v %s: %v", test.version, test.params, err)
			continue
		}
		for i, want := range []string{test.onlyA, test.same, test.dif, test.onlyB} {
			if got := withPairs(result.Outputs[i]); got != want {
				t.Errorf("%v %s output %d:\n got %s\nwant %s", test.version, test.params, i, got, want)
			}
		}
	}
	_, err := nodetest.Step{Definition: merge.CompareDatasets(), Params: by(`,"options":{"skipFields":"o.x","disableDotNotation":true}`)}.Run(t, nodetest.Inputs(in))
	if err == nil || err.Error() != "Dot notation is disabled, but field to skip comparing 'o.x' contains dot" {
		t.Error(err)
	}
}

func TestFuzzyComparison(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		a, b         string
		merge, equal bool // as a key of merge, and as a compared field
	}{
		{`1`, `"1"`, true, true}, {`1`, `true`, true, true}, {`"1"`, `true`, true, true}, {`"TRUE"`, `true`, true, true}, {`"1"`, `"true"`, false, false}, {`1`, `"1.0"`, false, false},
		{`0`, `false`, true, true}, {`"0"`, `0`, true, true}, {`null`, `""`, true, true}, {`""`, `[]`, true, true}, {`null`, `0`, false, true}, {`""`, `0`, false, false}, {`null`, `false`, false, false},
		{`{"a":1,"b":2}`, `{"b":2,"a":1}`, true, true}, {`{"a":1}`, `"{ \"a\": 1 }"`, true, true}, {`[]`, `"[ ]"`, true, true}, {`[1]`, `["1"]`, false, false}, {`"a"`, `"A"`, false, false}, {`{}`, `""`, false, false}, {`"{"`, `"{"`, true, true},
	} {
		for _, sides := range [][2]string{{test.a, test.b}, {test.b, test.a}} {
			in := nodetest.Inputs(`[[{"k":` + sides[0] + `}],[{"k":` + sides[1] + `}]]`)
			result, err := nodetest.Step{Definition: merge.Merge(nil), Params: `{"mode":"combine","fieldsToMatchString":"k","options":{"fuzzyCompare":true}}`}.Run(t, in)
			if err != nil || (len(result.Outputs[0]) == 1) != test.merge {
				t.Errorf("%s as a key is like %s: %v %v", sides[0], sides[1], !test.merge, err)
			}
			in = nodetest.Inputs(`[[{"i":1,"k":` + sides[0] + `}],[{"i":1,"k":` + sides[1] + `}]]`)
			result, err = nodetest.Step{Definition: merge.CompareDatasets(), Params: `{"fuzzyCompare":true,"mergeByFields":{"values":[{"field1":"i","field2":"i"}]}}`}.Run(t, in)
			if err != nil || (len(result.Outputs[1]) == 1) != test.equal {
				t.Errorf("%s as a field is like %s: %v %v", sides[0], sides[1], !test.equal, err)
			}
		}
	}
}
