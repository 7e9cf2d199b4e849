//go:build !unix

package vm

import "github.com/tetratelabs/wazero/experimental"

// allocator gives memory of the Go heap up to a limit.
type allocator struct{ max uint64 }

// Allocate makes a memory.
func (a allocator) Allocate(_, most uint64) experimental.LinearMemory {
	return &growing{max: min(most, a.max)}
}

type growing struct {
	max  uint64
	data []byte
}

// Reallocate grows the memory; nil where it has no room.
func (g *growing) Reallocate(size uint64) []byte {
	if size > g.max {
		return nil
	}
	if size > uint64(cap(g.data)) {
		data := make([]byte, size, min(g.max, size*2))
		copy(data, g.data)
		g.data = data
	}
	g.data = g.data[:size]
	return g.data
}

// Free drops the memory.
func (g *growing) Free() { g.data = nil }
