// Package engines compares JavaScript engines for expressions and code. It is in a
// module apart, so that the program does not depend on those that were not
// chosen: go test -bench . in this folder. See docs/adr/0011.
package engines

import (
	"context"
	"testing"
	"time"

	"github.com/dop251/goja"
	"github.com/grafana/sobek"
	"modernc.org/quickjs"

	"github.com/jobsprint/jobsprint/expression/js/vm"
	"github.com/jobsprint/jobsprint/item"
)

// functions are what is called, once for each number.
var functions = []struct{ name, source string }{
	{"arithmetic", `(function(i){ return i*2+1 })`},
	{"texts", `(function(i){ return ("a"+i).toUpperCase().split("").map(x=>x+1).join("-").length })`},
	{"calls", `(function(){ function f(n){return n<2?n:f(n-1)+f(n-2)}; return f(24) })`},
	{"people", `(function(){ const letters = 'abcdefghijklmnopqrstuvwxyz'.split('');
		const text = n => Array.from({length: n}).map(() => letters[Math.floor(Math.random()*letters.length)]).join('');
		return Array.from({length: 100}).map(() => ({id: [8,4,4,4,8].map(text).join('-'), mail: text(18), first: text(5), last: text(12)})).length })`},
}

func BenchmarkGoja(b *testing.B) {
	for _, f := range functions {
		b.Run(f.name, func(b *testing.B) {
			machine := goja.New()
			v, err := machine.RunString(f.source)
			if err != nil {
				b.Fatal(err)
			}
			call, _ := goja.AssertFunction(v)
			for i := 0; b.Loop(); i++ {
				if _, err := call(nil, machine.ToValue(i)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkSobek(b *testing.B) {
	for _, f := range functions {
		b.Run(f.name, func(b *testing.B) {
			machine := sobek.New()
			v, err := machine.RunString(f.source)
			if err != nil {
				b.Fatal(err)
			}
			call, _ := sobek.AssertFunction(v)
			for i := 0; b.Loop(); i++ {
				if _, err := call(nil, machine.ToValue(i)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// loop calls a function n times inside of the engine.
const loop = `; globalThis.loop = function(n){ let s = 0; for (let i = 0; i < n; i++) s += f(i); return s }`

func BenchmarkModernc(b *testing.B) {
	for _, f := range functions {
		b.Run(f.name, func(b *testing.B) {
			machine, err := quickjs.NewVM()
			if err != nil {
				b.Fatal(err)
			}
			defer machine.Close()
			if _, err := machine.Eval("globalThis.f = "+f.source+loop, quickjs.EvalGlobal); err != nil {
				b.Fatal(err)
			}
			b.ResetTimer()
			if _, err := machine.Call("loop", b.N); err != nil {
				b.Fatal(err)
			}
		})
	}
}

// nobody is a host that gives nothing.
type nobody struct{}

// Call answers nothing.
func (nobody) Call(int, []item.Value) vm.Reply { return vm.Reply{} }

// Now is the start of 1970.
func (nobody) Now() float64 { return 0 }

// BenchmarkOurs has batches of a thousand, as expressions do.
func BenchmarkOurs(b *testing.B) {
	const setup = `globalThis.__engine = { i: 0, begin: i => { globalThis.i = i }, describe: () => false, leave: v => v, extensions: [] }`
	image, err := vm.NewImage(context.Background(), vm.Limits{MemoryBytes: 64 << 20, StackBytes: 1 << 20, OutputBytes: 1 << 20}, nobody{},
		[]vm.Script{{Name: "setup", Source: "globalThis.i = 0;" + setup}})
	if err != nil {
		b.Fatal(err)
	}
	for _, f := range functions {
		b.Run(f.name, func(b *testing.B) {
			machine, err := image.New(context.Background(), nobody{})
			if err != nil {
				b.Fatal(err)
			}
			defer machine.Close()
			p, err := machine.Compile(context.Background(), "(() => { const f = "+f.source+"; return () => f(globalThis.i) })()", false)
			if err != nil {
				b.Fatal(err)
			}
			for done := 0; done < b.N; done += 1000 {
				n := min(1000, b.N-done)
				if err := machine.Run(context.Background(), p, 0, n, false, time.Minute, func(int, vm.Outcome) {}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
