package commands_test

import (
	"strings"
	"testing"
	"time"

	"github.com/jobsprint/jobsprint/commands"
	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/streams/streamtest"
	"github.com/jobsprint/jobsprint/table"
)

func people() []events.Column {
	return []events.Column{
		{Name: "name", Type: events.ColumnText}, {Name: "age", Type: events.ColumnNumber},
		{Name: "ok", Type: events.ColumnBoolean}, {Name: "born", Type: events.ColumnDate},
	}
}

func (b bench) table(name string) table.Table {
	b.Helper()
	t, _, err := b.x.CreateTable(b.Context(), meta(""), name, people(), false)
	if err != nil {
		b.Fatal(err)
	}
	return t
}

func rowsOf(table string) commands.RowsCommand {
	return commands.RowsCommand{Meta: meta(""), Table: table}
}

func (b bench) insert(table string, rows ...string) commands.RowsOutcome {
	b.Helper()
	out, err := b.x.InsertRows(b.Context(), rowsOf(table), values(rows...))
	if err != nil {
		b.Fatal(err)
	}
	return out
}

func values(list ...string) []item.Value {
	out := make([]item.Value, len(list))
	for i, v := range list {
		out[i] = item.MustParse(v)
	}
	return out
}

// shown writes rows without their times.
func shown(t *table.Table, rows []*table.Row) string {
	var out []string
	for _, r := range rows {
		o, _ := r.Value(t).Obj()
		out = append(out, o.Without("createdAt").Without("updatedAt").Value().JSON())
	}
	return strings.Join(out, "")
}

func (b bench) rows(table string, q table.Query) string {
	b.Helper()
	t, rows, err := b.x.SelectRows(b.Context(), events.DefaultWorkspace, table, q)
	if err != nil {
		b.Fatal(err)
	}
	return shown(&t, rows)
}

func where(column, operator, value string) table.Filter {
	return table.Filter{Conditions: []table.Condition{{Column: column, Operator: operator, Value: item.MustParse(value)}}}
}

func TestTablesAreMadeRenamedAndDeleted(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	made := b.table("people")
	_, _, err := b.x.CreateTable(b.Context(), meta(""), "people", nil, false)
	b.refused("the same name", err, commands.CodeConflict)
	again, _, err := b.x.CreateTable(b.Context(), meta(""), "people", nil, true)
	if err != nil || again.ID != made.ID || len(again.Columns) != 4 {
		t.Error(again, err)
	}
	for name, columns := range map[string][]events.Column{
		"": nil, "a": {{Name: "1x", Type: "string"}}, "b": {{Name: "x", Type: "text"}}, strings.Repeat("n", 200): nil,
	} {
		_, _, err := b.x.CreateTable(b.Context(), meta(""), name, columns, false)
		b.refused(name, err, commands.CodeInvalid)
	}
	_, _, err = b.x.CreateTable(b.Context(), meta(""), "c", []events.Column{{Name: "id", Type: "string"}}, false)
	b.refused("a column that every table has", err, commands.CodeConflict)

	if _, err := b.x.RenameTable(b.Context(), meta(""), "people", "staff"); err != nil {
		t.Error(err)
	}
	b.table("people")
	_, err = b.x.RenameTable(b.Context(), meta(""), made.ID, "people")
	b.refused("a name that is taken", err, commands.CodeConflict)
	if _, err := b.x.DeleteTable(b.Context(), meta(""), "staff"); err != nil {
		t.Error(err)
	}
	_, err = b.x.Table(b.Context(), events.DefaultWorkspace, "staff")
	b.refused("a deleted table", err, commands.CodeNotFound)
	if list, err := b.x.Tables(b.Context(), events.DefaultWorkspace); err != nil || len(list) != 1 || list[0].Name != "people" {
		t.Error(list, err)
	}
}

func TestColumnsKeepTheirValuesWhenTheyAreRenamed(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.table("p")
	b.insert("p", `{"name":"Ada","age":36}`)
	if _, err := b.x.RenameColumn(b.Context(), meta(""), "p", "age", "years"); err != nil {
		t.Fatal(err)
	}
	if _, err := b.x.RemoveColumn(b.Context(), meta(""), "p", "name"); err != nil {
		t.Fatal(err)
	}
	if _, err := b.x.AddColumn(b.Context(), meta(""), "p", events.Column{Name: "name", Type: events.ColumnNumber}); err != nil {
		t.Fatal(err)
	}
	if got, want := b.rows("p", table.Query{}), `{"years":36,"ok":null,"born":null,"name":null,"id":1}`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	_, err := b.x.RenameColumn(b.Context(), meta(""), "p", "ok", "years")
	b.refused("a column's name that is taken", err, commands.CodeConflict)
	_, err = b.x.RemoveColumn(b.Context(), meta(""), "p", "age")
	b.refused("a column that is gone", err, commands.CodeNotFound)
}

func TestRowsTakeTheTypesOfTheirColumns(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.table("p")
	newYork, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	c := rowsOf("p")
	c.Zone = newYork
	out, err := b.x.InsertRows(b.Context(), c, values(`{"name":5,"age":"41","ok":"TRUE","born":"2020-05-06"}`, `{"born":"2024-01-02T03:04:05+01:00","ok":0}`))
	if err != nil {
		t.Fatal(err)
	}
	want := `{"name":"5","age":41,"ok":true,"born":"2020-05-06T04:00:00.000Z","id":1}{"name":null,"age":null,"ok":false,"born":"2024-01-02T02:04:05.000Z","id":2}`
	if got := shown(&out.Table, out.Rows); got != want {
		t.Errorf("%s, want %s", got, want)
	}
	for _, bad := range []string{`{"age":"x"}`, `{"age":""}`, `{"ok":"yes"}`, `{"born":"soon"}`, `{"none":1}`, `[1]`} {
		_, err := b.x.InsertRows(b.Context(), rowsOf("p"), values(`{"name":"good"}`, bad))
		b.refused(bad, err, commands.CodeInvalid)
	}
	if n := strings.Count(b.rows("p", table.Query{}), `"id"`); n != 2 {
		t.Errorf("%d rows after refusals", n)
	}
}

func TestRowsAreChangedAndRemoved(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.table("p")
	b.insert("p", `{"name":"Ada"}`, `{"name":"Bob"}`)
	out, err := b.x.UpdateRows(b.Context(), rowsOf("p"), where("name", "eq", `"Bob"`), item.MustParse(`{"age":5}`))
	if err != nil || shown(&out.Table, out.Rows) != `{"name":"Bob","age":5,"ok":null,"born":null,"id":2}` {
		t.Error(out, err)
	}
	for range 2 {
		if out, err = b.x.UpsertRow(b.Context(), rowsOf("p"), where("name", "eq", `"Cy"`), item.MustParse(`{"name":"Cy","age":7}`)); err != nil || len(out.Rows) != 1 || out.Rows[0].ID != 3 {
			t.Error(out, err)
		}
	}
	if out, err = b.x.DeleteRows(b.Context(), rowsOf("p"), where("age", "isEmpty", "null")); err != nil || len(out.Rows) != 1 || out.Rows[0].ID != 1 {
		t.Error(out, err)
	}
	if out, err = b.x.UpdateRows(b.Context(), rowsOf("p"), where("name", "eq", `"Ada"`), item.MustParse(`{"age":5}`)); err != nil || len(out.Rows) != 0 {
		t.Error("a row that is gone is changed", out, err)
	}
	if out, err = b.x.ClearRows(b.Context(), rowsOf("p")); err != nil || len(out.Rows) != 2 {
		t.Error(out, err)
	}
	if b.insert("p", `{}`).Rows[0].ID != 4 {
		t.Error("an id is used again")
	}
}

func TestARepeatedCommandOnRowsIsAnsweredAsTheFirstTime(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	log := streamtest.Open(t, dir)
	b := bench{t, commands.New(commands.Config{Store: log, Keys: log, Catalogue: types{}})}
	b.table("p")
	c := rowsOf("p")
	c.CommandID = events.HashToID("effect", "1")
	insert := func(x *commands.Executor) string {
		out, err := x.InsertRows(b.Context(), c, values(`{"name":"Ada"}`, `{"name":"Bob"}`))
		if err != nil {
			t.Fatal(err)
		}
		return shown(&out.Table, out.Rows)
	}
	first := insert(b.x)
	for range 100 { // more than the ledger remembers
		b.insert("p", `{"age":1}`)
	}
	fresh := commands.New(commands.Config{Store: log, Keys: log, Catalogue: types{}})
	for _, x := range []*commands.Executor{b.x, fresh} {
		if got := insert(x); got != first || strings.Count(got, "id") != 2 {
			t.Errorf("%s, the first time %s", got, first)
		}
	}
	if n := strings.Count(b.rows("p", table.Query{}), `"id"`); n != 102 {
		t.Errorf("%d rows, want 102", n)
	}
}

func TestManyRowsAreInsertedByCommitsThatFit(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.table("p")
	rows := make([]item.Value, 300)
	for i := range rows {
		rows[i] = item.NewObject(1).Set("name", item.String(strings.Repeat("x", 4<<10))).Value()
	}
	out, err := b.x.InsertRows(b.Context(), rowsOf("p"), rows)
	if err != nil || len(out.Rows) != 300 || out.Rows[299].ID != 300 || out.Revision < 4 {
		t.Errorf("%d rows in %d commits: %v", len(out.Rows), out.Revision, err)
	}
}
