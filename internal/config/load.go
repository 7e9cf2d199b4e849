package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/knadh/koanf/parsers/yaml"
	"github.com/knadh/koanf/providers/confmap"
	"github.com/knadh/koanf/providers/env/v2"
	"github.com/knadh/koanf/providers/file"
	"github.com/knadh/koanf/v2"
)

// Input is what settings are read from.
type Input struct {
	// File is the YAML file that was asked for. Empty: JOBSPRINT_CONFIG, else
	// jobsprint/config.yaml in the user's configuration folder if it is there.
	File string
	// Environ gives the environment as os.Environ does; nil: os.Environ.
	Environ func() []string
	// Flags holds the flags that were given, by the setting's key.
	Flags map[string]string
}

// Error reports a setting that cannot be used: bad usage.
type Error struct {
	// Where names the flag, variable or line that was wrong.
	Where string
	Why   string
	// Next says what to do.
	Next string
}

// Error says what was wrong and where.
func (e *Error) Error() string { return e.Where + ": " + e.Why }

// fileVariable names the file of settings. corpusVariable is for tests; both
// begin as settings do and are none.
const (
	fileVariable   = EnvPrefix + "CONFIG"
	corpusVariable = EnvPrefix + "CORPUS"
)

// Load reads and checks all settings. Errors: *Error.
func Load(in Input) (Config, error) {
	if in.Environ == nil {
		in.Environ = os.Environ
	}
	l := &loader{k: koanf.New("."), from: map[string]Source{}, input: in}
	for _, s := range Settings() {
		l.from[s.Key] = FromDefault
	}
	for _, step := range []func() error{l.readDefaults, l.readFile, l.readEnv, l.readFlags} {
		if err := step(); err != nil {
			return Config{}, err
		}
	}
	return l.config()
}

// loader gathers the layers; from says which one decided each setting.
type loader struct {
	k       *koanf.Koanf
	from    map[string]Source
	input   Input
	file    string
	unknown []string
}

func (l *loader) variable(name string) string {
	for _, pair := range l.input.Environ() {
		if k, v, _ := strings.Cut(pair, "="); k == name {
			return v
		}
	}
	return ""
}

func (l *loader) readDefaults() error {
	values := map[string]any{}
	for _, s := range Settings() {
		values[s.Key] = s.Default
	}
	return l.k.Load(confmap.Provider(values, ""), nil)
}

// readFile reads the file of settings. One that was named must be there.
func (l *loader) readFile() error {
	path, named := l.input.File, true
	if path == "" {
		path = l.variable(fileVariable)
	}
	if path == "" {
		path, named = l.defaultFile(), false
	}
	if path == "" {
		return nil
	}
	layer := koanf.New(".")
	err := layer.Load(file.Provider(path), yaml.Parser())
	if errors.Is(err, fs.ErrNotExist) && !named {
		return nil
	}
	if err != nil {
		return &Error{Where: path, Why: "cannot be read as a file of settings: " + err.Error(), Next: "Correct the file, or name another one with --config."}
	}
	l.file = path
	return l.merge(layer, FromFile, path)
}

func (l *loader) defaultFile() string {
	dir := l.configDir()
	if dir == "" {
		return ""
	}
	return filepath.Join(dir, "config.yaml")
}

func (l *loader) readEnv() error {
	layer := koanf.New(".")
	err := layer.Load(env.Provider(".", env.Opt{
		Prefix: EnvPrefix, EnvironFunc: l.input.Environ,
		TransformFunc: func(name, value string) (string, any) {
			key := strings.ToLower(strings.TrimPrefix(name, EnvPrefix))
			if _, known := settingOf(key); known && value != "" {
				return key, value
			}
			if value != "" && name != fileVariable && name != corpusVariable {
				l.unknown = append(l.unknown, name)
			}
			return "", nil
		},
	}), nil)
	if err != nil {
		return &Error{Where: "environment", Why: err.Error(), Next: "Correct the variable."}
	}
	slices.Sort(l.unknown)
	return l.merge(layer, FromEnv, "")
}

func (l *loader) readFlags() error {
	values := map[string]any{}
	for key, value := range l.input.Flags {
		values[key] = value
	}
	layer := koanf.New(".")
	if err := layer.Load(confmap.Provider(values, ""), nil); err != nil {
		return &Error{Where: "flags", Why: err.Error(), Next: "Correct the flag."}
	}
	return l.merge(layer, FromFlag, "")
}

// merge lays a layer over those before it.
func (l *loader) merge(layer *koanf.Koanf, from Source, place string) error {
	for _, key := range layer.Keys() {
		if _, known := settingOf(key); !known {
			return &Error{Where: place + ": " + key, Why: "is not a setting", Next: "Known settings: " + knownKeys() + "."}
		}
		l.from[key] = from
	}
	return l.k.Merge(layer)
}

func knownKeys() string {
	var keys []string
	for _, s := range Settings() {
		keys = append(keys, s.Key)
	}
	return strings.Join(keys, ", ")
}

// fail names the place that decided the setting.
func (l *loader) fail(key, why, next string, args ...any) error {
	s, _ := settingOf(key)
	where := s.Flag()
	switch l.from[key] {
	case FromEnv:
		where = s.Env()
	case FromFile:
		where = l.file + ": " + key
	}
	return &Error{Where: where, Why: why, Next: fmt.Sprintf(next, args...)}
}
