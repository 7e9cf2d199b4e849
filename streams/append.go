package streams

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"github.com/jobsprint/jobsprint/commands"
	"github.com/jobsprint/jobsprint/events"
	"github.com/nats-io/nats.go/jetstream"
)

// Append implements commands.Store. The command's id makes a repeat
// recognisable; a zero id makes every append its own.
func (l *Log) Append(ctx context.Context, a commands.Append) (*events.Recorded, error) {
	at, err := l.slices.placeOf(a.Aggregate)
	if err != nil {
		return nil, fmt.Errorf("append to %s: %w", a.Aggregate, err)
	}
	r, err := l.append(ctx, a, at)
	if err != nil {
		return nil, fmt.Errorf("append revision %d to %s: %w", a.Expect.Revision+1, a.Aggregate, err)
	}
	if a.Aggregate == events.Slices() {
		return r, l.announced(ctx, r)
	}
	return r, nil
}

func (l *Log) append(ctx context.Context, a commands.Append, at place) (*events.Recorded, error) {
	if err := l.available(); err != nil {
		return nil, err
	}
	q, err := l.sequencer(at.stream)
	if err != nil {
		return nil, err
	}
	m, err := l.message(ctx, a, at)
	if err != nil {
		return nil, err
	}
	for {
		o := q.send(ctx, m)
		switch {
		case o.err == nil && !o.duplicate:
			return m.commit, nil
		case o.err == nil, isConflict(o.err):
			return l.winner(ctx, q, m, a)
		case !errors.Is(o.err, errNoAnswer):
			return nil, refused(o.err)
		}
		l.conf.Logger.WarnContext(ctx, "append not answered, trying again", "stream", at.stream, "aggregate", a.Aggregate.String())
	}
}

// message builds the commit and its stored form. Errors:
// commands.ErrTooLarge, those of the keyring.
func (l *Log) message(ctx context.Context, a commands.Append, at place) (*message, error) {
	if len(a.Events) == 0 {
		return nil, errors.New("a commit needs at least one event")
	}
	keys, err := l.keys.aggregate(ctx, a.Aggregate, at.slice)
	if errors.Is(err, errKeyErased) {
		return nil, fmt.Errorf("%w: %w", commands.ErrGone, err)
	}
	if err != nil {
		return nil, err
	}
	env := envelopeOf(a, keys.id)
	var nonce [nonceBytes]byte
	_, _ = rand.Read(nonce[:])
	body, err := l.codec.encode(at.subject, &env, a.Events, keys.aead, nonce)
	if err != nil {
		return nil, err
	}
	if len(body) > l.conf.maxBody() {
		return nil, fmt.Errorf("%w: %d bytes; at most %d", commands.ErrTooLarge, len(body), l.conf.maxBody())
	}
	hash := commitHash(at.subject, body)
	r := events.FromEvents(env, a.Aggregate, events.Position{Stream: at.stream}, hash, a.Events)
	r.Bytes = len(body)
	return &message{subject: at.subject, id: messageID(at.subject, &env, hash), expect: a.Expect.Seq, body: body, commit: r}, nil
}

func envelopeOf(a commands.Append, keyID string) events.Envelope {
	env := events.Envelope{
		Revision: a.Expect.Revision + 1, At: a.At.UTC(),
		CommandID: a.CommandID, CommandName: a.CommandName, CommandHash: a.CommandHash,
		Actor: a.Actor, Correlation: a.Correlation, Causation: a.Causation, Traceparent: a.Traceparent,
		Prev: a.Expect.Hash, KeyID: keyID,
	}
	env.SetTypes(a.Events)
	return env
}

// messageID is the same for every attempt of a command at one revision of one
// aggregate, and for nothing else: one command may begin two aggregates of a
// stream, so that command and revision alone would not do.
func messageID(subject string, env *events.Envelope, hash events.Hash) string {
	if env.CommandID.IsZero() {
		return base64.RawURLEncoding.EncodeToString(hash[:16])
	}
	b := make([]byte, 0, 256)
	b = append(b, env.CommandID[:]...)
	b = binary.BigEndian.AppendUint64(b, env.Revision)
	sum := sha256.Sum256(append(b, subject...))
	return base64.RawURLEncoding.EncodeToString(sum[:16])
}

// Waiting for the winner of a lost race: from winnerPause, doubled each time.
const (
	winnerPause = time.Millisecond
	winnerTries = 10 // about one second in all
)

// winner finds who holds the revision that the append wanted. If it is the
// same command, an earlier attempt of it succeeded: that commit is the answer.
// The winner of a race may not be readable yet, so it is looked for again.
// Errors: commands.ErrConflict, commands.ErrUnavailable.
func (l *Log) winner(ctx context.Context, q *sequencer, m *message, a commands.Append) (*events.Recorded, error) {
	pause := winnerPause
	for range winnerTries {
		found, err := l.loads.one(ctx, q.stream, readRequest{Seq: m.expect + 1, NextFor: m.subject})
		if err == nil {
			return l.judge(ctx, q, found, m, a)
		}
		if !errors.Is(err, errNotFound) {
			return nil, err
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("%w: %w", commands.ErrUnavailable, ctx.Err())
		case <-time.After(pause):
			pause *= 2
		}
	}
	return nil, commands.ErrConflict
}

func (l *Log) judge(ctx context.Context, q *sequencer, found raw, m *message, a commands.Append) (*events.Recorded, error) {
	if err := q.await(ctx, found.seq); err != nil {
		return nil, fmt.Errorf("%w: %w", commands.ErrUnavailable, err)
	}
	r, err := l.decode(ctx, q.stream, found)
	if err != nil {
		return nil, err
	}
	same := r.Hash == m.commit.Hash || !a.CommandID.IsZero() && r.CommandID == a.CommandID
	if !same || r.Revision != m.commit.Revision {
		return nil, commands.ErrConflict
	}
	return r, nil
}

// Codes of the server for a message that is too large or cannot be stored.
const (
	codeMessageTooLarge = 10054
	codeStoreFailed     = 10077
	codeNoResources     = 10023
	codeStorageExceeded = 10047
)

// refused turns the server's refusal into an error of the store.
func refused(err error) error {
	var api *jetstream.APIError
	if !errors.As(err, &api) {
		return fmt.Errorf("%w: %w", commands.ErrUnavailable, err)
	}
	switch api.ErrorCode {
	case codeMessageTooLarge:
		return fmt.Errorf("%w: %w", commands.ErrTooLarge, err)
	case codeStoreFailed, codeNoResources, codeStorageExceeded:
		return fmt.Errorf("%w: the disk is full or cannot be written; free space in the data folder: %w", commands.ErrUnavailable, err)
	}
	return fmt.Errorf("%w: %w", commands.ErrUnavailable, err)
}
