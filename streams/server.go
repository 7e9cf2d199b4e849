package streams

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
)

const (
	// serverReady bounds the wait for the server once it has read the log,
	// which is part of its start and takes as long as it takes.
	serverReady = 30 * time.Second
	// maxStore is what JetStream believes it may store. The disk is the limit
	// that counts; JetStream's own default is a part of what was free at start.
	maxStore = 1 << 50
	// maxPending is how much may wait for one client before it is dropped. A
	// batch of reads stays far below it.
	maxPending = 256 << 20
)

// startServer starts NATS inside this process: it listens nowhere, takes no
// signals, and keeps JetStream in <Dir>/nats.
func startServer(c Config) (*server.Server, error) {
	s, err := server.NewServer(&server.Options{
		ServerName:             "jobsprint",
		DontListen:             true,
		NoSigs:                 true,
		JetStream:              true,
		StoreDir:               natsDir(c.Dir),
		JetStreamMaxStore:      maxStore,
		JetStreamMaxMemory:     64 << 20,
		SyncInterval:           c.SyncInterval,
		MaxPayload:             int32(c.MaxPayloadBytes),
		MaxPending:             maxPending,
		DisableJetStreamBanner: true,
	})
	if err != nil {
		return nil, fmt.Errorf("set up the embedded NATS server: %w", err)
	}
	fatal := make(chan string, 1)
	s.SetLoggerV2(serverLog{c.Logger, fatal}, false, false, false)
	s.Start()
	// Start returns at a failure as it does otherwise; only the log tells.
	select {
	case why := <-fatal:
		stopServer(s)
		return nil, fmt.Errorf("the embedded NATS server did not start: %s", why)
	default:
	}
	if !s.ReadyForConnections(serverReady) || !s.JetStreamEnabled() {
		stopServer(s)
		return nil, errors.New("the embedded NATS server did not start")
	}
	return s, nil
}

func natsDir(dir string) string { return filepath.Join(dir, "nats") }

// streamDir is where the server keeps the files of a stream.
func streamDir(dir, stream string) string {
	return filepath.Join(natsDir(dir), "jetstream", "$G", "streams", stream)
}

func stopServer(s *server.Server) {
	s.Shutdown()
	s.WaitForShutdown()
}

// connect opens a connection inside the process. Publishing, reading and
// everything else have connections of their own: the server answers a batched
// read on the connection's own goroutine, and appends shall not wait for it.
func connect(s *server.Server, name string) (*nats.Conn, error) {
	nc, err := nats.Connect("", nats.Name(name), nats.InProcessServer(s), nats.NoReconnect())
	if err != nil {
		return nil, fmt.Errorf("connect to the embedded NATS server: %w", err)
	}
	return nc, nil
}

// serverLog passes what the server has to say that an operator should know,
// and keeps the reason when it gives up.
type serverLog struct {
	log   *slog.Logger
	fatal chan<- string
}

func (l serverLog) Noticef(format string, v ...any) { l.write(slog.LevelDebug, format, v) }
func (l serverLog) Warnf(format string, v ...any)   { l.write(slog.LevelWarn, format, v) }
func (l serverLog) Errorf(format string, v ...any)  { l.write(slog.LevelError, format, v) }
func (serverLog) Debugf(string, ...any)             {}
func (serverLog) Tracef(string, ...any)             {}

// Fatalf is the server's last word; it does not end the process.
func (l serverLog) Fatalf(format string, v ...any) {
	l.write(slog.LevelError, format, v)
	select {
	case l.fatal <- fmt.Sprintf(format, v...):
	default:
	}
}

func (l serverLog) write(level slog.Level, format string, v []any) {
	l.log.Log(context.Background(), level, "nats: "+fmt.Sprintf(format, v...))
}
