package main

import (
	"context"
	"errors"

	"github.com/jobsprint/jobsprint/bench/served"
	"github.com/jobsprint/jobsprint/internal/client"
)

// withJobsprint starts Jobsprint for a measurement and ends it.
func withJobsprint(ctx context.Context, o options, measure func(*served.Server, *client.Client) error) error {
	s, err := served.Jobsprint(ctx, o.jobsprint)
	if err != nil {
		return err
	}
	c, err := client.New(s.Base, nil)
	if err == nil {
		err = measure(s, c)
	}
	return errors.Join(err, s.End())
}
