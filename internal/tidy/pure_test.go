package tidy

import (
	"testing"
)

// impurities type-checks one fixture and looks at it.
func impurities(t *testing.T, src string) []Problem {
	t.Helper()
	exports, err := ListExports(root, "time", "math/rand/v2", "maps", "slices", "sort", "os")
	if err != nil {
		t.Fatal(err)
	}
	f := file(t, "workflow/a.go", "package p\n"+src)
	info, err := exports.Types(f.Fset, "workflow", []*File{f})
	if err != nil {
		t.Fatal(err)
	}
	return Impure(f, info)
}

func TestPure(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ src, want string }{
		"clock":             {`import "time"; var t = time.Now()`, "time.Now: time comes in"},
		"renamed clock":     {`import x "time"; func f() { x.Sleep(1) }`, "time.Sleep: time comes in"},
		"clock as a value":  {`import "time"; var now = time.Now`, "time.Now: time comes in"},
		"time as a value":   {`import "time"; func f(t time.Time) bool { return t.After(t.Add(time.Second)) }`, ""},
		"global random":     {`import "math/rand/v2"; var n = rand.IntN(3)`, "math/rand/v2.IntN: randomness"},
		"seeded random":     {`import "math/rand/v2"; var n = rand.New(rand.NewPCG(1, 2)).IntN(3)`, ""},
		"goroutine":         {`func f() { go f() }`, "starts a goroutine"},
		"select":            {`func f(c chan int) { select { case <-c: } }`, "selects"},
		"files":             {`import _ "os"`, "does no I/O"},
		"slice walk":        {`func f(s []int) (n int) { for _, v := range s { n += v }; return n }`, ""},
		"map walk":          {`func f(m map[int]int) (n int) { for _, v := range m { n = v }; return n }`, "walks a map"},
		"named map walk":    {`type M map[int]int; func (m M) f() (n int) { for k := range m { n = k }; return n }`, "walks a map"},
		"gathered, sorted":  {`import "slices"; func f(m map[int]int) (s []int) { for k := range m { if k > 0 { s = append(s, k) } }; slices.Sort(s); return s }`, ""},
		"sorted, gathered":  {`import "slices"; func f(m map[int]int) (s []int) { slices.Sort(s); for k := range m { s = append(s, k) }; return s }`, "walks a map"},
		"more than gathers": {`import "sort"; func f(m map[int]int, g func()) (s []int) { for k := range m { g(); s = append(s, k) }; sort.Ints(s); return s }`, "walks a map"},
		"sorted keys":       {`import ("maps"; "slices"); func f(m map[int]int) []int { return slices.Sorted(maps.Keys(m)) }`, ""},
		"unsorted keys":     {`import ("maps"; "slices"); func f(m map[int]int) []int { return slices.Collect(maps.Keys(m)) }`, "takes the contents of a map"},
		"excused":           {"func f(m map[int]int) (n int) {\n//tidy:anyorder a sum has no order\nfor _, v := range m { n += v }; return n }", ""},
		"excuse, no reason": {"func f(m map[int]int) (n int) {\n//tidy:anyorder \nfor _, v := range m { n += v }; return n }", "walks a map"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var want []string
			if c.want != "" {
				want = []string{c.want}
			}
			expect(t, impurities(t, c.src), want...)
		})
	}
}
