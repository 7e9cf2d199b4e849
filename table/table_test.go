package table_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/table"
)

func people() *table.Table {
	return &table.Table{ID: "t1", Name: "people", Columns: []events.Column{
		{Key: "c1", Name: "name", Type: events.ColumnText}, {Key: "c2", Name: "age", Type: events.ColumnNumber},
		{Key: "c3", Name: "ok", Type: events.ColumnBoolean}, {Key: "c4", Name: "born", Type: events.ColumnDate},
	}}
}

func rows(t *testing.T, of *table.Table, list ...string) []*table.Row {
	t.Helper()
	out := make([]*table.Row, len(list))
	for i, text := range list {
		cells, err := of.Cells([]item.Value{item.MustParse(text)}, nil)
		if err != nil {
			t.Fatal(err)
		}
		o, _ := cells[0].Obj()
		out[i] = &table.Row{ID: i + 1, CreatedAt: time.UnixMilli(int64(i)).UTC(), UpdatedAt: time.UnixMilli(9).UTC(), Cells: o}
	}
	return out
}

func TestCellsTakeTheTypesOfTheirColumns(t *testing.T) {
	t.Parallel()
	newYork, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	for in, want := range map[string]string{
		`{"name":5}`: `{"c1":"5"}`, `{"name":{"a":[1]}}`: `{"c1":"{\"a\":[1]}"}`, `{"name":true,"age":null}`: `{"c1":"true","c2":null}`,
		`{"age":" 41 "}`: `{"c2":41}`, `{"ok":"TRUE"}`: `{"c3":true}`, `{"ok":0}`: `{"c3":false}`,
		`{"born":"2020-05-06"}`: `{"c4":"2020-05-06T04:00:00.000Z"}`, `{"born":"2020-05-06 07:08"}`: `{"c4":"2020-05-06T11:08:00.000Z"}`,
		`{"born":"2024-01-02T03:04:05+01:00"}`: `{"c4":"2024-01-02T02:04:05.000Z"}`,
	} {
		got, err := people().Cells([]item.Value{item.MustParse(in)}, newYork)
		if err != nil || got[0].JSON() != want {
			t.Errorf("%s: %v %v, want %s", in, got, err, want)
		}
	}
	date := item.NewObject(1).Set("born", item.Date(1000)).Value()
	if got, err := people().Cells([]item.Value{date}, nil); err != nil || got[0].JSON() != `{"c4":"1970-01-01T00:00:01.000Z"}` {
		t.Error(got, err)
	}
	for _, bad := range []string{`{"age":"x"}`, `{"age":""}`, `{"age":true}`, `{"ok":"yes"}`, `{"born":"soon"}`, `{"born":5}`, `{"none":1}`, `[1]`} {
		_, err := people().Cells([]item.Value{item.MustParse(bad)}, nil)
		var wrong *table.Error
		if !errors.As(err, &wrong) || wrong.Pointer == "" || wrong.Error() == "" {
			t.Errorf("%s: %v", bad, err)
		}
	}
}

func TestFiltersMeanRows(t *testing.T) {
	t.Parallel()
	of := people()
	all := rows(t, of, `{"name":"Ada","age":36,"ok":true,"born":"2024-01-02"}`, `{"name":"Bob","age":41,"ok":false}`, `{"name":"100%"}`)
	ids := func(q table.Query) string {
		list, err := q.Select(of, all)
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, r := range list {
			out = append(out, fmt.Sprint(r.ID))
		}
		return strings.Join(out, " ")
	}
	for _, c := range []struct{ column, operator, value, want string }{
		{"age", "eq", `"36"`, "1"}, {"age", "neq", "36", "2 3"}, {"age", "gt", "36", "2"}, {"age", "gte", "36", "1 2"},
		{"age", "lt", "41", "1"}, {"age", "lte", "41", "1 2"}, {"age", "isEmpty", "null", "3"}, {"age", "isNotEmpty", "null", "1 2"},
		{"ok", "isTrue", "null", "1"}, {"ok", "isFalse", "null", "2"}, {"name", "like", `"%d%"`, "1"}, {"name", "like", `"B_b"`, "2"},
		{"name", "ilike", `"a%A"`, "1"}, {"name", "like", `"%"`, "1 2 3"}, {"name", "like", `"a%"`, ""}, {"name", "like", `"%b"`, "2"},
		{"age", "like", `"%"`, ""}, {"born", "gt", `"2023-12-31"`, "1"}, {"id", "gte", "2", "2 3"}, {"name", "eq", "null", ""},
		{"createdAt", "gt", `"1970-01-01T00:00:00.001Z"`, "3"}, {"updatedAt", "eq", `"1970-01-01T00:00:00.009Z"`, "1 2 3"},
	} {
		if got := ids(table.Query{Filter: where(c.column, c.operator, c.value)}); got != c.want {
			t.Errorf("%s %s %s: %q, want %q", c.column, c.operator, c.value, got, c.want)
		}
	}
	both := table.Filter{Conditions: append(where("age", "gt", "1").Conditions, where("ok", "isTrue", "null").Conditions...)}
	if got := ids(table.Query{Filter: both}); got != "1" {
		t.Error("all:", got)
	}
	both.Any = true
	if got := ids(table.Query{Filter: both, Order: table.Order{Column: "name", Descending: true}}); got != "2 1" {
		t.Error("any:", got)
	}
	if got := ids(table.Query{Order: table.Order{Column: "age"}, Offset: 1, Limit: 1}); got != "1" {
		t.Error("page:", got)
	}
	for _, bad := range []table.Query{{Filter: where("zzz", "eq", "1")}, {Filter: where("age", "near", "1")}, {Filter: where("age", "eq", `"x"`)}, {Order: table.Order{Column: "zzz"}}} {
		if _, err := bad.Select(of, all); err == nil {
			t.Errorf("%+v is taken", bad)
		}
	}
}

func where(column, operator, value string) table.Filter {
	return table.Filter{Conditions: []table.Condition{{Column: column, Operator: operator, Value: item.MustParse(value)}}}
}

func TestTablesAreChecked(t *testing.T) {
	t.Parallel()
	many := make([]events.Column, table.MaxColumns+1)
	for name, columns := range map[string][]events.Column{
		" ": nil, "a": {{Name: "1x", Type: "string"}}, "b": {{Name: "x", Type: "text"}}, strings.Repeat("n", 200): nil,
		"c": {{Name: "id", Type: "string"}}, "d": {{Name: "x", Type: "string"}, {Name: "x", Type: "date"}}, "e": many,
	} {
		if err := table.Check(name, columns); err == nil {
			t.Errorf("%q is taken", name)
		}
	}
	if err := table.Check("people", people().Columns); err != nil {
		t.Error(err)
	}
	err := table.Check("c", []events.Column{{Name: "id", Type: "string"}})
	if !errors.Is(err, table.ErrTaken) {
		t.Error(err)
	}
}

func TestTablesAndRowsAreShown(t *testing.T) {
	t.Parallel()
	of := people()
	of.CreatedAt, of.UpdatedAt, of.Columns = time.UnixMilli(0), time.UnixMilli(1), of.Columns[:1]
	if got := of.Value().JSON(); got != `{"updatedAt":"1970-01-01T00:00:00.001Z","createdAt":"1970-01-01T00:00:00.000Z","id":"t1","name":"people","columns":[{"id":"c1","name":"name","type":"string","index":0}]}` {
		t.Error(got)
	}
	if got := rows(t, of, `{"name":"Ada"}`)[0].Value(of).JSON(); got != `{"name":"Ada","id":1,"createdAt":"1970-01-01T00:00:00.000Z","updatedAt":"1970-01-01T00:00:00.009Z"}` {
		t.Error(got)
	}
}
