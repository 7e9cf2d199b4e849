package streams

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/item"
)

// MaxPayloadBytes is the size of the largest payload that is stored.
const MaxPayloadBytes = 1 << 30

// Errors of the payload store, matched by errors.Is.
var (
	// ErrPayloadMissing: nothing is stored under the reference; it was never
	// written, or erased with its run.
	ErrPayloadMissing = errors.New("the payload is not stored")
	// ErrPayloadTooLarge: the content is larger than MaxPayloadBytes.
	ErrPayloadTooLarge = errors.New("the payload is larger than 1 GiB")
	// ErrBadRef: the reference is not one that the payload store made.
	ErrBadRef = errors.New("not a payload reference")
)

// PayloadDamageError reports a payload of which a part is missing, altered,
// or not what the reference says.
type PayloadDamageError struct {
	Ref item.Ref
	// Chunk is the number of the chunk that is wrong, from 0; -1 when each
	// chunk is intact and the whole is not what the digest says.
	Chunk  int
	Detail string
}

// Error names the payload, the chunk and what is wrong.
func (e *PayloadDamageError) Error() string {
	where := "as a whole"
	if e.Chunk >= 0 {
		where = fmt.Sprintf("in chunk %d", e.Chunk)
	}
	return fmt.Sprintf("payload %.12s… of run %s is damaged %s: %s; run \"jobsprint doctor\"",
		e.Ref.Address, e.Ref.Owner, where, e.Detail)
}

// Payloads stores what is too large, or too binary, for events: sealed chunks
// in the slice of the run that owns them. The same content is stored once in a
// run and never shared beyond it; it ends with the run. Its methods may be
// used at the same time.
type Payloads struct{ log *Log }

// Payloads gives the payload store of the log.
func (l *Log) Payloads() *Payloads { return &Payloads{log: l} }

// Put stores data as a payload of the run. Every chunk is acknowledged before
// it returns. An interrupted Put may be repeated and writes only what is not
// there yet. Errors: ErrPayloadTooLarge, commands.ErrGone,
// commands.ErrUnavailable, events.ErrRedacted when the run's key was erased.
func (p *Payloads) Put(ctx context.Context, run events.AggregateID, mediaType string, data []byte) (item.Ref, error) {
	v, err := p.writing(ctx, run)
	if err != nil {
		return item.Ref{}, err
	}
	sum := v.newSum()
	if _, err := sum.Write(data); err != nil {
		return item.Ref{}, err
	}
	ref := sum.ref(run.ID, mediaType)
	return ref, v.write(ctx, ref, memory(data))
}

// PutReader stores what r yields, to its end, as a payload of the run; see Put.
//
// The address depends on all of the content, so that nothing can be stored
// before r has ended. Up to 4 MiB wait in memory; more waits in a nameless
// file in the data folder, sealed under a key that only this call knows, and
// is read back chunk by chunk.
func (p *Payloads) PutReader(ctx context.Context, run events.AggregateID, mediaType string, r io.Reader) (item.Ref, error) {
	head, err := io.ReadAll(io.LimitReader(r, spoolMemory+1))
	if err != nil {
		return item.Ref{}, fmt.Errorf("reading a payload: %w", err)
	}
	if len(head) <= spoolMemory {
		return p.Put(ctx, run, mediaType, head)
	}
	v, err := p.writing(ctx, run)
	if err != nil {
		return item.Ref{}, err
	}
	s, err := newSpool(p.log.conf.Dir)
	if err != nil {
		return item.Ref{}, err
	}
	defer s.close()
	sum := v.newSum()
	if err := s.fill(ctx, io.TeeReader(io.MultiReader(bytes.NewReader(head), r), sum)); err != nil {
		return item.Ref{}, err
	}
	ref := sum.ref(run.ID, mediaType)
	return ref, v.write(ctx, ref, s)
}

// Get reads a whole payload and verifies its length and digest. Errors:
// ErrBadRef, ErrPayloadMissing, *PayloadDamageError, commands.ErrGone,
// commands.ErrUnavailable, events.ErrRedacted.
func (p *Payloads) Get(ctx context.Context, workspace string, ref item.Ref) ([]byte, error) {
	v, err := p.reading(ctx, workspace, ref)
	if err != nil {
		return nil, err
	}
	data, err := v.readAll(ctx, ref)
	if err != nil {
		return nil, err
	}
	sum := v.newDigest()
	sum.Write(data)
	if err := checkDigest(ref, sum); err != nil {
		return nil, err
	}
	return data, nil
}

// Open reads a payload chunk by chunk. The last chunk is handed out after the
// digest of the whole was verified, so that a reader that meets io.EOF has
// read the very content that was stored. Errors of Open are those of Get; those
// that show only later come from Read. ctx must live as long as the reader.
func (p *Payloads) Open(ctx context.Context, workspace string, ref item.Ref) (io.ReadCloser, error) {
	v, err := p.reading(ctx, workspace, ref)
	if err != nil {
		return nil, err
	}
	r := &payloadReader{ctx: ctx, vault: v, ref: ref, sum: v.newDigest()}
	if err := r.advance(); err != nil {
		return nil, err
	}
	return r, nil
}
