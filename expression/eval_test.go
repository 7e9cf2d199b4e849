package expression

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/jobsprint/jobsprint/item"
)

// shop is a batch of two items with the steps before it.
func shop() *Batch {
	orders := itemsOf(`[{"id":1},{"id":2},{"id":3}]`)
	items := itemsOf(`[{"id":2,"name":"bob"},{"id":3,"name":"cy"}]`)
	items[0].Binary = new(item.Binaries).With("file", item.Binary{MimeType: "text/plain", FileName: "a.txt", Bytes: 5})
	items[1].Paired = item.Pairs([]item.Pair{{Item: 0}, {Item: 1, Input: 1}})
	return &Batch{Items: items, RunIndex: 4, Data: &steps{
		outputs:   map[string][][]item.Item{"Orders": {orders, items}, "Never": nil, "Empty": {{}}},
		branches:  map[string]int{"Orders": 1},
		paired:    func(i int, _ string) (item.Item, error) { return orders[i+1], nil },
		variables: map[string]item.Value{"$workflow": item.MustParse(`{"id":"w"}`)},
	}}
}

func TestVariables(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ source, want string }{
		{"={{ $json }}", `{"id":3,"name":"cy"}`},
		{"={{ $data.id }}", `3`},
		{"={{ $itemIndex }} {{ $runIndex }}", `"1 4"`},
		{"={{ $binary }}", `{}`},
		{"={{ $input.item }}", `{"json":{"id":3,"name":"cy"},"pairedItem":[{"item":0},{"item":1,"input":1}]}`},
		{"={{ $input.item?.json.id }}", `3`},
		{"={{ $thisItem.pairedItem[1].input }}", `1`},
		{"={{ $input.item.binary }}", `undefined`},
		{"={{ $input.first().binary.file }}", `{"mimeType":"text/plain","fileName":"a.txt","bytes":5}`},
		{"={{ $input.first() }}", `{"json":{"id":2,"name":"bob"},"binary":{"file":{"mimeType":"text/plain","fileName":"a.txt","bytes":5}},"pairedItem":{"item":0}}`},
		{"={{ $input.all().map(i => i.json.id) }}", `[2,3]`},
		{"={{ $input.all().length + $input.all()[0].json.id }}", `4`},
		{"={{ $('Orders').first().json.id }}", `2`},
		{"={{ $('Orders').first(0).json.id }}", `1`},
		{"={{ $('Orders').last(0).json }}", `{"id":3}`},
		{"={{ $('Orders').last(undefined).json.id }}", `3`},
		{"={{ $('Orders').all(0).length }}", `3`},
		{"={{ $('Orders').item.json.id }}", `3`},
		{"={{ $('Orders').itemMatching(0).json.id }}", `2`},
		{"={{ $('Orders').pairedItem().json.id }}", `3`},
		{"={{ $('Orders').isExecuted }} {{ $('Never').isExecuted }}", `"true false"`},
		{"={{ $('Empty').first() }}", `undefined`},
		{"={{ $('Empty').first().json }}", `undefined`},
		{"={{ $('Empty').first()?.json ?? 'none' }}", `"none"`},
		{"={{ $node.Orders.json.id }}", `3`},
		{"={{ $node['Or' + 'ders'].json.id }}", `3`},
		{"={{ $items('Orders').length }} {{ $items('Orders', 1).length }} {{ $items().length }}", `"3 2 2"`},
		{"={{ $workflow.id }}", `"w"`},
		{"={{ $if($json.id > 2, 'big') }} {{ $if(false, 1) }} {{ $if(0, 1, 2) }}", `"big false 2"`},
		{"={{ $ifEmpty($json.none, 'd') }} {{ $ifEmpty([], 1) }} {{ $ifEmpty({}, 2) }} {{ $ifEmpty('', 3) }} {{ $ifEmpty(0, 4) }}", `"d 1 2 3 0"`},
		{"={{ $input.all().last().json.id }} {{ $input.all().first().json.id }} {{ [].first() }}", `"3 2 "`},
		{"={{ $json.none.isEmpty() }} {{ $json.name.isEmpty() }} {{ (0).isEmpty() }} {{ $json.isNotEmpty() }} {{ $json.x?.isEmpty() }}", `"true false true true "`},
		{"={{ [$json].filter(x => x.id === $json.id).length }}", `1`},
		{"={{ Object.assign({a: 1}, $json) }}", `{"a":1,"id":3,"name":"cy"}`},
	} {
		o := evalAll(t, c.source, shop())[1]
		if o.Err != nil || o.Value.String() != c.want {
			t.Errorf("%s: %s, %v, want %s", c.source, o.Value, o.Err, c.want)
		}
	}
	if o := evalIn(t, "={{ $json }} {{ $binary.x }}", &Batch{Items: make([]item.Item, 1)}); o.Value.String() != `"[object Object] "` {
		t.Errorf("an item without data: %s, %v", o.Value, o.Err)
	}
}

func TestErrorsOfItems(t *testing.T) {
	t.Parallel()
	b := shop()
	b.Items = append(b.Items, item.Item{JSON: item.MustParse(`{"big":"` + strings.Repeat("x", 100) + `"}`)})
	b.Data.(*steps).paired = func(int, string) (item.Item, error) { return item.Item{}, ErrNoPair }
	for _, c := range []struct{ source, code, message, place string }{
		{"={{ $('Nope').first().json }}", CodeReference, "Referenced node doesn't exist", "$('Nope')"},
		{"={{ $('Nope').isExecuted }}", CodeReference, "Referenced node doesn't exist", "$('Nope')"},
		{"=a{{ $('Never').all().length }}", CodeReference, "Node 'Never' hasn't been executed", "$('Never')"},
		{"={{ $('Orders').all(7) }}", CodeReference, `Node "Orders" has no branch with index 7.`, "$('Orders')"},
		{"={{ $('Orders').item.json }}", CodeReference, "Paired item data for item from node 'Orders' is unavailable", "$('Orders')"},
		{"={{ $('Orders').itemMatching(9) }}", CodeReference, "Can’t get data for expression", "$('Orders')"},
		{"={{ $node.Orders.json.id }}", CodeReference, "Node 'Orders' has no item with index 2", "$node.Orders"},
		{"={{ $items('Nope') }}", CodeReference, "Referenced node doesn't exist", "$items('Nope')"},
		{"={{ $vars.x }}", CodeUnsupported, "$vars is not available here", "$vars"},
		{"={{ $ifEmpty(1) }}", CodeType, "expected two arguments", "={{ $ifEmpty(1) }}"},
		{"={{ $json.big.first() }}", CodeType, `first() is only callable on type "Array"`, ".first"},
		{"={{ $json.none.last() }}", CodeType, "last can't be used on undefined value", ".last"},
		{"={{ $json.toString }}", CodeUnsupported, "toString", ".toString"},
		{"={{ $json.big.trim }}", CodeUnsupported, "trim", ".trim"},
		{"={{ $json['con' + 'structor'] }}", CodeUnsupported, `Cannot access "constructor"`, "['con' + 'structor']"},
		{"={{ JSON.parse('1', 2) }}", CodeUnsupported, "JSON.parse with a function", "={{ JSON.parse('1', 2) }}"},
		{"={{ JSON.stringify($json, ['a']) }}", CodeUnsupported, "JSON.stringify with a list", "={{ JSON.stringify($json, ['a']) }}"},
		{"={{ '😀'.split('\\ud83d') }}", CodeUnsupported, "half a character", "={{ '😀'.split('\\ud83d') }}"},
	} {
		o := evalAll(t, c.source, b)[2]
		var e *Error
		if !errors.As(o.Err, &e) || e.Code != c.code || !strings.Contains(e.Message, c.message) || e.Source[e.Start:e.End] != c.place {
			t.Errorf("%s: %s, %#v", c.source, o.Value, o.Err)
		}
	}
	if o := evalAll(t, "={{ $('Orders').first().json }}", &Batch{Items: make([]item.Item, 1)})[0]; o.Err == nil {
		t.Error("steps without data have an output")
	}
}

// TestOneItemFails holds that an item's error leaves the others alone.
func TestOneItemFails(t *testing.T) {
	t.Parallel()
	b := shop()
	out := evalAll(t, "={{ $json.id === 2 ? $('Nope').first() : $json.id }}", b)
	if out[0].Err == nil || out[1].Err != nil || out[1].Value.String() != "3" {
		t.Errorf("%+v", out)
	}
}

// TestReadsAnOutputOnce holds that a batch does not ask for each item.
func TestReadsAnOutputOnce(t *testing.T) {
	t.Parallel()
	b := shop()
	evalAll(t, "={{ $('Orders').first().json.id + $('Orders').all().length + $('Orders').last().json.id }}", b)
	if calls := b.Data.(*steps).calls; calls != 1 {
		t.Errorf("asked %d times", calls)
	}
}

func TestRedacted(t *testing.T) {
	t.Parallel()
	b := &Batch{Items: []item.Item{{JSON: item.NewObject(1).Set("a", item.Redacted).Value()}}}
	if o := evalIn(t, "={{ $json.a.b }}", b); o.Value.Kind() != item.KindRedacted {
		t.Errorf("%s", o.Value)
	}
	if o := evalIn(t, "=<{{ $json.a }}>", b); o.Value.String() != `"<[redacted]>"` {
		t.Errorf("%s", o.Value)
	}
}

func TestProgramsAreConcurrent(t *testing.T) {
	t.Parallel()
	p, err := NewCompiled().Compile("={{ $input.all().map(x => x.json.id + $json.id).join() }}{{ $json.name.toUpperCase() }}")
	if err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	b := shop()
	for range 8 {
		group.Go(func() {
			for range 50 {
				out := make([]Outcome, 2)
				if err := p.Eval(context.Background(), b, out); err != nil || out[1].Value.String() != `"5,6CY"` {
					t.Errorf("%v, %v", out, err)
				}
			}
		})
	}
	group.Wait()
}
