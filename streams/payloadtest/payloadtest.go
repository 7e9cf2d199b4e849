// Package payloadtest is the conformance suite of the payload store: what every
// implementation of it must do. A store passes it with one call of [Exercise].
package payloadtest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"io"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/streams"
)

// Store is the payload store under test; *streams.Payloads is one.
type Store interface {
	Put(ctx context.Context, run events.AggregateID, mediaType string, data []byte) (item.Ref, error)
	PutReader(ctx context.Context, run events.AggregateID, mediaType string, r io.Reader) (item.Ref, error)
	Get(ctx context.Context, workspace string, ref item.Ref) ([]byte, error)
	Open(ctx context.Context, workspace string, ref item.Ref) (io.ReadCloser, error)
}

// Backend is a store with the handles that the suite needs to hurt it.
type Backend interface {
	Store() Store
	// Reopen closes the store in order and opens it again.
	Reopen(t *testing.T)
	// Crash abandons the store as kill -9 does and opens what it left.
	Crash(t *testing.T)
	// Chunks counts what is stored for a run.
	Chunks(t *testing.T, run events.AggregateID) int
	// Delete takes one chunk away.
	Delete(t *testing.T, workspace string, ref item.Ref, chunk int)
	// Alter changes one stored byte of a chunk.
	Alter(t *testing.T, workspace string, ref item.Ref, chunk int)
	// Move stores the bytes of one chunk in the place of another.
	Move(t *testing.T, workspace string, ref item.Ref, from, to int)
}

// chunk is the size at which the format cuts content.
const chunk = 512 << 10

// Exercise runs the suite; open gives a new, empty backend for each part.
func Exercise(t *testing.T, open func(t *testing.T) Backend) {
	parts := []struct {
		name string
		run  func(t *testing.T, b Backend)
	}{
		{"SizesComeBack", sizesComeBack},
		{"ReadersComeBack", readersComeBack},
		{"SameContentIsStoredOnce", sameContentIsStoredOnce},
		{"RunsShareNothing", runsShareNothing},
		{"WorkspacesShareNothing", workspacesShareNothing},
		{"PutsAtTheSameTime", putsAtTheSameTime},
		{"InterruptedPutIsRepeated", interruptedPutIsRepeated},
		{"MissingIsSaid", missingIsSaid},
		{"LostChunkIsNamed", lostChunkIsNamed},
		{"AlteredChunkIsNamed", alteredChunkIsNamed},
		{"MovedChunkIsNamed", movedChunkIsNamed},
		{"FalseReferencesAreRefused", falseReferencesAreRefused},
		{"FailingReaderStoresNothing", failingReaderStoresNothing},
		{"CancelledCallsEnd", cancelledCallsEnd},
		{"OutlivesReopen", func(t *testing.T, b Backend) { outlives(t, b, b.Reopen) }},
		{"OutlivesCrash", func(t *testing.T, b Backend) { outlives(t, b, b.Crash) }},
	}
	for _, p := range parts {
		t.Run(p.name, func(t *testing.T) { p.run(t, open(t)) })
	}
}

// Run makes a new run id; n tells the runs of a test apart.
func Run(workspace string, n uint64) events.AggregateID {
	var random [10]byte
	binary.BigEndian.PutUint64(random[2:], n)
	return events.Run(workspace, events.NewTimeID(time.Date(2026, 5, 4, 3, 2, 1, 0, time.UTC), random))
}

// Content gives size bytes that look random; the same seed gives the same.
func Content(seed string, size int) []byte {
	data := make([]byte, size)
	_, _ = rand.NewChaCha8(sha256.Sum256([]byte(seed))).Read(data) // documented never to fail
	return data
}

func sizesComeBack(t *testing.T, b Backend) {
	run := Run(events.DefaultWorkspace, 1)
	for _, size := range []int{0, 1, 100, chunk - 1, chunk, chunk + 1, 2 * chunk, 3*chunk + 7, 5 << 20} {
		data := Content("sizes", size)
		ref, err := b.Store().Put(t.Context(), run, "text/plain", data)
		if err != nil {
			t.Fatalf("put %d bytes: %v", size, err)
		}
		if ref.Owner != run.ID || ref.Bytes != int64(size) || ref.MediaType != "text/plain" || ref.Address == "" || ref.Digest == "" {
			t.Fatalf("the reference of %d bytes is %+v", size, ref)
		}
		expect(t, b, run.Workspace, ref, data)
	}
}

func readersComeBack(t *testing.T, b Backend) {
	run := Run(events.DefaultWorkspace, 1)
	for _, size := range []int{0, 10, 4 << 20, 4<<20 + 1, 5 << 20, 10*chunk + 3} {
		data := Content("readers", size)
		ref, err := b.Store().PutReader(t.Context(), run, "application/zip", iotest.HalfReader(bytes.NewReader(data)))
		if err != nil {
			t.Fatalf("put a reader of %d bytes: %v", size, err)
		}
		same, err := b.Store().Put(t.Context(), run, "application/zip", data)
		if err != nil || same != ref {
			t.Fatalf("the reader of %d bytes gave %+v, its bytes %+v, %v", size, ref, same, err)
		}
		expect(t, b, run.Workspace, ref, data)
	}
}

func sameContentIsStoredOnce(t *testing.T, b Backend) {
	run := Run(events.DefaultWorkspace, 1)
	for _, size := range []int{1000, 3*chunk + 5} {
		first := put(t, b, run, Content("once", size))
		stored := b.Chunks(t, run)
		if again := put(t, b, run, Content("once", size)); again != first {
			t.Fatalf("the same content has the references %+v and %+v", first, again)
		}
		if now := b.Chunks(t, run); now != stored {
			t.Fatalf("%d chunks are stored after the second put, %d before it", now, stored)
		}
	}
	if n := b.Chunks(t, run); n != 1+4 {
		t.Fatalf("%d chunks are stored, want 5", n)
	}
}

func runsShareNothing(t *testing.T, b Backend) {
	data := Content("runs", 1000)
	one, two := put(t, b, Run(events.DefaultWorkspace, 1), data), put(t, b, Run(events.DefaultWorkspace, 2), data)
	if one.Address == two.Address {
		t.Fatal("two runs have one address for the same content")
	}
	if one.Digest != two.Digest {
		t.Fatal("the digest of the same content differs inside a workspace")
	}
	two.Address = one.Address
	expectMissing(t, b, events.DefaultWorkspace, two)
}

func workspacesShareNothing(t *testing.T, b Backend) {
	data := Content("workspaces", 1000)
	one, two := put(t, b, Run("w1", 1), data), put(t, b, Run("w2", 1), data)
	if one.Digest == two.Digest || one.Address == two.Address {
		t.Fatal("the same content can be recognised across workspaces")
	}
	expectMissing(t, b, "w2", one)
}

func putsAtTheSameTime(t *testing.T, b Backend) {
	run := Run(events.DefaultWorkspace, 1)
	data := [][]byte{Content("a", 2*chunk+1), Content("b", 2*chunk+1), Content("c", 10)}
	refs := make([]item.Ref, 12)
	var group sync.WaitGroup
	for i := range refs {
		group.Go(func() {
			var err error
			if refs[i], err = b.Store().Put(t.Context(), run, "x/y", data[i%len(data)]); err != nil {
				t.Errorf("put %d: %v", i, err)
			}
		})
	}
	group.Wait()
	for i, ref := range refs {
		if ref != refs[i%len(data)] {
			t.Fatalf("put %d gave %+v, put %d %+v", i, ref, i%len(data), refs[i%len(data)])
		}
		expect(t, b, run.Workspace, ref, data[i%len(data)])
	}
	if n := b.Chunks(t, run); n != 3+3+1 {
		t.Fatalf("%d chunks are stored, want 7", n)
	}
}

func interruptedPutIsRepeated(t *testing.T, b Backend) {
	run := Run(events.DefaultWorkspace, 1)
	data := Content("interrupted", 5*chunk)
	ref := put(t, b, run, data)
	b.Delete(t, run.Workspace, ref, 2)
	b.Delete(t, run.Workspace, ref, 4)
	if again := put(t, b, run, data); again != ref {
		t.Fatalf("repeating gave %+v, want %+v", again, ref)
	}
	expect(t, b, run.Workspace, ref, data)
}

func missingIsSaid(t *testing.T, b Backend) {
	run := Run(events.DefaultWorkspace, 1)
	for _, size := range []int{1000, 3 * chunk} {
		ref := put(t, b, run, Content("missing", size))
		for i := range (size + chunk - 1) / chunk {
			b.Delete(t, run.Workspace, ref, i)
		}
		expectMissing(t, b, run.Workspace, ref)
	}
	never := put(t, b, run, Content("never", 10))
	never.Address = strings.Repeat("0", len(never.Address))
	expectMissing(t, b, run.Workspace, never)
	expectMissing(t, b, "unknown", never)
}

func lostChunkIsNamed(t *testing.T, b Backend) {
	run := Run(events.DefaultWorkspace, 1)
	for _, lost := range []int{0, 1, 3} {
		ref := put(t, b, run, append(Content("lost", 3*chunk), byte(lost)))
		b.Delete(t, run.Workspace, ref, lost)
		expectDamage(t, b, run.Workspace, ref, lost)
	}
}

func alteredChunkIsNamed(t *testing.T, b Backend) {
	run := Run(events.DefaultWorkspace, 1)
	for _, altered := range []int{0, 2, 3} {
		ref := put(t, b, run, append(Content("altered", 3*chunk), byte(altered)))
		b.Alter(t, run.Workspace, ref, altered)
		expectDamage(t, b, run.Workspace, ref, altered)
	}
}

func movedChunkIsNamed(t *testing.T, b Backend) {
	run := Run(events.DefaultWorkspace, 1)
	ref := put(t, b, run, Content("moved", 4*chunk))
	b.Move(t, run.Workspace, ref, 0, 1)
	expectDamage(t, b, run.Workspace, ref, 1)
}

func falseReferencesAreRefused(t *testing.T, b Backend) {
	run := Run(events.DefaultWorkspace, 1)
	good := put(t, b, run, Content("false", 2*chunk))
	wild := map[string]func(*item.Ref){
		"address": func(r *item.Ref) { r.Address = ">" },
		"hex":     func(r *item.Ref) { r.Address = strings.Repeat("g", len(r.Address)) },
		"digest":  func(r *item.Ref) { r.Digest = "" },
		"owner":   func(r *item.Ref) { r.Owner = "*" },
		"size":    func(r *item.Ref) { r.Bytes = -1 },
		"huge":    func(r *item.Ref) { r.Bytes = 1 << 60 },
	}
	for name, change := range wild {
		ref := good
		change(&ref)
		if _, err := b.Store().Get(t.Context(), run.Workspace, ref); !errors.Is(err, streams.ErrBadRef) {
			t.Errorf("%s: get gave %v, want ErrBadRef", name, err)
		}
		if _, err := b.Store().Open(t.Context(), run.Workspace, ref); !errors.Is(err, streams.ErrBadRef) {
			t.Errorf("%s: open gave %v, want ErrBadRef", name, err)
		}
	}
	longer, other := good, good
	longer.Bytes = 1 << 29
	expectDamage(t, b, run.Workspace, longer, -2)
	other.Digest = strings.Repeat("0", len(good.Digest))
	expectDamage(t, b, run.Workspace, other, -1)
	if _, err := b.Store().Put(t.Context(), Run("a.b", 1), "x/y", nil); !errors.Is(err, events.ErrBadID) {
		t.Errorf("a put into workspace a.b gave %v, want ErrBadID", err)
	}
}

func failingReaderStoresNothing(t *testing.T, b Backend) {
	run := Run(events.DefaultWorkspace, 1)
	broken := errors.New("the line went dead")
	for _, size := range []int{100, 6 << 20} {
		r := io.MultiReader(bytes.NewReader(Content("failing", size)), iotest.ErrReader(broken))
		if _, err := b.Store().PutReader(t.Context(), run, "x/y", r); !errors.Is(err, broken) {
			t.Errorf("a reader that fails after %d bytes gave %v", size, err)
		}
	}
	if n := b.Chunks(t, run); n != 0 {
		t.Errorf("%d chunks are stored of readers that failed", n)
	}
}

func cancelledCallsEnd(t *testing.T, b Backend) {
	run := Run(events.DefaultWorkspace, 1)
	data := Content("cancelled", 8<<20)
	ref := put(t, b, run, data)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, errPut := b.Store().Put(ctx, run, "x/y", append(data, 1))
	_, errReader := b.Store().PutReader(ctx, run, "x/y", bytes.NewReader(append(data, 2)))
	_, errGet := b.Store().Get(ctx, run.Workspace, ref)
	_, errOpen := b.Store().Open(ctx, run.Workspace, ref)
	for name, err := range map[string]error{"Put": errPut, "PutReader": errReader, "Get": errGet, "Open": errOpen} {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%s with a cancelled context gave %v", name, err)
		}
	}
}

func outlives(t *testing.T, b Backend, end func(t *testing.T)) {
	run := Run(events.DefaultWorkspace, 1)
	small, large := Content("small", 70_000), Content("large", 5<<20)
	refs := []item.Ref{put(t, b, run, small), put(t, b, run, large)}
	end(t)
	expect(t, b, run.Workspace, refs[0], small)
	expect(t, b, run.Workspace, refs[1], large)
	if again := put(t, b, run, large); again != refs[1] {
		t.Fatalf("after the restart the same content has the reference %+v, before it %+v", again, refs[1])
	}
	if n := b.Chunks(t, run); n != 1+10 {
		t.Fatalf("%d chunks are stored, want 11", n)
	}
}

func put(t *testing.T, b Backend, run events.AggregateID, data []byte) item.Ref {
	t.Helper()
	ref, err := b.Store().Put(t.Context(), run, "application/octet-stream", data)
	if err != nil {
		t.Fatalf("put %d bytes: %v", len(data), err)
	}
	return ref
}

// read reads a payload chunk by chunk.
func read(t *testing.T, b Backend, workspace string, ref item.Ref) ([]byte, error) {
	r, err := b.Store().Open(t.Context(), workspace, ref)
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(r)
	return data, errors.Join(err, r.Close())
}

func expect(t *testing.T, b Backend, workspace string, ref item.Ref, data []byte) {
	t.Helper()
	if got, err := b.Store().Get(t.Context(), workspace, ref); err != nil || !bytes.Equal(got, data) {
		t.Fatalf("get of %d bytes gave %d, %v", len(data), len(got), err)
	}
	if got, err := read(t, b, workspace, ref); err != nil || !bytes.Equal(got, data) {
		t.Fatalf("reading %d bytes gave %d, %v", len(data), len(got), err)
	}
}

func expectMissing(t *testing.T, b Backend, workspace string, ref item.Ref) {
	t.Helper()
	if _, err := b.Store().Get(t.Context(), workspace, ref); !errors.Is(err, streams.ErrPayloadMissing) {
		t.Fatalf("get gave %v, want ErrPayloadMissing", err)
	}
	if _, err := b.Store().Open(t.Context(), workspace, ref); !errors.Is(err, streams.ErrPayloadMissing) {
		t.Fatalf("open gave %v, want ErrPayloadMissing", err)
	}
}

// expectDamage wants both ways of reading to name the chunk; -2 is any.
func expectDamage(t *testing.T, b Backend, workspace string, ref item.Ref, chunk int) {
	t.Helper()
	_, errGet := b.Store().Get(t.Context(), workspace, ref)
	_, errRead := read(t, b, workspace, ref)
	for name, err := range map[string]error{"get": errGet, "read": errRead} {
		var damage *streams.PayloadDamageError
		if !errors.As(err, &damage) || damage.Ref != ref || chunk != -2 && damage.Chunk != chunk {
			t.Fatalf("%s gave %v, want damage in chunk %d", name, err, chunk)
		}
	}
}
