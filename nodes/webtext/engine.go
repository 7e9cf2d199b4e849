package webtext

import (
	"context"
	_ "embed"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"sync"
	"time"

	"github.com/jobsprint/jobsprint/expression/js/vm"
	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
)

//go:embed first.js
var firstJS string

//go:embed libraries.min.js
var librariesJS string

//go:embed steps.js
var stepsJS string

// What one call of the libraries may take; the texts of items are anybody's.
const (
	timeBudget  = 60 * time.Second
	memoryBytes = 256 << 20
	stackBytes  = 1 << 20
	outputBytes = 64 << 20
)

// image is an engine that has read the scripts, made when the first step needs it.
var image = sync.OnceValues(func() (*vm.Image, error) {
	return vm.NewImage(context.Background(), vm.Limits{MemoryBytes: memoryBytes, StackBytes: stackBytes, OutputBytes: outputBytes}, &host{}, []vm.Script{
		{Name: "first.js", Source: firstJS}, {Name: "libraries.js", Source: librariesJS}, {Name: "steps.js", Source: stepsJS},
	})
})

// idle keeps engines for further calls: the libraries remember nothing.
var idle = make(chan *engine, 2)

type engine struct {
	machine *vm.VM
	run     vm.Program
	host    host
}

// Operations that the scripts ask for.
const (
	opArguments = iota
	opAtob
)

// host gives the scripts what they may have: the arguments of the call.
type host struct{ args item.Value }

// Call answers an operation.
func (h *host) Call(op int, args []item.Value) vm.Reply {
	switch {
	case op == opArguments:
		return vm.Reply{Value: h.args}
	case op == opAtob && len(args) == 1:
		return vm.Reply{Value: item.String(atob(args[0].ToString()))}
	}
	return vm.Reply{Throw: true, Value: item.String("no such operation")}
}

// Now is no time: the libraries need none.
func (h *host) Now() float64 { return 0 }

// atob gives the bytes of base 64 as characters, as browsers do.
func atob(text string) string {
	data, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return ""
	}
	out := make([]rune, len(data))
	for i, b := range data {
		out[i] = rune(b)
	}
	return string(out)
}

func newEngine(ctx context.Context) (*engine, error) {
	m, err := image()
	if err != nil {
		return nil, err
	}
	e := &engine{}
	if e.machine, err = m.New(ctx, &e.host); err != nil {
		return nil, err
	}
	if e.run, err = e.machine.Compile(ctx, "() => runStep()", false); err != nil {
		e.machine.Close()
		return nil, err
	}
	return e, nil
}

// run calls a function of the scripts. It ends early where the step does.
func run(c *nodes.Call, name string, args ...item.Value) (string, error) {
	if err := c.Context.Err(); err != nil {
		return "", err
	}
	var e *engine
	select {
	case e = <-idle:
	default:
		var err error
		if e, err = newEngine(c.Context); err != nil {
			return "", err
		}
	}
	defer e.keep()
	e.host.args = item.Array(append([]item.Value{item.String(name)}, args...))
	// Chance is the same in a replay.
	if err := e.machine.Seed(c.Context, binary.LittleEndian.Uint64(c.Batch.Env.Seed[:])|1); err != nil {
		return "", err
	}
	o, err := e.machine.Call(c.Context, e.run, timeBudget)
	switch {
	case err != nil:
		return "", err
	case o.Failure != nil:
		return "", errors.New(o.Failure.Message)
	}
	return o.Value.ToString(), nil
}

// keep makes the engine one for further calls, unless a limit has ended it.
func (e *engine) keep() {
	e.host.args = item.Value{}
	if e.machine.Dead() {
		return
	}
	select {
	case idle <- e:
	default:
		e.machine.Close()
	}
}
