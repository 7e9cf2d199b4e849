package main

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

// server is one that runs, with a folder that goes when it does.
type server struct {
	*process.Process
	base      string // its address
	dir       string
	readyTook time.Duration
}

// startFloor starts the program to compare with.
func startFloor(ctx context.Context, program string) (*server, error) {
	return start(ctx, program, func(address, dir string) []string { return []string{address, dir} })
}

// startJobsprint starts Jobsprint on an empty folder. Nothing but its address,
// folder and key differs from what a user gets; it logs warnings only, as each
// started server would greet otherwise.
func startJobsprint(ctx context.Context, program string) (*server, error) {
	return start(ctx, program, func(address, dir string) []string {
		return []string{"serve", "--data-dir", filepath.Join(dir, "data"), "--key-file", filepath.Join(dir, "master.key"),
			"--listen", address, "--log-level", "warn"}
	})
}

func start(ctx context.Context, program string, args func(address, dir string) []string) (*server, error) {
	address, err := process.FreeAddress()
	if err != nil {
		return nil, err
	}
	s := &server{base: "http://" + address}
	if s.dir, err = os.MkdirTemp("", "jobsprint-bench-"); err != nil {
		return nil, err
	}
	if s.Process, err = process.Start(program, args(address, s.dir)...); err != nil {
		return nil, errors.Join(err, os.RemoveAll(s.dir))
	}
	ctx, cancel := context.WithTimeout(ctx, readyPatience)
	defer cancel()
	if s.readyTook, err = s.Ready(ctx, s.base+"/readyz"); err != nil {
		return nil, errors.Join(err, s.end())
	}
	return s, nil
}

// end stops the server and removes its folder.
func (s *server) end() error { return errors.Join(s.Stop(), os.RemoveAll(s.dir)) }

// withJobsprint starts Jobsprint for a measurement and ends it.
func withJobsprint(ctx context.Context, o options, measure func(*server, *client.Client) error) error {
	s, err := startJobsprint(ctx, o.jobsprint)
	if err != nil {
		return err
	}
	c, err := client.New(s.base, nil)
	if err == nil {
		err = measure(s, c)
	}
	return errors.Join(err, s.end())
}

// install stores a workflow and activates it.
func install(ctx context.Context, c *client.Client, raw []byte) (wire.Workflow, error) {
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
