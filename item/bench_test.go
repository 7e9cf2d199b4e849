package item

import (
	"encoding/json"
	"fmt"
	"os"
	"testing"
)

// webhook reads a request as a webhook receives it, about 2 KB.
func webhook(b *testing.B) []byte {
	b.Helper()
	data, err := os.ReadFile("testdata/webhook.json")
	if err != nil {
		b.Fatal(err)
	}
	return MustParse(string(data)).AppendJSON(nil)
}

func BenchmarkParseWebhook(b *testing.B) {
	data := webhook(b)
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Parse(data, Limits{}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkParseWebhookStandard is the standard library on the same text, to compare with.
func BenchmarkParseWebhookStandard(b *testing.B) {
	data := webhook(b)
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		var v any
		if err := json.Unmarshal(data, &v); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkEncodeWebhook(b *testing.B) {
	data := webhook(b)
	v := MustParse(string(data))
	dst := make([]byte, 0, 2*len(data))
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		dst = v.AppendJSON(dst[:0])
	}
}

func BenchmarkEncodeWebhookStandard(b *testing.B) {
	data := webhook(b)
	var v any
	if err := json.Unmarshal(data, &v); err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := json.Marshal(v); err != nil {
			b.Fatal(err)
		}
	}
}

func objectOf(n int) *Object {
	o := NewObject(n)
	for i := range n {
		o.Set(fmt.Sprintf("field_%d", i), Int(i))
	}
	return o.Object()
}

func BenchmarkWith(b *testing.B) {
	for _, n := range []int{5, 10, 20, 100} {
		o := objectOf(n)
		b.Run(fmt.Sprintf("replace/%d", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				o.With("field_3", True)
			}
		})
		b.Run(fmt.Sprintf("add/%d", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				o.With("another", True)
			}
		})
		b.Run(fmt.Sprintf("addtwice/%d", n), func(b *testing.B) { // the second time on an object never searched before
			b.ReportAllocs()
			for b.Loop() {
				o.With("another", True).With("more", True)
			}
		})
	}
}

func BenchmarkGet(b *testing.B) {
	for _, n := range []int{5, 8, 10, 16, 20, 32, 100} {
		o := objectOf(n)
		key := fmt.Sprintf("field_%d", n-2)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				o.Get(key)
			}
		})
	}
}

func BenchmarkItems(b *testing.B) {
	items := make([]Item, 1000)
	for i := range items {
		items[i] = Item{JSON: objectOf(10).Value(), Paired: PairOf(i)}
	}
	data := AppendItems(nil, items)
	b.Run("parse", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		b.ReportAllocs()
		for b.Loop() {
			if _, err := ParseItems(data); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("encode", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		b.ReportAllocs()
		dst := data
		for b.Loop() {
			dst = AppendItems(dst[:0], items)
		}
	})
}

func BenchmarkNumber(b *testing.B) {
	for _, f := range []float64{7, 12345, 19.99, 0.1 + 0.2, 1e21} {
		var buf [32]byte
		b.Run("format/"+FormatNumber(f), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				AppendNumber(buf[:0], f)
			}
		})
	}
}
