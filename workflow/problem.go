package workflow

import (
	"fmt"
	"time"

	"github.com/jobsprint/jobsprint/item"
)

// Problem is something about a workflow that its author should know.
type Problem struct {
	Code string `json:"code"`
	// Step is the name of the step concerned, empty where none is.
	Step    string `json:"step,omitempty"`
	Pointer string `json:"pointer,omitempty"`
	Message string `json:"message"`
	// Blocking problems refuse activation and runs.
	Blocking bool `json:"blocking"`
}

// StepType is what the core must know of a step's type.
type StepType struct {
	// Effect steps are recorded before they act.
	Effect bool
	// Pure steps may be computed again for a replay.
	Pure    bool
	Trigger bool
	// Fetches marks a trigger that runs to make the first items of a run.
	Fetches bool
	// Note steps never run.
	Note bool
	// Inputs is the number of main inputs.
	Inputs int
	// Outputs is the number of main outputs, without that for errors.
	Outputs int
	// Needs are the inputs that must have data for a step with several inputs to
	// run with what it has; without any, one must.
	Needs []int
	// Repeat is events.RepeatSafe or events.RepeatUnsafe, for effects.
	Repeat string
	// Routes are the webhook routes of a trigger.
	Routes []Route
}

// Route is what a webhook step listens on.
type Route struct {
	Method string
	Path   string
	Step   string
}

// Catalogue knows the types of steps.
type Catalogue interface {
	// Describe compiles a step and says what the core must know, or what is
	// wrong with it. With a blocking problem the StepType means nothing.
	Describe(d *Definition, s *Step) (StepType, []Problem)
	// Version names the behaviour of all types together.
	Version() string
}

func (d *Definition) problem(code, step, pointer, message string, blocking bool) {
	d.problems = append(d.problems, Problem{Code: code, Step: step, Pointer: pointer, Message: message, Blocking: blocking})
}

// Graph is a definition with its step types: what a run needs. It is immutable
// and shared by all runs of a version.
type Graph struct {
	*Definition
	Types    []StepType
	Problems []Problem
	// Starts are the steps that a run can begin with, in the order of
	// preference.
	Starts []int
}

// Check compiles every step and lists all problems of the workflow.
func Check(d *Definition, c Catalogue) *Graph {
	g := &Graph{Definition: d, Types: make([]StepType, len(d.Steps))}
	g.Problems = append(g.Problems, d.problems...)
	for i := range d.Steps {
		s := &d.Steps[i]
		if s.Name == "" {
			continue
		}
		t, problems := c.Describe(d, s)
		g.Types[i] = t
		g.Problems = append(g.Problems, problems...)
	}
	g.checkSettings()
	g.findStarts()
	return g
}

func (g *Graph) checkSettings() {
	if g.Settings.Zone != "" {
		if _, err := time.LoadLocation(g.Settings.Zone); err != nil {
			g.problem("zone-unknown", "", "/settings/timezone", fmt.Sprintf("the time zone %q is not known; use a name such as Europe/Berlin", g.Settings.Zone), true)
		}
	}
	for _, n := range g.notices() {
		if n.set {
			g.problem(n.code, "", n.pointer, n.message, false)
		}
	}
}

// notice is about something that a workflow asks for, and that runs do without.
type notice struct {
	set                    bool
	code, pointer, message string
}

// notices lists what this version does not act on and what does not keep the
// workflow from running. Nothing is left out silently.
func (g *Graph) notices() []notice {
	const unsupported = "setting-unsupported"
	s := &g.Settings
	return []notice{
		{s.SaveSuccess == "none", unsupported, "/settings/saveDataSuccessExecution", "successful runs are not to be saved; this version keeps the history of every run"},
		{s.SaveError == "none", unsupported, "/settings/saveDataErrorExecution", "failed runs are not to be saved; this version keeps the history of every run"},
		{s.SaveManual == "false", unsupported, "/settings/saveManualExecutions", "runs by hand are not to be saved; this version keeps the history of every run"},
		{hasMembers(g.root.Get("pinData")), "pinned-data", "/pinData", "pinned data is not used: every step runs"},
		{hasMembers(g.root.Get("staticData")), "static-data", "/staticData", "the static data in the file is not taken over; production runs keep their own"},
	}
}

func hasMembers(v item.Value) bool {
	o, ok := v.Obj()
	return ok && o.Len() > 0
}

// findStarts lists the enabled triggers; without one nothing can begin a run.
func (g *Graph) findStarts() {
	for i, t := range g.Types {
		if t.Trigger && !g.Steps[i].Disabled {
			g.Starts = append(g.Starts, i)
		}
	}
	switch {
	case len(g.Starts) > 0:
	case g.hasDisabledTrigger():
		g.problem("no-trigger", "", "/nodes", "every trigger of the workflow is disabled, so nothing can start it", true)
	default:
		g.problem("no-trigger", "", "/nodes", "the workflow has no trigger that this version knows, so nothing can start it", true)
	}
}

// problem adds what is wrong with the graph; the definition's own list stays
// as it was read.
func (g *Graph) problem(code, step, pointer, message string, blocking bool) {
	g.Problems = append(g.Problems, Problem{Code: code, Step: step, Pointer: pointer, Message: message, Blocking: blocking})
}

func (g *Graph) hasDisabledTrigger() bool {
	for i, t := range g.Types {
		if t.Trigger && g.Steps[i].Disabled {
			return true
		}
	}
	return false
}

// Blocking lists the messages of the problems that keep the workflow from
// running.
func (g *Graph) Blocking() []string {
	var out []string
	for _, p := range g.Problems {
		if p.Blocking {
			out = append(out, p.Message)
		}
	}
	return out
}

// Routes lists the routes of all enabled webhook steps.
func (g *Graph) Routes() []Route {
	var out []Route
	for i, t := range g.Types {
		if !g.Steps[i].Disabled {
			out = append(out, t.Routes...)
		}
	}
	return out
}
