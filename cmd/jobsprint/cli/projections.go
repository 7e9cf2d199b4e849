package cli

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/jobsprint/jobsprint/cmd/jobsprint/app"
	"github.com/jobsprint/jobsprint/cmd/jobsprint/iostreams"
	"github.com/jobsprint/jobsprint/internal/client"
)

type projectionsCmd struct {
	Status  projectionsStatusCmd  `cmd:"" help:"Say how far each read model is."`
	Rebuild projectionsRebuildCmd `cmd:"" help:"Fill read models anew from the log, while the old ones serve."`
}

type projectionsStatusCmd struct {
	dataFlags
	listFlags
}

// Help teaches by example.
func (projectionsStatusCmd) Help() string {
	return "Example:\n\n    jobsprint projections status\n\nExit code: 1 when a read model has stopped."
}

// Run lists the read models.
func (c *projectionsStatusCmd) Run(env *Env, tree *commands) error {
	return env.with(tree, c.dataFlags, app.Read, func(s *session) error {
		list, err := s.Projections(env.ctx)
		if err != nil {
			return err
		}
		err = iostreams.List(env.Streams, c.format(), list, func() *iostreams.Table {
			t := env.NewTable("NAME", "VERSION", "STATE", "BEHIND", "PER SECOND")
			for _, p := range list {
				t.Row(iostreams.Cell{Text: p.Name, Whole: true}, iostreams.Cell{Text: strconv.Itoa(p.Version)}, statusCell(p.State),
					iostreams.Cell{Text: strconv.FormatInt(p.Lag, 10)}, iostreams.Cell{Text: fmt.Sprintf("%.0f", p.AppliedPerSec)})
			}
			return t
		})
		for _, p := range list {
			if p.Alarm != "" && err == nil {
				err = fail("jobsprint projections rebuild "+p.Name, "%s: %s", p.Name, p.Alarm)
			}
		}
		return err
	})
}

type projectionsRebuildCmd struct {
	dataFlags
	Output string `short:"o" enum:"table,json" default:"table" help:"table or json."`
	Name   string `arg:"" optional:"" default:"all" help:"The read model's name, as in projections status. Default: all of them."`
}

// Help teaches by example.
func (projectionsRebuildCmd) Help() string {
	return "Examples:\n\n    jobsprint projections rebuild\n    jobsprint projections rebuild runs"
}

// Run rebuilds.
func (c *projectionsRebuildCmd) Run(env *Env, tree *commands) error {
	return env.with(tree, c.dataFlags, app.Read, func(s *session) error {
		name := c.Name
		if name == "" {
			name = client.AllProjections
		}
		if err := checkProjection(env, s, name); err != nil {
			return err
		}
		env.Progress("reading the log …")
		done, err := s.RebuildProjection(env.ctx, name)
		env.ProgressDone()
		if err != nil {
			return err
		}
		if c.Output == string(iostreams.FormatJSON) {
			return env.JSON(done)
		}
		t := env.NewTable("NAME", "COMMITS", "TOOK")
		took := time.Duration(done.DurationMS) * time.Millisecond
		t.Row(iostreams.Cell{Text: done.Name, Whole: true}, iostreams.Cell{Text: strconv.FormatInt(done.Commits, 10)},
			iostreams.Cell{Text: strconv.FormatInt(done.DurationMS, 10) + " ms", Short: iostreams.Took(took)})
		return t.Write()
	})
}

// checkProjection refuses a name that no read model has.
func checkProjection(env *Env, s *session, name string) error {
	list, err := s.Projections(env.ctx)
	if err != nil || name == client.AllProjections {
		return err
	}
	var names []string
	for _, p := range list {
		if p.Name == name {
			return nil
		}
		names = append(names, p.Name)
	}
	return usage("There are "+strings.Join(names, ", ")+"; without a name all are rebuilt.", "there is no read model %q", name)
}
