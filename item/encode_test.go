package item

import (
	"math"
	"os"
	"strings"
	"testing"
)

func TestEncodingAllocatesNothing(t *testing.T) { // not parallel: it counts allocations
	data, err := os.ReadFile("testdata/webhook.json")
	if err != nil {
		t.Fatal(err)
	}
	v := MustParse(string(data))
	it := Item{JSON: v, Paired: Pairs([]Pair{{Item: 1, Input: 2}, {Item: 3, Input: 4}})}
	it.Binary = it.Binary.With("data", Binary{MimeType: "text/plain", FileName: "a.txt", Bytes: 3, Ref: Ref{Owner: "run"}})
	dst := make([]byte, 0, 8<<10)
	if n := testing.AllocsPerRun(50, func() { dst = AppendItem(dst[:0], it) }); n != 0 {
		t.Errorf("writing an item allocates %v times", n)
	}
	odd := Array([]Value{Number(1e300), Number(-1.25e-9), Number(math.Inf(1)), String("\xed\xa0\xbd\xff\n\"é"), Redacted, Undefined})
	if n := testing.AllocsPerRun(50, func() { dst = odd.AppendJSON(dst[:0]) }); n != 0 {
		t.Errorf("writing odd values allocates %v times", n)
	}
}

// TestSpecialBytesAreFoundAtEveryPlace moves each byte through texts around the width of the fast scan.
func TestSpecialBytesAreFoundAtEveryPlace(t *testing.T) {
	t.Parallel()
	for c := range 256 {
		want := c < ' ' || c == '"' || c == '\\' || c >= 0x80
		for n := 1; n <= 20; n++ {
			for at := range n {
				s := []byte(strings.Repeat("a", n))
				s[at] = byte(c)
				found := n
				if want {
					found = at
				}
				if got, inText := firstSpecial(s), skipPlain(string(s), 0); got != found || inText != found {
					t.Fatalf("byte %#x at %d of %d: found at %d and %d", c, at, n, got, inText)
				}
			}
		}
	}
}

func TestUndefinedIsDroppedFromObjectsOnly(t *testing.T) {
	t.Parallel()
	o := NewObject(3).Set("a", Undefined).Set("b", Array([]Value{Undefined, Number(math.NaN())})).Set("c", Undefined)
	if got := o.Value().JSON(); got != `{"b":[null,null]}` {
		t.Errorf("got %s", got)
	}
	if got := Undefined.JSON(); got != "null" {
		t.Errorf("undefined alone is %s", got)
	}
}
