package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jobsprint/jobsprint/bench"
	"github.com/jobsprint/jobsprint/bench/closedloop"
	"github.com/jobsprint/jobsprint/bench/process"
	"github.com/jobsprint/jobsprint/bench/served"
	"github.com/jobsprint/jobsprint/internal/client"
)

// Goals of the chain.
const (
	goalShareOfFloor = 0.40
	goalP95MS        = 20
	goalUsers        = 16 // for which the goal of p95 is said
	goalBehind       = 2 * time.Second
)

// round is one measured time of one server.
type round struct {
	closedloop.Report
	serverCPU time.Duration
	memory    process.Memory
	sent      int64 // with the warm-up
	readModel readModel
}

// serverEach and loadEach are the microseconds of processor time that one
// request took: what other work on the machine disturbs less than the rate.
func (r round) serverEach() float64 { return each(r.serverCPU.Seconds(), r.Requests) }
func (r round) loadEach() float64   { return each(r.GeneratorCPU, r.Requests) }

func each(seconds float64, requests int64) float64 {
	return 1e6 * seconds / float64(max(requests, 1))
}

// readModel is how the read model stood behind a round.
type readModel struct {
	lag    int64         // commits that were missing at the end of the load
	behind time.Duration // until none was
	runs   int64         // runs of the workflow that it lists
	whole  int64         // of these, ended well with every step
}

// measureChain alternates rounds of the floor and of Jobsprint, each on a new
// folder while the other does not run.
func measureChain(ctx context.Context, o options) error {
	var floor, ours []round
	fmt.Fprintf(o.out, "%-5s %-9s %7s %7s %7s %7s %6s %9s %7s %7s %7s %9s %8s\n", "round", "server", "req/s", "p50 ms", "p95 ms",
		"max ms", "errors", "server µs", "load µs", "RSS MB", "lag", "behind ms", "runs")
	for n := range o.rounds {
		if o.floor != "" {
			r, err := floorRound(ctx, o)
			if err != nil {
				return fmt.Errorf("floor: %w", err)
			}
			o.line(n+1, "floor", r, "")
			floor = append(floor, r)
		}
		r, err := ourRound(ctx, o)
		if err != nil {
			return err
		}
		o.line(n+1, "jobsprint", r, fmt.Sprintf(" %7d %9d %8d", r.readModel.lag, r.readModel.behind.Milliseconds(), r.readModel.runs))
		ours = append(ours, r)
	}
	o.summary(floor, ours)
	return errors.Join(check(floor, false), check(ours, true))
}

func floorRound(ctx context.Context, o options) (round, error) {
	s, err := served.Floor(ctx, o.floor)
	if err != nil {
		return round{}, err
	}
	r, err := loadChain(ctx, s, o)
	return r, errors.Join(err, s.End())
}

func ourRound(ctx context.Context, o options) (r round, err error) {
	err = withJobsprint(ctx, o, func(s *served.Server, c *client.Client) error {
		w, err := served.Install(ctx, c, bench.Chain)
		if err == nil {
			r, err = loadChain(ctx, s, o)
		}
		if err == nil {
			r.readModel, err = readModelBehind(ctx, c, w.ID)
		}
		return err
	})
	return r, err
}

// loadChain makes one round on a server.
func loadChain(ctx context.Context, s *served.Server, o options) (round, error) {
	plan := closedloop.Plan{
		URL: s.Base + "/webhook/w1", Body: []byte(bench.Body), Contains: bench.ChainAnswer, Users: o.users, Duration: o.warmup,
	}
	var r round
	if o.warmup > 0 {
		warm, err := closedloop.Run(ctx, plan)
		if err != nil {
			return r, err
		}
		r.sent = warm.Sent
	}
	plan.Duration = o.duration
	before, err := s.CPU()
	if err != nil {
		return r, err
	}
	if r.Report, err = closedloop.Run(ctx, plan); err != nil {
		return r, err
	}
	r.sent += r.Sent
	after, err1 := s.CPU()
	r.memory, err = s.Memory()
	r.serverCPU = after - before
	return r, errors.Join(err1, err, ctx.Err())
}

// readModelBehind asks, right behind a load, how far the read model is, waits
// until it has everything, and counts what it holds.
func readModelBehind(ctx context.Context, c *client.Client, workflow string) (readModel, error) {
	var m readModel
	begun := time.Now()
	list, err := c.Projections(ctx)
	if err != nil {
		return m, err
	}
	for _, p := range list {
		m.lag = max(m.lag, p.Lag)
	}
	filter := client.RunFilter{Workflow: workflow, Limit: 500}
	if _, err := c.WithAtLeast("head").Runs(ctx, client.RunFilter{Workflow: workflow, Limit: 1}); err != nil {
		return m, fmt.Errorf("wait for the read model: %w", err)
	}
	m.behind = time.Since(begun)
	for {
		page, err := c.Runs(ctx, filter)
		if err != nil {
			return m, fmt.Errorf("count the runs: %w", err)
		}
		for _, r := range page.Items {
			m.runs++
			if r.Status == "success" && r.Steps == bench.ChainSteps {
				m.whole++
			}
		}
		if page.Next == "" {
			return m, nil
		}
		filter.After = page.Next
	}
}

func (o options) line(n int, server string, r round, more string) {
	fmt.Fprintf(o.out, "%-5d %-9s %7.0f %7.2f %7.2f %7.1f %6d %9.0f %7.0f %7d%s\n", n, server, r.PerSecond, r.P50MS, r.P95MS,
		r.MaxMS, r.Errors, r.serverEach(), r.loadEach(), r.memory.RSS>>20, more)
}

func (o options) summary(floor, ours []round) {
	rate := median(ours, perSecond)
	p95 := median(ours, p95MS)
	var behind time.Duration
	for _, r := range ours {
		behind = max(behind, r.readModel.behind)
	}
	o.medians("jobsprint", ours)
	if len(floor) > 0 {
		o.medians("floor", floor)
		share := rate / median(floor, perSecond)
		o.verdict("share of the floor's rate", fmt.Sprintf("%.2f", share), fmt.Sprintf("%.2f or more", goalShareOfFloor), share >= goalShareOfFloor)
		fmt.Fprintf(o.out, "processor time of the floor and its load, as a share of ours: %.2f\n", median(floor, bothEach)/median(ours, bothEach))
	}
	if o.users == goalUsers {
		o.verdict("p95", fmt.Sprintf("%.1f ms", p95), fmt.Sprintf("under %d ms", goalP95MS), p95 < goalP95MS)
	}
	o.verdict("read model behind at the end", fmt.Sprintf("%d ms at most", behind.Milliseconds()), "under "+goalBehind.String(), behind < goalBehind)
}

func (o options) medians(server string, list []round) {
	fmt.Fprintf(o.out, "median of %s: %.0f req/s, p50 %.2f ms, p95 %.2f ms\n", server, median(list, perSecond), median(list, p50MS), median(list, p95MS))
}

func perSecond(r round) float64 { return r.PerSecond }
func p50MS(r round) float64     { return r.P50MS }
func p95MS(r round) float64     { return r.P95MS }
func bothEach(r round) float64  { return r.serverEach() + r.loadEach() }

func median(list []round, figure func(round) float64) float64 {
	figures := make([]float64, len(list))
	for i, r := range list {
		figures[i] = figure(r)
	}
	return medianOf(figures)
}

// medianOf sorts the list; of an even number it takes the middle of the two.
func medianOf(list []float64) float64 {
	if len(list) == 0 {
		return 0
	}
	slices.Sort(list)
	mid := len(list) / 2
	if len(list)%2 == 1 {
		return list[mid]
	}
	return (list[mid-1] + list[mid]) / 2
}

// check refuses rounds whose figures do not count: a request went wrong, or the
// read model does not hold exactly the runs that were asked for.
func check(rounds []round, ours bool) error {
	for i, r := range rounds {
		m := r.readModel
		switch {
		case r.Errors > 0:
			return fmt.Errorf("round %d: %d of %d requests failed: %s", i+1, r.Errors, r.Requests, r.FirstError)
		case r.Requests == 0:
			return fmt.Errorf("round %d: there was no request in the measured time", i+1)
		case ours && (m.runs != r.sent || m.whole != r.sent):
			return fmt.Errorf("round %d: %d requests made %d runs, of which %d ended well with all %d steps", i+1, r.sent, m.runs, m.whole, bench.ChainSteps)
		}
	}
	return nil
}
