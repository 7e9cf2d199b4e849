package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/jobsprint/jobsprint/cmd/jobsprint/app"
	"github.com/jobsprint/jobsprint/cmd/jobsprint/iostreams"
	"github.com/jobsprint/jobsprint/internal/client"
	"github.com/jobsprint/jobsprint/internal/client/wire"
	"github.com/jobsprint/jobsprint/internal/config"
	"github.com/jobsprint/jobsprint/item"
)

type runCmd struct {
	dataFlags
	Input       string `short:"i" placeholder:"JSON|@FILE" help:"The start step's input: an object (one item's json) or an array of objects (several items); a webhook takes it as body. @FILE reads a file, @- stdin. Default: one item {}."`
	Start       string `placeholder:"STEP" help:"The step to begin with. Default: the workflow's start step."`
	Pinned      bool   `help:"Let steps emit what is pinned to them, in place of running."`
	Output      string `short:"o" enum:"json,jsonl,table,n8n" default:"json" help:"json (the last step's items as an array), jsonl (an item a line), table, or n8n: the whole run as n8n prints an execution."`
	Credentials string `name:"credentials-file" aliases:"credentials" placeholder:"FILE" type:"path" help:"Credentials that steps may use, in n8n's export form. Also JOBSPRINT_CREDENTIALS_FILE."`
	File        string `arg:"" name:"file" type:"path" help:"A workflow in n8n's JSON format."`
}

// Help teaches by example.
func (runCmd) Help() string {
	return `Without a data folder the run lives in a temporary one and is forgotten; with --data-dir (or JOBSPRINT_DATA_DIR) workflow and run are kept there.

Examples:

    jobsprint run workflow.json
    jobsprint run workflow.json --input '{"name":"Ada"}'
    jobsprint run workflow.json --input @items.json --output n8n
    jobsprint run workflow.json --data-dir ./data

Exit code: 0 when the run succeeded, 1 when it failed, 2 when the file is no workflow that can run.`
}

func (c *runCmd) given() map[string]string {
	flags := c.settings()
	flags[config.KeyCredentials] = c.Credentials
	return given(flags)
}

// Run runs the file once.
func (c *runCmd) Run(env *Env, tree *commands) error {
	raw, err := os.ReadFile(c.File)
	if err != nil {
		return usage("Name a file with a workflow in n8n's JSON format.", "cannot read %s: %v", c.File, errors.Unwrap(err))
	}
	input, err := c.input(env)
	if err != nil {
		return err
	}
	settings, err := env.load(tree, c.given())
	if err != nil {
		return err
	}
	if settings.DataDirFrom == config.FromFlag || settings.DataDirFrom == config.FromEnv {
		return env.withConfig(settings, app.Run, func(s *session) error { return c.once(env, s, raw, input, true) })
	}
	return env.inTemporary(settings, func(s *session) error { return c.once(env, s, raw, input, false) })
}

// inTemporary opens a store that is gone afterwards, with a key of its own.
func (env *Env) inTemporary(settings config.Config, fn func(*session) error) error {
	return env.inTemporaryWith(settings, func(*app.Config) {}, fn)
}

// inTemporaryWith is inTemporary with a configuration that adjust may change.
func (env *Env) inTemporaryWith(settings config.Config, adjust func(*app.Config), fn func(*session) error) (err error) {
	dir, err := os.MkdirTemp("", "jobsprint-run-*")
	if err != nil {
		return fmt.Errorf("make a temporary folder: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	conf := app.FromSettings(settings, app.Run)
	conf.DataDir, conf.KeyFile = dir, ""
	adjust(&conf)
	s, err := env.openHere(conf)
	if err != nil {
		return err
	}
	return errors.Join(fn(s), s.close())
}

// inputLimits are those of the server, so that its refusal is known early.
var inputLimits = item.Limits{MaxBytes: 16 << 20, MaxDepth: 200, MaxValues: 1_000_000, RejectDuplicates: true, RejectInvalidUTF8: true}

// input reads --input.
func (c *runCmd) input(env *Env) (item.Value, error) {
	text, where := []byte(c.Input), "--input"
	if name, ok := strings.CutPrefix(c.Input, "@"); ok {
		var err error
		if where = name; name == "-" {
			where = "stdin"
			text, err = io.ReadAll(io.LimitReader(env.In, int64(inputLimits.MaxBytes)+1))
		} else {
			text, err = os.ReadFile(name)
		}
		if err != nil {
			return item.Undefined, usage("Name a file that is there after @.", "cannot read the input: %v", err)
		}
	} else if c.Input == "" {
		return item.Undefined, nil
	}
	v, err := item.Parse(text, inputLimits)
	const next = `Give an object such as '{"a":1}', an array of objects, or @FILE.`
	if err != nil {
		return v, usage(next, "%s is not valid JSON: %v", where, err)
	}
	if _, ok := v.Obj(); ok {
		return v, nil
	}
	list, ok := v.Elems()
	if !ok {
		return v, usage(next, "%s is a %s; it must be an object or an array of objects", where, v.Kind())
	}
	for i, e := range list {
		if _, ok := e.Obj(); !ok {
			return v, usage(next, "%s[%d] is a %s; every item must be an object", where, i, e.Kind())
		}
	}
	return v, nil
}

// codeExpression is the remark upon an expression that is none.
const codeExpression = "node-parameter-expression"

// firstWait bounds how long the first answer is waited for; a run that takes
// longer is followed.
const firstWait = 2 * time.Second

// once stores the workflow, runs it, waits for the end and prints the result.
// kept says that the run will still be there afterwards.
func (c *runCmd) once(env *Env, s *session, raw []byte, input item.Value, kept bool) error {
	name := filepath.Base(c.File)
	w, err := s.CreateNamedWorkflow(env.ctx, raw, fileName(c.File))
	if err != nil {
		return badFile(name, err)
	}
	for _, p := range w.Problems {
		if p.Code == codeExpression { // the step fails if it is reached
			env.Notice("%s: %s", name, p.Message)
		}
	}
	started, err := s.StartRun(env.ctx, w.ID, wire.StartRun{Input: input, Version: wire.NewestVersion, Start: c.Start, Pinned: &c.Pinned}, firstWait)
	if err != nil {
		return badFile(name, err)
	}
	run := started.Run
	if run == nil || !run.Ended() {
		if run, err = env.awaitRun(s, started.ID); err != nil {
			return err
		}
	}
	return c.print(env, s, *run, kept)
}

// badFile makes what the server refuses of a file bad usage.
func badFile(name string, err error) error {
	var p *client.Problem
	if !errors.As(err, &p) || p.Status >= 500 || p.Status == 429 {
		return err
	}
	f := ofProblem(p)
	f.code, f.message = codeUsage, name+": "+f.message
	if p.Pointer != "" {
		f.message += " (at " + p.Pointer + ")"
	}
	f.next = "Correct the file and run it again."
	return f
}

// awaitRun follows a run that takes its time, and says so.
func (env *Env) awaitRun(s *session, id string) (*wire.Run, error) {
	env.Notice("Run %s goes on; waiting for its end.", id)
	options := client.StreamOptions{From: "start", UntilEnded: true}
	options.Run, options.Types = id, []string{"run.ended"}
	for _, err := range s.Stream(env.ctx, options) {
		if err != nil {
			return nil, err
		}
	}
	if err := env.ctx.Err(); err != nil {
		return nil, err
	}
	run, err := s.WithAtLeast("head").Run(env.ctx, id)
	return &run, err
}

// print writes the result of a run that has ended.
func (c *runCmd) print(env *Env, s *session, run wire.Run, kept bool) error {
	raw, err := s.Execution(env.ctx, run.ID)
	if err != nil {
		return err
	}
	if c.Output == string(iostreams.FormatN8N) {
		if err := env.RawJSON(raw); err != nil {
			return err
		}
	}
	if run.Status != wire.RunSuccess {
		return runFailed(run, kept)
	}
	if c.Output == string(iostreams.FormatN8N) {
		return nil
	}
	items, err := lastItems(raw)
	if err != nil {
		return err
	}
	return printItems(env, iostreams.Format(c.Output), items)
}

func runFailed(run wire.Run, kept bool) error {
	message := fmt.Sprintf("the run has ended with status %s", run.Status)
	if run.Error != "" {
		message += fmt.Sprintf(" at step %q: %s", run.LastStep, run.Error)
	}
	next := "Run it again with --output n8n to see every step."
	if kept {
		next = "jobsprint runs show " + run.ID + " shows its steps."
	}
	return fail(next, "%s", message)
}
