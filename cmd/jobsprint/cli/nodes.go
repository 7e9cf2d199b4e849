package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/jobsprint/jobsprint/cmd/jobsprint/app"
	"github.com/jobsprint/jobsprint/cmd/jobsprint/iostreams"
	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
	"github.com/jobsprint/jobsprint/nodes/reference"
)

type nodesCmd struct {
	List nodesListCmd `cmd:"" help:"List the step types."`
	Show nodesShowCmd `cmd:"" help:"Show what a step type does, its parameters and examples."`
}

type nodesListCmd struct {
	listFlags
	Group string `enum:"trigger,flow,data,files,net," default:"" help:"Only one group: trigger, flow, data, files or net."`
	JSON  bool   `name:"json" help:"Short for --output json."`
}

// Help teaches by example.
func (nodesListCmd) Help() string {
	return `These are the types of this program; no data folder is needed.

Examples:

    jobsprint nodes list
    jobsprint nodes list --group data
    jobsprint nodes list --json | jq -r '.[].type'

Exit code: 0, or 2 when it was called wrongly.`
}

// Run lists.
func (c *nodesListCmd) Run(env *Env) error {
	cat, err := app.Catalogue(app.Config{})
	if err != nil {
		return err
	}
	list := cat.All()
	if c.Group != "" {
		list = slices.DeleteFunc(list, func(d nodes.Definition) bool { return d.Group != c.Group })
	}
	format := c.format()
	if c.JSON {
		format = iostreams.FormatJSON
	}
	return iostreams.List(env.Streams, format, list, func() *iostreams.Table {
		t := env.NewTable("TYPE", "NAME", "VERSIONS", "GROUP", "WHAT IT DOES")
		for _, d := range list {
			t.Row(iostreams.Cell{Text: d.Type, Whole: true}, iostreams.Cell{Text: d.Name}, iostreams.Cell{Text: reference.Versions(&d)},
				iostreams.Cell{Text: d.Group, Style: iostreams.Dim}, iostreams.Cell{Text: d.Doc})
		}
		return t
	})
}

type nodesShowCmd struct {
	Version string `placeholder:"V" help:"What one version has, such as 3.4. Default: all versions with their conditions."`
	JSON    bool   `name:"json" help:"Print the definition as JSON."`

	Type string `arg:"" name:"type" help:"A type such as n8n-nodes-base.set, or its short name such as set."`
}

// Help teaches by example.
func (nodesShowCmd) Help() string {
	return `Examples:

    jobsprint nodes show set
    jobsprint nodes show merge --version 3
    jobsprint nodes show n8n-nodes-base.if --json | jq .fields

Exit code: 0, or 2 when there is no such type or version.`
}

// Run shows.
func (c *nodesShowCmd) Run(env *Env) error {
	d, err := c.find()
	if err != nil {
		return err
	}
	if c.JSON {
		return env.JSON(d)
	}
	return showNode(env, d)
}

func (c *nodesShowCmd) find() (*nodes.Definition, error) {
	cat, err := app.Catalogue(app.Config{})
	if err != nil {
		return nil, err
	}
	d, candidates := cat.Lookup(c.Type)
	switch {
	case len(candidates) > 0:
		return nil, usage("Give the whole type.", "%q may be any of %s", c.Type, strings.Join(candidates, ", "))
	case d == nil:
		return nil, usage(`"jobsprint nodes list" shows what there is.`, "there is no step type %q", c.Type)
	case c.Version == "":
		return d, nil
	}
	one, ok := reference.ForVersion(d, item.StringToNumber(c.Version))
	if !ok {
		return nil, usage("Choose one of "+reference.Versions(d)+".", "%s has no version %q", d.Type, c.Version)
	}
	return &one, nil
}

// showNode prints a definition for a person.
func showNode(env *Env, d *nodes.Definition) error {
	var b strings.Builder
	line := func(name, text string) {
		if text != "" {
			fmt.Fprintf(&b, "%s %s\n", env.Paint(iostreams.Dim, fmt.Sprintf("%-11s", name)), iostreams.Plain(text))
		}
	}
	fmt.Fprintf(&b, "%s\n%s\n\n", env.Paint(iostreams.Bold, d.Name), d.Doc)
	line("type", d.Type)
	line("also", strings.Join(d.Aliases, ", "))
	line("versions", reference.Versions(d))
	line("group", d.Group)
	line("class", string(d.Class))
	line("inputs", strings.Join(d.Inputs, ", "))
	line("outputs", strings.Join(d.Outputs, ", "))
	for _, cred := range d.Credentials {
		line("credential", cred.Type)
	}
	if _, err := fmt.Fprint(env.Out, b.String()); err != nil {
		return err
	}
	if lines := reference.Lines(d); len(lines) > 0 {
		if _, err := fmt.Fprintf(env.Out, "\n%s\n", env.Paint(iostreams.Bold, "Parameters")); err != nil {
			return err
		}
		if err := fieldTable(env, lines).Write(); err != nil {
			return err
		}
	}
	return showExamples(env, d)
}

// maxShownDefault keeps a long default from taking the place of all else.
const maxShownDefault = 30

func fieldTable(env *Env, lines []reference.Line) *iostreams.Table {
	t := env.NewTable("PARAMETER", "KIND", "DEFAULT", "SHOWN WHEN", "MEANING")
	for _, l := range lines {
		def := []rune(reference.Default(l.Field))
		if len(def) > maxShownDefault {
			def = append(def[:maxShownDefault-1], '…')
		}
		kind := l.Field.Kind
		if l.Field.Required {
			kind += " (required)"
		}
		meaning := l.Field.Doc
		if meaning == "" {
			meaning = l.Field.Label
		}
		t.Row(iostreams.Cell{Text: l.Path, Short: strings.Repeat("  ", l.Depth) + l.Field.Name, Whole: true}, iostreams.Cell{Text: kind},
			iostreams.Cell{Text: string(def)}, iostreams.Cell{Text: reference.When(l.Field)}, iostreams.Cell{Text: meaning})
		for _, o := range l.Field.Options {
			t.Row(iostreams.Cell{Text: l.Path + "=" + o.Value, Short: strings.Repeat("  ", l.Depth+1) + "= " + o.Value, Style: iostreams.Dim, Whole: true},
				iostreams.Cell{}, iostreams.Cell{}, iostreams.Cell{}, iostreams.Cell{Text: strings.TrimSpace(o.Label + " " + o.Doc), Style: iostreams.Dim})
		}
	}
	return t
}

func showExamples(env *Env, d *nodes.Definition) error {
	for i, e := range d.Examples {
		heading := ""
		if i == 0 {
			heading = "\n" + env.Paint(iostreams.Bold, "Examples") + "\n"
		}
		result := "out    " + e.Out
		if e.Error != "" {
			result = "error  " + e.Error
		}
		version := e.Version
		if version == 0 {
			version = d.Newest()
		}
		if _, err := fmt.Fprintf(env.Out, "%s%s (version %s)\n    params %s\n    in     %s\n    %s\n", heading, e.Name, item.FormatNumber(version), e.Params, e.In, result); err != nil {
			return err
		}
	}
	return nil
}
