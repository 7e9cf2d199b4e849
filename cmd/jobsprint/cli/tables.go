package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/jobsprint/jobsprint/cmd/jobsprint/app"
	"github.com/jobsprint/jobsprint/cmd/jobsprint/iostreams"
	"github.com/jobsprint/jobsprint/internal/client"
	"github.com/jobsprint/jobsprint/internal/client/wire"
	"github.com/jobsprint/jobsprint/item"
)

type tablesCmd struct {
	List   tablesListCmd   `cmd:"" help:"List the data tables."`
	Create tablesCreateCmd `cmd:"" help:"Make a data table."`
	Delete tablesDeleteCmd `cmd:"" help:"Remove a data table with its rows."`
	Rows   tablesRowsCmd   `cmd:"" help:"Print rows of a data table."`
	Insert tablesInsertCmd `cmd:"" help:"Add rows to a data table, from JSON."`
}

type tablesListCmd struct {
	dataFlags
	listFlags
}

// Help teaches by example.
func (tablesListCmd) Help() string { return "Example:\n\n    jobsprint tables list" }

// Run lists the tables.
func (c *tablesListCmd) Run(env *Env, tree *commands) error {
	return env.with(tree, c.dataFlags, app.Read, func(s *session) error {
		page, err := s.Tables(env.ctx)
		if err != nil {
			return err
		}
		return iostreams.List(env.Streams, c.format(), page.Items, func() *iostreams.Table {
			t := env.NewTable("ID", "NAME", "COLUMNS", "CHANGED")
			for _, row := range page.Items {
				t.Row(iostreams.Cell{Text: row.ID, Whole: true}, iostreams.Cell{Text: row.Name}, iostreams.Cell{Text: columnsText(row.Columns)},
					iostreams.Moment(row.UpdatedAt, env.Now()))
			}
			return t
		})
	})
}

func columnsText(list []wire.Column) string {
	texts := make([]string, len(list))
	for i, c := range list {
		texts[i] = c.Name + ":" + c.Type
	}
	return strings.Join(texts, " ")
}

// oneTable are the flags of a command about one data table.
type oneTable struct {
	dataFlags
	Table string `arg:"" name:"table" help:"The table's id or name, as in tables list."`
}

type tablesCreateCmd struct {
	oneTable
	Columns []string `arg:"" optional:"" name:"column" help:"NAME or NAME:TYPE with the types string, number, boolean and date."`
}

// Help teaches by example.
func (tablesCreateCmd) Help() string {
	return "Example:\n\n    jobsprint tables create people name age:number born:date"
}

// Run makes the table.
func (c *tablesCreateCmd) Run(env *Env, tree *commands) error {
	columns := make([]wire.Column, len(c.Columns))
	for i, text := range c.Columns {
		name, typ, ok := strings.Cut(text, ":")
		if !ok {
			typ = "string"
		}
		columns[i] = wire.Column{Name: name, Type: typ}
	}
	return env.with(tree, c.dataFlags, app.Read, func(s *session) error {
		made, err := s.CreateTable(env.ctx, c.Table, columns)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintln(env.Out, made.ID)
		return err
	})
}

type tablesDeleteCmd struct {
	oneTable
	Yes bool `help:"Do it; without this flag nothing is removed."`
}

// Help teaches by example.
func (tablesDeleteCmd) Help() string {
	return "Example:\n\n    jobsprint tables delete people --yes"
}

// Run removes the table.
func (c *tablesDeleteCmd) Run(env *Env, tree *commands) error {
	if !c.Yes {
		return usage("Add --yes to remove it.", "this removes the data table %q with all its rows", c.Table)
	}
	return env.with(tree, c.dataFlags, app.Read, func(s *session) error { return s.DeleteTable(env.ctx, c.Table) })
}

type tablesRowsCmd struct {
	oneTable
	listFlags
	Where []string `placeholder:"COLUMN:OPERATOR:VALUE" help:"Only rows that meet it, such as age:gte:30. Operators: eq, neq, like, ilike, gt, gte, lt, lte, isEmpty, isNotEmpty, isTrue, isFalse. All given ones must hold."`
	Any   bool     `help:"One of the conditions is enough."`
	Order string   `placeholder:"COLUMN" help:"Sort by it; -COLUMN: the highest first."`
	Limit int      `placeholder:"N" default:"100" help:"At most so many; 0: all."`
}

// Help teaches by example.
func (tablesRowsCmd) Help() string {
	return `Examples:

    jobsprint tables rows people
    jobsprint tables rows people --where age:gte:30 --order=-age --output json`
}

// Run prints the rows.
func (c *tablesRowsCmd) Run(env *Env, tree *commands) error {
	if err := checkLimit(c.Limit); err != nil {
		return err
	}
	return env.with(tree, c.dataFlags, app.Read, func(s *session) error {
		rows, err := gather(c.Limit, func(after string, n int) (wire.Page[item.Value], error) {
			offset, _ := strconv.Atoi(after) // what the server gave, or nothing
			return s.Rows(env.ctx, c.Table, client.RowFilter{Conditions: c.Where, Any: c.Any, Order: c.Order, Offset: offset, Limit: n})
		})
		if err != nil {
			return err
		}
		if c.format() != iostreams.FormatTable {
			return iostreams.List(env.Streams, c.format(), rows, nil)
		}
		items := make([]item.Value, len(rows))
		for i, r := range rows {
			items[i] = item.NewObject(1).Set("json", r).Value()
		}
		return itemsTable(env, items).Write()
	})
}

type tablesInsertCmd struct {
	oneTable
	File string `arg:"" optional:"" name:"file" default:"-" help:"A JSON array of objects, or one object; - reads standard input."`
}

// Help teaches by example.
func (tablesInsertCmd) Help() string {
	return `Examples:

    jobsprint tables insert people rows.json
    echo '{"name":"Ada","age":36}' | jobsprint tables insert people`
}

// maxRowsFile bounds what is read of a file of rows.
const maxRowsFile = 64 << 20

// Run adds the rows.
func (c *tablesInsertCmd) Run(env *Env, tree *commands) error {
	rows, err := c.read(env)
	if err != nil {
		return err
	}
	return env.with(tree, c.dataFlags, app.Read, func(s *session) error {
		n, err := insertAll(env.ctx, s, c.Table, rows)
		if n > 0 || err == nil {
			fmt.Fprintf(env.Err, "%d rows added to %s\n", n, c.Table)
		}
		return err
	})
}

func (c *tablesInsertCmd) read(env *Env) ([]item.Value, error) {
	var in io.Reader = env.In
	if c.File != "-" {
		f, err := os.Open(c.File)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		in = f
	}
	data, err := io.ReadAll(io.LimitReader(in, maxRowsFile+1))
	if err != nil {
		return nil, err
	}
	v, err := item.Parse(data, item.Limits{MaxBytes: maxRowsFile})
	if err != nil {
		return nil, usage("Give a JSON array of objects.", "%s is not JSON: %v", c.File, err)
	}
	if rows, ok := v.Elems(); ok {
		return rows, nil
	}
	return []item.Value{v}, nil
}

// rowsPerRequest keeps a request within the server's limit for a body.
const rowsPerRequest = 500

func insertAll(ctx context.Context, s *session, table string, rows []item.Value) (int, error) {
	done := 0
	for len(rows) > 0 {
		n := min(rowsPerRequest, len(rows))
		if _, err := s.InsertRows(ctx, table, rows[:n]); err != nil {
			return done, err
		}
		done, rows = done+n, rows[n:]
	}
	return done, nil
}
