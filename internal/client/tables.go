package client

import (
	"context"
	"net/http"
	"net/url"

	"github.com/jobsprint/jobsprint/internal/client/wire"
	"github.com/jobsprint/jobsprint/item"
)

const tablesPath = "/v1/tables"

func tablePath(table, rest string) string { return tablesPath + "/" + url.PathEscape(table) + rest }

// Tables lists the data tables, the oldest first.
func (c *Client) Tables(ctx context.Context) (wire.Page[wire.Table], error) {
	return query[wire.Page[wire.Table]](ctx, c, tablesPath, nil)
}

// Table gives one data table by its id or name.
func (c *Client) Table(ctx context.Context, table string) (wire.Table, error) {
	return query[wire.Table](ctx, c, tablePath(table, ""), nil)
}

// CreateTable makes a data table.
func (c *Client) CreateTable(ctx context.Context, name string, columns []wire.Column) (wire.Table, error) {
	return command[wire.Table](ctx, c, tablesPath, nil, struct {
		Name    string        `json:"name"`
		Columns []wire.Column `json:"columns"`
	}{name, columns})
}

// DeleteTable removes a data table with its rows.
func (c *Client) DeleteTable(ctx context.Context, table string) error {
	_, err := c.call(ctx, http.MethodDelete, tablePath(table, ""), nil, nil)
	return err
}

// RowFilter says which rows of a data table are meant.
type RowFilter struct {
	// Conditions are such as "age:gte:30"; Any is set where one is enough.
	Conditions []string
	Any        bool
	// Order is a column, with a minus before it for the highest first.
	Order         string
	Offset, Limit int // Limit 0: 100
}

func (f RowFilter) params() params {
	q := params{}.list("filter", f.Conditions).set("order", f.Order).int("offset", f.Offset).int("limit", f.Limit)
	if f.Any {
		q.set("match", "any")
	}
	return q
}

// Rows reads rows of a data table.
func (c *Client) Rows(ctx context.Context, table string, f RowFilter) (wire.Page[item.Value], error) {
	return query[wire.Page[item.Value]](ctx, c, tablePath(table, "/rows"), f.params().values())
}

// InsertRows adds rows, objects of column and value.
func (c *Client) InsertRows(ctx context.Context, table string, rows []item.Value) (wire.RowsChanged, error) {
	return command[wire.RowsChanged](ctx, c, tablePath(table, "/rows"), nil, struct {
		Rows []item.Value `json:"rows"`
	}{rows})
}

// DeleteRows removes the rows that meet the conditions, of which there must be
// one.
func (c *Client) DeleteRows(ctx context.Context, table string, f RowFilter) (wire.RowsChanged, error) {
	f.Order, f.Offset, f.Limit = "", 0, 0
	return decode[wire.RowsChanged](c.call(ctx, http.MethodDelete, tablePath(table, "/rows"), f.params().values(), nil))
}
