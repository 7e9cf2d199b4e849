package cli

import (
	"strconv"

	"github.com/jobsprint/jobsprint/cmd/jobsprint/app"
	"github.com/jobsprint/jobsprint/cmd/jobsprint/iostreams"
)

type replayCmd struct {
	dataFlags
	Output string `short:"o" enum:"table,json" default:"table" help:"table or json."`
	ID     string `arg:"" name:"run" help:"The run's id, as in runs list."`
}

// Help teaches by example.
func (replayCmd) Help() string {
	return `The run's log is folded from its first event, its hash chain verified, and every pure step computed again from what was recorded; effects and waits are taken from the record, so nothing outside is touched.

Examples:

    jobsprint replay 0193a5b2-6c1e-7d3a-9f10-3b5a7c9d1e2f
    jobsprint replay 0193a5b2-6c1e-7d3a-9f10-3b5a7c9d1e2f --output json

Exit code: 0 when everything came out equal, 3 when something differs.`
}

// Run replays a run.
func (c *replayCmd) Run(env *Env, tree *commands) error {
	return env.with(tree, c.dataFlags, app.Read, func(s *session) error {
		r, err := s.Replay(env.ctx, c.ID)
		if err != nil {
			return err
		}
		verdict := "equal"
		if !r.Equal {
			verdict = "different"
		}
		if c.Output == string(iostreams.FormatJSON) {
			err = env.JSON(r)
		} else {
			t := env.NewTable("RUN", "VERDICT", "COMMITS", "EVENTS", "RECOMPUTED", "FROM RECORD")
			t.Row(iostreams.Cell{Text: r.Run, Whole: true}, iostreams.Cell{Text: verdict, Style: verdictStyle(r.Equal), Whole: true},
				iostreams.Cell{Text: strconv.Itoa(r.Commits)}, iostreams.Cell{Text: strconv.Itoa(r.Events)},
				iostreams.Cell{Text: strconv.Itoa(r.Recomputed)}, iostreams.Cell{Text: strconv.Itoa(r.FromRecord)})
			err = t.Write()
		}
		if err != nil || r.Equal {
			return err
		}
		for _, d := range r.Differences {
			follows := ""
			if d.Follows {
				follows = " (follows from an earlier one)"
			}
			env.Notice("%s[%d]: %s differs%s\n  recorded:   %s\n  recomputed: %s", iostreams.Plain(d.Step), d.RunIndex, d.What, follows,
				iostreams.Plain(d.Recorded), iostreams.Plain(d.Recomputed))
		}
		return &failure{code: codeDiffer, message: "the replay differs from the record", next: "jobsprint events show " + c.ID + " prints the record."}
	})
}

func verdictStyle(equal bool) iostreams.Style {
	if equal {
		return iostreams.Green
	}
	return iostreams.Red
}
