package app

import (
	"context"
	"errors"
	"os"

	"github.com/jobsprint/jobsprint/commands"
	"github.com/jobsprint/jobsprint/handlers"
	"github.com/jobsprint/jobsprint/item"
	nodesnet "github.com/jobsprint/jobsprint/nodes/net"
	"github.com/jobsprint/jobsprint/projections"
	"github.com/jobsprint/jobsprint/workflow"
)

// maxSearched is how many workflows are searched for one that a step names.
const maxSearched = 2_000

// maxFetched bounds a workflow that is read from the network.
const maxFetched = workflow.MaxDefinitionBytes + 1

// library finds the workflows that steps name: in the store, in the folder for
// files, and in the network as far as steps may use it.
func (a *App) library() (handlers.Library, error) {
	l := handlers.Library{Find: a.findWorkflow}
	if folder := a.conf.FilesFolder; folder != "" {
		l.Files = func() (*os.Root, error) { return os.OpenRoot(folder) }
	}
	var err error
	l.Fetch, err = nodesnet.Fetcher(a.conf.netOptions(), maxFetched)
	return l, err
}

// findWorkflow remembers what it found, as long as that is not archived.
func (a *App) findWorkflow(ctx context.Context, workspace, id, name string) (string, error) {
	key := [3]string{workspace, id, name}
	if found, ok := a.found.Load(key); ok {
		d, err := a.commands.Definition(ctx, workspace, found.(string))
		if err == nil && d.Status != commands.StatusArchived {
			return d.ID, nil
		}
	}
	found, err := a.searchWorkflow(ctx, workspace, id, name)
	if found != "" {
		a.found.Store(key, found)
	}
	return found, err
}

// searchWorkflow gives the id of the workflow that has a name or, in the file that
// it was imported from, the id; the newest where several have it. Names come
// first: they cost no look into the files.
func (a *App) searchWorkflow(ctx context.Context, workspace, id, name string) (string, error) {
	var all []projections.WorkflowRow
	for after := ""; len(all) < maxSearched; {
		page, err := a.projector.Queries().Workflows(ctx, projections.WorkflowFilter{Workspace: workspace, After: after})
		if errors.Is(err, projections.ErrRebuilding) {
			return "", nil
		}
		if err != nil {
			return "", err
		}
		all = append(all, page.Items...)
		if after = page.Next; after == "" {
			break
		}
	}
	for _, row := range all {
		if row.Status != projections.WorkflowArchived && (row.Name == id || name != "" && row.Name == name) {
			return row.ID, nil
		}
	}
	for _, row := range all {
		if row.Status == projections.WorkflowArchived {
			continue
		}
		d, err := a.commands.Definition(ctx, workspace, row.ID)
		if err != nil {
			return "", err
		}
		raw, _ := d.Raw(d.Version)
		if v, err := item.Parse([]byte(raw), item.Limits{}); err == nil && v.Get("id").ToString() == id {
			return row.ID, nil
		}
	}
	return "", nil
}
