package app

import (
	"log/slog"
	"time"

	"github.com/jobsprint/jobsprint/internal/client/wire"
	"github.com/jobsprint/jobsprint/internal/config"
)

// Work says how much of the engine an App runs.
type Work uint8

// The amounts of work, each with what is in those before.
const (
	// Read answers queries and commands; no handler runs and no run goes on.
	Read Work = iota
	// Activate also carries out activations.
	Activate
	// Run also executes the runs that are started here. Runs of others stay as
	// they are, unless their timer is due meanwhile.
	Run
	// Serve also takes over every open run and answers webhooks.
	Serve
)

// Config says what an App is to be.
type Config struct {
	// DataDir is the data folder; it is made when missing.
	DataDir string
	// KeyFile is the master key's; empty: in the data folder, which suits a
	// temporary store only.
	KeyFile string
	Work    Work
	// Listen is the address of the HTTP server; empty: there is none, and
	// Handler is called directly.
	Listen  string
	BaseURL string
	// Holder is written into LOCK for whoever finds it held.
	Holder  string
	Version wire.Version

	// MaxRuns, StepTimeout and Zone are the engine's; zero: its defaults.
	MaxRuns     int
	StepTimeout time.Duration
	Zone        string
	// CredentialsFile holds the credentials that steps may use; empty: none.
	CredentialsFile string
	// FilesFolder is the only folder whose files steps may use; empty: none.
	FilesFolder string
	// HTTPAllow lists private hosts and networks that HTTP steps may reach.
	HTTPAllow []string
	// Offline keeps steps from using the network.
	Offline bool
	// Logger; nil logs nothing.
	Logger *slog.Logger
}

// FromSettings takes over the settings of the program.
func FromSettings(c config.Config, w Work) Config {
	out := Config{
		DataDir: c.DataDir, KeyFile: c.KeyFile, Work: w, BaseURL: c.BaseURL,
		MaxRuns: c.MaxRuns, StepTimeout: c.StepTimeout, Zone: c.Zone, HTTPAllow: c.HTTPAllow, CredentialsFile: c.CredentialsFile,
		FilesFolder: c.FilesFolder,
	}
	if w == Serve {
		out.Listen = c.Listen
	}
	return out
}

func (c Config) withDefaults() Config {
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if c.Holder == "" {
		c.Holder = "jobsprint"
	}
	return c
}
