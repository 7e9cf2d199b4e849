package gateway_test

import (
	"testing"

	"github.com/jobsprint/jobsprint/internal/client"
	"github.com/jobsprint/jobsprint/internal/client/wire"
	"github.com/jobsprint/jobsprint/item"
)

func rowList(rows ...string) []item.Value {
	out := make([]item.Value, len(rows))
	for i, r := range rows {
		out[i] = item.MustParse(r)
	}
	return out
}

func TestDataTables(t *testing.T) {
	b := newBench(t, nil)
	ctx := t.Context()
	made, err := b.client.CreateTable(ctx, "people", []wire.Column{{Name: "name"}, {Name: "age", Type: "number"}})
	if err != nil || made.Columns[0].Type != "string" || made.ID == "" {
		t.Fatal(made, err)
	}
	if _, err := b.client.CreateTable(ctx, "people", nil); codeOf(t, err) != "conflict" {
		t.Error("the same name:", err)
	}
	in, err := b.client.InsertRows(ctx, "people", rowList(`{"name":"Ada","age":36}`, `{"name":"Bob","age":41}`, `{"name":"Cy"}`))
	if err != nil || len(in.Rows) != 3 || in.Rows[2].Get("id").ToNumber() != 3 {
		t.Fatal(in, err)
	}
	page, err := b.client.Rows(ctx, made.ID, client.RowFilter{Conditions: []string{"age:gt:1", "name:eq:Cy"}, Any: true, Order: "-name", Limit: 2})
	if err != nil || len(page.Items) != 2 || page.Items[0].Get("name").ToString() != "Cy" || page.Next != "2" {
		t.Error(page, err)
	}
	if page, err = b.client.Rows(ctx, "people", client.RowFilter{Offset: 2, Limit: 2}); err != nil || len(page.Items) != 1 || page.Next != "" {
		t.Error(page, err)
	}
	for _, bad := range []client.RowFilter{{Conditions: []string{"age"}}, {Conditions: []string{"zzz:eq:1"}}, {Order: "zzz"}} {
		if _, err := b.client.Rows(ctx, "people", bad); codeOf(t, err) != "invalid-parameter" && codeOf(t, err) != "invalid" {
			t.Errorf("%+v: %v", bad, err)
		}
	}
	if _, err := b.client.InsertRows(ctx, "people", rowList(`{"zzz":1}`)); codeOf(t, err) != "invalid" {
		t.Error("a column that is not there:", err)
	}
	if _, err := b.client.DeleteRows(ctx, "people", client.RowFilter{}); codeOf(t, err) != "invalid-parameter" {
		t.Error("no conditions:", err)
	}
	gone, err := b.client.DeleteRows(ctx, "people", client.RowFilter{Conditions: []string{"age:isEmpty"}})
	if err != nil || len(gone.Rows) != 1 {
		t.Error(gone, err)
	}
	if list, err := b.client.Tables(ctx); err != nil || len(list.Items) != 1 || len(list.Items[0].Columns) != 2 {
		t.Error(list, err)
	}
	if err := b.client.DeleteTable(ctx, "people"); err != nil {
		t.Error(err)
	}
	if _, err := b.client.Table(ctx, "people"); codeOf(t, err) != "not-found" {
		t.Error(err)
	}
}
