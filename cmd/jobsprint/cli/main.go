package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"
	"time"

	"github.com/alecthomas/kong"

	"github.com/jobsprint/jobsprint/cmd/jobsprint/iostreams"
	"github.com/jobsprint/jobsprint/internal/client/wire"
)

// Main is the program: it returns the exit code.
func Main() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	return Execute(ctx, &Env{Streams: iostreams.System(), Environ: os.Environ, Now: time.Now}, os.Args[1:])
}

// Env is what a command sees of the world.
type Env struct {
	*iostreams.Streams
	// Environ gives the environment as os.Environ does.
	Environ func() []string
	Now     func() time.Time

	ctx context.Context
}

// commands is the tree of commands, in the order of a reader's first day.
type commands struct {
	Demo        demoCmd        `cmd:"" help:"See it all in a few seconds: two workflows, a kill -9, a run that goes on."`
	Serve       serveCmd       `cmd:"" help:"Run the server on a data folder."`
	Run         runCmd         `cmd:"" help:"Run a workflow file once and print the last step's items."`
	Test        testCmd        `cmd:"" help:"Run workflows with their pinned data as the expectation."`
	Eval        evalCmd        `cmd:"" help:"Evaluate an expression, or many from stdin."`
	Nodes       nodesCmd       `cmd:"" help:"List and show the step types."`
	Import      importCmd      `cmd:"" help:"Store workflows from files in n8n's JSON format."`
	Workflows   workflowsCmd   `cmd:"" help:"List, show, export, activate, deactivate and archive workflows."`
	Tables      tablesCmd      `cmd:"" help:"List, make, fill, read and remove data tables."`
	Runs        runsCmd        `cmd:"" help:"List, show, watch and cancel runs."`
	Events      eventsCmd      `cmd:"" help:"Read the log: what happened, in order."`
	Replay      replayCmd      `cmd:"" help:"Compute a run again from its record and compare."`
	Projections projectionsCmd `cmd:"" help:"Look at the read models, rebuild them."`
	Doctor      doctorCmd      `cmd:"" help:"Check what the program depends on."`
	Version     versionCmd     `cmd:"" help:"Print the version."`
	Completion  completionCmd  `cmd:"" help:"Print a script that completes commands in your shell."`

	ConfigFile string `name:"config" placeholder:"FILE" type:"path" help:"File of settings (YAML). Default: jobsprint/config.yaml in your configuration folder. Also JOBSPRINT_CONFIG."`
}

const description = `Jobsprint runs n8n workflows as events: every run survives a crash, can be watched live, and can be computed again.

Start with:

    jobsprint demo
    jobsprint serve
    jobsprint import workflow.json --activate

Exit codes: 0 done, 1 failed, 2 bad usage or a bad file, 3 a replay differs.`

// newParser makes the parser of the whole command line. exited is set when
// parsing has already answered, as --help does.
func newParser(env *Env, tree *commands, exited *bool) (*kong.Kong, error) {
	return kong.New(tree,
		kong.Name("jobsprint"), kong.Description(description),
		kong.Writers(env.Out, env.Err), kong.Exit(func(int) { *exited = true }),
		kong.ConfigureHelp(kong.HelpOptions{NoExpandSubcommands: true, WrapUpperBound: 100}),
		kong.Bind(env, tree),
	)
}

// Execute runs one command line and returns the exit code.
func Execute(ctx context.Context, env *Env, args []string) int {
	env.ctx = ctx
	var exited bool
	tree := &commands{}
	parser, err := newParser(env, tree, &exited)
	if err != nil {
		return env.report(fmt.Errorf("the command line is not built right: %w", err))
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	parsed, err := parser.Parse(args)
	if exited {
		return codeDone
	}
	if err != nil {
		return env.report(usageOf(err))
	}
	return env.report(parsed.Run())
}

// usageOf makes an error of the parser a person's: with the help that helps.
func usageOf(err error) error {
	help := "jobsprint --help"
	var p *kong.ParseError
	if errors.As(err, &p) && p.Context != nil {
		if node := p.Context.Selected(); node != nil {
			help = node.FullPath() + " --help"
		}
	}
	return usage(`Run "`+help+`" for its flags and examples.`, "%s", strings.TrimSpace(err.Error()))
}

// buildVersion says what program this is, from what the compiler noted.
func buildVersion() wire.Version {
	v := wire.Version{Version: "dev"}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return v
	}
	v.Go = info.GoVersion
	if info.Main.Version != "" && info.Main.Version != "(devel)" {
		v.Version = info.Main.Version
	}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			v.Commit = s.Value
		case "vcs.time":
			v.Built = s.Value
		}
	}
	return v
}
