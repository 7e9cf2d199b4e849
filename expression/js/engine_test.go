package js

import (
	"context"
	"testing"
	"time"

	"github.com/jobsprint/jobsprint/expression"
	"github.com/jobsprint/jobsprint/item"
)

var shared = New(Options{ItemTime: 2 * time.Second})

// eval evaluates a source as JavaScript for one item.
func eval(t testing.TB, source, json string) expression.Outcome {
	t.Helper()
	p, err := shared.CompileScript(source)
	if err != nil {
		return expression.Outcome{Err: err}
	}
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	b := &expression.Batch{
		Items: []item.Item{{JSON: item.MustParse(json)}},
		Env:   expression.Env{Now: time.UnixMilli(1_700_000_000_000), Zone: zone},
	}
	out := make([]expression.Outcome, 1)
	if err := p.Eval(context.Background(), b, out); err != nil {
		t.Fatalf("%s: %v", source, err)
	}
	return out[0]
}

func TestEvaluatesExpressions(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ source, want string }{
		{"={{ 1 + 1 }}", `2`},
		{"={{ $json.a.b }}", `"x"`},
		{"={{ $json.list.map(n => n * 2) }}", `[2,4]`},
		{"=a {{ $json.a.b }} {{ null }}{{ NaN }}{{ [1,2] }} {{ ({}) }}", `"a x 1,2 [object Object]"`},
		{"={{ 'the fox'.toTitleCase() }}", `"The Fox"`},
		{"={{ $json.missing?.toTitleCase() }}", ``},
		{"={{ {a: 1} }}", `{"a":1}`},
		{"={{ 1; 2 }}", `1`},
		{"={{ // note\n 5 }}", `5`},
		{"={{ $json.list.sum() }}", `3`},
		{"={{ $json.none.x.y }}", ``},
		{"={{ DateTime.fromISO('2024-03-30T18:49:07.234Z').setZone('Europe/Berlin').toFormat('yyyy LLL dd HH:mm ZZZZ') }}", `"2024 Mar 30 19:49 GMT+1"`},
		{"={{ $now.toISO() }}", `"2023-11-14T17:13:20.000-05:00"`},
		{"={{ new Date(0) }}", `"1970-01-01T00:00:00.000Z"`},
		{"={{ 1234567.891.toLocaleString() }}", `"1,234,567.891"`},
		{"={{ String.raw`a\\n${1}` }}", `"a\\n 1"`},
		{"=a {{ String.raw`a\n${1}b${2}` }}", `"a a\\n 1b2"`},
		{"={{ typeof $webhookId + typeof $secrets }}", `"undefinedundefined"`},
	} {
		o := eval(t, c.source, `{"a":{"b":"x"},"list":[1,2]}`)
		if o.Err != nil {
			t.Errorf("%s: %v", c.source, o.Err)
			continue
		}
		if got := o.Value.JSON(); got != c.want && !(c.want == "" && o.Value.IsUndefined()) {
			t.Errorf("%s: got %s, want %s", c.source, got, c.want)
		}
	}
}
