package main

import (
	"context"
	"fmt"
	"time"

	"github.com/jobsprint/jobsprint/bench/served"
	"github.com/jobsprint/jobsprint/internal/client"
)

// Goals of a server that starts and idles.
const (
	goalReady   = time.Second
	goalIdleRSS = 120 // MB
)

// measureReady starts Jobsprint on an empty folder several times, and reads
// what it costs when it has nothing to do.
func measureReady(ctx context.Context, o options) error {
	took := make([]float64, 0, o.rounds)
	for range o.rounds {
		err := withJobsprint(ctx, o, func(s *served.Server, _ *client.Client) error {
			took = append(took, float64(s.ReadyTook.Milliseconds()))
			return nil
		})
		if err != nil {
			return err
		}
	}
	return withJobsprint(ctx, o, func(s *served.Server, _ *client.Client) error {
		begun, err := s.CPU()
		if err != nil {
			return err
		}
		if err := sleep(ctx, o.rest); err != nil {
			return err
		}
		used, err := s.CPU()
		if err != nil {
			return err
		}
		memory, err := s.Memory()
		if err != nil {
			return err
		}
		ready := medianOf(took)
		o.verdict("from start to ready", fmt.Sprintf("median %.0f ms of %.0f", ready, took), "under "+goalReady.String(), ready < float64(goalReady.Milliseconds()))
		rss := memory.RSS >> 20
		o.verdict("RSS idle", fmt.Sprintf("%d MB after %s", rss, o.rest), fmt.Sprintf("under %d MB", goalIdleRSS), rss < goalIdleRSS)
		fmt.Fprintf(o.out, "processor time idle: %.1f%% of one core\n", 100*(used-begun).Seconds()/max(o.rest.Seconds(), 0.001))
		return nil
	})
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
