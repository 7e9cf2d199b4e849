package projectionstest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/projections"
)

// Open opens the backend that is kept in a folder; the same folder again finds
// what the one before has stored. The suite closes what it opens.
type Open func(t testing.TB, dir string) projections.Backend

// Exercise runs the suite of what the projector relies on over a backend.
func Exercise(t *testing.T, open Open) {
	for name, test := range map[string]func(*testing.T, Open){
		"update is all or nothing":             updateIsAtomic,
		"a reader sees only what is committed": readerSeesCommitted,
		"a reader cannot write":                readerCannotWrite,
		"statements mean the same":             statements,
		"any split into batches is equal":      splits,
		"reopening goes on":                    reopening,
		"a rebuild equals the live tables":     rebuildEqualsLive,
		"a raised version is rebuilt":          raisedVersion,
		"pages cover a list once":              pages,
		"filters":                              filters,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, open)
		})
	}
}

func update(t testing.TB, b projections.Backend, queries ...string) error {
	t.Helper()
	return b.Update(t.Context(), func(tx projections.Tx) error {
		for _, q := range queries {
			if err := tx.Exec(q); err != nil {
				return err
			}
		}
		return nil
	})
}

func count(t testing.TB, b projections.Backend, table string) (n int) {
	t.Helper()
	if err := b.Reader().QueryRowContext(t.Context(), "SELECT COUNT(*) FROM "+table).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func opened(t testing.TB, open Open) projections.Backend {
	t.Helper()
	b := open(t, t.TempDir())
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := update(t, b, "CREATE TABLE probe (a INTEGER PRIMARY KEY)"); err != nil {
		t.Fatal(err)
	}
	return b
}

func updateIsAtomic(t *testing.T, open Open) {
	b := opened(t, open)
	broken := errors.New("broken")
	err := b.Update(t.Context(), func(tx projections.Tx) error {
		if err := tx.Exec("INSERT INTO probe VALUES (1)"); err != nil {
			return err
		}
		return broken
	})
	if !errors.Is(err, broken) {
		t.Errorf("Update gave %v, not fn's error", err)
	}
	if err := update(t, b, "INSERT INTO probe VALUES (2)", "INSERT INTO probe VALUES (2)"); err == nil {
		t.Error("a key was inserted twice")
	}
	if n := count(t, b, "probe"); n != 0 {
		t.Errorf("%d rows are left of updates that failed", n)
	}
	if err := update(t, b, "INSERT INTO probe VALUES (3)"); err != nil || count(t, b, "probe") != 1 {
		t.Errorf("the next update failed: %v", err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := b.Update(ended, func(projections.Tx) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("an update of an ended context gave %v", err)
	}
}

func readerSeesCommitted(t *testing.T, open Open) {
	b := opened(t, open)
	err := b.Update(t.Context(), func(tx projections.Tx) error {
		if err := tx.Exec("INSERT INTO probe VALUES (1)"); err != nil {
			return err
		}
		var mine int
		err := tx.Query("SELECT COUNT(*) FROM probe", nil, func(scan func(...any) error) error { return scan(&mine) })
		if other := count(t, b, "probe"); mine != 1 || other != 0 {
			t.Errorf("inside %d rows, outside %d", mine, other)
		}
		return err
	})
	if err != nil || count(t, b, "probe") != 1 {
		t.Errorf("after the commit: %d rows, %v", count(t, b, "probe"), err)
	}
}

func readerCannotWrite(t *testing.T, open Open) {
	b := opened(t, open)
	if _, err := b.Reader().ExecContext(t.Context(), "INSERT INTO probe VALUES (1)"); err == nil {
		t.Error("a reader wrote")
	}
}

// words is a projection of every kind of statement; its events are those of
// workflows, whose names are the statements.
var words = projections.Projection{
	Name: "words", Version: 1,
	Tables: []projections.Table{{
		Name: "words",
		Columns: []projections.Column{
			{Name: "a", Type: projections.Text}, {Name: "b", Type: projections.Text},
			{Name: "n", Type: projections.Integer}, {Name: "s", Type: projections.Text},
		},
		Key: []string{"a", "b"}, Indexes: [][]string{{"n", "a"}},
	}},
	Apply: projections.Applies(projections.On(func(m projections.Meta, e events.WorkflowRevised) []projections.Statement {
		key := projections.Key(m.Workspace, strings.Split(e.Raw, " ")[0])
		switch e.Name {
		case "put":
			return []projections.Statement{projections.Put("words", key, projections.Set("n", e.Version), projections.Set("s", e.Raw))}
		case "add":
			return []projections.Statement{projections.Change("words", key, projections.Add("n", e.Version))}
		case "set":
			return []projections.Statement{projections.Change("words", key, projections.Set("s", e.Raw))}
		case "delete":
			return []projections.Statement{projections.Delete("words", key...)}
		}
		return []projections.Statement{projections.SQL("UPDATE {words} SET n = n * ?, s = ? WHERE a = ? AND n > 0", int64(e.Version), e.Raw, m.Workspace)}
	})),
}

func statements(t *testing.T, open Open) {
	l := NewLog()
	say := func(name string, n int, raw string) {
		l.Append(Defs, events.Workflow("w0", ID(1)), Epoch, events.WorkflowRevised{Name: name, Version: n, Raw: raw})
	}
	say("add", 5, "nobody")
	say("put", 1, "x quote ' question ? percent %")
	say("add", 2, "x")
	say("put", 7, "y \x00 and \xed\xa0\x80")
	say("sql", 10, "multiplied")
	say("add", 1, "x")
	say("put", 3, "z")
	say("delete", 0, "z")
	say("add", 3, "z")
	say("set", 0, "y ü")
	say("put", 9, "x")
	b := open(t, t.TempDir())
	p := Start(t, projections.Config{Source: l, Backend: b, Projections: []projections.Projection{words}})
	CatchUp(t, p, l)
	want := []string{"w0|x|9|x", "w0|y|70|y ü"}
	if got := Rows(t, b, "words"); !slices.Equal(got, want) {
		t.Errorf("rows are %q, want %q", got, want)
	}
}

// Start opens a projector and closes it when the test ends.
func Start(t testing.TB, c projections.Config) *projections.Projector {
	t.Helper()
	p, err := projections.Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	return p
}

// CatchUp applies all that is visible of a log.
func CatchUp(t testing.TB, p *projections.Projector, l *Log) {
	t.Helper()
	head, err := l.Head(t.Context())
	if err == nil {
		err = p.CatchUp(t.Context(), head)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// Rows gives all rows of a table as text, in order.
func Rows(t testing.TB, b projections.Backend, table string) []string {
	t.Helper()
	rows, err := b.Reader().QueryContext(t.Context(), "SELECT * FROM "+table)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for rows.Next() {
		cells, into := make([]any, len(names)), make([]any, len(names))
		for i := range cells {
			into[i] = &cells[i]
		}
		if err := rows.Scan(into...); err != nil {
			t.Fatal(err)
		}
		text := make([]string, len(cells))
		for i, c := range cells {
			text[i] = fmt.Sprint(c)
		}
		out = append(out, strings.Join(text, "|"))
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	slices.Sort(out)
	return out
}

// Tables gives the rows of all tables of the default projections.
func Tables(t testing.TB, b projections.Backend) []string {
	t.Helper()
	return append(Rows(t, b, "runs"), Rows(t, b, "workflows")...)
}

// Same fails the test when two lists of rows differ, and shows where.
func Same(t testing.TB, what string, got, want []string) {
	t.Helper()
	for i := range max(len(got), len(want)) {
		if i >= len(got) || i >= len(want) || got[i] != want[i] {
			t.Fatalf("%s: %d and %d rows; they differ from row %d on:\n got %q\nwant %q", what, len(got), len(want), i,
				got[min(i, len(got)):min(i+1, len(got))], want[min(i, len(want)):min(i+1, len(want))])
		}
	}
}

func splits(t *testing.T, open Open) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	l := NewLog()
	Story(l, seed, 60)
	rnd := rand.New(rand.NewPCG(seed, 1))
	var want []string
	for round := range 4 {
		b := open(t, t.TempDir())
		p := Start(t, projections.Config{Source: l, Backend: b})
		for shown := 0; shown < l.Len(); CatchUp(t, p, l) {
			size := []int{l.Len(), 1, 1 + rnd.IntN(5), 1 + rnd.IntN(60)}[round]
			shown += size
			l.Show(shown)
		}
		if got := Tables(t, b); round == 0 {
			want = got
		} else {
			Same(t, fmt.Sprintf("round %d", round), got, want)
		}
	}
	if len(want) < 50 {
		t.Errorf("only %d rows were compared", len(want))
	}
}

func reopening(t *testing.T, open Open) {
	l, dir := NewLog(), t.TempDir()
	Story(l, 5, 80)
	for shown := 0; shown < l.Len(); {
		shown += 37
		l.Show(shown)
		p, err := projections.Open(t.Context(), projections.Config{Source: l, Backend: open(t, dir)})
		if err != nil {
			t.Fatal(err)
		}
		CatchUp(t, p, l)
		if err := p.Close(); err != nil {
			t.Fatal(err)
		}
	}
	again, whole := open(t, dir), open(t, t.TempDir())
	Start(t, projections.Config{Source: l, Backend: again})
	CatchUp(t, Start(t, projections.Config{Source: l, Backend: whole}), l)
	Same(t, "in parts and as a whole", Tables(t, again), Tables(t, whole))
}
