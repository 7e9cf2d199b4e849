package handlers

import (
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/expression"
	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
	"github.com/jobsprint/jobsprint/nodes/catalogue"
	"github.com/jobsprint/jobsprint/workflow"
)

// Compiler turns the steps of workflows into nodes. It is the core's view of
// the catalogue: it implements workflow.Catalogue.
type Compiler struct {
	catalogue *catalogue.Catalogue
	engine    expression.Engine
	// credentials are those that steps may use; nil: none.
	credentials *Credentials

	mu       sync.Mutex
	programs map[*workflow.Graph]*Program
}

// Program is a workflow version ready to run: a node for each step that can
// run, nil for the others.
type Program struct {
	Graph *workflow.Graph
	Nodes []nodes.Node
	// params gives each step's parameters with their defaults, for expressions.
	params []func() item.Value
}

// maxPrograms bounds the programs that are kept; beyond it, the compiler
// starts again.
const maxPrograms = 2_000

// NewCompiler makes a Compiler of a catalogue and an expression engine.
func NewCompiler(c *catalogue.Catalogue, e expression.Engine) *Compiler {
	return &Compiler{catalogue: c, engine: e, programs: map[*workflow.Graph]*Program{}}
}

// UseCredentials gives steps credentials; it is called before the first
// workflow is compiled.
func (c *Compiler) UseCredentials(list *Credentials) { c.credentials = list }

// Version names the behaviour of all step types together.
func (c *Compiler) Version() string { return c.catalogue.Version() }

// Describe compiles a step and says what the core must know of it.
func (c *Compiler) Describe(_ *workflow.Definition, s *workflow.Step) (workflow.StepType, []workflow.Problem) {
	def, node, problems := c.compile(s)
	if def == nil {
		return workflow.StepType{}, problems
	}
	t := workflow.StepType{
		Effect: def.Class == nodes.Effect, Pure: def.Class == nodes.Pure,
		Trigger: def.Trigger, Fetches: def.Fetches, Note: def.Note, Inputs: len(def.Inputs), Outputs: len(def.Outputs), Repeat: def.Repeat,
	}
	if p, ok := node.(nodes.Ports); ok {
		t.Inputs, t.Outputs = p.Inputs(), p.Outputs()
	}
	if n, ok := node.(nodes.Needs); ok {
		t.Needs = n.Needs()
	}
	if r, ok := node.(nodes.Repeater); ok {
		t.Repeat = r.Repeat()
	}
	if w, ok := node.(nodes.Webhook); ok {
		for _, r := range w.Routes() {
			t.Routes = append(t.Routes, workflow.Route{Method: r.Method, Path: r.Path, Step: s.Name})
		}
	}
	if t.Repeat == "" {
		t.Repeat = events.RepeatUnsafe
	}
	return t, problems
}

// compile gives the definition of a step's type and the compiled node, or the
// problems that there are with it. A problem of a disabled step blocks nothing.
func (c *Compiler) compile(s *workflow.Step) (*nodes.Definition, nodes.Node, []workflow.Problem) {
	pointer := fmt.Sprintf("/nodes/%d", s.Index)
	problem := func(code, at, message string) []workflow.Problem {
		return []workflow.Problem{{Code: code, Step: s.Name, Pointer: pointer + at, Message: message, Blocking: !s.Disabled}}
	}
	def, ok := c.catalogue.Find(s.Type)
	if !ok {
		return nil, nil, problem("node-type-unknown", "/type", fmt.Sprintf("%q is of type %q, which this version cannot run yet", s.Name, s.Type))
	}
	if !def.HasVersion(s.Version) {
		return nil, nil, problem("node-version-unknown", "/typeVersion", fmt.Sprintf("%q has version %v of type %q; this version knows %v", s.Name, s.Version, s.Type, def.Versions))
	}
	if def.Note {
		return def, nil, nil
	}
	in := &nodes.Compile{Type: s.Type, Version: s.Version, Step: s.Name, WebhookID: s.WebhookID, Params: s.Params, Engine: c.engine}
	node, err := newNode(def, in)
	problems := parameterProblems(s, pointer, "node-parameter-unknown", false, errors.Join(in.Remarks()...))
	problems = append(c.credentials.check(s, def), problems...)
	if err := errors.Join(err, in.Err()); err != nil {
		return def, nil, append(parameterProblems(s, pointer, "node-parameter", !s.Disabled, err), problems...)
	}
	return def, node, problems
}

// newNode makes the node; a step type that breaks down on its parameters is
// one that cannot run with them.
func newNode(def *nodes.Definition, in *nodes.Compile) (n nodes.Node, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("the step type broke down on these parameters: %v", p)
		}
	}()
	return def.New(in)
}

func parameterProblems(s *workflow.Step, pointer, code string, blocking bool, err error) []workflow.Problem {
	if err == nil {
		return nil
	}
	list := []error{err}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		list = flatten(joined.Unwrap())
	}
	var out []workflow.Problem
	seen := map[string]bool{}
	for _, e := range list {
		if seen[e.Error()] {
			continue
		}
		seen[e.Error()] = true
		code := code
		if errors.As(e, new(*expression.Error)) {
			code = "node-parameter-expression"
		}
		out = append(out, workflow.Problem{
			Code: code, Step: s.Name, Pointer: pointer + "/parameters", Blocking: blocking,
			Message: fmt.Sprintf("%q: %s", s.Name, e.Error()),
		})
	}
	return out
}

func flatten(list []error) []error {
	var out []error
	for _, e := range list {
		if joined, ok := e.(interface{ Unwrap() []error }); ok {
			out = append(out, flatten(joined.Unwrap())...)
		} else {
			out = append(out, e)
		}
	}
	return out
}

// effective gives the parameters of a step with their defaults.
func (c *Compiler) effective(s *workflow.Step) item.Value {
	def, ok := c.catalogue.Find(s.Type)
	if !ok {
		return s.Params
	}
	return def.Effective(s.Version, s.Params)
}

// Program compiles a checked workflow version, once. The graph must have no
// blocking problem.
func (c *Compiler) Program(g *workflow.Graph) (*Program, error) {
	c.mu.Lock()
	p, ok := c.programs[g]
	c.mu.Unlock()
	if ok {
		return p, nil
	}
	p = &Program{Graph: g, Nodes: make([]nodes.Node, len(g.Steps)), params: make([]func() item.Value, len(g.Steps))}
	for i := range g.Steps {
		s := &g.Steps[i]
		p.params[i] = sync.OnceValue(func() item.Value { return c.effective(s) })
		if s.Name == "" || s.Disabled || g.Types[i].Note {
			continue
		}
		_, node, problems := c.compile(s)
		if i := slices.IndexFunc(problems, func(p workflow.Problem) bool { return p.Blocking }); i >= 0 {
			return nil, fmt.Errorf("step %q cannot run: %s", s.Name, problems[i].Message)
		}
		p.Nodes[i] = node
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.programs) >= maxPrograms {
		clear(c.programs)
	}
	c.programs[g] = p
	return p, nil
}
