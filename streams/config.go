package streams

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"
)

// Defaults and limits of Config.
const (
	// DefaultSyncInterval is how long JetStream may hold written data before
	// it syncs it: what a power loss can take.
	DefaultSyncInterval = 200 * time.Millisecond
	// DefaultMaxPayloadBytes is the server's largest message.
	DefaultMaxPayloadBytes = 8 << 20
	// payloadReserve is kept free of every message for headers and protocol.
	payloadReserve = 64 << 10
)

// Config says where the log lives and how it is kept.
type Config struct {
	// Dir is the data folder; it is made when missing. Its LOCK file is held
	// while the log is open, and JetStream lives in its folder "nats".
	Dir string
	// KeyFile holds the master key: 32 random bytes in hexadecimal. It is made
	// when it is missing and the store is new. Empty: Dir/master.key, which
	// suits a temporary store only, since whoever has the folder has the key.
	KeyFile string
	// SyncInterval; 0 means DefaultSyncInterval.
	SyncInterval time.Duration
	// Logger; nil logs nothing.
	Logger *slog.Logger
	// Now is the clock; nil means time.Now.
	Now func() time.Time
	// Holder is written into LOCK for whoever finds it held, such as
	// "jobsprint serve, pid 123". Empty: the pid.
	Holder string
	// MaxPayloadBytes is the largest message; 0 means DefaultMaxPayloadBytes,
	// which is also the most. A commit's body may take 64 KiB less.
	MaxPayloadBytes int
}

func (c Config) withDefaults() (Config, error) {
	if c.Dir == "" {
		return c, errors.New("streams: Config.Dir is empty")
	}
	if c.KeyFile == "" {
		c.KeyFile = filepath.Join(c.Dir, "master.key")
	}
	if c.SyncInterval == 0 {
		c.SyncInterval = DefaultSyncInterval
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Holder == "" {
		c.Holder = fmt.Sprintf("pid %d", os.Getpid())
	}
	if c.MaxPayloadBytes == 0 {
		c.MaxPayloadBytes = DefaultMaxPayloadBytes
	}
	if c.MaxPayloadBytes < 2*payloadReserve || c.MaxPayloadBytes > DefaultMaxPayloadBytes {
		return c, fmt.Errorf("streams: MaxPayloadBytes is %d; it must be %d to %d", c.MaxPayloadBytes, 2*payloadReserve, DefaultMaxPayloadBytes)
	}
	return c, nil
}

// maxBody is the largest stored body of a commit, in bytes.
func (c Config) maxBody() int { return c.MaxPayloadBytes - payloadReserve }
