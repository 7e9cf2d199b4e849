package cli

import (
	"strconv"
	"time"

	"github.com/jobsprint/jobsprint/cmd/jobsprint/app"
	"github.com/jobsprint/jobsprint/cmd/jobsprint/iostreams"
	"github.com/jobsprint/jobsprint/internal/client"
	"github.com/jobsprint/jobsprint/internal/client/wire"
)

type runsCmd struct {
	List   runsListCmd   `cmd:"" help:"List runs, newest first."`
	Show   runsShowCmd   `cmd:"" help:"Show one run and its steps."`
	Watch  runsWatchCmd  `cmd:"" help:"Follow one run step by step until it ends."`
	Cancel runsCancelCmd `cmd:"" help:"End a run."`
}

type runsListCmd struct {
	dataFlags
	listFlags
	Workflow string   `placeholder:"ID" help:"Only runs of this workflow."`
	Parent   string   `placeholder:"ID" help:"Only runs that steps of this run have started."`
	Status   []string `placeholder:"STATUS" help:"Only with this status: running, waiting, success, error, canceled." enum:"running,waiting,success,error,canceled"`
	Limit    int      `placeholder:"N" default:"50" help:"At most so many; 0: all."`
}

// Help teaches by example.
func (runsListCmd) Help() string {
	return `The list is as fresh as the last commit in the folder.

Examples:

    jobsprint runs list
    jobsprint runs list --status error --limit 5
    jobsprint runs list --output json --limit 0`
}

// listedRun is a run in a list for programs.
type listedRun struct {
	ID        string     `json:"id"`
	Workflow  string     `json:"workflow"`
	Status    string     `json:"status"`
	StartedAt time.Time  `json:"startedAt"`
	EndedAt   *time.Time `json:"endedAt"`

	WorkflowName string `json:"workflowName,omitempty"`
	Mode         string `json:"mode,omitempty"`
	LastStep     string `json:"lastStep,omitempty"`
	Error        string `json:"error,omitempty"`
	Steps        int    `json:"steps"`
	WaitsFor     string `json:"waitsFor,omitempty"`

	Parent *wire.RunParent `json:"parent,omitempty"`
}

func listed(r wire.Run) listedRun {
	out := listedRun{
		ID: r.ID, Workflow: r.Workflow, Status: r.Status, StartedAt: r.StartedAt,
		WorkflowName: r.WorkflowName, Mode: r.Mode, LastStep: r.LastStep, Error: r.Error, Steps: r.Steps, WaitsFor: r.WaitsFor, Parent: r.Parent,
	}
	if !r.EndedAt.IsZero() {
		out.EndedAt = &r.EndedAt
	}
	return out
}

// Run lists runs.
func (c *runsListCmd) Run(env *Env, tree *commands) error {
	if err := checkLimit(c.Limit); err != nil {
		return err
	}
	return env.with(tree, c.dataFlags, app.Read, func(s *session) error {
		fresh := s.WithAtLeast("head")
		rows, err := gather(c.Limit, func(after string, n int) (wire.Page[wire.Run], error) {
			return fresh.Runs(env.ctx, client.RunFilter{Workflow: c.Workflow, Parent: c.Parent, Status: c.Status, After: after, Limit: n})
		})
		if err != nil {
			return err
		}
		list := make([]listedRun, len(rows))
		for i, r := range rows {
			list[i] = listed(r)
		}
		return iostreams.List(env.Streams, c.format(), list, func() *iostreams.Table { return runsTable(env, rows) })
	})
}

func runsTable(env *Env, rows []wire.Run) *iostreams.Table {
	t := env.NewTable("ID", "WORKFLOW", "STATUS", "STARTED", "TOOK", "STEPS", "LAST STEP")
	for _, r := range rows {
		t.Row(iostreams.Cell{Text: r.ID, Whole: true}, iostreams.Cell{Text: r.Workflow, Short: r.WorkflowName}, statusCell(r.Status),
			iostreams.Moment(r.StartedAt, env.Now()), tookCell(r, env.Now()), iostreams.Cell{Text: strconv.Itoa(r.Steps)}, iostreams.Cell{Text: r.LastStep})
	}
	return t
}

// tookCell is how long a run took, or has taken so far; for a pipe its end.
func tookCell(r wire.Run, now time.Time) iostreams.Cell {
	if r.EndedAt.IsZero() {
		return iostreams.Cell{Short: iostreams.Took(max(now.Sub(r.StartedAt), 0)) + " so far"}
	}
	return iostreams.Cell{Text: r.EndedAt.UTC().Format(time.RFC3339Nano), Short: iostreams.Took(r.EndedAt.Sub(r.StartedAt))}
}

type runsShowCmd struct {
	dataFlags
	Output string `short:"o" enum:"table,json,n8n" default:"table" help:"table, json, or n8n: the whole run as n8n prints an execution."`
	ID     string `arg:"" name:"id" help:"The run's id, as in runs list."`
}

// Help teaches by example.
func (runsShowCmd) Help() string {
	return `Examples:

    jobsprint runs show 0193a5b2-6c1e-7d3a-9f10-3b5a7c9d1e2f
    jobsprint runs show 0193a5b2-6c1e-7d3a-9f10-3b5a7c9d1e2f --output n8n`
}

// Run shows a run.
func (c *runsShowCmd) Run(env *Env, tree *commands) error {
	return env.with(tree, c.dataFlags, app.Read, func(s *session) error {
		if c.Output == string(iostreams.FormatN8N) {
			raw, err := s.Execution(env.ctx, c.ID)
			if err != nil {
				return err
			}
			return env.RawJSON(raw)
		}
		run, err := s.WithAtLeast("head").Run(env.ctx, c.ID)
		if err != nil {
			return err
		}
		if c.Output == string(iostreams.FormatJSON) {
			return env.JSON(run)
		}
		return c.table(env, s, run)
	})
}

// table shows the run and then its steps in the order in which they ended.
func (c *runsShowCmd) table(env *Env, s *session, run wire.Run) error {
	t := env.NewTable("FIELD", "VALUE")
	row := func(name string, value iostreams.Cell) {
		t.Row(iostreams.Cell{Text: name, Style: iostreams.Dim}, value)
	}
	row("id", iostreams.Cell{Text: run.ID, Whole: true})
	row("workflow", iostreams.Cell{Text: run.Workflow, Short: run.WorkflowName + " (" + run.Workflow + ")"})
	row("status", statusCell(run.Status))
	row("mode", iostreams.Cell{Text: run.Mode})
	if p := run.Parent; p != nil {
		row("parent", iostreams.Cell{Text: p.Run, Whole: true})
		row("parent step", iostreams.Cell{Text: p.Step})
	}
	if run.WaitsFor != "" {
		row("waits for", iostreams.Cell{Text: run.WaitsFor})
	}
	row("started", iostreams.Moment(run.StartedAt, env.Now()))
	row("ended", tookCell(run, env.Now()))
	if run.Error != "" {
		row("error", iostreams.Cell{Text: run.Error, Style: iostreams.Red})
	}
	if err := t.Write(); err != nil {
		return err
	}
	if err := c.children(env, s); err != nil {
		return err
	}
	v := newView(env)
	for e, err := range history(env.ctx, s, c.ID) {
		if err != nil {
			return err
		}
		v.event(e)
	}
	return nil
}

// maxChildren is how many runs below a run are shown with it.
const maxChildren = 20

// children lists the newest runs that steps of the run have started.
func (c *runsShowCmd) children(env *Env, s *session) error {
	page, err := s.WithAtLeast("head").Runs(env.ctx, client.RunFilter{Parent: c.ID, Limit: maxChildren})
	if err != nil || len(page.Items) == 0 {
		return err
	}
	t := env.NewTable("CHILD", "WORKFLOW", "STATUS", "STEP", "ITEM")
	for _, r := range page.Items {
		t.Row(iostreams.Cell{Text: r.ID, Whole: true}, iostreams.Cell{Text: r.Workflow, Short: r.WorkflowName}, statusCell(r.Status),
			iostreams.Cell{Text: r.Parent.Step}, iostreams.Cell{Text: strconv.Itoa(r.Parent.Item)})
	}
	return t.Write()
}

type runsCancelCmd struct {
	dataFlags
	Output string `short:"o" enum:"table,json" default:"table" help:"table or json."`
	Reason string `placeholder:"TEXT" help:"Why; it is shown with the run."`
	ID     string `arg:"" name:"id" help:"The run's id, as in runs list."`
}

// Help teaches by example.
func (runsCancelCmd) Help() string {
	return "Example:\n\n    jobsprint runs cancel 0193a5b2-6c1e-7d3a-9f10-3b5a7c9d1e2f --reason \"wrong customer\""
}

// Run ends a run.
func (c *runsCancelCmd) Run(env *Env, tree *commands) error {
	return env.with(tree, c.dataFlags, app.Run, func(s *session) error {
		done, err := s.CancelRun(env.ctx, c.ID, c.Reason)
		if err != nil {
			return err
		}
		if c.Output == string(iostreams.FormatJSON) {
			return env.JSON(done)
		}
		t := env.NewTable("ID", "STATUS")
		t.Row(iostreams.Cell{Text: done.ID, Whole: true}, statusCell(wire.RunCanceled))
		return t.Write()
	})
}
