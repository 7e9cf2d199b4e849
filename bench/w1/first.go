package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/jobsprint/jobsprint/bench"
	"github.com/jobsprint/jobsprint/bench/served"
	"github.com/jobsprint/jobsprint/internal/client"
)

const (
	goalFirstMS = 2
	// firstPause lets the server idle between two requests.
	firstPause = 5 * time.Millisecond
	// firstWarm requests are not counted: they open the connection and let the
	// program's code and pools get warm.
	firstWarm = 50
)

// measureFirst sends requests one after another to a workflow of one step. Its
// latency holds all of the start, and the step, its record and the answer too.
// The run's history says when its steps were done and about to be recorded,
// which is as close behind the first step's begin as the record can tell.
func measureFirst(ctx context.Context, o options) error {
	return withJobsprint(ctx, o, func(s *served.Server, c *client.Client) error {
		w, err := served.Install(ctx, c, bench.One)
		if err != nil {
			return err
		}
		answered, stepped, err := oneByOne(ctx, o.requests, s, c, w.ID)
		if err != nil {
			return err
		}
		p50 := medianOf(stepped)
		o.verdict("start to first step", fmt.Sprintf("p50 %.2f ms (request sent until its steps had run)", p50), fmt.Sprintf("under %d ms", goalFirstMS), p50 < goalFirstMS)
		fmt.Fprintf(o.out, "start to answer, steps recorded: p50 %.2f ms, p95 %.2f ms\n", medianOf(answered), answered[len(answered)*95/100])
		return nil
	})
}

// oneByOne gives in ms, for each request, how long its answer took, and how long
// until its steps had run.
func oneByOne(ctx context.Context, requests int, s *served.Server, c *client.Client, workflow string) (answered, stepped []float64, err error) {
	sent := make([]time.Time, 0, requests)
	for i := range firstWarm + requests {
		begun := time.Now()
		if err := call(ctx, s.Base+"/webhook/one"); err != nil {
			return nil, nil, err
		}
		if i >= firstWarm {
			answered = append(answered, millis(time.Since(begun)))
			sent = append(sent, begun)
		}
		if err := sleep(ctx, firstPause); err != nil {
			return nil, nil, err
		}
	}
	runs, err := newestRuns(ctx, c, workflow, requests)
	if err != nil {
		return nil, nil, err
	}
	for i, id := range runs {
		done, err := recordedAt(ctx, c, id)
		if err != nil {
			return nil, nil, err
		}
		stepped = append(stepped, millis(done.Sub(sent[i])))
	}
	return answered, stepped, nil
}

func millis(d time.Duration) float64 { return float64(d.Nanoseconds()) / 1e6 }

func call(ctx context.Context, url string) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, url, strings.NewReader(bench.Body))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/json")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	body, err := io.ReadAll(answer.Body)
	_ = answer.Body.Close()
	if err != nil || answer.StatusCode != http.StatusOK || !strings.Contains(string(body), bench.OneAnswer) {
		return fmt.Errorf("the answer %s %.200q is not right: %w", answer.Status, body, err)
	}
	return nil
}

// newestRuns gives the newest n runs, oldest first.
func newestRuns(ctx context.Context, c *client.Client, workflow string, n int) ([]string, error) {
	var list []string
	filter := client.RunFilter{Workflow: workflow, Limit: 500}
	for len(list) < n {
		page, err := c.WithAtLeast("head").Runs(ctx, filter)
		if err != nil {
			return nil, err
		}
		for _, r := range page.Items {
			list = append(list, r.ID)
		}
		if filter.After = page.Next; page.Next == "" {
			break
		}
	}
	if len(list) < n {
		return nil, fmt.Errorf("%d runs are listed, %d were started", len(list), n)
	}
	list = list[:n]
	slices.Reverse(list)
	return list, nil
}

var errNoStep = errors.New("its history has no completed step")

// recordedAt is when the commit with a run's first completed step was made up.
func recordedAt(ctx context.Context, c *client.Client, run string) (time.Time, error) {
	page, err := c.RunEvents(ctx, run, "", 0)
	if err != nil {
		return time.Time{}, err
	}
	for _, e := range page.Items {
		if e.Type == "step.completed" {
			return e.At, nil
		}
	}
	return time.Time{}, fmt.Errorf("run %s: %w", run, errNoStep)
}
