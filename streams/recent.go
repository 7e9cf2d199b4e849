package streams

import "sync"

// recent is a bounded cache. It holds the last limit to 2*limit entries that
// were put or found: when the young half is full the old half is dropped as a
// whole, and an entry found in the old half moves to the young one.
type recent[K comparable, V any] struct {
	limit int

	mu         sync.RWMutex
	young, old map[K]V
}

func (r *recent[K, V]) get(key K) (V, bool) {
	r.mu.RLock()
	v, ok := r.young[key]
	if ok {
		r.mu.RUnlock()
		return v, ok
	}
	v, ok = r.old[key]
	r.mu.RUnlock()
	if ok {
		r.put(key, v)
	}
	return v, ok
}

func (r *recent[K, V]) put(key K, v V) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.young == nil {
		r.young = make(map[K]V)
	}
	r.young[key] = v
	if len(r.young) >= r.limit {
		r.young, r.old = nil, r.young
	}
}
