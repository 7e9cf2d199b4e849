package streams

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"strconv"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/item"
)

// payloadWindow is how many chunks of one payload are on their way at a time:
// it bounds the memory of a transfer to a few MiB.
const payloadWindow = 4

// payloadSlots bounds the chunks on their way of all payloads together. Memory
// is the process's, hence one bound for it: the server refuses what is more
// than 128 MiB behind, and each cold read loads a block of 8 MiB.
var payloadSlots = make(chan struct{}, 16)

// sealedChunks holds buffers for sealed chunks: the connection copies what it
// is given, so that a buffer is free again when the publish returns.
var sealedChunks = sync.Pool{New: func() any {
	b := make([]byte, 0, chunkBytes+512)
	return &b
}}

// plainChunks holds buffers for chunks that are read back from a spool.
var plainChunks = sync.Pool{New: func() any {
	b := make([]byte, 0, chunkBytes)
	return &b
}}

// content is what a payload is written from. dst has room for a chunk and may
// be used for the result.
type content interface {
	chunk(i int, dst []byte) ([]byte, error)
}

// vault is the payload store as one run sees it.
type vault struct {
	js        jetstream.JetStream
	nc        *nats.Conn
	slice     string
	run       events.AggregateID
	seal      chunkSeal
	addresses []byte // key of addresses: the run's
	digests   []byte // key of digests: the workspace's
}

// writing opens the vault of a run; its key is made when it is the first of
// its slice.
func (p *Payloads) writing(ctx context.Context, run events.AggregateID) (*vault, error) {
	v, err := p.vault(run)
	if err != nil {
		return nil, err
	}
	aead, keyID, mac, err := p.log.keys.run(ctx, run.Workspace, v.slice, run.ID)
	if errors.Is(err, errKeyErased) {
		err = fmt.Errorf("%w: %w", events.ErrRedacted, err)
	}
	if err != nil {
		return nil, err
	}
	v.seal, v.addresses = chunkSeal{aead: aead, keyID: keyID}, mac
	v.digests, err = p.log.keys.workspaceMAC(ctx, run.Workspace)
	return v, err
}

// reading opens the vault of a reference's owner; it makes no key.
func (p *Payloads) reading(ctx context.Context, workspace string, ref item.Ref) (*vault, error) {
	if err := checkRef(ref); err != nil {
		return nil, err
	}
	v, err := p.vault(events.Run(workspace, ref.Owner))
	if err != nil {
		return nil, err
	}
	keys, err := p.log.keys.reading(ctx, v.run, v.slice, sliceKeyID(v.slice))
	if errors.Is(err, errKeyErased) {
		// Erased, or never made because nothing was ever stored.
		err = fmt.Errorf("payload of run %s: %w: %w", ref.Owner, ErrPayloadMissing, events.ErrRedacted)
	}
	if err != nil {
		return nil, err
	}
	v.seal = chunkSeal{aead: keys.aead, keyID: keys.id}
	v.digests, err = p.log.keys.workspaceMAC(ctx, workspace)
	return v, err
}

func (p *Payloads) vault(run events.AggregateID) (*vault, error) {
	if err := checkAggregate(run); err != nil {
		return nil, err
	}
	slice, err := p.log.slices.of(run)
	if err != nil {
		return nil, err
	}
	return &vault{js: p.log.js, nc: p.log.nc, slice: slice, run: run}, nil
}

func (v *vault) newSum() *payloadSum {
	return &payloadSum{address: hmac.New(sha256.New, v.addresses), digest: v.newDigest()}
}

func (v *vault) newDigest() hash.Hash { return hmac.New(sha256.New, v.digests) }

func (v *vault) stream() string { return payloadsStream(v.slice) }

// subject is where chunk i of a payload is stored.
func (v *vault) subject(ref item.Ref, i int) string {
	return payloadSubject(v.slice, v.run, ref.Address, strconv.Itoa(i))
}

// write stores the chunks that are not there yet. Content under an address is
// always the same, so that it does not matter who wrote which chunk, or when.
// Chunks are read in order and written side by side.
func (v *vault) write(ctx context.Context, ref item.Ref, c content) error {
	missing, err := v.missing(ctx, ref)
	if err != nil {
		return err
	}
	g, inner := errgroup.WithContext(ctx)
	g.SetLimit(payloadWindow)
	for _, i := range missing {
		if inner.Err() != nil {
			break
		}
		buf := plainChunks.Get().(*[]byte)
		plain, err := c.chunk(i, *buf)
		if err != nil {
			return errors.Join(err, g.Wait())
		}
		g.Go(func() error {
			defer plainChunks.Put(buf)
			return v.writeChunk(inner, v.subject(ref, i), plain)
		})
	}
	if err := g.Wait(); err != nil {
		return err
	}
	return ctx.Err()
}

// missing lists the chunks that have to be written. A single chunk is not
// asked for: writing it costs no more than asking.
func (v *vault) missing(ctx context.Context, ref item.Ref) ([]int, error) {
	n := chunkCount(ref.Bytes)
	if n == 1 {
		return []int{0}, nil
	}
	have, err := v.stored(ctx, ref)
	if err != nil {
		return nil, err
	}
	out := make([]int, 0, n)
	for i := range n {
		if !have[i] {
			out = append(out, i)
		}
	}
	return out, nil
}

// writeChunk stores one chunk unless its subject holds it already.
func (v *vault) writeChunk(ctx context.Context, subject string, plain []byte) error {
	err := v.publish(ctx, subject, plain)
	if isConflict(err) {
		return v.awaitChunk(ctx, subject)
	}
	return v.fail(ctx, "writing a payload", err)
}

func (v *vault) publish(ctx context.Context, subject string, plain []byte) error {
	if err := beginChunk(ctx); err != nil {
		return err
	}
	defer endChunk()
	buf := sealedChunks.Get().(*[]byte)
	defer sealedChunks.Put(buf)
	*buf = v.seal.seal((*buf)[:0], subject, plain)
	_, err := v.js.PublishMsg(ctx, &nats.Msg{Subject: subject, Data: *buf},
		jetstream.WithExpectStream(v.stream()), jetstream.WithExpectLastSequencePerSubject(0))
	return err
}

// beginChunk takes a slot, endChunk gives it back.
func beginChunk(ctx context.Context) error {
	select {
	case payloadSlots <- struct{}{}:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func endChunk() { <-payloadSlots }
