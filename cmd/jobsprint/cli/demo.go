package cli

import (
	"fmt"
	"os"

	"github.com/jobsprint/jobsprint/cmd/jobsprint/demo"
	"github.com/jobsprint/jobsprint/cmd/jobsprint/iostreams"
)

type demoCmd struct {
	Output string `short:"o" enum:"table,jsonl" default:"table" help:"table (for a person) or jsonl (an object a line, with a kind: run.started, step.completed, server.killed, server.restarted, run.ended, effects, replay)."`
}

// Help teaches by example.
func (demoCmd) Help() string {
	return `It starts a server in a temporary folder, imports and activates two workflows, sends real HTTP requests, shows the runs step by step, kills the server with -9 in the middle of a run, starts it again, and shows that the run goes on, that each effect has happened once, and that the run can be computed again. Everything is removed at the end.

Examples:

    jobsprint demo
    jobsprint demo --output jsonl

Exit code: 0 when all of it was so, 1 when anything was not.`
}

// Run performs the demo. It cleans up, however it ends.
func (c *demoCmd) Run(env *Env) error {
	exe, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find this program: %w", err)
	}
	o := demo.Options{Streams: env.Streams, Executable: exe}
	if c.Output == string(iostreams.FormatJSONL) {
		o.Output = demo.OutputJSONL
	}
	return demo.Run(env.ctx, o)
}
