package js

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/jobsprint/jobsprint/expression"
	"github.com/jobsprint/jobsprint/item"
)

// BenchmarkExpression gives the time for one item in a batch of a thousand.
func BenchmarkExpression(b *testing.B) {
	for _, source := range []string{
		"={{ $json.list.map(x => x * 2).join('-') + Math.max(1,2) }}",
		"={{ $json.name.toTitleCase() }}", "={{ $json.list.map(n => n * 2).join() }}", "={{ (x => x.id + 1)($json) }}",
		"={{ $now.plus(1, 'day').toISODate() }}",
		"={{ (1234.5).toLocaleString() }}", "={{ new Date($json.id).toLocaleString() }}", "={{ $now.format('yyyy LLL dd') }}",
		"={{ $now.toLocaleString(DateTime.DATE_FULL) }}", "={{ $json.name.localeCompare('grace') }}",
	} {
		b.Run(source, func(b *testing.B) {
			p, err := shared.CompileScript(source)
			if err != nil {
				b.Fatal(err)
			}
			items := make([]item.Item, 1000)
			for i := range items {
				items[i].JSON = item.MustParse(fmt.Sprintf(`{"id":%d,"name":"ada lovelace","list":[1,2,3]}`, i))
			}
			batch := &expression.Batch{Items: items, Env: expression.Env{Now: time.Now(), Zone: time.UTC}}
			out := make([]expression.Outcome, len(items))
			b.ReportAllocs()
			for b.Loop() {
				if err := p.Eval(context.Background(), batch, out); err != nil || out[7].Err != nil {
					b.Fatal(err, out[7].Err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(items)), "ns/item")
		})
	}
}

// BenchmarkCode gives the time for one run of code in a fresh engine.
func BenchmarkCode(b *testing.B) {
	for _, c := range []struct{ name, source string }{
		{"nothing", "return []"},
		{"100,000 items", "return Array.from({length:100000},(_,i)=>({json:{i,s:'x'.repeat(100)}}))"},
		{"100 people", `const letters = 'abcdefghijklmnopqrstuvwxyz'.split('');
			const text = n => Array.from({ length: n }).map(() => letters.at(Math.floor(Math.random() * letters.length))).join('');
			return Array.from({ length: 100 }).map(() => ({ json: { id: [8, 4, 4, 4, 8].map(text).join('-'), mail: text(18), first: text(5), last: text(12) } }))`},
	} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				if r, err := runCode(b, c.source, "all", `[{}]`, time.Minute); err != nil || r.Failure != nil {
					b.Fatal(err, r.Failure)
				}
			}
		})
	}
}
