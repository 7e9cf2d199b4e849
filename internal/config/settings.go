package config

import (
	"strings"
	"time"
)

// EnvPrefix begins the name of every environment variable that is a setting.
const EnvPrefix = "JOBSPRINT_"

// Defaults that the program may also need by themselves.
const (
	// DefaultListen is where the server listens: loopback only, since nobody
	// is asked who he is.
	DefaultListen = "127.0.0.1:8780"
	// DefaultShutdown bounds how long a graceful end may take.
	DefaultShutdown = 20 * time.Second
)

// Config is the program's settings, checked.
type Config struct {
	// DataDir is the data folder, absolute. DataDirFrom says where it was set,
	// FromDefault when nobody did.
	DataDir     string
	DataDirFrom Source
	// KeyFile is the file of the master key.
	KeyFile string
	// Listen is host:port; the host is a loopback address.
	Listen string
	// BaseURL is the address under which users reach the server; empty: what
	// each request says.
	BaseURL string
	// LogLevel is "debug", "info", "warn" or "error"; LogFormat "auto" (text on
	// a terminal, else JSON), "text" or "json".
	LogLevel, LogFormat string
	// MaxRuns bounds the runs in work; 0: the engine's default.
	MaxRuns int
	// StepTimeout bounds one attempt at a step; 0: the engine's default.
	StepTimeout time.Duration
	// Zone is the time zone of workflows that name none.
	Zone string
	// CredentialsFile is the file of credentials that steps may use; empty: none.
	CredentialsFile string
	// FilesFolder is the only folder whose files steps may read and write,
	// absolute.
	FilesFolder string
	// HTTPAllow lists hosts and networks that HTTP steps may reach although
	// they are private.
	HTTPAllow []string
	// Shutdown bounds a graceful end.
	Shutdown time.Duration

	// File is the file that was read; empty: none. Unknown lists environment
	// variables that look like settings and are none.
	File    string
	Unknown []string
}

// Source says where a setting comes from.
type Source string

// The sources, weakest first.
const (
	FromDefault Source = "default"
	FromFile    Source = "file"
	FromEnv     Source = "environment"
	FromFlag    Source = "flag"
)

// Setting is one line of the table of settings.
type Setting struct {
	// Key is the name in the file. The environment variable is EnvPrefix and
	// Key in capitals; the flag has dashes for underscores.
	Key     string
	Default string
	Doc     string
}

// Env is the name of the setting's environment variable.
func (s Setting) Env() string { return EnvPrefix + strings.ToUpper(s.Key) }

// Flag is the name of the setting's flag, with its dashes.
func (s Setting) Flag() string { return "--" + strings.ReplaceAll(s.Key, "_", "-") }

// Keys of the settings.
const (
	KeyDataDir     = "data_dir"
	KeyKeyFile     = "key_file"
	KeyListen      = "listen"
	KeyBaseURL     = "base_url"
	KeyLogLevel    = "log_level"
	KeyLogFormat   = "log_format"
	KeyMaxRuns     = "max_runs"
	KeyStepTimeout = "step_timeout"
	KeyZone        = "timezone"
	KeyCredentials = "credentials_file"
	KeyFilesFolder = "files_folder"
	KeyHTTPAllow   = "http_allow"
	KeyShutdown    = "shutdown_timeout"
)

// Settings lists every setting.
func Settings() []Setting {
	return []Setting{
		{KeyDataDir, "", "Data folder. Default: $XDG_DATA_HOME/jobsprint, else ~/.local/share/jobsprint."},
		{KeyKeyFile, "", "File of the master key, kept outside the data folder. Default: jobsprint/master.key in the user's configuration folder."},
		{KeyListen, DefaultListen, "Address of the server: host:port, loopback only. Port 0 takes a free one."},
		{KeyBaseURL, "", "Address under which users reach the server, such as https://flows.example.com. Default: what each request says."},
		{KeyLogLevel, "info", "debug, info, warn or error."},
		{KeyLogFormat, "auto", "text, json, or auto: text on a terminal, else json."},
		{KeyMaxRuns, "0", "Runs in work at a time; more are refused with 429. 0: the engine's default."},
		{KeyStepTimeout, "0s", "Longest time of one attempt at a step, such as 90s or 10m. 0: the engine's default."},
		{KeyZone, "UTC", "Time zone of workflows that name none, such as Europe/Berlin."},
		{KeyCredentials, "", "File of the credentials that steps may use, in n8n's export form with decrypted data; only its owner may read it."},
		{KeyFilesFolder, "", "The only folder whose files steps may read and write. Default: files in the data folder."},
		{KeyHTTPAllow, "", "Private hosts and networks that HTTP steps may reach, separated by commas: 127.0.0.1, 10.0.0.0/8, intranet.example.com."},
		{KeyShutdown, DefaultShutdown.String(), "How long steps in flight may take to finish when the server ends."},
	}
}

func settingOf(key string) (Setting, bool) {
	for _, s := range Settings() {
		if s.Key == key {
			return s, true
		}
	}
	return Setting{}, false
}
