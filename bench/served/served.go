// Package served starts a built server on an empty folder, for a measurement.
package served

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/jobsprint/jobsprint/bench/process"
	"github.com/jobsprint/jobsprint/internal/client"
	"github.com/jobsprint/jobsprint/internal/client/wire"
)

// readyPatience bounds how long a server may take to be ready.
const readyPatience = 60 * time.Second

// Server is one that runs, with a folder that goes when it does.
type Server struct {
	*process.Process
	Base      string        // its address
	Dir       string        // of its data
	ReadyTook time.Duration // from its start until it was ready
}

// Floor starts a program to compare with, as PROGRAM ADDRESS FOLDER.
func Floor(ctx context.Context, program string) (*Server, error) {
	return start(ctx, program, func(address, dir string) []string { return []string{address, dir} })
}

// Jobsprint starts Jobsprint on an empty folder. Nothing but its address,
// folder and key differs from what a user gets; it logs warnings only, as each
// started server would greet otherwise.
func Jobsprint(ctx context.Context, program string, flags ...string) (*Server, error) {
	return start(ctx, program, func(address, dir string) []string {
		return append([]string{"serve", "--data-dir", filepath.Join(dir, "data"), "--key-file", filepath.Join(dir, "master.key"),
			"--listen", address, "--log-level", "warn"}, flags...)
	})
}

func start(ctx context.Context, program string, args func(address, dir string) []string) (*Server, error) {
	address, err := process.FreeAddress()
	if err != nil {
		return nil, err
	}
	s := &Server{Base: "http://" + address}
	if s.Dir, err = os.MkdirTemp("", "jobsprint-bench-"); err != nil {
		return nil, err
	}
	if s.Process, err = process.Start(program, args(address, s.Dir)...); err != nil {
		return nil, errors.Join(err, os.RemoveAll(s.Dir))
	}
	ctx, cancel := context.WithTimeout(ctx, readyPatience)
	defer cancel()
	if s.ReadyTook, err = s.Ready(ctx, s.Base+"/readyz"); err != nil {
		return nil, errors.Join(err, s.End())
	}
	return s, nil
}

// End stops the server and removes its folder.
func (s *Server) End() error { return errors.Join(s.Stop(), os.RemoveAll(s.Dir)) }

// Install stores a workflow and activates it.
func Install(ctx context.Context, c *client.Client, raw []byte) (wire.Workflow, error) {
	w, err := c.CreateWorkflow(ctx, raw)
	if err != nil {
		return w, fmt.Errorf("store the workflow: %w", err)
	}
	w, err = c.ActivateWorkflow(ctx, w.ID, 0)
	switch {
	case err != nil:
		return w, fmt.Errorf("activate %q: %w", w.Name, err)
	case w.Status != wire.WorkflowActive:
		return w, fmt.Errorf("%q is %s: %v", w.Name, w.Status, w.Reasons)
	}
	return w, nil
}
