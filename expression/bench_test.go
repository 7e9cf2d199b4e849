package expression

import (
	"context"
	"testing"

	"github.com/jobsprint/jobsprint/item"
)

func BenchmarkEval(b *testing.B) {
	shapes := []struct{ name, source string }{
		{"path", "={{ $json.a.b }}"},
		{"paired", "={{ $('Source').item.json.a.b }}"},
		{"text", "=Hello {{ $json.name }}, you have {{ $json.n }} items"},
		{"condition", "={{ $json.n > 10 && $json.name !== 'x' ? 'many' : 'few' }}"},
		{"method", "={{ $json.name.toUpperCase() }}"},
		{"map", "={{ $json.list.map(x => x * 2) }}"},
		{"literal", "={{ {id: $json.n, name: $json.name} }}"},
	}
	items := make([]item.Item, 1000)
	for i := range items {
		items[i].JSON = item.MustParse(`{"name":"jane doe","n":42,"a":{"b":"leaf"},"list":[1,2,3,4]}`)
	}
	data := &steps{
		outputs: map[string][][]item.Item{"Source": {items}},
		paired:  func(i int, _ string) (item.Item, error) { return items[i], nil },
	}
	for _, shape := range shapes {
		b.Run(shape.name, func(b *testing.B) {
			p, err := NewCompiled().Compile(shape.source)
			if err != nil {
				b.Fatal(err)
			}
			batch := &Batch{Items: items, Data: data}
			out := make([]Outcome, len(items))
			b.ReportAllocs()
			for b.Loop() {
				if err := p.Eval(context.Background(), batch, out); err != nil || out[0].Err != nil {
					b.Fatal(err, out[0].Err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(items)), "ns/item")
		})
	}
}

func BenchmarkCompile(b *testing.B) {
	const source = "=Hello {{ $json.name.toUpperCase() }}, {{ $('Source').first().json.list.map(x => x * 2).join(', ') }}"
	b.SetBytes(int64(len(source)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := NewCompiled().Compile(source); err != nil {
			b.Fatal(err)
		}
	}
}
