package streams

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jobsprint/jobsprint/commands"
	"github.com/jobsprint/jobsprint/events"
	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go/jetstream"
)

// start brings the log up, lowest part first: server, connections, the
// streams that always exist, the keys, the slice table, the slices' streams.
func (l *Log) start(ctx context.Context) (err error) {
	if l.server, err = startServer(l.conf); err != nil {
		return err
	}
	if err := l.connect(); err != nil {
		return err
	}
	for _, name := range fixedStreams() {
		if err := l.ensureStream(ctx, name); err != nil {
			return err
		}
	}
	if l.keys, err = openKeyring(ctx, l.js, l.conf); err != nil {
		return err
	}
	if err := l.addSequencer(ctx, streamDefinitions); err != nil {
		return err
	}
	if err := l.loadSlices(ctx); err != nil {
		return err
	}
	return l.reportDrift(ctx)
}

func (l *Log) connect() (err error) {
	if l.nc, err = connect(l.server, "log"); err != nil {
		return err
	}
	if l.js, err = jetstream.New(l.nc); err != nil {
		return fmt.Errorf("open JetStream: %w", err)
	}
	if l.writes, err = connect(l.server, "writes"); err != nil {
		return err
	}
	if l.loads, err = openReader(l.server, "loads"); err != nil {
		return err
	}
	l.tails, err = openReader(l.server, "tails")
	return err
}

func openReader(s *server.Server, name string) (*reader, error) {
	nc, err := connect(s, name)
	if err != nil {
		return nil, err
	}
	return newReader(nc)
}

// loadSlices folds the table of slices. A new store has none: its first slice
// is announced from the beginning of time.
func (l *Log) loadSlices(ctx context.Context) error {
	head, err := l.Load(ctx, events.Slices(), events.Head{}, l.slices.fold)
	if err != nil {
		return fmt.Errorf("read the table of slices: %w", err)
	}
	if head.Revision > 0 {
		return l.openSlices(ctx)
	}
	_, err = l.Append(ctx, commands.Append{
		Aggregate:   events.Slices(),
		Events:      []events.Event{events.SliceAnnounced{Slice: firstSlice, From: time.Unix(0, 0).UTC()}},
		At:          l.conf.Now(),
		CommandID:   events.HashToID("slice.announce", firstSlice),
		CommandName: "slice.announce",
		Actor:       "system",
	})
	return err
}

// announced takes new boundaries into the table, and makes their streams.
func (l *Log) announced(ctx context.Context, r *events.Recorded) error {
	if err := l.slices.fold(r); err != nil {
		return err
	}
	return l.openSlices(ctx)
}

func (l *Log) reportDrift(ctx context.Context) error {
	list, err := l.Drift(ctx)
	for _, d := range list {
		l.conf.Logger.WarnContext(ctx, "a stream's setting differs from the table", "stream", d.Stream, "setting", d.Setting, "want", d.Want, "have", d.Have)
	}
	return err
}

// ensureStream makes a stream as the settings table has it. One that exists is
// left as it is: Drift reports what differs.
func (l *Log) ensureStream(ctx context.Context, name string) error {
	_, err := l.js.CreateStream(ctx, streamConfig(name))
	if errors.Is(err, jetstream.ErrStreamNameAlreadyInUse) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("make stream %s: %w", name, err)
	}
	// A stream that was just made is lost by a power loss unless its folder
	// is synced: the server syncs data only.
	if err := syncTree(streamDir(l.conf.Dir, name)); err != nil {
		return fmt.Errorf("sync stream %s: %w", name, err)
	}
	return nil
}

// openSlices makes the streams of every slice in the table.
func (l *Log) openSlices(ctx context.Context) error {
	for _, slice := range l.slices.names() {
		for _, name := range sliceStreams(slice) {
			if err := l.ensureStream(ctx, name); err != nil {
				return err
			}
		}
		if err := l.addSequencer(ctx, runsStream(slice)); err != nil {
			return err
		}
	}
	return nil
}
