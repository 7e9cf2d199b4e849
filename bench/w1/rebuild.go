package main

import (
	"context"
	"fmt"
	"time"

	"github.com/jobsprint/jobsprint/bench"
	"github.com/jobsprint/jobsprint/bench/served"
	"github.com/jobsprint/jobsprint/internal/client"
)

const goalRebuild = 50_000 // events/s

// measureRebuild fills the log as mode chain does, then rebuilds all read
// models while nothing else happens.
func measureRebuild(ctx context.Context, o options) error {
	return withJobsprint(ctx, o, func(s *served.Server, c *client.Client) error {
		w, err := served.Install(ctx, c, bench.Chain)
		if err != nil {
			return err
		}
		load, err := loadChain(ctx, s, o)
		if err != nil {
			return err
		}
		before, err := readModelBehind(ctx, c, w.ID)
		if err != nil {
			return err
		}
		perRun, err := eventsOfARun(ctx, c, w.ID)
		if err != nil {
			return err
		}
		begun := time.Now()
		rebuilt, err := c.RebuildProjection(ctx, client.AllProjections)
		took := time.Since(begun)
		if err != nil {
			return err
		}
		after, err := readModelBehind(ctx, c, w.ID)
		if err != nil {
			return err
		}
		if before.whole != load.sent || after.whole != load.sent {
			return fmt.Errorf("%d requests; the read model listed %d whole runs before and %d after", load.sent, before.whole, after.whole)
		}
		rate := float64(load.sent*int64(perRun)) / took.Seconds()
		fmt.Fprintf(o.out, "%d runs of %d events in %d commits, rebuilt in %d ms\n", load.sent, perRun, rebuilt.Commits, took.Milliseconds())
		o.verdict("rebuild", fmt.Sprintf("%.0f events/s", rate), fmt.Sprintf("%d or more", goalRebuild), rate >= goalRebuild)
		return nil
	})
}

// eventsOfARun counts the events of the newest run: all of the workflow's runs
// have the same.
func eventsOfARun(ctx context.Context, c *client.Client, workflow string) (int, error) {
	runs, err := newestRuns(ctx, c, workflow, 1)
	if err != nil {
		return 0, err
	}
	page, err := c.RunEvents(ctx, runs[0], "", 0)
	return len(page.Items), err
}
