package cli

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/jobsprint/jobsprint/cmd/jobsprint/app"
	"github.com/jobsprint/jobsprint/cmd/jobsprint/iostreams"
	"github.com/jobsprint/jobsprint/internal/client"
	"github.com/jobsprint/jobsprint/internal/client/wire"
)

type importCmd struct {
	dataFlags
	listFlags
	Activate bool   `help:"Activate each workflow: its webhooks answer when the command returns."`
	Path     string `arg:"" name:"path" help:"A file, or a folder whose .json files are taken, with those below it." type:"path"`
}

// Help teaches by example.
func (importCmd) Help() string {
	return `Each file becomes a new workflow, whatever id it carries. What this version cannot run is kept and listed as a problem; only what is no workflow at all is refused.

Examples:

    jobsprint import workflow.json
    jobsprint import exports/ --activate
    jobsprint import exports/ --output json

Exit code: 0 when all files are stored (and active, if asked), 1 when some were refused or not activated.`
}

// imported is the outcome of one file.
type imported struct {
	File     string                 `json:"file"`
	ID       string                 `json:"id"`
	Name     string                 `json:"name"`
	Status   string                 `json:"status"`
	Problems []wire.WorkflowProblem `json:"problems"`
}

// statusRefused is the status of a file that was not stored.
const statusRefused = "refused"

// Run imports.
func (c *importCmd) Run(env *Env, tree *commands) error {
	files, err := workflowFiles(c.Path)
	if err != nil {
		return err
	}
	work := app.Read
	if c.Activate {
		work = app.Activate
	}
	var list []imported
	err = env.with(tree, c.dataFlags, work, func(s *session) error {
		defer env.ProgressDone()
		for i, file := range files {
			env.Progress("%d of %d: %s", i+1, len(files), iostreams.Plain(filepath.Base(file)))
			out, err := c.file(env, s, file)
			if err != nil {
				return err
			}
			list = append(list, out)
		}
		return nil
	})
	if len(list) > 0 {
		err = errors.Join(err, iostreams.List(env.Streams, c.format(), list, func() *iostreams.Table { return importTable(env, list) }))
	}
	if err != nil {
		return err
	}
	return c.verdict(env, list)
}

// workflowFiles lists the files to import, sorted.
func workflowFiles(path string) ([]string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, usage("Name a file or a folder that is there.", "cannot read %s: %v", path, errors.Unwrap(err))
	}
	if !info.IsDir() {
		return []string{path}, nil
	}
	var files []string
	err = filepath.WalkDir(path, func(name string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() && strings.EqualFold(filepath.Ext(name), ".json") {
			files = append(files, name)
		}
		return err
	})
	if err != nil {
		return nil, usage("Make the folder readable.", "cannot read %s: %v", path, err)
	}
	if len(files) == 0 {
		return nil, usage("Name a folder with workflows in n8n's JSON format.", "there is no .json file in %s", path)
	}
	slices.Sort(files)
	return files, nil
}

// file imports one file. An error means that going on makes no sense.
func (c *importCmd) file(env *Env, s *session, file string) (imported, error) {
	out := imported{File: file, Status: statusRefused, Problems: []wire.WorkflowProblem{}}
	raw, err := os.ReadFile(file)
	if err != nil {
		out.refuse("unreadable", "", err.Error())
		return out, nil
	}
	w, err := s.CreateNamedWorkflow(env.ctx, raw, fileName(file))
	if err != nil {
		return out, out.because(err)
	}
	out.ID, out.Name, out.Status = w.ID, w.Name, w.Status
	out.Problems = append(out.Problems, w.Problems...)
	if !c.Activate {
		return out, nil
	}
	w, err = s.ActivateWorkflow(env.ctx, w.ID, 0)
	if err != nil {
		out.Status = wire.WorkflowFailed
		return out, out.because(err)
	}
	out.Status = w.Status
	return out, nil
}

// fileName is the name of a workflow that has none of its own.
func fileName(file string) string {
	base := filepath.Base(file)
	return strings.TrimSuffix(base, filepath.Ext(base))
}

func (i *imported) refuse(code, pointer, message string) {
	i.Problems = append(i.Problems, wire.WorkflowProblem{Code: code, Pointer: pointer, Message: message, Blocking: true})
}

// because notes a refusal as a problem; any other error is given back.
func (i *imported) because(err error) error {
	var p *client.Problem
	if !errors.As(err, &p) || p.Status >= 500 {
		return err
	}
	if len(p.Errors) == 0 || i.ID == "" {
		message := p.Detail
		if message == "" {
			message = p.Title
		}
		i.refuse(p.Code, p.Pointer, message)
	}
	for _, fault := range p.Errors {
		if !slices.ContainsFunc(i.Problems, func(w wire.WorkflowProblem) bool { return strings.Contains(fault.Detail, w.Message) }) {
			i.refuse(p.Code, fault.Pointer, fault.Detail)
		}
	}
	return nil
}

func importTable(env *Env, list []imported) *iostreams.Table {
	t := env.NewTable("FILE", "ID", "NAME", "STATUS", "PROBLEMS")
	for _, i := range list {
		var texts []string
		for _, p := range i.Problems {
			texts = append(texts, problemText(p))
		}
		t.Row(iostreams.Cell{Text: i.File, Short: filepath.Base(i.File)}, iostreams.Cell{Text: i.ID, Whole: true},
			iostreams.Cell{Text: i.Name}, iostreams.Cell{Text: i.Status, Style: statusStyle(i.Status)}, iostreams.Cell{Text: strings.Join(texts, "; ")})
	}
	return t
}

// problemText is a problem in one line.
func problemText(p wire.WorkflowProblem) string {
	if p.Step != "" && !strings.Contains(p.Message, p.Step) {
		return p.Step + ": " + p.Message
	}
	return p.Message
}

// verdict says on stderr what went wrong, in full, and decides the exit code.
func (c *importCmd) verdict(env *Env, list []imported) error {
	refused, inactive := 0, 0
	for _, i := range list {
		bad := i.Status == statusRefused
		switch {
		case bad:
			refused++
		case c.Activate && i.Status != wire.WorkflowActive:
			inactive++
			bad = true
		}
		if !bad || !env.OutTerminal && c.format() != iostreams.FormatTable {
			continue
		}
		for _, p := range i.Problems {
			if p.Blocking {
				env.Notice("%s: %s", iostreams.Plain(i.File), iostreams.Plain(problemText(p)))
			}
		}
	}
	switch {
	case refused > 0:
		return fail("Correct what is named and import those files again.", "%d of %d files were refused", refused, len(list))
	case inactive > 0:
		return fail("Correct what is named and import those files again, or leave out --activate.", "%d of %d workflows were stored but not activated", inactive, len(list))
	}
	return nil
}
