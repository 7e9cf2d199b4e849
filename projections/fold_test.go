package projections

import (
	"maps"
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"
)

var foldTable = Projection{
	Name: "fold", Version: 1,
	Tables: []Table{{Name: "t", Columns: []Column{{"k", Text}, {"n", Integer}, {"m", Integer}, {"s", Text}}, Key: []string{"k"}}},
}

// TestFoldIsOneAfterTheOther compares a folded batch with its statements done
// one by one, on a table that holds some rows already.
func TestFoldIsOneAfterTheOther(t *testing.T) {
	t.Parallel()
	m := compiled(t, foldTable)
	rapid.Check(t, func(rt *rapid.T) {
		list := rapid.SliceOfN(rapid.Custom(drawStatement), 0, 30).Draw(rt, "statements")
		before := rapid.SliceOfN(rapid.Custom(drawStatement), 0, 6).Draw(rt, "before")
		slow, fast, b := rows{}, rows{}, newBatch(m)
		for _, s := range before {
			slow.apply(t, m, s)
			fast.apply(t, m, s)
		}
		for _, s := range list {
			slow.apply(t, m, s)
			if err := b.add(s); err != nil {
				rt.Fatal(err)
			}
		}
		for _, seg := range b.segments {
			for _, r := range seg.list {
				fast.applyFolded(r)
			}
		}
		if !reflect.DeepEqual(slow, fast) {
			rt.Fatalf("one by one %v, folded %v", slow, fast)
		}
	})
}

func drawStatement(t *rapid.T) Statement {
	key := Key(rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "key"))
	var cells []Cell
	for range rapid.IntRange(0, 3).Draw(t, "cells") {
		n := rapid.IntRange(-3, 9).Draw(t, "n")
		column := rapid.SampledFrom([]string{"n", "m"}).Draw(t, "column")
		cells = append(cells, rapid.SampledFrom([]Cell{Set(column, n), Add(column, n), Set("s", time.Duration(n).String())}).Draw(t, "cell"))
	}
	return rapid.SampledFrom([]Statement{Put("t", key, cells...), Change("t", key, cells...), Change("t", key, cells...), Delete("t", key...)}).Draw(t, "statement")
}

// applyFolded does what the SQL of a folded change does.
func (r rows) applyFolded(c *rowChange) {
	key := c.table.Name + "/" + c.key[0]
	row, ok := r[key]
	if c.op == opDelete {
		delete(r, key)
		return
	}
	if c.op == opPut {
		row, ok = map[string]any{}, true
	}
	if !ok {
		return
	}
	row = maps.Clone(row)
	for i, mode := range c.modes {
		name := c.table.Columns[len(c.key)+i].Name
		switch {
		case mode == modeAdd:
			row[name] = row[name].(int64) + c.values[i].(int64)
		case mode == modeSet:
			row[name] = c.defaulted(i)
		}
	}
	r[key] = row
}

func TestFoldRefusesWhatDoesNotFit(t *testing.T) {
	t.Parallel()
	for name, s := range map[string]Statement{
		"no such table":  Put("u", Key("a")),
		"key too long":   Put("t", Key("a", "b")),
		"no such column": Change("t", Key("a"), Set("x", 1)),
		"a key column":   Change("t", Key("a"), Set("k", "b")),
		"text in number": Change("t", Key("a"), Set("n", "b")),
		"number in text": Change("t", Key("a"), Set("s", true)),
	} {
		if err := newBatch(compiled(t, foldTable)).add(s); err == nil {
			t.Errorf("%s: it is taken", name)
		}
	}
}

func TestColumnValues(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		cell Cell
		want any
	}{
		{Set("c", "a\x00b\xffc"), "a\uFFFDb\uFFFDc"}, {Set("c", "é"), "é"}, {Set("c", 3), int64(3)}, {Set("c", int64(4)), int64(4)},
		{Set("c", uint64(5)), int64(5)}, {Set("c", true), int64(1)}, {Set("c", false), int64(0)},
		{Set("c", time.Time{}), int64(0)}, {Set("c", time.Unix(1, 5)), int64(1_000_000_005)}, {Add("c", -2), int64(-2)},
	} {
		if c.cell.value != c.want {
			t.Errorf("%v, want %v", c.cell.value, c.want)
		}
	}
	if at := time.Unix(1, 5).UTC(); !fromNanos(nanos(at)).Equal(at) || !fromNanos(0).IsZero() {
		t.Error("a time does not come back")
	}
	if got := cut("aü", 2); got != "a" {
		t.Errorf("cut inside a character: %q", got)
	}
}

func TestDialects(t *testing.T) {
	t.Parallel()
	numbered := SQLite()
	numbered.Numbered = true
	if got := numbered.Rebind("a = ? AND b = '?' AND c = ?"); got != "a = $1 AND b = '?' AND c = $2" {
		t.Errorf("rebound to %s", got)
	}
	if got := SQLite().Rebind("a = ?"); got != "a = ?" {
		t.Errorf("rebound to %s", got)
	}
	tb := compiled(t, foldTable).tables["t"]
	want := "INSERT INTO t_g1 (k, n, m, s) VALUES ($1, $2, $3, $4), ($5, $6, $7, $8) ON CONFLICT (k) DO UPDATE SET n = excluded.n, m = excluded.m, s = excluded.s"
	if got := numbered.put(tb, "t_g1", 2); got != want {
		t.Errorf("put is %s", got)
	}
	if got := SQLite().change(tb, "t_g1", []mode{modeAdd, modeKeep, modeSet}); got != "UPDATE t_g1 SET n = n + ?, s = ? WHERE k = ?" {
		t.Errorf("change is %s", got)
	}
	if got := SQLite().change(tb, "t_g1", []mode{modeKeep, modeKeep, modeKeep}); got != "" {
		t.Errorf("a change of nothing is %s", got)
	}
}

func TestRateForgets(t *testing.T) {
	t.Parallel()
	var r rate
	now := time.Unix(100, 0)
	r.add(now, 0)
	r.add(now.Add(time.Second), 500)
	if got := r.perSecond(now.Add(time.Second)); got != 500 {
		t.Errorf("first second: %v", got)
	}
	if got := r.perSecond(now.Add(rateWindow)); got != 100 {
		t.Errorf("full window: %v", got)
	}
	if got := r.perSecond(now.Add(3 * rateWindow)); got != 0 {
		t.Errorf("after silence: %v", got)
	}
}
