package js

import (
	"fmt"
	"testing"
	"time"

	"github.com/jobsprint/jobsprint/expression"
	"github.com/jobsprint/jobsprint/item"
)

// The keys of one item's result are gone when the next is evaluated, and must
// not be taken for the next one's.
func TestResultsOfABatchKeepTheirKeys(t *testing.T) {
	t.Parallel()
	const count = 600
	p, err := shared.CompileScript("={{ JSON.parse($json.text) }}")
	if err != nil {
		t.Fatal(err)
	}
	b := &expression.Batch{Env: expression.Env{Now: time.UnixMilli(0), Zone: time.UTC}}
	for i := range count {
		text := fmt.Sprintf(`{"a%d":{"z%d":%d},"b%d":2,"c":3}`, i, i, i, i%7)
		b.Items = append(b.Items, item.Item{JSON: item.NewObject(1).Set("text", item.String(text)).Value()})
	}
	out := make([]expression.Outcome, count)
	if err := p.Eval(t.Context(), b, out); err != nil {
		t.Fatal(err)
	}
	for i, o := range out {
		if want := b.Items[i].JSON.Get("text").ToString(); o.Err != nil || o.Value.JSON() != want {
			t.Fatalf("item %d is %s, %v; want %s", i, o.Value.JSON(), o.Err, want)
		}
	}
}

// What a batch may take is bounded for each item, not for all together.
func TestLimitsAreThoseOfOneItem(t *testing.T) {
	t.Parallel()
	const itemTime = time.Second
	e := New(Options{ItemTime: itemTime, Engines: 1})
	defer e.Close()
	for _, c := range []struct {
		source string
		count  int
	}{
		{"={{ 'x'.repeat(500_000) }}", 160},
		{"={{ (() => { let n = 0; for (let i = 0; i < 1_000_000; i++) n += i; return n })() }}", 80},
	} {
		p, err := e.CompileScript(c.source)
		if err != nil {
			t.Fatal(err)
		}
		b := &expression.Batch{Items: make([]item.Item, c.count), Env: expression.Env{Now: time.UnixMilli(0), Zone: time.UTC}}
		out := make([]expression.Outcome, c.count)
		began := time.Now()
		if err := p.Eval(t.Context(), b, out); err != nil {
			t.Fatal(err)
		}
		t.Log(c.source, "took", time.Since(began))
		for i, o := range out {
			if o.Err != nil || o.Value.IsUndefined() {
				t.Fatalf("%s: item %d ended with %v", c.source, i, o.Err)
			}
		}
	}
}
