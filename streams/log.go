package streams

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"

	"github.com/gofrs/flock"
	"github.com/jobsprint/jobsprint/commands"
	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// ErrClosed reports a log or a reader that was closed.
var ErrClosed = errors.New("the log is closed")

var _ commands.Store = (*Log)(nil)

// Log is the event store on JetStream, with all that lives beside it. One
// process holds it at a time. Its methods may be called by many goroutines.
type Log struct {
	conf   Config
	lock   *flock.Flock
	server *server.Server
	// nc serves everything that has no connection of its own; js stands on it.
	nc     *nats.Conn
	js     jetstream.JetStream
	writes *nats.Conn
	loads  *reader // single aggregates and commits
	tails  *reader // ranges of streams
	codec  *codec
	keys   *keyring
	slices *sliceTable
	moved  signal // fired when any watermark moves

	mu     sync.RWMutex
	queues map[string]*sequencer
	names  []string // of queues, sorted; replaced, never changed

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
	l := &Log{
		conf: c, codec: newCodec(), slices: &sliceTable{},
		queues: make(map[string]*sequencer), closed: make(chan struct{}),
	}
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

func (l *Log) shutdown(ctx context.Context) error {
	var errs []error
	for _, name := range l.Streams() {
		q, err := l.sequencer(name)
		if err == nil {
			err = q.close(ctx)
		}
		errs = append(errs, err)
	}
	close(l.closed)
	for _, nc := range l.connections() {
		nc.Close()
	}
	if l.server != nil {
		stopServer(l.server)
	}
	return errors.Join(append(errs, l.lock.Close())...)
}

func (l *Log) connections() []*nats.Conn {
	var open []*nats.Conn
	for _, r := range []*reader{l.tails, l.loads} {
		if r != nil {
			open = append(open, r.conn)
		}
	}
	for _, nc := range []*nats.Conn{l.writes, l.nc} {
		if nc != nil {
			open = append(open, nc)
		}
	}
	return open
}
