package streams

import (
	"crypto/cipher"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"runtime"
	"sync"

	"github.com/jobsprint/jobsprint/commands"
	"github.com/jobsprint/jobsprint/events"
	"github.com/klauspost/compress/zstd"
)

// A stored body, whose form never changes:
//
//	format byte (events.EnvelopeVersion)
//	length of the clear part, unsigned varint
//	clear part: the envelope (events.AppendEnvelope)
//	nonce, 12 bytes
//	AES-256-GCM of the plain part (events.AppendPlain), compressed by zstd
//	when it has 512 bytes or more and becomes smaller; the envelope says which
//
// The cipher's additional data is subject and clear part, each behind its
// length as an unsigned varint: a body cannot be moved to another subject, nor
// its envelope altered. A commit's hash is SHA-256 over the subject behind its
// length as an unsigned varint, and the body.
const (
	compressFrom = 512
	// maxPlain bounds what a body may unpack to.
	maxPlain = 64 << 20
)

// codec turns commits into stored bodies and back. It is safe for many
// goroutines.
type codec struct {
	zip   *zstd.Encoder
	unzip *zstd.Decoder
	bufs  sync.Pool
}

// scratch holds the buffers of one encoding.
type scratch struct{ plain, zipped, clear, aad []byte }

func newCodec() *codec {
	zip, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderCRC(false),
		zstd.WithWindowSize(512<<10), zstd.WithLowerEncoderMem(true), zstd.WithEncoderConcurrency(runtime.GOMAXPROCS(0)))
	if err != nil {
		panic("streams: zstd: " + err.Error()) // only options that contradict each other
	}
	unzip, err := zstd.NewReader(nil, zstd.WithDecoderMaxMemory(maxPlain), zstd.WithDecoderLowmem(true), zstd.WithDecoderConcurrency(0))
	if err != nil {
		panic("streams: zstd: " + err.Error())
	}
	return &codec{zip: zip, unzip: unzip, bufs: sync.Pool{New: func() any { return new(scratch) }}}
}

// encode makes the stored body of a commit and sets the envelope's encoding.
// Errors: commands.ErrTooLarge.
func (c *codec) encode(subject string, env *events.Envelope, list []events.Event, aead cipher.AEAD, nonce [nonceBytes]byte) ([]byte, error) {
	s := c.bufs.Get().(*scratch)
	defer c.bufs.Put(s)
	s.plain = events.AppendPlain(s.plain[:0], list)
	if len(s.plain) > maxPlain {
		return nil, fmt.Errorf("%w: %d bytes of events; at most %d", commands.ErrTooLarge, len(s.plain), maxPlain)
	}
	plain := s.compress(c.zip, env)
	s.clear = events.AppendEnvelope(s.clear[:0], env)
	s.aad = appendAAD(s.aad[:0], subject, s.clear)

	body := make([]byte, 0, 1+binary.MaxVarintLen32+len(s.clear)+nonceBytes+len(plain)+aead.Overhead())
	body = append(body, events.EnvelopeVersion)
	body = appendSized(body, s.clear)
	body = append(body, nonce[:]...)
	return aead.Seal(body, nonce[:], plain, s.aad), nil
}

func (s *scratch) compress(zip *zstd.Encoder, env *events.Envelope) []byte {
	env.Encoding = events.EncodingPlain
	if len(s.plain) < compressFrom {
		return s.plain
	}
	s.zipped = zip.EncodeAll(s.plain, s.zipped[:0])
	if len(s.zipped) >= len(s.plain) {
		return s.plain
	}
	env.Encoding = events.EncodingZstd
	return s.zipped
}

// sealed is a stored body taken apart, not yet decrypted.
type sealed struct {
	env   events.Envelope
	clear []byte
	nonce []byte
	box   []byte
}

// parseBody takes a stored body apart. Errors: events.ErrCorrupt,
// events.ErrNewerVersion.
func parseBody(body []byte) (sealed, error) {
	if len(body) == 0 {
		return sealed{}, fmt.Errorf("%w: an empty body", events.ErrCorrupt)
	}
	if body[0] != events.EnvelopeVersion {
		return sealed{}, fmt.Errorf("%w: body format %d", events.ErrNewerVersion, body[0])
	}
	size, n := binary.Uvarint(body[1:])
	if n <= 0 || size > uint64(len(body)) || len(body) < 1+n+int(size)+nonceBytes {
		return sealed{}, fmt.Errorf("%w: the body is cut short", events.ErrCorrupt)
	}
	s := sealed{clear: body[1+n : 1+n+int(size)]}
	rest := body[1+n+int(size):]
	s.nonce, s.box = rest[:nonceBytes], rest[nonceBytes:]
	var err error
	s.env, err = events.DecodeEnvelope(s.clear)
	return s, err
}

var errAltered = errors.New("it was altered, or belongs elsewhere")

// open decrypts and unpacks the plain part. Errors: events.ErrCorrupt,
// events.ErrNewerVersion, errAltered.
func (c *codec) open(subject string, s sealed, aead cipher.AEAD) ([]byte, error) {
	plain, err := aead.Open(nil, s.nonce, s.box, appendAAD(nil, subject, s.clear))
	if err != nil {
		return nil, errAltered
	}
	switch s.env.Encoding {
	case events.EncodingPlain:
		return plain, nil
	case events.EncodingZstd:
		if plain, err = c.unzip.DecodeAll(plain, nil); err != nil {
			return nil, fmt.Errorf("%w: %w", events.ErrCorrupt, err)
		}
		return plain, nil
	}
	return nil, fmt.Errorf("%w: encoding %d", events.ErrNewerVersion, s.env.Encoding)
}

func appendAAD(dst []byte, subject string, open []byte) []byte {
	dst = binary.AppendUvarint(dst, uint64(len(subject)))
	return appendSized(append(dst, subject...), open)
}

func appendSized(dst, b []byte) []byte {
	return append(binary.AppendUvarint(dst, uint64(len(b))), b...)
}

// commitHash is the hash of a stored commit: the Prev of the next one.
func commitHash(subject string, body []byte) events.Hash {
	h := sha256.New()
	var head [binary.MaxVarintLen64 + 256]byte
	h.Write(append(binary.AppendUvarint(head[:0], uint64(len(subject))), subject...))
	h.Write(body)
	var sum events.Hash
	h.Sum(sum[:0])
	return sum
}
