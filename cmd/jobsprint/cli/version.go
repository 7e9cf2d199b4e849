package cli

import (
	"fmt"

	"github.com/jobsprint/jobsprint/cmd/jobsprint/iostreams"
)

type versionCmd struct {
	Output string `short:"o" enum:"table,json" default:"table" help:"table or json."`
}

// Help teaches by example.
func (versionCmd) Help() string {
	return "Examples:\n\n    jobsprint version\n    jobsprint version --output json"
}

// Run prints the version.
func (c *versionCmd) Run(env *Env) error {
	v := buildVersion()
	if c.Output == string(iostreams.FormatJSON) {
		return env.JSON(v)
	}
	text := "jobsprint " + v.Version
	if v.Commit != "" {
		text += " (" + v.Commit[:min(12, len(v.Commit))] + ", " + v.Built + ")"
	}
	_, err := fmt.Fprintln(env.Out, text, v.Go)
	return err
}
