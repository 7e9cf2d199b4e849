package handlers

import (
	"context"

	"github.com/jobsprint/jobsprint/commands"
	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
	"github.com/jobsprint/jobsprint/table"
)

// tables are the data tables of a workspace as a step sees them. The ids of its
// commands follow from the effect's key, so that a step which is tried again
// changes nothing twice.
type tables struct {
	ctx       context.Context
	executor  *commands.Executor
	workspace string
	run       string
	call      *nodes.Call
}

var _ nodes.Tables = tables{}

func (t tables) meta(key string) commands.Meta {
	return commands.Meta{
		Workspace: t.workspace, Actor: "run:" + t.run, Causation: t.run,
		IdempotencyKey: t.call.EffectKey + " " + key,
	}
}

func (t tables) rows(key, idOrName string) commands.RowsCommand {
	return commands.RowsCommand{
		Meta: commands.Meta{Workspace: t.workspace, Actor: "run:" + t.run, Causation: t.run}, Table: idOrName,
		CommandID: events.HashToID("table", t.call.EffectKey, key), Zone: t.call.Batch.Env.Zone,
	}
}

// List gives all tables.
func (t tables) List() ([]table.Table, error) { return t.executor.Tables(t.ctx, t.workspace) }

// Create makes a table.
func (t tables) Create(key, name string, columns []events.Column, reuse bool) (table.Table, error) {
	made, _, err := t.executor.CreateTable(t.ctx, t.meta(key), name, columns, reuse)
	return made, err
}

// Rename gives a table another name.
func (t tables) Rename(key, idOrName, name string) error {
	_, err := t.executor.RenameTable(t.ctx, t.meta(key), idOrName, name)
	return err
}

// Delete removes a table.
func (t tables) Delete(key, idOrName string) error {
	_, err := t.executor.DeleteTable(t.ctx, t.meta(key), idOrName)
	return err
}

// AddColumn adds a column.
func (t tables) AddColumn(key, idOrName string, c events.Column) error {
	_, err := t.executor.AddColumn(t.ctx, t.meta(key), idOrName, c)
	return err
}

// Clear removes all rows.
func (t tables) Clear(key, idOrName string) (int, error) {
	out, err := t.executor.ClearRows(t.ctx, t.rows(key, idOrName))
	return len(out.Rows), err
}

// Select reads rows.
func (t tables) Select(idOrName string, q table.Query) ([]item.Value, error) {
	of, rows, err := t.executor.SelectRows(t.ctx, t.workspace, idOrName, q)
	return rowValues(&of, rows), err
}

// Insert adds rows.
func (t tables) Insert(key, idOrName string, rows []item.Value) ([]item.Value, error) {
	return values(t.executor.InsertRows(t.ctx, t.rows(key, idOrName), rows))
}

// Update writes values into rows.
func (t tables) Update(key, idOrName string, f table.Filter, v item.Value, insert bool) ([]item.Value, error) {
	if insert {
		return values(t.executor.UpsertRow(t.ctx, t.rows(key, idOrName), f, v))
	}
	return values(t.executor.UpdateRows(t.ctx, t.rows(key, idOrName), f, v))
}

// DeleteRows removes rows.
func (t tables) DeleteRows(key, idOrName string, f table.Filter) ([]item.Value, error) {
	return values(t.executor.DeleteRows(t.ctx, t.rows(key, idOrName), f))
}

func values(out commands.RowsOutcome, err error) ([]item.Value, error) {
	return rowValues(&out.Table, out.Rows), err
}

func rowValues(t *table.Table, rows []*table.Row) []item.Value {
	list := make([]item.Value, len(rows))
	for i, r := range rows {
		list[i] = r.Value(t)
	}
	return list
}
