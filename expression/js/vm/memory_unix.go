//go:build unix

package vm

import (
	"syscall"

	"github.com/tetratelabs/wazero/experimental"
)

// allocator reserves the whole range that a memory may grow to; the system
// gives pages only where they are touched, and takes them back at the end.
type allocator struct{ max uint64 }

// Allocate reserves a memory.
func (a allocator) Allocate(_, most uint64) experimental.LinearMemory {
	size := min(most, a.max)
	size = (size + pageBytes - 1) / pageBytes * pageBytes
	data, err := syscall.Mmap(-1, 0, int(size), syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		return &reserved{}
	}
	return &reserved{data: data}
}

// reserved is a memory that grows inside of its range.
type reserved struct{ data []byte }

// Reallocate grows the memory; nil where it has no room.
func (r *reserved) Reallocate(size uint64) []byte {
	if size > uint64(len(r.data)) {
		return nil
	}
	return r.data[:size]
}

// Free gives the range back.
func (r *reserved) Free() {
	if r.data != nil {
		_ = syscall.Munmap(r.data)
		r.data = nil
	}
}
