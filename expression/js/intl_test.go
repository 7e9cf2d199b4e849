package js

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/jobsprint/jobsprint/expression"
	"github.com/jobsprint/jobsprint/item"
)

// mostUnlike is how many answers of the table may differ: a few ranges of dates,
// and what newer data on time zones or languages of few says. Lower it when
// fewer do.
const mostUnlike = 2

// TestIntlIsThatOfNode compares Intl with what Node.js 24 gave for the
// expressions of testdata/intl.jsonl.
func TestIntlIsThatOfNode(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile(filepath.Join("testdata", "intl.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	if tally := compareIntl(t, raw); tally.unlike() > mostUnlike {
		t.Errorf("%d answers are not as Node.js has them, want %d at most:\n%s", tally.unlike(), mostUnlike, tally)
	}
}

// intlTally counts what was alike, by kind.
type intlTally struct {
	alike, all map[string]int
	kinds      []string
	wrong      bytes.Buffer
}

func (y *intlTally) unlike() (n int) {
	for _, kind := range y.kinds {
		n += y.all[kind] - y.alike[kind]
	}
	return n
}

func (y *intlTally) String() string {
	var b bytes.Buffer
	for _, kind := range y.kinds {
		fmt.Fprintf(&b, "%-15s %4d of %4d\n", kind, y.alike[kind], y.all[kind])
	}
	b.Write(y.wrong.Bytes())
	return b.String()
}

func compareIntl(t *testing.T, lines []byte) *intlTally {
	t.Helper()
	y := &intlTally{alike: map[string]int{}, all: map[string]int{}}
	for line := range bytes.Lines(lines) {
		v, err := item.Parse(line, item.DefaultLimits())
		if err != nil {
			t.Fatal(err)
		}
		kind, code := v.Get("kind").ToString(), v.Get("code").ToString()
		if y.all[kind] == 0 {
			y.kinds = append(y.kinds, kind)
		}
		y.all[kind]++
		want := v.Get("result").JSON()
		if e := v.Get("error"); !e.IsUndefined() {
			want = e.JSON()
		}
		if got := askIntl(t, code); got == want {
			y.alike[kind]++
		} else {
			fmt.Fprintf(&y.wrong, "%s\n   got %q\n  want %q\n", code, got, want)
		}
	}
	return y
}

// askIntl evaluates code; an error is its name and message.
func askIntl(t *testing.T, code string) string {
	t.Helper()
	p, err := shared.CompileScript("={{ (() => { try { return JSON.stringify([" + code + "]) } catch (e) { return JSON.stringify(`${e.name}: ${e.message}`) } })() }}")
	if err != nil {
		t.Fatalf("%s: %v", code, err)
	}
	batch := &expression.Batch{Items: make([]item.Item, 1), Env: expression.Env{Now: time.Unix(0, 0), Zone: time.UTC}}
	batch.Items[0].JSON = item.NewObject(0).Value()
	out := make([]expression.Outcome, 1)
	if err := p.Eval(context.Background(), batch, out); err != nil || out[0].Err != nil {
		return fmt.Sprint(err, out[0].Err)
	}
	v, err := item.Parse([]byte(out[0].Value.ToString()), item.DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	if v.Kind() == item.KindArray {
		return v.Index(0).JSON()
	}
	return v.JSON()
}
