package js

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jobsprint/jobsprint/expression"
	"github.com/jobsprint/jobsprint/expression/js/vm"
	"github.com/jobsprint/jobsprint/item"
)

// Operations that only code has, as runtime/code.js calls them.
const (
	opClock = 20 + iota
	opMoveClock
	opLog
	opStatic
	opBinary
	opPrepare
)

const (
	defaultCodeTime   = 60 * time.Second
	defaultCodeMemory = 256 << 20
	codeStackBytes    = 1 << 20
	// codeOutputBytes bounds what code may return.
	codeOutputBytes = 192 << 20
)

// CompileCode makes a program of the body of an asynchronous function.
func (e *Engine) CompileCode(source string) expression.CodeProgram {
	return &codeProgram{engine: e, source: source}
}

type codeProgram struct {
	engine *Engine
	source string
}

// Run runs the code in an engine of its own.
func (p *codeProgram) Run(ctx context.Context, call *expression.CodeCall) (expression.CodeResult, error) {
	var none expression.CodeResult
	select {
	case p.engine.codeSlots <- struct{}{}:
		defer func() { <-p.engine.codeSlots }()
	case <-ctx.Done():
		return none, ctx.Err()
	}
	image, err := p.engine.codeImage()
	if err != nil {
		return none, err
	}
	h := &codeHost{host: host{batch: call.Batch}, code: call.Host}
	machine, err := p.engine.codeMachine(ctx, image, h)
	if err != nil {
		return none, err
	}
	defer p.engine.keepMachine(machine)
	if err := machine.Seed(ctx, binary.LittleEndian.Uint64(call.Batch.Env.Seed[:])|1); err != nil {
		return none, err
	}
	text := p.wrap(call)
	id, err := machine.Compile(ctx, text, false)
	if err != nil {
		return p.syntax(text, err)
	}
	budget := call.Time
	if budget <= 0 {
		budget = defaultCodeTime
	}
	o, err := machine.Call(ctx, id, budget)
	if err != nil {
		return none, p.limit(err)
	}
	if o.Failure != nil {
		return p.failed(o.Failure)
	}
	return readResult(o.Value), nil
}

// codeMachine gives an engine in which nothing has run: one that is at hand, made
// new, or another.
func (e *Engine) codeMachine(ctx context.Context, image *vm.Image, h vm.Host) (*vm.VM, error) {
	select {
	case machine := <-e.codeMachines:
		if image.Renew(machine, h) {
			return machine, nil
		}
	default:
	}
	return image.New(ctx, h)
}

// keepMachine keeps an engine for the next program, unless it is dead.
func (e *Engine) keepMachine(machine *vm.VM) {
	machine.Attach(nil)
	if machine.Dead() {
		return
	}
	select {
	case e.codeMachines <- machine:
	default:
		machine.Close()
	}
}

// wrap puts the code into a function that runs it. The code begins on the
// second line; see place in runtime/code.js.
func (p *codeProgram) wrap(call *expression.CodeCall) string {
	goOn := "false"
	if call.GoOn {
		goOn = "true"
	}
	return "(() => __run('" + call.Mode + "', " + string(item.AppendQuoted(nil, p.source)) + ", " + goOn + ", async function(){\n" +
		p.source + "\n}))"
}

func (p *codeProgram) limit(err error) error {
	var l *vm.LimitError
	if !errors.As(err, &l) {
		return err
	}
	message := map[string]string{
		"time":   "The code ran for too long and was stopped",
		"memory": "The code used too much memory and was stopped",
		"size":   "What the code returned is too large",
	}[l.What]
	return &expression.Error{Code: expression.CodeLimit, Message: message, Err: l}
}

func (p *codeProgram) failed(f *vm.Failure) (expression.CodeResult, error) {
	switch {
	case f.Kind == vm.KindSize:
		return expression.CodeResult{}, p.limit(&vm.LimitError{What: "size"})
	case f.Kind == vm.KindResult && f.Message == "pending":
		f.Message = "The code waits for something that never comes"
	case f.Kind == vm.KindResult:
		f.Message = "The result cannot be given back: " + f.Message
	}
	return expression.CodeResult{Failure: &expression.CodeFailure{Message: f.Message, Item: -1}}, nil
}

// readResult reads what __run gives.
func readResult(v item.Value) expression.CodeResult {
	r := readOne(v)
	r.Static = v.Get("static")
	list, _ := v.Get("results").Elems()
	for _, one := range list {
		r.Each = append(r.Each, readOne(one))
	}
	return r
}

func readOne(v item.Value) expression.CodeResult {
	r := expression.CodeResult{Value: v.Get("value")}
	r.None, _ = v.Get("none").Bool()
	if f := v.Get("failure"); f.Kind() == item.KindObject {
		failure := &expression.CodeFailure{Item: -1}
		failure.Message, _ = f.Get("message").Str()
		failure.Description, _ = f.Get("description").Str()
		if n, ok := f.Get("line").Number(); ok {
			failure.Line = int(n)
		}
		if n, ok := f.Get("item").Number(); ok {
			failure.Item = int(n)
		}
		r.Failure = failure
	}
	return r
}

// codeHost serves code: what expressions see, and what only code has.
type codeHost struct {
	host
	code    expression.CodeHost
	elapsed float64 // by timers, in milliseconds
	lines   int
}

// maxLogLines and maxLogBytes bound what console.log keeps.
const (
	maxLogLines = 100
	maxLogBytes = 4096
)

// Now is the fixed time of the step run and what timers waited.
func (h *codeHost) Now() float64 { return h.host.Now() + h.elapsed }

// Call answers what code asks.
func (h *codeHost) Call(op int, args []item.Value) vm.Reply {
	text := func(i int) string {
		if i >= len(args) {
			return ""
		}
		s, _ := args[i].Str()
		return s
	}
	number := func(i int) float64 {
		if i >= len(args) {
			return 0
		}
		n, _ := args[i].Number()
		return n
	}
	switch op {
	case opNow, opClock:
		return value(item.Number(h.Now()))
	case opMoveClock:
		h.elapsed = max(h.elapsed, number(0)-h.host.Now())
	case opLog:
		if h.lines++; h.lines <= maxLogLines {
			line := text(0)
			h.code.Log(strings.ToValidUTF8(line[:min(len(line), maxLogBytes)], ""))
		}
	case opStatic:
		return orProblem(h.code.Static(text(0)))
	case opBinary:
		data, err := h.code.Binary(int(number(0)), text(1))
		if err != nil {
			return problem(err)
		}
		if data == nil {
			data = []byte{}
		}
		return vm.Reply{Bytes: data}
	case opPrepare:
		return orProblem(h.code.Prepare(text(0), text(1), text(2)))
	default:
		return h.host.Call(op, args)
	}
	return value(item.Undefined)
}

func orProblem(v item.Value, err error) vm.Reply {
	if err != nil {
		return problem(err)
	}
	return value(v)
}

func newCodeImage(memory uint32) (*vm.Image, error) {
	limits := vm.Limits{MemoryBytes: memory, StackBytes: codeStackBytes, OutputBytes: codeOutputBytes}
	image, err := vm.NewImage(context.Background(), limits, idleHost{}, Scripts("last.js", "code.js"))
	if err != nil {
		return nil, fmt.Errorf("prepare the engine for code: %w", err)
	}
	return image, nil
}
