package config

import (
	"net"
	"net/netip"
	"net/url"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// config turns the layers into settings that can be used.
func (l *loader) config() (Config, error) {
	c := Config{File: l.file, Unknown: l.unknown, DataDirFrom: l.from[KeyDataDir]}
	for _, read := range []func(*Config) error{l.folders, l.addresses, l.logging, l.limits} {
		if err := read(&c); err != nil {
			return Config{}, err
		}
	}
	return c, nil
}

// folders finds the data folder and the key file.
func (l *loader) folders(c *Config) (err error) {
	if c.DataDir, err = l.path(KeyDataDir, l.dataDir()); err != nil {
		return err
	}
	key := ""
	if dir := l.configDir(); dir != "" {
		key = filepath.Join(dir, "master.key")
	}
	if c.KeyFile, err = l.path(KeyKeyFile, key); err != nil {
		return err
	}
	if c.FilesFolder, err = l.path(KeyFilesFolder, filepath.Join(c.DataDir, "files")); err != nil || l.k.String(KeyCredentials) == "" {
		return err
	}
	c.CredentialsFile, err = l.path(KeyCredentials, "")
	return err
}

func (l *loader) path(key, fallback string) (string, error) {
	text := l.k.String(key)
	if text == "" {
		text = fallback
	}
	if text == "" {
		return "", l.fail(key, "there is no folder of the user to put it in", "Name one: the flag needs a path.")
	}
	abs, err := filepath.Abs(text)
	if err != nil {
		return "", l.fail(key, err.Error(), "Use an absolute path.")
	}
	return abs, nil
}

// dataDir is the data folder when nobody names one.
func (l *loader) dataDir() string {
	if dir := l.variable("XDG_DATA_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "jobsprint")
	}
	if home := l.variable("HOME"); home != "" {
		return filepath.Join(home, ".local", "share", "jobsprint")
	}
	if dir := l.variable("LocalAppData"); dir != "" {
		return filepath.Join(dir, "jobsprint")
	}
	return ""
}

// configDir is the program's folder in the user's configuration folder, which
// is what os.UserConfigDir says, from the environment that was handed in.
func (l *loader) configDir() string {
	if dir := l.variable("XDG_CONFIG_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "jobsprint")
	}
	if home := l.variable("HOME"); home != "" && runtime.GOOS == "darwin" {
		return filepath.Join(home, "Library", "Application Support", "jobsprint")
	} else if home != "" {
		return filepath.Join(home, ".config", "jobsprint")
	}
	if dir := l.variable("AppData"); dir != "" {
		return filepath.Join(dir, "jobsprint")
	}
	return ""
}

func (l *loader) addresses(c *Config) error {
	c.Listen, c.BaseURL = l.k.String(KeyListen), strings.TrimRight(l.k.String(KeyBaseURL), "/")
	host, port, err := net.SplitHostPort(c.Listen)
	if n, perr := strconv.Atoi(port); err != nil || perr != nil || n < 0 || n > 65535 {
		return l.fail(KeyListen, strconv.Quote(c.Listen)+" is not host:port", "Use an address such as %s.", DefaultListen)
	}
	if !loopback(host) {
		return l.fail(KeyListen, strconv.Quote(c.Listen)+" is not a loopback address: this version asks nobody who he is, so it must not be reachable from outside",
			"Use %s, and a reverse proxy that authenticates in front of it.", net.JoinHostPort("127.0.0.1", port))
	}
	if c.BaseURL == "" {
		return nil
	}
	u, err := url.Parse(c.BaseURL)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.RawQuery != "" || u.Fragment != "" {
		return l.fail(KeyBaseURL, strconv.Quote(c.BaseURL)+" is not the address of a server", "Use one such as https://flows.example.com.")
	}
	return nil
}

// loopback reports whether a host is this machine only. A name other than
// localhost is not: what it resolves to is not ours to say.
func loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	a, err := netip.ParseAddr(host)
	return err == nil && a.IsLoopback()
}

func (l *loader) logging(c *Config) error {
	c.LogLevel, c.LogFormat = l.k.String(KeyLogLevel), l.k.String(KeyLogFormat)
	if !oneOf(c.LogLevel, "debug", "info", "warn", "error") {
		return l.fail(KeyLogLevel, strconv.Quote(c.LogLevel)+" is not a level", "Use debug, info, warn or error.")
	}
	if !oneOf(c.LogFormat, "auto", "text", "json") {
		return l.fail(KeyLogFormat, strconv.Quote(c.LogFormat)+" is not a format", "Use auto, text or json.")
	}
	return nil
}

func oneOf(s string, list ...string) bool {
	for _, x := range list {
		if s == x {
			return true
		}
	}
	return false
}

const maxRunsLimit = 1_000_000

func (l *loader) limits(c *Config) (err error) {
	text := l.k.String(KeyMaxRuns)
	if c.MaxRuns, err = strconv.Atoi(text); err != nil || c.MaxRuns < 0 || c.MaxRuns > maxRunsLimit {
		return l.fail(KeyMaxRuns, strconv.Quote(text)+" is not a number of runs", "Use a whole number from 0 to %d.", maxRunsLimit)
	}
	if c.StepTimeout, err = l.duration(KeyStepTimeout); err != nil {
		return err
	}
	if c.Shutdown, err = l.duration(KeyShutdown); err != nil {
		return err
	}
	c.Zone = l.k.String(KeyZone)
	if _, err := time.LoadLocation(c.Zone); err != nil || c.Zone == "Local" {
		return l.fail(KeyZone, strconv.Quote(c.Zone)+" is not a time zone", "Use a name such as Europe/Berlin, or UTC.")
	}
	c.HTTPAllow, err = l.list(KeyHTTPAllow)
	return err
}

func (l *loader) duration(key string) (time.Duration, error) {
	text := l.k.String(key)
	d, err := time.ParseDuration(text)
	if err != nil || d < 0 {
		return 0, l.fail(key, strconv.Quote(text)+" is not a time", "Use one such as 90s or 10m.")
	}
	return d, nil
}

// list reads values separated by commas; in the file they may be a list.
func (l *loader) list(key string) ([]string, error) {
	parts := l.k.Strings(key)
	if len(parts) == 0 {
		parts = strings.Split(l.k.String(key), ",")
	}
	var out []string
	for _, p := range parts {
		if p = strings.TrimSpace(p); p == "" {
			continue
		}
		if strings.ContainsAny(p, " \t/") && !isNetwork(p) {
			return nil, l.fail(key, strconv.Quote(p)+" is neither a host nor a network", "Use entries such as 127.0.0.1, 10.0.0.0/8 or intranet.example.com.")
		}
		out = append(out, p)
	}
	return out, nil
}

func isNetwork(s string) bool {
	_, err := netip.ParsePrefix(s)
	return err == nil
}
