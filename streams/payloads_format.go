package streams

import (
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"

	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/item"
)

// The stored form of a chunk:
//
//	format byte | encoding byte | length of key id (1 byte) | key id | nonce | ciphertext and tag
//
// The additional data of the seal are the subject and everything in front of
// the nonce, so that a chunk opens only at its own place: run, address and
// number stand in the subject. Format 1 cuts content at chunkBytes.
const (
	payloadFormat = 1
	chunkBytes    = 512 << 10
	addressLength = 2 * sha256.Size
)

// errSeal reports stored bytes that do not open.
var errSeal = errors.New("the stored bytes do not open")

// chunkCount is the number of chunks of a payload; an empty one has one, since
// it exists.
func chunkCount(size int64) int {
	return max(1, int((size+chunkBytes-1)/chunkBytes))
}

// chunkLength is the size of chunk i of a payload.
func chunkLength(size int64, i int) int {
	return int(min(chunkBytes, size-int64(i)*chunkBytes))
}

// chunkSeal seals and opens the chunks of one run.
type chunkSeal struct {
	aead  cipher.AEAD
	keyID string
}

// seal appends the stored form of a chunk.
func (s chunkSeal) seal(dst []byte, subject string, plain []byte) []byte {
	start := len(dst)
	dst = append(dst, payloadFormat, events.EncodingPlain, byte(len(s.keyID)))
	dst = append(dst, s.keyID...)
	aad := append([]byte(subject), dst[start:]...)
	nonce := len(dst)
	dst = append(dst, make([]byte, s.aead.NonceSize())...)
	rand.Read(dst[nonce:]) // never fails: the program ends when the system has no randomness
	return s.aead.Seal(dst, dst[nonce:], plain, aad)
}

// open appends the plain chunk; errSeal for bytes that were not sealed here.
func (s chunkSeal) open(dst []byte, subject string, stored []byte) ([]byte, error) {
	if len(stored) < 3 || stored[0] != payloadFormat || stored[1] != events.EncodingPlain {
		return nil, fmt.Errorf("%w: unknown format", errSeal)
	}
	head := 3 + int(stored[2])
	body := head + s.aead.NonceSize()
	if len(stored) < body+s.aead.Overhead() {
		return nil, fmt.Errorf("%w: only %d bytes", errSeal, len(stored))
	}
	if id := string(stored[3:head]); id != s.keyID {
		return nil, fmt.Errorf("%w: sealed under key %q, not %q", errSeal, id, s.keyID)
	}
	aad := append([]byte(subject), stored[:head]...)
	plain, err := s.aead.Open(dst, stored[head:body], stored[body:], aad)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errSeal, err)
	}
	return plain, nil
}

// payloadSum reads content once and gives its reference: the address under the
// run's key, the digest under the workspace's, the size.
type payloadSum struct {
	address, digest hash.Hash
	size            int64
}

// Write takes content; it refuses more than MaxPayloadBytes.
func (s *payloadSum) Write(b []byte) (int, error) {
	s.size += int64(len(b))
	if s.size > MaxPayloadBytes {
		return 0, ErrPayloadTooLarge
	}
	s.address.Write(b)
	s.digest.Write(b)
	return len(b), nil
}

func (s *payloadSum) ref(owner, mediaType string) item.Ref {
	return item.Ref{
		Owner: owner, MediaType: mediaType, Bytes: s.size,
		Address: hex.EncodeToString(s.address.Sum(nil)), Digest: hex.EncodeToString(s.digest.Sum(nil)),
	}
}

// checkRef keeps anything that was not made here out of subjects and sizes.
func checkRef(ref item.Ref) error {
	switch {
	case !isHash(ref.Address) || !isHash(ref.Digest):
		return fmt.Errorf("%w: address or digest is not a hash", ErrBadRef)
	case ref.Bytes < 0 || ref.Bytes > MaxPayloadBytes:
		return fmt.Errorf("%w: %d bytes", ErrBadRef, ref.Bytes)
	}
	if _, err := events.TimeOf(ref.Owner); err != nil {
		return fmt.Errorf("%w: its owner is no run: %w", ErrBadRef, err)
	}
	return nil
}

func isHash(s string) bool {
	if len(s) != addressLength {
		return false
	}
	for _, c := range []byte(s) {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

func checkDigest(ref item.Ref, sum hash.Hash) error {
	want, err := hex.DecodeString(ref.Digest)
	if err != nil || !hmac.Equal(want, sum.Sum(nil)) {
		return &PayloadDamageError{Ref: ref, Chunk: -1, Detail: "the digest differs"}
	}
	return nil
}
