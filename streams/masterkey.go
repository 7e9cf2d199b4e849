package streams

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// keyBytes is the size of every secret and derived key.
const keyBytes = 32

// Errors of the master key, matched by errors.Is.
var (
	// ErrKeyMissing: the store has keys, but the file that unlocks them is not
	// there.
	ErrKeyMissing = errors.New("the master key file is missing")
	// ErrKeyWrong: the file holds another key than the store was made with, or
	// no key at all.
	ErrKeyWrong = errors.New("the master key does not fit")
)

// readMasterKey reads the key file. Errors: ErrKeyMissing, ErrKeyWrong.
func readMasterKey(path string) ([]byte, error) {
	b, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("%w: %s; put the file back, without it nothing that is stored can be read", ErrKeyMissing, path)
	case err != nil:
		return nil, fmt.Errorf("read the master key: %w", err)
	}
	key, err := hex.DecodeString(strings.TrimSpace(string(b)))
	if err != nil || len(key) != keyBytes {
		return nil, fmt.Errorf("%w: %s does not hold %d hexadecimal digits", ErrKeyWrong, path, 2*keyBytes)
	}
	return key, nil
}

// makeMasterKey writes a new key file, unless one is there already, which is
// then used. The file and its folder are synced before anything depends on it.
func makeMasterKey(path string) ([]byte, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("make the folder of the master key: %w", err)
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return readMasterKey(path)
	}
	if err != nil {
		return nil, fmt.Errorf("make the master key: %w", err)
	}
	key := randomKey()
	_, err = f.WriteString(hex.EncodeToString(key) + "\n")
	err = errors.Join(err, f.Sync(), f.Close(), syncPath(filepath.Dir(path)))
	if err != nil {
		return nil, fmt.Errorf("write the master key: %w", errors.Join(err, os.Remove(path)))
	}
	return key, nil
}

func randomKey() []byte {
	key := make([]byte, keyBytes)
	_, _ = rand.Read(key) // never fails: the runtime ends the process instead
	return key
}

// syncPath makes a file or a folder durable.
func syncPath(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// syncTree makes every file and folder below a folder durable. Files that
// vanish meanwhile are none of its business.
func syncTree(dir string) error {
	return filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		if err == nil {
			err = syncPath(path)
		}
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return err
	})
}

// derive gives n bytes of key material under a secret, for one purpose.
func derive(secret []byte, purpose string, n int) []byte {
	out, err := hkdf.Key(sha256.New, secret, nil, purpose, n)
	if err != nil {
		panic("streams: derive " + purpose + ": " + err.Error()) // n is a constant far below the limit
	}
	return out
}

// newAEAD is AES-256-GCM under a key of keyBytes.
func newAEAD(key []byte) cipher.AEAD {
	block, err := aes.NewCipher(key)
	if err != nil {
		panic("streams: " + err.Error()) // only a wrong key length
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		panic("streams: " + err.Error())
	}
	return aead
}

// wrapFormat begins every wrapped key.
const wrapFormat = 1

// wrapper encrypts secrets under the master key. A secret is bound to its name.
type wrapper struct{ aead cipher.AEAD }

func newWrapper(master []byte) wrapper {
	return wrapper{newAEAD(derive(master, "jobsprint/v1/wrap", keyBytes))}
}

func (w wrapper) wrap(name string, secret []byte) []byte {
	nonce := make([]byte, nonceBytes)
	_, _ = rand.Read(nonce)
	return w.aead.Seal(append([]byte{wrapFormat}, nonce...), nonce, secret, []byte(name))
}

func (w wrapper) unwrap(name string, b []byte) ([]byte, error) {
	if len(b) < 1+nonceBytes || b[0] != wrapFormat {
		return nil, fmt.Errorf("key %s is stored in an unknown form", name)
	}
	secret, err := w.aead.Open(nil, b[1:1+nonceBytes], b[1+nonceBytes:], []byte(name))
	if err != nil {
		return nil, fmt.Errorf("%w: key %s cannot be unlocked with it", ErrKeyWrong, name)
	}
	return secret, nil
}
