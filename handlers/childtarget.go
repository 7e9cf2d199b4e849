package handlers

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/jobsprint/jobsprint/commands"
	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
	"github.com/jobsprint/jobsprint/workflow"
)

// Library finds the workflows that steps name. All of it may be missing.
type Library struct {
	// Find gives the id of the definition that has the name, or the id of another
	// place, n8n's; "" where none has.
	Find func(ctx context.Context, workspace, id, name string) (string, error)
	// Files opens the folder that workflow files are read from; nil: there is none.
	Files func() (*os.Root, error)
	// Fetch reads a workflow from an address, where that is allowed.
	Fetch func(ctx context.Context, url string) ([]byte, error)
}

// target is the workflow of a run that a step starts. With raw it is no version
// of a definition, and bears the id of the one that starts it.
type target struct {
	program  *Program
	workflow string
	version  int
	raw      string
}

// childTarget finds the workflow that a step names and makes sure that it can
// run.
func (e *Engine) childTarget(ctx context.Context, m *mailbox, c nodes.Child) (target, error) {
	started := &m.run.Started
	switch {
	case c.Raw != "":
		return e.inlineTarget(started, c.Raw)
	case c.File != "":
		raw, err := e.readWorkflow(c.File)
		if err != nil {
			return target{}, err
		}
		return e.inlineTarget(started, raw)
	case c.URL != "":
		if e.Library.Fetch == nil {
			return target{}, childRefused("child.url", "workflows cannot be read from the network here; store the workflow and name it")
		}
		raw, err := e.Library.Fetch(ctx, c.URL)
		if err != nil {
			if ctx.Err() != nil {
				return target{}, err
			}
			return target{}, childRefused("child.url", "The workflow could not be loaded: %v", err)
		}
		return e.inlineTarget(started, string(raw))
	}
	return e.storedTarget(ctx, m.workspace, started.Workflow, c)
}

func childRefused(code, format string, args ...any) error {
	return &nodes.ChildError{Err: nodes.Fail(code, fmt.Sprintf(format, args...), -1)}
}

func (e *Engine) inlineTarget(started *events.RunStarted, raw string) (target, error) {
	g, err := e.Commands.InlineGraph(raw)
	var bad *workflow.ImportError
	if errors.As(err, &bad) {
		return target{}, childRefused("child.json", "%s", bad.Message)
	}
	if err != nil {
		return target{}, err
	}
	p, err := e.calledProgram(g)
	return target{program: p, workflow: started.Workflow, version: started.Version, raw: raw}, err
}

// calledProgram compiles a workflow that is called; one without any trigger has
// nothing to begin with.
func (e *Engine) calledProgram(g *workflow.Graph) (*Program, error) {
	if len(g.Starts) == 0 {
		fail := nodes.Fail("child.trigger", "Missing node to start execution", -1)
		fail.Description = "Please make sure the workflow you're calling contains an Execute Workflow Trigger node"
		return nil, &nodes.ChildError{Err: fail, Plain: true}
	}
	if why := g.Blocking(); len(why) > 0 {
		return nil, commands.NotRunnable(why)
	}
	return e.Compiler.Program(g)
}

// maxWorkflowFile bounds what is read of a workflow file.
const maxWorkflowFile = workflow.MaxDefinitionBytes + 1

// readWorkflow reads a file of the folder for workflow files.
func (e *Engine) readWorkflow(name string) (string, error) {
	missing := childRefused("child.file", "The file \"%s\" could not be found, [item 0]", name)
	if e.Library.Files == nil {
		return "", childRefused("child.file", "workflows cannot be read from files here: no folder for files is set")
	}
	folder, err := e.Library.Files()
	if err != nil {
		return "", missing
	}
	defer func() { _ = folder.Close() }()
	inside := name
	if filepath.IsAbs(name) {
		if inside, err = filepath.Rel(folder.Name(), name); err != nil {
			return "", missing
		}
	}
	f, err := folder.Open(inside)
	if err != nil {
		return "", missing
	}
	defer func() { _ = f.Close() }()
	raw, err := io.ReadAll(io.LimitReader(f, maxWorkflowFile))
	if err != nil {
		return "", missing
	}
	return string(raw), nil
}

// storedTarget finds a definition by its id here, its id elsewhere or its name.
// Its active version runs, or the newest of one that is not active.
// caller is the workflow that asks, "" for the engine itself.
func (e *Engine) storedTarget(ctx context.Context, workspace, caller string, c nodes.Child) (target, error) {
	d, err := e.Commands.Definition(ctx, workspace, c.Workflow)
	if commands.CodeOf(err) == commands.CodeNotFound && e.Library.Find != nil {
		id, findErr := e.Library.Find(ctx, workspace, c.Workflow, c.Name)
		if findErr != nil {
			return target{}, findErr
		}
		if id != "" {
			d, err = e.Commands.Definition(ctx, workspace, id)
		}
	}
	switch {
	case commands.CodeOf(err) == commands.CodeNotFound, err == nil && d.Status == commands.StatusArchived:
		fail := nodes.Fail("child.unknown", "Workflow is not active and cannot be executed.", -1)
		fail.Context = item.NewObject(1).Set("workflow", item.String(c.Workflow)).Value()
		return target{}, &nodes.ChildError{Err: fail}
	case err != nil:
		return target{}, err
	}
	version := d.ActiveVersion
	if version == 0 {
		version = d.Version
	}
	g, err := e.Commands.Graph(ctx, workspace, d.ID, version)
	if err != nil {
		return target{}, err
	}
	if caller != "" && !mayCall(&g.Settings, caller, d.ID) {
		return target{}, childRefused("child.denied", "The sub-workflow (%s) cannot be called by this workflow: its setting \"This workflow can be called by\" does not allow it", d.ID)
	}
	p, err := e.calledProgram(g)
	return target{program: p, workflow: d.ID, version: version}, err
}

// mayCall reports whether the settings of a workflow let another one call it. A
// workflow may always call itself.
func mayCall(s *workflow.Settings, caller, called string) bool {
	switch {
	case caller == called:
		return true
	case s.CallerPolicy == "none":
		return false
	case s.CallerPolicy == "workflowsFromAList":
		for id := range strings.SplitSeq(s.CallerIDs, ",") {
			if strings.TrimSpace(id) == caller {
				return true
			}
		}
		return false
	}
	return true // "any", and the owner's: there is one owner
}
