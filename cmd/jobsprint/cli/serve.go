package cli

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/jobsprint/jobsprint/cmd/jobsprint/app"
	"github.com/jobsprint/jobsprint/internal/config"
)

type serveCmd struct {
	dataFlags
	Listen          string `placeholder:"HOST:PORT" help:"Address, loopback only; port 0 takes a free one. Default: 127.0.0.1:8780. Also JOBSPRINT_LISTEN."`
	BaseURL         string `name:"base-url" placeholder:"URL" help:"Address under which users reach the server. Default: what each request says. Also JOBSPRINT_BASE_URL."`
	LogLevel        string `placeholder:"LEVEL" help:"debug, info, warn or error. Default: info. Also JOBSPRINT_LOG_LEVEL."`
	LogFormat       string `placeholder:"FORMAT" help:"text, json, or auto: text on a terminal, else json. Default: auto. Also JOBSPRINT_LOG_FORMAT."`
	MaxRuns         string `placeholder:"N" help:"Runs in work at a time; more are refused with 429. Also JOBSPRINT_MAX_RUNS."`
	StepTimeout     string `placeholder:"TIME" help:"Longest time of one attempt at a step, such as 90s. Also JOBSPRINT_STEP_TIMEOUT."`
	Timezone        string `placeholder:"ZONE" help:"Time zone of workflows that name none, such as Europe/Berlin. Default: UTC. Also JOBSPRINT_TIMEZONE."`
	Credentials     string `name:"credentials-file" aliases:"credentials" placeholder:"FILE" type:"path" help:"Credentials that steps may use, in n8n's export form. Also JOBSPRINT_CREDENTIALS_FILE."`
	FilesFolder     string `name:"files-folder" placeholder:"PATH" help:"The only folder whose files steps may read and write. Default: files in the data folder. Also JOBSPRINT_FILES_FOLDER."`
	HTTPAllow       string `name:"http-allow" placeholder:"LIST" help:"Private hosts and networks that HTTP steps may reach, separated by commas. Also JOBSPRINT_HTTP_ALLOW."`
	ShutdownTimeout string `placeholder:"TIME" help:"How long steps in flight may take to finish at the end. Default: 20s. Also JOBSPRINT_SHUTDOWN_TIMEOUT."`
}

// Help teaches by example.
func (serveCmd) Help() string {
	return `The server keeps everything in one folder and listens on this machine only: nobody is asked who he is yet. Put a reverse proxy that authenticates in front of it to reach it from elsewhere.

Examples:

    jobsprint serve
    jobsprint serve --data-dir ./data --listen 127.0.0.1:9000
    JOBSPRINT_HTTP_ALLOW=10.0.0.0/8 jobsprint serve

It ends in good order at the first Ctrl-C or SIGTERM: steps in flight finish, and what waits goes on at the next start. A second signal forces it.`
}

func (c serveCmd) settings() map[string]string {
	flags := c.dataFlags.settings()
	for key, value := range map[string]string{
		config.KeyListen: c.Listen, config.KeyBaseURL: c.BaseURL, config.KeyLogLevel: c.LogLevel, config.KeyLogFormat: c.LogFormat,
		config.KeyMaxRuns: c.MaxRuns, config.KeyStepTimeout: c.StepTimeout, config.KeyZone: c.Timezone,
		config.KeyHTTPAllow: c.HTTPAllow, config.KeyCredentials: c.Credentials, config.KeyShutdown: c.ShutdownTimeout,
		config.KeyFilesFolder: c.FilesFolder,
	} {
		flags[key] = value
	}
	return given(flags)
}

// Run serves until a signal comes.
func (c *serveCmd) Run(env *Env, tree *commands) error {
	settings, err := env.load(tree, c.settings())
	if err != nil {
		return err
	}
	logger := newLogger(env.Err, settings, env.ErrTerminal)
	for _, name := range settings.Unknown {
		logger.Warn("an environment variable looks like a setting and is none", "name", name)
	}
	conf := app.FromSettings(settings, app.Serve)
	conf.Logger, conf.Version, conf.Holder = logger, buildVersion(), "jobsprint serve"
	a, err := app.Open(env.ctx, conf)
	if err != nil {
		return err
	}
	env.greet(a, settings, logger)
	failed := a.Wait(env.ctx)
	logger.Info("ending: steps in flight may finish; a second signal forces", "within", settings.Shutdown.String())
	ctx, cancel := context.WithTimeout(context.Background(), settings.Shutdown)
	defer cancel()
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	err = a.Close(ctx)
	if err != nil && ctx.Err() != nil {
		logger.Warn("ended by force; what was in work goes on at the next start", "error", err)
		return errors.Join(failed, quiet(codeFailed))
	}
	logger.Info("ended", "error", err)
	return errors.Join(failed, err)
}

// greet says where the server is and what to try: to a person as text, to a
// program as one line of the log and the bare address on stdout.
func (env *Env) greet(a *app.App, c config.Config, logger *slog.Logger) {
	if made := a.KeyMade(); made != "" {
		logger.Warn("made the master key; keep a copy: without it the data cannot be read", "file", made)
	}
	logger.Info("ready", "address", a.Address(), "data", c.DataDir, "instance", a.Instance())
	dir := ""
	if c.DataDirFrom != config.FromDefault {
		dir = " --data-dir " + quoted(c.DataDir)
	}
	lines := []string{
		"Jobsprint listens on " + a.Address(),
		"  data    " + c.DataDir,
		"  try     curl " + a.Address() + "/v1/workflows",
		"  import  jobsprint import workflow.json --activate" + dir,
	}
	_, _ = io.WriteString(env.Out, strings.Join(lines, "\n")+"\n")
}

// quoted makes a path safe to paste into a shell.
func quoted(path string) string {
	if strings.ContainsFunc(path, func(r rune) bool { return !strings.ContainsRune("/._-+,:@%=", r) && !isAlnum(r) }) {
		return "'" + strings.ReplaceAll(path, "'", `'\''`) + "'"
	}
	return path
}

func isAlnum(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
}

// newLogger makes the log of the server: text for a person, JSON for a program.
func newLogger(w io.Writer, c config.Config, terminal bool) *slog.Logger {
	var level slog.Level
	_ = level.UnmarshalText([]byte(c.LogLevel)) // checked by config
	options := &slog.HandlerOptions{Level: level}
	if c.LogFormat == "text" || c.LogFormat == "auto" && terminal {
		return slog.New(slog.NewTextHandler(w, options))
	}
	return slog.New(slog.NewJSONHandler(w, options))
}
