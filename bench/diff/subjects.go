package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/jobsprint/jobsprint/bench/diff/generate"
	"github.com/jobsprint/jobsprint/bench/diff/oracle"
	"github.com/jobsprint/jobsprint/item"
)

// The files of a subject, after its name.
const (
	workflowSuffix = ".workflow.json"
	n8nSuffix      = ".n8n.json"
	oursSuffix     = ".jobsprint.json"
	placesSuffix   = ".txt"
)

// subject is one workflow to compare, with n8n's run of it; undefined: there is
// none yet.
type subject struct {
	name   string
	raw    []byte
	theirs item.Value
}

// subjects makes the workflows, or reads them.
func (p *plan) subjects() ([]subject, error) {
	var out []subject
	for _, file := range p.files {
		s, err := readSubject(file)
		if err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	if len(out) > 0 {
		return out, nil
	}
	for i := range p.count {
		seed := p.seed + uint64(i)
		out = append(out, subject{name: fmt.Sprintf("seed-%d", seed), raw: generate.Workflow(seed, generate.Options{Types: p.steps, NoCode: p.noCode})})
	}
	return out, nil
}

func readSubject(file string) (subject, error) {
	raw, err := os.ReadFile(file)
	if err != nil {
		return subject{}, err
	}
	base, beside := strings.CutSuffix(file, workflowSuffix)
	s := subject{name: strings.TrimSuffix(filepath.Base(base), ".json"), raw: raw}
	if !beside {
		return s, nil
	}
	theirs, err := os.ReadFile(base + n8nSuffix)
	if os.IsNotExist(err) {
		return s, nil
	}
	if err == nil {
		s.theirs, err = item.Parse(theirs, item.Limits{MaxBytes: len(theirs), MaxDepth: 1000, MaxValues: 100_000_000})
	}
	if err != nil {
		return s, fmt.Errorf("%s%s: %w", base, n8nSuffix, err)
	}
	return s, nil
}

func needN8N(subjects []subject) bool {
	return slices.ContainsFunc(subjects, func(s subject) bool { return s.theirs.IsUndefined() })
}

// theirRuns lets n8n run what it has not yet run.
func theirRuns(ctx context.Context, n8n oracle.N8N, subjects []subject, stdout io.Writer) error {
	var raws [][]byte
	var at []int
	for i, s := range subjects {
		if s.theirs.IsUndefined() {
			raws, at = append(raws, s.raw), append(at, i)
		}
	}
	if len(raws) == 0 {
		return nil
	}
	fmt.Fprintf(stdout, "running %d workflows in n8n …\n", len(raws))
	executions, err := n8n.Run(ctx, raws)
	if err != nil {
		return err
	}
	for k, i := range at {
		subjects[i].theirs = executions[k]
	}
	return nil
}

// keep writes a workflow, both runs and where they differ into the folder.
func (p *plan) keep(s subject, ours item.Value, places []string) (err error) {
	if p.folder == "" {
		p.folder, err = os.MkdirTemp("", "jobsprint-n8n-diff-*")
	} else {
		err = os.MkdirAll(p.folder, 0o755)
	}
	if err != nil {
		return err
	}
	base := filepath.Join(p.folder, s.name)
	for suffix, text := range map[string][]byte{
		workflowSuffix: s.raw, n8nSuffix: s.theirs.AppendJSON(nil), oursSuffix: ours.AppendJSON(nil), placesSuffix: []byte(strings.Join(places, "\n") + "\n"),
	} {
		if err := os.WriteFile(base+suffix, text, 0o644); err != nil {
			return err
		}
	}
	return nil
}
