package streams_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"runtime"
	"strings"
	"testing"

	"github.com/jobsprint/jobsprint/commands"
	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/streams"
	"github.com/jobsprint/jobsprint/streams/payloadtest"
)

// backend makes the log a backend of the suite.
type backend struct{ *streams.PayloadBackend }

func (b backend) Store() payloadtest.Store { return b.Payloads() }

func TestPayloads(t *testing.T) {
	payloadtest.Exercise(t, func(t *testing.T) payloadtest.Backend {
		return backend{streams.NewPayloadBackend(t)}
	})
}

func TestPayloadsLeaveNothingInClear(t *testing.T) {
	b := backend{streams.NewPayloadBackend(t)}
	secret := "the patient's name is Ada"
	data := []byte(strings.Repeat(secret+"\n", 300_000)) // spooled: over 4 MiB
	run := payloadtest.Run(events.DefaultWorkspace, 1)
	if _, err := b.Store().PutReader(t.Context(), run, "text/plain", bytes.NewReader(data)); err != nil {
		t.Fatal(err)
	}
	if found := b.FilesWith(t, secret); len(found) != 0 {
		t.Fatalf("the content stands in clear in %v", found)
	}
	if found := b.FilesWith(t, run.ID); len(found) == 0 {
		t.Fatal("the search finds nothing at all")
	}
}

// pattern is a reader of size bytes that costs no memory.
type pattern struct{ at, size int64 }

func (p *pattern) Read(b []byte) (int, error) {
	if p.at == p.size {
		return 0, io.EOF
	}
	n := int(min(int64(len(b)), p.size-p.at))
	for i := range b[:n] {
		at := p.at + int64(i)
		b[i] = byte(at ^ at>>9 ^ at>>17)
	}
	p.at += int64(n)
	return n, nil
}

// TestLargePayloadNeedsLittleMemory looks at the heap while 100 MB pass
// through, in and out: no instant may hold the content. What the embedded
// server caches, which depends on its haste and not on us, is not counted.
func TestLargePayloadNeedsLittleMemory(t *testing.T) {
	const size, bound = 100_000_000, 16_000_000
	b := backend{streams.NewPayloadBackend(t)}
	run := payloadtest.Run(events.DefaultWorkspace, 1)
	var ours, all int64
	watch := func(r io.Reader) io.Reader {
		return &probe{r: r, every: 4 << 20, look: func() {
			a, b := liveHeap()
			ours, all = max(ours, a), max(all, b)
		}}
	}
	ref, err := b.Store().PutReader(t.Context(), run, "video/mp4", watch(&pattern{size: size}))
	if err != nil {
		t.Fatal(err)
	}
	r, err := b.Store().Open(t.Context(), run.Workspace, ref)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if n, err := sameBytes(watch(r), &pattern{size: size}); n != size || err != nil {
		t.Fatalf("%d bytes are the same: %v", n, err)
	}
	t.Logf("100 MB in and out: at most %.1f MB live of this package, %.1f MB with the server", float64(ours)/1e6, float64(all)/1e6)
	if ours == 0 || ours > bound {
		t.Errorf("%d bytes live, the bound is %d", ours, bound)
	}
}

// liveHeap is what is live of the allocations below this package's functions,
// and of all.
func liveHeap() (ours, all int64) {
	runtime.GC()
	records := make([]runtime.MemProfileRecord, 4096)
	n, ok := runtime.MemProfile(records, false)
	if !ok {
		panic("the heap profile has more records than expected")
	}
	for _, r := range records[:n] {
		all += r.InUseBytes()
		if fromPayloads(r.Stack()) {
			ours += r.InUseBytes()
		}
	}
	return ours, all
}

func fromPayloads(stack []uintptr) bool {
	frames := runtime.CallersFrames(stack)
	for {
		f, more := frames.Next()
		if strings.Contains(f.File, "/streams/payloads") && !strings.HasSuffix(f.File, "_test.go") {
			return true
		}
		if !more {
			return false
		}
	}
}

type probe struct {
	r     io.Reader
	every int
	since int
	look  func()
}

func (p *probe) Read(b []byte) (int, error) {
	n, err := p.r.Read(b)
	if p.since += n; p.since >= p.every {
		p.since = 0
		p.look()
	}
	return n, err
}

// sameBytes counts the bytes that two readers have in common from the start.
func sameBytes(a, b io.Reader) (n int64, err error) {
	x, y := make([]byte, 64<<10), make([]byte, 64<<10)
	for {
		k, errX := io.ReadFull(a, x)
		if _, errY := io.ReadFull(b, y[:k]); errY != nil && k > 0 {
			return n, errY
		}
		if !bytes.Equal(x[:k], y[:k]) {
			return n, errors.New("they differ")
		}
		n += int64(k)
		if errors.Is(errX, io.EOF) || errors.Is(errX, io.ErrUnexpectedEOF) {
			return n, nil
		}
		if errX != nil {
			return n, errX
		}
	}
}

func TestPayloadTooLargeIsRefused(t *testing.T) {
	if testing.Short() {
		t.Skip("spools 1 GiB")
	}
	b := backend{streams.NewPayloadBackend(t)}
	run := payloadtest.Run(events.DefaultWorkspace, 1)
	_, err := b.Store().PutReader(t.Context(), run, "x/y", &pattern{size: streams.MaxPayloadBytes + 1})
	if !errors.Is(err, streams.ErrPayloadTooLarge) {
		t.Fatalf("one byte over the limit gave %v", err)
	}
	if n := b.Chunks(t, run); n != 0 {
		t.Fatalf("%d chunks are stored", n)
	}
}

func TestPayloadReaderAfterClose(t *testing.T) {
	b := backend{streams.NewPayloadBackend(t)}
	run := payloadtest.Run(events.DefaultWorkspace, 1)
	ref, err := b.Store().Put(t.Context(), run, "x/y", []byte("some"))
	if err != nil {
		t.Fatal(err)
	}
	r, err := b.Store().Open(t.Context(), run.Workspace, ref)
	if err != nil {
		t.Fatal(err)
	}
	r.Close()
	if _, err := r.Read(make([]byte, 8)); !errors.Is(err, io.ErrClosedPipe) {
		t.Fatalf("read after close gave %v", err)
	}
}

func TestPayloadsOfAClosedLog(t *testing.T) {
	b := backend{streams.NewPayloadBackend(t)}
	run := payloadtest.Run(events.DefaultWorkspace, 1)
	ref, err := b.Store().Put(t.Context(), run, "x/y", []byte("some"))
	if err != nil {
		t.Fatal(err)
	}
	store := b.Store()
	b.Reopen(t)
	if _, err := store.Get(t.Context(), run.Workspace, ref); !errors.Is(err, streams.ErrClosed) {
		t.Errorf("get gave %v", err)
	}
	if _, err := store.Put(t.Context(), run, "x/y", []byte("more")); !errors.Is(err, streams.ErrClosed) {
		t.Errorf("put gave %v", err)
	}
}

func TestPayloadsOfARetiredSlice(t *testing.T) {
	b := backend{streams.NewPayloadBackend(t)}
	run := payloadtest.Run(events.DefaultWorkspace, 1)
	large := payloadtest.Content("large", 1<<20)
	ref, err := b.Store().Put(t.Context(), run, "x/y", large)
	if err != nil {
		t.Fatal(err)
	}
	b.Retire(t)
	_, errGet := b.Store().Get(t.Context(), run.Workspace, ref)
	_, errPut := b.Store().Put(t.Context(), run, "x/y", []byte("small"))
	_, errLarge := b.Store().Put(t.Context(), run, "x/y", large)
	for name, err := range map[string]error{"get": errGet, "put": errPut, "large put": errLarge} {
		if !errors.Is(err, commands.ErrGone) {
			t.Errorf("%s gave %v, want ErrGone", name, err)
		}
	}
}

func TestPayloadsOfAnErasedKey(t *testing.T) {
	b := backend{streams.NewPayloadBackend(t)}
	run := payloadtest.Run(events.DefaultWorkspace, 1)
	ref, err := b.Store().Put(t.Context(), run, "x/y", []byte("some"))
	if err != nil {
		t.Fatal(err)
	}
	b.EraseKey(t, run.Workspace)
	b.Reopen(t)
	if _, err := b.Store().Get(t.Context(), run.Workspace, ref); !errors.Is(err, events.ErrRedacted) {
		t.Errorf("get gave %v, want ErrRedacted", err)
	}
	if _, err := b.Store().Put(t.Context(), run, "x/y", nil); !errors.Is(err, events.ErrRedacted) {
		t.Errorf("put gave %v, want ErrRedacted", err)
	}
}

func TestPayloadDamageErrorNamesThePlace(t *testing.T) {
	err := &streams.PayloadDamageError{Ref: item.Ref{Owner: "run-1", Address: "0123456789abcdef"}, Chunk: 3, Detail: "it is missing"}
	for _, want := range []string{"0123456789ab…", "run-1", "chunk 3", "missing", "doctor"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q does not name %q", err, want)
		}
	}
	err.Chunk = -1
	if strings.Contains(err.Error(), "chunk") {
		t.Errorf("%q names a chunk", err)
	}
}

func BenchmarkPayloads(b *testing.B) {
	for _, size := range []struct {
		name  string
		bytes int
	}{{"64KiB", 64 << 10}, {"5MB", 5_000_000}} {
		back := streams.NewPayloadBackend(b)
		store := back.Payloads()
		run := payloadtest.Run(events.DefaultWorkspace, 1)
		data := payloadtest.Content("bench", size.bytes)
		var ref item.Ref
		b.Run("Put/"+size.name, func(b *testing.B) {
			b.SetBytes(int64(size.bytes))
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				data[0], data[1], data[2] = byte(i), byte(i>>8), byte(i>>16)
				var err error
				if ref, err = store.Put(context.Background(), run, "x/y", data); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run("Again/"+size.name, func(b *testing.B) {
			b.SetBytes(int64(size.bytes))
			for b.Loop() {
				if _, err := store.Put(context.Background(), run, "x/y", data); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run("Get/"+size.name, func(b *testing.B) {
			b.SetBytes(int64(size.bytes))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := store.Get(context.Background(), run.Workspace, ref); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
