package streams

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"

	"github.com/gofrs/flock"
	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// ErrClosed reports a log or a reader that was closed.
var ErrClosed = errors.New("the log is closed")

// Log is the event store on JetStream, with all that lives beside it. One
// process holds it at a time. Its methods may be called by many goroutines.
type Log struct {
	conf   Config
	lock   *flock.Flock
	server *server.Server
	nc     *nats.Conn
	js     jetstream.JetStream
	keys   *keyring
	slices *sliceTable

	closing  sync.Once
	closed   chan struct{}
	closeErr error
}

// Open takes the folder, starts the embedded server, makes what is missing and
// reads the slice table. The log is ready when it returns. Errors:
// *LockedError, ErrKeyMissing, ErrKeyWrong, *commands.DamageError.
func Open(ctx context.Context, c Config) (*Log, error) {
	c, err := c.withDefaults()
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(c.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("make the data folder: %w", err)
	}
	l := &Log{conf: c, slices: &sliceTable{}, closed: make(chan struct{})}
	if l.lock, err = lockFolder(c.Dir, c.Holder); err != nil {
		return nil, err
	}
	if err := l.start(ctx); err != nil {
		return nil, errors.Join(err, l.Close(context.WithoutCancel(ctx)))
	}
	return l, nil
}

// Close ends the log: it waits until what was handed in is acknowledged or ctx
// ends, stops readers and the server, and releases the folder. It may be
// called again and gives the same answer.
func (l *Log) Close(ctx context.Context) error {
	l.closing.Do(func() { l.closeErr = l.shutdown(ctx) })
	return l.closeErr
}

func (l *Log) shutdown(context.Context) error {
	close(l.closed)
	if l.nc != nil {
		l.nc.Close()
	}
	if l.server != nil {
		stopServer(l.server)
	}
	return l.lock.Close()
}
