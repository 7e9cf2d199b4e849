package streams

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
)

// spoolMemory is how much of a reader is kept in memory before it goes to a
// file.
const spoolMemory = 4 << 20

// memory is content that is at hand.
type memory []byte

// chunk gives chunk i without copying it.
func (m memory) chunk(i int, _ []byte) ([]byte, error) {
	start := min(i*chunkBytes, len(m))
	return m[start:min(start+chunkBytes, len(m))], nil
}

// spool is content in a file without a name. What is on the disk is sealed:
// the key is thrown away with the spool, and with it whatever a crash leaves
// behind in free blocks.
type spool struct {
	file   *os.File
	aead   cipher.AEAD
	sealed []byte
}

func newSpool(dir string) (*spool, error) {
	var key [32]byte
	rand.Read(key[:])
	block, err := aes.NewCipher(key[:])
	if err != nil {
		return nil, err
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, err
	}
	file, err := os.CreateTemp(dir, "spool-*")
	if err != nil {
		return nil, fmt.Errorf("spooling a payload: %w", err)
	}
	if err := os.Remove(file.Name()); err != nil {
		file.Close()
		return nil, fmt.Errorf("spooling a payload: %w", err)
	}
	return &spool{file: file, aead: aead}, nil
}

// fill takes r to its end.
func (s *spool) fill(ctx context.Context, r io.Reader) error {
	buf := make([]byte, chunkBytes)
	for i := 0; ; i++ {
		n, err := io.ReadFull(r, buf)
		if errors.Is(err, io.EOF) {
			return nil
		}
		last := errors.Is(err, io.ErrUnexpectedEOF)
		if err != nil && !last {
			return fmt.Errorf("reading a payload: %w", err)
		}
		if err := errors.Join(ctx.Err(), s.append(i, buf[:n])); err != nil || last {
			return err
		}
	}
}

func (s *spool) append(i int, plain []byte) error {
	s.sealed = s.aead.Seal(s.sealed[:0], spoolNonce(i), plain, nil)
	if _, err := s.file.Write(s.sealed); err != nil {
		return fmt.Errorf("spooling a payload: %w", err)
	}
	return nil
}

// chunk reads chunk i into dst, which has room for it.
func (s *spool) chunk(i int, dst []byte) ([]byte, error) {
	stride := chunkBytes + s.aead.Overhead()
	s.sealed = append(s.sealed[:0], make([]byte, stride)...)
	n, err := s.file.ReadAt(s.sealed, int64(i)*int64(stride))
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("reading a spooled payload: %w", err)
	}
	plain, err := s.aead.Open(dst[:0], spoolNonce(i), s.sealed[:n], nil)
	if err != nil {
		return nil, fmt.Errorf("reading a spooled payload: %w", err)
	}
	return plain, nil
}

func (s *spool) close() { s.file.Close() }

// spoolNonce is the chunk's number: the key is used for one spool only, and a
// chunk is sealed once.
func spoolNonce(i int) []byte {
	var n [12]byte
	binary.BigEndian.PutUint64(n[4:], uint64(i))
	return n[:]
}
