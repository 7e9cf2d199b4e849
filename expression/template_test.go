package expression

import (
	"testing"

	"github.com/jobsprint/jobsprint/item"
)

func TestConstants(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ source, want string }{
		{"", `""`},
		{"plain {{ 1 }}", `"plain {{ 1 }}"`},
		{" ={{ 1 }}", `" ={{ 1 }}"`},
		{"=", `""`},
		{"=text", `"text"`},
		{"==5", `"=5"`},
		{"={{", `""`},
		{"={{ \n", `""`},
		{"=a {{", `"a "`},
		{"=}} {", `"}} {"`},
		{"={{ 1", `1`},
		{"={{ 1; }}", `1`},
		{"={{ 1 }} }}", `"1 }}"`},
		{"={{ 1 }} ", `"1 "`},
		{"=\n{{ 1 }}", `"\n1"`},
		{"={{ 1 }}{{ 2 }}", `"12"`},
		{`=\{{ 1 }}`, `"\\{{ 1 }}"`},
		{`=\\{{ 1 }}`, `"\\1"`},
		{`=a\{{ 1 }}{{ 2 }}`, `"a\\{{ 1 }}2"`},
		{`={{ "\}\}" }}`, `"}}"`},
		{"=x{{ null }}{{ undefined }}{{ NaN }}y", `"xy"`},
		{"=x{{ Infinity }} {{ -0 }} {{ false }} {{ '' }}y", `"xInfinity 0 false y"`},
		{"=x{{ {a: 1} }} {{ [1, [2, null], {}] }}y", `"x[object Object] 1,2,,[object Object]y"`},
		{"=x{{ null.a }}y", `"xy"`},
		{"={{ '\\ud83d' }}{{ '\\ude00' }}", `"😀"`},
		{"={{ { a: 1 } }}", `{"a":1}`},
		{"={{ {a: 1}.a }}", `1`},
		{"={{ [1, 2].map(x => x + 1) }}", `[2,3]`},
	} {
		p, err := NewCompiled().Compile(c.source)
		if err != nil {
			t.Errorf("%q: %v", c.source, err)
			continue
		}
		v, ok := p.Constant()
		if got := v.JSON(); !ok || got != c.want || p.Source() != c.source {
			t.Errorf("%q: %s (constant %v), want %s", c.source, got, ok, c.want)
		}
		if o := evalIn(t, c.source, &Batch{Items: make([]item.Item, 1)}); o.Err != nil || !item.Equal(o.Value, v) {
			t.Errorf("%q: evaluates to %s, %v", c.source, o.Value, o.Err)
		}
	}
}

func TestReads(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		source        string
		steps, paired []string
		dynamic       bool
	}{
		{"={{ $json.a }}", nil, nil, false},
		{"={{ $('A').first().json.x + $('B').item.json.y }} {{ $('A').all() }}", []string{"A"}, []string{"B"}, false},
		{"={{ $node.A.json }} {{ $node['B C'].json }} {{ $items('D') }} {{ $('E').isExecuted }}", []string{"A", "B C", "D", "E"}, nil, false},
		{"={{ $('A').pairedItem().json }} {{ $('B').itemMatching(0).json }}", nil, []string{"A", "B"}, false},
		{"={{ $('A' + 1).last().json }}", []string{"A1"}, nil, false},
		{"={{ $($json.step).item.json }}", nil, nil, true},
		{"={{ ['A'].map(x => $(x).first()) }}", nil, nil, true},
	} {
		p, err := NewCompiled().Compile(c.source)
		if err != nil {
			t.Errorf("%s: %v", c.source, err)
			continue
		}
		r := p.Reads()
		if !equalLists(r.Steps, c.steps) || !equalLists(r.Paired, c.paired) || r.Dynamic != c.dynamic {
			t.Errorf("%s: reads %+v", c.source, r)
		}
		if _, ok := p.Constant(); ok {
			t.Errorf("%s: constant", c.source)
		}
	}
}

func equalLists(a, b []string) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}
