package streams

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jobsprint/jobsprint/commands"
	"github.com/jobsprint/jobsprint/events"
	"github.com/nats-io/nats.go/jetstream"
)

var ignore = func(*events.Recorded) error { return nil }

// loadAll loads an aggregate from its beginning.
func loadAll(l *Log, id events.AggregateID) (events.Head, error) {
	return l.Load(context.Background(), id, events.Head{}, ignore)
}

// wantDamage fails the test unless err is damage at a revision.
func wantDamage(t *testing.T, err error, id events.AggregateID, revision uint64, detail string) {
	t.Helper()
	var d *commands.DamageError
	if !errors.As(err, &d) || d.Aggregate != id || d.Revision != revision || !strings.Contains(d.Detail, detail) {
		t.Fatalf("got %v, want damage of %s at revision %d with %q", err, id, revision, detail)
	}
}

// storedBody reads the bytes of a commit as the stream has them.
func storedBody(t *testing.T, l *Log, id events.AggregateID, seq uint64) (subject string, body []byte) {
	t.Helper()
	at, err := l.slices.placeOf(id)
	if err != nil {
		t.Fatal(err)
	}
	m, err := l.loads.one(t.Context(), at.stream, readRequest{Seq: seq})
	if err != nil || m.subject != at.subject {
		t.Fatal(m.subject, err)
	}
	return m.subject, m.body
}

// forge stores bytes past the sequencer, as somebody with access to the
// server would, and waits until readers may see them.
func forge(t *testing.T, l *Log, id events.AggregateID, body []byte) {
	t.Helper()
	at, err := l.slices.placeOf(id)
	if err != nil {
		t.Fatal(err)
	}
	ack, err := l.js.Publish(t.Context(), at.subject, body)
	if err != nil {
		t.Fatal(err)
	}
	q, err := l.sequencer(at.stream)
	if err != nil {
		t.Fatal(err)
	}
	q.lift(ack.Sequence)
}

func TestLoadFindsForgedCommits(t *testing.T) {
	t.Parallel()
	l := openTest(t, Config{Dir: t.TempDir()})
	source := newRun()
	head := fillRun(t, l, source, 3, 600)
	_, last := storedBody(t, l, source, head.Seq)

	t.Run("a commit moved to another aggregate", func(t *testing.T) {
		victim := newRun()
		forge(t, l, victim, last)
		_, err := loadAll(l, victim)
		wantDamage(t, err, victim, 3, "altered")
	})
	t.Run("a commit stored twice", func(t *testing.T) {
		id := newRun()
		head := fillRun(t, l, id, 2, 600)
		_, body := storedBody(t, l, id, head.Seq)
		forge(t, l, id, body)
		_, err := loadAll(l, id)
		wantDamage(t, err, id, 3, "revision 2 follows 2")
	})
	t.Run("an altered byte", func(t *testing.T) {
		id := newRun()
		head := fillRun(t, l, id, 1, 600)
		_, body := storedBody(t, l, id, head.Seq)
		at, _ := l.slices.placeOf(id)
		for _, i := range []int{len(body) - 1, len(body) / 2, 40} { // tag, content, envelope
			altered := bytes.Clone(body)
			altered[i] ^= 1
			_, err := l.decode(t.Context(), at.stream, raw{seq: head.Seq, subject: at.subject, body: altered})
			var d *commands.DamageError
			if !errors.As(err, &d) || d.Position.Seq != head.Seq {
				t.Fatalf("byte %d: %v", i, err)
			}
		}
	})
	t.Run("bytes that are no commit", func(t *testing.T) {
		for _, body := range [][]byte{{}, {1}, {1, 200, 1}, []byte("\x01hello, this is no commit at all")} {
			victim := newRun()
			forge(t, l, victim, body)
			_, err := loadAll(l, victim)
			wantDamage(t, err, victim, 0, "corrupt")
		}
	})
	t.Run("another chain", func(t *testing.T) {
		id := newRun()
		first := fillRun(t, l, id, 1, 600)
		forged := events.Head{Revision: 1, Seq: first.Seq, Hash: events.Hash{1}}
		if _, err := l.Append(t.Context(), commands.Append{Aggregate: id, Expect: forged, Events: filler(600), CommandID: events.ID{1}}); err != nil {
			t.Fatal(err)
		}
		_, err := loadAll(l, id)
		wantDamage(t, err, id, 2, "hash")
	})
	t.Run("a format of a later build", func(t *testing.T) {
		victim := newRun()
		forge(t, l, victim, []byte{9, 1, 2, 3})
		if _, err := loadAll(l, victim); !errors.Is(err, events.ErrNewerVersion) {
			t.Fatal(err)
		}
	})
}

// purge takes commits out of a stream, as nothing in this program does.
func purge(t *testing.T, l *Log, stream string, o ...jetstream.StreamPurgeOpt) {
	t.Helper()
	s, err := l.js.Stream(t.Context(), stream)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Purge(t.Context(), o...); err != nil {
		t.Fatal(err)
	}
}

func TestMissingCommitsAreFound(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	l := openTest(t, Config{Dir: dir})
	id, other := newRun(), newRun()
	head := fillRun(t, l, id, 5, 600)
	fillRun(t, l, other, 5, 600)
	at, _ := l.slices.placeOf(id)
	purge(t, l, at.stream, jetstream.WithPurgeSubject(at.subject), jetstream.WithPurgeSequence(head.Seq-1))
	_, err := loadAll(l, id)
	wantDamage(t, err, id, 1, "missing")

	closeLog(t, l)
	l = openTest(t, Config{Dir: dir})
	tail := l.Tail(events.Cursor{}, TailOptions{Streams: []string{at.stream}})
	defer tail.Close()
	for range 2 { // it stays where it stands
		_, err = tail.Next(t.Context())
		var gap *GapError
		if !errors.As(err, &gap) || *gap != (GapError{Stream: at.stream, Seq: 1}) || !strings.Contains(err.Error(), "commit 1 of stream RUNS_00000") {
			t.Fatal(err)
		}
	}
	_, err = l.ReadAt(t.Context(), events.Position{Stream: at.stream, Seq: 2})
	var gap *GapError
	if !errors.As(err, &gap) || gap.Seq != 2 {
		t.Fatal(err)
	}
}

// TestFlippedByteOnDisk changes one byte of a stored commit in the server's
// own file: whatever the server makes of it, nobody is given less than there
// was without being told.
func TestFlippedByteOnDisk(t *testing.T) {
	t.Parallel()
	stream := runsStream(firstSlice)
	for _, revision := range []uint64{1, 3, 5} { // the first, a middle one, the last
		dir := t.TempDir()
		l := openTest(t, Config{Dir: dir})
		id := newRun()
		fillRun(t, l, id, 5, 600)
		_, body := storedBody(t, l, id, revision)
		closeLog(t, l)
		flip(t, filepath.Join(streamDir(dir, stream), "msgs"), body)

		l = openTest(t, Config{Dir: dir})
		_, err := loadAll(l, id)
		wantDamage(t, err, id, revision, "")
		tail := l.Tail(events.Cursor{}, TailOptions{Streams: []string{stream}})
		for err = nil; err == nil; {
			_, err = tail.Next(t.Context())
		}
		tail.Close()
		var gap *GapError
		if !errors.As(err, &gap) || gap.Seq != revision {
			t.Fatalf("the tail ends with %v, want a gap at %d", err, revision)
		}
	}
}

func flip(t *testing.T, dir string, body []byte) {
	t.Helper()
	files, _ := filepath.Glob(filepath.Join(dir, "*.blk"))
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if i := bytes.Index(b, body); i >= 0 {
			b[i+len(body)/2] ^= 0x40
			if err := os.WriteFile(f, b, 0o600); err != nil {
				t.Fatal(err)
			}
			return
		}
	}
	t.Fatal("the commit is in no block")
}
