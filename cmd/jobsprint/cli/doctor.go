package cli

import (
	"github.com/jobsprint/jobsprint/cmd/jobsprint/app"
	"github.com/jobsprint/jobsprint/cmd/jobsprint/iostreams"
	"github.com/jobsprint/jobsprint/internal/client/wire"
)

type doctorCmd struct {
	dataFlags
	Output string `short:"o" enum:"table,json" default:"table" help:"table or json."`
}

// Help teaches by example.
func (doctorCmd) Help() string {
	return `It checks the data folder, the master key, the settings and the ends of the streams, the read models, what handlers gave up on, and the engine. It changes nothing.

Examples:

    jobsprint doctor
    jobsprint doctor --output json

Exit code: 0 when nothing failed (warnings may be there), 1 when a check failed.`
}

// Run checks.
func (c *doctorCmd) Run(env *Env, tree *commands) error {
	settings, err := env.load(tree, c.settings())
	if err != nil {
		return err
	}
	return env.withConfig(settings, app.Read, func(s *session) error {
		report, err := s.Doctor(env.ctx)
		if err != nil {
			return err
		}
		report.Checks = append(settingsChecks(settings.Unknown, s.Server), report.Checks...)
		if c.Output == string(iostreams.FormatJSON) {
			err = env.JSON(report)
		} else {
			err = doctorTable(env, report.Checks).Write()
		}
		if err == nil && !report.Healthy {
			err = fail("Do what the failed checks name, then run it again.", "a check has failed")
		}
		return err
	})
}

func settingsChecks(unknown []string, server string) []wire.Check {
	who := "no server runs on the folder: this command has opened it"
	if server != "" {
		who = "a server runs on the folder at " + server
	}
	out := []wire.Check{{Name: "server", Status: wire.CheckOK, Detail: who}}
	for _, name := range unknown {
		out = append(out, wire.Check{Name: "environment", Status: wire.CheckWarn, Detail: name + " looks like a setting and is none",
			Fix: `Remove it or correct its name; "jobsprint serve --help" lists the settings.`})
	}
	return out
}

func doctorTable(env *Env, checks []wire.Check) *iostreams.Table {
	t := env.NewTable("STATUS", "CHECK", "FINDING", "WHAT TO DO")
	for _, c := range checks {
		t.Row(statusCell(c.Status), iostreams.Cell{Text: c.Name, Whole: true}, iostreams.Cell{Text: c.Detail}, iostreams.Cell{Text: c.Fix})
	}
	return t
}
