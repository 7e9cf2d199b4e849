package streams

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jobsprint/jobsprint/commands"
	"github.com/jobsprint/jobsprint/events"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

var (
	benchSizes   = []int{600, 4096}
	benchWriters = []int{1, 16, 64}
)

// BenchmarkAppend appends to one run per writer. Its figures stand beside
// those of BenchmarkRawPublish: same options, same size of the stored body.
func BenchmarkAppend(b *testing.B) {
	eachLoad(b, func(b *testing.B, l *Log, size, writers int) {
		took := newLatencies(writers)
		share(b, writers, func(w, n int) error {
			a := commands.Append{Aggregate: newRun(), At: time.Now(), CommandName: "bench", Actor: "bench", Events: filler(size)}
			for i := range n {
				a.CommandID = events.HashToID(a.Aggregate.ID, strconv.Itoa(i))
				start := time.Now()
				r, err := l.Append(b.Context(), a)
				if err != nil {
					return err
				}
				took.add(w, time.Since(start))
				a.Expect = r.Head()
			}
			return nil
		})
		took.report(b)
	})
}

// BenchmarkRawPublish is what JetStream itself does: a synchronous PublishMsg
// with a message id and an expected sequence, on a connection of its own.
func BenchmarkRawPublish(b *testing.B) {
	eachLoad(b, func(b *testing.B, l *Log, size, writers int) {
		nc, err := connect(l.server, "bench")
		if err != nil {
			b.Fatal(err)
		}
		defer nc.Close()
		js, err := jetstream.New(nc)
		if err != nil {
			b.Fatal(err)
		}
		took := newLatencies(writers)
		share(b, writers, func(w, n int) error {
			run := newRun()
			at, err := l.slices.placeOf(run)
			if err != nil {
				return err
			}
			body := make([]byte, size)
			_, _ = rand.Read(body)
			var last uint64
			for i := range n {
				m := &nats.Msg{Subject: at.subject, Data: body, Header: nats.Header{
					jetstream.MsgIDHeader:               {run.ID[:22] + strconv.Itoa(i)},
					jetstream.ExpectedLastSubjSeqHeader: {strconv.FormatUint(last, 10)},
				}}
				start := time.Now()
				ack, err := js.PublishMsg(b.Context(), m)
				if err != nil {
					return err
				}
				took.add(w, time.Since(start))
				last = ack.Sequence
			}
			return nil
		})
		took.report(b)
	})
}

// BenchmarkLoad loads runs of 12 commits, one after the other.
func BenchmarkLoad(b *testing.B) {
	const commits = 12
	l := openBench(b)
	runs := make([]events.AggregateID, 200)
	for i := range runs {
		runs[i] = newRun()
		fillRun(b, l, runs[i], commits, 600)
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		head, err := l.Load(b.Context(), runs[i%len(runs)], events.Head{}, func(*events.Recorded) error { return nil })
		if err != nil || head.Revision != commits {
			b.Fatal(head, err)
		}
	}
}

// BenchmarkTail reads a stream from its beginning, commit by commit: out of
// the memory of this process, and out of the stream.
func BenchmarkTail(b *testing.B) {
	const commits = 4000
	b.Run("memory", func(b *testing.B) {
		l := openBench(b)
		fillRun(b, l, newRun(), commits, 600)
		benchTail(b, l, commits)
	})
	b.Run("stream", func(b *testing.B) {
		dir := b.TempDir()
		l := openTest(b, Config{Dir: dir})
		fillRun(b, l, newRun(), commits, 600)
		closeLog(b, l)
		benchTail(b, openTest(b, Config{Dir: dir}), commits)
	})
}

func benchTail(b *testing.B, l *Log, commits int) {
	b.ReportAllocs()
	b.ResetTimer()
	read := 0
	for read < b.N {
		t := l.Tail(events.Cursor{}, TailOptions{Streams: []string{runsStream(firstSlice)}})
		for n := 0; n < commits && read < b.N; {
			list, err := t.Next(b.Context())
			if err != nil {
				b.Fatal(err)
			}
			n += len(list)
			read += len(list)
		}
		t.Close()
	}
	b.ReportMetric(float64(read)/b.Elapsed().Seconds(), "commits/s")
}

func eachLoad(b *testing.B, run func(b *testing.B, l *Log, size, writers int)) {
	for _, size := range benchSizes {
		for _, writers := range benchWriters {
			b.Run(fmt.Sprintf("%dB/%d", size, writers), func(b *testing.B) {
				l := openBench(b)
				b.ReportAllocs()
				b.ResetTimer()
				run(b, l, size, writers)
				b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "appends/s")
			})
		}
	}
}

func openBench(b *testing.B) *Log { return openTest(b, Config{Dir: b.TempDir()}) }

// share gives each writer its part of b.N.
func share(b *testing.B, writers int, write func(w, n int) error) {
	var wg sync.WaitGroup
	var failed atomic.Pointer[error]
	for w := range writers {
		n := b.N / writers
		if w < b.N%writers {
			n++
		}
		wg.Go(func() {
			if err := write(w, n); err != nil {
				failed.CompareAndSwap(nil, &err)
			}
		})
	}
	wg.Wait()
	b.StopTimer()
	if err := failed.Load(); err != nil {
		b.Fatal(*err)
	}
}

func fillRun(b testing.TB, l *Log, run events.AggregateID, commits, size int) events.Head {
	b.Helper()
	var head events.Head
	for i := range commits {
		r, err := l.Append(context.Background(), commands.Append{
			Aggregate: run, Expect: head, Events: filler(size), At: time.Now(), Actor: "test",
			CommandID: events.HashToID(run.ID, strconv.Itoa(i)), CommandName: "test",
		})
		if err != nil {
			b.Fatal(err)
		}
		head = r.Head()
	}
	return head
}

// fillerRest is what envelope, nonce and tag add to filler.
const fillerRest = 190

// filler makes an event whose stored body has about size bytes: random digits,
// which the compressor tries and leaves as they are.
func filler(size int) []events.Event {
	text := make([]byte, max(8, (size-fillerRest)/2))
	_, _ = rand.Read(text)
	return []events.Event{events.KeyClaimed{Run: hex.EncodeToString(text)}}
}

func TestFillerHasItsSize(t *testing.T) {
	t.Parallel()
	l := openTest(t, Config{Dir: t.TempDir()})
	for _, size := range benchSizes {
		id := newRun()
		fillRun(t, l, id, 2, size)
		_, err := l.Load(t.Context(), id, events.Head{}, func(r *events.Recorded) error {
			if r.Revision == 2 && (r.Bytes < size*9/10 || r.Bytes > size*11/10) {
				t.Errorf("%d bytes, want %d", r.Bytes, size)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// BenchmarkAppendWithTails appends beside 24 readers that follow everything.
func BenchmarkAppendWithTails(b *testing.B) {
	const readers = 24
	l := openBench(b)
	ctx, cancel := context.WithCancel(b.Context())
	var wg sync.WaitGroup
	for range readers {
		t := l.Tail(events.Cursor{}, TailOptions{})
		wg.Go(func() {
			defer t.Close()
			for {
				if _, err := t.Next(ctx); err != nil {
					return
				}
			}
		})
	}
	b.ResetTimer()
	share(b, 16, func(_, n int) error {
		a := commands.Append{Aggregate: newRun(), At: time.Now(), Events: filler(600)}
		for range n {
			r, err := l.Append(b.Context(), a)
			if err != nil {
				return err
			}
			a.Expect = r.Head()
		}
		return nil
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "appends/s")
	cancel()
	wg.Wait()
}
