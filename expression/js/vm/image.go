package vm

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"
)

// Script is a text that an image is made from.
type Script struct {
	Name   string
	Source string
}

// Image is the memory of an engine that has evaluated its scripts.
type Image struct {
	limits Limits
	bytes  uint32
	chunks []chunk
	// replyAt and replyCap are the reply buffer that lies in it.
	replyAt, replyCap uint32
}

// chunk is a part of the memory that is not zero.
type chunk struct {
	at   uint32
	data []byte
}

// chunkBytes is the unit in which zeros are left out.
const chunkBytes = 4096

// buildBudget bounds the time that the scripts of an image take.
const buildBudget = 60 * time.Second

// NewImage starts an engine, evaluates the scripts and keeps its memory. The
// scripts leave a global __engine with the functions that the engine takes:
// begin, leave, describe and the list extensions.
func NewImage(ctx context.Context, limits Limits, host Host, scripts []Script) (*Image, error) {
	vm, err := newVM(ctx, limits, host)
	if err != nil {
		return nil, err
	}
	defer vm.Close()
	if err := vm.boot(ctx, "_initialize"); err != nil {
		return nil, err
	}
	if err := vm.boot(ctx, "init"); err != nil {
		return nil, err
	}
	if err := vm.boot(ctx, "arm"); err != nil {
		return nil, err
	}
	for _, s := range scripts {
		if err := vm.Script(ctx, s.Source); err != nil {
			var f *Failure
			if errors.As(err, &f) {
				return nil, fmt.Errorf("script %s: %w\n%s", s.Name, err, f.Stack)
			}
			return nil, fmt.Errorf("script %s: %w", s.Name, err)
		}
	}
	if err := vm.boot(ctx, "take"); err != nil {
		return nil, err
	}
	if err := vm.boot(ctx, "limits", uint64(limits.MemoryBytes), uint64(limits.StackBytes), uint64(limits.OutputBytes)); err != nil {
		return nil, err
	}
	return vm.image()
}

func (vm *VM) boot(ctx context.Context, name string, args ...uint64) error {
	f := vm.module.ExportedFunction(name)
	if f == nil {
		return fmt.Errorf("the JavaScript engine has no function %q", name)
	}
	got, err := vm.enter(ctx, f, buildBudget, args...)
	if err == nil && got != 0 {
		err = fmt.Errorf("the JavaScript engine did not start: %s gave %d", name, int32(got))
	}
	return err
}

// image copies the memory, without the pages that are zero.
func (vm *VM) image() (*Image, error) {
	memory := vm.module.Memory()
	text, ok := memory.Read(0, memory.Size())
	if !ok {
		return nil, errMessage
	}
	m := &Image{limits: vm.limits, bytes: memory.Size(), replyAt: vm.replyAt, replyCap: vm.replyCap}
	var zero [chunkBytes]byte
	for at := 0; at < len(text); {
		if bytes.Equal(text[at:at+chunkBytes], zero[:]) {
			at += chunkBytes
			continue
		}
		end := at + chunkBytes
		for end < len(text) && !bytes.Equal(text[end:end+chunkBytes], zero[:]) {
			end += chunkBytes
		}
		m.chunks = append(m.chunks, chunk{at: uint32(at), data: bytes.Clone(text[at:end])})
		at = end
	}
	return m, nil
}

// New starts a VM as a copy of the image.
func (m *Image) New(ctx context.Context, host Host) (*VM, error) {
	vm, err := newVM(ctx, m.limits, host)
	if err != nil {
		return nil, err
	}
	memory := vm.module.Memory()
	if size := memory.Size(); size < m.bytes {
		if _, ok := memory.Grow((m.bytes - size) / pageBytes); !ok {
			vm.Close()
			return nil, errors.New("the memory of a JavaScript engine cannot be had")
		}
	}
	for _, c := range m.chunks {
		if !memory.Write(c.at, c.data) {
			vm.Close()
			return nil, errMessage
		}
	}
	vm.replyAt, vm.replyCap = m.replyAt, m.replyCap
	return vm, nil
}

// keepBytes is how much a VM may have grown beyond its image and still be made
// new: more is given back to the system.
const keepBytes = 8 << 20

// Renew makes a VM of this image as it was when it was new, which costs less
// than another one, since the system has given it its pages. Every byte is
// written: nothing of what ran before is left. It reports false where the VM is
// dead or has grown too large; it is closed then.
func (m *Image) Renew(vm *VM, host Host) bool {
	size := vm.module.Memory().Size()
	if vm.dead || size > m.bytes+keepBytes {
		vm.Close()
		return false
	}
	text, ok := vm.module.Memory().Read(0, size)
	if !ok {
		vm.Close()
		return false
	}
	at := 0
	for _, c := range m.chunks {
		clear(text[at:c.at])
		at = int(c.at) + copy(text[c.at:], c.data)
	}
	clear(text[at:])
	vm.host, vm.replyAt, vm.replyCap, vm.progress = host, m.replyAt, m.replyCap, 0
	return true
}
