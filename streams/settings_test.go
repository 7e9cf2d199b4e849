package streams

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jobsprint/jobsprint/events"
	"github.com/nats-io/nats.go/jetstream"
)

// TestSettingsLoseNothing holds the table against what every stream must keep.
func TestSettingsLoseNothing(t *testing.T) {
	t.Parallel()
	for _, name := range append(fixedStreams(), sliceStreams(firstSlice)...) {
		c := streamConfig(name)
		if c.MaxAge != 0 || c.MaxMsgs != -1 || c.MaxBytes != -1 || len(c.Subjects) == 0 {
			t.Errorf("%s has limits that drop messages: %+v", name, c)
		}
		if c.Storage != jetstream.FileStorage || !c.AllowDirect || c.Duplicates != 30*time.Second || c.MaxConsumers > 1000 {
			t.Errorf("%s: %+v", name, c)
		}
		timers, bucket := name == streamTimers, strings.HasPrefix(name, "KV_")
		if (c.Discard == jetstream.DiscardNew) == timers || c.DenyDelete == timers || c.AllowMsgSchedules != timers {
			t.Errorf("%s: %+v", name, c)
		}
		erasable := timers || bucket || name == "RUNS_00000" || name == "PAY_00000"
		if c.DenyPurge == erasable {
			t.Errorf("%s: deny purge is %v", name, c.DenyPurge)
		}
	}
}

func TestDriftIsReportedAndLeftAlone(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	l := openTest(t, Config{Dir: dir})
	if drift, err := l.Drift(t.Context()); err != nil || len(drift) != 0 {
		t.Fatal("a new store drifts:", drift, err)
	}
	changed := streamConfig(streamDefinitions)
	changed.Duplicates, changed.MaxMsgs = time.Minute, 12345
	if _, err := l.js.UpdateStream(t.Context(), changed); err != nil {
		t.Fatal(err)
	}
	closeLog(t, l)

	l = openTest(t, Config{Dir: dir})
	if err := l.js.DeleteStream(t.Context(), streamDead); err != nil {
		t.Fatal(err)
	}
	drift, err := l.Drift(t.Context())
	if err != nil || len(drift) != 3 {
		t.Fatal(drift, err)
	}
	want := []string{
		"stream DEFS: duplicate window is 1m0s, should be 30s",
		"stream DEFS: max messages is 12345, should be -1",
		"stream DEAD: stream is missing, should be there",
	}
	for i, w := range want {
		if drift[i].String() != w {
			t.Errorf("got %q, want %q", drift[i], w)
		}
	}
}

func TestConfig(t *testing.T) {
	t.Parallel()
	for _, c := range []Config{{}, {Dir: "x", MaxPayloadBytes: 1}, {Dir: "x", MaxPayloadBytes: 64 << 20}} {
		if _, err := Open(context.Background(), c); err == nil {
			t.Errorf("%+v is taken", c)
		}
	}
	dir := t.TempDir()
	l := openTest(t, Config{Dir: dir, MaxPayloadBytes: 256 << 10, Holder: "the tests"})
	if got := l.nc.MaxPayload(); got != 256<<10 {
		t.Error("max payload", got)
	}
	if b, _ := os.ReadFile(filepath.Join(dir, "LOCK")); string(b) != "the tests\n" {
		t.Errorf("LOCK holds %q", b)
	}
	_, err := Open(context.Background(), Config{Dir: dir})
	var locked *LockedError
	if !errors.As(err, &locked) || locked.Holder != "the tests" || !strings.Contains(err.Error(), dir) {
		t.Error(err)
	}
	if err := os.Truncate(filepath.Join(dir, "LOCK"), 0); err != nil {
		t.Fatal(err)
	}
	if _, err = Open(context.Background(), Config{Dir: dir}); !errors.As(err, &locked) || locked.Holder != "another process" {
		t.Error(err)
	}
}

// TestFolderThatCannotBeUsed expects an error and everything let go.
func TestFolderThatCannotBeUsed(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(context.Background(), Config{Dir: file}); err == nil {
		t.Error("a file was taken for a folder")
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "nats"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		_, err := Open(context.Background(), Config{Dir: dir})
		var locked *LockedError
		if err == nil || errors.As(err, &locked) {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, "x"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(dir, "nats")); err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	openTest(t, Config{Dir: dir})
}

func TestEpochsCountUp(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	l := openTest(t, Config{Dir: dir})
	var all []uint64
	for range 3 {
		n, err := l.NextEpoch(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, n)
	}
	closeLog(t, l)
	l = openTest(t, Config{Dir: dir})
	n, err := l.NextEpoch(t.Context())
	if err != nil || all[0] != 1 || all[2] != 3 || n != 4 {
		t.Fatal(all, n, err)
	}
	racing := make(chan uint64, 8)
	for range cap(racing) {
		go func() {
			n, err := l.NextEpoch(context.Background())
			if err != nil {
				t.Error(err)
			}
			racing <- n
		}()
	}
	seen := map[uint64]bool{}
	for range cap(racing) {
		seen[<-racing] = true
	}
	if len(seen) != cap(racing) || !seen[12] {
		t.Fatal("epochs were given twice", seen)
	}
}

func TestKeyedHashes(t *testing.T) {
	t.Parallel()
	dir, key := t.TempDir(), filepath.Join(t.TempDir(), "k")
	l := openTest(t, Config{Dir: dir, KeyFile: key})
	digest := l.CommandDigest("w0", "run.start", []byte("body"))
	id := l.IdempotencyID("w0", "actor", "op", "key")
	for i, other := range []events.Hash{
		l.CommandDigest("w1", "run.start", []byte("body")),
		l.CommandDigest("w0", "run.cancel", []byte("body")),
		l.CommandDigest("w0", "run.star", []byte("tbody")),
		l.CommandDigest("bad workspace", "run.start", []byte("body")),
		{},
	} {
		if other == digest {
			t.Error("digest", i, "is the same")
		}
	}
	if len(id) != 32 || id == l.IdempotencyID("w0", "acto", "rop", "key") || l.IdempotencyID("a.b", "", "", "") != "" {
		t.Error(id)
	}
	keyless := l.CommandDigest("bad workspace", "a", nil)
	if keyless == l.CommandDigest("bad workspace", "a", nil) {
		t.Error("a digest without a key equals another")
	}
	closeLog(t, l)
	l = openTest(t, Config{Dir: dir, KeyFile: key})
	if l.CommandDigest("w0", "run.start", []byte("body")) != digest || l.IdempotencyID("w0", "actor", "op", "key") != id {
		t.Error("the next process has other hashes")
	}
	other := openTest(t, Config{Dir: t.TempDir()})
	if other.CommandDigest("w0", "run.start", []byte("body")) == digest {
		t.Error("another store has the same hashes")
	}
}

func TestHeadAndStats(t *testing.T) {
	t.Parallel()
	l := openTest(t, Config{Dir: t.TempDir()})
	head := fillRun(t, l, newRun(), 3, 600)
	c, err := l.Head(t.Context())
	if err != nil || c.At("RUNS_00000").Seq != head.Seq || c.At("DEFS").Seq != 1 || l.Last("RUNS_00000") != 3 || l.Last("NONE") != 0 {
		t.Fatal(c.Positions(), err)
	}
	stats, err := l.Stats(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]StreamStats{}
	for _, s := range stats {
		names[s.Name] = s
	}
	if s := names["RUNS_00000"]; s.Messages != 3 || s.First != 1 || s.Last != 3 || s.Bytes < 600 || len(names) != 7 {
		t.Fatal(names)
	}
}
