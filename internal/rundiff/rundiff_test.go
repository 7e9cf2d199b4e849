package rundiff_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/jobsprint/jobsprint/internal/rundiff"
	"github.com/jobsprint/jobsprint/item"
)

const run = `{"status":"success","data":{"resultData":{"lastNodeExecuted":"B","runData":{
 "B":[{"executionIndex":1,"executionStatus":"success","startTime":2,"source":[{"previousNode":"A"}],
   "data":{"main":[[{"json":{"a":1,"b":2},"pairedItem":{"item":0}}],[]]}}],
 "A":[{"executionIndex":0,"executionStatus":"success","startTime":1,"source":[],"data":{"main":[[{"json":{}}]]}}]}}}}`

func TestARunIsAlikeWhateverItsTimesAndKeyOrderOfSteps(t *testing.T) {
	t.Parallel()
	other := strings.Replace(run, `"startTime":2`, `"startTime":99`, 1)
	other = strings.Replace(other, `{"item":0}`, `{"item":0,"input":0}`, 1)
	if d := rundiff.Executions(item.MustParse(run), item.MustParse(other)); d != nil {
		t.Errorf("they differ in %v", d)
	}
}

func TestEachKindOfDifferenceIsTold(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ old, changed, want string }{
		{`"status":"success","data":{"resultData"`, `"status":"error","data":{"resultData"`, "status:"},
		{`"lastNodeExecuted":"B"`, `"lastNodeExecuted":"A"`, "lastNodeExecuted:"},
		{`"executionIndex":0`, `"executionIndex":2`, "the steps ran in the order"},
		{`{"a":1,"b":2}`, `{"a":1,"b":3}`, "B run 0 output 0 item 0 json"},
		{`{"a":1,"b":2}`, `{"b":2,"a":1}`, "its keys are in the order"},
		{`"pairedItem":{"item":0}`, `"pairedItem":{"item":1}`, "item 0 pairedItem"},
		{`}],[]]`, `}]]`, "2 outputs, n8n has 1"},
		{`[{"json":{}}]`, `[{"json":{}},{"json":{}}]`, "1 items, n8n has 2"},
		{`[{"previousNode":"A"}]`, `[{"previousNode":"A","previousNodeOutput":1}]`, "B run 0 source"},
		{`"lastNodeExecuted"`, `"error":{"message":"bad"},"lastNodeExecuted"`, "error message: nothing, n8n has \"bad\""},
		{`"lastNodeExecuted"`, `"error":{"node":{"name":"A"}},"lastNodeExecuted"`, "failing node"},
	} {
		other := strings.Replace(run, c.old, c.changed, 1)
		if other == run {
			t.Fatalf("%s is not in the run", c.old)
		}
		d := rundiff.Executions(item.MustParse(run), item.MustParse(other))
		if text := strings.Join(d, "\n"); !strings.Contains(text, c.want) {
			t.Errorf("%s in place of %s gives %q, want %q", c.changed, c.old, text, c.want)
		}
	}
}

func TestValuesTellTheInnermostPlaces(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ got, want, places string }{
		{`{"a":1,"b":{"c":[1,2]}}`, `{"b":{"c":[1,2]},"a":1}`, ""},
		{`{"a":1}`, `{"a":"1"}`, `a: "1" 1`},
		{`{"a":{"b":[1,2,3]}}`, `{"a":{"b":[1,5]}}`, `a.b[1]: 5 2; a.b[2]: nothing 3`},
		{`{"x y":1}`, `{"1st":1}`, `["1st"]: 1 nothing; ["x y"]: nothing 1`},
		{`[1]`, `{"a":1}`, `: {"a":1} [1]`},
	} {
		var told []string
		for _, d := range rundiff.Values("", item.MustParse(c.got), item.MustParse(c.want)) {
			told = append(told, d.Path+": "+rundiff.Brief(d.Want)+" "+rundiff.Brief(d.Got))
		}
		if got := strings.Join(told, "; "); got != c.places {
			t.Errorf("%s for %s: %s, want %s", c.got, c.want, got, c.places)
		}
	}
}

func TestALargeDifferenceIsCut(t *testing.T) {
	t.Parallel()
	a, b := make([]item.Value, 200), make([]item.Value, 200)
	for i := range a {
		a[i], b[i] = item.Int(i), item.String(strconv.Itoa(i))
	}
	if n := len(rundiff.Values("", item.Array(a), item.Array(b))); n != rundiff.MaxDifferences {
		t.Errorf("%d places are told", n)
	}
	if text := rundiff.Brief(item.String(strings.Repeat("x", 1000))); len(text) > 310 {
		t.Errorf("%d bytes of one value", len(text))
	}
}
