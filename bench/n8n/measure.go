package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/jobsprint/jobsprint/bench/closedloop"
	"github.com/jobsprint/jobsprint/bench/served"
	"github.com/jobsprint/jobsprint/internal/client"
)

// withServer starts a server on an empty folder, with the workflows active.
func (o *options) withServer(ctx context.Context, workflows [][]byte, measure func(*served.Server) error) error {
	s, err := served.Jobsprint(ctx, o.jobsprint, o.serveFlags...)
	if err != nil {
		return err
	}
	c, err := client.New(s.Base, nil)
	for i := 0; err == nil && i < len(workflows); i++ {
		_, err = served.Install(ctx, c, workflows[i])
	}
	if err == nil {
		err = measure(s)
	}
	return errors.Join(err, s.End())
}

// workflowsOf reads the workflows of a scenario: all but its manifest.
func (o *options) workflowsOf(name string) ([][]byte, error) {
	files, err := filepath.Glob(filepath.Join(o.folder, name, "*.json"))
	if err != nil {
		return nil, err
	}
	var out [][]byte
	for _, file := range files {
		if strings.HasSuffix(file, ".manifest.json") {
			continue
		}
		raw, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		out = append(out, raw)
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("there are no workflows in %s", filepath.Join(o.folder, name))
	}
	return out, nil
}

// plan is the load of a scenario on a server.
func (s *scenario) plan(base string, o *options) closedloop.Plan {
	p := closedloop.Plan{
		URL: base + "/webhook/" + s.paths[0], Method: s.method, ContentType: s.contentType, Contains: s.contains,
		Users: o.users, Warmup: o.warmup, Duration: o.duration,
	}
	for _, other := range s.paths[1:] {
		p.Others = append(p.Others, base+"/webhook/"+other)
	}
	if s.body != "" {
		p.Body = []byte(s.body)
	}
	return p
}

// measure makes the load of one scenario and prints what it came to.
func (o *options) measure(ctx context.Context, s scenario) error {
	workflows, err := o.workflowsOf(s.name)
	if err != nil {
		return err
	}
	return o.withServer(ctx, workflows, func(server *served.Server) error {
		report, err := closedloop.Run(ctx, s.plan(server.Base, o))
		if err != nil {
			return err
		}
		memory, err := server.Memory()
		if err != nil {
			return err
		}
		if report.Errors > 0 || report.Requests == 0 {
			return fmt.Errorf("%d of %d requests failed: %s", report.Errors, report.Requests, report.FirstError)
		}
		fmt.Fprintf(o.out, "%-22s %6d %9.0f %8.2f %8.2f %8d %18s %18s\n", s.name, o.users, report.PerSecond, report.P50MS, report.P95MS, memory.RSS>>20,
			ratio(report.PerSecond, s.standard, s.goalStandard), ratio(report.PerSecond, s.legacy, s.goalLegacy))
		return nil
	})
}

// ratio says how many times n8n's rate a rate is, and whether that is enough.
func ratio(perSecond float64, n8n figures, goal float64) string {
	if n8n.perSecond == 0 {
		return "not recorded"
	}
	times := perSecond / n8n.perSecond
	word := "met"
	if times < goal {
		word = "missed"
	}
	return fmt.Sprintf("%.0f× (%.0f %s)", times, goal, word)
}

// manyTimeout bounds the one request of the run of many items.
const manyTimeout = 3 * time.Minute

// measureMany sends one request that makes many items, on a server that has done
// nothing else.
func (o *options) measureMany(ctx context.Context) error {
	return o.withServer(ctx, [][]byte{manyWorkflow}, func(server *served.Server) error {
		idle, err := server.Memory()
		if err != nil {
			return err
		}
		begun := time.Now()
		if err := askMany(ctx, server.Base); err != nil {
			return err
		}
		took := time.Since(begun).Seconds()
		memory, err := server.Memory()
		if err != nil {
			return err
		}
		word := func(met bool) string {
			if met {
				return "met"
			}
			return "missed"
		}
		peak := memory.Peak >> 20
		fmt.Fprintf(o.out, "%s: %d items in %.2f s (goal: under %.0f s, %s; n8n %.0f s: %.0f×), peak %d MB (goal: under %d MB, %s; n8n %.0f MB), idle %d MB\n",
			manyItems, many.items, took, many.goalSeconds, word(took < many.goalSeconds), many.n8nSeconds, many.n8nSeconds/took,
			peak, many.goalMB, word(peak < many.goalMB), many.n8nMB, idle.RSS>>20)
		return nil
	})
}

func askMany(ctx context.Context, base string) error {
	ctx, cancel := context.WithTimeout(ctx, manyTimeout)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, base+"/webhook/many", strings.NewReader(fmt.Sprintf(`{"n":%d}`, many.items)))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/json")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(answer.Body, 1<<20))
	if err != nil {
		return err
	}
	if answer.StatusCode != http.StatusOK || !strings.Contains(string(body), `"f1":"0-x"`) {
		return fmt.Errorf("the answer was %d %.200s", answer.StatusCode, body)
	}
	return nil
}
