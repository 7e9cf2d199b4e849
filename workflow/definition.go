package workflow

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/item"
)

// Definition is a workflow as it was given: its steps, connections and
// settings. It is immutable.
type Definition struct {
	Name string
	// Raw is the JSON, byte for byte.
	Raw      string
	Steps    []Step
	Settings Settings

	root   item.Value
	byName map[string]int
	// out lists the main connections by step and output, into the order in
	// which n8n follows them: as they stand in the file.
	out map[int][][]Edge
	// inputs is the number of connected main inputs: the highest index + 1;
	// feeds lists the connections to each step.
	inputs map[int]int
	feeds  map[int][]feed
	ways   ways
	// problems found while reading.
	problems []Problem
}

// Step is one node of the workflow.
type Step struct {
	Index    int
	Name     string
	ID       string
	Type     string
	Version  float64
	X, Y     float64
	Disabled bool
	Params   item.Value
	// WebhookID is n8n's stable part of a webhook's address.
	WebhookID string

	ExecuteOnce      bool
	AlwaysOutputData bool
	RetryOnFail      bool
	MaxTries         int // attempts in all; n8n's default is 3, its limit 5
	RetryWaitMS      int // between attempts; n8n's default is 1000, its limit 5000
	OnError          string
	// Lenient is set by the older "continueOnFail", for which n8n passes over
	// more than for OnError.
	Lenient bool
	// Credentials are those that the step names, one for each type.
	Credentials []CredentialRef
}

// CredentialRef names a credential where a workflow comes from.
type CredentialRef struct{ Type, ID, Name string }

// What a step does about an error, beside ending the run.
const (
	OnErrorRegular = "continueRegularOutput" // goes on
	OnErrorOutput  = "continueErrorOutput"   // goes on, with an output for errors behind its own
)

// GoesOn reports whether the run goes on after an error of the step.
func (s *Step) GoesOn() bool { return s.OnError == OnErrorRegular || s.OnError == OnErrorOutput }

// TakesOne reports whether the step looks at the first item of an input only.
func (s *Step) TakesOne() bool { return s.ExecuteOnce && !s.Disabled }

// Edge is a main connection's end.
type Edge struct {
	Step  int
	Input int
}

// Settings are the workflow settings that a run is bound to.
type Settings struct {
	Order          string // "v0" or "v1"
	Zone           string // IANA name; empty: the server's
	TimeoutSeconds int    // zero: none
	ErrorWorkflow  string
	SaveSuccess    string // n8n's saveDataSuccessExecution
	SaveError      string // n8n's saveDataErrorExecution
	// CallerPolicy is n8n's callerPolicy, and CallerIDs what it lists: which
	// workflows may call this one.
	CallerPolicy, CallerIDs string
	SaveManual              string // n8n's saveManualExecutions, as text; empty: not set
}

// Saves reports whether a run is to stand in lists, by what began it and how it
// ended. One that was canceled counts as failed. What is not set is saved.
func (s *Settings) Saves(mode, status string) bool {
	switch {
	case mode == events.ModeManual:
		return s.SaveManual != "false"
	case status == events.StatusSuccess:
		return s.SaveSuccess != "none"
	}
	return s.SaveError != "none"
}

// Retry limits of n8n.
const (
	defaultTries  = 3
	maxTries      = 5
	defaultWaitMS = 1000
	maxWaitMS     = 5000
)

// StepNamed finds a step; steps that share a name are found by the first.
func (d *Definition) StepNamed(name string) (*Step, bool) {
	i, ok := d.byName[name]
	if !ok {
		return nil, false
	}
	return &d.Steps[i], true
}

// StepJSON is a step as it stands in the workflow.
func (d *Definition) StepJSON(step int) item.Value { return d.root.Get("nodes").Index(step) }

// Pinned is what is pinned to a step, as it stands in the workflow; Undefined
// where nothing is.
func (d *Definition) Pinned(step int) item.Value {
	return d.root.Get("pinData").Get(d.Steps[step].Name)
}

// Edges lists where an output of a step leads to.
func (d *Definition) Edges(step, output int) []Edge {
	outs := d.out[step]
	if output >= len(outs) {
		return nil
	}
	return outs[output]
}

// ConnectedInputs is the number of main inputs that have connections, counted
// to the highest.
func (d *Definition) ConnectedInputs(step int) int { return d.inputs[step] }

// OutputsConnected is the number of main outputs that have connections,
// counted to the highest.
func (d *Definition) OutputsConnected(step int) int { return len(d.out[step]) }

func (d *Definition) readSteps(nodes []item.Value) {
	d.Steps = make([]Step, len(nodes))
	d.byName = make(map[string]int, len(nodes))
	for i, n := range nodes {
		s := readStep(i, n)
		pointer := "/nodes/" + strconv.Itoa(i)
		switch _, taken := d.byName[s.Name]; {
		case n.Kind() != item.KindObject:
			d.problem("node-shape", "", pointer, "a node must be an object; this is "+article(n), true)
		case s.Name == "":
			d.problem("node-name-missing", "", pointer+"/name", "a node has no name, so nothing can be connected to it", true)
		case taken:
			d.problem("node-name-twice", s.Name, pointer+"/name", fmt.Sprintf("two nodes are named %q; rename one", s.Name), true)
		default:
			d.byName[s.Name] = i
		}
		if n.Kind() == item.KindObject && s.ID == "" {
			d.problem("node-id-missing", s.Name, pointer+"/id", "the node has no id; its name is used", false)
		}
		d.Steps[i] = s
	}
}

func readStep(i int, n item.Value) Step {
	s := Step{Index: i, Params: n.Get("parameters"), MaxTries: defaultTries, RetryWaitMS: defaultWaitMS}
	s.Name, _ = n.Get("name").Str()
	s.ID, _ = n.Get("id").Str()
	s.Type, _ = n.Get("type").Str()
	s.WebhookID, _ = n.Get("webhookId").Str()
	s.OnError, _ = n.Get("onError").Str()
	if s.Lenient, _ = n.Get("continueOnFail").Bool(); s.Lenient && s.OnError == "" {
		s.OnError = OnErrorRegular
	}
	s.Version = 1
	if v, ok := n.Get("typeVersion").Number(); ok {
		s.Version = v
	}
	s.X, _ = n.Get("position").Index(0).Number()
	s.Y, _ = n.Get("position").Index(1).Number()
	s.Disabled, _ = n.Get("disabled").Bool()
	s.ExecuteOnce, _ = n.Get("executeOnce").Bool()
	s.AlwaysOutputData, _ = n.Get("alwaysOutputData").Bool()
	s.RetryOnFail, _ = n.Get("retryOnFail").Bool()
	if v, ok := n.Get("maxTries").Number(); ok {
		s.MaxTries = bounded(v, 2, maxTries)
	}
	if v, ok := n.Get("waitBetweenTries").Number(); ok {
		s.RetryWaitMS = bounded(v, 0, maxWaitMS)
	}
	if o, ok := n.Get("credentials").Obj(); ok {
		for kind, v := range o.All() {
			ref := CredentialRef{Type: kind}
			if !v.Get("id").IsNullish() {
				ref.ID = v.Get("id").ToString()
			}
			if ref.Name, _ = v.Get("name").Str(); ref.Name == "" {
				ref.Name, _ = v.Str() // as n8n wrote it before it had ids
			}
			s.Credentials = append(s.Credentials, ref)
		}
	}
	return s
}

func bounded(v float64, low, high int) int {
	if math.IsNaN(v) || v < float64(low) {
		return low
	}
	return int(math.Min(v, float64(high)))
}

func (d *Definition) readConnections(v item.Value) error {
	d.out, d.inputs, d.feeds = map[int][][]Edge{}, map[int]int{}, map[int][]feed{}
	if v.IsNullish() {
		return nil
	}
	all, ok := v.Obj()
	if !ok {
		d.problem("connections-shape", "", "/connections", "\"connections\" must be an object; this is "+article(v), true)
		return nil
	}
	r := connectionReader{d: d}
	for name, byType := range all.All() {
		r.from(name, byType)
	}
	if r.count > MaxConnections {
		return &ImportError{Code: ImportTooMany, Pointer: "/connections", Message: fmt.Sprintf("%d connections are more than the %d that a workflow may have", r.count, MaxConnections)}
	}
	return nil
}

// connectionReader walks the connections of a file, which n8n writes as
// source name, type, output, list of ends, and people write in odd shapes.
type connectionReader struct {
	d     *Definition
	count int
}

func (r *connectionReader) from(name string, byType item.Value) {
	pointer := "/connections/" + escape(name)
	step, known := r.d.byName[name]
	if !known {
		r.d.problem("connection-from-nowhere", name, pointer, fmt.Sprintf("a connection begins at %q, which is no node", name), true)
	}
	types, ok := byType.Obj()
	if !ok {
		r.d.problem("connection-shape", name, pointer, "the connections of a node must be an object; this is "+article(byType), true)
		return
	}
	for typ, outputs := range types.All() {
		list, ok := outputs.Elems()
		if !ok {
			r.d.problem("connection-shape", name, pointer+"/"+escape(typ), "outputs must be an array; this is "+article(outputs), true)
			continue
		}
		for o, ends := range list {
			r.output(step, known, name, typ, o, ends, pointer+"/"+escape(typ)+"/"+strconv.Itoa(o))
		}
	}
}

func (r *connectionReader) output(step int, known bool, name, typ string, output int, ends item.Value, pointer string) {
	if ends.IsNullish() {
		return
	}
	list, ok := ends.Elems()
	if !ok {
		r.d.problem("connection-shape", name, pointer, "the ends of an output must be an array; this is "+article(ends), true)
		return
	}
	for i, end := range list {
		r.count++
		r.end(step, known && typ == "main", name, output, end, pointer+"/"+strconv.Itoa(i))
	}
}

func (r *connectionReader) end(step int, add bool, name string, output int, end item.Value, pointer string) {
	target, _ := end.Get("node").Str()
	index, ok := end.Get("index").Number()
	if !ok && !end.Get("index").IsNullish() || index < 0 || index != math.Trunc(index) || index > MaxSteps {
		r.d.problem("connection-shape", name, pointer+"/index", "the index of an input must be a whole number", true)
		return
	}
	to, known := r.d.byName[target]
	if !known {
		r.d.problem("connection-to-nowhere", name, pointer, fmt.Sprintf("a connection of %q ends at %q, which is no node", name, target), true)
		return
	}
	if output > MaxSteps {
		r.d.problem("connection-shape", name, pointer, fmt.Sprintf("a node cannot have an output %d", output), true)
		return
	}
	if !add {
		return
	}
	outs := r.d.out[step]
	for len(outs) <= output {
		outs = append(outs, nil)
	}
	outs[output] = append(outs[output], Edge{Step: to, Input: int(index)})
	r.d.out[step] = outs
	r.d.inputs[to] = max(r.d.inputs[to], int(index)+1)
	r.d.feeds[to] = append(r.d.feeds[to], feed{step, output, int(index)})
}

func (d *Definition) readSettings(v item.Value) {
	s := Settings{Order: "v0"}
	if order, _ := v.Get("executionOrder").Str(); order == "v1" {
		s.Order = order
	}
	s.Zone, _ = v.Get("timezone").Str()
	if s.Zone == "DEFAULT" {
		s.Zone = ""
	}
	if t, ok := v.Get("executionTimeout").Number(); ok && t > 0 {
		s.TimeoutSeconds = int(math.Min(t, math.MaxInt32))
	}
	s.ErrorWorkflow, _ = v.Get("errorWorkflow").Str()
	s.SaveSuccess, _ = v.Get("saveDataSuccessExecution").Str()
	s.SaveError, _ = v.Get("saveDataErrorExecution").Str()
	s.CallerPolicy, _ = v.Get("callerPolicy").Str()
	s.CallerIDs, _ = v.Get("callerIds").Str()
	if manual := v.Get("saveManualExecutions"); !manual.IsNullish() {
		s.SaveManual = manual.ToString()
	}
	d.Settings = s
}

func escape(s string) string {
	return strings.NewReplacer("~", "~0", "/", "~1").Replace(s)
}
