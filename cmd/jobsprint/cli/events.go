package cli

import (
	"strconv"
	"strings"
	"time"

	"github.com/jobsprint/jobsprint/cmd/jobsprint/app"
	"github.com/jobsprint/jobsprint/cmd/jobsprint/iostreams"
	"github.com/jobsprint/jobsprint/internal/client"
	"github.com/jobsprint/jobsprint/internal/client/wire"
)

type eventsCmd struct {
	Tail eventsTailCmd `cmd:"" help:"Print events as they are stored."`
	Show eventsShowCmd `cmd:"" help:"Print the events of one run, with all that is known of each commit."`
}

type eventsTailCmd struct {
	dataFlags
	Output   string   `short:"o" enum:"table,jsonl" default:"table" help:"table or jsonl (each event as an object)."`
	From     string   `placeholder:"PLACE" default:"" help:"start, now, or the cursor of an event: print what comes behind it. Default: now; with --no-follow start."`
	Workflow string   `placeholder:"ID" help:"Only events of this workflow and its runs."`
	RunID    string   `name:"run" placeholder:"ID" help:"Only events of this run."`
	Type     []string `placeholder:"TYPE" help:"Only events of this type, such as run.started."`
	Follow   bool     `negatable:"" default:"true" help:"Wait for more at the end of the log."`
	Limit    int      `placeholder:"N" default:"0" help:"End after so many events; 0: never."`
}

// Help teaches by example.
func (eventsTailCmd) Help() string {
	return `Each event has a cursor, with which another tail can go on behind it without gap or repeat. Without a server on the folder there is nothing to wait for, and it ends at the log's end.

Examples:

    jobsprint events tail
    jobsprint events tail --no-follow --output jsonl
    jobsprint events tail --type run.ended --limit 10`
}

// Run prints events.
func (c *eventsTailCmd) Run(env *Env, tree *commands) error {
	if err := checkLimit(c.Limit); err != nil {
		return err
	}
	return env.with(tree, c.dataFlags, app.Read, func(s *session) error {
		if c.Follow && s.Server != "" {
			return c.stream(env, s)
		}
		if c.Follow {
			env.Notice("No server runs on the folder, so nothing more will come: printing what there is.")
		}
		return c.page(env, s)
	})
}

func (c *eventsTailCmd) filter() client.EventFilter {
	return client.EventFilter{Workflow: c.Workflow, Run: c.RunID, Types: c.Type}
}

func (c *eventsTailCmd) stream(env *Env, s *session) error {
	n := 0
	for m, err := range s.Stream(env.ctx, client.StreamOptions{EventFilter: c.filter(), From: c.From}) {
		if err != nil {
			return err
		}
		if m.Type == client.TickType {
			continue
		}
		e, err := m.Event()
		if err == nil {
			err = c.print(env, e)
		}
		if err != nil {
			return err
		}
		if n++; n == c.Limit {
			break
		}
	}
	return nil // ended by the person, which is how a tail ends
}

// page prints what is stored, up to the log's end.
func (c *eventsTailCmd) page(env *Env, s *session) error {
	after := c.From
	switch after {
	case "now":
		return nil
	case "start":
		after = ""
	}
	for n := 0; ; {
		page, err := s.Events(env.ctx, c.filter(), after, pageSize)
		if err != nil {
			return err
		}
		for _, e := range page.Items {
			if err := c.print(env, e); err != nil {
				return err
			}
			if n++; n == c.Limit {
				return nil
			}
		}
		if !page.More {
			return nil
		}
		after = page.Next
	}
}

func (c *eventsTailCmd) print(env *Env, e wire.Event) error {
	if c.Output == string(iostreams.FormatJSONL) {
		return env.JSONLine(e)
	}
	t := eventsTable(env, []wire.Event{e})
	return t.WriteRows()
}

// eventsTable lays out events; on a terminal the data is cut to the width.
func eventsTable(env *Env, list []wire.Event) *iostreams.Table {
	t := env.NewTable("AT", "TYPE", "OF", "ID", "REV", "DATA")
	for _, e := range list {
		t.Row(
			iostreams.Cell{Text: e.At.UTC().Format(time.RFC3339Nano), Short: e.At.Local().Format("15:04:05.000"), Whole: true},
			iostreams.Cell{Text: e.Type, Whole: true, Style: iostreams.Bold}, iostreams.Cell{Text: e.Aggregate.Kind, Whole: true},
			iostreams.Cell{Text: e.Aggregate.ID, Whole: true}, iostreams.Cell{Text: strconv.FormatUint(e.Revision, 10), Whole: true},
			iostreams.Cell{Text: strings.TrimSpace(string(e.Data))},
		)
	}
	return t
}

type eventsShowCmd struct {
	dataFlags
	listFlags
	ID string `arg:"" name:"run" help:"The run's id, as in runs list."`
}

// Help teaches by example.
func (eventsShowCmd) Help() string {
	return `Examples:

    jobsprint events show 0193a5b2-6c1e-7d3a-9f10-3b5a7c9d1e2f
    jobsprint events show 0193a5b2-6c1e-7d3a-9f10-3b5a7c9d1e2f --output json`
}

// Run prints a run's events.
func (c *eventsShowCmd) Run(env *Env, tree *commands) error {
	return env.with(tree, c.dataFlags, app.Read, func(s *session) error {
		var list []wire.Event
		for e, err := range history(env.ctx, s, c.ID) {
			if err != nil {
				return err
			}
			list = append(list, e)
		}
		return iostreams.List(env.Streams, c.format(), list, func() *iostreams.Table { return eventsTable(env, list) })
	})
}
