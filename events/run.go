package events

import (
	"time"
	"unicode/utf8"

	"github.com/jobsprint/jobsprint/item"
)

// Modes of a run: what started it.
const (
	ModeManual  = "manual"
	ModeWebhook = "webhook"
	// ModeIntegrated is that of runs that a step of another run starts, ModeError
	// that of error workflows.
	ModeIntegrated = "integrated"
	ModeError      = "error"
)

// Response modes of a webhook run: when its caller is answered.
const (
	ReplyNone       = ""
	ReplyOnReceived = "onReceived"
	ReplyLastNode   = "lastNode"
	ReplyStep       = "responseNode"
)

// How a run ended.
const (
	StatusSuccess  = "success"
	StatusError    = "error"
	StatusCanceled = "canceled"
)

// RunStarted is the first event of a run and fixes all that the run must not
// find changed later: the version of the workflow, settings, seed, input.
type RunStarted struct {
	Workflow     string
	WorkflowName string
	Version      int
	Mode         string
	// Start is the name of the step that the run begins with and Input the
	// items that it emits, by output.
	Start string
	Input []Output
	// Order is n8n's execution order, "v0" or "v1".
	Order string
	// Zone is the IANA time zone that expressions see.
	Zone string
	// Seed feeds every random choice inside the run; 32 hexadecimal digits.
	Seed string
	// Reply says when a waiting caller is answered, and ReplyTo which gateway
	// holds it.
	Reply   string
	ReplyTo string
	// Deadline ends the run; zero: none.
	Deadline time.Time
	// Engine and Catalogue are the versions that the run began with.
	Engine    string
	Catalogue string
	// Parent is set for a child run; Root is the run that began the tree.
	Parent ParentStep
	Root   string
	// ResumeToken is part of the address that resumes a waiting run; BaseURL
	// that of the server, as its users see it.
	ResumeToken string
	BaseURL     string
	// StaticRevision is the revision of the workflow's static data at start.
	StaticRevision uint64
	// Short marks a run whose history is kept for a day only.
	Short bool
	// Pinned lets steps emit what is pinned to them, in place of running.
	Pinned bool
}

// ParentStep addresses the step that started a child run.
type ParentStep struct {
	Run      string
	Step     string
	RunIndex int
	Item     int
	Attempt  int
}

// RunResponded is the answer to the caller of a webhook run.
type RunResponded struct {
	Step    string // the step that answered; empty: the end of the run
	Status  int    // HTTP status code
	Headers []Header
	Body    []byte
	BodyRef item.Ref // in place of Body above the payload limit
}

// Header is one HTTP header field.
type Header struct{ Name, Value string }

// RunEnded is the last event of a run.
type RunEnded struct {
	Status   string // StatusSuccess, StatusError or StatusCanceled
	Error    *StepError
	LastStep string
	// Reason is a sentence for a person where Status and Error do not say it
	// all, such as why a run was canceled.
	Reason string
	// Unsaved is set where the workflow's settings do not save such a run: it is
	// left out of lists.
	Unsaved bool
}

var runSpecs = []Spec{
	{Type: RunStarted{}.EventType(), Decode: decodeRunStarted},
	{Type: RunResponded{}.EventType(), Decode: decodeRunResponded},
	{Type: RunEnded{}.EventType(), Decode: decodeRunEnded},
}

// EventType is run.started v1.
func (RunStarted) EventType() Type { return Type{"run.started", 1} }

// EventType is run.responded v1.
func (RunResponded) EventType() Type { return Type{"run.responded", 1} }

// EventType is run.ended v1.
func (RunEnded) EventType() Type { return Type{"run.ended", 1} }

// AppendJSON appends the stored form.
func (e RunStarted) AppendJSON(dst []byte) []byte {
	o := newObject(dst)
	o.str("workflow", e.Workflow)
	o.str("workflowName", e.WorkflowName)
	o.int("version", int64(e.Version))
	o.str("mode", e.Mode)
	o.str("start", e.Start)
	o.outputs("input", e.Input)
	o.str("order", e.Order)
	o.str("zone", e.Zone)
	o.str("seed", e.Seed)
	o.str("reply", e.Reply)
	o.str("replyTo", e.ReplyTo)
	o.time("deadlineMS", e.Deadline)
	o.str("engine", e.Engine)
	o.str("catalogue", e.Catalogue)
	if e.Parent.Run != "" {
		p := o.sub("parent")
		p.str("run", e.Parent.Run)
		p.str("step", e.Parent.Step)
		p.int("runIndex", int64(e.Parent.RunIndex))
		p.int("item", int64(e.Parent.Item))
		p.int("attempt", int64(e.Parent.Attempt))
		o.endSub(p)
	}
	o.str("root", e.Root)
	o.str("resumeToken", e.ResumeToken)
	o.str("baseURL", e.BaseURL)
	o.int("staticRevision", int64(e.StaticRevision))
	o.bool("short", e.Short)
	o.bool("pinned", e.Pinned)
	return o.end()
}

func decodeRunStarted(v item.Value) (Event, error) {
	f := fields{v}
	input, err := f.outputs("input")
	if err != nil {
		return nil, err
	}
	p := f.sub("parent")
	return RunStarted{
		Workflow: f.str("workflow"), WorkflowName: f.str("workflowName"), Version: int(f.int("version")),
		Mode: f.str("mode"), Start: f.str("start"), Input: input, Order: f.str("order"), Zone: f.str("zone"),
		Seed: f.str("seed"), Reply: f.str("reply"), ReplyTo: f.str("replyTo"), Deadline: f.time("deadlineMS"),
		Engine: f.str("engine"), Catalogue: f.str("catalogue"),
		Parent: ParentStep{
			Run: p.str("run"), Step: p.str("step"), RunIndex: int(p.int("runIndex")),
			Item: int(p.int("item")), Attempt: int(p.int("attempt")),
		},
		Root: f.str("root"), ResumeToken: f.str("resumeToken"), BaseURL: f.str("baseURL"),
		StaticRevision: uint64(f.int("staticRevision")), Short: f.bool("short"), Pinned: f.bool("pinned"),
	}, nil
}

// AppendJSON appends the stored form.
func (e RunResponded) AppendJSON(dst []byte) []byte {
	o := newObject(dst)
	o.str("step", e.Step)
	o.int("status", int64(e.Status))
	o.list("headers", len(e.Headers), func(i int, h *object) {
		h.str("name", e.Headers[i].Name)
		h.str("value", e.Headers[i].Value)
	})
	if text := string(e.Body); utf8.ValidString(text) {
		o.str("text", text)
	} else {
		o.bytes("bytes", e.Body)
	}
	o.ref("ref", e.BodyRef)
	return o.end()
}

func decodeRunResponded(v item.Value) (Event, error) {
	f := fields{v}
	body, err := f.bytes("bytes")
	if text := f.str("text"); text != "" {
		body = []byte(text)
	}
	e := RunResponded{Step: f.str("step"), Status: int(f.int("status")), Body: body, BodyRef: f.ref("ref")}
	f.each("headers", func(h fields) {
		e.Headers = append(e.Headers, Header{Name: h.str("name"), Value: h.str("value")})
	})
	return e, err
}

// AppendJSON appends the stored form.
func (e RunEnded) AppendJSON(dst []byte) []byte {
	o := newObject(dst)
	o.str("status", e.Status)
	o.stepError("error", e.Error)
	o.str("lastStep", e.LastStep)
	o.str("reason", e.Reason)
	o.bool("unsaved", e.Unsaved)
	return o.end()
}

func decodeRunEnded(v item.Value) (Event, error) {
	f := fields{v}
	return RunEnded{Status: f.str("status"), Error: f.stepError("error"), LastStep: f.str("lastStep"), Reason: f.str("reason"), Unsaved: f.bool("unsaved")}, nil
}
