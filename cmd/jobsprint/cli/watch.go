package cli

import (
	"fmt"

	"github.com/jobsprint/jobsprint/cmd/jobsprint/app"
	"github.com/jobsprint/jobsprint/cmd/jobsprint/iostreams"
	"github.com/jobsprint/jobsprint/internal/client"
	"github.com/jobsprint/jobsprint/internal/client/wire"
)

type runsWatchCmd struct {
	dataFlags
	Output string `short:"o" enum:"table,jsonl" default:"table" help:"table (a line for each step) or jsonl (each event as an object)."`
	ID     string `arg:"" name:"id" help:"The run's id, as in runs list."`
}

// Help teaches by example.
func (runsWatchCmd) Help() string {
	return `It shows what has happened so far and then each step as it ends. A restart of the server does not end it.

Example:

    jobsprint runs watch 0193a5b2-6c1e-7d3a-9f10-3b5a7c9d1e2f

Exit code: 0 when the run succeeded, 1 when it failed or was canceled.`
}

// Run follows a run to its end.
func (c *runsWatchCmd) Run(env *Env, tree *commands) error {
	return env.with(tree, c.dataFlags, app.Run, func(s *session) error {
		run, err := s.WithAtLeast("head").Run(env.ctx, c.ID)
		if err != nil {
			return err
		}
		if s.Server == "" && !run.Ended() {
			return fail("Start the server on the folder: jobsprint serve.", "the run is %s and no server runs on its folder, so it does not go on", run.Status)
		}
		status, err := env.follow(s, c.ID, iostreams.Format(c.Output))
		if err != nil {
			return err
		}
		if status != wire.RunSuccess {
			return quiet(codeFailed)
		}
		return nil
	})
}

// follow prints a run until it ends, and gives how it ended.
func (env *Env) follow(s *session, run string, f iostreams.Format) (status string, err error) {
	v := newView(env)
	options := client.StreamOptions{From: "start", UntilEnded: true}
	options.Run = run
	for m, err := range s.Stream(env.ctx, options) {
		if err != nil {
			return "", err
		}
		if m.Type == client.TickType {
			env.tick(m)
			continue
		}
		e, err := m.Event()
		if err != nil {
			return "", fmt.Errorf("read the stream: %w", err)
		}
		env.ProgressDone()
		if f == iostreams.FormatJSONL {
			err = env.JSONLine(e)
		} else {
			v.event(e)
		}
		if e.Type == "run.ended" {
			status = fmt.Sprint(factsOf(e).Status)
		}
		if err != nil {
			return "", err
		}
	}
	if status == "" && env.ctx.Err() != nil {
		return "", env.ctx.Err()
	}
	return status, nil
}

// tick shows a step that is not recorded yet.
func (env *Env) tick(m client.Message) {
	if t, err := m.Tick(); err == nil && t.Status == wire.RunRunning {
		env.Progress("            %s %s", env.Paint(iostreams.Cyan, "…"), iostreams.Plain(t.Step))
	}
}
