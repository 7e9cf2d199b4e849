package streams

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"time"

	"github.com/jobsprint/jobsprint/events"
)

// keyedHashTimeout bounds the read of a workspace's key, which happens once.
const keyedHashTimeout = 5 * time.Second

// CommandDigest is the keyed hash of a command's name and body: equal for a
// repeat, and telling nothing of the body to who does not hold the key. When
// the workspace's key cannot be read it is a hash that equals no other, so
// that no command is taken for a repeat of another.
func (l *Log) CommandDigest(workspace, name string, body []byte) events.Hash {
	sum, err := l.keyedHash(workspace, "command", name, string(body))
	if err != nil {
		_, _ = rand.Read(sum[:])
	}
	return sum
}

// IdempotencyID is the id under which an idempotency key is claimed: 32
// hexadecimal digits. It is empty, which no append takes, when the
// workspace's key cannot be read.
func (l *Log) IdempotencyID(workspace, actor, operation, key string) string {
	sum, err := l.keyedHash(workspace, "idempotency", actor, operation, key)
	if err != nil {
		return ""
	}
	return hex.EncodeToString(sum[:16])
}

// KeyAggregates lists the aggregates that may hold the claim of an idempotency
// key, given its IdempotencyID: one for each slice of the last 24 h, newest
// first. A claim is made in the first.
func (l *Log) KeyAggregates(workspace, hmac string, now time.Time) []events.AggregateID {
	var out []events.AggregateID
	for _, slice := range l.slices.between(now.Add(-keyWindow), now) {
		out = append(out, events.AggregateID{Kind: events.KindKey, Workspace: workspace, ID: slice + "-" + hmac})
	}
	return out
}

func (l *Log) keyedHash(workspace string, parts ...string) (sum [32]byte, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), keyedHashTimeout)
	defer cancel()
	if err := checkToken("workspace", workspace); err != nil {
		return sum, err
	}
	key, err := l.keys.workspaceMAC(ctx, workspace)
	if err != nil {
		l.conf.Logger.ErrorContext(ctx, "the workspace's key cannot be read", "workspace", workspace, "error", err)
		return sum, err
	}
	h := hmac.New(sha256.New, key)
	for _, p := range parts {
		h.Write(binary.AppendUvarint(nil, uint64(len(p))))
		h.Write([]byte(p))
	}
	h.Sum(sum[:0])
	return sum, nil
}
