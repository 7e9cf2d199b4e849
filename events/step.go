package events

import (
	"bytes"
	"sync"
	"time"

	"github.com/jobsprint/jobsprint/item"
)

// How an effect behaves when it is repeated, as its definition says.
const (
	RepeatSafe   = "safe"   // repeating changes nothing more
	RepeatUnsafe = "unsafe" // the outcome of an interrupted attempt is in doubt
)

// What a waiting step waits for.
const (
	WaitTime = "time"
	// WaitChild: for the runs that the step has started; it runs again then.
	WaitChild = "child"
	// WaitWebhook and WaitForm: for a request to the run's own address, or a time.
	WaitWebhook = "webhook"
	WaitForm    = "form"
)

// StepRef addresses one execution of a step. Steps run once for each RunIndex,
// counted per step from 0; Order counts the executions of the whole run.
type StepRef struct {
	Step     string
	RunIndex int
	Order    int
	// Attempt counts from 1.
	Attempt int
	// Source names where the inputs came from, one entry for each input;
	// an entry without Step is an input that got nothing.
	Source []Source
	// Now is the time that the step sees, fixed for the attempt. With the
	// run's zone and seed it is the whole environment of a step.
	Now time.Time
}

// Source addresses the items of one input: an output of an earlier step run.
type Source struct {
	Step     string
	RunIndex int
	Output   int
	// Blank: the step gets one empty item in place of what that output holds.
	Blank bool
}

// Output is what a step emitted on one output: the items, or a reference where
// they are larger than an event should hold, or the run's own input.
type Output struct {
	Items []item.Item
	// Ref replaces Items above the payload limit; Count then holds how many
	// there are.
	Ref   item.Ref
	Count int
	// Pass means that these items are those of the run's own input on the
	// output of the same index, which are not stored twice.
	Pass bool
	// Type is the connection type; empty: "main".
	Type string

	encoded []byte // the items' stored form, once Encode has made it
}

// encodings are buffers in which outputs are encoded before they are kept in
// their exact size.
var encodings = sync.Pool{New: func() any { return new([]byte) }}

// Encode makes the stored form of the items, so that AppendJSON need not make
// it again, and gives it; the items must not be changed afterwards. An output
// without items of its own has none.
func (o *Output) Encode() []byte {
	if o.encoded == nil && len(o.Items) > 0 && !o.Pass && o.Ref.Address == "" {
		scratch := encodings.Get().(*[]byte)
		*scratch = item.AppendItems((*scratch)[:0], o.Items)
		o.encoded = bytes.Clone(*scratch)
		encodings.Put(scratch)
		o.Count = len(o.Items)
	}
	return o.encoded
}

// Refer puts a reference in the place of the items. They are let go of, since
// events stay in memory for a while after they are recorded.
func (o *Output) Refer(ref item.Ref) {
	o.Ref, o.Count, o.Items, o.encoded = ref, len(o.Items), nil, nil
}

// StepScheduled is recorded before an effect acts.
type StepScheduled struct {
	StepRef
	// Epoch is that of the owner that will act; Deadline bounds the attempt.
	Epoch    uint64
	Deadline time.Time
	Repeat   string
	// Key is the idempotency key of the effect, the same for every attempt.
	Key string
	// InDoubt marks an attempt that follows one whose outcome is not known.
	InDoubt bool
}

// StepCompleted records the outcome of a step.
type StepCompleted struct {
	StepRef
	Outputs []Output
	// Started is the wall clock at the begin of the attempt, Duration its
	// length in microseconds.
	Started    time.Time
	DurationUS int64
	// Error is what the step went on after, where its settings say so.
	Error *StepError
	// State is handed to the next run of the step; Hints are remarks for people.
	State item.Value
	Hints []item.Value
	// Silent is set where nothing came of the step: it does not count as having
	// run, as n8n shows runs.
	Silent bool
}

// StepFailed records an attempt that failed. Retry is the time of the next
// attempt; zero: there is none and the run ends.
type StepFailed struct {
	StepRef
	Error      StepError
	Started    time.Time
	DurationUS int64
	Retry      time.Time
}

// StepWaiting parks a run until something happens.
type StepWaiting struct {
	StepRef
	Kind  string
	Until time.Time
	// Outputs are what the step will emit when its time is over.
	Outputs []Output
}

// StepError is why a step failed, for a person and for other steps.
type StepError struct {
	// Code is stable and for programs, such as "http.status".
	Code        string
	Message     string
	Description string
	// Item is the index of the item that failed plus one; 0: not one item.
	Item int
	// Context holds what else is known, such as a response's status.
	Context item.Value
	// Name is n8n's name of the kind of error; empty: that of most steps.
	Name string
}

// Error gives the message.
func (e *StepError) Error() string { return e.Message }

var stepSpecs = []Spec{
	{Type: StepScheduled{}.EventType(), Decode: decodeStepScheduled},
	{Type: StepCompleted{}.EventType(), Decode: decodeStepCompleted},
	{Type: StepFailed{}.EventType(), Decode: decodeStepFailed},
	{Type: StepWaiting{}.EventType(), Decode: decodeStepWaiting},
}

// EventType is step.scheduled v1.
func (StepScheduled) EventType() Type { return Type{"step.scheduled", 1} }

// EventType is step.completed v1.
func (StepCompleted) EventType() Type { return Type{"step.completed", 1} }

// EventType is step.failed v1.
func (StepFailed) EventType() Type { return Type{"step.failed", 1} }

// EventType is step.waiting v1.
func (StepWaiting) EventType() Type { return Type{"step.waiting", 1} }

// AppendJSON appends the stored form.
func (e StepScheduled) AppendJSON(dst []byte) []byte {
	o := newObject(dst)
	o.stepRef(&e.StepRef)
	o.int("epoch", int64(e.Epoch))
	o.time("deadlineMS", e.Deadline)
	o.str("repeat", e.Repeat)
	o.str("key", e.Key)
	o.bool("inDoubt", e.InDoubt)
	return o.end()
}

func decodeStepScheduled(v item.Value) (Event, error) {
	f := fields{v}
	return StepScheduled{
		StepRef: f.stepRef(), Epoch: uint64(f.int("epoch")), Deadline: f.time("deadlineMS"),
		Repeat: f.str("repeat"), Key: f.str("key"), InDoubt: f.bool("inDoubt"),
	}, nil
}

// AppendJSON appends the stored form.
func (e StepCompleted) AppendJSON(dst []byte) []byte {
	o := newObject(dst)
	o.stepRef(&e.StepRef)
	o.outputs("outputs", e.Outputs)
	o.time("startedMS", e.Started)
	o.int("durationUS", e.DurationUS)
	o.stepError("error", e.Error)
	o.value("state", e.State)
	o.elems("hints", e.Hints)
	o.bool("silent", e.Silent)
	return o.end()
}

func decodeStepCompleted(v item.Value) (Event, error) {
	f := fields{v}
	outputs, err := f.outputs("outputs")
	return StepCompleted{
		StepRef: f.stepRef(), Outputs: outputs, Started: f.time("startedMS"),
		DurationUS: f.int("durationUS"), Error: f.stepError("error"), State: f.Get("state"), Hints: f.elems("hints"), Silent: f.bool("silent"),
	}, err
}

// AppendJSON appends the stored form.
func (e StepFailed) AppendJSON(dst []byte) []byte {
	o := newObject(dst)
	o.stepRef(&e.StepRef)
	o.stepError("error", &e.Error)
	o.time("startedMS", e.Started)
	o.int("durationUS", e.DurationUS)
	o.time("retryMS", e.Retry)
	return o.end()
}

func decodeStepFailed(v item.Value) (Event, error) {
	f := fields{v}
	e := StepFailed{StepRef: f.stepRef(), Started: f.time("startedMS"), DurationUS: f.int("durationUS"), Retry: f.time("retryMS")}
	if se := f.stepError("error"); se != nil {
		e.Error = *se
	}
	return e, nil
}

// AppendJSON appends the stored form.
func (e StepWaiting) AppendJSON(dst []byte) []byte {
	o := newObject(dst)
	o.stepRef(&e.StepRef)
	o.str("kind", e.Kind)
	o.time("untilMS", e.Until)
	o.outputs("outputs", e.Outputs)
	return o.end()
}

func decodeStepWaiting(v item.Value) (Event, error) {
	f := fields{v}
	outputs, err := f.outputs("outputs")
	return StepWaiting{StepRef: f.stepRef(), Kind: f.str("kind"), Until: f.time("untilMS"), Outputs: outputs}, err
}

func (o *object) stepRef(r *StepRef) {
	o.str("step", r.Step)
	o.int("runIndex", int64(r.RunIndex))
	o.int("order", int64(r.Order))
	o.int("attempt", int64(r.Attempt))
	o.list("source", len(r.Source), func(i int, s *object) {
		s.str("step", r.Source[i].Step)
		s.int("runIndex", int64(r.Source[i].RunIndex))
		s.int("output", int64(r.Source[i].Output))
		s.bool("blank", r.Source[i].Blank)
	})
	o.time("nowMS", r.Now)
}

func (f fields) stepRef() StepRef {
	r := StepRef{
		Step: f.str("step"), RunIndex: int(f.int("runIndex")), Order: int(f.int("order")),
		Attempt: int(f.int("attempt")), Now: f.time("nowMS"),
	}
	f.each("source", func(s fields) {
		r.Source = append(r.Source, Source{Step: s.str("step"), RunIndex: int(s.int("runIndex")), Output: int(s.int("output")), Blank: s.bool("blank")})
	})
	return r
}

func (o *object) outputs(k string, list []Output) {
	o.list(k, len(list), func(i int, e *object) {
		out := &list[i]
		e.str("type", out.Type)
		e.bool("pass", out.Pass)
		if out.Ref.Address != "" {
			e.ref("ref", out.Ref)
			e.int("count", int64(out.Count))
		} else if len(out.Items) > 0 && !out.Pass {
			e.key("items")
			if out.encoded != nil {
				e.b = append(e.b, out.encoded...)
			} else {
				e.b = item.AppendItems(e.b, out.Items)
			}
		}
	})
}

func (f fields) outputs(k string) ([]Output, error) {
	var list []Output
	var failed error
	f.each(k, func(e fields) {
		out := Output{Type: e.str("type"), Pass: e.bool("pass"), Ref: e.ref("ref"), Count: int(e.int("count"))}
		e.each("items", func(v fields) {
			it, err := item.ItemFromValue(v.Value)
			if err != nil {
				failed = err
			}
			out.Items = append(out.Items, it)
		})
		if out.Ref.Address == "" {
			out.Count = len(out.Items)
		}
		list = append(list, out)
	})
	return list, failed
}

func (o *object) stepError(k string, e *StepError) {
	if e == nil {
		return
	}
	s := o.sub(k)
	s.str("code", e.Code)
	s.str("message", e.Message)
	s.str("description", e.Description)
	s.int("item", int64(e.Item))
	s.value("context", e.Context)
	s.str("name", e.Name)
	o.endSub(s)
}

func (f fields) stepError(k string) *StepError {
	if f.Get(k).IsUndefined() {
		return nil
	}
	s := f.sub(k)
	return &StepError{
		Code: s.str("code"), Message: s.str("message"), Description: s.str("description"),
		Item: int(s.int("item")), Context: s.Get("context"), Name: s.str("name"),
	}
}
