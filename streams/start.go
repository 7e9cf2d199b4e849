package streams

import (
	"context"
	"errors"
	"fmt"

	"github.com/jobsprint/jobsprint/events"
	"github.com/nats-io/nats.go/jetstream"
)

// start brings the log up, lowest part first: server, connections, the
// streams that always exist, the keys, the slice table, the slices' streams.
func (l *Log) start(ctx context.Context) (err error) {
	if l.server, err = startServer(l.conf); err != nil {
		return err
	}
	if l.nc, err = connect(l.server, "log"); err != nil {
		return err
	}
	if l.js, err = jetstream.New(l.nc); err != nil {
		return fmt.Errorf("open JetStream: %w", err)
	}
	for _, name := range fixedStreams() {
		if err := l.ensureStream(ctx, name); err != nil {
			return err
		}
	}
	if l.keys, err = openKeyring(ctx, l.js, l.conf); err != nil {
		return err
	}
	l.slices.bounds = []events.SliceAnnounced{{Slice: firstSlice}}
	return l.openSlices(ctx)
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
	}
	return nil
}
