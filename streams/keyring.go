package streams

import (
	"context"
	"crypto/cipher"
	"errors"
	"fmt"
	"sync"

	"github.com/jobsprint/jobsprint/commands"
	"github.com/jobsprint/jobsprint/events"
	"github.com/nats-io/nats.go/jetstream"
)

const (
	nonceBytes = 12
	// cachedKeys bounds the cache of derived keys, which holds up to twice as many:
	// about 1 KB each.
	cachedKeys = 4096
	// checkKey is a secret that only proves that the master key fits.
	checkKey = "check"
)

// errKeyErased reports a secret that was erased, or never was: what it
// encrypted cannot be read.
var errKeyErased = errors.New("the key was erased")

// keyring gives the keys of aggregates. Secrets (one for the definitions of a
// workspace, one for each slice of a workspace) are random and stored wrapped
// in the bucket KEYS; all else is derived from them, so that nothing is
// written per run, and deleting a slice's secret shreds the slice.
type keyring struct {
	kv   jetstream.KeyValue
	wrap wrapper
	// sync makes the bucket durable; it runs before a new secret is used.
	sync func() error

	mu      sync.RWMutex
	secrets map[string][]byte
	making  sync.Mutex
	derived recent[keyPath, *aggregateKeys]
}

// keyPath names derived keys: the stored secret and the purpose below it.
type keyPath struct{ secret, purpose string }

// aggregateKeys are the keys of one aggregate.
type aggregateKeys struct {
	aead cipher.AEAD
	// id stands in the envelope: "d1" is a key of the workspace's definitions,
	// "s00000.1" one of the slice; the number is the version of the secret.
	id  string
	mac []byte
}

func newKeyring(kv jetstream.KeyValue, master []byte, syncKeys func() error) *keyring {
	return &keyring{
		kv: kv, wrap: newWrapper(master), sync: syncKeys, secrets: map[string][]byte{},
		derived: recent[keyPath, *aggregateKeys]{limit: cachedKeys},
	}
}

// Names in the bucket KEYS, and the key ids that envelopes carry.
const (
	definitionsKeyID = "d1"
	secretVersion    = "1"
)

func definitionsSecret(workspace string) string { return "d." + workspace + "." + secretVersion }
func sliceSecret(workspace, slice string) string {
	return "s." + workspace + "." + slice + "." + secretVersion
}
func sliceKeyID(slice string) string { return "s" + slice + "." + secretVersion }

// run gives the keys of a run: the cipher of its commits and payloads, the
// name of the key, and the key of its content addresses. The secret of the
// slice is made at first use.
func (k *keyring) run(ctx context.Context, workspace, slice, run string) (aead cipher.AEAD, keyID string, macKey []byte, err error) {
	keys, err := k.aggregate(ctx, events.Run(workspace, run), slice)
	if err != nil {
		return nil, "", nil, err
	}
	return keys.aead, keys.id, keys.mac, nil
}

// workspaceMAC is the key of a workspace's keyed hashes.
func (k *keyring) workspaceMAC(ctx context.Context, workspace string) ([]byte, error) {
	secret, err := k.secret(ctx, definitionsSecret(workspace))
	if err != nil {
		return nil, err
	}
	return derive(secret, "jobsprint/v1/mac", keyBytes), nil
}

// aggregate gives the keys under which an aggregate's commits are written; the
// slice is empty in DEFS. A missing secret is made.
func (k *keyring) aggregate(ctx context.Context, id events.AggregateID, slice string) (*aggregateKeys, error) {
	path, keyID := pathOf(id, slice)
	if keys, ok := k.derived.get(path); ok {
		return keys, nil
	}
	secret, err := k.secret(ctx, path.secret)
	if err != nil {
		return nil, err
	}
	return k.deriveKeys(path, keyID, secret), nil
}

// reading gives the keys that an envelope names. Errors: errKeyErased.
func (k *keyring) reading(ctx context.Context, id events.AggregateID, slice, keyID string) (*aggregateKeys, error) {
	path, current := pathOf(id, slice)
	if keyID != current {
		return nil, fmt.Errorf("%w: this build knows no key %q", events.ErrNewerVersion, keyID)
	}
	if keys, ok := k.derived.get(path); ok {
		return keys, nil
	}
	secret, err := k.stored(ctx, path.secret)
	if err != nil {
		return nil, err
	}
	return k.deriveKeys(path, keyID, secret), nil
}

func pathOf(id events.AggregateID, slice string) (keyPath, string) {
	purpose := "jobsprint/v1/" + id.Kind + "/" + id.ID
	if slice == "" {
		return keyPath{definitionsSecret(id.Workspace), purpose}, definitionsKeyID
	}
	return keyPath{sliceSecret(id.Workspace, slice), purpose}, sliceKeyID(slice)
}

func (k *keyring) deriveKeys(path keyPath, keyID string, secret []byte) *aggregateKeys {
	b := derive(secret, path.purpose, 2*keyBytes)
	keys := &aggregateKeys{aead: newAEAD(b[:keyBytes]), id: keyID, mac: b[keyBytes:]}
	k.derived.put(path, keys)
	return keys
}

// secret gives a stored secret and makes it when it never was; one that was
// erased is not made again.
func (k *keyring) secret(ctx context.Context, name string) ([]byte, error) {
	secret, err := k.stored(ctx, name)
	if !errors.Is(err, errKeyErased) {
		return secret, err
	}
	k.making.Lock()
	defer k.making.Unlock()
	if secret, ok := k.cached(name); ok {
		return secret, nil
	}
	return k.make(ctx, name)
}

func (k *keyring) make(ctx context.Context, name string) ([]byte, error) {
	secret := randomKey()
	// Revision 0 demands that nothing was ever stored under the name, not even
	// the mark of an erasure, which Create would write over.
	_, err := k.kv.Update(ctx, name, k.wrap.wrap(name, secret), 0)
	switch {
	case isConflict(err):
		return k.stored(ctx, name)
	case err != nil:
		return nil, fmt.Errorf("store key %s: %w: %w", name, commands.ErrUnavailable, err)
	}
	if err := k.sync(); err != nil {
		return nil, fmt.Errorf("sync key %s: %w: %w", name, commands.ErrUnavailable, err)
	}
	k.remember(name, secret)
	return secret, nil
}

// stored gives a secret from memory or from the bucket. Errors: errKeyErased,
// ErrKeyWrong, commands.ErrUnavailable.
func (k *keyring) stored(ctx context.Context, name string) ([]byte, error) {
	if secret, ok := k.cached(name); ok {
		return secret, nil
	}
	entry, err := k.kv.Get(ctx, name)
	switch {
	case errors.Is(err, jetstream.ErrKeyNotFound), errors.Is(err, jetstream.ErrKeyDeleted):
		return nil, fmt.Errorf("key %s: %w", name, errKeyErased)
	case err != nil:
		return nil, fmt.Errorf("read key %s: %w: %w", name, commands.ErrUnavailable, err)
	}
	secret, err := k.wrap.unwrap(name, entry.Value())
	if err != nil {
		return nil, err
	}
	k.remember(name, secret)
	return secret, nil
}

func (k *keyring) cached(name string) ([]byte, bool) {
	k.mu.RLock()
	defer k.mu.RUnlock()
	secret, ok := k.secrets[name]
	return secret, ok
}

func (k *keyring) remember(name string, secret []byte) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.secrets[name] = secret
}

// openKeyring opens the bucket of keys with the master key. On a new store the
// key file is made when it is missing; a store that has keys demands the file
// that it was made with. Errors: ErrKeyMissing, ErrKeyWrong.
func openKeyring(ctx context.Context, js jetstream.JetStream, c Config) (*keyring, error) {
	kv, err := js.KeyValue(ctx, bucketKeys)
	if err != nil {
		return nil, fmt.Errorf("open the bucket of keys: %w", err)
	}
	isNew, err := isEmpty(ctx, kv)
	if err != nil {
		return nil, err
	}
	read := readMasterKey
	if isNew {
		read = makeMasterKey
	}
	master, err := read(c.KeyFile)
	if err != nil {
		return nil, err
	}
	k := newKeyring(kv, master, func() error { return syncTree(streamDir(c.Dir, streamKeys)) })
	// The check secret comes first, so that a bucket that is not empty has it.
	if _, err := k.secret(ctx, checkKey); err != nil {
		return nil, fmt.Errorf("unlock the keys with %s: %w", c.KeyFile, err)
	}
	for _, workspace := range []string{events.GlobalWorkspace, events.DefaultWorkspace} {
		if _, err := k.secret(ctx, definitionsSecret(workspace)); err != nil {
			return nil, err
		}
	}
	return k, nil
}

func isEmpty(ctx context.Context, kv jetstream.KeyValue) (bool, error) {
	status, err := kv.Status(ctx)
	if err != nil {
		return false, fmt.Errorf("look into the bucket of keys: %w", err)
	}
	return status.Values() == 0, nil
}
