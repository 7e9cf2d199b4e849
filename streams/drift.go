package streams

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/nats-io/nats.go/jetstream"
)

// Drift is one setting in which a live stream differs from the settings table.
type Drift struct {
	Stream  string
	Setting string
	Want    string
	Have    string
}

// String says it in one line.
func (d Drift) String() string {
	return fmt.Sprintf("stream %s: %s is %s, should be %s", d.Stream, d.Setting, d.Have, d.Want)
}

// compared lists the settings that the table decides. What the server adds by
// itself, such as metadata, is not among them.
var compared = []struct {
	name string
	of   func(c *jetstream.StreamConfig) any
}{
	{"subjects", func(c *jetstream.StreamConfig) any { return strings.Join(c.Subjects, " ") }},
	{"retention", func(c *jetstream.StreamConfig) any { return c.Retention }},
	{"discard", func(c *jetstream.StreamConfig) any { return c.Discard }},
	{"storage", func(c *jetstream.StreamConfig) any { return c.Storage }},
	{"replicas", func(c *jetstream.StreamConfig) any { return c.Replicas }},
	{"duplicate window", func(c *jetstream.StreamConfig) any { return c.Duplicates }},
	{"direct reads", func(c *jetstream.StreamConfig) any { return c.AllowDirect }},
	{"deny delete", func(c *jetstream.StreamConfig) any { return c.DenyDelete }},
	{"deny purge", func(c *jetstream.StreamConfig) any { return c.DenyPurge }},
	{"max consumers", func(c *jetstream.StreamConfig) any { return c.MaxConsumers }},
	{"max messages", func(c *jetstream.StreamConfig) any { return c.MaxMsgs }},
	{"max bytes", func(c *jetstream.StreamConfig) any { return c.MaxBytes }},
	{"max age", func(c *jetstream.StreamConfig) any { return c.MaxAge }},
	{"max messages per subject", func(c *jetstream.StreamConfig) any { return c.MaxMsgsPerSubject }},
	{"max message bytes", func(c *jetstream.StreamConfig) any { return c.MaxMsgSize }},
	{"rollups", func(c *jetstream.StreamConfig) any { return c.AllowRollup }},
	{"message TTL", func(c *jetstream.StreamConfig) any { return c.AllowMsgTTL }},
	{"message schedules", func(c *jetstream.StreamConfig) any { return c.AllowMsgSchedules }},
	{"no acknowledgements", func(c *jetstream.StreamConfig) any { return c.NoAck }},
	{"sealed", func(c *jetstream.StreamConfig) any { return c.Sealed }},
	{"compression", func(c *jetstream.StreamConfig) any { return c.Compression }},
	{"persist mode", func(c *jetstream.StreamConfig) any { return c.PersistMode }},
}

// Drift compares the live streams with the settings table. It changes
// nothing: a setting that somebody changed is for somebody to decide.
func (l *Log) Drift(ctx context.Context) ([]Drift, error) {
	var out []Drift
	names := fixedStreams()
	for _, slice := range l.slices.names() {
		names = append(names, sliceStreams(slice)...)
	}
	for _, name := range names {
		s, err := l.js.Stream(ctx, name)
		if errors.Is(err, jetstream.ErrStreamNotFound) {
			out = append(out, Drift{Stream: name, Setting: "stream", Want: "there", Have: "missing"})
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("look at stream %s: %w", name, err)
		}
		want := streamConfig(name)
		out = append(out, compare(name, &want, &s.CachedInfo().Config)...)
	}
	return out, nil
}

func compare(name string, want, have *jetstream.StreamConfig) []Drift {
	var out []Drift
	for _, c := range compared {
		if w, h := c.of(want), c.of(have); w != h {
			out = append(out, Drift{Stream: name, Setting: c.name, Want: fmt.Sprint(w), Have: fmt.Sprint(h)})
		}
	}
	return out
}
