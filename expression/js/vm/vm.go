package vm

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"

	"github.com/jobsprint/jobsprint/item"
)

// Host is what the code of a VM can reach.
type Host interface {
	// Call answers an operation that a script asked for by __call(op, …args).
	// The arguments are only valid during the call.
	Call(op int, args []item.Value) Reply
	// Now is the time that Date sees, in milliseconds since 1970.
	Now() float64
}

// Reply is the answer of a Host.
type Reply struct {
	Value item.Value
	// Bytes, if not nil, is given as a Uint8Array in the place of Value.
	Bytes []byte
	// Throw makes the script throw Value.
	Throw bool
}

// Limits bound a VM.
type Limits struct {
	// MemoryBytes is what the code may hold, the scripts of the image included.
	MemoryBytes uint32
	// StackBytes bounds recursion.
	StackBytes uint32
	// OutputBytes bounds one message from the code to the host.
	OutputBytes uint32
}

// overheadBytes is what a VM has beyond the memory that the code may hold: its
// stack, the message buffers.
const overheadBytes = 16 << 20

// LimitError says that the code took too much. The VM is dead.
type LimitError struct {
	// What is "time", "memory" or "size".
	What string
}

// Error says what ran out.
func (e *LimitError) Error() string {
	switch e.What {
	case "time":
		return "the code ran for too long"
	case "memory":
		return "the code used too much memory"
	}
	return "the result of the code is too large"
}

// VM is a running engine.
type VM struct {
	module api.Module
	host   Host
	limits Limits

	// deadline and done are looked at each time the engine ticks. The time
	// begins anew when the engine has started another item: their number lies
	// at progressAt.
	deadline time.Time
	budget   time.Duration
	progress uint32
	done     <-chan struct{}
	stopped  error // why the tick ended the code
	dead     bool

	progressAt        uint32
	replyAt, replyCap uint32
	decode            decoder
	encode            encoder

	run, call, out, compile, check, programID, replyBuffer, script, seed api.Function
}

type vmKey struct{}

func newVM(ctx context.Context, limits Limits, host Host) (*VM, error) {
	e, err := load()
	if err != nil {
		return nil, fmt.Errorf("compile the JavaScript engine: %w", err)
	}
	vm := &VM{host: host, limits: limits}
	ctx = experimental.WithMemoryAllocator(vm.context(ctx), allocator{max: uint64(limits.MemoryBytes) + overheadBytes + uint64(limits.OutputBytes)})
	vm.module, err = e.runtime.InstantiateModule(ctx, e.module, wazero.NewModuleConfig().WithName("").WithStartFunctions())
	if err != nil {
		return nil, fmt.Errorf("start a JavaScript engine: %w", err)
	}
	for name, f := range map[string]*api.Function{
		"run": &vm.run, "call": &vm.call, "out_buffer": &vm.out, "compile": &vm.compile, "check": &vm.check,
		"program_id": &vm.programID, "reply_buffer": &vm.replyBuffer, "script": &vm.script, "seed": &vm.seed,
	} {
		*f = vm.module.ExportedFunction(name)
	}
	at, err := vm.module.ExportedFunction("progress").Call(ctx)
	if err != nil {
		vm.Close()
		return nil, fmt.Errorf("start a JavaScript engine: %w", err)
	}
	vm.progressAt = uint32(at[0])
	return vm, nil
}

func (vm *VM) context(ctx context.Context) context.Context {
	return context.WithValue(ctx, vmKey{}, vm)
}

// Close gives the VM's memory back.
func (vm *VM) Close() {
	vm.dead = true
	if vm.module != nil {
		_ = vm.module.Close(context.Background())
	}
}

// Dead reports whether the VM can no longer be used.
func (vm *VM) Dead() bool { return vm.dead }

// Attach gives the VM another host.
func (vm *VM) Attach(h Host) { vm.host = h }

// MemoryBytes is how much memory the VM has taken.
func (vm *VM) MemoryBytes() uint32 { return vm.module.Memory().Size() }

// enter calls a function of the engine within the time that is left. An error
// means that the VM is dead.
func (vm *VM) enter(ctx context.Context, f api.Function, budget time.Duration, args ...uint64) (uint64, error) {
	if vm.dead {
		return 0, errors.New("the JavaScript engine has ended")
	}
	vm.deadline, vm.budget = time.Now().Add(budget), budget
	vm.done, vm.stopped = ctx.Done(), nil
	results, err := f.Call(vm.context(context.WithoutCancel(ctx)), args...)
	if err == nil {
		if len(results) == 0 {
			return 0, nil
		}
		return results[0], nil
	}
	vm.Close()
	switch {
	case vm.stopped != nil && ctx.Err() != nil:
		return 0, ctx.Err()
	case vm.stopped != nil:
		return 0, vm.stopped
	}
	return 0, fmt.Errorf("the JavaScript engine broke down: %w", err)
}

// hostTick ends the code when its time is up: the panic unwinds the engine.
func hostTick(ctx context.Context, m api.Module, _ []uint64) {
	vm := ctx.Value(vmKey{}).(*VM)
	select {
	case <-vm.done:
		vm.stopped = context.Canceled
	default:
		now := time.Now()
		if n, ok := m.Memory().ReadUint32Le(vm.progressAt); ok && n != vm.progress {
			vm.progress, vm.deadline = n, now.Add(vm.budget)
		}
		if now.After(vm.deadline) {
			vm.stopped = &LimitError{What: "time"}
		}
	}
	if vm.stopped != nil {
		panic(vm.stopped)
	}
}

func hostClock(ctx context.Context, m api.Module, stack []uint64) {
	vm := ctx.Value(vmKey{}).(*VM)
	var text [8]byte
	ms := 0.0
	if vm.host != nil {
		ms = vm.host.Now()
	}
	binary.LittleEndian.PutUint64(text[:], uint64(ms*1e6))
	m.Memory().Write(uint32(stack[2]), text[:])
	stack[0] = 0
}

func hostCall(ctx context.Context, m api.Module, stack []uint64) {
	vm := ctx.Value(vmKey{}).(*VM)
	op, at, size := int(int32(stack[0])), uint32(stack[1]), uint32(stack[2])
	text, ok := m.Memory().Read(at, size)
	if !ok {
		panic(errors.New("a message lies outside of the memory"))
	}
	var buffer [4]item.Value
	args, err := decodeAll(text, buffer[:0])
	if err != nil {
		panic(err)
	}
	reply := vm.host.Call(op, args)
	vm.encode.reset()
	if reply.Bytes != nil {
		vm.encode.bytes(reply.Bytes)
	} else {
		vm.encode.value(reply.Value)
	}
	if uint64(len(vm.encode.dst)) > uint64(vm.limits.MemoryBytes) {
		vm.stopped = &LimitError{What: "memory"}
		panic(vm.stopped)
	}
	if err := vm.send(ctx, vm.encode.dst); err != nil {
		panic(err)
	}
	stack[0] = api.EncodeI32(int32(len(vm.encode.dst)))
	if reply.Throw {
		stack[0] = api.EncodeI32(-int32(len(vm.encode.dst)))
	}
}

// send puts a message into the reply buffer.
func (vm *VM) send(ctx context.Context, message []byte) error {
	if need := uint32(len(message)); need > vm.replyCap {
		need += need / 4
		got, err := vm.replyBuffer.Call(ctx, uint64(need))
		if err != nil {
			return err
		}
		if got[0] == 0 {
			vm.stopped = &LimitError{What: "memory"}
			return vm.stopped
		}
		vm.replyAt, vm.replyCap = uint32(got[0]), need
	}
	if !vm.module.Memory().Write(vm.replyAt, message) {
		return errors.New("the reply buffer lies outside of the memory")
	}
	return nil
}

// output reads n bytes of the out buffer; they are valid until the next entry.
func (vm *VM) output(n int32) ([]byte, error) {
	at, err := vm.out.Call(vm.context(context.Background()))
	if err != nil {
		return nil, err
	}
	text, ok := vm.module.Memory().Read(uint32(at[0]), uint32(n))
	if !ok {
		return nil, errors.New("a message lies outside of the memory")
	}
	return text, nil
}
