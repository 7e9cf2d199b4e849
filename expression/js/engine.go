package js

import (
	"context"
	"embed"
	"errors"
	"runtime"
	"sync"
	"time"

	"github.com/jobsprint/jobsprint/expression"
	"github.com/jobsprint/jobsprint/expression/js/prelude"
	"github.com/jobsprint/jobsprint/expression/js/vm"
)

//go:embed runtime/*.js
var scripts embed.FS

// Options bound an Engine. Zero fields mean the default.
type Options struct {
	// ItemTime bounds the evaluation for one item; default 5 s.
	ItemTime time.Duration
	// MemoryBytes bounds what an evaluation may hold; default 64 MiB.
	MemoryBytes uint32
	// CodeMemoryBytes bounds what a program may hold; default 256 MiB.
	CodeMemoryBytes uint32
	// Engines is how many evaluations may run at once; default one for each
	// processor.
	Engines int
}

const (
	defaultItemTime    = 5 * time.Second
	defaultMemoryBytes = 64 << 20
	stackBytes         = 1 << 20
	maxOutputBytes     = 64 << 20
)

// Engine implements expression.Engine. It is safe for concurrent use.
type Engine struct {
	compiled expression.Engine
	options  Options
	image    func() (*vm.Image, error)
	// codeImage and codeSlots are for whole programs.
	codeImage func() (*vm.Image, error)
	codeSlots chan struct{}
	// codeMachines are engines that have run a program and wait to be made new.
	codeMachines chan *vm.VM

	slots chan struct{} // one for each engine that may be in use
	mu    sync.Mutex
	idle  []*instance
}

// New makes an engine. The JavaScript engine itself is started when the first
// expression needs it; see Warm.
func New(o Options) *Engine {
	if o.ItemTime <= 0 {
		o.ItemTime = defaultItemTime
	}
	if o.MemoryBytes == 0 {
		o.MemoryBytes = defaultMemoryBytes
	}
	if o.CodeMemoryBytes == 0 {
		o.CodeMemoryBytes = defaultCodeMemory
	}
	if o.Engines <= 0 {
		o.Engines = max(2, runtime.GOMAXPROCS(0))
	}
	e := &Engine{compiled: expression.NewCompiled(), options: o, slots: make(chan struct{}, o.Engines)}
	e.image = sync.OnceValues(func() (*vm.Image, error) {
		limits := vm.Limits{MemoryBytes: o.MemoryBytes, StackBytes: stackBytes, OutputBytes: maxOutputBytes}
		return vm.NewImage(context.Background(), limits, idleHost{}, Scripts("last.js", "freeze.js"))
	})
	e.codeSlots = make(chan struct{}, o.Engines)
	e.codeMachines = make(chan *vm.VM, o.Engines)
	e.codeImage = sync.OnceValues(func() (*vm.Image, error) { return newCodeImage(o.CodeMemoryBytes) })
	return e
}

// Warm starts the JavaScript engine if that has not been done.
func (e *Engine) Warm() error {
	_, err := e.image()
	return err
}

// Scripts are the scripts of an engine: the host, what it lacks of the
// standard library, the prelude, and the scripts of this package that are named.
func Scripts(last ...string) []vm.Script {
	list := []vm.Script{own("library.js"), own("first.js"), own("intl.js")}
	for _, s := range prelude.Scripts() {
		list = append(list, vm.Script(s))
		if s.Name == "luxon.min.js" {
			list = append(list, own("zones.js"))
		}
	}
	for _, name := range last {
		list = append(list, own(name))
	}
	return list
}

func own(name string) vm.Script {
	text, err := scripts.ReadFile("runtime/" + name)
	if err != nil {
		panic(err) // embedded
	}
	return vm.Script{Name: name, Source: string(text)}
}

// instance is an engine and the programs that it holds.
type instance struct {
	vm       *vm.VM
	host     *host
	programs map[*program]vm.Program
	uses     int
}

const (
	// maxUses is how many batches an engine evaluates before it is replaced:
	// what it keeps by itself is bounded so.
	maxUses = 100_000
	// maxPrograms is how many programs an engine keeps.
	maxPrograms = 4_000
	// wornBytes is the memory at which an engine is replaced rather than kept.
	wornBytes = 40 << 20
)

// acquire takes an engine for one batch.
func (e *Engine) acquire(ctx context.Context) (*instance, error) {
	select {
	case e.slots <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	e.mu.Lock()
	if n := len(e.idle); n > 0 {
		in := e.idle[n-1]
		e.idle = e.idle[:n-1]
		e.mu.Unlock()
		return in, nil
	}
	e.mu.Unlock()
	in, err := e.start(ctx)
	if err != nil {
		<-e.slots
	}
	return in, err
}

func (e *Engine) start(ctx context.Context) (*instance, error) {
	image, err := e.image()
	if err != nil {
		return nil, err
	}
	h := &host{}
	machine, err := image.New(ctx, h)
	if err != nil {
		return nil, err
	}
	return &instance{vm: machine, host: h, programs: map[*program]vm.Program{}}, nil
}

// release gives an engine back, or ends it where it is dead or worn.
func (e *Engine) release(in *instance) {
	in.uses++
	in.host.end()
	if in.vm.Dead() || in.uses > maxUses || len(in.programs) > maxPrograms || in.vm.MemoryBytes() > wornBytes {
		in.vm.Close()
	} else {
		e.mu.Lock()
		e.idle = append(e.idle, in)
		e.mu.Unlock()
	}
	<-e.slots
}

// program gives the number under which an instance keeps a program.
func (in *instance) program(ctx context.Context, p *program) (vm.Program, error) {
	if id, ok := in.programs[p]; ok {
		return id, nil
	}
	id, err := in.vm.Compile(ctx, p.code, true)
	if err != nil {
		return 0, err
	}
	in.programs[p] = id
	return id, nil
}

// Close ends the engines that are idle.
func (e *Engine) Close() {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, in := range e.idle {
		in.vm.Close()
	}
	e.idle = nil
}

var errNoBatch = errors.New("there is no batch to read")
