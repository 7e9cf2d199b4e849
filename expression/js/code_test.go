package js

import (
	"context"
	"testing"
	"time"

	"github.com/jobsprint/jobsprint/expression"
	"github.com/jobsprint/jobsprint/item"
)

// noHost is a host of code without anything.
type noHost struct{ lines []string }

func (*noHost) Static(string) (item.Value, error)                  { return item.Undefined, nil }
func (*noHost) Binary(int, string) ([]byte, error)                 { return []byte("hi"), nil }
func (*noHost) Prepare(string, string, string) (item.Value, error) { return item.Undefined, nil }
func (h *noHost) Log(line string)                                  { h.lines = append(h.lines, line) }

// runCode runs code for the items of a JSON list of json values.
func runCode(t testing.TB, source, mode, list string, budget time.Duration) (expression.CodeResult, error) {
	t.Helper()
	elems, _ := item.MustParse(list).Elems()
	items := make([]item.Item, len(elems))
	for i, v := range elems {
		items[i].JSON = v
	}
	b := &expression.Batch{Items: items, Env: expression.Env{Now: time.UnixMilli(1_700_000_000_000), Zone: time.UTC}}
	return shared.CompileCode(source).Run(context.Background(), &expression.CodeCall{Batch: b, Mode: mode, Host: &noHost{}, Time: budget})
}

func TestRunsCode(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ source, mode, want, failure string }{
		{"return items", "all", `[{"json":{"x":1},"pairedItem":{"item":0}},{"json":{"x":2},"pairedItem":{"item":1}}]`, ""},
		{"const items = $input.all(); return items.length", "all", `2`, ""},
		{"return [await Promise.resolve(5), $json.x, typeof item, typeof $getWorkflowStaticData]", "all", `[5,1,"undefined","function"]`, ""},
		{"await new Promise(r => setTimeout(r, 60000)); return Date.now() - $now.toMillis()", "all", `0`, ""},
		{"return Buffer.from('héllo').toString('base64')", "all", `"aMOpbGxv"`, ""},
		{"return [1].map(x => DateTime.fromISO('2024-01-01T00:00:00Z').toISO())", "all", `["2024-01-01T00:00:00.000Z"]`, ""},
		{"Array.prototype.last = function () { return this[this.length - 1] }; return [1, 2].last()", "all", `2`, ""},
		{"return [Array.from({length: 3}), Array.from({length: 3, 1: 'x'}), Array.from({length: 2}, (_, i) => i), Array.from({length: '2'}), Array.from({length: -1})]", "all", `[[null,null,null],[null,"x",null],[0,1],[null,null],[]]`, ""},
		{"Object.prototype[1] = 'p'; return Array.from({length: 2})", "all", `[null,"p"]`, ""},
		{"class A extends Array {}; const a = A.from({length: 1}); return [a instanceof A, a.length, Array.from({length: 5}).length, 4 in Array.from({length: 5})]", "all", `[true,1,5,true]`, ""},
		{"const a = [1, , 3].map(x => x * 2); return [a, 1 in a, [1, 2].map((x, i, l) => { l.length = 0; return x })]", "all", `[[2,null,6],false,[1,null]]`, ""},
		{"return [[].join(), [1, null, 'é', [2, 3]].join('-'), Array.from({length: 5000}).map(() => 'ab').join('').length]", "all", `["","1--é-2,3",10000]`, ""},
		{"return 'x'.nope()", "all", ``, `"x".nope is not a function [line 1]`},
		{"const a = 1;\n\nnull.x", "all", ``, "Cannot read properties of null (reading 'x') [line 3]"},
		{"throw new Error('boom')", "all", ``, "boom [line 1]"},
		{"throw 'boom'", "all", ``, `"boom"`},
		{"return foo.bar", "all", ``, "foo is not defined [line 1]"},
		{"return require('crypto')", "all", ``, "Module 'crypto' is disallowed [line 1]"},
		{"throw {a:1}", "all", ``, `{"a":1}`},
		{"return [", "all", ``, "Unexpected token '}'"},
		{"return [1])", "all", ``, "Unexpected token ')'"},
		{"retrun items", "all", ``, "Unexpected identifier 'items'"},
		{"let a = 1 2", "all", ``, "Unexpected number"},
		{"let a = 1 'x'", "all", ``, "Unexpected string"},
		{"let a `x`", "all", ``, "Unexpected template string"},
		{"let a = [1 if", "all", ``, "Unexpected token 'if'"},
		{"return [$now.constructor.name, Duration.name]", "all", `["DateTime","Duration"]`, ""},
		{"return $('Nope').first()", "all", ``, "Referenced node doesn't exist"},
		{"return $input.all()", "each", ``, "Can't use .all() here [line 1, for item 0]"},
	} {
		r, err := runCode(t, c.source, c.mode, `[{"x":1},{"x":2}]`, 5*time.Second)
		switch {
		case err != nil:
			t.Errorf("%s: %v", c.source, err)
		case c.failure != "" && (r.Failure == nil || r.Failure.Message != c.failure):
			t.Errorf("%s: failure %+v, want %s", c.source, r.Failure, c.failure)
		case c.failure == "" && r.Failure != nil:
			t.Errorf("%s: failure %+v", c.source, r.Failure)
		case c.failure == "" && r.Value.JSON() != c.want:
			t.Errorf("%s: got %s, want %s", c.source, r.Value.JSON(), c.want)
		}
	}
}

func TestRunsCodeForEachItem(t *testing.T) {
	t.Parallel()
	r, err := runCode(t, "$input.item.json.z = $itemIndex; return $input.item", "each", `[{"x":1},{"x":2}]`, 5*time.Second)
	if err != nil || r.Failure != nil || len(r.Each) != 2 {
		t.Fatalf("%v, %+v", err, r)
	}
	if got := r.Each[1].Value.JSON(); got != `{"json":{"x":2,"z":1},"pairedItem":{"item":1}}` {
		t.Errorf("got %s", got)
	}
}
