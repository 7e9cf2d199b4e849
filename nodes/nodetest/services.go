package nodetest

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
)

// Owner is the run that payloads of tests belong to.
const Owner = "test-run"

// ErrNoPayload: nothing is stored under the reference.
var ErrNoPayload = errors.New("the payload is not stored")

// Payloads keeps binary data in memory. As in the real store, the same content
// has the same reference. It may be used at the same time.
type Payloads struct {
	mu   sync.Mutex
	data map[string][]byte
}

// NewPayloads makes an empty store.
func NewPayloads() *Payloads { return &Payloads{data: map[string][]byte{}} }

// Load gives a copy of what is stored. Errors: [ErrNoPayload].
func (p *Payloads) Load(ref item.Ref) ([]byte, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	data, ok := p.data[ref.Address]
	if !ok {
		return nil, fmt.Errorf("payload %q: %w", ref.Address, ErrNoPayload)
	}
	return slices.Clone(data), nil
}

// Store keeps a copy of data.
func (p *Payloads) Store(mediaType string, data []byte) (item.Ref, error) {
	sum := sha256.Sum256(data)
	address := hex.EncodeToString(sum[:])
	p.mu.Lock()
	defer p.mu.Unlock()
	p.data[address] = slices.Clone(data)
	return item.Ref{Owner: Owner, Address: address, Bytes: int64(len(data)), MediaType: mediaType, Digest: address}, nil
}

// Binary stores data and gives the binary data that names it.
func (p *Payloads) Binary(t testing.TB, b item.Binary, data []byte) item.Binary {
	t.Helper()
	b, err := (&nodes.Call{Payloads: p}).Store(b, data)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// Content is what an item's binary data called name holds, or fails the test.
func (p *Payloads) Content(t testing.TB, it item.Item, name string) []byte {
	t.Helper()
	b, ok := it.Binary.Get(name)
	if !ok {
		t.Fatalf("the item has no binary data %q", name)
	}
	data, err := p.Load(b.Ref)
	if err != nil {
		t.Fatalf("binary data %q: %v", name, err)
	}
	return data
}

// Memory keeps values in memory, for static data and histories. Its zero value
// is empty.
type Memory struct {
	mu     sync.Mutex
	values map[string]item.Value
}

// Get gives what is kept.
func (m *Memory) Get(key string) (item.Value, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.values[key], nil
}

// Set keeps a value; Undefined removes it.
func (m *Memory) Set(key string, v item.Value) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if v.IsUndefined() {
		delete(m.values, key)
		return nil
	}
	if m.values == nil {
		m.values = map[string]item.Value{}
	}
	m.values[key] = v
	return nil
}

// credential gives the credentials of a test by their type.
func (s Step) credential(typ string) (item.Value, error) {
	text, ok := s.Credentials[typ]
	if !ok {
		return item.Undefined, nodes.Fail("credential.missing", fmt.Sprintf("the step has no credential of type %q", typ), -1)
	}
	return item.MustParse(text), nil
}

// Annotations collects what steps note about the run, in the order in which the
// keys came.
type Annotations struct {
	Keys   []string
	Values map[string]string
}

// Annotate notes a value.
func (a *Annotations) Annotate(key, value string) {
	if _, ok := a.Values[key]; !ok {
		a.Keys = append(a.Keys, key)
	}
	if a.Values == nil {
		a.Values = map[string]string{}
	}
	a.Values[key] = value
}
