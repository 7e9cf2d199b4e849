package gateway

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/jobsprint/jobsprint/commands"
	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/internal/client/wire"
	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/table"
)

// Tables reads and changes data tables. *commands.Executor is one.
type Tables interface {
	Tables(ctx context.Context, workspace string) ([]table.Table, error)
	Table(ctx context.Context, workspace, idOrName string) (table.Table, error)
	CreateTable(ctx context.Context, m commands.Meta, name string, columns []events.Column, reuse bool) (table.Table, commands.Outcome, error)
	DeleteTable(ctx context.Context, m commands.Meta, idOrName string) (commands.Outcome, error)
	SelectRows(ctx context.Context, workspace, idOrName string, q table.Query) (table.Table, []*table.Row, error)
	InsertRows(ctx context.Context, c commands.RowsCommand, rows []item.Value) (commands.RowsOutcome, error)
	DeleteRows(ctx context.Context, c commands.RowsCommand, f table.Filter) (commands.RowsOutcome, error)
}

const (
	// maxTableNameBytes bounds the name in a request; the command has a limit
	// of its own.
	maxTableNameBytes = 1 << 10
	// maxRowsPage is how many rows one answer holds at most.
	maxRowsPage = 10_000
)

func (g *Gateway) tableOperations() []operation {
	filter := []string{"filter", "match"}
	return []operation{
		{Name: "tables.list", Method: "GET", Path: "/v1/tables", Handle: g.listTables},
		{Name: "tables.create", Method: "POST", Path: "/v1/tables", Handle: g.createTable},
		{Name: "tables.get", Method: "GET", Path: "/v1/tables/{table}", Handle: g.getTable},
		{Name: "tables.delete", Method: "DELETE", Path: "/v1/tables/{table}", Handle: g.deleteTable},
		{Name: "tables.rows", Method: "GET", Path: "/v1/tables/{table}/rows", Query: append([]string{"order", "offset", "limit"}, filter...), Handle: g.listRows},
		{Name: "tables.insertRows", Method: "POST", Path: "/v1/tables/{table}/rows", Handle: g.insertRows},
		{Name: "tables.deleteRows", Method: "DELETE", Path: "/v1/tables/{table}/rows", Query: filter, Handle: g.deleteRows},
	}
}

func tableJSON(t *table.Table) wire.Table {
	out := wire.Table{ID: t.ID, Name: t.Name, CreatedAt: t.CreatedAt, UpdatedAt: t.UpdatedAt, Columns: make([]wire.Column, len(t.Columns))}
	for i, c := range t.Columns {
		out.Columns[i] = wire.Column{Name: c.Name, Type: c.Type}
	}
	return out
}

func (g *Gateway) listTables(w http.ResponseWriter, r *http.Request) error {
	list, err := g.Tables.Tables(r.Context(), workspaceOf(r))
	if err != nil {
		return err
	}
	out := wire.Page[wire.Table]{Items: make([]wire.Table, len(list))}
	for i := range list {
		out.Items[i] = tableJSON(&list[i])
	}
	return writeJSON(w, http.StatusOK, out)
}

func (g *Gateway) createTable(w http.ResponseWriter, r *http.Request) error {
	f, body, err := readForm(w, r)
	if err != nil {
		return err
	}
	name, columns := f.text("name", maxTableNameBytes), f.columns("columns")
	if err := f.done(); err != nil {
		return err
	}
	m, err := metaOf(r, body)
	if err != nil {
		return err
	}
	t, out, err := g.Tables.CreateTable(r.Context(), m, name, columns, false)
	if err != nil {
		return err
	}
	setFreshness(w, out.Freshness)
	w.Header().Set("Location", "/v1/tables/"+t.ID)
	return writeJSON(w, http.StatusCreated, tableJSON(&t))
}

// columns reads a list of {"name","type"}.
func (f *form) columns(name string) []events.Column {
	v := f.value(name)
	elems, ok := v.Elems()
	if !ok && !v.IsUndefined() {
		f.fault(codeInvalid, name, `must be an array of {"name","type"}, not `+article(v.Kind()))
	}
	out := make([]events.Column, len(elems))
	for i, e := range elems {
		out[i].Name, _ = e.Get("name").Str()
		if out[i].Type, _ = e.Get("type").Str(); out[i].Type == "" {
			out[i].Type = events.ColumnText
		}
	}
	return out
}

func (g *Gateway) getTable(w http.ResponseWriter, r *http.Request) error {
	t, err := g.Tables.Table(r.Context(), workspaceOf(r), r.PathValue("table"))
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, tableJSON(&t))
}

func (g *Gateway) deleteTable(w http.ResponseWriter, r *http.Request) error {
	m, err := metaOf(r, nil)
	if err != nil {
		return err
	}
	out, err := g.Tables.DeleteTable(r.Context(), m, r.PathValue("table"))
	if err != nil {
		return err
	}
	setFreshness(w, out.Freshness)
	return writeJSON(w, http.StatusOK, wire.RowsChanged{})
}

// rowFilter reads filters such as "age:gte:30" and how they go together.
func rowFilter(r *http.Request) (table.Filter, error) {
	q := r.URL.Query()
	out := table.Filter{Zone: time.UTC}
	switch match := q.Get("match"); match {
	case "any":
		out.Any = true
	case "all", "":
	default:
		return out, refuse(codeInvalidParameter, fmt.Sprintf("%.40q is neither any nor all.", match)).param("match")
	}
	for _, text := range q["filter"] {
		column, rest, ok := strings.Cut(text, ":")
		operator, value, _ := strings.Cut(rest, ":")
		if !ok || column == "" || operator == "" {
			return out, refuse(codeInvalidParameter, fmt.Sprintf("%.60q is no filter such as age:gte:30 or name:isEmpty.", text)).param("filter")
		}
		out.Conditions = append(out.Conditions, table.Condition{Column: column, Operator: operator, Value: item.String(value)})
	}
	return out, nil
}

func (g *Gateway) listRows(w http.ResponseWriter, r *http.Request) error {
	f, err := rowFilter(r)
	if err != nil {
		return err
	}
	q := table.Query{Filter: f}
	if q.Limit, err = number(r, "limit", 100, 1, maxRowsPage); err != nil {
		return err
	}
	if q.Offset, err = number(r, "offset", 0, 0, table.MaxRows); err != nil {
		return err
	}
	q.Order.Column, q.Order.Descending = strings.CutPrefix(r.URL.Query().Get("order"), "-")
	limit := q.Limit
	q.Limit++
	t, rows, err := g.Tables.SelectRows(r.Context(), workspaceOf(r), r.PathValue("table"), q)
	if err != nil {
		return err
	}
	out := wire.Page[item.Value]{Items: make([]item.Value, min(limit, len(rows)))}
	for i := range out.Items {
		out.Items[i] = rows[i].Value(&t)
	}
	if len(rows) > limit {
		out.Next = strconv.Itoa(q.Offset + limit)
	}
	return writeJSON(w, http.StatusOK, out)
}

func (g *Gateway) insertRows(w http.ResponseWriter, r *http.Request) error {
	f, body, err := readForm(w, r)
	if err != nil {
		return err
	}
	rows, ok := f.value("rows").Elems()
	if !ok {
		f.fault(codeInvalid, "rows", "must be an array of objects")
	}
	if err := f.done(); err != nil {
		return err
	}
	m, err := metaOf(r, body)
	if err != nil {
		return err
	}
	out, err := g.Tables.InsertRows(r.Context(), commands.RowsCommand{Meta: m, Table: r.PathValue("table")}, rows)
	if err != nil {
		return err
	}
	return writeRows(w, http.StatusCreated, out)
}

func writeRows(w http.ResponseWriter, status int, out commands.RowsOutcome) error {
	setFreshness(w, out.Freshness)
	changed := wire.RowsChanged{Rows: make([]item.Value, len(out.Rows)), Repeated: out.Repeated}
	for i, row := range out.Rows {
		changed.Rows[i] = row.Value(&out.Table)
	}
	return writeJSON(w, status, changed)
}

func (g *Gateway) deleteRows(w http.ResponseWriter, r *http.Request) error {
	f, err := rowFilter(r)
	if err != nil {
		return err
	}
	if len(f.Conditions) == 0 {
		return refuse(codeInvalidParameter, "Say which rows are to be deleted, such as filter=age:gte:30.").param("filter")
	}
	m, err := metaOf(r, nil)
	if err != nil {
		return err
	}
	out, err := g.Tables.DeleteRows(r.Context(), commands.RowsCommand{Meta: m, Table: r.PathValue("table")}, f)
	if err != nil {
		return err
	}
	return writeRows(w, http.StatusOK, out)
}
