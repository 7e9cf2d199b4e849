package cli

import (
	"github.com/jobsprint/jobsprint/cmd/jobsprint/iostreams"
	"github.com/jobsprint/jobsprint/internal/config"
)

// dataFlags are the flags of every command that needs a data folder.
type dataFlags struct {
	DataDir string `placeholder:"DIR" type:"path" help:"Data folder. Default: $XDG_DATA_HOME/jobsprint, else ~/.local/share/jobsprint. Also JOBSPRINT_DATA_DIR."`
	KeyFile string `placeholder:"FILE" type:"path" help:"Master key file. Default: jobsprint/master.key in your configuration folder. Also JOBSPRINT_KEY_FILE."`
}

func (d dataFlags) settings() map[string]string {
	return given(map[string]string{config.KeyDataDir: d.DataDir, config.KeyKeyFile: d.KeyFile})
}

// given leaves out the flags that were not.
func given(flags map[string]string) map[string]string {
	for key, value := range flags {
		if value == "" {
			delete(flags, key)
		}
	}
	return flags
}

// load reads the settings, flags first.
func (env *Env) load(tree *commands, flags map[string]string) (config.Config, error) {
	return config.Load(config.Input{File: tree.ConfigFile, Environ: env.Environ, Flags: flags})
}

// listFlags choose the format of a list.
type listFlags struct {
	Output string `short:"o" enum:"table,json,jsonl" default:"table" help:"table (fitted on a terminal, tab-separated in a pipe), json (one array) or jsonl (an object a line)."`
}

func (l listFlags) format() iostreams.Format { return iostreams.Format(l.Output) }
