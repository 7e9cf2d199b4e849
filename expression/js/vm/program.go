package vm

import (
	"context"
	"math"
	"time"

	"github.com/jobsprint/jobsprint/item"
)

// Program is a function that a VM keeps.
type Program uint32

// Kinds of a Failure.
const (
	KindSyntax  = 1 // not JavaScript
	KindRefused = 2 // what guarded code may not say
	KindError   = 3 // an exception while a script was evaluated
	KindMemory  = 4
	KindThrown  = 5 // an exception of the code
	KindResult  = 6 // a value that cannot leave the engine
	KindSize    = 7
)

// Failure is an error that code ended with.
type Failure struct {
	Kind                             int
	Offset                           int // of a syntax error, in bytes
	Message, Description, Type, Name string
	// Stack names the places of the code, innermost first.
	Stack string
}

// Error gives the message.
func (f *Failure) Error() string { return f.Message }

// Outcome is what one evaluation came to.
type Outcome struct {
	Value item.Value
	// Type is "bigint" for a text that was a big integer, "object" for a value
	// that was an object around a primitive, else empty.
	Type    string
	Failure *Failure
}

// compileBudget bounds the time that parsing may take.
const compileBudget = 5 * time.Second

func (vm *VM) sendText(ctx context.Context, text string) error {
	return vm.send(vm.context(ctx), append([]byte(text), 0))
}

// failed reads the description of an error that stands in n bytes of output.
func (vm *VM) failed(n int32) error {
	text, err := vm.output(n)
	if err != nil {
		return err
	}
	d := decoder{src: text}
	f := &Failure{Kind: int(d.byte()), Offset: int(d.uint()), Message: d.text(), Stack: d.text()}
	if d.err != nil {
		return d.err
	}
	return f
}

// result turns what an entry that compiles gave into an error.
func (vm *VM) result(got uint64, err error) error {
	switch n := int32(got); {
	case err != nil:
		return err
	case n == 0:
		return nil
	case n < 0:
		vm.Close()
		return &LimitError{What: "memory"}
	default:
		return vm.failed(n)
	}
}

// Script evaluates a text in the global scope. A *Failure is the script's own.
func (vm *VM) Script(ctx context.Context, text string) error {
	if err := vm.sendText(ctx, text); err != nil {
		return err
	}
	return vm.result(vm.enter(ctx, vm.script, compileBudget, uint64(len(text))))
}

// Check parses a guarded text. A *Failure says what is wrong with it.
func (vm *VM) Check(ctx context.Context, text string) error {
	if err := vm.sendText(ctx, text); err != nil {
		return err
	}
	return vm.result(vm.enter(ctx, vm.check, compileBudget, uint64(len(text))))
}

// Compile keeps the function that the text evaluates to. Guarded code is bound
// by the rules for expressions.
func (vm *VM) Compile(ctx context.Context, text string, guarded bool) (Program, error) {
	if err := vm.sendText(ctx, text); err != nil {
		return 0, err
	}
	flag := uint64(0)
	if guarded {
		flag = 1
	}
	if err := vm.result(vm.enter(ctx, vm.compile, compileBudget, uint64(len(text)), flag)); err != nil {
		return 0, err
	}
	id, err := vm.enter(ctx, vm.programID, compileBudget)
	return Program(id), err
}

// Seed sets the state of Math.random.
func (vm *VM) Seed(ctx context.Context, seed uint64) error {
	_, err := vm.enter(ctx, vm.seed, compileBudget, seed)
	return err
}

// Run calls a program for the items from to to, not included, and hands over
// what each came to. keep tells the scripts that the batch is the one of the
// call before. The budget is that of one item. Fewer items than asked for are
// done when memory ran out or the results are large.
func (vm *VM) Run(ctx context.Context, p Program, from, to int, keep bool, budget time.Duration, each func(i int, o Outcome)) error {
	flag := uint64(0)
	if keep {
		flag = 1
	}
	n, err := vm.enter(ctx, vm.run, budget, uint64(p), uint64(from), uint64(to), flag)
	if err != nil {
		return err
	}
	text, err := vm.output(int32(n))
	if err != nil {
		return err
	}
	d := &vm.decode
	d.reset(text)
	for i := from; i < to && len(d.src) > 0 && d.err == nil; i++ {
		o := vm.outcome(d)
		each(i, o)
		if o.Failure != nil && o.Failure.Kind == KindMemory {
			vm.Close()
			return &LimitError{What: "memory"}
		}
	}
	d.src = nil
	return d.err
}

func (vm *VM) outcome(d *decoder) (o Outcome) {
	switch d.byte() {
	case 0:
		o.Value, o.Type = d.value(0)
	case 2:
		d.keys = d.keys[:0]
		fallthrough
	default:
		o.Failure = &Failure{Kind: int(d.byte()), Offset: -1,
			Message: d.text(), Description: d.text(), Type: d.text(), Name: d.text(), Stack: d.text()}
	}
	return o
}

// Call calls a program once and waits for what its promise comes to. The value
// is what JSON.stringify would keep of it.
func (vm *VM) Call(ctx context.Context, p Program, budget time.Duration) (Outcome, error) {
	n, err := vm.enter(ctx, vm.call, budget, uint64(p))
	if err != nil {
		return Outcome{}, err
	}
	if int32(n) < 0 || n > math.MaxInt32 {
		return Outcome{}, errMessage
	}
	text, err := vm.output(int32(n))
	if err != nil {
		return Outcome{}, err
	}
	d := &vm.decode
	d.reset(text)
	o := vm.outcome(d)
	if d.err != nil {
		return o, d.err
	}
	if o.Failure != nil && o.Failure.Kind == KindMemory {
		vm.Close()
		return o, &LimitError{What: "memory"}
	}
	return o, nil
}
