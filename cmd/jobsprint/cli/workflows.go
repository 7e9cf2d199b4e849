package cli

import (
	"context"
	"errors"
	"os"
	"strconv"

	"github.com/jobsprint/jobsprint/cmd/jobsprint/app"
	"github.com/jobsprint/jobsprint/cmd/jobsprint/iostreams"
	"github.com/jobsprint/jobsprint/internal/client"
	"github.com/jobsprint/jobsprint/internal/client/wire"
)

type workflowsCmd struct {
	List       workflowsListCmd       `cmd:"" help:"List workflows, newest first."`
	Show       workflowsShowCmd       `cmd:"" help:"Show one workflow."`
	Export     workflowsExportCmd     `cmd:"" help:"Print a workflow's n8n JSON, byte for byte as it was imported."`
	Activate   workflowsActivateCmd   `cmd:"" help:"Let a workflow's webhooks answer."`
	Deactivate workflowsDeactivateCmd `cmd:"" help:"Let a workflow's webhooks answer no more. Runs in work go on."`
	Archive    workflowsArchiveCmd    `cmd:"" help:"Retire a workflow: it is kept and takes no more commands."`
}

// pageSize is how many rows are asked for at a time.
const pageSize = 500

type workflowsListCmd struct {
	dataFlags
	listFlags
	Status []string `placeholder:"STATUS" help:"Only with this status: inactive, activating, active, failed, archived." enum:"inactive,activating,active,failed,archived"`
	Limit  int      `placeholder:"N" default:"50" help:"At most so many; 0: all."`
}

// Help teaches by example.
func (workflowsListCmd) Help() string {
	return `Examples:

    jobsprint workflows list
    jobsprint workflows list --status active --output json`
}

// Run lists workflows.
func (c *workflowsListCmd) Run(env *Env, tree *commands) error {
	if err := checkLimit(c.Limit); err != nil {
		return err
	}
	return env.with(tree, c.dataFlags, app.Read, func(s *session) error {
		fresh := s.WithAtLeast("head")
		list, err := gather(c.Limit, func(after string, n int) (wire.Page[wire.Workflow], error) {
			return fresh.Workflows(env.ctx, client.WorkflowFilter{Status: c.Status, After: after, Limit: n})
		})
		if err != nil {
			return err
		}
		return iostreams.List(env.Streams, c.format(), list, func() *iostreams.Table {
			t := env.NewTable("ID", "NAME", "STATUS", "VERSION", "CHANGED")
			for _, w := range list {
				t.Row(iostreams.Cell{Text: w.ID, Whole: true}, iostreams.Cell{Text: w.Name}, statusCell(w.Status),
					iostreams.Cell{Text: strconv.Itoa(w.Version)}, iostreams.Moment(w.UpdatedAt, env.Now()))
			}
			return t
		})
	})
}

// checkLimit refuses a number of rows that is none.
func checkLimit(n int) error {
	if n < 0 {
		return usage("Use a whole number, or 0 for all.", "--limit %d is below 0", n)
	}
	return nil
}

// gather reads pages until there are limit rows (0: all).
func gather[T any](limit int, page func(after string, n int) (wire.Page[T], error)) ([]T, error) {
	var list []T
	after := ""
	for {
		n := pageSize
		if limit > 0 {
			n = min(n, limit-len(list))
		}
		p, err := page(after, n)
		if err != nil {
			return nil, err
		}
		list = append(list, p.Items...)
		if after = p.Next; after == "" || limit > 0 && len(list) >= limit {
			return list, nil
		}
	}
}

// oneWorkflow are the flags of a command about one workflow.
type oneWorkflow struct {
	dataFlags
	Output string `short:"o" enum:"table,json" default:"table" help:"table or json."`
	ID     string `arg:"" name:"id" help:"The workflow's id, as in workflows list."`
}

// print shows the workflow as it stands.
func (c *oneWorkflow) print(env *Env, w wire.Workflow) error {
	if c.Output == string(iostreams.FormatJSON) {
		return env.JSON(w)
	}
	t := env.NewTable("FIELD", "VALUE")
	row := func(name string, value iostreams.Cell) {
		t.Row(iostreams.Cell{Text: name, Style: iostreams.Dim}, value)
	}
	row("id", iostreams.Cell{Text: w.ID, Whole: true})
	row("name", iostreams.Cell{Text: w.Name})
	row("status", statusCell(w.Status))
	row("version", iostreams.Cell{Text: strconv.Itoa(w.Version)})
	if w.ActiveVersion > 0 {
		row("active version", iostreams.Cell{Text: strconv.Itoa(w.ActiveVersion)})
	}
	row("created", iostreams.Moment(w.CreatedAt, env.Now()))
	row("changed", iostreams.Moment(w.UpdatedAt, env.Now()))
	for _, reason := range w.Reasons {
		row("reason", iostreams.Cell{Text: reason})
	}
	return t.Write()
}

// do runs a command on the workflow and prints what it became.
func (c *oneWorkflow) do(env *Env, tree *commands, work app.Work, fn func(*session, context.Context, string) (wire.Workflow, error)) error {
	return env.with(tree, c.dataFlags, work, func(s *session) error {
		w, err := fn(s, env.ctx, c.ID)
		if err != nil {
			return err
		}
		return c.print(env, w)
	})
}

type workflowsShowCmd struct{ oneWorkflow }

// Help teaches by example.
func (workflowsShowCmd) Help() string {
	return "Example:\n\n    jobsprint workflows show 01890a5d-ac96-774b-bcce-b302099a8057"
}

// Run shows a workflow.
func (c *workflowsShowCmd) Run(env *Env, tree *commands) error {
	return c.do(env, tree, app.Read, func(s *session, ctx context.Context, id string) (wire.Workflow, error) { return s.Workflow(ctx, id) })
}

type workflowsExportCmd struct {
	dataFlags
	Revision int    `name:"version" placeholder:"N" help:"The version to print. Default: the newest."`
	ToFile   string `name:"file" placeholder:"FILE" type:"path" help:"Write to a file instead of stdout."`
	ID       string `arg:"" name:"id" help:"The workflow's id, as in workflows list."`
}

// Help teaches by example.
func (workflowsExportCmd) Help() string {
	return `Examples:

    jobsprint workflows export 01890a5d-ac96-774b-bcce-b302099a8057 > workflow.json
    jobsprint workflows export 01890a5d-ac96-774b-bcce-b302099a8057 --version 1 --file old.json`
}

// Run prints the JSON as it was stored.
func (c *workflowsExportCmd) Run(env *Env, tree *commands) error {
	if c.Revision < 0 {
		return usage("Versions count from 1.", "--version %d is no version", c.Revision)
	}
	return env.with(tree, c.dataFlags, app.Read, func(s *session) error {
		raw, err := s.ExportWorkflow(env.ctx, c.ID, c.Revision)
		if err != nil {
			return err
		}
		if c.ToFile != "" {
			return os.WriteFile(c.ToFile, raw, 0o644)
		}
		_, err = env.Out.Write(raw)
		return err
	})
}

type workflowsActivateCmd struct {
	oneWorkflow
	Revision int `name:"version" placeholder:"N" help:"The version to activate. Default: the newest."`
}

// Help teaches by example.
func (workflowsActivateCmd) Help() string {
	return "It returns when the workflow's routes are claimed. Example:\n\n    jobsprint workflows activate 01890a5d-ac96-774b-bcce-b302099a8057"
}

// Run activates.
func (c *workflowsActivateCmd) Run(env *Env, tree *commands) error {
	if c.Revision < 0 {
		return usage("Versions count from 1.", "--version %d is no version", c.Revision)
	}
	return c.do(env, tree, app.Activate, func(s *session, ctx context.Context, id string) (wire.Workflow, error) {
		w, err := s.ActivateWorkflow(ctx, id, c.Revision)
		if err == nil && w.Status == wire.WorkflowActivating {
			err = errors.Join(c.print(env, w), fail("jobsprint workflows show "+id, "the activation is not decided yet"))
		}
		return w, err
	})
}

type workflowsDeactivateCmd struct{ oneWorkflow }

// Help teaches by example.
func (workflowsDeactivateCmd) Help() string {
	return "Example:\n\n    jobsprint workflows deactivate 01890a5d-ac96-774b-bcce-b302099a8057"
}

// Run deactivates.
func (c *workflowsDeactivateCmd) Run(env *Env, tree *commands) error {
	return c.do(env, tree, app.Activate, func(s *session, ctx context.Context, id string) (wire.Workflow, error) {
		return s.DeactivateWorkflow(ctx, id)
	})
}

type workflowsArchiveCmd struct{ oneWorkflow }

// Help teaches by example.
func (workflowsArchiveCmd) Help() string {
	return "Example:\n\n    jobsprint workflows archive 01890a5d-ac96-774b-bcce-b302099a8057"
}

// Run archives.
func (c *workflowsArchiveCmd) Run(env *Env, tree *commands) error {
	return c.do(env, tree, app.Activate, func(s *session, ctx context.Context, id string) (wire.Workflow, error) {
		return s.ArchiveWorkflow(ctx, id)
	})
}
