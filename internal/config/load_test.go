package config_test

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/jobsprint/jobsprint/internal/config"
)

// load reads settings in a world of its own: only these variables, this file.
func load(t *testing.T, file string, flags map[string]string, environ ...string) (config.Config, error) {
	t.Helper()
	home := t.TempDir()
	in := config.Input{Flags: flags, Environ: func() []string { return append([]string{"HOME=" + home}, environ...) }}
	if file != "" {
		in.File = filepath.Join(home, "settings.yaml")
		if err := os.WriteFile(in.File, []byte(file), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return config.Load(in)
}

func TestFlagsWinOverEnvironmentOverFile(t *testing.T) {
	t.Parallel()
	const file = "listen: 127.0.0.1:1\nmax_runs: 7\ntimezone: Europe/Berlin\n"
	env := []string{"JOBSPRINT_LISTEN=127.0.0.1:2", "JOBSPRINT_MAX_RUNS=8"}
	c, err := load(t, file, map[string]string{config.KeyListen: "127.0.0.1:3"}, env...)
	if err != nil {
		t.Fatal(err)
	}
	if c.Listen != "127.0.0.1:3" || c.MaxRuns != 8 || c.Zone != "Europe/Berlin" || c.LogLevel != "info" {
		t.Errorf("got %+v", c)
	}
}

func TestDefaultsAreChecked(t *testing.T) {
	t.Parallel()
	c, err := load(t, "", nil)
	if err != nil {
		t.Fatal(err)
	}
	if c.Listen != config.DefaultListen || c.Shutdown != config.DefaultShutdown || c.DataDirFrom != config.FromDefault || c.File != "" {
		t.Errorf("got %+v", c)
	}
	if !strings.HasSuffix(c.DataDir, filepath.Join(".local", "share", "jobsprint")) || !filepath.IsAbs(c.KeyFile) {
		t.Errorf("folders %q and %q", c.DataDir, c.KeyFile)
	}
	if strings.HasPrefix(c.KeyFile, c.DataDir) {
		t.Errorf("the key %s lies in the data folder", c.KeyFile)
	}
}

func TestFoldersFollowTheSystem(t *testing.T) {
	t.Parallel()
	c, err := load(t, "", nil, "XDG_DATA_HOME=/data", "XDG_CONFIG_HOME=/conf")
	if err != nil || c.DataDir != "/data/jobsprint" || c.KeyFile != "/conf/jobsprint/master.key" {
		t.Errorf("%q %q %v", c.DataDir, c.KeyFile, err)
	}
	c, err = load(t, "", nil, "JOBSPRINT_DATA_DIR=/elsewhere")
	if err != nil || c.DataDir != "/elsewhere" || c.DataDirFrom != config.FromEnv {
		t.Errorf("%q from %s, %v", c.DataDir, c.DataDirFrom, err)
	}
}

func TestTheDefaultFileIsReadWhenItIsThere(t *testing.T) {
	t.Parallel()
	conf := t.TempDir()
	if err := os.Mkdir(filepath.Join(conf, "jobsprint"), 0o700); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(conf, "jobsprint", "config.yaml")
	if err := os.WriteFile(path, []byte("step_timeout: 90s\nhttp_allow: [127.0.0.1, 10.0.0.0/8]\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := load(t, "", nil, "XDG_CONFIG_HOME="+conf)
	if err != nil {
		t.Fatal(err)
	}
	if c.File != path || c.StepTimeout != 90*time.Second || !reflect.DeepEqual(c.HTTPAllow, []string{"127.0.0.1", "10.0.0.0/8"}) {
		t.Errorf("got %+v", c)
	}
}

func TestListsAreSeparatedByCommas(t *testing.T) {
	t.Parallel()
	c, err := load(t, "", nil, "JOBSPRINT_HTTP_ALLOW=127.0.0.1, intranet.example.com ,::1")
	if want := []string{"127.0.0.1", "intranet.example.com", "::1"}; err != nil || !reflect.DeepEqual(c.HTTPAllow, want) {
		t.Errorf("%q %v", c.HTTPAllow, err)
	}
}

func TestUnknownVariablesAreNamed(t *testing.T) {
	t.Parallel()
	c, err := load(t, "", nil, "JOBSPRINT_LISTNE=x", "JOBSPRINT_CORPUS=/c", "JOBSPRINT_EMPTY=", "OTHER=1")
	if err != nil || !reflect.DeepEqual(c.Unknown, []string{"JOBSPRINT_LISTNE"}) {
		t.Errorf("%q %v", c.Unknown, err)
	}
}

func TestWrongSettingsSayWhereAndWhatNext(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		file  string
		flags map[string]string
		env   string
		where string
		why   string
	}{
		"not loopback":      {flags: map[string]string{"listen": "192.168.1.2:80"}, where: "--listen", why: "not a loopback"},
		"everywhere":        {env: "JOBSPRINT_LISTEN=:8780", where: "JOBSPRINT_LISTEN", why: "not a loopback"},
		"a name":            {env: "JOBSPRINT_LISTEN=example.com:1", where: "JOBSPRINT_LISTEN", why: "not a loopback"},
		"no port":           {env: "JOBSPRINT_LISTEN=127.0.0.1", where: "JOBSPRINT_LISTEN", why: "host:port"},
		"port too high":     {env: "JOBSPRINT_LISTEN=127.0.0.1:70000", where: "JOBSPRINT_LISTEN", why: "host:port"},
		"level":             {file: "log_level: loud", where: "settings.yaml: log_level", why: "not a level"},
		"format":            {file: "log_format: xml", where: "settings.yaml: log_format", why: "not a format"},
		"unknown key":       {file: "lisen: x", where: "settings.yaml: lisen", why: "not a setting"},
		"nested key":        {file: "listen:\n  host: x", where: "settings.yaml: listen.host", why: "not a setting"},
		"no YAML":           {file: "\t{", where: "settings.yaml", why: "cannot be read"},
		"runs":              {env: "JOBSPRINT_MAX_RUNS=-1", where: "JOBSPRINT_MAX_RUNS", why: "not a number"},
		"time":              {env: "JOBSPRINT_STEP_TIMEOUT=soon", where: "JOBSPRINT_STEP_TIMEOUT", why: "not a time"},
		"negative shutdown": {flags: map[string]string{"shutdown_timeout": "-1s"}, where: "--shutdown-timeout", why: "not a time"},
		"zone":              {env: "JOBSPRINT_TIMEZONE=Middle/Earth", where: "JOBSPRINT_TIMEZONE", why: "not a time zone"},
		"base URL":          {env: "JOBSPRINT_BASE_URL=flows.example.com", where: "JOBSPRINT_BASE_URL", why: "not the address"},
		"network":           {env: "JOBSPRINT_HTTP_ALLOW=10.0.0.0/99", where: "JOBSPRINT_HTTP_ALLOW", why: "neither a host nor a network"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var env []string
			if c.env != "" {
				env = append(env, c.env)
			}
			_, err := load(t, c.file, c.flags, env...)
			var wrong *config.Error
			if !errors.As(err, &wrong) {
				t.Fatalf("got %v, want a *config.Error", err)
			}
			if !strings.HasSuffix(wrong.Where, c.where) || !strings.Contains(wrong.Why, c.why) || wrong.Next == "" {
				t.Errorf("got %q: %q, next %q", wrong.Where, wrong.Why, wrong.Next)
			}
		})
	}
}

func TestAFileThatWasNamedMustBeThere(t *testing.T) {
	t.Parallel()
	_, err := config.Load(config.Input{File: filepath.Join(t.TempDir(), "none.yaml"), Environ: func() []string { return []string{"HOME=/h"} }})
	var wrong *config.Error
	if !errors.As(err, &wrong) || !strings.Contains(wrong.Next, "--config") {
		t.Errorf("got %v", err)
	}
}

func TestWithoutAHomeAFolderMustBeNamed(t *testing.T) {
	t.Parallel()
	none := func() []string { return nil }
	if _, err := config.Load(config.Input{Environ: none}); err == nil {
		t.Error("a data folder was found without a home")
	}
	c, err := config.Load(config.Input{Environ: none, Flags: map[string]string{config.KeyDataDir: "d", config.KeyKeyFile: "k"}})
	if err != nil || !filepath.IsAbs(c.DataDir) || !filepath.IsAbs(c.KeyFile) {
		t.Errorf("%q %q %v", c.DataDir, c.KeyFile, err)
	}
}

func TestEverySettingHasAllItsNames(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, s := range config.Settings() {
		if seen[s.Key] || s.Doc == "" || s.Env() != "JOBSPRINT_"+strings.ToUpper(s.Key) || !strings.HasPrefix(s.Flag(), "--") || strings.Contains(s.Flag(), "_") {
			t.Errorf("setting %+v: %s %s", s, s.Env(), s.Flag())
		}
		seen[s.Key] = true
	}
}
