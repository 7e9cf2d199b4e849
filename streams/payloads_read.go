package streams

import (
	"context"
	"errors"
	"fmt"
	"hash"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"golang.org/x/sync/errgroup"

	"github.com/jobsprint/jobsprint/commands"
	"github.com/jobsprint/jobsprint/item"
)

const (
	// transferTimeout bounds one request to the server.
	transferTimeout = 10 * time.Second
	// visibleTimeout bounds the wait for a chunk that another writer won: on
	// a replicated stream it may not be readable at once.
	visibleTimeout = 2 * time.Second
)

// errNoChunk: the subject holds nothing.
var errNoChunk = errors.New("no such chunk")

// readAll reads a whole payload, its chunks side by side. The last chunk comes
// first: it proves the size that the reference claims before memory is taken
// for it.
func (v *vault) readAll(ctx context.Context, ref item.Ref) ([]byte, error) {
	last := chunkCount(ref.Bytes) - 1
	tail, err := v.readChunk(ctx, ref, last, nil)
	if err != nil || last == 0 {
		return tail, err
	}
	data := make([]byte, ref.Bytes)
	copy(data[last*chunkBytes:], tail)
	g, inner := errgroup.WithContext(ctx)
	g.SetLimit(payloadWindow)
	for i := range last {
		if inner.Err() != nil {
			break
		}
		place := data[i*chunkBytes : i*chunkBytes : (i+1)*chunkBytes]
		g.Go(func() error {
			_, err := v.readChunk(inner, ref, i, place)
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	return data, ctx.Err()
}

// readChunk reads and opens chunk i, appended to dst.
func (v *vault) readChunk(ctx context.Context, ref item.Ref, i int, dst []byte) ([]byte, error) {
	subject := v.subject(ref, i)
	stored, err := v.fetch(ctx, subject)
	if errors.Is(err, errNoChunk) {
		return nil, v.absence(ctx, ref, i)
	}
	if err != nil {
		return nil, err
	}
	plain, err := v.seal.open(dst, subject, stored)
	if err != nil {
		return nil, &PayloadDamageError{Ref: ref, Chunk: i, Detail: err.Error()}
	}
	if want := chunkLength(ref.Bytes, i); len(plain) != want {
		return nil, &PayloadDamageError{Ref: ref, Chunk: i, Detail: fmt.Sprintf("%d bytes where %d belong", len(plain), want)}
	}
	return plain, nil
}

// absence tells a payload that is not there from one that has lost a chunk.
func (v *vault) absence(ctx context.Context, ref item.Ref, i int) error {
	have, err := v.stored(ctx, ref)
	if err != nil {
		return err
	}
	if len(have) == 0 {
		return fmt.Errorf("payload %.12s… of run %s: %w", ref.Address, ref.Owner, ErrPayloadMissing)
	}
	for j := range chunkCount(ref.Bytes) {
		if !have[j] {
			i = j
			break
		}
	}
	return &PayloadDamageError{Ref: ref, Chunk: i, Detail: "it is missing"}
}

// stored lists the chunks of a payload that are there, by number.
func (v *vault) stored(ctx context.Context, ref item.Ref) (map[int]bool, error) {
	s, err := v.js.Stream(ctx, v.stream())
	if err != nil {
		return nil, v.fail(ctx, "reading a payload", err)
	}
	info, err := s.Info(ctx, jetstream.WithSubjectFilter(payloadSubject(v.slice, v.run, ref.Address, "*")))
	if err != nil {
		return nil, v.fail(ctx, "reading a payload", err)
	}
	have := make(map[int]bool, len(info.State.Subjects))
	for subject := range info.State.Subjects {
		if i, err := strconv.Atoi(subject[strings.LastIndexByte(subject, '.')+1:]); err == nil {
			have[i] = true
		}
	}
	return have, nil
}

// fetch reads what is stored on a subject: errNoChunk when nothing is.
func (v *vault) fetch(ctx context.Context, subject string) ([]byte, error) {
	if err := beginChunk(ctx); err != nil {
		return nil, v.fail(ctx, "reading a payload", err)
	}
	defer endChunk()
	inner, cancel := context.WithTimeout(ctx, transferTimeout)
	defer cancel()
	msg, err := v.nc.RequestWithContext(inner, "$JS.API.DIRECT.GET."+v.stream()+"."+subject, nil)
	switch {
	case err != nil:
		return nil, v.fail(ctx, "reading a payload", err)
	case msg.Header.Get("Status") == "404":
		return nil, errNoChunk
	case len(msg.Data) == 0:
		return nil, fmt.Errorf("reading a payload: %w: status %s", commands.ErrUnavailable, msg.Header.Get("Status"))
	}
	return msg.Data, nil
}

// awaitChunk waits until a chunk that somebody else has written can be read.
func (v *vault) awaitChunk(ctx context.Context, subject string) error {
	deadline := time.Now().Add(visibleTimeout)
	for wait := time.Millisecond; ; wait *= 2 {
		_, err := v.fetch(ctx, subject)
		if !errors.Is(err, errNoChunk) {
			return err
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("writing a payload: %w: the chunk of another writer does not appear", commands.ErrUnavailable)
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// fail gives an error of the client the meaning that the store's contract has
// for it; nil stays nil. Nobody answers for a stream that is gone, nor for one
// that is only away: asking for the stream tells which.
func (v *vault) fail(ctx context.Context, doing string, err error) error {
	if errors.Is(err, nats.ErrNoResponders) || errors.Is(err, jetstream.ErrNoStreamResponse) {
		if _, e := v.js.Stream(ctx, v.stream()); e != nil {
			err = e
		}
	}
	switch {
	case err == nil:
		return nil
	case errors.Is(err, jetstream.ErrStreamNotFound):
		return fmt.Errorf("%s: slice %s: %w", doing, v.slice, commands.ErrGone)
	}
	return unavailable(ctx, doing, err)
}

// payloadReader hands out a payload chunk by chunk.
type payloadReader struct {
	ctx   context.Context
	vault *vault
	ref   item.Ref
	sum   hash.Hash
	next  int    // the chunk to fetch
	buf   []byte // of the current chunk, kept for the next one
	rest  []byte // what of it was not handed out
	err   error
}

// Read gives what is left of the current chunk, or fetches the next.
func (r *payloadReader) Read(p []byte) (int, error) {
	for len(r.rest) == 0 {
		if r.err == nil && r.next == chunkCount(r.ref.Bytes) {
			r.err = io.EOF
		}
		if r.err == nil {
			r.err = r.advance()
		}
		if r.err != nil {
			return 0, r.err
		}
	}
	n := copy(p, r.rest)
	r.rest = r.rest[n:]
	return n, nil
}

// advance fetches the next chunk, and behind the last one verifies the whole.
func (r *payloadReader) advance() error {
	plain, err := r.vault.readChunk(r.ctx, r.ref, r.next, r.buf[:0])
	if err != nil {
		return err
	}
	r.sum.Write(plain)
	r.next++
	if r.next == chunkCount(r.ref.Bytes) {
		if err := checkDigest(r.ref, r.sum); err != nil {
			return err
		}
	}
	r.buf, r.rest = plain, plain
	return nil
}

// Close ends the reading.
func (r *payloadReader) Close() error {
	r.err, r.rest = io.ErrClosedPipe, nil
	return nil
}
